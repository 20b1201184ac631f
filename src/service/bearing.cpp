// Until when an answer holds, and what else bears on it: what was taken for granted, notices made
// without the power, entries of one day that may have come the other way round.

#include <algorithm>
#include <set>

#include "base/words.h"
#include "check/editions.h"
#include "ir/walk.h"
#include "service/asking.h"

namespace entente::service {

using eval::Answer;
using eval::Diagram;
using eval::Verdict;

namespace {

// Pairs of entries of one day that are tried the other way round.
constexpr size_t kSwapsMax = 8;

}  // namespace

std::string Asking::CauseAt(Position at) const {
  for (const eval::Event& event : facts_.events) {
    if (event.at == at && event.type != agreement_.program.start) {
      return std::string(agreement_.program.symbols.Name(
                 agreement_.program.event_types[event.type.index].name)) +
             " (" + (event.hypothetical ? "given" : "entry " + event.id) + ")";
    }
  }
  for (const check::Amendment& a : agreement_.amendments) {
    const bool begins = a.from && at == Position::StartOf(*a.from);
    const bool ends = a.through && at == Position::StartOf(Date{a.through->day + 1});
    if ((begins || ends) && Adopted(a) != std::optional(false))
      return "amendment " + a.id + (begins ? " takes effect" : " expires");
  }
  if (agreement_.term_end.valid()) {
    const ir::NodeId end = agreement_.program.Ref(agreement_.term_end, {});
    const eval::Diagram moment = timeline_->Of(end, {}).At(at);
    const eval::Diagrams& d = timeline_->diagrams();
    if (d.IsLeaf(moment) && d.LeafOf(moment).kind == eval::Leaf::Kind::kValue &&
        d.LeafOf(moment).value == Value::Moment(at))
      return "the term ends";
  }
  for (uint32_t t = 0; t < facts_.closed_to.size(); ++t) {
    if (facts_.closed_to[t] != kNever && facts_.closed_to[t].after() == at &&
        at != agreement_.program.origin.after()) {
      return "what happened later is not recorded";
    }
  }
  if (at == agreement_.program.origin.after()) return "what happened later is not recorded";
  if (at == agreement_.program.origin) return "the agreement takes effect";
  const auto falls = [&](ir::NodeId events) {
    const auto list = timeline_->Occurrences(events, {});
    return std::any_of(list.begin(), list.end(), [&](const eval::Timeline::Occurrence& e) {
      return e.at == at && timeline_->diagrams().IsTrue(e.condition);
    });
  };
  if (const auto [event, counted] =
          agreement_.FindCounted([&](const auto& one) { return falls(one.events); });
      counted != nullptr) {
    return "the silence of " + facts_.things[counted->by.index].name + " counts as " +
           WithArticle(event->name);
  }
  for (const check::Stretch& window : agreement_.stretches) {
    if (window.ends.valid() && falls(window.ends)) return "the " + window.name + " ends";
  }
  return "the date";
}

// Whether the text asked about takes the amendment in; nothing where that is open.
std::optional<bool> Asking::Adopted(const check::Amendment& amendment) const {
  if (amendment.standing == check::Amendment::Standing::kNotBinding) return false;
  if (amendment.taken.valid() &&
      Taken({eval::Key::Family::kPoint, amendment.taken.index, {}}) == std::optional(0u))
    return false;
  const auto it = facts_.settled.find({eval::Key::Family::kPoint, amendment.point.index, {}});
  if (it == facts_.settled.end()) return std::nullopt;
  return it->second.AsBool();
}

// What the amendments since say of the clauses that decide: nothing, or that they stay.
void Asking::CarriedForward(Answer& answer) const {
  for (const eval::Citation& citation : answer.because) {
    if (!citation.deciding || citation.label.empty()) continue;
    const check::Clause* clause = agreement_.FindClause(citation.label, citation.at);
    if (clause == nullptr) continue;
    std::vector<std::string> silent, restating;
    for (size_t a = clause->amendment ? *clause->amendment + 1 : 0;
         a < agreement_.amendments.size(); ++a) {
      const check::Amendment& later = agreement_.amendments[a];
      if (Adopted(later) != std::optional(true) ||
          (later.from && Position::StartOf(*later.from) > at_) ||
          (later.through && *later.through < at_.date()))
        continue;
      (check::Restates(later, citation.label) ? restating : silent).push_back(later.id);
    }
    if (silent.empty() && restating.empty()) continue;
    const std::string from =
        citation.amendment.empty() ? "the original text" : "amendment " + citation.amendment;
    std::vector<std::string> parts;
    if (!restating.empty())
      parts.push_back(JoinAnd(restating) +
                      (restating.size() == 1 ? " restates it" : " restate it"));
    if (!silent.empty())
      parts.push_back(JoinAnd(silent) +
                      (silent.size() == 1 ? " does not speak of it" : " do not speak of it"));
    answer.notes.push_back(citation.label + " is carried forward from " + from + ": " +
                           Join(parts, "; "));
  }
}

void Asking::Window(Answer& answer, const Outcome& outcome) {
  const std::vector<Position> breaks = Breaks();
  const auto outcome_at = [&](Position p) {
    return Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, p)));
  };
  const auto labels = DecidingLabels(*timeline_, at_, outcome);
  const auto same = [&](Position p) {
    return outcome_at(p) == outcome && DecidingLabels(*timeline_, p, outcome) == labels;
  };
  if (outcome.verdict == Verdict::kUndecided) return;
  // The last that lies not after the moment asked.
  size_t here = 0;
  while (here + 1 < breaks.size() && breaks[here + 1] <= at_) ++here;
  size_t first = here;
  while (first > 0 && same(breaks[first - 1])) --first;
  if (first > 0) {
    const Position from = breaks[first];
    const bool at_start = from == Position::StartOf(from.date());
    answer.from = from.date();
    answer.from_cause = CauseAt(from);
    if (!at_start && from.date() == *query_.on) {
      answer.notes.push_back("earlier that day it was " + OutcomeWord(outcome_at(from.before())) +
                             ": " + answer.from_cause + " came in between");
    }
  }
  size_t last = here;
  while (last + 1 < breaks.size() && same(breaks[last + 1])) ++last;
  if (last + 1 < breaks.size()) {
    const Position to = breaks[last + 1];
    answer.through = LastWholeDayBefore(to);
    answer.through_cause = CauseAt(to);
  }
  const auto now = RestsOn(Full(*timeline_, query_.env, at_), outcome);
  for (size_t i = here + 1; i <= last; ++i) {
    for (const std::string& reading : RestsOn(Full(*timeline_, query_.env, breaks[i]), outcome)) {
      auto& out = answer.through_readings;
      if (std::find(now.begin(), now.end(), reading) == now.end() &&
          std::find(out.begin(), out.end(), reading) == out.end()) {
        out.push_back(reading);
      }
    }
  }
}

