#include "eval/timeline/diagram.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace entente::eval {
namespace {

// Results by tuples of diagrams, all of one length.
class TupleMemo {
 public:
  explicit TupleMemo(size_t width) : width_(width) {}
  Diagram Find(std::span<const Diagram> tuple) const {
    const uint32_t row = index_.Find(Hash(tuple), [&](uint32_t r) {
      return std::equal(tuple.begin(), tuple.end(),
                        tuples_.begin() + static_cast<ptrdiff_t>(r * width_));
    });
    return row == HashIndex::kNone ? Diagram{} : results_[row];
  }
  void Add(std::span<const Diagram> tuple, Diagram result) {
    tuples_.insert(tuples_.end(), tuple.begin(), tuple.end());
    results_.push_back(result);
    index_.Push(Hash(tuple));
  }

 private:
  static uint64_t Hash(std::span<const Diagram> tuple) {
    uint64_t h = tuple.size();
    for (const Diagram d : tuple) h = MixHash(h, d.index);
    return h;
  }
  size_t width_;
  std::vector<Diagram> tuples_;
  std::vector<Diagram> results_;
  HashIndex index_;
};

uint64_t HashOf(const Rational& r) {
  return MixHash(static_cast<uint64_t>(r.numerator()), static_cast<uint64_t>(r.denominator()));
}

// Entries of the cache of computed results, at most: a power of two.
constexpr size_t kComputedMax = 1 << 16;
// Tells a restriction from a choice among diagrams in that cache.
constexpr uint32_t kRestrictKey = 1u << 31;

// The branches of one node; on the stack, since nearly all have two.
class SmallBranches {
 public:
  explicit SmallBranches(uint32_t count) : count_(count) {
    if (count > few_.size()) many_.resize(count);
  }
  Diagram& operator[](uint32_t i) { return many_.empty() ? few_[i] : many_[i]; }
  std::span<const Diagram> span() const {
    return {many_.empty() ? few_.data() : many_.data(), count_};
  }

 private:
  uint32_t count_;
  std::array<Diagram, 4> few_;
  std::vector<Diagram> many_;
};

bool Binary(Subject::Kind kind) {
  return kind == Subject::Kind::kNumber || kind == Subject::Kind::kElapsed;
}

}  // namespace

Diagrams::Diagrams(size_t nodes_max) : nodes_max_(nodes_max) {
  false_ = Of(Value::Bool(false));
  true_ = Of(Value::Bool(true));
}

SubjectId Diagrams::SubjectOf(const Subject& subject) {
  const auto found = std::find(subjects_.begin(), subjects_.end(), subject);
  if (found != subjects_.end()) {
    return SubjectId{static_cast<uint32_t>(found - subjects_.begin())};
  }
  subjects_.push_back(subject);
  return SubjectId{static_cast<uint32_t>(subjects_.size() - 1)};
}

Diagram Diagrams::Of(const Leaf& leaf) {
  uint64_t hash = MixHash(static_cast<uint64_t>(leaf.kind), leaf.value.Hash());
  hash = MixHash(MixHash(hash, leaf.id), HashOf(leaf.scale));
  hash = MixHash(MixHash(hash, HashOf(leaf.offset)), static_cast<uint64_t>(leaf.shift.count));
  const uint32_t found = node_index_.Find(hash, [&](uint32_t row) {
    return nodes_[row].atom == kNoAtom && leaves_[nodes_[row].first] == leaf;
  });
  if (found != HashIndex::kNone) return Diagram{found};
  nodes_.push_back({kNoAtom, static_cast<uint32_t>(leaves_.size()), 0});
  leaves_.push_back(leaf);
  node_index_.Push(hash);
  return Diagram{static_cast<uint32_t>(nodes_.size() - 1)};
}

uint32_t Diagrams::AtomId(const Atom& atom) {
  const uint64_t hash = MixHash(MixHash(atom.subject.index, HashOf(atom.threshold)), atom.strict);
  const uint32_t found = atom_index_.Find(hash, [&](uint32_t row) {
    const Atom& other = atoms_[row];
    return other.subject == atom.subject && other.threshold == atom.threshold &&
           other.strict == atom.strict;
  });
  if (found != HashIndex::kNone) return found;
  atoms_.push_back(atom);
  atom_index_.Push(hash);
  return static_cast<uint32_t>(atoms_.size() - 1);
}

