// One function an equation. Each consumes the parts of its step in the order in which the
// equation reads its arguments, demands of each that it claims the very node, slots and position
// that are read, and computes the value itself; what the step says of value and interval is only
// compared. A step that leaves a part over, or claims a longer interval, is refused.

#include "proof/checker.h"

#include <algorithm>

#include "eval/equations.h"

namespace entente::proof {

using eval::Env;
using eval::Key;
using eval::Slot;
using ir::Function;
using ir::Node;
using ir::NodeId;
using ir::Op;

Interval Meet(Interval a, Interval b) { return {std::max(a.from, b.from), std::min(a.to, b.to)}; }

size_t Proof::Size() const {
  size_t size = 0;
  std::vector<const Step*> stack = {&root};
  for (const Lemma& lemma : lemmas) stack.push_back(&lemma.step);
  while (!stack.empty()) {
    const Step* step = stack.back();
    stack.pop_back();
    ++size;
    for (const Step& part : step->parts) stack.push_back(&part);
  }
  return size;
}

namespace {

Env Bind(const Env& env, int level, const Slot& slot) {
  Env out = env;
  out.resize(static_cast<size_t>(level) + 1);
  out.back() = slot;
  return out;
}

// A bound that is a figure, or a term or point that is known to be one.
std::optional<Rational> KnownBound(const ir::Program& program, const eval::Facts& facts,
                                   const ir::Bound& bound) {
  if (!bound.value.valid()) return std::nullopt;
  const auto settled = [&](uint32_t point) -> std::optional<Value> {
    const auto it = facts.settled.find({Key::Family::kPoint, point, {}});
    if (it == facts.settled.end()) return std::nullopt;
    return it->second;
  };
  const Node* n = &program.Get(bound.value);
  if (n->op == Op::kRef && n->count == 0) n = &program.Get(program.terms[n->data].body);
  std::optional<Value> v;
  if (n->op == Op::kLit) v = program.Literal(*n);
  if (n->op == Op::kOpen && n->count == 0) v = settled(n->data);
  if (!v) return std::nullopt;
  if (v->kind() == Value::Kind::kMoment) return Rational(v->AsMoment().value);
  return v->AsNumber();
}

// One more assumption, for as long as this lives.
class Assuming {
 public:
  Assuming(std::vector<Assumption>& all, const Assumption& one) : all_(all) { all_.push_back(one); }
  ~Assuming() { all_.pop_back(); }
  Assuming(const Assuming&) = delete;
  Assuming& operator=(const Assuming&) = delete;

 private:
  std::vector<Assumption>& all_;
};

class Checker {
 public:
  Checker(const ir::Program& program, const eval::Facts& facts,
          std::vector<Assumption>& assumptions, Position asked, std::span<const Lemma> shown,
          Step* fill)
      : program_(program),
        facts_(facts),
        assumed_(assumptions),
        asked_(asked),
        shown_(shown),
        fill_(fill) {}

  Interval Root(const Step& step) {
    Claim claim;
    return Take(step, claim, 0);
  }
  const std::string& error() const { return error_; }

 private:
  // Walks the parts of a step; each must be there and none may be left.
  struct Cursor {
    const Step& step;
    size_t next = 0;
    Interval holds = {};
    size_t depth = 0;
  };

  bool Refuse(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return false;
  }

  // The step itself or, where it cites one, the lemma. Nothing, and an error, if it cites what was
  // not shown or was shown of more than is assumed here.
  const Step* StepOf(const Step& part) {
    if (part.form != Step::Form::kLemma) return &part;
    if (part.lemma >= shown_.size()) {
      Refuse("a part cites no lemma that was shown before");
      return nullptr;
    }
    const Lemma& lemma = shown_[part.lemma];
    for (const Assumption& a : lemma.assumptions) {
      if (std::find(assumed_.begin(), assumed_.end(), a) == assumed_.end()) {
        Refuse("a lemma rests on what is not assumed here");
        return nullptr;
      }
    }
    return &lemma.step;
  }

  // Checks a step on its own terms; the caller has compared what it is about. `step` is what
  // StepOf made of `part`.
  Interval Take(const Step& part, const Step& step, Claim& claim, size_t depth) {
    if (&part == &step) return Take(step, claim, depth);
    claim = step.claim;
    if (fill_ != nullptr) const_cast<Step&>(part).holds = step.holds;  // NOLINT
    return step.holds;
  }
  Interval Take(const Step& step, Claim& claim, size_t depth) {
    if (!error_.empty()) return {};
    if (!Known(step.node)) {
      Refuse("a step speaks of no node of the program");
      return {};
    }
    if (depth > kDepthMax) {
      Refuse("the proof is deeper than allowed");
      return {};
    }
    Cursor cursor{step, 0, {}, depth};
    switch (step.form) {
      case Step::Form::kCases:
        claim = Cases(cursor);
        break;
      case Step::Form::kImpossible:
        Refuse("an impossible case stands by itself");
        break;
      case Step::Form::kLemma:
        Refuse("a lemma is cited where something is to be shown");
        break;
      case Step::Form::kReached:
        claim.value = Value::Bool(ReachedBody(cursor));
        break;
      case Step::Form::kEvents:
        ListBody(cursor);
        break;
      case Step::Form::kValue:
        claim = Body(cursor);
        break;
    }
    if (error_.empty() && cursor.next != step.parts.size()) Refuse("a step has parts left over");
    if (error_.empty() && claim != step.claim) Refuse("a step claims another value than follows");
    // The one place where the walk writes: the steps belong to whoever asked for them to be filled.
    if (fill_ != nullptr) const_cast<Step&>(step).holds = cursor.holds;  // NOLINT
    if (error_.empty() &&
        (step.holds.from < cursor.holds.from || step.holds.to > cursor.holds.to)) {
      Refuse("a step claims to hold longer than its parts");
    }
    if (error_.empty() && (step.at < step.holds.from || step.at >= step.holds.to)) {
      Refuse("a step does not hold when it is said");
    }
    return step.holds;
  }

