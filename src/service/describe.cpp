#include "service/describe.h"

#include <algorithm>

#include "base/words.h"
#include "eval/lower.h"

namespace entente::service {

using eval::Key;
using ir::Op;

// Of an event that an entry is about, and of an entry that is about one.
constexpr std::string_view kTheOne = ", the one it is about";
constexpr std::string_view kAboutIt = " about it";
constexpr std::string_view kByTheSame = " by the same one";

std::string Negated(const std::string& says) {
  constexpr std::string_view kStands = " stands";
  if (says.ends_with(kStands)) {
    if (says.starts_with("a ")) return "no " + says.substr(2);
    if (says.starts_with("an ")) return "no " + says.substr(3);
    return says.substr(0, says.size() - kStands.size()) + " does not stand";
  }
  for (const std::string_view verb : {" is ", " are ", " has ", " have ", " can ", " was "}) {
    const size_t at = says.find(verb);
    if (at != std::string::npos) {
      const std::string rest = says.substr(at + verb.size());
      return says.substr(0, at + verb.size()) +
             (rest.starts_with("not ") ? rest.substr(4) : "not " + rest);
    }
  }
  return "it is not so that " + says;
}

std::string PartWord(const check::Agreement& agreement, ir::TermId term, Symbol field) {
  const ir::Program& program = agreement.program;
  if (field == program.known.by) return "who acts";
  for (const check::Act& act : agreement.acts) {
    if (act.allowed != term && act.required != term) continue;
    for (const check::Part& part : act.parts) {
      if (part.field == field && part.kind.valid())
        return "the " + std::string(program.symbols.Name(program.kinds[part.kind.index].name));
    }
  }
  return "the " + std::string(program.symbols.Name(field));
}

std::string Describer::Thing(ThingId thing) const {
  if (!thing.valid()) return "what is not named";
  std::string name = facts_.things[thing.index].name;
  if (name.starts_with(eval::kSomeEntry))
    return WithArticle(std::string_view(name).substr(eval::kSomeEntry.size()));
  // A long description is said once, with the question; after that it is "that Model".
  size_t cut = std::string::npos;
  for (const std::string_view word : {" that ", " whose ", " made "})
    cut = std::min(cut, name.find(word));
  if (cut == std::string::npos) return name;
  name = name.substr(0, cut);
  for (const std::string_view article : {"a ", "an ", "the ", "any "}) {
    if (name.starts_with(article)) name = name.substr(article.size());
  }
  return "that " + name;
}

std::string Describer::Value(const entente::Value& value, ir::Type type) const {
  switch (value.kind()) {
    case entente::Value::Kind::kBool:
      return value.AsBool() ? "yes" : "no";
    case entente::Value::Kind::kMoment:
      return value.AsMoment() == kNever ? "never" : ToLongText(value.AsMoment().date());
    case entente::Value::Kind::kDuration:
      return ToText(value.AsDuration());
    case entente::Value::Kind::kThing:
      return Thing(value.AsThing());
    case entente::Value::Kind::kEnum:
      return "alternative " + std::to_string(value.AsChoice() + 1);
    case entente::Value::Kind::kText:
      return std::string(program_.symbols.Name(value.AsText()));
    case entente::Value::Kind::kNumber:
      break;
    default:
      return "nothing";
  }
  const std::string_view unit = program_.symbols.Name(Symbol{type.detail});
  if (unit == ir::kCountUnit) return ToText(value.AsNumber());
  if (type.base == ir::Base::kMoney) {
    const auto major = Divide(value.AsNumber(), Rational(100));
    // Cents are two figures.
    std::string figure = ToText(*major);
    if (const size_t point = figure.find('.');
        point != std::string::npos && point + 2 == figure.size())
      figure += "0";
    return unit == "USD" ? "$" + figure : figure + " " + std::string(unit);
  }
  if (unit == "1") {
    // A plain ratio below ten reads best as a percentage where it is one.
    const auto percent = Multiply(value.AsNumber(), Rational(100));
    if (percent && Compare(value.AsNumber(), Rational(1)) <= 0) return ToText(*percent) + "%";
    return ToText(value.AsNumber());
  }
  // Long round figures read as powers of ten.
  std::string plain = ToPlainText(value.AsNumber());
  size_t zeros = 0;
  while (zeros < plain.size() && plain[plain.size() - 1 - zeros] == '0') ++zeros;
  if (plain.find_first_of("./") == std::string::npos && zeros >= 12) {
    plain = plain.substr(0, plain.size() - zeros) + "e" + std::to_string(zeros);
  } else {
    plain = ToText(value.AsNumber());
  }
  return plain + " " + std::string(unit);
}

std::string Describer::Rounded(const Rational& amount, ir::Type type, int direction) const {
  constexpr int64_t kDigits = 100'000;  // five of them
  const bool negative = amount.numerator() < 0;
  const Rational size = negative ? Subtract(Rational(0), amount).value_or(amount) : amount;
  // A unit of the last kept digit: a power of ten with size / unit between 10,000 and 100,000.
  Rational unit(1);
  for (int i = 0; i < 60; ++i) {
    const auto scaled = Divide(size, unit);
    if (!scaled || scaled->numerator() == 0) return Value(entente::Value::Number(amount), type);
    if (Compare(*scaled, Rational(kDigits)) >= 0) {
      unit = Multiply(unit, Rational(10)).value_or(unit);
    } else if (Compare(*scaled, Rational(kDigits / 10)) < 0) {
      unit = Divide(unit, Rational(10)).value_or(unit);
    } else {
      break;
    }
  }
  const entente::Value args[] = {entente::Value::Number(amount), entente::Value::Number(unit)};
  const auto up = ir::Apply(ir::Function::kRoundUp, args);
  const auto down = ir::Apply(ir::Function::kRoundDown, args);
  const auto nearest = ir::Apply(ir::Function::kRoundHalfUp, args);
  const auto& out = direction == 0 ? nearest : direction > 0 ? up : down;
  return Value(out.value_or(entente::Value::Number(amount)), type);
}

std::string Describer::Instance(const Key& key) const {
  switch (key.family) {
    case Key::Family::kPoint: {
      const ir::Point& point = program_.points[key.id];
      std::string out = point.says;
      for (size_t i = 0; i < key.args.size(); ++i) {
        const std::string slot = "{" + std::to_string(i) + "}";
        if (const size_t at = out.find(slot); at != std::string::npos) {
          out.replace(at, slot.size(), Value(key.args[i], ir::kThingType));
        }
      }
      return out;
    }
    case Key::Family::kSilence:
      return "the text says nothing of it";
    case Key::Family::kConflict: {
      std::vector<std::string> labels;
      for (const entente::Value& v : key.args)
        labels.emplace_back(program_.symbols.Name(v.AsText()));
      return "which of " + JoinAnd(labels) + " prevails";
    }
    case Key::Family::kKind:
      return Thing(key.args[0].AsThing()) + " is " +
             WithArticle(program_.symbols.Name(program_.kinds[key.id].name));
  }
  return "";
}

std::string Describer::Events(ir::NodeId id) const {
  if (const auto [event, counted] =
          agreement_.FindCounted([&](const auto& one) { return one.events == id; });
      counted != nullptr)
    return WithArticle(event->name) + " by the silence of " + Thing(counted->by);
  const ir::Node& node = program_.Get(id);
  switch (node.op) {
    case Op::kOn: {
      const std::string_view name = program_.symbols.Name(program_.event_types[node.data].name);
      return WithArticle(name);
    }
    case Op::kWhile: {
      const ir::NodeId inner = program_.Children(id)[0];
      const bool ends =
          std::any_of(agreement_.stretches.begin(), agreement_.stretches.end(),
                      [&](const check::Stretch& window) { return window.ends == inner; });
      return Events(inner) + (ends ? Without(program_.Children(id)[1]) : "");
    }
    case Op::kSchedule:
      for (const check::Stretch& window : agreement_.stretches) {
        if (window.ends == id) return "the end of the " + window.name;
      }
      return "what is scheduled after " + Events(program_.Children(id)[0]);
    case Op::kUnion:
      return Events(program_.Children(id)[0]) + " or " + Events(program_.Children(id)[1]);
    case Op::kBecomes:
      return "the moment that " + Node(program_.Children(id)[0], {}, 1);
    default:
      return "an event";
  }
}

bool Describer::IsOnRecord(ir::NodeId events) const {
  const ir::Node& node = program_.Get(events);
  if (node.op == Op::kOn) {
    return std::ranges::any_of(facts_.events, [&](const eval::Event& event) {
      return event.type.index == node.data && !event.hypothetical;
    });
  }
  return node.op == Op::kWhile && IsOnRecord(program_.Children(events)[0]);
}

// What a window is to end without: the conditions on each of its ends.
std::string Describer::Without(ir::NodeId condition) const {
  std::string out;
  std::vector<ir::NodeId> parts = {condition};
  while (!parts.empty()) {
    const ir::NodeId part = parts.back();
    parts.pop_back();
    const auto children = program_.Children(part);
    if (program_.Get(part).op == Op::kFold) {
      out += (out.empty() ? " without " : " or ") + Events(children[0]);
    } else {
      parts.insert(parts.end(), children.rbegin(), children.rend());
    }
  }
  return out;
}

std::string Describer::Happened(ir::NodeId node, Duration shift, bool holds) const {
  std::string what = program_.Get(node).type == ir::kEventsType
                         ? Events(node)
                         : "the moment meant by " + Node(node, {}, 1);
  std::string when = shift.count == 0 ? "" : " at least " + ToText(shift) + " before";
  // Of what happened already it is another that is open.
  if (program_.Get(node).type == ir::kEventsType && IsOnRecord(node)) {
    const size_t article = what.starts_with("a ") ? 2 : what.starts_with("an ") ? 3 : 0;
    if (article > 0) what = "a further " + what.substr(article);
  }
  if (!holds && what.starts_with("a ")) return "no " + what.substr(2) + " has happened" + when;
  if (!holds && what.starts_with("an ")) return "no " + what.substr(3) + " has happened" + when;
  return what + (holds ? " has happened" : " has not happened") + when;
}

// What the pattern of an event asks of it beside its kind: by whom, and about what.
std::string Describer::About(ir::NodeId guard) const {
  const ir::Node& node = program_.Get(guard);
  if (node.op == Op::kLit) return "";
  std::vector<ir::NodeId> parts = {guard};
  if (node.op == Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kAnd) {
    const auto children = program_.Children(guard);
    parts.assign(children.begin(), children.end());
  }
  std::string out;
  for (const ir::NodeId part : parts) {
    const ir::Node& n = program_.Get(part);
    const bool equal = n.op == Op::kOp && static_cast<ir::Function>(n.aux) == ir::Function::kEqual;
    const ir::Node* left = equal ? &program_.Get(program_.Children(part)[0]) : nullptr;
    const ir::Node* right = equal ? &program_.Get(program_.Children(part)[1]) : nullptr;
    if (equal && left->op == Op::kField && Symbol{left->data} == program_.known.by &&
        right->op == Op::kLit) {
      out += " by " + Thing(program_.Literal(*right).AsThing());
    } else if (equal && left->op == Op::kField && right->op == Op::kField) {
      const Symbol field{left->data};
      out += field == program_.known.id   ? kTheOne
             : field == program_.known.by ? kByTheSame
                                          : kAboutIt;
    } else {
      out += " of which it is so that " + Node(part, {}, 2);
    }
  }
  return out;
}

// Whether the node holds a moment against when a thing was made.
bool Describer::MadeAfter(ir::NodeId id) const {
  const ir::Node& node = program_.Get(id);
  if (node.op != Op::kOp || static_cast<ir::Function>(node.aux) != ir::Function::kLess)
    return false;
  const ir::Node& made = program_.Get(program_.Children(id)[1]);
  return made.op == Op::kOpen && made.data == agreement_.made.index;
}

// `the first Launch`, `the number of Launches`, `the Amount of every Sale`.
std::string Describer::Over(ir::FoldKind kind, ir::NodeId events, ir::NodeId p) const {
  ir::NodeId base = events;
  while (program_.Get(base).op == Op::kWhile) base = program_.Children(base)[0];
  const ir::Node& of = program_.Get(p);
  const bool moment = of.op == Op::kField && Symbol{of.data} == program_.known.at;
  if (program_.Get(base).op != Op::kOn)
    return "the " + std::string(NameOf(kind)) + " of " + Events(events);
  const std::string name(program_.symbols.Name(program_.event_types[program_.Get(base).data].name));
  const std::string which = kind == ir::FoldKind::kFirst  ? "the first " + name
                            : kind == ir::FoldKind::kLast ? "the last " + name
                                                          : "every " + name;
  if (moment) {
    const std::string about = About(program_.Children(base)[0]);
    if (about == kTheOne) return "that " + name;
    if (about == kAboutIt && kind == ir::FoldKind::kFirst) return "its " + name;
    return which + about;
  }
  const std::string about = About(program_.Children(base)[0]);
  if (of.op == Op::kLit || kind == ir::FoldKind::kCount)
    return "the number of " + Plural(name) + about;
  std::string what = Node(p, {}, 2);
  for (const check::NumberName& number : agreement_.numbers) {
    if (of.op == Op::kField && number.field == Symbol{of.data}) what = "the " + number.name;
  }
  const bool the = what.starts_with("the ");
  if (the && kind == ir::FoldKind::kMin) what = "the lowest " + what.substr(4);
  if (the && kind == ir::FoldKind::kMax) what = "the highest " + what.substr(4);
  return what + " of " + which + about;
}

// A moment that follows from what the slots hold.
std::optional<Position> Describer::MomentIn(ir::NodeId id, const eval::Env& env) const {
  const ir::Node& node = program_.Get(id);
  std::optional<entente::Value> value;
  if (node.op == Op::kLit) {
    value = program_.Literal(node);
  } else if (node.op == Op::kField && node.aux < env.size()) {
    value = env[node.aux].Get(Symbol{node.data});
  } else if (node.op == Op::kOp) {
    std::vector<entente::Value> args;
    for (const ir::NodeId child : program_.Children(id)) {
      const ir::Node& part = program_.Get(child);
      if (part.op == Op::kLit) {
        args.push_back(program_.Literal(part));
      } else if (const auto at = MomentIn(child, env)) {
        args.push_back(entente::Value::Moment(*at));
      } else {
        return std::nullopt;
      }
    }
    value = ir::Apply(static_cast<ir::Function>(node.aux), args);
  }
  if (!value || value->kind() != entente::Value::Kind::kMoment) return std::nullopt;
  return value->AsMoment();
}

std::string Describer::Node(ir::NodeId id, const eval::Env& env, int depth) const {
  const ir::Node& node = program_.Get(id);
  const auto children = program_.Children(id);
  if (depth > depth_max_) return "…";
  // What a sentence gave a name to is called by it.
  if (node.op == Op::kEach) {
    for (const ir::Term& term : program_.terms) {
      if (!term.parameters.empty()) continue;
      // On one reading or in one version, where there are several.
      ir::NodeId body = term.body;
      while (program_.Get(body).op == Op::kIf && program_.Children(body)[1] != id)
        body = program_.Children(body)[2];
      const bool branch = program_.Get(body).op == Op::kIf;
      if (body == id || branch) return std::string(program_.symbols.Name(term.name));
    }
  }
  for (const check::Stretch& window : agreement_.stretches) {
    if (window.open == id) return "the " + window.name + " is open";
  }
  if (const auto [event, counted] =
          agreement_.FindCounted([&](const auto& one) { return one.silent == id; });
      counted != nullptr)
    return Thing(counted->by) + " has been silent";
  for (const auto& [label, overdue] : agreement_.overdue) {
    if (overdue.defined && program_.terms[overdue.term.index].body == id)
      return label + " is overdue";
  }
  switch (node.op) {
    case Op::kLit:
      return Value(program_.Literal(node), node.type);
    case Op::kField:
      if (node.aux < env.size()) {
        const entente::Value v = env[node.aux].Get(Symbol{node.data});
        if (node.type != ir::kMomentType || v.kind() == entente::Value::Kind::kMoment)
          return Value(v, node.type);
      }
      if (const std::string name(program_.symbols.Name(Symbol{node.data}));
          node.type == ir::kMomentType)
        return name == "to"     ? "the end of the period"
               : name == "from" ? "its start"
                                : "when it happened";
      return "its " + std::string(program_.symbols.Name(Symbol{node.data}));
    case Op::kOpen: {
      const ir::Point& point = program_.points[node.data];
      std::string out = point.says;
      for (size_t i = 0; i < children.size(); ++i) {
        const std::string slot = "{" + std::to_string(i) + "}";
        if (const size_t at = out.find(slot); at != std::string::npos) {
          out.replace(at, slot.size(), Node(children[i], env, depth + 1));
        }
      }
      return out;
    }
    case Op::kIs:
      return Node(children[0], env, depth + 1) + " is " +
             WithArticle(program_.symbols.Name(program_.kinds[node.data].name));
    case Op::kReached:
      return Node(children[0], env, depth + 1) + " has come";
    case Op::kRef: {
      std::string out(program_.symbols.Name(program_.terms[node.data].name));
      if (out.starts_with("is ") && children.size() == 1) {
        return Node(children[0], env, depth + 1) + " is " + WithArticle(out.substr(3));
      }
      std::vector<std::string> args;
      for (const ir::NodeId child : children) {
        // The end of a period goes without saying.
        if (program_.Get(child).type != ir::kMomentType || args.size() < 1 ||
            program_.Get(children[args.size() - 1]).type != ir::kMomentType) {
          args.push_back(Node(child, env, depth + 1));
        }
      }
      for (size_t i = 0; i < args.size(); ++i) {
        const bool period = program_.Get(children[i]).type == ir::kMomentType;
        out += (period ? " in the period from " : " of ") + args[i];
      }
      return out;
    }
    case Op::kRules:
      return std::string(
          program_.symbols.Name(program_.terms[program_.rule_sets[node.data].term.index].name));
    case Op::kFold: {
      const auto kind = static_cast<ir::FoldKind>(node.data);
      std::string out = Over(kind, children[0], children[1]);
      const auto literal = [&](ir::NodeId child, Position at) {
        const ir::Node& n = program_.Get(child);
        return n.op == Op::kLit && program_.Literal(n) == entente::Value::Moment(at);
      };
      const auto field = [&](ir::NodeId child) { return program_.Get(child).op == Op::kField; };
      if (field(children[2]) && field(children[3])) return out + " in that period";
      const auto day = [&](ir::NodeId child) -> std::optional<Date> {
        const ir::Node& n = program_.Get(child);
        if (n.op != Op::kLit || program_.Literal(n).AsMoment() == kNever) return std::nullopt;
        return program_.Literal(n).AsMoment().date();
      };
      // Whole days read as days.
      if (const auto first = day(children[2]), end = day(children[3]);
          first && end && first->day > 0)
        return out + " from " + ToLongText(*first) + " through " + ToLongText(*end);
      if (!literal(children[2], kBeginning.before()))
        out += " after " + Node(children[2], env, depth + 1);
      if (const auto end = MomentIn(children[3], env); end && *end != kNever) {
        out += " by " + ToLongText(end->date());
      } else if (!literal(children[3], kNever)) {
        out += " up to " + Node(children[3], env, depth + 1);
      }
      return out;
    }
    case Op::kOp: {
      const auto function = static_cast<ir::Function>(node.aux);
      std::vector<std::string> args;
      for (const ir::NodeId child : children) args.push_back(Node(child, env, depth + 1));
      switch (function) {
        case ir::Function::kAnd:
          return Join(args, " and ");
        case ir::Function::kOr:
          // A kind and its definition read alike.
          args.erase(std::unique(args.begin(), args.end()), args.end());
          return Join(args, " or ");
        case ir::Function::kNot: {
          // Not (a or b) is neither; not (a and b) is not the one or not the other.
          const ir::Node& inner = program_.Get(children[0]);
          const auto joint = static_cast<ir::Function>(inner.aux);
          if (inner.op != Op::kOp || (joint != ir::Function::kOr && joint != ir::Function::kAnd))
            return Negated(args[0]);
          std::vector<std::string> parts;
          // What was made after a moment was made when it had come.
          const auto both = program_.Children(children[0]);
          if (joint == ir::Function::kAnd && both.size() == 2 && MadeAfter(both[1]) &&
              program_.Get(both[0]).op == Op::kReached) {
            return Negated(Node(both[1], env, depth + 1));
          }
          for (const ir::NodeId part : program_.Children(children[0])) {
            const std::string says = Negated(Node(part, env, depth + 1));
            if (std::find(parts.begin(), parts.end(), says) == parts.end()) parts.push_back(says);
          }
          return Join(parts, joint == ir::Function::kOr ? " and " : " or ");
        }
        case ir::Function::kEqual: {
          const ir::Node& left = program_.Get(children[0]);
          if (left.op == Op::kOpen && left.type.base == ir::Base::kEnum &&
              program_.Get(children[1]).op == Op::kLit) {
            const ir::Point& point = program_.points[left.data];
            const uint32_t a = program_.Literal(program_.Get(children[1])).AsChoice();
            return std::string(program_.symbols.Name(point.name)) + " is read as \"" +
                   point.alternatives[a] + "\"";
          }
          return args[0] + " is " + args[1];
        }
        case ir::Function::kLess:
        case ir::Function::kLessEqual: {
          const bool strict = function == ir::Function::kLess;
          if (strict && MadeAfter(id)) {
            return Node(program_.Children(children[1])[0], env, depth + 1) + " was made after " +
                   args[0];
          }
          // The figure comes last.
          if (program_.Get(children[0]).op == Op::kLit && program_.Get(children[1]).op != Op::kLit)
            return args[1] + (strict ? " is above " : " is at least ") + args[0];
          return args[0] + (strict ? " is below " : " is at most ") + args[1];
        }
        case ir::Function::kClamp:
          return "(" + args[0] + ", but at least " + args[1] + " and at most " + args[2] + ")";
        case ir::Function::kMin:
          return "the lesser of " + JoinAnd(args);
        case ir::Function::kMax:
          return "the greater of " + JoinAnd(args);
        case ir::Function::kEarliest:
        case ir::Function::kLatest:
          // A term that ends with a day is said to.
          for (size_t i = 0; i < args.size(); ++i) {
            const ir::Node& part = program_.Get(children[i]);
            if (part.op != Op::kLit || program_.Literal(part).AsMoment() == kNever) continue;
            const Position at = program_.Literal(part).AsMoment();
            if (at == Position::StartOf(at.date()))
              args[i] = "the end of " + ToLongText(Date{at.date().day - 1});
          }
          return (function == ir::Function::kEarliest ? "the earliest of " : "the latest of ") +
                 JoinAnd(args);
        case ir::Function::kShift:
          return args[1] + " after " + args[0];
        case ir::Function::kRepeat:
          return args[2] + " times " + args[1] + " after " + args[0];
        case ir::Function::kAdd: {
          const ir::Node& first = program_.Get(children[0]);
          if (first.op == Op::kLit &&
              program_.Literal(first) == entente::Value::Number(Rational(0)))
            return args[1];
          return args[0] + " plus " + args[1];
        }
        case ir::Function::kSubtract: {
          // Plus and less are read from the left.
          const ir::Node& taken = program_.Get(children[1]);
          const auto inner = static_cast<ir::Function>(taken.aux);
          const bool sum = taken.op == Op::kOp &&
                           (inner == ir::Function::kAdd || inner == ir::Function::kSubtract);
          // Nothing is not worth the words.
          if (taken.op == Op::kLit &&
              program_.Literal(taken) == entente::Value::Number(Rational(0)))
            return args[0];
          return args[0] + " less " + (sum ? "(" + args[1] + ")" : args[1]);
        }
        case ir::Function::kMultiply:
          return args[0] + " times " + args[1];
        case ir::Function::kDivide:
          return args[0] + " divided by " + args[1];
        default:
          return std::string(InfoOf(function).name) + " of " + JoinAnd(args);
      }
    }
    case Op::kEach: {
      // What counts until a time has passed since it happened.
      const ir::Node& body = program_.Get(children.back());
      if (program_.EachKindOf(node) == ir::EachKind::kSum && body.op == Op::kIf) {
        const auto sides = program_.Children(children.back());
        const ir::Node& reached = program_.Get(sides[0]);
        if (reached.op == Op::kReached) {
          const ir::NodeId moment = program_.Children(sides[0])[0];
          if (program_.Get(moment).op == Op::kOp && program_.Children(moment).size() == 2) {
            return Over(ir::FoldKind::kSum, children[0], sides[2]) + " in the last " +
                   Node(program_.Children(moment)[1], env, depth + 1);
          }
        }
      }
      const ir::Node& key = program_.Get(children[1]);
      if (program_.EachKindOf(node) == ir::EachKind::kSum && body.op == Op::kLit &&
          key.op == Op::kField && Symbol{key.data} == program_.known.by)
        return "the number of those who have made " + Events(children[0]);
      // What stands and began so long ago.
      if (body.op == Op::kOp && static_cast<ir::Function>(body.aux) == ir::Function::kAnd &&
          program_.Children(children.back()).size() == 2) {
        const ir::Node& ago = program_.Get(program_.Children(children.back())[1]);
        if (ago.op == Op::kReached) {
          const ir::NodeId moment = program_.Children(program_.Children(children.back())[1])[0];
          const auto parts = program_.Children(moment);
          if (program_.Get(moment).op == Op::kOp && parts.size() == 2 &&
              program_.Get(parts[0]).op == Op::kField) {
            return Events(children[0]) + " has lasted " + Node(parts[1], env, depth + 1);
          }
        }
      }
      return Events(children[0]) + " of which it holds";
    }
    case Op::kIf:
      return Node(children[1], env, depth + 1) + " or " + Node(children[2], env, depth + 1);
    case Op::kEdition:
      return std::string(program_.symbols.Name(program_.points[node.data].name)) + " is in force";
    default:
      return Events(id);
  }
}

std::string Describer::Assumed(const proof::Assumption& a) const {
  using What = proof::Assumption::What;
  switch (a.what) {
    case What::kChoice: {
      if (a.key->family == Key::Family::kPoint &&
          program_.points[a.key->id].type.base == ir::Base::kEnum) {
        const ir::Point& point = program_.points[a.key->id];
        return std::string(program_.symbols.Name(point.name)) + " read as \"" +
               point.alternatives[a.value.AsChoice()] + "\"";
      }
      if (a.key->family == Key::Family::kConflict) {
        return std::string(program_.symbols.Name(a.key->args[a.value.AsChoice()].AsText())) +
               " prevails";
      }
      const std::string says = Instance(*a.key);
      return a.value.AsBool() ? says : Negated(says);
    }
    case What::kAtLeast: {
      const ir::Type type = eval::TypeOf(program_, *a.key);
      const std::string figure =
          type.base == ir::Base::kMoment
              ? ToLongText(Position{static_cast<int64_t>(a.threshold.numerator())}.date())
              : Value(entente::Value::Number(a.threshold), type);
      const std::string what = Instance(*a.key);
      if (type.base == ir::Base::kMoment)
        return what + (a.holds ? " lies on or after " : " lies before ") + figure;
      if (a.holds) return what + (a.strict ? " is above " : " is at least ") + figure;
      return what + (a.strict ? " is at most " : " is below ") + figure;
    }
    case What::kHappened:
      if (a.key) return Instance(*a.key) + (a.holds ? " has come" : " has not come");
      return Happened(a.node, a.shift, a.holds);
  }
  return "";
}

std::string Describer::Atom(const eval::Timeline& timeline, const eval::Subject& subject,
                            const eval::Choice& choice) const {
  proof::Assumption a;
  switch (subject.kind) {
    case eval::Subject::Kind::kReading:
    case eval::Subject::Kind::kChoice: {
      a.key = timeline.instances()[subject.id].key;
      a.value = eval::TypeOf(program_, *a.key).base == ir::Base::kBool
                    ? entente::Value::Bool(choice.branch == 1)
                    : entente::Value::Choice(choice.branch);
      return Assumed(a);
    }
    case eval::Subject::Kind::kNumber:
      a.what = proof::Assumption::What::kAtLeast;
      a.key = timeline.instances()[subject.id].key;
      a.threshold = choice.atom.threshold;
      a.strict = choice.atom.strict;
      a.holds = choice.branch == 1;
      return Assumed(a);
    case eval::Subject::Kind::kElapsed: {
      const eval::Wait& wait = timeline.waits()[subject.id];
      a.what = proof::Assumption::What::kHappened;
      if (wait.instance) a.key = timeline.instances()[*wait.instance].key;
      a.node = wait.node;
      a.shift = {static_cast<int32_t>(choice.atom.threshold.numerator()), subject.unit};
      a.holds = choice.branch == 1;
      return Assumed(a);
    }
    case eval::Subject::Kind::kOpaque: {
      const eval::OpaqueNode& opaque = timeline.opaques()[subject.id];
      const std::string says = opaque.instance
                                   ? Instance(timeline.instances()[*opaque.instance].key)
                                   : Node(opaque.node, opaque.env);
      return choice.branch == 1 ? says : Negated(says);
    }
  }
  return "";
}

}  // namespace entente::service
