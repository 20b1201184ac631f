// What duties come to: which instances there are, when each is due, which act was which's.

#include "service/owed.h"

#include <algorithm>
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

namespace {

// Where the event that an instance arose from stands in its sentence.
constexpr int kSlot = check::Duty::kSlot;

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

Asking::Deadline Asking::DeadlineOf(const check::Duty& duty,
                                    const eval::Timeline::Occurrence& instance, Owed& owed) {
  eval::Diagrams& d = timeline_->diagrams();
  const ir::Program& program = agreement_.program;
  // A text that changes later does not re-date what arose.
  const Diagram due = timeline_->Of(duty.due, {{}, instance.slot}).At(instance.at.before());
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
    owed.due_says = !out.known      ? "a day that is not disclosed"
                    : duty.promptly ? "promptly, which somebody must judge"
                                    : "no day named";
  }
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
  std::vector<Owed> out;
  std::vector<Deadline> deadlines;
  // So many instances surely arose, one after the other.
  size_t sure = 0;
  for (const auto& instance : timeline_->Occurrences(duty.arises, {})) {
    const Diagram arises = Read(*timeline_, instance.condition);
    if (d.IsFalse(arises) || instance.at > at_) continue;
    // Behind one that may not have arisen it is not sure which act was whose.
    all_sure = all_sure && d.IsTrue(arises);
    Owed owed;
    owed.clause = CitationOf(snapshot_, duty.label, duty.at);
    owed.says = duty.says;
    owed.who = facts_.things[duty.bearer.index].name;
    owed.arose = std::max(instance.at, kBeginning).date();
    if (const eval::Event* entry = EntryOf(instance)) owed.entry = entry->id;
    deadlines.push_back(DeadlineOf(duty, instance, owed));
    if (all_sure) ++sure;
    if (all_sure && deadlines.back().end) {
      deadlines.back().over = Shown(program.Reached(duty.due), {{}, instance.slot}, at_);
    }
    out.push_back(std::move(owed));
  }
  // How many were performed by now and, of each that was and whose deadline has passed, whether it
  // was by then: one claim, since what it rests on is much the same.
  const auto so_many = [&](ir::Function f, size_t n, ir::NodeId performed) {
    return program.Apply(f, {program.Count(static_cast<int64_t>(n)), performed}, ir::kBoolType);
  };
  const auto passed = [&](size_t k) {
    return k < std::min(sure, acts.size()) && deadlines[k].end && *deadlines[k].end <= at_;
  };
  std::vector<ir::NodeId> claims = {
      so_many(ir::Function::kEqual, acts.size(), program.CountOf(duty.performed, kSlot))};
  for (size_t k = 0; k < out.size(); ++k) {
    if (!passed(k)) continue;
    const ir::NodeId in_time =
        so_many(ir::Function::kLessEqual, k + 1,
                program.CountOf(duty.performed, kSlot, deadlines[k].end->before()));
    claims.push_back(acts[k].at < *deadlines[k].end ? in_time : program.Not(in_time));
  }
  // Where that cannot be shown, of which instance an act was cannot either.
  if (sure == 0 || Shown(program.And(claims), {}, at_) != Truth::kYes) return out;
  const check::EventName* notice = agreement_.FindEvent(duty.act);
  const bool counts_without_entry = notice != nullptr && !notice->counted.empty();
  const check::Overdue& overdue = agreement_.overdue.find(duty.label)->second;
  const Truth suspended =
      overdue.suspended.valid() ? Shown(overdue.suspended, {}, at_) : Truth::kNo;
  for (size_t k = 0; k < sure; ++k) {
    const Deadline& deadline = deadlines[k];
    if (k < acts.size()) {
      out[k].done = acts[k].at.date();
      const eval::Event* entry = EntryOf(acts[k]);
      if (entry != nullptr) out[k].done_by = entry->id;
      const bool late = passed(k) && acts[k].at >= *deadline.end;
      // Silence performs a duty to give notice, where it counts as one.
      if (entry != nullptr ? entry->type != duty.act : !counts_without_entry)
        out[k].state = DutyState::kDischarged;
      else if (deadline.known)
        out[k].state = late ? DutyState::kLate : DutyState::kFulfilled;
    } else if (suspended != Truth::kNo) {
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
  eval::OwedList out{snapshot.agreement_hash, snapshot.record_name, *options.on, {}, {}};
  std::set<uint32_t> acts;
  for (const check::Duty& duty : agreement.duties) {
    if (!put || (bearer.valid() && duty.bearer != bearer)) continue;
    acts.insert(duty.act.index);
    for (Owed& owed : asking.Instances(duty)) {
      if (owed.done && *owed.done < from.value_or(*options.on)) continue;
      if (to && owed.done.value_or(owed.due.value_or(owed.arose)) > *to) continue;
      out.owed.push_back(std::move(owed));
    }
  }
  if (put) out.notes = asking.NotCounted(acts);
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
