// A path through a diagram says what is so; a witness makes it so. Open points get a value inside
// the thresholds of the path. For a wait that is over, an event is added: as early or as late as
// the path allows, by each person there is, about each earlier notice; whether the power to make
// it was there is left to the reference, which has the last word on every candidate. Numbers that
// the path does not name, because it only compares them with one another, are tried on each side
// of each other. A world that breaks a stated bound, were it one that is itself open, is refused.

#include "service/witness.h"

#include <algorithm>
#include <functional>
#include <set>

#include "eval/lower.h"
#include "eval/ref/reference.h"
#include "ir/walk.h"

namespace entente::service {

using eval::Choice;
using eval::Event;
using eval::Key;
using eval::Subject;
using eval::World;
using ir::Op;

namespace {

constexpr size_t kCandidatesMax = 400;
constexpr size_t kPositionsMax = 20'000;
// Unnamed numbers that are varied together, and values that each of them is given.
constexpr size_t kVariedMax = 4;
constexpr size_t kValuesMax = 8;
// Moves of numbers nobody chose into their bounds, of which one may speak of another.
constexpr int kRoundsMax = 8;

struct Thresholds {
  std::optional<Rational> low, high;  // low <= u < high, as thresholds of the path
  bool low_strict = false;
  bool high_strict = false;  // the refused atom was `u > high`, so u may equal it
};

Value NumberWithin(const eval::Instance& instance, const Thresholds& t, ir::Base base) {
  // Between the tightest bounds, a value that avoids strict edges.
  std::optional<Rational> low = t.low, high = t.high;
  bool low_strict = t.low_strict, high_open = t.high && !t.high_strict;
  if (instance.low && (!low || Compare(*instance.low, *low) > 0)) {
    low = instance.low;
    low_strict = instance.low_strict;
  }
  if (instance.high && (!high || Compare(*instance.high, *high) < 0)) {
    high = instance.high;
    high_open = instance.high_strict;
  }
  Rational out(0);
  if (low && high) {
    if (!low_strict) {
      out = *low;
    } else if (!high_open) {
      out = *high;
    } else {
      out = *Multiply(*Add(*low, *high), *Rational::Of(1, 2));
    }
  } else if (low) {
    out = low_strict ? *Add(*low, Rational(1)) : *low;
  } else if (high) {
    out = high_open ? *Subtract(*high, Rational(1)) : *high;
  }
  if (base == ir::Base::kMoment) {
    return Value::Moment(Position{static_cast<int64_t>(out.numerator() / out.denominator())});
  }
  return Value::Number(out);
}

// An event to add: of a type, not before one position and not after another.
struct Wanted {
  ir::EventTypeId type;
  Position earliest;
  Position latest;
};

class Finder {
 public:
  Finder(const ir::Program& program, const eval::Facts& facts, eval::Timeline& timeline,
         ir::NodeId node, const eval::Env& env, Position at, const std::optional<Value>& expected,
         bool other)
      : program_(program),
        facts_(facts),
        timeline_(timeline),
        node_(node),
        env_(env),
        at_(at),
        expected_(expected),
        other_(other) {}

  std::optional<Witness> Run(const std::vector<Choice>& path) {
    World world{&program_, &facts_, facts_.events, {}};
    std::vector<Wanted> wanted;
    if (!Settle(path, world, wanted)) return std::nullopt;
    // What a wanted event is about must happen before it.
    const size_t count = wanted.size();
    for (size_t i = 0; i < count; ++i)
      AddPrerequisites(wanted[i].type, wanted[i].latest, wanted, 0);
    std::stable_sort(wanted.begin(), wanted.end(),
                     [&](const Wanted& a, const Wanted& b) { return Rank(a.type) < Rank(b.type); });
    Place(world, wanted, 0);
    if (!found_ && !wanted.empty()) {
      // The events as recorded may do.
      Try(world);
    }
    // One or two more of a kind that some unseen sum, count or last may take in.
    const std::vector<ir::EventTypeId> unseen = Unseen(path);
    for (const size_t more : {size_t{1}, size_t{2}}) {
      for (const ir::EventTypeId type : unseen) {
        if (found_ || tried_ > kCandidatesMax) return found_;
        std::vector<Wanted> with = wanted;
        for (size_t i = 0; i < more; ++i)
          with.push_back({type, facts_.closed_to[type.index].after(), at_});
        Place(world, with, 0);
      }
    }
    return found_;
  }

