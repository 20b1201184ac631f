#include "service/editions.h"

#include <algorithm>

#include "base/words.h"
#include "check/editions.h"
#include "service/asking.h"
#include "service/inspect.h"
#include "service/survey.h"

namespace entente::service {

using eval::ClauseChange;
using eval::ClauseVersion;
using eval::Lane;
using eval::Verdict;

namespace {

// Words of two texts compared at most; longer ones differ as a whole.
constexpr size_t kWordsMax = 2'000;

std::string Named(const check::Amendment& amendment) {
  return amendment.id + (amendment.adopted ? " of " + ToLongText(*amendment.adopted) : ", a draft");
}

// What the amendment did to the clause: `replaced`.
std::string DoneTo(const check::Amendment& amendment, std::string_view label) {
  for (const check::Edit& edit : amendment.edits) {
    if (edit.kind != check::Edit::Kind::kRestate && check::StandsUnder(label, edit.label))
      return std::string(NameOf(edit.kind));
  }
  return "written";
}

std::string By(const check::Agreement& agreement, const check::Clause& clause) {
  if (!clause.amendment) return "original";
  const check::Amendment& amendment = agreement.amendments[*clause.amendment];
  return DoneTo(amendment, clause.label) + " by amendment " + Named(amendment);
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t blank = text.find(' ', begin);
    const size_t end = blank == std::string_view::npos ? text.size() : blank;
    if (end > begin) out.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// The runs of words that stand in both or in one, by their longest common subsequence.
std::vector<std::pair<char, std::string>> Compared(std::string_view before,
                                                   std::string_view after) {
  const std::vector<std::string> a = Words(before), b = Words(after);
  std::vector<std::pair<char, std::string>> out;
  const auto add = [&](char mark, const std::string& word) {
    if (out.empty() || out.back().first != mark) out.emplace_back(mark, "");
    out.back().second += (out.back().second.empty() ? "" : " ") + word;
  };
  if (a.size() > kWordsMax || b.size() > kWordsMax) {
    for (const std::string& word : a) add('-', word);
    for (const std::string& word : b) add('+', word);
    return out;
  }
  // Of the words from i and from j on, how many are common.
  std::vector<std::vector<uint16_t>> common(a.size() + 1, std::vector<uint16_t>(b.size() + 1, 0));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      common[i][j] = a[i] == b[j] ? static_cast<uint16_t>(common[i + 1][j + 1] + 1)
                                  : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      add(' ', a[i]);
      ++i;
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      add('-', a[i++]);
    } else {
      add('+', b[j++]);
    }
  }
  return out;
}

// The clauses that are the text at the end of the day asked about.
std::vector<const check::Clause*> InForceOn(Snapshot& snapshot, const AskOptions& options,
                                            diag::Findings& findings) {
  Asking asking(snapshot, options);
  std::vector<const check::Clause*> out;
  if (!asking.PutNothing()) {
    findings.Append(asking.findings());
    return out;
  }
  for (const check::Clause& clause : snapshot.agreement.clauses) {
    if (asking.Here(clause.in_force) == Asking::Truth::kYes) out.push_back(&clause);
  }
  std::stable_sort(out.begin(), out.end(), [](const check::Clause* a, const check::Clause* b) {
    return check::NumberedBefore(a->label, b->label);
  });
  return out;
}

}  // namespace

std::optional<std::vector<ClauseVersion>> Blame(Snapshot& snapshot, const std::string& label,
                                                const AskOptions& options,
                                                diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  if (agreement.FindClause(label) == nullptr) {
    UnknownClause(agreement, label, findings);
    return std::nullopt;
  }
  // What is only reported is shown with what it hangs on.
  AskOptions open = options;
  for (const check::Amendment& amendment : agreement.amendments) {
    if (amendment.taken.valid()) open.readings.push_back(amendment.id + "=open");
  }
  std::vector<ClauseVersion> out;
  for (size_t c = 0; c < agreement.clauses.size(); ++c) {
    const check::Clause clause = agreement.clauses[c];
    if (clause.label != label && !label.starts_with(clause.label + "(")) continue;
    Asking asking(snapshot, open);
    if (!asking.PutSignal(clause.in_force)) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    ClauseVersion version;
    version.clause = CitationOf(snapshot, clause.label, clause.sentence);
    version.by = By(agreement, clause);
    for (const eval::Segment& segment : asking.Segments()) {
      if (segment.verdict == Verdict::kNo) continue;
      ClauseVersion::Stretch stretch;
      if (segment.from > kBeginning.date()) stretch.from = segment.from;
      stretch.through = segment.through;
      for (const eval::Case& one : segment.cases) {
        if (one.outcome == "yes") stretch.conditions = one.conditions;
      }
      version.stretches.push_back(std::move(stretch));
    }
    for (size_t a = clause.amendment ? *clause.amendment + 1 : 0; a < agreement.amendments.size();
         ++a) {
      const check::Amendment& later = agreement.amendments[a];
      const bool touches = std::any_of(
          later.edits.begin(), later.edits.end(),
          [&](const check::Edit& edit) { return check::StandsUnder(clause.label, edit.label); });
      // What has gone out of the text is silent on nothing.
      const bool ended = !version.stretches.empty() && version.stretches.back().through &&
                         later.from && *version.stretches.back().through < *later.from;
      if (ended || version.stretches.empty() ||
          later.standing == check::Amendment::Standing::kNotBinding)
        continue;
      if (check::Restates(later, clause.label)) version.restated_by.push_back(later.id);
      if (!touches) version.silent.push_back(later.id);
    }
    out.push_back(std::move(version));
  }
  const auto begins = [](const ClauseVersion& v) {
    return v.stretches.empty() ? std::optional(Date{INT32_MAX}) : v.stretches[0].from;
  };
  std::stable_sort(out.begin(), out.end(), [&](const ClauseVersion& a, const ClauseVersion& b) {
    return begins(a) < begins(b);
  });
  return out;
}

