#include <utility>

#include "check/compiler.h"

namespace entente::check {

const Clause* Agreement::FindClause(std::string_view label, source::Span at) const {
  const auto lies_in = [&](const Clause& clause) {
    return !at.valid() || (at.file == clause.sentence.file && at.begin >= clause.sentence.begin &&
                           at.end <= clause.sentence.end);
  };
  for (const Clause& clause : clauses) {
    if (clause.label == label && lies_in(clause)) return &clause;
  }
  // A list item stands in the sentence of its clause.
  for (const Clause& clause : clauses) {
    if (label.starts_with(clause.label + "(") && lies_in(clause)) return &clause;
  }
  return at.valid() ? FindClause(label) : nullptr;
}

const EventName* Agreement::FindEvent(ir::EventTypeId type) const {
  for (const EventName& event : events) {
    if (event.type == type) return &event;
  }
  return nullptr;
}

Scratch::~Scratch() {
  std::erase_if(agreement_.points,
                [&](const auto& named) { return named.second.index >= mark_.points; });
  agreement_.program.Rewind(mark_);
}

bool StandsUnder(std::string_view label, std::string_view under) {
  if (!label.starts_with(under)) return false;
  if (label.size() == under.size()) return true;
  const char next = label[under.size()];
  return next == '.' || next == '(';
}

bool NumberedBefore(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (!digit(a[0]) || !digit(b[0])) {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    // Runs of digits count as numbers, of any length.
    const auto run = [&](std::string_view& s) {
      while (s.size() > 1 && s[0] == '0' && digit(s[1])) s.remove_prefix(1);
      size_t size = 0;
      while (size < s.size() && digit(s[size])) ++size;
      const std::string_view out = s.substr(0, size);
      s.remove_prefix(size);
      return out;
    };
    const std::string_view x = run(a), y = run(b);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;
}

Position Period::StartOf(int64_t number) const {
  const int64_t by = number * length.count;
  if (by > INT32_MAX || by < INT32_MIN) return kNever;
  return Shift(Position::StartOf(from), {static_cast<int32_t>(by), length.unit});
}

std::optional<int64_t> Period::NumberOn(Date day) const {
  const Position wanted = Position::StartOf(day);
  // At least as near to `from` as the number sought, from where it is a few steps.
  const int64_t days = int64_t{day.day} - from.day;
  int64_t number = days / (int64_t{length.count} * (length.unit == DurationUnit::kMonths ? 31 : 1));
  while (StartOf(number) > wanted) {
    if (StartOf(--number) == kNever) return std::nullopt;
  }
  while (StartOf(number + 1) <= wanted) ++number;
  return number;
}

Agreement Compiler::Run() {
  Begin();
  ReadAmendments();
  for (const syntax::Statement& s : tree_.statements) Declare(s);
  for (const syntax::Statement& s : tree_.statements) DeclareDefinedKind(s);
  for (const syntax::Statement& s : tree_.statements) DeclareConsent(s);
  for (const syntax::Statement& s : tree_.statements) DeclareDuty(s);
  for (const syntax::Statement& s : tree_.statements) DeclareTerm(s);
  for (const syntax::Statement& s : tree_.statements) DeclareWindow(s);
  for (const syntax::Statement& s : tree_.statements) DeclareNotices(s);
  CheckMentionedKinds();
  for (const syntax::Statement& s : tree_.statements) CollectReadings(s);
  CheckReadings();
  SettleReadings();
  // Clauses stand in the order of their statements.
  auto clause = agreement_.clauses.begin();
  for (const Statement& s : tree_.statements) {
    if (clause == agreement_.clauses.end() || clause->sentence != s.span) continue;
    clause->in_force = WhenNode(VersionOf(s));
    ++clause;
  }
  // What the others may speak of comes first, wherever it stands.
  const std::vector<size_t> order = InOrder();
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const size_t i : order) {
      const syntax::Statement& s = tree_.statements[i];
      if (!edits_.contains(i) && !handled_.contains(&s) && Turn(s) == turn) Sentence(s);
    }
    if (turn == 0) JoinSilences();
    // What a silence or discharge hangs on may speak of what stands or happens.
    if (turn < 2) continue;
    for (const auto& read : std::exchange(later_, {})) read();
  }
  CheckOverdue();
  CheckReliefs();
  BuildDuties();
  Suspend();
  BuildOverdueFor();
  BuildTerm();
  ApplyDisapplications();
  ApplyOrders();
  BuildRuleSets();
  BuildPlainNumbers();
  BreakCycles();
  ir::FindTermsThatLookBack(program());
  CheckAsks();
  return std::move(agreement_);
}

Agreement Compile(source::Files& files, syntax::Tree tree, diag::Findings& findings) {
  return Compiler(files, std::move(tree), findings).Run();
}

}  // namespace entente::check
