#include "cli/ledger_read.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "wire/json.h"

namespace entente::cli {

namespace {

// Reads the record of a ledger. What the agreement cannot take of it is left out and noted: one
// party's nonsense keeps nobody from an answer. Of the corrections of an entry that cannot be taken
// with all of them, one after another is tried.
class LinesOfLedger {
 public:
  LinesOfLedger(service::Snapshot& snapshot, std::string_view lines) : snapshot_(snapshot) {
    for (size_t begin = 0; begin < lines.size();) {
      const size_t end = lines.find('\n', begin) + 1;
      lines_.push_back({std::string(lines.substr(begin, end - begin))});
      begin = end;
    }
  }

  void Read() {
    const diag::Findings before = snapshot_.findings;
    while (true) {
      snapshot_.findings = before;
      const std::map<size_t, std::string> wrong = ReadOnce();
      for (const auto& [at, why] : wrong) LeaveOut(at, why);
      const bool is_tried = wrong.empty() && TryNext();
      if (wrong.empty() && !is_tried) return;
    }
  }

 private:
  enum class State {
    kTaken,
    // A correction that may be what is wrong; of those on trial one is taken at a time.
    kWaits,
    kOnTrial,
    kTried,
    kOut,
  };
  struct Line {
    std::string text;
    State state = State::kTaken;
    // The line that it corrects, once that could not be taken.
    std::optional<size_t> corrects = {};
  };

  bool IsIn(const Line& line) const {
    return line.state != State::kWaits && line.state != State::kOut;
  }

  // What is wrong, by line.
  std::map<size_t, std::string> ReadOnce() {
    std::string text;
    // Where each line that is in begins.
    places_.clear();
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (!IsIn(lines_[i])) continue;
      places_[text.size()] = i;
      text += lines_[i].text;
    }
    const source::FileId file{snapshot_.files.size()};
    snapshot_.record = {};
    wire::ReadRecord(snapshot_.files, snapshot_.record_name, text, snapshot_.record,
                     snapshot_.findings);
    service::MeetRecord(snapshot_);
    std::map<size_t, std::string> out;
    for (const diag::Finding& f : snapshot_.findings.all()) {
      if (f.at.file != file || diag::InfoOf(f.kind).severity != diag::Severity::kError) continue;
      out.emplace(std::prev(places_.upper_bound(f.at.begin))->second, f.message);
    }
    return out;
  }

  void LeaveOut(size_t at, const std::string& why) {
    bool is_corrected = false;
    for (Line& line : lines_) {
      if (line.corrects != at || line.state != State::kOnTrial) continue;
      // Without it, the entry could be taken.
      NoteThat(line, why);
      is_corrected = true;
    }
    if (is_corrected) return;
    for (const record::Entry& e : snapshot_.record.entries()) {
      const std::string* corrected = e.kind == record::kCorrect ? e.Find("entry") : nullptr;
      if (corrected == nullptr || e.contested || *corrected != IdOf(lines_[at])) continue;
      Line& line = lines_[places_.at(e.at.begin)];
      line.corrects = at;
      line.state = State::kWaits;
      is_corrected = true;
    }
    if (!is_corrected) NoteThat(lines_[at], why);
  }

  // One correction of each entry that waits for it; false where none does.
  bool TryNext() {
    std::set<size_t> on_trial;
    for (Line& line : lines_) {
      if (line.state == State::kOnTrial) line.state = State::kTried;
      if (line.state == State::kWaits && on_trial.insert(*line.corrects).second)
        line.state = State::kOnTrial;
    }
    return !on_trial.empty();
  }

  void NoteThat(Line& line, const std::string& why) {
    line.state = State::kOut;
    snapshot_.record_notes.push_back(IdOf(line) + " is left out of the record: " + Printable(why));
  }

  // As service wrote it.
  static std::string IdOf(const Line& line) {
    const auto json = ledger::ReadCanonical(line.text.substr(0, line.text.size() - 1));
    const std::string* id = json ? ledger::TextAt(*json, "id") : nullptr;
    return id == nullptr ? std::string("an entry") : *id;
  }

  service::Snapshot& snapshot_;
  std::vector<Line> lines_;
  std::map<size_t, size_t> places_;
};

}  // namespace

std::optional<int> ReadLedger(const Flags& flags, service::Snapshot& snapshot,
                              const service::Unsaid* unsaid) {
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags, source.error());
  if (!flags.known_at.empty()) {
    if (const auto size = ledger::ReadDecimal(flags.known_at)) {
      options.index_before = *size;
    } else if (const auto day = ParseDay(flags.known_at)) {
      // Nothing is later than the last day that can be written.
      if (const auto next = Date{day->day + 1}; ToText(next).size() == 10)
        options.recorded_before = ToText(next) + "T00:00:00Z";
    } else {
      const auto read = ReadCheckpoint(flags.known_at);
      if (!read && read.error().name == "no-such-file") {
        return Complain(flags,
                        "--known-at " + Quoted(flags.known_at) +
                            " is no day, no size and no file with a checkpoint",
                        "write 2026-03-01, 12, or the file in which a checkpoint was kept");
      }
      if (!read) return Complain(flags, read.error());
      options.index_before = read->size;
      options.through.push_back(*read);
    }
  }
  auto record = service::RecordOf(
      **source, options,
      eval::KindsWhenRecorded(snapshot.agreement.program, snapshot.agreement.notices), unsaid);
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
                         ", root " + Hex(prefix.root);
  snapshot.ledger = {prefix.origin, prefix.size, Hex(prefix.root), record->withheld};
  snapshot.record_notes = std::move(record->notes);
  LinesOfLedger(snapshot, record->lines).Read();
  return std::nullopt;
}

}  // namespace entente::cli
