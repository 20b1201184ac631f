#include "service/survey.h"

#include <algorithm>

#include "base/words.h"
#include "ir/walk.h"
#include "service/asking.h"
#include "service/powers.h"

namespace entente::service {

using eval::Change;
using eval::Comparison;
using eval::Lane;
using eval::Segment;
using eval::SegmentOn;
using eval::Stages;

namespace {

bool SameAnswer(const Segment& a, const Segment& b) {
  const auto outcomes = [](const Segment& s) {
    std::vector<std::string> out;
    for (const eval::Case& c : s.cases) {
      out.push_back(c.outcome);
      out.insert(out.end(), c.conditions.begin(), c.conditions.end());
    }
    return out;
  };
  return a.verdict == b.verdict && a.value == b.value && outcomes(a) == outcomes(b);
}

// The days on which either of two answers begins anew, from `from` on.
std::vector<Date> Breaks(const std::vector<Segment>& a, const std::vector<Segment>& b, Date from) {
  std::vector<Date> out = {from};
  for (const auto* segments : {&a, &b}) {
    for (const Segment& s : *segments) {
      if (s.from > from) out.push_back(s.from);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// The name of the event that a supposition speaks of, if it begins with one.
const check::EventName* EventOf(const check::Agreement& agreement, std::string_view words) {
  const check::EventName* best = nullptr;
  for (const check::EventName& event : agreement.events) {
    const bool starts = words.starts_with(event.name) &&
                        (words.size() == event.name.size() || words[event.name.size()] == ' ');
    if (starts && (best == nullptr || event.name.size() > best->name.size())) best = &event;
  }
  return best;
}

// "Verification on 31 March 2031" with, in front, "Declaration on 31 March 2031" where that is what
// it is about and nothing else supplies one.
std::vector<std::string> WithPrerequisites(const Snapshot& snapshot,
                                           const std::vector<std::string>& events) {
  const check::Agreement& agreement = snapshot.agreement;
  std::vector<std::string> out;
  for (const std::string& words : events) {
    const check::EventName* event = EventOf(agreement, words);
    const check::EventName* of =
        event != nullptr && event->of.valid() ? agreement.FindEvent(event->of) : nullptr;
    if (of != nullptr) {
      const auto names = [&](const std::string& other) {
        return EventOf(agreement, other) == of && !other.starts_with("no ");
      };
      const bool recorded =
          std::any_of(snapshot.record.entries().begin(), snapshot.record.entries().end(),
                      [&](const record::Entry& e) { return EventOf(agreement, e.kind) == of; });
      if (!recorded && std::none_of(events.begin(), events.end(), names) &&
          std::none_of(out.begin(), out.end(), names)) {
        out.push_back(of->name + words.substr(event->name.size()));
      }
    }
    out.push_back(words);
  }
  return out;
}

// The day a supposition names: what stands after its last ` on `.
std::optional<Date> DayOf(const std::string& words) {
  const size_t on = words.rfind(" on ");
  if (on == std::string::npos) return std::nullopt;
  return ParseDay(std::string_view(words).substr(on + 4));
}

// Whether "7.0, 7.1" names the label.
bool Lists(std::string_view labels, std::string_view label) {
  while (!labels.empty()) {
    const size_t comma = labels.find(", ");
    if (labels.substr(0, comma) == label) return true;
    if (comma == std::string_view::npos) break;
    labels.remove_prefix(comma + 2);
  }
  return false;
}

// Whether a rule of one of the clauses looks at one of the events.
bool Mentions(const Snapshot& snapshot, const std::string& labels,
              const std::vector<const check::EventName*>& events) {
  const ir::Program& program = snapshot.agreement.program;
  bool found = false;
  for (const ir::RuleSet& set : program.rule_sets) {
    for (const ir::Rule& rule : set.rules) {
      if (found || !Lists(labels, program.symbols.Name(rule.label))) continue;
      ir::ForEachBelow(program, rule.guard, [&](ir::NodeId, const ir::Node& node) {
        found = found || (node.op == ir::Op::kOn &&
                          std::any_of(events.begin(), events.end(), [&](const auto* event) {
                            return event->type == ir::EventTypeId{node.data};
                          }));
      });
    }
  }
  return found;
}

void UnknownEvent(const Snapshot& snapshot, const std::string& words, diag::Findings& findings) {
  std::vector<std::string> known;
  for (const check::EventName& e : snapshot.agreement.events) known.push_back(e.name);
  const std::string closest = Closest(words.substr(0, words.find(' ')), known);
  findings.Add({.kind = diag::FindingKind::kBadQuestion,
                .at = {},
                .message = Quoted(words) + " names no event and its day",
                .labels = {},
                .instance = {},
                .help = known.empty()     ? "the agreement names no event"
                        : closest.empty() ? "the events are " + JoinAnd(known)
                                          : "write " + Quoted(closest + " on 31 March 2031")});
}

}  // namespace

void CompareLanes(const Lane& before, const Lane& after, Date from, std::vector<Change>& out) {
  const std::vector<Date> breaks = Breaks(before.segments, after.segments, from);
  for (const Date day : breaks) {
    const Segment& was = SegmentOn(before.segments, day);
    const Segment& is = SegmentOn(after.segments, day);
    Change* last = out.empty() || out.back().label != before.label ||
                           out.back().question != before.question || out.back().through
                       ? nullptr
                       : &out.back();
    if (SameAnswer(was, is)) {
      if (last != nullptr) last->through = Date{day.day - 1};
      continue;
    }
    if (last != nullptr && SameAnswer(last->before, was) && SameAnswer(last->after, is)) continue;
    if (last != nullptr) last->through = Date{day.day - 1};
    out.push_back({before.label, before.question, day, {}, was, is});
  }
}

std::vector<Lane> OtherLanes(Snapshot& snapshot, const AskOptions& options,
                             diag::Findings& findings) {
  std::vector<Lane> out;
  const auto add = [&](ir::TermId term, std::string label, std::string question) {
    Asking asking(snapshot, options);
    if (!asking.PutTerm(term, question)) return findings.Append(asking.findings());
    out.push_back({std::move(label), std::move(question), false, asking.Segments()});
  };
  for (size_t i = 0; i < snapshot.agreement.numbers.size(); ++i) {
    const check::NumberName number = snapshot.agreement.numbers[i];
    if (number.owner.valid() || number.period || number.event.valid() || !number.defined) continue;
    add(number.term, "", "the " + number.name);
  }
  // A copy: what is asked adds to the agreement.
  const std::vector<check::Duty> duties = snapshot.agreement.duties;
  for (const check::Duty& duty : duties) {
    // In its whole sentence: by when it is to be done may be all that differs.
    for (const check::Duty::Wording& wording : duty.wordings)
      add(wording.applies, duty.label, CitationOf(snapshot, duty.label, wording.at).says);
  }
  return out;
}

std::vector<Lane> AllLanes(Snapshot& snapshot, const AskOptions& options,
                           diag::Findings& findings) {
  std::vector<Lane> out = Lanes(snapshot, options, findings);
  for (Lane& lane : OtherLanes(snapshot, options, findings)) out.push_back(std::move(lane));
  std::set<std::string> labels;
  for (const check::Duty& duty : snapshot.agreement.duties) labels.insert(duty.label);
  for (const std::string& label : labels) {
    AskResult result = When(snapshot, check::Form::kIs, label + " is overdue", options);
    if (result.answer) {
      out.push_back({label, label + " is overdue", false, std::move(result.segments)});
    } else {
      findings.Append(result.findings);
    }
  }
  return out;
}

std::vector<Lane> Lanes(Snapshot& snapshot, const AskOptions& options, diag::Findings& findings) {
  std::vector<Lane> out;
  for (const check::Norm& norm : snapshot.agreement.norms) {
    Asking asking(snapshot, options);
    if (!asking.Put(check::Form::kMay, norm.question, /*general=*/true)) {
      findings.Append(asking.findings());
      continue;
    }
    Lane lane;
    lane.label = norm.label;
    lane.question = QuestionOf(snapshot, norm);
    lane.forbids = norm.forbids;
    lane.segments = asking.Segments();
    if (lane.segments.empty()) continue;
    // Clauses that speak of the same act in the same words are one question.
    const auto known = std::find_if(
        out.begin(), out.end(), [&](const Lane& other) { return other.question == lane.question; });
    if (known == out.end()) {
      out.push_back(std::move(lane));
    } else if (known->label != lane.label) {
      known->label += ", " + lane.label;
    }
  }
  return out;
}

std::optional<Comparison> WhatIf(Snapshot& snapshot, const std::vector<std::string>& events,
                                 AskOptions options, diag::Findings& findings) {
  Comparison out;
  out.supposed = WithPrerequisites(snapshot, events);
  std::optional<Date> from;
  std::vector<const check::EventName*> named;
  for (const std::string& words : out.supposed) {
    const auto day = DayOf(words);
    named.push_back(EventOf(snapshot.agreement, words));
    if (named.back() == nullptr || !day) {
      UnknownEvent(snapshot, words, findings);
      return std::nullopt;
    }
    if (!from || *day < *from) from = *day;
  }
  options.nothing_further = true;
  const check::Agreement& agreement = snapshot.agreement;
  const auto last_day = [&] {
    return agreement.term_end.valid() ? LastDayInForce(snapshot, options, findings) : std::nullopt;
  };
  const std::vector<Lane> before = Lanes(snapshot, options, findings);
  const auto ended = last_day();
  options.given.insert(options.given.end(), out.supposed.begin(), out.supposed.end());
  const std::vector<Lane> after = Lanes(snapshot, options, findings);
  const auto ends = last_day();
  if (findings.any_error()) return std::nullopt;
  if (ends && ends != ended) {
    out.ends = ends;
    std::vector<Lane> all = after;
    for (Lane& lane : OtherLanes(snapshot, options, findings)) all.push_back(std::move(lane));
    for (const Lane& lane : all) {
      const bool survives = std::any_of(
          agreement.survive.begin(), agreement.survive.end(),
          [&](const std::string& under) { return check::StandsUnder(lane.label, under); });
      if (survives)
        out.survives.push_back(
            {lane.label, lane.question, SegmentOn(lane.segments, Date{ends->day + 1}), ""});
    }
  }
  out.questions = before.size();
  for (size_t i = 0; i < before.size(); ++i) {
    const size_t known = out.changes.size();
    CompareLanes(before[i], after[i], *from, out.changes);
    if (out.changes.size() > known || !Mentions(snapshot, before[i].label, named)) continue;
    // It speaks of the event and does not move: since when has it been as it is?
    const Segment& is = SegmentOn(before[i].segments, *from);
    Comparison::Same same{before[i].label, before[i].question, is, ""};
    if (is.from > kBeginning.date() && is.cause != "the agreement takes effect")
      same.since = "since " + ToLongText(is.from) + ": " + is.cause;
    out.same.push_back(std::move(same));
  }
  return out;
}

std::optional<Stages> ByStage(Snapshot& snapshot, const std::vector<std::string>& events,
                              AskOptions options, diag::Findings& findings) {
  Stages out;
  out.stages.push_back("before");
  const Date day = DayUnlessNamed(snapshot.agreement, options);
  options.on = day;
  options.nothing_further = true;
  const std::vector<Lane> before = Lanes(snapshot, options, findings);
  for (const Lane& lane : before) {
    out.rows.push_back({lane.label, lane.question, {SegmentOn(lane.segments, day)}});
  }
  for (const std::string& event : events) {
    if (EventOf(snapshot.agreement, event) == nullptr) {
      UnknownEvent(snapshot, event, findings);
      return std::nullopt;
    }
    AskOptions with = options;
    for (const std::string& words :
         WithPrerequisites(snapshot, {event + " on " + ToLongText(day)})) {
      with.given.push_back(words);
    }
    out.stages.push_back("after " + event);
    const std::vector<Lane> after = Lanes(snapshot, with, findings);
    if (findings.any_error()) return std::nullopt;
    for (size_t i = 0; i < after.size(); ++i) {
      out.rows[i].at.push_back(SegmentOn(after[i].segments, day));
    }
  }
  if (findings.any_error()) return std::nullopt;
  return out;
}

std::vector<Change> Ahead(Snapshot& snapshot, AskOptions options, Date through,
                          diag::Findings& findings) {
  std::vector<Change> out;
  const Date day = DayUnlessNamed(snapshot.agreement, options);
  options.nothing_further = true;
  for (const Lane& lane : Lanes(snapshot, options, findings)) {
    for (size_t i = 1; i < lane.segments.size(); ++i) {
      const Segment& is = lane.segments[i];
      if (is.from <= day || is.from > through || SameAnswer(is, lane.segments[i - 1])) continue;
      out.push_back({lane.label, lane.question, is.from, is.through, lane.segments[i - 1], is});
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Change& a, const Change& b) { return a.from < b.from; });
  return out;
}

}  // namespace entente::service
