
#include "service/asking.h"

#include <algorithm>

#include "base/words.h"
#include "check/editions.h"
#include "ir/walk.h"
#include "proof/builder.h"
#include "proof/checker.h"
#include "service/describe.h"
#include "service/reasons.h"

namespace entente::service {

using check::Form;
using check::Query;
using diag::FindingKind;
using eval::Answer;
using eval::Choice;
using eval::Diagram;
using eval::Key;
using eval::Leaf;
using eval::Subject;
using eval::Verdict;

std::string OutcomeWord(const Outcome& outcome) {
  return outcome.value.empty() ? std::string(eval::NameOf(outcome.verdict)) : outcome.value;
}

eval::Slot PowerArguments(const ir::Program& program, const check::EventName& name,
                          const eval::Event& event) {
  eval::Slot out;
  for (const ir::Parameter& p : program.terms[name.can.index].parameters)
    out.fields.emplace_back(p.name, event.slot.Get(p.name));
  return out;
}

// Whether whoever made the notice had the power just before.
Diagram PowerFor(eval::Timeline& timeline, const ir::Program& program, const check::EventName& name,
                 const eval::Event& event) {
  return timeline.Of(program.terms[name.can.index].body, {PowerArguments(program, name, event)})
      .At(event.at.before());
}

// The last day whose end lies before `at`.
Date LastWholeDayBefore(Position at) {
  const bool starts = at == Position::StartOf(at.date());
  return starts ? at.before().date() : Date{at.date().day - 1};
}

std::string QuestionOf(const Snapshot& snapshot, const check::Norm& norm) {
  return OneLine(syntax::TextOf(snapshot.files, norm.question, 0, norm.question.size()), 400);
}

bool Asking::Put(Form form, const std::string& question) {
  const auto tokens = Words("question", question);
  return !findings_.any_error() && Put(form, tokens);
}

bool Asking::Put(Form form, const std::vector<syntax::Token>& tokens, bool general) {
  Query query;
  query.general = general;
  query.on = options_.on;
  query.unless_named = DayUnlessNamed(agreement_, options_);
  query.known_at = options_.known_at;
  query.edition = options_.edition;
  query.nothing_further = options_.nothing_further;
  query.recorded = options_.without_record ? stated_.entries() : snapshot_.record.entries();
  // Things on record can be spoken of.
  for (const record::Entry& entry : snapshot_.record.entries()) {
    if (entry.kind == record::kThing && entry.Find("name") != nullptr) {
      eval::ThingNamed(agreement_.program, *entry.Find("name"));
    }
  }
  for (const std::string& given : options_.given) {
    if (!check::ReadGiven(snapshot_.files, agreement_, Words("given", given), query, findings_))
      return false;
  }
  auto read = check::ReadQuestion(snapshot_.files, agreement_, form, tokens, query, findings_);
  if (!read) return false;
  query_ = std::move(*read);
  return Settle();
}

bool Asking::PutTerm(ir::TermId term, std::string text) {
  query_.text = std::move(text);
  query_.type = agreement_.program.terms[term.index].type;
  query_.form = query_.type == ir::kBoolType ? check::Form::kIs : check::Form::kWhat;
  query_.node = agreement_.program.Ref(term, {});
  return PutNothing();
}

bool Asking::PutSignal(ir::NodeId node) {
  query_.type = ir::kBoolType;
  query_.form = check::Form::kIs;
  query_.node = node;
  return PutNothing();
}

bool Asking::PutNothing() {
  query_.on = options_.on;
  query_.unless_named = DayUnlessNamed(agreement_, options_);
  query_.known_at = options_.known_at;
  query_.edition = options_.edition;
  query_.nothing_further = options_.nothing_further;
  for (const std::string& given : options_.given) {
    if (!check::ReadGiven(snapshot_.files, agreement_, Words("given", given), query_, findings_))
      return false;
  }
  return Settle();
}

bool Asking::Settle() {
  if (!ReadEdition()) return false;
  if (!query_.on) {
    AskOptions named = options_;
    named.edition = query_.edition;
    query_.on = DayUnlessNamed(agreement_, named);
  }
  ReadReadings();
  OnRecordByThen();
  if (findings_.any_error()) return false;
  LowerFacts();
  if (findings_.any_error()) return false;
  at_ = Position::EndOf(*query_.on);
  Deny();
  timeline_ = std::make_unique<eval::Timeline>(agreement_.program, facts_);
  return true;
}

bool Asking::ReadEdition() {
  if (query_.edition.empty()) return true;
  edition_ = check::FindEdition(agreement_, query_.edition);
  if (edition_) return true;
  std::vector<std::string> known = {std::string(check::kOriginal)};
  for (const check::Amendment& a : agreement_.amendments) known.push_back(a.id);
  const std::string closest = Closest(query_.edition, known);
  findings_.Add({.kind = FindingKind::kUnknownEdition,
                 .at = {},
                 .message = "the agreement has no edition " + Quoted(query_.edition),
                 .labels = {},
                 .instance = {},
                 .help = closest.empty() ? "its editions are " + JoinAnd(known)
                                         : "did you mean " + Quoted(closest) + "?"});
  return false;
}

eval::LowerOptions Asking::Lowered() const {
  eval::LowerOptions out = check::LowerOptionsOf(agreement_, edition_, query_.known_at);
  out.nothing_further = query_.nothing_further;
  return out;
}

// A thing that came on record after the day as of which is asked was nothing yet.
void Asking::OnRecordByThen() {
  if (!query_.known_at) return;
  for (const check::AskedPart& part : query_.parts) {
    // What was declared, described or given is of some kind already.
    if (!part.thing.valid() || !agreement_.program.things[part.thing.index].kinds.empty()) continue;
    const std::string name(
        agreement_.program.symbols.Name(agreement_.program.things[part.thing.index].name));
    const std::vector<record::Entry>& entries = snapshot_.record.entries();
    const auto first = std::find_if(entries.begin(), entries.end(), [&](const record::Entry& e) {
      const std::string* named = e.Find("name");
      return e.kind == record::kThing && named != nullptr && *named == name;
    });
    if (first == entries.end() || first->known <= *query_.known_at) continue;
    findings_.Add({.kind = FindingKind::kBadQuestion,
                   .at = {},
                   .message = Quoted(name) + " is on record since " + ToLongText(first->known) +
                              ", and the question is as of " + ToLongText(*query_.known_at),
                   .labels = {},
                   .instance = {},
                   .help = "ask as known on that day or later, or give what it is: `given " + name +
                           " is a KIND`"});
  }
}

bool Asking::Record(const std::vector<std::vector<syntax::Token>>& entries) {
  for (size_t i = 0; i < entries.size(); ++i) {
    auto entry = check::ReadEntry(snapshot_.files, agreement_, entries[i], i + 1, findings_);
    if (!entry) return false;
    stated_.Admit(std::move(*entry), findings_);
  }
  return !findings_.any_error();
}

void Asking::ReadReadings() {
  for (const std::string& reading : options_.readings) {
    const size_t equals = reading.find('=');
    if (reading == "open") {
      all_open_ = true;
    } else if (equals == std::string::npos) {
      findings_.Add({.kind = FindingKind::kUnknownReading,
                     .at = {},
                     .message = Quoted(reading) + " chooses no reading",
                     .labels = {},
                     .instance = {},
                     .help = "write A01=2, A01=open or open"});
    } else {
      query_.readings.emplace_back(reading.substr(0, equals), reading.substr(equals + 1));
    }
  }
  for (const auto& [name, value] : query_.readings) {
    const auto reading = std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                                      [&](const check::Reading& r) { return r.id == name; });
    if (reading == agreement_.readings.end() || !reading->point.valid()) {
      std::vector<std::string> known;
      for (const check::Reading& r : agreement_.readings) known.push_back(r.id);
      const std::string closest = Closest(name, known);
      findings_.Add({.kind = FindingKind::kUnknownReading,
                     .at = {},
                     .message = "the agreement has no reading " + Quoted(name),
                     .labels = {},
                     .instance = {},
                     .help = closest.empty() ? "its readings are " + JoinAnd(known)
                                             : "did you mean " + Quoted(closest) + "?"});
      continue;
    }
    if (value == "open") {
      opened_.insert(reading->point.index);
      continue;
    }
    const ir::Point& point = agreement_.program.points[reading->point.index];
    const auto read = eval::ReadValue(point, value);
    if (!read) {
      std::vector<std::string> alternatives;
      for (size_t i = 0; i < point.alternatives.size(); ++i) {
        alternatives.push_back(std::to_string(i + 1) + " (" + point.alternatives[i] + ")");
      }
      findings_.Add({.kind = FindingKind::kUnknownReading,
                     .at = {},
                     .message = "reading " + Quoted(name) + " has no alternative " + Quoted(value),
                     .labels = {},
                     .instance = {},
                     .help = "its alternatives are " + JoinAnd(alternatives)});
      continue;
    }
    chosen_[reading->point.index] = read->AsChoice();
  }
}

