// Why an answer is what it is: its proof, the clauses of the proof, the cases of what depends, and
// the readings it rests on.

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/words.h"
#include "proof/builder.h"
#include "proof/checker.h"
#include "service/asking.h"
#include "service/describe.h"
#include "service/proof_lines.h"
#include "service/reasons.h"
#include "service/witness.h"

namespace entente::service {

using check::Form;
using eval::Answer;
using eval::Choice;
using eval::Diagram;
using eval::Key;
using eval::Leaf;
using eval::Subject;
using eval::Verdict;

namespace {

constexpr size_t kCasesMax = 12;

}  // namespace

void Asking::Explain(Answer& answer, Diagram read, Outcome& outcome,
                     std::optional<proof::Proof>& proof) {
  eval::Diagrams& d = timeline_->diagrams();
  // Every reading that was met is taken as ours, whether or not the answer turns on it: a clause
  // that says the same then counts among the reasons.
  const std::vector<Choice> ours = OurReadings();
  if (outcome.verdict == Verdict::kUndecided) {
    const Leaf& leaf = d.LeafOf(read);
    const Describer say(agreement_, facts_);
    if (leaf.kind == Leaf::Kind::kOpaque) {
      const eval::OpaqueNode& o = timeline_->opaques()[leaf.id];
      answer.undecided_on = o.instance ? say.Instance(timeline_->instances()[*o.instance].key)
                                       : say.Node(o.node, o.env);
    }
    if (query_.type != ir::kBoolType) MoreMayCome(answer, ours, outcome);
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

// A sum, a count or a last whose events are not closed: what it is if nothing more comes to light,
// where two worlds show that more would change it.
void Asking::MoreMayCome(Answer& answer, const std::vector<Choice>& ours, Outcome& outcome) {
  const auto find = [&](const std::optional<Value>& not_this) {
    return FindWitness(agreement_.program, facts_, *timeline_, query_.node, query_.env, at_, ours,
                       not_this, not_this.has_value());
  };
  const auto as_known = find(std::nullopt);
  const auto with_more = as_known ? find(as_known->value) : std::nullopt;
  if (!with_more || as_known->world.events.size() != facts_.events.size()) return;
  const Describer say(agreement_, facts_);
  answer.undecided_on.clear();
  std::vector<std::string> kinds;
  for (const eval::Event& e : with_more->world.events) {
    if (std::none_of(facts_.events.begin(), facts_.events.end(),
                     [&](const eval::Event& known) { return known.id == e.id; })) {
      const std::string name(
          agreement_.program.symbols.Name(agreement_.program.event_types[e.type.index].name));
      if (std::find(kinds.begin(), kinds.end(), name) == kinds.end()) kinds.push_back(name);
    }
  }
  if (kinds.empty()) {
    // The same events, and what is open in the amount makes the difference.
    std::vector<std::string> open;
    for (const eval::OpenPoint& point : OpenAt(at_)) open.push_back(point.what);
    outcome = {Verdict::kDepends,
               open.empty() ? "" : "not disclosed: it rests on " + JoinAnd(open)};
    return;
  }
  outcome = {Verdict::kDepends, ""};
  answer.exact = false;
  answer.cases = {{say.Value(as_known->value, query_.type),
                   {"no further " + JoinAnd(kinds, "or") + " comes to light"}},
                  {"another amount", {"one does"}}};
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
    } else if (l.kind == Leaf::Kind::kLinear || l.within.any()) {
      one.outcome = Range(*timeline_, leaf);
    } else {
      one.outcome = l.kind == Leaf::Kind::kOpaque && l.id == UINT32_MAX ? "silent" : "not known";
    }
    for (const Choice& c : needed) {
      std::string says = say.Atom(*timeline_, d.Get(c.atom.subject), c);
      // Two patterns of one event read alike.
      if (std::find(one.conditions.begin(), one.conditions.end(), says) == one.conditions.end())
        one.conditions.push_back(std::move(says));
    }
    std::string key = one.outcome;
    for (const std::string& c : one.conditions) key += "|" + c;
    if (seen.insert(key).second) out.push_back(std::move(one));
    return out.size() < kCasesMax;
  });
  return out;
}

bool Asking::AsksPower() const {
  const ir::Node& node = agreement_.program.Get(query_.node);
  return query_.form == Form::kMay && node.op == ir::Op::kRef &&
         agreement_.program.symbols.Name(agreement_.program.terms[node.data].name)
             .starts_with("power");
}

