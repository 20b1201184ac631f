#include <algorithm>

#include "base/words.h"
#include "syntax/tree.h"

namespace entente::syntax {

using diag::FindingKind;
using source::Span;

namespace {

constexpr std::string_view kOpens = "\u201c";
constexpr std::string_view kCloses = "\u201d";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80);
}

// Where `(b)` or `(iii)` behind the number of a clause ends that begins at `i`; `i` if none does.
size_t EndOfParagraph(std::string_view text, size_t i) {
  constexpr size_t kLettersMax = 5;
  if (i >= text.size() || text[i] != '(') return i;
  size_t k = i + 1;
  while (k < text.size() && (IsDigit(text[k]) || IsLetter(text[k]))) ++k;
  const size_t letters = k - i - 1;
  return letters > 0 && letters <= kLettersMax && k < text.size() && text[k] == ')' ? k + 1 : i;
}

// The length of the number or clause label at `i`: 2032, 5e25, 1,000, 27%, 15.2(b)(iii), 9.1n.
size_t NumberLength(std::string_view text, size_t i) {
  const size_t begin = i;
  const auto digit_at = [&](size_t k) { return k < text.size() && IsDigit(text[k]); };
  while (true) {
    while (digit_at(i) || (i < text.size() && IsLetter(text[i]))) ++i;
    if (i < text.size() && text[i] == '.' && digit_at(i + 1)) {
      ++i;
    } else if (i < text.size() && text[i] == ',' && digit_at(i + 1) && digit_at(i + 2) &&
               digit_at(i + 3) && !digit_at(i + 4)) {
      ++i;
    } else if (const size_t end = i > begin ? EndOfParagraph(text, i) : i; end > i) {
      i = end;
    } else {
      break;
    }
  }
  if (i < text.size() && text[i] == '%') ++i;
  return i - begin;
}

// A heading, or a line that begins with a word in capitals that is no clause number.
bool IsProse(std::string_view line) {
  if (line.starts_with("## ") || line.starts_with("```")) return true;
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  return !word.empty() && word[0] >= 'A' && word[0] <= 'Z' &&
         word.find_first_of("0123456789") == std::string_view::npos;
}

bool IsLabel(const Token& token, std::string_view after) {
  if (token.kind == TokenKind::kNumber) {
    // `€ 5` is an amount.
    return IsDigit(token.text[0]) && token.text.find('%') == std::string_view::npos &&
           (after.empty() || static_cast<unsigned char>(after[0]) <= ' ');
  }
  // V4.2, A.1.2(1): a letter prefix and a digit after a dot or at once.
  if (token.kind != TokenKind::kWord || token.text.size() > 24) return false;
  return token.text.find_first_of("0123456789") != std::string_view::npos && token.text[0] >= 'A' &&
         token.text[0] <= 'Z' && token.text[0] != '[';
}

}  // namespace

source::Span Inside(const Token& quotation) {
  const auto marks = static_cast<uint32_t>(quotation.text.starts_with(kOpens) ? kOpens.size() : 1);
  return {quotation.span.file, quotation.span.begin + marks, quotation.span.end - marks};
}

