#include "check/phrases.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/words.h"
#include "check/patterns.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Token;
using syntax::TokenKind;

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::optional<int> MonthOf(std::string_view word) {
  const auto it = std::find(kMonths.begin(), kMonths.end(), word);
  if (it == kMonths.end()) return std::nullopt;
  return static_cast<int>(it - kMonths.begin()) + 1;
}

std::optional<int> WholeNumber(const Token* token) {
  if (token == nullptr || token->kind != TokenKind::kNumber || token->text.size() > 6) {
    return std::nullopt;
  }
  int out = 0;
  for (const char c : token->text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

bool IsYear(const Token* token) {
  const auto number = WholeNumber(token);
  return number && *number >= 1900 && *number <= 2999;
}

constexpr std::array<std::string_view, 14> kDeterminers = {
    "a",  "an",   "the",   "any", "every",   "each", "either",
    "no", "that", "those", "its", "another", "all",  "this"};

bool IsDeterminer(std::string_view word) {
  return std::find(kDeterminers.begin(), kDeterminers.end(), word) != kDeterminers.end();
}

}  // namespace

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

// ---------------------------------------------------------------- nouns

std::optional<Noun> Phrases::ParseNounSimple() {
  if (failed_) return std::nullopt;
  Noun noun;
  noun.span = Here();
  bool any = false;
  const size_t begin = at_;
  while (Peek() != nullptr && IsDeterminer(Peek()->text)) {
    any = any || PeekIs("any") || PeekIs("every");
    noun.none = noun.none || PeekIs("no");
    ++at_;
    Accept("other");
  }
  Accept("other");
  if (const auto thing = AcceptThing()) {
    noun.heads.push_back({{}, *thing, false});
  } else if (const auto kind = AcceptKind()) {
    noun.heads.push_back({*kind, {}, any});
  } else {
    // A run of capitalised words that nobody declared is a mistake; anything else is no noun.
    size_t end = at_;
    while (end < tokens_.size() && tokens_[end].capital()) ++end;
    if (end > at_ && end > begin) {
      const std::string name = syntax::TextOf(files_, tokens_, at_, end);
      std::vector<std::string> known;
      for (const ir::Kind& k : program_.kinds) known.emplace_back(program_.symbols.Name(k.name));
      for (const ir::Thing& t : program_.things) known.emplace_back(program_.symbols.Name(t.name));
      for (const EventName& e : agreement_.events) known.push_back(e.name);
      const std::string closest = Closest(name, known);
      Fail(FindingKind::kUnknownName, Quoted(name) + " was not declared",
           closest.empty() ? "declare it: `kind " + name + "` or `thing " + name + " is a KIND`"
                           : "did you mean " + Quoted(closest) + "?",
           source::Cover(tokens_[at_].span, tokens_[end - 1].span));
      return std::nullopt;
    }
    at_ = begin;
    return std::nullopt;
  }
  noun.span = source::Cover(noun.span, tokens_[at_ - 1].span);
  return noun;
}

std::optional<Noun> Phrases::ParseNoun() {
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep,
         "phrases are nested more than " + std::to_string(syntax::kNestingMax) + " deep",
         "split the sentence");
    return std::nullopt;
  }
  auto noun = ParseNounSimple();
  if (!noun) {
    --depth_;
    return std::nullopt;
  }
  // A, B or C: heads of one list.
  while (!failed_) {
    const size_t mark = at_;
    if (Accept(",")) {
      Accept("or") || Accept("and");
    } else if (!Accept("or") && !Accept("and")) {
      break;
    }
    // Only a name that follows at once goes on with the list.
    size_t ahead = 0;
    while (Peek(ahead) != nullptr && IsDeterminer(Peek(ahead)->text)) ++ahead;
    const Token* next = Peek(ahead);
    at_ += ahead;
    const auto thing = next != nullptr && next->capital() ? AcceptThing() : std::nullopt;
    const auto kind = next != nullptr && next->capital() && !thing ? AcceptKind() : std::nullopt;
    if (!thing && !kind) {
      at_ = mark;
      break;
    }
    noun->heads.push_back({kind.value_or(ir::KindId{}), thing.value_or(ThingId{}), false});
  }
  ParseMods(*noun);
  --depth_;
  if (failed_) return std::nullopt;
  noun->span = source::Cover(noun->span, tokens_[at_ - 1].span);
  return noun;
}

void Phrases::ParseMods(Noun& noun) {
  while (!failed_) {
    if (AcceptAll({"other", "than"})) {
      auto inner = ParseNoun();
      if (!inner) return FailHere("expected what is left out");
      NounMod mod;
      mod.what = NounMod::What::kOtherThan;
      mod.noun.push_back(*inner);
      noun.mods.push_back(mod);
    } else if (PeekIs("that") || PeekIs("whose") || PeekIs("which")) {
      const size_t mark = at_;
      ++at_;
      const auto predicate = ParsePredicate();
      if (!predicate) {
        if (failed_) return;
        at_ = mark;
        return;
      }
      NounMod mod;
      mod.negated = predicate->negated;
      mod.point = predicate->point;
      mod.what = predicate->is.empty() ? NounMod::What::kFact : NounMod::What::kThatIs;
      mod.noun = predicate->is;
      noun.mods.push_back(mod);
    } else if (PeekIs("and") && (PeekIs("that", 1) || PeekIs("is", 1) || PeekIs("are", 1) ||
                                 PeekIs("has", 1) || PeekIs("have", 1) || PeekIs("does", 1))) {
      ++at_;
      const size_t mark = at_;
      Accept("that");
      const auto predicate = ParsePredicate();
      if (!predicate) {
        at_ = mark - 1;
        return;
      }
      NounMod mod;
      mod.negated = predicate->negated;
      mod.point = predicate->point;
      mod.what = predicate->is.empty() ? NounMod::What::kFact : NounMod::What::kThatIs;
      mod.noun = predicate->is;
      noun.mods.push_back(mod);
    } else if (PeekIs("made") && (PeekIs("after", 1) || PeekIs("before", 1) || PeekIs("on", 1))) {
      ++at_;
      NounMod mod;
      if (Accept("on")) {
        const auto date = ParseDateWords();
        if (!date) return FailHere("expected a date");
        mod.what = NounMod::What::kMadeOn;
        mod.date = *date;
      } else {
        mod.what = PeekIs("after") ? NounMod::What::kMadeAfter : NounMod::What::kMadeBefore;
        ++at_;
        mod.moment = ParseMoment();
      }
      noun.mods.push_back(mod);
    } else {
      return;
    }
  }
}

