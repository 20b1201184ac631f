// src/service/openness.h: what is open, what it matters for, and how far one may go.
#pragma once

#include "service/ask.h"

namespace entente::service {

// What the answer to one question turns on, on the day asked.
std::optional<std::vector<eval::OpenPoint>> Missing(Snapshot& snapshot, check::Form form,
                                                    const std::string& question,
                                                    const AskOptions& options,
                                                    diag::Findings& findings);

// The open points on which the questions that the clauses raise turn between two days, those that
// most questions turn on first; readings that decide among them.
std::vector<eval::OpenPoint> OpenPoints(Snapshot& snapshot, const AskOptions& options, Date from,
                                        Date to, diag::Findings& findings);

// Other readings on which the answer comes out otherwise, the one that most hangs on first.
std::optional<std::vector<eval::Argument>> Argue(Snapshot& snapshot, check::Form form,
                                                 const std::string& question,
                                                 const AskOptions& options,
                                                 diag::Findings& findings);

// How the answer comes out over one thing that varies. A number of a thing in the question,
// `Compute` of the Training Run: exact at and between every amount that is known. `day`: from the
// day asked on. A kind that the act has a part of, or `who`: each that the clauses tell apart.
std::optional<std::vector<eval::Interval>> Limit(Snapshot& snapshot, const std::string& question,
                                                 const std::string& number,
                                                 const AskOptions& options,
                                                 diag::Findings& findings);

// Recorded acts between two days that were forbidden or may have been, notices without power, and
// what is open or was left out.
eval::AuditReport Audit(Snapshot& snapshot, const AskOptions& options, std::optional<Date> from,
                        std::optional<Date> to, diag::Findings& findings);

}  // namespace entente::service
