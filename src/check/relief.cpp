// What becomes of a duty beside being performed: what discharges it, what suspends it, and how long
// it has been overdue. Decision 0008.

#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kDischargeForm = "write `a Release by Alder discharges 9.1`";
constexpr std::string_view kSuspensionForm = "write `9.1 is suspended, while a Stoppage stands`";

}  // namespace

// Behind the verb stands the clause; an act may be called so as well.
bool Compiler::SaysOfDischarge(const Statement& s) {
  for (size_t i = 0; i + 1 < s.tokens.size(); ++i) {
    if ((s.tokens[i].Is("discharges") || s.tokens[i].Is("discharge")) &&
        s.tokens[i + 1].kind == TokenKind::kNumber) {
      return true;
    }
  }
  return false;
}

bool Compiler::SaysOfSuspension(const std::vector<Token>& tokens) {
  return tokens.size() > 2 && tokens[0].kind == TokenKind::kNumber &&
         std::any_of(tokens.begin(), tokens.end(),
                     [](const Token& t) { return t.Is("suspended"); });
}

// `a Release by Alder discharges 9.1`: each takes the oldest instance that is still owed away.
void Compiler::DischargeSentence(const Statement& s, NodeId choice) {
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
NodeId Compiler::OrDischarged(const Duty& duty, NodeId performed) {
  for (const Relief& relief : reliefs_) {
    if (!relief.events.valid() || !relief.Reaches(duty.label)) continue;
    if (duty.amount.valid()) {
      phrases_.Fail(FindingKind::kWrongKind, "it is not said how much of the amount is discharged",
                    "let the clause end instead: `until a Release`", relief.at);
    } else {
      performed = program().Union(performed, relief.events);
    }
  }
  return performed;
}

// Each suspension takes what it suspends out of what is overdue.
void Compiler::Suspend() {
  for (const Relief& relief : reliefs_) {
    bool any = false;
    for (auto& [label, overdue] : agreement_.overdue) {
      if (!overdue.defined || !relief.Reaches(label)) continue;
      any = true;
      if (!relief.suspended.valid()) continue;
      overdue.suspended = overdue.suspended.valid()
                              ? program().Or({overdue.suspended, relief.suspended})
                              : relief.suspended;
    }
    if (any) continue;
    findings_.Add({.kind = FindingKind::kUnknownPhrase,
                   .at = relief.at,
                   .message = "clause " + Quoted(relief.labels[0]) + " states no duty",
                   .labels = {},
                   .instance = {},
                   .help = "name a clause that says `WHO must …`"});
  }
  for (auto& [label, overdue] : agreement_.overdue) {
    if (!overdue.defined || !overdue.suspended.valid()) continue;
    ir::Term& term = program().terms[overdue.term.index];
    term.body = program().And({program().Not(overdue.suspended), term.body});
  }
  for (auto& [label, overdue] : agreement_.overdue) {
    for (const auto& [length, term] : overdue.for_long)
      program().terms[term.index].body = phrases_.OverdueFor(label, length);
    overdue.for_long.clear();
    overdue.complete = true;
  }
}

NodeId Phrases::HasBeenOverdue(std::string_view label, Overdue& overdue, NodeId length) {
  if (overdue.complete) return OverdueFor(label, length);
  const auto same = std::find_if(overdue.for_long.begin(), overdue.for_long.end(),
                                 [&](const auto& known) { return known.first == length; });
  if (same != overdue.for_long.end()) return program_.Ref(same->second, {});
  ir::Term term;
  term.name = program_.symbols.Intern(std::string(label) + " has been overdue for long, " +
                                      std::to_string(overdue.for_long.size() + 1));
  term.type = ir::kBoolType;
  term.body = program_.False();
  term.at = whole_;
  program_.terms.push_back(std::move(term));
  const ir::TermId id{static_cast<uint32_t>(program_.terms.size() - 1)};
  overdue.for_long.emplace_back(length, id);
  return program_.Ref(id, {});
}

// Whether of some duty under the clause more fell due so long ago than was done.
NodeId Phrases::OverdueFor(std::string_view label, NodeId length) {
  const auto& overdue = agreement_.overdue.find(label)->second;
  std::vector<NodeId> ways = {program_.False()};
  for (const Duty& duty : agreement_.duties) {
    if (duty.label != label) continue;
    ways.push_back(program_.Apply(ir::Function::kLess,
                                  {Done(program_, duty), FallenDue(program_, duty, length)},
                                  ir::kBoolType));
  }
  const NodeId any = program_.Or(std::move(ways));
  return overdue.suspended.valid() ? program_.And({program_.Not(overdue.suspended), any}) : any;
}

}  // namespace entente::check
