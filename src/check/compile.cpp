// From words to a program, in four passes: names, readings, sentences, order.
//
// A sentence with braces is compiled once for each combination of its alternatives, every rule
// guarded by the choice it stands for; so an order of clauses that depends on a reading is still a
// fixed order of rules. Rules are gathered as drafts and become rule sets only at the end, when
// every label is known.

#include <algorithm>
#include <functional>
#include <set>

#include "base/check.h"
#include "base/words.h"
#include "check/patterns.h"
#include "check/phrases.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Statement;
using syntax::Token;
using syntax::TokenKind;

const Clause* Agreement::FindClause(std::string_view label) const {
  for (const Clause& clause : clauses) {
    if (clause.label == label) return &clause;
  }
  // A list item stands in the sentence of its clause.
  for (const Clause& clause : clauses) {
    if (label.starts_with(clause.label + "(")) return &clause;
  }
  return nullptr;
}

const EventName* Agreement::FindEvent(ir::EventTypeId type) const {
  for (const EventName& event : events) {
    if (event.type == type) return &event;
  }
  return nullptr;
}

Scratch::~Scratch() {
  std::erase_if(agreement_.points,
                [&](const auto& named) { return named.second.index >= mark_.points; });
  agreement_.program.Rewind(mark_);
}

bool StandsUnder(std::string_view label, std::string_view under) {
  if (!label.starts_with(under)) return false;
  if (label.size() == under.size()) return true;
  const char next = label[under.size()];
  return next == '.' || next == '(';
}

namespace {

constexpr std::string_view kLaterHeads[] = {"term",   "survive", "window", "notices", "amendment",
                                            "period", "moment",  "upon",   "for",     "if"};

class Compiler {
 public:
  Compiler(const source::Files& files, const syntax::Tree& tree, diag::Findings& findings)
      : files_(files), tree_(tree), findings_(findings), phrases_(files, agreement_, findings) {}

  Agreement Run() {
    Begin();
    for (const Statement& s : tree_.statements) Declare(s);
    for (const Statement& s : tree_.statements) DeclareDefinedKind(s);
    CheckMentionedKinds();
    for (const Statement& s : tree_.statements) CollectReadings(s);
    for (const Statement& s : tree_.statements) {
      if (!handled_.contains(&s)) Sentence(s);
    }
    ApplyDisapplications();
    BuildRuleSets();
    BuildPlainNumbers();
    BreakCycles();
    CheckAsks();
    return std::move(agreement_);
  }

 private:
  struct Draft {
    ir::TermId term;
    std::string label;
    std::vector<NodeId> guards;
    NodeId value;
    std::vector<std::string> despite;
    std::vector<std::string> subject_to;
    bool closing = false;
    bool outside = false;
    bool beats_all = false;
    std::string built_in;
    // `excludes` rules lose to these labels and beat the other definitions.
    bool excludes = false;
    std::vector<std::string> except;
    std::optional<ActUse> act;
    Span at;
  };
  struct OrderSentence {
    std::vector<std::string> winners;
    std::vector<std::string> losers;
    Span at;
  };
  struct Disapplication {
    std::vector<std::string> labels;
    std::vector<Token> rest;
    NodeId choice;
    std::string label;
    Span at;
  };

  ir::Program& program() { return agreement_.program; }
  Symbol Intern(std::string_view s) { return agreement_.program.symbols.Intern(s); }

  // ---- names
  void Begin();
  void Declare(const Statement& s);
  void DeclareKinds(const Statement& s);
  void CheckMentionedKinds();
  void CheckAsks();
  void DeclareAct(const Statement& s);
  void DeclareEvents(const Statement& s, bool notice);
  void DeclareFact(const Statement& s);
  void DeclareNumber(const Statement& s);
  void DeclareDefinedKind(const Statement& s);
  void CollectReadings(const Statement& s);
  ir::KindId KindNamed(std::string_view name) const;
  ir::TermId AddTerm(std::string name, std::vector<ir::Parameter> parameters, ir::Type type,
                     Span at);
  bool Taken(const std::string& name, Span at);
  // Groups between semicolons: the names of each and what they are `of`.
  struct Group {
    std::vector<std::pair<std::string, Span>> names;
    std::vector<std::pair<std::string, Span>> of;
  };
  std::vector<Group> ReadGroups(const std::vector<Token>& tokens, size_t from);

  // ---- sentences
  void Sentence(const Statement& s);
  std::vector<syntax::Variant> ForEitherParty(const Statement& s, const syntax::Variant& variant);
  void SentenceVariant(const Statement& s, const syntax::Variant& variant);
  void Norm(const Statement& s, NodeId choice);
  // Tokens of the sentence, from one index up to another.
  struct Range {
    size_t begin, end;
  };
  void AddNorm(const Statement& s, Range who, Range act, bool forbids);
  bool Tails(Draft& draft, std::vector<NodeId>& only);
  NodeId Until();
  NodeId ThroughOrBefore(bool through);
  NodeId EndsAt(Date day);
  void Definition(const Statement& s, ir::KindId kind, std::string_view verb, NodeId choice);
  NodeId ChoiceNode(const std::vector<syntax::ReadingChoice>& choices);
  NodeId InForce(bool dated, bool inferred);
  void NotEvaluated(const Statement& s, std::string what);

  // ---- order
  void ApplyDisapplications();
  void BuildRuleSets();
  void BuildPlainNumbers();
  void BreakCycles();
  bool LabelExists(std::string_view label) const;

