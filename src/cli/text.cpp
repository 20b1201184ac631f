// Commands about the text of an agreement rather than about one question.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/words.h"
#include "cli/command.h"
#include "service/inspect.h"
#include "service/readback.h"
#include "service/review.h"
#include "wire/json.h"

namespace entente::cli {

int CheckText(const Flags& flags) {
  int code = 0;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  if (!snapshot->findings.any_error()) {
    service::FindClashes(*snapshot);
    service::ReadAsks(*snapshot);
  }
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
  if (flags.coverage) {
    // Clauses that allow or forbid something, and decide none of the answers.
    std::set<std::string> reached, idle;
    for (const service::TestOutcome& o : outcomes)
      reached.insert(o.clauses.begin(), o.clauses.end());
    for (const check::Norm& norm : snapshot->agreement.norms) {
      if (!reached.contains(norm.label)) idle.insert(norm.label);
    }
    fmt::print("{}\n", idle.empty() ? "every clause decides at least one ask"
                                    : JoinAnd({idle.begin(), idle.end()}) + " decide no ask");
  }
  return failed == 0 ? 0 : 1;
}

namespace {

// The snapshot, ready to be looked into; complains and returns nothing when it is not.
std::unique_ptr<service::Snapshot> OpenSound(const Flags& flags, int& code) {
  auto snapshot = Open(flags, code);
  if (snapshot && snapshot->findings.any_error()) {
    code = Refuse(flags, snapshot->findings, snapshot->files);
    return nullptr;
  }
  return snapshot;
}

int ShowRules(const Flags& flags, bool only_what_decides) {
  int code = 0;
  auto snapshot = OpenSound(flags, code);
  if (!snapshot) return code;
  diag::Findings findings;
  const auto rules = service::RulesOn(*snapshot, flags.target, findings);
  if (!rules) return Refuse(flags, findings, snapshot->files);
  fmt::print("{}", flags.json ? wire::Sourced(wire::ToJson(*rules), snapshot->ledger) + "\n"
                              : Render(*rules, only_what_decides, StyleOf(flags)));
  return 0;
}

}  // namespace

int Rules(const Flags& flags) { return ShowRules(flags, false); }

int Describe(const Flags& flags) { return ShowRules(flags, true); }

int ReadClause(const Flags& flags) {
  int code = 0;
  service::AskOptions options;
  if (!ReadOptions(flags, options, code)) return code;
  auto snapshot = OpenSound(flags, code);
  if (!snapshot) return code;
  diag::Findings findings;
  const auto clause = service::ReadClause(*snapshot, flags.target, options, findings);
  if (!clause || findings.any_error()) return Refuse(flags, findings, snapshot->files);
  fmt::print("{}", flags.json ? wire::ToJson(*clause) + "\n" : Render(*clause, StyleOf(flags)));
  return 0;
}

int Coverage(const Flags& flags) {
  int code = 0;
  auto snapshot = OpenSound(flags, code);
  if (!snapshot) return code;
  eval::Coverage coverage;
  if (flags.question.empty()) {
    coverage = service::Cover(*snapshot);
  } else {
    diag::Findings findings;
    std::string question = flags.question;
    const check::Form form = FormOf(question, check::Form::kMay);
    auto found = service::CoverFor(*snapshot, form, question, findings);
    if (!found) return Refuse(flags, findings, snapshot->files);
    coverage = std::move(*found);
  }
  fmt::print("{}", flags.json ? wire::ToJson(coverage) + "\n" : Render(coverage, StyleOf(flags)));
  const auto missed = [](const auto& p) { return p.status == "missed"; };
  return std::any_of(coverage.passages.begin(), coverage.passages.end(), missed) ? 1 : 0;
}

int Say(const Flags& flags) {
  int code = 0;
  auto snapshot = OpenSound(flags, code);
  if (!snapshot) return code;
  const auto clauses = service::ReadBack(*snapshot);
  fmt::print("{}", flags.json ? wire::ToJson(clauses) + "\n" : Render(clauses, StyleOf(flags)));
  return 0;
}

// Rewrites each file in place; with --check only says which would change.
int FormatText(const Flags& flags) {
  int code = 0;
  for (std::string path : flags.files) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) path += "/agreement.md";
    const auto text = ReadFile(path);
    if (!text) return Complain(flags, "cannot read " + Quoted(path), "name an agreement");
    const service::Reformatted set = service::Format(path, *text, ReadFile);
    if (!set.same_meaning) {
      return Complain(flags, "setting " + Quoted(path) + " anew would change what it means",
                      "it was left as it is; this is a defect of ours");
    }
    for (const syntax::Correction& c : set.corrections) {
      fmt::print(stderr, "{}:{}: `{}` is now `{}`: {}\n", path, c.line, c.from, c.to, c.why);
    }
    if (set.text == *text) continue;
    if (flags.check_only) {
      fmt::print("{}\n", path);
      code = 1;
      continue;
    }
    std::ofstream out(path, std::ios::binary);
    out << set.text;
    if (!out.flush()) return Complain(flags, "cannot write " + Quoted(path), "");
  }
  return code;
}