bool Diagrams::Before(uint32_t a, uint32_t b) const {
  const Atom& x = atoms_[a];
  const Atom& y = atoms_[b];
  if (x.subject != y.subject) {
    const bool x_reading = Get(x.subject).kind == Subject::Kind::kReading;
    const bool y_reading = Get(y.subject).kind == Subject::Kind::kReading;
    if (x_reading != y_reading) return x_reading;
    return x.subject < y.subject;
  }
  if (const int order = Compare(x.threshold, y.threshold); order != 0) return order < 0;
  return !x.strict && y.strict;
}

// `children` must not be a view of the table, which may move.
Diagram Diagrams::Make(uint32_t atom, std::span<const Diagram> children) {
  if (std::all_of(children.begin(), children.end(), [&](Diagram d) { return d == children[0]; })) {
    return children[0];
  }
  uint64_t hash = atom;
  for (const Diagram d : children) hash = MixHash(hash, d.index);
  const uint32_t found = node_index_.Find(hash, [&](uint32_t row) {
    return nodes_[row].atom == atom &&
           std::equal(children.begin(), children.end(), children_.begin() + nodes_[row].first);
  });
  if (found != HashIndex::kNone) return Diagram{found};
  if (nodes_.size() >= nodes_max_) {
    full_ = true;
    return children[0];
  }
  nodes_.push_back(
      {atom, static_cast<uint32_t>(children_.size()), static_cast<uint32_t>(children.size())});
  children_.insert(children_.end(), children.begin(), children.end());
  node_index_.Push(hash);
  return Diagram{static_cast<uint32_t>(nodes_.size() - 1)};
}

Diagram Diagrams::Branches(SubjectId subject, const std::vector<Diagram>& branches) {
  return Select(AtomId({subject, Rational(0), false}), branches);
}

Diagram Diagrams::Truth(const Atom& atom) {
  const Diagram branches[] = {false_, true_};
  return Make(AtomId(atom), branches);
}

// `d` where `atom` takes `branch`. `atom` must not come after the top of `d`.
Diagram Diagrams::Cofactor(Diagram d, uint32_t atom, uint32_t branch) const {
  while (!IsLeaf(d)) {
    const Node& node = nodes_[d.index];
    if (node.atom == atom) return children_[node.first + branch];
    // u < c decides every higher threshold of u; u >= c decides none of them.
    if (atoms_[node.atom].subject != atoms_[atom].subject || branch == 1) return d;
    if (!Binary(Get(atoms_[atom].subject).kind)) return d;
    d = children_[node.first];
  }
  return d;
}

Diagram Diagrams::Apply(std::span<const Diagram> args, const LeafFunction& leaf) {
  if (std::all_of(args.begin(), args.end(), [&](Diagram d) { return IsLeaf(d); }))
    return leaf(args);
  TupleMemo memo(args.size());
  const std::function<Diagram(std::span<const Diagram>)> go =
      [&](std::span<const Diagram> at) -> Diagram {
    uint32_t top = kNoAtom;
    for (const Diagram d : at) {
      const uint32_t atom = nodes_[d.index].atom;
      if (atom != kNoAtom && (top == kNoAtom || (atom != top && Before(atom, top)))) top = atom;
    }
    if (full_) return at[0];
    if (top == kNoAtom) return leaf(at);
    if (const Diagram known = memo.Find(at); known.valid()) return known;
    const uint32_t arity = Get(atoms_[top].subject).arity;
    SmallBranches branches(arity), below(static_cast<uint32_t>(at.size()));
    for (uint32_t b = 0; b < arity; ++b) {
      for (uint32_t i = 0; i < at.size(); ++i) below[i] = Cofactor(at[i], top, b);
      branches[b] = go(below.span());
    }
    const Diagram out = Select(top, branches.span());
    memo.Add(at, out);
    return out;
  };
  return go(args);
}

