// Questions are read with the same phrases as clauses. A noun that a clause would test becomes a
// thing here: of the kinds it names and no others, with the facts its description states.

#include "check/question.h"

#include <algorithm>

#include "base/words.h"
#include "check/phrases.h"
#include "eval/lower.h"

namespace entente::check {

using diag::FindingKind;
using ir::NodeId;
using syntax::Token;

namespace {

// What the words after a noun say of the thing.
void Settle(Phrases& phrases, const Noun& noun, ThingId id, ir::Thing& thing, Query& query) {
  const NodeId x = phrases.agreement().program.Lit(Value::Thing(id), ir::kThingType);
  const auto fact = [&](ir::PointId point, const Value& value) {
    query.settled.push_back({{eval::Key::Family::kPoint, point.index, {Value::Thing(id)}}, value});
  };
  for (const NounMod& mod : noun.mods) {
    switch (mod.what) {
      case NounMod::What::kThatIs:
        if (mod.negated) {
          query.denied.push_back(phrases.Holds(mod.noun[0], x));
          break;
        }
        for (const NounHead& head : mod.noun[0].heads) {
          if (head.kind.valid()) thing.kinds.push_back(head.kind);
        }
        Settle(phrases, mod.noun[0], id, thing, query);
        break;
      case NounMod::What::kFact:
        fact(mod.point, Value::Bool(!mod.negated));
        break;
      case NounMod::What::kMadeOn:
        fact(phrases.agreement().made, Value::Moment(Position::StartOf(mod.date)));
        break;
      case NounMod::What::kMadeAfter:
      case NounMod::What::kMadeBefore:
        if (query.general) break;
        phrases.Fail(FindingKind::kBadQuestion, "a question needs the day on which it was made",
                     "write `made on 1 September 2029`", noun.span);
        break;
      case NounMod::What::kOtherThan:
        // It is none of the named things anyway, and of no kind but its own; what is so by
        // definition has to be denied.
        query.denied.push_back(phrases.Holds(mod.noun[0], x));
        break;
    }
  }
}

// The words of `tokens` that lie within `span`; of a clause with readings, those of the one read.
std::string WordsOf(const source::Files& files, const std::vector<Token>& tokens,
                    source::Span span) {
  size_t begin = 0;
  while (begin < tokens.size() && tokens[begin].span.begin < span.begin) ++begin;
  size_t end = begin;
  while (end < tokens.size() && tokens[end].span.end <= span.end) ++end;
  return syntax::TextOf(files, tokens, begin, end);
}

// A thing that fits the description and nothing else.
ThingId Describe(Phrases& phrases, const Noun& noun, const std::string& text, Query& query) {
  Agreement& agreement = phrases.agreement();
  ir::Program& program = agreement.program;
  if (noun.none) {
    phrases.Fail(FindingKind::kBadQuestion, Quoted(text) + " is nothing that could be asked about",
                 "ask of a thing, or `other than` some kind of it", noun.span);
    return {};
  }
  if (noun.heads.size() == 1 && noun.heads[0].thing.valid() && noun.mods.empty()) {
    return noun.heads[0].thing;
  }
  // What is one of several, things or kinds, is none that could be described: a thing of both kinds
  // is another. Where a clause names them, one thing, or one of all kinds, stands for all; whoever
  // asks has to say which.
  const auto named = std::find_if(noun.heads.begin(), noun.heads.end(),
                                  [](const NounHead& head) { return head.thing.valid(); });
  if (noun.heads.size() > 1 && (!query.general || named != noun.heads.end())) {
    if (query.general) return named->thing;
    phrases.Fail(FindingKind::kBadQuestion, Quoted(text) + " is one of several, and not said which",
                 "ask of each by itself", noun.span);
    return {};
  }
  ir::Thing thing;
  // Each description is another thing, even when two read alike.
  thing.name = program.symbols.Intern(text);
  for (const NounHead& head : noun.heads) {
    if (head.kind.valid()) thing.kinds.push_back(head.kind);
    if (head.thing.valid()) {
      const ir::Thing& base = program.things[head.thing.index];
      thing.kinds.insert(thing.kinds.end(), base.kinds.begin(), base.kinds.end());
    }
    thing.open = thing.open || head.any;
  }
  const ThingId id{static_cast<uint32_t>(program.things.size())};
  Settle(phrases, noun, id, thing, query);
  program.things.push_back(thing);
  return id;
}

// Segments of a question: the question itself, then each tail introduced by a comma.
std::vector<std::vector<Token>> Split(const std::vector<Token>& tokens) {
  constexpr std::string_view kStarts[] = {"on", "given", "known", "reading", "if", "edition"};
  std::vector<std::vector<Token>> out(1);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool tail = tokens[i].Is(",") && i + 1 < tokens.size() &&
                      std::any_of(std::begin(kStarts), std::end(kStarts),
                                  [&](std::string_view w) { return tokens[i + 1].Is(w); });
    if (tail) {
      out.emplace_back();
    } else {
      out.back().push_back(tokens[i]);
    }
  }
  return out;
}

// A capitalised name at the start that a given introduces.
void IntroduceName(Agreement& agreement, const source::Files& files,
                   const std::vector<Token>& tokens) {
  size_t end = 0;
  while (end < tokens.size() && tokens[end].capital()) ++end;
  if (end == 0 || end >= tokens.size() || !(tokens[end].Is("is") || tokens[end].Is("are"))) return;
  const std::string name = syntax::TextOf(files, tokens, 0, end);
  const Symbol symbol = agreement.program.symbols.Intern(name);
  for (const ir::Kind& k : agreement.program.kinds) {
    if (k.name == symbol) return;
  }
  for (const NumberName& n : agreement.numbers) {
    if (n.name == name) return;
  }
  for (const EventName& e : agreement.events) {
    if (e.name == name) return;
  }
  eval::ThingNamed(agreement.program, name);
}

record::Entry Hypothetical(std::string kind, const Query& query) {
  record::Entry entry;
  entry.kind = std::move(kind);
  entry.id = "given " + std::to_string(query.given.size() + 1);
  entry.hypothetical = true;
  return entry;
}

// Who an event is by when a `given` does not say: the first thing some clause gives the power to.
std::string WhoMay(const Agreement& agreement, const EventName& event) {
  const ir::Program& program = agreement.program;
  if (!event.can.valid()) return "";
  const ir::Node& body = program.Get(program.terms[event.can.index].body);
  if (body.op != ir::Op::kRules) return "";
  for (const ir::Rule& rule : program.rule_sets[body.data].rules) {
    std::vector<NodeId> stack = {rule.guard};
    while (!stack.empty()) {
      const ir::Node& node = program.Get(stack.back());
      const auto children = program.Children(stack.back());
      stack.pop_back();
      if (node.op == ir::Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kEqual) {
        const ir::Node& field = program.Get(children[0]);
        const ir::Node& lit = program.Get(children[1]);
        if (field.op == ir::Op::kField && Symbol{field.data} == program.known.by &&
            lit.op == ir::Op::kLit) {
          return std::string(
              program.symbols.Name(program.things[program.Literal(lit).AsThing().index].name));
        }
      }
      if (node.op == ir::Op::kOp) stack.insert(stack.end(), children.rbegin(), children.rend());
    }
  }
  return "";
}

// `with an Amount of $500 and Units of 3`.
bool ReadFields(Phrases& phrases, const Agreement& agreement, ir::EventTypeId type,
                std::string_view name, std::vector<record::Field>& fields) {
  if (!phrases.Accept("with")) return true;
  do {
    phrases.Accept("a") || phrases.Accept("an");
    const auto index = phrases.AcceptNumberName();
    if (!index || agreement.numbers[*index].event != type) {
      phrases.FailHere("expected a number that the agreement declares of " + WithArticle(name));
      return false;
    }
    const NumberName& number = agreement.numbers[*index];
    phrases.Expect("of");
    ir::Type unit;
    const NodeId node = phrases.failed() ? NodeId{} : phrases.ParseNumber(&unit);
    if (phrases.failed()) return false;
    const ir::Node literal = agreement.program.Get(node);
    if (unit != number.type || literal.op != ir::Op::kLit) {
      phrases.Fail(FindingKind::kUnitMismatch,
                   "the " + number.name + " is given in another unit, or not as a figure",
                   "give a figure in the unit of the declaration");
      return false;
    }
    Rational amount = agreement.program.Literal(literal).AsNumber();
    // Records hold whole dollars or euros, not cents.
    if (unit.base == ir::Base::kMoney) amount = Divide(amount, Rational(100)).value_or(amount);
    fields.push_back(
        {std::string(agreement.program.symbols.Name(number.field)), ToPlainText(amount)});
  } while (phrases.Accept("and"));
  return true;
}

bool Contradicts(Phrases& phrases, const std::string& what) {
  phrases.Fail(FindingKind::kBadQuestion, "two givens cannot both be so: " + what,
               "leave out one of the two", phrases.whole());
  return false;
}

// Takes a fact or figure as so.
bool Suppose(Phrases& phrases, Query& query, eval::Key key, Value value) {
  if (phrases.failed()) return false;
  const std::string words = phrases.TextFrom(0);
  for (const auto& [other, was] : query.settled) {
    if (other == key && was != value) return Contradicts(phrases, words);
  }
  query.settled.push_back({std::move(key), value});
  query.supposed.push_back(words);
  return true;
}

// `Acme is a Public Customer`, `Acme is not a Startup`.
bool SupposeKind(Phrases& phrases, Query& query, ThingId thing,
                 const Phrases::Predicate& predicate) {
  ir::Program& program = phrases.agreement().program;
  const Noun& noun = predicate.is[0];
  const std::string words = phrases.TextFrom(0);
  if (phrases.failed()) return false;
  const std::vector<ir::KindId> kinds = program.things[thing.index].kinds;
  const auto already = [&](ir::KindId kind) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](ir::KindId of) { return program.KindReaches(of, kind); });
  };
  if (predicate.negated) {
    for (const NounHead& head : noun.heads) {
      if (!head.kind.valid()) continue;
      if (noun.mods.empty() && already(head.kind)) return Contradicts(phrases, words);
      if (noun.mods.empty()) query.not_of.emplace_back(thing, head.kind);
    }
    query.denied.push_back(phrases.Holds(noun, program.Lit(Value::Thing(thing), ir::kThingType)));
  } else {
    if (noun.heads.size() != 1) {
      phrases.Fail(FindingKind::kBadQuestion,
                   Quoted(words) + " does not say which of the kinds it is of",
                   "give one kind at a time", phrases.whole());
      return false;
    }
    if (const ir::KindId kind = noun.heads[0].kind; kind.valid()) {
      for (const auto& [other, denied] : query.not_of) {
        if (other == thing && program.KindReaches(kind, denied)) return Contradicts(phrases, words);
      }
      for (const ir::KindId of : kinds) {
        if (program.Apart(of, kind)) return Contradicts(phrases, words);
      }
      program.things[thing.index].kinds.push_back(kind);
    }
    Settle(phrases, noun, thing, program.things[thing.index], query);
  }
  query.supposed.push_back(words);
  return !phrases.failed();
}