// `a Model other than Research IP` is none of what makes a Model research IP: the facts about it on
// which that turns are taken not to be so.
void Asking::Deny() {
  for (const ir::NodeId denied : query_.denied) {
    eval::Timeline timeline(agreement_.program, facts_);
    eval::Diagrams& d = timeline.diagrams();
    Diagram left = timeline.Of(denied, {}).At(at_);
    for (const eval::SubjectId id : d.Support(left)) {
      const Subject subject = d.Get(id);
      if (subject.kind != Subject::Kind::kChoice) continue;
      const Key key = timeline.instances()[subject.id].key;
      if (key.family != Key::Family::kPoint) continue;
      left = d.Restrict(left, {{id, Rational(0), false}, 0});
      facts_.settled.emplace(key, Value::Bool(false));
      facts_.settled_by.emplace(key, "as asked");
    }
  }
}

// Entries that are given, in order and each behind all that is recorded on the same day.
std::vector<record::Entry> Asking::Placed(std::vector<record::Entry> given) {
  std::stable_sort(given.begin(), given.end(), [](const record::Entry& a, const record::Entry& b) {
    return a.happened < b.happened;
  });
  int64_t sequence =
      (int64_t{1} << Position::kSequenceBits) - 1 - static_cast<int64_t>(given.size());
  for (record::Entry& entry : given) entry.happened.value += sequence++;
  return given;
}