NodeId Phrases::IsOf(NodeId x, ir::KindId kind) {
  std::vector<NodeId> ways = {program_.Is(x, kind)};
  for (uint32_t k = 0; k < program_.kinds.size(); ++k) {
    if (!program_.KindReaches(ir::KindId{k}, kind)) continue;
    if (scope.defining.valid() && (ir::KindId{k} != kind || kind == scope.defining)) continue;
    const std::string name = "is " + std::string(program_.symbols.Name(program_.kinds[k].name));
    const ir::TermId term = program_.FindTerm(program_.symbols.Find(name));
    if (term.valid()) ways.push_back(program_.Ref(term, {x}));
  }
  return program_.Or(ways);
}

NodeId Phrases::Holds(const Noun& noun, NodeId x) {
  std::vector<NodeId> heads;
  for (const NounHead& head : noun.heads) {
    if (head.thing.valid()) {
      heads.push_back(program_.Apply(Function::kEqual,
                                     {x, program_.Lit(Value::Thing(head.thing), ir::kThingType)},
                                     ir::kBoolType));
    } else {
      heads.push_back(IsOf(x, head.kind));
    }
  }
  std::vector<NodeId> all = {program_.Or(heads)};
  for (const NounMod& mod : noun.mods) {
    switch (mod.what) {
      case NounMod::What::kOtherThan:
        all.push_back(program_.Not(Holds(mod.noun[0], x)));
        break;
      case NounMod::What::kThatIs: {
        const NodeId is = Holds(mod.noun[0], x);
        all.push_back(mod.negated ? program_.Not(is) : is);
        break;
      }
      case NounMod::What::kFact: {
        const NodeId open = program_.Open(mod.point, {x});
        all.push_back(mod.negated ? program_.Not(open) : open);
        break;
      }
      case NounMod::What::kMadeAfter:
      case NounMod::What::kMadeBefore: {
        const NodeId made = program_.Open(agreement_.made, {x});
        // After E: E has happened, and before the thing was made. Before E: not after it.
        const NodeId after =
            program_.And({program_.Reached(mod.moment),
                          program_.Apply(Function::kLess, {mod.moment, made}, ir::kBoolType)});
        all.push_back(mod.what == NounMod::What::kMadeAfter ? after : program_.Not(after));
        break;
      }
      case NounMod::What::kMadeOn:
        all.push_back(program_.Apply(
            Function::kEqual,
            {program_.Open(agreement_.made, {x}), program_.Moment(Position::StartOf(mod.date))},
            ir::kBoolType));
        break;
    }
  }
  return program_.And(all);
}

// ---------------------------------------------------------------- predicates

ir::PointId Phrases::FactPoint(const std::string& words, ir::PointKind kind, size_t arity,
                               Span at) {
  const std::string key = words + "/" + std::to_string(arity);
  if (const auto it = agreement_.points.find(key); it != agreement_.points.end()) return it->second;
  ir::Point point;
  point.name = program_.symbols.Intern(words);
  point.kind = kind;
  point.type = ir::kBoolType;
  point.says = arity == 0 ? words : "{0} " + words;
  point.at = at;
  program_.points.push_back(point);
  const ir::PointId id{static_cast<uint32_t>(program_.points.size() - 1)};
  agreement_.points.emplace(key, id);
  return id;
}

