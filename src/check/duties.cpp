// Sentences with `must`: what a duty arises from, by when it is due and what performs it. Decision
// 0008.

#include "base/words.h"
#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr int kSlot = Duty::kSlot;
constexpr std::string_view kDutyForm =
    "write `Alder must deliver a Report to Birch, within 30 days after a Request` or `…, by 31 "
    "March 2027`";

// Of events: how many there are, or the sum of an amount of each.
NodeId SumOf(ir::Program& program, NodeId events, NodeId amount, Position through = kNever) {
  if (!amount.valid()) return program.CountOf(events, kSlot, through);
  return program.Fold(ir::FoldKind::kSum, events, kSlot, amount,
                      program.Moment(kBeginning.before()), program.Moment(through),
                      program.Lit(Value::Number(Rational(0)), program.Get(amount).type));
}

NodeId Sum(ir::Program& program, const std::vector<NodeId>& parts) {
  NodeId out = parts[0];
  for (size_t i = 1; i < parts.size(); ++i)
    out = program.Apply(Function::kAdd, {out, parts[i]}, program.Get(out).type);
  return out;
}

NodeId FallenDue(ir::Program& program, const Duty::Wording& wording, NodeId ago) {
  const auto later = [&](NodeId due) {
    return ago.valid() ? program.Apply(Function::kShift, {due, ago}, ir::kMomentType) : due;
  };
  const NodeId due = program.Schedule(wording.arises, kSlot, later(wording.due), program.Count(1));
  if (!wording.amount.valid() || !program.VariesInTime(wording.amount))
    return SumOf(program, due, wording.amount);
  // How much and by when are those of the moment at which it arose.
  const ir::Type type = program.Get(wording.amount).type;
  const Symbol much = program.symbols.Intern("much"), by = program.symbols.Intern("by when");
  const NodeId over = program.Reached(program.Field(kSlot, by, ir::kMomentType));
  return program.Each(ir::EachKind::kSum, wording.arises, kSlot,
                      program.KeyOf(wording.arises, kSlot),
                      {{much, wording.amount}, {by, later(wording.due)}},
                      program.If(over, program.Field(kSlot, much, type),
                                 program.Lit(Value::Number(Rational(0)), type)));
}

}  // namespace

NodeId Done(ir::Program& program, const Duty& duty, Position through) {
  const NodeId amount = duty.wordings[0].amount;
  return SumOf(
      program, duty.performed,
      amount.valid() ? program.Field(kSlot, duty.measure, program.Get(amount).type) : NodeId{},
      through);
}

NodeId Arisen(ir::Program& program, const Duty& duty) {
  std::vector<NodeId> parts;
  for (const Duty::Wording& wording : duty.wordings)
    parts.push_back(SumOf(program, wording.arises, wording.amount));
  return Sum(program, parts);
}

NodeId FallenDue(ir::Program& program, const Duty& duty, NodeId ago) {
  std::vector<NodeId> parts;
  for (const Duty::Wording& wording : duty.wordings)
    parts.push_back(FallenDue(program, wording, ago));
  return Sum(program, parts);
}

// The commas that part the tails of a sentence: outside brackets and before any list, which ends
// its sentence.
size_t Compiler::NextComma(size_t from) const {
  const std::vector<Token>& tokens = phrases_.tokens();
  int depth = 0;
  for (size_t i = from; i < tokens.size(); ++i) {
    if (tokens[i].Is("(") || tokens[i].Is("[")) ++depth;
    if (tokens[i].Is(")") || tokens[i].Is("]")) --depth;
    if (tokens[i].Is(":")) break;
    if (depth == 0 && tokens[i].Is(",")) return i;
  }
  return tokens.size();
}

