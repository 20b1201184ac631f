// Commands about the text of an agreement rather than about one question.

#include <fmt/core.h>

#include "base/words.h"
#include "cli/command.h"
#include "wire/json.h"

namespace entente::cli {

int CheckText(const Flags& flags) {
  int code = 0;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  if (!snapshot->findings.any_error()) service::FindClashes(*snapshot);
  snapshot->findings.Sort();
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(snapshot->findings, snapshot->files));
  } else {
    size_t errors = 0, warnings = 0, notes = 0;
    for (const diag::Finding& f : snapshot->findings.all()) {
      fmt::print("{}\n", diag::Draw(f, snapshot->files, StyleOf(flags).colour));
      const auto severity = diag::InfoOf(f.kind).severity;
      (severity == diag::Severity::kError     ? errors
       : severity == diag::Severity::kWarning ? warnings
                                              : notes) += 1;
    }
    fmt::print("{} clauses, {} open points, {} readings: {} errors, {} warnings, {} notes\n",
               snapshot->agreement.clauses.size(), snapshot->agreement.program.points.size(),
               snapshot->agreement.readings.size(), errors, warnings, notes);
  }
  return snapshot->findings.any_error() ? 1 : 0;
}

int TestText(const Flags& flags) {
  int code = 0;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  if (snapshot->findings.any_error()) return Refuse(flags, snapshot->findings, snapshot->files);
  const auto outcomes = service::RunAsks(*snapshot);
  if (flags.json) {
    std::vector<wire::AskRun> runs;
    bool all = true;
    for (const service::TestOutcome& o : outcomes) {
      runs.push_back({o.where, o.question, o.expected, o.got, o.passed});
      all = all && o.passed;
    }
    fmt::print("{}\n", wire::ToJson(runs));
    return all ? 0 : 1;
  }
  size_t failed = 0;
  for (const service::TestOutcome& o : outcomes) {
    if (!o.passed) ++failed;
    if (!o.passed) {
      fmt::print("failed: {}\n  asked     {}\n  expected  {}\n  got       {}\n", o.where,
                 o.question, o.expected, o.got);
    }
  }
  fmt::print("{} asks passed, {} failed\n", outcomes.size() - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace entente::cli
