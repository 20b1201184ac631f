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

#include "base/words.h"
#include "cli/ledger.h"
#include "service/ledger.h"
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
  for (const diag::Finding& f : findings.all()) {
    const auto severity = diag::InfoOf(f.kind).severity;
    if (severity != diag::Severity::kError && !notes) continue;
    fmt::print(stderr, "{}", diag::Draw(f, files, StyleOf(flags).colour && isatty(STDERR_FILENO)));
  }
}

namespace {

// Reads the record of a ledger. What the agreement cannot take of it is left out and noted: one
// party's nonsense keeps nobody from an answer.
void ReadLedgerLines(service::Snapshot& snapshot, std::string lines) {
  const diag::Findings before = snapshot.findings;
  while (true) {
    const source::FileId file{snapshot.files.size()};
    snapshot.record = {};
    wire::ReadRecord(snapshot.files, snapshot.record_name, lines, snapshot.record,
                     snapshot.findings);
    service::MeetRecord(snapshot);
    // Where each line begins that is left out, and why.
    std::map<size_t, std::string> out;
    for (const diag::Finding& f : snapshot.findings.all()) {
      if (f.at.file != file || diag::InfoOf(f.kind).severity != diag::Severity::kError) continue;
      // What a correction made unreadable was readable before it.
      const auto& entries = snapshot.record.entries();
      const auto bad = std::ranges::find_if(
          entries, [&](const record::Entry& e) { return e.at.begin == f.at.begin; });
      bool corrected = false;
      for (const record::Entry& e : entries) {
        if (bad == entries.end() || e.kind != record::kCorrect || e.contested ||
            *e.Find("entry") != bad->id) {
          continue;
        }
        out.emplace(e.at.begin, f.message);
        corrected = true;
      }
      if (!corrected) out.emplace(f.at.begin, f.message);
    }
    std::string kept;
    for (size_t begin = 0; begin < lines.size();) {
      const size_t end = lines.find('\n', begin) + 1;
      if (const auto why = out.find(begin); why == out.end()) {
        kept += lines.substr(begin, end - begin);
      } else {
        snapshot.record_notes.push_back("left out of the record: " + Printable(why->second));
      }
      begin = end;
    }
    if (kept == lines) return;
    lines = std::move(kept);
    snapshot.findings = before;
  }
}

// Reads the ledger as far as it was known, and holds the agreement to the text that the parties
// signed.
std::optional<int> OpenLedger(const Flags& flags, service::Snapshot& snapshot) {
  ledger::WalkOptions options;
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags, source.error());
  if (!flags.known_at.empty()) {
    if (const auto size = ledger::ReadDecimal(flags.known_at)) {
      options.index_before = *size;
    } else if (const auto day = ParseDay(flags.known_at)) {
      options.recorded_before = ToText(Date{day->day + 1}) + "T00:00:00Z";
    }
  }
  auto record = service::RecordOf(**source, options);
  if (!record) return Complain(flags, record.error());
  const auto& prefix = record->walked.prefix;
  if (options.index_before && prefix.size < *options.index_before) {
    return Complain(flags,
                    "the ledger has " + std::to_string(prefix.size) + " entries, not " +
                        std::to_string(*options.index_before),
                    "name a size up to that with --known-at");
  }
  const auto texts = record->walked.registry.texts();
  // The one that stood at the end of the prefix.
  const ledger::Registry::Text* stands = nullptr;
  for (const ledger::Registry::Text& text : texts) {
    if (text.from < prefix.size) stands = &text;
  }
  if (stands != nullptr && stands->hash != snapshot.agreement_hash) {
    return Complain(
        flags,
        Failure{"other-agreement",
                "the ledger is about another text than " +
                    Quoted(snapshot.files.Get(snapshot.texts.front()).name) +
                    ": its parties signed " + stands->name + ", " + stands->hash.substr(0, 12) +
                    ", and this is " + snapshot.agreement_hash.substr(0, 12),
                "name the text that they signed with --agreement; `entente ledger text` "
                "makes another the text of the ledger"});
  }
  snapshot.record_name = "ledger " + prefix.origin + ", size " + std::to_string(prefix.size) +
                         ", root " + ledger::Hex(prefix.root);
  snapshot.ledger = {prefix.origin, prefix.size, ledger::Hex(prefix.root)};
  snapshot.record_notes = std::move(record->notes);
  ReadLedgerLines(snapshot, std::move(record->lines));
  return std::nullopt;
}

}  // namespace

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
  auto snapshot = service::Load(path, *text, ReadFile);
  if (!flags.ledger.empty()) {
    if (!flags.record.empty()) {
      code = Complain(flags, "`--record` and `--ledger` are two records", "name one of them");
      return nullptr;
    }
    if (const auto failed = OpenLedger(flags, *snapshot)) {
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

Date Today() {
  const std::time_t now = std::time(nullptr);
  const std::tm* day = std::localtime(&now);
  return DateOf(day->tm_year + 1900, day->tm_mon + 1, day->tm_mday).value_or(Date{0});
}

bool ReadOptions(const Flags& flags, service::AskOptions& options, int& code) {
  // Of a ledger, so many entries; how far it was read is settled then.
  const bool by_size = !flags.ledger.empty() && ledger::ReadDecimal(flags.known_at);
  if (!ReadDay(flags, flags.on, "--on", options.on, code) ||
      (!by_size && !ReadDay(flags, flags.known_at, "--known-at", options.known_at, code))) {
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
