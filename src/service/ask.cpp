// A question runs through five steps: put (words to node and things), evaluate (a diagram at the
// moment asked), read (our readings put in), judge (what the diagram comes to, and by which
// worlds), explain (proof, clauses, assumptions, what would flip it).

#include "service/ask.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "base/check.h"
#include "base/words.h"
#include "check/phrases.h"
#include "eval/lower.h"
#include "proof/builder.h"
#include "proof/checker.h"
#include "service/describe.h"
#include "service/proof_lines.h"
#include "service/witness.h"

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

namespace {

constexpr size_t kCasesMax = 12;
// Pairs of entries of one day that are tried the other way round.
constexpr size_t kSwapsMax = 8;

std::string OneLine(std::string_view text, size_t limit) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == '\n' || c == ' ' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() > limit) {
    size_t cut = out.rfind(' ', limit);
    if (cut == std::string::npos) cut = limit;
    out = out.substr(0, cut) + " …";
  }
  return out;
}

// The last day whose end lies before `at`.
Date LastWholeDayBefore(Position at) {
  const bool starts = at == Position::StartOf(at.date());
  return starts ? at.before().date() : Date{at.date().day - 1};
}

// What a diagram comes to.
struct Outcome {
  Verdict verdict = Verdict::kUndecided;
  std::string value;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Whether whoever made the notice had the power just before.
Diagram PowerFor(eval::Timeline& timeline, const ir::Program& program, const check::EventName& name,
                 const eval::Event& event) {
  eval::Slot arguments;
  for (const ir::Parameter& p : program.terms[name.can.index].parameters) {
    arguments.fields.emplace_back(p.name, event.slot.Get(p.name));
  }
  return timeline.Of(program.terms[name.can.index].body, {arguments}).At(event.at.before());
}

class Asking {
 public:
  Asking(Snapshot& snapshot, const AskOptions& options)
      : snapshot_(snapshot),
        options_(options),
        agreement_(snapshot.agreement),
        scratch_(snapshot.agreement) {}

  bool Put(Form form, const std::vector<syntax::Token>& tokens) {
    Query query;
    query.on = options_.on;
    query.known_at = options_.known_at;
    query.nothing_further = options_.nothing_further;
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
    if (!query_.on) query_.on = agreement_.program.origin.date();
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
    ReadReadings();
    if (findings_.any_error()) return false;
    LowerFacts();
    if (findings_.any_error()) return false;
    timeline_ = std::make_unique<eval::Timeline>(agreement_.program, facts_);
    at_ = Position::EndOf(*query_.on);
    return true;
  }

  // Entries that the text states for its own question.
  bool Record(const std::vector<std::vector<syntax::Token>>& entries) {
    for (size_t i = 0; i < entries.size(); ++i) {
      auto entry = check::ReadEntry(snapshot_.files, agreement_, entries[i], i + 1, findings_);
      if (!entry) return false;
      stated_.Admit(std::move(*entry), findings_);
    }
    return !findings_.any_error();
  }

  Answer Run() {
    Answer answer;
    answer.question = query_.text;
    answer.on = *query_.on;
    answer.known_at = query_.known_at;
    answer.agreement_hash = snapshot_.agreement_hash;
    answer.record = snapshot_.record_name;
    const Diagram full = Full(*timeline_, query_.env, at_);
    const Diagram read = Read(*timeline_, full);
    Outcome outcome = Judge(*timeline_, read);
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
    Readings(answer, full);
    Cite(answer, proof);
    Window(answer, outcome);
    Notes(answer, outcome);
    if (options_.flips) Flips(answer, outcome);
    return answer;
  }

  std::vector<eval::Segment> Segments();
  diag::Findings& findings() { return findings_; }

 private:
  std::vector<syntax::Token> Words(std::string name, const std::string& text) {
    const auto file = snapshot_.files.Add(std::move(name), text);
    return syntax::Lex(snapshot_.files, {file, 0, static_cast<uint32_t>(text.size())}, findings_);
  }

  void ReadReadings();
  void LowerFacts();
  std::span<const record::Entry> Recorded() {
    if (options_.without_record) return stated_.KnownAt(query_.known_at, corrected_);
    return snapshot_.record.KnownAt(query_.known_at, corrected_);
  }

