// Conditions, and what `that K` in them speaks of.

#include <algorithm>

#include "base/words.h"
#include "check/lexicon.h"
#include "check/phrases.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Token;
using syntax::TokenKind;

// The slot-0 thing that `that K` or a name speaks of.
NodeId Phrases::Referent(const Noun& noun) {
  RefuseNone(noun);
  if (noun.heads[0].thing.valid()) {
    return program_.Lit(Value::Thing(noun.heads[0].thing), ir::kThingType);
  }
  const ir::KindId kind = noun.heads[0].kind;
  if (scope.describe) return scope.describe(noun);
  if (scope.item && program_.KindsMeet(kind, scope.item->first)) return scope.item->second;
  if (scope.act != nullptr) {
    for (size_t p = 0; p < scope.act->parts.size(); ++p) {
      const auto& part = scope.act->parts[p];
      if (!part || scope.act->act->parts[p].words_only) continue;
      bool named = program_.KindReaches(scope.act->act->parts[p].kind, kind);
      for (const NounHead& head : part->heads) {
        named = named || (head.kind.valid() && program_.KindsMeet(head.kind, kind));
      }
      if (named) return program_.Field(0, scope.act->act->parts[p].field, ir::kThingType);
    }
  }
  // A party, or what the sentence says may act: `a Seat may …, if that Seat …`.
  const bool subject =
      scope.subject != nullptr && !scope.another &&
      std::any_of(scope.subject->heads.begin(), scope.subject->heads.end(),
                  [&](const NounHead& head) {
                    return head.kind.valid() && program_.KindsMeet(head.kind, kind);
                  });
  if (subject || (scope.subject != nullptr && kind == agreement_.party_kind)) {
    return program_.Field(0, program_.known.by, ir::kThingType);
  }
  Fail(FindingKind::kWrongKind,
       "nothing named earlier in the sentence is a " +
           std::string(program_.symbols.Name(program_.kinds[kind.index].name)),
       "`that K` is the one K named earlier in the sentence", noun.span);
  return program_.Lit(Value::Thing({}), ir::kThingType);
}

// Whether whoever makes the notice of this sentence has made one of type `event`, of what it is of.
NodeId Phrases::HasMadeOne(ir::EventTypeId event) {
  EventUse use;
  use.that = true;
  for (uint32_t e = 0; e < agreement_.events.size(); ++e) {
    if (agreement_.events[e].type == event) use.events = {e};
  }
  const NodeId maker_here = program_.Field(0, program_.known.by, ir::kThingType);
  const auto by = [&](NodeId maker) {
    return program_.Apply(Function::kEqual, {maker, maker_here}, ir::kBoolType);
  };
  return program_.Reached(
      program_.MomentOf(ir::FoldKind::kFirst, Occurrences(use, 0, {}, by), scope.free_slot));
}

// `a Stoppage has lasted 90 days`: one that stands, and began at least so long ago.
NodeId Phrases::Lasted(const EventUse& use) {
  ++at_;
  Accept("for");
  AcceptAll({"at", "least"});
  if (!PeekDuration()) FailHere("expected how long", "write `has lasted 90 days`");
  if (failed_) return program_.False();
  const NodeId length = ParseDuration();
  const EventName& event = agreement_.events[use.events[0]];
  if (use.events.size() != 1 || event.ends.empty()) {
    Fail(FindingKind::kUnknownPhrase, "nothing says how long a " + event.name + " stands",
         "add a sentence: `a " + event.name + " stands until …`");
    return program_.False();
  }
  // What says when it ends is in terms of slot 1.
  if (scope.free_slot != 1) {
    FailHere("expected nothing that has lasted here");
    return program_.False();
  }
  const NodeId began = program_.Field(1, program_.known.at, ir::kMomentType);
  const NodeId long_ago =
      program_.Reached(program_.Apply(Function::kShift, {began, length}, ir::kMomentType));
  NodeId out = program_.False();
  for (const auto& [choice, end] : event.ends) {
    const NodeId those = Occurrences(use, 0, {});
    const NodeId each =
        program_.Each(ir::EachKind::kOr, those, 1, program_.KeyOf(those, 1), {},
                      program_.And({program_.Not(program_.Reached(end)), long_ago}));
    out = choice == program_.True() ? each : program_.If(choice, each, out);
  }
  return out;
}