// `within 30 days after a Request`: what the duty arises from, and the end of the last day.
void Compiler::WithinAfter(Duty::Wording& wording) {
  const NodeId length = phrases_.ParseDuration(true);
  if (phrases_.PeekIs("of")) {
    return phrases_.Fail(FindingKind::kWithinOf,
                         "`within … of` does not say on which side the days lie",
                         "write `within … after E`");
  }
  phrases_.Expect("after");
  bool from_end = false;
  const bool once = phrases_.PeekIs("the") && !phrases_.PeekEndOfWindow();
  if (!phrases_.failed() && !once && phrases_.PeekEvent()) {
    const auto use = phrases_.ParseEvent();
    if (!use || phrases_.failed()) return;
    if (!ArisesFrom(wording, *use)) return;
    from_end = use->derived.valid();
  } else {
    const NodeId moment = phrases_.ParseMoment(&from_end);
    if (phrases_.failed()) return;
    if (!ArisesFrom(wording, program().Becomes(program().Reached(moment)))) return;
  }
  if (phrases_.failed()) return;
  const NodeId at = program().Field(kSlot, program().known.at, ir::kMomentType);
  wording.due = phrases_.EndOfStretch(at, length, from_end);
}

// `in each quarter`: an instance for each that begins once the agreement has taken effect, which
// arises on its first day and is due by its end. It arises at the end of that day, so that what
// applies from that day on is asked in time; decision 0008.
std::optional<uint32_t> Compiler::InEach(Duty::Wording& wording) {
  const auto index = phrases_.AcceptPeriod();
  if (!index) {
    phrases_.FailHere("expected the period in each of which the duty is to be done",
                      "write `in each month`, `in each quarter`, `in each year` or the name of a "
                      "`period`");
    return std::nullopt;
  }
  const Period& period = agreement_.periods[*index];
  if (wording.arises.valid() || wording.due.valid()) {
    phrases_.FailHere("the sentence says of two things that the duty arises",
                      std::string(kDutyForm));
    return std::nullopt;
  }
  if (!effective_) {
    phrases_.Fail(FindingKind::kWrongKind,
                  "a duty that recurs needs a day from which the agreement applies",
                  "say so in front: `effective 1 January 2026`", phrases_.whole());
    return std::nullopt;
  }
  if (Civil(period.from).day > 28 && period.length.unit == DurationUnit::kMonths) {
    phrases_.Fail(FindingKind::kWrongKind,
                  "a month may have no day such as the one on which a " + period.name + " begins",
                  "let the period begin on a day that every month has", phrases_.whole());
    return std::nullopt;
  }
  // Counted from the first that does not begin before the agreement does.
  auto number = period.NumberOn(program().origin.date());
  if (number && period.StartOf(*number) < program().origin) ++*number;
  const Position first = number ? period.StartOf(*number) : kNever;
  const int64_t count =
      first == kNever ? 0 : CountOver(kRecurrenceYearsMax, period.length, first, phrases_.whole());
  const NodeId from = program().Moment(first);
  const NodeId length = program().Length(period.length);
  const ir::Type counted = program().Get(program().Count(1)).type;
  const NodeId before_it = program().Apply(
      Function::kSubtract,
      {program().Field(kSlot, program().known.index, counted), program().Count(1)}, counted);
  const NodeId began =
      program().Apply(Function::kRepeat, {from, length, before_it}, ir::kMomentType);
  wording.arises = program().Schedule(
      program().On(program().start, kSlot, program().True()), kSlot,
      program().Apply(Function::kEndOfDay, {began}, ir::kMomentType), program().Count(count));
  // An act on the first day is in time, although the instance arises only when that day ends.
  const NodeId begun = program().Schedule(program().On(program().start, kSlot, program().True()),
                                          kSlot, began, program().Count(count));
  const NodeId so_many = program().Apply(
      Function::kAdd,
      {program().CountOf(begun, kSlot), program().Count(first == program().origin ? 1 : 0)},
      counted);
  wording.arises_today = program().Apply(
      Function::kLess, {program().CountOf(wording.arises, kSlot), so_many}, ir::kBoolType);
  const NodeId first_day = program().Apply(
      Function::kStartOfDay, {program().Field(kSlot, program().known.at, ir::kMomentType)},
      ir::kMomentType);
  wording.due = program().Apply(Function::kShift, {first_day, length}, ir::kMomentType);
  return index;
}

