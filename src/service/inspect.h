// src/service/inspect.h: the agreement read by act and by clause, rather than by question.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Everything said of an act (by its verb) or a notice (by its name). Nothing when there is neither;
// `findings` then names the nearest.
std::optional<eval::Rulebook> RulesOn(Snapshot& snapshot, const std::string& act,
                                      diag::Findings& findings);

// Says that no clause has the label, and which is nearest.
void UnknownClause(const check::Agreement& agreement, const std::string& label,
                   diag::Findings& findings);

// A clause by its label, and what it comes to on the day of `options`.
std::optional<eval::ClauseView> ReadClause(Snapshot& snapshot, const std::string& label,
                                           const AskOptions& options, diag::Findings& findings);

}  // namespace entente::service