// `that Seat has made a Disclosure of that Declaration`: whether somebody made such a notice;
// `before M`: whether the first of them lies before M.
std::optional<NodeId> Phrases::HasMade(NodeId subject) {
  const size_t mark = at_;
  const bool has = Accept("has") || Accept("have");
  const bool negated = has && Accept("not");
  if (!has || !(Accept("made") || Accept("given")) || !PeekEvent()) {
    at_ = mark;
    return std::nullopt;
  }
  const bool none = PeekIs("no");
  const auto use = ParseEvent();
  if (!use) return std::nullopt;
  std::vector<NodeId> moments;
  const int slot = scope.free_slot;
  for (size_t i = 0; i < use->events.size(); ++i) {
    const auto by = [&](NodeId maker) {
      return program_.Apply(Function::kEqual, {maker, subject}, ir::kBoolType);
    };
    moments.push_back(program_.MomentOf(ir::FoldKind::kFirst, Occurrences(*use, i, {}, by), slot));
  }
  const NodeId first = moments.size() == 1
                           ? moments[0]
                           : program_.Apply(Function::kEarliest, moments, ir::kMomentType);
  NodeId made = program_.Reached(first);
  if (Accept("before")) {
    const NodeId limit = ParseMoment();
    if (failed_) return program_.False();
    made = program_.And({made, program_.Apply(Function::kLess, {first, limit}, ir::kBoolType)});
  }
  return negated != none ? program_.Not(made) : made;
}

