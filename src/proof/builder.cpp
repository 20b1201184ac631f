// Mirrors the checker equation by equation. `Claimed` writes one step; where the engine's diagram
// is not constant under what is assumed so far, it distinguishes cases on the diagram's first atom.
// Every step is written down once, as a lemma, and cited from there on; at the end those that were
// cited once, or are short, go back to where they are cited.

#include "proof/builder.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/hash_index.h"
#include "eval/equations.h"
#include "proof/checker.h"

namespace entente::proof {

using eval::Choice;
using eval::Diagram;
using eval::Env;
using eval::Key;
using eval::Leaf;
using eval::Slot;
using eval::Subject;
using ir::Function;
using ir::Node;
using ir::NodeId;
using ir::Op;

std::optional<Assumption> AssumptionOf(const eval::Timeline& timeline, eval::Diagrams& diagrams,
                                       const Choice& choice, const ir::Program& program) {
  const Subject& subject = diagrams.Get(choice.atom.subject);
  Assumption out;
  switch (subject.kind) {
    case Subject::Kind::kReading:
    case Subject::Kind::kChoice: {
      out.what = Assumption::What::kChoice;
      out.key = timeline.instances()[subject.id].key;
      out.value = eval::TypeOf(program, *out.key).base == ir::Base::kBool
                      ? Value::Bool(choice.branch == 1)
                      : Value::Choice(choice.branch);
      return out;
    }
    case Subject::Kind::kNumber:
      out.what = Assumption::What::kAtLeast;
      out.key = timeline.instances()[subject.id].key;
      out.threshold = choice.atom.threshold;
      out.strict = choice.atom.strict;
      out.holds = choice.branch == 1;
      return out;
    case Subject::Kind::kElapsed: {
      const eval::Wait& wait = timeline.waits()[subject.id];
      out.what = Assumption::What::kHappened;
      if (wait.instance) {
        out.key = timeline.instances()[*wait.instance].key;
      } else {
        const Op op = program.Get(wait.node).op;
        if (op != Op::kOn && op != Op::kWhile && op != Op::kSchedule) return std::nullopt;
        out.node = wait.node;
        out.env = wait.env;
      }
      out.shift = {static_cast<int32_t>(choice.atom.threshold.numerator()), subject.unit};
      out.holds = choice.branch == 1;
      return out;
    }
    case Subject::Kind::kOpaque:
      return std::nullopt;
  }
  return std::nullopt;
}

namespace {

// What takes no more steps is written down wherever it is needed rather than cited.
constexpr size_t kRepeatedMax = 4;
// Which of so many entries or more are of a list is shown by itself.
constexpr size_t kListedMin = 3;

class Builder {
 public:
  Builder(const ir::Program& program, const eval::Facts& facts, eval::Timeline& timeline,
          Position asked)
      : program_(program),
        facts_(facts),
        timeline_(timeline),
        d_(timeline.diagrams()),
        asked_(asked) {}

  bool Assume(const Choice& choice) {
    auto assumption = AssumptionOf(timeline_, d_, choice, program_);
    if (!assumption) return false;
    choices_.push_back(choice);
    assumptions_.push_back(std::move(*assumption));
    return true;
  }

  // Consumes the builder.
  std::optional<Proof> Prove(NodeId node, const Env& env, Position at) {
    given_ = assumptions_.size();
    const auto root = Claimed(node, env, at, false, {});
    if (!root) return std::nullopt;
    return Gathered(root->lemma);
  }

 private:
  // A claim, by cases where the engine's diagram still depends on something. What comes back cites
  // the lemma.
  std::optional<Step> Claimed(NodeId node, const Env& env, Position at, bool reached,
                              Duration shift) {
    if (failed_ || ++steps_ > kStepsMax || depth_ >= kDepthMax / 4) {
      failed_ = true;
      return std::nullopt;
    }
    Step step;
    step.form = reached ? Step::Form::kReached : Step::Form::kValue;
    step.node = node;
    step.env = NeededOf(node, env);
    step.at = at;
    step.shift = shift;
    const uint64_t hash = HashOf(step);
    const uint32_t shown = index_.Find(hash, [&](uint32_t row) {
      const Step& other = lemmas_[row].step;
      return reached_[row] == reached && other.node == node && other.at == at &&
             other.shift == shift && other.env == step.env && IsUnder(lemmas_[row].assumptions);
    });
    if (shown != HashIndex::kNone) return Citing(shown);
    ++depth_;
    const Diagram d = DiagramOf(node, env, at, reached, shift);
    auto made = d_.IsLeaf(d)                                          ? Direct(step, d)
                : !CanSplit(d, at) && eval::OnlyGrows(program_, node) ? NotBelow(step)
                                                                      : ByCases(step, d_.AtomOf(d));
    --depth_;
    if (!made) return std::nullopt;
    const auto lemma = Keep(std::move(*made), reached, hash);
    if (!lemma) return std::nullopt;
    return Citing(*lemma);
  }

