// src/service/survey.h: many questions at once: those that the clauses themselves raise.
//
// Every sentence that allows or forbids an act is asked in its own words, over all time. What one
// event changes, what changes by itself, and rights by stage are comparisons of these lanes.
#pragma once

#include "service/ask.h"

namespace entente::service {

// A lane for each norm of the agreement, in the order of the text; a norm whose words make no
// question gets none, and `findings` says why.
std::vector<eval::Lane> Lanes(Snapshot& snapshot, const AskOptions& options,
                              diag::Findings& findings);

// What the events supposed (as for `--given`) change, against the same without them. Nothing else
// happens in either. Every notice that they are about is supposed along, earlier on the same day.
std::optional<eval::Comparison> WhatIf(Snapshot& snapshot, const std::vector<std::string>& events,
                                       AskOptions options, diag::Findings& findings);

// The rights before any of `events` has happened, and after each of them: each stands with the
// notices it is about, and without the others.
std::optional<eval::Stages> ByStage(Snapshot& snapshot, const std::vector<std::string>& events,
                                    AskOptions options, diag::Findings& findings);

// The same of numbers that belong to nothing and of duties: whether their conditions hold.
std::vector<eval::Lane> OtherLanes(Snapshot& snapshot, const AskOptions& options,
                                   diag::Findings& findings);

// All of these, and whether each duty is overdue: what an agreement answers without being asked.
std::vector<eval::Lane> AllLanes(Snapshot& snapshot, const AskOptions& options,
                                 diag::Findings& findings);

// Adds the stretches of days from `from` on in which two lanes of one question differ.
void CompareLanes(const eval::Lane& before, const eval::Lane& after, Date from,
                  std::vector<eval::Change>& out);

// What changes by itself from the day after `options.on` up to and including `through`.
std::vector<eval::Change> Ahead(Snapshot& snapshot, AskOptions options, Date through,
                                diag::Findings& findings);

}  // namespace entente::service
