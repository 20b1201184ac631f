#include "eval/equations.h"

#include <algorithm>

namespace entente::eval {

int64_t InstalmentsOf(const Value& n) {
  const Rational& number = n.AsNumber();
  if (Compare(number, Rational(0)) <= 0) return 0;
  if (Compare(number, Rational(kInstalmentsMax)) >= 0) return kInstalmentsMax;
  return static_cast<int64_t>(number.numerator() / number.denominator());
}

Position ScheduledAt(Position at) {
  if (at == kNever) return kNever;
  return {at.value & ~((int64_t{1} << Position::kSequenceBits) - 1)};
}

std::optional<Value> Reckoned(const ir::Program& program, ir::NodeId id, const Env& env) {
  const ir::Node& node = program.Get(id);
  if (node.op == ir::Op::kLit) return program.Literal(node);
  if (node.op == ir::Op::kField) {
    if (node.aux >= env.size()) return std::nullopt;
    return env[node.aux].Get(Symbol{node.data});
  }
  if (node.op != ir::Op::kOp || node.type == ir::kBoolType) return std::nullopt;
  std::vector<Value> args;
  for (const ir::NodeId child : program.Children(id)) {
    auto value = Reckoned(program, child, env);
    if (!value) return std::nullopt;
    args.push_back(std::move(*value));
  }
  return ir::Apply(static_cast<ir::Function>(node.aux), args);
}

Slot WithIndex(const ir::Program& program, const Slot& slot, Position origin, int64_t i) {
  Slot out = slot;
  // In front, so that an event scheduled from a scheduled one counts anew.
  out.fields.insert(out.fields.begin(), {{program.known.index, Value::Number(Rational(i))},
                                         {program.known.origin, Value::Moment(origin)}});
  return out;
}

Slot Moved(const ir::Program& program, const Slot& slot, Position at) {
  Slot out = slot;
  out.fields.insert(out.fields.begin(), {program.known.at, Value::Moment(at)});
  return out;
}

bool OnlyGrows(const ir::Program& program, ir::NodeId id) {
  const ir::Node& node = program.Get(id);
  if (node.op == ir::Op::kFold) return static_cast<ir::FoldKind>(node.data) == ir::FoldKind::kCount;
  if (node.op != ir::Op::kEach || program.EachKindOf(node) != ir::EachKind::kSum) return false;
  const ir::Node& body = program.Get(program.Children(id).back());
  return body.op == ir::Op::kLit && Compare(program.Literal(body).AsNumber(), Rational(0)) >= 0;
}

Key SilenceKey(const ir::Program& program, const ir::RuleSet& set, const Env& env) {
  Key key{Key::Family::kSilence, set.term.index, {}};
  for (const ir::Parameter& parameter : program.terms[set.term.index].parameters) {
    key.args.push_back(env[0].Get(parameter.name));
  }
  return key;
}

Key ConflictKey(std::vector<Symbol> labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  Key key{Key::Family::kConflict, 0, {}};
  for (const Symbol label : labels) key.args.push_back(Value::Text(label));
  return key;
}

size_t PickedBy(const Value& choice, const std::vector<Symbol>& labels) {
  const Key key = ConflictKey(labels);
  const size_t index = std::min<size_t>(choice.AsChoice(), key.args.size() - 1);
  const Symbol picked = key.args[index].AsText();
  return static_cast<size_t>(std::find(labels.begin(), labels.end(), picked) - labels.begin());
}

}  // namespace entente::eval
