// What becomes of a duty beside being performed: what discharges it, what suspends it, and how long
// it has been overdue. Decision 0008.

#include <utility>

#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kDischargeForm = "write `a Release by Alder discharges 9.1`";
constexpr std::string_view kSuspensionForm = "write `9.1 is suspended, while a Stoppage stands`";

}  // namespace

// Behind the verb stands the clause, and nobody may or must do so: an act may be called so as well.
bool Compiler::SaysOfDischarge(const Statement& s) {
  for (size_t i = 0; i + 1 < s.tokens.size(); ++i) {
    for (const std::string_view modal : {"may", "must", "shall", "need", "to"}) {
      if (s.tokens[i].Is(modal)) return false;
    }
    if ((s.tokens[i].Is("discharges") || s.tokens[i].Is("discharge")) &&
        s.tokens[i + 1].kind == TokenKind::kNumber) {
      return true;
    }
  }
  return false;
}

// `9.1 is suspended`, `9.1, 9.2 and 9.3 are suspended`.
bool Compiler::SaysOfSuspension(const std::vector<Token>& tokens) {
  size_t i = 0;
  while (i < tokens.size() &&
         (tokens[i].kind == TokenKind::kNumber || tokens[i].Is("and") || tokens[i].Is(","))) {
    ++i;
  }
  return i > 0 && i + 1 < tokens.size() && (tokens[i].Is("is") || tokens[i].Is("are")) &&
         tokens[i + 1].Is("suspended");
}

// What others are to cite has a number.
bool Compiler::Numbered(const Statement& s) {
  if (!s.label.empty()) return true;
  phrases_.Fail(FindingKind::kUnknownSentence,
                "the sentence has no clause number, so no answer could cite it",
                "put a number in front: `1.1  " +
                    OneLine(syntax::TextOf(files_, s.tokens, 0, s.tokens.size()), 60) + "`",
                s.span);
  return false;
}

// `a Release by Alder discharges 9.1`: each takes the oldest instance that is still owed away.
void Compiler::DischargeSentence(const Statement& s, NodeId choice) {
  if (!Numbered(s)) return;
  const auto use = phrases_.PeekEvent() ? phrases_.ParseEvent() : std::nullopt;
  if (!use) {
    return phrases_.FailHere("expected the notice or event that discharges it",
                             std::string(kDischargeForm));
  }
  if (!phrases_.Accept("discharges") && !phrases_.Accept("discharge"))
    return phrases_.FailHere("expected `discharges`", std::string(kDischargeForm));
  std::vector<std::string> labels = phrases_.ParseLabels();
  const auto events = phrases_.failed() ? std::nullopt : phrases_.EachOccurrence(*use);
  if (!events) return;
  if (phrases_.failed()) return;
  const NodeId applies = TailsApply(s, choice, "nothing discharges a duty but what a clause says");
  reliefs_.push_back(
      {std::move(labels), program().While(*events, Duty::kSlot, applies), {}, s.span});
}

// `9.1 is suspended, while a Stoppage stands`: nothing is overdue meanwhile.
void Compiler::SuspensionSentence(const Statement& s, NodeId choice) {
  if (!Numbered(s)) return;
  std::vector<std::string> labels = phrases_.ParseLabels();
  if (!phrases_.Accept("is") && !phrases_.Accept("are"))
    return phrases_.FailHere("expected `is suspended`", std::string(kSuspensionForm));
  if (!phrases_.Accept("suspended"))
    return phrases_.FailHere("expected `suspended`", std::string(kSuspensionForm));
  if (phrases_.failed()) return;
  const NodeId applies = TailsApply(s, choice, "nothing suspends a duty but what a clause says");
  reliefs_.push_back({std::move(labels), {}, applies, s.span});
}

// What performs a duty under the clause, or discharges it.
NodeId Compiler::OrDischarged(const Duty& duty) {
  NodeId out = duty.performing;
  for (const Relief& relief : reliefs_) {
    if (!relief.events.valid() || !relief.Reaches(duty.label)) continue;
    if (duty.measure.valid()) {
      phrases_.Fail(FindingKind::kWrongKind,
                    "it is not said how much of the amount under " + duty.label + " is discharged",
                    "let the clause end instead: `until a Release`", relief.at);
      return out;
    }
    out = program().Union(out, relief.events);
  }
  return out;
}

