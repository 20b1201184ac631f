// Who and what: nouns, what is said of them, acts and events.

#include <algorithm>

#include "base/words.h"
#include "check/lexicon.h"
#include "check/phrases.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Token;
using syntax::TokenKind;

std::optional<Noun> Phrases::ParseNounSimple() {
  if (failed_) return std::nullopt;
  Noun noun;
  noun.span = Here();
  bool any = false;
  const size_t begin = at_;
  while (Peek() != nullptr && IsDeterminer(Peek()->text)) {
    any = any || PeekIs("any") || PeekIs("every");
    noun.its = noun.its || PeekIs("its");
    noun.that = noun.that || PeekIs("that");
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
      bool event = false;
      for (const EventName& e : agreement_.events) {
        known.push_back(e.name);
        event = event || e.name == name;
      }
      const std::string closest = Closest(name, known);
      if (event) {
        Fail(FindingKind::kWrongKind, Quoted(name) + " is an event, and no thing",
             "write `a " + name + " has happened`, or `stands` where a sentence says until when",
             source::Cover(tokens_[at_].span, tokens_[end - 1].span));
        return std::nullopt;
      }
      // `party Cedar Dorn` declares one name where two were meant.
      const auto holds = std::find_if(known.begin(), known.end(), [&](const std::string& other) {
        return (" " + other + " ").find(" " + name + " ") != std::string::npos;
      });
      Fail(FindingKind::kUnknownName, Quoted(name) + " was not declared",
           MonthOf(name)          ? "write the day as well: `1 " + name + " 2029`"
           : holds != known.end() ? Quoted(*holds) + " is one name; put a comma between two"
           : closest.empty() ? "declare it: `kind " + name + "` or `thing " + name + " is a KIND`"
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
    } else if (PeekIs("of") && !of_is_taken_) {
      // Of a named party or thing; any other `of` belongs to whoever reads on.
      const size_t mark = at_++;
      Accept("the");
      const auto whose = AcceptThing();
      if (!whose) {
        at_ = mark;
        return;
      }
      NounMod mod;
      mod.point = BelongsTo(*whose, Here());
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

void Phrases::RefuseNone(const Noun& noun) {
  if (!noun.none || failed_) return;
  Fail(FindingKind::kUnknownPhrase, "`no` in front of a thing is read in two ways",
       "write `must not`, or `other than` for what is left out; `no` stands in front of who acts "
       "and of events",
       noun.span);
}

NodeId Phrases::Holds(const Noun& noun, NodeId x) {
  RefuseNone(noun);
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
  if (noun.its) all.push_back(OfSubject(x, noun.span));
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
            program_.And({program_.Reached(mod.moment), LiesBefore(mod.moment, made)});
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

// An event that happens on others is looked through, down to the first of those: one that is seen
// before the moment is enough, whatever came before it unseen.
NodeId Phrases::LiesBefore(NodeId moment, NodeId other) {
  const ir::Node node = program_.Get(moment);
  const auto children = program_.Children(moment);
  if (node.op == ir::Op::kRef && node.count == 0)
    return LiesBefore(program_.terms[node.data].body, other);
  if (node.op == ir::Op::kIf) {
    const NodeId condition = children[0], yes = children[1], no = children[2];
    return program_.If(condition, LiesBefore(yes, other), LiesBefore(no, other));
  }
  return program_.Apply(Function::kLess, {moment, other}, ir::kBoolType);
}

ir::PointId Phrases::BelongsTo(ThingId whose, Span at) {
  return FactPoint("is of " + std::string(program_.symbols.Name(program_.things[whose.index].name)),
                   ir::PointKind::kFact, 1, at);
}

// `its K`: of whoever the subject of the sentence is.
NodeId Phrases::OfSubject(NodeId x, Span at) {
  std::vector<ThingId> whose;
  for (const NounHead& head :
       scope.subject != nullptr ? scope.subject->heads : std::vector<NounHead>{}) {
    if (head.thing.valid()) {
      whose.push_back(head.thing);
    } else if (head.kind == agreement_.party_kind) {
      whose.insert(whose.end(), agreement_.parties.begin(), agreement_.parties.end());
    }
  }
  if (whose.empty()) {
    Fail(FindingKind::kWrongKind, "`its` is the subject's, and the subject is no named party",
         "name whose it is: `an Affiliate of NAME`", at);
    return program_.False();
  }
  const NodeId by = program_.Field(0, program_.known.by, ir::kThingType);
  std::vector<NodeId> ways;
  for (const ThingId one : whose) {
    const NodeId of = program_.Open(BelongsTo(one, at), {x});
    const NodeId acts = program_.Apply(
        Function::kEqual, {by, program_.Lit(Value::Thing(one), ir::kThingType)}, ir::kBoolType);
    ways.push_back(scope.another || whose.size() == 1 ? of : program_.And({acts, of}));
  }
  return program_.Or(ways);
}

bool Phrases::PeekTail() const {
  constexpr std::string_view kWords[] = {"if",      "unless", "while",  "until",
                                         "through", "by",     "before", "from",
                                         "after",   "within", "in",     "during"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return PeekIs(word); });
}

bool Phrases::PeekConsent() const {
  size_t ahead = 1;
  for (const std::string_view word : {"the", "prior", "written"}) ahead += PeekIs(word, ahead);
  return (PeekIs("with") || PeekIs("without")) && PeekIs("consent", ahead);
}

void Phrases::AcceptConsent() {
  while (!Accept("consent")) ++at_;
  Expect("of");
}

std::optional<Noun> Phrases::ParseAnother() {
  if (!Accept("let") && !Accept("enable") && !Accept("permit") && !Accept("allow")) {
    FailHere("expected `let`, `enable`, `permit` or `allow`",
             "write `nor let its Affiliates do so`");
    return std::nullopt;
  }
  auto noun = ParseNoun();
  if (!noun) {
    FailHere("expected who else must not do so");
    return std::nullopt;
  }
  Accept("to");
  if (!AcceptAll({"do", "so"}))
    FailHere("expected `do so`", "write `nor let its Affiliates do so`");
  return failed_ ? std::nullopt : noun;
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
    if (PeekIs("of")) {
      const size_t mark = at_++;
      Accept("the");
      if (const auto whose = AcceptThing()) {
        Predicate out;
        out.negated = negated;
        out.point = BelongsTo(*whose, Here());
        return out;
      }
      at_ = mark;
    }
    if (PeekIs("[") || (PeekIs("one") && PeekIs("of", 1) && PeekIs("[", 2))) {
      const std::string which = AcceptAll({"one", "of"}) ? "is one of " : "is ";
      const auto hole = ParseHole();
      if (!hole) return std::nullopt;
      Predicate out;
      out.negated = negated;
      out.point = FactPoint(which + hole->text, ir::PointKind::kJudgement, 1, hole->span);
      return out;
    }
    auto noun = ParseNoun();
    if (noun) {
      Predicate out;
      // `is no K` is `is not a K`.
      out.negated = negated != noun->none;
      noun->none = false;
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
    of_is_taken_ = std::any_of(act.parts.begin(), act.parts.end(), [](const Part& p) {
      return !p.words.empty() && p.words[0] == "of";
    });
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
  of_is_taken_ = false;
  if (best_failed) return false;
  at_ = best_end > 0 ? best_end : begin;
  return best_end > 0;
}

bool Phrases::PeekEvent() const {
  if (PeekEndOfWindow()) return true;
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
  if (PeekEndOfWindow()) return AcceptEndOfWindow();
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
      // `… and no Stoppage stands` begins anew.
      if (PeekEvent() && Peek()->capital()) continue;
      at_ = mark;
    }
    break;
  }
  while (!failed_) {
    if (PeekIs("in") && !use.window) {
      const size_t mark = at_++;
      use.window = ParseWindow();
      if (!use.window) {
        at_ = mark;
        break;
      }
      continue;
    }
    if (PeekIs("of") && !PeekIs("the", 2)) {
      const size_t mark = at_;
      ++at_;
      if (PeekEvent()) {
        // `of a Declaration`: the event this one is about.
        const auto inner = ParseEvent();
        use.that = use.that || (inner && inner->that);
        // `a Choice of that Offer by Birch`: by whom the Choice is.
        if (inner && inner->by && !use.by) use.by = inner->by;
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

NodeId Phrases::Occurrences(const EventUse& use, size_t which, NodeId of_id,
                            const std::function<NodeId(NodeId maker)>& made_by) {
  const int slot = scope.free_slot;
  const NodeId by = program_.Field(slot, program_.known.by, ir::kThingType);
  if (use.derived.valid())
    return made_by ? program_.While(use.derived, slot, made_by(by)) : use.derived;
  EventName& event = agreement_.events[use.events[which]];
  event.spoken_of = true;
  // `a Disclosure of that Declaration`, of what the notice of this sentence is about too.
  if (!of_id.valid() && use.that && scope.event != nullptr && event.of.valid() &&
      event.of == scope.event->of)
    of_id = program_.Field(0, program_.symbols.Intern("of"), ir::kThingType);
  const auto filter = [&](std::string_view field, NodeId maker) {
    std::vector<NodeId> out;
    if (of_id.valid() && event.of.valid()) {
      const NodeId of = program_.Field(slot, program_.symbols.Intern(field), ir::kThingType);
      out.push_back(program_.Apply(Function::kEqual, {of, of_id}, ir::kBoolType));
    }
    if (use.by && use.by->that && use.by->heads[0].kind.valid()) {
      out.push_back(program_.Apply(Function::kEqual, {maker, Referent(*use.by)}, ir::kBoolType));
    } else if (use.by) {
      out.push_back(Holds(*use.by, maker));
    }
    if (made_by) out.push_back(made_by(maker));
    return out;
  };
  NodeId events = Effective(event, filter("of", by), use.attempted);
  if (use.attempted) return events;
  // Silence about an entry has the fields of that entry.
  for (const EventName::Counted& counted : event.counted) {
    auto only = filter("id", program_.Lit(Value::Thing(counted.by), ir::kThingType));
    const NodeId such = only.empty()
                            ? counted.events
                            : program_.While(counted.events, slot, program_.And(std::move(only)));
    events = program_.Union(events, such);
  }
  return events;
}

std::optional<NodeId> Phrases::EachOccurrence(const EventUse& use) {
  std::optional<NodeId> out;
  for (size_t i = 0; i < use.events.size(); ++i) {
    const EventName& event = agreement_.events[use.events[i]];
    if (event.alias_first.valid() && !use.derived.valid()) {
      Fail(FindingKind::kWrongKind, WithArticle(event.name) + " happens on other events",
           "name the events on which it happens");
      return std::nullopt;
    }
    const NodeId events = Occurrences(use, i, {});
    out = out ? program_.Union(*out, events) : events;
  }
  return out;
}

NodeId Phrases::Effective(const EventName& event, std::vector<NodeId> filter, bool attempted) {
  const int slot = scope.free_slot;
  const ir::EventType& type = program_.event_types[event.type.index];
  const NodeId events = program_.On(event.type, slot, program_.And(std::move(filter)));
  if (event.can.valid() && !attempted) {
    std::vector<NodeId> args = {program_.Field(slot, program_.known.by, ir::kThingType)};
    for (const ir::EventField& field : type.fields) {
      if (field.type == ir::kThingType)
        args.push_back(program_.Field(slot, field.name, field.type));
    }
    return program_.While(events, slot, program_.Ref(event.can, args));
  }
  return events;
}

NodeId Phrases::MomentOf(const EventUse& use, NodeId of_id) {
  std::vector<NodeId> moments;
  for (size_t i = 0; i < use.events.size(); ++i) {
    const EventName& event = agreement_.events[use.events[i]];
    if (event.alias_first.valid() && !use.derived.valid()) {
      moments.push_back(program_.Ref(event.alias_first, {}));
      continue;
    }
    // `a Declaration stands until 60 days after that Declaration`: the one in question.
    if (use.that && scope.entry_type == event.type && !use.derived.valid()) {
      moments.push_back(program_.Field(1, program_.known.at, ir::kMomentType));
      continue;
    }
    const int slot = scope.free_slot;
    if (use.that && scope.event != nullptr && scope.event->of == event.type &&
        !use.derived.valid()) {
      // The entry that this notice is about.
      const NodeId id = program_.Field(0, program_.symbols.Intern("of"), ir::kThingType);
      const NodeId itself = program_.Apply(
          Function::kEqual, {program_.Field(slot, program_.known.id, ir::kThingType), id},
          ir::kBoolType);
      moments.push_back(
          program_.MomentOf(ir::FoldKind::kFirst, Effective(event, {itself}, use.attempted), slot));
      continue;
    }
    const NodeId entry = use.that && scope.entry_id.valid() ? scope.entry_id : of_id;
    const ir::FoldKind kind = use.last ? ir::FoldKind::kLast : ir::FoldKind::kFirst;
    const NodeId events = Occurrences(use, i, entry);
    if (use.window && use.window->rolling.valid()) {
      Fail(FindingKind::kUnknownPhrase, "`the last` stretch of time is for counts and sums",
           "name the stretch: `in 2029`, `in the 12 months before 1 March 2029`");
    } else if (use.window) {
      moments.push_back(program_.Fold(
          kind, events, slot, program_.Field(slot, program_.known.at, ir::kMomentType),
          use.window->from, LastBefore(use.window->through), program_.Moment(kNever)));
      continue;
    }
    moments.push_back(program_.MomentOf(kind, events, slot));
  }
  if (moments.size() == 1) return moments[0];
  return program_.Apply(Function::kEarliest, moments, ir::kMomentType);
}

}  // namespace entente::check
