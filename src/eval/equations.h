// src/eval/equations.h: what the equations share: keys of what the text itself leaves open, and how
// scheduled events are placed.
#pragma once

#include <algorithm>

#include "eval/world.h"

namespace entente::eval {

// A schedule has at most this many instalments for one event: a century of months.
inline constexpr int64_t kInstalmentsMax = 10'000;

// The whole part of a number, within [0, kInstalmentsMax].
int64_t InstalmentsOf(const Value& n);
// A scheduled event stands at sequence 0 of its second.
Position ScheduledAt(Position at);
// The fields of the i-th event scheduled from an event at `origin`.
Slot WithIndex(const ir::Program& program, const Slot& slot, Position origin, int64_t i);
Slot Moved(const ir::Program& program, const Slot& slot, Position at);
// Events in the order of their moments; of one moment, in the order in which they came.
template <class Events>
void SortByMoment(Events&& events) {
  std::ranges::stable_sort(events, {}, [](const auto& event) { return event.at; });
}

// The amount or moment that literals and fields make by functions alone, the same at every time.
// Nothing where anything else has a part in it, or it does not fit.
std::optional<Value> Reckoned(const ir::Program& program, ir::NodeId node, const Env& env);

// Whether events not seen can only add to the amount of the node: a count, or one same amount, not
// negative, for each key. What the events seen come to is then its lower end.
bool OnlyGrows(const ir::Program& program, ir::NodeId node);

Key SilenceKey(const ir::Program& program, const ir::RuleSet& set, const Env& env);
// For doubt about which of these clauses prevails; a doubt about the text, so without arguments.
Key ConflictKey(std::vector<Symbol> labels);
// The place in `labels` of the clause that the conflict's `choice` names.
size_t PickedBy(const Value& choice, const std::vector<Symbol>& labels);

}  // namespace entente::eval
