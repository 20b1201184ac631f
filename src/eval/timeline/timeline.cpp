// How a term becomes a signal. Pointwise nodes merge the breakpoints of their children; event
// nodes become lists of events, each with the worlds in which it counts; folds turn the lists back
// into signals, adding one breakpoint an event. `Reached` is pushed through earliest, latest,
// selection and addition first: otherwise "whichever comes first" would leave a doubt after the
// certain one of the two has come.

#include "eval/timeline/timeline.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "eval/equations.h"
#include "ir/walk.h"

namespace entente::eval {

using ir::Base;
using ir::Function;
using ir::Node;
using ir::NodeId;
using ir::Op;

// Signals are drawn from just before the first position, since what happens at the first looks
// there.
constexpr Position kBeforeAll = kBeginning.before();

size_t Signal::IndexAt(Position at) const {
  const auto after =
      std::upper_bound(pieces.begin(), pieces.end(), at,
                       [](Position p, const Piece& piece) { return p < piece.from; });
  return after == pieces.begin() ? 0 : static_cast<size_t>(after - pieces.begin()) - 1;
}

Timeline::Timeline(const ir::Program& program, const Facts& facts, TimelineOptions options)
    : program_(program), facts_(facts), diagrams_(options.nodes_max) {
  Intern({});
  events_by_type_.resize(program.event_types.size());
  for (uint32_t i = 0; i < facts.events.size(); ++i) {
    events_by_type_[facts.events[i].type.index].push_back(i);
  }
  any_looks_back_ = std::any_of(program.terms.begin(), program.terms.end(),
                                [](const ir::Term& term) { return term.looks_back; });
}

// ---------------------------------------------------------------- environments and tables

Timeline::EnvRef Timeline::Intern(const Env& env) {
  uint64_t hash = env.size();
  for (const Slot& slot : env) {
    hash = MixHash(hash, slot.fields.size());
    for (const auto& [name, value] : slot.fields) {
      hash = MixHash(MixHash(hash, name.index), value.Hash());
    }
  }
  const uint32_t found = env_index_.Find(hash, [&](uint32_t row) { return envs_[row] == env; });
  if (found != HashIndex::kNone) return EnvRef{found};
  envs_.push_back(env);
  env_index_.Push(hash);
  return EnvRef{static_cast<uint32_t>(envs_.size() - 1)};
}

// Without the slots that the node does not look at, so that it is evaluated once for all of them.
Timeline::EnvRef Timeline::Needed(NodeId node, EnvRef env) {
  const uint32_t slots = program_.FreeSlots(node);
  const Env& whole = SlotsOf(env);
  if (slots == 0 || whole.empty()) return kNoSlots;
  const uint32_t all = whole.size() >= 32 ? UINT32_MAX : (1u << whole.size()) - 1;
  if ((slots & all) == all) return env;
  const uint64_t key = uint64_t{env.index} << 32 | (slots & all);
  if (const auto it = needed_.find(key); it != needed_.end()) return it->second;
  Env out;
  for (size_t i = 0; i < whole.size(); ++i) {
    if ((slots >> i & 1) == 0) continue;
    out.resize(i + 1);
    out[i] = whole[i];
  }
  const EnvRef made = Intern(out);
  needed_.emplace(key, made);
  return made;
}

Timeline::EnvRef Timeline::Bind(EnvRef env, int level, const Slot& slot) {
  const Env& outer = SlotsOf(env);
  Env out(outer.begin(),
          outer.begin() + std::min<ptrdiff_t>(level, static_cast<ptrdiff_t>(outer.size())));
  out.resize(static_cast<size_t>(level) + 1);
  out.back() = slot;
  return Intern(out);
}

uint32_t Timeline::InstanceOf(const Key& key) {
  if (const auto it = instance_index_.find(key); it != instance_index_.end()) return it->second;
  const uint32_t id = static_cast<uint32_t>(instances_.size());
  instances_.push_back({key, {}, {}, false, false});
  instance_index_.emplace(key, id);
  if (key.family == Key::Family::kPoint) {
    const ir::Point& point = program_.points[key.id];
    // A bound that is itself open bounds nothing for certain.
    const auto known = [&](const ir::Bound& bound) -> std::optional<Rational> {
      if (!bound.value.valid()) return std::nullopt;
      const Diagram d = In(bound.value, kNoSlots).At(facts_.horizon);
      if (!diagrams_.IsLeaf(d) || diagrams_.LeafOf(d).kind != Leaf::Kind::kValue) {
        return std::nullopt;
      }
      const Value& value = diagrams_.LeafOf(d).value;
      if (value.kind() == Value::Kind::kMoment) return Rational(value.AsMoment().value);
      if (value.kind() == Value::Kind::kNumber) return value.AsNumber();
      return std::nullopt;
    };
    const auto low = known(point.low);
    const auto high = known(point.high);
    Instance& instance = instances_[id];
    instance.low = low;
    instance.high = high;
    instance.low_strict = point.low.strict;
    instance.high_strict = point.high.strict;
  }
  return id;
}

std::optional<uint32_t> Timeline::FindInstance(const Key& key) const {
  const auto it = instance_index_.find(key);
  if (it == instance_index_.end()) return std::nullopt;
  return it->second;
}

uint32_t Timeline::AddWait(Wait wait) {
  for (uint32_t i = 0; i < waits_.size(); ++i) {
    if (waits_[i].node == wait.node && waits_[i].env == wait.env &&
        waits_[i].instance == wait.instance && waits_[i].after == wait.after) {
      return i;
    }
  }
  waits_.push_back(std::move(wait));
  return static_cast<uint32_t>(waits_.size() - 1);
}

Diagram Timeline::InstanceDiagram(const Key& key) {
  if (const auto it = facts_.settled.find(key); it != facts_.settled.end()) {
    return diagrams_.Of(it->second);
  }
  const uint32_t id = InstanceOf(key);
  const ir::Type type = TypeOf(program_, key);
  switch (type.base) {
    case Base::kBool: {
      const SubjectId subject = diagrams_.SubjectOf({Subject::Kind::kChoice, id, 2});
      // A yes-or-no reading is asked before other points, like every reading.
      return diagrams_.Truth({subject, Rational(0), false});
    }
    case Base::kEnum: {
      const bool reading = key.family == Key::Family::kPoint &&
                           program_.points[key.id].kind == ir::PointKind::kReading;
      const SubjectId subject = diagrams_.SubjectOf(
          {reading ? Subject::Kind::kReading : Subject::Kind::kChoice, id, type.detail});
      std::vector<Diagram> branches;
      for (uint32_t i = 0; i < type.detail; ++i) {
        branches.push_back(diagrams_.Of(Value::Choice(i)));
      }
      return diagrams_.Branches(subject, branches);
    }
    case Base::kNumber:
    case Base::kMoney:
      return diagrams_.Of(
          Leaf{.kind = Leaf::Kind::kLinear, .id = id, .scale = Rational(1), .offset = Rational(0)});
    case Base::kMoment: {
      const Instance& instance = instances_[id];
      Wait wait{{}, {}, kBeforeAll.before(), kNever, id, {}, false};
      if (instance.low) {
        wait.after = Position{static_cast<int64_t>(instance.low->numerator())};
        if (!instance.low_strict) wait.after = wait.after.before();
      }
      if (instance.high &&
          !(key.family == Key::Family::kPoint && program_.points[key.id].may_be_none)) {
        wait.latest = Position{static_cast<int64_t>(instance.high->numerator())};
      }
      return diagrams_.Of(Leaf{.kind = Leaf::Kind::kWait, .id = AddWait(wait)});
    }
    default: {
      for (uint32_t i = 0; i < opaques_.size(); ++i) {
        if (opaques_[i].instance == id)
          return diagrams_.Of(Leaf{.kind = Leaf::Kind::kOpaque, .id = i});
      }
      opaques_.push_back({{}, {}, std::nullopt, id});
      return diagrams_.Of(
          Leaf{.kind = Leaf::Kind::kOpaque, .id = static_cast<uint32_t>(opaques_.size() - 1)});
    }
  }
}

Diagram Timeline::Opaque(NodeId node, EnvRef env, std::optional<Position> at) {
  const EnvRef needed = Needed(node, env);
  uint32_t id = UINT32_MAX;
  for (uint32_t i = 0; i < opaques_.size(); ++i) {
    if (opaques_[i].node == node && opaques_[i].at == at && opaques_[i].env == SlotsOf(needed))
      id = i;
  }
  if (id == UINT32_MAX) {
    opaques_.push_back({node, SlotsOf(needed), at, std::nullopt});
    id = static_cast<uint32_t>(opaques_.size() - 1);
  }
  if (program_.Get(node).type == ir::kBoolType) {
    return diagrams_.Truth(
        {diagrams_.SubjectOf({Subject::Kind::kOpaque, id, 2}), Rational(0), false});
  }
  return diagrams_.Of(Leaf{.kind = Leaf::Kind::kOpaque, .id = id});
}

bool Timeline::IsRelative(Diagram d) const {
  for (const SubjectId subject : diagrams_.Support(d)) {
    const Subject& s = diagrams_.Get(subject);
    if (s.kind == Subject::Kind::kElapsed) return true;
    if (s.kind == Subject::Kind::kOpaque && !opaques_[s.id].at && !opaques_[s.id].instance) {
      return true;
    }
  }
  for (const Diagram leaf : diagrams_.Leaves(d)) {
    const Leaf& l = diagrams_.LeafOf(leaf);
    // An undisclosed date is a constant; "whenever it happens" is known only once it has.
    if (l.kind == Leaf::Kind::kWait && !waits_[l.id].instance) return true;
    if (l.kind == Leaf::Kind::kOpaque && !opaques_[l.id].at && !opaques_[l.id].instance)
      return true;
  }
  return false;
}

bool Timeline::LooksBack(NodeId node) {
  if (!any_looks_back_) return false;
  if (looks_back_.size() <= node.index) looks_back_.resize(program_.node_count());
  std::optional<bool>& known = looks_back_[node.index];
  if (!known) {
    known = false;
    ir::ForEachBelow(program_, node, [&](NodeId, const Node& below) {
      if (below.op == Op::kRef && program_.terms[below.data].looks_back) known = true;
    });
  }
  return *known;
}

Diagram Timeline::Fixed(NodeId node, EnvRef env, Position at) {
  const Position outer = limit_;
  if (LooksBack(node)) limit_ = std::min(limit_, at.after());
  const Diagram d = In(node, env).At(at);
  limit_ = outer;
  if (!IsRelative(d)) return d;
  // Only the worlds in which it speaks of "now" are lost; readings, which are asked first, are not.
  const std::function<Diagram(Diagram)> keep = [&](Diagram below) -> Diagram {
    if (!IsRelative(below)) return below;
    if (diagrams_.IsLeaf(below) || !diagrams_.IsTimeless(diagrams_.AtomOf(below).subject)) {
      return Opaque(node, env, at);
    }
    const std::vector<Diagram> children(diagrams_.ChildrenOf(below).begin(),
                                        diagrams_.ChildrenOf(below).end());
    std::vector<Diagram> kept;
    for (const Diagram child : children) kept.push_back(keep(child));
    return diagrams_.Select(diagrams_.AtomOf(below), kept);
  };
  return keep(d);
}

Diagram Timeline::NumberAtLeast(uint32_t id, const Rational& bound, bool strict) {
  const Instance& i = instances_[id];
  if (i.low) {
    const int order = Compare(*i.low, bound);
    if (order > 0 || (order == 0 && (!strict || i.low_strict))) return diagrams_.Bool(true);
  }
  if (i.high) {
    const int order = Compare(*i.high, bound);
    if (order < 0 || (order == 0 && (strict || i.high_strict))) return diagrams_.Bool(false);
  }
  return diagrams_.Truth({diagrams_.SubjectOf({Subject::Kind::kNumber, id, 2}), bound, strict});
}

Diagram Timeline::WaitAtom(uint32_t wait, Duration shift) {
  return diagrams_.Truth({diagrams_.SubjectOf({Subject::Kind::kElapsed, wait, 2, shift.unit}),
                          Rational(shift.count), false});
}

Diagram Timeline::KindDiagram(ThingId thing, ir::KindId kind) {
  const KindQuestion question = AskKind(program_, facts_, thing, kind);
  if (question.known) return diagrams_.Bool(*question.known);
  Diagram out = diagrams_.Bool(false);
  for (const KindQuestion::Candidate& candidate : question.candidates) {
    Diagram holds = InstanceDiagram(candidate.key);
    for (const Key& rival : candidate.rivals) {
      holds = diagrams_.And(holds, diagrams_.Not(InstanceDiagram(rival)));
    }
    out = diagrams_.Or(out, holds);
  }
  return out;
}

// ---------------------------------------------------------------- signals

template <class At>
Signal Timeline::Combine(const std::vector<const Signal*>& signals, std::vector<Position> breaks,
                         At&& at) {
  breaks.push_back(kBeforeAll);
  for (const Signal* signal : signals) {
    for (const Piece& piece : signal->pieces) breaks.push_back(piece.from);
  }
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  Signal out;
  std::vector<size_t> cursor(signals.size(), 0);
  std::vector<Diagram> values(signals.size());
  for (const Position from : breaks) {
    if (from < kBeforeAll) continue;
    for (size_t i = 0; i < signals.size(); ++i) {
      const auto& pieces = signals[i]->pieces;
      while (cursor[i] + 1 < pieces.size() && pieces[cursor[i] + 1].from <= from) ++cursor[i];
      values[i] = pieces[cursor[i]].value;
    }
    const Diagram value = at(from, values);
    if (out.pieces.empty() || out.pieces.back().value != value) out.pieces.push_back({from, value});
  }
  return out;
}

const Signal& Timeline::In(NodeId node, EnvRef env) {
  const EnvRef needed = Needed(node, env);
  const MemoKey key{node.index, needed.index, {}, false, LimitOf(node)};
  const auto [it, fresh] = signals_.try_emplace(key);
  // References into the map stay where they are while it grows.
  std::unique_ptr<Signal>& place = it->second;
  if (fresh) {
    place = std::make_unique<Signal>(Evaluate(node, needed));
  } else if (!place) {
    // It is met again while it is drawn, which no term that `check` lets pass should be.
    return met_again_.emplace_back(Signal{{{kBeforeAll, Opaque(node, needed)}}});
  }
  return *place;
}

Signal Timeline::Evaluate(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const auto constant = [](Diagram d) { return Signal{{{kBeforeAll, d}}}; };
  switch (node.op) {
    case Op::kLit:
      return constant(diagrams_.Of(program_.Literal(node)));
    case Op::kField:
      return constant(diagrams_.Of(SlotsOf(env)[node.aux].Get(Symbol{node.data})));
    case Op::kOpen:
    case Op::kIs:
    case Op::kOp:
      return EvaluateOp(id, env);
    case Op::kIf: {
      const Signal& condition = In(children[0], env);
      if (Always(condition, true)) return In(children[1], env);
      if (Always(condition, false)) return In(children[2], env);
      return Combine(
          {&condition, &In(children[1], env), &In(children[2], env)}, {},
          [&](Position, const std::vector<Diagram>& v) { return diagrams_.If(v[0], v[1], v[2]); });
    }
    case Op::kReached:
      return ReachedIn(children[0], {}, env);
    case Op::kFold:
      return EvaluateFold(id, env);
    case Op::kEach:
      return EvaluateEach(id, env);
    case Op::kRules:
      return EvaluateRules(id, env);
    case Op::kRef:
      return EvaluateRef(id, env);
    case Op::kEdition: {
      const Diagram adopted = InstanceDiagram({Key::Family::kPoint, node.data, {}});
      return Combine({&In(children[0], env), &In(children[1], env)}, {},
                     [&](Position, const std::vector<Diagram>& v) {
                       return diagrams_.If(adopted, v[0], v[1]);
                     });
    }
    default:
      return constant(diagrams_.Bool(false));
  }
}

bool Timeline::Always(const Signal& signal, bool value) const {
  return signal.pieces.size() == 1 && signal.pieces[0].value == diagrams_.Bool(value);
}

Signal Timeline::EvaluateOp(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto function = static_cast<Function>(node.aux);
  if (node.op == Op::kOp && (function == Function::kAnd || function == Function::kOr))
    return EvaluateConnective(id, env);
  std::vector<const Signal*> parts;
  for (const NodeId child : program_.Children(id)) parts.push_back(&In(child, env));
  if (node.op == Op::kOp && function == Function::kLess &&
      IsFirstMoment(program_.Children(id)[0])) {
    return EvaluateFirstBefore(id, env);
  }
  return Combine(parts, {}, [&](Position, const std::vector<Diagram>& v) {
    if (v.empty()) return ApplyLeaves(id, env, v);
    return diagrams_.Apply(
        v, [&](std::span<const Diagram> leaves) { return ApplyLeaves(id, env, leaves); });
  });
}

// What decides by itself for all time spares the rest; what is the same at all times goes first.
Signal Timeline::EvaluateConnective(NodeId id, EnvRef env) {
  const bool both = static_cast<Function>(program_.Get(id).aux) == Function::kAnd;
  std::vector<const Signal*> parts;
  for (const bool varies : {false, true}) {
    for (const NodeId child : program_.Children(id)) {
      if (program_.VariesInTime(child) != varies) continue;
      const Signal& part = In(child, env);
      if (Always(part, !both)) return part;
      if (!Always(part, both)) parts.push_back(&part);
    }
  }
  return Combine(parts, {}, [&](Position, const std::vector<Diagram>& v) {
    Diagram out = diagrams_.Bool(both);
    for (const Diagram d : v) out = both ? diagrams_.And(out, d) : diagrams_.Or(out, d);
    return out;
  });
}

// first v < x: one event seen before x is enough, whatever came before that unseen.
Signal Timeline::EvaluateFirstBefore(NodeId id, EnvRef env) {
  const auto children = program_.Children(id);
  const EventList list = EventsOf(program_.Children(children[0])[0], env);
  const Signal& limit = In(children[1], env);
  std::vector<Position> breaks;
  for (const Item& item : list.items) breaks.push_back(item.at);
  for (const uint32_t w : list.waits) breaks.push_back(waits_[w].after.after());
  for (const Piece& piece : limit.pieces) {
    for (const Diagram d : diagrams_.Leaves(piece.value)) {
      const Leaf& leaf = diagrams_.LeafOf(d);
      if (leaf.kind == Leaf::Kind::kValue && leaf.value.AsMoment() != kNever) {
        breaks.push_back(leaf.value.AsMoment());
      }
    }
  }
  return Combine({&In(children[0], env), &limit}, breaks,
                 [&](Position from, const std::vector<Diagram>& v) {
                   return diagrams_.Apply(v, [&](std::span<const Diagram> at) -> Diagram {
                     const Leaf& x = diagrams_.LeafOf(at[1]);
                     if (x.kind != Leaf::Kind::kValue) return ApplyLeaves(id, env, at);
                     const Position before = x.value.AsMoment();
                     Diagram out = diagrams_.Bool(false);
                     for (const Item& item : list.items) {
                       if (item.at <= from && item.at < before)
                         out = diagrams_.Or(out, item.condition);
                     }
                     for (const uint32_t w : list.waits) {
                       // Unseen and before x: of what happened by now, that is known only up to x
                       // itself.
                       if (from > waits_[w].after && waits_[w].after.after() < before) {
                         out = diagrams_.Or(out, from < before ? WaitAtom(w, {}) : Opaque(id, env));
                       }
                     }
                     return out;
                   });
                 });
}

// Exact where one open number is moved and stretched, or is the lesser or greater beside what it
// can be held against.
std::optional<Diagram> Timeline::ApplyLinear(const Node& node, std::span<const Diagram> leaves) {
  const auto function = static_cast<Function>(node.aux);
  const Leaf a = diagrams_.LeafOf(leaves[0]);
  const Leaf b = diagrams_.LeafOf(leaves[1]);
  const auto simple = [](const Leaf& leaf) {
    return leaf.kind == Leaf::Kind::kLinear || leaf.kind == Leaf::Kind::kValue;
  };
  if (!simple(a) || !simple(b)) return std::nullopt;
  switch (function) {
    case Function::kAdd:
    case Function::kSubtract:
    case Function::kMultiply:
    case Function::kDivide: {
      if (a.kind == b.kind && (a.id != b.id || function == Function::kMultiply))
        return std::nullopt;
      // scale * u + offset on both sides, a constant having scale 0.
      const auto scale = [](const Leaf& l) {
        return l.kind == Leaf::Kind::kLinear ? l.scale : Rational(0);
      };
      const auto offset = [](const Leaf& l) {
        return l.kind == Leaf::Kind::kLinear ? l.offset : l.value.AsNumber();
      };
      std::optional<Rational> s, o;
      if (function == Function::kDivide) {
        if (b.kind != Leaf::Kind::kValue || b.value.AsNumber().numerator() == 0)
          return std::nullopt;
        s = Divide(a.scale, b.value.AsNumber());
        o = Divide(a.offset, b.value.AsNumber());
      } else if (function == Function::kMultiply) {
        const Leaf& u = a.kind == Leaf::Kind::kLinear ? a : b;
        const Rational factor =
            a.kind == Leaf::Kind::kLinear ? b.value.AsNumber() : a.value.AsNumber();
        s = Multiply(u.scale, factor);
        o = Multiply(u.offset, factor);
      } else if (function == Function::kAdd) {
        s = Add(scale(a), scale(b));
        o = Add(offset(a), offset(b));
      } else {
        s = Subtract(scale(a), scale(b));
        o = Subtract(offset(a), offset(b));
      }
      if (!s || !o) {
        overflowed_ = true;
        return leaves[0];
      }
      if (s->numerator() == 0) return diagrams_.Of(Value::Number(*o));
      return diagrams_.Of(Leaf{.kind = Leaf::Kind::kLinear,
                               .id = a.kind == Leaf::Kind::kLinear ? a.id : b.id,
                               .scale = *s,
                               .offset = *o});
    }
    case Function::kMin:
    case Function::kMax: {
      const auto less = CompareLeaves(Function::kLess, a, b);
      if (!less) return std::nullopt;
      return function == Function::kMin ? diagrams_.If(*less, leaves[0], leaves[1])
                                        : diagrams_.If(*less, leaves[1], leaves[0]);
    }
    default:
      return std::nullopt;
  }
}

// Where the amount of a leaf can lie.
ir::Bounds Timeline::BoundsOf(const Leaf& leaf) const {
  switch (leaf.kind) {
    case Leaf::Kind::kValue:
      if (leaf.value.kind() != Value::Kind::kNumber) return {};
      return ir::Exactly(leaf.value.AsNumber());
    case Leaf::Kind::kLinear: {
      const Instance& i = instances_[leaf.id];
      const ir::Bounds open{i.low, i.high, i.low_strict, i.high_strict};
      const ir::Bounds stretched[] = {open, ir::Exactly(leaf.scale)};
      const ir::Bounds moved[] = {ir::ApplyBounds(Function::kMultiply, stretched),
                                  ir::Exactly(leaf.offset)};
      return ir::ApplyBounds(Function::kAdd, moved);
    }
    case Leaf::Kind::kOpaque:
      return leaf.within;
    default:
      return {};
  }
}

Diagram Timeline::OpaqueWithin(NodeId node, EnvRef env, const ir::Bounds& within) {
  const Diagram opaque = Opaque(node, env);
  if (!within.any()) return opaque;
  Leaf leaf = diagrams_.LeafOf(opaque);
  leaf.within = within;
  return diagrams_.Of(leaf);
}

Diagram Timeline::OpaqueFrom(NodeId node, EnvRef env, Diagram seen) {
  if (!OnlyGrows(program_, node)) return Opaque(node, env);
  return diagrams_.Apply(std::span(&seen, 1), [&](std::span<const Diagram> at) {
    const ir::Bounds known = BoundsOf(diagrams_.LeafOf(at[0]));
    return OpaqueWithin(node, env, {.low = known.low, .low_strict = known.low_strict});
  });
}

// An Op, Open or Is node where each argument is a leaf.
Diagram Timeline::ApplyLeaves(NodeId id, EnvRef env, std::span<const Diagram> leaves) {
  const Node& node = program_.Get(id);
  std::vector<Value> values;
  for (const Diagram d : leaves) {
    const Leaf& leaf = diagrams_.LeafOf(d);
    if (leaf.kind == Leaf::Kind::kValue) values.push_back(leaf.value);
  }
  if (values.size() == leaves.size()) {
    if (node.op == Op::kOpen) return InstanceDiagram({Key::Family::kPoint, node.data, values});
    if (node.op == Op::kIs) return KindDiagram(values[0].AsThing(), ir::KindId{node.data});
    if (const auto value = ir::Apply(static_cast<Function>(node.aux), values)) {
      return diagrams_.Of(*value);
    }
    overflowed_ = true;
    return diagrams_.Of(values[0]);
  }
  if (node.op != Op::kOp) return Opaque(id, env);
  const auto function = static_cast<Function>(node.aux);
  if (leaves.size() < 2) return Opaque(id, env);
  if (ir::IsAmount(node.type)) {
    if (const auto exact = ApplyLinear(node, leaves)) return *exact;
    std::vector<ir::Bounds> within;
    for (const Diagram d : leaves) within.push_back(BoundsOf(diagrams_.LeafOf(d)));
    return OpaqueWithin(id, env, ir::ApplyBounds(function, within));
  }
  const Leaf a = diagrams_.LeafOf(leaves[0]);
  const Leaf b = diagrams_.LeafOf(leaves[1]);
  switch (function) {
    case Function::kEqual:
    case Function::kLess:
    case Function::kLessEqual:
      if (const auto exact = CompareLeaves(function, a, b)) return *exact;
      if (ir::IsAmount(program_.Get(program_.Children(id)[0]).type)) {
        if (const auto told = ir::CompareBounds(function, BoundsOf(a), BoundsOf(b)))
          return diagrams_.Bool(*told);
      }
      return Opaque(id, env);
    case Function::kShift: {
      if (a.kind == Leaf::Kind::kWait && b.kind == Leaf::Kind::kValue) {
        if (b.value.kind() == Value::Kind::kMoment) return diagrams_.Of(Value::Moment(kNever));
        const Duration by = b.value.AsDuration();
        if (a.shift.count == 0) {
          Leaf out = a;
          out.shift = by;
          return diagrams_.Of(out);
        }
        if (a.shift.unit == DurationUnit::kDays && by.unit == DurationUnit::kDays) {
          Leaf out = a;
          out.shift.count += by.count;
          return diagrams_.Of(out);
        }
      }
      if (a.kind == Leaf::Kind::kValue && b.kind == Leaf::Kind::kOpaque) {
        // A known moment and an unknown, never negative, lag: a moment that lies further on.
        if (a.value.AsMoment() == kNever) return leaves[0];
        const Wait wait{id,  SlotsOf(Needed(id, env)), a.value.AsMoment().before(), kNever, {}, {},
                        true};
        return diagrams_.Of(Leaf{.kind = Leaf::Kind::kWait, .id = AddWait(wait)});
      }
      return Opaque(id, env);
    }
    default:
      return Opaque(id, env);
  }
}

// Nothing where more than one open quantity is involved.
std::optional<Diagram> Timeline::CompareLeaves(Function function, const Leaf& a, const Leaf& b) {
  // The one open quantity and the constant it is held against: scale * u + offset ? c.
  const Leaf* open = &a;
  const Leaf* other = &b;
  bool flipped = false;
  if (a.kind == Leaf::Kind::kValue) {
    std::swap(open, other);
    flipped = true;
  }
  uint32_t instance = 0;
  Rational scale(1), offset(0);
  std::optional<Rational> constant;
  if (open->kind == Leaf::Kind::kWait && waits_[open->id].instance && open->shift.count == 0) {
    instance = *waits_[open->id].instance;
    if (other->kind == Leaf::Kind::kValue) constant = Rational(other->value.AsMoment().value);
  } else if (open->kind == Leaf::Kind::kLinear) {
    instance = open->id;
    scale = open->scale;
    offset = open->offset;
    if (other->kind == Leaf::Kind::kValue) {
      constant = other->value.AsNumber();
    } else if (other->kind == Leaf::Kind::kLinear && other->id == open->id) {
      const auto s = Subtract(open->scale, other->scale);
      const auto o = Subtract(other->offset, open->offset);
      if (s && o) {
        scale = *s;
        offset = Rational(0);
        constant = *o;
      }
    }
  }
  if (!constant) return std::nullopt;
  if (scale.numerator() == 0) {
    // The unknown cancelled out: 0 ? constant - offset.
    const Value pair[] = {Value::Number(flipped ? *constant : Rational(0)),
                          Value::Number(flipped ? Rational(0) : *constant)};
    return diagrams_.Of(*ir::Apply(function, pair));
  }
  const auto difference = Subtract(*constant, offset);
  const auto bound = difference ? Divide(*difference, scale) : std::nullopt;
  if (!bound) {
    overflowed_ = true;
    return diagrams_.Bool(false);
  }
  const Diagram at_least = NumberAtLeast(instance, *bound, false);
  const Diagram above = NumberAtLeast(instance, *bound, true);
  if (function == Function::kEqual) return diagrams_.And(at_least, diagrams_.Not(above));
  // `open < c` turns into `open > c` once for a swap and once for a negative scale.
  const bool less = flipped == (scale.numerator() < 0);
  if (function == Function::kLess) return less ? diagrams_.Not(at_least) : above;
  return less ? diagrams_.Not(above) : at_least;
}

Signal Timeline::EvaluateRules(NodeId id, EnvRef env) {
  const ir::RuleSet& set = program_.rule_sets[program_.Get(id).data];
  const auto& beats = Beats(program_.Get(id).data);
  std::vector<size_t> ever;
  std::vector<const Signal*> parts;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    const Signal& guard = In(set.rules[i].guard, env);
    if (Always(guard, false)) continue;
    ever.push_back(i);
    parts.push_back(&guard);
  }
  for (const size_t i : ever) parts.push_back(&In(set.rules[i].value, env));
  const size_t n = ever.size();
  return Combine(parts, {}, [&](Position, const std::vector<Diagram>& v) {
    std::vector<Standing> standing;
    for (size_t i = 0; i < n; ++i) {
      Diagram stands = v[i];
      for (size_t j = 0; j < n && !diagrams_.IsFalse(stands); ++j) {
        if (beats[ever[j]][ever[i]]) stands = diagrams_.And(stands, diagrams_.Not(v[j]));
      }
      if (!diagrams_.IsFalse(stands))
        standing.push_back({stands, v[n + i], set.rules[ever[i]].label});
    }
    // One value however many clauses say it; where two say different things, `Meeting` looks
    // closer.
    Diagram out = diagrams_.Bool(false);
    Diagram any = diagrams_.Bool(false);
    Diagram meeting = diagrams_.Bool(false);
    std::vector<std::pair<Diagram, Diagram>> said;
    for (const Standing& s : standing) {
      auto same =
          std::find_if(said.begin(), said.end(), [&](const auto& x) { return x.first == s.value; });
      if (same == said.end()) same = said.insert(said.end(), {s.value, diagrams_.Bool(false)});
      same->second = diagrams_.Or(same->second, s.when);
    }
    for (const auto& [value, when] : said) {
      meeting = diagrams_.Or(meeting, diagrams_.And(any, when));
      any = diagrams_.Or(any, when);
      out = diagrams_.If(when, value, out);
    }
    if (!diagrams_.IsTrue(any))
      out = diagrams_.If(any, out, InstanceDiagram(SilenceKey(program_, set, SlotsOf(env))));
    if (diagrams_.IsFalse(meeting)) return out;
    for (Standing& s : standing) s.when = diagrams_.And(s.when, meeting);
    std::erase_if(standing, [&](const Standing& s) { return diagrams_.IsFalse(s.when); });
    return diagrams_.If(meeting, Meeting(standing), out);
  });
}

