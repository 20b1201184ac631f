#include "generate.h"

#include <algorithm>

namespace entente::crosscheck {

using eval::Event;
using eval::Slot;
using ir::Function;
using ir::NodeId;

namespace {

constexpr int kFirstDay = 1000;
// Entries of one day stand at sequences 1, 2, 3; 0 is for what is scheduled, 4 is the day's end.
constexpr int kSequences = 5;

class Generator {
 public:
  Generator(uint64_t number, const GenerateOptions& options)
      : random_(number * 2654435761u + 17), named_(number), options_(options) {}

  Case Run() {
    ir::Program& p = c_.program;
    p.origin = Position::At(Date{kFirstDay});
    unit_ = ir::NumberType(p.symbols.Intern("1"));
    n_ = p.symbols.Intern("n");
    x_ = p.symbols.Intern("x");
    for (int k = 0; k < 3; ++k) p.kinds.push_back({p.symbols.Intern("K" + std::to_string(k)), {}});
    if (Chance(2)) p.kinds[1].supers.push_back(ir::KindId{0});
    if (Chance(3)) p.apart.push_back({ir::KindId{1}, ir::KindId{2}});
    for (int t = 0; t < 3; ++t) {
      ir::Thing thing{p.symbols.Intern("T" + std::to_string(t)), {}, t == 2 && Chance(2)};
      if (Chance(2)) thing.kinds.push_back(ir::KindId{static_cast<uint32_t>(Below(3))});
      p.things.push_back(thing);
    }
    for (int e = 0; e < 3; ++e) {
      p.event_types.push_back({p.symbols.Intern("E" + std::to_string(e)),
                               {{x_, ir::kThingType, {}}, {n_, unit_, {}}},
                               e == 0,
                               e == 2,
                               {}});
    }
    Points();
    Terms();
    Record();
    Positions();
    c_.roots.push_back(Make(ir::kBoolType, options_.depth + 1, 1));
    c_.roots.push_back(Make(ir::kBoolType, options_.depth, 1));
    c_.roots.push_back(Make(unit_, options_.depth, 1));
    c_.roots.push_back(Make(ir::kMomentType, options_.depth, 1));
    return std::move(c_);
  }

 private:
  size_t Below(size_t n) { return static_cast<size_t>(random_() % n); }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }
  Position AnyPosition() {
    return Position::At(
        Date{kFirstDay + static_cast<int>(Below(static_cast<size_t>(options_.days)))}, 0,
        static_cast<int32_t>(Below(kSequences)));
  }

  void Points() {
    ir::Program& p = c_.program;
    const auto add = [&](std::string name, ir::PointKind kind, ir::Type type) {
      ir::Point point;
      point.name = p.symbols.Intern(name);
      point.kind = kind;
      point.type = type;
      point.says = name;
      if (type.base == ir::Base::kEnum) point.alternatives = {"a", "b", "c"};
      p.points.push_back(point);
    };
    add("fact", ir::PointKind::kFact, ir::kBoolType);            // keyed by a thing
    add("judgement", ir::PointKind::kJudgement, ir::kBoolType);  // by nothing
    add("reading", ir::PointKind::kReading, {ir::Base::kEnum, 3});
    add("figure", ir::PointKind::kUndisclosed, unit_);
    add("date", ir::PointKind::kUndisclosed, ir::kMomentType);
    add("draft", ir::PointKind::kDraft, ir::kBoolType);
    if (Chance(2)) p.points[3].low = {Number(static_cast<int>(Below(2))), Chance(2)};
    if (Chance(2)) p.points[3].high = {Number(2 + static_cast<int>(Below(2))), false};
  }

