#include "eval/timeline/diagram.h"

#include <algorithm>

#include "base/check.h"

namespace entente::eval {
namespace {

struct DiagramsHash {
  size_t operator()(const std::vector<Diagram>& v) const {
    uint64_t h = v.size();
    for (const Diagram d : v) h = MixHash(h, d.index);
    return h;
  }
};

uint64_t HashOf(const Rational& r) {
  return MixHash(static_cast<uint64_t>(r.numerator()), static_cast<uint64_t>(r.denominator()));
}

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
  const auto [begin, end] = leaf_index_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (leaves_[nodes_[it->second].first] == leaf) return Diagram{it->second};
  }
  nodes_.push_back({kNoAtom, static_cast<uint32_t>(leaves_.size()), 0});
  leaves_.push_back(leaf);
  leaf_index_.emplace(hash, static_cast<uint32_t>(nodes_.size() - 1));
  return Diagram{static_cast<uint32_t>(nodes_.size() - 1)};
}

uint32_t Diagrams::AtomId(const Atom& atom) {
  const uint64_t hash = MixHash(MixHash(atom.subject.index, HashOf(atom.threshold)), atom.strict);
  const auto [begin, end] = atom_index_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    const Atom& other = atoms_[it->second];
    if (other.subject == atom.subject && other.threshold == atom.threshold &&
        other.strict == atom.strict) {
      return it->second;
    }
  }
  atoms_.push_back(atom);
  atom_index_.emplace(hash, static_cast<uint32_t>(atoms_.size() - 1));
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

Diagram Diagrams::Make(uint32_t atom, std::span<const Diagram> children) {
  if (std::all_of(children.begin(), children.end(), [&](Diagram d) { return d == children[0]; })) {
    return children[0];
  }
  uint64_t hash = atom;
  for (const Diagram d : children) hash = MixHash(hash, d.index);
  const auto [begin, end] = node_index_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    const Node& node = nodes_[it->second];
    if (node.atom == atom &&
        std::equal(children.begin(), children.end(), children_.begin() + node.first)) {
      return Diagram{it->second};
    }
  }
  if (nodes_.size() >= nodes_max_) {
    full_ = true;
    return children[0];
  }
  const std::vector<Diagram> copy(children.begin(), children.end());
  nodes_.push_back(
      {atom, static_cast<uint32_t>(children_.size()), static_cast<uint32_t>(copy.size())});
  children_.insert(children_.end(), copy.begin(), copy.end());
  node_index_.emplace(hash, static_cast<uint32_t>(nodes_.size() - 1));
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
  std::unordered_map<std::vector<Diagram>, Diagram, DiagramsHash> memo;
  const std::function<Diagram(const std::vector<Diagram>&)> go =
      [&](const std::vector<Diagram>& at) -> Diagram {
    uint32_t top = kNoAtom;
    for (const Diagram d : at) {
      const uint32_t atom = nodes_[d.index].atom;
      if (atom != kNoAtom && (top == kNoAtom || Before(atom, top))) top = atom;
    }
    if (full_) return at[0];
    if (const auto it = memo.find(at); it != memo.end()) return it->second;
    Diagram out;
    if (top == kNoAtom) {
      out = leaf(at);
    } else {
      const uint32_t arity = Get(atoms_[top].subject).arity;
      std::vector<Diagram> branches;
      for (uint32_t b = 0; b < arity; ++b) {
        std::vector<Diagram> below;
        for (const Diagram d : at) below.push_back(Cofactor(d, top, b));
        branches.push_back(go(below));
      }
      out = Select(top, branches);
    }
    memo.emplace(at, out);
    return out;
  };
  return go({args.begin(), args.end()});
}

// Chooses among `branches` by `atom`, whatever atoms they begin with.
Diagram Diagrams::Select(uint32_t atom, std::span<const Diagram> branches) {
  const bool ordered = std::all_of(branches.begin(), branches.end(), [&](Diagram d) {
    const uint32_t top = nodes_[d.index].atom;
    return top == kNoAtom || (Before(atom, top) && (atoms_[top].subject != atoms_[atom].subject));
  });
  if (ordered) return Make(atom, branches);
  std::unordered_map<std::vector<Diagram>, Diagram, DiagramsHash> memo;
  const std::function<Diagram(const std::vector<Diagram>&)> go =
      [&](const std::vector<Diagram>& at) -> Diagram {
    if (full_) return at[0];
    if (const auto it = memo.find(at); it != memo.end()) return it->second;
    uint32_t top = atom;
    for (const Diagram d : at) {
      const uint32_t other = nodes_[d.index].atom;
      if (other != kNoAtom && Before(other, top)) top = other;
    }
    Diagram out;
    if (top == atom) {
      std::vector<Diagram> below;
      for (uint32_t b = 0; b < at.size(); ++b) below.push_back(Cofactor(at[b], atom, b));
      out = Make(atom, below);
    } else {
      std::vector<Diagram> made;
      const bool same = atoms_[top].subject == atoms_[atom].subject;
      for (uint32_t b = 0; b < Get(atoms_[top].subject).arity; ++b) {
        std::vector<Diagram> below;
        for (const Diagram d : at) below.push_back(Cofactor(d, top, b));
        // A lower threshold refused refuses this one too.
        made.push_back(same && b == 0 ? below[0] : go(below));
      }
      out = Make(top, made);
    }
    memo.emplace(at, out);
    return out;
  };
  return go({branches.begin(), branches.end()});
}

