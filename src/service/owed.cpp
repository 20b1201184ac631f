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

// The entry of an event that was recorded or given; empty for one that follows from others.
std::string Asking::EntryOf(const eval::Timeline::Occurrence& event) const {
  for (const eval::Event& e : facts_.events) {
    if (e.at == event.at && e.slot == event.slot && e.type != agreement_.program.start) return e.id;
  }
  return "";
}

std::vector<Owed> Asking::Instances(const check::Duty& duty) {
  ir::Program& program = agreement_.program;
  eval::Diagrams& d = timeline_->diagrams();
  const Describer say(agreement_, facts_);
  // The acts that count, in order; behind one that may or may not count nothing is sure.
  std::vector<eval::Timeline::Occurrence> acts;
  bool all_sure = true;
  for (const auto& act : timeline_->Occurrences(duty.performed, {})) {
    const Diagram counts = Read(*timeline_, act.condition);
    if (d.IsTrue(counts)) acts.push_back(act);
    if (!d.IsTrue(counts) && !d.IsFalse(counts) && act.at <= at_) all_sure = false;
  }
  const ir::NodeId performed = program.CountOf(duty.performed, kSlot);
  // How many were performed by now is proved once, not for each instance.
  const auto made = static_cast<size_t>(
      std::count_if(acts.begin(), acts.end(), [&](const auto& act) { return act.at <= at_; }));
  std::optional<bool> counted;
  bool too_long = false;
  std::vector<Owed> out;
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
    owed.entry = EntryOf(instance);
    const eval::Env env = {{}, instance.slot};
    // A text that changes later does not re-date what arose.
    const Diagram due = timeline_->Of(duty.due, env).At(instance.at.before());
    for (const Diagram rests_on : {instance.condition, due}) {
      for (const auto& [key, taken] : TakenIn(rests_on)) {
        std::string name(program.symbols.Name(program.points[key.id].name));
        if (chosen_.contains(key.id)) name += "=" + std::to_string(taken + 1);
        if (std::find(owed.readings.begin(), owed.readings.end(), name) == owed.readings.end())
          owed.readings.push_back(name);
      }
    }
    std::optional<Position> end;
    const Diagram read = Read(*timeline_, due);
    for (const Diagram open : {arises, read}) {
      for (const eval::SubjectId id : d.Support(open)) {
        std::string what = say.Atom(*timeline_, d.Get(id), {{id, Rational(0), false}, 1});
        if (std::find(owed.open.begin(), owed.open.end(), what) == owed.open.end())
          owed.open.push_back(std::move(what));
      }
    }
    const bool known = d.IsLeaf(read) && d.LeafOf(read).kind == Leaf::Kind::kValue;
    if (known && d.LeafOf(read).value.AsMoment() != kNever) end = d.LeafOf(read).value.AsMoment();
    if (end) owed.due = LastWholeDayBefore(*end);
    if (!end) {
      owed.due_says = !known          ? "a day that is not disclosed"
                      : duty.promptly ? "promptly, which somebody must judge"
                                      : "no day named";
    }
    const size_t k = out.size();
    if (all_sure) {
      const ir::NodeId enough =
          program.Apply(ir::Function::kLessEqual,
                        {program.Count(static_cast<int64_t>(k) + 1), performed}, ir::kBoolType);
      if (!counted) {
        const ir::NodeId so_many =
            program.Apply(ir::Function::kEqual,
                          {performed, program.Count(static_cast<int64_t>(made))}, ir::kBoolType);
        counted = Shown(so_many, {}, at_) == Truth::kYes;
      }
      // Where that cannot be shown, of which instance an act was cannot either.
      const Truth done = !*counted ? Truth::kOpen : k < made ? Truth::kYes : Truth::kNo;
      const Truth over = end ? Shown(program.Reached(duty.due), env, at_) : Truth::kNo;
      const bool past = end && *end <= at_;
      Truth in_time = done;
      if (done == Truth::kYes && past) {
        in_time = too_long ? Truth::kOpen : Shown(enough, {}, end->before());
        // Later ones take longer still.
        too_long = in_time == Truth::kOpen;
      }
      if (done == Truth::kYes) {
        if (known && in_time != Truth::kOpen)
          owed.state = in_time == Truth::kYes ? DutyState::kFulfilled : DutyState::kLate;
        owed.done = acts[k].at.date();
        owed.done_by = EntryOf(acts[k]);
      } else if (done == Truth::kNo && over != Truth::kOpen && known) {
        owed.state = over == Truth::kYes ? DutyState::kOverdue : DutyState::kPending;
      }
    }
    out.push_back(std::move(owed));
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