std::optional<Phrases::Predicate> Phrases::ParsePredicate() {
  if (failed_) return std::nullopt;
  const size_t begin = at_;
  // Declared predicates, the longest that fits.
  size_t best = 0;
  bool best_negated = false;
  std::string best_words;
  for (const FactName& fact : agreement_.facts) {
    if (fact.words.empty() || !fact.words[0].empty()) continue;  // the subject comes first
    at_ = begin;
    std::string words;
    bool negated = false;
    bool matches = true;
    for (size_t i = 1; i < fact.words.size() && matches; ++i) {
      const std::string& word = fact.words[i];
      if (word.empty()) {
        const size_t from = at_;
        const size_t known = findings_.all().size();
        const auto inner = ParseNoun();
        if (!inner || failed_) {
          matches = false;
          if (findings_.all().size() == known) failed_ = false;
          break;
        }
        words += (words.empty() ? "" : " ") + syntax::TextOf(files_, tokens_, from, at_);
        continue;
      }
      // `does not use` is `uses`, denied.
      if (i == 1 && (PeekIs("does") || PeekIs("do")) && PeekIs("not", 1) && word != "does") {
        negated = true;
        at_ += 2;
      }
      if (Peek() == nullptr || !SameWord(word, Peek()->text)) {
        matches = false;
        break;
      }
      words += (words.empty() ? "" : " ") + word;
      ++at_;
      if (i == 1 && Accept("not")) negated = true;
    }
    if (matches && at_ - begin > best) {
      best = at_ - begin;
      best_negated = negated;
      best_words = words;
    }
  }
  if (best > 0) {
    at_ = begin + best;
    Predicate out;
    out.negated = best_negated;
    out.point = FactPoint(best_words, ir::PointKind::kFact, 1, Here());
    return out;
  }
  at_ = begin;
  // `is [not] a K`, and a verb before a bracket that someone must judge.
  const Token* verb = Peek();
  if (verb == nullptr) return std::nullopt;
  const bool is = verb->Is("is") || verb->Is("are");
  if (is) {
    ++at_;
    const bool negated = Accept("not");
    if (PeekIs("[") || PeekIs("one") || PeekIs("at")) {
      AcceptAll({"one", "of"});
      const auto hole = ParseHole();
      if (!hole) return std::nullopt;
      Predicate out;
      out.negated = negated;
      out.point = FactPoint("is " + hole->text, ir::PointKind::kJudgement, 1, hole->span);
      return out;
    }
    auto noun = ParseNoun();
    if (noun) {
      Predicate out;
      out.negated = negated;
      out.is.push_back(*noun);
      return out;
    }
    at_ = begin;
    return std::nullopt;
  }
  if (verb->kind == TokenKind::kWord && !verb->capital()) {
    size_t ahead = 1;
    bool negated = false;
    std::string word(verb->text);
    if ((verb->Is("does") || verb->Is("do")) && PeekIs("not", 1) && Peek(2) != nullptr) {
      negated = true;
      word = std::string(Peek(2)->text);
      ahead = 3;
    }
    if (PeekIs("[", ahead)) {
      at_ += ahead;
      const auto hole = ParseHole();
      if (!hole) return std::nullopt;
      Predicate out;
      out.negated = negated;
      const std::string third = word.ends_with("s") ? word : word + "s";
      out.point = FactPoint(third + " " + hole->text, ir::PointKind::kJudgement, 1, hole->span);
      return out;
    }
  }
  return std::nullopt;
}

NodeId Phrases::Says(const Predicate& predicate, NodeId x) {
  const NodeId holds =
      predicate.is.empty() ? program_.Open(predicate.point, {x}) : Holds(predicate.is[0], x);
  return predicate.negated ? program_.Not(holds) : holds;
}

// ---------------------------------------------------------------- brackets

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
    if (!name.starts_with(prefix)) continue;
    const Span other = program_.points[id.index].at;
    if (other == hole.span) {
      hole.id = name;
      return hole;
    }
    ++number;
  }
  hole.id = prefix + std::to_string(number);
  return hole;
}

ir::PointId Phrases::HolePoint(const Hole& hole, ir::Type type, std::string says) {
  if (const auto it = agreement_.points.find(hole.id); it != agreement_.points.end()) {
    return it->second;
  }
  ir::Point point;
  point.name = program_.symbols.Intern(hole.id);
  point.kind = ir::PointKind::kUndisclosed;
  point.type = type;
  point.says = std::move(says);
  point.at = hole.span;
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
        const bool amount = type.base == ir::Base::kNumber || type.base == ir::Base::kMoney;
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
    }
    i = end;
  }
  program_.points.push_back(point);
  const ir::PointId id{static_cast<uint32_t>(program_.points.size() - 1)};
  agreement_.points.emplace(hole.id, id);
  return id;
}

NodeId Phrases::ParseJudgement(const std::vector<NodeId>& args, std::string_view verb) {
  const auto hole = ParseHole();
  if (!hole) return program_.False();
  const std::string words = (verb.empty() ? "" : std::string(verb) + " ") + hole->text;
  return program_.Open(FactPoint(words, ir::PointKind::kJudgement, args.size(), hole->span), args);
}

// ---------------------------------------------------------------- acts and events

bool Phrases::ParseAct(ActUse& use) {
  const size_t begin = at_;
  size_t best_end = 0;
  bool best_failed = false;
  for (const Act& act : agreement_.acts) {
    at_ = begin;
    bool matches = true;
    for (const std::string& word : act.verb) {
      if (Peek() == nullptr || !SameWord(word, Peek()->text)) {
        matches = false;
        break;
      }
      ++at_;
    }
    if (!matches) continue;
    ActUse tried{&act, std::vector<std::optional<Noun>>(act.parts.size())};
    const size_t known = findings_.all().size();
    for (size_t p = 0; p < act.parts.size() && !failed_; ++p) {
      const Part& part = act.parts[p];
      const size_t mark = at_;
      bool words = true;
      for (const std::string& word : part.words) words = words && Accept(word);
      if (!words) {
        at_ = mark;
        continue;
      }
      if (part.words_only) {
        tried.parts[p] = Noun{};
        continue;
      }
      auto noun = ParseNoun();
      if (failed_) break;
      if (!noun) {
        at_ = mark;
        continue;
      }
      tried.parts[p] = std::move(noun);
    }
    const bool bad = failed_ && findings_.all().size() > known;
    if (failed_ && !bad) failed_ = false;
    if (bad) {
      best_failed = true;
      break;
    }
    if (at_ > best_end) {
      best_end = at_;
      use = std::move(tried);
    }
  }
  if (best_failed) return false;
  at_ = best_end > 0 ? best_end : begin;
  return best_end > 0;
}

bool Phrases::PeekEvent() const {
  size_t ahead = at_;
  while (ahead < tokens_.size() &&
         (IsDeterminer(tokens_[ahead].text) || tokens_[ahead].Is("first") ||
          tokens_[ahead].Is("last") || tokens_[ahead].Is("attempted"))) {
    ++ahead;
  }
  const size_t length = LongestName(agreement_.events.size(), ahead, [&](uint32_t e) {
                          return std::string_view(agreement_.events[e].name);
                        }).second;
  // A kind that reads longer is that, not the event.
  return !failed_ && length > 0 && LongestKind(ahead, nullptr) <= length;
}

