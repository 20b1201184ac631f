// What the clauses say together. Each pair of rules about one act is asked in a general case: every
// part of the act a thing of any kind, or one of the things that either clause names; every fact
// open; the future open. Where the diagram of "both apply, and nothing stronger" is not false, a
// witness is looked for and replayed by the reference; only then is there a finding.

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "check/editions.h"
#include "eval/lower.h"
#include "ir/walk.h"
#include "service/ask.h"
#include "service/describe.h"
#include "service/witness.h"

namespace entente::service {

using diag::FindingKind;
using eval::Diagram;
using ir::Function;
using ir::NodeId;
using ir::Op;

namespace {

constexpr size_t kCasesMax = 64;
constexpr size_t kPairsMax = 20'000;

class Finder {
 public:
  explicit Finder(Snapshot& snapshot)
      : snapshot_(snapshot), agreement_(snapshot.agreement), program_(agreement_.program) {
    diag::Findings ignored;
    facts_ = eval::Lower(program_, {}, {}, check::LowerOptionsOf(agreement_), ignored);
    // One thing of any kind for each part an act can have.
    for (int i = 0; i < 8; ++i) facts_.things.push_back({"some thing", {}, true});
    any_ = ThingId{static_cast<uint32_t>(facts_.things.size() - 8)};
    closed_ = facts_;
    std::fill(closed_.closed_to.begin(), closed_.closed_to.end(), kNever);
  }

  void Run() {
    const size_t sets = program_.rule_sets.size();
    for (uint32_t s = 0; s < sets; ++s) {
      const ir::RuleSet set = program_.rule_sets[s];
      const std::string name(program_.symbols.Name(program_.terms[set.term.index].name));
      const bool power = name.starts_with("power ");
      if (!name.starts_with("may ") && !power) continue;
      NeverApplies(set, power ? FindingKind::kPowerNeverOpen : FindingKind::kNeverApplies,
                   power ? "the power of " : "", power ? " is never open" : " never applies");
      const auto beats = ir::BeatsClosure(set);
      for (size_t i = 0; i < set.rules.size(); ++i) {
        if (!set.rules[i].at.valid()) continue;
        for (size_t j = 0; j < set.rules.size(); ++j) {
          if (i == j || !set.rules[j].at.valid() || ++pairs_ > kPairsMax) continue;
          const bool same_label = set.rules[i].label == set.rules[j].label;
          if (same_label) continue;
          const bool differ = Means(set.rules[i], true) && Means(set.rules[j], false);
          if (differ && !beats[i][j] && !beats[j][i]) Clash(set, beats, i, j);
          const bool named = std::find(set.rules[i].beats.begin(), set.rules[i].beats.end(), j) !=
                             set.rules[i].beats.end();
          if (named && !IsClosing(set, j)) Idle(set, i, j);
          if (Means(set.rules[i], true) && Means(set.rules[j], true)) Swallowed(set, i, j);
        }
      }
    }
    for (const check::Duty& duty : agreement_.duties) {
      for (const check::Duty::Wording& wording : duty.wordings) {
        const ir::RuleSet set =
            program_.rule_sets[program_.Get(program_.terms[wording.applies.index].body).data];
        NeverApplies(set, FindingKind::kNeverApplies, "the duty of ", " can never arise");
      }
    }
    for (const check::Duty& duty : agreement_.duties) Forbidden(duty);
    ReportIdle();
  }

 private:
  bool Means(const ir::Rule& rule, bool value) const {
    const ir::Node& node = program_.Get(rule.value);
    return node.op == Op::kLit && program_.Literal(node).AsBool() == value;
  }
  bool IsClosing(const ir::RuleSet& set, size_t j) const {
    size_t beaten = 0;
    for (const ir::Rule& rule : set.rules) {
      beaten += std::find(rule.beats.begin(), rule.beats.end(), j) != rule.beats.end();
    }
    return beaten + 1 >= set.rules.size() && set.rules.size() > 2;
  }