std::vector<Token> Lex(const source::Files& files, Span span, diag::Findings& findings) {
  const std::string_view text = files.Text(span);
  std::vector<Token> out;
  const auto add = [&](TokenKind kind, size_t begin, size_t size) {
    const uint32_t at = span.begin + static_cast<uint32_t>(begin);
    out.push_back(
        {kind, {span.file, at, at + static_cast<uint32_t>(size)}, text.substr(begin, size)});
  };
  size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) {
      ++i;
    } else if (IsDigit(c)) {
      const size_t size = NumberLength(text, i);
      add(TokenKind::kNumber, i, size);
      i += size;
    } else if (c == '$' || text.substr(i, 3) == "€") {
      const size_t sign = c == '$' ? 1 : 3;
      const size_t size = sign + NumberLength(text, i + sign);
      add(TokenKind::kNumber, i, size);
      i += size;
    } else if (c == '"' || text.substr(i).starts_with(kOpens)) {
      // A word processor makes them curly.
      const std::string_view closes = c == '"' ? "\"" : kCloses;
      const size_t close = text.find(closes, i + 1);
      if (close == std::string_view::npos) {
        findings.Add({.kind = FindingKind::kUnclosedGroup,
                      .at = {span.file, span.begin + static_cast<uint32_t>(i),
                             span.begin + static_cast<uint32_t>(i) + 1},
                      .message = "a quotation is opened and not closed",
                      .help = "close it with \" in the same sentence"});
        ++i;
        continue;
      }
      add(TokenKind::kString, i, close + closes.size() - i);
      i = close + closes.size();
    } else if (IsLetter(c)) {
      size_t end = i;
      while (end < text.size() &&
             (IsLetter(text[end]) || IsDigit(text[end]) || text[end] == '\'' || text[end] == '&' ||
              (text[end] == '-' && end + 1 < text.size() &&
               (IsLetter(text[end + 1]) || IsDigit(text[end + 1]))) ||
              (text[end] == '.' && end + 1 < text.size() && IsDigit(text[end + 1])))) {
        ++end;
      }
      // A label with a letter in front may go on with (1).
      if (IsDigit(text[end - 1])) {
        for (size_t next; (next = EndOfParagraph(text, end)) > end;) end = next;
      }
      add(TokenKind::kWord, i, end - i);
      i = end;
    } else if (c == '(') {
      size_t end = i + 1;
      while (end < text.size() && IsLetter(text[end])) ++end;
      const bool item = end > i + 1 && end - i <= 5 && end < text.size() && text[end] == ')';
      add(item ? TokenKind::kItem : TokenKind::kPunct, i, item ? end + 1 - i : 1);
      i = item ? end + 1 : i + 1;
    } else if (c == '*') {
      size_t end = i;
      while (end < text.size() && text[end] == '*') ++end;
      add(TokenKind::kWord, i, end - i);
      i = end;
    } else {
      add(TokenKind::kPunct, i, 1);
      ++i;
    }
    if (out.size() > kTokensMax) {
      findings.Add(
          {.kind = FindingKind::kTooLarge,
           .at = span,
           .message = "one sentence has more than " + std::to_string(kTokensMax) + " words",
           .help = "split it"});
      out.clear();
      return out;
    }
  }
  return out;
}

namespace {

// Finds groups that are not closed, closed twice, or nested too deeply. False if any.
bool CheckGroups(const std::vector<Token>& tokens, diag::Findings& findings) {
  std::vector<const Token*> open;
  for (const Token& token : tokens) {
    if (token.kind != TokenKind::kPunct) continue;
    if (token.Is("[") || token.Is("{") || token.Is("(")) {
      open.push_back(&token);
      if (open.size() > kNestingMax) {
        findings.Add(
            {.kind = FindingKind::kTooDeep,
             .at = token.span,
             .message = "groups are nested more than " + std::to_string(kNestingMax) + " deep",
             .help = "write the inner part as a clause of its own"});
        return false;
      }
    } else if (token.Is("]") || token.Is("}") || token.Is(")")) {
      const std::string_view want = token.Is("]") ? "[" : token.Is("}") ? "{" : "(";
      if (open.empty() || !open.back()->Is(want)) {
        findings.Add({.kind = FindingKind::kUnclosedGroup,
                      .at = token.span,
                      .message = Quoted(token.text) + " closes nothing that is open here",
                      .help = "remove it, or open the group before it"});
        return false;
      }
      open.pop_back();
    }
  }
  if (open.empty()) return true;
  findings.Add({.kind = FindingKind::kUnclosedGroup,
                .at = open.back()->span,
                .message = Quoted(open.back()->text) + " is not closed in its sentence",
                .help = "close it before the next sentence begins"});
  return false;
}

}  // namespace

