// Which earlier answers an entry of a ledger overturned: the same questions, of the ledger without
// it and with it, about days before it was recorded.

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "service/ledger.h"
#include "service/survey.h"
#include "wire/json.h"

namespace entente::cli {

namespace {

// Each is a survey of all questions.
constexpr uint64_t kEntriesComparedMax = 1000;

// The texts of a ledger, in their order, and the files in which they lie.
class Texts {
 public:
  // Nothing, and said, where one of the files cannot be read.
  static std::optional<Texts> Of(const LedgerFlags& flags, const ledger::Registry& registry,
                                 int& code) {
    Texts out;
    out.texts_.assign(registry.texts().begin(), registry.texts().end());
    std::vector<std::string> files = flags.earlier;
    files.push_back(flags.common.agreement);
    for (const std::string& file : files) {
      Flags common = flags.common;
      common.agreement = file;
      const auto snapshot = Open(common, code);
      if (snapshot == nullptr) return std::nullopt;
      out.files_[snapshot->agreement_hash] = file;
    }
    return out;
  }
  // That of a ledger of `size` entries; null where no file has it.
  const std::string* FileAt(uint64_t size) const {
    const std::string* out = nullptr;
    for (const ledger::Registry::Text& text : texts_) {
      if (text.from >= size) break;
      const auto file = files_.find(text.hash);
      out = file == files_.end() ? nullptr : &file->second;
    }
    return out;
  }