const std::vector<std::vector<bool>>& Timeline::Beats(uint32_t rule_set) {
  auto& closure = beats_[rule_set];
  if (closure.empty()) closure = ir::BeatsClosure(program_.rule_sets[rule_set]);
  return closure;
}

// Clauses that stand in some world together, where no world of interest is without one.
Diagram Timeline::Meeting(const std::vector<Standing>& standing) {
  std::vector<Diagram> args;
  for (const Standing& s : standing) args.push_back(s.when);
  for (const Standing& s : standing) args.push_back(s.value);
  return diagrams_.Apply(args, [&](std::span<const Diagram> at) -> Diagram {
    std::vector<Symbol> labels;
    std::vector<Diagram> values;
    for (size_t i = 0; i < standing.size(); ++i) {
      if (!diagrams_.IsTrue(at[i])) continue;
      labels.push_back(standing[i].label);
      values.push_back(at[standing.size() + i]);
    }
    if (values.empty()) return diagrams_.Bool(false);
    // Leaves that are open agree only with themselves.
    if (std::all_of(values.begin(), values.end(), [&](Diagram d) { return d == values[0]; }))
      return values[0];
    const Key key = ConflictKey(labels);
    std::vector<Diagram> branches;
    for (uint32_t pick = 0; pick < key.args.size(); ++pick)
      branches.push_back(values[PickedBy(Value::Choice(pick), labels)]);
    if (branches.size() == 1) return branches[0];
    const Diagram picked[] = {InstanceDiagram(key)};
    return diagrams_.Apply(picked, [&](std::span<const Diagram> p) {
      return branches[diagrams_.LeafOf(p[0]).value.AsChoice()];
    });
  });
}