void Asking::LowerFacts() {
  facts_ = eval::Lower(agreement_.program, Recorded(), Placed(query_.given), Lowered(), findings_);
  for (const auto& [key, value] : query_.settled) {
    facts_.settled[key] = value;
    facts_.settled_by[key] = "as asked";
  }
}

std::optional<Date> Asking::ScheduledThrough() const {
  bool any = false;
  ir::ForEachBelow(agreement_.program, query_.node, [&](ir::NodeId, const ir::Node& node) {
    any = any || node.op == ir::Op::kSchedule;
  });
  return any ? std::optional(facts_.horizon.date()) : std::nullopt;
}

void Asking::ForgetTheFuture() {
  facts_.horizon = at_;
  timeline_ = std::make_unique<eval::Timeline>(agreement_.program, facts_);
}

Answer Asking::Run() {
  Answer answer;
  answer.question = query_.text;
  answer.on = *query_.on;
  answer.known_at = query_.known_at;
  answer.agreement_hash = snapshot_.agreement_hash;
  answer.edition = check::EditionName(agreement_, edition_, query_.known_at);
  answer.record = snapshot_.record_name;
  answer.ledger = snapshot_.ledger;
  answer.notes = snapshot_.record_notes;
  Diagram full = Full(*timeline_, query_.env, at_);
  // Where the future holds too much, the present may still be told: nothing that comes later bears
  // on it.
  const bool near = timeline_->diagrams().full();
  if (near) {
    ForgetTheFuture();
    full = Full(*timeline_, query_.env, at_);
    answer.notes.push_back("whether it changes later was not looked at: too much is open by then");
  }
  const Diagram read = Read(*timeline_, full);
  Outcome outcome = Judge(*timeline_, read);
  if (query_.form == Form::kWhat) Narrow(outcome);
  std::optional<proof::Proof> proof;
  if (!timeline_->diagrams().full() && !timeline_->overflowed())
    Explain(answer, read, outcome, proof);
  if (timeline_->diagrams().full()) {
    outcome = {Verdict::kUndecided, ""};
    answer.undecided_on = "the diagram grew past its cap";
  }
  if (timeline_->overflowed()) {
    findings_.Add({.kind = FindingKind::kOverflow,
                   .at = {},
                   .message = "an amount in this answer does not fit 128 bits",
                   .labels = {},
                   .instance = {},
                   .help = "ask with smaller amounts"});
  }
  answer.verdict = outcome.verdict;
  answer.value = outcome.value;
  answer.sentence = Sentence(outcome);
  Cite(answer, proof);
  Readings(answer, full);
  if (!near) Window(answer, outcome);
  Notes(answer, outcome);
  CarriedForward(answer);
  if (options_.flips && !near) Flips(answer, outcome);
  return answer;
}

