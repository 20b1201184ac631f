// src/service/readback.h: the text held against what was made of it.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Every sentence of prose and, of the clauses of the next block under the same heading, those that
// share a word or a figure with it: a guess at which says it, never at whether it says it well. A
// paragraph that begins with `Not modelled` is left out by decision. Cost: sentences times clauses
// of a block.
eval::Coverage Cover(const Snapshot& snapshot);

// The sentences that no clause computes from and that share a name or the verb of the act with the
// question.
std::optional<eval::Coverage> CoverFor(Snapshot& snapshot, check::Form form,
                                       const std::string& question, diag::Findings& findings);

// Each clause read back from the program: what it allows, forbids, defines or states, and when. The
// words come from the nodes alone, so that a slip between block and program shows.
std::vector<eval::Readback> ReadBack(Snapshot& snapshot);

}  // namespace entente::service
