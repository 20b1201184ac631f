#include "check/phrases.h"

#include <algorithm>

#include "base/words.h"
#include "check/lexicon.h"
#include "check/patterns.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Token;
using syntax::TokenKind;

bool SameWord(std::string_view a, std::string_view b) {
  if (a == b) return true;
  // Only forms of *to be* begin otherwise.
  if (a.empty() || b.empty() || (a[0] != b[0] && a != "is" && b != "is")) return false;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kForms = {
      {{"is", "are"}, {"has", "have"}, {"does", "do"}, {"was", "were"}}};
  for (const auto& [x, y] : kForms) {
    if ((a == x && b == y) || (a == y && b == x)) return true;
  }
  const auto plus = [](std::string_view s, std::string_view t) {
    if (!t.starts_with(s))
      return s.ends_with("y") && t.size() == s.size() + 2 &&
             t.starts_with(s.substr(0, s.size() - 1)) && t.ends_with("ies");
    const std::string_view rest = t.substr(s.size());
    return rest == "s" || rest == "es";
  };
  return plus(a, b) || plus(b, a);
}

std::optional<Amount> ReadAmount(std::string_view text, ir::Program& program) {
  Amount out;
  bool dollars = text.starts_with("$");
  bool euros = text.starts_with("€");
  if (dollars) text.remove_prefix(1);
  if (euros) text.remove_prefix(3);
  if (dollars || euros) text = Trim(text);
  Rational scale(1);
  bool percent = false;
  if (text.ends_with("%")) {
    percent = true;
    text.remove_suffix(1);
  } else if (text.ends_with("bn")) {
    scale = Rational(1'000'000'000);
    text.remove_suffix(2);
  } else if (text.ends_with("m")) {
    scale = Rational(1'000'000);
    text.remove_suffix(1);
  }
  const auto number = Rational::Parse(text);
  if (!number) return std::nullopt;
  const size_t point = text.find('.');
  Int128 places = 1;
  for (size_t i = point == std::string_view::npos ? text.size() : point + 1; i < text.size(); ++i) {
    places *= 10;
    if (i > 40) return std::nullopt;
  }
  if (dollars || euros) scale = *Multiply(scale, Rational(100));
  if (percent) scale = *Rational::Of(1, 100);
  const auto value = Multiply(*number, scale);
  const auto half = Multiply(*Rational::Of(1, 2 * places), scale);
  if (!value || !half) return std::nullopt;
  out.value = *value;
  out.half_unit = *half;
  out.type = dollars ? ir::MoneyType(program.symbols.Intern("USD"))
             : euros ? ir::MoneyType(program.symbols.Intern("EUR"))
                     : ir::NumberType(program.symbols.Intern("1"));
  return out;
}

// ---------------------------------------------------------------- cursor

void Phrases::Begin(const std::vector<Token>& tokens, std::string label, Span whole) {
  tokens_ = tokens;
  label_ = std::move(label);
  whole_ = whole;
  at_ = 0;
  failed_ = false;
  depth_ = 0;
  scope = {};
}

void Phrases::Erase(size_t begin) {
  tokens_.erase(tokens_.begin() + static_cast<ptrdiff_t>(begin),
                tokens_.begin() + static_cast<ptrdiff_t>(at_));
  at_ = begin;
}

const Token* Phrases::Peek(size_t ahead) const {
  return !failed_ && at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
}

bool Phrases::PeekIs(std::string_view word, size_t ahead) const {
  const Token* token = Peek(ahead);
  return token != nullptr && token->text == word;
}

bool Phrases::Accept(std::string_view word) {
  if (!PeekIs(word)) return false;
  ++at_;
  return true;
}

bool Phrases::AcceptAll(std::initializer_list<std::string_view> words) {
  size_t i = 0;
  for (const std::string_view word : words) {
    if (!PeekIs(word, i++)) return false;
  }
  at_ += words.size();
  return true;
}

void Phrases::Expect(std::string_view word) {
  if (!failed_ && !Accept(word)) FailHere("expected " + Quoted(word));
}

Span Phrases::Here() const {
  if (at_ < tokens_.size()) return tokens_[at_].span;
  if (!tokens_.empty()) return tokens_.back().span;
  return whole_;
}

void Phrases::Fail(FindingKind kind, std::string message, std::string help, Span at) {
  if (failed_) return;
  findings_.Add({.kind = kind,
                 .at = at.valid() ? at : Here(),
                 .message = std::move(message),
                 .labels = {},
                 .instance = {},
                 .help = std::move(help)});
  failed_ = true;
}

void Phrases::FailHere(std::string message, std::string help) {
  const Token* token = Peek();
  Fail(FindingKind::kUnknownSentence,
       std::move(message) + (token != nullptr ? ", and this says " + Quoted(token->text)
                                              : ", and the sentence ends"),
       help.empty() ? NearestPatterns(tokens_) : std::move(help));
}

// ---------------------------------------------------------------- names

// How many tokens at `at` read as `name`, singular or plural; 0 if they do not.
size_t Phrases::MatchName(std::string_view name, size_t at) const {
  size_t count = 0;
  while (!name.empty()) {
    const size_t space = name.find(' ');
    const std::string_view word = name.substr(0, space);
    name = space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
    if (at + count >= tokens_.size()) return 0;
    const std::string_view text = tokens_[at + count].text;
    const bool last = name.empty();
    if (text != word && !(last && SameWord(word, text) && text.size() > word.size())) return 0;
    ++count;
  }
  return count;
}

size_t Phrases::LongestKind(size_t at, ir::KindId* kind) const {
  const auto [index, length] = LongestName(program_.kinds.size(), at, [&](uint32_t k) {
    return program_.symbols.Name(program_.kinds[k].name);
  });
  if (kind != nullptr) *kind = ir::KindId{index};
  return length;
}

std::optional<ir::KindId> Phrases::AcceptKind() {
  ir::KindId kind;
  const size_t length = LongestKind(at_, &kind);
  if (length == 0 || failed_) return std::nullopt;
  at_ += length;
  return kind;
}

std::optional<ThingId> Phrases::AcceptThing() {
  const auto [index, length] = LongestName(program_.things.size(), at_, [&](uint32_t t) {
    return program_.symbols.Name(program_.things[t].name);
  });
  // "Azure Service" is a kind where a kind reads longer.
  if (length == 0 || failed_ || LongestKind(at_, nullptr) > length) return std::nullopt;
  at_ += length;
  return ThingId{index};
}

std::optional<uint32_t> Phrases::AcceptEventName() {
  const auto [index, length] = LongestName(agreement_.events.size(), at_, [&](uint32_t e) {
    return std::string_view(agreement_.events[e].name);
  });
  if (length == 0 || failed_) return std::nullopt;
  at_ += length;
  return index;
}

std::optional<uint32_t> Phrases::AcceptNumberName() {
  const auto [index, length] = LongestName(agreement_.numbers.size(), at_, [&](uint32_t n) {
    return std::string_view(agreement_.numbers[n].name);
  });
  if (length == 0 || failed_) return std::nullopt;
  at_ += length;
  return index;
}

std::vector<std::string> Phrases::ParseLabels() {
  std::vector<std::string> out;
  while (!failed_) {
    const Token* token = Peek();
    const bool label =
        token != nullptr && (token->kind == TokenKind::kNumber ||
                             (token->kind == TokenKind::kWord &&
                              token->text.find_first_of("0123456789") != std::string_view::npos));
    if (!label) {
      FailHere("expected a clause number");
      break;
    }
    out.emplace_back(token->text);
    ++at_;
    if (Accept("and")) continue;
    if (PeekIs(",") && Peek(1) != nullptr && Peek(1)->kind == TokenKind::kNumber) {
      ++at_;
      continue;
    }
    break;
  }
  return out;
}

// ---------------------------------------------------------------- brackets

namespace {

// Between the id of a bracket and its words on one reading.
constexpr char kVariant = '|';

constexpr std::string_view kBracketForm =
    "write `[undisclosed USD]`, and behind commas `at least $5`, `above`, `at most`, `below`, `or "
    "none` and `source NAME`";

}  // namespace

std::optional<Phrases::Hole> Phrases::ParseHole() {
  if (failed_ || !PeekIs("[")) return std::nullopt;
  Hole hole;
  const size_t open = at_++;
  const size_t begin = at_;
  size_t depth = 1;
  for (; at_ < tokens_.size(); ++at_) {
    if (tokens_[at_].Is("[")) ++depth;
    if (tokens_[at_].Is("]") && --depth == 0) break;
    hole.tokens.push_back(tokens_[at_]);
  }
  if (at_ >= tokens_.size()) {
    Fail(FindingKind::kUnclosedGroup, "a bracket is not closed", "close it with `]`",
         tokens_[open].span);
    return std::nullopt;
  }
  hole.span = source::Cover(tokens_[open].span, tokens_[at_].span);
  hole.text = syntax::TextOf(files_, tokens_, begin, at_);
  std::erase(hole.text, '"');
  ++at_;
  // The first bracket of clause 9.3 is 9.3#1, counted by where it stands.
  size_t number = 1;
  const std::string prefix = (label_.empty() ? "here" : label_) + "#";
  for (const auto& [name, id] : agreement_.points) {
    if (!name.starts_with(prefix) || name.find(kVariant) != std::string::npos) continue;
    const ir::Point& other = program_.points[id.index];
    // In words put together anew a bracket that reads the same is the one that it was.
    const bool same = files_.Get(hole.span.file).made_by.valid() &&
                      files_.Text(other.at) == files_.Text(hole.span);
    if (same || other.at == hole.span) {
      hole.id = name;
      return hole;
    }
    ++number;
  }
  hole.id = prefix + std::to_string(number);
  return hole;
}

// What is left out, and its unit: `undisclosed USD`, `*** days`.
void Phrases::CheckBracketHead(const Hole& hole) {
  constexpr std::string_view kWords[] = {"undisclosed", "***", "redacted", "blank",
                                         "not",         "to",  "law"};
  const std::vector<Token>& tokens = hole.tokens;
  size_t end = 0;
  while (end < tokens.size() && !tokens[end].Is(",")) ++end;
  const std::string first(end > 0 ? tokens[0].text : std::string_view{});
  const bool known = std::find(std::begin(kWords), std::end(kWords), first) != std::end(kWords) ||
                     first.find_first_not_of('*') == std::string::npos;
  // A bound without its comma would be lost.
  const bool bound =
      std::any_of(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(end), [](const Token& t) {
        return t.Is("least") || t.Is("most") || t.Is("above") || t.Is("below") ||
               t.kind == TokenKind::kNumber;
      });
  if (known && !bound) return;
  const std::string closest = known ? "" : Closest(first, {std::begin(kWords), std::end(kWords)});
  Fail(FindingKind::kUnknownSentence,
       known ? "a bound stands behind a comma of its own"
             : Quoted(first) + " does not say that something is left out",
       closest.empty() ? std::string(kBracketForm) : "did you mean " + Quoted(closest) + "?",
       hole.span);
}

ir::PointId Phrases::HolePoint(const Hole& hole, ir::Type type, std::string says) {
  // On another reading its words may differ, and with them its bounds: it is another point then, of
  // the same name, and what is disclosed of one is disclosed of both.
  const std::string variant = hole.id + kVariant + hole.text;
  if (const auto it = agreement_.points.find(variant); it != agreement_.points.end())
    return it->second;
  ir::Point point;
  point.name = program_.symbols.Intern(hole.id);
  point.kind = ir::PointKind::kUndisclosed;
  point.type = type;
  point.says = std::move(says);
  point.at = hole.span;
  CheckBracketHead(hole);
  // Comma parts: `or none`, a bound, `source S2`.
  size_t i = 0;
  while (i < hole.tokens.size()) {
    if (!hole.tokens[i].Is(",")) {
      ++i;
      continue;
    }
    ++i;
    size_t end = i;
    while (end < hole.tokens.size() && !hole.tokens[end].Is(",")) ++end;
    const auto word = [&](size_t k) {
      return i + k < end ? hole.tokens[i + k].text : std::string_view{};
    };
    if (word(0) == "or" && word(1) == "none") {
      point.may_be_none = true;
    } else if (word(0) == "source") {
      point.source = syntax::TextOf(files_, hole.tokens, i + 1, end);
    } else if (word(0) == "above" || word(0) == "below" ||
               (word(0) == "at" && (word(1) == "least" || word(1) == "most"))) {
      const bool low = word(0) == "above" || word(1) == "least";
      const bool strict = word(0) != "at";
      const size_t skip = strict ? 1 : 2;
      std::vector<Token> inner(hole.tokens.begin() + static_cast<ptrdiff_t>(i + skip),
                               hole.tokens.begin() + static_cast<ptrdiff_t>(end));
      ir::Bound bound;
      bound.strict = strict;
      Phrases sub(files_, agreement_, findings_);
      sub.Begin(inner, label_, hole.span);
      const bool figure = !inner.empty() && inner[0].kind == TokenKind::kNumber;
      if (type == ir::kMomentType) {
        bound.value = sub.ParseMoment();
      } else if (figure || sub.PeekNumber()) {
        ir::Type bound_type;
        bound.value = sub.ParseNumber(&bound_type);
        // A bare figure is one of the unit of what it bounds, but no amount of money.
        const ir::Type plain = ir::NumberType(program_.symbols.Intern("1"));
        const bool fits =
            bound_type == type || (bound_type == plain && type.base == ir::Base::kNumber);
        const bool amount = ir::IsAmount(type);
        if (!sub.failed() && amount && (!fits || !sub.AtEnd())) {
          Fail(FindingKind::kUnitMismatch,
               "the bound " + Quoted(syntax::TextOf(files_, hole.tokens, i, end)) +
                   " is no amount of what it bounds",
               type.base == ir::Base::kMoney
                   ? "write the amount with its currency, as `above $5,000`"
                   : "write the bound in the unit of the bracket",
               hole.span);
        }
        bool sourced = !figure;
        for (const Token& t : hole.tokens) sourced = sourced || t.Is("source");
        if (!sourced) {
          findings_.Add({.kind = FindingKind::kBoundWithoutSource,
                         .at = hole.span,
                         .message = "the bound " +
                                    Quoted(syntax::TextOf(files_, hole.tokens, i, end)) +
                                    " says nothing of where it comes from",
                         .labels = {},
                         .instance = {},
                         .help = "add the source inside the bracket: `[…, " +
                                 syntax::TextOf(files_, hole.tokens, i, end) + ", source S2]`"});
        }
      } else {
        // A bound in words is an unknown of its own: "the largest run known on 28 October 2025".
        const std::string words = syntax::TextOf(files_, hole.tokens, i + skip, end);
        ir::Point other;
        other.name = program_.symbols.Intern(words);
        other.kind = ir::PointKind::kUndisclosed;
        other.type = type;
        other.says = words;
        other.at = hole.span;
        program_.points.push_back(other);
        const ir::PointId other_id{static_cast<uint32_t>(program_.points.size() - 1)};
        agreement_.points.emplace(words, other_id);
        bound.value = program_.Open(other_id, {});
      }
      (low ? point.low : point.high) = bound;
      if (sub.failed()) failed_ = true;
    } else {
      Fail(
          FindingKind::kUnknownSentence,
          Quoted(syntax::TextOf(files_, hole.tokens, i, end)) + " says nothing of what is left out",
          std::string(kBracketForm), hole.span);
    }
    i = end;
  }
  if (!failed_ && point.low.value.valid() && point.high.value.valid() &&
      program_.Get(point.low.value).op == ir::Op::kLit &&
      program_.Get(point.high.value).op == ir::Op::kLit &&
      Compare(program_.Literal(program_.Get(point.low.value)),
              program_.Literal(program_.Get(point.high.value))) > 0) {
    Fail(FindingKind::kBadNumber, "nothing lies between the two bounds",
         "the lower bound comes from `above` or `at least`", hole.span);
  }
  program_.points.push_back(point);
  const ir::PointId id{static_cast<uint32_t>(program_.points.size() - 1)};
  agreement_.points.emplace(hole.id, id);
  agreement_.points.emplace(variant, id);
  return id;
}

NodeId Phrases::ParseJudgement(const std::vector<NodeId>& args, std::string_view verb) {
  const auto hole = ParseHole();
  if (!hole) return program_.False();
  const std::string words = (verb.empty() ? "" : std::string(verb) + " ") + hole->text;
  return program_.Open(FactPoint(words, ir::PointKind::kJudgement, args.size(), hole->span), args);
}

}  // namespace entente::check