// An annex that is named outside a block is prose, and its clauses would be lost.
static void CheckProse(const source::Files& files, Span prose, diag::Findings& findings) {
  const std::string_view text = files.Text(prose);
  constexpr std::string_view kAnnex = "annex \"";
  for (size_t at = text.find(kAnnex); at != std::string_view::npos;
       at = text.find(kAnnex, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const uint32_t begin = prose.begin + static_cast<uint32_t>(at);
    findings.Add({.kind = FindingKind::kNoSuchAnnex,
                  .at = {prose.file, begin, begin + static_cast<uint32_t>(kAnnex.size()) - 2},
                  .message = "this annex stands outside a block, so nothing of it is read",
                  .help = "move the line into a block"});
  }
}

bool GoesOn(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t') || line.starts_with('|') ||
         line.starts_with('(');
}

Tree Parse(const source::Files& files, source::FileId file, diag::Findings& findings) {
  Tree tree{file, {}, {}};
  const std::string& text = files.Get(file).text;
  if (text.size() > kFileBytesMax) {
    findings.Add({.kind = FindingKind::kTooLarge,
                  .at = {file, 0, 0},
                  .message = "the file has " + std::to_string(text.size()) + " bytes, more than " +
                             std::to_string(kFileBytesMax),
                  .help = "split the agreement"});
    return tree;
  }
  for (const source::Block& block : source::Blocks(files, file)) {
    if (!block.misspelt.valid()) {
      tree.blocks.push_back(block);
      continue;
    }
    findings.Add({.kind = FindingKind::kMisspeltBlock,
                  .at = block.misspelt,
                  .message = Quoted(files.Text(block.misspelt)) + " begins no block of sentences",
                  .help = "did you mean `entente`? Nothing in this block was read"});
  }
  if (tree.blocks.empty() && !findings.any_error()) {
    if (const auto fence = source::FenceWithoutWord(files, file)) {
      findings.Add({.kind = FindingKind::kMisspeltBlock,
                    .at = *fence,
                    .message = "no block of this file is one of sentences, so that nothing is read",
                    .help = "begin it with ```entente"});
    }
  }
  for (uint32_t b = 0; b < tree.blocks.size(); ++b) {
    const source::Block& block = tree.blocks[b];
    CheckProse(files, block.prose, findings);
    if (!block.closed) {
      findings.Add({.kind = FindingKind::kUnclosedBlock,
                    .at = block.info,
                    .message = "this block is not closed",
                    .help = "close it with a line of three backquotes"});
    }
    // Gather the lines of each statement.
    std::vector<Span> spans;
    uint32_t begin = block.code.begin;
    while (begin < block.code.end) {
      size_t newline = text.find('\n', begin);
      const uint32_t end = static_cast<uint32_t>(
          std::min<size_t>(newline == std::string::npos ? text.size() : newline, block.code.end));
      const std::string_view line = std::string_view(text).substr(begin, end - begin);
      // Where the closing marks are missing, the prose that follows is no sentence of the block.
      if (!block.closed && IsProse(line)) break;
      if (!Trim(line).empty() && !Trim(line).starts_with("#")) {
        if (GoesOn(line) && !spans.empty()) {
          spans.back().end = end;
        } else {
          spans.push_back({file, begin, end});
        }
      }
      begin = end + 1;
    }
    for (const Span span : spans) {
      if (tree.statements.size() >= kStatementsMax) {
        findings.Add({.kind = FindingKind::kTooManyClauses,
                      .at = span,
                      .message = "the agreement has more than " + std::to_string(kStatementsMax) +
                                 " statements",
                      .help = "split the agreement"});
        return tree;
      }
      Statement statement{span, "", {}, {}, b};
      const std::string_view first_line = files.Text(span);
      if (first_line.starts_with("note ") || first_line.starts_with("note\n")) {
        continue;  // free text
      }
      statement.tokens = Lex(files, span, findings);
      if (statement.tokens.empty()) continue;
      const Token first = statement.tokens[0];
      const uint32_t after = first.span.end;
      if (IsLabel(first, std::string_view(text).substr(after, span.end - after))) {
        statement.label = std::string(first.text);
        statement.label_span = first.span;
        statement.tokens.erase(statement.tokens.begin());
      }
      if (!statement.tokens.empty() && statement.tokens[0].Is("note")) continue;
      // A full stop at the end is a habit of prose; `fmt` takes it away. `3.` is no sentence.
      while (statement.tokens.size() > 2 && statement.tokens.back().Is("."))
        statement.tokens.pop_back();
      if (!CheckGroups(statement.tokens, findings)) continue;
      tree.statements.push_back(std::move(statement));
    }
  }
  return tree;
}

namespace {

// The brace at `open`: its id, and where each alternative lies.
struct Brace {
  ReadingUse use;
  std::vector<std::pair<size_t, size_t>> alternatives;
  size_t end = 0;  // one past the closing mark
};

size_t Closing(const std::vector<Token>& tokens, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::kPunct) continue;
    if (tokens[i].Is("{") || tokens[i].Is("[")) ++depth;
    if ((tokens[i].Is("}") || tokens[i].Is("]")) && --depth == 0) return i;
  }
  return tokens.size();
}

Brace ReadBrace(const source::Files& files, const std::vector<Token>& tokens, size_t open) {
  Brace brace;
  const size_t close = Closing(tokens, open);
  brace.end = std::min(close + 1, tokens.size());
  size_t i = open + 1;
  for (; i < close && !tokens[i].Is(":"); ++i) {
    if (tokens[i].Is("open")) {
      brace.use.open = true;
    } else {
      brace.use.id += std::string(tokens[i].text);
    }
  }
  brace.use.span =
      source::Cover(tokens[open].span, tokens[std::min(close, tokens.size() - 1)].span);
  if (i >= close) {
    brace.use.id.clear();
    return brace;
  }
  size_t begin = ++i;
  size_t depth = 0;
  for (; i <= close; ++i) {
    if (i == close || (depth == 0 && tokens[i].Is("|"))) {
      brace.alternatives.emplace_back(begin, i);
      brace.use.alternatives.push_back(TextOf(files, tokens, begin, i));
      begin = i + 1;
    } else if (tokens[i].Is("{") || tokens[i].Is("[")) {
      ++depth;
    } else if (tokens[i].Is("}") || tokens[i].Is("]")) {
      --depth;
    }
  }
  return brace;
}

}  // namespace