// `within 10 days after the end of that month`.
void Compiler::WithinAfterPeriod(Duty::Wording& wording, uint32_t period) {
  const NodeId length = phrases_.ParseDuration(true);
  if (phrases_.failed()) return;
  const bool end = phrases_.AcceptAll({"after", "its", "end"}) ||
                   (phrases_.AcceptAll({"after", "the", "end", "of", "that"}) &&
                    phrases_.AcceptPeriod() == std::optional(period));
  if (!end) {
    return phrases_.FailHere("expected the end of the period in which the duty arises",
                             "write `within 10 days after its end`");
  }
  wording.due = phrases_.EndOfStretch(wording.due, length, true);
}

// `by 31 March 2027`, and `before` it. What arises later is due by the end of the day on which it
// arises.
void Compiler::ByDay(Duty::Wording& wording, bool taken_in) {
  const NodeId day = ThroughOrBefore(taken_in);
  const NodeId at = program().Field(kSlot, program().known.at, ir::kMomentType);
  const NodeId none = program().Length({0, DurationUnit::kDays});
  wording.due =
      program().Apply(Function::kLatest, {day, phrases_.EndOfStretch(at, none)}, ir::kMomentType);
}

bool Compiler::PeekDate(size_t ahead) const {
  const Token* token = phrases_.Peek(ahead);
  return token != nullptr && token->kind == syntax::TokenKind::kNumber;
}

bool Compiler::ArisesFrom(Duty::Wording& wording, const EventUse& use) {
  const auto events = phrases_.EachOccurrence(use);
  if (use.events.size() == 1 && !use.derived.valid()) wording.of = use.events[0];
  return events && ArisesFrom(wording, *events);
}

// `upon a Request, …, within 30 days after that Request` names it twice.
bool Compiler::ArisesFrom(Duty::Wording& wording, NodeId events) {
  if (wording.arises.valid() && wording.arises != events) {
    phrases_.Fail(FindingKind::kWrongKind, "the sentence says of two things that the duty arises",
                  std::string(kDutyForm));
    return false;
  }
  wording.arises = events;
  return true;
}

// Whether what follows begins like a declared act, or like a slip of one.
bool Compiler::PeekAct() const {
  const Token* token = phrases_.Peek();
  if (token == nullptr) return true;
  std::vector<std::string> verbs;
  for (const Act& act : agreement_.acts) verbs.push_back(act.verb[0]);
  return !Closest(token->text, verbs).empty();
}

// `pay $500 to Birch`: takes the amount out of the words of an act whose entries say how much was
// done. Returns how many words that was.
size_t Compiler::TakeAmount(Duty::Wording& wording) {
  const size_t verb = phrases_.at();
  const bool counted =
      std::any_of(agreement_.acts.begin(), agreement_.acts.end(), [&](const Act& act) {
        return phrases_.PeekIs(act.verb[0]) &&
               std::any_of(agreement_.numbers.begin(), agreement_.numbers.end(),
                           [&](const NumberName& number) { return number.event == act.type; });
      });
  if (!counted) return 0;
  phrases_.Rewind(verb + 1);
  phrases_.AcceptAll({"at", "least"});
  const Token* next = phrases_.Peek();
  const bool amount = phrases_.PeekNumber() || phrases_.PeekIs("[") ||
                      (next != nullptr && next->kind == TokenKind::kNumber) ||
                      phrases_.PeekIs("USD") || phrases_.PeekIs("EUR");
  if (!amount) {
    phrases_.Rewind(verb);
    return 0;
  }
  ir::Type type;
  wording.amount = phrases_.ParseNumber(&type);
  phrases_.Accept("of");
  const size_t words = phrases_.at() - verb - 1;
  phrases_.Erase(verb + 1);
  phrases_.Rewind(verb);
  return words;
}

