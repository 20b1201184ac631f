#include "ir/program.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/check.h"
#include "ir/walk.h"

namespace entente::ir {
namespace {

constexpr std::array<std::string_view, kOpCount> kOpNames = {
    "lit",   "field",    "open",  "is",   "op",   "if",    "reached", "on",     "becomes",
    "while", "schedule", "union", "fold", "each", "rules", "ref",     "edition"};

// The slot a node binds for some of its children, and which those are.
bool BindsFor(Op op, size_t child, size_t count) {
  switch (op) {
    case Op::kOn:
      return true;
    case Op::kWhile:
      return child == 1;
    case Op::kSchedule:
      return child >= 1;
    case Op::kFold:
      return child == 1;
    case Op::kEach:
      return child >= 1 && child < count;
    default:
      return false;
  }
}

}  // namespace

std::string_view NameOf(Op op) { return kOpNames[static_cast<size_t>(op)]; }

std::string_view NameOf(FoldKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"first", "last", "count",
                                                      "sum",   "min",  "max"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view NameOf(EachKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"or", "and", "sum"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view NameOf(PointKind kind) {
  constexpr std::array<std::string_view, 9> kNames = {"undisclosed", "imprecise", "reading",
                                                      "judgement",   "fact",      "future",
                                                      "conflict",    "silence",   "draft"};
  return kNames[static_cast<size_t>(kind)];
}

Program::Program() {
  known.at = symbols.Intern("at");
  known.by = symbols.Intern("by");
  known.id = symbols.Intern("id");
  known.index = symbols.Intern("index");
  known.origin = symbols.Intern("origin");
  event_types.push_back({symbols.Intern("Start"), {}, true, false});
  start = EventTypeId{0};
}

NodeId Program::Intern(Node node, const std::vector<NodeId>& children) {
  uint64_t hash = MixHash(static_cast<uint64_t>(node.op) << 8 | node.aux, node.data);
  hash = MixHash(hash, static_cast<uint64_t>(node.type.base) << 32 | node.type.detail);
  for (const NodeId child : children) hash = MixHash(hash, child.index);
  const uint32_t found = index_.Find(hash, [&](uint32_t row) {
    const Node& other = nodes_[row];
    return other.op == node.op && other.aux == node.aux && other.data == node.data &&
           other.type == node.type && other.count == children.size() &&
           std::equal(children.begin(), children.end(), children_.begin() + other.first);
  });
  if (found != HashIndex::kNone) return NodeId{found};
  ENTENTE_CHECK(children.size() <= UINT16_MAX);
  node.first = static_cast<uint32_t>(children_.size());
  node.count = static_cast<uint16_t>(children.size());
  uint32_t slots = node.op == Op::kField ? 1u << node.aux : 0;
  bool varies = node.op == Op::kReached || node.op == Op::kFold || node.op == Op::kEach;
  for (size_t i = 0; i < children.size(); ++i) {
    ENTENTE_CHECK(children[i].index < nodes_.size());
    uint32_t inner = free_slots_[children[i].index];
    if (BindsFor(node.op, i, children.size())) inner &= ~(1u << node.aux);
    slots |= inner;
    varies = varies || varies_[children[i].index];
  }
  if (node.op == Op::kRules) {
    for (const Rule& rule : rule_sets[node.data].rules) {
      slots |= free_slots_[rule.guard.index] | free_slots_[rule.value.index];
      varies = varies || varies_[rule.guard.index] || varies_[rule.value.index];
    }
    // A silence is asked about with the term's arguments.
    if (!terms[rule_sets[node.data].term.index].parameters.empty()) slots |= 1;
  }
  // The body of a term may not be there yet, so a reference is taken to vary.
  if (node.op == Op::kRef) varies = true;
  children_.insert(children_.end(), children.begin(), children.end());
  nodes_.push_back(node);
  free_slots_.push_back(slots);
  varies_.push_back(varies);
  index_.Push(hash);
  return NodeId{static_cast<uint32_t>(nodes_.size() - 1)};
}

Program::Mark Program::Here() const {
  return {nodes_.size(),
          children_.size(),
          literals_.size(),
          captures_.size(),
          symbols.size(),
          points.size(),
          things};
}

void Program::Rewind(const Mark& mark) {
  nodes_.resize(mark.nodes);
  index_.Truncate(mark.nodes);
  children_.resize(mark.children);
  free_slots_.resize(mark.nodes);
  varies_.resize(mark.nodes);
  literals_.resize(mark.literals);
  literal_index_.Truncate(mark.literals);
  captures_.resize(mark.captures);
  points.resize(mark.points);
  things = mark.things;
  symbols.Truncate(mark.symbols);
}

NodeId Program::Lit(const Value& value, Type type) {
  const uint64_t hash = value.Hash();
  uint32_t index = literal_index_.Find(hash, [&](uint32_t row) { return literals_[row] == value; });
  if (index == HashIndex::kNone) {
    index = static_cast<uint32_t>(literals_.size());
    literals_.push_back(value);
    literal_index_.Push(hash);
  }
  return Intern({.op = Op::kLit, .type = type, .data = index}, {});
}

NodeId Program::Field(int slot, Symbol field, Type type) {
  ENTENTE_CHECK(slot >= 0 && slot < 32);
  return Intern(
      {.op = Op::kField, .aux = static_cast<uint8_t>(slot), .type = type, .data = field.index}, {});
}

NodeId Program::Open(PointId point, const std::vector<NodeId>& args) {
  return Intern({.op = Op::kOpen, .type = points[point.index].type, .data = point.index}, args);
}

NodeId Program::Is(NodeId thing, KindId kind) {
  return Intern({.op = Op::kIs, .type = kBoolType, .data = kind.index}, {thing});
}

NodeId Program::Apply(Function function, const std::vector<NodeId>& args, Type type) {
  return Intern({.op = Op::kOp, .aux = static_cast<uint8_t>(function), .type = type}, args);
}

NodeId Program::And(std::vector<NodeId> args) {
  std::vector<NodeId> kept;
  for (size_t i = 0; i < args.size(); ++i) {
    const NodeId id = args[i];
    if (Get(id).op == Op::kOp && Get(id).aux == static_cast<uint8_t>(Function::kAnd)) {
      const auto inner = Children(id);
      args.insert(args.end(), inner.begin(), inner.end());
    } else if (id == False()) {
      return id;
    } else if (id != True() && std::find(kept.begin(), kept.end(), id) == kept.end()) {
      kept.push_back(id);
    }
  }
  if (kept.empty()) return True();
  return kept.size() == 1 ? kept[0] : Apply(Function::kAnd, kept, kBoolType);
}

NodeId Program::Or(std::vector<NodeId> args) {
  std::vector<NodeId> kept;
  for (const NodeId id : args) {
    if (id == True()) return id;
    if (id != False() && std::find(kept.begin(), kept.end(), id) == kept.end()) kept.push_back(id);
  }
  if (kept.empty()) return False();
  return kept.size() == 1 ? kept[0] : Apply(Function::kOr, kept, kBoolType);
}

NodeId Program::Not(NodeId x) {
  if (x == True()) return False();
  if (x == False()) return True();
  if (Get(x).op == Op::kOp && Get(x).aux == static_cast<uint8_t>(Function::kNot)) {
    return Children(x)[0];
  }
  return Apply(Function::kNot, {x}, kBoolType);
}

NodeId Program::If(NodeId condition, NodeId a, NodeId b) {
  return Intern({.op = Op::kIf, .type = Get(a).type}, {condition, a, b});
}

NodeId Program::Reached(NodeId moment) {
  return Intern({.op = Op::kReached, .type = kBoolType}, {moment});
}

NodeId Program::On(EventTypeId type, int slot, NodeId guard) {
  return Intern(
      {.op = Op::kOn, .aux = static_cast<uint8_t>(slot), .type = kEventsType, .data = type.index},
      {guard});
}

NodeId Program::Becomes(NodeId signal) {
  return Intern({.op = Op::kBecomes, .type = kEventsType}, {signal});
}

NodeId Program::Union(NodeId a, NodeId b) {
  return Intern({.op = Op::kUnion, .type = kEventsType}, {a, b});
}

NodeId Program::While(NodeId events, int slot, NodeId signal) {
  if (Get(events).op == Op::kUnion) {
    const NodeId a = Children(events)[0], b = Children(events)[1];
    return Union(While(a, slot, signal), While(b, slot, signal));
  }
  return Intern({.op = Op::kWhile, .aux = static_cast<uint8_t>(slot), .type = kEventsType},
                {events, signal});
}

NodeId Program::Schedule(NodeId events, int slot, NodeId moment, NodeId n) {
  if (Get(events).op == Op::kUnion) {
    const NodeId a = Children(events)[0], b = Children(events)[1];
    return Union(Schedule(a, slot, moment, n), Schedule(b, slot, moment, n));
  }
  return Intern({.op = Op::kSchedule, .aux = static_cast<uint8_t>(slot), .type = kEventsType},
                {events, moment, n});
}

NodeId Program::Fold(FoldKind kind, NodeId events, int slot, NodeId p, NodeId a, NodeId b,
                     NodeId z) {
  // The first moment of either list is the earlier of the two first ones, of which more is known.
  if (kind == FoldKind::kFirst && Get(events).op == Op::kUnion &&
      p == Field(slot, known.at, kMomentType) && z == Moment(kNever)) {
    const NodeId first = Children(events)[0], second = Children(events)[1];
    return Apply(Function::kEarliest,
                 {Fold(kind, first, slot, p, a, b, z), Fold(kind, second, slot, p, a, b, z)},
                 kMomentType);
  }
  return Intern({.op = Op::kFold,
                 .aux = static_cast<uint8_t>(slot),
                 .type = Get(z).type,
                 .data = static_cast<uint32_t>(kind)},
                {events, p, a, b, z});
}

NodeId Program::MomentOf(FoldKind kind, NodeId events, int slot) {
  return Fold(kind, events, slot, Field(slot, known.at, kMomentType), Moment(kBeginning.before()),
              Moment(kNever), Moment(kNever));
}

NodeId Program::CountOf(NodeId events, int slot, Position through) {
  return Fold(FoldKind::kCount, events, slot, Count(1), Moment(kBeginning.before()),
              Moment(through), Count(0));
}

NodeId Program::Count(int64_t number) {
  return Lit(Value::Number(Rational(number)), NumberType(symbols.Intern(kCountUnit)));
}

bool Program::OnePerEntry(NodeId each) const {
  const auto children = Children(each);
  const Node& key = Get(children[1]);
  if (key.op != Op::kField || key.aux != Get(each).aux) return false;
  if (Symbol{key.data} == known.id) return true;
  NodeId events = children[0];
  while (Get(events).op == Op::kWhile) events = Children(events)[0];
  return Symbol{key.data} == known.at && Get(events).op == Op::kOn;
}

NodeId Program::Length(Duration length) {
  const Type type = CountsBusinessDays(length.unit)        ? kBusinessDaysType
                    : length.unit == DurationUnit::kMonths ? kMonthsType
                                                           : kDaysType;
  return Lit(Value::Of(length), type);
}

NodeId Program::KeyOf(NodeId events, int slot) {
  bool scheduled = false, named = true;
  std::vector<NodeId> lists = {events};
  while (!lists.empty()) {
    const NodeId list = lists.back();
    lists.pop_back();
    const Node& node = Get(list);
    const auto children = Children(list);
    if (node.op == Op::kUnion) lists.push_back(children[1]);
    if (node.op == Op::kUnion || node.op == Op::kWhile || node.op == Op::kSchedule) {
      lists.push_back(children[0]);
      if (node.op == Op::kSchedule) {
        scheduled = true;
        named = named && children[2] == Count(1);
      }
      continue;
    }
    const EventTypeId type{node.data};
    named = named && node.op == Op::kOn &&
            (event_types[type.index].constitutive ||
             std::any_of(event_types.begin(), event_types.end(),
                         [&](const EventType& other) { return other.of == type; }));
  }
  return scheduled && named ? Field(slot, known.id, kThingType)
                            : Field(slot, known.at, kMomentType);
}

NodeId Program::Each(EachKind kind, NodeId events, int slot, NodeId key,
                     const std::vector<std::pair<Symbol, NodeId>>& captures, NodeId body) {
  std::vector<Symbol> names;
  std::vector<NodeId> children = {events, key};
  for (const auto& [name, node] : captures) {
    names.push_back(name);
    children.push_back(node);
  }
  children.push_back(body);
  auto found = std::find(captures_.begin(), captures_.end(), names);
  if (found == captures_.end()) found = captures_.insert(captures_.end(), names);
  const uint32_t list = static_cast<uint32_t>(found - captures_.begin());
  return Intern({.op = Op::kEach,
                 .aux = static_cast<uint8_t>(slot),
                 .type = Get(body).type,
                 .data = list << 2 | static_cast<uint32_t>(kind)},
                children);
}

NodeId Program::Rules(uint32_t rule_set, Type type) {
  return Intern({.op = Op::kRules, .type = type, .data = rule_set}, {});
}

NodeId Program::Ref(TermId term, const std::vector<NodeId>& args) {
  return Intern({.op = Op::kRef, .type = terms[term.index].type, .data = term.index}, args);
}

NodeId Program::Edition(PointId amendment, NodeId newer, NodeId older) {
  return Intern({.op = Op::kEdition, .type = Get(newer).type, .data = amendment.index},
                {newer, older});
}

bool Program::KindReaches(KindId from, KindId to) const {
  if (from == to) return true;
  for (const KindId super : kinds[from.index].supers) {
    if (KindReaches(super, to)) return true;
  }
  return false;
}

bool Program::Apart(KindId a, KindId b) const {
  for (const auto& [x, y] : apart) {
    if ((KindReaches(a, x) && KindReaches(b, y)) || (KindReaches(a, y) && KindReaches(b, x))) {
      return true;
    }
  }
  return false;
}

TermId Program::FindTerm(Symbol name) const {
  for (uint32_t i = 0; i < terms.size(); ++i) {
    if (terms[i].name == name) return TermId{i};
  }
  return {};
}

std::vector<std::vector<bool>> BeatsClosure(const RuleSet& set) {
  const size_t n = set.rules.size();
  std::vector<std::vector<bool>> out(n, std::vector<bool>(n, false));
  for (size_t i = 0; i < n; ++i) {
    for (const uint32_t j : set.rules[i].beats) out[i][j] = true;
  }
  for (size_t k = 0; k < n; ++k) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; out[i][k] && j < n; ++j) {
        if (out[k][j]) out[i][j] = true;
      }
    }
  }
  return out;
}

