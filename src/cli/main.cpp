// entente: ask an agreement. Flags and files here; what answers are is the service's business.

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/words.h"
#include "cli/render.h"
#include "service/ask.h"
#include "wire/json.h"

namespace entente::cli {
namespace {

constexpr int kCouldNotAsk = 2;
constexpr std::string_view kVersion = "0.1.0";
// Where a question goes when no agreement is named.
constexpr const char* kDefaultAgreement = "agreements/microsoft-openai";

struct Flags {
  std::string agreement;
  std::string record;
  std::string on;
  std::string known_at;
  std::vector<std::string> given;
  std::vector<std::string> readings;
  bool nothing_further = false;
  bool json = false;
  std::string colour = "auto";
  std::string question;
  std::string depth = "reasons";
};

Style StyleOf(const Flags& flags) {
  Style style;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const char* term = std::getenv("TERM");
  const bool plain =
      std::getenv("NO_COLOR") != nullptr || (term != nullptr && std::string_view(term) == "dumb");
  style.colour = flags.colour == "always" || (flags.colour == "auto" && terminal && !plain);
  if (terminal) {
    winsize size{};
    style.width =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
  }
  return style;
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  if (!in || std::filesystem::is_directory(path, error)) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

int Complain(const Flags& flags, const std::string& message, const std::string& help) {
  diag::Findings findings;
  findings.Add({.kind = diag::FindingKind::kBadQuestion,
                .at = {},
                .message = message,
                .labels = {},
                .instance = {},
                .help = help});
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(findings, source::Files()));
  } else {
    fmt::print(stderr, "{}", diag::Draw(findings.all()[0], source::Files(), false));
  }
  return kCouldNotAsk;
}

void Show(const Flags& flags, const diag::Findings& findings, const source::Files& files,
          bool notes) {
  for (const diag::Finding& f : findings.all()) {
    const auto severity = diag::InfoOf(f.kind).severity;
    if (severity != diag::Severity::kError && !notes) continue;
    fmt::print(stderr, "{}", diag::Draw(f, files, StyleOf(flags).colour && isatty(STDERR_FILENO)));
  }
}

// Reads the agreement and its record; says what is wrong and returns nothing when it cannot.
std::unique_ptr<service::Snapshot> Open(const Flags& flags, int& code) {
  const char* configured = std::getenv("ENTENTE_AGREEMENT");
  std::string path = !flags.agreement.empty() ? flags.agreement
                     : configured != nullptr  ? configured
                                              : kDefaultAgreement;
  std::string record = flags.record;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    // A folder holds the agreement and, if there is one, its record.
    if (record.empty() && std::filesystem::exists(path + "/record.jsonl", error))
      record = path + "/record.jsonl";
    path += "/agreement.md";
  }
  const auto text = ReadFile(path);
  if (!text) {
    code = Complain(flags, "cannot read the agreement " + Quoted(path),
                    "name one with --agreement FILE, or run from where " +
                        std::string(kDefaultAgreement) + " is");
    return nullptr;
  }
  auto snapshot = service::Load(path, *text);
  if (!record.empty()) {
    const auto entries = ReadFile(record);
    if (!entries) {
      code = Complain(flags, "cannot read the record " + Quoted(record),
                      "name one with --record FILE");
      return nullptr;
    }
    snapshot->record_name = record;
    wire::ReadRecord(snapshot->files, record, *entries, snapshot->record, snapshot->findings);
    service::MeetRecord(*snapshot);
  }
  snapshot->findings.Sort();
  return snapshot;
}

int Refuse(const Flags& flags, const diag::Findings& findings, const source::Files& files) {
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(findings, files));
  } else {
    Show(flags, findings, files, false);
  }
  return kCouldNotAsk;
}

bool ReadOptions(const Flags& flags, service::AskOptions& options, int& code) {
  for (const auto& [text, into, name] :
       {std::tuple{&flags.on, &options.on, "--on"},
        std::tuple{&flags.known_at, &options.known_at, "--known-at"}}) {
    if (text->empty()) continue;
    *into = ParseDate(*text);
    if (!*into) {
      code = Complain(flags, std::string(name) + " " + Quoted(*text) + " is no day of the calendar",
                      "write 2026-03-01");
      return false;
    }
  }
  options.given = flags.given;
  options.readings = flags.readings;
  options.nothing_further = flags.nothing_further;
  return true;
}