  // Things that a guard compares a part with.
  void Named(NodeId guard, int slot, std::set<std::pair<uint32_t, uint32_t>>& out) const {
    const auto look = [&](NodeId id, const ir::Node& node) {
      if (node.op != Op::kOp || static_cast<Function>(node.aux) != Function::kEqual) return;
      const auto children = program_.Children(id);
      const ir::Node& field = program_.Get(children[0]);
      const ir::Node& lit = program_.Get(children[1]);
      if (field.op == Op::kField && field.aux == slot && lit.op == Op::kLit &&
          lit.type == ir::kThingType) {
        out.insert({field.data, program_.Literal(lit).AsThing().index});
      }
    };
    ir::ForEachBelow(program_, guard, look, /*into_terms=*/false);
  }

  // The general cases: one slot for each combination of named and unnamed things.
  std::vector<eval::Slot> Slots(const ir::RuleSet& set, const std::vector<NodeId>& guards,
                                int fields_of = 0) const {
    std::set<std::pair<uint32_t, uint32_t>> named;
    for (const NodeId guard : guards) Named(guard, fields_of, named);
    std::vector<eval::Slot> out(1);
    uint32_t next = any_.index;
    for (const ir::Parameter& parameter : program_.terms[set.term.index].parameters) {
      std::vector<Value> values;
      if (parameter.type == ir::kBoolType) {
        values = {Value::Bool(false), Value::Bool(true)};
      } else {
        values.push_back(Value::Thing(ThingId{next++}));
        for (const auto& [field, thing] : named) {
          if (Symbol{field} == parameter.name) values.push_back(Value::Thing(ThingId{thing}));
        }
      }
      std::vector<eval::Slot> more;
      for (const eval::Slot& slot : out) {
        for (const Value& value : values) {
          if (more.size() >= kCasesMax) break;
          eval::Slot longer = slot;
          longer.fields.emplace_back(parameter.name, value);
          more.push_back(std::move(longer));
        }
      }
      out = std::move(more);
    }
    return out;
  }

  // With our readings put in.
  Diagram Read(eval::Timeline& timeline, Diagram d) const {
    eval::Diagrams& diagrams = timeline.diagrams();
    for (const eval::SubjectId id : diagrams.Support(d)) {
      const eval::Subject subject = diagrams.Get(id);
      if (subject.kind != eval::Subject::Kind::kReading) continue;
      const eval::Key& key = timeline.instances()[subject.id].key;
      if (program_.points[key.id].has_primary)
        d = diagrams.Restrict(d, {{id, Rational(0), false}, 0});
    }
    return d;
  }

  bool Ever(const ir::RuleSet& set, NodeId guard) {
    for (const eval::Slot& slot : Slots(set, {guard})) {
      eval::Timeline timeline(program_, facts_);
      const eval::Signal signal = timeline.Of(guard, {slot});
      for (const eval::Piece& piece : signal.pieces) {
        const Diagram both = timeline.diagrams().And(piece.value, timeline.Possible(piece.from));
        if (!timeline.diagrams().IsFalse(both)) return true;
      }
      // Past its cap a diagram says nothing.
      if (timeline.diagrams().full()) return true;
    }
    return false;
  }

  // Sentences of which no reading ever applies, unless it is their text that is never in force.
  void NeverApplies(const ir::RuleSet& set, FindingKind kind, std::string_view front,
                    std::string_view back) {
    std::map<std::pair<uint32_t, uint32_t>, bool> ever;
    for (const ir::Rule& rule : set.rules) {
      const bool speaks = rule.at.valid() && !rule.outside && !rule.closing &&
                          (kind != FindingKind::kPowerNeverOpen || Means(rule, true));
      if (!speaks) continue;
      bool& applies = ever[{rule.at.file.index, rule.at.begin}];
      applies = applies || Ever(set, rule.guard);
    }
    for (const ir::Rule& rule : set.rules) {
      const auto it = ever.find({rule.at.file.index, rule.at.begin});
      if (it == ever.end() || it->second) continue;
      it->second = true;
      const std::string label(program_.symbols.Name(rule.label));
      const check::Clause* clause = agreement_.FindClause(label, rule.at);
      if (clause != nullptr && clause->in_force.valid() && !Ever(set, clause->in_force)) continue;
      snapshot_.findings.Add(
          {.kind = kind,
           .at = rule.at,
           .message = std::string(front) + label + std::string(back),
           .labels = {},
           .instance = {},
           .help = "its conditions cannot hold together, or hold only before the agreement or "
                   "after its term; see which of them is meant otherwise"});
    }
  }

