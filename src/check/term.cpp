// The term of an agreement: how long it runs, what stops it from being renewed, what ends it early,
// and which clauses outlive it. Decision 0010.

#include "check/compiler.h"
#include "eval/equations.h"

namespace entente::check {

namespace {

constexpr std::string_view kTermForm =
    "write `term 7 years from 6 November 2016, then 1 year at a time`, `term from DATE through "
    "DATE` or `term until MOMENT`";

}  // namespace

// What others ask about the term can refer to it before it is read.
void Compiler::DeclareTerm(const Statement& s) {
  if (s.label.empty() || !SaysOfTerm(s)) return;
  // The longest name at each place: an Early Termination is no Termination.
  phrases_.Begin(s.tokens, s.label, s.span);
  while (!phrases_.AtEnd()) {
    if (const auto event = phrases_.AcceptEventName()) {
      of_term_.insert(*event);
    } else {
      phrases_.Rewind(phrases_.at() + 1);
    }
  }
  if (agreement_.term_end.valid()) return;
  agreement_.term_end = AddTerm("the end of the term", {}, ir::kMomentType, s.span);
  program().terms[agreement_.term_end.index].body = program().Moment(kNever);
}

bool Compiler::SaysOfTerm(const Statement& s) {
  const auto begins = [&](std::initializer_list<std::string_view> words) {
    return s.tokens.size() >= words.size() &&
           std::equal(words.begin(), words.end(), s.tokens.begin(),
                      [](std::string_view w, const Token& t) { return t.Is(w); });
  };
  return begins({"term"}) || begins({"the", "term", "ends"}) ||
         begins({"no", "later", "term", "starts"});
}

void Compiler::TermSentence(const Statement& s, NodeId choice) {
  if (phrases_.Accept("term")) return Runs(s, choice);
  if (phrases_.AcceptAll({"the", "term", "ends"})) {
    phrases_.Accept("on");
    const NodeId end = phrases_.ParseMoment();
    if (!phrases_.failed() && !phrases_.AtEnd())
      phrases_.FailHere("expected the end of the sentence",
                        "write `the term ends on a Termination`");
    if (!phrases_.failed()) ends_.emplace_back(choice, end);
    return;
  }
  phrases_.AcceptAll({"no", "later", "term", "starts"});
  phrases_.Accept(",");
  phrases_.Expect("if");
  phrases_.scope.term_start = program().Field(1, program().known.at, ir::kMomentType);
  phrases_.scope.free_slot = 2;
  const NodeId condition = phrases_.ParseCondition();
  if (!phrases_.failed() && !phrases_.AtEnd())
    phrases_.FailHere("expected the end of the sentence",
                      "write `no later term starts, if a Non-Renewal has happened at least 60 days "
                      "before its start`");
  if (!phrases_.failed()) stops_.push_back(program().And({choice, condition}));
}

// `term 7 years from 6 November 2016, then 1 year at a time`.
void Compiler::Runs(const Statement& s, NodeId choice) {
  TermRun run{choice, {}, {}, {}, {}, {}, s.span};
  const auto first_day = [&]() -> std::optional<Date> {
    if (!phrases_.Accept("from")) return std::nullopt;
    const auto day = phrases_.ParseDateWords();
    if (!day) phrases_.FailHere("expected the day from which it runs", std::string(kTermForm));
    return day;
  };
  if (phrases_.PeekDuration()) {
    const NodeId length = phrases_.ParseDuration();
    const auto day = first_day();
    if (!day) return phrases_.FailHere("expected `from` and a day", std::string(kTermForm));
    run.end = program().Apply(Function::kShift, {program().Moment(Position::StartOf(*day)), length},
                              ir::kMomentType);
    if (program().Get(length).op == ir::Op::kLit) {
      run.fixed =
          Shift(Position::StartOf(*day), program().Literal(program().Get(length)).AsDuration());
      run.end = program().Moment(*run.fixed);
      run.from = Position::StartOf(*day);
      run.length = program().Literal(program().Get(length)).AsDuration();
    }
  } else if (phrases_.PeekIs("from")) {
    if (!first_day()) return;
    phrases_.Expect("through");
    const auto last = phrases_.failed() ? std::nullopt : phrases_.ParseDateWords();
    if (!last) return phrases_.FailHere("expected the last day", std::string(kTermForm));
    run.fixed = Position::StartOf(Date{last->day + 1});
    run.end = program().Moment(*run.fixed);
  } else if (phrases_.Accept("until")) {
    run.end = phrases_.ParseMoment();
  } else {
    return phrases_.FailHere("expected how long the term runs", std::string(kTermForm));
  }
  if (phrases_.Accept(",") && phrases_.Accept("then")) {
    run.renewal = phrases_.ParseDuration();
    phrases_.AcceptAll({"at", "a", "time"});
    if (phrases_.failed()) return;
    if (!run.fixed || program().Get(run.renewal).op != ir::Op::kLit) {
      return phrases_.Fail(FindingKind::kNotEvaluated,
                           "renewals are counted from a day only, in a length that is stated",
                           "let the first term run from a day; no answer rests on this sentence",
                           s.span);
    }
  }
  if (phrases_.failed()) return;
  if (!phrases_.AtEnd())
    return phrases_.FailHere("the term goes on in no known way", std::string(kTermForm));
  if (std::any_of(runs_.begin(), runs_.end(),
                  [&](const TermRun& other) { return other.choice == run.choice; })) {
    return phrases_.Fail(FindingKind::kDuplicateName, "the text says twice how long the term runs",
                         "keep one of the two sentences", s.span);
  }
  runs_.push_back(run);
}

// The end of the term, once all that is said of it was read: the earliest of what ends it. A term
// that is renewed ends when the next would start and something stops it, asked just before.
void Compiler::BuildTerm() {
  for (const std::string& label : agreement_.survive) {
    if (LabelExists(label)) continue;
    findings_.Add({.kind = FindingKind::kUnknownLabel,
                   .at = survive_at_,
                   .message = "there is no clause " + Quoted(label),
                   .labels = {},
                   .instance = {},
                   .help = "name a clause of this agreement"});
  }
  if (!agreement_.term_end.valid()) return;
  const NodeId never = program().Moment(kNever);
  std::vector<NodeId> ends;
  const auto add = [&](NodeId choice, NodeId end) {
    ends.push_back(choice == program().True() ? end : program().If(choice, end, never));
  };
  for (const TermRun& run : runs_) {
    if (!run.renewal.valid()) {
      add(run.choice, run.end);
      continue;
    }
    // In months from the first day, where both lengths are, so that the ends of months do not
    // creep.
    const Duration by = program().Literal(program().Get(run.renewal)).AsDuration();
    const bool months =
        run.length && run.length->unit == DurationUnit::kMonths && by.unit == DurationUnit::kMonths;
    const ir::Type counted = program().Get(program().Count(1)).type;
    const NodeId index = program().Field(1, program().known.index, counted);
    const NodeId renewed =
        program().Apply(Function::kSubtract, {index, program().Count(1)}, counted);
    const auto one = program().Lit(Value::Of({1, by.unit}), program().Get(run.renewal).type);
    const NodeId start =
        months
            ? program().Apply(
                  Function::kRepeat,
                  {program().Moment(run.from), one,
                   program().Apply(Function::kAdd,
                                   {program().Count(run.length->count),
                                    program().Apply(Function::kMultiply,
                                                    {renewed, program().Count(by.count)}, counted)},
                                   counted)},
                  ir::kMomentType)
            : program().Apply(Function::kRepeat, {run.end, run.renewal, renewed}, ir::kMomentType);
    const NodeId starts =
        program().Schedule(program().On(program().start, 1, program().True()), 1, start,
                           program().Count(CountOver(kRenewalYearsMax, by, *run.fixed, run.at)));
    const NodeId stopped = program().While(starts, 1, program().Or(stops_));
    add(run.choice, program().MomentOf(ir::FoldKind::kFirst, stopped, 1));
  }
  for (const auto& [choice, end] : ends_) add(choice, end);
  if (ends.empty()) return;
  program().terms[agreement_.term_end.index].body =
      ends.size() == 1 ? ends[0] : program().Apply(Function::kEarliest, ends, ir::kMomentType);
}

int64_t Compiler::CountOver(int64_t years, Duration length, Position first, Span at) {
  const bool months = length.unit == DurationUnit::kMonths;
  const int64_t fits = years * (months ? 12 : 366) / std::max(length.count, 1);
  if (fits <= eval::kInstalmentsMax) return fits;
  const int64_t lengths = eval::kInstalmentsMax * length.count;
  const Position end = Shift(first, {static_cast<int32_t>(lengths), length.unit});
  findings_.Add({.kind = FindingKind::kNotEvaluated,
                 .at = at,
                 .message = "what recurs here is counted " + std::to_string(eval::kInstalmentsMax) +
                            " times, through " + ToLongText(Date{end.date().day - 1}),
                 .labels = {},
                 .instance = {},
                 .help = "state it for a longer period"});
  return eval::kInstalmentsMax;
}

bool Compiler::Survives(std::string_view label) const {
  return std::any_of(agreement_.survive.begin(), agreement_.survive.end(),
                     [&](const std::string& under) { return StandsUnder(label, under); });
}

}  // namespace entente::check