// Which number of the act says how much of the amount it was.
void Compiler::MeasuredBy(Duty& duty, const ActUse& use, NodeId amount) {
  const ir::Type type = program().Get(amount).type;
  size_t fitting = 0;
  for (const NumberName& number : agreement_.numbers) {
    if (number.event != use.act->type || number.type != type) continue;
    duty.measure = number.field;
    ++fitting;
  }
  if (fitting == 1) return;
  phrases_.Fail(FindingKind::kUnitMismatch,
                (fitting == 0 ? "no number of " : "several numbers of ") + Quoted(use.act->name) +
                    (fitting == 0 ? " is in " : " are in ") + phrases_.UnitOf(type),
                "declare one number of the act in the unit of what is owed: `number Sum of (" +
                    Join(use.act->verb, " ") + "), USD`");
}

// The acts or notices that perform the duty: any of those it names. Nothing where there are none,
// of which it is said why. `taken` gets how many words of an amount were left out.
std::optional<NodeId> Compiler::WhatPerforms(const Statement& s, Duty& duty, Duty::Wording& wording,
                                             const Noun& who, size_t& taken) {
  const size_t act_at = phrases_.at();
  if ((phrases_.Accept("make") || phrases_.Accept("give")) && phrases_.PeekEvent()) {
    auto use = phrases_.ParseEvent();
    if (!use) return std::nullopt;
    use->by = who;
    for (const uint32_t event : use->events) duty.acts.push_back(agreement_.events[event].type);
    return phrases_.EachOccurrence(*use);
  }
  phrases_.Rewind(act_at);
  if (!PeekAct()) {
    NotEvaluated(s, "duties to do what no `act` declares");
    return std::nullopt;
  }
  std::vector<ActUse> uses;
  std::vector<Range> words;
  taken = TakeAmount(wording);
  if (phrases_.failed() || !ParseActs(uses, words)) return std::nullopt;
  // Others may do it for whoever owes it.
  std::optional<Noun> other;
  if (phrases_.Accept("or")) {
    other = phrases_.ParseAnother();
    if (!other) return std::nullopt;
  }
  std::optional<NodeId> out;
  for (const ActUse& use : uses) {
    std::vector<NodeId> fits = Fits(use, who, kSlot);
    if (other) {
      phrases_.scope.subject = &who;
      phrases_.scope.another = true;
      const NodeId by = program().Field(kSlot, program().known.by, ir::kThingType);
      fits[0] = program().Or({fits[0], phrases_.Holds(*other, by)});
      phrases_.scope.subject = nullptr;
      phrases_.scope.another = false;
    }
    const NodeId on = program().On(use.act->type, kSlot, program().And(std::move(fits)));
    out = out ? program().Union(*out, on) : on;
    duty.acts.push_back(use.act->type);
    for (const auto& part : use.parts) {
      for (const NounHead& head : part ? part->heads : std::vector<NounHead>{}) {
        const auto& parties = agreement_.parties;
        if (std::find(parties.begin(), parties.end(), head.thing) != parties.end())
          duty.to = head.thing;
      }
    }
  }
  if (wording.amount.valid() && uses.size() > 1) {
    phrases_.FailHere("expected one act of which so much is to be done",
                      "write a sentence for each act");
  } else if (wording.amount.valid()) {
    MeasuredBy(duty, uses[0], wording.amount);
  }
  return out;
}

