// src/proof/builder.h: builds a proof of an answer by the equations, along the engine's diagrams.
//
// The timeline engine says which part of an `or` is true and on which open point to distinguish
// cases; the builder only writes down what the checker will want to see. The checker has the last
// word: where the engine knows more than can be shown step by step (that no event still to come
// can count, say) there is no proof, and the caller answers `undecided`.
#pragma once

#include "eval/timeline/timeline.h"
#include "proof/proof.h"

namespace entente::proof {

// More steps are not written down.
inline constexpr size_t kStepsMax = 200'000;

// A proof of the value of `node` at `at` where `choices` hold. `choices` must make the engine's
// diagram constant, apart from worlds that contradict one another.
std::optional<Proof> Build(const ir::Program& program, const eval::Facts& facts,
                           eval::Timeline& timeline, ir::NodeId node, const eval::Env& env,
                           Position at, const std::vector<eval::Choice>& choices);

// The assumption that a choice of the engine stands for; nothing for an opaque atom.
std::optional<Assumption> AssumptionOf(const eval::Timeline& timeline, eval::Diagrams& diagrams,
                                       const eval::Choice& choice, const ir::Program& program);

}  // namespace entente::proof