  const source::Files& files_;
  const syntax::Tree& tree_;
  diag::Findings& findings_;
  Agreement agreement_;
  Phrases phrases_;
  std::set<const Statement*> handled_;
  // By label: the place in agreement_.clauses.
  std::map<std::string, size_t, std::less<>> clause_of_;
  // Kinds that so far stand only behind `of`, and where.
  std::map<uint32_t, Span> only_mentioned_;
  // The words of each party's name, as it was declared.
  std::vector<std::vector<Token>> party_words_;
  std::vector<Draft> drafts_;
  std::vector<OrderSentence> orders_;
  std::vector<Disapplication> disapplications_;
  std::map<std::string, ir::PointId> inferred_;
  bool effective_ = false;
  bool tail_dated_ = false;
  // The record of the block being read.
  std::vector<std::vector<Token>> entries_;
  uint32_t entries_block_ = UINT32_MAX;
};

// What a question may want as its answer: a verdict, and clauses that are there.
void Compiler::CheckAsks() {
  const std::vector<std::string> verdicts = {"yes",    "no",       "depends",
                                             "silent", "conflict", "undecided"};
  for (const Ask& ask : agreement_.asks) {
    if (ask.expected.empty() || ask.question.empty() || ask.question[0].Is("what")) continue;
    const std::string word(ask.expected[0].text);
    if (std::find(verdicts.begin(), verdicts.end(), word) == verdicts.end()) {
      const std::string closest = Closest(word, verdicts);
      findings_.Add({.kind = FindingKind::kBadQuestion,
                     .at = ask.expected_at,
                     .message = Quoted(word) + " is no answer to such a question",
                     .labels = {},
                     .instance = {},
                     .help = closest.empty() ? "expect " + JoinAnd(verdicts, "or")
                                             : "did you mean " + Quoted(closest) + "?"});
      continue;
    }
    for (size_t i = 1; i < ask.expected.size(); ++i) {
      const Token& token = ask.expected[i];
      if (token.kind != TokenKind::kNumber || LabelExists(token.text)) continue;
      findings_.Add({.kind = FindingKind::kUnknownLabel,
                     .at = token.span,
                     .message = "there is no clause " + Quoted(token.text),
                     .labels = {},
                     .instance = {},
                     .help = "name a clause of this agreement, or the verdict alone"});
    }
  }
}

// ---------------------------------------------------------------- names

void Compiler::Begin() {
  program().kinds.push_back({Intern("Party"), {}});
  agreement_.party_kind = ir::KindId{0};
  ir::Point made;
  made.name = Intern("made");
  made.kind = ir::PointKind::kFact;
  made.type = ir::kMomentType;
  made.says = "when {0} was made";
  program().points.push_back(made);
  agreement_.made = ir::PointId{0};
  agreement_.points.emplace("made", agreement_.made);
}

ir::KindId Compiler::KindNamed(std::string_view name) const {
  const Symbol symbol = agreement_.program.symbols.Find(name);
  for (uint32_t k = 0; symbol.valid() && k < agreement_.program.kinds.size(); ++k) {
    if (agreement_.program.kinds[k].name == symbol) return ir::KindId{k};
  }
  return {};
}

ir::TermId Compiler::AddTerm(std::string name, std::vector<ir::Parameter> parameters, ir::Type type,
                             Span at) {
  program().terms.push_back({Intern(name), std::move(parameters), type,
                             program().Lit(Value::Bool(false), ir::kBoolType), at});
  return ir::TermId{static_cast<uint32_t>(program().terms.size() - 1)};
}

bool Compiler::Taken(const std::string& name, Span at) {
  const Symbol symbol = program().symbols.Find(name);
  const auto report = [&](std::string_view as) {
    findings_.Add({.kind = FindingKind::kDuplicateName,
                   .at = at,
                   .message = Quoted(name) + " is already the name of a " + std::string(as),
                   .labels = {},
                   .instance = {},
                   .help = "give one of the two another name"});
    return true;
  };
  for (const ir::Thing& t : program().things) {
    if (t.name == symbol) return report("thing");
  }
  for (const EventName& e : agreement_.events) {
    if (e.name == name) return report("event");
  }
  for (const NumberName& n : agreement_.numbers) {
    if (n.name == name) return report("number");
  }
  if (KindNamed(name).valid()) return report("kind");
  return false;
}

std::vector<Compiler::Group> Compiler::ReadGroups(const std::vector<Token>& tokens, size_t from) {
  std::vector<Group> out(1);
  bool of = false;
  size_t i = from;
  while (i < tokens.size()) {
    if (tokens[i].Is(";")) {
      out.emplace_back();
      of = false;
      ++i;
    } else if (tokens[i].Is(",") || tokens[i].Is("and")) {
      ++i;
    } else if (tokens[i].Is("of") || tokens[i].Is("is")) {
      of = true;
      ++i;
      while (i < tokens.size() && (tokens[i].Is("a") || tokens[i].Is("an"))) ++i;
    } else {
      const size_t begin = i;
      // `First of Its Kind` stays one name only if written with capitals throughout.
      while (i < tokens.size() && tokens[i].kind == TokenKind::kWord && !tokens[i].Is("of") &&
             !tokens[i].Is("and") && !tokens[i].Is("is")) {
        ++i;
      }
      if (i == begin) {
        findings_.Add({.kind = FindingKind::kUnknownSentence,
                       .at = tokens[i].span,
                       .message = "expected a name, and this says " + Quoted(tokens[i].text),
                       .labels = {},
                       .instance = {},
                       .help = "a declaration reads `kind Model, Product, of OpenAI IP`"});
        return out;
      }
      const std::string name = syntax::TextOf(files_, tokens, begin, i);
      const Span span = source::Cover(tokens[begin].span, tokens[i - 1].span);
      (of ? out.back().of : out.back().names).emplace_back(name, span);
    }
  }
  return out;
}

void Compiler::DeclareKinds(const Statement& s) {
  for (const Group& group : ReadGroups(s.tokens, 1)) {
    std::vector<ir::KindId> supers;
    for (const auto& [name, span] : group.of) {
      ir::KindId super = KindNamed(name);
      if (!super.valid()) {
        program().kinds.push_back({Intern(name), {}});
        super = ir::KindId{static_cast<uint32_t>(program().kinds.size() - 1)};
        only_mentioned_.emplace(super.index, span);
      }
      supers.push_back(super);
    }
    for (const auto& [name, span] : group.names) {
      ir::KindId kind = KindNamed(name);
      if (!kind.valid()) {
        if (Taken(name, span)) continue;
        program().kinds.push_back({Intern(name), {}});
        kind = ir::KindId{static_cast<uint32_t>(program().kinds.size() - 1)};
      }
      only_mentioned_.erase(kind.index);
      for (const ir::KindId super : supers) {
        // `kind Place, Shop, of Place` declares Place along with what is under it.
        if (super == kind) continue;
        if (program().KindReaches(super, kind)) {
          findings_.Add({.kind = FindingKind::kDuplicateName,
                         .at = span,
                         .message = Quoted(name) + " would be a kind of itself",
                         .labels = {},
                         .instance = {},
                         .help = "remove one of the two `of`"});
          continue;
        }
        program().kinds[kind.index].supers.push_back(super);
      }
    }
  }
}

// `of Persn` makes a kind of that name, unless it is nearly the name of another.
void Compiler::CheckMentionedKinds() {
  std::vector<std::string> declared;
  for (uint32_t k = 0; k < program().kinds.size(); ++k) {
    if (!only_mentioned_.contains(k))
      declared.emplace_back(program().symbols.Name(program().kinds[k].name));
  }
  for (const auto& [kind, span] : only_mentioned_) {
    const std::string name(program().symbols.Name(program().kinds[kind].name));
    const std::string closest = Closest(name, declared);
    if (closest.empty()) continue;
    findings_.Add(
        {.kind = FindingKind::kUnknownName,
         .at = span,
         .message = Quoted(name) + " is no declared kind",
         .labels = {},
         .instance = {},
         .help = "did you mean " + Quoted(closest) + "? Else declare it: `kind " + name + "`"});
  }
}

void Compiler::DeclareAct(const Statement& s) {
  Act act;
  act.at = s.span;
  Part part;
  bool verb_done = false;
  std::vector<ir::Parameter> parameters = {{program().known.by, ir::kThingType}};
  ir::EventType type;
  const auto flush_words = [&] {
    if (part.words.empty()) return;
    if (!verb_done) {
      act.verb = part.words;
      verb_done = true;
    } else {
      part.words_only = true;
      part.field = Intern(Join(part.words, "-"));
      parameters.push_back({part.field, ir::kBoolType});
      type.fields.push_back({part.field, ir::kBoolType, {}});
      act.parts.push_back(part);
    }
    part = {};
  };
  for (size_t i = 1; i < s.tokens.size(); ++i) {
    const Token& token = s.tokens[i];
    if (token.Is(",")) {
      flush_words();
      continue;
    }
    if (token.Is("(") || token.kind == TokenKind::kItem) {
      std::string name;
      if (token.kind == TokenKind::kItem) {
        name = std::string(token.text.substr(1, token.text.size() - 2));
      } else {
        const size_t begin = i + 1;
        while (i + 1 < s.tokens.size() && !s.tokens[i + 1].Is(")")) ++i;
        name = syntax::TextOf(files_, s.tokens, begin, i + 1);
        ++i;
      }
      if (!verb_done) {
        act.verb = part.words;
        part.words.clear();
        verb_done = true;
      }
      part.kind = KindNamed(name);
      if (!part.kind.valid()) {
        std::vector<std::string> known;
        for (const ir::Kind& k : program().kinds)
          known.emplace_back(program().symbols.Name(k.name));
        const std::string closest = Closest(name, known);
        findings_.Add({.kind = FindingKind::kUnknownName,
                       .at = token.span,
                       .message = Quoted(name) + " is no declared kind",
                       .labels = {},
                       .instance = {},
                       .help = closest.empty() ? "declare it above: `kind " + name + "`"
                                               : "did you mean " + Quoted(closest) + "?"});
        return;
      }
      std::string field = LowerCase(name);
      std::replace(field.begin(), field.end(), ' ', '-');
      const auto used = [&](const std::string& f) {
        return std::any_of(parameters.begin(), parameters.end(),
                           [&](const ir::Parameter& p) { return p.name == Intern(f); });
      };
      for (int n = 2; used(field); ++n) field = LowerCase(name) + "-" + std::to_string(n);
      part.field = Intern(field);
      parameters.push_back({part.field, ir::kThingType});
      type.fields.push_back({part.field, ir::kThingType, part.kind});
      act.parts.push_back(part);
      part = {};
      continue;
    }
    part.words.emplace_back(token.text);
  }
  flush_words();
  if (act.verb.empty()) {
    findings_.Add({.kind = FindingKind::kUnknownSentence,
                   .at = s.span,
                   .message = "an act begins with its verb",
                   .labels = {},
                   .instance = {},
                   .help = "write `act serve (Product) on (Cloud)`"});
    return;
  }
  act.name = Join(act.verb, " ");
  for (const Act& other : agreement_.acts) {
    if (other.name == act.name && other.parts.size() == act.parts.size()) {
      findings_.Add({.kind = FindingKind::kDuplicateName,
                     .at = s.span,
                     .message = "the act " + Quoted(act.name) + " is declared twice",
                     .labels = {{s.span, "again here"}, {other.at, "first here"}},
                     .instance = {},
                     .help = "remove one of the two"});
      return;
    }
  }
  type.name = Intern(act.name);
  type.conduct = true;
  program().event_types.push_back(type);
  act.type = ir::EventTypeId{static_cast<uint32_t>(program().event_types.size() - 1)};
  act.allowed = AddTerm("may " + act.name, parameters, ir::kBoolType, s.span);
  act.required = AddTerm("must " + act.name, parameters, ir::kBoolType, s.span);
  agreement_.acts.push_back(std::move(act));
}

void Compiler::DeclareEvents(const Statement& s, bool notice) {
  for (const Group& group : ReadGroups(s.tokens, 1)) {
    ir::EventTypeId of;
    for (const auto& [name, span] : group.of) {
      for (const EventName& e : agreement_.events) {
        if (e.name == name) of = e.type;
      }
      if (!of.valid()) {
        findings_.Add({.kind = FindingKind::kUnknownName,
                       .at = span,
                       .message = Quoted(name) + " is no declared notice or event",
                       .labels = {},
                       .instance = {},
                       .help = "declare it before what is of it"});
      }
    }
    for (const auto& [name, span] : group.names) {
      if (Taken(name, span)) continue;
      EventName event;
      event.name = name;
      event.notice = notice;
      event.of = of;
      event.at = span;
      ir::EventType type{Intern(name), {}, notice, false};
      std::vector<ir::Parameter> parameters = {{program().known.by, ir::kThingType}};
      if (of.valid()) {
        type.of = of;
        type.fields.push_back({Intern("of"), ir::kThingType, {}});
        parameters.push_back({Intern("of"), ir::kThingType});
      }
      program().event_types.push_back(type);
      event.type = ir::EventTypeId{static_cast<uint32_t>(program().event_types.size() - 1)};
      if (notice) {
        event.can = AddTerm("power to make a " + name, parameters, ir::kBoolType, span);
        event.allowed = AddTerm("may make a " + name, parameters, ir::kBoolType, span);
      }
      agreement_.events.push_back(event);
    }
  }
}

void Compiler::DeclareFact(const Statement& s) {
  FactName fact;
  fact.at = s.span;
  size_t i = 1;
  const auto slot = [&](ir::KindId kind) {
    fact.words.emplace_back();
    fact.kinds.push_back(kind);
  };
  if (i < s.tokens.size() && !s.tokens[i].Is("(") && s.tokens[i].kind != TokenKind::kItem &&
      !s.tokens[i].Is("the") && !s.tokens[i].Is("a") && !s.tokens[i].Is("an") &&
      !s.tokens[i].Is("there")) {
    slot({});
  }
  for (; i < s.tokens.size(); ++i) {
    if (s.tokens[i].kind == TokenKind::kItem) {
      const std::string_view text = s.tokens[i].text;
      slot(KindNamed(text.substr(1, text.size() - 2)));
    } else if (s.tokens[i].Is("(")) {
      const size_t begin = i + 1;
      while (i + 1 < s.tokens.size() && !s.tokens[i + 1].Is(")")) ++i;
      slot(KindNamed(syntax::TextOf(files_, s.tokens, begin, i + 1)));
      ++i;
    } else if (s.tokens[i].Is("[")) {
      // `fact meets [the capability criteria]`: a judgement, read where it is used.
      return;
    } else {
      fact.words.emplace_back(s.tokens[i].text);
    }
  }
  agreement_.facts.push_back(std::move(fact));
}

void Compiler::DeclareNumber(const Statement& s) {
  // number NAME [of (KIND)], UNIT; several names before the unit are allowed.
  size_t i = 1;
  std::vector<std::pair<std::string, Span>> names;
  ir::KindId owner;
  std::string unit = "1";
  while (i < s.tokens.size()) {
    const size_t begin = i;
    while (i < s.tokens.size() && s.tokens[i].kind == TokenKind::kWord && !s.tokens[i].Is("of"))
      ++i;
    const Span span = source::Cover(s.tokens[begin].span, s.tokens[std::max(begin, i - 1)].span);
    if (i > begin && s.tokens[begin].capital() && s.tokens[begin].text != "USD" &&
        s.tokens[begin].text != "EUR") {
      names.emplace_back(syntax::TextOf(files_, s.tokens, begin, i), span);
    } else if (i > begin) {
      unit = syntax::TextOf(files_, s.tokens, begin, i);
    }
    if (i < s.tokens.size() && s.tokens[i].Is("of")) {
      i += 1;
      const size_t from = i + 1;
      while (i < s.tokens.size() && !s.tokens[i].Is(")") && s.tokens[i].kind != TokenKind::kItem)
        ++i;
      std::string name;
      if (i < s.tokens.size() && s.tokens[i].kind == TokenKind::kItem) {
        name = std::string(s.tokens[i].text.substr(1, s.tokens[i].text.size() - 2));
      } else {
        name = syntax::TextOf(files_, s.tokens, from, i);
      }
      owner = KindNamed(name);
      if (!owner.valid()) {
        findings_.Add({.kind = FindingKind::kUnknownName,
                       .at = s.span,
                       .message = Quoted(name) + " is no declared kind",
                       .labels = {},
                       .instance = {},
                       .help = "declare it above: `kind " + name + "`"});
        return;
      }
      ++i;
    }
    if (i == begin || (i < s.tokens.size() && s.tokens[i].Is(","))) ++i;
  }
  if (unit == "percent") unit = "1";
  const ir::Type type =
      unit == "USD" || unit == "EUR" ? ir::MoneyType(Intern(unit)) : ir::NumberType(Intern(unit));
  for (const auto& [name, span] : names) {
    if (Taken(name, span)) continue;
    NumberName number{name, type, owner, {}, false, span};
    std::vector<ir::Parameter> parameters;
    if (owner.valid()) parameters.push_back({Intern("x"), ir::kThingType});
    number.term = AddTerm("the " + name, parameters, type, span);
    agreement_.numbers.push_back(number);
  }
}

void Compiler::Declare(const Statement& s) {
  const std::string_view head = s.tokens.empty() ? std::string_view{} : s.tokens[0].text;
  if (!s.label.empty()) {
    const auto [it, fresh] = clause_of_.emplace(s.label, agreement_.clauses.size());
    if (!fresh) {
      const Clause& other = agreement_.clauses[it->second];
      findings_.Add({.kind = FindingKind::kDuplicateName,
                     .at = s.label_span,
                     .message = "clause " + Quoted(s.label) + " stands twice",
                     .labels = {{s.label_span, "again here"}, {other.sentence, "first here"}},
                     .instance = {},
                     .help = "give one of the two another number"});
      handled_.insert(&s);
      return;
    }
    const source::Block& block = tree_.blocks[s.block];
    agreement_.clauses.push_back({s.label, s.span, block.prose, block.heading, true});
    if (s.tokens.empty()) handled_.insert(&s);
    return;
  }
  handled_.insert(&s);
  if (head == "party" || head == "role") {
    for (const Group& group : ReadGroups(s.tokens, 1)) {
      for (const auto& [name, span] : group.names) {
        if (Taken(name, span)) continue;
        // A role is somebody, but not one of the Parties.
        std::vector<ir::KindId> kinds;
        if (head == "party") kinds.push_back(agreement_.party_kind);
        program().things.push_back({Intern(name), kinds, false});
        if (head == "party") {
          agreement_.parties.push_back(ThingId{static_cast<uint32_t>(program().things.size() - 1)});
          std::vector<Token>& words = party_words_.emplace_back();
          std::copy_if(s.tokens.begin(), s.tokens.end(), std::back_inserter(words),
                       [&, at = span](const Token& t) {
                         return t.span.begin >= at.begin && t.span.end <= at.end;
                       });
        }
      }
    }
  } else if (head == "kind") {
    DeclareKinds(s);
  } else if (head == "thing") {
    for (const Group& group : ReadGroups(s.tokens, 1)) {
      std::vector<ir::KindId> kinds;
      for (const auto& [name, span] : group.of) {
        const ir::KindId kind = KindNamed(name);
        if (kind.valid()) {
          kinds.push_back(kind);
        } else {
          findings_.Add({.kind = FindingKind::kUnknownName,
                         .at = span,
                         .message = Quoted(name) + " is no declared kind",
                         .labels = {},
                         .instance = {},
                         .help = "declare it above: `kind " + name + "`"});
        }
      }
      for (const auto& [name, span] : group.names) {
        if (Taken(name, span)) continue;
        program().things.push_back({Intern(name), kinds, false});
      }
    }
  } else if (head == "act") {
    DeclareAct(s);
  } else if (head == "notice") {
    DeclareEvents(s, true);
  } else if (head == "event") {
    DeclareEvents(s, false);
  } else if (head == "fact") {
    DeclareFact(s);
  } else if (head == "number") {
    DeclareNumber(s);
  } else if (head == "reading") {
    if (s.tokens.size() >= 2) {
      agreement_.readings.push_back({std::string(s.tokens[1].text),
                                     {},
                                     {},
                                     syntax::TextOf(files_, s.tokens, 2, s.tokens.size())});
    }
  } else if (head == "effective") {
    phrases_.Begin(s.tokens, "", s.span);
    phrases_.Accept("effective");
    const auto date = phrases_.ParseDateWords();
    if (date) {
      program().origin = Position::StartOf(*date);
      effective_ = true;
    } else if (!phrases_.failed()) {
      phrases_.FailHere("expected the date from which the agreement applies",
                        "write `effective 28 October 2025`");
    }
  } else if (head == "agreement") {
    agreement_.title = syntax::TextOf(files_, s.tokens, 1, s.tokens.size());
  } else if (head == "nothing") {
    phrases_.Begin(s.tokens, "", s.span);
    if (!phrases_.AcceptAll({"nothing", "is", "both"})) {
      phrases_.FailHere("expected `nothing is both a … and a …`");
      return;
    }
    std::vector<ir::KindId> kinds;
    for (int i = 0; i < 2; ++i) {
      phrases_.Accept("a") || phrases_.Accept("an");
      const auto kind = phrases_.AcceptKind();
      if (!kind) {
        phrases_.FailHere("expected a kind");
        return;
      }
      kinds.push_back(*kind);
      phrases_.Accept("and");
    }
    program().apart.emplace_back(kinds[0], kinds[1]);
  } else if (head == "ask") {
    if (entries_block_ != s.block) entries_.clear();
    agreement_.asks.push_back({entries_, {s.tokens.begin() + 1, s.tokens.end()}, {}, s.span, {}});
  } else if (head == "entry") {
    if (entries_block_ != s.block) entries_.clear();
    entries_block_ = s.block;
    entries_.emplace_back(s.tokens.begin() + 1, s.tokens.end());
  } else if (head == "expect") {
    if (agreement_.asks.empty() || agreement_.asks.back().expected_at.valid()) {
      findings_.Add({.kind = FindingKind::kUnknownSentence,
                     .at = s.span,
                     .message = "an `expect` stands right under the `ask` it is about",
                     .labels = {},
                     .instance = {},
                     .help = "put an `ask …` above it"});
    } else {
      agreement_.asks.back().expected = {s.tokens.begin() + 1, s.tokens.end()};
      agreement_.asks.back().expected_at = s.span;
    }
  } else {
    handled_.erase(&s);
  }
}

// Kinds that some sentence defines get a term, so that every noun can refer to it.
void Compiler::DeclareDefinedKind(const Statement& s) {
  if (s.label.empty() || s.tokens.size() < 2) return;
  phrases_.Begin(s.tokens, s.label, s.span);
  const auto kind = phrases_.AcceptKind();
  if (!kind ||
      !(phrases_.PeekIs("means") || phrases_.PeekIs("includes") || phrases_.PeekIs("excludes"))) {
    return;
  }
  const std::string name =
      "is " + std::string(program().symbols.Name(program().kinds[kind->index].name));
  if (program().FindTerm(Intern(name)).valid()) return;
  AddTerm(name, {{Intern("x"), ir::kThingType}}, ir::kBoolType, s.span);
}

void Compiler::CollectReadings(const Statement& s) {
  if (handled_.contains(&s)) return;
  std::vector<syntax::ReadingUse> uses;
  diag::Findings ignored;
  syntax::Expand(files_, s.tokens, uses, ignored);
  for (const syntax::ReadingUse& use : uses) {
    auto it = std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                           [&](const Reading& r) { return r.id == use.id; });
    if (it == agreement_.readings.end()) {
      agreement_.readings.push_back({use.id, {}, {}, ""});
      it = agreement_.readings.end() - 1;
    }
    if (!it->point.valid()) {
      ir::Point point;
      point.name = Intern(use.id);
      point.kind = ir::PointKind::kReading;
      point.type = {ir::Base::kEnum, static_cast<uint32_t>(use.alternatives.size())};
      point.alternatives = use.alternatives;
      point.has_primary = !use.open;
      point.says = "reading " + use.id;
      point.source = it->about;
      point.at = use.span;
      program().points.push_back(point);
      it->point = ir::PointId{static_cast<uint32_t>(program().points.size() - 1)};
    } else if (program().points[it->point.index].alternatives.size() != use.alternatives.size()) {
      const ir::Point& first = program().points[it->point.index];
      findings_.Add({.kind = FindingKind::kReadingMismatch,
                     .at = use.span,
                     .message = "reading " + Quoted(use.id) + " has " +
                                std::to_string(use.alternatives.size()) +
                                " alternatives here and " +
                                std::to_string(first.alternatives.size()) + " elsewhere",
                     .labels = {{use.span, "here"}, {first.at, "elsewhere"}},
                     .instance = {},
                     .help = "the same id is the same choice; give one of the two another id"});
      handled_.insert(&s);
    }
    it->places.push_back(use.span);
  }
}

