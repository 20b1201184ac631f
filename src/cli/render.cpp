#include "cli/render.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/version.h"
#include "base/words.h"

namespace entente::cli {

using eval::Answer;
using eval::Verdict;
using eval::WordFor;

namespace {

std::string Paint(const std::string& text, Verdict verdict, const Style& style) {
  if (!style.colour) return text;
  const char* code = verdict == Verdict::kYes || verdict == Verdict::kValue ? "1;34"
                     : verdict == Verdict::kNo                              ? "1;31"
                     : verdict == Verdict::kDepends                         ? "1;33"
                                                                            : "1;35";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// One labelled entry; lines after the first are indented under it.
void Row(std::string& out, std::string_view label, const std::string& text, const Style& style) {
  constexpr size_t kIndent = 13;
  const size_t width = style.width > kIndent + 20 ? style.width - kIndent : 0;
  std::string head = fmt::format("  {:<10} ", label);
  if (style.colour) head = "\x1b[2m" + head + "\x1b[0m";
  out += head;
  size_t column = 0;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    const size_t length = end - at;
    if (column > 0 && width > 0 && column + 1 + length > width) {
      out += "\n" + std::string(kIndent, ' ');
      column = 0;
    }
    if (column > 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, length);
    column += length;
    at = end + 1;
  }
  out += "\n";
}

std::string CaseText(const eval::Case& c, bool alone) {
  if (alone && c.conditions.empty()) return c.outcome;
  return c.outcome + (c.conditions.empty() ? " otherwise" : " if " + JoinAnd(c.conditions));
}

void SegmentLine(std::string& out, const eval::Segment& s, const Style& style) {
  const std::string from = s.from == Date{0} ? "…" : ToText(s.from);
  const std::string through = s.through ? ToText(*s.through) : "…";
  const std::string word = WordFor(s);
  out += fmt::format("  {:>10} to {:<10}  {:<9}", from, through, word);
  if (style.colour) {
    out.resize(out.size() - std::max<size_t>(word.size(), 9));
    out += Paint(word, s.verdict, style) + std::string(word.size() < 9 ? 9 - word.size() : 0, ' ');
  }
  if (!s.clauses.empty()) out += "  " + Join(s.clauses, ", ");
  if (!s.readings.empty()) out += "  on " + Join(s.readings, ", ");
  if (!s.cause.empty()) out += "  (" + s.cause + ")";
  out += "\n";
  for (const eval::Case& c : s.cases)
    Row(out, "", "           " + CaseText(c, s.cases.size() == 1), style);
}

std::string By(const eval::Citation& c) {
  return c.amendment.empty() ? "" : ", amendment " + c.amendment;
}

// `edition V4 (1a2b…)`, the hash alone where there are no amendments.
std::string EditionOf(const Answer& answer) {
  const std::string hash = answer.agreement_hash.substr(0, 12);
  return "edition " + (answer.edition.empty() ? hash : answer.edition + " (" + hash + ")");
}

std::string RecordOf(const Answer& answer) {
  if (answer.record.empty()) return ", no record";
  return answer.ledger ? ", " + answer.record + ", by entente " + std::string(kVersion)
                       : ", record " + answer.record;
}

}  // namespace

std::string Render(const Answer& answer, Depth depth, const Style& style) {
  std::vector<std::string> readings;
  for (const eval::Assumption& a : answer.assuming) {
    if (a.decisive) readings.push_back(a.reading);
  }
  const std::string word = WordFor(answer);
  std::string out = Paint(word, answer.verdict, style);
  if (answer.verdict == Verdict::kDepends && !answer.value.empty()) out += ": " + answer.value;
  out += ": " + answer.sentence;
  if (!readings.empty()) out += ", on our reading " + JoinAnd(readings);
  out += "\n";
  if (depth == Depth::kSentence) return out;
  for (const eval::Case& c : answer.cases) {
    if (!c.conditions.empty() || answer.cases.size() > 1) Row(out, "", CaseText(c, false), style);
  }
  if (!answer.exact)
    Row(out, "", "these are the cases that could be told apart; there may be more", style);
  if (!answer.undecided_on.empty()) Row(out, "undecided", answer.undecided_on, style);
  for (const eval::Assumption& a : answer.assuming) {
    if (!a.reading.empty() && !a.decisive && depth != Depth::kTree) continue;
    Row(out, "assuming", a.text + (a.otherwise.empty() ? "" : "; " + Join(a.otherwise, "; ")),
        style);
  }
  size_t shown = 0;
  for (const eval::Citation& c : answer.because) {
    if (depth == Depth::kReasons && shown >= 6) break;
    ++shown;
    std::string text =
        c.label.empty() ? c.says : c.label + "  " + c.says + "  (" + c.where + By(c) + ")";
    if (!c.over.empty()) text += ", over " + JoinAnd(c.over);
    Row(out, c.deciding ? "because" : "by way of", text, style);
  }
  for (const std::string& reason : answer.turns_on) Row(out, "turns on", reason, style);
  if (answer.through) {
    Row(out, "through",
        ToLongText(*answer.through) +
            (answer.through_readings.empty()
                 ? ""
                 : ", on our reading " + JoinAnd(answer.through_readings)) +
            ", then: " + answer.through_cause,
        style);
  }
  if (answer.from && depth == Depth::kTree)
    Row(out, "since", ToLongText(*answer.from) + ": " + answer.from_cause, style);
  for (const eval::Flip& f : answer.flips) {
    Row(out, "changes if",
        f.change + ": " + f.becomes + (f.clauses.empty() ? "" : " (" + Join(f.clauses, ", ") + ")"),
        style);
  }
  for (const std::string& note : answer.notes) Row(out, "note", note, style);
  std::string known = answer.known_at ? "known at " + ToText(*answer.known_at) + ", " : "";
  Row(out, "text", known + EditionOf(answer) + RecordOf(answer), style);
  if (depth == Depth::kTree && !answer.proof.empty()) {
    out += fmt::format("\n  proof, {} steps, accepted by the checker:\n", answer.proof_steps);
    for (const std::string& line : answer.proof) out += "    " + line + "\n";
  }
  return out;
}

std::string Render(const Answer& answer, const std::vector<eval::Segment>& segments,
                   const Style& style) {
  std::string out = "when: " + answer.question + "\n";
  for (const eval::Segment& s : segments) SegmentLine(out, s, style);
  if (answer.scheduled_through)
    Row(out, "note", "what recurs is looked at through " + ToLongText(*answer.scheduled_through),
        style);
  Row(out, "text", EditionOf(answer) + RecordOf(answer), style);
  return out;
}

namespace {

std::string Clauses(const eval::Segment& s) {
  const std::string clauses = Join(s.clauses, ", ");
  const std::string readings = s.readings.empty() ? "" : "on " + Join(s.readings, ", ");
  if (clauses.empty() && readings.empty()) return "";
  return " (" + clauses + (clauses.empty() || readings.empty() ? "" : "; ") + readings + ")";
}

// `no → yes (2.4)`, and how it comes out where it depends.
void ShowChange(std::string& out, const eval::Change& c, const std::string& when,
                const Style& style) {
  Row(out, "",
      Paint(WordFor(c.before), c.before.verdict, style) + Clauses(c.before) + " → " +
          Paint(WordFor(c.after), c.after.verdict, style) + Clauses(c.after) + when,
      style);
  if (c.after.verdict != Verdict::kDepends) return;
  for (const eval::Case& one : c.after.cases) Row(out, "", "  " + CaseText(one, false), style);
}

std::string Span(const eval::Change& c) {
  return "from " + ToLongText(c.from) +
         (c.through ? " through " + ToLongText(*c.through) : std::string());
}

}  // namespace

std::string Render(const eval::Comparison& comparison, const Style& style) {
  std::string out = "what if: " + Join(comparison.supposed, "; ") + "\n";
  Row(out, "assuming", "nothing else happens than is recorded or supposed", style);
  out += fmt::format("\nchanges ({} of {} questions that the clauses raise)\n",
                     comparison.changes.size(), comparison.questions);
  for (const eval::Change& c : comparison.changes) {
    Row(out, c.label, c.question, style);
    ShowChange(out, c, ", " + Span(c), style);
  }
  const auto rows = [&](const std::vector<eval::Comparison::Same>& same) {
    for (const eval::Comparison::Same& s : same) {
      Row(out, s.label,
          s.question + ": " + WordFor(s.is) + Clauses(s.is) +
              (s.since.empty() ? "" : ", " + s.since),
          style);
    }
  };
  if (!comparison.same.empty()) out += "\nspeaks of it and stays as it is\n";
  rows(comparison.same);
  if (!comparison.ends) return out;
  out += "\nthe agreement is then in force through " + ToLongText(*comparison.ends) +
         (comparison.survives.empty() ? "; no clause survives\n" : "; what survives\n");
  rows(comparison.survives);
  return out;
}

std::string Render(const std::vector<eval::Change>& changes, const Style& style) {
  std::string out;
  for (const eval::Change& c : changes) {
    Row(out, ToText(c.from), c.label + "  " + c.question, style);
    ShowChange(out, c, c.after.cause.empty() ? "" : ": " + c.after.cause, style);
  }
  if (changes.empty()) out += "  nothing changes by itself\n";
  return out;
}

std::string Render(const eval::Stages& stages, const Style& style) {
  // One column a stage; the question last, since it is the longest.
  std::vector<size_t> widths;
  for (size_t i = 0; i < stages.stages.size(); ++i) {
    size_t width = stages.stages[i].size();
    for (const eval::Stages::Row& row : stages.rows)
      width = std::max(width, (WordFor(row.at[i]) + Clauses(row.at[i])).size());
    widths.push_back(width);
  }
  const auto cell = [](const std::string& text, size_t width, size_t length) {
    return text + std::string(width > length ? width - length : 0, ' ') + "  ";
  };
  std::string out =
      "each column by itself: that event and what it is about, and nothing of the others\n"
      "  clause   ";
  for (size_t i = 0; i < widths.size(); ++i)
    out += cell(stages.stages[i], widths[i], stages.stages[i].size());
  out += "question\n";
  for (const eval::Stages::Row& row : stages.rows) {
    out += fmt::format("  {:<7}  ", row.label);
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string plain = WordFor(row.at[i]) + Clauses(row.at[i]);
      out += cell(Paint(WordFor(row.at[i]), row.at[i].verdict, style) + Clauses(row.at[i]),
                  widths[i], plain.size());
    }
    out += row.question + "\n";
  }
  return out;
}