  // As much of `env` as the node may look at.
  Env NeededOf(NodeId node, const Env& env) const {
    const auto slots = static_cast<size_t>(std::bit_width(program_.FreeSlots(node)));
    return {env.begin(), env.begin() + static_cast<ptrdiff_t>(std::min(env.size(), slots))};
  }

  // What is assumed here beyond what is for the whole proof.
  std::span<const Assumption> Under() const { return std::span(assumptions_).subspan(given_); }
  bool IsUnder(const std::vector<Assumption>& assumptions) const {
    return std::ranges::equal(Under(), assumptions);
  }

  std::optional<uint32_t> Keep(Step step, bool reached, uint64_t hash) {
    if (!Complete(program_, facts_, assumptions_, asked_, lemmas_, step)) {
      failed_ = true;
      return std::nullopt;
    }
    lemmas_.push_back({{Under().begin(), Under().end()}, std::move(step)});
    reached_.push_back(reached);
    index_.Push(hash);
    return static_cast<uint32_t>(lemmas_.size() - 1);
  }

  Step Citing(uint32_t lemma) const {
    const Step& shown = lemmas_[lemma].step;
    Step out;
    out.form = Step::Form::kLemma;
    out.node = shown.node;
    out.env = shown.env;
    out.at = shown.at;
    out.shift = shown.shift;
    out.claim = shown.claim;
    out.holds = shown.holds;
    out.lemma = lemma;
    return out;
  }

  uint64_t HashOf(const Step& step) const {
    uint64_t h = MixHash(step.node.index, static_cast<uint64_t>(step.at.value));
    h = MixHash(h, static_cast<uint64_t>(step.form));
    h = MixHash(h, static_cast<uint64_t>(step.shift.count));
    for (const Slot& slot : step.env) {
      for (const auto& [name, value] : slot.fields) h = MixHash(h, value.Hash());
    }
    for (size_t i = given_; i < choices_.size(); ++i) {
      h = MixHash(MixHash(h, choices_[i].atom.subject.index), choices_[i].branch);
    }
    return h;
  }

  // ---- the proof as it is handed out

  // Calls `each` with every step in `step` that cites a lemma.
  template <class Each>
  static void ForEachCitation(Step& step, Each&& each) {
    for (Step& part : step.parts) {
      if (part.form == Step::Form::kLemma) {
        each(part);
      } else {
        ForEachCitation(part, each);
      }
    }
  }

  Proof Gathered(uint32_t root) {
    std::vector<uint32_t> cited(root + 1, 0);
    cited[root] = 1;
    for (uint32_t i = root + 1; i-- > 0;) {
      if (cited[i] != 0) {
        ForEachCitation(lemmas_[i].step, [&](const Step& part) { ++cited[part.lemma]; });
      }
    }
    Proof out;
    out.assumptions.assign(assumptions_.begin(),
                           assumptions_.begin() + static_cast<ptrdiff_t>(given_));
    // By lemma: its steps and those brought back into it, and its number in the proof.
    std::vector<size_t> steps(root + 1, 1);
    std::vector<uint32_t> number(root + 1, 0);
    const auto stays = [&](uint32_t i) {
      // A list carries on another, and that another: as parts of parts they would lie too deep.
      if (lemmas_[i].step.form == Step::Form::kEvents) return true;
      return cited[i] > 1 && steps[i] > kRepeatedMax;
    };
    for (uint32_t i = 0; i <= root; ++i) {
      if (cited[i] == 0) continue;
      ForEachCitation(lemmas_[i].step, [&](Step& part) {
        const uint32_t of = part.lemma;
        if (stays(of)) {
          part.lemma = number[of];
          ++steps[i];
          return;
        }
        if (cited[of] == 1) {
          part = std::move(lemmas_[of].step);
        } else {
          part = lemmas_[of].step;
        }
        steps[i] += steps[of];
      });
      if (i == root || !stays(i)) continue;
      number[i] = static_cast<uint32_t>(out.lemmas.size());
      out.lemmas.push_back(std::move(lemmas_[i]));
    }
    out.root = std::move(lemmas_[root].step);
    return out;
  }

  Diagram Narrow(Diagram d) {
    for (const Choice& choice : choices_) d = d_.Restrict(d, choice);
    return d;
  }

  Diagram DiagramOf(NodeId node, const Env& env, Position at, bool reached, Duration shift) {
    return Narrow(reached ? timeline_.ReachedOf(node, shift, env).At(at)
                          : timeline_.Of(node, env).At(at));
  }

