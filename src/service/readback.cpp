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
size_t SentencesIn(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '.' && text[i] != '?' && text[i] != '!') continue;
    if (i + 1 < text.size() && text[i + 1] != ' ') continue;
    if (i >= 2 && text[i - 2] == ' ' && text[i] == '.') continue;
    ++count;
  }
  return std::max<size_t>(count, text.empty() ? 0 : 1);
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

void CoverFile(const Snapshot& snapshot, source::FileId file, Coverage& out) {
  const check::Agreement& agreement = snapshot.agreement;
  const auto blocks = source::Blocks(snapshot.files, file);
  for (const Paragraph& paragraph : Paragraphs(snapshot.files, file)) {
    Coverage::Passage passage;
    passage.where = snapshot.files.Where(paragraph.span);
    passage.heading = paragraph.heading;
    passage.text = OneLine(snapshot.files.Text(paragraph.span), kTextMax);
    passage.sentences = SentencesIn(passage.text);
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const source::Block& b) {
      return b.prose.begin <= paragraph.span.begin && paragraph.span.end <= b.prose.end;
    });
    if (passage.text.starts_with(kNotModelled)) {
      passage.status = "not modelled";
    } else if (block == blocks.end()) {
      // What stands in front of the first block introduces the text.
      const bool front = blocks.empty() || paragraph.span.end <= blocks[0].code.begin;
      passage.status = front ? "words" : "missed";
    } else {
      bool evaluated = false;
      for (const check::Clause& clause : agreement.clauses) {
        if (clause.prose != block->prose || clause.heading != block->heading) continue;
        passage.clauses.push_back(clause.label);
        evaluated = evaluated || clause.evaluated;
      }
      passage.status = passage.clauses.empty() ? "words" : evaluated ? "encoded" : "read";
    }
    out.passages.push_back(std::move(passage));
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
    if (passage.status == "encoded" || passage.status == "words") continue;
    for (const std::string& name : spoken) {
      if (Speaks(passage.text, name)) passage.shares.push_back(name);
    }
    if (!passage.shares.empty()) out.passages.push_back(std::move(passage));
  }
  return out;
}

}  // namespace entente::service