std::optional<EventUse> Phrases::ParseEvent() {
  EventUse use;
  while (Peek() != nullptr) {
    if (Accept("that") || Accept("those") || Accept("its")) {
      use.that = true;
    } else if (Accept("last")) {
      use.last = true;
    } else if (Accept("attempted")) {
      use.attempted = true;
    } else if (!Accept("a") && !Accept("an") && !Accept("the") && !Accept("first") &&
               !Accept("any") && !Accept("no") && !Accept("every")) {
      break;
    }
  }
  while (true) {
    const auto event = AcceptEventName();
    if (!event) {
      FailHere("expected an event");
      return std::nullopt;
    }
    use.events.push_back(*event);
    const size_t mark = at_;
    if (Accept("or") || Accept("and")) {
      Accept("a") || Accept("an") || Accept("the");
      if (PeekEvent()) continue;
      at_ = mark;
    }
    break;
  }
  while (!failed_) {
    if (PeekIs("of") && !PeekIs("the", 2)) {
      const size_t mark = at_;
      ++at_;
      if (PeekEvent()) {
        // `of a Declaration`: the event this one is about.
        const auto inner = ParseEvent();
        use.that = use.that || (inner && inner->that);
        continue;
      }
      at_ = mark;
      break;
    }
    if (PeekIs("by")) {
      const size_t mark = at_;
      ++at_;
      auto noun = ParseNounSimple();
      if (noun) {
        use.by = noun;
        continue;
      }
      at_ = mark;
    }
    break;
  }
  return use;
}

NodeId Phrases::Occurrences(const EventUse& use, size_t which, NodeId of_id) {
  const EventName& event = agreement_.events[use.events[which]];
  const int slot = scope.free_slot;
  const ir::EventType& type = program_.event_types[event.type.index];
  std::vector<NodeId> filter;
  if (of_id.valid() && event.of.valid()) {
    filter.push_back(
        program_.Apply(Function::kEqual,
                       {program_.Field(slot, program_.symbols.Intern("of"), ir::kThingType), of_id},
                       ir::kBoolType));
  }
  if (use.by) {
    filter.push_back(Holds(*use.by, program_.Field(slot, program_.known.by, ir::kThingType)));
  }
  NodeId events = program_.On(event.type, slot, program_.And(filter));
  if (event.can.valid() && !use.attempted) {
    std::vector<NodeId> args = {program_.Field(slot, program_.known.by, ir::kThingType)};
    for (const ir::EventField& field : type.fields) {
      args.push_back(program_.Field(slot, field.name, field.type));
    }
    events = program_.While(events, slot, program_.Ref(event.can, args));
  }
  return events;
}

NodeId Phrases::MomentOf(const EventUse& use, NodeId of_id) {
  std::vector<NodeId> moments;
  for (size_t i = 0; i < use.events.size(); ++i) {
    const EventName& event = agreement_.events[use.events[i]];
    if (event.alias_first.valid()) {
      moments.push_back(program_.Ref(event.alias_first, {}));
      continue;
    }
    const int slot = scope.free_slot;
    if (use.that && scope.event != nullptr && scope.event->of == event.type) {
      // The entry that this notice is about.
      const NodeId id = program_.Field(0, program_.symbols.Intern("of"), ir::kThingType);
      const NodeId on =
          program_.On(event.type, slot,
                      program_.Apply(Function::kEqual,
                                     {program_.Field(slot, program_.known.id, ir::kThingType), id},
                                     ir::kBoolType));
      moments.push_back(program_.MomentOf(ir::FoldKind::kFirst, on, slot));
      continue;
    }
    const NodeId entry = use.that && scope.entry_id.valid() ? scope.entry_id : of_id;
    moments.push_back(program_.MomentOf(use.last ? ir::FoldKind::kLast : ir::FoldKind::kFirst,
                                        Occurrences(use, i, entry), slot));
  }
  if (moments.size() == 1) return moments[0];
  return program_.Apply(Function::kEarliest, moments, ir::kMomentType);
}

// ---------------------------------------------------------------- times

std::optional<Date> Phrases::ParseDateWords() {
  // 1 March 2029, or 2029-03-01 as three tokens.
  if (const auto day = WholeNumber(Peek()); day && Peek(1) != nullptr) {
    if (const auto month = MonthOf(Peek(1)->text)) {
      const Span span = source::Cover(Here(), tokens_[std::min(at_ + 2, tokens_.size() - 1)].span);
      const auto year = WholeNumber(Peek(2));
      if (!year) {
        Fail(FindingKind::kNoSuchDate, "the date has no year", "write the year: `1 March 2029`",
             span);
        return std::nullopt;
      }
      const auto date = DateOf(*year, *month, *day);
      if (!date) {
        const int days = DaysInMonth(std::clamp(*year, 1, 9999), *month);
        Fail(FindingKind::kNoSuchDate,
             std::string(kMonths[static_cast<size_t>(*month - 1)]) + " " + std::to_string(*year) +
                 " has no day " + std::to_string(*day),
             "its last day is " + std::to_string(days), span);
        return std::nullopt;
      }
      at_ += 3;
      return date;
    }
    if (IsYear(Peek()) && PeekIs("-", 1) && PeekIs("-", 3) && Peek(4) != nullptr) {
      const auto month = WholeNumber(Peek(2)), d = WholeNumber(Peek(4));
      const auto date = month && d ? DateOf(*day, *month, *d) : std::nullopt;
      if (!date) {
        Fail(FindingKind::kNoSuchDate, "the calendar has no such day", "write it as `1 March 2029`",
             source::Cover(Here(), Peek(4)->span));
        return std::nullopt;
      }
      at_ += 5;
      return date;
    }
  }
  return std::nullopt;
}