  // Whether a claim of this moment can be made by cases on the first atom: "by the moment asked"
  // says nothing of any other.
  bool CanSplit(Diagram d, Position at) {
    return !d_.IsLeaf(d) &&
           (at == asked_ || d_.Get(d_.AtomOf(d).subject).kind != Subject::Kind::kElapsed);
  }

  std::optional<Step> ByCases(Step step, eval::Atom atom) {
    const Subject subject = d_.Get(atom.subject);
    if (subject.kind == Subject::Kind::kElapsed && step.at != asked_) {
      failed_ = true;
      return std::nullopt;
    }
    const Step claim = step;
    step.form = Step::Form::kCases;
    bool possible = false;
    for (uint32_t b = 0; b < subject.arity; ++b) {
      if (!Assume({atom, b})) {
        failed_ = true;
        return std::nullopt;
      }
      step.cases.push_back(assumptions_.back());
      auto part = Impossible();
      const bool impossible = part.has_value();
      if (!impossible) {
        part = Claimed(claim.node, claim.env, claim.at, claim.form == Step::Form::kReached,
                       claim.shift);
      }
      choices_.pop_back();
      assumptions_.pop_back();
      if (!part || (!impossible && possible && part->claim != step.claim)) {
        failed_ = true;
        return std::nullopt;
      }
      if (!impossible) {
        possible = true;
        step.claim = part->claim;
      }
      step.parts.push_back(std::move(*part));
    }
    if (!possible) failed_ = true;
    return possible ? std::optional(std::move(step)) : std::nullopt;
  }

  // Where what is assumed contradicts itself: something happened that needs what did not.
  std::optional<Step> Impossible() {
    const std::vector<Choice> assumed = choices_;
    for (const Choice& choice : assumed) {
      const Subject subject = d_.Get(choice.atom.subject);
      if (subject.kind != Subject::Kind::kElapsed || choice.branch != 1) continue;
      const std::vector<NodeId> needed = timeline_.waits()[subject.id].requires_;
      for (const NodeId node : needed) {
        if (!d_.IsFalse(DiagramOf(node, {}, asked_, false, {}))) continue;
        auto refuted = Claimed(node, {}, asked_, false, {});
        if (!refuted) {
          failed_ = false;
          continue;
        }
        Step step;
        step.form = Step::Form::kImpossible;
        step.node = node;
        step.at = asked_;
        step.parts.push_back(std::move(*refuted));
        return step;
      }
    }
    return std::nullopt;
  }

  std::optional<Step> Direct(Step step, Diagram d) {
    const Leaf leaf = d_.LeafOf(d);
    if (leaf.kind == Leaf::Kind::kValue) {
      step.claim.value = leaf.value;
    } else if (leaf.kind == Leaf::Kind::kLinear && program_.Get(step.node).op == Op::kOpen) {
      step.claim.open = timeline_.instances()[leaf.id].key;
    } else if (leaf.kind == Leaf::Kind::kWait && timeline_.waits()[leaf.id].instance &&
               leaf.shift.count == 0) {
      step.claim.open = timeline_.instances()[*timeline_.waits()[leaf.id].instance].key;
    } else if (leaf.kind == Leaf::Kind::kLinear || leaf.within.any()) {
      step.claim.within = ir::Bounds{};
    } else {
      failed_ = true;
      return std::nullopt;
    }
    const bool ok = step.form == Step::Form::kReached ? ReachedParts(step) : ValueParts(step);
    if (!ok || failed_ || (step.claim.within && !Lies(step))) {
      failed_ = true;
      return std::nullopt;
    }
    return step;
  }

  // That an amount is not below what was seen, in every case.
  std::optional<Step> NotBelow(Step step) {
    step.claim.within = ir::Bounds{};
    if (ValueParts(step) && !failed_ && Lies(step)) return step;
    failed_ = true;
    return std::nullopt;
  }

  // Where an amount lies follows from where its parts do.
  bool Lies(Step& step) {
    const Node& node = program_.Get(step.node);
    if (step.form == Step::Form::kCases) return true;
    if (eval::OnlyGrows(program_, step.node)) {
      // Its parts have said how much was seen. Where nothing can come into it any more, it is that.
      Step tried = step;
      if (!Complete(program_, facts_, assumptions_, asked_, lemmas_, tried))
        step.claim = {Value::Number(*step.claim.within->low), {}, {}};
      return true;
    }
    if (node.op == Op::kOp) {
      std::vector<ir::Bounds> within;
      size_t part = 0;
      for (const NodeId child : program_.Children(step.node)) {
        Claim claim;
        if (auto reckoned = eval::Reckoned(program_, child, step.env)) {
          claim.value = std::move(*reckoned);
        } else {
          claim = step.parts[part++].claim;
        }
        within.push_back(BoundsOf(program_, facts_, assumptions_, claim));
      }
      step.claim.within = ir::ApplyBounds(static_cast<Function>(node.aux), within);
      return step.claim.within->any();
    }
    // What a reference, a choice or a clause that stands comes to is what its last amount does.
    if (node.op != Op::kRef && node.op != Op::kIf && node.op != Op::kRules &&
        node.op != Op::kEdition) {
      return false;
    }
    const auto amount = std::find_if(step.parts.rbegin(), step.parts.rend(), [&](const Step& part) {
      return program_.Get(part.node).type == node.type;
    });
    if (amount == step.parts.rend()) return false;
    step.claim = amount->claim;
    return true;
  }

