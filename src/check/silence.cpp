// What counts as a notice though nobody gave it: `silence of Birch for 10 days after an Offer
// counts as a Refusal of that Offer`. Decision 0011.

#include <utility>

#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kSilenceForm =
    "write `silence of Birch for 10 days after an Offer counts as a Refusal of that Offer`, or "
    "`silence of Birch during the Offer Period counts as a Refusal`";

}  // namespace

bool Compiler::SaysOfSilence(const Statement& s) {
  return !s.tokens.empty() && s.tokens[0].Is("silence");
}

void Compiler::SilenceSentence(const Statement& s, NodeId choice) {
  const auto refuse = [&](std::string message, std::string help) {
    phrases_.Fail(FindingKind::kWrongKind, std::move(message), std::move(help), s.span);
  };
  if (!Numbered(s)) return;
  phrases_.AcceptAll({"silence", "of"});
  const auto who = phrases_.ParseNoun();
  if (phrases_.failed()) return;
  if (!who || who->none || who->heads.size() != 1 || !who->heads[0].thing.valid() ||
      !who->mods.empty()) {
    return phrases_.FailHere("expected one party or role who is silent", std::string(kSilenceForm));
  }
  const auto silence = ParseSilence();
  if (!silence) return;
  if (!phrases_.AcceptAll({"counts", "as"}))
    return phrases_.FailHere("expected `counts as`", std::string(kSilenceForm));
  phrases_.Accept("a") || phrases_.Accept("an") || phrases_.Accept("the");
  const auto index = phrases_.AcceptEventName();
  if (!index)
    return phrases_.FailHere("expected the notice that it counts as", std::string(kSilenceForm));
  EventName& counts_as = agreement_.events[*index];
  const EventName& answered = agreement_.events[silence->answered];
  if (phrases_.PeekIs("of")) {
    phrases_.Rewind(phrases_.at() + 1);
    phrases_.Accept("that") || phrases_.Accept("the");
    if (phrases_.AcceptEventName() != std::optional(silence->answered)) {
      return phrases_.FailHere("expected what it is silence about",
                               "write `of that " + answered.name + "`");
    }
  }
  if (counts_as.of.valid() && counts_as.of != answered.type) {
    return refuse(Quoted(counts_as.name) + " is declared to be about another notice than " +
                      WithArticle(answered.name),
                  "declare it: `notice " + counts_as.name + ", of " + answered.name + "`");
  }
  if (counts_as.spoken_of) {
    return refuse(
        "something above speaks of " + WithArticle(counts_as.name) +
            " before it is said what counts as one",
        "say it of what goes unanswered, as `10 days after " + WithArticle(answered.name) + "`");
  }
  const NodeId applies = TailsApply(s, choice, "silence counts as nothing where no clause says so");
  const ir::TermId answered_by =
      AddTerm("an answer under " + s.label + ", " + std::to_string(program().terms.size()),
              {{program().known.id, ir::kThingType}, {program().known.origin, ir::kMomentType}},
              ir::kBoolType, s.span);
  answers_.push_back({answered_by, *who, silence->answered, *index});
  const NodeId answer =
      program().Ref(answered_by, {program().Field(1, program().known.id, ir::kThingType),
                                  program().Field(1, program().known.origin, ir::kMomentType)});
  const NodeId silent = program().And({applies, program().Not(answer)});
  counts_as.counted.push_back({program().While(silence->ends, 1, silent), who->heads[0].thing,
                               silence->ends, ir::TermId{program().Get(applies).data}, silent});
}

// `for 10 days after an Offer`, `during the Offer Period`: after what, and the ends of the time to
// answer, of events that name in slot 1 what opened it.
std::optional<Compiler::Silence> Compiler::ParseSilence() {
  if (phrases_.Accept("for")) {
    const NodeId length = phrases_.ParseDuration(true);
    if (!phrases_.failed()) phrases_.Expect("after");
    if (phrases_.failed()) return std::nullopt;
    const auto use = phrases_.PeekEvent() ? phrases_.ParseEvent() : std::nullopt;
    if (!use || use->events.size() != 1 || agreement_.events[use->events[0]].alias_first.valid()) {
      phrases_.FailHere("expected one kind of event to which there was no answer",
                        std::string(kSilenceForm));
      return std::nullopt;
    }
    const NodeId at = program().Field(1, program().known.at, ir::kMomentType);
    const NodeId end = phrases_.EndOfStretch(at, length, use->derived.valid());
    return Silence{use->events[0], program().Schedule(phrases_.Occurrences(*use, 0, {}), 1, end,
                                                      program().Count(1))};
  }
  const auto window = phrases_.Accept("during") ? phrases_.AcceptStretch() : std::nullopt;
  if (!window || !agreement_.stretches[*window].ends.valid()) {
    phrases_.FailHere("expected how long, or the name of a window that opens with an event",
                      std::string(kSilenceForm));
    return std::nullopt;
  }
  return Silence{agreement_.stretches[*window].event, agreement_.stretches[*window].ends};
}

// What answers, once every silence is known: one silence may come before another.
void Compiler::JoinSilences() {
  for (const Answer& answer : std::exchange(answers_, {}))
    program().terms[answer.term.index].body =
        phrases_.Answered(answer.who, answer.answered, answer.counts_as);
}

// Of what went unanswered, known by its id and moment in slot 0: whether `who` gave a notice about
// it, or one of the kind that silence counts as, or silence counted as one before.
NodeId Phrases::Answered(const Noun& who, uint32_t answered, uint32_t counts_as) {
  constexpr int kSlot = 1;
  const int outer = scope.free_slot;
  scope.free_slot = kSlot;
  const auto same = [&](std::string_view field) {
    const NodeId of = program_.Field(kSlot, program_.symbols.Intern(field), ir::kThingType);
    return program_.Apply(Function::kEqual,
                          {of, program_.Field(0, program_.known.id, ir::kThingType)},
                          ir::kBoolType);
  };
  std::vector<NodeId> any;
  const auto since = [&](NodeId events) {
    any.push_back(
        program_.Reached(program_.Fold(ir::FoldKind::kFirst, events, kSlot,
                                       program_.Field(kSlot, program_.known.at, ir::kMomentType),
                                       program_.Field(0, program_.known.origin, ir::kMomentType),
                                       program_.Moment(kNever), program_.Moment(kNever))));
  };
  const NodeId by = Holds(who, program_.Field(kSlot, program_.known.by, ir::kThingType));
  // What merely happens has no id, but a moment of its own.
  const NodeId since_then =
      program_.Apply(Function::kEqual,
                     {program_.Field(kSlot, program_.known.origin, ir::kMomentType),
                      program_.Field(0, program_.known.origin, ir::kMomentType)},
                     ir::kBoolType);
  for (uint32_t i = 0; i < agreement_.events.size(); ++i) {
    const EventName& event = agreement_.events[i];
    const bool of_it = event.of.valid() && event.of == agreement_.events[answered].type;
    if (!of_it && i != counts_as) continue;
    std::vector<NodeId> filter = {by};
    if (of_it) filter.push_back(same("of"));
    since(Effective(event, std::move(filter), false));
    for (const EventName::Counted& counted : event.counted) {
      if (counted.by == who.heads[0].thing)
        since(program_.While(counted.events, kSlot, program_.And({same("id"), since_then})));
    }
  }
  scope.free_slot = outer;
  return program_.Or(std::move(any));
}

}  // namespace entente::check