std::string Asking::Sentence(const Outcome& outcome) const {
  std::string text = query_.text;
  const std::string on = " on " + ToLongText(*query_.on);
  if (query_.form == Form::kMay) {
    const std::string& who = query_.parts[0].text;
    std::string rest(Trim(std::string_view(text).substr(std::min(who.size(), text.size()))));
    if (rest.starts_with("may ")) rest = rest.substr(4);
    const bool power = AsksPower();
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

std::vector<std::pair<Key, uint32_t>> Asking::TakenIn(Diagram full) {
  std::vector<std::pair<Key, uint32_t>> out;
  for (const eval::SubjectId id : timeline_->diagrams().Support(full)) {
    const Subject& subject = timeline_->diagrams().Get(id);
    if (subject.kind != Subject::Kind::kReading) continue;
    const Key& key = timeline_->instances()[subject.id].key;
    if (const auto taken = Taken(key)) out.emplace_back(key, *taken);
  }
  return out;
}

std::vector<std::string> Asking::RestsOn(Diagram full, const Outcome& now) {
  std::vector<std::string> out;
  for (const auto& [key, taken] : TakenIn(full)) {
    const ir::Point& point = agreement_.program.points[key.id];
    for (uint32_t alt = 0; alt < point.alternatives.size(); ++alt) {
      if (alt == taken || Judge(*timeline_, Read(*timeline_, full, &key, alt)) == now) continue;
      out.emplace_back(agreement_.program.symbols.Name(point.name));
      break;
    }
  }
  return out;
}

std::string Asking::WordsOf(const check::Reading& reading, uint32_t alternative,
                            const Answer& answer) const {
  for (const eval::Citation& cited : answer.because) {
    for (size_t i = 0; i < reading.places.size() && i < reading.words.size(); ++i) {
      const source::Span place = reading.places[i];
      if (place.file == cited.at.file && cited.at.begin <= place.begin && place.end <= cited.at.end)
        return reading.words[i][alternative];
    }
  }
  return agreement_.program.points[reading.point.index].alternatives[alternative];
}

void Asking::Readings(Answer& answer, Diagram full) {
  const Describer say(agreement_, facts_);
  const Outcome now = Judge(*timeline_, Read(*timeline_, full));
  std::vector<eval::Assumption> indecisive;
  for (const auto& [key, taken] : TakenIn(full)) {
    const ir::Point& point = agreement_.program.points[key.id];
    eval::Assumption a;
    a.reading = std::string(agreement_.program.symbols.Name(point.name));
    const auto reading =
        std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                     [&](const check::Reading& r) { return r.point.index == key.id; });
    const auto words = [&](uint32_t alternative) {
      return reading == agreement_.readings.end() ? point.alternatives[alternative]
                                                  : WordsOf(*reading, alternative, answer);
    };
    const std::string ours = words(taken);
    a.text =
        a.reading + (ours.empty() ? " read as leaving the words out" : " read as \"" + ours + "\"");
    for (uint32_t alt = 0; alt < point.alternatives.size(); ++alt) {
      if (alt == taken) continue;
      const Diagram other = Read(*timeline_, full, &key, alt);
      const Outcome then = Judge(*timeline_, other);
      if (then == now && other == Read(*timeline_, full)) continue;
      const std::string other_words = words(alt);
      a.otherwise.push_back("read as " +
                            (other_words.empty() ? "nothing" : "\"" + other_words + "\"") + ": " +
                            OutcomeWord(then));
      a.decisive = a.decisive || then != now || now.verdict == Verdict::kDepends;
    }
    (a.decisive ? answer.assuming : indecisive).push_back(std::move(a));
  }
  for (eval::Assumption& a : indecisive) answer.assuming.push_back(std::move(a));
}

eval::Citation CitationOf(const Snapshot& snapshot, std::string label, source::Span at) {
  constexpr size_t kSaysMax = 400;
  eval::Citation out;
  out.label = std::move(label);
  out.at = at;
  out.where = snapshot.files.Where(at);
  out.says = OneLine(snapshot.files.Text(at), kSaysMax);
  if (const check::Clause* clause = snapshot.agreement.FindClause(out.label, at)) {
    if (clause->amendment) out.amendment = snapshot.agreement.amendments[*clause->amendment].id;
    out.prose = OneLine(snapshot.files.Text(clause->prose), kSaysMax);
    if (out.says.starts_with(clause->label))
      out.says = std::string(Trim(std::string_view(out.says).substr(clause->label.size())));
  }
  return out;
}

// The clause that says what a sentence at this place began to say, as the text stood at a moment.
const check::Clause* Asking::ClauseOf(source::Span sentence, Position at) {
  const auto& clauses = agreement_.clauses;
  const auto first = std::find_if(clauses.begin(), clauses.end(),
                                  [&](const check::Clause& c) { return c.sentence == sentence; });
  if (first == clauses.end()) return nullptr;
  for (const check::Clause& clause : clauses) {
    if (clause.label == first->label &&
        timeline_->diagrams().IsTrue(Read(*timeline_, timeline_->Of(clause.in_force, {}).At(at))))
      return &clause;
  }
  return &*first;
}

void Asking::CollectSteps(const proof::Proof& proof, const proof::Step& part, bool top,
                          std::set<std::pair<uint32_t, bool>>& seen, Answer& answer) {
  const proof::Step& step = proof.StepOf(part);
  if (&step != &part && !seen.insert({part.lemma, top}).second) return;
  const ir::Program& program = agreement_.program;
  const auto add = [&](eval::Citation citation) {
    for (eval::Citation& other : answer.because) {
      if (other.label != citation.label || other.amendment != citation.amendment) continue;
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
      eval::Citation citation =
          CitationOf(snapshot_, std::string(program.symbols.Name(rule.label)), rule.at);
      citation.deciding = top;
      citation.over = over;
      if (top && !rule.answers.empty()) {
        const std::string note = "under " + citation.label + ", " + rule.answers;
        if (std::find(answer.notes.begin(), answer.notes.end(), note) == answer.notes.end())
          answer.notes.push_back(note);
      }
      add(citation);
    }
    still_top = false;
  }
  if (node.op == ir::Op::kRef) {
    const ir::Term& term = program.terms[node.data];
    if (program.Get(term.body).op != ir::Op::kRules) {
      if (const check::Clause* clause = ClauseOf(term.at, step.at))
        add(CitationOf(snapshot_, clause->label, clause->sentence));
    }
  }
  for (const proof::Step& next : step.parts) {
    CollectSteps(proof, next,
                 still_top && (next.node == step.node || node.op == ir::Op::kRef ||
                               step.form == proof::Step::Form::kCases),
                 seen, answer);
  }
}

void Asking::Cite(Answer& answer, const std::optional<proof::Proof>& proof) {
  if (proof) {
    std::set<std::pair<uint32_t, bool>> seen;
    CollectSteps(*proof, proof->root, true, seen, answer);
    std::stable_sort(
        answer.because.begin(), answer.because.end(),
        [](const eval::Citation& a, const eval::Citation& b) { return a.deciding > b.deciding; });
    answer.proof_steps = proof->Size();
    if (options_.proof_lines) answer.proof = ProofLines(agreement_, facts_, *proof);
    if (answer.verdict == Verdict::kNo && AsksPower())
      answer.turns_on = ReasonsOf(agreement_, facts_, *proof);
  }
  if (answer.because.empty() || answer.verdict == Verdict::kDepends) {
    // Clauses whose application is what the answer hinges on.
    const auto slot = ArgumentsOf(query_.node);
    if (!slot) return;
    const ir::Node& node = agreement_.program.Get(query_.node);
    const ir::Node& body = agreement_.program.Get(agreement_.program.terms[node.data].body);
    for (const ir::Rule& rule : agreement_.program.rule_sets[body.data].rules) {
      if (!rule.at.valid()) continue;
      const Diagram guard = Read(*timeline_, timeline_->Of(rule.guard, {*slot}).At(at_));
      if (timeline_->diagrams().IsFalse(guard)) continue;
      const std::string label(agreement_.program.symbols.Name(rule.label));
      if (std::none_of(answer.because.begin(), answer.because.end(),
                       [&](const eval::Citation& c) { return c.label == label; })) {
        answer.because.push_back(CitationOf(snapshot_, label, rule.at));
      }
    }
  }
}

std::vector<std::string> Asking::DecidingLabels(eval::Timeline& timeline, Position at,
                                                const Outcome& outcome) {
  const ir::Program& program = agreement_.program;
  const auto slot = ArgumentsOf(query_.node);
  if (!slot) return {};
  const ir::Node& body = program.Get(program.terms[program.Get(query_.node).data].body);
  const ir::RuleSet& set = program.rule_sets[body.data];
  const auto& beats = timeline.Beats(body.data);
  eval::Diagrams& d = timeline.diagrams();
  std::vector<Diagram> guards;
  for (const ir::Rule& rule : set.rules)
    guards.push_back(Read(timeline, timeline.Of(rule.guard, {*slot}).At(at)));
  const auto agrees = [&](const ir::Rule& rule) {
    const ir::Node& value = program.Get(rule.value);
    if (value.op != ir::Op::kLit || value.type != ir::kBoolType) return true;
    const bool yes = program.Literal(value).AsBool();
    return outcome.verdict != (yes ? Verdict::kNo : Verdict::kYes);
  };
  // Clauses that apply for certain; where there is none, those that may.
  std::vector<std::string> out;
  for (const bool certain : {true, false}) {
    for (size_t i = 0; i < guards.size(); ++i) {
      if (!set.rules[i].at.valid() || !agrees(set.rules[i])) continue;
      Diagram stands = guards[i];
      for (size_t j = 0; j < guards.size() && !d.IsFalse(stands); ++j) {
        if (beats[j][i])
          stands = certain ? d.Bool(d.IsTrue(stands) && !d.IsTrue(guards[j]))
                           : d.And(stands, d.Not(guards[j]));
      }
      if (certain ? d.IsTrue(stands) : !d.IsFalse(stands))
        out.emplace_back(program.symbols.Name(set.rules[i].label));
    }
    if (!out.empty() && outcome.verdict != Verdict::kDepends) break;
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace entente::service