  // The value of `node`: read off a literal or field, else claimed by the next part.
  Claim Read(Cursor& c, NodeId node, const Env& env, Position at) {
    if (!error_.empty()) return {};
    const Node& n = program_.Get(node);
    if (n.op == Op::kLit) return {program_.Literal(n), {}, {}};
    if (n.op == Op::kField) {
      if (n.aux >= env.size()) {
        Refuse("a field of an empty slot");
        return {};
      }
      return {env[n.aux].Get(Symbol{n.data}), {}, {}};
    }
    // What literals and fields come to needs no step.
    if (auto value = eval::Reckoned(program_, node, env)) return {std::move(*value), {}, {}};
    return ReadPart(c, node, env, at, false, {});
  }

  Claim ReadPart(Cursor& c, NodeId node, const Env& env, Position at, bool reached,
                 Duration shift) {
    if (!error_.empty()) return {};
    if (c.next >= c.step.parts.size()) {
      Refuse("a step lacks a part");
      return {};
    }
    const Step& cited = c.step.parts[c.next++];
    const Step* shown = StepOf(cited);
    if (shown == nullptr) return {};
    const Step& part = *shown;
    // Under cases, the parts of the part say whether a moment is meant.
    if (FormOf(part) != (reached ? Step::Form::kReached : Step::Form::kValue) ||
        part.node != node || part.at != at || part.shift != shift ||
        !SameSlots(node, part.env, env)) {
      Refuse("a part speaks of something else");
      return {};
    }
    Claim claim;
    const Interval holds = Take(cited, part, claim, c.depth + 1);
    // What was so at a fixed earlier position stays so.
    if (at == c.step.at) c.holds = Meet(c.holds, holds);
    return claim;
  }

  // Whether the step claims a value, or that a moment has come: of cases what the first that is not
  // impossible claims, with which the others are compared when the step is taken.
  Step::Form FormOf(const Step& step) const {
    const Step* s = &step;
    for (size_t steps = 0; steps <= kDepthMax; ++steps) {
      if (s->form == Step::Form::kLemma) {
        if (s->lemma >= shown_.size()) return Step::Form::kImpossible;
        s = &shown_[s->lemma].step;
      } else if (s->form == Step::Form::kCases) {
        const auto part = std::find_if(s->parts.begin(), s->parts.end(), [](const Step& p) {
          return p.form != Step::Form::kImpossible;
        });
        if (part == s->parts.end()) return Step::Form::kImpossible;
        s = &*part;
      } else {
        return s->form;
      }
    }
    return Step::Form::kImpossible;
  }
  bool Known(NodeId node) const { return node.valid() && node.index < program_.node_count(); }

  bool SameSlots(NodeId node, const Env& a, const Env& b) const {
    const uint32_t slots = program_.FreeSlots(node);
    for (size_t i = 0; i < 32; ++i) {
      if ((slots >> i & 1) == 0) continue;
      if (i >= a.size() || i >= b.size() || a[i] != b[i]) return false;
    }
    return true;
  }

  // ---- what is assumed

  std::optional<Value> Chosen(const Key& key) const {
    if (const auto it = facts_.settled.find(key); it != facts_.settled.end()) return it->second;
    for (const Assumption& a : assumed_) {
      if (a.what == Assumption::What::kChoice && a.key == key) return a.value;
    }
    return std::nullopt;
  }

  // Whether key >= threshold (or >), from bounds and assumptions; nothing if they do not say.
  std::optional<bool> AtLeast(const Key& key, const Rational& threshold, bool strict) const {
    const ir::Bounds within = BoundsOf(program_, facts_, assumed_, {{}, key, {}});
    if (within.low) {
      const int order = Compare(*within.low, threshold);
      if (order > 0 || (order == 0 && (within.low_strict || !strict))) return true;
    }
    if (within.high) {
      const int order = Compare(*within.high, threshold);
      if (order < 0 || (order == 0 && (within.high_strict || strict))) return false;
    }
    return std::nullopt;
  }

  // Whether the event list is assumed to have happened by `shift` before the moment asked.
  std::optional<bool> Happened(NodeId node, const Env& env, const std::optional<Key>& key,
                               Duration shift, Position at) const {
    if (at != asked_) return std::nullopt;
    for (const Assumption& a : assumed_) {
      if (a.what != Assumption::What::kHappened || a.key != key) continue;
      if (!key && (a.node != node || !SameSlots(node, a.env, env))) continue;
      if (a.shift.unit != shift.unit && a.shift.count != 0 && shift.count != 0) continue;
      // Long ago implies more recently; not yet implies not long ago.
      if (a.holds && a.shift.count >= shift.count) return true;
      if (!a.holds && a.shift.count <= shift.count) return false;
    }
    return std::nullopt;
  }

  // ---- equations

  Claim Cases(Cursor& c) {
    const Step& step = c.step;
    if (step.cases.size() != step.parts.size() || !LeavesNothingOut(step.cases)) {
      Refuse("the cases leave something out");
      return {};
    }
    Claim out;
    bool any = false;
    for (size_t i = 0; i < step.cases.size(); ++i) {
      const Assuming assuming(assumed_, step.cases[i]);
      const Step* shown = StepOf(step.parts[i]);
      if (shown == nullptr) return {};
      const Step& part = *shown;
      if (part.form != Step::Form::kImpossible &&
          (part.node != step.node || part.at != step.at || part.shift != step.shift ||
           !SameSlots(step.node, part.env, step.env))) {
        Refuse("a case speaks of something else");
        return {};
      }
      ++c.next;
      if (part.form == Step::Form::kImpossible) {
        Impossible(c, part);
        continue;
      }
      Claim claim;
      c.holds = Meet(c.holds, Take(step.parts[i], part, claim, c.depth + 1));
      if (any && claim != out) Refuse("two cases end differently");
      if (FormOf(part) != FormOf(step)) Refuse("a case speaks of something else");
      any = true;
      out = claim;
    }
    if (!any) Refuse("every case is said to be impossible");
    return out;
  }