std::string Render(const std::vector<eval::Lane>& lanes, const Style& style) {
  std::string out;
  for (const eval::Lane& lane : lanes) {
    out += fmt::format("{}  {}\n", lane.label, lane.question);
    for (const eval::Segment& s : lane.segments) SegmentLine(out, s, style);
  }
  return out;
}

std::string Render(const std::vector<eval::OpenPoint>& points, const Style& style) {
  std::string out;
  for (const eval::OpenPoint& p : points) {
    Row(out, p.kind, p.what, style);
    const std::string clauses =
        p.clauses.empty()
            ? ""
            : "; " + std::to_string(p.clauses.size()) +
                  (p.clauses.size() == 1 ? " question turns on it (" : " questions turn on it (") +
                  Join(p.clauses, ", ") + ")";
    Row(out, "", "settled by " + std::string(p.settled_by) + clauses, style);
  }
  if (points.empty()) out += "  nothing is open in it\n";
  return out;
}

std::string RenderSource(const std::optional<eval::LedgerName>& ledger, const std::string& text,
                         const Style& style) {
  std::string out;
  if (ledger && text.find(ledger->root) == std::string::npos) {
    Row(out, "ledger",
        fmt::format("{}, size {}, root {}, by entente {}", ledger->origin, ledger->size,
                    ledger->root, kVersion),
        style);
  }
  return out;
}

