#include "service/notices.h"

#include <algorithm>
#include <utility>

#include "base/words.h"
#include "service/asking.h"
#include "service/powers.h"

namespace entente::service {

using eval::Verdict;

const eval::Event* Asking::EventOf(const std::string& entry) const {
  const auto it = std::find_if(facts_.events.begin(), facts_.events.end(),
                               [&](const eval::Event& e) { return e.id == entry; });
  return it == facts_.events.end() ? nullptr : &*it;
}

std::string Asking::EntryAbout(const eval::Event& event) const {
  const ThingId about = event.slot.Get(agreement_.program.symbols.Find(record::kOf)).AsThing();
  if (!about.valid()) return "";
  for (const eval::Event& other : facts_.events) {
    if (other.slot.Get(agreement_.program.known.id).AsThing() == about) return other.id;
  }
  return "";
}

std::string Asking::MakerOf(const eval::Event& event) const {
  const ThingId by = event.slot.Get(agreement_.program.known.by).AsThing();
  if (!by.valid()) return "";
  return std::string(agreement_.program.symbols.Name(agreement_.program.things[by.index].name));
}

Asking::Truth Asking::HadPower(const std::string& entry, std::vector<std::string>* clauses,
                               std::vector<std::string>* why) {
  const eval::Event* event = EventOf(entry);
  const check::EventName* name = event != nullptr ? agreement_.FindEvent(event->type) : nullptr;
  if (name == nullptr || !name->can.valid()) return Truth::kOpen;
  const ir::NodeId body = agreement_.program.terms[name->can.index].body;
  const eval::Env env{PowerArguments(agreement_.program, *name, *event)};
  if (clauses != nullptr) {
    // The clauses are those of the power as a question would ask for it.
    std::vector<ir::NodeId> arguments;
    for (const ir::Parameter& p : agreement_.program.terms[name->can.index].parameters)
      arguments.push_back(agreement_.program.Lit(event->slot.Get(p.name), p.type));
    const Position asked = std::exchange(at_, event->at.before());
    OutcomeWith(facts_, {}, agreement_.program.Ref(name->can, arguments), clauses);
    at_ = asked;
  }
  return Shown(body, env, event->at.before(), why);
}

std::optional<eval::NoticeCheck> CheckNotice(Snapshot& snapshot, const std::string& id,
                                             const AskOptions& asked, diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  const std::vector<record::Entry>& entries = snapshot.record.entries();
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const record::Entry& e) { return e.id == id; });
  const check::EventName* name = nullptr;
  for (const check::EventName& event : agreement.events) {
    if (entry != entries.end() && event.notice &&
        eval::EntryKind(event.name) == eval::EntryKind(entry->kind))
      name = &event;
  }
  if (name == nullptr) {
    std::vector<std::string> notices;
    for (const record::Entry& e : entries) {
      for (const check::EventName& event : agreement.events) {
        if (event.notice && eval::EntryKind(event.name) == eval::EntryKind(e.kind))
          notices.push_back(e.id);
      }
    }
    findings.Add({.kind = diag::FindingKind::kBadQuestion,
                  .at = {},
                  .message = entry == entries.end() ? "the record has no entry " + Quoted(id)
                                                    : "entry " + Quoted(id) + " is no notice",
                  .labels = {},
                  .instance = {},
                  .help = notices.empty() ? "the record holds no notice; name one with --record"
                                          : "its notices are " + JoinAnd(notices)});
    return std::nullopt;
  }
  AskOptions options = asked;
  options.nothing_further = true;
  eval::NoticeCheck out;
  out.agreement_hash = snapshot.agreement_hash;
  out.record = snapshot.record_name;
  out.entry = id;
  out.says = name->name + (entry->by.empty() ? "" : " by " + entry->by);
  out.sent = entry->happened.date();
  if (const std::string* channel = entry->Find(record::kChannel)) out.channel = *channel;
  out.table = agreement.notices.label;
  for (const eval::Channel& channel : agreement.notices.channels)
    out.channels.push_back(channel.name);
  out.has_term = agreement.term_end.valid();
  {
    Asking asking(snapshot, options);
    if (!asking.PutNothing()) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    if (const eval::Event* event = asking.EventOf(id)) {
      out.given = event->at.date();
      const Asking::Truth power = asking.HadPower(id);
      out.power = power == Asking::Truth::kYes  ? Verdict::kYes
                  : power == Asking::Truth::kNo ? Verdict::kNo
                                                : Verdict::kUndecided;
    } else if (asking.IsLeftOpen(id)) {
      out.why_not = entry->contested && !entry->withheld ? "it is contested"
                                                         : "something of it, or of what it "
                                                           "reveals, is withheld";
    } else {
      for (const diag::Finding& f : snapshot.findings.all()) {
        if (f.at.file == entry->at.file && f.at.begin == entry->at.begin) out.why_not = f.message;
      }
    }
  }
  if (out.given) {
    AskOptions then = options;
    then.on = out.given;
    Asking asking(snapshot, then);
    if (asking.Put(check::Form::kMay, entry->by + " make a " + name->name))
      out.because = asking.Run().because;
  }
  if (!out.has_term) return out;
  out.ends_with = LastDayInForce(snapshot, options, findings);
  record::Record without;
  diag::Findings ignored;
  for (const record::Entry& other : entries) {
    if (other.id != id) without.Admit(other, ignored);
  }
  std::swap(snapshot.record, without);
  out.ends_without = LastDayInForce(snapshot, options, findings);
  const Date given = out.given.value_or(out.sent);
  if (out.power != Verdict::kNo) {
    const auto missed = Deadlines(Date{given.day - kMissedDaysMax}, given, [&](Date day) {
      AskOptions with = options;
      with.given.push_back(name->name + " by " + entry->by + " on " + ToLongText(day));
      return LastDayInForce(snapshot, with, findings);
    });
    if (!missed.empty() && missed.back().in_time &&
        (!out.ends_with || *missed.back().in_time < *out.ends_with)) {
      out.missed = missed.back();
      out.missed->sent = LastToSend(agreement.notices, out.missed->last);
    }
  }
  std::swap(snapshot.record, without);
  if (findings.any_error()) return std::nullopt;
  return out;
}

}  // namespace entente::service