  // The value of a literal or field needs no part; anything else gets one.
  bool Read(Step& step, NodeId node, const Env& env, Position at, Value* value = nullptr) {
    const Node& n = program_.Get(node);
    if (n.op == Op::kLit || n.op == Op::kField) {
      if (value != nullptr) {
        *value = n.op == Op::kLit ? program_.Literal(n) : env[n.aux].Get(Symbol{n.data});
      }
      return true;
    }
    if (auto reckoned = eval::Reckoned(program_, node, env)) {
      if (value != nullptr) *value = std::move(*reckoned);
      return true;
    }
    auto part = Claimed(node, env, at, false, {});
    if (!part) return false;
    if (value != nullptr) {
      if (!part->claim.known()) return false;
      *value = part->claim.value;
    }
    step.parts.push_back(std::move(*part));
    return true;
  }

  bool ReadReached(Step& step, NodeId node, const Env& env, Duration shift) {
    auto part = Claimed(node, env, step.at, true, shift);
    if (!part) return false;
    step.parts.push_back(std::move(*part));
    return true;
  }

  // The child whose diagram alone is `want`; else none.
  template <class Of>
  std::optional<uint32_t> Deciding(size_t count, bool want, Of&& of) {
    for (uint32_t i = 0; i < count; ++i) {
      if (of(i) == d_.Bool(want)) return i;
    }
    return std::nullopt;
  }

  static Env Bind(const Env& env, int level, const Slot& slot) {
    Env out = env;
    out.resize(static_cast<size_t>(level) + 1);
    out.back() = slot;
    return out;
  }

  // Where no child decides by itself, the whole claim is made by cases on a child's first atom.
  bool SplitOn(Step& step, Diagram d) {
    if (d_.IsLeaf(d)) return false;
    Step claim = step;
    claim.parts.clear();
    auto split = ByCases(claim, d_.AtomOf(d));
    if (!split) return false;
    step = std::move(*split);
    return true;
  }

  bool ValueParts(Step& step) {
    const Node& node = program_.Get(step.node);
    const auto children = program_.Children(step.node);
    const auto read_all = [&] {
      return std::all_of(children.begin(), children.end(),
                         [&](NodeId c) { return Read(step, c, step.env, step.at); });
    };
    switch (node.op) {
      case Op::kLit:
      case Op::kField:
        return true;
      case Op::kOpen:
      case Op::kIs:
        return read_all();
      case Op::kOp: {
        const auto function = static_cast<Function>(node.aux);
        if (function == Function::kAnd || function == Function::kOr) {
          const bool want = function == Function::kOr;
          if (step.claim.value.AsBool() != want) return read_all();
          const auto of = [&](uint32_t i) {
            return DiagramOf(children[i], step.env, step.at, false, {});
          };
          step.chosen = Deciding(children.size(), want, of);
          if (step.chosen) return Read(step, children[*step.chosen], step.env, step.at);
          for (uint32_t i = 0; i < children.size(); ++i) {
            if (SplitOn(step, of(i))) return true;
          }
          return false;
        }
        if (function == Function::kLess && timeline_.IsFirstMoment(children[0])) {
          const Diagram limit = DiagramOf(children[1], step.env, step.at, false, {});
          if (d_.IsLeaf(limit) && d_.LeafOf(limit).kind == Leaf::Kind::kValue) {
            Step with = step;
            const bool before = step.claim.value.AsBool();
            with.chosen = before ? 0 : 1;
            std::vector<Occurrence> events;
            const Position until = std::min(step.at, d_.LeafOf(limit).value.AsMoment().before());
            if (Read(with, children[1], step.env, step.at) &&
                Events(with, program_.Children(children[0])[0], step.env, until, events) &&
                events.empty() != before && (before || until < step.at)) {
              // That all of the time before has been seen is the checker's to say.
              Step tried = with;
              if (before || Complete(program_, facts_, assumptions_, asked_, lemmas_, tried)) {
                step = std::move(with);
                return true;
              }
            }
            failed_ = false;
          }
        }
        // Arguments that still depend although the value does not: by cases.
        for (const NodeId child : children) {
          const Diagram d = DiagramOf(child, step.env, step.at, false, {});
          if (!CanSplit(d, step.at)) continue;
          if (SplitOn(step, d)) return true;
          if (failed_) return false;
        }
        return read_all();
      }
      case Op::kIf: {
        const Diagram condition = DiagramOf(children[0], step.env, step.at, false, {});
        if (!d_.IsLeaf(condition)) return SplitOn(step, condition);
        return Read(step, children[0], step.env, step.at) &&
               Read(step, children[d_.IsTrue(condition) ? 1 : 2], step.env, step.at);
      }
      case Op::kEdition: {
        const Diagram adopted =
            Narrow(timeline_.InstanceDiagram({Key::Family::kPoint, node.data, {}}));
        if (!d_.IsLeaf(adopted)) return SplitOn(step, adopted);
        return Read(step, children[d_.IsTrue(adopted) ? 0 : 1], step.env, step.at);
      }
      case Op::kReached:
        return ReadReached(step, children[0], step.env, {});
      case Op::kRef: {
        const ir::Term& term = program_.terms[node.data];
        Slot arguments;
        for (size_t i = 0; i < term.parameters.size(); ++i) {
          const Diagram d = DiagramOf(children[i], step.env, step.at, false, {});
          if (!d_.IsLeaf(d)) return SplitOn(step, d);
          Value value;
          if (!Read(step, children[i], step.env, step.at, &value)) return false;
          arguments.fields.emplace_back(term.parameters[i].name, value);
        }
        return Read(step, term.body, {arguments}, step.at);
      }
      case Op::kRules:
        return RulesParts(step, node.data);
      case Op::kFold:
        return FoldParts(step, node, children);
      case Op::kEach:
        return EachParts(step, node, children);
      default:
        return false;
    }
  }