std::vector<Variant> Expand(const source::Files& files, const std::vector<Token>& tokens,
                            std::vector<ReadingUse>& readings, diag::Findings& findings) {
  std::vector<Variant> pending = {{{}, tokens}};
  std::vector<Variant> done;
  while (!pending.empty()) {
    if (pending.size() + done.size() > kVariantsMax) {
      findings.Add({.kind = FindingKind::kTooManyReadings,
                    .at = source::Cover(tokens.front().span, tokens.back().span),
                    .message = "the readings of this sentence combine to more than " +
                               std::to_string(kVariantsMax) + " variants",
                    .help = "split the sentence so that fewer readings stand in one"});
      return {};
    }
    Variant variant = std::move(pending.back());
    pending.pop_back();
    const auto open =
        std::find_if(variant.tokens.begin(), variant.tokens.end(),
                     [](const Token& t) { return t.kind == TokenKind::kPunct && t.Is("{"); });
    if (open == variant.tokens.end()) {
      done.push_back(std::move(variant));
      continue;
    }
    const size_t at = static_cast<size_t>(open - variant.tokens.begin());
    const Brace brace = ReadBrace(files, variant.tokens, at);
    if (brace.use.id.empty() || brace.alternatives.size() < 2) {
      findings.Add({.kind = FindingKind::kUnknownSentence,
                    .at = brace.use.span,
                    .message = "a brace holds a name and alternatives, and this one does not",
                    .help = "write {A01: ours | the other}"});
      return {};
    }
    if (std::none_of(readings.begin(), readings.end(),
                     [&](const ReadingUse& use) { return use.span == brace.use.span; })) {
      readings.push_back(brace.use);
    }
    const auto chosen =
        std::find_if(variant.choices.begin(), variant.choices.end(),
                     [&](const ReadingChoice& c) { return c.reading == brace.use.id; });
    // Last first, so that the stack hands out the first alternative first.
    for (uint32_t a = static_cast<uint32_t>(brace.alternatives.size()); a-- > 0;) {
      if (chosen != variant.choices.end() && chosen->alternative != a) continue;
      Variant next{variant.choices, {}};
      if (chosen == variant.choices.end()) next.choices.push_back({brace.use.id, a});
      const auto& [begin, end] = brace.alternatives[a];
      next.tokens.assign(variant.tokens.begin(),
                         variant.tokens.begin() + static_cast<ptrdiff_t>(at));
      next.tokens.insert(next.tokens.end(), variant.tokens.begin() + static_cast<ptrdiff_t>(begin),
                         variant.tokens.begin() + static_cast<ptrdiff_t>(end));
      next.tokens.insert(next.tokens.end(),
                         variant.tokens.begin() + static_cast<ptrdiff_t>(brace.end),
                         variant.tokens.end());
      pending.push_back(std::move(next));
    }
  }
  return done;
}

std::string Print(const source::Files& files, const Tree& tree) {
  std::string out;
  const uint32_t size = static_cast<uint32_t>(files.Get(tree.file).text.size());
  uint32_t at = 0;
  const auto copy = [&](Span span) {
    out += files.Text({tree.file, at, span.begin});
    out += files.Text(span);
    at = span.end;
  };
  for (const Statement& statement : tree.statements) {
    if (statement.label_span.valid()) copy(statement.label_span);
    for (const Token& token : statement.tokens) copy(token.span);
  }
  out += files.Text({tree.file, at, size});
  return out;
}

std::string TextOf(const source::Files& files, const std::vector<Token>& tokens, size_t begin,
                   size_t end) {
  std::string out;
  for (size_t i = begin; i < end && i < tokens.size(); ++i) {
    if (i > begin) {
      const bool adjacent = tokens[i - 1].span.file == tokens[i].span.file &&
                            tokens[i - 1].span.end == tokens[i].span.begin;
      if (!adjacent) out += " ";
    }
    out += files.Text(tokens[i].span);
  }
  return out;
}

}  // namespace entente::syntax