NodeId Phrases::ParseSimpleCondition() {
  const NodeId none = program_.False();
  if (failed_) return none;
  const size_t mark = at_;
  if (AcceptAll({"the", "agreement", "is", "in", "force"})) {
    std::vector<NodeId> parts = {program_.Reached(program_.Moment(program_.origin))};
    if (agreement_.term_end.valid())
      parts.push_back(program_.Not(program_.Reached(program_.Ref(agreement_.term_end, {}))));
    return program_.And(std::move(parts));
  }
  // `3.1 is overdue`, `3.1 has been overdue for 30 days`.
  const bool been = PeekIs("been", 2) || (PeekIs("not", 2) && PeekIs("been", 3));
  const size_t state = been ? 3 : 2;
  if (Peek() != nullptr && PeekIs(been ? "has" : "is", 1) &&
      (PeekIs("overdue", state) || (PeekIs("not", 2) && PeekIs("overdue", state + 1)))) {
    const auto duty = agreement_.overdue.find(Peek()->text);
    if (duty == agreement_.overdue.end()) {
      FailHere(Quoted(Peek()->text) + " is no clause with a duty that could be overdue",
               "name a clause that says `WHO must …`");
      return none;
    }
    Overdue& named = duty->second;
    if (!named.defined && !named.asked.valid()) named.asked = Here();
    const bool denied = PeekIs("not", 2);
    at_ += state + (denied ? 2 : 1);
    NodeId overdue = program_.Ref(named.term, {});
    if (been) {
      if (!AcceptAll({"for"}) || !PeekDuration()) {
        FailHere("expected how long", "write `9.1 has been overdue for 30 days`");
        return none;
      }
      const NodeId length = ParseDuration();
      if (failed_) return none;
      overdue = HasBeenOverdue(duty->first, named, length);
    }
    return denied ? program_.Not(overdue) : overdue;
  }
  // `the Offer Period is open`.
  size_t name = 0;
  if (PeekStretch(0, &name) && PeekIs("is", name) &&
      (PeekIs("open", name + 1) || (PeekIs("not", name + 1) && PeekIs("open", name + 2)))) {
    const NodeId open = During();
    const bool denied = PeekIs("not", 1);
    at_ += denied ? 3 : 2;
    return denied ? program_.Not(open) : open;
  }
  // Events: has happened, stands.
  if (PeekEvent()) {
    const bool no = PeekIs("no");
    const auto use = ParseEvent();
    if (!use) return none;
    if (use->derived.valid() && !PeekIs("has") && !PeekIs("have")) {
      FailHere("expected `has happened`");
      return none;
    }
    if (Accept("stands") || Accept("stand")) {
      const EventName& event = agreement_.events[use->events[0]];
      if (!event.stands.valid()) {
        Fail(FindingKind::kUnknownPhrase, "nothing says how long a " + event.name + " stands",
             "add a sentence: `a " + event.name + " stands until …`");
        return none;
      }
      const NodeId stands = program_.Ref(event.stands, {});
      return no ? program_.Not(stands) : stands;
    }
    if (Accept("has") || Accept("have")) {
      const bool negated = Accept("not");
      if ((PeekIs("lasted") || PeekIs("stood")) && !use->derived.valid()) {
        const NodeId lasted = Lasted(*use);
        if (no) {
          Fail(FindingKind::kUnknownPhrase,
               "`no … has lasted` may deny that one lasted so long, or say that there was none for "
               "so long",
               "write `unless a … has lasted …`, or `has not lasted`");
        }
        return negated ? program_.Not(lasted) : lasted;
      }
      Expect("happened");
      NodeId happened = program_.Reached(MomentOf(*use));
      if (scope.term_start.valid() && AcceptAll({"at", "least"})) {
        // Given on a day, it is in time if that many days lie between the day and the start.
        const NodeId length = ParseDuration();
        if (!AcceptAll({"before", "its", "start"})) {
          FailHere("expected `before its start`", "write `at least 60 days before its start`");
          return none;
        }
        const ir::Node counted = program_.Get(length);
        const auto shift = [&](NodeId moment, NodeId by) {
          return program_.Apply(Function::kShift, {moment, by}, ir::kMomentType);
        };
        if (counted.op == ir::Op::kLit) {
          Duration by = program_.Literal(counted).AsDuration();
          by.count = -by.count;
          const NodeId latest =
              program_.Apply(Function::kEndOfDay,
                             {shift(scope.term_start, program_.Lit(Value::Of(by), counted.type))},
                             ir::kMomentType);
          const int slot = scope.free_slot;
          std::vector<NodeId> given;
          for (size_t i = 0; i < use->events.size(); ++i) {
            given.push_back(program_.Reached(program_.Fold(
                ir::FoldKind::kFirst, Occurrences(*use, i, {}), slot,
                program_.Field(slot, program_.known.at, ir::kMomentType),
                program_.Moment(kBeginning.before()), latest, program_.Moment(kNever))));
          }
          happened = program_.Or(std::move(given));
        } else {
          const NodeId day =
              program_.Apply(Function::kStartOfDay, {MomentOf(*use)}, ir::kMomentType);
          happened = program_.Apply(Function::kLessEqual, {shift(day, length), scope.term_start},
                                    ir::kBoolType);
        }
      }
      if (Accept("before") || Accept("by")) {
        const bool by = tokens_[at_ - 1].Is("by");
        const auto date = ParseDateWords();
        if (!date) {
          FailHere("expected a date");
          return none;
        }
        const NodeId limit = program_.Moment(Position::StartOf({date->day + (by ? 1 : 0)}));
        happened = program_.And(
            {happened, program_.Apply(Function::kLess, {MomentOf(*use), limit}, ir::kBoolType)});
      }
      return no != negated ? program_.Not(happened) : happened;
    }
    at_ = mark;
  }
  if (PeekNumber()) {
    ir::Type left_type;
    NodeId left = ParseNumber(&left_type);
    if (failed_) return none;
    Expect("is");
    Function function = Function::kEqual;
    bool swap = false;
    const bool denied = Accept("not");
    if (Accept("above") || AcceptAll({"more", "than"})) {
      function = Function::kLess;
      swap = true;
    } else if (Accept("below") || AcceptAll({"less", "than"})) {
      function = Function::kLess;
    } else if (AcceptAll({"at", "least"})) {
      function = Function::kLessEqual;
      swap = true;
    } else if (AcceptAll({"at", "most"})) {
      function = Function::kLessEqual;
    }
    ir::Type right_type;
    NodeId right = ParseNumber(&right_type);
    if (failed_) return none;
    if (right_type == left_type && left_type == ir::NumberType(program_.symbols.Intern("1")))
      WithPercentSign();
    Count(left, left_type, right, right_type);
    if (left_type != right_type) {
      Fail(FindingKind::kUnitMismatch,
           "an amount in " + UnitOf(left_type) + " is compared with one in " + UnitOf(right_type),
           "state both in one unit", whole_);
      return none;
    }
    const NodeId compared = swap ? program_.Apply(function, {right, left}, ir::kBoolType)
                                 : program_.Apply(function, {left, right}, ir::kBoolType);
    return denied ? program_.Not(compared) : compared;
  }
  NodeId subject;
  if (PeekIs("it") || PeekIs("they")) {
    ++at_;
    if (scope.act != nullptr && !scope.act->parts.empty() && scope.act->parts[0]) {
      subject = program_.Field(0, scope.act->act->parts[0].field, ir::kThingType);
    } else {
      FailHere("`it` refers to nothing named in the sentence");
      return none;
    }
  } else if (auto noun = ParseNounSimple()) {
    subject = Referent(*noun);
  } else {
    if (failed_) return none;
    if (PeekIs("[")) return ParseJudgement({}, "");
    // A fact about the world with no subject of its own.
    for (const FactName& fact : agreement_.facts) {
      if (fact.words.empty() || fact.words[0].empty()) continue;
      at_ = mark;
      bool matches = true;
      bool negated = false;
      for (const std::string& word : fact.words) {
        if (!matches) break;
        if (Accept("not")) negated = true;
        matches = Peek() != nullptr && SameWord(word, Peek()->text);
        ++at_;
      }
      if (matches && !failed_) {
        const NodeId open =
            program_.Open(FactPoint(Join(fact.words, " "), ir::PointKind::kFact, 0, whole_), {});
        return negated ? program_.Not(open) : open;
      }
    }
    at_ = mark;
    FailHere("expected a condition",
             "declare the words as a fact, or name an event that has happened");
    return none;
  }
  if (failed_) return none;
  if (const auto made = HasMade(subject)) return *made;
  if (failed_) return none;
  const size_t predicate_at = at_;
  const auto predicate = ParsePredicate();
  if (!predicate) {
    if (failed_) return none;
    at_ = predicate_at;
    std::vector<std::string> known;
    for (const FactName& fact : agreement_.facts) {
      std::vector<std::string> words;
      for (const std::string& w : fact.words) words.push_back(w.empty() ? "…" : w);
      known.push_back(Join(words, " "));
    }
    size_t end = at_;
    while (end < tokens_.size() && !tokens_[end].Is(",") && !tokens_[end].Is(";")) ++end;
    const std::string text = syntax::TextOf(files_, tokens_, at_, end);
    const std::string closest = Closest("… " + text, known);
    Fail(FindingKind::kUnknownPhrase, Quoted(text) + " reads like no declared fact",
         closest.empty() ? "declare it: `fact (KIND) " + text + "`"
                         : "did you mean " + Quoted(closest) + "?",
         end > at_ ? source::Cover(tokens_[at_].span, tokens_[end - 1].span) : Here());
    return none;
  }
  return Says(*predicate, subject);
}