  // Something assumed to have happened needs what the part refutes.
  void Impossible(Cursor& c, const Step& step) {
    const Step* refuted = step.parts.size() == 1 ? StepOf(step.parts[0]) : nullptr;
    if (refuted == nullptr || refuted->at != asked_ || step.at != asked_) {
      Refuse("an impossible case is not shown to be so");
      return;
    }
    Claim claim;
    const Interval holds = Take(step.parts[0], *refuted, claim, c.depth + 1);
    if (fill_ != nullptr) const_cast<Step&>(step).holds = holds;  // NOLINT
    c.holds = Meet(c.holds, holds);
    if (!claim.known() || claim.value != Value::Bool(false) ||
        FormOf(*refuted) != Step::Form::kValue)
      Refuse("what is needed is not refuted");
    const NodeId needed = refuted->node;
    const bool stays =
        program_.FreeSlots(needed) == 0 &&
        (!program_.VariesInTime(needed) ||
         (program_.Get(needed).op == Op::kReached && IsFirst(program_.Children(needed)[0])));
    const bool follows = std::any_of(assumed_.begin(), assumed_.end(), [&](const Assumption& a) {
      return a.what == Assumption::What::kHappened && a.holds && !a.key && Known(a.node) &&
             program_.Get(a.node).op == Op::kWhile && Needs(program_.Children(a.node)[1], needed);
    });
    if (!stays || !follows) Refuse("nothing assumed needs what is refuted");
  }

  // Whether `condition` cannot hold without `needed`.
  bool Needs(NodeId condition, NodeId needed) const {
    if (condition == needed) return true;
    const Node& node = program_.Get(condition);
    const auto children = program_.Children(condition);
    const auto child_needs = [&](NodeId child) { return Needs(child, needed); };
    if (node.op == Op::kOp && static_cast<Function>(node.aux) == Function::kAnd) {
      return std::any_of(children.begin(), children.end(), child_needs);
    }
    if (node.op == Op::kOp && static_cast<Function>(node.aux) == Function::kOr) {
      return std::all_of(children.begin(), children.end(), child_needs);
    }
    if (node.op != Op::kRef || program_.Get(program_.terms[node.data].body).op != Op::kRules)
      return false;
    bool closed = false;
    for (const ir::Rule& rule :
         program_.rule_sets[program_.Get(program_.terms[node.data].body).data].rules) {
      const Node& value = program_.Get(rule.value);
      const bool refuses = value.op == Op::kLit && !program_.Literal(value).AsBool();
      closed =
          closed || (refuses && rule.guard.valid() && program_.Get(rule.guard).op == Op::kLit &&
                     program_.Literal(program_.Get(rule.guard)).AsBool());
      if (!refuses && !Needs(rule.guard, needed)) return false;
    }
    return closed;
  }

  bool LeavesNothingOut(const std::vector<Assumption>& cases) const {
    if (cases.empty()) return false;
    if (cases[0].what != Assumption::What::kChoice) {
      if (cases.size() != 2 || cases[0].holds == cases[1].holds) return false;
      Assumption other = cases[1];
      other.holds = cases[0].holds;
      return other == cases[0];
    }
    if (!cases[0].key) return false;
    const ir::Type type = eval::TypeOf(program_, *cases[0].key);
    const size_t count = type.base == ir::Base::kBool   ? 2
                         : type.base == ir::Base::kEnum ? type.detail
                                                        : 0;
    if (count == 0 || cases.size() != count) return false;
    for (uint32_t v = 0; v < count; ++v) {
      const Value want = type.base == ir::Base::kBool ? Value::Bool(v == 1) : Value::Choice(v);
      const bool there = std::any_of(cases.begin(), cases.end(), [&](const Assumption& a) {
        return a.what == Assumption::What::kChoice && a.key == cases[0].key && a.value == want;
      });
      if (!there) return false;
    }
    return true;
  }

  Claim Body(Cursor& c) {
    const Step& step = c.step;
    const Node& node = program_.Get(step.node);
    const auto children = program_.Children(step.node);
    switch (node.op) {
      case Op::kOpen: {
        Key key{Key::Family::kPoint, node.data, {}};
        for (const NodeId child : children)
          key.args.push_back(Known(Read(c, child, step.env, step.at)));
        return Instance(key);
      }
      case Op::kIs: {
        const Value thing = Read(c, children[0], step.env, step.at).value;
        if (thing.AsThing().valid() && thing.AsThing().index >= facts_.things.size()) {
          Refuse("no such thing");
          return {};
        }
        const auto question =
            eval::AskKind(program_, facts_, thing.AsThing(), ir::KindId{node.data});
        if (question.known) return {Value::Bool(*question.known), {}, {}};
        bool any = false;
        for (const auto& candidate : question.candidates) {
          const auto value = Chosen(candidate.key);
          if (!value) Refuse("whether it is of the kind is neither known nor assumed");
          bool holds = value && value->AsBool();
          for (const Key& rival : candidate.rivals) {
            const auto other = Chosen(rival);
            if (!other) Refuse("whether it is of a rival kind is neither known nor assumed");
            holds = holds && other && !other->AsBool();
          }
          any = any || holds;
        }
        return {Value::Bool(any), {}, {}};
      }
      case Op::kOp:
        return Operation(c, node, children);
      case Op::kIf: {
        const bool yes = Read(c, children[0], step.env, step.at).value.AsBool();
        return Read(c, children[yes ? 1 : 2], step.env, step.at);
      }
      case Op::kEdition: {
        const auto adopted = Chosen({Key::Family::kPoint, node.data, {}});
        if (!adopted) Refuse("whether the amendment was adopted is neither known nor assumed");
        return Read(c, children[adopted && adopted->AsBool() ? 0 : 1], step.env, step.at);
      }
      case Op::kReached:
        return {ReadPart(c, children[0], step.env, step.at, true, {}).value, {}, {}};
      case Op::kRef: {
        const ir::Term& term = program_.terms[node.data];
        Slot arguments;
        for (size_t i = 0; i < term.parameters.size(); ++i) {
          arguments.fields.emplace_back(term.parameters[i].name,
                                        Known(Read(c, children[i], step.env, step.at)));
        }
        return Read(c, term.body, {arguments}, step.at);
      }
      case Op::kRules:
        return Rules(c, program_.rule_sets[node.data]);
      case Op::kFold:
        return Fold(c, node, children);
      case Op::kEach:
        return Each(c, node, children);
      default:
        Refuse("a node that needs no proof, or has no value");
        return {};
    }
  }

