// src/syntax/tree.h: the words of an agreement: tokens, statements, blocks.
//
// The tree is lossless: blocks, statements and tokens hold places in the text and nothing else, so
// the text between them is the text. What the words mean needs the agreement's vocabulary and is
// read in `check`; only the shape is settled here: one statement a line, an indented line goes on
// with the last one, brackets and braces nest. Parsing never fails; where a group is not closed
// the statement ends it, and the next line starts afresh.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diag/finding.h"
#include "source/source.h"

namespace entente::syntax {

inline constexpr size_t kFileBytesMax = 4 << 20;
inline constexpr size_t kStatementsMax = 20'000;
// Brackets, braces and lists inside one another.
inline constexpr size_t kNestingMax = 16;
// Variants of one statement, one for each combination of its readings.
inline constexpr size_t kVariantsMax = 64;
inline constexpr size_t kTokensMax = 4'000;

enum class TokenKind : uint8_t { kWord, kNumber, kItem, kString, kPunct };

struct Token {
  TokenKind kind = TokenKind::kPunct;
  source::Span span;
  std::string_view text;

  bool Is(std::string_view word) const { return text == word; }
  // A defined term begins with a capital letter.
  bool capital() const { return kind == TokenKind::kWord && text[0] >= 'A' && text[0] <= 'Z'; }
};

// What stands between the marks of a quotation, straight or curly.
source::Span Inside(const Token& quotation);

struct Statement {
  source::Span span;
  // The clause number in front, if there is one.
  std::string label;
  source::Span label_span;
  // What follows the label.
  std::vector<Token> tokens;
  // The block it stands in.
  uint32_t block = 0;
};

struct Tree {
  source::FileId file;
  std::vector<source::Block> blocks;
  std::vector<Statement> statements;
};

// `{A01: x | y}`: which alternative a variant of a statement takes.
struct ReadingChoice {
  std::string reading;
  uint32_t alternative = 0;
  friend bool operator==(const ReadingChoice&, const ReadingChoice&) = default;
};

struct ReadingUse {
  std::string id;
  // `{A01 open: ...}`: no alternative is ours.
  bool open = false;
  std::vector<std::string> alternatives;
  source::Span span;
};

// A statement with one alternative put in for each brace.
struct Variant {
  std::vector<ReadingChoice> choices;
  std::vector<Token> tokens;
};

// Whether a line of a block goes on with the sentence of the line before: it is indented, or a row
// of a table or an item of a list.
bool GoesOn(std::string_view line);

// Reads the fenced blocks of a literate file. Any bytes are accepted.
Tree Parse(const source::Files& files, source::FileId file, diag::Findings& findings);

// Tokens of a single line, such as a question. Cost: linear.
std::vector<Token> Lex(const source::Files& files, source::Span span, diag::Findings& findings);

// All variants of a statement, the one that takes every first alternative in front, and the
// readings met on the way.
std::vector<Variant> Expand(const source::Files& files, const std::vector<Token>& tokens,
                            std::vector<ReadingUse>& readings, diag::Findings& findings);

// The text of the file, put together again from the tree.
std::string Print(const source::Files& files, const Tree& tree);

// The words of a run of tokens as they stand in the text, on one line.
std::string TextOf(const source::Files& files, const std::vector<Token>& tokens, size_t begin,
                   size_t end);

}  // namespace entente::syntax
