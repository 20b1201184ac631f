// src/service/proceedings.h: a notice that others decide on, from its opening to the decision.
//
// Which notices those are, who may make them, in what time and how many it takes, the clauses say:
// a declaration and its panel are nothing but notices declared to be `of` another.
#pragma once

#include "service/ask.h"

namespace entente::service {

// The notice that a record calls so; null where there is none.
const check::EventName* NoticeCalled(const check::Agreement& agreement, std::string_view kind);

// The recorded notices of which other notices can be, in the order of the record.
std::vector<std::string> Openings(const Snapshot& snapshot);

// The last of them that was made with the power to make it, else the last; empty where there is
// none.
std::string OpeningNow(Snapshot& snapshot, const AskOptions& options, diag::Findings& findings);

// The notices that can be about one of this kind, in the order in which they are declared.
std::vector<std::string> NoticesAbout(const check::Agreement& agreement, const std::string& notice);

// How far it is at the end of the day asked about, if nothing happens but what is recorded.
// Nothing, and a finding, where the record has no such entry. Cost: a question for each notice and
// each of those who may make it.
std::optional<eval::Proceeding> ProceedingOf(Snapshot& snapshot, const std::string& entry,
                                             const AskOptions& options, diag::Findings& findings);

// Why the agreement could not take such an entry, whoever gives it and when: an unknown field, a
// value that is none. Nothing where it could.
std::optional<diag::Finding> WhyNotTaken(const Snapshot& snapshot, record::Entry entry);

// Whether a notice on record was given with the power to make it, and by which clauses.
struct Effect {
  // One of eval::kCounts, kNoEffect and their like.
  std::string standing;
  // The clauses that decide it; where none speaks of the case, those that give such a power.
  std::vector<eval::Citation> because;
  // The conditions of theirs on which that turned.
  std::vector<std::string> why;
  bool decided = false;
};
// Nothing, and a finding, where the agreement cannot take the record.
std::optional<Effect> EffectOf(Snapshot& snapshot, const std::string& entry,
                               const AskOptions& options, diag::Findings& findings);

}  // namespace entente::service
