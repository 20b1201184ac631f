// src/ir/walk.h: the nodes that a node's value can depend on, each once.
#pragma once

#include <vector>

#include "ir/program.h"

namespace entente::ir {

// Calls `visit(id, node)` for `root`, its children, the guards and values of their rules and, where
// `into_terms`, the bodies of the terms they refer to. In no particular order; each node once.
template <class Visit>
void ForEachBelow(const Program& program, NodeId root, Visit&& visit, bool into_terms = true) {
  std::vector<bool> seen(program.node_count(), false);
  std::vector<NodeId> stack = {root};
  const auto add = [&](NodeId id) {
    if (!seen[id.index]) stack.push_back(id);
    seen[id.index] = true;
  };
  seen[root.index] = true;
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    const Node& node = program.Get(id);
    visit(id, node);
    for (const NodeId child : program.Children(id)) add(child);
    if (node.op == Op::kRef && into_terms) add(program.terms[node.data].body);
    if (node.op == Op::kRules) {
      for (const Rule& rule : program.rule_sets[node.data].rules) {
        add(rule.guard);
        add(rule.value);
      }
    }
  }
}

}  // namespace entente::ir