  bool RulesParts(Step& step, uint32_t rule_set) {
    const ir::RuleSet& set = program_.rule_sets[rule_set];
    const size_t n = set.rules.size();
    const auto& beats = timeline_.Beats(rule_set);
    std::vector<Diagram> guards, values;
    for (const ir::Rule& rule : set.rules) {
      guards.push_back(DiagramOf(rule.guard, step.env, step.at, false, {}));
      values.push_back(DiagramOf(rule.value, step.env, step.at, false, {}));
    }
    step.fates.assign(n, ' ');
    step.beaten_by.assign(n, 0);
    std::vector<bool> standing(n, false);
    bool any = false;
    for (size_t i = 0; i < n; ++i) {
      if (d_.IsTrue(guards[i])) step.fates[i] = 'f', any = true;
      if (d_.IsFalse(guards[i])) step.fates[i] = 'r';
    }
    std::optional<Diagram> agreed;
    bool conflict = false;
    for (size_t i = 0; i < n; ++i) {
      standing[i] = step.fates[i] == 'f';
      for (size_t j = 0; j < n && standing[i]; ++j) {
        if (step.fates[j] == 'f' && beats[j][i]) standing[i] = false;
      }
      if (!standing[i]) continue;
      if (agreed && *agreed != values[i]) conflict = true;
      agreed = values[i];
    }
    for (size_t i = 0; i < n; ++i) {
      if (step.fates[i] != ' ') continue;
      bool settled = false;
      for (uint32_t j = 0; j < n && !settled; ++j) {
        if (step.fates[j] == 'f' && beats[j][i]) {
          step.fates[i] = 'b';
          step.beaten_by[i] = j;
          settled = true;
        }
      }
      if (settled) continue;
      if (any && !conflict && agreed && values[i] == *agreed && d_.IsLeaf(values[i])) {
        step.fates[i] = 's';
        continue;
      }
      // Whether this clause applies matters: distinguish.
      step.fates.clear();
      step.beaten_by.clear();
      return SplitOn(step, guards[i]);
    }
    // A value that depends although the whole does not.
    for (size_t i = 0; i < n; ++i) {
      if (standing[i] && !d_.IsLeaf(values[i])) {
        step.fates.clear();
        step.beaten_by.clear();
        return SplitOn(step, values[i]);
      }
    }
    if (conflict) {
      std::vector<Symbol> labels;
      for (size_t i = 0; i < n; ++i) {
        if (standing[i]) labels.push_back(set.rules[i].label);
      }
      const Diagram pick = Narrow(timeline_.InstanceDiagram(eval::ConflictKey(labels)));
      if (!d_.IsLeaf(pick)) {
        step.fates.clear();
        step.beaten_by.clear();
        return SplitOn(step, pick);
      }
    }
    for (size_t i = 0; i < n; ++i) {
      const ir::Rule& rule = set.rules[i];
      if (step.fates[i] == 'f' || step.fates[i] == 'r') {
        if (!Read(step, rule.guard, step.env, step.at)) return false;
      }
      if (standing[i] || step.fates[i] == 's') {
        if (!Read(step, rule.value, step.env, step.at)) return false;
      }
    }
    return true;
  }