 private:
  // The kinds of event, still open at the moment asked about, below what the path or the whole
  // question cannot see through.
  std::vector<ir::EventTypeId> Unseen(const std::vector<Choice>& path) const {
    std::vector<ir::NodeId> below;
    for (const Choice& choice : path) {
      const Subject& subject = timeline_.diagrams().Get(choice.atom.subject);
      if (subject.kind == Subject::Kind::kOpaque)
        below.push_back(timeline_.opaques()[subject.id].node);
    }
    if (other_) below.push_back(node_);
    std::vector<ir::EventTypeId> out;
    for (const ir::NodeId root : below) {
      ir::ForEachBelow(program_, root, [&](ir::NodeId, const ir::Node& node) {
        const ir::EventTypeId type{node.data};
        if (node.op == Op::kOn && facts_.closed_to[type.index] < at_ &&
            std::find(out.begin(), out.end(), type) == out.end()) {
          out.push_back(type);
        }
      });
    }
    return out;
  }

  // The open numbers below what the path cannot see through.
  std::set<uint32_t> PointsCompared(const std::vector<Choice>& path) const {
    std::set<uint32_t> out;
    for (const Choice& choice : path) {
      const Subject& subject = timeline_.diagrams().Get(choice.atom.subject);
      if (subject.kind != Subject::Kind::kOpaque) continue;
      const ir::NodeId root = timeline_.opaques()[subject.id].node;
      if (!root.valid()) continue;
      ir::ForEachBelow(program_, root, [&](ir::NodeId, const ir::Node& node) {
        if (node.op == Op::kOpen && ir::IsAmount(node.type)) out.insert(node.data);
      });
    }
    return out;
  }