  // Earlier terms may be used by later ones; rules carry random but acyclic precedence.
  void Terms() {
    ir::Program& p = c_.program;
    for (int t = 0; t < 3; ++t) {
      const ir::Type type = t == 1 ? unit_ : t == 2 && Chance(2) ? ir::kMomentType : ir::kBoolType;
      std::vector<ir::Parameter> parameters;
      if (t < 2) parameters.push_back({x_, ir::kThingType});
      p.terms.push_back({p.symbols.Intern("term" + std::to_string(t)), parameters, type, {}, {}});
      const ir::TermId id{static_cast<uint32_t>(p.terms.size() - 1)};
      const bool has_slot = !parameters.empty();
      in_term_ = has_slot;
      usable_terms_ = t;
      making_ = type == ir::kBoolType ? id : ir::TermId{};
      ir::RuleSet set{id, {}};
      const size_t n = 1 + Below(4);
      for (size_t r = 0; r < n; ++r) {
        ir::Rule rule;
        rule.label = p.symbols.Intern("L" + std::to_string(t) +
                                      std::to_string(Chance(5) && r > 0 ? r - 1 : r));
        rule.guard = Chance(6) ? p.True() : Make(ir::kBoolType, options_.depth - 2, 1);
        rule.value = Make(type, Chance(3) ? options_.depth - 2 : 0, 1);
        for (uint32_t j = 0; j < r; ++j) {
          if (Chance(3)) rule.beats.push_back(j);
        }
        set.rules.push_back(rule);
      }
      p.rule_sets.push_back(set);
      p.terms[id.index].body = p.Rules(static_cast<uint32_t>(p.rule_sets.size() - 1), type);
      if (Chance(4))
        p.terms[id.index].body =
            p.If(Make(ir::kBoolType, 1, 1), p.terms[id.index].body, Make(type, 0, 1));
    }
    in_term_ = false;
    making_ = {};
    usable_terms_ = 3;
    ir::FindTermsThatLookBack(p);
  }

  void Record() {
    ir::Program& p = c_.program;
    eval::Facts& f = c_.facts;
    f.closed_to.assign(p.event_types.size(), kNever);
    f.closed_by.assign(p.event_types.size(), "");
    for (size_t t = 1; t < p.event_types.size(); ++t) {
      // Some closed for good, some up to a day, some from the first.
      if (Chance(3)) continue;
      f.closed_to[t] = Chance(3) ? p.origin.before() : AnyPosition();
    }
    f.events.push_back(EventAt(p.start, p.origin, 0));
    std::vector<Position> taken = {p.origin};
    const size_t entries = Below(static_cast<size_t>(options_.entries) + 1);
    for (size_t i = 0; i < entries; ++i) {
      const Position at = Position::At(
          Date{kFirstDay + static_cast<int>(Below(static_cast<size_t>(options_.days)))}, 0,
          1 + static_cast<int32_t>(Below(3)));
      if (std::find(taken.begin(), taken.end(), at) != taken.end()) continue;
      taken.push_back(at);
      f.events.push_back(EventAt(ir::EventTypeId{1 + static_cast<uint32_t>(Below(3))}, at, i + 1));
    }
    std::sort(f.events.begin(), f.events.end(),
              [](const Event& a, const Event& b) { return a.at < b.at; });
    for (const ir::Thing& thing : p.things) {
      f.things.push_back({std::string(p.symbols.Name(thing.name)), thing.kinds, thing.open});
    }
    for (int e = 0; e < 40; ++e) f.things.push_back({"entry " + std::to_string(e), {}, false});
    if (Chance(3))
      f.settled[{eval::Key::Family::kPoint, 0, {Value::Thing(ThingId{0})}}] =
          Value::Bool(Chance(2));
    if (Chance(4)) f.settled[{eval::Key::Family::kPoint, 3, {}}] = Value::Number(Rational(2));
    f.horizon = Position::EndOf(Date{kFirstDay + 400});
  }

 public:
  Event EventAt(ir::EventTypeId type, Position at, size_t i) {
    ir::Program& p = c_.program;
    Event e{type, at, {}, "e" + std::to_string(i), false, {}, false};
    e.slot.fields = {{p.known.at, Value::Moment(at)},
                     {p.known.by, Value::Thing(ThingId{static_cast<uint32_t>(Below(3))})},
                     {p.known.id, Value::Thing(ThingId{3 + static_cast<uint32_t>(i)})},
                     {x_, Value::Thing(ThingId{static_cast<uint32_t>(Below(3))})},
                     {n_, Value::Number(Rational(static_cast<int64_t>(Below(3))))}};
    return e;
  }

 private:
  void Positions() {
    // What holds from the first turns true there.
    c_.positions.push_back(kBeginning);
    for (int day = 0; day <= options_.days; ++day) {
      for (int s = 0; s < kSequences; ++s)
        c_.positions.push_back(Position::At(Date{kFirstDay + day}, 0, s));
      if (day < options_.days) {
        for (int s = 1; s < 4; ++s) c_.future.push_back(Position::At(Date{kFirstDay + day}, 0, s));
      }
    }
  }

