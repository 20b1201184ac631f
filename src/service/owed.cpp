// What duties come to: which instances there are, when each is due, which act was which's.

#include "service/owed.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "eval/lower.h"
#include "service/asking.h"
#include "service/describe.h"

namespace entente::service {

using eval::Diagram;
using eval::DutyState;
using eval::Leaf;
using eval::Owed;
using ir::NodeId;

namespace {

// The party that is called so; nothing for none or, with a finding, for no party.
ThingId PartyCalled(const check::Agreement& agreement, const std::string& name,
                    diag::Findings& findings) {
  std::vector<std::string> known;
  for (const ThingId id : agreement.parties) {
    known.emplace_back(agreement.program.symbols.Name(agreement.program.things[id.index].name));
    if (known.back() == name) return id;
  }
  if (name.empty()) return {};
  const std::string closest = Closest(name, known);
  findings.Add({.kind = diag::FindingKind::kUnknownName,
                .at = {},
                .message = Quoted(name) + " is no party of this agreement",
                .labels = {},
                .instance = {},
                .help = closest.empty() ? "its parties are " + JoinAnd(known)
                                        : "did you mean " + Quoted(closest) + "?"});
  return {};
}

}  // namespace

// The event that was recorded or given; nothing for one that follows from others.
const eval::Event* Asking::EntryOf(const eval::Timeline::Occurrence& event) const {
  auto e = std::lower_bound(facts_.events.begin(), facts_.events.end(), event.at,
                            [](const eval::Event& other, Position at) { return other.at < at; });
  for (; e != facts_.events.end() && e->at == event.at; ++e) {
    if (e->slot == event.slot && e->type != agreement_.program.start) return &*e;
  }
  return nullptr;
}

Asking::Deadline Asking::DeadlineOf(const check::Duty::Wording& wording,
                                    const eval::Timeline::Occurrence& instance, Owed& owed) {
  eval::Diagrams& d = timeline_->diagrams();
  const ir::Program& program = agreement_.program;
  // A text that changes later does not re-date what arose.
  const Diagram due = timeline_->Of(wording.due, {{}, instance.slot}).At(instance.at.before());
  for (const Diagram rests_on : {instance.condition, due}) {
    for (const auto& [key, taken] : TakenIn(rests_on)) {
      std::string name(program.symbols.Name(program.points[key.id].name));
      if (chosen_.contains(key.id)) name += "=" + std::to_string(taken + 1);
      if (std::find(owed.readings.begin(), owed.readings.end(), name) == owed.readings.end())
        owed.readings.push_back(name);
    }
  }
  const Describer say(agreement_, facts_);
  const Diagram read = Read(*timeline_, due);
  for (const Diagram open : {Read(*timeline_, instance.condition), read}) {
    for (const eval::SubjectId id : d.Support(open)) {
      std::string what = say.Atom(*timeline_, d.Get(id), {{id, Rational(0), false}, 1});
      if (std::find(owed.open.begin(), owed.open.end(), what) == owed.open.end())
        owed.open.push_back(std::move(what));
    }
  }
  Deadline out;
  out.known = d.IsLeaf(read) && d.LeafOf(read).kind == Leaf::Kind::kValue;
  if (out.known && d.LeafOf(read).value.AsMoment() != kNever)
    out.end = d.LeafOf(read).value.AsMoment();
  if (out.end) owed.due = LastWholeDayBefore(*out.end);
  if (!out.end) {
    owed.due_says = !out.known                   ? "a day that is not disclosed"
                    : wording.not_prompt.valid() ? "promptly, which somebody must judge"
                                                 : "no day named";
  }
  return out;
}

// Of a duty of so much, how much it is; else one.
std::optional<Rational> Asking::AmountOf(const check::Duty::Wording& wording,
                                         const eval::Timeline::Occurrence& instance) {
  if (!wording.amount.valid()) return Rational(1);
  const Diagram amount =
      Read(*timeline_, timeline_->Of(wording.amount, {{}, instance.slot}).At(instance.at.before()));
  const eval::Diagrams& d = timeline_->diagrams();
  if (!d.IsLeaf(amount) || d.LeafOf(amount).kind != Leaf::Kind::kValue) return std::nullopt;
  return d.LeafOf(amount).value.AsNumber();
}

// What arose under each wording, in the order in which it did.
std::vector<std::pair<const check::Duty::Wording*, eval::Timeline::Occurrence>> Asking::Arose(
    const check::Duty& duty) {
  std::vector<std::pair<const check::Duty::Wording*, eval::Timeline::Occurrence>> out;
  for (const check::Duty::Wording& wording : duty.wordings) {
    for (auto& instance : timeline_->Occurrences(wording.arises, {}))
      out.emplace_back(&wording, std::move(instance));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  return out;
}

std::vector<Owed> Asking::Instances(const check::Duty& duty) {
  ir::Program& program = agreement_.program;
  eval::Diagrams& d = timeline_->diagrams();
  // The acts that count, in order; behind one that may or may not count nothing is sure.
  std::vector<eval::Timeline::Occurrence> acts;
  bool all_sure = true;
  for (const auto& act : timeline_->Occurrences(duty.performed, {})) {
    if (act.at > at_) break;
    const Diagram counts = Read(*timeline_, act.condition);
    if (d.IsTrue(counts)) acts.push_back(act);
    if (!d.IsTrue(counts) && !d.IsFalse(counts)) all_sure = false;
  }
  const ir::Type measured = program.Get(check::Done(program, duty)).type;
  const Describer say(agreement_, facts_);
  const auto in_words = [&](const Rational& amount) {
    return say.Value(Value::Number(amount), measured);
  };
  std::vector<Owed> out;
  std::vector<Deadline> deadlines;
  // So many instances surely arose, one after the other; of each, what is owed up to and with it.
  size_t sure = 0;
  std::vector<Rational> owed_up_to;
  for (const auto& [wording, instance] : Arose(duty)) {
    const Diagram arises = Read(*timeline_, instance.condition);
    if (d.IsFalse(arises) || instance.at > at_) continue;
    // Behind one that may not have arisen it is not sure which act was whose.
    all_sure = all_sure && d.IsTrue(arises);
    Owed owed;
    owed.clause = CitationOf(snapshot_, duty.label, wording->at);
    owed.says = wording->says;
    owed.who = facts_.things[duty.bearer.index].name;
    if (duty.to.valid()) owed.to = facts_.things[duty.to.index].name;
    owed.arose = std::max(instance.at, kBeginning).date();
    if (const eval::Event* entry = EntryOf(instance)) owed.entry = entry->id;
    deadlines.push_back(DeadlineOf(*wording, instance, owed));
    const auto amount = AmountOf(*wording, instance);
    if (wording->amount.valid()) owed.amount = amount ? in_words(*amount) : "not disclosed";
    const auto sum =
        amount ? Add(owed_up_to.empty() ? Rational(0) : owed_up_to.back(), *amount) : std::nullopt;
    all_sure = all_sure && sum;
    if (all_sure) {
      ++sure;
      owed_up_to.push_back(*sum);
      if (deadlines.back().end)
        deadlines.back().over = Shown(program.Reached(wording->due), {{}, instance.slot}, at_);
    }
    out.push_back(std::move(owed));
  }
  // What was done by each act and those before it, and the act by which an instance was done.
  std::vector<Rational> done_by;
  for (const auto& act : acts) {
    const Rational amount =
        duty.measure.valid() ? act.slot.Get(duty.measure).AsNumber() : Rational(1);
    const auto sum = Add(done_by.empty() ? Rational(0) : done_by.back(), amount);
    if (!sum) return out;
    done_by.push_back(*sum);
  }
  const Rational done = done_by.empty() ? Rational(0) : done_by.back();
  std::vector<std::optional<size_t>> act_of(out.size());
  for (size_t k = 0, a = 0; k < sure; ++k) {
    while (a < done_by.size() && Compare(done_by[a], owed_up_to[k]) < 0) ++a;
    if (a < done_by.size()) act_of[k] = a;
  }
  // How much was done by now and, of each instance that was and whose deadline has passed, whether
  // it was by then: one claim, since what it rests on is much the same.
  const auto so_much = [&](ir::Function f, const Rational& n, NodeId performed) {
    return program.Apply(f, {program.Lit(Value::Number(n), measured), performed}, ir::kBoolType);
  };
  const auto passed = [&](size_t k) {
    return act_of[k] && deadlines[k].end && *deadlines[k].end <= at_;
  };
  std::vector<NodeId> claims = {so_much(ir::Function::kEqual, done, check::Done(program, duty))};
  for (size_t k = 0; k < sure; ++k) {
    if (!passed(k)) continue;
    const NodeId in_time = so_much(ir::Function::kLessEqual, owed_up_to[k],
                                   check::Done(program, duty, deadlines[k].end->before()));
    claims.push_back(acts[*act_of[k]].at < *deadlines[k].end ? in_time : program.Not(in_time));
  }
  // Where that cannot be shown, of which instance an act was cannot either.
  if (sure == 0 || Shown(program.And(claims), {}, at_) != Truth::kYes) return out;
  // Silence performs a duty to give notice, where it counts as one.
  const bool counts_without_entry =
      std::any_of(duty.acts.begin(), duty.acts.end(), [&](ir::EventTypeId act) {
        const check::EventName* notice = agreement_.FindEvent(act);
        return notice != nullptr && !notice->counted.empty();
      });
  const auto performs = [&](const eval::Event* entry) {
    if (entry == nullptr) return counts_without_entry;
    return std::find(duty.acts.begin(), duty.acts.end(), entry->type) != duty.acts.end();
  };
  const check::Overdue& overdue = agreement_.overdue.find(duty.label)->second;
  const Truth suspended =
      overdue.suspended.valid() ? Shown(overdue.suspended, {}, at_) : Truth::kNo;
  for (size_t k = 0; k < sure; ++k) {
    const Deadline& deadline = deadlines[k];
    // Nothing is owed where the amount is none.
    if (!act_of[k] && Compare(owed_up_to[k], done) <= 0) {
      out[k].state = DutyState::kFulfilled;
      continue;
    }
    if (const auto by = act_of[k]) {
      out[k].done = acts[*by].at.date();
      const eval::Event* entry = EntryOf(acts[*by]);
      if (entry != nullptr) out[k].done_by = entry->id;
      const bool late = passed(k) && acts[*by].at >= *deadline.end;
      if (!performs(entry))
        out[k].state = DutyState::kDischarged;
      else if (deadline.known)
        out[k].state = late ? DutyState::kLate : DutyState::kFulfilled;
      continue;
    }
    const Rational before = k == 0 ? Rational(0) : owed_up_to[k - 1];
    if (duty.measure.valid() && Compare(done, before) > 0) {
      if (const auto part = Subtract(done, before)) out[k].part = in_words(*part);
    }
    if (suspended != Truth::kNo) {
      if (suspended == Truth::kYes) out[k].state = DutyState::kSuspended;
    } else if (deadline.known && deadline.over != Truth::kOpen) {
      out[k].state = deadline.over == Truth::kYes ? DutyState::kOverdue : DutyState::kPending;
    }
  }
  return out;
}

std::vector<std::string> Asking::NotCounted(const std::set<uint32_t>& acts) const {
  std::vector<std::string> out;
  for (const eval::Event& event : facts_.events) {
    if (!acts.contains(event.type.index) || event.at > at_) continue;
    const std::string entry = "entry " + event.id + " (" +
                              std::string(agreement_.program.symbols.Name(
                                  agreement_.program.event_types[event.type.index].name)) +
                              ")";
    for (const std::string& name : eval::Undeclared(agreement_.program, declared_, facts_, event)) {
      out.push_back(entry + " names " + Quoted(name) +
                    ", which nobody declared: it performs nothing that asks what it is");
    }
    if (!event.slot.Get(agreement_.program.known.by).AsThing().valid())
      out.push_back(entry + " does not say by whom: it performs nothing");
  }
  return out;
}

std::vector<eval::OpenEntry> Asking::Unsettled(
    const std::vector<const check::Duty*>& duties) const {
  // The clauses that look at each kind of entry.
  std::map<uint32_t, std::vector<std::string>> looked_at;
  for (const check::Duty* duty : duties) {
    std::set<uint32_t> types = TypesLookedAt(duty->performed);
    for (const check::Duty::Wording& wording : duty->wordings) {
      types.merge(TypesLookedAt(wording.arises));
      types.merge(TypesLookedAt(wording.amount));
    }
    for (const uint32_t type : types) {
      auto& labels = looked_at[type];
      if (std::ranges::find(labels, duty->label) == labels.end()) labels.push_back(duty->label);
    }
  }
  std::vector<eval::OpenEntry> out;
  for (const record::Entry& entry : snapshot_.record.entries()) {
    if (!facts_.left_open.contains(entry.id) || Position::EndOf(entry.happened.date()) > at_)
      continue;
    for (const auto& [type, labels] : looked_at) {
      const auto name = agreement_.program.symbols.Name(agreement_.program.event_types[type].name);
      if (eval::EntryKind(entry.kind) == eval::EntryKind(name))
        out.push_back({entry.id, entry.kind, entry.happened.date(), labels});
    }
  }
  return out;
}

std::optional<eval::OwedList> Owes(Snapshot& snapshot, AskOptions options, const std::string& party,
                                   std::optional<Date> from, std::optional<Date> to,
                                   diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  const ThingId bearer = PartyCalled(agreement, party, findings);
  if (findings.any_error()) return std::nullopt;
  if (!options.on) options.on = to;
  if (!options.on) options.on = DayUnlessNamed(agreement, options);
  options.nothing_further = true;
  Asking asking(snapshot, options);
  const bool put = asking.PutNothing();
  if (put) asking.ForgetTheFuture();
  eval::OwedList out{snapshot.agreement_hash, snapshot.record_name, *options.on, {}, {}, {}};
  std::set<uint32_t> acts;
  std::vector<const check::Duty*> asked_of;
  for (const check::Duty& duty : agreement.duties) {
    if (!put || (bearer.valid() && duty.bearer != bearer)) continue;
    asked_of.push_back(&duty);
    for (const ir::EventTypeId act : duty.acts) acts.insert(act.index);
    for (Owed& owed : asking.Instances(duty)) {
      if (owed.done && *owed.done < from.value_or(*options.on)) continue;
      if (to && owed.done.value_or(owed.due.value_or(owed.arose)) > *to) continue;
      out.owed.push_back(std::move(owed));
    }
  }
  if (put) {
    out.notes = asking.NotCounted(acts);
    out.unsettled = asking.Unsettled(asked_of);
  }
  out.notes.insert(out.notes.begin(), snapshot.record_notes.begin(), snapshot.record_notes.end());
  for (const check::Clause& clause : agreement.clauses) {
    if (!clause.evaluated)
      out.notes.push_back(clause.label + " is read and not evaluated: what it asks is not listed");
  }
  findings.Append(asking.findings());
  if (!put) return std::nullopt;
  // By due day; what has none comes last.
  std::stable_sort(out.owed.begin(), out.owed.end(), [](const Owed& a, const Owed& b) {
    if (a.due.has_value() != b.due.has_value()) return a.due.has_value();
    return a.due && *a.due < *b.due;
  });
  return out;
}

}  // namespace entente::service
