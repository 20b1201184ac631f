#include "check/compiler.h"

namespace entente::check {

const Clause* Agreement::FindClause(std::string_view label) const {
  for (const Clause& clause : clauses) {
    if (clause.label == label) return &clause;
  }
  // A list item stands in the sentence of its clause.
  for (const Clause& clause : clauses) {
    if (label.starts_with(clause.label + "(")) return &clause;
  }
  return nullptr;
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
  for (const syntax::Statement& s : tree_.statements) Declare(s);
  for (const syntax::Statement& s : tree_.statements) DeclareDefinedKind(s);
  for (const syntax::Statement& s : tree_.statements) DeclareConsent(s);
  for (const syntax::Statement& s : tree_.statements) DeclareDuty(s);
  CheckMentionedKinds();
  for (const syntax::Statement& s : tree_.statements) CollectReadings(s);
  CheckReadings();
  // What the others may speak of comes first, wherever it stands.
  for (const bool of_event : {true, false}) {
    for (const syntax::Statement& s : tree_.statements) {
      if (!handled_.contains(&s) && SaysOfEvent(s) == of_event) Sentence(s);
    }
  }
  CheckOverdue();
  ApplyDisapplications();
  BuildRuleSets();
  BuildPlainNumbers();
  BreakCycles();
  ir::FindTermsThatLookBack(program());
  CheckAsks();
  return std::move(agreement_);
}

Agreement Compile(const source::Files& files, const syntax::Tree& tree, diag::Findings& findings) {
  return Compiler(files, tree, findings).Run();
}

}  // namespace entente::check
