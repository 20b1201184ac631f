// src/service/owed.h: duties and their lives.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Every instance of a duty that had arisen at the end of the day asked about, by due day, and how
// it then stands, as far as is recorded or given: nothing else is taken to have happened. Left out
// is what was done before `from` (the day asked about, if none), and after `to`, where it is named,
// what was done or, not being done, falls due. `party` limits them to what that party owes. Each
// state rests on proofs that the checker accepted, or is `undecided`. Nothing where `party` is none
// or an option cannot be read; `findings` then says so. Cost: instances times a proof that counts
// acts.
std::optional<eval::OwedList> Owes(Snapshot& snapshot, AskOptions options, const std::string& party,
                                   std::optional<Date> from, std::optional<Date> to,
                                   diag::Findings& findings);

}  // namespace entente::service
