#include "service/proceedings.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/words.h"
#include "check/editions.h"
#include "service/asking.h"
#include "service/powers.h"

namespace entente::service {

using eval::Proceeding;
using eval::Verdict;

const check::EventName* NoticeCalled(const check::Agreement& agreement, std::string_view kind) {
  const auto it = std::ranges::find_if(agreement.events, [&](const check::EventName& event) {
    return event.notice && eval::EntryKind(event.name) == eval::EntryKind(kind);
  });
  return it == agreement.events.end() ? nullptr : &*it;
}

namespace {

const record::Entry* EntryCalled(const Snapshot& snapshot, const std::string& id) {
  const auto it = std::ranges::find(snapshot.record.entries(), id, &record::Entry::id);
  return it == snapshot.record.entries().end() ? nullptr : &*it;
}

Verdict VerdictOf(Asking::Truth truth) {
  return truth == Asking::Truth::kYes  ? Verdict::kYes
         : truth == Asking::Truth::kNo ? Verdict::kNo
                                       : Verdict::kUndecided;
}

// How the entry stands; where it has no effect, by which clauses and conditions.
std::string StandingOf(Asking& asking, const record::Entry& entry,
                       std::vector<std::string>& clauses, std::vector<std::string>& why) {
  if (asking.EventOf(entry.id) == nullptr) {
    const bool doubtful = entry.contested && !entry.forged && !entry.withheld;
    if (doubtful) return std::string(eval::kContestedNotice);
    return std::string(asking.IsLeftOpen(entry.id) ? eval::kUndecidedNotice : eval::kNotGiven);
  }
  switch (asking.HadPower(entry.id, &clauses, &why)) {
    case Asking::Truth::kYes:
      return std::string(eval::kCounts);
    case Asking::Truth::kNo:
      return std::string(eval::kNoEffect);
    case Asking::Truth::kOpen:
      break;
  }
  return std::string(eval::kUndecidedNotice);
}

eval::Citation Cited(const Snapshot& snapshot, const std::string& label) {
  const check::Clause* clause = snapshot.agreement.FindClause(label);
  return CitationOf(snapshot, label, clause != nullptr ? clause->sentence : source::Span{});
}

// Who may make it and by which clauses, as the sentences that give the power say.
void WhoMay(const Snapshot& snapshot, Proceeding::Step& step) {
  const check::Agreement& agreement = snapshot.agreement;
  const auto add = [&](std::string who) {
    if (std::ranges::find(step.makers, who) == step.makers.end())
      step.makers.push_back(std::move(who));
  };
  std::vector<std::string> labels;
  for (const check::Norm& norm : agreement.norms) {
    const std::string question = QuestionOf(snapshot, norm);
    const auto made = NoticesMade(agreement, question);
    const bool named = std::ranges::any_of(
        made, [&](const check::EventName* notice) { return notice->name == step.notice; });
    if (norm.forbids || !named) continue;
    for (const std::string& who : EachOf(agreement, MakerIn(question))) {
      if (const auto kind = KindIn(agreement.program, who)) {
        step.of_a_kind = true;
        for (std::string& member : MembersOf(snapshot, *kind)) add(std::move(member));
      } else {
        add(who.starts_with("the ") ? who.substr(4) : who);
      }
    }
    if (std::ranges::find(labels, norm.label) != labels.end()) continue;
    labels.push_back(norm.label);
    step.clauses.push_back(CitationOf(snapshot, norm.label, norm.at));
  }
}

// Whether the text hangs something on the notice: that an event happens, or that what it is about
// stands no longer.
bool Closes(const Snapshot& snapshot, const std::string& notice) {
  for (const check::Clause& clause : snapshot.agreement.clauses) {
    const std::string says = CitationOf(snapshot, clause.label, clause.sentence).says;
    for (const std::string_view mark : {" happens on ", " stands until "}) {
      const size_t at = says.find(mark);
      size_t named = at == std::string::npos ? at : says.find(notice, at);
      if (named == std::string::npos) continue;
      named += notice.size();
      // `a Verification`, and not `a Verification Report`.
      const bool longer = named + 1 < says.size() && says[named] == ' ' &&
                          std::isupper(static_cast<unsigned char>(says[named + 1])) != 0;
      if (!longer) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> NoticesAbout(const check::Agreement& agreement,
                                      const std::string& notice) {
  std::vector<std::string> out;
  const check::EventName* opening = NoticeCalled(agreement, notice);
  for (const check::EventName& event : agreement.events) {
    if (opening != nullptr && event.notice && event.of.valid() && event.of == opening->type)
      out.push_back(event.name);
  }
  return out;
}

std::vector<std::string> Openings(const Snapshot& snapshot) {
  std::vector<std::string> out;
  for (const record::Entry& entry : snapshot.record.entries()) {
    if (!NoticesAbout(snapshot.agreement, entry.kind).empty()) out.push_back(entry.id);
  }
  return out;
}

std::string OpeningNow(Snapshot& snapshot, const AskOptions& asked, diag::Findings& findings) {
  const std::vector<std::string> openings = Openings(snapshot);
  if (openings.empty()) return "";
  AskOptions options = asked;
  options.nothing_further = true;
  Asking asking(snapshot, options);
  if (!asking.PutNothing()) {
    findings.Append(asking.findings());
    return openings.back();
  }
  for (size_t i = openings.size(); i-- > 0;) {
    if (asking.EventOf(openings[i]) != nullptr &&
        asking.HadPower(openings[i]) == Asking::Truth::kYes)
      return openings[i];
  }
  return openings.back();
}

std::optional<diag::Finding> WhyNotTaken(const Snapshot& snapshot, record::Entry entry) {
  ir::Program scratch = snapshot.agreement.program;
  std::vector<record::Entry> corrected;
  const auto recorded =
      eval::KnownAt(snapshot.record, {}, scratch, snapshot.agreement.notices, corrected);
  // Supposed, it needs no seal.
  entry.hypothetical = true;
  entry.id = "this";
  if (!recorded.empty()) entry.happened = Position::EndOf(recorded.back().known);
  diag::Findings before, with;
  eval::Lower(scratch, recorded, {}, check::LowerOptionsOf(snapshot.agreement), before);
  scratch = snapshot.agreement.program;
  eval::Lower(scratch, recorded, {&entry, 1}, check::LowerOptionsOf(snapshot.agreement), with);
  if (with.all().size() == before.all().size()) return std::nullopt;
  return with.all()[before.all().size()];
}

std::optional<Effect> EffectOf(Snapshot& snapshot, const std::string& id, const AskOptions& asked,
                               diag::Findings& findings) {
  const record::Entry* entry = EntryCalled(snapshot, id);
  AskOptions options = asked;
  options.nothing_further = true;
  Asking asking(snapshot, options);
  if (entry == nullptr || !asking.PutNothing()) {
    findings.Append(asking.findings());
    return std::nullopt;
  }
  Effect out;
  std::vector<std::string> clauses;
  out.standing = StandingOf(asking, *entry, clauses, out.why);
  for (const std::string& label : clauses) out.because.push_back(Cited(snapshot, label));
  out.decided = !out.because.empty();
  if (const check::EventName* name = NoticeCalled(snapshot.agreement, entry->kind);
      !out.decided && name != nullptr) {
    Proceeding::Step step{.notice = name->name};
    WhoMay(snapshot, step);
    out.because = std::move(step.clauses);
  }
  return out;
}

std::optional<Proceeding> ProceedingOf(Snapshot& snapshot, const std::string& id,
                                       const AskOptions& asked, diag::Findings& findings) {
  const record::Entry* entry = EntryCalled(snapshot, id);
  const std::vector<std::string> notices =
      entry == nullptr ? std::vector<std::string>{} : NoticesAbout(snapshot.agreement, entry->kind);
  if (notices.empty()) {
    const std::vector<std::string> openings = Openings(snapshot);
    findings.Add({.kind = diag::FindingKind::kBadQuestion,
                  .at = {},
                  .message = entry == nullptr ? "the record has no entry " + Quoted(id)
                                              : "nobody decides on entry " + Quoted(id) +
                                                    ": the agreement has no notice of " +
                                                    WithArticle(entry->kind),
                  .labels = {},
                  .instance = {},
                  .help = openings.empty() ? "no entry on record is decided on by others"
                                           : "those that are: " + JoinAnd(openings)});
    return std::nullopt;
  }
  AskOptions options = asked;
  options.nothing_further = true;
  // Of each turn only the verdict is told.
  options.order = false;
  Proceeding out{.agreement_hash = snapshot.agreement_hash,
                 .record = snapshot.record_name,
                 .ledger = snapshot.ledger};
  out.on = options.on.value_or(DayUnlessNamed(snapshot.agreement, options));
  out.entry = id;
  const check::EventName& opening = *NoticeCalled(snapshot.agreement, entry->kind);
  out.says = opening.name + (entry->by.empty() ? "" : " by " + entry->by);
  out.evidence = entry->evidence;
  for (const std::string& notice : notices) {
    Proceeding::Step step{.notice = notice};
    WhoMay(snapshot, step);
    step.closes = !step.by_several() && Closes(snapshot, notice);
    step.sealed = snapshot.agreement.notices.SealingOf(
                      NoticeCalled(snapshot.agreement, notice)->type) != nullptr;
    out.steps.push_back(std::move(step));
  }
  {
    Asking asking(snapshot, options);
    if (!asking.PutNothing()) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    const eval::Event* event = asking.EventOf(id);
    out.given = event != nullptr ? event->at.date() : entry->happened.date();
    out.power = event == nullptr ? Verdict::kNo : VerdictOf(asking.HadPower(id));
    for (Proceeding::Step& step : out.steps) {
      for (const record::Entry& made : snapshot.record.entries()) {
        const check::EventName* name = NoticeCalled(snapshot.agreement, made.kind);
        if (name == nullptr || name->name != step.notice) continue;
        // What counts is what the engine takes it for; of what never came to it, what it says.
        const eval::Event* event_made = asking.EventOf(made.id);
        const std::string* of = made.Find(record::kOf);
        const std::string about = event_made != nullptr ? asking.EntryAbout(*event_made)
                                  : of == nullptr       ? ""
                                                        : *of;
        if (about != id) continue;
        Proceeding::Made one{
            .entry = made.id,
            .by = event_made != nullptr ? asking.MakerOf(*event_made) : made.by,
            .given = event_made != nullptr ? event_made->at.date() : made.happened.date(),
            .source = made.source,
            .evidence = made.evidence,
        };
        if (one.given > out.on) continue;
        one.standing = StandingOf(asking, made, one.clauses, one.why);
        if (one.standing != eval::kNoEffect) one.why.clear();
        step.made.push_back(std::move(one));
      }
    }
  }
  options.on = out.on;
  for (Proceeding::Step& step : out.steps) {
    for (const std::string& who : step.makers) {
      Asking asking(snapshot, options);
      // A name in which no question can be put takes nobody else's turn.
      if (!asking.Put(check::Form::kMay, who + " make " + WithArticle(step.notice) + " of " + id)) {
        step.turns.push_back({who, Verdict::kUndecided, {}, {}});
        continue;
      }
      const eval::Answer answer = asking.Run();
      Proceeding::Step::Turn turn{who, answer.verdict, {}, answer.turns_on};
      for (const eval::Citation& c : answer.because) {
        if (c.deciding) turn.clauses.push_back(c.label);
      }
      step.turns.push_back(std::move(turn));
    }
  }
  // What closes it comes last.
  std::ranges::stable_partition(out.steps,
                                [](const Proceeding::Step& step) { return !step.closes; });
  out.notes = snapshot.record_notes;
  return out;
}

}  // namespace entente::service
