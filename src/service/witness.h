// src/service/witness.h: a world in which an answer comes out a given way, replayed by the
// reference.
#pragma once

#include "eval/timeline/timeline.h"

namespace entente::service {

struct Witness {
  eval::World world;
  Value value;
};

// Positions at which a signal of `program` can change in `world`: its events, the dates of the
// text, what lies a stated time after them. In order.
std::vector<Position> Positions(const ir::Program& program, const eval::World& world, Position at);

// Settles what `path` names so that its atoms are as it says, adds the events it supposes, and
// asks the reference; where the path rests on a node that is not seen through, a few events of the
// kinds below it are tried too. Nothing when no world of the few that are tried bears the path out:
// each is tried with `expected`, where that is given, as the value to be met or, with `other`, as
// one that must not come out.
std::optional<Witness> FindWitness(const ir::Program& program, const eval::Facts& facts,
                                   eval::Timeline& timeline, ir::NodeId node, const eval::Env& env,
                                   Position at, const std::vector<eval::Choice>& path,
                                   const std::optional<Value>& expected, bool other = false);

}  // namespace entente::service
