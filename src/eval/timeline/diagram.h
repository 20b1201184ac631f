// src/eval/timeline/diagram.h: decision diagrams over open points, multi-valued, reduced, ordered.
//
// A diagram is a function from worlds to leaves. Inner nodes test an atom:
//   choice    which alternative an open truth value, reading or conflict takes
//   number    u >= c (or u > c) for an open number u, or an open moment as its position
//   elapsed   "what is waited for happened at least d before the moment asked about"
//   opaque    the truth of one node that the exact fragment does not reach
// Atoms of one number or one wait imply one another; cofactors know it, so no path contradicts
// itself. Order: readings, then other choices, then the rest; within a subject by threshold.
//
// Bryant, Graph-based algorithms for Boolean function manipulation (1986), with the thresholds of
// difference decision diagrams (Moller et al. 1999) for a single variable, and the one operation of
// Brace, Rudell and Bryant, Efficient implementation of a BDD package (1990), for the connectives.
// Apply costs at most the product of the sizes; the manager stops growing at `nodes_max` and says
// so.
#pragma once

#include <functional>
#include <vector>

#include "base/hash_index.h"
#include "ir/program.h"

namespace entente::eval {

using Diagram = Id<struct DiagramTag>;
using SubjectId = Id<struct SubjectTag>;

struct Subject {
  enum class Kind : uint8_t { kReading, kChoice, kNumber, kElapsed, kOpaque };
  Kind kind = Kind::kChoice;
  // Index of the instance, wait or opaque node in the engine's tables.
  uint32_t id = 0;
  // Branches of a choice; two for the rest.
  uint32_t arity = 2;
  // Elapsed: whether thresholds count days or months.
  DurationUnit unit = DurationUnit::kDays;
  friend bool operator==(const Subject&, const Subject&) = default;
};

struct Atom {
  SubjectId subject;
  // Branch 1 is "at least", or "more than" where strict. Choices do not use it.
  Rational threshold;
  bool strict = false;
};

struct Leaf {
  enum class Kind : uint8_t { kValue, kLinear, kWait, kOpaque, kImpossible };
  Kind kind = Kind::kValue;
  Value value;
  // The open number of `scale * u + offset`, the awaited moment, or the opaque node.
  uint32_t id = 0;
  Rational scale;
  Rational offset;
  // kOpaque: what is known of the amount all the same.
  ir::Bounds within;
  // kWait: this long after the awaited moment.
  Duration shift;
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// One atom and the branch taken.
struct Choice {
  Atom atom;
  uint32_t branch = 0;
};

class Diagrams {
 public:
  explicit Diagrams(size_t nodes_max);

  SubjectId SubjectOf(const Subject& subject);
  const Subject& Get(SubjectId id) const { return subjects_[id.index]; }

  Diagram Of(const Leaf& leaf);
  Diagram Of(const Value& value) { return Of(Leaf{.value = value}); }
  Diagram Bool(bool b) const { return b ? true_ : false_; }
  Diagram Impossible() { return Of(Leaf{.kind = Leaf::Kind::kImpossible}); }
  // The choice itself, one leaf a branch, or the truth of a binary atom.
  Diagram Branches(SubjectId subject, const std::vector<Diagram>& branches);
  Diagram Truth(const Atom& atom);
  // One of `branches`, whatever atoms they begin with, as `atom` says.
  Diagram Select(const Atom& atom, std::span<const Diagram> branches) {
    return Select(AtomId(atom), branches);
  }
  // Whether the subject is a constant of each world rather than a state at the moment asked.
  bool IsTimeless(SubjectId id) const {
    return Get(id).kind != Subject::Kind::kElapsed && Get(id).kind != Subject::Kind::kOpaque;
  }

  bool IsLeaf(Diagram d) const { return nodes_[d.index].atom == kNoAtom; }
  const Leaf& LeafOf(Diagram d) const { return leaves_[nodes_[d.index].first]; }
  bool IsTrue(Diagram d) const { return d == true_; }
  bool IsFalse(Diagram d) const { return d == false_; }
  const Atom& AtomOf(Diagram d) const { return atoms_[nodes_[d.index].atom]; }
  std::span<const Diagram> ChildrenOf(Diagram d) const {
    const Node& node = nodes_[d.index];
    return {children_.data() + node.first, node.count};
  }

  // `leaf` is called once for each combination of leaves that some world reaches, and may itself
  // return any diagram.
  using LeafFunction = std::function<Diagram(std::span<const Diagram>)>;
  Diagram Apply(std::span<const Diagram> args, const LeafFunction& leaf);
  // `condition`, and all of And, Or and Not, are truths; `a` and `b` of If may be anything.
  Diagram If(Diagram condition, Diagram a, Diagram b);
  Diagram And(Diagram a, Diagram b) { return If(a, b, false_); }
  Diagram Or(Diagram a, Diagram b) { return If(a, true_, b); }
  Diagram Not(Diagram a) { return If(a, false_, true_); }

  // `d` in the worlds where `choice` holds.
  Diagram Restrict(Diagram d, const Choice& choice);
  // Drops branches that lead to nothing but the impossible leaf.
  Diagram WithoutImpossible(Diagram d);

  // Every leaf with the worlds that lead to it, as a truth diagram. In order of first visit.
  std::vector<std::pair<Diagram, Diagram>> Cases(Diagram d);
  std::vector<Diagram> Leaves(Diagram d) const;
  std::vector<SubjectId> Support(Diagram d) const;
  // Calls `visit` for each path until it returns false.
  void Paths(Diagram d,
             const std::function<bool(const std::vector<Choice>&, Diagram)>& visit) const;

  // Set once the cap was met; whatever was computed since is not to be used.
  bool full() const { return full_; }
  size_t size() const { return nodes_.size(); }

 private:
  static constexpr uint32_t kNoAtom = UINT32_MAX;
  struct Node {
    uint32_t atom = kNoAtom;
    uint32_t first = 0;
    uint32_t count = 0;
  };
  // What `If` and `Restrict` have computed, by arguments; a later result may displace an earlier.
  struct Computed {
    uint32_t a = UINT32_MAX, b = 0, c = 0;
    Diagram result;
  };
  // The entry of the cache that belongs to these three.
  Computed& Cached(uint32_t a, uint32_t b, uint32_t c);
  uint32_t AtomId(const Atom& atom);
  bool Before(uint32_t a, uint32_t b) const;
  Diagram Make(uint32_t atom, std::span<const Diagram> children);
  Diagram Cofactor(Diagram d, uint32_t atom, uint32_t branch) const;
  Diagram Select(uint32_t atom, std::span<const Diagram> branches);
  // Every node of `d` once, in depth-first order.
  template <class Visit>
  void ForEachNode(Diagram d, Visit&& visit) const;
  Diagram RestrictTo(Diagram d, uint32_t atom, uint32_t branch);

  size_t nodes_max_;
  bool full_ = false;
  std::vector<Node> nodes_;
  std::vector<Diagram> children_;
  std::vector<Leaf> leaves_;
  std::vector<Atom> atoms_;
  std::vector<Subject> subjects_;
  HashIndex node_index_;
  HashIndex atom_index_;
  std::vector<Computed> computed_;
  // By node: the last round of ForEachNode that came by.
  mutable std::vector<uint32_t> seen_;
  mutable uint32_t seen_round_ = 0;
  Diagram true_;
  Diagram false_;
};

}  // namespace entente::eval