// Chooses among `branches` by `atom`, whatever atoms they begin with.
Diagram Diagrams::Select(uint32_t atom, std::span<const Diagram> branches) {
  const bool ordered = std::all_of(branches.begin(), branches.end(), [&](Diagram d) {
    const uint32_t top = nodes_[d.index].atom;
    return top == kNoAtom || (Before(atom, top) && (atoms_[top].subject != atoms_[atom].subject));
  });
  if (ordered) return Make(atom, branches);
  TupleMemo memo(branches.size());
  const std::function<Diagram(std::span<const Diagram>)> go =
      [&](std::span<const Diagram> at) -> Diagram {
    if (full_) return at[0];
    if (const Diagram known = memo.Find(at); known.valid()) return known;
    uint32_t top = atom;
    for (const Diagram d : at) {
      const uint32_t other = nodes_[d.index].atom;
      if (other != kNoAtom && Before(other, top)) top = other;
    }
    SmallBranches below(static_cast<uint32_t>(at.size()));
    Diagram out;
    if (top == atom) {
      for (uint32_t b = 0; b < at.size(); ++b) below[b] = Cofactor(at[b], atom, b);
      out = Make(atom, below.span());
    } else {
      const uint32_t arity = Get(atoms_[top].subject).arity;
      SmallBranches made(arity);
      const bool same = atoms_[top].subject == atoms_[atom].subject;
      for (uint32_t b = 0; b < arity; ++b) {
        for (uint32_t i = 0; i < at.size(); ++i) below[i] = Cofactor(at[i], top, b);
        // A lower threshold refused refuses this one too.
        made[b] = same && b == 0 ? below[0] : go(below.span());
      }
      out = Make(top, made.span());
    }
    memo.Add(at, out);
    return out;
  };
  return go(branches);
}

Diagrams::Computed& Diagrams::Cached(uint32_t a, uint32_t b, uint32_t c) {
  // As many entries as there are nodes, within reason.
  if (computed_.size() < nodes_.size() && computed_.size() < kComputedMax)
    computed_.assign(std::max<size_t>(256, computed_.size() * 4), {});
  return computed_[MixHash(MixHash(a, b), c) & (computed_.size() - 1)];
}

Diagram Diagrams::If(Diagram condition, Diagram a, Diagram b) {
  if (IsTrue(condition) || a == b) return a;
  if (IsLeaf(condition)) return b;
  if (IsTrue(a) && IsFalse(b)) return condition;
  if (full_) return condition;
  Computed& known = Cached(condition.index, a.index, b.index);
  if (known.a == condition.index && known.b == a.index && known.c == b.index) return known.result;
  uint32_t top = nodes_[condition.index].atom;
  for (const Diagram d : {a, b}) {
    const uint32_t atom = nodes_[d.index].atom;
    if (atom != kNoAtom && atom != top && Before(atom, top)) top = atom;
  }
  const uint32_t arity = Get(atoms_[top].subject).arity;
  SmallBranches below(arity);
  for (uint32_t branch = 0; branch < arity; ++branch) {
    below[branch] =
        If(Cofactor(condition, top, branch), Cofactor(a, top, branch), Cofactor(b, top, branch));
  }
  // Cofactors begin behind `top`, so the order holds.
  const Diagram out = Make(top, below.span());
  Cached(condition.index, a.index, b.index) = {condition.index, a.index, b.index, out};
  return out;
}

Diagram Diagrams::RestrictTo(Diagram d, uint32_t atom, uint32_t branch) {
  if (IsLeaf(d)) return d;
  const Node node = nodes_[d.index];
  const bool same = atoms_[node.atom].subject == atoms_[atom].subject;
  if (node.atom == atom) return RestrictTo(children_[node.first + branch], atom, branch);
  if (same && Binary(Get(atoms_[atom].subject).kind) && branch == (Before(node.atom, atom) ? 1 : 0))
    return RestrictTo(children_[node.first + branch], atom, branch);
  // Behind the atom nothing is left that it decides.
  if (Before(atom, node.atom)) return d;
  const uint32_t key = kRestrictKey | atom;
  const uint32_t to = UINT32_MAX - branch;
  const Computed& known = Cached(d.index, key, to);
  if (known.a == d.index && known.b == key && known.c == to) return known.result;
  SmallBranches below(node.count);
  for (uint32_t i = 0; i < node.count; ++i)
    below[i] = RestrictTo(children_[node.first + i], atom, branch);
  const Diagram out = Make(node.atom, below.span());
  Cached(d.index, key, to) = {d.index, key, to, out};
  return out;
}

