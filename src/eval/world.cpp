#include "eval/world.h"

#include <algorithm>

namespace entente::eval {

size_t KeyHash::operator()(const Key& key) const {
  uint64_t h = MixHash(static_cast<uint64_t>(key.family), key.id);
  for (const Value& arg : key.args) h = MixHash(h, arg.Hash());
  return h;
}

Value Slot::Get(Symbol name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  // A part that was left out is no thing.
  return Value::Thing({});
}

ir::Type TypeOf(const ir::Program& program, const Key& key) {
  switch (key.family) {
    case Key::Family::kPoint:
      return program.points[key.id].type;
    case Key::Family::kSilence:
      return program.terms[key.id].type;
    case Key::Family::kKind:
      return ir::kBoolType;
    case Key::Family::kConflict:
      return {ir::Base::kEnum, static_cast<uint32_t>(key.args.size())};
  }
  return ir::kErrorType;
}

Value DefaultValue(const ir::Program& program, const Key& key) {
  switch (const ir::Type type = TypeOf(program, key); type.base) {
    case ir::Base::kBool:
      return Value::Bool(false);
    case ir::Base::kEnum:
      return Value::Choice(0);
    case ir::Base::kMoment:
      return Value::Moment(kNever);
    case ir::Base::kDuration:
      return Value::Of({0, static_cast<DurationUnit>(type.detail)});
    case ir::Base::kThing:
      return Value::Thing({});
    default:
      return Value::Number(Rational(0));
  }
}

Value World::Settle(const Key& key) const {
  if (const auto it = facts->settled.find(key); it != facts->settled.end()) return it->second;
  if (const auto it = choices.find(key); it != choices.end()) return it->second;
  if (unsettled != nullptr &&
      std::find(unsettled->begin(), unsettled->end(), key) == unsettled->end()) {
    unsettled->push_back(key);
  }
  return DefaultValue(*program, key);
}

bool World::IsOfKind(ThingId thing, ir::KindId kind) const {
  const KindQuestion question = AskKind(*program, *facts, thing, kind);
  if (question.known) return *question.known;
  for (const KindQuestion::Candidate& candidate : question.candidates) {
    bool holds = Settle(candidate.key).AsBool();
    for (const Key& rival : candidate.rivals) holds = holds && !Settle(rival).AsBool();
    if (holds) return true;
  }
  return false;
}

Position ClosedTo(const ir::Program& program, const Facts& facts, ir::NodeId on, const Env& env) {
  const ir::Node& node = program.Get(on);
  const Position closed = facts.closed_to[node.data];
  // The pattern, or one of what it asks together.
  const auto names_recorded = [&](ir::NodeId pattern) {
    const ir::Node& test = program.Get(pattern);
    if (test.op != ir::Op::kOp || static_cast<ir::Function>(test.aux) != ir::Function::kEqual)
      return false;
    const ir::Node& id = program.Get(program.Children(pattern)[0]);
    const ir::Node& meant = program.Get(program.Children(pattern)[1]);
    if (id.op != ir::Op::kField || id.aux != node.aux || Symbol{id.data} != program.known.id)
      return false;
    Value value;
    if (meant.op == ir::Op::kLit) {
      value = program.Literal(meant);
    } else if (meant.op == ir::Op::kField && meant.aux < env.size() && meant.aux != node.aux) {
      value = env[meant.aux].Get(Symbol{meant.data});
    }
    return value.kind() == Value::Kind::kThing && value.AsThing().valid() &&
           std::any_of(facts.events.begin(), facts.events.end(),
                       [&](const Event& e) { return e.slot.Get(program.known.id) == value; });
  };
  const ir::NodeId pattern = program.Children(on)[0];
  const ir::Node& whole = program.Get(pattern);
  bool seen = names_recorded(pattern);
  if (whole.op == ir::Op::kOp && static_cast<ir::Function>(whole.aux) == ir::Function::kAnd) {
    for (const ir::NodeId part : program.Children(pattern)) seen = seen || names_recorded(part);
  }
  return seen ? kNever : closed;
}

KindQuestion AskKind(const ir::Program& program, const Facts& facts, ThingId thing,
                     ir::KindId kind) {
  KindQuestion out;
  if (!thing.valid()) {
    out.known = false;
    return out;
  }
  const ThingInfo& info = facts.things[thing.index];
  const auto stated = [&](ir::KindId k) {
    for (const ir::KindId own : info.kinds) {
      if (program.KindReaches(own, k)) return true;
    }
    return false;
  };
  const auto excluded = [&](ir::KindId k) {
    for (const ir::KindId own : info.kinds) {
      if (program.Apart(own, k)) return true;
    }
    return false;
  };
  if (stated(kind)) {
    out.known = true;
    return out;
  }
  const auto key = [&](uint32_t k) { return Key{Key::Family::kKind, k, {Value::Thing(thing)}}; };
  for (uint32_t k = 0; info.open && k < program.kinds.size(); ++k) {
    if (!program.KindReaches(ir::KindId{k}, kind) || excluded(ir::KindId{k})) continue;
    KindQuestion::Candidate candidate{key(k), {}};
    for (uint32_t rival = 0; rival < k; ++rival) {
      if (program.Apart(ir::KindId{rival}, ir::KindId{k}) && !excluded(ir::KindId{rival})) {
        candidate.rivals.push_back(key(rival));
      }
    }
    out.candidates.push_back(std::move(candidate));
  }
  if (out.candidates.empty()) out.known = false;
  return out;
}

}  // namespace entente::eval
