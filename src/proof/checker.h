// src/proof/checker.h: accepts a proof or says what is wrong with it. No search.
//
// Shares nothing with the engines but the program, the facts, values and their functions. Cost:
// linear in the proof and, for each event list in it, in the entries of that kind.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "proof/proof.h"

namespace entente::proof {

inline constexpr size_t kDepthMax = 2'000;

// The interval for which the claim of `proof` holds, given `facts` and its assumptions. Lemmas are
// checked in their order, each by itself, before the root.
std::expected<Interval, std::string> Check(const ir::Program& program, const eval::Facts& facts,
                                           const Proof& proof);

// Where the amount of a claim lies under these assumptions: the bounds stated of an open number,
// and what is assumed of it.
ir::Bounds BoundsOf(const ir::Program& program, const eval::Facts& facts,
                    const std::vector<Assumption>& assumptions, const Claim& claim);

// The walk over one step, writing into it and its parts the widest interval each may claim. What it
// cites of `lemmas` is taken as shown. `asked` is the moment that assumptions of the form "by the
// moment asked" speak of; `assumptions` is used as a stack and left as it was.
std::expected<Interval, std::string> Complete(const ir::Program& program, const eval::Facts& facts,
                                              std::vector<Assumption>& assumptions, Position asked,
                                              std::span<const Lemma> lemmas, Step& step);

}  // namespace entente::proof