  // A duty of which every act that would perform it is forbidden for all time.
  void Forbidden(const check::Duty& duty) {
    constexpr int kSlot = check::Duty::kSlot;
    bool any = false;
    std::vector<NodeId> lists = {duty.performing};
    while (!lists.empty()) {
      const NodeId list = lists.back();
      lists.pop_back();
      const ir::Node node = program_.Get(list);
      const std::vector<NodeId> children(program_.Children(list).begin(),
                                         program_.Children(list).end());
      if (node.op == Op::kUnion) lists.insert(lists.end(), children.begin(), children.end());
      if (node.op == Op::kUnion) continue;
      const auto act =
          std::find_if(agreement_.acts.begin(), agreement_.acts.end(), [&](const check::Act& one) {
            return node.op == Op::kOn && one.type == ir::EventTypeId{node.data};
          });
      if (act == agreement_.acts.end()) return;
      std::vector<NodeId> args;
      for (const ir::Parameter& parameter : program_.terms[act->allowed.index].parameters)
        args.push_back(program_.Field(kSlot, parameter.name, parameter.type));
      const NodeId may = program_.And({children[0], program_.Ref(act->allowed, args)});
      const ir::RuleSet set =
          program_.rule_sets[program_.Get(program_.terms[act->allowed.index].body).data];
      for (const eval::Slot& slot : Slots(set, {children[0]}, kSlot)) {
        eval::Timeline timeline(program_, facts_);
        // From when the agreement takes effect: before, it says nothing.
        const auto ever = [&](NodeId what) {
          const auto& pieces = timeline.Of(what, {{}, slot}).pieces;
          for (size_t i = 0; i < pieces.size(); ++i) {
            const bool over = i + 1 < pieces.size() && pieces[i + 1].from <= program_.origin;
            if (!over && !timeline.diagrams().IsFalse(pieces[i].value)) return true;
          }
          return timeline.diagrams().full();
        };
        any = any || ever(children[0]);
        if (ever(may)) return;
      }
    }
    if (!any) return;
    snapshot_.findings.Add({.kind = FindingKind::kForbiddenDuty,
                            .at = duty.wordings[0].at,
                            .message = duty.label + " asks for what the text forbids at all times",
                            .labels = {},
                            .instance = {},
                            .help =
                                "say which prevails: `despite` in the clause that permits it, or "
                                "another act"});
  }

  void Clash(const ir::RuleSet& set, const std::vector<std::vector<bool>>& beats, size_t i,
             size_t j) {
    // Both apply and nothing that applies is stronger than either.
    std::vector<NodeId> all = {set.rules[i].guard, set.rules[j].guard};
    for (size_t k = 0; k < set.rules.size(); ++k) {
      if (beats[k][i] || beats[k][j]) all.push_back(program_.Not(set.rules[k].guard));
    }
    const std::string a(program_.symbols.Name(set.rules[i].label)),
        b(program_.symbols.Name(set.rules[j].label));
    if (!clashes_.insert({std::min(a, b), std::max(a, b)}).second) return;
    const NodeId both = program_.And(all);
    for (const eval::Slot& slot : Slots(set, {set.rules[i].guard, set.rules[j].guard})) {
      eval::Timeline timeline(program_, facts_);
      eval::Diagrams& d = timeline.diagrams();
      const eval::Signal signal = timeline.Of(both, {slot});
      for (size_t p = 0; p < signal.pieces.size(); ++p) {
        const eval::Piece& piece = signal.pieces[p];
        // Late in the piece, so that there is room for what must have happened.
        const Position at = p + 1 < signal.pieces.size() ? signal.pieces[p + 1].from.before()
                                                         : Shift(std::max(piece.from, kBeginning),
                                                                 {365, DurationUnit::kDays});
        const Diagram here = Read(timeline, d.And(piece.value, timeline.Possible(at)));
        if (d.IsFalse(here) || at < kBeginning) continue;
        bool found = false;
        size_t tried = 0;
        d.Paths(here, [&](const std::vector<eval::Choice>& path, Diagram leaf) {
          if (!d.IsTrue(leaf)) return true;
          const auto witness =
              FindWitness(program_, facts_, timeline, both, {slot}, at, path, Value::Bool(true));
          if (!witness) return ++tried < 64;
          Report(set, i, j, slot, timeline, path,
                 signal.pieces.size() > 1 ? std::optional(at) : std::nullopt);
          found = true;
          return false;
        });
        if (found) return;
      }
    }
    clashes_.erase({std::min(a, b), std::max(a, b)});
  }