// Lists the blocks; with --confirm writes that they were held against their prose. Exit 1 where one
// changed since.
int ReviewBlocks(const Flags& flags) {
  int code = 0;
  auto snapshot = OpenSound(flags, code);
  if (!snapshot) return code;
  if (flags.confirm_all || !flags.confirm.empty()) {
    for (const std::string& label : flags.confirm) {
      if (snapshot->agreement.FindClause(label) == nullptr)
        return Complain(flags, "there is no clause " + Quoted(label),
                        "`entente review` lists them");
    }
    for (const source::FileId file : snapshot->texts) {
      const source::File& text = snapshot->files.Get(file);
      const std::string confirmed = service::Confirm(*snapshot, file, flags.confirm);
      if (confirmed == text.text) continue;
      std::ofstream out(text.name, std::ios::binary);
      out << confirmed;
      if (!out.flush()) return Complain(flags, "cannot write " + Quoted(text.name), "");
    }
    return 0;
  }
  using State = service::ReviewedBlock::State;
  bool changed = false;
  std::vector<wire::BlockReview> blocks;
  for (const service::ReviewedBlock& b : service::Review(*snapshot)) {
    changed = changed || (b.state != State::kConfirmed && b.state != State::kNever);
    blocks.push_back({std::string(service::NameOf(b.state)), b.where, b.heading, b.clauses});
  }
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(blocks));
  } else {
    for (const wire::BlockReview& b : blocks) {
      fmt::print("{:<24} {}  {}{}\n", b.state, b.where, b.heading,
                 b.clauses.empty() ? "" : ": " + Join(b.clauses, ", "));
    }
  }
  return changed ? 1 : 0;
}

int Explain(const Flags& flags) {
  const auto kinds = diag::AllKinds();
  if (flags.target.empty() && flags.json) {
    fmt::print("{}\n", wire::ToJson(kinds));
    return 0;
  }
  if (flags.target.empty()) {
    for (const diag::KindInfo& info : kinds) fmt::print("{}  {}\n", info.code, info.name);
    return 0;
  }
  std::vector<std::string> known;
  for (const diag::KindInfo& info : kinds) {
    known.emplace_back(info.code);
    known.emplace_back(info.name);
    if (flags.target != info.code && flags.target != info.name) continue;
    if (flags.json) {
      fmt::print("{}\n", wire::ToJson(std::vector{info}));
    } else {
      fmt::print("{} {}, {}\n  {}\n", info.code, info.name, diag::NameOf(info.severity),
                 info.about);
    }
    return 0;
  }
  const std::string closest = Closest(flags.target, known);
  return Complain(flags, Quoted(flags.target) + " is the code of no finding",
                  closest.empty() ? "`entente explain` lists them all"
                                  : "did you mean " + Quoted(closest) + "?");
}

}  // namespace entente::cli
