// A record file, signed into a ledger.

#include <fmt/core.h>

#include <algorithm>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "record/seal.h"
#include "service/import.h"
#include "service/ledger.h"
#include "wire/json.h"

namespace entente::cli {

using ledger::Json;

namespace {

Result<std::vector<std::string>> HeldAlready(const std::string& where,
                                             const record::Record& record) {
  auto source = OpenSource(where);
  if (!source) return std::unexpected(source.error());
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  const auto said = service::RecordOf(**source, options);
  if (!said) return std::unexpected(said.error());
  source::Files files;
  diag::Findings findings;
  record::Record held;
  wire::ReadRecord(files, where, said->lines, held, findings);
  return service::HeldAlready(record, held);
}

// What no ledger can be told from a record file; the exit code.
std::optional<int> RefuseForeign(const LedgerFlags& flags, const record::Record& record) {
  for (const record::Entry& entry : record.entries()) {
    if (entry.contested)
      return Complain(
          flags.common, "entry " + Quoted(entry.id) + " is contested in the record",
          "import the others; whoever contests it signs that with `entente ledger contest`");
    if (entry.Find(record::kReveals) != nullptr)
      return Complain(flags.common,
                      "entry " + Quoted(entry.id) + " reveals what was sealed under another number",
                      "import the others; what is sealed in a ledger is revealed in that ledger");
  }
  return std::nullopt;
}

// Signs entry after entry and hands them in together, as many as a batch takes.
class Importer {
 public:
  Importer(ledger::Sequencer& sequencer, bool in_clear, bool says)
      : sequencer_(sequencer), in_clear_(in_clear), says_(says) {
    Begin();
  }

  // What comes before it is in when it fails.
  Result<void> Add(const record::Entry& entry, const ledger::SecretKey& key) {
    // A correction names the leaf of what it corrects, which the ledger makes.
    const std::string* corrected = service::CorrectedBy(entry);
    const bool waits = corrected != nullptr && std::ranges::count(ids_, *corrected) > 0;
    if (waits || pending_.size() == ledger::kBatchMax) {
      if (auto done = Flush(); !done) return done;
    }
    const auto& edge = sequencer_.edge();
    auto submission = ledger::Author(service::DraftOf(entry, key.name(), in_clear_, became_), key,
                                     ahead_->registry(), {edge.size(), edge.Root()}, now_);
    const auto admitted = submission
                              ? ahead_->Submit(*submission, now_)
                              : Result<ledger::Admitted>(std::unexpected(submission.error()));
    if (!admitted) {
      if (auto done = Flush(); !done) return done;
      return std::unexpected(admitted.error());
    }
    became_[entry.id] = {admitted->index, admitted->hash};
    ids_.push_back(entry.id);
    pending_.push_back(std::move(*submission));
    return {};
  }

  Result<void> Flush() {
    if (pending_.empty()) return {};
    const auto batched = sequencer_.Append(pending_, now_);
    if (!batched) return std::unexpected(batched.error());
    for (size_t i = 0; i < pending_.size(); ++i) {
      const auto& admitted = batched->outcomes[i].admitted;
      if (!admitted) return std::unexpected(admitted.error());
      became_[ids_[i]] = {admitted->index, admitted->hash};
      imported_.push_back(Json::Object{{"entry", admitted->index}, {"record", ids_[i]}});
      if (says_) fmt::print("{} became entry {}\n", ids_[i], admitted->index);
    }
    checkpoint_ = batched->checkpoint;
    pending_.clear();
    ids_.clear();
    Begin();
    return {};
  }

  const std::string& checkpoint() const { return checkpoint_; }
  const Json::Array& imported() const { return imported_; }

 private:
  // What was signed a line above is verified where it is handed in.
  void Begin() {
    now_ = Now();
    ahead_.emplace(
        ledger::BaseOf(sequencer_.reader(), sequencer_.edge(), sequencer_.registry(), ""),
        [](auto&&...) { return true; });
  }

  ledger::Sequencer& sequencer_;
  bool in_clear_;
  bool says_;
  std::string now_;
  // Where the ledger will be behind what is pending.
  std::optional<ledger::Admission> ahead_;
  std::vector<ledger::Submission> pending_;
  // Of the pending ones, in the record.
  std::vector<std::string> ids_;
  std::map<std::string, service::Became> became_;
  Json::Array imported_;
  std::string checkpoint_;
};

}  // namespace

// Each entry is signed with the key of who did it, else with the first key.
int Import(const LedgerFlags& flags) {
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  source::Files files;
  diag::Findings findings;
  record::Record record;
  wire::ReadRecord(files, flags.file, *text, record, findings);
  if (findings.any_error()) return Refuse(flags.common, findings, files);
  if (const auto foreign = RefuseForeign(flags, record)) return *foreign;
  if (!flags.even_so) {
    const auto there = HeldAlready(flags.ledger, record);
    if (!there) return Complain(flags.common, there.error());
    if (!there->empty()) {
      return Complain(flags.common,
                      "the ledger holds " + std::to_string(there->size()) +
                          " of these entries already, such as " + there->front(),
                      "leave them out of the file; --even-so signs them once more");
    }
  }
  auto sequencer = OpenSequencer(flags.ledger);
  if (!sequencer) return Complain(flags.common, sequencer.error());
  Importer importer(*sequencer, flags.in_clear, !flags.common.json);
  size_t by_others = 0;
  for (const record::Entry& entry : record.entries()) {
    const auto own = std::ranges::find(*keys, entry.by, &ledger::SecretKey::name);
    if (own == keys->end() && !entry.by.empty() && entry.kind != record::kCorrect) ++by_others;
    const auto added = importer.Add(entry, own == keys->end() ? keys->front() : *own);
    if (!added) return Complain(flags.common, added.error());
  }
  if (const auto done = importer.Flush(); !done) return Complain(flags.common, done.error());
  const auto earlier_known = std::ranges::count_if(
      record.entries(), [](const record::Entry& entry) { return entry.known < Today(); });
  if (by_others > 0) {
    fmt::print(stderr, "note: {} of them {} signed for others, whose key was not named: {}\n",
               by_others, by_others == 1 ? "is" : "are", keys->front().name());
  }
  if (earlier_known > 0) {
    fmt::print(stderr,
               "note: {} of them were known before today; a ledger knows from the day on which it "
               "recorded\n",
               earlier_known);
  }
  if (flags.common.json)
    return Print("imported",
                 {{"checkpoint", importer.checkpoint()}, {"entries", importer.imported()}});
  return Fine("\n" + importer.checkpoint());
}

}  // namespace entente::cli
