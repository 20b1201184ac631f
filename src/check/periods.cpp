// Stretches of time that come again and again, and what is counted or summed over one.

#include "base/words.h"
#include "check/lexicon.h"
#include "check/phrases.h"

namespace entente::check {

using diag::FindingKind;
using ir::FoldKind;
using ir::Function;
using ir::NodeId;
using syntax::Token;

namespace {

constexpr std::array<std::string_view, 3> kCalendar = {"month", "quarter", "year"};

// `3rd`, `third`: 3; 0 for any other word.
int Ordinal(std::string_view word) {
  constexpr std::array<std::string_view, 12> kWords = {"first", "second", "third",    "fourth",
                                                       "fifth", "sixth",  "seventh",  "eighth",
                                                       "ninth", "tenth",  "eleventh", "twelfth"};
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == word) return static_cast<int>(i) + 1;
  }
  int out = 0;
  size_t digits = 0;
  while (digits < word.size() && digits < 5 && word[digits] >= '0' && word[digits] <= '9')
    out = out * 10 + (word[digits++] - '0');
  const std::string_view ending = word.substr(digits);
  const bool ordinal = ending == "st" || ending == "nd" || ending == "rd" || ending == "th";
  return digits > 0 && ordinal ? out : 0;
}

}  // namespace

std::optional<uint32_t> Phrases::AcceptPeriod() {
  if (failed_) return std::nullopt;
  const size_t begin = at_;
  const bool calendar = Accept("calendar");
  const Token* token = Peek();
  for (uint32_t p = 0; token != nullptr && p < kCalendar.size(); ++p) {
    if (!SameWord(kCalendar[p], token->text)) continue;
    // `year` alone does not say which where the agreement has one of its own.
    for (const Period& own : agreement_.periods) {
      const std::string name = " " + LowerCase(own.name) + " ";
      if (calendar || !own.at.valid() ||
          name.find(" " + std::string(kCalendar[p]) + " ") == std::string::npos) {
        continue;
      }
      Fail(FindingKind::kWrongKind,
           Quoted(kCalendar[p]) + " can be the calendar's or a " + own.name,
           "write `calendar " + std::string(kCalendar[p]) + "` or `" + own.name + "`");
      return std::nullopt;
    }
    ++at_;
    return p;
  }
  at_ = begin;
  const auto [index, length] = LongestName(agreement_.periods.size(), at_, [&](uint32_t p) {
    return std::string_view(agreement_.periods[p].name);
  });
  if (length == 0 || index < kCalendar.size()) return std::nullopt;
  at_ += length;
  return index;
}

Window Phrases::PeriodAt(uint32_t period, int64_t number) {
  const Period& of = agreement_.periods[period];
  const Position from = of.StartOf(number), to = of.StartOf(number + 1);
  if (from == kNever || to == kNever) {
    Fail(FindingKind::kNoSuchDate, "the calendar has no such " + of.name, "name an earlier one");
  } else {
    last_day = Date{to.date().day - 1};
  }
  return {program_.Moment(from), program_.Moment(to), period, {}};
}

