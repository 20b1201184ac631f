// src/service/owed.h: duties and their lives.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Every instance of a duty that arose by `to` and was not done before `from`, by due day, and how
// it stands at the end of the day asked about, as far as is recorded or given: nothing else is
// taken to have happened. `party` limits them to what that party owes. Each state rests on proofs
// that the checker accepted, or is `undecided`. Nothing where `party` is none or an option cannot
// be read; `findings` then says so. Cost: instances times a proof that counts acts.
std::optional<eval::OwedList> Owes(Snapshot& snapshot, AskOptions options, const std::string& party,
                                   std::optional<Date> from, std::optional<Date> to,
                                   diag::Findings& findings);

}  // namespace entente::service