Signal Timeline::EvaluateRef(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const ir::Term& term = program_.terms[node.data];
  std::vector<const Signal*> parts;
  for (const NodeId child : program_.Children(id)) parts.push_back(&In(child, env));
  const auto body = [&](std::span<const Diagram> leaves) -> const Signal* {
    Slot arguments;
    for (size_t i = 0; i < leaves.size(); ++i) {
      const Leaf& leaf = diagrams_.LeafOf(leaves[i]);
      if (leaf.kind != Leaf::Kind::kValue) return nullptr;
      arguments.fields.emplace_back(term.parameters[i].name, leaf.value);
    }
    return &In(term.body, Intern({arguments}));
  };
  const bool constant = std::all_of(parts.begin(), parts.end(), [&](const Signal* s) {
    return s->pieces.size() == 1 && diagrams_.IsLeaf(s->pieces[0].value);
  });
  if (constant) {
    std::vector<Diagram> leaves;
    for (const Signal* s : parts) leaves.push_back(s->pieces[0].value);
    const Signal* signal = body(leaves);
    return signal ? *signal : Signal{{{kBeforeAll, Opaque(id, env)}}};
  }
  // Arguments that vary: breakpoints of the body for each tuple of values they take.
  std::vector<Position> breaks;
  const auto find_breaks = [&](Position, const std::vector<Diagram>& v) {
    return diagrams_.Apply(v, [&](std::span<const Diagram> leaves) {
      if (const Signal* signal = body(leaves)) {
        for (const Piece& piece : signal->pieces) breaks.push_back(piece.from);
      }
      return diagrams_.Bool(false);
    });
  };
  Combine(parts, {}, find_breaks);
  return Combine(parts, breaks, [&](Position from, const std::vector<Diagram>& v) {
    return diagrams_.Apply(v, [&](std::span<const Diagram> leaves) {
      const Signal* signal = body(leaves);
      return signal ? signal->At(from) : Opaque(id, env);
    });
  });
}

