#include "service/inspect.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "ir/walk.h"
#include "service/asking.h"
#include "service/describe.h"
#include "service/survey.h"

namespace entente::service {

using eval::ClauseView;
using eval::Rulebook;
using ir::Op;

namespace {

constexpr size_t kSaysMax = 400;

// What nothing beats first, and of that what beats most.
std::vector<size_t> ByStrength(const ir::RuleSet& set) {
  const auto beats = ir::BeatsClosure(set);
  std::vector<std::pair<int, size_t>> order;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    int rank = 0;
    for (size_t j = 0; j < set.rules.size(); ++j)
      rank += (beats[j][i] ? 1000 : 0) - (beats[i][j] ? 1 : 0);
    order.emplace_back(rank, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<size_t> out;
  for (const auto& [rank, i] : order) out.push_back(i);
  return out;
}

// What the rules of an act test: of each of its parts, also where a definition does so for them,
// and of the world.
class Tests {
 public:
  explicit Tests(const check::Agreement& agreement)
      : agreement_(agreement), program_(agreement.program) {}

  void Look(const ir::RuleSet& set) {
    Parts parts;
    for (const ir::Parameter& parameter : program_.terms[set.term.index].parameters) {
      parts[parameter.name.index] = PartWord(agreement_, set.term, parameter.name);
    }
    for (const ir::Rule& rule : set.rules) Look(rule.guard, parts, 0);
  }

  std::vector<std::string> Say() const {
    std::vector<std::string> out;
    for (const auto& [part, tests] : by_part_)
      out.push_back(part + ": " + Join({tests.begin(), tests.end()}, "; "));
    out.insert(out.end(), rest_.begin(), rest_.end());
    return out;
  }

 private:
  // By the symbol of a slot-0 field: the part of the act that it holds.
  using Parts = std::map<uint32_t, std::string>;
  static constexpr int kTermsDeep = 8;

  std::string Name(Symbol symbol) const { return std::string(program_.symbols.Name(symbol)); }

  void Look(ir::NodeId root, const Parts& parts, int depth) {
    const auto part_of = [&](ir::NodeId id) -> const std::string* {
      const ir::Node& field = program_.Get(id);
      if (field.op != Op::kField || field.aux != 0) return nullptr;
      const auto it = parts.find(field.data);
      return it == parts.end() ? nullptr : &it->second;
    };
    const auto look = [&](ir::NodeId id, const ir::Node& node) {
      const auto children = program_.Children(id);
      const std::string* part = children.empty() ? nullptr : part_of(children[0]);
      switch (node.op) {
        case Op::kIs:
          if (part != nullptr) {
            by_part_[*part].insert("whether it is " +
                                   WithArticle(Name(program_.kinds[node.data].name)));
          }
          break;
        case Op::kOp: {
          if (static_cast<ir::Function>(node.aux) != ir::Function::kEqual || part == nullptr) break;
          const ir::Node& other = program_.Get(children[1]);
          if (other.op != Op::kLit || other.type != ir::kThingType) break;
          const ThingId thing = program_.Literal(other).AsThing();
          if (thing.valid())
            by_part_[*part].insert("whether it is " + Name(program_.things[thing.index].name));
          break;
        }
        case Op::kOpen: {
          const ir::Point& point = program_.points[node.data];
          std::string says = point.says.empty() ? Name(point.name) : point.says;
          if (const size_t at = says.find("{0}"); at != std::string::npos)
            says.replace(at, 3, "it");
          if (point.kind == ir::PointKind::kReading) {
            rest_.insert("reading " + Name(point.name));
          } else if (part != nullptr) {
            by_part_[*part].insert(node.type == ir::kBoolType ? "whether " + says : says);
          } else if (children.empty()) {
            rest_.insert(says);
          }
          break;
        }
        case Op::kOn:
          if (ir::EventTypeId{node.data} != program_.start) {
            rest_.insert("whether and when " +
                         WithArticle(Name(program_.event_types[node.data].name)) + " happens");
          }
          break;
        case Op::kLit: {
          if (node.type != ir::kMomentType) break;
          const Position at = program_.Literal(node).AsMoment();
          if (at > kBeginning && at != kNever && at != program_.origin)
            rest_.insert("the date: " + ToLongText(at.date()));
          break;
        }
        case Op::kRef: {
          if (depth >= kTermsDeep) break;
          Parts inner;
          const ir::Term& term = program_.terms[node.data];
          for (size_t i = 0; i < children.size(); ++i) {
            if (const std::string* passed = part_of(children[i]))
              inner[term.parameters[i].name.index] = *passed;
          }
          Look(term.body, inner, depth + 1);
          break;
        }
        default:
          break;
      }
    };
    ir::ForEachBelow(program_, root, look, /*into_terms=*/false);
  }

  const check::Agreement& agreement_;
  const ir::Program& program_;
  std::map<std::string, std::set<std::string>> by_part_;
  std::set<std::string> rest_;
};

std::string Phrase(const Snapshot& snapshot, source::Span at) {
  std::string out = OneLine(snapshot.files.Text(at), kSaysMax);
  for (const std::string_view head : {"act ", "notice ", "event "}) {
    if (out.starts_with(head)) return out.substr(head.size());
  }
  return out;
}

// Rule sets of an act or notice, by what one says to ask for it.
std::vector<ir::TermId> TermsFor(const check::Agreement& agreement, const std::string& act,
                                 source::Span& at) {
  std::vector<ir::TermId> out;
  for (const check::Act& a : agreement.acts) {
    if (a.name != act && Join(a.verb, " ") != act) continue;
    out.push_back(a.allowed);
    at = a.at;
  }
  for (const check::EventName& e : agreement.events) {
    if (e.name != act || !e.can.valid()) continue;
    out.push_back(e.can);
    at = e.at;
  }
  return out;
}

}  // namespace

std::optional<Rulebook> RulesOn(Snapshot& snapshot, const std::string& act,
                                diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  const ir::Program& program = agreement.program;
  source::Span at;
  const std::vector<ir::TermId> terms = TermsFor(agreement, act, at);
  if (terms.empty()) {
    std::vector<std::string> known;
    for (const check::Act& a : agreement.acts) known.push_back(a.name);
    for (const check::EventName& e : agreement.events) {
      if (e.can.valid()) known.push_back(e.name);
    }
    const std::string closest = Closest(act, known);
    findings.Add({.kind = diag::FindingKind::kUnknownPhrase,
                  .at = {},
                  .message = Quoted(act) + " is no declared act or notice",
                  .labels = {},
                  .instance = {},
                  .help = closest.empty() ? "there are " + JoinAnd(known)
                                          : "did you mean " + Quoted(closest) + "?"});
    return std::nullopt;
  }
  Rulebook out;
  out.act = act;
  out.phrase = Phrase(snapshot, at);
  for (const ir::TermId term : terms) {
    const ir::Node& body = program.Get(program.terms[term.index].body);
    if (body.op != Op::kRules) continue;
    const ir::RuleSet& set = program.rule_sets[body.data];
    Tests tests(agreement);
    tests.Look(set);
    out.decides = tests.Say();
    for (const size_t i : ByStrength(set)) {
      const ir::Rule& rule = set.rules[i];
      const ir::Node& value = program.Get(rule.value);
      Rulebook::Line line;
      line.allows = value.op == Op::kLit && program.Literal(value).AsBool();
      line.outside = rule.outside;
      const ir::Node& guard = program.Get(rule.guard);
      const bool closing = guard.op == Op::kLit && program.Literal(guard).AsBool();
      if (closing) out.silent_otherwise = false;
      if (rule.at.valid()) {
        line.citation =
            CitationOf(snapshot, std::string(program.symbols.Name(rule.label)), rule.at);
      } else {
        line.citation.says = rule.built_in;
      }
      std::set<std::string> over;
      for (const uint32_t j : rule.beats) {
        if (set.rules[j].at.valid()) over.emplace(program.symbols.Name(set.rules[j].label));
      }
      over.erase(line.citation.label);
      line.citation.over = {over.begin(), over.end()};
      // Readings make several rules of one clause; it is listed once for each way it decides.
      const bool known = std::any_of(out.lines.begin(), out.lines.end(), [&](const auto& other) {
        return other.citation.label == line.citation.label && other.allows == line.allows &&
               other.outside == line.outside && other.citation.says == line.citation.says;
      });
      if (!known) out.lines.push_back(std::move(line));
    }
  }
  return out;
}

void UnknownClause(const check::Agreement& agreement, const std::string& label,
                   diag::Findings& findings) {
  std::vector<std::string> known;
  for (const check::Clause& c : agreement.clauses) known.push_back(c.label);
  const std::string closest = Closest(label, known);
  findings.Add({.kind = diag::FindingKind::kUnknownLabel,
                .at = {},
                .message = "there is no clause " + Quoted(label),
                .labels = {},
                .instance = {},
                .help = closest.empty() ? "`entente coverage` lists the clauses"
                                        : "did you mean " + Quoted(closest) + "?"});
}

std::optional<ClauseView> ReadClause(Snapshot& snapshot, const std::string& label,
                                     const AskOptions& options, diag::Findings& findings) {
  const check::Agreement& agreement = snapshot.agreement;
  const ir::Program& program = agreement.program;
  const check::Clause* clause = agreement.FindClause(label);
  if (clause == nullptr) {
    UnknownClause(agreement, label, findings);
    return std::nullopt;
  }
  bool gone = false;
  // The text of the day asked about, or of the last amendment.
  if (!agreement.amendments.empty()) {
    Asking asking(snapshot, options);
    if (!asking.PutNothing()) {
      findings.Append(asking.findings());
      return std::nullopt;
    }
    gone = true;
    const std::string number = clause->label;
    for (const check::Clause& version : agreement.clauses) {
      if (version.label != number) continue;
      const Asking::Truth is = asking.Here(version.in_force);
      if (is == Asking::Truth::kYes) clause = &version;
      gone = gone && is == Asking::Truth::kNo;
    }
  }
  ClauseView out;
  out.gone = gone;
  out.citation = CitationOf(snapshot, label, clause->sentence);
  out.section = OneLine(snapshot.files.Text(clause->heading), kSaysMax);
  for (const check::Reading& reading : agreement.readings) {
    const bool here = std::any_of(reading.places.begin(), reading.places.end(), [&](const auto& p) {
      return p.file == clause->sentence.file && p.begin >= clause->sentence.begin &&
             p.end <= clause->sentence.end;
    });
    if (here) out.readings.push_back(reading.id + ": " + reading.about);
  }
  for (const ir::Point& point : program.points) {
    const bool here = point.at.valid() && point.at.file == clause->sentence.file &&
                      point.at.begin >= clause->sentence.begin &&
                      point.at.end <= clause->sentence.end && point.kind != ir::PointKind::kReading;
    if (!here) continue;
    std::string says = point.says;
    for (const char* slot : {"{0}", "{1}"}) {
      if (const size_t at = says.find(slot); at != std::string::npos) says.replace(at, 3, "it");
    }
    out.open_points.push_back(std::string(program.symbols.Name(point.name)) + ": " + says);
  }
  std::set<std::string> over, yields;
  const Symbol symbol = program.symbols.Find(label);
  for (const ir::RuleSet& set : program.rule_sets) {
    for (const ir::Rule& rule : set.rules) {
      for (const uint32_t j : rule.beats) {
        const ir::Rule& loser = set.rules[j];
        if (!loser.at.valid() || !rule.at.valid() || loser.label == rule.label) continue;
        if (rule.label == symbol) over.emplace(program.symbols.Name(loser.label));
        if (loser.label == symbol) yields.emplace(program.symbols.Name(rule.label));
      }
    }
  }
  out.over = {over.begin(), over.end()};
  out.yields_to = {yields.begin(), yields.end()};
  if (options.on) {
    out.on = options.on;
    const std::vector<eval::Lane> lanes = Lanes(snapshot, options, findings);
    for (const check::Norm& norm : agreement.norms) {
      if (norm.label != label) continue;
      const std::string question = QuestionOf(snapshot, norm);
      for (const eval::Lane& lane : lanes) {
        if (lane.question == question)
          out.norms.emplace_back(question, eval::SegmentOn(lane.segments, *options.on));
      }
    }
  }
  return out;
}

}  // namespace entente::service
