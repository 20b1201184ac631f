#include "service/proof_lines.h"

#include "service/describe.h"

namespace entente::service {
namespace {

constexpr size_t kLinesMax = 400;

void Write(const ir::Program& program, const Describer& say, Position asked,
           const proof::Step& step, size_t depth, std::vector<std::string>& out) {
  if (out.size() > kLinesMax) return;
  const ir::Node& node = program.Get(step.node);
  std::string line(depth * 2, ' ');
  if (step.form == proof::Step::Form::kImpossible) {
    line += "cannot be: it would need that " + say.Node(step.node, {});
  } else if (step.form == proof::Step::Form::kCases) {
    line += "in every case:";
  } else {
    const std::string what =
        step.form == proof::Step::Form::kReached
            ? say.Node(step.node, step.env) + " has come" +
                  (step.shift.count == 0 ? "" : " " + ToText(step.shift) + " ago")
            : say.Node(step.node, step.env);
    const auto end = [&](const std::optional<Rational>& at) {
      return at ? say.Value(Value::Number(*at), node.type) : "an amount that is not known";
    };
    const auto& within = step.claim.within;
    const std::string value = step.claim.open ? "is open"
                              : within ? "between " + end(within->low) + " and " + end(within->high)
                                       : say.Value(step.claim.value, node.type);
    line += (node.type == ir::kBoolType || step.form == proof::Step::Form::kReached)
                ? (step.claim.value.AsBool() ? "yes: " : "no: ") + what
                : what + " = " + value;
    if (step.at != asked) line += " (on " + ToText(step.at) + ")";
  }
  out.push_back(line);
  if (step.form == proof::Step::Form::kValue && node.op == ir::Op::kRules) {
    const ir::RuleSet& set = program.rule_sets[node.data];
    size_t part = 0;
    for (size_t i = 0; i < step.fates.size(); ++i) {
      const ir::Rule& rule = set.rules[i];
      const std::string label(program.symbols.Name(rule.label));
      const std::string name =
          rule.at.valid() ? label + (rule.outside ? " (outside its `only`)" : "") : rule.built_in;
      const std::string pad((depth + 1) * 2, ' ');
      const bool literal = [&](ir::NodeId n) {
        const ir::Op op = program.Get(n).op;
        return op == ir::Op::kLit || op == ir::Op::kField;
      }(rule.guard);
      switch (step.fates[i]) {
        case 'f':
          out.push_back(pad + name + " applies:");
          break;
        case 'r':
          out.push_back(pad + name + " does not apply:");
          break;
        case 'b':
          out.push_back(pad + name + " yields to " +
                        std::string(program.symbols.Name(set.rules[step.beaten_by[i]].label)));
          continue;
        default:
          out.push_back(pad + name + " would say the same");
          continue;
      }
      if (!literal && part < step.parts.size())
        Write(program, say, asked, step.parts[part++], depth + 2, out);
      while (part < step.parts.size() && step.parts[part].node == rule.value &&
             (i + 1 >= step.fates.size() || rule.value != set.rules[i + 1].guard)) {
        Write(program, say, asked, step.parts[part++], depth + 2, out);
      }
    }
    return;
  }
  for (size_t i = 0; i < step.parts.size(); ++i) {
    if (step.form == proof::Step::Form::kCases) {
      out.push_back(std::string((depth + 1) * 2, ' ') + "if " + say.Assumed(step.cases[i]) + ":");
    }
    Write(program, say, asked, step.parts[i],
          depth + (step.form == proof::Step::Form::kCases ? 2 : 1), out);
  }
}

}  // namespace

std::vector<std::string> ProofLines(const check::Agreement& agreement, const eval::Facts& facts,
                                    const proof::Proof& proof) {
  const Describer say(agreement, facts);
  std::vector<std::string> out;
  Write(agreement.program, say, proof.root.at, proof.root, 0, out);
  return out;
}

}  // namespace entente::service