// Whether two events differ in nothing but their names, which no other event speaks of.
bool Asking::Alike(const eval::Event& a, const eval::Event& b,
                   const std::set<uint32_t>& spoken_of) const {
  const ir::Program& program = agreement_.program;
  if (a.type != b.type || a.slot.fields.size() != b.slot.fields.size()) return false;
  for (size_t i = 0; i < a.slot.fields.size(); ++i) {
    const Symbol name = a.slot.fields[i].first;
    if (name != program.known.at && name != program.known.id &&
        a.slot.fields[i] != b.slot.fields[i])
      return false;
  }
  return !spoken_of.contains(a.slot.Get(program.known.id).AsThing().index) &&
         !spoken_of.contains(b.slot.Get(program.known.id).AsThing().index);
}

std::set<uint32_t> Asking::TypesLookedAt(ir::NodeId node) const {
  std::set<uint32_t> out;
  if (!node.valid()) return out;
  ir::ForEachBelow(agreement_.program, node, [&](ir::NodeId, const ir::Node& below) {
    if (below.op == ir::Op::kOn) out.insert(below.data);
  });
  return out;
}

std::map<std::string, ir::EventTypeId> Asking::FixedEntries() const {
  std::map<std::string, ir::EventTypeId> out;
  for (const record::Entry& entry : snapshot_.record.entries()) {
    const bool corrects = entry.kind == record::kCorrect && !entry.contested;
    if (!corrects && (!entry.contested || entry.forged)) continue;
    const eval::Event* event = EventOf(corrects ? *entry.Find("entry") : entry.id);
    if (event != nullptr && agreement_.notices.WhenRecorded(event->type) != nullptr)
      out.emplace(event->id, event->type);
  }
  return out;
}