  Value Known(const Claim& claim) {
    if (!claim.known()) Refuse("an open amount is used as if it were known");
    return claim.value;
  }

  Claim Instance(const Key& key) {
    if (const auto value = Chosen(key)) return {*value, {}, {}};
    const ir::Base base = eval::TypeOf(program_, key).base;
    if (base == ir::Base::kNumber || base == ir::Base::kMoney || base == ir::Base::kMoment) {
      return {{}, key, {}};
    }
    Refuse("an open point is neither settled nor assumed");
    return {};
  }

  Claim Operation(Cursor& c, const Node& node, std::span<const NodeId> children) {
    const Step& step = c.step;
    const auto function = static_cast<Function>(node.aux);
    if ((function == Function::kAnd || function == Function::kOr) && step.chosen) {
      if (*step.chosen >= children.size()) {
        Refuse("no such part");
        return {};
      }
      const Value one = Read(c, children[*step.chosen], step.env, step.at).value;
      if (one.AsBool() != (function == Function::kOr)) Refuse("the part does not decide");
      return {one, {}, {}};
    }
    if (function == Function::kLess && step.chosen && IsFirst(children[0])) {
      const Claim limit = Read(c, children[1], step.env, step.at);
      if (!limit.known()) Refuse("a limit is open");
      if (!error_.empty()) return {};
      const Position until = std::min(step.at, limit.value.AsMoment().before());
      const NodeId list = program_.Children(children[0])[0];
      const auto events = Events(c, list, step.env, until, {});
      if (*step.chosen == 0) {
        if (events.empty()) Refuse("no event is shown to lie before");
        return {Value::Bool(true), {}, {}};
      }
      // Nothing lies before it, and all of that time has been seen.
      if (!events.empty() || until >= step.at || !Closed(c, list, step.env, until, {}, false))
        Refuse("an event may lie before");
      return {Value::Bool(false), {}, {}};
    }
    std::vector<Claim> claims;
    for (const NodeId child : children) claims.push_back(Read(c, child, step.env, step.at));
    if (!error_.empty()) return {};
    std::vector<Value> values;
    for (const Claim& claim : claims) {
      if (claim.known()) values.push_back(claim.value);
    }
    if (values.size() == claims.size()) {
      const auto value = ir::Apply(function, values);
      if (!value) Refuse("an amount does not fit");
      return {value.value_or(Value()), {}, {}};
    }
    const bool comparison = function == Function::kEqual || function == Function::kLess ||
                            function == Function::kLessEqual;
    if (comparison && values.size() == 1 && (claims[0].open || claims[1].open)) {
      const auto out = Compared(function, claims, values[0]);
      if (out) return {Value::Bool(*out), {}, {}};
    }
    // Amounts of which only is known where they lie.
    std::vector<ir::Bounds> within;
    for (const Claim& claim : claims) within.push_back(BoundsOf(program_, facts_, assumed_, claim));
    if (comparison) {
      const auto out = ir::CompareBounds(function, within[0], within[1]);
      if (!out) Refuse("neither bound nor assumption decides the comparison");
      return {Value::Bool(out.value_or(false)), {}, {}};
    }
    const ir::Bounds made = ir::ApplyBounds(function, within);
    if (!made.any()) Refuse("an open amount is used as if it were known");
    return {{}, {}, made};
  }

  // An open quantity against a constant.
  std::optional<bool> Compared(Function function, const std::vector<Claim>& claims,
                               const Value& constant) {
    const bool open_left = claims[0].open.has_value();
    const Key& key = open_left ? *claims[0].open : *claims[1].open;
    const Rational bound = constant.kind() == Value::Kind::kMoment
                               ? Rational(constant.AsMoment().value)
                               : constant.AsNumber();
    const auto at_least = AtLeast(key, bound, false);
    const auto above = AtLeast(key, bound, true);
    if (function == Function::kEqual) {
      if ((at_least && !*at_least) || (above && *above)) return false;
      if (at_least && above) return true;
      return std::nullopt;
    }
    // `open < c` is not `open >= c`; `c < open` is `open > c`.
    const bool strict = function == Function::kLess;
    const std::optional<bool>& told = open_left == strict ? at_least : above;
    if (!told) return std::nullopt;
    return open_left ? !*told : *told;
  }