  // The diagram of the question at a moment, without worlds that contradict themselves.
  Diagram Full(eval::Timeline& timeline, const eval::Env& env, Position at) {
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

  // Which branch a reading takes here, if any.
  std::optional<uint32_t> Taken(const Key& key) const {
    if (key.family != Key::Family::kPoint) return std::nullopt;
    const ir::Point& point = agreement_.program.points[key.id];
    if (point.kind != ir::PointKind::kReading) return std::nullopt;
    if (const auto it = chosen_.find(key.id); it != chosen_.end()) return it->second;
    if (all_open_ || opened_.contains(key.id) || !point.has_primary) return std::nullopt;
    return 0;
  }

  std::vector<Choice> ReadingChoices(eval::Timeline& timeline, Diagram d,
                                     const Key* except = nullptr, uint32_t instead = 0) {
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

  Diagram Read(eval::Timeline& timeline, Diagram d, const Key* except = nullptr,
               uint32_t instead = 0) {
    for (const Choice& choice : ReadingChoices(timeline, d, except, instead)) {
      d = timeline.diagrams().Restrict(d, choice);
    }
    return timeline.diagrams().WithoutImpossible(d);
  }

  Outcome Judge(eval::Timeline& timeline, Diagram d) {
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

  // "between 0 and 5e25 flop" over all leaves of a number.
  std::string Range(eval::Timeline& timeline, Diagram d) {
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
        below = above = true;
      }
    }
    const auto text = [&](const Rational& r) { return say.Value(Value::Number(r), query_.type); };
    if (!below && !above && low && high) return "between " + text(*low) + " and " + text(*high);
    if (!below && low) return "at least " + text(*low);
    if (!above && high) return "at most " + text(*high);
    return "not disclosed";
  }

  void Explain(Answer& answer, Diagram read, Outcome& outcome, std::optional<proof::Proof>& proof);
  std::string Sentence(const Outcome& outcome) const;
  void Readings(Answer& answer, Diagram full);
  void Cite(Answer& answer, const std::optional<proof::Proof>& proof);
  eval::Citation CitationOf(const std::string& label, source::Span at) const;
  void CollectSteps(const proof::Step& step, Answer& answer, bool top);
  void Window(Answer& answer, const Outcome& outcome);
  void Notes(Answer& answer, const Outcome& outcome);
  std::set<uint32_t> TypesLookedAt() const;
  bool Alike(const eval::Event& a, const eval::Event& b, const std::set<uint32_t>& spoken_of) const;
  void Flips(Answer& answer, const Outcome& outcome);
  std::vector<std::string> DecidingLabels(eval::Timeline& timeline, Position at);
  Diagram WithSilence(Diagram d);
  std::vector<eval::Case> CasesOf(Diagram d);
  std::string CauseAt(Position at) const;
  Outcome OutcomeWith(const eval::Facts& facts, const eval::Env& env, ir::NodeId node,
                      std::vector<std::string>* labels);
  std::string OutcomeWord(const Outcome& outcome) const {
    return outcome.value.empty() ? std::string(eval::NameOf(outcome.verdict)) : outcome.value;
  }

  Snapshot& snapshot_;
  const AskOptions& options_;
  check::Agreement& agreement_;
  check::Scratch scratch_;
  diag::Findings findings_;
  Query query_;
  eval::Facts facts_;
  std::vector<record::Entry> corrected_;
  record::Record stated_;
  std::unique_ptr<eval::Timeline> timeline_;
  Position at_;
  bool all_open_ = false;
  std::set<uint32_t> opened_;
  std::unordered_map<uint32_t, uint32_t> chosen_;
};

void Asking::ReadReadings() {
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

void Asking::LowerFacts() {
  std::vector<record::Entry> entries;
  std::stable_sort(
      query_.given.begin(), query_.given.end(),
      [](const record::Entry& a, const record::Entry& b) { return a.happened < b.happened; });
  // Behind all that is recorded on the same day.
  int64_t sequence =
      (int64_t{1} << Position::kSequenceBits) - 1 - static_cast<int64_t>(query_.given.size());
  for (record::Entry entry : query_.given) {
    entry.happened.value += sequence++;
    entries.push_back(std::move(entry));
  }
  facts_ =
      eval::Lower(agreement_.program, Recorded(), entries, {query_.nothing_further}, findings_);
  for (const auto& [key, value] : query_.settled) {
    facts_.settled[key] = value;
    facts_.settled_by[key] = "as asked";
  }
}

void Asking::Explain(Answer& answer, Diagram read, Outcome& outcome,
                     std::optional<proof::Proof>& proof) {
  eval::Diagrams& d = timeline_->diagrams();
  // Every reading that was met is taken as ours, whether or not the answer turns on it: a clause
  // that says the same then counts among the reasons.
  std::vector<Choice> ours;
  for (uint32_t i = 0; i < timeline_->instances().size(); ++i) {
    const Key& key = timeline_->instances()[i].key;
    if (const auto taken = Taken(key)) {
      const auto id =
          d.SubjectOf({Subject::Kind::kReading, i, eval::TypeOf(agreement_.program, key).detail});
      ours.push_back({{id, Rational(0), false}, *taken});
    }
  }
  if (outcome.verdict == Verdict::kUndecided) {
    const Leaf& leaf = d.LeafOf(read);
    const Describer say(agreement_, facts_);
    if (leaf.kind == Leaf::Kind::kOpaque) {
      const eval::OpaqueNode& o = timeline_->opaques()[leaf.id];
      answer.undecided_on = o.instance ? say.Instance(timeline_->instances()[*o.instance].key)
                                       : say.Node(o.node, o.env);
    }
    return;
  }
  const auto prove = [&](const std::vector<Choice>& path) -> std::optional<proof::Proof> {
    std::vector<Choice> choices = ours;
    choices.insert(choices.end(), path.begin(), path.end());
    auto built =
        proof::Build(agreement_.program, facts_, *timeline_, query_.node, query_.env, at_, choices);
    if (!built) return std::nullopt;
    const auto checked = proof::Check(agreement_.program, facts_, *built);
    // It was accepted when it was completed; to be refused now would be a defect of ours.
    ENTENTE_CHECK(checked.has_value());
    return built;
  };
  if (d.IsLeaf(read)) {
    proof = prove({});
    const bool number = d.LeafOf(read).kind != Leaf::Kind::kValue;
    if (!proof && !number) {
      outcome = {Verdict::kUndecided, ""};
      answer.undecided_on = "no proof of it could be written down";
    }
    if (number) answer.cases.push_back({outcome.value, {}});
    return;
  }
  // Two worlds that differ, each replayed by the reference; proofs of both where they can be had.
  std::optional<Value> first;
  bool differ = false;
  d.Paths(read, [&](const std::vector<Choice>& path, Diagram leaf) {
    const Leaf& l = d.LeafOf(leaf);
    std::optional<Value> expected;
    if (l.kind == Leaf::Kind::kValue) expected = l.value;
    if (expected && first && *expected == *first) return true;
    std::vector<Choice> choices = ours;
    choices.insert(choices.end(), path.begin(), path.end());
    const auto witness = FindWitness(agreement_.program, facts_, *timeline_, query_.node,
                                     query_.env, at_, choices, expected);
    if (witness) {
      if (!proof) proof = prove(path);
      if (first && witness->value != *first) differ = true;
      if (!first) first = witness->value;
    }
    return !differ;
  });
  const bool range = query_.type != ir::kBoolType && first.has_value();
  if (!differ && !range) {
    std::vector<std::string> names;
    const Describer say(agreement_, facts_);
    for (const eval::SubjectId id : d.Support(read)) {
      const Subject& subject = d.Get(id);
      names.push_back(say.Atom(*timeline_, subject, {{id, Rational(0), false}, 1}));
    }
    outcome = {Verdict::kUndecided, ""};
    answer.undecided_on = Join(names, "; ");
    return;
  }
  answer.cases = CasesOf(read);
  for (const eval::SubjectId id : d.Support(read)) {
    const Subject& subject = d.Get(id);
    if (subject.kind == Subject::Kind::kOpaque) answer.exact = false;
    if (subject.kind == Subject::Kind::kElapsed && timeline_->waits()[subject.id].inexact &&
        agreement_.program.Get(query_.node).op != ir::Op::kRef) {
      answer.exact = false;
    }
  }
}

// The diagram with one leaf for all that the text says nothing of.
Diagram Asking::WithSilence(Diagram read) {
  eval::Diagrams& d = timeline_->diagrams();
  for (const eval::SubjectId id : d.Support(read)) {
    const Subject subject = d.Get(id);
    if (subject.kind != Subject::Kind::kChoice ||
        timeline_->instances()[subject.id].key.family != Key::Family::kSilence) {
      continue;
    }
    const Diagram sides[] = {d.Restrict(read, {{id, Rational(0), false}, 0}),
                             d.Restrict(read, {{id, Rational(0), false}, 1})};
    read = d.Apply(sides, [&](std::span<const Diagram> v) {
      return v[0] == v[1] ? v[0] : d.Of(Leaf{.kind = Leaf::Kind::kOpaque, .id = UINT32_MAX});
    });
  }
  return read;
}

// Paths of the diagram with every condition that makes no difference left out.
std::vector<eval::Case> Asking::CasesOf(Diagram diagram) {
  eval::Diagrams& d = timeline_->diagrams();
  const Diagram read = WithSilence(diagram);
  const Describer say(agreement_, facts_);
  std::vector<eval::Case> out;
  std::set<std::string> seen;
  d.Paths(read, [&](const std::vector<Choice>& path, Diagram leaf) {
    std::vector<Choice> needed = path;
    for (size_t i = 0; i < needed.size();) {
      std::vector<Choice> without = needed;
      without.erase(without.begin() + static_cast<ptrdiff_t>(i));
      Diagram rest = read;
      for (const Choice& c : without) rest = d.Restrict(rest, c);
      if (rest == leaf) {
        needed = std::move(without);
      } else {
        ++i;
      }
    }
    eval::Case one;
    const Leaf& l = d.LeafOf(leaf);
    if (l.kind == Leaf::Kind::kValue) {
      one.outcome = say.Value(l.value, query_.type);
    } else if (l.kind == Leaf::Kind::kLinear) {
      one.outcome = Range(*timeline_, leaf);
    } else {
      one.outcome = l.kind == Leaf::Kind::kOpaque && l.id == UINT32_MAX ? "silent" : "not known";
    }
    for (const Choice& c : needed) {
      one.conditions.push_back(say.Atom(*timeline_, d.Get(c.atom.subject), c));
    }
    std::string key = one.outcome;
    for (const std::string& c : one.conditions) key += "|" + c;
    if (seen.insert(key).second) out.push_back(std::move(one));
    return out.size() < kCasesMax;
  });
  return out;
}

std::string Asking::Sentence(const Outcome& outcome) const {
  std::string text = query_.text;
  const std::string on = " on " + ToLongText(*query_.on);
  if (query_.form == Form::kMay) {
    const std::string& who = query_.parts[0].text;
    std::string rest(Trim(std::string_view(text).substr(std::min(who.size(), text.size()))));
    if (rest.starts_with("may ")) rest = rest.substr(4);
    const ir::Node& node = agreement_.program.Get(query_.node);
    const bool power = agreement_.program.symbols.Name(agreement_.program.terms[node.data].name)
                           .starts_with("power");
    switch (outcome.verdict) {
      case Verdict::kYes:
        return who + " may " + rest + on;
      case Verdict::kNo:
        return who + (power ? " has no power to " : " must not ") + rest + on;
      case Verdict::kSilent:
        return "the text does not say whether " + who + " may " + rest + on;
      case Verdict::kConflict:
        return "two clauses meet on whether " + who + " may " + rest + on;
      default:
        return "whether " + who + " may " + rest + on;
    }
  }
  return text + on;
}

void Asking::Readings(Answer& answer, Diagram full) {
  const Describer say(agreement_, facts_);
  eval::Diagrams& d = timeline_->diagrams();
  const Outcome now = Judge(*timeline_, Read(*timeline_, full));
  std::vector<eval::Assumption> indecisive;
  for (const eval::SubjectId id : d.Support(full)) {
    const Subject& subject = d.Get(id);
    if (subject.kind != Subject::Kind::kReading) continue;
    const Key key = timeline_->instances()[subject.id].key;
    const auto taken = Taken(key);
    if (!taken) continue;
    const ir::Point& point = agreement_.program.points[key.id];
    eval::Assumption a;
    a.reading = std::string(agreement_.program.symbols.Name(point.name));
    a.text = a.reading + " read as \"" + point.alternatives[*taken] + "\"";
    if (point.alternatives[*taken].empty()) a.text = a.reading + " read as leaving the words out";
    for (uint32_t alt = 0; alt < point.alternatives.size(); ++alt) {
      if (alt == *taken) continue;
      const Diagram other = Read(*timeline_, full, &key, alt);
      const Outcome then = Judge(*timeline_, other);
      if (then == now && other == Read(*timeline_, full)) continue;
      const std::string words =
          point.alternatives[alt].empty() ? "nothing" : "\"" + point.alternatives[alt] + "\"";
      a.otherwise.push_back("read as " + words + ": " + OutcomeWord(then));
      a.decisive = a.decisive || then != now || now.verdict == Verdict::kDepends;
    }
    (a.decisive ? answer.assuming : indecisive).push_back(std::move(a));
  }
  for (eval::Assumption& a : indecisive) answer.assuming.push_back(std::move(a));
}

eval::Citation Asking::CitationOf(const std::string& label, source::Span at) const {
  eval::Citation out;
  out.label = label;
  out.at = at;
  out.where = snapshot_.files.Where(at);
  std::string says = OneLine(snapshot_.files.Text(at), 400);
  if (const check::Clause* clause = agreement_.FindClause(label)) {
    out.prose = OneLine(snapshot_.files.Text(clause->prose), 240);
    if (says.starts_with(clause->label))
      says = std::string(Trim(std::string_view(says).substr(clause->label.size())));
  }
  out.says = says;
  return out;
}

void Asking::CollectSteps(const proof::Step& step, Answer& answer, bool top) {
  const ir::Program& program = agreement_.program;
  const auto add = [&](eval::Citation citation) {
    for (eval::Citation& other : answer.because) {
      if (other.label != citation.label) continue;
      other.deciding = other.deciding || citation.deciding;
      for (const std::string& o : citation.over) {
        if (std::find(other.over.begin(), other.over.end(), o) == other.over.end())
          other.over.push_back(o);
      }
      return;
    }
    answer.because.push_back(std::move(citation));
  };
  const ir::Node& node = program.Get(step.node);
  bool still_top = top;
  if (step.form == proof::Step::Form::kValue && node.op == ir::Op::kRules) {
    const ir::RuleSet& set = program.rule_sets[node.data];
    const auto& beats = timeline_->Beats(node.data);
    for (size_t i = 0; i < step.fates.size(); ++i) {
      if (step.fates[i] != 'f') continue;
      bool beaten = false;
      std::vector<std::string> over;
      for (size_t j = 0; j < step.fates.size(); ++j) {
        beaten = beaten || (step.fates[j] == 'f' && beats[j][i]);
        if (step.fates[j] == 'f' && beats[i][j] && set.rules[j].at.valid()) {
          over.emplace_back(program.symbols.Name(set.rules[j].label));
        }
      }
      const ir::Rule& rule = set.rules[i];
      if (beaten || !rule.at.valid()) {
        if (!beaten && top) {
          eval::Citation built_in;
          built_in.says = rule.built_in;
          built_in.deciding = true;
          add(built_in);
        }
        continue;
      }
      eval::Citation citation = CitationOf(std::string(program.symbols.Name(rule.label)), rule.at);
      citation.deciding = top;
      citation.over = over;
      add(citation);
    }
    still_top = false;
  }
  if (node.op == ir::Op::kRef) {
    const ir::Term& term = program.terms[node.data];
    if (program.Get(term.body).op != ir::Op::kRules) {
      for (const check::Clause& clause : agreement_.clauses) {
        if (clause.sentence == term.at) {
          add(CitationOf(clause.label, term.at));
        }
      }
    }
  }
  for (const proof::Step& part : step.parts) {
    CollectSteps(part, answer,
                 still_top && (part.node == step.node || node.op == ir::Op::kRef ||
                               step.form == proof::Step::Form::kCases));
  }
}

void Asking::Cite(Answer& answer, const std::optional<proof::Proof>& proof) {
  if (proof) {
    CollectSteps(proof->root, answer, true);
    std::stable_sort(
        answer.because.begin(), answer.because.end(),
        [](const eval::Citation& a, const eval::Citation& b) { return a.deciding > b.deciding; });
    answer.proof_steps = proof->Size();
    if (options_.proof_lines) answer.proof = ProofLines(agreement_, facts_, *proof);
  }
  if (answer.because.empty() || answer.verdict == Verdict::kDepends) {
    // Clauses whose application is what the answer hinges on.
    const ir::Node& node = agreement_.program.Get(query_.node);
    if (node.op != ir::Op::kRef) return;
    const ir::Node& body = agreement_.program.Get(agreement_.program.terms[node.data].body);
    if (body.op != ir::Op::kRules) return;
    eval::Slot slot;
    const ir::Term& term = agreement_.program.terms[node.data];
    const auto args = agreement_.program.Children(query_.node);
    for (size_t i = 0; i < args.size(); ++i) {
      const ir::Node& arg = agreement_.program.Get(args[i]);
      if (arg.op != ir::Op::kLit) return;
      slot.fields.emplace_back(term.parameters[i].name, agreement_.program.Literal(arg));
    }
    for (const ir::Rule& rule : agreement_.program.rule_sets[body.data].rules) {
      if (!rule.at.valid()) continue;
      const Diagram guard = Read(*timeline_, timeline_->Of(rule.guard, {slot}).At(at_));
      if (timeline_->diagrams().IsFalse(guard)) continue;
      const std::string label(agreement_.program.symbols.Name(rule.label));
      if (std::none_of(answer.because.begin(), answer.because.end(),
                       [&](const eval::Citation& c) { return c.label == label; })) {
        answer.because.push_back(CitationOf(label, rule.at));
      }
    }
  }
}

std::vector<std::string> Asking::DecidingLabels(eval::Timeline& timeline, Position at) {
  const ir::Program& program = agreement_.program;
  const ir::Node& node = program.Get(query_.node);
  if (node.op != ir::Op::kRef) return {};
  const ir::Node& body = program.Get(program.terms[node.data].body);
  if (body.op != ir::Op::kRules) return {};
  eval::Slot slot;
  const auto args = program.Children(query_.node);
  for (size_t i = 0; i < args.size(); ++i) {
    const ir::Node& arg = program.Get(args[i]);
    if (arg.op != ir::Op::kLit) return {};
    slot.fields.emplace_back(program.terms[node.data].parameters[i].name, program.Literal(arg));
  }
  const ir::RuleSet& set = program.rule_sets[body.data];
  const auto& beats = timeline.Beats(body.data);
  std::vector<bool> fires;
  for (const ir::Rule& rule : set.rules) {
    fires.push_back(
        timeline.diagrams().IsTrue(Read(timeline, timeline.Of(rule.guard, {slot}).At(at))));
  }
  std::vector<std::string> out;
  for (size_t i = 0; i < fires.size(); ++i) {
    bool stands = fires[i] && set.rules[i].at.valid();
    for (size_t j = 0; j < fires.size(); ++j) stands = stands && !(fires[j] && beats[j][i]);
    if (stands) out.emplace_back(program.symbols.Name(set.rules[i].label));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string Asking::CauseAt(Position at) const {
  for (const eval::Event& event : facts_.events) {
    if (event.at == at && event.type != agreement_.program.start) {
      return std::string(agreement_.program.symbols.Name(
                 agreement_.program.event_types[event.type.index].name)) +
             " (" + (event.hypothetical ? "given" : "entry " + event.id) + ")";
    }
  }
  for (uint32_t t = 0; t < facts_.closed_to.size(); ++t) {
    if (facts_.closed_to[t] != kNever && facts_.closed_to[t].after() == at &&
        at != agreement_.program.origin.after()) {
      return "what happened later is not recorded";
    }
  }
  if (at == agreement_.program.origin.after()) return "what happened later is not recorded";
  if (at == agreement_.program.origin) return "the agreement takes effect";
  return "the date";
}

void Asking::Window(Answer& answer, const Outcome& outcome) {
  const eval::Signal& signal = timeline_->Of(query_.node, query_.env);
  const auto outcome_at = [&](Position p) {
    return Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, p)));
  };
  const auto labels = DecidingLabels(*timeline_, at_);
  const auto same = [&](Position p) {
    return outcome_at(p) == outcome && DecidingLabels(*timeline_, p) == labels;
  };
  if (outcome.verdict == Verdict::kUndecided) return;
  const size_t here = signal.IndexAt(at_);
  size_t first = here;
  while (first > 0 && same(signal.pieces[first - 1].from)) --first;
  if (first > 0) {
    const Position from = signal.pieces[first].from;
    const bool at_start = from == Position::StartOf(from.date());
    answer.from = from.date();
    answer.from_cause = CauseAt(from);
    if (!at_start && from.date() == *query_.on) {
      answer.notes.push_back("earlier that day it was " + OutcomeWord(outcome_at(from.before())) +
                             ": " + answer.from_cause + " came in between");
    }
  }
  size_t last = here;
  while (last + 1 < signal.pieces.size() && same(signal.pieces[last + 1].from)) ++last;
  if (last + 1 < signal.pieces.size()) {
    const Position to = signal.pieces[last + 1].from;
    answer.through = LastWholeDayBefore(to);
    answer.through_cause = CauseAt(to);
  }
}

// Whether two events differ in nothing but their names, which no other event speaks of.
bool Asking::Alike(const eval::Event& a, const eval::Event& b,
                   const std::set<uint32_t>& spoken_of) const {
  const ir::Program& program = agreement_.program;
  if (a.type != b.type || a.slot.fields.size() != b.slot.fields.size()) return false;
  for (size_t i = 0; i < a.slot.fields.size(); ++i) {
    const Symbol name = a.slot.fields[i].first;
    if (name != program.known.at && name != program.known.id &&
        a.slot.fields[i] != b.slot.fields[i])
      return false;
  }
  return !spoken_of.contains(a.slot.Get(program.known.id).AsThing().index) &&
         !spoken_of.contains(b.slot.Get(program.known.id).AsThing().index);
}

// The kinds of events that the question's node and the terms below it look at.
std::set<uint32_t> Asking::TypesLookedAt() const {
  const ir::Program& program = agreement_.program;
  std::set<uint32_t> out;
  std::set<ir::NodeId> seen;
  std::vector<ir::NodeId> stack = {query_.node};
  while (!stack.empty()) {
    const ir::NodeId id = stack.back();
    stack.pop_back();
    if (!seen.insert(id).second) continue;
    const ir::Node& node = program.Get(id);
    if (node.op == ir::Op::kOn) out.insert(node.data);
    if (node.op == ir::Op::kRef) stack.push_back(program.terms[node.data].body);
    if (node.op == ir::Op::kRules) {
      for (const ir::Rule& rule : program.rule_sets[node.data].rules) {
        stack.push_back(rule.guard);
        stack.push_back(rule.value);
      }
    }
    const auto children = program.Children(id);
    stack.insert(stack.end(), children.begin(), children.end());
  }
  return out;
}

void Asking::Notes(Answer& answer, const Outcome& outcome) {
  const ir::Program& program = agreement_.program;
  for (const check::AskedPart& part : query_.parts) {
    if (part.described && part.thing.valid() && !facts_.things[part.thing.index].open) {
      answer.assuming.push_back({part.text + " is taken to be nothing else", {}, "", false});
    }
    if (!part.thing.valid() && part.kind.valid()) {
      answer.assuming.push_back(
          {"no " + std::string(program.symbols.Name(program.kinds[part.kind.index].name)) +
               " is named: clauses about one are taken not to apply",
           {},
           "",
           false});
    }
  }
  if (query_.nothing_further)
    answer.assuming.push_back({"nothing further happens than is recorded or given", {}, "", false});
  for (const record::Entry& entry : query_.given) {
    if (entry.kind == record::kClose) {
      answer.assuming.push_back(
          {"given: no " + *entry.Find("kinds") + " through " + *entry.Find("through"),
           {},
           "",
           false});
    } else if (entry.kind != record::kThing && entry.kind != record::kDisclose) {
      answer.assuming.push_back({"given: " + entry.kind +
                                     (entry.by.empty() ? "" : " by " + entry.by) + " on " +
                                     ToText(entry.happened.date()),
                                 {},
                                 "",
                                 false});
    }
  }
  // Powers: what was done without one has no effect.
  for (const eval::Event& event : facts_.events) {
    const check::EventName* name = agreement_.FindEvent(event.type);
    if (name == nullptr || !name->can.valid() || event.at > at_) continue;
    const Diagram can = Read(*timeline_, PowerFor(*timeline_, program, *name, event));
    if (timeline_->diagrams().IsFalse(can)) {
      answer.notes.push_back((event.hypothetical ? "the " + name->name + " given"
                                                 : "entry " + event.id + " (" + name->name + ")") +
                             " has no effect: there was no power to make it");
    }
  }
  // Two entries of one day of which nobody wrote down the time might have come the other way round.
  const std::set<uint32_t> types = TypesLookedAt();
  std::set<uint32_t> spoken_of;
  for (const eval::Event& event : facts_.events) {
    const ThingId about = event.slot.Get(program.symbols.Find("of")).AsThing();
    if (about.valid()) spoken_of.insert(about.index);
  }
  std::vector<size_t> looked_at;
  for (size_t i = 0; i < facts_.events.size() && facts_.events[i].at <= at_; ++i) {
    if (facts_.events[i].undated_time && types.contains(facts_.events[i].type.index))
      looked_at.push_back(i);
  }
  size_t tried = 0;
  for (size_t n = 0; n + 1 < looked_at.size() && tried < kSwapsMax; ++n) {
    const size_t i = looked_at[n];
    const size_t j = looked_at[n + 1];
    const eval::Event& a = facts_.events[i];
    const eval::Event& b = facts_.events[j];
    if (a.at.date() != b.at.date() || Alike(a, b, spoken_of)) continue;
    ++tried;
    eval::Facts swapped = facts_;
    const Position first = a.at, second = b.at;
    const auto move = [&](eval::Event& event, Position to) {
      event.at = to;
      for (auto& [name, value] : event.slot.fields) {
        if (name == program.known.at) value = Value::Moment(to);
      }
    };
    std::swap(swapped.events[i], swapped.events[j]);
    move(swapped.events[i], first);
    move(swapped.events[j], second);
    const Outcome other = OutcomeWith(swapped, query_.env, query_.node, nullptr);
    if (other == outcome) continue;
    answer.notes.push_back("it would be " + OutcomeWord(other) + " if " + b.id + " came before " +
                           a.id + " on " + ToText(a.at.date()) +
                           ": neither says at what time it happened");
  }
}

Outcome Asking::OutcomeWith(const eval::Facts& facts, const eval::Env& env, ir::NodeId node,
                            std::vector<std::string>* labels) {
  eval::Timeline timeline(agreement_.program, facts);
  const ir::NodeId kept = query_.node;
  query_.node = node;
  const Diagram read = Read(timeline, Full(timeline, env, at_));
  const Outcome out = Judge(timeline, read);
  if (labels != nullptr) *labels = DecidingLabels(timeline, at_);
  query_.node = kept;
  return out;
}

void Asking::Flips(Answer& answer, const Outcome& outcome) {
  ir::Program& program = agreement_.program;
  const auto worth = [&](const Outcome& o) {
    return o != outcome && o.verdict != Verdict::kUndecided && o.verdict != Verdict::kDepends;
  };
  const auto add = [&](std::string change, const Outcome& o, std::vector<std::string> clauses) {
    answer.flips.push_back({std::move(change), OutcomeWord(o), std::move(clauses)});
  };
  for (const eval::Assumption& a : answer.assuming) {
    if (!a.decisive) continue;
    for (const std::string& other : a.otherwise)
      answer.flips.push_back({a.reading + " " + other.substr(0, other.rfind(':')),
                              other.substr(other.rfind(':') + 2),
                              {}});
  }
  // What the clauses on this act test of each part.
  std::map<Symbol, std::set<uint32_t>> kinds;
  std::map<Symbol, std::set<uint32_t>> named;
  std::map<Symbol, std::set<uint32_t>> tested_facts;
  const ir::Node root = program.Get(query_.node);
  if (root.op == ir::Op::kRef) {
    std::vector<ir::NodeId> stack = {program.terms[root.data].body};
    std::set<ir::NodeId> seen;
    while (!stack.empty()) {
      const ir::NodeId id = stack.back();
      stack.pop_back();
      if (!seen.insert(id).second) continue;
      const ir::Node& node = program.Get(id);
      const auto children = program.Children(id);
      const auto field = [&](size_t i) -> std::optional<Symbol> {
        if (children.size() <= i) return std::nullopt;
        const ir::Node& f = program.Get(children[i]);
        if (f.op != ir::Op::kField || f.aux != 0) return std::nullopt;
        return Symbol{f.data};
      };
      if (node.op == ir::Op::kIs && field(0)) kinds[*field(0)].insert(node.data);
      if (node.op == ir::Op::kOpen && children.size() == 1 && field(0) &&
          node.type == ir::kBoolType)
        tested_facts[*field(0)].insert(node.data);
      if (node.op == ir::Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kEqual &&
          field(0) && program.Get(children[1]).op == ir::Op::kLit &&
          program.Get(children[1]).type == ir::kThingType) {
        named[*field(0)].insert(program.Literal(program.Get(children[1])).AsThing().index);
      }
      if (node.op == ir::Op::kRules) {
        for (const ir::Rule& rule : program.rule_sets[node.data].rules) stack.push_back(rule.guard);
      }
      stack.insert(stack.end(), children.begin(), children.end());
    }
  }
  std::vector<ir::NodeId> args(program.Children(query_.node).begin(),
                               program.Children(query_.node).end());
  const auto with_thing = [&](size_t part, ThingId thing) {
    std::vector<ir::NodeId> changed = args;
    changed[part] = program.Lit(Value::Thing(thing), ir::kThingType);
    return program.Ref(ir::TermId{root.data}, changed);
  };
  for (size_t p = 0; p < query_.parts.size() && root.op == ir::Op::kRef; ++p) {
    const check::AskedPart& part = query_.parts[p];
    const Symbol symbol = program.symbols.Find(part.name);
    const std::string who = part.text.empty() ? "the " + part.name : part.text;
    // Which argument of the term the part is.
    size_t position = SIZE_MAX;
    for (size_t i = 0; i < program.terms[root.data].parameters.size(); ++i) {
      if (program.terms[root.data].parameters[i].name == symbol) position = i;
    }
    if (position == SIZE_MAX) continue;
    for (const uint32_t thing : named[symbol]) {
      if (p == 0 || ThingId{thing} == part.thing) continue;
      std::vector<std::string> labels;
      const Outcome o =
          OutcomeWith(facts_, query_.env, with_thing(position, ThingId{thing}), &labels);
      if (worth(o)) add(who + " were " + facts_.things[thing].name, o, labels);
    }
    if (p == 0) continue;
    for (const uint32_t kind : kinds[symbol]) {
      eval::Facts facts = facts_;
      ThingId thing = part.thing;
      ir::NodeId node = query_.node;
      const std::string name(program.symbols.Name(program.kinds[kind].name));
      if (!thing.valid()) {
        if (!program.KindReaches(ir::KindId{kind}, part.kind)) continue;
        facts.things.push_back({"a " + name, {ir::KindId{kind}}, false});
        thing = ThingId{static_cast<uint32_t>(facts.things.size() - 1)};
        node = with_thing(position, thing);
      } else {
        if (eval::AskKind(program, facts, thing, ir::KindId{kind}).known.value_or(true)) continue;
        facts.things[thing.index].kinds.push_back(ir::KindId{kind});
      }
      std::vector<std::string> labels;
      const Outcome o = OutcomeWith(facts, query_.env, node, &labels);
      if (worth(o)) add(who + " were a " + name, o, labels);
    }
    for (const uint32_t point : tested_facts[symbol]) {
      if (!part.thing.valid()) continue;
      const Key key{Key::Family::kPoint, point, {Value::Thing(part.thing)}};
      const auto known = facts_.settled.find(key);
      eval::Facts facts = facts_;
      const bool to = known == facts_.settled.end() ? true : !known->second.AsBool();
      facts.settled[key] = Value::Bool(to);
      std::vector<std::string> labels;
      const Outcome o = OutcomeWith(facts, query_.env, query_.node, &labels);
      const Describer say(agreement_, facts_);
      if (worth(o)) add(to ? say.Instance(key) : Negated(say.Instance(key)), o, labels);
    }
  }
  // One event more, on the day asked; a notice about another needs that one first.
  for (const check::EventName& event : agreement_.events) {
    if (event.alias_first.valid()) continue;
    Query with = query_;
    diag::Findings ignored;
    std::vector<std::string> chain = {event.name};
    if (const check::EventName* of = event.of.valid() ? agreement_.FindEvent(event.of) : nullptr) {
      const bool there =
          std::any_of(facts_.events.begin(), facts_.events.end(),
                      [&](const eval::Event& e) { return e.type == of->type && e.at < at_; });
      if (!there) chain.insert(chain.begin(), of->name);
    }
    std::vector<record::Entry> entries = query_.given;
    const check::Scratch scratch(agreement_);
    bool put = true;
    with.given.clear();
    for (const std::string& name : chain) {
      put = put &&
            check::ReadGiven(snapshot_.files, agreement_,
                             Words("given", name + " on " + ToLongText(*query_.on)), with, ignored);
    }
    if (!put) continue;
    int64_t sequence = (int64_t{1} << Position::kSequenceBits) - 64;
    for (record::Entry entry : with.given) {
      entry.id += " (supposed)";
      entry.happened.value += sequence++;
      entries.push_back(entry);
    }
    eval::Facts facts =
        eval::Lower(program, Recorded(), entries, {query_.nothing_further}, ignored);
    if (ignored.any_error()) continue;
    for (const auto& [key, value] : facts_.settled) facts.settled.emplace(key, value);
    while (facts.things.size() < facts_.things.size())
      facts.things.push_back(facts_.things[facts.things.size()]);
    const Outcome o = OutcomeWith(facts, query_.env, query_.node, nullptr);
    if (worth(o))
      add((chain.size() > 1 ? Join(chain, ", then ") : "a " + event.name) + " happened", o, {});
  }
  // The nearest dates on which it comes out otherwise.
  const eval::Signal& signal = timeline_->Of(query_.node, query_.env);
  const size_t here = signal.IndexAt(at_);
  for (size_t i = here + 1; i < signal.pieces.size(); ++i) {
    const Outcome o =
        Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, signal.pieces[i].from)));
    if (!worth(o)) continue;
    add("asked from " + ToLongText(signal.pieces[i].from.date()) + " on", o,
        DecidingLabels(*timeline_, signal.pieces[i].from));
    break;
  }
  for (size_t i = here; i-- > 0;) {
    const Position last = signal.pieces[i + 1].from.before();
    const Outcome o = Judge(*timeline_, Read(*timeline_, Full(*timeline_, query_.env, last)));
    if (!worth(o)) continue;
    add("asked up to " + ToLongText(last.date()), o, DecidingLabels(*timeline_, last));
    break;
  }
}