 private:
  std::vector<ledger::Registry::Text> texts_;
  std::map<std::string, std::string> files_;
};

// What a ledger of `size` entries answers over all time by its text, if nothing further happens;
// nothing, and said, where it cannot be asked. Of the `whole` ledger every question has an answer.
std::optional<std::vector<eval::Lane>> LanesAt(
    const LedgerFlags& flags, const std::string* text, uint64_t size, bool whole,
    const std::vector<std::pair<size_t, std::string>>& questions, int& code) {
  Flags common = flags.common;
  // Where no file has its text, reading the ledger says so.
  if (text != nullptr) common.agreement = *text;
  common.ledger = flags.ledger;
  common.known_at = std::to_string(size);
  const auto snapshot = Open(common, code);
  if (snapshot == nullptr) return std::nullopt;
  if (snapshot->findings.any_error()) {
    code = Refuse(common, snapshot->findings, snapshot->files);
    return std::nullopt;
  }
  service::AskOptions options;
  options.nothing_further = true;
  diag::Findings findings;
  if (questions.empty()) return service::AllLanes(*snapshot, options, findings);
  std::vector<eval::Lane> out;
  for (const auto& [line, words] : questions) {
    std::string question = words;
    const check::Form form = FormOf(question, check::Form::kMay);
    auto result = service::When(*snapshot, form, question, options);
    // Of a question about an entry there is no answer before it; of the whole there must be one.
    if (!result.answer && !whole) continue;
    if (!result.answer) {
      fmt::print(stderr, "{}: line {}\n", flags.questions, line);
      code = Refuse(common, result.findings, snapshot->files);
      return std::nullopt;
    }
    out.push_back({"line " + std::to_string(line), words, false, std::move(result.segments)});
  }
  return out;
}

// Of days before `recorded` alone.
std::vector<eval::Change> Earlier(const std::vector<eval::Lane>& before,
                                  const std::vector<eval::Lane>& after, Date recorded) {
  std::vector<eval::Change> out;
  for (const eval::Lane& was : before) {
    const auto is = std::ranges::find_if(after, [&](const eval::Lane& lane) {
      return lane.label == was.label && lane.question == was.question;
    });
    if (is != after.end()) service::CompareLanes(was, *is, Date{0}, out);
  }
  std::erase_if(out, [&](const eval::Change& c) { return c.from >= recorded; });
  const Date last{recorded.day - 1};
  for (eval::Change& change : out) {
    if (!change.through || *change.through > last) change.through = last;
  }
  return out;
}

std::string Days(const eval::Change& change) {
  return (change.from == Date{0} ? "" : "from " + ToLongText(change.from) + " ") + "through " +
         ToLongText(*change.through);
}

}  // namespace

int ChangedAnswers(const LedgerFlags& flags) {
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  std::vector<std::pair<size_t, std::string>> questions;
  if (!flags.questions.empty()) {
    const auto text = ReadText(flags.questions);
    if (!text) return Complain(flags.common, text.error());
    questions = QuestionsIn(*text);
    if (questions.empty())
      return Complain(flags.common, Quoted(flags.questions) + " has no question",
                      "write a question a line, as `may OpenAI serve …`");
  }
  std::vector<eval::Overturned> entries;
  const auto walked = WalkKnown(**source, [&](const ledger::Line& line) -> Result<void> {
    if (line.admitted.statement.kind != ledger::kGenesis && line.admitted.index >= flags.since) {
      entries.push_back({service::EntryId(line.admitted.index),
                         Describe(line),
                         ParseDate(line.admitted.recorded.substr(0, 10)).value_or(Date{0}),
                         {}});
    }
    return {};
  });
  if (!walked) return Complain(flags.common, walked.error());
  int slip = 0;
  const auto texts = Texts::Of(flags, walked->registry, slip);
  if (!texts) return slip;
  const size_t all = entries.size();
  std::erase_if(entries, [&](const eval::Overturned& entry) {
    return texts->FileAt(*ledger::ReadDecimal(entry.entry.substr(1))) == nullptr;
  });
  const size_t left_out = all - entries.size();
  if (left_out > 0) {
    fmt::print(stderr,
               "not compared: {} of the entries, since another text stood before; name it with "
               "--earlier\n",
               left_out);
  }
  if (entries.size() > kEntriesComparedMax)
    return Complain(flags.common,
                    "at most " + std::to_string(kEntriesComparedMax) +
                        " entries are compared, and these are " + std::to_string(entries.size()),
                    "begin later with --since");
  const auto lanes_at = [&](uint64_t size, bool whole, int& code) {
    return LanesAt(flags, texts->FileAt(size), size, whole, questions, code);
  };
  if (!questions.empty() && !lanes_at(walked->checkpoint.size, true, slip)) return slip;
  size_t asked = 0, changed = 0;
  std::optional<std::vector<eval::Lane>> before;
  uint64_t at = 0;
  for (eval::Overturned& entry : entries) {
    const uint64_t index = *ledger::ReadDecimal(entry.entry.substr(1));
    int code = 0;
    if (!before || at != index) before = lanes_at(index, false, code);
    auto after = before ? lanes_at(index + 1, false, code) : std::nullopt;
    if (!after) return code;
    entry.changes = Earlier(*before, *after, entry.recorded);
    changed += entry.changes.size();
    asked = std::max(asked, after->size());
    before = std::move(after);
    at = index + 1;
  }
  // That nothing changed is not known of what was not compared.
  const auto code_of = [&](size_t changes) {
    return changes > 0 ? 1 : left_out > 0 ? eval::ExitCodeOf(eval::Verdict::kDepends) : 0;
  };
  const size_t looked_at = entries.size();
  std::erase_if(entries, [](const eval::Overturned& o) { return o.changes.empty(); });
  if (flags.common.json) {
    fmt::print("{}\n", wire::ToJson(entries, asked));
    return code_of(changed);
  }
  std::string out;
  for (const eval::Overturned& entry : entries) {
    out += entry.entry + ", " + entry.says + ", recorded " + ToLongText(entry.recorded) + "\n";
    for (const eval::Change& c : entry.changes) {
      out += fmt::format("  {:<8} {}: {} instead of {} {}\n", c.label, c.question, WordFor(c.after),
                         WordFor(c.before), Days(c));
    }
  }
  out += std::to_string(changed) + " earlier answers changed, of " + std::to_string(asked) +
         " questions asked of " + std::to_string(looked_at) + " entries\n";
  Fine(out);
  return code_of(changed);
}

}  // namespace entente::cli