  void Report(const ir::RuleSet& set, size_t i, size_t j, const eval::Slot& slot,
              eval::Timeline& timeline, const std::vector<eval::Choice>& path,
              std::optional<Position> at) {
    eval::Facts named = facts_;
    for (const auto& [field, value] : slot.fields) {
      if (value.kind() == Value::Kind::kThing && value.AsThing().index >= any_.index) {
        named.things[value.AsThing().index].name = PartWord(agreement_, set.term, field);
      }
    }
    const Describer say(agreement_, named);
    std::vector<std::string> instance;
    if (at) instance.push_back("on " + ToText(at->date()));
    for (const auto& [field, value] : slot.fields) {
      if (value.kind() == Value::Kind::kThing && value.AsThing().index < any_.index) {
        const bool who = field == program_.known.by;
        instance.push_back(who ? say.Thing(value.AsThing()) + " acts"
                               : PartWord(agreement_, set.term, field) + " is " +
                                     say.Thing(value.AsThing()));
      }
    }
    for (const eval::Choice& choice : path) {
      const eval::Subject subject = timeline.diagrams().Get(choice.atom.subject);
      if (subject.kind == eval::Subject::Kind::kReading) continue;
      // What is not so need not be said of kinds; of facts it may be what makes the case.
      const bool kind = subject.kind == eval::Subject::Kind::kChoice &&
                        timeline.instances()[subject.id].key.family == eval::Key::Family::kKind;
      if (kind && choice.branch == 0) continue;
      instance.push_back(say.Atom(timeline, subject, choice));
    }
    // Two kinds of one thing may be an accident of the declarations.
    std::map<uint32_t, std::vector<uint32_t>> kinds;
    for (const eval::Choice& choice : path) {
      const eval::Subject subject = timeline.diagrams().Get(choice.atom.subject);
      if (subject.kind != eval::Subject::Kind::kChoice || choice.branch == 0) continue;
      const eval::Key& key = timeline.instances()[subject.id].key;
      if (key.family == eval::Key::Family::kKind)
        kinds[key.args[0].AsThing().index].push_back(key.id);
    }
    std::string apart;
    for (const auto& [thing, list] : kinds) {
      if (list.size() < 2) continue;
      const auto name = [&](uint32_t k) {
        return std::string(program_.symbols.Name(program_.kinds[k].name));
      };
      apart = "; or, where the text says so, `nothing is both a " + name(list[0]) + " and a " +
              name(list[1]) + "`";
    }
    const std::string a(program_.symbols.Name(set.rules[i].label)),
        b(program_.symbols.Name(set.rules[j].label));
    snapshot_.findings.Add(
        {.kind = FindingKind::kClash,
         .at = set.rules[j].at,
         .message = a + " allows what " + b + " forbids, and nothing says which prevails",
         .labels = {{set.rules[j].at, "forbids"}, {set.rules[i].at, "allows"}},
         .instance = instance,
         .help = "say which prevails, e.g. `" + a + " prevails over " + b +
                 "`, or take the case out of one with `other than`" + apart});
  }

