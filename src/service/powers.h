// src/service/powers.h: who may make which notice when, and the last day on which it still does
// what it does.
#pragma once

#include <functional>

#include "service/ask.h"

namespace entente::service {

// Each power to make a notice, of one party where it is named, from one day through another, if
// nothing happens but what is recorded or given. Where the agreement has a term, also the days
// after which the notice ends it later by more than it is later, or not at all. Cost: a question
// over all time for each power and day.
inline constexpr int kPowerDaysMax = 1100;
std::optional<eval::PowerList> Powers(Snapshot& snapshot, const std::string& party, Date from,
                                      Date to, const AskOptions& options, diag::Findings& findings);

// Whoever a sentence names as making a notice, one by one: the parties of `either Party`, the two
// of `Birch or the Panel`; `a Seat` stays as it is.
std::vector<std::string> EachOf(const check::Agreement& agreement, const std::string& who);

// The kind that a sentence speaks of as `a Seat`, or `a Seat that is sworn`.
std::optional<ir::KindId> KindIn(const ir::Program& program, std::string_view who);

// Things of a kind: those of the text, and those that all parties signed for, or that stand in a
// record which nobody signs.
std::vector<std::string> MembersOf(const Snapshot& snapshot, ir::KindId kind);

// The notices that a power to make one speaks of, in words such as `a Seat make an Approval or a
// Refusal of a Declaration`; null where it is no such power.
std::vector<const check::EventName*> NoticesMade(const check::Agreement& agreement,
                                                 std::string_view question);

// Who makes it, in such words: `a Seat`.
std::string MakerIn(const std::string& question);

// The last day on which the agreement is in force, as far as is recorded and given; nothing where
// it is for good. A finding where that hangs on too much that is open.
std::optional<Date> LastDayInForce(Snapshot& snapshot, const AskOptions& options,
                                   diag::Findings& findings);

// Days in [from, after) after which a notice ends the term later by more than a day, or no more;
// `ends` tells the last day in force of a notice given on a day. Cost: a call a day.
std::vector<eval::Power::Deadline> Deadlines(Date from, Date after,
                                             const std::function<std::optional<Date>(Date)>& ends);

// By each channel, the last day to send what is to be given by a day.
std::vector<std::pair<std::string, Date>> LastToSend(const eval::NoticeRule& notices, Date given);

}  // namespace entente::service