// ---------------------------------------------------------------- sentences

NodeId Compiler::ChoiceNode(const std::vector<syntax::ReadingChoice>& choices) {
  std::vector<NodeId> all;
  for (const syntax::ReadingChoice& choice : choices) {
    for (const Reading& reading : agreement_.readings) {
      if (reading.id != choice.reading || !reading.point.valid()) continue;
      const ir::Type type = program().points[reading.point.index].type;
      all.push_back(program().Apply(Function::kEqual,
                                    {program().Open(reading.point, {}),
                                     program().Lit(Value::Choice(choice.alternative), type)},
                                    ir::kBoolType));
    }
  }
  return program().And(all);
}

void Compiler::NotEvaluated(const Statement& s, std::string what) {
  for (Clause& clause : agreement_.clauses) {
    if (clause.label == s.label) clause.evaluated = false;
  }
  findings_.Add({.kind = FindingKind::kNotEvaluated,
                 .at = s.span,
                 .message = std::move(what) + " are read and not yet evaluated",
                 .labels = {},
                 .instance = {},
                 .help = "no answer rests on this sentence"});
}

void Compiler::Sentence(const Statement& s) {
  const std::string_view head = s.tokens[0].text;
  if (std::find(std::begin(kLaterHeads), std::end(kLaterHeads), head) != std::end(kLaterHeads)) {
    NotEvaluated(s, "sentences that begin with `" + std::string(head) + "`");
    return;
  }
  std::vector<syntax::ReadingUse> uses;
  const auto variants = syntax::Expand(files_, s.tokens, uses, findings_);
  for (const syntax::Variant& variant : variants) {
    const size_t known = findings_.all().size();
    // `{A18: | …}`: on this reading the sentence is not there.
    if (variant.tokens.empty()) continue;
    for (const syntax::Variant& sides : ForEitherParty(s, variant)) SentenceVariant(s, sides);
    // One finding a sentence: the other variants would mostly repeat it.
    if (findings_.all().size() > known && phrases_.failed()) return;
  }
}

