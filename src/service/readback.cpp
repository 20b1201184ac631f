#include "service/readback.h"

#include <algorithm>
#include <set>

#include "base/words.h"
#include "eval/lower.h"
#include "service/asking.h"
#include "service/describe.h"

namespace entente::service {

using eval::Coverage;

namespace {

constexpr size_t kTextMax = 2'000;
constexpr std::string_view kNotModelled = "Not modelled";

// Ends of sentences: a stop, question or exclamation mark before a blank or the end, not after a
// single letter or a figure, as in `2.1` or `C. Miller`.
std::vector<std::string> SentencesOf(std::string_view text) {
  std::vector<std::string> out;
  size_t begin = 0;
  const auto close = [&](size_t end) {
    const std::string_view sentence = Trim(text.substr(begin, end - begin));
    if (!sentence.empty()) out.emplace_back(sentence);
    begin = end;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '.' && text[i] != '?' && text[i] != '!') continue;
    if (i + 1 < text.size() && text[i + 1] != ' ') continue;
    if (i >= 2 && text[i - 2] == ' ' && text[i] == '.') continue;
    close(i + 1);
  }
  close(text.size());
  return out;
}

// What a sentence is recognised by: figures of two digits or more, and of each word so much of its
// beginning that declare, declares and Declaration are one.
std::set<std::string> StemsOf(std::string_view text, const std::set<std::string>& common) {
  constexpr size_t kStem = 5;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::set<std::string> out;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    // `250bn` is the figure 250.
    const bool figure = digit(text[i]);
    while (i < text.size() &&
           (digit(text[i]) || (!figure && letter(text[i])) ||
            (text[i] == '.' && figure && i + 1 < text.size() && digit(text[i + 1])))) {
      ++i;
    }
    if (i == begin) {
      ++i;
      continue;
    }
    const std::string_view said = text.substr(begin, i - begin);
    const std::string word = LowerCase(said);
    // AI and IP are words, `as` and `of` are none.
    const bool counts =
        said.size() >= 3 || (said.size() == 2 && (figure || (said != word && said[1] < 'a')));
    const std::string stem = digit(word[0]) ? word : word.substr(0, kStem);
    if (counts && !common.contains(word) && !common.contains(stem)) out.insert(stem);
  }
  return out;
}

// Words that say nothing of what a sentence is about.
const std::set<std::string>& CommonWords() {
  static const std::set<std::string> words = {
      "about",   "above", "after",     "again",  "agreement",   "all",      "also",
      "and",     "any",   "are",       "been",   "before",      "being",    "between",
      "both",    "but",   "can",       "case",   "cases",       "contract", "could",
      "despite", "did",   "does",      "each",   "either",      "end",      "every",
      "first",   "for",   "from",      "given",  "had",         "has",      "have",
      "how",     "its",   "made",      "make",   "may",         "means",    "might",
      "must",    "need",  "never",     "nor",    "not",         "now",      "one",
      "only",    "other", "otherwise", "our",    "out",         "over",     "party",
      "parties", "shall", "should",    "since",  "some",        "still",    "such",
      "than",    "that",  "the",       "their",  "them",        "then",     "there",
      "these",   "they",  "thing",     "things", "this",        "those",    "through",
      "too",     "two",   "under",     "unless", "until",       "upon",     "was",
      "were",    "what",  "when",      "where",  "whether",     "which",    "while",
      "who",     "whom",  "whose",     "will",   "with",        "within",   "without",
      "would",   "yet",   "you",       "your",   "undisclosed", "disclosed"};
  return words;
}

bool IsHeading(std::string_view line) { return line.starts_with('#'); }

// The paragraphs of a file that are prose: no headings, no fenced code of any kind.
struct Paragraph {
  source::Span span;
  std::string heading;
};
std::vector<Paragraph> Paragraphs(const source::Files& files, source::FileId file) {
  const std::string& text = files.Get(file).text;
  std::vector<Paragraph> out;
  std::string heading;
  bool fenced = false;
  uint32_t begin = UINT32_MAX, end = 0;
  const auto flush = [&] {
    if (begin != UINT32_MAX) out.push_back({{file, begin, end}, heading});
    begin = UINT32_MAX;
  };
  for (uint32_t at = 0; at < text.size();) {
    const size_t newline = text.find('\n', at);
    const uint32_t line_end =
        static_cast<uint32_t>(newline == std::string::npos ? text.size() : newline);
    const std::string_view line = std::string_view(text).substr(at, line_end - at);
    const bool fence = Trim(line).starts_with("```") || Trim(line).starts_with("~~~");
    if (fence || fenced || Trim(line).empty() || IsHeading(line)) {
      flush();
      if (fence) fenced = !fenced;
      if (!fenced && IsHeading(line)) {
        const size_t word = line.find_first_not_of("# ");
        heading = word == std::string_view::npos ? "" : std::string(Trim(line.substr(word)));
      }
    } else {
      if (begin == UINT32_MAX) begin = at;
      end = line_end;
    }
    at = line_end + 1;
  }
  flush();
  return out;
}