  // ---- events; writes the parts that show which entries count

  bool Events(Step& step, NodeId id, const Env& env, Position until, std::vector<Occurrence>& out) {
    auto last = LastToList(id, until);
    if (!last && program_.Get(id).op == Op::kWhile && !program_.IsOfEntries(id)) {
      Step tried;
      std::vector<Occurrence> inner;
      if (!Events(tried, program_.Children(id)[0], env, until, inner)) return false;
      if (inner.size() >= kListedMin) last = until;
    }
    if (!last) return EventsAfter(step, id, env, std::nullopt, until, out);
    const auto lemma = Listed(id, env, *last);
    if (!lemma) return false;
    step.parts.push_back(Citing(*lemma));
    for (const uint32_t carried : Chain(*lemma)) {
      const auto& events = lemmas_[carried].step.events;
      out.insert(out.end(), events.begin(), events.end());
    }
    return true;
  }

  // The last entry up to `until` of a list of entries that is long enough to be shown by itself.
  std::optional<Position> LastToList(NodeId id, Position until) const {
    if (!program_.IsOfEntries(id)) return std::nullopt;
    while (program_.Get(id).op == Op::kWhile) id = program_.Children(id)[0];
    std::optional<Position> last;
    size_t count = 0;
    for (const eval::Event& e : facts_.events) {
      if (e.at > until) break;
      if (e.type != ir::EventTypeId{program_.Get(id).data}) continue;
      last = e.at;
      ++count;
    }
    return count < kListedMin ? std::nullopt : last;
  }

  // The lemmas that a list was shown by, the earliest first.
  std::vector<uint32_t> Chain(uint32_t lemma) const {
    std::vector<uint32_t> out = {lemma};
    for (auto it = carries_on_.find(lemma); it != carries_on_.end();
         it = carries_on_.find(out.back()))
      out.push_back(it->second);
    std::reverse(out.begin(), out.end());
    return out;
  }

  // The lemma that says which entries up to `last` are of the list; it carries on the latest that
  // was shown before.
  std::optional<uint32_t> Listed(NodeId id, const Env& env, Position last) {
    Step step;
    step.form = Step::Form::kEvents;
    step.node = id;
    step.env = NeededOf(id, env);
    step.at = last;
    const size_t list = ListOf(step);
    const auto later = [&](Position at, uint32_t lemma) { return at < lemmas_[lemma].step.at; };
    const auto latest = [&]() -> std::optional<uint32_t> {
      const std::vector<uint32_t>& shown = lists_[list].shown;
      const auto after = std::upper_bound(shown.begin(), shown.end(), last, later);
      if (after == shown.begin()) return std::nullopt;
      return *std::prev(after);
    };
    const auto end_of = [&](const std::optional<uint32_t>& lemma) {
      return lemma ? std::optional(lemmas_[*lemma].step.at) : std::nullopt;
    };
    auto earlier = latest();
    if (end_of(earlier) == last) return earlier;
    // To show of each that it counts may show lists on the way, which leaves less to show here.
    Step tried = step;
    if (!EventsAfter(tried, id, env, end_of(earlier), last, tried.events)) return std::nullopt;
    earlier = latest();
    if (end_of(earlier) == last) return earlier;
    if (earlier) step.parts.push_back(Citing(*earlier));
    if (!EventsAfter(step, id, env, end_of(earlier), last, step.events)) return std::nullopt;
    const uint64_t hash = HashOf(step);
    const auto lemma = Keep(std::move(step), false, hash);
    if (!lemma) return std::nullopt;
    if (earlier) carries_on_.emplace(*lemma, *earlier);
    std::vector<uint32_t>& shown = lists_[list].shown;
    shown.insert(std::upper_bound(shown.begin(), shown.end(), last, later), *lemma);
    return lemma;
  }

  // The row of `lists_` for the list that the step is of.
  size_t ListOf(const Step& step) {
    Step any = step;
    any.at = {};
    const uint64_t hash = HashOf(any);
    const uint32_t row = list_index_.Find(hash, [&](uint32_t i) {
      return lists_[i].node == step.node && lists_[i].env == step.env &&
             IsUnder(lists_[i].assumptions);
    });
    if (row != HashIndex::kNone) return row;
    lists_.push_back({step.node, step.env, {Under().begin(), Under().end()}, {}});
    list_index_.Push(hash);
    return lists_.size() - 1;
  }