  NodeId Number(int n) { return c_.program.Lit(Value::Number(Rational(n)), unit_); }
  NodeId Days(int n) { return c_.program.Lit(Value::Of({n, DurationUnit::kDays}), ir::kDaysType); }
  NodeId Thing(int slot) {
    ir::Program& p = c_.program;
    // Slots in scope: 0 inside a term, and those bound so far.
    std::vector<NodeId> options;
    if (in_term_) options.push_back(p.Field(0, x_, ir::kThingType));
    for (int s = 1; s < slot; ++s) {
      if (thing_slot_[s])
        options.push_back(p.Field(s, Chance(3) ? p.known.by : x_, ir::kThingType));
    }
    if (options.empty() || Chance(3))
      return p.Lit(Value::Thing(ThingId{static_cast<uint32_t>(Below(3))}), ir::kThingType);
    return options[Below(options.size())];
  }

  // A guard of On: fields, literals and open points, never a signal.
  NodeId Filter(int slot) {
    ir::Program& p = c_.program;
    const NodeId x = p.Field(slot, x_, ir::kThingType);
    switch (Below(6)) {
      case 0:
        return p.Is(x, ir::KindId{static_cast<uint32_t>(Below(3))});
      case 1:
        return p.Apply(
            Function::kEqual,
            {x, p.Lit(Value::Thing(ThingId{static_cast<uint32_t>(Below(3))}), ir::kThingType)},
            ir::kBoolType);
      case 2:
        return p.Open(ir::PointId{0}, {x});
      case 3:
        return p.Apply(Function::kLess, {Number(0), p.Field(slot, n_, unit_)}, ir::kBoolType);
      case 4:
        return p.And({p.Not(p.Is(x, ir::KindId{0})), p.Open(ir::PointId{1}, {})});
      default:
        if (named_() % 2 == 0) return p.True();
        // One entry, on record or not; from a stream of its own, which leaves numbered programs be.
        return p.Apply(
            Function::kEqual,
            {p.Field(slot, p.known.id, ir::kThingType),
             p.Lit(Value::Thing(ThingId{3 + static_cast<uint32_t>(named_() % 4)}), ir::kThingType)},
            ir::kBoolType);
    }
  }

  // Now and then what is rare under an event list: folds, instances and terms.
  NodeId Rare(ir::Type type, int depth, int slot) {
    if (!Chance(3) || slot > 4) return Make(type, depth, slot);
    switch (Below(3)) {
      case 0:
        if (type == unit_) return EachOf(ir::EachKind::kSum, type, std::max(depth, 1), slot);
        [[fallthrough]];
      case 1:
        return FoldOf(type == unit_ ? ir::FoldKind::kCount : ir::FoldKind::kLast, type,
                      std::max(depth, 1), slot);
      default:
        for (uint32_t t = 0; t < static_cast<uint32_t>(usable_terms_); ++t) {
          if (c_.program.terms[t].type != type) continue;
          std::vector<NodeId> args;
          if (!c_.program.terms[t].parameters.empty()) args.push_back(Thing(slot));
          return c_.program.Ref(ir::TermId{t}, args);
        }
        return Make(type, depth, slot);
    }
  }

  NodeId Events(int depth, int slot) {
    ir::Program& p = c_.program;
    if (slot > 4) depth = 0;
    thing_slot_[slot] = true;
    const auto on = [&] {
      return p.On(ir::EventTypeId{1 + static_cast<uint32_t>(Below(3))}, slot, Filter(slot));
    };
    if (depth <= 0) return Chance(5) ? p.On(p.start, slot, p.True()) : on();
    switch (Below(7)) {
      case 6: {
        const NodeId first = Events(depth - 1, slot);
        const NodeId second = Events(depth - 1, slot);
        thing_slot_[slot] = HasThing(first) && HasThing(second);
        return p.Union(first, second);
      }
      case 0:
      case 1: {
        const NodeId inner = Events(depth - 1, slot);
        thing_slot_[slot] = HasThing(inner);
        // A power that asks what its own notices did.
        if (making_.valid() && Chance(3)) {
          std::vector<NodeId> args;
          if (!p.terms[making_.index].parameters.empty()) args.push_back(Thing(slot + 1));
          const NodeId itself = p.Ref(making_, args);
          return p.While(inner, slot, Chance(2) ? itself : p.Not(itself));
        }
        return p.While(inner, slot, Rare(ir::kBoolType, depth - 1, slot + 1));
      }
      case 2: {
        const NodeId out = p.Becomes(Rare(ir::kBoolType, depth - 1, slot));
        thing_slot_[slot] = false;
        return out;
      }
      case 3: {
        const NodeId inner = Events(depth - 1, slot);
        thing_slot_[slot] = HasThing(inner);
        const NodeId at = p.Field(slot, p.known.at, ir::kMomentType);
        const NodeId moment =
            Chance(3) ? p.Apply(Function::kShift, {at, Days(1 + static_cast<int>(Below(2)))},
                                ir::kMomentType)
                      : Rare(ir::kMomentType, depth - 1, slot + 1);
        return p.Schedule(inner, slot, moment,
                          Chance(2) ? Number(1) : Rare(unit_, depth - 2, slot + 1));
      }
      default:
        return on();
    }
  }