// `either Party … the other Party` says one thing of each of the two, and is read once for each.
std::vector<syntax::Variant> Compiler::ForEitherParty(const Statement& s,
                                                      const syntax::Variant& variant) {
  const std::vector<Token>& tokens = variant.tokens;
  const auto at = [&](size_t i, std::initializer_list<std::string_view> words) {
    return i + words.size() <= tokens.size() &&
           std::equal(words.begin(), words.end(), tokens.begin() + static_cast<ptrdiff_t>(i),
                      [](std::string_view w, const Token& t) { return t.Is(w); });
  };
  bool other = false;
  for (size_t i = 0; i < tokens.size(); ++i) other = other || at(i, {"the", "other", "Party"});
  if (!other) return {variant};
  if (party_words_.size() != 2) {
    findings_.Add({.kind = FindingKind::kWrongKind,
                   .at = s.span,
                   .message = "`the other Party` is one of two, and this agreement has " +
                              std::to_string(party_words_.size()) + " parties",
                   .labels = {},
                   .instance = {},
                   .help = "name the party that is meant"});
    return {};
  }
  // `either Party` is each of the two in turn; a party that is named is the one.
  bool either = false;
  std::vector<bool> named(2, false);
  for (size_t i = 0; i < tokens.size(); ++i) {
    either = either || at(i, {"either", "Party"}) || at(i, {"each", "Party"}) ||
             at(i, {"that", "Party"});
    for (size_t p = 0; p < 2; ++p) {
      const std::vector<Token>& name = party_words_[p];
      named[p] = named[p] ||
                 (i + name.size() <= tokens.size() &&
                  std::equal(name.begin(), name.end(), tokens.begin() + static_cast<ptrdiff_t>(i),
                             [](const Token& x, const Token& y) { return x.text == y.text; }));
    }
  }
  if (!either && named[0] == named[1]) {
    findings_.Add({.kind = FindingKind::kWrongKind,
                   .at = s.span,
                   .message = "`the other Party` does not say of which party it is the other",
                   .labels = {},
                   .instance = {},
                   .help = "begin with `either Party`, or name the party that is meant"});
    return {};
  }
  std::vector<syntax::Variant> out;
  for (const size_t one : {size_t{0}, size_t{1}}) {
    if (!either && !named[one]) continue;
    syntax::Variant side{variant.choices, {}};
    for (size_t i = 0; i < tokens.size();) {
      const std::vector<Token>* name = nullptr;
      size_t words = 2;
      if (at(i, {"the", "other", "Party"})) {
        name = &party_words_[1 - one];
        words = 3;
      } else if (at(i, {"either", "Party"}) || at(i, {"each", "Party"}) ||
                 at(i, {"that", "Party"})) {
        name = &party_words_[one];
      }
      if (name != nullptr) {
        side.tokens.insert(side.tokens.end(), name->begin(), name->end());
        i += words;
      } else {
        side.tokens.push_back(tokens[i++]);
      }
    }
    out.push_back(std::move(side));
  }
  return out;
}