Diagram Asking::Full(eval::Timeline& timeline, const eval::Env& env, Position at) {
  const Diagram value = timeline.Of(query_.node, env).At(at);
  const Diagram possible = timeline.Possible(at);
  eval::Diagrams& d = timeline.diagrams();
  if (d.IsTrue(possible)) return value;
  const Diagram args[] = {possible, value};
  const Diagram within = d.WithoutImpossible(d.Apply(
      args, [&](std::span<const Diagram> v) { return d.IsTrue(v[0]) ? v[1] : d.Impossible(); }));
  // Where nothing is gained by it, the form that does not mention what implies what reads better.
  const auto leaves = [&](Diagram x) {
    std::vector<Diagram> out = d.Leaves(x);
    std::sort(out.begin(), out.end());
    return out;
  };
  return leaves(within) == leaves(value) ? value : within;
}

std::optional<uint32_t> Asking::Taken(const Key& key) const {
  if (key.family != Key::Family::kPoint) return std::nullopt;
  const ir::Point& point = agreement_.program.points[key.id];
  if (point.kind != ir::PointKind::kReading) return std::nullopt;
  if (const auto it = chosen_.find(key.id); it != chosen_.end()) return it->second;
  if (all_open_ || opened_.contains(key.id) || !point.has_primary) return std::nullopt;
  return 0;
}

std::vector<Choice> Asking::ReadingChoices(eval::Timeline& timeline, Diagram d, const Key* except,
                                           uint32_t instead) {
  std::vector<Choice> out;
  for (const eval::SubjectId id : timeline.diagrams().Support(d)) {
    const Subject& subject = timeline.diagrams().Get(id);
    if (subject.kind != Subject::Kind::kReading) continue;
    const Key& key = timeline.instances()[subject.id].key;
    if (except != nullptr && key == *except) {
      out.push_back({{id, Rational(0), false}, instead});
    } else if (const auto taken = Taken(key)) {
      out.push_back({{id, Rational(0), false}, *taken});
    }
  }
  return out;
}

std::vector<Choice> Asking::OurReadings() {
  std::vector<Choice> out;
  for (uint32_t i = 0; i < timeline_->instances().size(); ++i) {
    const eval::Key& key = timeline_->instances()[i].key;
    if (const auto taken = Taken(key)) {
      const auto id = timeline_->diagrams().SubjectOf(
          {Subject::Kind::kReading, i, eval::TypeOf(agreement_.program, key).detail});
      out.push_back({{id, Rational(0), false}, *taken});
    }
  }
  return out;
}

Diagram Asking::Read(eval::Timeline& timeline, Diagram d, const Key* except, uint32_t instead) {
  for (const Choice& choice : ReadingChoices(timeline, d, except, instead)) {
    d = timeline.diagrams().Restrict(d, choice);
  }
  return timeline.diagrams().WithoutImpossible(d);
}

