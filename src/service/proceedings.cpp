#include "service/proceedings.h"

#include <algorithm>
#include <utility>

#include "base/words.h"
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

// How the entry stands, and the clauses by which it has no effect.
std::string StandingOf(Asking& asking, const record::Entry& entry,
                       std::vector<std::string>& clauses) {
  if (entry.contested) return std::string(eval::kContestedNotice);
  if (asking.EventOf(entry.id) == nullptr) return std::string(eval::kNotGiven);
  switch (asking.HadPower(entry.id, &clauses)) {
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

// The things of a kind that a sentence speaks of as `a Seat`; else whoever it names.
std::vector<std::string> Members(const check::Agreement& agreement, const std::string& who) {
  const ir::Program& program = agreement.program;
  for (uint32_t k = 0; k < program.kinds.size(); ++k) {
    if (who != WithArticle(program.symbols.Name(program.kinds[k].name))) continue;
    std::vector<std::string> out;
    for (const ir::Thing& thing : program.things) {
      const bool is = std::ranges::any_of(
          thing.kinds, [&](ir::KindId kind) { return program.KindReaches(kind, ir::KindId{k}); });
      if (is) out.emplace_back(program.symbols.Name(thing.name));
    }
    return out;
  }
  return {who.starts_with("the ") ? who.substr(4) : who};
}

// Whether the words name the notice, and not another whose name goes on.
bool Names(const check::Agreement& agreement, std::string_view words, std::string_view notice) {
  size_t at = words.find(notice);
  for (; at != std::string_view::npos; at = words.find(notice, at + 1)) {
    const std::string_view here = words.substr(at);
    const bool longer = std::ranges::any_of(agreement.events, [&](const check::EventName& other) {
      const size_t inside = other.name.find(notice);
      return other.name.size() > notice.size() && inside != std::string::npos && at >= inside &&
             words.substr(at - inside).starts_with(other.name);
    });
    const char next = here.size() > notice.size() ? here[notice.size()] : ' ';
    if (!longer && (next == ' ' || next == ',')) return true;
  }
  return false;
}

// Who may make it and by which clauses, as the sentences that give the power say.
void WhoMay(const Snapshot& snapshot, Proceeding::Step& step) {
  const check::Agreement& agreement = snapshot.agreement;
  std::vector<std::string> labels;
  for (const check::Norm& norm : agreement.norms) {
    const std::string question = QuestionOf(snapshot, norm);
    const size_t verb = std::min(question.find(" make "), question.find(" give "));
    if (norm.forbids || verb == std::string::npos ||
        !Names(agreement, std::string_view(question).substr(verb), step.notice))
      continue;
    for (const std::string& who : EachOf(agreement, question.substr(0, verb))) {
      for (const std::string& one : Members(agreement, who)) {
        if (std::ranges::find(step.makers, one) == step.makers.end()) step.makers.push_back(one);
      }
    }
    if (std::ranges::find(labels, norm.label) != labels.end()) continue;
    labels.push_back(norm.label);
    step.clauses.push_back(CitationOf(snapshot, norm.label, norm.at));
  }
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
  out.standing = StandingOf(asking, *entry, clauses);
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
  Proceeding out{snapshot.agreement_hash, snapshot.record_name, snapshot.ledger};
  out.on = options.on.value_or(DayUnlessNamed(snapshot.agreement, options));
  out.entry = id;
  const check::EventName& opening = *NoticeCalled(snapshot.agreement, entry->kind);
  out.says = opening.name + (entry->by.empty() ? "" : " by " + entry->by);
  out.evidence = entry->evidence;
  {
    Asking asking(snapshot, options);
    if (!asking.PutNothing()) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    const eval::Event* event = asking.EventOf(id);
    out.given = event != nullptr ? event->at.date() : entry->happened.date();
    out.power = event == nullptr ? Verdict::kNo : VerdictOf(asking.HadPower(id));
    for (const std::string& notice : notices) {
      Proceeding::Step step{.notice = notice};
      WhoMay(snapshot, step);
      for (const record::Entry& made : snapshot.record.entries()) {
        const std::string* of = made.Find(record::kOf);
        if (of == nullptr || *of != id || NoticeCalled(snapshot.agreement, made.kind) == nullptr ||
            NoticeCalled(snapshot.agreement, made.kind)->name != notice)
          continue;
        const eval::Event* given = asking.EventOf(made.id);
        Proceeding::Made one{
            .entry = made.id,
            .by = made.by,
            .given = given != nullptr ? given->at.date() : made.happened.date(),
            .source = made.source,
            .evidence = made.evidence,
        };
        if (one.given > out.on) continue;
        one.standing = StandingOf(asking, made, one.clauses);
        step.made.push_back(std::move(one));
      }
      out.steps.push_back(std::move(step));
    }
  }
  options.on = out.on;
  for (Proceeding::Step& step : out.steps) {
    for (const std::string& who : step.makers) {
      Asking asking(snapshot, options);
      if (!asking.Put(check::Form::kMay, who + " make " + WithArticle(step.notice) + " of " + id)) {
        findings.Append(asking.findings());
        return std::nullopt;
      }
      const eval::Answer answer = asking.Run();
      Proceeding::Step::Turn turn{who, answer.verdict, {}};
      for (const eval::Citation& c : answer.because) {
        if (c.deciding) turn.clauses.push_back(c.label);
      }
      step.turns.push_back(std::move(turn));
    }
  }
  // What several do comes before what is made of it.
  std::ranges::stable_partition(out.steps,
                                [](const Proceeding::Step& step) { return step.by_several(); });
  out.notes = snapshot.record_notes;
  return out;
}

}  // namespace entente::service