  bool EventsAfter(Step& step, NodeId id, const Env& env, std::optional<Position> after,
                   Position until, std::vector<Occurrence>& out) {
    const Node& node = program_.Get(id);
    const auto children = program_.Children(id);
    switch (node.op) {
      case Op::kOn:
        for (const eval::Event& e : facts_.events) {
          if (e.type != ir::EventTypeId{node.data} || (after && e.at <= *after)) continue;
          if (e.at > until) break;
          Value counts;
          if (!Read(step, children[0], Bind(env, node.aux, e.slot), e.at, &counts)) return false;
          if (counts.AsBool()) out.push_back({e.at, e.slot});
        }
        return true;
      case Op::kWhile: {
        std::vector<Occurrence> inner;
        if (!(program_.IsOfEntries(id) ? EventsAfter(step, children[0], env, after, until, inner)
                                       : Events(step, children[0], env, until, inner))) {
          return false;
        }
        for (const Occurrence& e : inner) {
          if (after && e.at <= *after) continue;
          Value held;
          if (!Read(step, children[1], Bind(env, node.aux, e.slot), e.at.before(), &held))
            return false;
          if (held.AsBool()) out.push_back(e);
        }
        return true;
      }
      case Op::kBecomes: {
        Position covered = kBeginning;
        bool before = false;
        while (covered <= until) {
          auto tile = Claimed(children[0], env, covered, false, {});
          if (!tile) return false;
          if (tile->holds.to <= covered) return false;
          const bool now = tile->claim.value.AsBool();
          if (now && !before) {
            out.push_back({covered, Slot{{{program_.known.at, Value::Moment(covered)}}}});
          }
          before = now;
          covered = tile->holds.to;
          step.parts.push_back(std::move(*tile));
        }
        return true;
      }
      case Op::kSchedule: {
        std::vector<Occurrence> inner;
        if (!Events(step, children[0], env, until, inner)) return false;
        for (const Occurrence& e : inner) {
          Value count;
          if (!Read(step, children[2], Bind(env, node.aux, e.slot), e.at.before(), &count))
            return false;
          const int64_t n = eval::InstalmentsOf(count);
          for (int64_t i = 1; i <= n; ++i) {
            const Slot numbered = eval::WithIndex(program_, e.slot, e.at, i);
            Value moment;
            if (!Read(step, children[1], Bind(env, node.aux, numbered), e.at.before(), &moment))
              return false;
            const Position m = eval::ScheduledAt(moment.AsMoment());
            if (m > e.at && m <= until) out.push_back({m, eval::Moved(program_, numbered, m)});
          }
        }
        eval::SortByMoment(out);
        return true;
      }
      case Op::kUnion: {
        const size_t before = out.size();
        if (!Events(step, children[0], env, until, out) ||
            !Events(step, children[1], env, until, out)) {
          return false;
        }
        eval::SortByMoment(std::span(out).subspan(before));
        return true;
      }
      default:
        return false;
    }
  }

  bool FoldParts(Step& step, const Node& node, std::span<const NodeId> children) {
    Value low, high;
    for (const size_t edge : {2, 3}) {
      const Diagram d = DiagramOf(children[edge], step.env, step.at, false, {});
      if (!d_.IsLeaf(d)) return SplitOn(step, d);
    }
    if (!Read(step, children[2], step.env, step.at, &low)) return false;
    if (!Read(step, children[3], step.env, step.at, &high)) return false;
    const Position until = std::min(high.AsMoment(), step.at);
    std::vector<Occurrence> events;
    if (!Events(step, children[0], step.env, until, events)) return false;
    const auto kind = static_cast<ir::FoldKind>(node.data);
    bool any = false;
    int64_t seen = 0;
    for (const Occurrence& e : events) {
      if (e.at <= low.AsMoment() || (any && kind == ir::FoldKind::kFirst)) continue;
      any = true;
      ++seen;
      if (kind == ir::FoldKind::kCount) continue;
      Value p;
      if (!Read(step, children[1], Bind(step.env, node.aux, e.slot), e.at.before(), &p))
        return false;
    }
    if (!any && kind != ir::FoldKind::kCount) return Read(step, children[4], step.env, step.at);
    if (step.claim.within) step.claim.within->low = Rational(seen);
    return true;
  }

  bool EachParts(Step& step, const Node& node, std::span<const NodeId> children) {
    std::vector<Occurrence> events;
    if (!Events(step, children[0], step.env, step.at, events)) return false;
    const auto& captures = program_.Captures(node);
    std::vector<Value> keys;
    for (const Occurrence& e : events) {
      const Env at_event = Bind(step.env, node.aux, e.slot);
      Value key;
      if (!Read(step, children[1], at_event, e.at.before(), &key)) return false;
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(key);
      Slot slot = e.slot;
      for (size_t i = 0; i < captures.size(); ++i) {
        Value captured;
        if (!Read(step, children[2 + i], at_event, e.at.before(), &captured)) return false;
        slot.fields.emplace_back(captures[i], captured);
      }
      if (!Read(step, children.back(), Bind(step.env, node.aux, slot), step.at)) return false;
    }
    if (step.claim.within && eval::OnlyGrows(program_, step.node)) {
      const Value factors[] = {program_.Literal(program_.Get(children.back())),
                               Value::Number(Rational(static_cast<int64_t>(keys.size())))};
      const auto seen = ir::Apply(Function::kMultiply, factors);
      if (!seen) return false;
      step.claim.within->low = seen->AsNumber();
    }
    return true;
  }