// Names the agreement declares, of two letters or more.
std::set<std::string> NamesOf(const check::Agreement& agreement) {
  const ir::Program& program = agreement.program;
  std::set<std::string> out;
  for (const ir::Kind& kind : program.kinds) out.emplace(program.symbols.Name(kind.name));
  for (const ir::Thing& thing : program.things) out.emplace(program.symbols.Name(thing.name));
  for (const check::EventName& event : agreement.events) out.insert(event.name);
  for (const check::NumberName& number : agreement.numbers) out.insert(number.name);
  for (const check::Act& act : agreement.acts) out.insert(Join(act.verb, " "));
  std::erase_if(out, [](const std::string& name) { return name.size() < 2; });
  return out;
}

// Whether `name` stands in `text` as words of their own, an ending of plural or past aside.
bool Speaks(std::string_view text, std::string_view name) {
  const std::string haystack = LowerCase(text), needle = LowerCase(name);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (size_t at = haystack.find(needle); at != std::string::npos;
       at = haystack.find(needle, at + 1)) {
    size_t end = at + needle.size();
    for (const std::string_view ending : {"ed", "d", "s"}) {
      if (!std::string_view(haystack).substr(end).starts_with(ending)) continue;
      end += ending.size();
      break;
    }
    if ((at == 0 || !letter(haystack[at - 1])) &&
        (end == haystack.size() || !letter(haystack[end]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

namespace {

// Of the clauses beside a sentence, those that speak of what it speaks of.
void Match(const Snapshot& snapshot, const std::set<std::string>& common,
           Coverage::Passage& sentence) {
  const std::set<std::string> said = StemsOf(sentence.text, common);
  std::erase_if(sentence.clauses, [&](const std::string& label) {
    return std::none_of(snapshot.agreement.clauses.begin(), snapshot.agreement.clauses.end(),
                        [&](const check::Clause& clause) {
                          if (clause.label != label) return false;
                          const auto stems = StemsOf(snapshot.files.Text(clause.sentence), common);
                          return std::any_of(
                              said.begin(), said.end(),
                              [&](const std::string& stem) { return stems.contains(stem); });
                        });
  });
  if (sentence.text.find("not disclosed") != std::string::npos) {
    sentence.status = "not disclosed";
  } else if (sentence.clauses.empty()) {
    sentence.status = "unmatched";
  }
}

void CoverFile(const Snapshot& snapshot, source::FileId file, Coverage& out) {
  const check::Agreement& agreement = snapshot.agreement;
  // A party is spoken of in every sentence.
  std::set<std::string> common = CommonWords();
  for (const ThingId party : agreement.parties) {
    const ir::Program& program = agreement.program;
    common.merge(StemsOf(program.symbols.Name(program.things[party.index].name), {}));
  }
  const auto blocks = source::Blocks(snapshot.files, file);
  for (const Paragraph& paragraph : Paragraphs(snapshot.files, file)) {
    Coverage::Passage passage;
    passage.where = snapshot.files.Where(paragraph.span);
    passage.heading = paragraph.heading;
    const std::string text = OneLine(snapshot.files.Text(paragraph.span), kTextMax);
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const source::Block& b) {
      return b.prose.begin <= paragraph.span.begin && paragraph.span.end <= b.prose.end;
    });
    if (text.starts_with(kNotModelled)) {
      passage.status = "not modelled";
    } else if (block == blocks.end()) {
      // What stands in front of the first block introduces the text.
      const bool front = blocks.empty() || paragraph.span.end <= blocks[0].code.begin;
      passage.status = front ? "words" : "missed";
    } else {
      bool evaluated = false;
      for (const check::Clause& clause : agreement.clauses) {
        if (clause.prose != block->prose || clause.heading != block->heading) continue;
        if (std::find(passage.clauses.begin(), passage.clauses.end(), clause.label) ==
            passage.clauses.end())
          passage.clauses.push_back(clause.label);
        evaluated = evaluated || clause.evaluated;
      }
      passage.status = passage.clauses.empty() ? "words" : evaluated ? "encoded" : "read";
    }
    for (std::string& sentence : SentencesOf(text)) {
      Coverage::Passage one = passage;
      one.text = std::move(sentence);
      if (one.status == "encoded") Match(snapshot, common, one);
      out.passages.push_back(std::move(one));
    }
  }
}

}  // namespace

Coverage Cover(const Snapshot& snapshot) {
  Coverage out;
  for (const source::FileId file : snapshot.texts) CoverFile(snapshot, file, out);
  return out;
}

std::optional<Coverage> CoverFor(Snapshot& snapshot, check::Form form, const std::string& question,
                                 diag::Findings& findings) {
  // The question must be one, or nothing would be said of it.
  const AskResult asked = Ask(snapshot, form, question, {});
  if (!asked.answer) {
    findings.Append(asked.findings);
    return std::nullopt;
  }
  std::vector<std::string> spoken;
  for (const std::string& name : NamesOf(snapshot.agreement)) {
    if (Speaks(question, name)) spoken.push_back(name);
  }
  Coverage out;
  for (Coverage::Passage& passage : Cover(snapshot).passages) {
    if (passage.status == "encoded" || passage.status == "words" ||
        passage.status == "not disclosed")
      continue;
    for (const std::string& name : spoken) {
      if (Speaks(passage.text, name)) passage.shares.push_back(name);
    }
    if (!passage.shares.empty()) out.passages.push_back(std::move(passage));
  }
  return out;
}

}  // namespace entente::service