void Compiler::SentenceVariant(const Statement& s, const syntax::Variant& variant) {
  phrases_.Begin(variant.tokens, s.label, s.span);
  const NodeId choice = ChoiceNode(variant.choices);
  const std::vector<Token>& tokens = variant.tokens;
  const auto has = [&](std::string_view word) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) { return t.Is(word); });
  };
  // Order: L prevails over M; L does not apply.
  if (has("prevails") || has("prevail")) {
    OrderSentence order{phrases_.ParseLabels(), {}, s.span};
    phrases_.Accept("prevails") || phrases_.Accept("prevail");
    phrases_.Expect("over");
    if (!phrases_.failed()) order.losers = phrases_.ParseLabels();
    if (!phrases_.failed()) orders_.push_back(order);
    return;
  }
  if (tokens[0].kind == TokenKind::kNumber && has("apply")) {
    Disapplication d;
    d.labels = phrases_.ParseLabels();
    phrases_.Accept("does") || phrases_.Accept("do");
    if (!phrases_.AcceptAll({"not", "apply"})) phrases_.FailHere("expected `does not apply`");
    d.rest = {tokens.begin() + static_cast<ptrdiff_t>(phrases_.at()), tokens.end()};
    d.choice = choice;
    d.label = s.label;
    d.at = s.span;
    if (!phrases_.failed()) disapplications_.push_back(d);
    return;
  }
  // KIND means | includes | excludes
  if (const auto kind = phrases_.AcceptKind()) {
    for (const std::string_view verb : {"means", "includes", "excludes"}) {
      if (phrases_.Accept(verb)) return Definition(s, *kind, verb, choice);
    }
    phrases_.Rewind(0);
  }
  // EVENT happens on EVENT · a EVENT stands until …
  if (has("happens") || has("stands")) {
    phrases_.Accept("a") || phrases_.Accept("an") || phrases_.Accept("the");
    const auto index = phrases_.AcceptEventName();
    if (index && phrases_.Accept("happens")) {
      phrases_.Expect("on");
      const auto use = phrases_.failed() ? std::nullopt : phrases_.ParseEvent();
      if (!use) return;
      const NodeId moment = phrases_.MomentOf(*use);
      EventName& event = agreement_.events[*index];
      if (!event.alias_first.valid()) {
        event.alias_first = AddTerm("the first " + event.name, {}, ir::kMomentType, s.span);
        program().terms[event.alias_first.index].body = program().Moment(kNever);
      }
      ir::Term& term = program().terms[event.alias_first.index];
      term.body = choice == program().True() ? moment : program().If(choice, moment, term.body);
      if (!phrases_.AtEnd()) phrases_.FailHere("expected the end of the sentence");
      return;
    }
    if (index && phrases_.Accept("stands")) {
      phrases_.Expect("until");
      EventName& event = agreement_.events[*index];
      if (!event.stands.valid()) {
        event.stands = AddTerm("a " + event.name + " stands", {}, ir::kBoolType, s.span);
      }
      phrases_.scope.entry_id = program().Field(1, program().known.id, ir::kThingType);
      phrases_.scope.free_slot = 2;
      const NodeId end = phrases_.failed() ? NodeId{} : phrases_.ParseMoment();
      if (phrases_.failed()) return;
      phrases_.scope.free_slot = 1;
      EventUse itself;
      itself.events.push_back(*index);
      const NodeId each = program().Each(ir::EachKind::kOr, phrases_.Occurrences(itself, 0, {}), 1,
                                         program().Field(1, program().known.id, ir::kThingType), {},
                                         program().Not(program().Reached(end)));
      ir::Term& term = program().terms[event.stands.index];
      term.body = choice == program().True() ? each : program().If(choice, each, term.body);
      if (!phrases_.AtEnd()) phrases_.FailHere("expected the end of the sentence");
      return;
    }
    phrases_.Rewind(0);
  }
  // the NUMBER is AMOUNT
  const bool modal =
      has("may") || has("must") || has("need") || has("shall") || (has("power") && has("no"));
  if (!modal && (has("is") || has("are"))) {
    const bool closing = phrases_.AcceptAll({"in", "all", "other", "cases", ","});
    phrases_.Accept("the");
    const auto index = phrases_.AcceptNumberName();
    if (!index) {
      phrases_.FailHere("expected a sentence");
      return;
    }
    if (!phrases_.PeekIs("is")) {
      return NotEvaluated(s, "amounts that speak of a period or a person");
    }
    phrases_.Accept("is");
    NumberName& number = agreement_.numbers[*index];
    ir::Type type;
    const NodeId value = phrases_.ParseNumber(&type);
    if (phrases_.failed()) return;
    if (type != number.type) {
      phrases_.Fail(FindingKind::kUnitMismatch,
                    Quoted(number.name) + " is declared in " +
                        Quoted(program().symbols.Name(Symbol{number.type.detail})) +
                        " and given in " + Quoted(program().symbols.Name(Symbol{type.detail})),
                    "state the amount in the declared unit", s.span);
      return;
    }
    number.defined = true;
    Draft draft;
    draft.term = number.term;
    draft.label = s.label;
    draft.value = value;
    draft.closing = closing;
    draft.at = s.span;
    draft.guards = {choice};
    std::vector<NodeId> only;
    if (!Tails(draft, only)) return;
    draft.guards.push_back(InForce(tail_dated_, false));
    drafts_.push_back(draft);
    return;
  }
  if (!modal) {
    phrases_.Fail(FindingKind::kUnknownSentence, "the sentence follows no pattern of the language",
                  NearestPatterns(tokens), s.span);
    return;
  }
  Norm(s, choice);
}

NodeId Compiler::InForce(bool dated, bool inferred) {
  // A sentence that says from or before when speaks for itself; so does an inferred earlier rule.
  if (!effective_ || dated || inferred) return program().True();
  return program().Reached(program().Moment(program().origin));
}

void Compiler::Norm(const Statement& s, NodeId choice) {
  Draft draft;
  draft.label = s.label;
  draft.at = s.span;
  draft.guards = {choice};
  const bool inferred = phrases_.Accept("inferred");
  if (inferred) {
    const std::string id = "inferred " + s.label;
    if (!inferred_.contains(id)) {
      ir::Point point;
      point.name = Intern(id);
      point.kind = ir::PointKind::kReading;
      point.type = {ir::Base::kEnum, 2};
      point.alternatives = {"the rule we infer", "no such rule"};
      point.has_primary = true;
      point.says = "whether " + s.label + ", which no text states, is rightly inferred";
      point.at = s.span;
      program().points.push_back(point);
      inferred_[id] = ir::PointId{static_cast<uint32_t>(program().points.size() - 1)};
      agreement_.readings.push_back({id, inferred_[id], {s.span}, "inferred"});
    }
    draft.guards.push_back(program().Apply(
        Function::kEqual,
        {program().Open(inferred_[id], {}), program().Lit(Value::Choice(0), {ir::Base::kEnum, 2})},
        ir::kBoolType));
  }
  draft.closing = phrases_.AcceptAll({"in", "all", "other", "cases"});
  if (draft.closing) phrases_.Accept(",");
  if (phrases_.PeekIs("the") && phrases_.PeekIs("Parties", 1)) {
    phrases_.Fail(FindingKind::kTheParties, "`the Parties` may mean each of them or both together",
                  "write `each Party` or `both Parties`");
    return;
  }
  const size_t who_at = phrases_.at();
  const auto who = phrases_.ParseNoun();
  if (!who) {
    phrases_.FailHere("expected who may or must");
    return;
  }
  const size_t who_end = phrases_.at();
  draft.guards.push_back(
      phrases_.Holds(*who, program().Field(0, program().known.by, ir::kThingType)));
  enum class Modal { kMay, kMustNot, kMust, kNeedNot, kNoPower };
  Modal modal = Modal::kMay;
  if (phrases_.AcceptAll({"may", "not"})) {
    phrases_.Fail(FindingKind::kMayNot, "`may not` can be read in three ways",
                  "write `must not` (a prohibition), `has no power to` (a void act) or `need not` "
                  "(no duty)",
                  source::Cover(phrases_.tokens()[phrases_.at() - 2].span,
                                phrases_.tokens()[phrases_.at() - 1].span));
    return;
  }
  if (phrases_.Accept("may")) {
    modal = Modal::kMay;
  } else if (phrases_.AcceptAll({"must", "not"}) || phrases_.AcceptAll({"shall", "not"})) {
    modal = Modal::kMustNot;
  } else if (phrases_.AcceptAll({"need", "not"})) {
    modal = Modal::kNeedNot;
  } else if (phrases_.AcceptAll({"has", "no", "power", "to"}) ||
             phrases_.AcceptAll({"have", "no", "power", "to"})) {
    modal = Modal::kNoPower;
  } else if (phrases_.Accept("must") || phrases_.Accept("shall")) {
    modal = Modal::kMust;
  } else {
    phrases_.FailHere("expected `may`, `must not`, `must`, `need not` or `has no power to`");
    return;
  }
  if (modal == Modal::kMust) return NotEvaluated(s, "duties");

  bool positive = modal == Modal::kMay;
  if (who->none) positive = !positive;
  draft.value = program().Lit(Value::Bool(positive), ir::kBoolType);
  phrases_.scope.subject = &*who;

  std::vector<ir::TermId> terms;
  ActUse act;
  const size_t mark = phrases_.at();
  if (phrases_.Accept("make") || phrases_.Accept("give")) {
    if (!phrases_.PeekEvent()) {
      phrases_.Rewind(mark);
    } else {
      const auto use = phrases_.ParseEvent();
      if (!use) return;
      for (const uint32_t e : use->events) {
        const EventName& event = agreement_.events[e];
        if (!event.notice) {
          phrases_.Fail(
              FindingKind::kWrongKind,
              Quoted(event.name) + " is an event that happens, not a notice someone makes",
              "declare it as `notice " + event.name + "`", s.span);
          return;
        }
        // May and has-no-power speak of effect; must-not of breach.
        terms.push_back(modal == Modal::kMustNot ? event.allowed : event.can);
        phrases_.scope.event = &event;
      }
    }
  }
  if (terms.empty()) {
    if (!phrases_.ParseAct(act)) {
      if (phrases_.failed()) return;
      std::vector<std::string> known;
      for (const Act& a : agreement_.acts) known.push_back(a.name);
      const Token* token = phrases_.Peek();
      const std::string word(token != nullptr ? token->text : "");
      const std::string closest = Closest(word, known);
      phrases_.Fail(FindingKind::kUnknownPhrase, Quoted(word) + " begins no declared act",
                    closest.empty() ? "declare it: `act " + word + " (KIND)`"
                                    : "did you mean " + Quoted(closest) + "?");
      return;
    }
    for (size_t p = 0; p < act.parts.size(); ++p) {
      const Part& part = act.act->parts[p];
      if (!act.parts[p]) continue;
      if (part.words_only) {
        draft.guards.push_back(program().Field(0, part.field, ir::kBoolType));
      } else {
        draft.guards.push_back(
            phrases_.Holds(*act.parts[p], program().Field(0, part.field, ir::kThingType)));
      }
    }
    terms.push_back(modal == Modal::kNeedNot ? act.act->required : act.act->allowed);
    phrases_.scope.act = &act;
    draft.act = act;
  }
  if (modal != Modal::kNeedNot && !who->none)
    AddNorm(s, {who_at, who_end}, {mark, phrases_.at()}, !positive);
  std::vector<NodeId> only;
  if (!Tails(draft, only)) return;
  draft.guards.push_back(InForce(tail_dated_, inferred));
  for (const ir::TermId term : terms) {
    Draft inside = draft;
    inside.term = term;
    if (!only.empty()) {
      Draft outside = inside;
      outside.outside = true;
      outside.guards.push_back(program().Not(program().And(only)));
      outside.value = program().Lit(Value::Bool(!positive), ir::kBoolType);
      inside.guards.push_back(program().And(only));
      drafts_.push_back(inside);
      drafts_.push_back(outside);
    } else {
      drafts_.push_back(inside);
    }
  }
}

