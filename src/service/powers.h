// src/service/powers.h: who may make which notice when, and the last day on which it still does
// what it does.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Each power to make a notice, of one party where it is named, from one day through another, if
// nothing happens but what is recorded or given. Where the agreement has a term, also the days
// after which the notice ends it later by more than it is later, or not at all. Cost: a question
// over all time for each power and day.
inline constexpr int kPowerDaysMax = 1100;
std::optional<eval::PowerList> Powers(Snapshot& snapshot, const std::string& party, Date from,
                                      Date to, const AskOptions& options, diag::Findings& findings);

// The last day on which the agreement is in force, as far as is recorded and given; nothing where
// it is for good. A finding where that hangs on too much that is open.
std::optional<Date> LastDayInForce(Snapshot& snapshot, const AskOptions& options,
                                   diag::Findings& findings);

// Whether the recorded notice was given and made with the power to make it, and what it changes of
// the end of the term; also the last day within kMissedDaysMax before it on which it would have
// ended the agreement sooner. Nothing, and a finding, where there is no such notice.
inline constexpr int kMissedDaysMax = 90;
std::optional<eval::NoticeCheck> CheckNotice(Snapshot& snapshot, const std::string& entry,
                                             const AskOptions& options, diag::Findings& findings);

}  // namespace entente::service