std::string NameOf(const Agreement& agreement, ThingId thing) {
  return std::string(agreement.program.symbols.Name(agreement.program.things[thing.index].name));
}

// `Birch deliver the Plan to Alder on 31 March 2026`. Nothing where it does not begin like an act
// of somebody; else whether it could be read.
std::optional<bool> GivenAct(Phrases& phrases, const Agreement& agreement, source::Span whole,
                             Query& query) {
  const std::vector<Token>& tokens = phrases.tokens();
  const bool verb = std::any_of(agreement.acts.begin(), agreement.acts.end(), [&](const Act& act) {
    return std::any_of(tokens.begin() + 1, tokens.end(),
                       [&](const Token& token) { return token.Is(act.verb[0]); });
  });
  const size_t mark = phrases.at();
  const auto who = verb ? phrases.ParseNoun() : std::nullopt;
  ActUse use;
  if (phrases.failed() || !who || who->heads.size() != 1 || !who->heads[0].thing.valid() ||
      !phrases.ParseAct(use)) {
    if (phrases.failed()) return false;
    phrases.Rewind(mark);
    return std::nullopt;
  }
  record::Entry entry = Hypothetical(use.act->name, query);
  entry.by = NameOf(agreement, who->heads[0].thing);
  for (size_t p = 0; p < use.parts.size(); ++p) {
    if (!use.parts[p]) continue;
    const Part& part = use.act->parts[p];
    const std::string field(agreement.program.symbols.Name(part.field));
    const auto& heads = use.parts[p]->heads;
    if (part.words_only) {
      entry.fields.push_back({field, "true"});
    } else if (heads.size() == 1 && heads[0].thing.valid()) {
      entry.fields.push_back({field, NameOf(agreement, heads[0].thing)});
    } else {
      phrases.Fail(FindingKind::kBadQuestion,
                   "what was done was done with one thing that has a name",
                   "introduce it first: `given NAME is a KIND`", use.parts[p]->span);
    }
  }
  if (!ReadFields(phrases, agreement, use.act->type, use.act->name, entry.fields)) return false;
  phrases.Accept("on");
  const auto date = phrases.ParseDateWords();
  if (!date) {
    phrases.FailHere("expected the day on which it was done",
                     "write `given WHO ACT on 31 March 2029`");
    return false;
  }
  entry.happened = Position::StartOf(*date);
  entry.known = *date;
  entry.at = whole;
  query.given.push_back(entry);
  if (!phrases.AtEnd()) phrases.FailHere("expected the end of the given");
  return !phrases.failed();
}