  void Idle(const ir::RuleSet& set, size_t i, size_t j) {
    const std::pair<std::string, std::string> key{program_.symbols.Name(set.rules[i].label),
                                                  program_.symbols.Name(set.rules[j].label)};
    auto& entry = exceptions_.try_emplace(key, set.rules[i].at, false).first->second;
    // Variants of one clause count together: one that meets the other is enough.
    if (!entry.second)
      entry.second = Ever(set, program_.And({set.rules[i].guard, set.rules[j].guard}));
  }

  void ReportIdle() {
    std::map<std::string, std::pair<source::Span, bool>> by_winner;
    for (const auto& [key, entry] : exceptions_) {
      auto& w = by_winner.try_emplace(key.first, entry.first, false).first->second;
      w.second = w.second || entry.second;
    }
    for (const auto& [label, entry] : by_winner) {
      if (entry.second) continue;
      snapshot_.findings.Add(
          {.kind = FindingKind::kIdleException,
           .at = entry.first,
           .message = "clause " + Quoted(label) +
                      " excepts nothing: it never meets a clause it prevails over",
           .labels = {},
           .instance = {},
           .help = "remove the exception, or see whether the two clauses were meant to speak of "
                   "one case"});
    }
  }

  // Both permit at one time, and later only i does, on a date that j states.
  void Swallowed(const ir::RuleSet& set, size_t i, size_t j) {
    const std::pair<std::string, std::string> key{program_.symbols.Name(set.rules[i].label),
                                                  program_.symbols.Name(set.rules[j].label)};
    if (swallowed_.contains(key)) return;
    for (const ir::Rule& rule : set.rules) {
      // `only` speaks of the outside itself.
      if (rule.label == set.rules[j].label && rule.outside) return;
    }
    for (const eval::Slot& slot : Slots(set, {set.rules[i].guard, set.rules[j].guard})) {
      eval::Timeline timeline(program_, closed_);
      eval::Diagrams& d = timeline.diagrams();
      const eval::Signal a = timeline.Of(set.rules[i].guard, {slot});
      const eval::Signal b = timeline.Of(set.rules[j].guard, {slot});
      Diagram together = d.Bool(false);
      std::vector<Position> breaks;
      for (const eval::Signal* s : {&a, &b}) {
        for (const eval::Piece& p : s->pieces) breaks.push_back(p.from);
      }
      std::sort(breaks.begin(), breaks.end());
      for (const Position at : breaks) {
        const Diagram x = Read(timeline, a.At(at)), y = Read(timeline, b.At(at));
        if (timeline.IsRelative(x) || timeline.IsRelative(y)) return;
        bool open_date = false;
        for (const eval::SubjectId id : d.Support(d.And(x, y)))
          open_date = open_date || d.Get(id).kind == eval::Subject::Kind::kElapsed;
        if (open_date) return;
        const Diagram alone = d.And(together, d.And(x, d.Not(y)));
        if (!d.IsFalse(alone)) {
          swallowed_.insert(key);
          snapshot_.findings.Add(
              {.kind = FindingKind::kSwallowedGrant,
               .at = set.rules[j].at,
               .message = key.second + " ends on " + ToText(at.before().date()) + ", and " +
                          key.first + " still allows the same after it",
               .labels = {{set.rules[j].at, "the shorter grant"},
                          {set.rules[i].at, "the longer one"}},
               .instance = {},
               .help =
                   "write `only until` in " + key.second + ", or `other than` in " + key.first});
          return;
        }
        together = d.Or(together, d.And(x, y));
      }
    }
  }

  Snapshot& snapshot_;
  check::Agreement agreement_;
  ir::Program& program_;
  eval::Facts facts_;
  eval::Facts closed_;
  ThingId any_;
  size_t pairs_ = 0;
  std::set<std::pair<std::string, std::string>> clashes_;
  std::set<std::pair<std::string, std::string>> swallowed_;
  std::map<std::pair<std::string, std::string>, std::pair<source::Span, bool>> exceptions_;
};

}  // namespace

void FindClashes(Snapshot& snapshot) { Finder(snapshot).Run(); }

}  // namespace entente::service