std::vector<eval::Segment> Asking::Segments() {
  std::vector<eval::Segment> out;
  const eval::Signal& signal = timeline_->Of(query_.node, query_.env);
  std::vector<Position> breaks;
  for (const eval::Piece& piece : signal.pieces) breaks.push_back(piece.from);
  Diagram last_read;
  for (const Position from : breaks) {
    const Diagram read = Read(*timeline_, Full(*timeline_, query_.env, from));
    const Outcome outcome = Judge(*timeline_, read);
    const auto labels = DecidingLabels(*timeline_, from);
    if (!out.empty() && out.back().verdict == outcome.verdict &&
        out.back().value == outcome.value && out.back().clauses == labels && read == last_read) {
      continue;
    }
    eval::Segment segment;
    segment.from = std::max(from, kBeginning).date();
    segment.verdict = outcome.verdict;
    segment.value = outcome.value;
    segment.clauses = labels;
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

std::vector<syntax::Token> QuestionTokens(Snapshot& snapshot, const std::string& question,
                                          diag::Findings& findings) {
  const auto file = snapshot.files.Add("question", question);
  return syntax::Lex(snapshot.files, {file, 0, static_cast<uint32_t>(question.size())}, findings);
}

bool Usable(const Snapshot& snapshot, diag::Findings& findings) {
  if (!snapshot.findings.any_error()) return true;
  findings.Append(snapshot.findings);
  return false;
}

std::string HashOf(const std::string& text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  std::string out;
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const unsigned char byte : digest) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace

std::unique_ptr<Snapshot> Load(std::string name, std::string text) {
  auto out = std::make_unique<Snapshot>();
  out->agreement_hash = HashOf(text);
  const auto file = out->files.Add(std::move(name), std::move(text));
  const syntax::Tree tree = syntax::Parse(out->files, file, out->findings);
  out->agreement = check::Compile(out->files, tree, out->findings);
  return out;
}

void MeetRecord(Snapshot& snapshot) {
  ir::Program scratch = snapshot.agreement.program;
  std::vector<record::Entry> corrected;
  const eval::Facts facts =
      eval::Lower(scratch, snapshot.record.KnownAt({}, corrected), {}, {}, snapshot.findings);
  if (snapshot.findings.any_error()) return;
  eval::Timeline timeline(scratch, facts);
  for (const eval::Event& event : facts.events) {
    const check::EventName* name = snapshot.agreement.FindEvent(event.type);
    if (name == nullptr || !name->can.valid()) continue;
    if (!timeline.diagrams().IsFalse(PowerFor(timeline, scratch, *name, event))) continue;
    snapshot.findings.Add(
        {.kind = FindingKind::kNoEffect,
         .at = event.span,
         .message = "entry " + Quoted(event.id) + " (" + name->name +
                    ") has no effect: there was no power to make it",
         .labels = {},
         .instance = {},
         .help = "it stays on record; `entente why` says which condition was not met"});
  }
}

AskResult Ask(Snapshot& snapshot, Form form, std::string question, const AskOptions& options) {
  AskResult out;
  if (!Usable(snapshot, out.findings)) return out;
  Asking asking(snapshot, options);
  const auto tokens = QuestionTokens(snapshot, question, out.findings);
  if (!out.findings.any_error() && asking.Put(form, tokens)) out.answer = asking.Run();
  out.findings.Append(asking.findings());
  if (out.findings.any_error()) out.answer.reset();
  return out;
}

AskResult When(Snapshot& snapshot, Form form, std::string question, const AskOptions& options) {
  AskResult out;
  if (!Usable(snapshot, out.findings)) return out;
  Asking asking(snapshot, options);
  const auto tokens = QuestionTokens(snapshot, question, out.findings);
  if (!out.findings.any_error() && asking.Put(form, tokens)) {
    out.segments = asking.Segments();
    out.answer = asking.Run();
  }
  out.findings.Append(asking.findings());
  if (out.findings.any_error()) out.answer.reset();
  return out;
}

size_t DrawClosedTerms(Snapshot& snapshot) {
  ir::Program program = snapshot.agreement.program;
  diag::Findings ignored;
  std::vector<record::Entry> corrected;
  const eval::Facts facts =
      eval::Lower(program, snapshot.record.KnownAt({}, corrected), {}, {}, ignored);
  eval::Timeline timeline(program, facts);
  size_t pieces = 0;
  for (const ir::Term& term : program.terms) {
    if (term.parameters.empty()) pieces += timeline.Of(term.body, {}).pieces.size();
  }
  return pieces;
}

std::vector<TestOutcome> RunAsks(Snapshot& snapshot) {
  std::vector<TestOutcome> out;
  for (const check::Ask& ask : snapshot.agreement.asks) {
    if (!ask.expected_at.valid() || ask.question.empty() || ask.expected.empty()) continue;
    TestOutcome outcome;
    outcome.where = snapshot.files.Where(ask.at);
    outcome.question = syntax::TextOf(snapshot.files, ask.question, 0, ask.question.size());
    outcome.expected = syntax::TextOf(snapshot.files, ask.expected, 0, ask.expected.size());
    const std::string_view head = ask.question[0].text;
    const Form form = head == "what" ? Form::kWhat : head == "is" ? Form::kIs : Form::kMay;
    const bool has_head = head == "may" || head == "is" || head == "what";
    const std::vector<syntax::Token> tokens(ask.question.begin() + (has_head ? 1 : 0),
                                            ask.question.end());
    // What a text says of itself does not hang on what happened to be recorded.
    AskOptions options;
    options.without_record = true;
    Asking asking(snapshot, options);
    if (!asking.Record(ask.entries) || !asking.Put(form, tokens)) {
      outcome.got = asking.findings().all().empty()
                        ? "no answer"
                        : "error: " + asking.findings().all()[0].message;
      out.push_back(outcome);
      continue;
    }
    const Answer answer = asking.Run();
    std::vector<std::string> labels;
    for (const eval::Citation& c : answer.because) {
      if (c.deciding && !c.label.empty()) labels.push_back(c.label);
    }
    const std::string word = answer.verdict == Verdict::kValue
                                 ? answer.value
                                 : std::string(eval::NameOf(answer.verdict));
    outcome.got = word + (labels.empty() ? "" : " " + Join(labels, ", "));
    // `expect no 2.1`: the verdict word, then clauses that must be among the deciding ones.
    const std::string want = outcome.expected;
    outcome.passed =
        want.starts_with(word) && (want.size() == word.size() || want[word.size()] == ' ');
    if (outcome.passed && want.size() > word.size()) {
      std::string_view rest = Trim(std::string_view(want).substr(word.size()));
      while (!rest.empty()) {
        const size_t space = rest.find_first_of(" ,");
        const std::string label(rest.substr(0, space));
        rest = space == std::string_view::npos ? std::string_view{} : Trim(rest.substr(space + 1));
        if (label.empty() || label == "on" || label == "and") continue;
        // `expect yes on A01` names a reading the answer must rest on.
        const bool reading = std::any_of(
            answer.assuming.begin(), answer.assuming.end(),
            [&](const eval::Assumption& a) { return a.reading == label && a.decisive; });
        if (!reading && std::find(labels.begin(), labels.end(), label) == labels.end())
          outcome.passed = false;
      }
    }
    out.push_back(outcome);
  }
  return out;
}

}  // namespace entente::service