std::string Render(const eval::OwedList& list, const Style& style) {
  std::string out = "owed: on " + ToLongText(list.on) + ", as far as is recorded or given\n";
  for (const eval::Owed& o : list.owed) {
    Row(out, eval::NameOf(o.state), o.clause.label + "  " + o.says, style);
    std::string when = o.due ? "by " + ToLongText(*o.due) : o.due_says;
    when += "; arose " + ToLongText(o.arose) + (o.entry.empty() ? "" : " (" + o.entry + ")");
    if (o.done) {
      when += (o.state == eval::DutyState::kDischarged ? "; discharged " : "; done ") +
              ToLongText(*o.done) + (o.done_by.empty() ? "" : " (" + o.done_by + ")");
    }
    Row(out, "", when, style);
    if (!o.amount.empty())
      Row(out, "", o.amount + (o.part.empty() ? "" : ", of which " + o.part + " was done"), style);
    Row(out, "", o.clause.says + "  (" + o.clause.where + ")", style);
    if (!o.open.empty()) Row(out, "", "it is open whether " + Join(o.open, "; whether "), style);
    for (const std::string& reading : o.readings) {
      const bool ours = reading.find('=') == std::string::npos;
      Row(out, "", (ours ? "on our reading " : "on reading ") + reading, style);
    }
  }
  if (list.owed.empty())
    out += list.unsettled.empty() ? "  nothing is owed\n" : "  nothing is owed for certain\n";
  for (const eval::OpenEntry& entry : list.unsettled) {
    Row(out, "open",
        entry.id + ", " + entry.kind + " of " + ToLongText(entry.happened) +
            ": what it would change of " + JoinAnd(entry.clauses) + " is not counted",
        style);
  }
  for (const std::string& note : list.notes) Row(out, "note", note, style);
  const bool done = std::any_of(list.owed.begin(), list.owed.end(),
                                [](const eval::Owed& o) { return o.done.has_value(); });
  if (done && list.owed.size() > 1)
    Row(out, "assuming", "of several instances of one duty an act is the oldest's", style);
  return out;
}