// Whether a token can only be the id of an entry: a word with a figure in it, as `o1`.
bool IsEntryId(const Token& token) {
  return token.kind == syntax::TokenKind::kWord && !token.capital() &&
         token.text.find_first_of("0123456789") != std::string_view::npos;
}

// `of o1`, taken out of the words: the id of the entry that a notice is about.
std::optional<std::string> TakeAbout(std::vector<Token>& tokens) {
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].Is("of") || !IsEntryId(tokens[i + 1])) continue;
    const auto at = tokens.begin() + static_cast<ptrdiff_t>(i);
    std::string id(tokens[i + 1].text);
    tokens.erase(at, at + 2);
    return id;
  }
  return std::nullopt;
}

// `Order o1 by Premier`: what the entry is to be known by.
std::optional<std::string> TakeId(std::vector<Token>& tokens) {
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i - 1].capital() || !IsEntryId(tokens[i])) continue;
    std::string id(tokens[i].text);
    tokens.erase(tokens.begin() + static_cast<ptrdiff_t>(i));
    return id;
  }
  return std::nullopt;
}

}  // namespace

bool ReadGiven(const source::Files& files, Agreement& agreement, const std::vector<Token>& said,
               Query& query, diag::Findings& findings) {
  std::vector<Token> tokens = said;
  std::optional<std::string> about;
  if (tokens.empty()) {
    findings.Add({.kind = FindingKind::kBadQuestion,
                  .at = {},
                  .message = "a given says nothing",
                  .labels = {},
                  .instance = {},
                  .help = "leave it out, or write `given no Declaration by 1 March 2029`"});
    return false;
  }
  Phrases phrases(files, agreement, findings);
  const source::Span whole = source::Cover(tokens.front().span, tokens.back().span);
  phrases.Begin(tokens, "", whole);
  if (phrases.AcceptAll({"nothing", "further", "happens"})) {
    query.nothing_further = true;
    return true;
  }
  if (phrases.PeekIs("no") && phrases.PeekEvent()) {
    const auto use = phrases.ParseEvent();
    if (!use) return false;
    std::optional<Date> through = query.on;
    if (phrases.Accept("before")) {
      const auto date = phrases.ParseDateWords();
      if (!date) {
        phrases.FailHere("expected a date");
        return false;
      }
      through = Date{date->day - 1};
    } else if (phrases.Accept("by") || phrases.Accept("through")) {
      through = phrases.ParseDateWords();
      if (!through) {
        phrases.FailHere("expected a date");
        return false;
      }
    }
    if (!through) {
      phrases.Fail(FindingKind::kBadQuestion, "until when is none given?",
                   "write `given no Declaration by 1 March 2029`, or ask `on` a date", whole);
      return false;
    }
    for (const uint32_t e : use->events) {
      // AGI is not recorded itself: the events on which it happens are.
      record::Entry entry = Hypothetical(std::string(record::kClose), query);
      std::vector<std::string> kinds;
      if (agreement.events[e].alias_first.valid()) {
        for (const EventName& other : agreement.events) {
          if (!other.alias_first.valid()) kinds.push_back(other.name);
        }
      } else {
        kinds.push_back(agreement.events[e].name);
      }
      entry.fields = {{"kinds", Join(kinds, ", ")}, {"through", ToText(*through)}};
      entry.at = whole;
      query.given.push_back(entry);
    }
    if (!phrases.AtEnd()) phrases.FailHere("expected the end of the given");
    return !phrases.failed();
  }
  if (phrases.PeekEvent() && !phrases.PeekNumber()) {
    about = TakeAbout(tokens);
    phrases.Begin(tokens, "", whole);
    const auto use = phrases.ParseEvent();
    if (!use) return false;
    std::vector<record::Field> fields;
    const EventName& of = agreement.events[use->events[0]];
    if (!ReadFields(phrases, agreement, of.type, of.name, fields)) return false;
    std::optional<Noun> by = use->by;
    if (!by && phrases.Accept("by")) by = phrases.ParseNoun();
    // `sent by courier`: the day is that of sending.
    if (phrases.AcceptAll({"sent", "by"})) {
      const size_t channel = phrases.at();
      while (!phrases.AtEnd() && !phrases.PeekIs("on")) phrases.Rewind(phrases.at() + 1);
      fields.push_back({std::string(record::kChannel), phrases.TextFrom(channel)});
    }
    phrases.Accept("on");
    const auto date = phrases.ParseDateWords();
    if (!date) {
      phrases.FailHere("expected the date on which it happened",
                       "write `given Verification on 31 March 2029`");
      return false;
    }
    const EventName& event = agreement.events[use->events[0]];
    if (event.alias_first.valid()) {
      phrases.Fail(
          FindingKind::kBadQuestion,
          Quoted(event.name) + " happens on another event and is not recorded itself",
          "give the event on which it happens, as a clause `" + event.name + " happens on …` says",
          whole);
      return false;
    }
    record::Entry entry = Hypothetical(event.name, query);
    if (about) fields.push_back({std::string(record::kOf), *about});
    entry.fields = std::move(fields);
    entry.happened = Position::StartOf(*date);
    entry.known = *date;
    entry.at = whole;
    entry.by = by && by->heads[0].thing.valid() ? NameOf(agreement, by->heads[0].thing)
                                                : WhoMay(agreement, event);
    query.given.push_back(entry);
    if (!phrases.AtEnd()) phrases.FailHere("expected the end of the given");
    return !phrases.failed();
  }
  if (const auto read = GivenAct(phrases, agreement, whole, query)) return *read;
  // A bracket or reading by its id: 4.7#1 is 2031-12-31; A01 as 2.
  for (size_t i = 1; i < tokens.size(); ++i) {
    const bool as = tokens[i].Is("as");
    if (!as && !(tokens[i].Is("is") && tokens[0].kind == syntax::TokenKind::kNumber)) continue;
    std::string name;
    for (size_t k = 0; k < i; ++k) name += std::string(tokens[k].text);
    const std::string value = syntax::TextOf(files, tokens, i + 1, tokens.size());
    const auto point = agreement.points.find(name);
    if (as) {
      query.readings.emplace_back(name, value);
    } else if (point != agreement.points.end() && (value[0] == '$' || value.starts_with("€"))) {
      // An amount as the text writes amounts: `12.6#1 is $38bn`.
      const ir::Point open = agreement.program.points[point->second.index];
      phrases.Begin({tokens.begin() + static_cast<ptrdiff_t>(i) + 1, tokens.end()}, "", whole);
      ir::Type type;
      const NodeId amount = phrases.ParseNumber(&type);
      if (phrases.failed()) return false;
      const ir::Node node = agreement.program.Get(amount);
      if (type != open.type || node.op != ir::Op::kLit || !phrases.AtEnd()) {
        phrases.Fail(FindingKind::kBadQuestion, "this cannot be given of " + Quoted(name),
                     "give a figure in its unit", whole);
        return false;
      }
      // On another reading it is one figure all the same.
      for (uint32_t p = 0; p < agreement.program.points.size(); ++p) {
        const ir::Point& other = agreement.program.points[p];
        if (other.name != open.name || other.kind != open.kind || other.at != open.at) continue;
        query.settled.push_back(
            {{eval::Key::Family::kPoint, p, {}}, agreement.program.Literal(node)});
      }
      query.supposed.push_back(name + " is " + value);
    } else {
      record::Entry entry = Hypothetical(std::string(record::kDisclose), query);
      entry.fields = {{"term", name}, {"is", value}};
      entry.at = whole;
      query.given.push_back(entry);
    }
    return true;
  }
  if (phrases.PeekNumber()) {
    phrases.Accept("the");
    const auto index = phrases.AcceptNumberName();
    const NumberName& number = agreement.numbers[*index];
    std::vector<Value> owner;
    if (number.owner.valid() && phrases.Accept("of")) {
      const auto noun = phrases.ParseNoun();
      if (!noun || noun->heads.size() != 1 || !noun->heads[0].thing.valid()) {
        phrases.FailHere("expected the name of whose " + number.name + " it is",
                         "introduce it first: `given NAME is a KIND`");
        return false;
      }
      owner.push_back(Value::Thing(noun->heads[0].thing));
    }
    phrases.Expect("is");
    ir::Type type;
    const NodeId value = phrases.ParseNumber(&type);
    if (phrases.failed()) return false;
    const ir::Node node = agreement.program.Get(value);
    const auto point = agreement.points.find(number.name);
    if (type != number.type || node.op != ir::Op::kLit || point == agreement.points.end() ||
        number.owner.valid() != !owner.empty()) {
      phrases.Fail(FindingKind::kBadQuestion, "this cannot be given of " + Quoted(number.name),
                   "give a figure in its unit for a number that no clause states", whole);
      return false;
    }
    return Suppose(phrases, query, {eval::Key::Family::kPoint, point->second.index, owner},
                   agreement.program.Literal(node));
  }
  // A thing and what it is.
  IntroduceName(agreement, files, tokens);
  const auto noun = phrases.ParseNoun();
  if (noun && noun->heads.size() == 1 && noun->heads[0].thing.valid()) {
    const auto predicate = phrases.ParsePredicate();
    if (predicate) {
      const ThingId thing = noun->heads[0].thing;
      if (predicate->is.empty()) {
        return Suppose(phrases, query,
                       {eval::Key::Family::kPoint, predicate->point.index, {Value::Thing(thing)}},
                       Value::Bool(!predicate->negated));
      }
      return SupposeKind(phrases, query, thing, *predicate);
    }
  }
  // A fact about nothing in particular.
  phrases.Rewind(0);
  if (!phrases.failed()) {
    const NodeId condition = phrases.ParseCondition();
    ir::Node node = agreement.program.Get(condition);
    const bool denied =
        node.op == ir::Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kNot;
    if (denied) node = agreement.program.Get(agreement.program.Children(condition)[0]);
    if (!phrases.failed() && node.op == ir::Op::kOpen && node.count == 0) {
      return Suppose(phrases, query, {eval::Key::Family::kPoint, node.data, {}},
                     Value::Bool(!denied));
    }
    phrases.FailHere("this is nothing that can be given",
                     "give an event on a date, `no EVENT by DATE`, `NAME is a KIND`, or a figure");
  }
  return false;
}

