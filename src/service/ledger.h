// src/service/ledger.h: a ledger read as a record: what its entries mean, and whose word counts.
//
// The ledger knows who signed what and in which order. Here statements become lines of a record
// file: an entry is known from the day it was recorded, and is contested while a party says so,
// when it was signed by a key stolen before, or when somebody signed what only others can say.
#pragma once

#include <set>

#include "ledger/author.h"
#include "ledger/history.h"

namespace entente::service {

struct LedgerRecord {
  // As wire::ReadRecord reads them, one JSON object a line. Entry 12 has the id `e12`.
  std::string lines;
  // What an answer from this record has to say of it: what is contested, withheld or left out.
  std::vector<std::string> notes;
  // Values that nobody opened.
  uint64_t withheld = 0;
  ledger::Walked walked;
};

// A statement that nobody has handed in yet.
struct Unsaid {
  ledger::Draft draft;
  // The author first.
  std::vector<std::string> signers;
  // The time at which it would be recorded.
  std::string recorded;
};

// With `unsaid`, what the record would be if it came next. Entries of the kinds `when_recorded` are
// of the day on which they were recorded, whatever day to come they name. Failures: those of
// ledger::Walk.
Result<LedgerRecord> RecordOf(ledger::Source& source, const ledger::WalkOptions& options,
                              const std::set<std::string>& when_recorded = {},
                              const Unsaid* unsaid = nullptr);

// An entry to be signed. Each value is hidden behind a salted hash unless `in_clear`.
struct EntryDraft {
  std::string kind;
  // Empty for the author.
  std::string by;
  // A day, or a day and a time; empty for the day on which it is recorded.
  std::string happened;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string source;
  std::string evidence;
  bool in_clear = false;
  // Whose signatures it needs beside the author's.
  std::vector<std::string> with;
};
ledger::Draft DraftOf(const EntryDraft& entry);

// The id by which questions and corrections speak of an entry.
std::string EntryId(uint64_t index);

}  // namespace entente::service
