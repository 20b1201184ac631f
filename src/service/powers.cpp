#include "service/powers.h"

#include <algorithm>

#include "base/words.h"
#include "service/asking.h"
#include "values/calendar.h"

namespace entente::service {

using eval::Power;
using eval::Verdict;

std::vector<std::string> EachOf(const check::Agreement& agreement, const std::string& who) {
  std::vector<std::string> out;
  if (who == "either Party" || who == "each Party" || who == "a Party") {
    for (const ThingId p : agreement.parties)
      out.emplace_back(agreement.program.symbols.Name(agreement.program.things[p.index].name));
    return out;
  }
  for (size_t at = 0; at < who.size();) {
    const size_t end = std::min({who.find(" or ", at), who.find(", ", at), who.size()});
    out.push_back(who.substr(at, end - at));
    at = end + (who.compare(end, 2, ", ") == 0 ? 2 : 4);
  }
  return out;
}

std::optional<ir::KindId> KindIn(const ir::Program& program, std::string_view who) {
  for (uint32_t k = 0; k < program.kinds.size(); ++k) {
    const std::string kind = WithArticle(program.symbols.Name(program.kinds[k].name));
    if (who == kind || who.starts_with(kind + " ")) return ir::KindId{k};
  }
  return std::nullopt;
}

namespace {

bool SignedByAllParties(const check::Agreement& agreement, const record::Entry& entry) {
  return std::ranges::all_of(agreement.parties, [&](ThingId party) {
    const auto name = agreement.program.symbols.Name(agreement.program.things[party.index].name);
    return std::ranges::find(entry.signers, name) != entry.signers.end();
  });
}

}  // namespace

std::vector<std::string> MembersOf(const Snapshot& snapshot, ir::KindId kind) {
  const ir::Program& program = snapshot.agreement.program;
  std::vector<std::string> out;
  for (const ir::Thing& thing : program.things) {
    if (std::ranges::any_of(thing.kinds,
                            [&](ir::KindId k) { return program.KindReaches(k, kind); }))
      out.emplace_back(program.symbols.Name(thing.name));
  }
  const std::string name(program.symbols.Name(program.kinds[kind.index].name));
  for (const record::Entry& entry : snapshot.record.entries()) {
    const std::string* is = entry.Find("is");
    const std::string* called = entry.Find("name");
    if (entry.kind == record::kThing && !entry.contested && called != nullptr && is != nullptr &&
        *is == name && (entry.signers.empty() || SignedByAllParties(snapshot.agreement, entry)))
      out.push_back(*called);
  }
  return out;
}

namespace {

// Where the verb stands; npos where it is no power to make a notice.
size_t VerbIn(std::string_view question) {
  return std::min(question.find(" make "), question.find(" give "));
}

}  // namespace

std::string MakerIn(const std::string& question) { return question.substr(0, VerbIn(question)); }

std::vector<const check::EventName*> NoticesMade(const check::Agreement& agreement,
                                                 std::string_view question) {
  const size_t verb = VerbIn(question);
  std::vector<const check::EventName*> out;
  if (verb == std::string_view::npos) return out;
  // What they are about, and all that follows, is not made.
  std::string_view words = question.substr(verb + 6);
  words = words.substr(0, std::min(words.find(" of "), words.find(" by ")));
  while (!words.empty()) {
    const size_t end = std::min({words.find(" or "), words.find(" and "), words.find(", ")});
    std::string_view name = words.substr(0, end);
    for (const std::string_view article : {"a ", "an ", "the ", "its "}) {
      if (name.starts_with(article)) name.remove_prefix(article.size());
    }
    for (const check::EventName& event : agreement.events) {
      if (event.notice && event.name == name) out.push_back(&event);
    }
    words.remove_prefix(end == std::string_view::npos ? words.size()
                                                      : end + (words[end] == ',' ? 2 : 1));
    for (const std::string_view joint : {"or ", "and "}) {
      if (words.starts_with(joint)) words.remove_prefix(joint.size());
    }
  }
  return out;
}

namespace {

// A power as the question one would put about it, for one of those who have it.
struct Asked {
  std::string label;
  std::string question;
  std::string who;
  std::string notice;
};

// With `party`, a power of a kind that it is of is asked of it.
std::vector<Asked> PowersOf(const Snapshot& snapshot, const std::string& party) {
  const check::Agreement& agreement = snapshot.agreement;
  std::vector<Asked> out;
  for (const check::Norm& norm : agreement.norms) {
    const std::string question = QuestionOf(snapshot, norm);
    const size_t verb = VerbIn(question);
    const auto notices = NoticesMade(agreement, question);
    if (norm.forbids || notices.empty()) continue;
    const check::EventName* notice = notices.front();
    for (std::string& one : EachOf(agreement, question.substr(0, verb))) {
      const auto kind = KindIn(agreement.program, one);
      if (kind && std::ranges::count(MembersOf(snapshot, *kind), party) > 0) one = party;
      const std::string asked = one + question.substr(verb);
      if (std::none_of(out.begin(), out.end(),
                       [&](const Asked& other) { return other.question == asked; }))
        out.push_back({norm.label, asked, one, notice->name});
    }
  }
  return out;
}

}  // namespace

// Every day is asked, so that no deadline hides behind another.
std::vector<Power::Deadline> Deadlines(Date from, Date after,
                                       const std::function<std::optional<Date>(Date)>& ends) {
  std::vector<Power::Deadline> out;
  auto before = ends(from);
  for (Date day = from; day < after; ++day.day) {
    const auto later = ends(Date{day.day + 1});
    const bool along = before && later && later->day - before->day == 1;
    // Where it ended nothing before, a power opens and no day is missed.
    if (before && before != later && !along) out.push_back({day, before, later});
    before = later;
  }
  return out;
}

std::vector<std::pair<std::string, Date>> LastToSend(const eval::NoticeRule& notices, Date given) {
  std::vector<std::pair<std::string, Date>> out;
  for (const eval::Channel& channel : notices.channels) {
    // Behind the published end of its calendar nobody knows when it would be given.
    if (CountsBusinessDays(channel.takes.unit) && given > CalendarOf(channel.takes.unit).through)
      continue;
    out.emplace_back(channel.name, LastReaching(Position::EndOf(given), channel.takes).date());
  }
  return out;
}

std::optional<Date> LastDayInForce(Snapshot& snapshot, const AskOptions& options,
                                   diag::Findings& findings) {
  Asking asking(snapshot, options);
  if (!asking.Put(check::Form::kIs, "the agreement is in force")) {
    findings.Append(asking.findings());
    return std::nullopt;
  }
  const std::vector<eval::Segment> segments = asking.Segments();
  for (size_t i = segments.size(); i-- > 0;) {
    if (segments[i].verdict == Verdict::kYes) return segments[i].through;
    if (segments[i].verdict != Verdict::kUndecided) continue;
    findings.Add({.kind = diag::FindingKind::kBadQuestion,
                  .at = {},
                  .message = "when the agreement ends cannot be told: too much is open",
                  .labels = {},
                  .instance = {},
                  .help = "ask `is \"the agreement is in force\"` on a day"});
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<eval::PowerList> Powers(Snapshot& snapshot, const std::string& party, Date from,
                                      Date to, const AskOptions& asked, diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  if (to.day - from.day > kPowerDaysMax) {
    findings.Add({.kind = diag::FindingKind::kTooLarge,
                  .at = {},
                  .message = "a last day is looked for over at most " +
                             std::to_string(kPowerDaysMax) + " days",
                  .labels = {},
                  .instance = {},
                  .help = "ask for a shorter time with --from and --to"});
    return std::nullopt;
  }
  AskOptions options = asked;
  options.nothing_further = true;
  eval::PowerList out{snapshot.agreement_hash, snapshot.record_name, from, to, {}};
  const bool has_term = agreement.term_end.valid();
  bool known = party.empty();
  for (const Asked& one : PowersOf(snapshot, party)) {
    if (!party.empty() && one.who != party) continue;
    known = true;
    Asking asking(snapshot, options);
    if (!asking.Put(check::Form::kMay, one.question)) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    Power power{one.label, one.question, one.who, {}, {}};
    for (const eval::Segment& segment : asking.Segments()) {
      const bool before = segment.through && *segment.through < from;
      if (!before && segment.from <= to) power.segments.push_back(segment);
    }
    const bool ever =
        std::any_of(power.segments.begin(), power.segments.end(),
                    [](const eval::Segment& s) { return s.verdict == Verdict::kYes; });
    if (has_term && ever) {
      power.deadlines = Deadlines(from, Date{to.day + 1}, [&](Date day) {
        AskOptions with = options;
        with.given.push_back(one.notice + " by " + one.who + " on " + ToLongText(day));
        return LastDayInForce(snapshot, with, findings);
      });
      for (Power::Deadline& deadline : power.deadlines)
        deadline.sent = LastToSend(agreement.notices, deadline.last);
    }
    if (findings.any_error()) return std::nullopt;
    out.powers.push_back(std::move(power));
  }
  if (!known) {
    std::vector<std::string> holders;
    for (const Asked& one : PowersOf(snapshot, "")) holders.push_back(one.who);
    const std::string closest = Closest(party, holders);
    findings.Add({.kind = diag::FindingKind::kBadQuestion,
                  .at = {},
                  .message = "no clause gives " + Quoted(party) + " the power to make a notice",
                  .labels = {},
                  .instance = {},
                  .help = closest.empty() ? "without a name, all powers are listed"
                                          : "did you mean " + Quoted(closest) + "?"});
    return std::nullopt;
  }
  return out;
}

}  // namespace entente::service
