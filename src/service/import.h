// src/service/import.h: the entries of a record file as statements for a ledger.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/author.h"
#include "record/record.h"

namespace entente::service {

// What an entry of the record is in the ledger. The leaf is known once it is admitted.
struct Became {
  uint64_t index = 0;
  Digest leaf{};
};

// The id of the entry that a correction corrects; null for other kinds.
const std::string* CorrectedBy(const record::Entry& entry);

// What `author` signs to say `entry`. `became` has what the entries above it are, by id: what is
// `of` one of them is of that, and a correction, whose entry must be in it, corrects that.
ledger::Draft DraftOf(const record::Entry& entry, const std::string& author, bool in_clear,
                      const std::map<std::string, Became>& became);

// `o1 as e3`, for each entry of `record` that `held` has with the same kind, author, day and
// values, whichever entry it refers to: entries are called otherwise there. Cost: n log n.
std::vector<std::string> HeldAlready(const record::Record& record, const record::Record& held);

}  // namespace entente::service
