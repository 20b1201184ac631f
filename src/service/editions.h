// src/service/editions.h: what amendments made of the text, and of its answers.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Every version of a clause, the original first, with the stretches of time in which it is the
// text. Nothing where no edition has the clause; `findings` then names the nearest.
std::optional<std::vector<eval::ClauseVersion>> Blame(Snapshot& snapshot, const std::string& label,
                                                      const AskOptions& options,
                                                      diag::Findings& findings);

// The clauses in force at the end of the day asked about, on our readings, in the order of their
// numbers, with their other wordings and the files they come from.
std::optional<eval::Document> TextOn(Snapshot& snapshot, const AskOptions& options,
                                     diag::Findings& findings);

struct DiffOptions {
  bool clauses = true;
  // Each question the clauses raise, each number of the agreement and each duty, asked of both.
  bool outcomes = true;
};
// What differs between two editions: the text of each on the day on which the later of them takes
// effect (or on that of `options`), and the answers from the day of the newer one on, if nothing
// happens but what is recorded or given. Cost: twice all questions that the clauses raise.
std::optional<eval::EditionDiff> Diff(Snapshot& snapshot, const std::string& older,
                                      const std::string& newer, const AskOptions& options,
                                      DiffOptions what, diag::Findings& findings);

}  // namespace entente::service
