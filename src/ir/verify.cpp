#include "ir/verify.h"

#include <algorithm>

#include "ir/text.h"

namespace entente::ir {
namespace {

class Verifier {
 public:
  explicit Verifier(const Program& p) : p_(p) {}

  std::vector<std::string> Run() {
    for (uint32_t i = 0; i < p_.node_count(); ++i) Node_(NodeId{i});
    for (const RuleSet& set : p_.rule_sets) {
      const Type type = p_.terms[set.term.index].type;
      const auto closure = BeatsClosure(set);
      for (size_t r = 0; r < set.rules.size(); ++r) {
        const std::string name = "rule " + std::string(p_.symbols.Name(set.rules[r].label));
        Want(p_.Get(set.rules[r].guard).type == kBoolType, name + " has a guard that is no truth");
        Want(p_.Get(set.rules[r].value).type == type,
             name + " has a value of another type than its term");
        Want(!closure[r][r], name + " beats itself");
      }
    }
    for (const Term& term : p_.terms) {
      const std::string name = "term " + std::string(p_.symbols.Name(term.name));
      Want(p_.Get(term.body).type == term.type, name + " has a body of another type");
      Want((p_.FreeSlots(term.body) & ~1u) == 0, name + " reads a slot that nothing binds");
    }
    return std::move(out_);
  }

 private:
  void Want(bool holds, std::string what) {
    if (!holds) out_.push_back(std::move(what));
  }

  void Node_(NodeId id) {
    const Node& node = p_.Get(id);
    const auto children = p_.Children(id);
    const auto type = [&](size_t i) { return p_.Get(children[i]).type; };
    const auto want = [&](bool holds, std::string_view what) {
      if (!holds) out_.push_back(std::string(what) + ": " + Print(p_, id).substr(0, 120));
    };
    switch (node.op) {
      case Op::kLit:
      case Op::kField:
      case Op::kRules:
        return;
      case Op::kOpen:
        want(p_.points[node.data].type == node.type, "an open point of another type");
        return;
      case Op::kIs:
        want(type(0) == kThingType, "a kind test of no thing");
        return;
      case Op::kOp:
        return Function_(id);
      case Op::kIf:
        want(type(0) == kBoolType && type(1) == type(2) && type(1) == node.type,
             "a selection of unlike parts");
        return;
      case Op::kReached:
        want(type(0) == kMomentType, "reached is asked of no moment");
        return;
      case Op::kOn:
        want(type(0) == kBoolType && !p_.VariesInTime(children[0]), "a pattern looks at a signal");
        return;
      case Op::kBecomes:
        want(type(0) == kBoolType, "an edge of no truth");
        return;
      case Op::kWhile:
        want(type(0) == kEventsType && type(1) == kBoolType, "a guard of no events");
        return;
      case Op::kUnion:
        want(type(0) == kEventsType && type(1) == kEventsType, "a union of no events");
        return;
      case Op::kSchedule:
        want(type(0) == kEventsType && type(1) == kMomentType && type(2).base == Base::kNumber,
             "a schedule of unlike parts");
        return;
      case Op::kFold: {
        const auto kind = static_cast<FoldKind>(node.data);
        const bool body = kind == FoldKind::kCount || type(1) == node.type;
        want(type(0) == kEventsType && body && type(2) == kMomentType && type(3) == kMomentType &&
                 type(4) == node.type,
             "a fold of unlike parts");
        return;
      }
      case Op::kEach: {
        const bool sum = p_.EachKindOf(node) == EachKind::kSum;
        want(type(0) == kEventsType && (sum ? IsAmount(node.type) : node.type == kBoolType),
             "instances of unlike parts");
        return;
      }
      case Op::kRef: {
        const Term& term = p_.terms[node.data];
        bool same = children.size() == term.parameters.size();
        for (size_t i = 0; same && i < children.size(); ++i)
          same = type(i) == term.parameters[i].type;
        want(same && node.type == term.type, "a term is given other arguments than it has");
        return;
      }
      case Op::kEdition:
        want(type(0) == type(1) && p_.points[node.data].type == kBoolType,
             "an edition of unlike texts");
        return;
    }
  }

  void Function_(NodeId id) {
    const Node& node = p_.Get(id);
    const auto children = p_.Children(id);
    const auto function = static_cast<Function>(node.aux);
    const int arity = InfoOf(function).arity;
    bool good = arity < 0 ? !children.empty() : children.size() == static_cast<size_t>(arity);
    const auto all = [&](auto&& holds) {
      return std::all_of(children.begin(), children.end(),
                         [&](NodeId c) { return holds(p_.Get(c).type); });
    };
    const auto amount = [](Type t) { return IsAmount(t); };
    const Type first = children.empty() ? kErrorType : p_.Get(children[0]).type;
    switch (function) {
      case Function::kAnd:
      case Function::kOr:
      case Function::kNot:
        good = good && all([](Type t) { return t == kBoolType; }) && node.type == kBoolType;
        break;
      case Function::kEqual:
      case Function::kLess:
      case Function::kLessEqual:
        good = good && all([&](Type t) { return t == first; }) && node.type == kBoolType;
        break;
      case Function::kAdd:
      case Function::kSubtract:
      case Function::kMin:
      case Function::kMax:
      case Function::kClamp:
      case Function::kAbs:
        good =
            good && amount(first) && all([&](Type t) { return t == first; }) && node.type == first;
        break;
      case Function::kDivide:
        good = good && all(amount) && p_.Get(children[2]).type == node.type;
        break;
      case Function::kMultiply:
        good = good && all(amount) && amount(node.type);
        break;
      case Function::kShift:
        good = good && first == kMomentType && node.type == kMomentType &&
               p_.Get(children[1]).type.base == Base::kDuration;
        break;
      case Function::kRepeat:
        good = good && first == kMomentType && node.type == kMomentType &&
               p_.Get(children[1]).type.base == Base::kDuration && amount(p_.Get(children[2]).type);
        break;
      case Function::kEarliest:
      case Function::kLatest:
        good = good && all([](Type t) { return t == kMomentType; }) && node.type == kMomentType;
        break;
      default:
        break;
    }
    if (!good) out_.push_back("a function of unlike parts: " + Print(p_, id).substr(0, 120));
  }

  const Program& p_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> Verify(const Program& program) { return Verifier(program).Run(); }

}  // namespace entente::ir