bool Phrases::PeekDuration() const {
  const Token* unit = Peek(1);
  if (WholeNumber(Peek()) && unit != nullptr) {
    for (const std::string_view word : {"day", "month", "year", "week", "quarter"}) {
      if (SameWord(word, unit->text)) return true;
    }
  }
  if (!PeekIs("[")) return false;
  for (size_t i = 1; Peek(i) != nullptr && !PeekIs("]", i) && !PeekIs(",", i); ++i) {
    if (PeekIs("days", i) || PeekIs("months", i) || PeekIs("years", i)) return true;
  }
  return false;
}

NodeId Phrases::ParseDuration() {
  if (const auto count = WholeNumber(Peek())) {
    ++at_;
    const std::string_view unit = Peek() != nullptr ? Peek()->text : std::string_view{};
    ++at_;
    const bool months =
        SameWord("month", unit) || SameWord("year", unit) || SameWord("quarter", unit);
    const int factor = SameWord("year", unit)      ? 12
                       : SameWord("quarter", unit) ? 3
                       : SameWord("week", unit)    ? 7
                                                   : 1;
    return program_.Lit(
        Value::Of({*count * factor, months ? DurationUnit::kMonths : DurationUnit::kDays}),
        months ? ir::kMonthsType : ir::kDaysType);
  }
  const auto hole = ParseHole();
  if (!hole) {
    FailHere("expected a number of days, months or years");
    return program_.Lit(Value::Of(Duration{}), ir::kDaysType);
  }
  return program_.Open(HolePoint(*hole, ir::kDaysType, "the undisclosed time of " + label_), {});
}

NodeId Phrases::ParseMoment() {
  const NodeId moment = ParseMomentSimple();
  return failed_ ? program_.Moment(kNever) : moment;
}

NodeId Phrases::ParseMomentSimple() {
  if (failed_) return {};
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep,
         "phrases are nested more than " + std::to_string(syntax::kNestingMax) + " deep",
         "split the sentence");
    return {};
  }
  const auto leave = [&](NodeId node) {
    --depth_;
    return node;
  };
  if (AcceptAll({"the", "earlier", "of"}) || AcceptAll({"the", "later", "of"})) {
    const bool earlier = tokens_[at_ - 2].Is("earlier");
    const NodeId a = ParseMoment();
    Expect("and");
    const NodeId b = ParseMoment();
    return leave(
        program_.Apply(earlier ? Function::kEarliest : Function::kLatest, {a, b}, ir::kMomentType));
  }
  if ((PeekIs("the") && (PeekIs("earliest", 1) || PeekIs("latest", 1) || PeekIs("first", 1)) &&
       PeekIs("of", 2) && PeekIs(":", 3))) {
    const bool latest = PeekIs("latest", 1);
    at_ += 4;
    std::vector<NodeId> parts;
    while (!failed_ && Peek() != nullptr && Peek()->kind == TokenKind::kItem) {
      ++at_;
      parts.push_back(ParseMoment());
      Accept(";");
    }
    if (parts.empty()) FailHere("expected a list (a) …; (b) …");
    if (failed_) return leave({});
    return leave(
        program_.Apply(latest ? Function::kLatest : Function::kEarliest, parts, ir::kMomentType));
  }
  if (PeekIs("the") && (PeekIs("end", 1) || PeekIs("start", 1)) && PeekIs("of", 2)) {
    const bool end = PeekIs("end", 1);
    at_ += 3;
    if (IsYear(Peek()) && !PeekIs("-", 1)) {
      const int year = *WholeNumber(Peek());
      ++at_;
      return leave(program_.Moment(Position::StartOf(*DateOf(end ? year + 1 : year, 1, 1))));
    }
    if (const auto date = ParseDateWords()) {
      return leave(program_.Moment(Position::StartOf({date->day + (end ? 1 : 0)})));
    }
    FailHere("expected a year or a date");
    return leave({});
  }
  if (PeekDuration()) {
    const NodeId duration = ParseDuration();
    const bool before = PeekIs("before");
    if (PeekIs("of")) {
      Fail(FindingKind::kWithinOf, "`of` does not say on which side the days lie",
           "write `after` or `before`");
      return leave({});
    }
    if (!Accept("after") && !Accept("before")) {
      FailHere("expected `after` or `before`");
      return leave({});
    }
    const NodeId from = ParseMoment();
    if (failed_) return leave({});
    NodeId by = duration;
    if (before) {
      const ir::Node& node = program_.Get(duration);
      if (node.op != ir::Op::kLit) {
        FailHere("an undisclosed time can only be counted forwards");
        return leave({});
      }
      const Duration d = program_.Literal(node).AsDuration();
      by = program_.Lit(Value::Of(Duration{-d.count, d.unit}), node.type);
    }
    return leave(program_.Apply(Function::kShift, {from, by}, ir::kMomentType));
  }
  if (const auto date = ParseDateWords()) {
    return leave(program_.Moment(Position::StartOf(*date)));
  }
  if (failed_) return leave({});
  if (PeekIs("[")) {
    const auto hole = ParseHole();
    if (!hole) return leave({});
    return leave(
        program_.Open(HolePoint(*hole, ir::kMomentType, "the undisclosed date of " + label_), {}));
  }
  if (AcceptAll({"the", "effective", "date"})) return leave(program_.Moment(program_.origin));
  if (PeekEvent()) {
    const auto use = ParseEvent();
    return leave(use && !failed_ ? MomentOf(*use) : NodeId{});
  }
  // A run of capitals where a moment is wanted is a name nobody declared.
  size_t ahead = 0;
  while (Peek(ahead) != nullptr && IsDeterminer(Peek(ahead)->text)) ++ahead;
  if (Peek(ahead) != nullptr && Peek(ahead)->capital()) {
    std::vector<std::string> known;
    for (const EventName& e : agreement_.events) known.push_back(e.name);
    const std::string name(Peek(ahead)->text);
    const std::string closest = Closest(name, known);
    at_ += ahead;
    Fail(FindingKind::kUnknownName, Quoted(name) + " is no declared event",
         closest.empty() ? "declare it: `notice " + name + "` or `event " + name + "`"
                         : "did you mean " + Quoted(closest) + "?");
    return leave({});
  }
  FailHere("expected a date or an event");
  return leave({});
}

