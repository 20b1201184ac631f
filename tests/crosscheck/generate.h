// tests/crosscheck/generate.h: random well-typed programs, records and worlds, small on purpose: a
// counterexample of five clauses gets read, one of fifty does not.
#pragma once

#include <random>

#include "eval/world.h"

namespace entente::crosscheck {

struct Case {
  ir::Program program;
  eval::Facts facts;
  // Closed nodes to be compared: one of each value type.
  std::vector<ir::NodeId> roots;
  // All positions of the horizon at which anything can change.
  std::vector<Position> positions;
  // Positions after which entries may be added to worlds.
  std::vector<Position> future;
};

struct GenerateOptions {
  int depth = 4;
  int entries = 4;
  int days = 5;
};

// The same number is the same program in each run with one compiler; another may evaluate the
// arguments of a call in another order.
Case Generate(uint64_t number, const GenerateOptions& options);

// The values an open instance may take in the worlds that are tried.
std::vector<Value> DomainOf(const Case& c, const eval::Key& key);

// Entries for the open future of a world, up to three of a type.
std::vector<eval::Event> FutureEntries(const Case& c, std::mt19937_64& random);

// Which node stands under which: [parent][child] counts.
using Pairs = std::vector<std::vector<size_t>>;
void CountPairs(const ir::Program& program, Pairs& pairs);

}  // namespace entente::crosscheck