std::string Render(const std::vector<eval::Argument>& arguments, const Style& style) {
  std::string out;
  for (const eval::Argument& a : arguments) {
    Row(out, a.reading, "read as \"" + a.alternative + "\": " + a.outcome, style);
    if (!a.against.empty()) Row(out, "", "against it: " + a.against, style);
    if (!a.also.empty())
      Row(out, "", "questions that hang on it as well: " + Join(a.also, ", "), style);
  }
  if (arguments.empty()) out += "  no other reading comes to another answer\n";
  return out;
}

std::string Render(const std::vector<eval::Interval>& intervals, const Style& style) {
  std::string out;
  for (const eval::Interval& i : intervals) {
    std::string where = "any amount";
    if (!i.item.empty()) {
      where = i.item;
    } else if (i.from && i.through) {
      where = *i.from == *i.through
                  ? "at " + *i.from
                  : (i.from_open ? "above " : "from ") + *i.from +
                        (i.through_open ? " and below " : " through ") + *i.through;
    } else if (i.from) {
      where = (i.from_open ? "above " : "from ") + *i.from;
    } else if (i.through) {
      where = (i.through_open ? "below " : "up to ") + *i.through;
    }
    Row(out, std::string(eval::NameOf(i.verdict)),
        where + (i.clauses.empty() ? "" : " (" + Join(i.clauses, ", ") + ")"), style);
  }
  return out;
}

std::string Render(const eval::AuditReport& audit, const Style& style) {
  std::string out;
  for (const eval::Irregularity& i : audit.entries) {
    Row(out, ToText(i.happened),
        "entry " + i.entry + ", " + i.what + ": " + i.finding +
            (i.clauses.empty() ? "" : " (" + Join(i.clauses, ", ") + ")"),
        style);
  }
  if (audit.entries.empty()) {
    out += audit.notes.empty() ? "  nothing recorded was forbidden or without effect\n"
                               : "  nothing that could be read was forbidden or without effect\n";
  }
  for (const std::string& note : audit.notes) Row(out, "note", note, style);
  return out;
}