// Reads what follows `must`. `draft` holds the reading and what it is labelled with; `upon` the
// event in front of the sentence, if there is one.
void Compiler::DutySentence(const Statement& s, Draft draft, const Noun& who, Range who_words,
                            const std::optional<EventUse>& upon) {
  // Of several it is not said whether each owes it or all together.
  if (who.none || who.heads.size() != 1 || !who.heads[0].thing.valid() || !who.mods.empty())
    return NotEvaluated(s, "duties of others than one who is named");
  if (each_ && s.block == each_block_) return NotEvaluated(s, "duties for each of a kind");
  Duty duty;
  duty.label = s.label;
  duty.bearer = who.heads[0].thing;
  Duty::Wording wording;
  wording.at = s.span;
  phrases_.scope.free_slot = kSlot;
  phrases_.scope.in_duty = true;
  if (upon && !ArisesFrom(wording, *upon)) return;
  bool promptly = phrases_.Accept("promptly");
  const std::vector<Token> said = phrases_.tokens();
  size_t taken = 0;
  const auto performs = WhatPerforms(s, duty, wording, who, taken);
  if (!performs || phrases_.failed()) return;
  promptly = phrases_.Accept("promptly") || promptly;
  wording.says = syntax::TextOf(files_, said, who_words.begin, phrases_.at() + taken);
  // By when comes out of the tails; the rest are conditions like those of any sentence.
  std::optional<uint32_t> each;
  std::vector<Token> rest;
  while (!phrases_.AtEnd()) {
    while (phrases_.Accept(",")) {
    }
    if (phrases_.AtEnd()) break;
    const size_t begin = phrases_.at();
    if (phrases_.PeekIs("in") && phrases_.PeekIs("each", 1)) {
      phrases_.Rewind(begin + 2);
      each = InEach(wording);
      if (!each) return;
      continue;
    }
    // Of what recurs, a day says how long it does.
    const bool before = !each && phrases_.PeekIs("before") && PeekDate(1);
    const bool dated = before || phrases_.PeekIs("within") || phrases_.PeekIs("by");
    if (wording.due.valid() && dated && !(each && phrases_.PeekIs("within"))) {
      return phrases_.FailHere("the sentence says twice by when the duty is to be done",
                               "write a sentence for each");
    }
    if (each && phrases_.Accept("within")) {
      WithinAfterPeriod(wording, *each);
    } else if (phrases_.Accept("within")) {
      WithinAfter(wording);
    } else if (phrases_.Accept("promptly")) {
      promptly = true;
    } else if (dated) {
      phrases_.Rewind(begin + 1);
      ByDay(wording, !before);
    } else {
      const size_t end = NextComma(begin);
      rest.insert(rest.end(), phrases_.tokens().begin() + static_cast<ptrdiff_t>(begin),
                  phrases_.tokens().begin() + static_cast<ptrdiff_t>(end));
      if (end < phrases_.tokens().size()) rest.push_back(phrases_.tokens()[end]);
      phrases_.Rewind(end);
      continue;
    }
    if (phrases_.failed()) return;
    if (!phrases_.AtEnd() && !phrases_.PeekIs(","))
      return phrases_.FailHere("the duty goes on in no known way", std::string(kDutyForm));
  }
  if (phrases_.scope.that_event && wording.of != phrases_.scope.that_event) {
    return phrases_.Fail(FindingKind::kWrongKind,
                         "the duty does not arise from " +
                             WithArticle(agreement_.events[*phrases_.scope.that_event].name),
                         "say upon which it arises: `within 30 days after that " +
                             agreement_.events[*phrases_.scope.that_event].name + "`",
                         s.span);
  }
  phrases_.Begin(rest, s.label, s.span);
  if (!Conditions(draft)) return;

  duty.performing = *performs;
  Duty& shared = Shared(std::move(duty));
  const std::string name = "duty " + std::to_string(agreement_.duties.size()) + "." +
                           std::to_string(shared.wordings.size() + 1) + " under " + s.label;
  wording.applies = AddTerm(name, {}, ir::kBoolType, s.span);
  const NodeId applies =
      Applies(wording.applies, std::move(draft), "nobody has a duty that no clause gives");
  wording.arises = wording.arises.valid() ? program().While(wording.arises, kSlot, applies)
                                          : program().Becomes(applies);
  if (!wording.due.valid()) wording.due = program().Moment(kNever);
  if (promptly) wording.not_prompt = NotPrompt(s);
  if (wording.arises_today.valid())
    wording.arises_today = program().And({wording.arises_today, applies});
  shared.wordings.push_back(std::move(wording));
  OverdueUnder(s).defined = true;
}