  bool HasThing(NodeId events) const {
    const ir::Node& node = c_.program.Get(events);
    if (node.op == ir::Op::kBecomes) return false;
    if (node.op == ir::Op::kOn) return true;
    const auto children = c_.program.Children(events);
    if (node.op == ir::Op::kUnion) return HasThing(children[0]) && HasThing(children[1]);
    return HasThing(children[0]);
  }

  NodeId FoldOf(ir::FoldKind kind, ir::Type type, int depth, int slot) {
    ir::Program& p = c_.program;
    const NodeId events = Events(depth - 1, slot);
    thing_slot_[slot] = HasThing(events);
    const bool window = Chance(4);
    const NodeId a = window && Chance(2) ? Make(ir::kMomentType, depth - 2, slot)
                                         : p.Moment(kBeginning.before());
    const NodeId b = window ? Make(ir::kMomentType, depth - 2, slot) : p.Moment(kNever);
    NodeId body, z;
    if (type == ir::kMomentType) {
      body =
          Chance(4) ? Make(type, depth - 2, slot + 1) : p.Field(slot, p.known.at, ir::kMomentType);
      z = p.Moment(kNever);
    } else if (type == unit_) {
      body = HasThing(events) && Chance(2) ? p.Field(slot, n_, unit_)
                                           : Make(type, depth - 2, slot + 1);
      z = kind == ir::FoldKind::kMin || kind == ir::FoldKind::kMax ? Number(1) : Number(0);
    } else {
      body = Make(type, depth - 2, slot + 1);
      z = Make(type, 0, slot);
    }
    return p.Fold(kind, events, slot, body, a, b, z);
  }

  NodeId EachOf(ir::EachKind kind, ir::Type type, int depth, int slot) {
    ir::Program& p = c_.program;
    const NodeId events = Events(depth - 1, slot);
    const bool thing = HasThing(events);
    thing_slot_[slot] = thing;
    const NodeId key = !thing      ? p.Field(slot, p.known.at, ir::kMomentType)
                       : Chance(2) ? p.Field(slot, p.known.id, ir::kThingType)
                                   : p.Field(slot, x_, ir::kThingType);
    std::vector<std::pair<Symbol, NodeId>> captures;
    const Symbol captured = p.symbols.Intern("c");
    NodeId body;
    if (Chance(2)) {
      captures.emplace_back(captured, Make(type, depth - 2, slot + 1));
      body = p.Field(slot, captured, type);
      if (type == ir::kBoolType && Chance(2)) body = p.And({body, Make(type, depth - 2, slot + 1)});
    } else {
      body = Make(type, depth - 2, slot + 1);
    }
    return p.Each(kind, events, slot, key, captures, body);
  }

