#include "syntax/format.h"

#include <algorithm>
#include <unordered_map>

#include "base/words.h"

namespace entente::syntax {

namespace {

// The column of the words behind a clause number, unless a longer number needs more.
constexpr size_t kLabelColumn = 5;
constexpr size_t kContinuation = 7;

// One blank between words; what stands in quotes stays.
std::string Spaced(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (const char c : line) {
    const bool blank = !quoted && (c == ' ' || c == '\t');
    if (c == '"') quoted = !quoted;
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  while (out.ends_with(' ') || out.ends_with('\r')) out.pop_back();
  return out;
}

// Words of a sentence to be written otherwise: `shall` says duty and future at once. Inside braces
// the words are what a reading is known by, so they stay.
void Correct(const source::Files& files, const Statement& statement,
             std::unordered_map<uint32_t, std::pair<uint32_t, std::string>>& replace,
             std::vector<Correction>& corrections) {
  constexpr std::string_view kNotClauses[] = {"ask", "expect", "entry", "note", "reading"};
  if (statement.label.empty() || statement.tokens.empty()) return;
  if (std::find(std::begin(kNotClauses), std::end(kNotClauses), statement.tokens[0].text) !=
      std::end(kNotClauses)) {
    return;
  }
  int depth = 0;
  for (const Token& token : statement.tokens) {
    if (token.Is("{") || token.Is("[")) ++depth;
    if (token.Is("}") || token.Is("]")) --depth;
    // In front of everything it is nobody's duty.
    if (depth > 0 || !token.Is("shall") || &token == &statement.tokens[0]) continue;
    replace[token.span.begin] = {token.span.end, "must"};
    corrections.push_back({files.PlaceOf(token.span.file, token.span.begin).line, "shall", "must",
                           "shall is read as a duty, a future and a declaration"});
  }
}

}  // namespace

Formatted Format(const source::Files& files, const Tree& tree) {
  Formatted out;
  const std::string& text = files.Get(tree.file).text;
  // By the start of a line of a block: the length of the clause number that it begins with.
  std::unordered_map<uint32_t, size_t> labels;
  std::vector<size_t> columns(tree.blocks.size(), kLabelColumn);
  std::unordered_map<uint32_t, std::pair<uint32_t, std::string>> replace;
  for (const Statement& statement : tree.statements) {
    Correct(files, statement, replace, out.corrections);
    // The sentence ends with its line, and no stop behind it is read.
    size_t end = statement.span.end;
    while (end > statement.span.begin && static_cast<unsigned char>(text[end - 1]) <= ' ') --end;
    const uint32_t stop =
        statement.tokens.empty() ? static_cast<uint32_t>(end) : statement.tokens.back().span.end;
    if (stop < end && text.find_first_not_of(". \t", stop) >= end) {
      replace[stop] = {static_cast<uint32_t>(end), ""};
      out.corrections.push_back({files.PlaceOf(tree.file, stop).line, ".", "",
                                 "a sentence of a block ends with its line"});
    }
    if (statement.label.empty()) continue;
    labels[statement.label_span.begin] = statement.label_span.end - statement.label_span.begin;
    size_t& column = columns[statement.block];
    column = std::max(column, labels[statement.label_span.begin] + 1);
  }
  uint32_t written = 0;
  for (size_t b = 0; b < tree.blocks.size(); ++b) {
    const source::Block& block = tree.blocks[b];
    if (!block.closed) continue;
    out.text += text.substr(written, block.code.begin - written);
    written = block.code.end;
    bool blank = true, quoted = false;  // the line before was blank, or there was none
    std::string body;
    for (uint32_t at = block.code.begin; at < block.code.end;) {
      const size_t newline = text.find('\n', at);
      const uint32_t end = static_cast<uint32_t>(
          std::min<size_t>(newline == std::string::npos ? text.size() : newline, block.code.end));
      std::string line;
      // What looks like a fence and closes nothing could close the block when set anew.
      const bool fence = Trim(std::string_view(text).substr(at, end - at)).starts_with("```");
      for (uint32_t i = at; i < end;) {
        const auto it = fence ? replace.end() : replace.find(i);
        if (it == replace.end()) {
          line += text[i++];
        } else {
          line += it->second.second;
          i = it->second.first;
        }
      }
      const bool carriage = line.ends_with('\r');
      if (carriage) line.pop_back();
      const bool continues = GoesOn(line);
      const bool comment = Trim(line).starts_with('#');
      // A sentence begins afresh on a line of its own, whatever the last one left open.
      if (!continues && !comment) quoted = false;
      std::string set;
      if (fence) {
        set = line;
      } else if (quoted && !comment) {
        // Within a quotation that runs over lines nothing is ours to set.
        set = line;
      } else if (const auto label = labels.find(at); label != labels.end()) {
        const std::string rest = Spaced(std::string_view(line).substr(label->second));
        set = line.substr(0, label->second);
        if (!rest.empty()) set += std::string(columns[b] - label->second, ' ') + rest;
      } else if (comment) {
        set = line;
        while (set.ends_with(' ') || set.ends_with('\t') || set.ends_with('\r')) set.pop_back();
      } else {
        // The cells of a table stand as they were set, one below the other.
        const bool row = continues && Trim(line).starts_with('|');
        set = row ? std::string(Trim(line)) : Spaced(line);
        if (continues && !set.empty()) set.insert(0, std::max(kContinuation, columns[b]), ' ');
      }
      if (!comment) quoted = quoted != (std::count(line.begin(), line.end(), '"') % 2 == 1);
      if (!set.empty() || !blank) body += set + (carriage ? "\r\n" : "\n");
      blank = set.empty();
      at = end + 1;
    }
    // No blank line in front of the closing marks.
    while (body.ends_with("\n\n") || body.ends_with("\n\r\n"))
      body.resize(body.size() - (body.ends_with("\r\n") ? 2 : 1));
    if (body == "\n" || body == "\r\n") body.clear();
    out.text += body;
  }
  out.text += text.substr(written);
  return out;
}

}  // namespace entente::syntax