  bool Settle(const std::vector<Choice>& path, World& world, std::vector<Wanted>& wanted) {
    eval::Diagrams& d = timeline_.diagrams();
    std::unordered_map<uint32_t, Thresholds> numbers;
    struct Elapsed {
      std::optional<Duration> happened, not_yet;
    };
    std::unordered_map<uint32_t, Elapsed> waits;
    for (const Choice& choice : path) {
      const Subject& subject = d.Get(choice.atom.subject);
      switch (subject.kind) {
        case Subject::Kind::kReading:
        case Subject::Kind::kChoice: {
          const Key& key = timeline_.instances()[subject.id].key;
          world.choices[key] = eval::TypeOf(program_, key).base == ir::Base::kBool
                                   ? Value::Bool(choice.branch == 1)
                                   : Value::Choice(choice.branch);
          break;
        }
        case Subject::Kind::kNumber: {
          Thresholds& t = numbers[subject.id];
          const Rational& c = choice.atom.threshold;
          if (choice.branch == 1) {
            if (!t.low || Compare(c, *t.low) >= 0) t.low = c, t.low_strict = choice.atom.strict;
          } else if (!t.high || Compare(c, *t.high) <= 0) {
            t.high = c, t.high_strict = choice.atom.strict;
          }
          break;
        }
        case Subject::Kind::kElapsed: {
          Elapsed& e = waits[subject.id];
          const Duration shift{static_cast<int32_t>(choice.atom.threshold.numerator()),
                               subject.unit};
          if (choice.branch == 1) {
            if (!e.happened || e.happened->count < shift.count) e.happened = shift;
          } else if (!e.not_yet || e.not_yet->count > shift.count) {
            e.not_yet = shift;
          }
          break;
        }
        case Subject::Kind::kOpaque:
          break;
      }
    }
    for (const auto& [id, t] : numbers) {
      const eval::Instance& instance = timeline_.instances()[id];
      world.choices[instance.key] =
          NumberWithin(instance, t, eval::TypeOf(program_, instance.key).base);
    }
    const std::set<uint32_t> compared = PointsCompared(path);
    for (const eval::Instance& instance : timeline_.instances()) {
      // What is only held against something else as part of a sum is tried on both sides of it.
      if (instance.key.family == Key::Family::kPoint && compared.contains(instance.key.id))
        continue;
      // A point the path does not name still has to lie within its bounds.
      const ir::Base base = eval::TypeOf(program_, instance.key).base;
      const bool bounded = instance.low || instance.high;
      if (bounded && !world.choices.contains(instance.key) && base != ir::Base::kMoment) {
        world.choices[instance.key] = NumberWithin(instance, {}, base);
      }
    }
    for (const auto& [id, e] : waits) {
      const eval::Wait& wait = timeline_.waits()[id];
      const Position latest = e.happened ? LastReaching(at_, *e.happened) : kNever;
      const Position earliest = std::max(
          wait.after.after(), e.not_yet ? LastReaching(at_, *e.not_yet).after() : kBeginning);
      if (wait.instance) {
        const Key& key = timeline_.instances()[*wait.instance].key;
        const bool none_allowed = wait.latest == kNever;
        world.choices[key] = Value::Moment(e.happened     ? latest
                                           : none_allowed ? kNever
                                                          : wait.latest);
        continue;
      }
      if (!e.happened) continue;
      ir::NodeId base = wait.node;
      while (program_.Get(base).op == Op::kWhile || program_.Get(base).op == Op::kSchedule) {
        base = program_.Children(base)[0];
      }
      if (program_.Get(base).op != Op::kOn) continue;
      if (earliest > latest) return false;
      wanted.push_back({ir::EventTypeId{program_.Get(base).data}, earliest, latest});
    }
    return true;
  }

  int Rank(ir::EventTypeId type) const {
    int rank = 0;
    for (ir::EventTypeId t = type; program_.event_types[t.index].of.valid() && rank < 8; ++rank) {
      t = program_.event_types[t.index].of;
    }
    return rank;
  }

  void AddPrerequisites(ir::EventTypeId type, Position latest, std::vector<Wanted>& wanted,
                        int depth) {
    const ir::EventTypeId of = program_.event_types[type.index].of;
    if (!of.valid() || depth > 4) return;
    const bool there =
        std::any_of(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.type == of; }) ||
        std::any_of(facts_.events.begin(), facts_.events.end(),
                    [&](const Event& e) { return e.type == of && e.at < latest; });
    if (there) return;
    wanted.push_back({of, facts_.closed_to[of.index].after(), latest.before()});
    AddPrerequisites(of, latest.before(), wanted, depth + 1);
  }

  // What the i-th event added is known by: the first of its type stands for the one that the
  // question is about, if it is about one.
  ThingId IdOf(ir::EventTypeId type, const World& world, size_t i) const {
    const std::string some =
        std::string(eval::kSomeEntry) +
        std::string(program_.symbols.Name(program_.event_types[type.index].name));
    for (uint32_t t = 0; t < facts_.things.size(); ++t) {
      const Value id = Value::Thing(ThingId{t});
      const bool taken = std::any_of(world.events.begin(), world.events.end(), [&](const Event& e) {
        return e.slot.Get(program_.known.id) == id;
      });
      if (facts_.things[t].name == some && !taken) return ThingId{t};
    }
    return ThingId{static_cast<uint32_t>(facts_.things.size() + i)};
  }