  NodeId Make(ir::Type type, int depth, int slot) {
    ir::Program& p = c_.program;
    if (slot > 5) depth = std::min(depth, 0);
    const auto make = [&](ir::Type t) { return Make(t, depth - 1, slot); };
    const auto term = [&]() -> std::optional<NodeId> {
      for (int tries = 0; tries < 3; ++tries) {
        if (usable_terms_ == 0) return std::nullopt;
        const uint32_t t = static_cast<uint32_t>(Below(static_cast<size_t>(usable_terms_)));
        if (p.terms[t].type != type) continue;
        std::vector<NodeId> args;
        if (!p.terms[t].parameters.empty()) args.push_back(Thing(slot));
        return p.Ref(ir::TermId{t}, args);
      }
      return std::nullopt;
    };
    if (type == ir::kBoolType) {
      if (depth <= 0) {
        switch (Below(6)) {
          case 0:
            return p.Open(ir::PointId{0}, {Thing(slot)});
          case 1:
            return p.Open(ir::PointId{1}, {});
          case 2:
            return p.Is(Thing(slot), ir::KindId{static_cast<uint32_t>(Below(3))});
          case 3:
            return p.Reached(p.Moment(AnyPosition()));
          case 4:
            return p.Apply(
                Function::kEqual,
                {p.Open(ir::PointId{2}, {}),
                 p.Lit(Value::Choice(static_cast<uint32_t>(Below(3))), {ir::Base::kEnum, 3})},
                type);
          default:
            return Chance(2) ? p.True() : p.False();
        }
      }
      switch (Below(12)) {
        case 0:
          return p.And({make(type), make(type)});
        case 1:
          return p.Or({make(type), make(type)});
        case 2:
          return p.Not(make(type));
        case 3:
          return p.Apply(Chance(2)   ? Function::kLess
                         : Chance(2) ? Function::kLessEqual
                                     : Function::kEqual,
                         {make(unit_), make(unit_)}, type);
        case 4:
          return p.Apply(Function::kLess, {make(ir::kMomentType), make(ir::kMomentType)}, type);
        case 5:
          return p.If(make(type), make(type), make(type));
        case 6:
        case 7:
          return p.Reached(make(ir::kMomentType));
        case 8:
          return EachOf(Chance(2) ? ir::EachKind::kOr : ir::EachKind::kAnd, type, depth, slot);
        case 9:
          return p.Edition(ir::PointId{5}, make(type), make(type));
        case 10:
          if (const auto t = term()) return *t;
          return FoldOf(Chance(2) ? ir::FoldKind::kLast : ir::FoldKind::kFirst, type, depth, slot);
        default:
          return p.Open(ir::PointId{0}, {Thing(slot)});
      }
    }
    if (type == ir::kMomentType) {
      if (depth <= 0)
        return Chance(3) ? p.Open(ir::PointId{4}, {})
                         : p.Moment(Chance(6) ? kNever : AnyPosition());
      switch (Below(9)) {
        case 0:
          return p.Apply(Function::kEarliest, {make(type), make(type)}, type);
        case 1:
          return p.Apply(Function::kLatest, {make(type), make(type)}, type);
        case 2:
          if (Chance(4))
            return p.Apply(Function::kRepeat,
                           {make(type), Days(1 + static_cast<int>(Below(2))),
                            Number(static_cast<int>(Below(3)))},
                           type);
          return p.Apply(Function::kShift, {make(type), Days(1 + static_cast<int>(Below(2)))},
                         type);
        case 3:
          return p.If(make(ir::kBoolType), make(type), make(type));
        case 4:
          return FoldOf(ir::FoldKind::kLast, type, depth, slot);
        case 5:
          if (const auto t = term()) return *t;
          [[fallthrough]];
        case 6:
          return p.Edition(ir::PointId{5}, make(type), make(type));
        default: {
          // The commonest moment: the first of something.
          const NodeId events = Events(depth - 1, slot);
          return p.MomentOf(ir::FoldKind::kFirst, events, slot);
        }
      }
    }
    if (depth <= 0)
      return Chance(3) ? p.Open(ir::PointId{3}, {}) : Number(static_cast<int>(Below(4)));
    switch (Below(11)) {
      case 0:
        return p.Apply(Function::kAdd, {make(type), make(type)}, type);
      case 1:
        return p.Apply(Function::kSubtract, {make(type), make(type)}, type);
      case 2:
        return p.Apply(Chance(2) ? Function::kMin : Function::kMax, {make(type), make(type)}, type);
      case 3:
        return p.Apply(Function::kMultiply, {make(type), Number(static_cast<int>(Below(3)))}, type);
      case 4:
        return p.Apply(Function::kClamp, {make(type), Number(0), Number(2)}, type);
      case 5:
        return p.If(make(ir::kBoolType), make(type), make(type));
      case 6:
        return FoldOf(ir::FoldKind::kCount, type, depth, slot);
      case 7:
        return FoldOf(ir::FoldKind::kSum, type, depth, slot);
      case 8:
        return FoldOf(Chance(2) ? ir::FoldKind::kMin : ir::FoldKind::kMax, type, depth, slot);
      case 9:
        return EachOf(ir::EachKind::kSum, type, depth, slot);
      default:
        if (const auto t = term()) return *t;
        return p.Edition(ir::PointId{5}, make(type), make(type));
    }
  }

