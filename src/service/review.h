// src/service/review.h: which blocks somebody has held against their prose, and which changed
// since.
//
// A confirmed block carries it behind its opening marks: `entente reviewed PROSE-BLOCK`, two short
// hashes of the words of the prose beside it and of the block, blanks aside. No name and no day:
// those are for whoever keeps the file.
#pragma once

#include <string>
#include <vector>

#include "service/ask.h"

namespace entente::service {

struct ReviewedBlock {
  enum class State : uint8_t { kConfirmed, kNever, kProseChanged, kBlockChanged, kBothChanged };
  State state = State::kNever;
  std::string where;
  std::string heading;
  std::vector<std::string> clauses;
};
std::string_view NameOf(ReviewedBlock::State state);

std::vector<ReviewedBlock> Review(const Snapshot& snapshot);

// One file of the agreement with its blocks confirmed as they now stand: all, or those in which one
// of `clauses` stands. Nothing else in it changes.
std::string Confirm(const Snapshot& snapshot, source::FileId file,
                    const std::vector<std::string>& clauses);

}  // namespace entente::service