  Claim Rules(Cursor& c, const ir::RuleSet& set) {
    const Step& step = c.step;
    const size_t n = set.rules.size();
    if (step.fates.size() != n || step.beaten_by.size() != n) {
      Refuse("not every clause is accounted for");
      return {};
    }
    const auto beats = ir::BeatsClosure(set);
    const auto fires = [&](size_t i) { return step.fates[i] == 'f'; };
    std::vector<Claim> values;
    std::vector<Symbol> labels;
    std::vector<Claim> same;
    bool any = false;
    for (size_t i = 0; i < n; ++i) {
      const ir::Rule& rule = set.rules[i];
      switch (step.fates[i]) {
        case 'f': {
          if (!Read(c, rule.guard, step.env, step.at).value.AsBool())
            Refuse("a clause does not apply");
          any = true;
          bool beaten = false;
          for (size_t j = 0; j < n; ++j) beaten = beaten || (fires(j) && beats[j][i]);
          if (beaten) break;
          values.push_back(Read(c, rule.value, step.env, step.at));
          labels.push_back(rule.label);
          break;
        }
        case 'r':
          if (Read(c, rule.guard, step.env, step.at).value.AsBool())
            Refuse("a clause applies after all");
          break;
        case 's':
          same.push_back(Read(c, rule.value, step.env, step.at));
          break;
        case 'b':
          if (step.beaten_by[i] >= n || !fires(step.beaten_by[i]) || !beats[step.beaten_by[i]][i]) {
            Refuse("a clause is not beaten");
          }
          break;
        default:
          Refuse("no such fate");
      }
    }
    if (!error_.empty()) return {};
    if (!any) {
      if (!same.empty()) {
        Refuse("whether the text is silent is not shown");
        return {};
      }
      return Instance(eval::SilenceKey(program_, set, step.env));
    }
    const bool agree =
        std::all_of(values.begin(), values.end(), [&](const Claim& v) { return v == values[0]; });
    if (agree) {
      for (const Claim& v : same) {
        if (v != values[0]) Refuse("a clause that may apply says otherwise");
      }
      return values[0];
    }
    if (!same.empty()) {
      Refuse("which clauses meet is not shown");
      return {};
    }
    const auto picked = Chosen(eval::ConflictKey(labels));
    if (!picked) {
      Refuse("which clause prevails is neither settled nor assumed");
      return {};
    }
    return values[eval::PickedBy(*picked, labels)];
  }

  // ---- events

  // Whether everything of the list up to `until` has been seen; narrows the interval if it is now.
  bool Closed(Cursor& c, NodeId node, const Env& env, Position until, Duration shift,
              bool present) {
    if (program_.Get(node).op == Op::kUnion) {
      const auto children = program_.Children(node);
      return Closed(c, children[0], env, until, shift, present) &&
             Closed(c, children[1], env, until, shift, present);
    }
    NodeId base = node;
    while (program_.Get(base).op == Op::kWhile || program_.Get(base).op == Op::kSchedule) {
      base = program_.Children(base)[0];
    }
    if (program_.Get(base).op == Op::kBecomes) return true;  // shown by the tiles
    if (program_.Get(base).op != Op::kOn) return false;
    const Position closed = eval::ClosedTo(program_, facts_, base, env);
    if (until <= closed) {
      if (present && closed != kNever)
        c.holds.to = std::min(c.holds.to, Shift(closed.after(), shift));
      return true;
    }
    // Any list between the whole and its base may be assumed not to have happened.
    for (NodeId n = node; present; n = program_.Children(n)[0]) {
      const auto happened = Happened(n, env, std::nullopt, shift, c.step.at);
      if (happened && !*happened) {
        // Of what comes after the moment asked nothing is assumed.
        c.holds.to = std::min(c.holds.to, asked_.after());
        return true;
      }
      if (n == base) break;
    }
    return false;
  }

  // Whether what was of the list by some moment can be carried on from there.
  bool CanBeListed(NodeId id) const {
    return program_.Get(id).op == Op::kWhile || program_.IsOfEntries(id);
  }

  // If the next part is a step that lists `id` up to a moment not after `until`, consumes it and
  // narrows the interval to where what it lists lies behind.
  const Step* TakeListed(Cursor& c, NodeId id, const Env& env, Position until, Duration shift) {
    if (!error_.empty() || c.next >= c.step.parts.size()) return nullptr;
    const Step* listed = StepOf(c.step.parts[c.next]);
    if (listed == nullptr || listed->form != Step::Form::kEvents || listed->node != id)
      return nullptr;
    if (!CanBeListed(id) || listed->at > until || !SameSlots(id, listed->env, env)) {
      Refuse("a part lists other entries");
      return nullptr;
    }
    Claim none;
    const Interval holds = Take(c.step.parts[c.next++], *listed, none, c.depth + 1);
    c.holds.from = std::max(c.holds.from, std::min(Shift(holds.from, shift), c.step.at));
    return listed;
  }

  // All that a step lists which was accepted, with what it carries on.
  std::vector<Occurrence> ListOf(const Step& listed) {
    std::vector<const Step*> chain;
    for (const Step* s = &listed; s != nullptr && s->form == Step::Form::kEvents;
         s = s->parts.empty() ? nullptr : CarriedOn(*s)) {
      chain.push_back(s);
    }
    std::vector<Occurrence> out;
    while (!chain.empty()) {
      out.insert(out.end(), chain.back()->events.begin(), chain.back()->events.end());
      chain.pop_back();
    }
    return out;
  }
  const Step* CarriedOn(const Step& listed) const {
    const Step& first = listed.parts[0];
    const Step& shown = first.form == Step::Form::kLemma ? shown_[first.lemma].step : first;
    return shown.form == Step::Form::kEvents && shown.node == listed.node ? &shown : nullptr;
  }

  void ListBody(Cursor& c) {
    const Step& step = c.step;
    if (!CanBeListed(step.node)) {
      Refuse("what is listed cannot be carried on");
      return;
    }
    std::vector<Occurrence> found;
    const Step* earlier = TakeListed(c, step.node, step.env, step.at, {});
    EventsAfter(c, step.node, step.env,
                earlier == nullptr ? std::nullopt : std::optional(earlier->at), step.at, {}, found);
    if (error_.empty() && found != step.events) Refuse("other entries are of the list");
  }

