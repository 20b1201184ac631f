// The sentences of the language: norms, definitions, events that happen on others.

#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kLaterHeads[] = {"if"};

}  // namespace

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

ir::PointId Compiler::ReadingOfTwo(const std::string& id, std::vector<std::string> alternatives,
                                   std::string says, std::string about, Span at) {
  ir::Point point;
  point.name = Intern(id);
  point.kind = ir::PointKind::kReading;
  point.type = {ir::Base::kEnum, 2};
  point.alternatives = alternatives;
  point.has_primary = true;
  point.says = std::move(says);
  point.at = at;
  program().points.push_back(point);
  const ir::PointId out{static_cast<uint32_t>(program().points.size() - 1)};
  agreement_.readings.push_back({id, out, {at}, std::move(about), {}, {std::move(alternatives)}});
  return out;
}

void Compiler::NotEvaluated(const Statement& s, std::string what) {
  for (Clause& clause : agreement_.clauses) {
    if (clause.sentence == s.span) clause.evaluated = false;
  }
  findings_.Add({.kind = FindingKind::kNotEvaluated,
                 .at = s.span,
                 .message = std::move(what) + " are read and not yet evaluated",
                 .labels = {},
                 .instance = {},
                 .help = "no answer rests on this sentence"});
}

int Compiler::Turn(const Statement& s) {
  if (SaysOfSilence(s)) return 0;
  for (size_t i = 0; i + 1 < s.tokens.size(); ++i) {
    if (s.tokens[i].Is("happens") && s.tokens[i + 1].Is("on")) return 1;
    if (s.tokens[i].Is("stands") && s.tokens[i + 1].Is("until")) return 2;
  }
  return SaysOfDischarge(s) ? 2 : 3;
}

void Compiler::Sentence(const Statement& s) {
  const std::string_view head = s.tokens[0].text;
  if (s.label.empty() && head == "for") return EachItem(s);
  if (NamesStretch(s) || SaysOfNotices(s)) return;
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

// `each Party must …` is a duty of each, and is read once for each.
std::vector<syntax::Variant> Compiler::ForEachParty(const syntax::Variant& variant) {
  const std::vector<Token>& tokens = variant.tokens;
  const auto one = [&](size_t i) {
    return (tokens[i].Is("each") || tokens[i].Is("either")) && i + 1 < tokens.size() &&
           tokens[i + 1].Is("Party");
  };
  bool duty = false;
  for (size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool must = tokens[i + 2].Is("must") || tokens[i + 2].Is("shall");
    const bool not_to = i + 3 < tokens.size() && tokens[i + 3].Is("not");
    duty = duty || (one(i) && must && !not_to);
  }
  if (!duty) return {variant};
  std::vector<syntax::Variant> out;
  for (const std::vector<Token>& name : party_words_) {
    syntax::Variant side{variant.choices, {}};
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (!one(i)) {
        side.tokens.push_back(tokens[i]);
        continue;
      }
      side.tokens.insert(side.tokens.end(), name.begin(), name.end());
      ++i;
    }
    out.push_back(std::move(side));
  }
  return out;
}

