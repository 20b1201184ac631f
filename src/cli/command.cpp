#include "cli/command.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/digest.h"
#include "base/words.h"
#include "cli/ledger_read.h"
#include "ledger/note.h"
#include "ledger/statement.h"
#include "wire/json.h"

namespace entente::cli {

namespace {

// Where a question goes when no agreement is named.
constexpr const char* kDefaultAgreement = "agreements/microsoft-openai";

}  // namespace

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

namespace {

int Complain(const Flags& flags, diag::FindingKind kind, const std::string& message,
             const std::string& help) {
  diag::Findings findings;
  findings.Add({.kind = kind, .at = {}, .message = message, .help = help});
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(findings, source::Files()));
  } else {
    fmt::print(stderr, "{}", diag::Draw(findings.all()[0], source::Files(), false));
  }
  return kCouldNotAsk;
}

}  // namespace

int Complain(const Flags& flags, const std::string& message, const std::string& help) {
  return Complain(flags, diag::FindingKind::kBadQuestion, message, help);
}

int Complain(const Flags& flags, const Failure& failure) {
  return Complain(flags, diag::FindingKind::kLedgerRefused,
                  Quoted(failure.name) + ": " + failure.what, failure.way_out);
}

void Show(const Flags& flags, const diag::Findings& findings, const source::Files& files,
          bool notes) {
  size_t count = 0;
  for (const diag::Finding& f : findings.all()) {
    const auto severity = diag::InfoOf(f.kind).severity;
    if (severity != diag::Severity::kError && !notes) continue;
    if (++count > kFindingsShownMax) continue;
    fmt::print(stderr, "{}", diag::Draw(f, files, StyleOf(flags).colour && isatty(STDERR_FILENO)));
  }
  if (count > kFindingsShownMax)
    fmt::print(stderr, "and {} more; --json has them all\n", count - kFindingsShownMax);
}

// Reads the agreement and its record; says what is wrong and returns nothing when it cannot.
std::unique_ptr<service::Snapshot> Open(const Flags& flags, int& code,
                                        const service::Unsaid* unsaid) {
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
  auto snapshot = service::Load(path, *text, ReadFile);
  if (!flags.ledger.empty()) {
    if (!flags.record.empty()) {
      code = Complain(flags, "`--record` and `--ledger` are two records", "name one of them");
      return nullptr;
    }
    if (const auto failed = ReadLedger(flags, *snapshot, unsaid)) {
      code = *failed;
      return nullptr;
    }
  } else if (!record.empty()) {
    const auto entries = ReadFile(record);
    if (!entries) {
      code = Complain(flags, "cannot read the record " + Quoted(record),
                      "name one with --record FILE");
      return nullptr;
    }
    snapshot->record_name = record;
    snapshot->record_hash = Hex(Sha256(*entries));
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

std::vector<std::pair<size_t, std::string>> QuestionsIn(const std::string& text) {
  std::vector<std::pair<size_t, std::string>> out;
  size_t line = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string question(Trim(std::string_view(text).substr(at, end - at)));
    at = end + 1;
    ++line;
    for (const std::string_view mark : {"- ", "* ", "ask "}) {
      if (question.starts_with(mark)) question = question.substr(mark.size());
    }
    if (question.empty() || question[0] == '#' || question[0] == '`') continue;
    out.emplace_back(line, std::move(question));
  }
  return out;
}

bool ReadDay(const Flags& flags, const std::string& text, std::string_view flag,
             std::optional<Date>& into, int& code) {
  if (text.empty()) return true;
  into = ParseDay(text);
  if (into) return true;
  code = Complain(flags, std::string(flag) + " " + Quoted(text) + " is no day of the calendar",
                  "write 2026-03-01");
  return false;
}

bool ReadPeriod(const Flags& flags, std::optional<Date>& from, std::optional<Date>& to, int& code) {
  if (!ReadDay(flags, flags.from, "--from", from, code) ||
      !ReadDay(flags, flags.to, "--to", to, code)) {
    return false;
  }
  if (!from || !to || *from <= *to) return true;
  code = Complain(flags, "--from lies after --to", "name the earlier day with --from");
  return false;
}

namespace {

// Nothing where the variable is not set, or is no time.
std::optional<std::time_t> RehearsedClock() {
  const char* set = std::getenv("ENTENTE_NOW");
  if (set == nullptr) return std::nullopt;
  const std::string text = ParseDate(set) ? std::string(set) + "T12:00:00Z" : set;
  std::tm time{};
  if (!ledger::IsTime(text) || strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) == nullptr)
    return std::nullopt;
  return timegm(&time);
}

}  // namespace

bool ClockIsSet() { return RehearsedClock().has_value(); }

std::time_t Clock() { return RehearsedClock().value_or(std::time(nullptr)); }

Date Today() {
  const std::time_t now = Clock();
  const std::tm* day = std::localtime(&now);
  return DateOf(day->tm_year + 1900, day->tm_mon + 1, day->tm_mday).value_or(Date{0});
}

bool ReadOptions(const Flags& flags, service::AskOptions& options, int& code) {
  // Of a ledger, so many entries or a checkpoint; how far it was read is settled then.
  const bool of_ledger = !flags.ledger.empty() && !ParseDay(flags.known_at);
  if (!ReadDay(flags, flags.on, "--on", options.on, code) ||
      (!of_ledger && !ReadDay(flags, flags.known_at, "--known-at", options.known_at, code))) {
    return false;
  }
  options.today = Today();
  options.edition = flags.edition;
  options.given = flags.given;
  options.readings = flags.readings;
  options.nothing_further = flags.nothing_further;
  return true;
}

}  // namespace entente::cli