Outcome Asking::Judge(eval::Timeline& timeline, Diagram d) {
  eval::Diagrams& diagrams = timeline.diagrams();
  const Describer say(agreement_, facts_);
  if (diagrams.IsLeaf(d)) {
    const Leaf& leaf = diagrams.LeafOf(d);
    if (leaf.kind == Leaf::Kind::kValue) {
      if (query_.type == ir::kBoolType) {
        return {leaf.value.AsBool() ? Verdict::kYes : Verdict::kNo,
                leaf.value.AsBool() ? "yes" : "no"};
      }
      return {Verdict::kValue, say.Value(leaf.value, query_.type)};
    }
    if (leaf.kind == Leaf::Kind::kOpaque) return {Verdict::kUndecided, ""};
  }
  bool silence = true, conflict = true;
  for (const eval::SubjectId id : diagrams.Support(d)) {
    const Subject& subject = diagrams.Get(id);
    const bool choice = subject.kind == Subject::Kind::kChoice;
    const Key::Family family =
        choice ? timeline.instances()[subject.id].key.family : Key::Family::kPoint;
    silence = silence && choice && family == Key::Family::kSilence;
    conflict = conflict && choice && family == Key::Family::kConflict;
  }
  if (diagrams.IsLeaf(d)) {
    const Leaf& leaf = diagrams.LeafOf(d);
    const Key& key =
        timeline
            .instances()[leaf.kind == Leaf::Kind::kWait ? *timeline.waits()[leaf.id].instance
                                                        : leaf.id]
            .key;
    if (key.family == Key::Family::kSilence) return {Verdict::kSilent, ""};
    return {Verdict::kDepends, Range(timeline, d)};
  }
  if (silence) return {Verdict::kSilent, ""};
  if (conflict) return {Verdict::kConflict, ""};
  return {Verdict::kDepends, query_.type == ir::kBoolType ? "" : Range(timeline, d)};
}

// What is known of an open number by its sum: `about 27%, between 26.5% and 27.5%`.
void Asking::Narrow(Outcome& outcome) {
  const bool open = outcome.verdict == Verdict::kDepends || outcome.verdict == Verdict::kUndecided;
  const bool amount = ir::IsAmount(query_.type);
  if (!open || !amount) return;
  const Hull hull = HullOf(query_.node);
  if (!hull.within.low || !hull.within.high) return;
  const Describer say(agreement_, facts_);
  outcome.verdict = Verdict::kDepends;
  outcome.value =
      hull.about && hull.stated ? "about " + say.Rounded(*hull.stated, query_.type, 0) + ", " : "";
  outcome.value += "between " + say.Rounded(*hull.within.low, query_.type, -1) + " and " +
                   say.Rounded(*hull.within.high, query_.type, 1);
}

Asking::Hull Asking::HullOf(ir::NodeId id) {
  const ir::Program& program = agreement_.program;
  const ir::Node& node = program.Get(id);
  const auto children = program.Children(id);
  const auto exactly = [](const Rational& r) { return Hull{ir::Exactly(r), r, false}; };
  switch (node.op) {
    case ir::Op::kLit:
      return exactly(program.Literal(node).AsNumber());
    case ir::Op::kOpen: {
      if (!children.empty()) return {};
      const Key key{Key::Family::kPoint, node.data, {}};
      if (const auto it = facts_.settled.find(key); it != facts_.settled.end())
        return exactly(it->second.AsNumber());
      timeline_->InstanceDiagram(key);
      const eval::Instance& instance = timeline_->instances()[*timeline_->FindInstance(key)];
      Hull out{{instance.low, instance.high, instance.low_strict, instance.high_strict}, {}, false};
      if (program.points[node.data].kind == ir::PointKind::kImprecise && instance.low &&
          instance.high) {
        const auto sum = Add(*instance.low, *instance.high);
        if (sum) out.stated = Multiply(*sum, *Rational::Of(1, 2));
        out.about = true;
      }
      return out;
    }
    case ir::Op::kRef: {
      if (!children.empty()) return {};
      const ir::Node& body = program.Get(program.terms[node.data].body);
      if (body.op != ir::Op::kRules) return HullOf(program.terms[node.data].body);
      // The one rule that stands, if it is certain which.
      const ir::RuleSet& set = program.rule_sets[body.data];
      std::optional<ir::NodeId> value;
      for (const ir::Rule& rule : set.rules) {
        const Diagram guard = Read(*timeline_, timeline_->Of(rule.guard, {}).At(at_));
        if (timeline_->diagrams().IsFalse(guard)) continue;
        if (value || !timeline_->diagrams().IsTrue(guard)) return {};
        value = rule.value;
      }
      return value ? HullOf(*value) : Hull{};
    }
    case ir::Op::kOp:
      break;
    default:
      return {};
  }
  const auto function = static_cast<ir::Function>(node.aux);
  std::vector<ir::Bounds> within;
  std::vector<Value> stated;
  Hull out;
  for (const ir::NodeId child : children) {
    if (!ir::IsAmount(program.Get(child).type)) return {};
    const Hull part = HullOf(child);
    within.push_back(part.within);
    if (part.stated) stated.push_back(Value::Number(*part.stated));
    out.about = out.about || part.about;
  }
  out.within = ir::ApplyBounds(function, within);
  if (stated.size() < children.size()) return out;
  if (const auto value = ir::Apply(function, stated)) out.stated = value->AsNumber();
  return out;
}

