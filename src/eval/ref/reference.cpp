// The reference engine. Each function below is one equation of docs/semantics.md; nothing is
// cached, nothing is shared, and each event list is computed anew whenever it is needed.

#include "eval/ref/reference.h"

#include <algorithm>

#include "eval/equations.h"

namespace entente::eval {

using ir::Node;
using ir::NodeId;
using ir::Op;

namespace {

// `env` with `slot` at `level`; levels between stay empty, since nothing there is in scope.
Env Bind(const Env& env, int level, const Slot& slot) {
  Env out(env.begin(),
          env.begin() + std::min<ptrdiff_t>(level, static_cast<ptrdiff_t>(env.size())));
  out.resize(static_cast<size_t>(level) + 1);
  out.back() = slot;
  return out;
}

}  // namespace

Value Reference::Evaluate(NodeId id, const Env& env, Position at) {
  const Node& node = program_.Get(id);
  const auto child = [&](size_t i) { return program_.Children(id)[i]; };
  switch (node.op) {
    case Op::kLit:
      return program_.Literal(node);
    case Op::kField:
      return env[node.aux].Get(Symbol{node.data});
    case Op::kOpen:
      return world_.Settle(
          {Key::Family::kPoint, node.data, EvaluateAll(program_.Children(id), env, at)});
    case Op::kIs:
      return Value::Bool(
          world_.IsOfKind(Evaluate(child(0), env, at).AsThing(), ir::KindId{node.data}));
    case Op::kOp:
      return Total(static_cast<ir::Function>(node.aux),
                   EvaluateAll(program_.Children(id), env, at));
    case Op::kIf:
      return Evaluate(child(Evaluate(child(0), env, at).AsBool() ? 1 : 2), env, at);
    case Op::kReached:
      return Value::Bool(Evaluate(child(0), env, at).AsMoment() <= at);
    case Op::kFold:
      return Fold(id, env, at);
    case Op::kEach:
      return Each(id, env, at);
    case Op::kRules:
      return Rules(node, env, at);
    case Op::kRef: {
      const ir::Term& term = program_.terms[node.data];
      Slot arguments;
      for (size_t i = 0; i < term.parameters.size(); ++i) {
        arguments.fields.emplace_back(term.parameters[i].name, Evaluate(child(i), env, at));
      }
      return Evaluate(term.body, {arguments}, at);
    }
    case Op::kEdition: {
      const bool adopted = world_.Settle({Key::Family::kPoint, node.data, {}}).AsBool();
      return Evaluate(child(adopted ? 0 : 1), env, at);
    }
    default:
      return {};  // an event list has no value
  }
}

// With the rules whose guard holds and, of them, those that none of them beats: nothing fires and
// it is silence; all agree and it is that value; else the conflict point picks a clause.
Value Reference::Rules(const Node& node, const Env& env, Position at) {
  const ir::RuleSet& set = program_.rule_sets[node.data];
  const auto beats = ir::BeatsClosure(set);
  std::vector<size_t> firing;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    if (Evaluate(set.rules[i].guard, env, at).AsBool()) firing.push_back(i);
  }
  std::vector<Symbol> labels;
  std::vector<Value> values;
  for (const size_t i : firing) {
    // A rule that does not fire beats nobody: an exception out of force gives back what it took.
    const bool beaten =
        std::any_of(firing.begin(), firing.end(), [&](size_t other) { return beats[other][i]; });
    if (beaten) continue;
    labels.push_back(set.rules[i].label);
    values.push_back(Evaluate(set.rules[i].value, env, at));
  }
  if (values.empty()) return world_.Settle(SilenceKey(program_, set, env));
  // Clauses that meet in one value are no clash: the parties owe the same either way.
  if (std::all_of(values.begin(), values.end(), [&](const Value& v) { return v == values[0]; })) {
    return values[0];
  }
  return values[PickedBy(world_.Settle(ConflictKey(labels)), labels)];
}