std::optional<record::Entry> ReadEntry(const source::Files& files, Agreement& agreement,
                                       const std::vector<Token>& tokens, size_t number,
                                       diag::Findings& findings) {
  std::vector<Token> main = tokens;
  const auto id = TakeId(main);
  std::optional<Date> known;
  for (size_t i = 0; i + 2 < main.size(); ++i) {
    if (!main[i].Is(",") || !main[i + 1].Is("known") || !main[i + 2].Is("on")) continue;
    Phrases phrases(files, agreement, findings);
    phrases.Begin({main.begin() + static_cast<ptrdiff_t>(i) + 3, main.end()}, "",
                  source::Cover(tokens.front().span, tokens.back().span));
    known = phrases.ParseDateWords();
    if (!known) phrases.FailHere("expected the day on which it became known");
    main.resize(i);
  }
  Query query;
  if (findings.any_error() || !ReadGiven(files, agreement, main, query, findings))
    return std::nullopt;
  if (query.given.size() != 1) {
    findings.Add({.kind = FindingKind::kBadEntry,
                  .at = source::Cover(tokens.front().span, tokens.back().span),
                  .message = "this is no event with a day",
                  .labels = {},
                  .instance = {},
                  .help = "write `entry Declaration by OpenAI on 1 February 2027`"});
    return std::nullopt;
  }
  record::Entry entry = query.given[0];
  entry.hypothetical = false;
  entry.id = id.value_or("entry " + std::to_string(number));
  if (entry.kind == record::kClose) entry.known = *ParseDate(*entry.Find("through"));
  if (known) entry.known = *known;
  return entry;
}