std::optional<Window> Phrases::ParseWindow() {
  if (failed_) return std::nullopt;
  const size_t begin = at_;
  const auto nothing = [&]() -> std::optional<Window> {
    at_ = begin;
    return std::nullopt;
  };
  const auto in_year = [&](uint32_t period, int which) -> std::optional<Window> {
    const int year = *WholeNumber(Peek());
    ++at_;
    const auto number = agreement_.periods[period].NumberOn(*DateOf(year, 1, 1));
    return PeriodAt(period, number.value_or(0) + which);
  };
  // 2029; March 2029.
  if (IsYear(Peek()) && !PeekIs("-", 1)) return in_year(kYear, 0);
  if (const auto month = Peek() != nullptr ? MonthOf(Peek()->text) : std::nullopt;
      month && IsYear(Peek(1))) {
    ++at_;
    return in_year(kMonth, *month - 1);
  }
  if (PeekIs("that") || PeekIs("a") || PeekIs("each") || PeekIs("any") || PeekIs("every")) {
    ++at_;
    const auto period = AcceptPeriod();
    if (!period) return nothing();
    if (!scope.period || scope.period->period != period) {
      Fail(FindingKind::kWrongKind,
           "the sentence speaks of no one " + agreement_.periods[*period].name,
           "state the number for one: `the Royalty in a " + agreement_.periods[*period].name +
               " is …`");
      return std::nullopt;
    }
    return scope.period;
  }
  if (!Accept("the")) return nothing();
  // The last 12 months, up to the moment asked about; the 12 months before a day.
  const bool rolling = PeekIs("last");
  if (rolling || PeekDuration()) {
    if (rolling) ++at_;
    if (!PeekDuration()) return nothing();
    const NodeId length = ParseDuration();
    if (failed_) return std::nullopt;
    if (rolling && !PeekIs("before")) return Window{{}, {}, {}, length};
    const ir::Node node = program_.Get(length);
    if (!Accept("before") || node.op != ir::Op::kLit) {
      FailHere("expected `before` and a moment, or `the last` and a length",
               "write `in the 12 months before 1 March 2029` or `in the last 12 months`");
      return std::nullopt;
    }
    const Duration d = program_.Literal(node).AsDuration();
    const NodeId until = ParseMoment();
    if (failed_) return std::nullopt;
    if (program_.Get(until).op == ir::Op::kLit)
      last_day = Date{program_.Literal(program_.Get(until)).AsMoment().date().day - 1};
    const NodeId back = program_.Lit(Value::Of(Duration{-d.count, d.unit}), node.type);
    return Window{program_.Apply(Function::kShift, {until, back}, ir::kMomentType), until, {}, {}};
  }
  const int which = Peek() != nullptr ? Ordinal(Peek()->text) : 0;
  if (which > 0) ++at_;
  const auto period = AcceptPeriod();
  if (!period) return failed_ ? std::nullopt : nothing();
  const Period& of = agreement_.periods[*period];
  if (which > 0 && of.at.valid()) return PeriodAt(*period, which - 1);
  if (which > 0) {
    const int most = *period == kYear ? 0 : *period == kQuarter ? 4 : 12;
    if (!Accept("of") || !IsYear(Peek()) || which > most) {
      FailHere("expected which " + of.name + " of which year",
               "write `the 3rd quarter of 2029` or `the 11th month of 2029`");
      return std::nullopt;
    }
    return in_year(*period, which - 1);
  }
  if (*period == kYear && IsYear(Peek())) return in_year(kYear, 0);
  if (AcceptAll({"that", "includes"})) {
    const auto day = ParseDateWords();
    const auto number = day ? of.NumberOn(*day) : std::nullopt;
    if (!number) {
      FailHere("expected a day within the " + of.name);
      return std::nullopt;
    }
    return PeriodAt(*period, *number);
  }
  FailHere("expected which " + of.name + " is meant",
           of.at.valid() ? "write `the 2nd " + of.name + "` or `the " + of.name +
                               " that includes 1 March 2029`"
                         : "write `the " + of.name + " that includes 1 March 2029`");
  return std::nullopt;
}

// The last moment before `end`, where that is the start of a day: nothing is recorded at the very
// start of one, and a closing mark through the day before reaches just so far.
NodeId Phrases::LastBefore(NodeId end) {
  const ir::Node node = program_.Get(end);
  if (node.op != ir::Op::kLit) return end;
  const Position at = program_.Literal(node).AsMoment();
  const bool day = at != kNever && at > kBeginning && at == Position::StartOf(at.date());
  return day ? program_.Moment(at.before()) : end;
}

// The stretch of time of a count or sum: that of its events, and what narrows it, `before
// Verification`, `through 2029`, `and after a Launch`.
Window Phrases::ParseStretch(const EventUse& use) {
  Window out = use.window.value_or(
      Window{program_.Moment(kBeginning.before()), program_.Moment(kNever), {}, {}});
  if (out.rolling.valid()) return out;
  const auto until = [&](NodeId end) {
    const bool first = out.through == program_.Moment(kNever);
    out.through =
        first ? end : program_.Apply(Function::kEarliest, {out.through, end}, ir::kMomentType);
  };
  while (!failed_) {
    // In the sentence of a period's amount, what follows a comma is said of the sum too.
    const bool comma = scope.period && PeekIs(",");
    const size_t ahead = comma || PeekIs("and") ? 1 : 0;
    const bool through =
        PeekIs("through", ahead) && (IsYear(Peek(ahead + 1)) || IsYear(Peek(ahead + 3)));
    if (!through && !PeekIs("before", ahead) && !PeekIs("after", ahead)) break;
    at_ += ahead;
    if (Accept("before")) {
      until(ParseMoment());
    } else if (Accept("after")) {
      out.from = program_.Apply(Function::kLatest, {out.from, ParseMoment()}, ir::kMomentType);
    } else {
      ++at_;
      std::optional<Date> last;
      if (IsYear(Peek()) && !PeekIs("-", 1)) {
        last = DateOf(*WholeNumber(Peek()), 12, 31);
        ++at_;
      } else {
        last = ParseDateWords();
      }
      if (!last) {
        FailHere("expected a year or a date");
        break;
      }
      until(program_.Moment(Position::StartOf({last->day + 1})));
    }
  }
  return out;
}