Value Reference::Fold(NodeId id, const Env& env, Position at) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const Position after = Evaluate(children[2], env, at).AsMoment();
  const Position until = std::min(Evaluate(children[3], env, at).AsMoment(), at);
  std::vector<Value> values;
  for (const Occurrence& e : Events(children[0], env, until)) {
    if (e.at <= after) continue;
    values.push_back(Evaluate(children[1], Bind(env, node.aux, e.slot), e.at.before()));
  }
  const auto kind = static_cast<ir::FoldKind>(node.data);
  if (kind == ir::FoldKind::kCount) {
    return Value::Number(Rational(static_cast<int64_t>(values.size())));
  }
  if (values.empty()) return Evaluate(children[4], env, at);
  if (kind == ir::FoldKind::kFirst) return values.front();
  if (kind == ir::FoldKind::kLast) return values.back();
  Value out = values[0];
  for (size_t i = 1; i < values.size(); ++i) {
    const Value pair[] = {out, values[i]};
    out = Total(kind == ir::FoldKind::kSum   ? ir::Function::kAdd
                : kind == ir::FoldKind::kMin ? ir::Function::kMin
                                             : ir::Function::kMax,
                pair);
  }
  return out;
}

Value Reference::Each(NodeId id, const Env& env, Position at) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  const auto& captures = program_.Captures(node);
  std::vector<Value> keys;
  const ir::EachKind kind = program_.EachKindOf(node);
  Value out = kind == ir::EachKind::kSum ? Value::Number(Rational(0))
                                         : Value::Bool(kind == ir::EachKind::kAnd);
  for (Occurrence& e : Events(children[0], env, at)) {
    const Env at_event = Bind(env, node.aux, e.slot);
    const Value key = Evaluate(children[1], at_event, e.at.before());
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    keys.push_back(key);
    for (size_t i = 0; i < captures.size(); ++i) {
      e.slot.fields.emplace_back(captures[i], Evaluate(children[2 + i], at_event, e.at.before()));
    }
    const Value pair[] = {out, Evaluate(children.back(), Bind(env, node.aux, e.slot), at)};
    out = Total(kind == ir::EachKind::kOr    ? ir::Function::kOr
                : kind == ir::EachKind::kAnd ? ir::Function::kAnd
                                             : ir::Function::kAdd,
                pair);
  }
  return out;
}

// The events of an event list up to and including `until`, in order.
std::vector<Reference::Occurrence> Reference::Events(NodeId id, const Env& env, Position until) {
  const Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  std::vector<Occurrence> out;
  switch (node.op) {
    case Op::kOn:
      for (const Event& e : world_.events) {
        if (e.type != ir::EventTypeId{node.data} || e.at > until) continue;
        if (Evaluate(children[0], Bind(env, node.aux, e.slot), e.at).AsBool()) {
          out.push_back({e.at, e.slot});
        }
      }
      return out;
    case Op::kWhile:
      for (const Occurrence& e : Events(children[0], env, until)) {
        if (Evaluate(children[1], Bind(env, node.aux, e.slot), e.at.before()).AsBool()) {
          out.push_back(e);
        }
      }
      return out;
    case Op::kBecomes:
      for (const Position m : positions_) {
        if (m > until) break;
        if (!Evaluate(children[0], env, m).AsBool()) continue;
        if (m > kBeginning && Evaluate(children[0], env, m.before()).AsBool()) continue;
        out.push_back({m, Slot{{{program_.known.at, Value::Moment(m)}}}});
      }
      return out;
    case Op::kSchedule:
      for (const Occurrence& e : Events(children[0], env, until)) {
        const Env at_event = Bind(env, node.aux, e.slot);
        const int64_t n = InstalmentsOf(Evaluate(children[2], at_event, e.at.before()));
        for (int64_t i = 1; i <= n; ++i) {
          const Slot numbered = WithIndex(program_, e.slot, e.at, i);
          const Position m = ScheduledAt(
              Evaluate(children[1], Bind(env, node.aux, numbered), e.at.before()).AsMoment());
          if (m > e.at && m <= until) out.push_back({m, Moved(program_, numbered, m)});
        }
      }
      SortByMoment(out);
      return out;
    case Op::kUnion:
      out = Events(children[0], env, until);
      for (Occurrence& e : Events(children[1], env, until)) out.push_back(std::move(e));
      SortByMoment(out);
      return out;
    case Op::kIf:
      return Events(children[Evaluate(children[0], env, until).AsBool() ? 1 : 2], env, until);
    default:
      return out;
  }
}

std::vector<Value> Reference::EvaluateAll(std::span<const NodeId> nodes, const Env& env,
                                          Position at) {
  std::vector<Value> out;
  for (const NodeId node : nodes) out.push_back(Evaluate(node, env, at));
  return out;
}

Value Reference::Total(ir::Function function, std::span<const Value> args) {
  const auto value = ir::Apply(function, args);
  if (value) return *value;
  overflowed_ = true;
  return args[0];
}

}  // namespace entente::eval