namespace {

// Which notice a question is about that does not say: the last that is given, else the last on
// record by the day asked, else whichever may come.
ThingId AboutWhich(Agreement& agreement, const EventName& of, const Query& query,
                   const std::optional<std::string>& named) {
  if (named) return eval::ThingNamed(agreement.program, "entry " + *named);
  const auto last = [&](std::span<const record::Entry> entries) -> const record::Entry* {
    const record::Entry* found = nullptr;
    for (const record::Entry& entry : entries) {
      if (eval::EntryKind(entry.kind) != eval::EntryKind(of.name) ||
          (query.known_at && entry.known > *query.known_at))
        continue;
      if (entry.happened.date() > query.on.value_or(query.unless_named)) continue;
      if (found == nullptr || entry.happened >= found->happened) found = &entry;
    }
    return found;
  };
  const record::Entry* entry = last(query.given);
  if (entry == nullptr) entry = last(query.recorded);
  return eval::ThingNamed(agreement.program, entry != nullptr
                                                 ? "entry " + entry->id
                                                 : std::string(eval::kSomeEntry) + of.name);
}

bool OnRecord(const Query& query, std::string_view id, const EventName& of) {
  const auto is_it = [&](const record::Entry& entry) {
    return entry.id == id && eval::EntryKind(entry.kind) == eval::EntryKind(of.name);
  };
  return std::any_of(query.recorded.begin(), query.recorded.end(), is_it) ||
         std::any_of(query.given.begin(), query.given.end(), is_it);
}

}  // namespace