  // The events of a list up to `until`, each entry shown to be one or not to be one. Narrows the
  // interval to where the same entries lie behind.
  std::vector<Occurrence> Events(Cursor& c, NodeId id, const Env& env, Position until,
                                 Duration shift) {
    std::vector<Occurrence> out;
    const Step* listed = TakeListed(c, id, env, until, shift);
    if (!error_.empty()) return out;
    if (listed != nullptr) out = ListOf(*listed);
    if (listed != nullptr && listed->at == until && !program_.IsOfEntries(id)) {
      // How long it stays so is what the list itself says.
      c.holds.to = std::min(c.holds.to, Shift(listed->holds.to, shift));
      return out;
    }
    EventsAfter(c, id, env, listed == nullptr ? std::nullopt : std::optional(listed->at), until,
                shift, out);
    return out;
  }

  // Appends those of them that lie after `after`, which is set only where CanBeListed.
  void EventsAfter(Cursor& c, NodeId id, const Env& env, std::optional<Position> after,
                   Position until, Duration shift, std::vector<Occurrence>& out) {
    const Node& node = program_.Get(id);
    const auto children = program_.Children(id);
    switch (node.op) {
      case Op::kOn: {
        auto e = facts_.events.begin();
        if (after) {
          e = std::upper_bound(e, facts_.events.end(), *after,
                               [](Position at, const eval::Event& o) { return at < o.at; });
        }
        for (; e != facts_.events.end(); ++e) {
          if (e->type != ir::EventTypeId{node.data}) continue;
          if (e->at > until) {
            if (until >= LastReaching(c.step.at, shift))
              c.holds.to = std::min(c.holds.to, Shift(e->at, shift));
            break;
          }
          c.holds.from = std::max(c.holds.from, std::min(Shift(e->at, shift), c.step.at));
          if (Read(c, children[0], Bind(env, node.aux, e->slot), e->at).value.AsBool()) {
            out.push_back({e->at, e->slot});
          }
        }
        return;
      }
      case Op::kWhile: {
        std::vector<Occurrence> inner;
        if (program_.IsOfEntries(id)) {
          EventsAfter(c, children[0], env, after, until, shift, inner);
        } else {
          inner = Events(c, children[0], env, until, shift);
        }
        for (const Occurrence& e : inner) {
          if (after && e.at <= *after) continue;
          if (Read(c, children[1], Bind(env, node.aux, e.slot), e.at.before()).value.AsBool()) {
            out.push_back(e);
          }
        }
        return;
      }
      case Op::kBecomes: {
        // Parts whose intervals lie end to end from the first position past `until`.
        Position covered = kBeginning;
        bool before = false;
        while (covered <= until && error_.empty()) {
          if (c.next >= c.step.parts.size()) {
            Refuse("a signal is not shown all the way");
            return;
          }
          const Step* shown = StepOf(c.step.parts[c.next]);
          if (shown == nullptr) return;
          const Step& tile = *shown;
          const Interval before_tile = c.holds;
          const bool now = ReadPart(c, children[0], env, tile.at, false, {}).value.AsBool();
          c.holds = before_tile;
          if (!error_.empty()) return;
          if (tile.holds.from > covered || tile.holds.to <= covered) {
            Refuse("a signal is shown with a gap");
            return;
          }
          if (now && !before) {
            out.push_back({covered, Slot{{{program_.known.at, Value::Moment(covered)}}}});
          }
          if (covered > kBeginning || now) {
            c.holds.from = std::max(c.holds.from, std::min(Shift(covered, shift), c.step.at));
          }
          before = now;
          covered = tile.holds.to;
        }
        if (until >= LastReaching(c.step.at, shift))
          c.holds.to = std::min(c.holds.to, Shift(covered, shift));
        return;
      }
      case Op::kSchedule: {
        for (const Occurrence& e : Events(c, children[0], env, until, shift)) {
          const int64_t n = eval::InstalmentsOf(
              Known(Read(c, children[2], Bind(env, node.aux, e.slot), e.at.before())));
          for (int64_t i = 1; i <= n && error_.empty(); ++i) {
            const Slot numbered = eval::WithIndex(program_, e.slot, e.at, i);
            const Position m = eval::ScheduledAt(
                Known(Read(c, children[1], Bind(env, node.aux, numbered), e.at.before()))
                    .AsMoment());
            if (m <= e.at || m == kNever) continue;
            if (m > until) {
              c.holds.to = std::min(c.holds.to, Shift(m, shift));
              continue;
            }
            c.holds.from = std::max(c.holds.from, std::min(Shift(m, shift), c.step.at));
            out.push_back({m, eval::Moved(program_, numbered, m)});
          }
        }
        eval::SortByMoment(out);
        return;
      }
      case Op::kUnion: {
        out = Events(c, children[0], env, until, shift);
        const auto more = Events(c, children[1], env, until, shift);
        out.insert(out.end(), more.begin(), more.end());
        eval::SortByMoment(out);
        return;
      }
      default:
        Refuse("no event list");
        return;
    }
  }

  // Of a list that is not closed it is known of some amounts that they are not below what was seen.
  Claim NotBelow(Cursor& c, const Value& seen) {
    if (!eval::OnlyGrows(program_, c.step.node)) {
      Refuse("more may have happened than was seen");
      return {};
    }
    return {{}, {}, ir::Bounds{.low = seen.AsNumber()}};
  }