  std::mt19937_64 random_;
  std::mt19937_64 named_;
  GenerateOptions options_;
  Case c_;
  ir::Type unit_;
  Symbol n_, x_;
  bool in_term_ = false;
  int usable_terms_ = 0;
  // The yes-or-no term whose rules are being made.
  ir::TermId making_;
  bool thing_slot_[40] = {};
};

}  // namespace

Case Generate(uint64_t number, const GenerateOptions& options) {
  return Generator(number, options).Run();
}

std::vector<Value> DomainOf(const Case& c, const eval::Key& key) {
  const ir::Type type = eval::TypeOf(c.program, key);
  switch (type.base) {
    case ir::Base::kBool:
      return {Value::Bool(false), Value::Bool(true)};
    case ir::Base::kEnum: {
      std::vector<Value> out;
      for (uint32_t i = 0; i < type.detail; ++i) out.push_back(Value::Choice(i));
      return out;
    }
    case ir::Base::kMoment:
      return {Value::Moment(c.positions[1]), Value::Moment(c.positions[c.positions.size() / 2]),
              Value::Moment(kNever)};
    default: {
      std::vector<Value> out;
      for (int n = 0; n <= 6; ++n) {
        const Rational r = *Rational::Of(n, 2);
        if (key.family == eval::Key::Family::kPoint) {
          const ir::Point& p = c.program.points[key.id];
          const auto bound = [&](const ir::Bound& b) {
            return c.program.Literal(c.program.Get(b.value)).AsNumber();
          };
          if (p.low.value.valid()) {
            const int order = Compare(r, bound(p.low));
            if (order < 0 || (order == 0 && p.low.strict)) continue;
          }
          if (p.high.value.valid() && Compare(r, bound(p.high)) > 0) continue;
        }
        out.push_back(Value::Number(r));
      }
      // Bounds closer than that leave themselves.
      if (out.empty())
        out.push_back(c.program.Literal(c.program.Get(c.program.points[key.id].low.value)));
      return out;
    }
  }
}

std::vector<Event> FutureEntries(const Case& c, std::mt19937_64& random) {
  std::vector<Event> out;
  const ir::Program& p = c.program;
  size_t id = 20;
  for (uint32_t t = 1; t < p.event_types.size(); ++t) {
    const size_t count = random() % 4;
    for (size_t i = 0; i < count; ++i) {
      const Position at = c.future[random() % c.future.size()];
      if (at <= c.facts.closed_to[t]) continue;
      const auto taken = [&](const std::vector<Event>& list) {
        return std::any_of(list.begin(), list.end(), [&](const Event& e) { return e.at == at; });
      };
      if (taken(out) || taken(c.facts.events)) continue;
      Event e{ir::EventTypeId{t}, at, {}, "future", true, {}, false};
      e.slot.fields = {{p.known.at, Value::Moment(at)},
                       {p.known.by, Value::Thing(ThingId{static_cast<uint32_t>(random() % 3)})},
                       {p.known.id, Value::Thing(ThingId{static_cast<uint32_t>(id++)})}};
      for (const ir::EventField& field : p.event_types[t].fields) {
        const uint64_t drawn = random() % 3;
        const bool amount = ir::IsAmount(field.type);
        Value value = amount ? Value::Number(Rational(static_cast<int64_t>(drawn)))
                      : field.type.base == ir::Base::kBool
                          ? Value::Bool(drawn == 0)
                          : Value::Thing(ThingId{static_cast<uint32_t>(drawn)});
        // Mostly about an entry there is.
        const ir::EventTypeId of = p.event_types[t].of;
        for (const eval::Event& about : c.facts.events) {
          if (of.valid() && about.type == of && random() % 3 != 0)
            value = about.slot.Get(p.known.id);
        }
        e.slot.fields.emplace_back(field.name, value);
      }
      out.push_back(e);
    }
  }
  return out;
}

void CountPairs(const ir::Program& program, Pairs& pairs) {
  pairs.resize(ir::kOpCount, std::vector<size_t>(ir::kOpCount, 0));
  for (uint32_t i = 0; i < program.node_count(); ++i) {
    const auto& node = program.Get(ir::NodeId{i});
    const auto count = [&](NodeId child) {
      ++pairs[static_cast<size_t>(node.op)][static_cast<size_t>(program.Get(child).op)];
    };
    for (const NodeId child : program.Children(ir::NodeId{i})) count(child);
    if (node.op == ir::Op::kRules) {
      for (const ir::Rule& rule : program.rule_sets[node.data].rules) {
        count(rule.guard);
        count(rule.value);
      }
    }
  }
}

}  // namespace entente::crosscheck