std::optional<Query> ReadQuestion(const source::Files& files, Agreement& agreement, Form form,
                                  const std::vector<Token>& tokens, Query query,
                                  diag::Findings& findings) {
  query.form = form;
  if (tokens.empty()) {
    findings.Add({.kind = FindingKind::kBadQuestion,
                  .at = {},
                  .message = "the question is empty",
                  .labels = {},
                  .instance = {},
                  .help = "ask `may \"OpenAI serve an API Product on AWS\"`"});
    return std::nullopt;
  }
  const auto segments = Split(tokens);
  Phrases phrases(files, agreement, findings);
  const source::Span whole = source::Cover(tokens.front().span, tokens.back().span);
  // Dates first: `given no Declaration` needs them.
  for (size_t i = 1; i < segments.size(); ++i) {
    phrases.Begin(segments[i], "", whole);
    if (phrases.Accept("on")) {
      const auto day = phrases.ParseDateWords();
      if (!day) phrases.FailHere("expected a date", "write `on 1 March 2029`");
      if (day && query.on && *query.on != *day) {
        phrases.Fail(
            FindingKind::kBadQuestion,
            "the question is on " + ToLongText(*day) + " and asked on " + ToLongText(*query.on),
            "leave out one of the two days", whole);
      }
      query.on = day;
    } else if (phrases.AcceptAll({"known", "at"})) {
      query.known_at = phrases.ParseDateWords();
      if (!query.known_at) phrases.FailHere("expected a date", "write `known at 1 March 2029`");
    } else if (phrases.Accept("edition")) {
      query.edition = syntax::TextOf(files, segments[i], 1, segments[i].size());
    } else if (phrases.Accept("if")) {
      if (phrases.AcceptAll({"nothing", "further", "happens"})) {
        query.nothing_further = true;
      } else {
        phrases.FailHere("expected `nothing further happens`");
      }
    }
    if (phrases.failed()) return std::nullopt;
  }
  for (size_t i = 1; i < segments.size(); ++i) {
    const std::vector<Token>& s = segments[i];
    if (s[0].Is("reading") || s[0].Is("given")) {
      if (!ReadGiven(files, agreement, {s.begin() + 1, s.end()}, query, findings))
        return std::nullopt;
    }
  }
  std::vector<Token> main = segments[0];
  const auto about = form == Form::kMay ? TakeAbout(main) : std::nullopt;
  bool about_used = false;
  phrases.Begin(main, "", whole);
  ir::Program& program = agreement.program;
  query.text = syntax::TextOf(files, main, 0, main.size());
  phrases.scope.describe = [&](const Noun& noun) {
    const ThingId thing = Describe(phrases, noun, WordsOf(files, main, noun.span), query);
    return program.Lit(Value::Thing(thing), ir::kThingType);
  };
  if (form == Form::kWhat) {
    query.node = phrases.ParseNumber(&query.type);
  } else if (form == Form::kIs) {
    query.type = ir::kBoolType;
    const bool described =
        !phrases.PeekEvent() && !phrases.PeekNumber() && !phrases.PeekStretch(0, nullptr);
    std::optional<Noun> noun;
    if (described) noun = phrases.ParseNoun();
    if (noun) {
      const std::string text = phrases.TextFrom(0);
      const ThingId thing = Describe(phrases, *noun, text, query);
      const NodeId x = program.Lit(Value::Thing(thing), ir::kThingType);
      query.parts.push_back({"subject", {}, thing, !noun->heads[0].thing.valid(), text});
      const auto made = phrases.HasMade(x);
      const auto predicate = made || phrases.failed() ? std::nullopt : phrases.ParsePredicate();
      if (made && phrases.PeekIs("and")) {
        phrases.Rewind(0);
        query.node = phrases.ParseCondition();
      } else if (made) {
        query.node = *made;
      } else if (predicate) {
        query.node = phrases.Says(*predicate, x);
      } else {
        phrases.FailHere("expected what it is",
                         "ask `is \"a Method that is confidential is Research IP\"`");
      }
    } else {
      phrases.Rewind(0);
      query.node = phrases.ParseCondition();
    }
  } else {
    query.type = ir::kBoolType;
    const auto who = phrases.ParseNoun();
    if (!who) {
      phrases.FailHere("expected who asks to act", "begin with a party: `OpenAI serve …`");
      return std::nullopt;
    }
    const ThingId by = Describe(phrases, *who, phrases.TextFrom(0), query);
    query.parts.push_back({"by", {}, by, false, phrases.TextFrom(0)});
    phrases.Accept("may");
    std::vector<NodeId> args = {program.Lit(Value::Thing(by), ir::kThingType)};
    const size_t mark = phrases.at();
    if ((phrases.Accept("make") || phrases.Accept("give")) && phrases.PeekEvent()) {
      const auto use = phrases.ParseEvent();
      if (!use) return std::nullopt;
      const EventName& event = agreement.events[use->events[0]];
      if (!event.can.valid()) {
        phrases.Fail(
            FindingKind::kBadQuestion, Quoted(event.name) + " is no notice that anyone makes",
            "ask whether it has happened: `is \"" + WithArticle(event.name) + " has happened\"`");
        return std::nullopt;
      }
      if (event.of.valid()) {
        about_used = true;
        const EventName& of = *agreement.FindEvent(event.of);
        if (about && !OnRecord(query, *about, of)) {
          phrases.Fail(FindingKind::kBadQuestion,
                       "no " + of.name + " " + Quoted(*about) + " is on record",
                       "name one by its id, or leave it out and ask about the last", whole);
          return std::nullopt;
        }
        args.push_back(
            program.Lit(Value::Thing(AboutWhich(agreement, of, query, about)), ir::kThingType));
      }
      query.node = program.Ref(event.can, args);
    } else {
      phrases.Rewind(mark);
      ActUse act;
      if (!phrases.ParseAct(act)) {
        if (!phrases.failed()) {
          std::vector<std::string> known;
          for (const Act& a : agreement.acts) known.push_back(a.name);
          const Token* token = phrases.Peek();
          const std::string word(token != nullptr ? token->text : "");
          const std::string closest = Closest(word, known);
          phrases.Fail(FindingKind::kUnknownPhrase, Quoted(word) + " begins no declared act",
                       closest.empty() ? "the acts are " + JoinAnd(known)
                                       : "did you mean " + Quoted(closest) + "?");
        }
        return std::nullopt;
      }
      for (size_t p = 0; p < act.parts.size(); ++p) {
        const Part& part = act.act->parts[p];
        const std::string name(program.symbols.Name(part.field));
        if (part.words_only) {
          args.push_back(program.Lit(Value::Bool(act.parts[p].has_value()), ir::kBoolType));
          continue;
        }
        ThingId thing;
        std::string text;
        if (act.parts[p]) {
          text = WordsOf(files, main, act.parts[p]->span);
          thing = Describe(phrases, *act.parts[p], text, query);
          if (act.parts[p]->its) {
            query.settled.push_back({{eval::Key::Family::kPoint,
                                      phrases.BelongsTo(by, act.parts[p]->span).index,
                                      {Value::Thing(thing)}},
                                     Value::Bool(true)});
          }
          if (phrases.failed()) return std::nullopt;
        }
        const bool described = act.parts[p] && !act.parts[p]->heads[0].thing.valid();
        query.parts.push_back({name, part.kind, thing, described, text});
        args.push_back(program.Lit(Value::Thing(thing), ir::kThingType));
      }
      query.node = program.Ref(act.act->allowed, args);
    }
    if (about && !about_used && !phrases.failed()) {
      phrases.Fail(FindingKind::kBadQuestion,
                   "`of " + *about + "` is said of a notice about another",
                   "leave it out where nothing is about an entry", whole);
    }
  }
  if (!phrases.failed() && !phrases.AtEnd()) {
    phrases.FailHere(
        "the question goes on in no known way",
        "tails are `, on DATE`, `, given …`, `, known at DATE`, `, edition V3`, `, reading A01 "
        "as 2`");
  }
  if (phrases.failed()) return std::nullopt;
  if (!query.on) query.on = phrases.last_day;
  return query;
}

}  // namespace entente::check
