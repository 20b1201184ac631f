#include "cli/render.h"

#include <fmt/core.h>

#include "base/words.h"

namespace entente::cli {

using eval::Answer;
using eval::Verdict;

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
  std::string head = fmt::format("  {:<11}", label);
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

}  // namespace

std::string Render(const Answer& answer, Depth depth, const Style& style) {
  std::vector<std::string> readings;
  for (const eval::Assumption& a : answer.assuming) {
    if (a.decisive) readings.push_back(a.reading);
  }
  const std::string word(answer.verdict == Verdict::kValue ? answer.value
                                                           : eval::NameOf(answer.verdict));
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
    std::string text = c.label.empty() ? c.says : c.label + "  " + c.says + "  (" + c.where + ")";
    if (!c.over.empty()) text += ", over " + JoinAnd(c.over);
    Row(out, c.deciding ? "because" : "by way of", text, style);
  }
  if (answer.through) {
    Row(out, "through", ToLongText(*answer.through) + ", then: " + answer.through_cause, style);
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
  Row(out, "text",
      known + "edition " + answer.agreement_hash.substr(0, 12) +
          (answer.record.empty() ? ", no record" : ", record " + answer.record),
      style);
  if (depth == Depth::kTree && !answer.proof.empty()) {
    out += fmt::format("\n  proof, {} steps, accepted by the checker:\n", answer.proof_steps);
    for (const std::string& line : answer.proof) out += "    " + line + "\n";
  }
  return out;
}

std::string Render(const Answer& answer, const std::vector<eval::Segment>& segments,
                   const Style& style) {
  std::string out = "when: " + answer.question + "\n";
  for (const eval::Segment& s : segments) {
    const std::string from = s.from == Date{0} ? "…" : ToText(s.from);
    const std::string through = s.through ? ToText(*s.through) : "…";
    const std::string word =
        s.verdict == Verdict::kValue ? s.value : std::string(eval::NameOf(s.verdict));
    out += fmt::format("  {:>10} to {:<10}  {:<9}", from, through, word);
    if (style.colour) {
      out.resize(out.size() - std::max<size_t>(word.size(), 9));
      out +=
          Paint(word, s.verdict, style) + std::string(word.size() < 9 ? 9 - word.size() : 0, ' ');
    }
    if (!s.clauses.empty()) out += "  " + Join(s.clauses, ", ");
    if (!s.cause.empty()) out += "  (" + s.cause + ")";
    out += "\n";
    for (const eval::Case& c : s.cases)
      Row(out, "", "           " + CaseText(c, s.cases.size() == 1), style);
  }
  Row(out, "text",
      "edition " + answer.agreement_hash.substr(0, 12) +
          (answer.record.empty() ? ", no record" : ", record " + answer.record),
      style);
  return out;
}

}  // namespace entente::cli