// `either Party … the other Party` says one thing of each of the two, and is read once for each; so
// is `no Party …, until a Transfer by that Party`.
std::vector<syntax::Variant> Compiler::ForEitherParty(const Statement& s,
                                                      const syntax::Variant& variant) {
  const std::vector<Token>& tokens = variant.tokens;
  const auto at = [&](size_t i, std::initializer_list<std::string_view> words) {
    return i + words.size() <= tokens.size() &&
           std::equal(words.begin(), words.end(), tokens.begin() + static_cast<ptrdiff_t>(i),
                      [](std::string_view w, const Token& t) { return t.Is(w); });
  };
  bool other = false;
  bool that = false, any = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    other = other || at(i, {"the", "other", "Party"});
    that = that || at(i, {"that", "Party"});
    any = any || at(i, {"either", "Party"}) || at(i, {"each", "Party"}) || at(i, {"no", "Party"});
  }
  if (!other && !(that && any)) return ForEachParty(variant);
  if (other && party_words_.size() != 2) {
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
  std::vector<bool> named(party_words_.size(), false);
  for (size_t i = 0; i < tokens.size(); ++i) {
    either = either || at(i, {"either", "Party"}) || at(i, {"each", "Party"}) ||
             at(i, {"that", "Party"}) || at(i, {"no", "Party"});
    for (size_t p = 0; p < party_words_.size(); ++p) {
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
  for (size_t one = 0; one < party_words_.size(); ++one) {
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
      } else if (at(i, {"no", "Party"})) {
        side.tokens.push_back(tokens[i]);
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
  const NodeId choice = program().And({ChoiceNode(variant.choices), WhenNode(VersionOf(s))});
  const std::vector<Token>& tokens = variant.tokens;
  const auto has = [&](std::string_view word) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) { return t.Is(word); });
  };
  if (SaysOfTerm(s)) return TermSentence(s, choice);
  if (SaysOfDischarge(s)) return DischargeSentence(s, choice);
  if (SaysOfSuspension(tokens)) return SuspensionSentence(s, choice);
  if (SaysOfSilence(s)) return SilenceSentence(s, choice);
  // Order: L prevails over M; L does not apply.
  if (has("prevails") || has("prevail")) {
    OrderSentence order{phrases_.ParseLabels(), {}, choice, s.span};
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
      if (!event.counted.empty()) {
        return phrases_.Fail(
            FindingKind::kWrongKind,
            "silence counts as " + WithArticle(event.name) + ", which happens on other events",
            "let silence count as one of those", s.span);
      }
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
      if (phrases_.PeekIs("its")) {
        const size_t mark = phrases_.at();
        const auto end = phrases_.PeekEvent() ? phrases_.ParseEvent() : std::nullopt;
        if (end && agreement_.events[end->events[0]].of != event.type) {
          return phrases_.Fail(FindingKind::kWrongKind,
                               Quoted(agreement_.events[end->events[0]].name) +
                                   " is not declared to be about a " + event.name,
                               "declare it: `notice " + agreement_.events[end->events[0]].name +
                                   ", of " + event.name + "`, or leave out `its`");
        }
        phrases_.Rewind(mark);
      }
      phrases_.scope.entry_id = program().Field(1, program().known.id, ir::kThingType);
      phrases_.scope.entry_type = event.type;
      phrases_.scope.free_slot = 2;
      const NodeId end = phrases_.failed() ? NodeId{} : phrases_.ParseMoment();
      if (phrases_.failed()) return;
      phrases_.scope.free_slot = 1;
      EventUse itself;
      itself.events.push_back(*index);
      const NodeId those = phrases_.Occurrences(itself, 0, {});
      const NodeId each = program().Each(ir::EachKind::kOr, those, 1, program().KeyOf(those, 1), {},
                                         program().Not(program().Reached(end)));
      event.ends.emplace_back(choice, end);
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
  if (s.label.empty() && tokens.size() > 2 && tokens[0].kind == TokenKind::kNumber &&
      tokens[1].Is(".")) {
    return phrases_.Fail(FindingKind::kUnknownSentence,
                         "a clause number stands without a full stop behind it",
                         "write `" + std::string(tokens[0].text) + "  " +
                             OneLine(syntax::TextOf(files_, tokens, 2, tokens.size()), 60) + "`",
                         s.span);
  }
  if ((modal || has("is") || has("are")) && s.label.empty()) {
    return phrases_.Fail(FindingKind::kUnknownSentence,
                         "the sentence has no clause number, so no answer could cite it",
                         "put a number in front: `1.1  " +
                             OneLine(syntax::TextOf(files_, tokens, 0, tokens.size()), 60) + "`",
                         s.span);
  }
  if (!modal && (has("is") || has("are"))) return NumberSentence(s, choice);
  if (!modal) {
    const bool edit = s.label.empty() && VersionOf(s).amendment;
    phrases_.Fail(FindingKind::kUnknownSentence, "the sentence follows no pattern of the language",
                  edit ? std::string(EditForms()) : NearestPatterns(tokens), s.span);
    return;
  }
  Norm(s, choice);
}

NodeId Compiler::Applies(ir::TermId term, Draft draft, std::string otherwise) {
  draft.term = term;
  draft.value = program().True();
  Draft closed;
  closed.term = term;
  closed.closing = true;
  closed.value = program().False();
  closed.built_in = std::move(otherwise);
  closed.label = "closed";
  drafts_.push_back(std::move(draft));
  drafts_.push_back(std::move(closed));
  return program().Ref(term, {});
}

bool Compiler::Conditions(Draft& draft) {
  std::vector<NodeId> only;
  if (!Tails(draft, only)) return false;
  draft.guards.insert(draft.guards.end(), only.begin(), only.end());
  draft.guards.push_back(InForce(tail_dated_, false));
  return !phrases_.failed();
}

NodeId Compiler::TailsApply(const Statement& s, NodeId choice, std::string otherwise) {
  const ir::TermId term = AddTerm(syntax::TextOf(files_, phrases_.tokens(), 0, phrases_.at()), {},
                                  ir::kBoolType, s.span);
  later_.push_back(
      [this, &s, choice, term, otherwise, tokens = phrases_.tokens(), at = phrases_.at()] {
        phrases_.Begin(tokens, s.label, s.span);
        phrases_.Rewind(at);
        Draft draft;
        draft.label = s.label;
        draft.at = s.span;
        draft.guards = {choice};
        if (Conditions(draft)) Applies(term, std::move(draft), otherwise);
      });
  return program().Ref(term, {});
}

NodeId Compiler::InForce(bool dated, bool inferred, bool of_term) {
  std::vector<NodeId> parts;
  // A sentence that says from or before when speaks for itself; so does an inferred earlier rule.
  if (effective_ && !dated && !inferred)
    parts.push_back(program().Reached(program().Moment(program().origin)));
  if (agreement_.term_end.valid() && !of_term && !Survives(phrases_.label()))
    parts.push_back(program().Not(program().Reached(program().Ref(agreement_.term_end, {}))));
  return program().And(std::move(parts));
}

void Compiler::Norm(const Statement& s, NodeId choice) {
  Draft draft;
  draft.label = s.label;
  draft.at = s.span;
  draft.guards = {choice};
  std::optional<EventUse> upon;
  if (phrases_.Accept("upon")) {
    upon = phrases_.PeekEvent() ? phrases_.ParseEvent() : std::nullopt;
    if (!upon) {
      return phrases_.FailHere("expected the event upon which the duty arises",
                               "write `upon a Request, Alder must …`");
    }
    phrases_.Expect(",");
    if (phrases_.failed()) return;
  }
  const bool inferred = phrases_.Accept("inferred");
  if (inferred) {
    const std::string id = "inferred " + s.label;
    const bool known = std::any_of(agreement_.readings.begin(), agreement_.readings.end(),
                                   [&](const Reading& r) { return r.id == id; });
    if (!known) {
      ReadingOfTwo(id, {"the rule we infer", "no such rule"},
                   "whether " + s.label + ", which no text states, is rightly inferred", "inferred",
                   s.span);
    }
    draft.guards.push_back(ChoiceNode({{id, 0}}));
  }
  draft.closing = phrases_.AcceptAll({"in", "all", "other", "cases"});
  if (draft.closing) phrases_.Accept(",");
  if ((phrases_.PeekIs("the") || phrases_.PeekIs("both")) && phrases_.PeekIs("Parties", 1)) {
    phrases_.Fail(FindingKind::kTheParties,
                  "`" + std::string(phrases_.Peek()->text) +
                      " Parties` may mean each of them or both together",
                  "write `each Party must …`, `either Party may …` or `no Party may …`");
    return;
  }
  const size_t who_at = phrases_.at();
  auto who = phrases_.ParseNoun();
  if (!who) {
    phrases_.FailHere("expected who may or must");
    return;
  }
  const size_t who_end = phrases_.at();
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
  if (upon && modal != Modal::kMust)
    return NotEvaluated(s, "sentences that begin with `upon` and state no duty");
  if (modal == Modal::kMust)
    return DutySentence(s, std::move(draft), *who, {who_at, who_end}, upon);

  bool positive = modal == Modal::kMay;
  const bool nobody = who->none;
  who->none = false;
  if (nobody) positive = !positive;
  draft.value = program().Lit(Value::Bool(positive), ir::kBoolType);
  phrases_.scope.subject = &*who;

  const auto emit = [&](Draft inside, ir::TermId term, const std::vector<NodeId>& only) {
    inside.term = term;
    if (!only.empty()) {
      Draft outside = inside;
      outside.outside = true;
      outside.guards.push_back(program().Not(program().And(only)));
      outside.value = program().Lit(Value::Bool(!positive), ir::kBoolType);
      inside.guards.push_back(program().And(only));
      drafts_.push_back(std::move(outside));
    }
    drafts_.push_back(std::move(inside));
  };
  const size_t mark = phrases_.at();
  std::vector<NodeId> only;
  if ((phrases_.Accept("make") || phrases_.Accept("give")) && phrases_.PeekEvent()) {
    const auto use = phrases_.ParseEvent();
    if (!use) return;
    std::vector<ir::TermId> terms;
    for (const uint32_t e : use->events) {
      const EventName& event = agreement_.events[e];
      if (!event.notice) {
        phrases_.Fail(FindingKind::kWrongKind,
                      Quoted(event.name) + " is an event that happens, not a notice someone makes",
                      "declare it as `notice " + event.name + "`", s.span);
        return;
      }
      // May and has-no-power speak of effect; must-not of breach.
      terms.push_back(modal == Modal::kMustNot ? event.allowed : event.can);
      phrases_.scope.event = &event;
    }
    if (modal != Modal::kNeedNot && !nobody)
      AddNorm(s, {{who_at, who_end}, {mark, phrases_.at()}}, !positive, 0);
    draft.guards.push_back(
        phrases_.Holds(*who, program().Field(0, program().known.by, ir::kThingType)));
    if (!Tails(draft, only)) return;
    if (draft.another) {
      phrases_.Fail(FindingKind::kWrongKind, "a notice is made by whoever has the power to",
                    "say of the other in a sentence of its own what it has no power to make",
                    s.span);
      return;
    }
    const bool of_term = std::any_of(use->events.begin(), use->events.end(),
                                     [&](uint32_t e) { return of_term_.contains(e); });
    draft.guards.push_back(InForce(tail_dated_, inferred, of_term));
    for (size_t i = 0; i < terms.size(); ++i) {
      Draft one = draft;
      const EventName& event = agreement_.events[use->events[i]];
      // What is sealed first, only those may make who have sealed something about the same entry.
      const eval::NoticeRule::Sealing* sealing = agreement_.notices.SealingOf(event.type);
      if (positive && sealing != nullptr) {
        phrases_.scope.event = &event;
        one.guards.push_back(phrases_.HasMadeOne(sealing->by));
      }
      emit(one, terms[i], only);
    }
    return;
  }
  phrases_.Rewind(mark);
  std::vector<ActUse> uses;
  std::vector<Range> acts;
  if (!ParseActs(uses, acts)) return;
  for (size_t i = 0; i < acts.size() && modal != Modal::kNeedNot && !nobody; ++i) {
    std::vector<Range> words = {{who_at, who_end}, acts[i]};
    // `make` of `make or sell a Model` goes on as the last does behind its verb.
    const Range& last = acts.back();
    const size_t verb = uses[acts.size() - 1].act->verb.size();
    if (acts[i].end - acts[i].begin == uses[i].act->verb.size() && i + 1 < acts.size())
      words.push_back({last.begin + verb, last.end});
    AddNorm(s, std::move(words), !positive, i);
  }
  const size_t tails_at = phrases_.at();
  for (const ActUse& use : WaysTo(uses)) {
    phrases_.Rewind(tails_at);
    Draft one = draft;
    one.act = use;
    phrases_.scope.act = &use;
    const size_t who_guard = one.guards.size();
    const std::vector<NodeId> fits = Fits(use, *who, 0);
    one.guards.insert(one.guards.end(), fits.begin(), fits.end());
    if (each_ && s.block == each_block_ && !HoldsOfEach(one)) return;
    only.clear();
    if (!Tails(one, only)) return;
    one.guards.push_back(InForce(tail_dated_, inferred));
    const ir::TermId term = modal == Modal::kNeedNot ? use.act->required : use.act->allowed;
    if (one.another) {
      if (positive || !only.empty()) {
        phrases_.Fail(FindingKind::kWrongKind,
                      "`nor let … do so` goes with `must not` and a plain condition",
                      "write two sentences", s.span);
        return;
      }
      Draft another = one;
      phrases_.scope.another = true;
      another.guards[who_guard] =
          phrases_.Holds(*one.another, program().Field(0, program().known.by, ir::kThingType));
      phrases_.scope.another = false;
      another.answers =
          syntax::TextOf(files_, phrases_.tokens(), who_at, who_end) + " answers for it";
      emit(std::move(another), term, {});
    }
    if (phrases_.failed()) return;
    emit(std::move(one), term, only);
  }
}

// Whether the event in a slot is such an act by `who`: first that it is theirs, then each part.
std::vector<NodeId> Compiler::Fits(const ActUse& use, const Noun& who, int slot) {
  std::vector<NodeId> out = {
      phrases_.Holds(who, program().Field(slot, program().known.by, ir::kThingType))};
  for (size_t p = 0; p < use.parts.size(); ++p) {
    const Part& part = use.act->parts[p];
    if (!use.parts[p]) continue;
    out.push_back(part.words_only ? program().Field(slot, part.field, ir::kBoolType)
                                  : phrases_.Holds(*use.parts[p], program().Field(slot, part.field,
                                                                                  ir::kThingType)));
  }
  return out;
}

// One act, or several joined by `or`; what the last names goes for those before it.
bool Compiler::ParseActs(std::vector<ActUse>& uses, std::vector<Range>& words) {
  while (true) {
    ActUse act;
    const size_t before = phrases_.at();
    if (!uses.empty()) phrases_.Accept("or");
    const size_t begin = phrases_.at();
    if (!phrases_.ParseAct(act)) {
      if (phrases_.failed()) return false;
      if (!uses.empty()) {
        phrases_.Rewind(before);
        break;
      }
      std::vector<std::string> known;
      for (const Act& a : agreement_.acts) known.push_back(a.name);
      const Token* token = phrases_.Peek();
      const std::string word(token != nullptr ? token->text : "");
      if (std::find(unread_acts_.begin(), unread_acts_.end(), word) != unread_acts_.end()) {
        phrases_.GiveUp();
        return false;
      }
      const std::string closest = Closest(word, known);
      phrases_.Fail(FindingKind::kUnknownPhrase, Quoted(word) + " begins no declared act",
                    word == "only"
                        ? "let it stand with what limits the act: `may ACT, only until DATE`; of "
                          "some things only, add `WHO must not ACT` for the others"
                    : word == "be"    ? "say who acts: `WHO must not ACT`"
                    : closest.empty() ? "declare it: `act " + word + " (KIND)`"
                                      : "did you mean " + Quoted(closest) + "?");
      return false;
    }
    uses.push_back(std::move(act));
    words.push_back({begin, phrases_.at()});
    if (!phrases_.PeekIs("or")) break;
  }
  for (size_t i = 0; i + 1 < uses.size(); ++i) {
    const bool bare = std::none_of(uses[i].parts.begin(), uses[i].parts.end(),
                                   [](const auto& part) { return part.has_value(); });
    if (bare) uses[i] = Carried(uses.back(), *uses[i].act);
  }
  return true;
}

// What a sentence says of one act, said of another: part for part.
ActUse Compiler::Carried(const ActUse& from, const Act& to) const {
  ActUse out{&to, std::vector<std::optional<Noun>>(to.parts.size())};
  for (size_t p = 0; p < from.parts.size(); ++p) {
    if (!from.parts[p]) continue;
    if (const auto here = Counterpart(from.act->parts[p], to)) out.parts[*here] = from.parts[p];
  }
  return out;
}

// The acts of a sentence, and behind each the acts that are a way to it.
std::vector<ActUse> Compiler::WaysTo(const std::vector<ActUse>& uses) const {
  std::vector<ActUse> out = uses;
  for (size_t i = 0; i < out.size(); ++i) {
    for (const Act& act : agreement_.acts) {
      if (!act.way_to || &agreement_.acts[*act.way_to] != out[i].act) continue;
      if (std::any_of(out.begin(), out.end(), [&](const ActUse& u) { return u.act == &act; }))
        continue;
      ActUse use{&act, std::vector<std::optional<Noun>>(act.parts.size())};
      for (size_t p = 0; p < out[i].parts.size(); ++p)
        use.parts[act.way_parts[p]] = out[i].parts[p];
      out.push_back(std::move(use));
    }
  }
  return out;
}

// `for each K:` speaks of one K at a time: the part of the act that can be one.
bool Compiler::HoldsOfEach(Draft& draft) {
  const ActUse& use = *draft.act;
  for (size_t p = 0; p < use.act->parts.size(); ++p) {
    const ir::KindId kind = use.act->parts[p].kind;
    const ir::KindId each = each_->heads[0].kind;
    if (!kind.valid() || !program().KindsMeet(each, kind)) continue;
    draft.guards.push_back(
        phrases_.Holds(*each_, program().Field(0, use.act->parts[p].field, ir::kThingType)));
    return true;
  }
  phrases_.Fail(
      FindingKind::kWrongKind,
      "the act has no part that is " +
          WithArticle(program().symbols.Name(program().kinds[each_->heads[0].kind.index].name)),
      "move the sentence out of `for each …:`, into a block of its own", phrases_.whole());
  return false;
}

void Compiler::EachItem(const Statement& s) {
  each_.reset();
  phrases_.Begin(s.tokens, "", s.span);
  phrases_.AcceptAll({"for", "each"});
  auto noun = phrases_.ParseNoun();
  if (!noun || noun->heads.size() != 1 || !noun->heads[0].kind.valid()) {
    phrases_.FailHere("expected one kind of thing", "write `for each Customer:`");
    return;
  }
  phrases_.Expect(":");
  if (!phrases_.AtEnd())
    phrases_.FailHere("expected the end of the line", "write `for each Customer:`");
  if (phrases_.failed()) return;
  each_ = std::move(noun);
  each_block_ = s.block;
}

void Compiler::AddNorm(const Statement& s, std::vector<Range> words, bool forbids, size_t which) {
  check::Norm norm{s.label, {}, forbids, s.span, which};
  const std::vector<Token>& tokens = phrases_.tokens();
  for (const Range& range : words) {
    norm.question.insert(norm.question.end(), tokens.begin() + static_cast<ptrdiff_t>(range.begin),
                         tokens.begin() + static_cast<ptrdiff_t>(range.end));
  }
  // Another reading of the sentence mostly speaks of the same act; another side of `either Party`
  // does not. What a sentence has brought so far stands at the end.
  bool known = false;
  for (size_t i = agreement_.norms.size(); i-- > 0 && agreement_.norms[i].at == norm.at;) {
    known = known || (agreement_.norms[i].question[0].text == norm.question[0].text &&
                      agreement_.norms[i].which == which);
  }
  if (!known) agreement_.norms.push_back(std::move(norm));
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

}  // namespace entente::check