// What is counted, summed or read of the events of `use` in a stretch of time; of nothing, `none`.
NodeId Phrases::OverEvents(const EventUse& use, FoldKind kind, const NumberName* number,
                           const Window& stretch, NodeId none) {
  const int slot = scope.free_slot;
  const ir::Type type =
      number != nullptr ? number->type : ir::NumberType(program_.symbols.Intern(ir::kCountUnit));
  const NodeId zero = program_.Lit(Value::Number(Rational(0)), type);
  if (failed_) return zero;
  if (use.events.size() != 1 || agreement_.events[use.events[0]].alias_first.valid()) {
    Fail(FindingKind::kWrongKind, "only events of one kind, each recorded, can be counted",
         "count each kind of event by itself");
    return zero;
  }
  if (number != nullptr && !agreement_.events[use.events[0]].counted.empty()) {
    Fail(FindingKind::kWrongKind,
         "silence counts as " + WithArticle(agreement_.events[use.events[0]].name) +
             ", which has no " + number->name,
         "speak of the entries alone: `attempted " + agreement_.events[use.events[0]].name + "`");
    return zero;
  }
  const NodeId events = Occurrences(use, 0, {});
  const NodeId each = number != nullptr ? program_.Field(slot, number->field, type)
                                        : program_.Lit(Value::Number(Rational(1)), type);
  if (!stretch.rolling.valid()) {
    return program_.Fold(kind, events, slot, each, stretch.from, LastBefore(stretch.through),
                         none.valid() ? none : zero);
  }
  // Each counts until the length has passed since it happened.
  if (kind != FoldKind::kSum && kind != FoldKind::kCount) {
    FailHere("`the last` stretch of time is for counts and sums",
             "name the stretch: `in 2029`, `before 1 March 2029`");
    return zero;
  }
  const NodeId at = program_.Field(slot, program_.known.at, ir::kMomentType);
  const NodeId over =
      program_.Reached(program_.Apply(Function::kShift, {at, stretch.rolling}, ir::kMomentType));
  return program_.Each(ir::EachKind::kSum, events, slot, program_.KeyOf(events, slot), {},
                       program_.If(over, zero, each));
}

// `the number of Seats that have made an Approval of that Declaration`: each of them once.
NodeId Phrases::CountOfMakers(ir::KindId kind, ir::Type type) {
  const NodeId zero = program_.Lit(Value::Number(Rational(0)), type);
  constexpr std::string_view kForm = "write `the number of Seats that have made an Approval`";
  if (!Accept("that") || !(Accept("have") || Accept("has")) ||
      !(Accept("made") || Accept("given")) || !PeekEvent()) {
    FailHere("expected what they have made", std::string(kForm));
    return zero;
  }
  const auto use = ParseEvent();
  if (!use || use->events.size() != 1) {
    FailHere("expected one kind of notice: who makes two would count twice", std::string(kForm));
    return zero;
  }
  if (!agreement_.events[use->events[0]].counted.empty()) {
    Fail(FindingKind::kWrongKind,
         "who makes a notice is counted, and silence counts as " +
             WithArticle(agreement_.events[use->events[0]].name) + " that nobody made",
         "count the notices: `the number of " + Plural(agreement_.events[use->events[0]].name) +
             "`");
    return zero;
  }
  const int slot = scope.free_slot;
  const NodeId by = program_.Field(slot, program_.known.by, ir::kThingType);
  const auto is_one = [&](NodeId maker) { return IsOf(maker, kind); };
  return program_.Each(ir::EachKind::kSum, Occurrences(*use, 0, {}, is_one), slot, by, {},
                       program_.Count(1));
}

NodeId Phrases::ParseCount(ir::Type* type) {
  *type = ir::NumberType(program_.symbols.Intern(ir::kCountUnit));
  if (!PeekEvent()) {
    const size_t mark = at_;
    const auto kind = AcceptKind();
    if (kind && PeekIs("that")) return CountOfMakers(*kind, *type);
    at_ = mark;
  }
  const auto use = PeekEvent() ? ParseEvent() : std::nullopt;
  if (!use) {
    FailHere("expected the events that are counted",
             "write `the number of Launches in 2029`, or `the number of Seats that have made an "
             "Approval`");
    return program_.Lit(Value::Number(Rational(0)), *type);
  }
  return OverEvents(*use, FoldKind::kCount, nullptr, ParseStretch(*use), {});
}

