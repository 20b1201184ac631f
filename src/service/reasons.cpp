// What a proof names as the part that decides an `or` that holds or an `and` that fails is a
// condition on which it turns; what stands beside it is not told, though it may fail too.

#include "service/reasons.h"

#include <algorithm>
#include <set>

#include "base/words.h"
#include "service/describe.h"

namespace entente::service {
namespace {

using ir::Op;
using proof::Step;

class Reasons {
 public:
  Reasons(const check::Agreement& agreement, const eval::Facts& facts, const proof::Proof& proof)
      : program_(agreement.program), say_(agreement, facts), proof_(proof) {}

  std::vector<std::string> Told() && {
    Walk(proof_.root, false);
    return std::move(out_);
  }

 private:
  // `decides`: a part above was named as the one that does.
  void Walk(const Step& part, bool decides) {
    const Step& step = proof_.StepOf(part);
    if (!seen_.insert({&step, decides}).second) return;
    if (step.form == Step::Form::kReached) return Reached(step, decides);
    if (step.form != Step::Form::kValue) return;
    const ir::Node& node = program_.Get(step.node);
    switch (node.op) {
      case Op::kOp:
        return Operation(step, static_cast<ir::Function>(node.aux), decides);
      case Op::kReached:
      case Op::kIf:
        return All(step, decides);
      case Op::kRules:
        return Rules(step, decides);
      case Op::kRef:
        if (decides && node.type == ir::kBoolType) return Add(step);
        return All(step, decides);
      case Op::kEach:
        if (decides && node.type == ir::kBoolType) Add(step);
        return;
      default:
        // Whether the one asked about is who a clause means, and whether its wording is in force,
        // are no conditions of it.
        return;
    }
  }
  void All(const Step& step, bool decides) {
    for (const Step& part : step.parts) Walk(part, decides);
  }

  void Operation(const Step& step, ir::Function function, bool decides) {
    const bool joins = function == ir::Function::kAnd || function == ir::Function::kOr;
    if (joins || function == ir::Function::kNot)
      return All(step, decides || (joins && step.chosen.has_value()));
    const auto children = program_.Children(step.node);
    const ir::Type compared = program_.Get(children[0]).type;
    if (!decides || children.size() != 2) return;
    if (compared == ir::kMomentType) {
      const std::string event = EventOf(children[0]);
      if (event.empty() || function != ir::Function::kLess) return Add(step);
      return Add((step.claim.value.AsBool() ? WithArticle(event) : "no " + event) + " before " +
                 say_.Node(children[1], step.env));
    }
    if (!ir::IsAmount(compared)) return;
    // `X is at least 4` of an X that is 3.
    const std::string says = say_.Node(step.node, step.env);
    const size_t is = says.rfind(" is ");
    for (const Step& cited : step.parts) {
      const Step& part = proof_.StepOf(cited);
      const ir::Type type = program_.Get(part.node).type;
      if (is == std::string::npos || !part.claim.known() || !ir::IsAmount(type)) continue;
      return Add(says.substr(0, is) + " is " + say_.Value(part.claim.value, type) +
                 (step.claim.value.AsBool() ? ", " : ", not ") + says.substr(is + 4));
    }
    Add(step);
  }

  // Why those apply that say what came out, and why the others do not.
  void Rules(const Step& step, bool decides) {
    const ir::RuleSet& set = program_.rule_sets[program_.Get(step.node).data];
    size_t next = 0;
    const auto take = [&](ir::NodeId node) -> const Step* {
      if (next == step.parts.size() || proof_.StepOf(step.parts[next]).node != node) return nullptr;
      return &step.parts[next++];
    };
    for (size_t i = 0; i < step.fates.size(); ++i) {
      const ir::Rule& rule = set.rules[i];
      const bool fires = step.fates[i] == 'f';
      const Step* guard = fires || step.fates[i] == 'r' ? take(rule.guard) : nullptr;
      if (fires || step.fates[i] == 's') take(rule.value);
      const ir::Node& value = program_.Get(rule.value);
      const bool says_so = value.op == Op::kLit && program_.Literal(value) == step.claim.value;
      if (guard != nullptr && fires == says_so) Walk(*guard, decides);
    }
  }

  void Reached(const Step& step, bool decides) {
    const ir::Node& node = program_.Get(step.node);
    if (node.op == Op::kOp) {
      // The earliest or the latest of several, where one of them decides.
      const auto function = static_cast<ir::Function>(node.aux);
      if (function == ir::Function::kEarliest || function == ir::Function::kLatest)
        return All(step, decides || step.chosen.has_value());
    }
    if (!decides) return;
    const bool come = step.claim.value.AsBool();
    const std::string says = say_.Node(step.node, step.env);
    if (const std::string event = EventOf(step.node); step.shift.count == 0 && !event.empty())
      return Add(come ? WithArticle(event) + " already" : "no " + event + " yet");
    // From when on it has come, or will have.
    const Position since = come ? step.holds.from : step.holds.to;
    if (since > kBeginning && since < kNever)
      return Add((come ? "too late since " : "too early before ") + ToLongText(since.date()));
    Add(says + (come ? " has come" : " has not come"));
  }

  // The kind of event of which the node is the first; empty where it is something else.
  std::string EventOf(ir::NodeId first) const {
    if (program_.Get(first).op != Op::kFold) return "";
    ir::NodeId list = program_.Children(first)[0];
    while (program_.Get(list).op == Op::kWhile) list = program_.Children(list)[0];
    const ir::Node& on = program_.Get(list);
    if (on.op != Op::kOn) return "";
    return std::string(program_.symbols.Name(program_.event_types[on.data].name));
  }

  void Add(const Step& step) {
    Add((step.claim.value.AsBool() ? "" : "not so that ") + say_.Node(step.node, step.env));
  }
  void Add(std::string reason) {
    if (std::ranges::find(out_, reason) == out_.end()) out_.push_back(std::move(reason));
  }

  const ir::Program& program_;
  const Describer say_;
  const proof::Proof& proof_;
  std::set<std::pair<const Step*, bool>> seen_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> ReasonsOf(const check::Agreement& agreement, const eval::Facts& facts,
                                   const proof::Proof& proof) {
  return Reasons(agreement, facts, proof).Told();
}

}  // namespace entente::service