std::string Asking::Range(eval::Timeline& timeline, Diagram d) {
  const Describer say(agreement_, facts_);
  std::optional<Rational> low, high;
  bool below = false, above = false;
  for (const Diagram leaf_id : timeline.diagrams().Leaves(d)) {
    const Leaf& leaf = timeline.diagrams().LeafOf(leaf_id);
    const auto widen = [&](std::optional<Rational> from, std::optional<Rational> to) {
      if (!from) below = true;
      if (!to) above = true;
      if (from && (!low || Compare(*from, *low) < 0)) low = from;
      if (to && (!high || Compare(*to, *high) > 0)) high = to;
    };
    if (leaf.kind == Leaf::Kind::kValue && leaf.value.kind() == Value::Kind::kNumber) {
      widen(leaf.value.AsNumber(), leaf.value.AsNumber());
    } else if (leaf.kind == Leaf::Kind::kLinear) {
      const eval::Instance& i = timeline.instances()[leaf.id];
      const auto image = [&](const std::optional<Rational>& u) -> std::optional<Rational> {
        if (!u) return std::nullopt;
        const auto product = Multiply(leaf.scale, *u);
        return product ? Add(*product, leaf.offset) : std::nullopt;
      };
      const bool rising = leaf.scale.numerator() > 0;
      widen(image(rising ? i.low : i.high), image(rising ? i.high : i.low));
    } else {
      widen(leaf.within.low, leaf.within.high);
    }
  }
  const auto text = [&](const Rational& r) { return say.Value(Value::Number(r), query_.type); };
  if (!below && !above && low && high) return "between " + text(*low) + " and " + text(*high);
  if (!below && low) return "at least " + text(*low);
  if (!above && high) return "at most " + text(*high);
  return "not disclosed";
}

Outcome Asking::OutcomeWith(const eval::Facts& facts, const eval::Env& env, ir::NodeId node,
                            std::vector<std::string>* labels) {
  eval::Timeline timeline(agreement_.program, facts);
  const ir::NodeId kept = query_.node;
  query_.node = node;
  const Diagram read = Read(timeline, Full(timeline, env, at_));
  const Outcome out = Judge(timeline, read);
  if (labels != nullptr) *labels = DecidingLabels(timeline, at_, out);
  query_.node = kept;
  return out;
}

std::pair<Outcome, std::vector<std::string>> Asking::JudgeNode(ir::NodeId node,
                                                               const eval::Facts& facts,
                                                               Position at) {
  ReadReadings();
  query_.node = node;
  query_.type = ir::kBoolType;
  at_ = at;
  std::vector<std::string> labels;
  const Outcome outcome = OutcomeWith(facts, {}, node, &labels);
  return {outcome, labels};
}

