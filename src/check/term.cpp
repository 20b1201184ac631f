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

// `term 7 years from 6 November 2016, then 2 years, then 1 year at a time`.
void Compiler::Runs(const Statement& s, NodeId choice) {
  TermRun run;
  run.choice = choice;
  run.at = s.span;
  if (phrases_.PeekDuration()) {
    const NodeId length = phrases_.ParseDuration();
    if (!phrases_.failed() && !phrases_.Accept("from"))
      phrases_.FailHere("expected `from` and a day or an event", std::string(kTermForm));
    if (phrases_.failed()) return;
    run.from = phrases_.PeekEvent() ? phrases_.ParseMoment() : StartOfDay();
    if (phrases_.failed()) return;
    run.end = program().Apply(Function::kShift, {run.from, length}, ir::kMomentType);
    if (program().Get(length).op == ir::Op::kLit) {
      run.length = program().Literal(program().Get(length)).AsDuration();
      if (program().Get(run.from).op == ir::Op::kLit)
        run.end = program().Moment(Shift(MomentIn(run.from), *run.length));
    }
  } else if (phrases_.Accept("from")) {
    StartOfDay();
    if (!phrases_.failed()) phrases_.Expect("through");
    const auto last = phrases_.failed() ? std::nullopt : phrases_.ParseDateWords();
    if (!last) return phrases_.FailHere("expected the last day", std::string(kTermForm));
    run.end = program().Moment(Position::StartOf(Date{last->day + 1}));
  } else if (phrases_.Accept("until")) {
    run.end = phrases_.ParseMoment();
  } else {
    return phrases_.FailHere("expected how long the term runs", std::string(kTermForm));
  }
  while (!phrases_.failed() && phrases_.Accept(",")) {
    if (!phrases_.Accept("then"))
      return phrases_.FailHere("expected `then` and a length", std::string(kTermForm));
    const NodeId length = phrases_.PeekDuration() ? phrases_.ParseDuration() : NodeId{};
    if (!length.valid())
      return phrases_.FailHere("expected how long the next term runs", std::string(kTermForm));
    if (phrases_.failed()) return;
    const bool stated = program().Get(length).op == ir::Op::kLit;
    const Duration by = stated ? program().Literal(program().Get(length)).AsDuration() : Duration{};
    if (!stated || (!run.renewals.empty() && run.renewals[0].unit != by.unit)) {
      return phrases_.Fail(FindingKind::kNotEvaluated,
                           "renewals are counted in lengths that are stated, all in days or all in "
                           "months and years",
                           "no answer rests on this sentence", s.span);
    }
    run.renewals.push_back(by);
    if (phrases_.AcceptAll({"at", "a", "time"})) {
      run.at_a_time = true;
      break;
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
  runs_.push_back(std::move(run));
}

NodeId Compiler::StartOfDay() {
  const auto day = phrases_.ParseDateWords();
  if (!day) phrases_.FailHere("expected the day from which it runs", std::string(kTermForm));
  return program().Moment(day ? Position::StartOf(*day) : kBeginning);
}

Position Compiler::MomentIn(NodeId literal) {
  return program().Literal(program().Get(literal)).AsMoment();
}

// The starts of the terms after the first. In months from the first day, where all lengths are, so
// that the ends of months do not creep.
NodeId Compiler::Renewals(const TermRun& run) {
  const Duration last = run.renewals.back();
  const bool from_first = run.length && run.length->unit == last.unit;
  const NodeId base = from_first ? run.from : run.end;
  // From an event they are counted when it happens; from a moment that is reckoned otherwise, when
  // that comes, and the first renewal is that moment itself.
  const bool fixed = program().Get(base).op == ir::Op::kLit;
  const NodeId origin = fixed ? program().On(program().start, 1, program().True())
                              : program().Becomes(program().Reached(base));
  const bool at_once = !fixed && !from_first;
  const NodeId from = fixed ? base : program().Field(1, program().known.at, ir::kMomentType);
  const ir::Type counted = program().Get(program().Count(1)).type;
  const NodeId index = program().Field(1, program().known.index, counted);
  // How long after `from` the renewal with this index starts: those stated by themselves, then so
  // many of the last.
  int64_t before = from_first ? run.length->count : 0;
  std::vector<int64_t> stated;
  for (const Duration& by : run.renewals) {
    stated.push_back(before);
    before += by.count;
  }
  const auto listed = static_cast<int64_t>(stated.size());
  NodeId after = program().Apply(
      Function::kAdd,
      {program().Count(stated.back()),
       program().Apply(
           Function::kMultiply,
           {program().Apply(Function::kSubtract, {index, program().Count(listed)}, counted),
            program().Count(last.count)},
           counted)},
      counted);
  for (int64_t i = listed - 1; i > 0; --i) {
    after =
        program().If(program().Apply(Function::kEqual, {index, program().Count(i)}, ir::kBoolType),
                     program().Count(stated[static_cast<size_t>(i) - 1]), after);
  }
  const NodeId one = program().Length({1, last.unit});
  const Position first =
      program().Get(run.end).op == ir::Op::kLit ? MomentIn(run.end) : program().origin;
  const int64_t count =
      run.at_a_time ? CountOver(kRenewalYearsMax, last, first, run.at) + listed - 1 : listed;
  const NodeId later = program().Schedule(
      origin, 1, program().Apply(Function::kRepeat, {from, one, after}, ir::kMomentType),
      program().Count(count));
  return at_once ? program().Union(origin, later) : later;
}

// When the last of the terms that are stated one by one ends.
NodeId Compiler::LastRenewalEnds(const TermRun& run) {
  Duration all = run.renewals.back();
  const bool from_first = run.length && run.length->unit == all.unit;
  for (size_t i = 0; i + 1 < run.renewals.size(); ++i) all.count += run.renewals[i].count;
  if (from_first) all.count += run.length->count;
  return program().Apply(Function::kShift, {from_first ? run.from : run.end, program().Length(all)},
                         ir::kMomentType);
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
    if (run.renewals.empty()) {
      add(run.choice, run.end);
      continue;
    }
    const NodeId starts = Renewals(run);
    const NodeId stopped = program().While(starts, 1, program().Or(stops_));
    add(run.choice, program().MomentOf(ir::FoldKind::kFirst, stopped, 1));
    if (!run.at_a_time) add(run.choice, LastRenewalEnds(run));
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
