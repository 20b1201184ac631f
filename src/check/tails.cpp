// What follows the act of a sentence: when, if, only, despite.

#include "check/compiler.h"
#include "check/lexicon.h"

namespace entente::check {

NodeId Compiler::ThroughOrBefore(bool through) {
  const Token* token = phrases_.Peek();
  const Token* next = phrases_.Peek(1);
  const bool year = token != nullptr && token->kind == TokenKind::kNumber &&
                    token->text.size() == 4 && !(next != nullptr && next->Is("-")) &&
                    token->text.find('.') == std::string_view::npos;
  if (year) {
    const auto number = Rational::Parse(token->text);
    const auto date = number
                          ? DateOf(static_cast<int>(number->numerator()) + (through ? 1 : 0), 1, 1)
                          : std::nullopt;
    if (!date) {
      phrases_.FailHere("expected a year");
      return program().Moment(kNever);
    }
    phrases_.Rewind(phrases_.at() + 1);
    return EndsAt(*date);
  }
  if (const auto date = phrases_.ParseDateWords()) return EndsAt({date->day + (through ? 1 : 0)});
  return phrases_.ParseMoment();
}

// The start of a day on which something is over. What is over before the agreement takes effect
// speaks of the time before it.
NodeId Compiler::EndsAt(Date day) {
  const Position at = Position::StartOf(day);
  tail_dated_ = tail_dated_ || at <= program().origin;
  return program().Moment(at);
}

// A year by itself, which begins and ends on known days.
std::optional<int> Compiler::AcceptYear() {
  if (!IsYear(phrases_.Peek()) || phrases_.PeekIs("-", 1)) return std::nullopt;
  const auto year = WholeNumber(phrases_.Peek());
  phrases_.Rewind(phrases_.at() + 1);
  return year;
}

NodeId Compiler::Until() {
  const Token* token = phrases_.Peek();
  if (token != nullptr && token->kind == TokenKind::kNumber && !phrases_.PeekDuration()) {
    const Span from = token->span;
    std::string text(token->text);
    if (const auto date = phrases_.ParseDateWords()) text = ToLongText(*date);
    phrases_.Fail(FindingKind::kBareYear,
                  "`until " + text + "` may end when " + text + " begins or when it ends",
                  "write `through " + text + "` (to its end) or `before " + text + "`", from);
    return program().False();
  }
  size_t ahead = 0;
  while (phrases_.Peek(ahead) != nullptr &&
         (phrases_.PeekIs("the", ahead) || phrases_.PeekIs("a", ahead) ||
          phrases_.PeekIs("first", ahead))) {
    ++ahead;
  }
  const size_t mark = phrases_.at();
  const bool first = phrases_.PeekIs("first") || phrases_.PeekIs("first", 1);
  // An event followed by `has` begins a condition.
  if (phrases_.PeekEvent()) {
    const auto use = phrases_.ParseEvent();
    if (!use) return program().False();
    if (!phrases_.PeekIs("has") && !phrases_.PeekIs("stands")) {
      const EventName& event = agreement_.events[use->events[0]];
      if (event.stands.valid() && !first) {
        findings_.Add({.kind = FindingKind::kUndoneEnd,
                       .at = phrases_.whole(),
                       .message = "`until " + event.name + "` ends for good, and a " + event.name +
                                  " can be undone",
                       .labels = {},
                       .instance = {},
                       .help = "write `while no " + event.name + " stands`, or `until the first " +
                               event.name + "` if that is meant"});
      }
      return program().Not(program().Reached(phrases_.MomentOf(*use)));
    }
    phrases_.Rewind(mark);
    const NodeId c = phrases_.ParseCondition();
    return program().Not(program().Reached(
        program().MomentOf(ir::FoldKind::kFirst, program().Becomes(c), phrases_.scope.free_slot)));
  }
  size_t name = 0;
  const bool named = phrases_.PeekStretch(0, &name) && !phrases_.PeekIs("is", name);
  if (named || phrases_.PeekIs("[") || phrases_.PeekDuration() ||
      (phrases_.PeekIs("the") && (phrases_.PeekIs("earlier", 1) || phrases_.PeekIs("later", 1) ||
                                  phrases_.PeekIs("end", 1) || phrases_.PeekIs("start", 1) ||
                                  phrases_.PeekIs("earliest", 1) || phrases_.PeekIs("latest", 1) ||
                                  (phrases_.PeekIs("first", 1) && phrases_.PeekIs("of", 2))))) {
    return program().Not(program().Reached(phrases_.ParseMoment()));
  }
  const NodeId c = phrases_.ParseCondition();
  if (phrases_.failed()) return program().False();
  return program().Not(program().Reached(
      program().MomentOf(ir::FoldKind::kFirst, program().Becomes(c), phrases_.scope.free_slot)));
}

// `with the consent of P`: a notice of its own, known by the number of the clause, that P alone may
// give; the same for every act of the sentence.
NodeId Compiler::Consent(const Draft& draft, bool given) {
  const Span from = phrases_.Here();
  phrases_.AcceptConsent();
  const auto who = phrases_.ParseNoun();
  if (!who) {
    phrases_.FailHere("expected whose consent it is");
    return program().False();
  }
  const std::string name = "Consent under " + phrases_.label();
  const auto event = std::find_if(agreement_.events.begin(), agreement_.events.end(),
                                  [&](const EventName& e) { return e.name == name; });
  // One that stands where it was not foreseen, as in a definition.
  if (event == agreement_.events.end()) {
    phrases_.FailHere("no consent can be asked for here",
                      "say it of an act: `WHO may ACT, only with the consent of WHO`");
    return program().False();
  }
  const NodeId by = program().Field(0, program().known.by, ir::kThingType);
  Draft power;
  power.term = event->can;
  power.label = phrases_.label();
  power.guards = {phrases_.Holds(*who, by), InForce(false, false)};
  power.value = program().True();
  power.at = phrases_.whole();
  const bool known = std::any_of(drafts_.begin(), drafts_.end(), [&](const Draft& d) {
    return d.term == power.term && d.guards == power.guards;
  });
  if (!known) drafts_.push_back(std::move(power));
  if (phrases_.AcceptAll({",", "not", "to", "be", "unreasonably", "withheld"}) ||
      phrases_.AcceptAll({"not", "to", "be", "unreasonably", "withheld"})) {
    findings_.Add({.kind = FindingKind::kNotEvaluated,
                   .at = source::Cover(from, phrases_.tokens()[phrases_.at() - 1].span),
                   .message = "that consent is not to be withheld unreasonably is a duty, and "
                              "duties are read and not yet evaluated",
                   .labels = {},
                   .instance = {},
                   .help = "no answer rests on these words"});
  }
  EventUse use;
  use.events.push_back(static_cast<uint32_t>(event - agreement_.events.begin()));
  use.by = who;
  if (given && (phrases_.AcceptAll({"each", "time"}) || phrases_.AcceptAll({",", "each", "time"})))
    return ConsentLeft(draft, phrases_.Occurrences(use, 0, {}));
  const NodeId consented = program().Reached(phrases_.MomentOf(use));
  return given ? consented : program().Not(consented);
}

// `with the consent of P each time`: whether more was consented to than was done with consent,
// which looks back on itself as what is owed does.
NodeId Compiler::ConsentLeft(const Draft& draft, NodeId consents) {
  if (!draft.act || phrases_.scope.subject == nullptr) {
    phrases_.FailHere("expected no `each time` where no act is spoken of",
                      "say it of an act: `WHO may ACT, only with the consent of WHO each time`");
    return program().False();
  }
  constexpr int kSlot = Duty::kSlot;
  const NodeId acts = program().On(draft.act->act->type, kSlot,
                                   program().And(Fits(*draft.act, *phrases_.scope.subject, kSlot)));
  // `lend or use` is one thing that is consented to each time, on one reading of the sentence.
  auto known = std::find_if(consents_left_.begin(), consents_left_.end(), [&](const auto& left) {
    return left.at == phrases_.whole() && left.choice == draft.guards[0];
  });
  if (known == consents_left_.end()) {
    const ir::TermId left = AddTerm("a consent under " + phrases_.label() + " is left", {},
                                    ir::kBoolType, phrases_.whole());
    known = consents_left_.insert(consents_left_.end(),
                                  {phrases_.whole(), draft.guards[0], left, acts});
  } else if (known->acts != acts) {
    known->acts = program().Union(known->acts, acts);
  }
  const NodeId left = program().Ref(known->left, {});
  const NodeId with_consent = program().While(known->acts, kSlot, left);
  program().terms[known->left.index].body = program().Apply(
      Function::kLess, {program().CountOf(with_consent, kSlot), program().CountOf(consents, kSlot)},
      ir::kBoolType);
  return left;
}

// Reads what follows the act: conditions into the guards, `only` conditions apart, order by label.
bool Compiler::Tails(Draft& draft, std::vector<NodeId>& only) {
  tail_dated_ = false;
  // A row of a table ends its conditions with a mark.
  while (!phrases_.AtEnd() && !phrases_.PeekIs(":") && !phrases_.PeekIs("|")) {
    if (phrases_.Accept(",")) continue;
    const bool is_only = phrases_.Accept("only");
    NodeId condition;
    if (phrases_.Accept("if")) {
      condition = phrases_.ParseCondition();
    } else if (phrases_.Accept("unless")) {
      condition = program().Not(phrases_.ParseCondition());
    } else if (phrases_.Accept("while")) {
      condition = phrases_.ParseCondition();
    } else if (phrases_.Accept("until")) {
      condition = Until();
    } else if (phrases_.PeekIs("by") && IsYear(phrases_.Peek(1)) && !phrases_.PeekIs("-", 2)) {
      const std::string year(phrases_.Peek(1)->text);
      phrases_.Fail(FindingKind::kBareYear,
                    "`by " + year + "` may end when " + year + " begins or when it ends",
                    "write `through " + year + "` (to its end) or `before " + year + "`",
                    source::Cover(phrases_.Here(), phrases_.Peek(1)->span));
      return false;
    } else if (phrases_.Accept("through") || phrases_.Accept("by")) {
      condition = program().Not(program().Reached(ThroughOrBefore(true)));
    } else if (phrases_.Accept("before")) {
      condition = program().Not(program().Reached(ThroughOrBefore(false)));
    } else if (phrases_.Accept("from")) {
      const auto year = AcceptYear();
      const auto date = year ? DateOf(*year, 1, 1) : phrases_.ParseDateWords();
      tail_dated_ = tail_dated_ || date.has_value();
      condition = program().Reached(date                ? program().Moment(Position::StartOf(*date))
                                    : phrases_.failed() ? NodeId(program().Moment(kNever))
                                                        : phrases_.ParseMoment());
    } else if (phrases_.Accept("after")) {
      // A year or a day that one is to be after is over by then.
      const auto year = AcceptYear();
      const auto day = year ? std::nullopt : phrases_.ParseDateWords();
      condition =
          program().Reached(year  ? program().Moment(Position::StartOf(*DateOf(*year + 1, 1, 1)))
                            : day ? program().Moment(Position::StartOf(Date{day->day + 1}))
                                  : phrases_.ParseMoment());
    } else if (phrases_.Accept("within")) {
      const NodeId by = phrases_.ParseDuration(true);
      if (phrases_.PeekIs("of")) {
        phrases_.Fail(FindingKind::kWithinOf,
                      "`within … of` does not say on which side the days lie",
                      "write `within … after E` or `within … before E`");
        return false;
      }
      phrases_.Expect("after");
      condition = phrases_.WithinAfter(by);
    } else if (phrases_.Accept("during")) {
      condition = phrases_.During();
    } else if (phrases_.Accept("in")) {
      const auto window = phrases_.ParseWindow();
      if (!window || window->rolling.valid()) {
        phrases_.FailHere("expected which year, quarter or month", "write `in 2029`");
        return false;
      }
      condition = program().And(
          {program().Reached(window->from), program().Not(program().Reached(window->through))});
    } else if (phrases_.AcceptAll({"at", "least"})) {
      condition = program().Not(program().Reached(phrases_.ParseMoment()));
    } else if (phrases_.PeekIs("nor")) {
      phrases_.Accept("nor");
      draft.another = phrases_.ParseAnother();
      if (!draft.another) return false;
      continue;
    } else if (phrases_.PeekConsent()) {
      const bool given = phrases_.PeekIs("with");
      condition = Consent(draft, given);
    } else if (phrases_.Accept("despite")) {
      const auto labels = phrases_.ParseLabels();
      draft.despite.insert(draft.despite.end(), labels.begin(), labels.end());
      continue;
    } else if (phrases_.AcceptAll({"subject", "to"})) {
      const auto labels = phrases_.ParseLabels();
      draft.subject_to.insert(draft.subject_to.end(), labels.begin(), labels.end());
      continue;
    } else if (phrases_.AcceptAll({"without", "end"}) ||
               phrases_.AcceptAll({"without", "a", "deadline"})) {
      continue;
    } else if (phrases_.Accept("except") && draft.act && !draft.act->parts.empty()) {
      const auto noun = phrases_.ParseNoun();
      if (!noun) {
        phrases_.FailHere("expected what is excepted");
        return false;
      }
      condition = program().Not(phrases_.Holds(
          *noun, program().Field(0, draft.act->act->parts[0].field, ir::kThingType)));
    } else {
      // Most often a part of the act that stands elsewhere in its declaration.
      const ActUse* use = phrases_.scope.act;
      const bool partial = use != nullptr && phrases_.Peek() != nullptr && !phrases_.PeekIs(",") &&
                           std::any_of(use->parts.begin(), use->parts.end(),
                                       [](const auto& part) { return !part.has_value(); });
      phrases_.FailHere(is_only ? "expected `if`, `until`, `while`, `through` or `before`"
                                : "the sentence goes on in no known way",
                        partial && !is_only
                            ? "the act was declared as " +
                                  Quoted(OneLine(files_.Text(use->act->at), 200)) +
                                  "; name its parts in that order, then the conditions"
                            : "");
      return false;
    }
    if (phrases_.failed()) return false;
    if (is_only) {
      only.push_back(condition);
    } else {
      draft.guards.push_back(condition);
    }
  }
  return !phrases_.failed();
}

}  // namespace entente::check