std::string Render(const eval::Coverage& coverage, const Style& style) {
  std::string out;
  std::map<std::string, size_t> counts;
  std::string heading;
  for (const eval::Coverage::Passage& p : coverage.passages) {
    if (p.heading != heading) {
      heading = p.heading;
      out += heading + "\n";
    }
    std::string text =
        p.text.size() > 160 ? p.text.substr(0, p.text.rfind(' ', 160)) + " …" : p.text;
    if (!p.clauses.empty()) text = Join(p.clauses, ", ") + "  " + text;
    if (!p.shares.empty()) text += "  (speaks of " + JoinAnd(p.shares) + ")";
    Row(out, p.status, text, style);
    ++counts[p.status];
  }
  std::vector<std::string> parts;
  for (const auto& [status, count] : counts) parts.push_back(fmt::format("{} {}", count, status));
  out += fmt::format("{} sentences of prose: {}\n", coverage.passages.size(),
                     parts.empty() ? "none" : Join(parts, ", "));
  return out;
}

std::string Render(const std::vector<eval::Readback>& clauses, const Style& style) {
  std::string out;
  for (const eval::Readback& c : clauses) {
    out += c.citation.label + "  " + c.citation.says + "\n";
    for (const eval::Readback::Rule& r : c.rules) {
      std::string text = r.says;
      for (const std::string& when : r.when) text += ", " + when;
      if (!r.over.empty()) text += ", despite " + JoinAnd(r.over);
      if (!r.reading.empty()) text += "  [" + r.reading + "]";
      Row(out, "", text, style);
    }
    for (const std::string& open : c.open) Row(out, "open", open, style);
  }
  return out;
}

std::string Render(const eval::Rulebook& rules, bool only_what_decides, const Style& style) {
  std::string out = rules.phrase + "\n";
  if (only_what_decides) {
    for (const std::string& one : rules.decides) Row(out, "decides", one, style);
  } else {
    for (const eval::Rulebook::Line& line : rules.lines) {
      std::string text = line.citation.says;
      if (line.outside) text += "  (what `only` leaves outside)";
      if (!line.citation.where.empty()) text += "  (" + line.citation.where + ")";
      if (!line.citation.over.empty()) text += ", over " + JoinAnd(line.citation.over);
      Row(out, line.allows ? "allows" : "forbids",
          (line.citation.label.empty() ? "" : line.citation.label + "  ") + text, style);
    }
  }
  Row(out, "otherwise",
      rules.silent_otherwise ? "what no clause speaks of is silent"
                             : "what no other clause speaks of falls under the last line",
      style);
  return out;
}

std::string Render(const eval::ClauseView& clause, const Style& style) {
  std::string out = clause.citation.label + "  " + clause.section + "\n";
  if (clause.gone)
    Row(out, "note", "not the text on that day; `entente blame` says when it was", style);
  Row(out, "says", clause.citation.says + "  (" + clause.citation.where + ")", style);
  if (!clause.citation.prose.empty()) Row(out, "prose", clause.citation.prose, style);
  for (const std::string& reading : clause.readings) Row(out, "reading", reading, style);
  for (const std::string& point : clause.open_points) Row(out, "open", point, style);
  if (!clause.over.empty()) Row(out, "over", JoinAnd(clause.over), style);
  if (!clause.yields_to.empty()) Row(out, "yields to", JoinAnd(clause.yields_to), style);
  for (const auto& [question, is] : clause.norms) {
    Row(out, ToText(*clause.on),
        question + ": " + Paint(WordFor(is), is.verdict, style) + Clauses(is), style);
  }
  return out;
}

std::string Render(const std::vector<eval::ClauseVersion>& versions, const Style& style) {
  std::string out;
  for (const eval::ClauseVersion& v : versions) {
    out += v.clause.label + "  " + v.by + "  (" + v.clause.where + ")\n";
    for (const eval::ClauseVersion::Stretch& s : v.stretches)
      Row(out, "in force", WordsFor(s), style);
    if (v.stretches.empty()) Row(out, "in force", "never", style);
    Row(out, "says", v.clause.says, style);
    if (!v.restated_by.empty()) Row(out, "restated", "by " + JoinAnd(v.restated_by), style);
    if (!v.silent.empty()) Row(out, "silent", JoinAnd(v.silent), style);
  }
  return out;
}