void Compiler::AddNorm(const Statement& s, Range who, Range act, bool forbids) {
  check::Norm norm{s.label, {}, forbids, s.span};
  const std::vector<Token>& tokens = phrases_.tokens();
  for (const Range& range : {who, act}) {
    norm.question.insert(norm.question.end(), tokens.begin() + static_cast<ptrdiff_t>(range.begin),
                         tokens.begin() + static_cast<ptrdiff_t>(range.end));
  }
  // Another reading of the sentence mostly speaks of the same act; another side of `either Party`
  // does not. What a sentence has brought so far stands at the end.
  bool known = false;
  for (size_t i = agreement_.norms.size(); i-- > 0 && agreement_.norms[i].at == norm.at;) {
    known = known || agreement_.norms[i].question[0].text == norm.question[0].text;
  }
  if (!known) agreement_.norms.push_back(std::move(norm));
}

NodeId Compiler::ThroughOrBefore(bool through) {
  const Token* token = phrases_.Peek();
  const Token* next = phrases_.Peek(1);
  const bool year = token != nullptr && token->kind == TokenKind::kNumber &&
                    token->text.size() == 4 && !(next != nullptr && next->Is("-")) &&
                    token->text.find('.') == std::string_view::npos;
  if (year) {
    const auto number = Rational::Parse(token->text);
    const auto date = number
                          ? DateOf(static_cast<int>(number->numerator()) + (through ? 1 : 0), 1, 1)
                          : std::nullopt;
    if (!date) {
      phrases_.FailHere("expected a year");
      return program().Moment(kNever);
    }
    phrases_.Rewind(phrases_.at() + 1);
    return EndsAt(*date);
  }
  if (const auto date = phrases_.ParseDateWords()) return EndsAt({date->day + (through ? 1 : 0)});
  return phrases_.ParseMoment();
}

// The start of a day on which something is over. What is over before the agreement takes effect
// speaks of the time before it.
NodeId Compiler::EndsAt(Date day) {
  const Position at = Position::StartOf(day);
  tail_dated_ = tail_dated_ || at <= program().origin;
  return program().Moment(at);
}

NodeId Compiler::Until() {
  const Token* token = phrases_.Peek();
  if (token != nullptr && token->kind == TokenKind::kNumber && !phrases_.PeekDuration()) {
    const Span from = token->span;
    std::string text(token->text);
    if (const auto date = phrases_.ParseDateWords()) text = ToLongText(*date);
    phrases_.Fail(FindingKind::kBareYear,
                  "`until " + text + "` may end when " + text + " begins or when it ends",
                  "write `through " + text + "` (to its end) or `before " + text + "`", from);
    return program().False();
  }
  size_t ahead = 0;
  while (phrases_.Peek(ahead) != nullptr &&
         (phrases_.PeekIs("the", ahead) || phrases_.PeekIs("a", ahead) ||
          phrases_.PeekIs("first", ahead))) {
    ++ahead;
  }
  const size_t mark = phrases_.at();
  const bool first = phrases_.PeekIs("first") || phrases_.PeekIs("first", 1);
  // An event followed by `has` begins a condition.
  if (phrases_.PeekEvent()) {
    const auto use = phrases_.ParseEvent();
    if (!use) return program().False();
    if (!phrases_.PeekIs("has") && !phrases_.PeekIs("stands")) {
      const EventName& event = agreement_.events[use->events[0]];
      if (event.stands.valid() && !first) {
        findings_.Add({.kind = FindingKind::kUndoneEnd,
                       .at = phrases_.whole(),
                       .message = "`until " + event.name + "` ends for good, and a " + event.name +
                                  " can be undone",
                       .labels = {},
                       .instance = {},
                       .help = "write `while no " + event.name + " stands`, or `until the first " +
                               event.name + "` if that is meant"});
      }
      return program().Not(program().Reached(phrases_.MomentOf(*use)));
    }
    phrases_.Rewind(mark);
    const NodeId c = phrases_.ParseCondition();
    return program().Not(program().Reached(
        program().MomentOf(ir::FoldKind::kFirst, program().Becomes(c), phrases_.scope.free_slot)));
  }
  if (phrases_.PeekIs("[") || phrases_.PeekDuration() ||
      (phrases_.PeekIs("the") && (phrases_.PeekIs("earlier", 1) || phrases_.PeekIs("later", 1) ||
                                  phrases_.PeekIs("end", 1) || phrases_.PeekIs("start", 1) ||
                                  phrases_.PeekIs("earliest", 1) || phrases_.PeekIs("latest", 1) ||
                                  (phrases_.PeekIs("first", 1) && phrases_.PeekIs("of", 2))))) {
    return program().Not(program().Reached(phrases_.ParseMoment()));
  }
  const NodeId c = phrases_.ParseCondition();
  if (phrases_.failed()) return program().False();
  return program().Not(program().Reached(
      program().MomentOf(ir::FoldKind::kFirst, program().Becomes(c), phrases_.scope.free_slot)));
}