// What discharges or suspends a clause that turned out to state no duty.
void Compiler::CheckReliefs() {
  for (const Relief& relief : reliefs_) {
    for (const std::string& named : relief.labels) {
      if (std::any_of(agreement_.overdue.begin(), agreement_.overdue.end(),
                      [&](const auto& duty) { return StandsUnder(duty.first, named); })) {
        continue;
      }
      NoDuty(named, "", relief.at);
    }
  }
}

// Each suspension takes what it suspends out of what is overdue.
void Compiler::Suspend() {
  for (auto& [label, overdue] : agreement_.overdue) {
    std::vector<NodeId> suspended;
    for (const Relief& relief : reliefs_) {
      if (relief.suspended.valid() && relief.Reaches(label)) suspended.push_back(relief.suspended);
    }
    if (suspended.empty()) continue;
    overdue.suspended = program().Or(std::move(suspended));
    ir::Term& term = program().terms[overdue.term.index];
    term.body = program().And({program().Not(overdue.suspended), term.body});
  }
}

// What was asked of how long something has been overdue, before all duties were read.
void Compiler::BuildOverdueFor() {
  for (auto& [label, overdue] : agreement_.overdue) {
    for (const auto& [length, term] : std::exchange(overdue.for_long, {}))
      program().terms[term.index].body = phrases_.OverdueFor(label, length);
    overdue.complete = true;
  }
}

NodeId Phrases::HasBeenOverdue(std::string_view label, Overdue& overdue, NodeId length) {
  if (overdue.complete) return OverdueFor(label, length);
  const auto same = std::find_if(overdue.for_long.begin(), overdue.for_long.end(),
                                 [&](const auto& known) { return known.first == length; });
  if (same != overdue.for_long.end()) return program_.Ref(same->second, {});
  ir::Term term;
  const ir::Node& by = program_.Get(length);
  term.name = program_.symbols.Intern(
      std::string(label) + " has been overdue for " +
      (by.op == ir::Op::kLit ? ToText(program_.Literal(by).AsDuration()) : "a time not disclosed"));
  term.type = ir::kBoolType;
  term.body = program_.False();
  term.at = whole_;
  program_.terms.push_back(std::move(term));
  const ir::TermId id{static_cast<uint32_t>(program_.terms.size() - 1)};
  overdue.for_long.emplace_back(length, id);
  return program_.Ref(id, {});
}

// Whether of some duty under the clause more fell due so long ago than was done. What was suspended
// is overdue from the end of the suspension.
NodeId Phrases::OverdueFor(std::string_view label, NodeId length) {
  const Overdue& overdue = agreement_.overdue.find(label)->second;
  std::vector<NodeId> ways = {program_.False()};
  for (const Duty& duty : agreement_.duties) {
    if (duty.label != label) continue;
    ways.push_back(program_.Apply(ir::Function::kLess,
                                  {Done(program_, duty), FallenDue(program_, duty, length)},
                                  ir::kBoolType));
    // Of what is due promptly somebody must judge since when it is late.
    for (const Duty::Wording& wording : duty.wordings) {
      if (!wording.not_prompt.valid()) continue;
      const ir::PointId late =
          FactPoint("what " + std::string(label) + " wants promptly has been late for so long",
                    ir::PointKind::kJudgement, 0, wording.at);
      ways.push_back(
          program_.And({wording.not_prompt, program_.Open(late, {}), program_.Ref(duty.owed, {})}));
    }
  }
  const NodeId any = program_.Or(std::move(ways));
  if (!overdue.suspended.valid()) return any;
  const NodeId running = program_.Not(overdue.suspended);
  const NodeId since = program_.MomentOf(ir::FoldKind::kLast, program_.Becomes(running), 1);
  return program_.And(
      {running,
       program_.Reached(program_.Apply(ir::Function::kShift, {since, length}, ir::kMomentType)),
       any});
}

}  // namespace entente::check