void FindTermsThatLookBack(Program& program) {
  constexpr uint32_t kUnseen = UINT32_MAX;
  const size_t count = program.terms.size();
  std::vector<uint32_t> order(count, kUnseen), low(count, 0);
  std::vector<bool> open(count, false);
  std::vector<uint32_t> path;
  uint32_t next = 0;
  const std::function<void(uint32_t)> visit = [&](uint32_t t) {
    order[t] = low[t] = next++;
    path.push_back(t);
    open[t] = true;
    bool itself = false;
    ForEachBelow(
        program, program.terms[t].body,
        [&](NodeId, const Node& node) {
          if (node.op != Op::kRef) return;
          itself = itself || node.data == t;
          if (order[node.data] == kUnseen) visit(node.data);
          if (open[node.data]) low[t] = std::min(low[t], low[node.data]);
        },
        /*into_terms=*/false);
    if (low[t] != order[t]) return;
    const bool circle = itself || path.back() != t;
    while (true) {
      const uint32_t member = path.back();
      path.pop_back();
      open[member] = false;
      program.terms[member].looks_back = circle;
      if (member == t) break;
    }
  };
  for (uint32_t t = 0; t < count; ++t) {
    if (order[t] == kUnseen && program.terms[t].body.valid()) visit(t);
  }
}

}  // namespace entente::ir