  Claim Fold(Cursor& c, const Node& node, std::span<const NodeId> children) {
    const Step& step = c.step;
    const auto kind = static_cast<ir::FoldKind>(node.data);
    const Claim low = Read(c, children[2], step.env, step.at);
    const Claim high = Read(c, children[3], step.env, step.at);
    if (!low.known() || !high.known()) {
      Refuse("a window has an open edge");
      return {};
    }
    const Position after = low.value.AsMoment();
    const Position until = std::min(high.value.AsMoment(), step.at);
    if (high.value.AsMoment() > step.at && high.value.AsMoment() != kNever) {
      c.holds.to = std::min(c.holds.to, high.value.AsMoment());
    }
    std::vector<Value> values;
    Position first = kNever;
    for (const Occurrence& e : Events(c, children[0], step.env, until, {})) {
      if (e.at <= after) continue;
      if (values.empty()) first = e.at;
      if (kind == ir::FoldKind::kFirst && !values.empty()) continue;
      const Claim p = kind == ir::FoldKind::kCount
                          ? Claim{Value::Number(Rational(1)), {}, {}}
                          : Read(c, children[1], Bind(step.env, node.aux, e.slot), e.at.before());
      if (!p.known()) Refuse("an open amount is folded");
      values.push_back(p.value);
    }
    if (!error_.empty()) return {};
    const Position needed = kind == ir::FoldKind::kFirst && !values.empty() ? first : until;
    const Value count = Value::Number(Rational(static_cast<int64_t>(values.size())));
    if (!Closed(c, children[0], step.env, needed, {}, needed == step.at)) return NotBelow(c, count);
    if (kind == ir::FoldKind::kCount) return {count, {}, {}};
    if (values.empty()) {
      const Claim z = Read(c, children[4], step.env, step.at);
      if (!z.known()) Refuse("an open amount is folded");
      return {z.value, {}, {}};
    }
    if (kind == ir::FoldKind::kFirst) return {values.front(), {}, {}};
    if (kind == ir::FoldKind::kLast) return {values.back(), {}, {}};
    Value out = values[0];
    for (size_t i = 1; i < values.size(); ++i) {
      const Value pair[] = {out, values[i]};
      const auto next = ir::Apply(kind == ir::FoldKind::kSum   ? Function::kAdd
                                  : kind == ir::FoldKind::kMin ? Function::kMin
                                                               : Function::kMax,
                                  pair);
      if (!next) Refuse("an amount does not fit");
      out = next.value_or(out);
    }
    return {out, {}, {}};
  }

  Claim Each(Cursor& c, const Node& node, std::span<const NodeId> children) {
    const Step& step = c.step;
    const ir::EachKind kind = program_.EachKindOf(node);
    const auto& captures = program_.Captures(node);
    std::vector<Value> keys;
    Value out = kind == ir::EachKind::kSum ? Value::Number(Rational(0))
                                           : Value::Bool(kind == ir::EachKind::kAnd);
    for (const Occurrence& e : Events(c, children[0], step.env, step.at, {})) {
      const Env at_event = Bind(step.env, node.aux, e.slot);
      const Value key = Known(Read(c, children[1], at_event, e.at.before()));
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(key);
      Slot slot = e.slot;
      for (size_t i = 0; i < captures.size(); ++i) {
        slot.fields.emplace_back(captures[i],
                                 Known(Read(c, children[2 + i], at_event, e.at.before())));
      }
      const Claim body = Read(c, children.back(), Bind(step.env, node.aux, slot), step.at);
      if (!body.known()) Refuse("an open amount is summed");
      const Value pair[] = {out, body.value};
      if (!error_.empty()) return {};
      const auto next = ir::Apply(kind == ir::EachKind::kOr    ? Function::kOr
                                  : kind == ir::EachKind::kAnd ? Function::kAnd
                                                               : Function::kAdd,
                                  pair);
      if (!next) Refuse("an amount does not fit");
      out = next.value_or(out);
    }
    // Where each entry is an instance of its own, one that holds (or fails) is enough.
    const bool enough =
        program_.OnePerEntry(step.node) && ((kind == ir::EachKind::kOr && out.AsBool()) ||
                                            (kind == ir::EachKind::kAnd && !out.AsBool()));
    if (!enough && !Closed(c, children[0], step.env, step.at, {}, true)) return NotBelow(c, out);
    return {out, {}, {}};
  }

  // ---- moments reached

  bool IsFirst(NodeId id) const {
    const Node& node = program_.Get(id);
    if (node.op != Op::kFold || static_cast<ir::FoldKind>(node.data) != ir::FoldKind::kFirst)
      return false;
    const auto children = program_.Children(id);
    const auto literal = [&](NodeId child, Position at) {
      const Node& n = program_.Get(child);
      return n.op == Op::kLit && program_.Literal(n) == Value::Moment(at);
    };
    const Node& p = program_.Get(children[1]);
    return p.op == Op::kField && p.aux == node.aux && Symbol{p.data} == program_.known.at &&
           literal(children[2], kBeginning.before()) && literal(children[3], kNever) &&
           literal(children[4], kNever);
  }