std::optional<eval::Document> TextOn(Snapshot& snapshot, const AskOptions& options,
                                     diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  const auto edition =
      options.edition.empty() ? std::nullopt : check::FindEdition(agreement, options.edition);
  eval::Document out{agreement.title,
                     DayUnlessNamed(agreement, options),
                     check::EditionName(agreement, edition, options.known_at),
                     snapshot.agreement_hash,
                     {},
                     {}};
  for (const check::Clause* clause : InForceOn(snapshot, options, findings)) {
    eval::Document::Clause one;
    one.text = CitationOf(snapshot, clause->label, clause->sentence);
    if (!agreement.amendments.empty()) one.by = By(agreement, *clause);
    one.section = snapshot.files.Text(clause->heading);
    one.prose = snapshot.files.Text(clause->prose);
    const bool alone =
        std::count_if(agreement.clauses.begin(), agreement.clauses.end(),
                      [&](const check::Clause& c) { return c.label == clause->label; }) == 1;
    auto versions = alone ? std::nullopt : Blame(snapshot, clause->label, options, findings);
    if (versions) {
      std::erase_if(*versions,
                    [&](const ClauseVersion& v) { return v.clause.at == clause->sentence; });
      one.others = std::move(*versions);
    }
    out.clauses.push_back(std::move(one));
  }
  if (findings.any_error()) return std::nullopt;
  for (const source::FileId file : snapshot.texts) {
    const source::File& text = snapshot.files.Get(file);
    out.files.emplace_back(text.name, text.text);
  }
  return out;
}

std::optional<eval::EditionDiff> Diff(Snapshot& snapshot, const std::string& older,
                                      const std::string& newer, const AskOptions& options,
                                      DiffOptions what, diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  AskOptions before = options, after = options;
  before.edition = older;
  after.edition = newer;
  eval::EditionDiff out;
  out.older = older;
  out.newer = newer;
  // Both on the day from which both could be the text: what has expired by then differs no more.
  before.on = after.on = out.on =
      std::max(DayUnlessNamed(agreement, before), DayUnlessNamed(agreement, after));
  const std::vector<const check::Clause*> was = InForceOn(snapshot, before, findings);
  const std::vector<const check::Clause*> is = InForceOn(snapshot, after, findings);
  if (findings.any_error()) return std::nullopt;
  const size_t first = *check::FindEdition(agreement, older);
  const size_t last = *check::FindEdition(agreement, newer);
  // From the first day on which anything of the amendments between the two applies.
  out.from = out.on;
  for (size_t a = std::min(first, last); a < std::max(first, last); ++a) {
    const check::Amendment& amendment = agreement.amendments[a];
    const Date from = amendment.from.value_or(agreement.program.origin.date());
    if (amendment.standing != check::Amendment::Standing::kNotBinding && from < out.from)
      out.from = from;
  }
  if (what.clauses) {
    const auto find = [](const std::vector<const check::Clause*>& in, const std::string& label) {
      const auto it = std::find_if(in.begin(), in.end(),
                                   [&](const check::Clause* c) { return c->label == label; });
      return it == in.end() ? nullptr : *it;
    };
    std::vector<std::string> labels;
    for (const auto* list : {&was, &is}) {
      for (const check::Clause* clause : *list) labels.push_back(clause->label);
    }
    std::stable_sort(labels.begin(), labels.end(), check::NumberedBefore);
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    for (const std::string& label : labels) {
      const check::Clause* old_text = find(was, label);
      const check::Clause* new_text = find(is, label);
      if (old_text == new_text) continue;
      ClauseChange change;
      change.label = label;
      if (old_text != nullptr) change.before = CitationOf(snapshot, label, old_text->sentence);
      if (new_text != nullptr) change.after = CitationOf(snapshot, label, new_text->sentence);
      if (change.before.says == change.after.says && old_text != nullptr && new_text != nullptr)
        continue;
      change.change = old_text == nullptr ? "new" : new_text == nullptr ? "gone" : "changed";
      if (new_text != nullptr && new_text->amendment) {
        change.by = By(agreement, *new_text);
      } else {
        for (size_t a = std::min(first, last); a < std::max(first, last); ++a) {
          const std::string done = DoneTo(agreement.amendments[a], label);
          if (done != "written")
            change.by = done + " by amendment " + Named(agreement.amendments[a]);
        }
      }
      change.words = Compared(change.before.says, change.after.says);
      out.clauses.push_back(std::move(change));
    }
  }
  if (what.outcomes) {
    before.nothing_further = after.nothing_further = true;
    for (const auto lanes : {&Lanes, &OtherLanes}) {
      const std::vector<Lane> old_answers = lanes(snapshot, before, findings);
      const std::vector<Lane> new_answers = lanes(snapshot, after, findings);
      if (findings.any_error()) return std::nullopt;
      out.questions += old_answers.size();
      for (size_t i = 0; i < old_answers.size(); ++i)
        CompareLanes(old_answers[i], new_answers[i], out.from, out.outcomes);
    }
  }
  return out;
}

}  // namespace entente::service