// Reads what follows the act: conditions into the guards, `only` conditions apart, order by label.
bool Compiler::Tails(Draft& draft, std::vector<NodeId>& only) {
  tail_dated_ = false;
  while (!phrases_.AtEnd()) {
    if (phrases_.Accept(",")) continue;
    const bool is_only = phrases_.Accept("only");
    NodeId condition;
    if (phrases_.Accept("if")) {
      condition = phrases_.ParseCondition();
    } else if (phrases_.Accept("unless")) {
      condition = program().Not(phrases_.ParseCondition());
    } else if (phrases_.Accept("while")) {
      condition = phrases_.ParseCondition();
    } else if (phrases_.Accept("until")) {
      condition = Until();
    } else if (phrases_.Accept("through") || phrases_.Accept("by")) {
      condition = program().Not(program().Reached(ThroughOrBefore(true)));
    } else if (phrases_.Accept("before")) {
      condition = program().Not(program().Reached(ThroughOrBefore(false)));
    } else if (phrases_.Accept("from")) {
      const auto date = phrases_.ParseDateWords();
      tail_dated_ = tail_dated_ || date.has_value();
      condition = program().Reached(date                ? program().Moment(Position::StartOf(*date))
                                    : phrases_.failed() ? NodeId(program().Moment(kNever))
                                                        : phrases_.ParseMoment());
    } else if (phrases_.Accept("after")) {
      condition = program().Reached(phrases_.ParseMoment());
    } else if (phrases_.Accept("within")) {
      const NodeId by = phrases_.ParseDuration();
      if (phrases_.PeekIs("of")) {
        phrases_.Fail(FindingKind::kWithinOf,
                      "`within … of` does not say on which side the days lie",
                      "write `within … after E` or `within … before E`");
        return false;
      }
      phrases_.Expect("after");
      const NodeId from = phrases_.ParseMoment();
      if (phrases_.failed()) return false;
      // Leaves out the day of the event and takes in the whole of the last day.
      NodeId end;
      if (program().Get(by).op == ir::Op::kLit) {
        const Duration d = program().Literal(program().Get(by)).AsDuration();
        const NodeId day = program().Apply(Function::kStartOfDay, {from}, ir::kMomentType);
        const NodeId last = program().Apply(Function::kShift, {day, by}, ir::kMomentType);
        const NodeId one = program().Lit(Value::Of({1, DurationUnit::kDays}), ir::kDaysType);
        end = d.unit == DurationUnit::kDays
                  ? program().Apply(
                        Function::kShift,
                        {day, program().Lit(Value::Of({d.count + 1, d.unit}), ir::kDaysType)},
                        ir::kMomentType)
                  : program().Apply(Function::kShift, {last, one}, ir::kMomentType);
      } else {
        end = program().Apply(Function::kShift, {from, by}, ir::kMomentType);
      }
      condition = program().And({program().Reached(from), program().Not(program().Reached(end))});
    } else if (phrases_.AcceptAll({"at", "least"})) {
      condition = program().Not(program().Reached(phrases_.ParseMoment()));
    } else if (phrases_.Accept("despite")) {
      const auto labels = phrases_.ParseLabels();
      draft.despite.insert(draft.despite.end(), labels.begin(), labels.end());
      continue;
    } else if (phrases_.AcceptAll({"subject", "to"})) {
      const auto labels = phrases_.ParseLabels();
      draft.subject_to.insert(draft.subject_to.end(), labels.begin(), labels.end());
      continue;
    } else if (phrases_.AcceptAll({"without", "end"}) ||
               phrases_.AcceptAll({"without", "a", "deadline"})) {
      continue;
    } else if (phrases_.Accept("except") && draft.act && !draft.act->parts.empty()) {
      const auto noun = phrases_.ParseNoun();
      if (!noun) {
        phrases_.FailHere("expected what is excepted");
        return false;
      }
      condition = program().Not(phrases_.Holds(
          *noun, program().Field(0, draft.act->act->parts[0].field, ir::kThingType)));
    } else {
      phrases_.FailHere(is_only ? "expected `if`, `until`, `while`, `through` or `before`"
                                : "the sentence goes on in no known way");
      return false;
    }
    if (phrases_.failed()) return false;
    if (is_only) {
      only.push_back(condition);
    } else {
      draft.guards.push_back(condition);
    }
  }
  return !phrases_.failed();
}

void Compiler::Definition(const Statement& s, ir::KindId kind, std::string_view verb,
                          NodeId choice) {
  const std::string name =
      "is " + std::string(program().symbols.Name(program().kinds[kind.index].name));
  const ir::TermId term = program().FindTerm(Intern(name));
  const NodeId x = program().Field(0, Intern("x"), ir::kThingType);
  phrases_.scope.defining = kind;
  std::vector<std::pair<std::string, Noun>> items;
  if (phrases_.Accept(":")) {
    while (!phrases_.failed() && phrases_.Peek() != nullptr &&
           phrases_.Peek()->kind == TokenKind::kItem) {
      const std::string item(phrases_.Peek()->text);
      phrases_.Rewind(phrases_.at() + 1);
      const auto noun = phrases_.ParseNoun();
      if (!noun) {
        phrases_.FailHere("expected what " + name.substr(3) + " " + std::string(verb));
        return;
      }
      items.emplace_back(s.label + item, *noun);
      phrases_.Accept(";");
    }
  } else if (const auto noun = phrases_.ParseNoun()) {
    items.emplace_back(s.label, *noun);
  }
  if (items.empty()) {
    phrases_.FailHere("expected what " + name.substr(3) + " " + std::string(verb));
    return;
  }
  std::vector<std::string> except;
  std::vector<NodeId> guards = {choice};
  while (!phrases_.AtEnd()) {
    if (phrases_.Accept(",")) continue;
    if (phrases_.Accept("except")) {
      const auto labels = phrases_.ParseLabels();
      except.insert(except.end(), labels.begin(), labels.end());
      continue;
    }
    phrases_.FailHere("the definition goes on in no known way");
  }
  if (phrases_.failed()) return;
  for (const auto& [label, noun] : items) {
    Draft draft;
    draft.term = term;
    draft.label = label;
    draft.guards = guards;
    draft.guards.push_back(phrases_.Holds(noun, x));
    draft.value = program().Lit(Value::Bool(verb != "excludes"), ir::kBoolType);
    draft.excludes = verb == "excludes";
    draft.except = except;
    draft.at = s.span;
    drafts_.push_back(draft);
  }
}

// ---------------------------------------------------------------- order

bool Compiler::LabelExists(std::string_view label) const {
  if (clause_of_.contains(label)) return true;
  return std::any_of(agreement_.clauses.begin(), agreement_.clauses.end(), [&](const Clause& c) {
    return StandsUnder(c.label, label) || StandsUnder(label, c.label);
  });
}

void Compiler::ApplyDisapplications() {
  for (const Disapplication& d : disapplications_) {
    bool any = false;
    for (Draft& draft : drafts_) {
      const bool named = std::any_of(d.labels.begin(), d.labels.end(), [&](const std::string& l) {
        return StandsUnder(draft.label, l);
      });
      if (!named) continue;
      any = true;
      phrases_.Begin(d.rest, d.label, d.at);
      Draft out;
      out.act = draft.act;
      if (draft.act) phrases_.scope.act = &*draft.act;
      if (phrases_.Accept("to")) {
        const auto noun = phrases_.ParseNoun();
        if (!noun) {
          phrases_.FailHere("expected to what it does not apply");
          return;
        }
        if (!draft.act || draft.act->act->parts.empty()) {
          phrases_.FailHere("the clause speaks of no act with an object");
          return;
        }
        // The part of the act that the noun can be.
        size_t part = 0;
        for (size_t p = 0; p < draft.act->act->parts.size(); ++p) {
          const ir::KindId k = draft.act->act->parts[p].kind;
          if (k.valid() && noun->heads[0].kind.valid() &&
              program().KindReaches(noun->heads[0].kind, k)) {
            part = p;
          }
        }
        out.guards.push_back(phrases_.Holds(
            *noun, program().Field(0, draft.act->act->parts[part].field, ir::kThingType)));
      }
      std::vector<NodeId> only;
      if (!Tails(out, only)) return;
      out.guards.push_back(d.choice);
      draft.guards.push_back(program().Not(program().And(out.guards)));
    }
    if (!any) {
      findings_.Add({.kind = FindingKind::kUnknownLabel,
                     .at = d.at,
                     .message = "there is no clause " + Quoted(d.labels.empty() ? "" : d.labels[0]),
                     .labels = {},
                     .instance = {},
                     .help = "name a clause of this agreement"});
    }
  }
}