// ---------------------------------------------------------------- moments reached

bool Timeline::IsFirstMoment(NodeId id) const {
  const Node& node = program_.Get(id);
  if (node.op != Op::kFold || static_cast<ir::FoldKind>(node.data) != ir::FoldKind::kFirst) {
    return false;
  }
  const auto children = program_.Children(id);
  const auto literal = [&](NodeId child, Position at) {
    return program_.Get(child).op == Op::kLit &&
           program_.Literal(program_.Get(child)) == Value::Moment(at);
  };
  const Node& p = program_.Get(children[1]);
  return p.op == Op::kField && p.aux == node.aux && Symbol{p.data} == program_.known.at &&
         literal(children[2], kBeginning.before()) && literal(children[3], kNever) &&
         literal(children[4], kNever);
}

// Whether Reached(moment), once true, stays true.
bool Timeline::IsLatch(NodeId id) const {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  if (node.op == Op::kOp) {
    const auto function = static_cast<Function>(node.aux);
    if (function == Function::kEarliest || function == Function::kLatest) {
      return std::all_of(children.begin(), children.end(), [&](NodeId c) { return IsLatch(c); });
    }
    if (function == Function::kShift) {
      return IsLatch(children[0]) && !program_.VariesInTime(children[1]);
    }
  }
  return IsFirstMoment(id) || !program_.VariesInTime(id);
}