// ---------------------------------------------------------------- amounts

bool Phrases::PeekNumber() const {
  size_t ahead = 0;
  while (Peek(ahead) != nullptr &&
         (PeekIs("the", ahead) || PeekIs("its", ahead) || PeekIs("that", ahead)))
    ++ahead;
  for (const NumberName& number : agreement_.numbers) {
    if (MatchName(number.name, at_ + ahead) > 0) return !failed_;
  }
  return false;
}

// An amount by itself; what follows it is the business of the two below.
NodeId Phrases::ParseAmount(ir::Type* type) {
  const NodeId zero =
      program_.Lit(Value::Number(Rational(0)), ir::NumberType(program_.symbols.Intern("1")));
  if (failed_) return zero;
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep, "amounts are nested too deeply", "split the sentence");
    return zero;
  }
  NodeId out = zero;
  const bool about = Accept("about");
  if (PeekIs("max") || PeekIs("min")) {
    Fail(FindingKind::kMaxOrMin, Quoted(Peek()->text) + " is read both ways",
         "write `but at least`, `but at most`, `the greater of` or `the lesser of`");
  } else if (AcceptAll({"the", "greater", "of"}) || AcceptAll({"the", "lesser", "of"})) {
    const bool greater = tokens_[at_ - 2].Is("greater");
    const NodeId a = ParseNumber(type);
    Expect("and");
    ir::Type other;
    const NodeId b = ParseNumber(&other);
    if (!failed_ && other != *type) {
      Fail(FindingKind::kUnitMismatch, "two amounts of different units are compared",
           "state both in one unit");
    }
    out = program_.Apply(greater ? Function::kMax : Function::kMin, {a, b}, *type);
  } else if (AcceptAll({"half", "of"})) {
    const NodeId a = ParseAmount(type);
    out = program_.Apply(Function::kMultiply,
                         {program_.Lit(Value::Number(*Rational::Of(1, 2)),
                                       ir::NumberType(program_.symbols.Intern("1"))),
                          a},
                         *type);
  } else if (Peek() != nullptr && Peek()->kind == TokenKind::kNumber) {
    const Span span = Here();
    const auto amount = ReadAmount(Peek()->text, program_);
    if (!amount) {
      Fail(FindingKind::kBadNumber, Quoted(Peek()->text) + " is no amount that can be held exactly",
           "amounts have at most 38 digits");
    } else {
      const bool percent = Peek()->text.ends_with("%");
      ++at_;
      *type = amount->type;
      // A unit word after a plain figure: 5e25 flop.
      if (!percent && amount->type == ir::NumberType(program_.symbols.Intern("1")) &&
          Peek() != nullptr && Peek()->kind == TokenKind::kWord && !Peek()->capital()) {
        bool known = false;
        for (const NumberName& n : agreement_.numbers) {
          known = known || (n.type.base == ir::Base::kNumber &&
                            program_.symbols.Name(Symbol{n.type.detail}) == Peek()->text);
        }
        if (known) {
          *type = ir::NumberType(program_.symbols.Intern(Peek()->text));
          ++at_;
        }
      }
      if (about) {
        const auto low = Subtract(amount->value, amount->half_unit);
        const auto high = Add(amount->value, amount->half_unit);
        if (!low || !high) {
          Fail(FindingKind::kOverflow, "the amount does not fit", "use a smaller figure", span);
        } else {
          const std::string name =
              (label_.empty() ? "here" : label_) + "~" + std::string(files_.Text(span));
          if (!agreement_.points.contains(name)) {
            ir::Point point;
            point.name = program_.symbols.Intern(name);
            point.kind = ir::PointKind::kImprecise;
            point.type = *type;
            point.low = {program_.Lit(Value::Number(*low), *type), false};
            point.high = {program_.Lit(Value::Number(*high), *type), true};
            point.says = "about " + std::string(files_.Text(span));
            point.at = span;
            program_.points.push_back(point);
            agreement_.points.emplace(
                name, ir::PointId{static_cast<uint32_t>(program_.points.size() - 1)});
          }
          out = program_.Open(agreement_.points.find(name)->second, {});
        }
      } else {
        out = program_.Lit(Value::Number(amount->value), *type);
      }
      if (percent && Accept("of")) {
        ir::Type base;
        const NodeId b = ParseAmount(&base);
        out = program_.Apply(Function::kMultiply, {out, b}, base);
        *type = base;
      }
    }
  } else if (PeekIs("[")) {
    const auto hole = ParseHole();
    if (hole) {
      // The unit is the word after `undisclosed` or `***`.
      ir::Type unit = ir::NumberType(program_.symbols.Intern("1"));
      if (hole->tokens.size() > 1 && !hole->tokens[1].Is(",")) {
        const std::string_view word = hole->tokens[1].text;
        if (word == "USD" || word == "EUR")
          unit = ir::MoneyType(program_.symbols.Intern(word));
        else if (word != "percent")
          unit = ir::NumberType(program_.symbols.Intern(word));
      }
      *type = unit;
      out = program_.Open(HolePoint(*hole, unit, "the undisclosed figure of " + label_), {});
      if (Accept("of")) {
        ir::Type base;
        const NodeId b = ParseAmount(&base);
        *type = base;
        out = program_.Apply(Function::kMultiply, {out, b}, base);
      }
    }
  } else {
    const bool its = Accept("its");
    Accept("the") || Accept("that");
    const auto index = AcceptNumberName();
    if (!index) {
      FailHere("expected an amount");
    } else {
      const NumberName& number = agreement_.numbers[*index];
      *type = number.type;
      std::vector<NodeId> args;
      if (number.owner.valid()) {
        NodeId owner;
        if (Accept("of")) {
          const auto noun = ParseNoun();
          if (noun) owner = Referent(*noun);
        } else if (scope.act != nullptr) {
          for (size_t p = 0; p < scope.act->parts.size(); ++p) {
            if (scope.act->parts[p] &&
                program_.KindReaches(scope.act->act->parts[p].kind, number.owner)) {
              owner = program_.Field(0, scope.act->act->parts[p].field, ir::kThingType);
            }
          }
        }
        if (!owner.valid() && !failed_) {
          Fail(FindingKind::kWrongKind,
               Quoted(number.name) + " is that of a " +
                   std::string(program_.symbols.Name(program_.kinds[number.owner.index].name)) +
                   ", and the sentence names none",
               its ? "say whose: `the " + number.name + " of that …`" : "");
        }
        if (failed_) {
          --depth_;
          return zero;
        }
        args.push_back(owner);
      }
      out = program_.Ref(number.term, args);
    }
  }
  --depth_;
  return out;
}