std::string Render(const eval::EditionDiff& diff, bool words, const Style& style) {
  std::string out =
      "diff: " + diff.older + " and " + diff.newer + ", as on " + ToLongText(diff.on) + "\n";
  if (!diff.clauses.empty() || diff.questions == 0)
    out += fmt::format("\nclauses that differ ({})\n", diff.clauses.size());
  for (const eval::ClauseChange& c : diff.clauses) {
    Row(out, c.label, c.change + (c.by.empty() ? "" : ": " + c.by), style);
    if (words) {
      std::string text;
      for (const auto& [mark, run] : c.words) {
        const std::string_view open = mark == '-' ? "[-" : mark == '+' ? "{+" : "";
        const std::string_view close = mark == '-' ? "-]" : mark == '+' ? "+}" : "";
        text += (text.empty() ? "" : " ") + std::string(open) + run + std::string(close);
      }
      Row(out, "", text, style);
      continue;
    }
    if (!c.before.label.empty()) Row(out, "", "was  " + c.before.says, style);
    if (!c.after.label.empty()) Row(out, "", "is   " + c.after.says, style);
  }
  if (diff.questions == 0) return out;
  out += fmt::format(
      "\noutcomes that differ ({}, of {} questions that the clauses raise), if nothing happens but "
      "what is recorded\n",
      diff.outcomes.size(), diff.questions);
  for (const eval::Change& c : diff.outcomes) {
    Row(out, c.label, c.question, style);
    ShowChange(out, c, ", " + Span(c), style);
  }
  return out;
}

namespace {

void ShowLastToSend(std::string& out, const eval::Power::Deadline& deadline, const Style& style) {
  for (const auto& [channel, day] : deadline.sent)
    Row(out, "", channel + ": sent by " + ToLongText(day), style);
}

}  // namespace

std::string Render(const eval::NoticeCheck& notice, const Style& style) {
  std::string out = "notice " + notice.entry + ": " + notice.says + "\n";
  if (!notice.channel.empty())
    Row(out, "sent", ToLongText(notice.sent) + " by " + notice.channel, style);
  const std::string table = notice.table.empty() ? "the text" : notice.table;
  Row(out, "given",
      notice.given ? ToLongText(*notice.given) + (notice.channel.empty() ? "" : "  (" + table + ")")
      : !notice.why_not.empty()
          ? notice.why_not
          : "never: " + table + " does not name this channel, but " + JoinAnd(notice.channels),
      style);
  if (notice.given) {
    Row(out, "power",
        notice.power == eval::Verdict::kYes  ? "yes, just before it was given"
        : notice.power == eval::Verdict::kNo ? "no: it has no effect"
                                             : "undecided",
        style);
    for (const eval::Citation& c : notice.because)
      Row(out, "", c.label + "  " + c.says + (c.where.empty() ? "" : "  (" + c.where + ")"), style);
  }
  if (!notice.has_term) return out;
  const auto end = [](const std::optional<Date>& day) {
    return day ? "in force through " + ToLongText(*day) : std::string("in force for good");
  };
  Row(out, "changes",
      notice.ends_with == notice.ends_without
          ? "nothing about the term: " + end(notice.ends_with)
          : "the term: " + end(notice.ends_with) + " instead of " + end(notice.ends_without),
      style);
  if (notice.missed) {
    Row(out, "in time",
        "given by " + ToLongText(notice.missed->last) +
            ", it would have been: " + end(notice.missed->in_time),
        style);
    ShowLastToSend(out, *notice.missed, style);
  }
  return out;
}