void Asking::Notes(Answer& answer, const Outcome& outcome) {
  const ir::Program& program = agreement_.program;
  for (const check::AskedPart& part : query_.parts) {
    if (part.described && part.thing.valid() && !facts_.things[part.thing.index].open) {
      answer.assuming.push_back({part.text + " is taken to be nothing else", {}, "", false});
    }
    if (!part.thing.valid() && part.kind.valid()) {
      answer.assuming.push_back(
          {"no " + std::string(program.symbols.Name(program.kinds[part.kind.index].name)) +
               " is named: clauses about one are taken not to apply",
           {},
           "",
           false});
    }
  }
  if (query_.nothing_further)
    answer.assuming.push_back({"nothing further happens than is recorded or given", {}, "", false});
  for (const std::string& supposed : query_.supposed)
    answer.assuming.push_back({"given: " + supposed, {}, "", false});
  for (const record::Entry& entry : query_.given) {
    if (entry.kind == record::kDisclose) {
      answer.assuming.push_back(
          {"given: " + *entry.Find("term") + " is " + *entry.Find("is"), {}, "", false});
    } else if (entry.kind == record::kClose) {
      answer.assuming.push_back(
          {"given: no " + *entry.Find("kinds") + " through " + *entry.Find("through"),
           {},
           "",
           false});
    } else if (entry.kind != record::kThing) {
      answer.assuming.push_back({"given: " + entry.kind +
                                     (entry.by.empty() ? "" : " by " + entry.by) + " on " +
                                     ToText(entry.happened.date()),
                                 {},
                                 "",
                                 false});
    }
  }
  for (const auto& [point, alternative] : chosen_) {
    const eval::Key key{eval::Key::Family::kPoint, point, {}};
    const auto settled = facts_.settled.find(key);
    if (settled == facts_.settled.end() || settled->second == Value::Choice(alternative)) continue;
    answer.notes.push_back(
        "reading " + std::string(program.symbols.Name(program.points[point].name)) +
        " is settled by " + facts_.settled_by.at(key) + " and was not taken as asked");
  }
  // Powers: what was done without one has no effect.
  for (const eval::Event& event : facts_.events) {
    const check::EventName* name = agreement_.FindEvent(event.type);
    if (name == nullptr || !name->can.valid() || event.at > at_) continue;
    const Diagram can = Read(*timeline_, PowerFor(*timeline_, program, *name, event));
    if (timeline_->diagrams().IsFalse(can)) {
      answer.notes.push_back((event.hypothetical ? "the " + name->name + " given"
                                                 : "entry " + event.id + " (" + name->name + ")") +
                             " has no effect: there was no power to make it");
    }
  }
  // When a notice that was sent counts as given.
  const std::set<uint32_t> types = TypesLookedAt(query_.node);
  const std::string table = agreement_.notices.Where();
  const auto sent = [&](const eval::Event& event, Position at) {
    return (event.hypothetical ? "the notice given" : "entry " + event.id) + " (" +
           std::string(program.symbols.Name(program.event_types[event.type.index].name)) +
           ") was sent by " + event.channel + " on " + ToLongText(at.date());
  };
  for (const eval::Event& event : facts_.events) {
    if (event.sent && types.contains(event.type.index) && *event.sent != event.at) {
      answer.notes.push_back(sent(event, *event.sent) + " and counts as given on " +
                             ToLongText(event.at.date()) + ", as " + table + " says");
    }
  }
  for (const eval::Event& event : facts_.events) {
    if (event.said_to_be && types.contains(event.type.index) &&
        *event.said_to_be != event.at.date()) {
      answer.notes.push_back("entry " + event.id + " is said to be of " +
                             ToLongText(*event.said_to_be) + " and counts from " +
                             ToLongText(event.at.date()) + ", when it was recorded, as " +
                             *agreement_.notices.WhenRecorded(event.type) + " says");
    }
  }
  for (const auto& [entry, why] : FixedEntries()) {
    if (types.contains(why.index)) {
      answer.notes.push_back("entry " + entry + " stays as it was signed and counts, as " +
                             *agreement_.notices.WhenRecorded(why) +
                             " says: neither a correction nor a contest changes it");
    }
  }
  for (const eval::Event& event : facts_.not_given) {
    if (types.contains(event.type.index))
      answer.notes.push_back(sent(event, event.at) + ", which " + table +
                             " does not name: it was not given");
  }
  // Two entries of one day of which nobody wrote down the time might have come the other way round.
  const auto about = [&](const eval::Event& event) {
    return event.slot.Get(program.symbols.Find("of")).AsThing();
  };
  std::set<uint32_t> spoken_of;
  for (const eval::Event& event : facts_.events) {
    if (about(event).valid()) spoken_of.insert(about(event).index);
  }
  std::vector<size_t> looked_at;
  for (size_t i = 0; i < facts_.events.size() && facts_.events[i].at <= at_; ++i) {
    if (facts_.events[i].undated_time && types.contains(facts_.events[i].type.index))
      looked_at.push_back(i);
  }
  size_t tried = 0;
  bool all_tried = true;
  // Tries the two the other way round; says what would come of it.
  const auto swap = [&](size_t i, size_t j, bool recorded) {
    if (tried == kSwapsMax) {
      all_tried = all_tried && !recorded;
      return;
    }
    ++tried;
    eval::Facts swapped = facts_;
    const Position first = facts_.events[i].at, second = facts_.events[j].at;
    const auto move = [&](eval::Event& event, Position to) {
      event.at = to;
      for (auto& [name, value] : event.slot.fields) {
        if (name == program.known.at) value = Value::Moment(to);
      }
    };
    std::swap(swapped.events[i], swapped.events[j]);
    move(swapped.events[i], first);
    move(swapped.events[j], second);
    const Outcome other = OutcomeWith(swapped, query_.env, query_.node, nullptr);
    if (other == outcome || OutcomeWord(other) == OutcomeWord(outcome)) return;
    // Of what is open anyway the order is no news.
    const bool told = other.verdict != Verdict::kUndecided && other.verdict != Verdict::kDepends &&
                      outcome.verdict != Verdict::kUndecided &&
                      outcome.verdict != Verdict::kDepends;
    if (recorded && !told) return;
    answer.notes.push_back("it would be " + OutcomeWord(other) + " if " + facts_.events[j].id +
                           " came before " + facts_.events[i].id + " on " + ToText(first.date()) +
                           (recorded ? ": whoever keeps the record put them in this order"
                                     : ": neither says at what time it happened"));
  };
  for (size_t n = 0; options_.order && n + 1 < looked_at.size(); ++n) {
    const eval::Event& a = facts_.events[looked_at[n]];
    for (size_t m = n + 1; m < looked_at.size(); ++m) {
      const eval::Event& b = facts_.events[looked_at[m]];
      if (a.at.date() != b.at.date()) break;
      // What counts when it is recorded was put in its order by whoever keeps the record; of one
      // author, by that author; and what names an entry cannot come before it. Of the others only
      // neighbours are tried.
      const bool recorded = a.said_to_be && b.said_to_be;
      if (!recorded && m > n + 1) break;
      const ThingId own = a.slot.Get(program.known.id).AsThing();
      const bool bound = about(b).valid() && about(b) == own;
      const bool same =
          a.slot.Get(program.known.by).AsThing() == b.slot.Get(program.known.by).AsThing();
      if (Alike(a, b, spoken_of) || (recorded && (bound || same))) continue;
      swap(looked_at[n], looked_at[m], recorded);
    }
  }
  if (!all_tried) answer.notes.push_back("not every order of the entries of one day was tried");
}

}  // namespace entente::service