// `A divided by B` binds tighter than `plus` and `less`.
NodeId Phrases::ParseQuotient(ir::Type* type) {
  NodeId out = ParseAmount(type);
  while (!failed_ && AcceptAll({"divided", "by"})) {
    const ir::Type ratio = ir::NumberType(program_.symbols.Intern("1"));
    ir::Type other;
    const NodeId b = ParseAmount(&other);
    const ir::Type result = other == *type ? ratio : *type;
    if (!failed_ && other != *type && other != ratio) {
      Fail(FindingKind::kUnitMismatch, "an amount is divided by one of another unit",
           "divide by an amount of the same unit, or by a plain number or percentage");
    }
    // Divided by nothing it is nothing.
    out = program_.Apply(Function::kDivide,
                         {out, b, program_.Lit(Value::Number(Rational(0)), result)}, result);
    *type = result;
  }
  return out;
}

NodeId Phrases::ParseNumber(ir::Type* type) {
  NodeId out = ParseQuotient(type);
  while (!failed_ && (PeekIs("plus") || PeekIs("less"))) {
    const bool plus = PeekIs("plus");
    ++at_;
    ir::Type other;
    const NodeId b = ParseQuotient(&other);
    if (!failed_ && other != *type) {
      Fail(FindingKind::kUnitMismatch, "two amounts of different units are added",
           "state both in one unit");
    }
    out = program_.Apply(plus ? Function::kAdd : Function::kSubtract, {out, b}, *type);
  }
  if (!failed_ && PeekIs(",") && PeekIs("but", 1) && PeekIs("at", 2) &&
      (PeekIs("least", 3) || PeekIs("most", 3))) {
    const bool least = PeekIs("least", 3);
    at_ += 4;
    ir::Type other;
    const NodeId b = ParseQuotient(&other);
    if (!failed_ && other != *type) {
      Fail(FindingKind::kUnitMismatch, "the limit has another unit than the amount",
           "state both in one unit");
    }
    out = program_.Apply(least ? Function::kMax : Function::kMin, {out, b}, *type);
  }
  return out;
}

// ---------------------------------------------------------------- conditions

// The slot-0 thing that `that K` or a name speaks of.
NodeId Phrases::Referent(const Noun& noun) {
  if (noun.heads[0].thing.valid()) {
    return program_.Lit(Value::Thing(noun.heads[0].thing), ir::kThingType);
  }
  const ir::KindId kind = noun.heads[0].kind;
  if (scope.act != nullptr) {
    for (size_t p = 0; p < scope.act->parts.size(); ++p) {
      const auto& part = scope.act->parts[p];
      if (!part || scope.act->act->parts[p].words_only) continue;
      bool named = program_.KindReaches(scope.act->act->parts[p].kind, kind);
      for (const NounHead& head : part->heads) {
        named = named || (head.kind.valid() && (program_.KindReaches(head.kind, kind) ||
                                                program_.KindReaches(kind, head.kind)));
      }
      if (named) return program_.Field(0, scope.act->act->parts[p].field, ir::kThingType);
    }
  }
  if (scope.subject != nullptr && (kind == agreement_.party_kind)) {
    return program_.Field(0, program_.known.by, ir::kThingType);
  }
  Fail(FindingKind::kWrongKind,
       "nothing named earlier in the sentence is a " +
           std::string(program_.symbols.Name(program_.kinds[kind.index].name)),
       "`that K` is the one K named earlier in the sentence", noun.span);
  return program_.Lit(Value::Thing({}), ir::kThingType);
}

