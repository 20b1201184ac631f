// src/eval/ref/reference.h: the definition. One value in one world at one position, no caching.
//
// Written to be read beside docs/semantics.md; tests/crosscheck holds every engine to it. It finds
// no positions itself: those at which a signal may turn true are given.
#pragma once

#include "eval/world.h"

namespace entente::eval {

class Reference {
 public:
  // `positions` are, in order, all at which a signal of the program can change in `world`.
  Reference(const World& world, const std::vector<Position>& positions)
      : program_(*world.program), world_(world), positions_(positions) {}

  // Two-valued: what the text leaves open the world has settled.
  Value Evaluate(ir::NodeId node, const Env& env, Position at);

  // An amount did not fit somewhere; what was returned since means nothing.
  bool overflowed() const { return overflowed_; }

 private:
  struct Occurrence {
    Position at;
    Slot slot;
  };
  Value Rules(const ir::Node& node, const Env& env, Position at);
  Value Fold(ir::NodeId id, const Env& env, Position at);
  Value Each(ir::NodeId id, const Env& env, Position at);
  std::vector<Occurrence> Events(ir::NodeId id, const Env& env, Position until);
  std::vector<Value> EvaluateAll(std::span<const ir::NodeId> nodes, const Env& env, Position at);
  Value Total(ir::Function function, std::span<const Value> args);

  const ir::Program& program_;
  const World& world_;
  const std::vector<Position>& positions_;
  bool overflowed_ = false;
};

}  // namespace entente::eval