  bool ReachedParts(Step& step) {
    const Node& node = program_.Get(step.node);
    const auto children = program_.Children(step.node);
    if (node.op == Op::kOp) {
      const auto function = static_cast<Function>(node.aux);
      if (function == Function::kEarliest || function == Function::kLatest) {
        const bool any = function == Function::kEarliest;
        const auto of = [&](uint32_t i) {
          return DiagramOf(children[i], step.env, step.at, true, step.shift);
        };
        if (step.claim.value.AsBool() == any) {
          step.chosen = Deciding(children.size(), any, of);
          if (step.chosen) return ReadReached(step, children[*step.chosen], step.env, step.shift);
          for (uint32_t i = 0; i < children.size(); ++i) {
            if (SplitOn(step, of(i))) return true;
          }
          return false;
        }
        return std::all_of(children.begin(), children.end(),
                           [&](NodeId c) { return ReadReached(step, c, step.env, step.shift); });
      }
      if (function == Function::kShift && program_.Get(children[1]).op == Op::kLit &&
          program_.Literal(program_.Get(children[1])).kind() == Value::Kind::kDuration) {
        Duration d = program_.Literal(program_.Get(children[1])).AsDuration();
        const bool days = d.unit == DurationUnit::kDays && step.shift.unit == DurationUnit::kDays;
        if (step.shift.count == 0 || days) {
          if (step.shift.count != 0) d.count += step.shift.count;
          return ReadReached(step, children[0], step.env, d);
        }
      }
    }
    if (node.op == Op::kIf) {
      const Diagram condition = DiagramOf(children[0], step.env, step.at, false, {});
      if (!d_.IsLeaf(condition)) return SplitOn(step, condition);
      return Read(step, children[0], step.env, step.at) &&
             ReadReached(step, children[d_.IsTrue(condition) ? 1 : 2], step.env, step.shift);
    }
    if (node.op == Op::kRef && children.empty()) {
      return ReadReached(step, program_.terms[node.data].body, {}, step.shift);
    }
    if (timeline_.IsFirstMoment(step.node)) {
      std::vector<Occurrence> events;
      const Position until = LastReaching(step.at, ir::SinceEvent(step.shift));
      Step with = step;
      const bool shown = Events(with, children[0], step.env, until, events);
      if (shown && events.empty() == !step.claim.value.AsBool()) {
        step = std::move(with);
        return true;
      }
      // Not on record: it is assumed to have happened.
      failed_ = false;
      return step.claim.value.AsBool();
    }
    const Diagram moment = DiagramOf(step.node, step.env, step.at, false, {});
    if (!d_.IsLeaf(moment)) return SplitOn(step, moment);
    return Read(step, step.node, step.env, step.at);
  }

  const ir::Program& program_;
  const eval::Facts& facts_;
  eval::Timeline& timeline_;
  eval::Diagrams& d_;
  Position asked_;
  std::vector<Choice> choices_;
  std::vector<Assumption> assumptions_;
  // So many of them are those of the whole proof.
  size_t given_ = 0;
  // What was shown so far, found by its claim and by what is assumed for it. The step of a claim by
  // cases does not say whether a moment is meant.
  std::vector<Lemma> lemmas_;
  std::vector<bool> reached_;
  HashIndex index_;
  // The lists of entries shown so far: by which lemmas, in the order of their moments.
  struct List {
    NodeId node;
    Env env;
    std::vector<Assumption> assumptions;
    std::vector<uint32_t> shown;
  };
  std::vector<List> lists_;
  HashIndex list_index_;
  // By lemma that shows a list: the one whose list it carries on.
  std::unordered_map<uint32_t, uint32_t> carries_on_;
  size_t steps_ = 0;
  size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<Proof> Build(const ir::Program& program, const eval::Facts& facts,
                           eval::Timeline& timeline, NodeId node, const Env& env, Position at,
                           const std::vector<Choice>& choices) {
  Builder builder(program, facts, timeline, at);
  for (const Choice& choice : choices) {
    if (!builder.Assume(choice)) return std::nullopt;
  }
  return builder.Prove(node, env, at);
}

}  // namespace entente::proof