std::string Render(const eval::PowerList& list, const Style& style) {
  std::string out = "powers: " + ToLongText(list.from) + " through " + ToLongText(list.to) +
                    ", if nothing happens but what is recorded\n";
  for (const eval::Power& p : list.powers) {
    Row(out, p.label, p.question, style);
    for (const eval::Segment& s : p.segments) SegmentLine(out, s, style);
    for (const eval::Power::Deadline& d : p.deadlines) {
      const auto end = [](const std::optional<Date>& day) {
        return day ? "the agreement is in force through " + ToLongText(*day)
                   : std::string("the agreement goes on");
      };
      Row(out, "last day",
          ToLongText(d.last) + ": given by then, " + end(d.in_time) + "; given later, " +
              end(d.late),
          style);
      ShowLastToSend(out, d, style);
    }
  }
  if (list.powers.empty()) out += "  no clause gives a power to make a notice\n";
  return out;
}

namespace {

std::string Short(const std::string& evidence) {
  const size_t digits = evidence.find(':') == std::string::npos ? 0 : evidence.find(':') + 1;
  return evidence.substr(digits, 12);
}

}  // namespace

std::string Render(const eval::Proceeding& matter, const Style& style) {
  std::string out = matter.entry + ": " + matter.says + ", " + ToLongText(matter.given) + "\n";
  if (matter.power != eval::Verdict::kYes)
    Row(out, "power",
        matter.power == eval::Verdict::kNo ? "none: it has no effect, and nothing is decided"
                                           : "undecided",
        style);
  if (!matter.evidence.empty()) Row(out, "evidence", Printable(matter.evidence), style);
  const eval::Proceeding::Step* decided = matter.decided();
  Row(out, "decided", decided == nullptr ? "not by " + ToLongText(matter.on) : decided->notice,
      style);
  std::set<std::string> quoted;
  for (const eval::Proceeding::Step& step : matter.steps) {
    const std::string count = step.by_several() ? ": " + std::to_string(step.counted()) + " of " +
                                                      std::to_string(step.makers.size())
                              : step.makers.empty() ? ": nobody may make one"
                                                    : ", by " + step.makers.front();
    out += "\n" + step.notice + count + "\n";
    for (const eval::Citation& c : step.clauses) {
      const bool fresh = quoted.insert(c.label + c.where).second;
      Row(out, c.label,
          fresh ? c.says + (c.where.empty() ? "" : "  (" + c.where + ")") : "as above", style);
    }
    for (const eval::Proceeding::Made& m : step.made) {
      std::string line = m.by + ", " + m.entry + ", " + ToLongText(m.given);
      if (!m.evidence.empty()) {
        line += m.evidence == matter.evidence ? ", on the same evidence"
                                              : ", on evidence " + Short(m.evidence);
      }
      if (!m.source.empty()) line += ": " + m.source;
      if (!m.clauses.empty() && m.standing != eval::kCounts) line += "  " + JoinAnd(m.clauses);
      if (!m.why.empty()) line += ": " + JoinAnd(m.why);
      Row(out, m.standing, Printable(line), style);
    }
    // By verdict and, of those who may not, by what stands against it.
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> by_verdict;
    for (const eval::Proceeding::Step::Turn& turn : step.turns) {
      const bool has = std::ranges::any_of(step.made, [&](const eval::Proceeding::Made& m) {
        return m.by == turn.who && m.standing == eval::kCounts;
      });
      if (turn.may == eval::Verdict::kYes)
        by_verdict[{"may now", ""}].push_back(turn.who);
      else if (turn.may != eval::Verdict::kNo)
        by_verdict[{"undecided", ""}].push_back(turn.who);
      else if (!has)
        by_verdict[{"may not", JoinAnd(turn.why)}].push_back(turn.who);
    }
    for (const auto& [turn, who] : by_verdict) {
      const auto& [verdict, why] = turn;
      Row(out, verdict, JoinAnd(who) + (why.empty() ? "" : ": " + why), style);
    }
  }
  out += "\n";
  for (const std::string& note : matter.notes) Row(out, "note", note, style);
  Row(out, "text", "edition " + matter.agreement_hash.substr(0, 12) + ", " + matter.record, style);
  return out;
}

}  // namespace entente::cli
