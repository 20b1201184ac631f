// The first pass: what an agreement declares, and what its asks may want.

#include "check/compiler.h"
#include "check/lexicon.h"

namespace entente::check {

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
  const Date january = *DateOf(2000, 1, 1);
  agreement_.periods = {{"month", {1, DurationUnit::kMonths}, january, {}},
                        {"quarter", {3, DurationUnit::kMonths}, january, {}},
                        {"year", {12, DurationUnit::kMonths}, january, {}}};
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
  for (const Period& p : agreement_.periods) {
    if (p.name == name) return report("period");
  }
  for (const CalendarName& c : agreement_.calendars) {
    if (c.name == name) return report("calendar");
  }
  for (const Stretch& s : agreement_.stretches) {
    if (s.name == name) return report("window");
  }
  if (KindNamed(name).valid()) return report("kind");
  return false;
}

std::vector<Compiler::Group> Compiler::ReadGroups(const std::vector<Token>& tokens, size_t from) {
  std::vector<Group> out(1);
  // Where a comma sets off what the names are of, another `of` belongs to a name: `thing Bank of
  // America, of Bank`. What a party is of nobody says.
  const auto set_off = [&](size_t k) {
    if (tokens[0].Is("party") || tokens[0].Is("role")) return true;
    for (; k + 1 < tokens.size() && !tokens[k].Is(";"); ++k) {
      if (tokens[k].Is(",") && tokens[k + 1].Is("of")) return true;
    }
    return false;
  };
  bool named_with_of = set_off(from);
  bool of = false;
  size_t i = from;
  while (i < tokens.size()) {
    if (tokens[i].Is(";")) {
      out.emplace_back();
      of = false;
      named_with_of = set_off(++i);
    } else if (tokens[i].Is(",") || tokens[i].Is("and")) {
      ++i;
    } else if (tokens[i].Is("of") || tokens[i].Is("is")) {
      of = true;
      ++i;
      while (i < tokens.size() && (tokens[i].Is("a") || tokens[i].Is("an"))) ++i;
    } else {
      const size_t begin = i;
      // `First of Its Kind` stays one name only if written with capitals throughout.
      while (i < tokens.size() && tokens[i].kind == TokenKind::kWord &&
             (!tokens[i].Is("of") || (named_with_of && i > begin)) && !tokens[i].Is("and") &&
             !tokens[i].Is("is")) {
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

void Compiler::DeclareAct(const Statement& declaration) {
  Statement s = declaration;
  // `is a way to` ends the phrase of the act.
  std::vector<Token> wider;
  for (size_t i = 1; i + 3 < s.tokens.size(); ++i) {
    if (!s.tokens[i].Is("is") || !s.tokens[i + 1].Is("a") || !s.tokens[i + 2].Is("way") ||
        !s.tokens[i + 3].Is("to")) {
      continue;
    }
    const auto at = s.tokens.begin() + static_cast<ptrdiff_t>(i);
    wider.assign(at + 4, s.tokens.end());
    s.tokens.erase(at, s.tokens.end());
    break;
  }
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
        // What uses the act is not to blame.
        if (!act.verb.empty()) unread_acts_.push_back(act.verb[0]);
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
  if (!wider.empty()) IsWayTo(act, wider);
  agreement_.acts.push_back(std::move(act));
}

// The part of `to` that stands for a part of another act: the same words in front, and one kind
// below the other.
std::optional<size_t> Compiler::Counterpart(const Part& part, const Act& to) const {
  for (size_t p = 0; p < to.parts.size(); ++p) {
    const Part& other = to.parts[p];
    if (other.words_only != part.words_only || other.words != part.words) continue;
    if (part.words_only || agreement_.program.KindsMeet(part.kind, other.kind)) return p;
  }
  return std::nullopt;
}

void Compiler::IsWayTo(Act& act, const std::vector<Token>& wider) {
  const Span at = source::Cover(wider.front().span, wider.back().span);
  std::vector<std::string> known;
  for (uint32_t a = 0; a < agreement_.acts.size(); ++a) {
    const Act& other = agreement_.acts[a];
    known.push_back(other.name);
    const bool named =
        wider.size() >= other.verb.size() &&
        std::equal(other.verb.begin(), other.verb.end(), wider.begin(),
                   [](const std::string& word, const Token& t) { return t.Is(word); });
    if (!named || (act.way_to && other.verb.size() <= agreement_.acts[*act.way_to].verb.size()))
      continue;
    act.way_to = a;
  }
  if (!act.way_to) {
    findings_.Add({.kind = FindingKind::kUnknownPhrase,
                   .at = at,
                   .message = "no act declared above reads like this",
                   .labels = {},
                   .instance = {},
                   .help = known.empty() ? "declare the wider act first"
                                         : "the acts above are " + JoinAnd(known)});
    return;
  }
  const Act& other = agreement_.acts[*act.way_to];
  for (const Part& part : other.parts) {
    const auto mine = Counterpart(part, act);
    if (!mine) {
      findings_.Add({.kind = FindingKind::kWrongKind,
                     .at = act.at,
                     .message = "nothing in " + Quoted(act.name) + " stands for the part " +
                                Quoted(program().symbols.Name(part.field)) + " of " +
                                Quoted(other.name),
                     .labels = {{act.at, "the way"}, {other.at, "what it is a way to"}},
                     .instance = {},
                     .help = "give both acts the same parts, with the same words in front"});
      act.way_to.reset();
      act.way_parts.clear();
      return;
    }
    act.way_parts.push_back(*mine);
  }
}

// `with the consent of P` in a clause makes a notice of its own, known by the clause's number.
void Compiler::DeclareConsent(const Statement& s) {
  if (s.label.empty()) return;
  const bool asked =
      std::any_of(s.tokens.begin(), s.tokens.end(), [](const Token& t) { return t.Is("consent"); });
  const bool tail = std::any_of(s.tokens.begin(), s.tokens.end(),
                                [](const Token& t) { return t.Is("with") || t.Is("without"); });
  const std::string name = "Consent under " + s.label;
  if (!asked || !tail || program().symbols.Find(name).valid()) return;
  AddEvent(name, true, {}, s.span);
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
      if (!Taken(name, span)) AddEvent(name, notice, of, span);
    }
  }
}

void Compiler::AddEvent(const std::string& name, bool notice, ir::EventTypeId of, Span at) {
  if (record::IsBuiltInKind(name)) {
    findings_.Add({.kind = FindingKind::kDuplicateName,
                   .at = at,
                   .message = Quoted(name) + " is a kind of entry that every record has",
                   .labels = {},
                   .instance = {},
                   .help = "call it otherwise, or no entry could say that it happened"});
  }
  EventName event;
  event.name = name;
  event.notice = notice;
  event.of = of;
  event.at = at;
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
    event.can = AddTerm("power to make a " + name, parameters, ir::kBoolType, at);
    event.allowed = AddTerm("may make a " + name, parameters, ir::kBoolType, at);
  }
  agreement_.events.push_back(event);
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
  // number NAME [of (KIND)] [in a PERIOD], UNIT; several names before the unit are allowed.
  size_t i = 1;
  std::vector<std::pair<std::string, Span>> names;
  ir::KindId owner;
  ir::EventTypeId event;
  std::optional<uint32_t> period;
  std::string unit;
  while (i < s.tokens.size()) {
    const size_t begin = i;
    while (i < s.tokens.size() && s.tokens[i].kind == TokenKind::kWord && !s.tokens[i].Is("of") &&
           !(s.tokens[i].Is("in") && i > begin)) {
      ++i;
    }
    const Span span = source::Cover(s.tokens[begin].span, s.tokens[std::max(begin, i - 1)].span);
    const bool is_unit = i == begin + 1 && IsCapitalUnit(s.tokens[begin].text);
    if (i > begin && s.tokens[begin].capital() && !is_unit) {
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
      for (const EventName& e : agreement_.events) {
        if (e.name == name) event = e.type;
      }
      for (const Act& act : agreement_.acts) {
        if (Join(act.verb, " ") == name) event = act.type;
      }
      if (!owner.valid() && !event.valid()) {
        findings_.Add({.kind = FindingKind::kUnknownName,
                       .at = s.span,
                       .message = Quoted(name) + " is no declared kind or event",
                       .labels = {},
                       .instance = {},
                       .help = "declare it above: `kind " + name + "` or `event " + name + "`"});
        return;
      }
      ++i;
    }
    if (i < s.tokens.size() && s.tokens[i].Is("in")) {
      phrases_.Begin(s.tokens, "", s.span);
      phrases_.Rewind(i + 1);
      phrases_.Accept("a") || phrases_.Accept("an") || phrases_.Accept("each");
      period = phrases_.AcceptPeriod();
      if (!period) {
        phrases_.FailHere(
            "expected the period of the number",
            "write `in a quarter`, or declare the period above: `period Contract Year "
            "is each 12 months from 1 July 2026`");
        return;
      }
      i = phrases_.at();
    }
    if (i == begin || (i < s.tokens.size() && s.tokens[i].Is(","))) ++i;
  }
  for (const std::string_view known : {"percent", "USD", "EUR"}) {
    if (unit == known || !SameWord(unit, known)) continue;
    findings_.Add({.kind = FindingKind::kUnknownName,
                   .at = s.span,
                   .message = Quoted(unit) + " is nearly a unit that is known",
                   .labels = {},
                   .instance = {},
                   .help = "write " + Quoted(known)});
    unit = known;
  }
  if (unit.empty()) {
    findings_.Add({.kind = FindingKind::kUnitMismatch,
                   .at = s.span,
                   .message = "the number has no unit",
                   .labels = {},
                   .instance = {},
                   .help = "end the line with `USD`, `EUR`, `percent` or what is counted: `number "
                           "Staff, persons`"});
  }
  if (unit == "percent" || unit.empty()) unit = "1";
  const ir::Type type =
      unit == "USD" || unit == "EUR" ? ir::MoneyType(Intern(unit)) : ir::NumberType(Intern(unit));
  for (const auto& [name, span] : names) {
    if (Taken(name, span)) continue;
    NumberName number{name, type, owner, period, event, {}, {}, false, span};
    if (event.valid()) {
      std::string field = LowerCase(name);
      std::replace(field.begin(), field.end(), ' ', '-');
      number.field = Intern(field);
      program().event_types[event.index].fields.push_back({number.field, type, {}});
      agreement_.numbers.push_back(number);
      continue;
    }
    std::vector<ir::Parameter> parameters;
    if (owner.valid()) parameters.push_back({Intern("x"), ir::kThingType});
    if (period) {
      parameters.push_back({Intern("from"), ir::kMomentType});
      parameters.push_back({Intern("to"), ir::kMomentType});
    }
    number.term = AddTerm("the " + name, parameters, type, span);
    agreement_.numbers.push_back(number);
  }
}

void Compiler::DeclarePeriod(const Statement& s) {
  Period period{"", {}, {}, s.span};
  size_t is = 1;
  while (is < s.tokens.size() && !s.tokens[is].Is("is")) ++is;
  period.name = syntax::TextOf(files_, s.tokens, 1, is);
  phrases_.Begin(s.tokens, "", s.span);
  phrases_.Rewind(is);
  constexpr std::string_view kForm =
      "write `period Contract Year is each 12 months from 1 July 2026`";
  if (is == 1 || !phrases_.AcceptAll({"is", "each"}) || !phrases_.PeekDuration())
    return phrases_.FailHere("expected a name and `is each` with a length", std::string(kForm));
  const ir::Node length = program().Get(phrases_.ParseDuration());
  phrases_.Expect("from");
  if (phrases_.failed()) return;
  const bool effective = phrases_.AcceptAll({"the", "effective", "date"});
  const auto from =
      effective ? std::optional<Date>(program().origin.date()) : phrases_.ParseDateWords();
  if (length.op != ir::Op::kLit || !from || (effective && !effective_) || !phrases_.AtEnd())
    return phrases_.FailHere("expected the day on which one of them begins", std::string(kForm));
  period.length = program().Literal(length).AsDuration();
  period.from = *from;
  if (period.length.count <= 0)
    return phrases_.Fail(FindingKind::kUnknownSentence, "a period of no length never ends",
                         std::string(kForm), s.span);
  if (Taken(period.name, s.span)) return;
  agreement_.periods.push_back(std::move(period));
}

void Compiler::Declare(const Statement& s) {
  std::string_view head = s.tokens.empty() ? std::string_view{} : s.tokens[0].text;
  // A head that is nearly one is taken for it, or each name it declares would be unknown too.
  if (s.label.empty() && !s.tokens.empty() && !SaysOfNotices(s)) {
    for (const std::string_view known : {"party", "role", "kind", "thing", "act", "notice", "event",
                                         "fact", "number", "period", "calendar"}) {
      if (head == known || !(SameWord(known, head) || SameWord(head, known))) continue;
      findings_.Add({.kind = FindingKind::kUnknownSentence,
                     .at = s.tokens[0].span,
                     .message = Quoted(head) + " begins no sentence",
                     .labels = {},
                     .instance = {},
                     .help = "did you mean " + Quoted(known) + "?"});
      head = known;
      break;
    }
  }
  if (!s.label.empty()) {
    const bool fresh = labels_.insert(s.label).second;
    const Version& version = VersionOf(s);
    // Versions of one clause share its number; what one amendment, or the original, says twice not.
    const auto same =
        fresh || version.reworded
            ? agreement_.clauses.end()
            : std::find_if(agreement_.clauses.begin(), agreement_.clauses.end(),
                           [&](const Clause& c) {
                             return c.label == s.label && c.amendment == version.amendment;
                           });
    if (same != agreement_.clauses.end()) {
      const Clause& other = *same;
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
    agreement_.clauses.push_back(
        {s.label, s.span, block.prose, block.heading, true, version.amendment});
    if (s.tokens.empty()) handled_.insert(&s);
    return;
  }
  // What changes the text may hold readings, which are collected later.
  if (edits_.contains(static_cast<size_t>(&s - tree_.statements.data()))) return;
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
  } else if (head == "period") {
    DeclarePeriod(s);
  } else if (head == "calendar") {
    DeclareCalendar(s);
  } else if (head == "reading") {
    if (s.tokens.size() >= 2) {
      const std::string id(s.tokens[1].text);
      const std::string about = syntax::TextOf(files_, s.tokens, 2, s.tokens.size());
      const auto report =
          std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                       [&](const Reading& r) { return r.id == id && r.point.valid(); });
      if (report != agreement_.readings.end()) {
        report->about = about;
      } else {
        agreement_.readings.push_back({id, {}, {}, about, s.span});
      }
    }
  } else if (head == "effective") {
    phrases_.Begin(s.tokens, "", s.span);
    phrases_.Accept("effective");
    const auto date = phrases_.ParseDateWords();
    if (date && effective_) {
      phrases_.Fail(FindingKind::kDuplicateName, "the agreement takes effect twice",
                    "keep one of the two dates", s.span);
    } else if (date) {
      program().origin = Position::StartOf(*date);
      effective_ = true;
    } else if (!phrases_.failed()) {
      phrases_.FailHere("expected the date from which the agreement applies",
                        "write `effective 28 October 2025`");
    }
  } else if (head == "survive") {
    phrases_.Begin(s.tokens, "", s.span);
    if (VersionOf(s).amendment) {
      return phrases_.Fail(FindingKind::kBadAmendment,
                           "what survives is said of the whole text and cannot be amended",
                           "write it in the original text", s.span);
    }
    phrases_.Accept("survive");
    const std::vector<std::string> labels = phrases_.ParseLabels();
    agreement_.survive.insert(agreement_.survive.end(), labels.begin(), labels.end());
    survive_at_ = s.span;
    if (!phrases_.failed() && !phrases_.AtEnd())
      phrases_.FailHere("expected clause numbers only", "write `survive 6, 9 and 15.4`");
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
    agreement_.asks.push_back(
        {entries_, {s.tokens.begin() + 1, s.tokens.end()}, {}, s.span, {}, VersionOf(s).amendment});
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
      agreement_.readings.push_back({use.id, {}, {}, "", {}});
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
    it->words.push_back(use.alternatives);
  }
}

// A doubt that is explained has a brace that it is about.
void Compiler::CheckReadings() {
  std::vector<std::string> used;
  for (const Reading& reading : agreement_.readings) {
    if (!reading.places.empty()) used.push_back(reading.id);
  }
  for (const Reading& reading : agreement_.readings) {
    if (!reading.places.empty() || !reading.at.valid()) continue;
    const std::string closest = Closest(reading.id, used);
    findings_.Add(
        {.kind = FindingKind::kUnknownReading,
         .at = reading.at,
         .message = "reading " + Quoted(reading.id) + " is explained and stands in no brace",
         .labels = {},
         .instance = {},
         .help = closest.empty() ? "write `{" + reading.id +
                                       ": ours | the other}` where the "
                                       "text can be read in two ways, or remove it"
                                 : "did you mean " + Quoted(closest) + "?"});
  }
}

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

}  // namespace entente::check