  // Chooses position, author and subject of each wanted event in turn.
  void Place(World& world, const std::vector<Wanted>& wanted, size_t i) {
    if (found_ || tried_ > kCandidatesMax) return;
    if (i == wanted.size()) {
      Try(world);
      return;
    }
    const Wanted& w = wanted[i];
    const ir::EventType& type = program_.event_types[w.type.index];
    std::vector<Position> places;
    for (const Position p : {w.latest == kNever ? w.earliest : w.latest, w.earliest}) {
      if (p < w.earliest || p > w.latest) continue;
      // One event a position: the next ones are tried where it is taken.
      Position free = p;
      const bool last = p == w.latest;
      while (std::any_of(world.events.begin(), world.events.end(),
                         [&](const Event& e) { return e.at == free; })) {
        free = last ? free.before() : free.after();
      }
      // Room below for what is about this event, room above for what this one is about.
      if (last && i + 1 < wanted.size() && free.before() >= w.earliest) free = free.before();
      if (free >= w.earliest && free <= w.latest) places.push_back(free);
    }
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<Value> authors;
    for (uint32_t t = 0; t < facts_.things.size() && authors.size() < 12; ++t) {
      if (!facts_.things[t].name.starts_with("entry ")) authors.push_back(Value::Thing(ThingId{t}));
    }
    if (authors.empty()) authors.push_back(Value::Thing({}));
    for (const Position p : places) {
      for (const Value& by : authors) {
        std::vector<Value> about = {Value::Thing({})};
        if (type.of.valid()) {
          about.clear();
          for (const Event& e : world.events) {
            if (e.type == type.of && e.at < p) about.push_back(e.slot.Get(program_.known.id));
          }
          if (about.empty()) continue;
          // Of many earlier notices, the first and the last stand for all.
          if (about.size() > 2) about = {about.front(), about.back()};
        }
        const bool counted =
            std::any_of(type.fields.begin(), type.fields.end(),
                        [](const ir::EventField& f) { return ir::IsAmount(f.type); });
        // A little, and more than any limit is likely to be.
        std::vector<std::pair<Value, Rational>> tries;
        for (const Value& of : about) {
          tries.emplace_back(of, Rational(1));
          if (counted) tries.emplace_back(of, Rational(1'000'000'000'000'000));
        }
        for (const auto& [of, amount] : tries) {
          Event event;
          event.type = w.type;
          event.at = p;
          event.id = "supposed " + std::to_string(i + 1);
          event.hypothetical = true;
          event.slot.fields = {{program_.known.at, Value::Moment(p)},
                               {program_.known.by, by},
                               {program_.known.id, Value::Thing(IdOf(w.type, world, i))}};
          for (const ir::EventField& field : type.fields) {
            // What it is about; any other thing is tried along with the author.
            Value value = type.of.valid() ? of : by;
            if (field.type.base == ir::Base::kBool) value = Value::Bool(false);
            if (ir::IsAmount(field.type)) value = Value::Number(amount);
            event.slot.fields.emplace_back(field.name, value);
          }
          const auto at = std::upper_bound(world.events.begin(), world.events.end(), p,
                                           [](Position x, const Event& e) { return x < e.at; });
          const auto index = at - world.events.begin();
          world.events.insert(at, event);
          Place(world, wanted, i + 1);
          world.events.erase(world.events.begin() + index);
          if (found_ || tried_ > kCandidatesMax) return;
        }
      }
    }
  }

  void Try(const World& world) {
    std::vector<Key> unnamed;
    if (Accept(world, &unnamed)) return;
    std::erase_if(unnamed, [&](const Key& key) {
      const ir::Type type = eval::TypeOf(program_, key);
      return key.family != Key::Family::kPoint ||
             !(ir::IsAmount(type) || type.base == ir::Base::kDuration);
    });
    if (unnamed.empty() || unnamed.size() > kVariedMax) return;
    World varied = world;
    Vary(varied, unnamed, 0);
  }

  void Vary(World& world, const std::vector<Key>& unnamed, size_t i) {
    if (found_ || tried_ > kCandidatesMax) return;
    if (i == unnamed.size()) {
      Accept(world, nullptr);
      return;
    }
    const ir::Type type = eval::TypeOf(program_, unnamed[i]);
    const std::vector<Value> values = type.base == ir::Base::kDuration
                                          ? Lengths(type)
                                          : ValuesFor(world, unnamed[i], unnamed.size());
    for (const Value& value : values) {
      world.choices[unnamed[i]] = value;
      Vary(world, unnamed, i + 1);
    }
    world.choices.erase(unnamed[i]);
  }

  // A short time and one longer than any that matters.
  static std::vector<Value> Lengths(ir::Type type) {
    const auto unit = static_cast<DurationUnit>(type.detail);
    return {Value::Of({1, unit}), Value::Of({10'000, unit})};
  }

  // Between its own bounds, around them and around every number that is settled; as many more as
  // are varied.
  std::vector<Value> ValuesFor(const World& world, const Key& key, size_t varied) const {
    std::vector<Rational> around, out;
    if (const auto id = timeline_.FindInstance(key)) {
      const eval::Instance& instance = timeline_.instances()[*id];
      if (instance.low) around.push_back(*instance.low);
      if (instance.high) around.push_back(*instance.high);
      // Without an end on one side, as far out as any limit is likely to be.
      const Rational far(1'000'000'000'000'000);
      if (instance.low && !instance.high) {
        if (const auto value = Add(*instance.low, far)) out.push_back(*value);
      }
      if (instance.high && !instance.low) {
        if (const auto value = Subtract(*instance.high, far)) out.push_back(*value);
      }
      if (instance.low && instance.high) {
        for (const int hundredths : {99, 1, 50}) {
          const auto width = Subtract(*instance.high, *instance.low);
          const auto part = width ? Multiply(*width, *Rational::Of(hundredths, 100)) : std::nullopt;
          if (const auto value = part ? Add(*instance.low, *part) : std::nullopt)
            out.push_back(*value);
        }
      }
    }
    for (const eval::Settled* settled : {&world.choices, &facts_.settled}) {
      for (const auto& [other, value] : *settled) {
        if (value.kind() == Value::Kind::kNumber && around.size() < kValuesMax)
          around.push_back(value.AsNumber());
      }
    }
    around.push_back(Rational(0));
    for (size_t step = 0; step <= varied; ++step) {
      for (const Rational& near : around) {
        for (const int64_t by : {static_cast<int64_t>(step), -static_cast<int64_t>(step)}) {
          const auto value = Add(near, Rational(by));
          if (value && std::find(out.begin(), out.end(), *value) == out.end())
            out.push_back(*value);
        }
      }
    }
    if (out.size() > kValuesMax) out.resize(kValuesMax);
    std::vector<Value> values;
    for (const Rational& value : out) values.push_back(Value::Number(value));
    return values;
  }

  // Asks the reference; the keys that it met and nobody had chosen go to `unnamed`. What nobody
  // chose and lies outside its bounds, zero for a figure above a thousand, is moved to the bound.
  bool Accept(World world, std::vector<Key>* unnamed) {
    ++tried_;
    std::vector<Key> moved;
    for (int round = 0; round < kRoundsMax; ++round) {
      std::vector<Key> met;
      world.unsettled = &met;
      const std::vector<Position> positions = Positions(program_, world, at_);
      eval::Reference reference(world, positions);
      const Value value = reference.Evaluate(node_, env_, at_);
      const auto outside = Outside(world, met, reference, std::max(at_, positions.back()));
      world.unsettled = nullptr;
      if (unnamed != nullptr && round == 0) *unnamed = met;
      if (reference.overflowed()) return false;
      if (!outside) {
        if (expected_ && (value == *expected_) == other_) return false;
        found_ = Witness{std::move(world), value};
        return true;
      }
      const auto& [key, nearest] = *outside;
      const bool ours = std::find(moved.begin(), moved.end(), key) != moved.end();
      if (!nearest || (world.choices.contains(key) && !ours)) return false;
      world.choices[key] = *nearest;
      if (!ours) moved.push_back(key);
    }
    return false;
  }

  // The first open quantity that does not lie within what the text says of it in this world, with
  // the nearest value that does; nothing where all do.
  std::optional<std::pair<Key, std::optional<Value>>> Outside(const World& world,
                                                              const std::vector<Key>& met,
                                                              eval::Reference& reference,
                                                              Position last) const {
    std::vector<Key> chosen;
    for (const auto& [key, value] : world.choices) chosen.push_back(key);
    // A bound may speak of a number that nothing else has met: `met` grows on the way.
    for (size_t i = 0; i < chosen.size() + met.size(); ++i) {
      const Key key = i < chosen.size() ? chosen[i] : met[i - chosen.size()];
      if (key.family != Key::Family::kPoint) continue;
      const ir::Point& point = program_.points[key.id];
      const Value value = world.Settle(key);
      if (point.may_be_none && value == Value::Moment(kNever)) continue;
      for (const bool low : {true, false}) {
        const ir::Bound& bound = low ? point.low : point.high;
        if (!bound.value.valid()) continue;
        const Value limit = reference.Evaluate(bound.value, {}, last);
        const Value pair[] = {low ? limit : value, low ? value : limit};
        const auto holds =
            ir::Apply(bound.strict ? ir::Function::kLess : ir::Function::kLessEqual, pair);
        if (holds && holds->AsBool()) continue;
        std::optional<Value> nearest;
        if (limit.kind() == Value::Kind::kNumber) {
          const Rational step(!bound.strict ? 0 : low ? 1 : -1);
          if (const auto moved = Add(limit.AsNumber(), step)) nearest = Value::Number(*moved);
        }
        return std::pair(key, nearest);
      }
    }
    return std::nullopt;
  }

  const ir::Program& program_;
  const eval::Facts& facts_;
  eval::Timeline& timeline_;
  ir::NodeId node_;
  const eval::Env& env_;
  Position at_;
  const std::optional<Value>& expected_;
  bool other_;
  std::optional<Witness> found_;
  size_t tried_ = 0;
};

}  // namespace

std::vector<Position> Positions(const ir::Program& program, const World& world, Position at) {
  std::vector<Position> base = {kBeginning, at};
  for (const Event& e : world.events) base.push_back(e.at);
  std::vector<Duration> shifts;
  for (uint32_t i = 0; i < program.node_count(); ++i) {
    const ir::Node& node = program.Get(ir::NodeId{i});
    if (node.op != Op::kLit) continue;
    const Value& v = program.Literal(node);
    if (v.kind() == Value::Kind::kMoment && v.AsMoment() != kNever) base.push_back(v.AsMoment());
    if (v.kind() == Value::Kind::kDuration) shifts.push_back(v.AsDuration());
  }
  const auto add_values = [&](const eval::Settled& settled) {
    for (const auto& [key, v] : settled) {
      if (v.kind() == Value::Kind::kMoment && v.AsMoment() != kNever) base.push_back(v.AsMoment());
      if (v.kind() == Value::Kind::kDuration) shifts.push_back(v.AsDuration());
    }
  };
  add_values(world.choices);
  add_values(world.facts->settled);
  std::vector<Position> all = base;
  const auto close = [&] {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    while (!all.empty() && all.front() < kBeginning) all.erase(all.begin());
  };
  for (int round = 0; round < 2 && all.size() < kPositionsMax; ++round) {
    const std::vector<Position> from = all;
    for (const Position p : from) {
      all.push_back(Position::StartOf(p.date()));
      for (const Duration d : shifts) {
        if (const Position q = Shift(p, d); q != kNever) all.push_back(q);
      }
    }
    close();
  }
  close();
  return all;
}

std::optional<Witness> FindWitness(const ir::Program& program, const eval::Facts& facts,
                                   eval::Timeline& timeline, ir::NodeId node, const eval::Env& env,
                                   Position at, const std::vector<Choice>& path,
                                   const std::optional<Value>& expected, bool other) {
  return Finder(program, facts, timeline, node, env, at, expected, other).Run(path);
}

}  // namespace entente::service