  bool ReachedBody(Cursor& c) {
    const Step& step = c.step;
    const Node& node = program_.Get(step.node);
    if (node.type != ir::kMomentType) return Refuse("what is no moment is said to have come");
    const auto children = program_.Children(step.node);
    if (node.op == Op::kOp) {
      const auto function = static_cast<Function>(node.aux);
      if (function == Function::kEarliest || function == Function::kLatest) {
        const bool any = function == Function::kEarliest;
        if (step.chosen) {
          if (*step.chosen >= children.size()) return Refuse("no such part");
          const bool one = ReadPart(c, children[*step.chosen], step.env, step.at, true, step.shift)
                               .value.AsBool();
          if (one != any) Refuse("the part does not decide");
          return one;
        }
        bool out = !any;
        for (const NodeId child : children) {
          const bool one = ReadPart(c, child, step.env, step.at, true, step.shift).value.AsBool();
          out = any ? out || one : out && one;
        }
        return out;
      }
      if (function == Function::kShift && program_.Get(children[1]).op == Op::kLit &&
          program_.Literal(program_.Get(children[1])).kind() == Value::Kind::kDuration) {
        Duration d = program_.Literal(program_.Get(children[1])).AsDuration();
        const bool days = d.unit == DurationUnit::kDays && step.shift.unit == DurationUnit::kDays;
        if (step.shift.count == 0 || days) {
          if (step.shift.count != 0) d.count += step.shift.count;
          return ReadPart(c, children[0], step.env, step.at, true, d).value.AsBool();
        }
      }
    }
    if (node.op == Op::kIf) {
      const bool yes = Read(c, children[0], step.env, step.at).value.AsBool();
      return ReadPart(c, children[yes ? 1 : 2], step.env, step.at, true, step.shift).value.AsBool();
    }
    if (node.op == Op::kRef && children.empty()) {
      return ReadPart(c, program_.terms[node.data].body, {}, step.at, true, step.shift)
          .value.AsBool();
    }
    if (IsFirst(step.node)) {
      const Duration shift = ir::SinceEvent(step.shift);
      const auto assumed = Happened(children[0], step.env, std::nullopt, shift, step.at);
      if (assumed && *assumed && step.parts.empty()) {
        c.holds = {step.at, kNever};
        return true;
      }
      const Position until = LastReaching(step.at, shift);
      const auto events = Events(c, children[0], step.env, until, shift);
      if (!events.empty()) {
        // Once reached, reached for good: it began no later than the first event seen.
        c.holds = {Shift(events[0].at, shift), kNever};
        return true;
      }
      c.holds.from = kBeginning.before();
      if (!Closed(c, children[0], step.env, until, shift, true)) {
        Refuse("more may have happened than was seen");
      }
      return false;
    }
    const Claim moment = Read(c, step.node, step.env, step.at);
    if (moment.open) {
      const Key& key = *moment.open;
      if (const auto happened = Happened({}, {}, key, step.shift, step.at)) {
        c.holds =
            *happened ? Interval{step.at, kNever} : Interval{kBeginning.before(), step.at.after()};
        return *happened;
      }
      const Position back = LastReaching(step.at, step.shift);
      const auto later = AtLeast(key, Rational(back.value), true);
      if (!later) return Refuse("neither bound nor assumption says whether the moment has come");
      // A bound tells for the moment asked; how much longer is not worked out.
      c.holds = {step.at, step.at.after()};
      return !*later;
    }
    const Position m = Shift(moment.value.AsMoment(), step.shift);
    const bool reached = m <= step.at;
    if (reached) {
      c.holds.from = std::max(c.holds.from, m);
    } else {
      c.holds.to = std::min(c.holds.to, m);
    }
    return reached;
  }

  const ir::Program& program_;
  const eval::Facts& facts_;
  // The caller's, used as a stack: it is left as it was.
  std::vector<Assumption>& assumed_;
  Position asked_;
  // What may be cited; each was accepted by itself.
  std::span<const Lemma> shown_;
  Step* fill_;
  std::string error_;
};

}  // namespace

ir::Bounds BoundsOf(const ir::Program& program, const eval::Facts& facts,
                    const std::vector<Assumption>& assumptions, const Claim& claim) {
  if (claim.within) return *claim.within;
  if (!claim.open) {
    if (claim.value.kind() != Value::Kind::kNumber) return {};
    return ir::Exactly(claim.value.AsNumber());
  }
  const Key& key = *claim.open;
  ir::Bounds out;
  const auto rises_to = [&](const Rational& low, bool strict) {
    const int order = out.low ? Compare(low, *out.low) : 1;
    if (order > 0) out.low = low, out.low_strict = strict;
    if (order == 0) out.low_strict = out.low_strict || strict;
  };
  const auto falls_to = [&](const Rational& high, bool strict) {
    const int order = out.high ? Compare(high, *out.high) : -1;
    if (order < 0) out.high = high, out.high_strict = strict;
    if (order == 0) out.high_strict = out.high_strict || strict;
  };
  if (key.family == Key::Family::kPoint) {
    const ir::Point& point = program.points[key.id];
    if (const auto low = KnownBound(program, facts, point.low)) rises_to(*low, point.low.strict);
    const auto high = KnownBound(program, facts, point.high);
    if (high && !point.may_be_none) falls_to(*high, point.high.strict);
  }
  for (const Assumption& a : assumptions) {
    if (a.what != Assumption::What::kAtLeast || a.key != key) continue;
    a.holds ? rises_to(a.threshold, a.strict) : falls_to(a.threshold, !a.strict);
  }
  return out;
}

std::expected<Interval, std::string> Complete(const ir::Program& program, const eval::Facts& facts,
                                              std::vector<Assumption>& assumptions, Position asked,
                                              std::span<const Lemma> lemmas, Step& step) {
  Checker checker(program, facts, assumptions, asked, lemmas, &step);
  const Interval holds = checker.Root(step);
  if (!checker.error().empty()) return std::unexpected(checker.error());
  return holds;
}

std::expected<Interval, std::string> Check(const ir::Program& program, const eval::Facts& facts,
                                           const Proof& proof) {
  const std::span<const Lemma> lemmas = proof.lemmas;
  std::vector<Assumption> assumed;
  Interval holds;
  for (size_t i = 0; i <= lemmas.size(); ++i) {
    assumed = proof.assumptions;
    const bool root = i == lemmas.size();
    if (!root) {
      assumed.insert(assumed.end(), lemmas[i].assumptions.begin(), lemmas[i].assumptions.end());
    }
    Checker checker(program, facts, assumed, proof.root.at, lemmas.first(i), nullptr);
    holds = checker.Root(root ? proof.root : lemmas[i].step);
    if (!checker.error().empty()) return std::unexpected(checker.error());
  }
  return holds;
}

}  // namespace entente::proof