NodeId Phrases::ParseSimpleCondition() {
  const NodeId none = program_.False();
  if (failed_) return none;
  const size_t mark = at_;
  if (AcceptAll({"the", "agreement", "is", "in", "force"}))
    return program_.Reached(program_.Moment(program_.origin));
  // Events: has happened, stands.
  if (PeekEvent()) {
    const bool no = PeekIs("no");
    const auto use = ParseEvent();
    if (!use) return none;
    if (Accept("stands") || Accept("stand")) {
      const EventName& event = agreement_.events[use->events[0]];
      if (!event.stands.valid()) {
        Fail(FindingKind::kUnknownPhrase, "nothing says how long a " + event.name + " stands",
             "add a sentence: `a " + event.name + " stands until …`");
        return none;
      }
      const NodeId stands = program_.Ref(event.stands, {});
      return no ? program_.Not(stands) : stands;
    }
    if (Accept("has") || Accept("have")) {
      const bool negated = Accept("not");
      Expect("happened");
      NodeId happened = program_.Reached(MomentOf(*use));
      if (Accept("before") || Accept("by")) {
        const bool by = tokens_[at_ - 1].Is("by");
        const auto date = ParseDateWords();
        if (!date) {
          FailHere("expected a date");
          return none;
        }
        const NodeId limit = program_.Moment(Position::StartOf({date->day + (by ? 1 : 0)}));
        happened = program_.And(
            {happened, program_.Apply(Function::kLess, {MomentOf(*use), limit}, ir::kBoolType)});
      }
      return no != negated ? program_.Not(happened) : happened;
    }
    at_ = mark;
  }
  if (PeekNumber()) {
    ir::Type left_type;
    const NodeId left = ParseNumber(&left_type);
    if (failed_) return none;
    Expect("is");
    Function function = Function::kEqual;
    bool swap = false;
    if (Accept("above")) {
      function = Function::kLess;
      swap = true;
    } else if (Accept("below")) {
      function = Function::kLess;
    } else if (AcceptAll({"at", "least"})) {
      function = Function::kLessEqual;
      swap = true;
    } else if (AcceptAll({"at", "most"})) {
      function = Function::kLessEqual;
    }
    ir::Type right_type;
    const NodeId right = ParseNumber(&right_type);
    if (failed_) return none;
    if (left_type != right_type) {
      const auto unit = [&](ir::Type t) {
        return std::string(program_.symbols.Name(Symbol{t.detail}));
      };
      Fail(FindingKind::kUnitMismatch,
           "an amount in " + Quoted(unit(left_type)) + " is compared with one in " +
               Quoted(unit(right_type)),
           "state both in one unit", whole_);
      return none;
    }
    return swap ? program_.Apply(function, {right, left}, ir::kBoolType)
                : program_.Apply(function, {left, right}, ir::kBoolType);
  }
  NodeId subject;
  if (PeekIs("it") || PeekIs("they")) {
    ++at_;
    if (scope.act != nullptr && !scope.act->parts.empty() && scope.act->parts[0]) {
      subject = program_.Field(0, scope.act->act->parts[0].field, ir::kThingType);
    } else {
      FailHere("`it` refers to nothing named in the sentence");
      return none;
    }
  } else if (auto noun = ParseNounSimple()) {
    subject = Referent(*noun);
  } else {
    if (failed_) return none;
    if (PeekIs("[")) return ParseJudgement({}, "");
    // A fact about the world with no subject of its own.
    for (const FactName& fact : agreement_.facts) {
      if (fact.words.empty() || fact.words[0].empty()) continue;
      at_ = mark;
      bool matches = true;
      bool negated = false;
      for (const std::string& word : fact.words) {
        if (!matches) break;
        if (Accept("not")) negated = true;
        matches = Peek() != nullptr && SameWord(word, Peek()->text);
        ++at_;
      }
      if (matches && !failed_) {
        const NodeId open =
            program_.Open(FactPoint(Join(fact.words, " "), ir::PointKind::kFact, 0, whole_), {});
        return negated ? program_.Not(open) : open;
      }
    }
    at_ = mark;
    FailHere("expected a condition",
             "declare the words as a fact, or name an event that has happened");
    return none;
  }
  if (failed_) return none;
  const size_t predicate_at = at_;
  const auto predicate = ParsePredicate();
  if (!predicate) {
    if (failed_) return none;
    at_ = predicate_at;
    std::vector<std::string> known;
    for (const FactName& fact : agreement_.facts) {
      std::vector<std::string> words;
      for (const std::string& w : fact.words) words.push_back(w.empty() ? "…" : w);
      known.push_back(Join(words, " "));
    }
    size_t end = at_;
    while (end < tokens_.size() && !tokens_[end].Is(",") && !tokens_[end].Is(";")) ++end;
    const std::string text = syntax::TextOf(files_, tokens_, at_, end);
    const std::string closest = Closest("… " + text, known);
    Fail(FindingKind::kUnknownPhrase, Quoted(text) + " reads like no declared fact",
         closest.empty() ? "declare it: `fact (KIND) " + text + "`"
                         : "did you mean " + Quoted(closest) + "?",
         end > at_ ? source::Cover(tokens_[at_].span, tokens_[end - 1].span) : Here());
    return none;
  }
  return Says(*predicate, subject);
}

NodeId Phrases::ParseCondition() {
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep,
         "conditions are nested more than " + std::to_string(syntax::kNestingMax) + " deep",
         "split the sentence");
    return program_.False();
  }
  const auto leave = [&](NodeId node) {
    --depth_;
    return failed_ ? program_.False() : node;
  };
  if ((PeekIs("any") || PeekIs("all")) && PeekIs("of", 1) && PeekIs(":", 2)) {
    const bool any = PeekIs("any");
    at_ += 3;
    std::vector<NodeId> parts;
    while (!failed_ && Peek() != nullptr && Peek()->kind == TokenKind::kItem) {
      ++at_;
      parts.push_back(ParseCondition());
      if (!Accept(";")) break;
    }
    if (parts.empty() && !failed_) FailHere("expected a list (a) …; (b) …");
    return leave(any ? program_.Or(parts) : program_.And(parts));
  }
  std::vector<NodeId> parts = {ParseSimpleCondition()};
  char joint = 0;
  while (!failed_ && (PeekIs("and") || PeekIs("or"))) {
    const char next = PeekIs("and") ? '&' : '|';
    if (joint != 0 && joint != next) {
      Fail(FindingKind::kAndWithOr, "`and` and `or` in one condition can be read in two ways",
           "write a list: `any of: (a) …; (b) …`");
      break;
    }
    joint = next;
    ++at_;
    parts.push_back(ParseSimpleCondition());
  }
  return leave(joint == '|' ? program_.Or(parts) : program_.And(parts));
}

}  // namespace entente::check
