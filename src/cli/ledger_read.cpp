#include "cli/ledger_read.h"

#include <algorithm>
#include <map>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "wire/json.h"

namespace entente::cli {

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
      options.recorded_before = ToText(Date{day->day + 1}) + "T00:00:00Z";
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
  ReadLedgerLines(snapshot, std::move(record->lines));
  return std::nullopt;
}

}  // namespace entente::cli