NodeId Phrases::ParseCondition() {
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep,
         "conditions are nested more than " + std::to_string(syntax::kNestingMax) + " deep",
         "split the sentence");
    return program_.False();
  }
  const auto leave = [&](NodeId node) {
    --depth_;
    return failed_ ? program_.False() : node;
  };
  if ((PeekIs("any") || PeekIs("all")) && PeekIs("of", 1) && PeekIs(":", 2)) {
    const bool any = PeekIs("any");
    at_ += 3;
    std::vector<NodeId> parts;
    while (!failed_ && Peek() != nullptr && Peek()->kind == TokenKind::kItem) {
      ++at_;
      parts.push_back(ParseCondition());
      if (!Accept(";")) break;
    }
    if (parts.empty() && !failed_) FailHere("expected a list (a) …; (b) …");
    return leave(any ? program_.Or(parts) : program_.And(parts));
  }
  std::vector<NodeId> parts = {ParseSimpleCondition()};
  char joint = 0;
  while (!failed_ && (PeekIs("and") || PeekIs("or"))) {
    const char next = PeekIs("and") ? '&' : '|';
    if (joint != 0 && joint != next) {
      Fail(FindingKind::kAndWithOr, "`and` and `or` in one condition can be read in two ways",
           "write a list: `any of: (a) …; (b) …`");
      break;
    }
    joint = next;
    ++at_;
    parts.push_back(ParseSimpleCondition());
  }
  return leave(joint == '|' ? program_.Or(parts) : program_.And(parts));
}

}  // namespace entente::check