Diagram Diagrams::Restrict(Diagram d, const Choice& choice) {
  if (IsLeaf(d)) return d;
  return RestrictTo(d, AtomId(choice.atom), choice.branch);
}

Diagram Diagrams::WithoutImpossible(Diagram d) {
  if (IsLeaf(d)) return d;
  std::unordered_map<uint32_t, Diagram> memo;
  const Diagram impossible = Impossible();
  const std::function<Diagram(Diagram)> go = [&](Diagram at) -> Diagram {
    if (IsLeaf(at)) return at;
    if (const auto it = memo.find(at.index); it != memo.end()) return it->second;
    const Node node = nodes_[at.index];
    std::vector<Diagram> below;
    for (uint32_t b = 0; b < node.count; ++b) below.push_back(go(children_[node.first + b]));
    Diagram some = impossible;
    for (const Diagram child : below) {
      if (child != impossible) some = child;
    }
    for (Diagram& child : below) {
      if (child == impossible) child = some;
    }
    const Diagram out = Make(node.atom, below);
    memo.emplace(at.index, out);
    return out;
  };
  return go(d);
}

template <class Visit>
void Diagrams::ForEachNode(Diagram d, Visit&& visit) const {
  seen_.resize(nodes_.size(), 0);
  const uint32_t now = ++seen_round_;
  std::vector<Diagram> stack = {d};
  while (!stack.empty()) {
    const Diagram at = stack.back();
    stack.pop_back();
    if (std::exchange(seen_[at.index], now) == now) continue;
    visit(at);
    if (IsLeaf(at)) continue;
    const auto children = ChildrenOf(at);
    for (size_t i = children.size(); i-- > 0;) stack.push_back(children[i]);
  }
}

std::vector<Diagram> Diagrams::Leaves(Diagram d) const {
  if (IsLeaf(d)) return {d};
  std::vector<Diagram> out;
  ForEachNode(d, [&](Diagram at) {
    if (IsLeaf(at)) out.push_back(at);
  });
  return out;
}

std::vector<std::pair<Diagram, Diagram>> Diagrams::Cases(Diagram d) {
  std::vector<std::pair<Diagram, Diagram>> out;
  for (const Diagram leaf : Leaves(d)) {
    const Diagram args[] = {d};
    out.emplace_back(Apply(args, [&](std::span<const Diagram> at) { return Bool(at[0] == leaf); }),
                     leaf);
  }
  return out;
}

std::vector<SubjectId> Diagrams::Support(Diagram d) const {
  std::vector<SubjectId> out;
  if (IsLeaf(d)) return out;
  ForEachNode(d, [&](Diagram at) {
    if (IsLeaf(at)) return;
    const SubjectId subject = AtomOf(at).subject;
    if (std::find(out.begin(), out.end(), subject) == out.end()) out.push_back(subject);
  });
  std::sort(out.begin(), out.end());
  return out;
}

void Diagrams::Paths(Diagram d,
                     const std::function<bool(const std::vector<Choice>&, Diagram)>& visit) const {
  std::vector<Choice> path;
  bool go_on = true;
  const std::function<void(Diagram)> go = [&](Diagram at) {
    if (!go_on) return;
    if (IsLeaf(at)) {
      go_on = visit(path, at);
      return;
    }
    // The visitor may make diagrams of its own, so nothing here may point into the tables.
    const std::vector<Diagram> children(ChildrenOf(at).begin(), ChildrenOf(at).end());
    for (uint32_t b = 0; b < children.size(); ++b) {
      path.push_back({AtomOf(at), b});
      go(children[b]);
      path.pop_back();
    }
  };
  go(d);
}

}  // namespace entente::eval
