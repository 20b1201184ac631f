#include "service/powers.h"

#include <algorithm>
#include <functional>

#include "base/words.h"
#include "service/asking.h"

namespace entente::service {

using eval::Power;
using eval::Verdict;

namespace {

// A power as the question one would put about it, for one of those who have it.
struct Asked {
  std::string label;
  std::string question;
  std::string who;
  std::string notice;
};

std::vector<Asked> PowersOf(const Snapshot& snapshot) {
  const check::Agreement& agreement = snapshot.agreement;
  std::vector<Asked> out;
  for (const check::Norm& norm : agreement.norms) {
    const std::string question = QuestionOf(snapshot, norm);
    const size_t verb = std::min(question.find(" make "), question.find(" give "));
    if (norm.forbids || verb == std::string::npos) continue;
    const check::EventName* notice = nullptr;
    for (const check::EventName& event : agreement.events) {
      const bool named = event.notice && question.find(" " + event.name, verb) != std::string::npos;
      if (named && (notice == nullptr || event.name.size() > notice->name.size())) notice = &event;
    }
    if (notice == nullptr) continue;
    const std::string who = question.substr(0, verb);
    std::vector<std::string> each = {who};
    if (who == "either Party" || who == "each Party" || who == "a Party") {
      each.clear();
      for (const ThingId p : agreement.parties)
        each.emplace_back(agreement.program.symbols.Name(agreement.program.things[p.index].name));
    }
    for (const std::string& one : each) {
      const std::string asked = one + question.substr(verb);
      if (std::none_of(out.begin(), out.end(),
                       [&](const Asked& other) { return other.question == asked; }))
        out.push_back({norm.label, asked, one, notice->name});
    }
  }
  return out;
}

// The last day on which the agreement is in force, as far as is recorded and given; nothing where
// it is for good or that hangs on what is open.
std::optional<Date> LastDay(Snapshot& snapshot, const AskOptions& options,
                            diag::Findings& findings) {
  Asking asking(snapshot, options);
  if (!asking.Put(check::Form::kIs, "the agreement is in force")) {
    findings.Append(asking.findings());
    return std::nullopt;
  }
  const std::vector<eval::Segment> segments = asking.Segments();
  for (size_t i = segments.size(); i-- > 0;) {
    if (segments[i].verdict == Verdict::kYes) return segments[i].through;
  }
  return std::nullopt;
}

using Ends = std::function<std::optional<Date>(Date)>;

// Days in [a, b) after which a notice ends the term later by more than the days it is later, or no
// more. Looks at a stretch from inside only where its two ends differ by more than its length.
void Search(Date a, std::optional<Date> at_a, Date b, std::optional<Date> at_b, const Ends& ends,
            std::vector<Power::Deadline>& out) {
  const bool along = at_a && at_b && at_b->day - at_a->day == b.day - a.day;
  if (at_a == at_b || along) return;
  if (b.day - a.day <= 1) {
    // Where it ended nothing before, a power opens and no day is missed.
    if (at_a) out.push_back({a, at_a, at_b});
    return;
  }
  const Date middle{a.day + (b.day - a.day) / 2};
  const auto at_middle = ends(middle);
  Search(a, at_a, middle, at_middle, ends, out);
  Search(middle, at_middle, b, at_b, ends, out);
}

std::vector<Power::Deadline> Deadlines(Date from, Date after, const Ends& ends) {
  std::vector<Power::Deadline> out;
  Search(from, ends(from), after, ends(after), ends, out);
  return out;
}

}  // namespace

std::optional<eval::PowerList> Powers(Snapshot& snapshot, const std::string& party, Date from,
                                      Date to, const AskOptions& asked, diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  AskOptions options = asked;
  options.nothing_further = true;
  eval::PowerList out{snapshot.agreement_hash, snapshot.record_name, from, to, {}};
  const bool has_term = agreement.term_end.valid();
  bool known = party.empty();
  for (const Asked& one : PowersOf(snapshot)) {
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
        return LastDay(snapshot, with, findings);
      });
    }
    if (findings.any_error()) return std::nullopt;
    out.powers.push_back(std::move(power));
  }
  if (!known) {
    findings.Add({.kind = diag::FindingKind::kBadQuestion,
                  .at = {},
                  .message = "no clause gives " + Quoted(party) + " the power to make a notice",
                  .labels = {},
                  .instance = {},
                  .help = "without a name, all powers are listed"});
    return std::nullopt;
  }
  return out;
}

}  // namespace entente::service