void Compiler::BuildRuleSets() {
  // What the language itself supplies.
  for (const EventName& event : agreement_.events) {
    if (!event.notice) continue;
    Draft closed;
    closed.term = event.can;
    closed.closing = true;
    closed.value = program().False();
    closed.built_in = "nobody has a power that no clause gives";
    closed.label = "powers";
    drafts_.push_back(closed);
    Draft free = closed;
    free.term = event.allowed;
    free.value = program().True();
    free.built_in = "a notice is no breach unless a clause says so";
    free.label = "notices";
    drafts_.push_back(free);
  }
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    const std::string name(program().symbols.Name(program().terms[t].name));
    if (!name.starts_with("is ")) continue;
    const ir::KindId kind = KindNamed(name.substr(3));
    if (!kind.valid()) continue;
    Draft stated;
    stated.term = ir::TermId{t};
    stated.label = "stated";
    stated.built_in = "it is said to be one";
    const NodeId x = program().Field(0, Intern("x"), ir::kThingType);
    std::vector<NodeId> ways = {program().Is(x, kind)};
    for (uint32_t k = 0; k < program().kinds.size(); ++k) {
      if (ir::KindId{k} == kind || !program().KindReaches(ir::KindId{k}, kind)) continue;
      const ir::TermId sub = program().FindTerm(
          Intern("is " + std::string(program().symbols.Name(program().kinds[k].name))));
      if (sub.valid()) ways.push_back(program().Ref(sub, {x}));
    }
    stated.guards = {program().Or(ways)};
    stated.value = program().True();
    stated.beats_all = true;
    drafts_.push_back(stated);
    Draft closed;
    closed.term = ir::TermId{t};
    closed.label = "closed";
    closed.built_in = "a thing is of the kinds stated and no others";
    closed.closing = true;
    closed.value = program().False();
    drafts_.push_back(closed);
  }

  std::map<uint32_t, std::vector<const Draft*>> by_term;
  for (const Draft& draft : drafts_) by_term[draft.term.index].push_back(&draft);
  std::set<std::pair<std::string, Span>> reported;
  const auto missing = [&](const std::string& label, Span at) {
    if (!reported.insert({label, at}).second) return;
    std::vector<std::string> known;
    for (const Clause& c : agreement_.clauses) known.push_back(c.label);
    const std::string closest = Closest(label, known);
    findings_.Add({.kind = FindingKind::kUnknownLabel,
                   .at = at,
                   .message = "there is no clause " + Quoted(label),
                   .labels = {},
                   .instance = {},
                   .help = closest.empty() ? "name a clause of this agreement"
                                           : "did you mean " + Quoted(closest) + "?"});
  };
  for (const Draft& draft : drafts_) {
    for (const auto* list : {&draft.despite, &draft.subject_to, &draft.except}) {
      for (const std::string& label : *list) {
        if (!LabelExists(label)) {
          missing(label, draft.at);
        } else if (list != &draft.except &&
                   // A clause that could not be read has its finding already.
                   std::any_of(drafts_.begin(), drafts_.end(),
                               [&](const Draft& d) { return StandsUnder(d.label, label); }) &&
                   std::none_of(by_term[draft.term.index].begin(), by_term[draft.term.index].end(),
                                [&](const Draft* d) { return StandsUnder(d->label, label); }) &&
                   reported.insert({label, draft.at}).second) {
          findings_.Add({.kind = FindingKind::kIdleException,
                         .at = draft.at,
                         .message = "clause " + Quoted(draft.label) + " names " + Quoted(label) +
                                    ", which says nothing of the same act",
                         .labels = {},
                         .instance = {},
                         .help =
                             "only clauses about one act can yield to one another; remove it or "
                             "name the clause meant"});
        }
      }
    }
  }
  for (const OrderSentence& order : orders_) {
    for (const auto* list : {&order.winners, &order.losers}) {
      for (const std::string& label : *list) {
        if (!LabelExists(label)) missing(label, order.at);
      }
    }
  }

  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    const std::string name(program().symbols.Name(program().terms[t].name));
    const bool ruled = name.starts_with("may ") || name.starts_with("must ") || by_term.contains(t);
    if (!ruled) continue;
    const std::vector<const Draft*>& drafts = by_term[t];
    ir::RuleSet set{ir::TermId{t}, {}};
    const size_t n = drafts.size();
    std::vector<std::vector<bool>> beats(n, std::vector<bool>(n, false));
    const auto under_any = [](const std::string& label, const std::vector<std::string>& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](const std::string& l) { return StandsUnder(label, l); });
    };
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (i == j || drafts[i]->label == drafts[j]->label) continue;
        const Draft& a = *drafts[i];
        const Draft& b = *drafts[j];
        bool wins = under_any(b.label, a.despite) || under_any(a.label, b.subject_to);
        wins = wins || (b.closing && !a.closing) || (a.beats_all && !b.beats_all);
        if (a.excludes && !b.excludes && !b.closing && !b.beats_all) {
          wins = wins || !under_any(b.label, a.except);
        }
        if (b.excludes && !a.excludes && !a.closing && under_any(a.label, b.except)) wins = true;
        for (const OrderSentence& order : orders_) {
          wins = wins || (under_any(a.label, order.winners) && under_any(b.label, order.losers));
        }
        beats[i][j] = wins;
      }
    }
    // A circle of precedence is an error; the edge that closes it is left out.
    for (size_t i = 0; i < n; ++i) {
      ir::Rule rule;
      rule.label = Intern(drafts[i]->label);
      rule.guard = program().And(drafts[i]->guards);
      rule.value = drafts[i]->value;
      rule.at = drafts[i]->at;
      rule.built_in = drafts[i]->built_in;
      rule.outside = drafts[i]->outside;
      set.rules.push_back(rule);
    }
    for (size_t i = 0; i < n; ++i) {
      for (uint32_t j = 0; j < n; ++j) {
        if (!beats[i][j]) continue;
        if (ir::BeatsClosure(set)[j][i]) {
          findings_.Add({.kind = FindingKind::kCircularOrder,
                         .at = drafts[i]->at,
                         .message = "clauses " + Quoted(drafts[i]->label) + " and " +
                                    Quoted(drafts[j]->label) + " prevail over one another",
                         .labels = {{drafts[i]->at, "prevails over the other"},
                                    {drafts[j]->at, "prevails over this one"}},
                         .instance = {},
                         .help = "remove one `despite` or `subject to`"});
          continue;
        }
        set.rules[i].beats.push_back(j);
      }
    }
    program().rule_sets.push_back(set);
    ir::Term& term = program().terms[t];
    term.body = program().Rules(static_cast<uint32_t>(program().rule_sets.size() - 1), term.type);
  }
}

// A number that no sentence states is a fact, or undisclosed where it belongs to nobody.
void Compiler::BuildPlainNumbers() {
  for (const NumberName& number : agreement_.numbers) {
    if (number.defined) continue;
    ir::Point point;
    point.name = Intern(number.name);
    point.kind = number.owner.valid() ? ir::PointKind::kFact : ir::PointKind::kUndisclosed;
    point.type = number.type;
    point.says = number.owner.valid() ? "the " + number.name + " of {0}" : "the " + number.name;
    point.at = number.at;
    program().points.push_back(point);
    const ir::PointId id{static_cast<uint32_t>(program().points.size() - 1)};
    agreement_.points.emplace(number.name, id);
    std::vector<NodeId> args;
    if (number.owner.valid()) args.push_back(program().Field(0, Intern("x"), ir::kThingType));
    program().terms[number.term.index].body = program().Open(id, args);
  }
}

// Every circle of terms must pass through the strict past: the guard of a While, what a Fold
// reads of an event, a Schedule. Any other is reported, clause by clause, and broken.
void Compiler::BreakCycles() {
  std::vector<std::vector<uint32_t>> present(program().terms.size());
  std::vector<int> seen;
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    std::vector<NodeId> stack = {program().terms[t].body};
    std::set<NodeId> visited;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (!visited.insert(id).second) continue;
      const ir::Node& node = program().Get(id);
      const auto children = program().Children(id);
      if (node.op == ir::Op::kRef) present[t].push_back(node.data);
      if (node.op == ir::Op::kRules) {
        for (const ir::Rule& rule : program().rule_sets[node.data].rules) {
          stack.push_back(rule.guard);
          stack.push_back(rule.value);
        }
      }
      for (size_t i = 0; i < children.size(); ++i) {
        const bool past = (node.op == ir::Op::kWhile && i == 1) ||
                          (node.op == ir::Op::kFold && i == 1) ||
                          (node.op == ir::Op::kSchedule && i >= 1) ||
                          (node.op == ir::Op::kEach && i >= 1 && i + 1 < children.size());
        if (!past) stack.push_back(children[i]);
      }
    }
  }
  std::vector<int> state(program().terms.size(), 0);
  std::vector<uint32_t> path;
  const std::function<void(uint32_t)> visit = [&](uint32_t t) {
    state[t] = 1;
    path.push_back(t);
    for (const uint32_t next : present[t]) {
      if (state[next] == 0) {
        visit(next);
      } else if (state[next] == 1) {
        std::vector<std::string> names;
        std::vector<diag::Label> labels;
        const auto from = std::find(path.begin(), path.end(), next);
        for (auto it = from; it != path.end(); ++it) {
          const std::string name(program().symbols.Name(program().terms[*it].name));
          names.push_back(Quoted(name));
          labels.push_back(
              {program().terms[*it].at,
               "needs " + Quoted(program().symbols.Name(
                              program().terms[it + 1 == path.end() ? *from : *(it + 1)].name))});
        }
        findings_.Add(
            {.kind = FindingKind::kCircularTerms,
             .at = program().terms[next].at,
             .message =
                 JoinAnd(names) + (names.size() == 1 ? " defines itself" : " define one another"),
             .labels = labels,
             .instance = {},
             .help = "let one of them look at what had happened before: an event, not a state"});
        ir::Term& term = program().terms[t];
        term.body = term.type.base == ir::Base::kBool ? program().False()
                    : term.type.base == ir::Base::kMoment
                        ? program().Moment(kNever)
                        : program().Lit(Value::Number(Rational(0)), term.type);
      }
    }
    path.pop_back();
    state[t] = 2;
  };
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    if (state[t] == 0) visit(t);
  }
}

}  // namespace

Agreement Compile(const source::Files& files, const syntax::Tree& tree, diag::Findings& findings) {
  return Compiler(files, tree, findings).Run();
}

}  // namespace entente::check