// The duty of the clause that the same acts of the same one perform, so that what was done under
// one wording of a sentence is not done again under another.
Duty& Compiler::Shared(Duty duty) {
  for (Duty& known : agreement_.duties) {
    if (known.label == duty.label && known.bearer == duty.bearer &&
        known.performing == duty.performing && known.measure == duty.measure)
      return known;
  }
  duty.owed = AddTerm(
      "something owed under " + duty.label + ", " + std::to_string(agreement_.duties.size() + 1),
      {}, ir::kBoolType, phrases_.whole());
  duty.performed = program().While(OrDischarged(duty), kSlot, program().Ref(duty.owed, {}));
  agreement_.duties.push_back(std::move(duty));
  return agreement_.duties.back();
}

// What is owed and what is overdue, once every wording was read.
void Compiler::BuildDuties() {
  std::map<std::string, std::vector<NodeId>> overdue;
  for (const Duty& duty : agreement_.duties) {
    const NodeId done = Done(program(), duty), arisen = Arisen(program(), duty);
    const auto compare = [&](Function f, NodeId than) {
      return program().Apply(f, {done, than}, ir::kBoolType);
    };
    std::vector<NodeId> owed = {compare(Function::kLess, arisen)};
    std::vector<NodeId>& ways = overdue[duty.label];
    // Each falls due once; as many as have are overdue beyond those performed.
    ways.push_back(compare(Function::kLess, FallenDue(program(), duty)));
    for (const Duty::Wording& wording : duty.wordings) {
      if (wording.not_prompt.valid()) ways.push_back(program().And({wording.not_prompt, owed[0]}));
    }
    for (const Duty::Wording& wording : duty.wordings) {
      // With the instance that arises when this day ends, more has arisen than was performed.
      if (wording.arises_today.valid()) {
        owed.push_back(
            program().And({wording.arises_today, compare(Function::kLessEqual, arisen)}));
      }
    }
    program().terms[duty.owed.index].body = program().Or(std::move(owed));
  }
  for (auto& [label, ways] : overdue) {
    program().terms[agreement_.overdue.find(label)->second.term.index].body =
        program().Or(std::move(ways));
  }
}

// Whether it has taken longer than *promptly*, which somebody must judge.
NodeId Compiler::NotPrompt(const Statement& s) {
  return program().Open(phrases_.FactPoint("what " + s.label + " wants promptly is late",
                                           ir::PointKind::kJudgement, 0, s.span),
                        {});
}

// A clause with `must` and no `not` behind it may state a duty, which others may ask about before
// it is read.
void Compiler::DeclareDuty(const Statement& s) {
  if (s.label.empty()) return;
  for (size_t i = 0; i < s.tokens.size(); ++i) {
    const bool must = s.tokens[i].Is("must") || s.tokens[i].Is("shall");
    if (!must || (i + 1 < s.tokens.size() && s.tokens[i + 1].Is("not"))) continue;
    OverdueUnder(s);
    return;
  }
}

Overdue& Compiler::OverdueUnder(const Statement& s) {
  const auto [it, fresh] = agreement_.overdue.try_emplace(s.label);
  if (fresh) it->second.term = AddTerm(s.label + " is overdue", {}, ir::kBoolType, s.span);
  return it->second;
}

void Compiler::NoDuty(std::string_view label, std::string_view which, Span at) {
  findings_.Add({.kind = FindingKind::kUnknownPhrase,
                 .at = at,
                 .message = "clause " + Quoted(label) + " states no duty" + std::string(which),
                 .labels = {},
                 .instance = {},
                 .help = "name a clause that says `WHO must …`"});
}

// What asks whether a clause is overdue that turned out to state no duty.
void Compiler::CheckOverdue() {
  for (const auto& [label, overdue] : agreement_.overdue) {
    if (overdue.defined || !overdue.asked.valid()) continue;
    NoDuty(label, " that could be overdue", overdue.asked);
  }
  // Nor can a question ask about one that is not evaluated.
  std::erase_if(agreement_.overdue, [](const auto& entry) { return !entry.second.defined; });
}

}  // namespace entente::check
