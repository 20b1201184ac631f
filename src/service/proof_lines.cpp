#include "service/proof_lines.h"

#include "service/describe.h"

namespace entente::service {
namespace {

constexpr size_t kLinesMax = 400;

class Lines {
 public:
  Lines(const check::Agreement& agreement, const eval::Facts& facts, const proof::Proof& proof)
      : program_(agreement.program),
        say_(agreement, facts),
        proof_(proof),
        written_(proof.lemmas.size(), false) {}

  std::vector<std::string> Written() && {
    Write(proof_.root, 0);
    return std::move(out_);
  }

 private:
  void Write(const proof::Step& part, size_t depth);
  void WriteClauses(const proof::Step& step, size_t depth);
  void WriteEntries(const proof::Step& part, size_t depth);

  const ir::Program& program_;
  const Describer say_;
  const proof::Proof& proof_;
  // By lemma.
  std::vector<bool> written_;
  std::vector<std::string> out_;
};

void Lines::Write(const proof::Step& part, size_t depth) {
  if (out_.size() > kLinesMax) return;
  const proof::Step& step = proof_.StepOf(part);
  if (step.form == proof::Step::Form::kEvents) return WriteEntries(part, depth);
  const bool again = part.form == proof::Step::Form::kLemma && written_[part.lemma];
  if (part.form == proof::Step::Form::kLemma) written_[part.lemma] = true;
  const ir::Node& node = program_.Get(step.node);
  std::string line(depth * 2, ' ');
  if (step.form == proof::Step::Form::kImpossible) {
    line += "cannot be: it would need that " + say_.Node(step.node, {});
  } else if (step.form == proof::Step::Form::kCases) {
    line += "in every case:";
  } else {
    const std::string what =
        step.form == proof::Step::Form::kReached
            ? say_.Node(step.node, step.env) + " has come" +
                  (step.shift.count == 0 ? "" : " " + ToText(step.shift) + " ago")
            : say_.Node(step.node, step.env);
    const auto end = [&](const std::optional<Rational>& at) {
      return at ? say_.Value(Value::Number(*at), node.type) : "an amount that is not known";
    };
    const auto& within = step.claim.within;
    const std::string value = step.claim.open ? "is open"
                              : within ? "between " + end(within->low) + " and " + end(within->high)
                                       : say_.Value(step.claim.value, node.type);
    line += (node.type == ir::kBoolType || step.form == proof::Step::Form::kReached)
                ? (step.claim.value.AsBool() ? "yes: " : "no: ") + what
                : what + " = " + value;
    if (step.at != proof_.root.at) line += " (on " + ToText(step.at) + ")";
  }
  if (again) line += ", as shown above";
  out_.push_back(line);
  if (again) return;
  if (step.form == proof::Step::Form::kValue && node.op == ir::Op::kRules)
    return WriteClauses(step, depth);
  const bool cases = step.form == proof::Step::Form::kCases;
  for (size_t i = 0; i < step.parts.size(); ++i) {
    if (cases)
      out_.push_back(std::string((depth + 1) * 2, ' ') + "if " + say_.Assumed(step.cases[i]) + ":");
    Write(step.parts[i], depth + (cases ? 2 : 1));
  }
}

// Entry by entry as if each were a part of the step itself.
void Lines::WriteEntries(const proof::Step& part, size_t depth) {
  const bool cited = part.form == proof::Step::Form::kLemma;
  if (cited && written_[part.lemma]) {
    out_.push_back(std::string(depth * 2, ' ') + "of the entries through " + ToText(part.at) +
                   ", as shown above");
    return;
  }
  if (cited) written_[part.lemma] = true;
  for (const proof::Step& next : proof_.StepOf(part).parts) Write(next, depth);
}

void Lines::WriteClauses(const proof::Step& step, size_t depth) {
  const ir::RuleSet& set = program_.rule_sets[program_.Get(step.node).data];
  size_t part = 0;
  for (size_t i = 0; i < step.fates.size(); ++i) {
    const ir::Rule& rule = set.rules[i];
    const std::string label(program_.symbols.Name(rule.label));
    const std::string name =
        rule.at.valid() ? label + (rule.outside ? " (outside its `only`)" : "") : rule.built_in;
    const std::string pad((depth + 1) * 2, ' ');
    const bool literal = [&](ir::NodeId n) {
      const ir::Op op = program_.Get(n).op;
      return op == ir::Op::kLit || op == ir::Op::kField;
    }(rule.guard);
    switch (step.fates[i]) {
      case 'f':
        out_.push_back(pad + name + " applies:");
        break;
      case 'r':
        out_.push_back(pad + name + " does not apply:");
        break;
      case 'b':
        out_.push_back(pad + name + " yields to " +
                       std::string(program_.symbols.Name(set.rules[step.beaten_by[i]].label)));
        continue;
      default:
        out_.push_back(pad + name + " would say the same");
        if (part < step.parts.size() && step.parts[part].node == rule.value) ++part;
        continue;
    }
    if (!literal && part < step.parts.size()) Write(step.parts[part++], depth + 2);
    while (part < step.parts.size() && step.parts[part].node == rule.value &&
           (i + 1 >= step.fates.size() || rule.value != set.rules[i + 1].guard)) {
      Write(step.parts[part++], depth + 2);
    }
  }
}

}  // namespace

std::vector<std::string> ProofLines(const check::Agreement& agreement, const eval::Facts& facts,
                                    const proof::Proof& proof) {
  return Lines(agreement, facts, proof).Written();
}

}  // namespace entente::service