Diagram Diagrams::And(Diagram a, Diagram b) {
  if (IsFalse(a) || IsFalse(b)) return false_;
  if (IsTrue(a)) return b;
  if (IsTrue(b) || a == b) return a;
  if (b < a) std::swap(a, b);
  const uint64_t key = uint64_t{a.index} << 32 | b.index;
  if (const auto it = and_memo_.find(key); it != and_memo_.end()) return it->second;
  const Diagram args[] = {a, b};
  const Diagram out =
      Apply(args, [&](std::span<const Diagram> at) { return IsTrue(at[0]) ? at[1] : at[0]; });
  and_memo_.emplace(key, out);
  return out;
}

Diagram Diagrams::Or(Diagram a, Diagram b) {
  if (IsTrue(a) || IsTrue(b)) return true_;
  if (IsFalse(a)) return b;
  if (IsFalse(b) || a == b) return a;
  if (b < a) std::swap(a, b);
  const uint64_t key = uint64_t{a.index} << 32 | b.index;
  if (const auto it = or_memo_.find(key); it != or_memo_.end()) return it->second;
  const Diagram args[] = {a, b};
  const Diagram out =
      Apply(args, [&](std::span<const Diagram> at) { return IsFalse(at[0]) ? at[1] : at[0]; });
  or_memo_.emplace(key, out);
  return out;
}

Diagram Diagrams::Not(Diagram a) {
  if (IsTrue(a)) return false_;
  if (IsFalse(a)) return true_;
  const Diagram args[] = {a};
  return Apply(args, [&](std::span<const Diagram> at) { return Bool(IsFalse(at[0])); });
}

Diagram Diagrams::If(Diagram condition, Diagram a, Diagram b) {
  if (IsTrue(condition) || a == b) return a;
  if (IsFalse(condition)) return b;
  const Diagram args[] = {condition, a, b};
  return Apply(args, [&](std::span<const Diagram> at) { return IsTrue(at[0]) ? at[1] : at[2]; });
}

Diagram Diagrams::RestrictMemo(Diagram d, const Choice& choice, uint32_t atom,
                               std::unordered_map<uint32_t, Diagram>& memo) {
  if (IsLeaf(d)) return d;
  if (const auto it = memo.find(d.index); it != memo.end()) return it->second;
  const Node node = nodes_[d.index];
  Diagram out;
  const bool same = atoms_[node.atom].subject == choice.atom.subject;
  const bool binary = same && Binary(Get(choice.atom.subject).kind);
  if (node.atom == atom) {
    out = RestrictMemo(children_[node.first + choice.branch], choice, atom, memo);
  } else if (binary && choice.branch == 1 && Before(node.atom, atom)) {
    out = RestrictMemo(children_[node.first + 1], choice, atom, memo);
  } else if (binary && choice.branch == 0 && Before(atom, node.atom)) {
    out = RestrictMemo(children_[node.first], choice, atom, memo);
  } else {
    std::vector<Diagram> below;
    for (uint32_t b = 0; b < node.count; ++b) {
      below.push_back(RestrictMemo(children_[node.first + b], choice, atom, memo));
    }
    out = Make(node.atom, below);
  }
  memo.emplace(d.index, out);
  return out;
}

Diagram Diagrams::Restrict(Diagram d, const Choice& choice) {
  std::unordered_map<uint32_t, Diagram> memo;
  return RestrictMemo(d, choice, AtomId(choice.atom), memo);
}

Diagram Diagrams::WithoutImpossible(Diagram d) {
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

std::vector<Diagram> Diagrams::Leaves(Diagram d) const {
  std::vector<Diagram> out;
  std::vector<Diagram> stack = {d};
  std::unordered_map<uint32_t, bool> seen;
  while (!stack.empty()) {
    const Diagram at = stack.back();
    stack.pop_back();
    if (!seen.emplace(at.index, true).second) continue;
    if (IsLeaf(at)) {
      out.push_back(at);
      continue;
    }
    const auto children = ChildrenOf(at);
    for (size_t i = children.size(); i-- > 0;) stack.push_back(children[i]);
  }
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
  std::vector<Diagram> stack = {d};
  std::unordered_map<uint32_t, bool> seen;
  while (!stack.empty()) {
    const Diagram at = stack.back();
    stack.pop_back();
    if (IsLeaf(at) || !seen.emplace(at.index, true).second) continue;
    const SubjectId subject = AtomOf(at).subject;
    if (std::find(out.begin(), out.end(), subject) == out.end()) out.push_back(subject);
    for (const Diagram child : ChildrenOf(at)) stack.push_back(child);
  }
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
