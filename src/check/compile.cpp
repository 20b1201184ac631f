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

Agreement Compiler::Run() {
  Begin();
  for (const syntax::Statement& s : tree_.statements) Declare(s);
  for (const syntax::Statement& s : tree_.statements) DeclareDefinedKind(s);
  for (const syntax::Statement& s : tree_.statements) DeclareConsent(s);
  CheckMentionedKinds();
  for (const syntax::Statement& s : tree_.statements) CollectReadings(s);
  for (const syntax::Statement& s : tree_.statements) {
    if (!handled_.contains(&s)) Sentence(s);
  }
  ApplyDisapplications();
  BuildRuleSets();
  BuildPlainNumbers();
  BreakCycles();
  CheckAsks();
  return std::move(agreement_);
}

Agreement Compile(const source::Files& files, const syntax::Tree& tree, diag::Findings& findings) {
  return Compiler(files, tree, findings).Run();
}

}  // namespace entente::check