std::optional<eval::Slot> Asking::ArgumentsOf(ir::NodeId id) const {
  const ir::Program& program = agreement_.program;
  const ir::Node& node = program.Get(id);
  if (node.op != ir::Op::kRef) return std::nullopt;
  const ir::Term& term = program.terms[node.data];
  if (program.Get(term.body).op != ir::Op::kRules) return std::nullopt;
  eval::Slot out;
  const auto args = program.Children(id);
  for (size_t i = 0; i < args.size(); ++i) {
    const ir::Node& arg = program.Get(args[i]);
    if (arg.op != ir::Op::kLit) return std::nullopt;
    out.fields.emplace_back(term.parameters[i].name, program.Literal(arg));
  }
  return out;
}

Asking::Truth Asking::Shown(ir::NodeId node, const eval::Env& env, Position at,
                            std::vector<std::string>* why) {
  eval::Diagrams& d = timeline_->diagrams();
  const Diagram truth = Read(*timeline_, timeline_->Of(node, env).At(at));
  if (!d.IsTrue(truth) && !d.IsFalse(truth)) return Truth::kOpen;
  const auto proof =
      proof::Build(agreement_.program, facts_, *timeline_, node, env, at, OurReadings());
  if (!proof || !proof::Check(agreement_.program, facts_, *proof)) return Truth::kOpen;
  if (why != nullptr) *why = ReasonsOf(agreement_, facts_, *proof);
  return d.IsTrue(truth) ? Truth::kYes : Truth::kNo;
}

std::vector<Position> Asking::Breaks() const {
  std::vector<Position> out;
  const auto add = [&](const eval::Signal& signal) {
    for (const eval::Piece& piece : signal.pieces) out.push_back(piece.from);
  };
  add(timeline_->Of(query_.node, query_.env));
  // Another clause may come to decide the same.
  const ir::Program& program = agreement_.program;
  if (const auto slot = ArgumentsOf(query_.node)) {
    const ir::Node& body = program.Get(program.terms[program.Get(query_.node).data].body);
    for (const ir::Rule& rule : program.rule_sets[body.data].rules) {
      if (rule.at.valid()) add(timeline_->Of(rule.guard, {*slot}));
    }
  }
  // What may have happened by then changes too, with the powers to make it happen.
  const std::vector<Position> possible = timeline_->PossibleBreaks();
  out.insert(out.end(), possible.begin(), possible.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<eval::Segment> Asking::Segments() {
  std::vector<eval::Segment> out;
  // Past its cap a diagram says nothing that could be relied on.
  Breaks();
  if (timeline_->diagrams().full()) {
    eval::Segment all;
    all.from = kBeginning.date();
    all.verdict = Verdict::kUndecided;
    all.cause = "too much is open for an answer over all time; ask on a day";
    return {all};
  }
  Diagram last_read;
  for (const Position from : Breaks()) {
    const Diagram full = Full(*timeline_, query_.env, from);
    const Diagram read = Read(*timeline_, full);
    const Outcome outcome = Judge(*timeline_, read);
    const auto labels = DecidingLabels(*timeline_, from, outcome);
    const auto rests_on = RestsOn(full, outcome);
    if (!out.empty() && out.back().verdict == outcome.verdict &&
        out.back().value == outcome.value && out.back().clauses == labels && read == last_read) {
      for (const std::string& reading : rests_on) {
        if (std::find(out.back().readings.begin(), out.back().readings.end(), reading) ==
            out.back().readings.end()) {
          out.back().readings.push_back(reading);
        }
      }
      continue;
    }
    eval::Segment segment;
    segment.from = std::max(from, kBeginning).date();
    segment.verdict = outcome.verdict;
    segment.value = outcome.value;
    segment.clauses = labels;
    segment.readings = rests_on;
    segment.cause = from <= kBeginning ? "" : CauseAt(from);
    if (outcome.verdict == Verdict::kDepends) segment.cases = CasesOf(read);
    // A day belongs to what holds at its end; what held within it only is left out.
    if (!out.empty()) {
      out.back().through = LastWholeDayBefore(from);
      if (*out.back().through < out.back().from) out.pop_back();
    }
    out.push_back(segment);
    last_read = read;
  }
  return out;
}

}  // namespace entente::service