NodeId Phrases::ParseOverEvents(const NumberName& number, std::optional<FoldKind> extreme) {
  const NodeId zero = program_.Lit(Value::Number(Rational(0)), number.type);
  const EventName* event = agreement_.FindEvent(number.event);
  if (event == nullptr) {
    Fail(FindingKind::kWrongKind,
         "the " + number.name + " is that of an act, and is counted in duties only",
         "record what is to be summed as an event: `event Payment` and `number " + number.name +
             " of (Payment), …`");
    return zero;
  }
  const std::string form =
      "write `the " + number.name + " of every " + event->name + "`, or of the first or last";
  Expect("of");
  if (scope.in_duty && PeekIs("that") && PeekEvent()) {
    const auto use = ParseEvent();
    if (use && agreement_.events[use->events[0]].type == number.event) {
      scope.that_event = use->events[0];
      return program_.Field(scope.free_slot, number.field, number.type);
    }
  }
  const bool one = !extreme && PeekIs("the") && (PeekIs("first", 1) || PeekIs("last", 1));
  const bool every = PeekIs("every") || PeekIs("each") || PeekIs("all");
  if (failed_ || (!one && !every)) {
    FailHere("expected of which", form);
    return zero;
  }
  const FoldKind kind = extreme             ? *extreme
                        : every             ? FoldKind::kSum
                        : PeekIs("last", 1) ? FoldKind::kLast
                                            : FoldKind::kFirst;
  if (PeekIs("all") || PeekIs("each")) ++at_;
  Accept("the");
  if (one) ++at_;
  const auto use = PeekEvent() ? ParseEvent() : std::nullopt;
  if (!use || agreement_.events[use->events[0]].type != number.event) {
    Fail(FindingKind::kWrongKind, "the " + number.name + " is that of another event", form);
    return zero;
  }
  const Window stretch = ParseStretch(*use);
  if ((every && !extreme) || failed_) return OverEvents(*use, kind, &number, stretch, {});
  // What it is when none has happened has to be said.
  if (!Accept("or")) {
    FailHere("expected what it is if there is none",
             "add `or $0 if there is none`, with the amount meant");
    return zero;
  }
  ir::Type type;
  const NodeId none = ParseAmount(&type);
  if (!failed_ && type != number.type) {
    Fail(FindingKind::kUnitMismatch, "what it is if there is none has another unit",
         "state it in the unit of the " + number.name);
  }
  if (!AcceptAll({"if", "there", "is", "none"})) FailHere("expected `if there is none`");
  return OverEvents(*use, kind, &number, stretch, none);
}

// A number of the agreement: whose it is, and of which period.
NodeId Phrases::ParseReference(const NumberName& number, bool its, ir::Type* type) {
  *type = number.type;
  const NodeId zero = program_.Lit(Value::Number(Rational(0)), number.type);
  if (number.event.valid()) return ParseOverEvents(number);
  std::vector<NodeId> args;
  if (number.owner.valid()) {
    NodeId owner;
    if (Accept("of") || Accept("on")) {
      if (const auto noun = ParseNoun()) owner = Referent(*noun);
    } else if (scope.item && program_.KindsMeet(scope.item->first, number.owner)) {
      owner = scope.item->second;
    } else if (scope.act != nullptr) {
      for (size_t p = 0; p < scope.act->parts.size(); ++p) {
        if (scope.act->parts[p] &&
            program_.KindReaches(scope.act->act->parts[p].kind, number.owner)) {
          owner = program_.Field(0, scope.act->act->parts[p].field, ir::kThingType);
        }
      }
    }
    if (!owner.valid() && !failed_) {
      Fail(FindingKind::kWrongKind,
           Quoted(number.name) + " is that of a " +
               std::string(program_.symbols.Name(program_.kinds[number.owner.index].name)) +
               ", and the sentence names none",
           its ? "say whose: `the " + number.name + " of that …`" : "");
    }
    args.push_back(owner);
  }
  if (number.period && !failed_) {
    const std::string name = agreement_.periods[*number.period].name;
    std::optional<Window> window;
    if (Accept("in")) {
      window = ParseWindow();
      if (!window) FailHere("expected which " + name);
    } else if (scope.period) {
      window = scope.period;
    }
    if (!failed_ && (!window || window->period != number.period)) {
      Fail(FindingKind::kWrongKind, "the " + number.name + " is that of one " + name,
           "say which: `in the " + name + " that includes 1 March 2029`");
    }
    if (!failed_) {
      args.push_back(window->from);
      args.push_back(LastBefore(window->through));
    }
  }
  return failed_ ? zero : program_.Ref(number.term, args);
}

}  // namespace entente::check