int AskOne(const Flags& flags, check::Form form, bool why, bool when) {
  int code = 0;
  service::AskOptions options;
  if (!ReadOptions(flags, options, code)) return code;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  options.flips = why;
  options.proof_lines = flags.json || flags.depth == "tree";
  std::string question = flags.question;
  if (why || when) {
    // `why` and `when` take any question; its first word says which.
    for (const auto& [word, f] : {std::pair{"what ", check::Form::kWhat},
                                  {"is ", check::Form::kIs},
                                  {"may ", check::Form::kMay}}) {
      if (question.starts_with(word)) {
        form = f;
        question = question.substr(std::string_view(word).size());
      }
    }
  }
  const auto result = when ? service::When(*snapshot, form, question, options)
                           : service::Ask(*snapshot, form, question, options);
  if (!result.answer) return Refuse(flags, result.findings, snapshot->files);
  Show(flags, result.findings, snapshot->files, false);
  const Style style = StyleOf(flags);
  if (when) {
    fmt::print("{}", flags.json ? wire::ToJson(*result.answer, result.segments) + "\n"
                                : Render(*result.answer, result.segments, style));
    return 0;
  }
  const Depth depth = flags.depth == "sentence" ? Depth::kSentence
                      : flags.depth == "tree"   ? Depth::kTree
                                                : Depth::kReasons;
  fmt::print("{}", flags.json ? wire::ToJson(*result.answer) + "\n"
                              : Render(*result.answer, depth, style));
  return eval::ExitCodeOf(result.answer->verdict);
}

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

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app{
      "Ask an agreement what it allows, and why.\n\n"
      "  entente may \"OpenAI serve an API Product on AWS\" --on 2026-03-01\n"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  const auto common = [&](CLI::App* command, bool question) {
    command->add_option("-a,--agreement", flags.agreement,
                        "Agreement: a Markdown file, or a folder with agreement.md");
    command->add_option("--record", flags.record,
                        "Record of what happened, one JSON object a line");
    command->add_flag("--json", flags.json, "Print JSON; the exit code stays the same");
    command->add_option("--color", flags.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    if (!question) return;
    command->add_option("question", flags.question, "The question, in the phrases of the agreement")
        ->required();
    command->add_option("--on", flags.on, "The day asked about, as 2026-03-01");
    command->add_option("--known-at", flags.known_at, "Count only what was known by this day");
    command->add_option("--given", flags.given,
                        "Suppose it: 'Verification on 31 March 2029', 'no Declaration by 1 March "
                        "2029', 'Acme is a Customer'");
    command->add_option("--reading", flags.readings, "A01=2, A01=open, or open");
    command->add_flag("--assume-nothing-further", flags.nothing_further,
                      "Nothing happens but what is recorded or given");
    command->add_option("--depth", flags.depth, "sentence, reasons or tree")
        ->check(CLI::IsMember({"sentence", "reasons", "tree"}));
  };
  auto* may = app.add_subcommand(
      "may", "May WHO do ACT? entente may \"OpenAI serve an API Product on AWS\" --on 2026-03-01");
  auto* is = app.add_subcommand("is", "Is it so? entente is \"AGI has happened\" --on 2027-03-01");
  auto* what = app.add_subcommand("what", "How much? entente what \"the Threshold\"");
  auto* when = app.add_subcommand(
      "when", "Over all time, in segments; question as for may, or with `is` or `what` in front");
  auto* why = app.add_subcommand("why",
                                 "The reasons of an answer and what would flip it; question as for "
                                 "may, or with `is` or `what` in front");
  auto* check = app.add_subcommand("check", "Read an agreement and say what is wrong with it");
  auto* test =
      app.add_subcommand("test", "Run the questions in the text that say what they expect");
  app.add_subcommand("version", "Print the version");
  for (auto* command : {may, is, what, when, why}) common(command, true);
  for (auto* command : {check, test}) {
    common(command, false);
    command->add_option("file", flags.agreement, "The agreement");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : kCouldNotAsk;
  }
  if (why->parsed() && why->count("--depth") == 0) flags.depth = "reasons";
  if (may->parsed()) return AskOne(flags, check::Form::kMay, false, false);
  if (is->parsed()) return AskOne(flags, check::Form::kIs, false, false);
  if (what->parsed()) return AskOne(flags, check::Form::kWhat, false, false);
  if (when->parsed()) return AskOne(flags, check::Form::kMay, false, true);
  if (why->parsed()) return AskOne(flags, check::Form::kMay, true, false);
  if (check->parsed()) return CheckText(flags);
  if (test->parsed()) return TestText(flags);
  fmt::print("entente {}\n", kVersion);
  return 0;
}

}  // namespace
}  // namespace entente::cli

int main(int argc, char** argv) { return entente::cli::Main(argc, argv); }