const Signal& Timeline::ReachedIn(NodeId moment, Duration shift, EnvRef env) {
  const EnvRef needed = Needed(moment, env);
  const MemoKey key{moment.index, needed.index, shift, true, LimitOf(moment)};
  if (const auto it = signals_.find(key); it != signals_.end()) return *it->second;
  auto signal = std::make_unique<Signal>(EvaluateReached(moment, shift, needed));
  return *signals_.emplace(key, std::move(signal)).first->second;
}

Signal Timeline::EvaluateReached(NodeId id, Duration shift, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const auto parts_of = [&](std::span<const NodeId> moments) {
    std::vector<const Signal*> parts;
    for (const NodeId m : moments) parts.push_back(&ReachedIn(m, shift, env));
    return parts;
  };
  if (node.op == Op::kOp) {
    const auto function = static_cast<Function>(node.aux);
    if (function == Function::kEarliest || function == Function::kLatest) {
      return Combine(parts_of(children), {}, [&](Position, const std::vector<Diagram>& v) {
        Diagram out = diagrams_.Bool(function == Function::kLatest);
        for (const Diagram d : v) {
          out = function == Function::kLatest ? diagrams_.And(out, d) : diagrams_.Or(out, d);
        }
        return out;
      });
    }
    if (function == Function::kShift && program_.Get(children[1]).op == Op::kLit) {
      const Value& by = program_.Literal(program_.Get(children[1]));
      if (by.kind() == Value::Kind::kDuration) {
        const Duration d = by.AsDuration();
        if (shift.count == 0) return ReachedIn(children[0], d, env);
        if (shift.unit == DurationUnit::kDays && d.unit == DurationUnit::kDays) {
          return ReachedIn(children[0], {shift.count + d.count, DurationUnit::kDays}, env);
        }
      }
    }
  }
  if (node.op == Op::kIf) {
    std::vector<const Signal*> parts = parts_of(children.subspan(1));
    parts.insert(parts.begin(), &In(children[0], env));
    return Combine(parts, {}, [&](Position, const std::vector<Diagram>& v) {
      return diagrams_.If(v[0], v[1], v[2]);
    });
  }
  // A named moment: into its definition.
  if (node.op == Op::kRef && children.empty()) {
    return ReachedIn(program_.terms[node.data].body, shift, kNoSlots);
  }
  if (IsFirstMoment(id)) {
    shift = ir::SinceEvent(shift);
    const EventList& list = EventsOf(children[0], env);
    std::vector<std::pair<Position, Diagram>> steps;
    for (const Item& item : list.items) steps.emplace_back(Shift(item.at, shift), item.condition);
    for (const uint32_t wait : list.waits) {
      if (waits_[wait].after >= facts_.horizon) continue;
      steps.emplace_back(Shift(waits_[wait].after.after(), shift), WaitAtom(wait, shift));
    }
    std::stable_sort(steps.begin(), steps.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Signal out{{{kBeforeAll, diagrams_.Bool(false)}}};
    Diagram so_far = diagrams_.Bool(false);
    for (const auto& [at, condition] : steps) {
      if (at == kNever) break;
      so_far = diagrams_.Or(so_far, condition);
      const Position from = std::max(at, kBeforeAll);
      if (out.pieces.back().from == from)
        out.pieces.back().value = so_far;
      else if (out.pieces.back().value != so_far)
        out.pieces.push_back({from, so_far});
    }
    return out;
  }
  const Signal& moments = In(id, env);
  std::vector<Position> breaks;
  const auto edge = [&](Position p) {
    if (p != kNever) breaks.push_back(p);
  };
  // A wait's own shift and the one asked for; nothing where days and months meet.
  const auto total_of = [&](const Leaf& leaf) -> std::optional<Duration> {
    const bool of_event = !waits_[leaf.id].instance;
    const auto since = [&](Duration total) { return of_event ? ir::SinceEvent(total) : total; };
    if (leaf.shift.count == 0) return since(shift);
    if (shift.count == 0) return since(leaf.shift);
    if (leaf.shift.unit != DurationUnit::kDays || shift.unit != DurationUnit::kDays)
      return std::nullopt;
    return since({leaf.shift.count + shift.count, DurationUnit::kDays});
  };
  for (const Piece& piece : moments.pieces) {
    for (const Diagram d : diagrams_.Leaves(piece.value)) {
      const Leaf& leaf = diagrams_.LeafOf(d);
      if (leaf.kind == Leaf::Kind::kValue) edge(Shift(leaf.value.AsMoment(), shift));
      if (leaf.kind == Leaf::Kind::kWait) {
        if (const auto total = total_of(leaf)) {
          edge(Shift(waits_[leaf.id].after.after(), *total));
          edge(Shift(waits_[leaf.id].latest, *total));
        }
      }
    }
  }
  return Combine({&moments}, breaks, [&](Position from, const std::vector<Diagram>& v) {
    return diagrams_.Apply(v, [&](std::span<const Diagram> at) -> Diagram {
      const Leaf leaf = diagrams_.LeafOf(at[0]);
      if (leaf.kind == Leaf::Kind::kValue) {
        return diagrams_.Bool(Shift(leaf.value.AsMoment(), shift) <= from);
      }
      if (leaf.kind == Leaf::Kind::kWait) {
        const auto total = total_of(leaf);
        if (!total) return OpaqueReached(id, shift, env);
        const Wait& wait = waits_[leaf.id];
        if (from < Shift(wait.after.after(), *total)) return diagrams_.Bool(false);
        if (wait.latest != kNever && from >= Shift(wait.latest, *total))
          return diagrams_.Bool(true);
        return WaitAtom(leaf.id, *total);
      }
      return OpaqueReached(id, shift, env);
    });
  });
}

// Whether an opaque moment has been reached is a truth of its own, one for each shift.
Diagram Timeline::OpaqueReached(NodeId id, Duration shift, EnvRef env) {
  return WaitAtom(AddWait({id, SlotsOf(env), kBeforeAll.before(), kNever, {}, {}, true}), shift);
}

// ---------------------------------------------------------------- events

std::vector<Timeline::Occurrence> Timeline::Occurrences(NodeId events, const Env& env) {
  return EventsOf(events, Intern(env)).items;
}

const Timeline::EventList& Timeline::EventsOf(NodeId node, EnvRef env) {
  const EnvRef needed = Needed(node, env);
  const Position limit = LimitOf(node);
  const MemoKey key{node.index, needed.index, {}, false, limit};
  if (const auto it = event_lists_.find(key); it != event_lists_.end()) return *it->second;
  auto list = std::make_unique<EventList>(EvaluateEvents(node, needed));
  std::erase_if(list->items, [&](const Item& item) { return item.at >= limit; });
  std::erase_if(list->waits, [&](uint32_t wait) { return waits_[wait].after.after() >= limit; });
  return *event_lists_.emplace(key, std::move(list)).first->second;
}

Timeline::EventList Timeline::EvaluateEvents(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  EventList out;
  switch (node.op) {
    case Op::kOn: {
      const Position limit = LimitOf(id);
      for (const uint32_t i : events_by_type_[node.data]) {
        const Event& e = facts_.events[i];
        if (e.at >= limit) continue;
        const Diagram matches = Fixed(children[0], Bind(env, node.aux, e.slot), e.at);
        if (!diagrams_.IsFalse(matches)) out.items.push_back({e.at, e.slot, matches});
      }
      const Position closed = ClosedTo(program_, facts_, id, SlotsOf(env));
      // What may still come: exactly the entries of the type where the pattern asks nothing of
      // them.
      const Node& pattern = program_.Get(children[0]);
      const bool plain = pattern.op == Op::kLit;
      const bool never = plain && !program_.Literal(pattern).AsBool();
      if (closed < facts_.horizon && !never) {
        out.waits.push_back(AddWait({id, SlotsOf(env), closed, kNever, {}, {}, !plain}));
      }
      return out;
    }
    case Op::kWhile: {
      const EventList inner = EventsOf(children[0], env);
      const Position limit = LimitOf(id);
      for (const Item& item : inner.items) {
        if (item.at >= limit) continue;
        const Diagram held = Fixed(children[1], Bind(env, node.aux, item.slot), item.at.before());
        const Diagram both = diagrams_.And(item.condition, held);
        if (!diagrams_.IsFalse(both)) out.items.push_back({item.at, item.slot, both});
      }
      for (const uint32_t w : inner.waits) {
        Wait wait{id, SlotsOf(env), waits_[w].after, kNever, {}, Requirements(children[1]), true};
        // A guard that does not look at the event tells from when on it can count at all.
        if ((program_.FreeSlots(children[1]) >> node.aux & 1) == 0 && !LooksBack(children[1])) {
          const Signal& guard = In(children[1], env);
          size_t piece = guard.IndexAt(wait.after);
          while (piece < guard.pieces.size() && diagrams_.IsFalse(guard.pieces[piece].value))
            ++piece;
          if (piece == guard.pieces.size()) continue;
          wait.after = std::max(wait.after, guard.pieces[piece].from);
        }
        out.waits.push_back(AddWait(std::move(wait)));
      }
      return out;
    }
    case Op::kBecomes: {
      const Signal& signal = In(children[0], env);
      Diagram before = diagrams_.Bool(false);
      for (size_t i = signal.IndexAt(kBeginning); i < signal.pieces.size(); ++i) {
        const Diagram now = signal.pieces[i].value;
        const Position from = std::max(signal.pieces[i].from, kBeginning);
        if (IsRelative(now)) {
          // From here on the edges depend on what has not been seen.
          out.waits.push_back(AddWait({id, SlotsOf(env), from.before(), kNever, {}, {}, true}));
          break;
        }
        const Diagram edge = diagrams_.And(now, diagrams_.Not(before));
        if (!diagrams_.IsFalse(edge)) {
          out.items.push_back({from, Slot{{{program_.known.at, Value::Moment(from)}}}, edge});
        }
        before = now;
      }
      return out;
    }
    case Op::kSchedule: {
      const EventList inner = EventsOf(children[0], env);
      const Position limit = LimitOf(id);
      for (const Item& item : inner.items) {
        if (item.at >= limit) continue;
        const Position before = item.at.before();
        const Diagram count = Fixed(children[2], Bind(env, node.aux, item.slot), before);
        for (const auto& [when, leaf] : diagrams_.Cases(count)) {
          const Diagram counted = diagrams_.And(item.condition, when);
          if (diagrams_.LeafOf(leaf).kind != Leaf::Kind::kValue) {
            out.waits.push_back(AddWait({id, SlotsOf(env), item.at, kNever, {}, {}, true}));
            continue;
          }
          const int64_t n = InstalmentsOf(diagrams_.LeafOf(leaf).value);
          for (int64_t i = 1; i <= n; ++i) {
            const Slot numbered = WithIndex(program_, item.slot, item.at, i);
            const Diagram moment = Fixed(children[1], Bind(env, node.aux, numbered), before);
            for (const auto& [if_so, at] : diagrams_.Cases(moment)) {
              if (diagrams_.LeafOf(at).kind != Leaf::Kind::kValue) {
                out.waits.push_back(AddWait({id, SlotsOf(env), item.at, kNever, {}, {}, true}));
                continue;
              }
              const Position m = ScheduledAt(diagrams_.LeafOf(at).value.AsMoment());
              const Diagram condition = diagrams_.And(counted, if_so);
              if (m <= item.at || m > facts_.horizon || diagrams_.IsFalse(condition)) continue;
              out.items.push_back({m, Moved(program_, numbered, m), condition});
            }
          }
        }
      }
      for (const uint32_t w : inner.waits) {
        out.waits.push_back(AddWait({id, SlotsOf(env), waits_[w].after, kNever, {}, {}, true}));
      }
      SortByMoment(out.items);
      return out;
    }
    case Op::kUnion: {
      out = EventsOf(children[0], env);
      const EventList& more = EventsOf(children[1], env);
      out.items.insert(out.items.end(), more.items.begin(), more.items.end());
      out.waits.insert(out.waits.end(), more.waits.begin(), more.waits.end());
      SortByMoment(out.items);
      return out;
    }
    default:
      return out;
  }
}

// Closed conditions that hold whenever `condition` holds and that time cannot take back.
std::vector<NodeId> Timeline::Requirements(NodeId id) const {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  std::vector<NodeId> out;
  const auto intersect = [&](bool first, const std::vector<NodeId>& more) {
    if (first) {
      out = more;
      return;
    }
    std::erase_if(out,
                  [&](NodeId n) { return std::find(more.begin(), more.end(), n) == more.end(); });
  };
  if (node.op == Op::kOp && static_cast<Function>(node.aux) == Function::kAnd) {
    for (const NodeId child : children) {
      const auto more = Requirements(child);
      out.insert(out.end(), more.begin(), more.end());
    }
    return out;
  }
  if (node.op == Op::kOp && static_cast<Function>(node.aux) == Function::kOr) {
    for (size_t i = 0; i < children.size(); ++i) intersect(i == 0, Requirements(children[i]));
    return out;
  }
  if (node.op == Op::kRef && program_.Get(program_.terms[node.data].body).op == Op::kRules) {
    const uint32_t set = program_.Get(program_.terms[node.data].body).data;
    bool first = true;
    bool closed = false;
    for (const ir::Rule& rule : program_.rule_sets[set].rules) {
      const Node& value = program_.Get(rule.value);
      const bool refuses = value.op == Op::kLit && !program_.Literal(value).AsBool();
      const Node& guard = program_.Get(rule.guard);
      closed = closed || (refuses && guard.op == Op::kLit && program_.Literal(guard).AsBool());
      if (refuses) continue;
      intersect(first, Requirements(rule.guard));
      first = false;
    }
    // Without a closing rule silence might grant it, so nothing is required.
    return closed ? out : std::vector<NodeId>{};
  }
  if (program_.FreeSlots(id) == 0 && node.type == ir::kBoolType) {
    if (node.op == Op::kReached && IsLatch(children[0])) return {id};
    if (!program_.VariesInTime(id) && node.op != Op::kLit) return {id};
  }
  return out;
}

Diagram Timeline::Possible(Position at) {
  Diagram out = diagrams_.Bool(true);
  // Evaluating a requirement may add waits; they are visited too.
  for (uint32_t w = 0; w < waits_.size(); ++w) {
    const std::vector<NodeId> required = waits_[w].requires_;
    for (const NodeId node : required) {
      out = diagrams_.And(out,
                          diagrams_.Or(diagrams_.Not(WaitAtom(w, {})), In(node, kNoSlots).At(at)));
    }
  }
  return out;
}

std::vector<Position> Timeline::PossibleBreaks() {
  std::vector<Position> out;
  for (uint32_t w = 0; w < waits_.size(); ++w) {
    const std::vector<NodeId> required = waits_[w].requires_;
    for (const NodeId node : required) {
      for (const Piece& piece : In(node, kNoSlots).pieces) out.push_back(piece.from);
    }
  }
  return out;
}

// ---------------------------------------------------------------- folds

Signal Timeline::EvaluateFold(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const auto kind = static_cast<ir::FoldKind>(node.data);
  const EventList list = EventsOf(children[0], env);
  const Signal& low = In(children[2], env);
  const Signal& high = In(children[3], env);
  const Signal& nothing = In(children[4], env);
  const bool first_moment = IsFirstMoment(id);

  std::vector<Diagram> values;
  for (const Item& item : list.items) {
    values.push_back(kind == ir::FoldKind::kCount
                         ? diagrams_.Of(Value::Number(Rational(1)))
                         : Fixed(children[1], Bind(env, node.aux, item.slot), item.at.before()));
  }
  Position open_after = kNever;
  for (const uint32_t w : list.waits) open_after = std::min(open_after, waits_[w].after);

  const auto fixed_moment = [&](const Signal& s) -> std::optional<Position> {
    if (s.pieces.size() != 1 || !diagrams_.IsLeaf(s.pieces[0].value)) return std::nullopt;
    const Leaf& leaf = diagrams_.LeafOf(s.pieces[0].value);
    if (leaf.kind != Leaf::Kind::kValue) return std::nullopt;
    return leaf.value.AsMoment();
  };
  const auto after = fixed_moment(low);
  const auto until = fixed_moment(high);
  const auto in_window = [&](Position m) { return m > *after && m <= *until; };

  // One step of the fold: `found` says whether anything was counted before.
  struct State {
    Diagram found;
    Diagram value;
  };
  const auto step = [&](const State& state, Diagram counts, Diagram value) -> State {
    Diagram next = value;
    switch (kind) {
      case ir::FoldKind::kFirst:
        next = diagrams_.If(state.found, state.value, value);
        break;
      case ir::FoldKind::kLast:
        break;
      default: {
        const Function f = kind == ir::FoldKind::kMin   ? Function::kMin
                           : kind == ir::FoldKind::kMax ? Function::kMax
                                                        : Function::kAdd;
        const Diagram args[] = {state.found, state.value, value};
        next = diagrams_.Apply(args, [&](std::span<const Diagram> at) -> Diagram {
          if (!diagrams_.IsTrue(at[0])) return at[2];
          const Leaf& a = diagrams_.LeafOf(at[1]);
          const Leaf& b = diagrams_.LeafOf(at[2]);
          if (a.kind != Leaf::Kind::kValue || b.kind != Leaf::Kind::kValue) return Opaque(id, env);
          const Value pair[] = {a.value, b.value};
          if (const auto sum = ir::Apply(f, pair)) return diagrams_.Of(*sum);
          overflowed_ = true;
          return at[1];
        });
      }
    }
    return {diagrams_.Or(state.found, counts), diagrams_.If(counts, next, state.value)};
  };
  const Diagram zero = diagrams_.Of(Value::Number(Rational(0)));
  const auto finish = [&](const State& state, Diagram z, Position from) -> Diagram {
    const Diagram neutral = kind == ir::FoldKind::kCount ? zero : z;
    const Diagram seen = diagrams_.If(state.found, state.value, neutral);
    if (from <= open_after) return seen;
    // What was not seen may come into it, except that a first that was seen in time stays first.
    if (!first_moment) {
      if (kind == ir::FoldKind::kFirst) {
        Diagram early = diagrams_.Bool(false);
        for (const Item& item : list.items) {
          if (item.at <= open_after && in_window(item.at))
            early = diagrams_.Or(early, item.condition);
        }
        return diagrams_.If(early, seen, Opaque(id, env));
      }
      return OpaqueFrom(id, env, seen);
    }
    Diagram early = diagrams_.Bool(false);
    bool late = false;
    for (const Item& item : list.items) {
      if (item.at <= open_after)
        early = diagrams_.Or(early, item.condition);
      else
        late = late || item.at <= from;
    }
    const Diagram waited = !late && list.waits.size() == 1
                               ? diagrams_.Of(Leaf{.kind = Leaf::Kind::kWait, .id = list.waits[0]})
                               : Opaque(id, env);
    return diagrams_.If(early, seen, waited);
  };

  std::vector<Position> breaks;
  for (const Item& item : list.items) breaks.push_back(item.at);
  if (open_after != kNever) breaks.push_back(open_after.after());

  if (after && until) {
    // One pass: each event is folded in once.
    State state{diagrams_.Bool(false), zero};
    size_t next = 0;
    if (*until <= open_after) open_after = kNever;
    return Combine({&nothing}, breaks, [&](Position from, const std::vector<Diagram>& v) {
      for (; next < list.items.size() && list.items[next].at <= from; ++next) {
        const Item& item = list.items[next];
        if (!in_window(item.at)) continue;
        state = step(state, item.condition, values[next]);
      }
      return finish(state, v[0], from);
    });
  }
  // A window that moves: its edges add breakpoints, and each piece folds anew.
  for (const Signal* edge : {&low, &high}) {
    for (const Piece& piece : edge->pieces) {
      for (const Diagram d : diagrams_.Leaves(piece.value)) {
        const Leaf& leaf = diagrams_.LeafOf(d);
        if (leaf.kind == Leaf::Kind::kValue && leaf.value.AsMoment() != kNever) {
          breaks.push_back(leaf.value.AsMoment());
          breaks.push_back(leaf.value.AsMoment().after());
        }
      }
    }
  }
  return Combine(
      {&low, &high, &nothing}, breaks, [&](Position from, const std::vector<Diagram>& v) {
        State state{diagrams_.Bool(false), zero};
        bool known = true;
        for (size_t i = 0; i < list.items.size() && list.items[i].at <= from; ++i) {
          const Position m = list.items[i].at;
          const Diagram args[] = {v[0], v[1]};
          const Diagram inside = diagrams_.Apply(args, [&](std::span<const Diagram> at) {
            const Leaf& a = diagrams_.LeafOf(at[0]);
            const Leaf& b = diagrams_.LeafOf(at[1]);
            if (a.kind != Leaf::Kind::kValue || b.kind != Leaf::Kind::kValue) {
              known = false;
              return diagrams_.Bool(false);
            }
            return diagrams_.Bool(a.value.AsMoment() < m && m <= b.value.AsMoment());
          });
          state = step(state, diagrams_.And(list.items[i].condition, inside), values[i]);
        }
        if (!known) return Opaque(id, env);
        const Diagram seen =
            diagrams_.If(state.found, state.value, kind == ir::FoldKind::kCount ? zero : v[2]);
        return from > open_after ? OpaqueFrom(id, env, seen) : seen;
      });
}

Signal Timeline::EvaluateEach(NodeId id, EnvRef env) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const auto& captures = program_.Captures(node);
  const ir::EachKind kind = program_.EachKindOf(node);
  const EventList list = EventsOf(children[0], env);

  const bool one_each = program_.OnePerEntry(id);

  struct Member {
    Position at;
    Diagram exists;
    const Signal* body;
  };
  std::vector<Member> members;
  std::unordered_map<uint32_t, Diagram> seen;  // by key leaf: the worlds that have it already
  bool opaque = false;
  for (const Item& item : list.items) {
    const EnvRef at_event = Bind(env, node.aux, item.slot);
    std::vector<Diagram> parts = {Fixed(children[1], at_event, item.at.before())};
    for (size_t i = 0; i < captures.size(); ++i) {
      parts.push_back(Fixed(children[2 + i], at_event, item.at.before()));
    }
    // Each combination of key and captured values is an instance of its own, in its own worlds.
    std::vector<std::pair<Diagram, std::vector<Diagram>>> combinations = {{item.condition, {}}};
    for (const Diagram part : parts) {
      std::vector<std::pair<Diagram, std::vector<Diagram>>> more;
      for (const auto& [worlds, leaves] : combinations) {
        for (const auto& [when, leaf] : diagrams_.Cases(part)) {
          auto longer = leaves;
          longer.push_back(leaf);
          const Diagram both = diagrams_.And(worlds, when);
          if (!diagrams_.IsFalse(both)) more.emplace_back(both, std::move(longer));
        }
      }
      combinations = std::move(more);
    }
    const auto seen_before = seen;
    for (const auto& [worlds, leaves] : combinations) {
      Slot slot = item.slot;
      bool concrete = true;
      for (size_t i = 0; i < leaves.size(); ++i) {
        const Leaf& leaf = diagrams_.LeafOf(leaves[i]);
        concrete = concrete && leaf.kind == Leaf::Kind::kValue;
        if (i > 0) slot.fields.emplace_back(captures[i - 1], leaf.value);
      }
      if (!concrete) {
        opaque = true;
        continue;
      }
      Diagram fresh = worlds;
      if (const auto it = seen_before.find(leaves[0].index); it != seen_before.end()) {
        fresh = diagrams_.And(worlds, diagrams_.Not(it->second));
      }
      auto& known = seen.try_emplace(leaves[0].index, diagrams_.Bool(false)).first->second;
      known = diagrams_.Or(known, worlds);
      if (!diagrams_.IsFalse(fresh)) {
        members.push_back({item.at, fresh, &In(children.back(), Bind(env, node.aux, slot))});
      }
    }
  }
  std::vector<const Signal*> parts;
  std::vector<Position> breaks;
  for (const Member& member : members) {
    parts.push_back(member.body);
    breaks.push_back(member.at);
  }
  for (const uint32_t w : list.waits) breaks.push_back(waits_[w].after.after());
  const Diagram neutral = kind == ir::EachKind::kSum ? diagrams_.Of(Value::Number(Rational(0)))
                                                     : diagrams_.Bool(kind == ir::EachKind::kAnd);
  return Combine(parts, breaks, [&](Position from, const std::vector<Diagram>& v) {
    if (opaque) return Opaque(id, env);
    Diagram out = neutral;
    for (size_t i = 0; i < members.size() && members[i].at <= from; ++i) {
      const Diagram value = diagrams_.If(members[i].exists, v[i], neutral);
      if (kind == ir::EachKind::kOr) {
        out = diagrams_.Or(out, value);
      } else if (kind == ir::EachKind::kAnd) {
        out = diagrams_.And(out, value);
      } else {
        const Diagram args[] = {out, value};
        out = diagrams_.Apply(args, [&](std::span<const Diagram> at) -> Diagram {
          const Leaf& a = diagrams_.LeafOf(at[0]);
          const Leaf& b = diagrams_.LeafOf(at[1]);
          if (a.kind != Leaf::Kind::kValue || b.kind != Leaf::Kind::kValue) return Opaque(id, env);
          const Value pair[] = {a.value, b.value};
          if (const auto sum = ir::Apply(Function::kAdd, pair)) return diagrams_.Of(*sum);
          overflowed_ = true;
          return at[0];
        });
      }
    }
    for (const uint32_t w : list.waits) {
      if (from <= waits_[w].after) continue;
      // An instance nobody has seen matters only once its event has happened. It takes nothing
      // from the others where each entry is an instance of its own.
      const Diagram unseen = OpaqueFrom(id, env, out);
      const Diagram happened = WaitAtom(w, {});
      if (kind == ir::EachKind::kOr && one_each) {
        out = diagrams_.Or(out, diagrams_.And(happened, unseen));
      } else if (kind == ir::EachKind::kAnd && one_each) {
        out = diagrams_.And(out, diagrams_.Or(diagrams_.Not(happened), unseen));
      } else {
        out = diagrams_.If(happened, unseen, out);
      }
    }
    return out;
  });
}

}  // namespace entente::eval
