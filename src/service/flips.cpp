// What single change would make an answer come out otherwise: a reading, a thing or its kind, a
// fact, one event more, another day.

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "eval/lower.h"
#include "ir/walk.h"
#include "service/asking.h"
#include "service/describe.h"

namespace entente::service {

using check::Query;
using eval::Answer;
using eval::Key;
using eval::Verdict;

Asking::Tested Asking::TestedOfParts() const {
  const ir::Program& program = agreement_.program;
  Tested out;
  const ir::Node root = program.Get(query_.node);
  if (root.op != ir::Op::kRef) return out;
  // Of the act's own clauses only: what other terms test of their arguments is not a part of it.
  const auto look = [&](ir::NodeId id, const ir::Node& node) {
    const auto children = program.Children(id);
    if (children.empty()) return;
    const ir::Node& f = program.Get(children[0]);
    if (f.op != ir::Op::kField || f.aux != 0) return;
    const Symbol field{f.data};
    if (node.op == ir::Op::kIs) out.kinds[field].insert(node.data);
    if (node.op == ir::Op::kOpen && children.size() == 1 && node.type == ir::kBoolType)
      out.facts[field].insert(node.data);
    if (node.op == ir::Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kEqual &&
        program.Get(children[1]).op == ir::Op::kLit &&
        program.Get(children[1]).type == ir::kThingType) {
      out.named[field].insert(program.Literal(program.Get(children[1])).AsThing().index);
    }
  };
  ir::ForEachBelow(program, program.terms[root.data].body, look, /*into_terms=*/false);
  return out;
}

std::optional<ir::NodeId> Asking::WithThing(const check::AskedPart& part, ThingId thing) {
  ir::Program& program = agreement_.program;
  const ir::Node root = program.Get(query_.node);
  if (root.op != ir::Op::kRef) return std::nullopt;
  const Symbol field = program.symbols.Find(part.name);
  std::vector<ir::NodeId> args(program.Children(query_.node).begin(),
                               program.Children(query_.node).end());
  for (size_t i = 0; i < args.size(); ++i) {
    if (program.terms[root.data].parameters[i].name != field) continue;
    args[i] = program.Lit(Value::Thing(thing), ir::kThingType);
    return program.Ref(ir::TermId{root.data}, args);
  }
  return std::nullopt;
}

std::optional<std::pair<eval::Facts, ir::NodeId>> Asking::WithKind(const check::AskedPart& part,
                                                                   ir::KindId kind) {
  ir::Program& program = agreement_.program;
  eval::Facts facts = facts_;
  if (part.thing.valid()) {
    if (eval::AskKind(program, facts, part.thing, kind).known.value_or(true)) return std::nullopt;
    facts.things[part.thing.index].kinds.push_back(kind);
    return std::pair{std::move(facts), query_.node};
  }
  if (!program.KindReaches(kind, part.kind)) return std::nullopt;
  const std::string name(program.symbols.Name(program.kinds[kind.index].name));
  facts.things.push_back({WithArticle(name), {kind}, false});
  const auto node = WithThing(part, ThingId{static_cast<uint32_t>(facts.things.size() - 1)});
  if (!node) return std::nullopt;
  return std::pair{std::move(facts), *node};
}

void Asking::Flips(Answer& answer, const Outcome& outcome) {
  ir::Program& program = agreement_.program;
  const auto worth = [&](const Outcome& o) {
    return o != outcome && o.verdict != Verdict::kUndecided && o.verdict != Verdict::kDepends;
  };
  const auto add = [&](std::string change, const Outcome& o, std::vector<std::string> clauses) {
    answer.flips.push_back({std::move(change), OutcomeWord(o), std::move(clauses)});
  };
  for (const eval::Assumption& a : answer.assuming) {
    if (!a.decisive) continue;
    for (const std::string& other : a.otherwise)
      answer.flips.push_back({a.reading + " " + other.substr(0, other.rfind(':')),
                              other.substr(other.rfind(':') + 2),
                              {}});
  }
  const Tested tested = TestedOfParts();
  const auto found = [](const auto& by_field, Symbol field) {
    const auto it = by_field.find(field);
    return it == by_field.end() ? std::set<uint32_t>{} : it->second;
  };
  for (size_t p = 0; p < query_.parts.size(); ++p) {
    const check::AskedPart& part = query_.parts[p];
    const Symbol symbol = program.symbols.Find(part.name);
    const std::string who = part.text.empty() ? "the " + part.name : part.text;
    if (p == 0) continue;
    for (const uint32_t thing : found(tested.named, symbol)) {
      const auto node = WithThing(part, ThingId{thing});
      if (!node || ThingId{thing} == part.thing) continue;
      std::vector<std::string> labels;
      const Outcome o = OutcomeWith(facts_, query_.env, *node, &labels);
      if (worth(o)) add(who + " were " + facts_.things[thing].name, o, labels);
    }
    for (const uint32_t kind : found(tested.kinds, symbol)) {
      const auto with = WithKind(part, ir::KindId{kind});
      if (!with) continue;
      std::vector<std::string> labels;
      const Outcome o = OutcomeWith(with->first, query_.env, with->second, &labels);
      if (worth(o))
        add(who + " were a " + std::string(program.symbols.Name(program.kinds[kind].name)), o,
            labels);
    }
    for (const uint32_t point : found(tested.facts, symbol)) {
      if (!part.thing.valid()) continue;
      const Key key{Key::Family::kPoint, point, {Value::Thing(part.thing)}};
      const auto known = facts_.settled.find(key);
      eval::Facts facts = facts_;
      const bool to = known == facts_.settled.end() ? true : !known->second.AsBool();
      facts.settled[key] = Value::Bool(to);
      std::vector<std::string> labels;
      const Outcome o = OutcomeWith(facts, query_.env, query_.node, &labels);
      const Describer say(agreement_, facts_);
      if (worth(o)) add(to ? say.Instance(key) : Negated(say.Instance(key)), o, labels);
    }
  }
  // One event more, on the day asked; a notice about another needs that one first.
  for (const check::EventName& event : agreement_.events) {
    if (event.alias_first.valid()) continue;
    Query with = query_;
    diag::Findings ignored;
    std::vector<std::string> chain = {event.name};
    if (const check::EventName* of = event.of.valid() ? agreement_.FindEvent(event.of) : nullptr) {
      const bool there =
          std::any_of(facts_.events.begin(), facts_.events.end(),
                      [&](const eval::Event& e) { return e.type == of->type && e.at < at_; });
      if (!there) chain.insert(chain.begin(), of->name);
    }
    std::vector<record::Entry> entries = query_.given;
    const check::Scratch scratch(agreement_);
    bool put = true;
    with.given.clear();
    for (const std::string& name : chain) {
      put = put &&
            check::ReadGiven(snapshot_.files, agreement_,
                             Words("given", name + " on " + ToLongText(*query_.on)), with, ignored);
    }
    if (!put) continue;
    for (record::Entry entry : with.given) {
      entry.id += " (supposed)";
      entries.push_back(entry);
    }
    eval::Facts facts = eval::Lower(program, Recorded(), Placed(entries), Lowered(), ignored);
    if (ignored.any_error()) continue;
    for (const auto& [key, value] : facts_.settled) facts.settled.emplace(key, value);
    while (facts.things.size() < facts_.things.size())
      facts.things.push_back(facts_.things[facts.things.size()]);
    const Outcome o = OutcomeWith(facts, query_.env, query_.node, nullptr);
    if (worth(o))
      add((chain.size() > 1 ? Join(chain, ", then ") : WithArticle(event.name)) + " happened", o,
          {});
  }
  // The nearest dates on which it comes out otherwise.
  const eval::Signal& signal = timeline_->Of(query_.node, query_.env);
  const size_t here = signal.IndexAt(at_);
  for (size_t i = here + 1; i < signal.pieces.size(); ++i) {
    const Outcome o =
        Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, signal.pieces[i].from)));
    if (!worth(o)) continue;
    add("asked from " + ToLongText(signal.pieces[i].from.date()) + " on", o,
        DecidingLabels(*timeline_, signal.pieces[i].from, o));
    break;
  }
  for (size_t i = here; i-- > 0;) {
    // A piece that ends within a day is told of by the days before it.
    const Date day = LastWholeDayBefore(signal.pieces[i + 1].from);
    const Position last = Position::EndOf(day);
    if (last < kBeginning || signal.IndexAt(last) != i) continue;
    const Outcome o = Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, last)));
    if (!worth(o)) continue;
    add("asked up to " + ToLongText(day), o, DecidingLabels(*timeline_, last, o));
    break;
  }
}

}  // namespace entente::service
