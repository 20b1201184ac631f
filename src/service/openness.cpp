#include "service/openness.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "check/editions.h"
#include "eval/lower.h"
#include "ir/walk.h"
#include "service/asking.h"
#include "service/describe.h"
#include "service/survey.h"

namespace entente::service {

using check::Form;
using eval::Argument;
using eval::Diagram;
using eval::Interval;
using eval::Key;
using eval::OpenPoint;
using eval::Subject;
using eval::Verdict;

namespace {

// Who can settle a point of a kind, and how.
const char* SettledBy(ir::PointKind kind) {
  switch (kind) {
    case ir::PointKind::kUndisclosed:
    case ir::PointKind::kImprecise:
      return "the parties, by disclosing it";
    case ir::PointKind::kReading:
      return "the parties, by saying which is meant";
    case ir::PointKind::kJudgement:
      return "whoever may find it, by a finding on record";
    case ir::PointKind::kFact:
      return "whoever knows it, by an entry that establishes it";
    case ir::PointKind::kFuture:
      return "time, or a closing mark that says it has not happened";
    case ir::PointKind::kConflict:
      return "the parties, by saying which clause prevails";
    case ir::PointKind::kSilence:
      return "the parties: no clause speaks of it";
    case ir::PointKind::kDraft:
      return "the parties, by adopting the draft or not";
  }
  return "";
}

OpenPoint Make(std::string what, ir::PointKind kind) {
  return {std::move(what), std::string(ir::NameOf(kind)), SettledBy(kind), {}};
}

bool PutQuestion(Asking& asking, Form form, const std::string& question, diag::Findings& findings) {
  if (asking.Put(form, question)) return true;
  findings.Append(asking.findings());
  return false;
}

}  // namespace

// ---------------------------------------------------------------- one question

std::vector<OpenPoint> Asking::OpenAt(Position at) {
  const ir::Program& program = agreement_.program;
  const Describer say(agreement_, facts_);
  std::vector<OpenPoint> out;
  const auto add = [&](OpenPoint point) {
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const OpenPoint& p) { return p.what == point.what; });
    if (!known) out.push_back(std::move(point));
  };
  const auto add_key = [&](const Key& key) {
    switch (key.family) {
      case Key::Family::kPoint:
        add(Make(say.Instance(key), program.points[key.id].kind));
        break;
      case Key::Family::kSilence:
        add(Make("whether it is allowed at all", ir::PointKind::kSilence));
        break;
      case Key::Family::kConflict:
        add(Make(say.Instance(key), ir::PointKind::kConflict));
        break;
      case Key::Family::kKind:
        add(Make("whether " + say.Instance(key), ir::PointKind::kFact));
        break;
    }
  };
  // Every open point that a node which is not seen through could turn on.
  const auto add_below = [&](ir::NodeId root) {
    ir::ForEachBelow(program, root, [&](ir::NodeId below, const ir::Node& node) {
      if (node.op == ir::Op::kOn && facts_.closed_to[node.data] < at)
        add(Make("whether and when " + say.Events(below) + " happens", ir::PointKind::kFuture));
      if (node.op != ir::Op::kOpen || program.points[node.data].kind == ir::PointKind::kReading)
        return;
      const auto children = program.Children(below);
      const bool settled =
          children.empty() && facts_.settled.contains({Key::Family::kPoint, node.data, {}});
      if (settled) return;
      // Inside a definition its arguments have names of their own.
      std::string says = program.points[node.data].says;
      if (const size_t slot = says.find("{0}"); slot != std::string::npos)
        says.replace(slot, 3, "what is asked about");
      add(Make(says, program.points[node.data].kind));
    });
  };
  const Diagram full = Full(*timeline_, query_.env, at);
  const Diagram read = Read(*timeline_, full);
  eval::Diagrams& d = timeline_->diagrams();
  for (const eval::SubjectId id : d.Support(read)) {
    const Subject subject = d.Get(id);
    switch (subject.kind) {
      case Subject::Kind::kReading:
      case Subject::Kind::kChoice:
      case Subject::Kind::kNumber:
        add_key(timeline_->instances()[subject.id].key);
        break;
      case Subject::Kind::kElapsed: {
        const eval::Wait& wait = timeline_->waits()[subject.id];
        if (wait.instance) {
          add_key(timeline_->instances()[*wait.instance].key);
        } else {
          add(Make("whether and when " + say.Events(wait.node) + " happens",
                   ir::PointKind::kFuture));
        }
        break;
      }
      case Subject::Kind::kOpaque: {
        const eval::OpaqueNode opaque = timeline_->opaques()[subject.id];
        if (opaque.instance) {
          add_key(timeline_->instances()[*opaque.instance].key);
          break;
        }
        add_below(opaque.node);
        break;
      }
    }
  }
  // A number may come out open as a whole.
  for (const Diagram leaf : d.Leaves(read)) {
    const eval::Leaf& l = d.LeafOf(leaf);
    if (l.kind == eval::Leaf::Kind::kLinear) add_key(timeline_->instances()[l.id].key);
    if (l.kind == eval::Leaf::Kind::kOpaque) add_below(timeline_->opaques()[l.id].node);
    if (l.kind == eval::Leaf::Kind::kWait && timeline_->waits()[l.id].instance)
      add_key(timeline_->instances()[*timeline_->waits()[l.id].instance].key);
  }
  for (const Argument& argument : ArgumentsAt(at)) {
    add(Make("reading " + argument.reading, ir::PointKind::kReading));
  }
  return out;
}

std::vector<Argument> Asking::ArgumentsAt(Position at) {
  const Diagram full = Full(*timeline_, query_.env, at);
  const Outcome ours = Judge(*timeline_, Read(*timeline_, full));
  std::vector<Argument> out;
  for (const auto& [key, taken] : TakenIn(full)) {
    const ir::Point& point = agreement_.program.points[key.id];
    for (uint32_t alt = 0; alt < point.alternatives.size(); ++alt) {
      if (alt == taken) continue;
      const Outcome theirs = Judge(*timeline_, Read(*timeline_, full, &key, alt));
      if (theirs == ours) continue;
      Argument argument;
      argument.reading = std::string(agreement_.program.symbols.Name(point.name));
      argument.alternative = point.alternatives[alt].empty()
                                 ? "(the words left out)"
                                 : OneLine(point.alternatives[alt], 200);
      argument.outcome = OutcomeWord(theirs);
      for (const check::Reading& reading : agreement_.readings) {
        if (reading.id == argument.reading) argument.against = reading.about;
      }
      out.push_back(std::move(argument));
    }
  }
  return out;
}

std::optional<Key> Asking::NumberInQuestion(const std::string& name) const {
  const ir::Program& program = agreement_.program;
  for (const check::NumberName& number : agreement_.numbers) {
    // That of an event stands in its entries, and that of a period is another for each.
    if (number.name != name || number.event.valid() || number.period) continue;
    const ir::Node& body = program.Get(program.terms[number.term.index].body);
    if (body.op != ir::Op::kOpen) return std::nullopt;
    if (!number.owner.valid()) return Key{Key::Family::kPoint, body.data, {}};
    for (const check::AskedPart& part : query_.parts) {
      if (!part.thing.valid()) continue;
      const auto is = eval::AskKind(program, facts_, part.thing, number.owner);
      if (is.known.value_or(false))
        return Key{Key::Family::kPoint, body.data, {Value::Thing(part.thing)}};
    }
  }
  return std::nullopt;
}

std::vector<Interval> Asking::Along(const Key& number) {
  const Describer say(agreement_, facts_);
  const ir::Type type = eval::TypeOf(agreement_.program, number);
  // Every amount the number can be held against: what is settled, bounds, thresholds met on the
  // way.
  std::vector<Rational> marks;
  for (const auto& [key, value] : facts_.settled) {
    if (value.kind() == Value::Kind::kNumber && eval::TypeOf(agreement_.program, key) == type)
      marks.push_back(value.AsNumber());
  }
  const Diagram full = Full(*timeline_, query_.env, at_);
  for (const eval::Instance& instance : timeline_->instances()) {
    if (eval::TypeOf(agreement_.program, instance.key) != type) continue;
    if (instance.low) marks.push_back(*instance.low);
    if (instance.high) marks.push_back(*instance.high);
  }
  timeline_->diagrams().Paths(full, [&](const std::vector<eval::Choice>& path, Diagram) {
    for (const eval::Choice& choice : path) {
      const Subject subject = timeline_->diagrams().Get(choice.atom.subject);
      if (subject.kind == Subject::Kind::kNumber &&
          timeline_->instances()[subject.id].key == number) {
        marks.push_back(choice.atom.threshold);
      }
    }
    return marks.size() < 1000;
  });
  ir::ForEachBelow(agreement_.program, query_.node, [&](ir::NodeId, const ir::Node& node) {
    if (node.op == ir::Op::kLit && node.type == type)
      marks.push_back(agreement_.program.Literal(node).AsNumber());
  });
  std::sort(marks.begin(), marks.end(),
            [](const Rational& a, const Rational& b) { return Compare(a, b) < 0; });
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  // Each mark itself, and one amount in each gap.
  struct Sample {
    Rational at;
    std::optional<Rational> from, through;  // of a gap, both ends open
  };
  std::vector<Sample> samples;
  const auto half = [](const Rational& a, const Rational& b) {
    const auto sum = Add(a, b);
    return sum ? Multiply(*sum, *Rational::Of(1, 2)).value_or(a) : a;
  };
  if (marks.empty()) {
    samples.push_back({Rational(1), {}, {}});
  } else {
    const Rational zero(0);
    if (Compare(marks[0], zero) > 0) samples.push_back({half(zero, marks[0]), {}, marks[0]});
    for (size_t i = 0; i < marks.size(); ++i) {
      samples.push_back({marks[i], marks[i], marks[i]});
      if (i + 1 < marks.size()) {
        samples.push_back({half(marks[i], marks[i + 1]), marks[i], marks[i + 1]});
      } else {
        samples.push_back({Add(marks[i], Rational(1)).value_or(marks[i]), marks[i], {}});
      }
    }
  }
  std::vector<Interval> out;
  const auto text = [&](const std::optional<Rational>& r) -> std::optional<std::string> {
    if (!r) return std::nullopt;
    return say.Value(Value::Number(*r), type);
  };
  for (const Sample& sample : samples) {
    eval::Facts facts = facts_;
    facts.settled[number] = Value::Number(sample.at);
    std::vector<std::string> labels;
    const Outcome outcome = OutcomeWith(facts, query_.env, query_.node, &labels);
    const bool point = sample.from && sample.through && *sample.from == *sample.through;
    if (!out.empty() && out.back().verdict == outcome.verdict && out.back().clauses == labels) {
      out.back().through = text(sample.through);
      out.back().through_open = sample.through && !point;
      continue;
    }
    out.push_back({"", text(sample.from), text(sample.through), sample.from && !point,
                   sample.through && !point, outcome.verdict, labels});
  }
  return out;
}

const check::AskedPart* Asking::PartInQuestion(const std::string& name) const {
  const ir::Program& program = agreement_.program;
  for (const check::AskedPart& part : query_.parts) {
    const bool acts = &part == query_.parts.data();
    if (acts ? name == "who"
             : name == part.name ||
                   (part.kind.valid() &&
                    name == program.symbols.Name(program.kinds[part.kind.index].name)))
      return &part;
  }
  return nullptr;
}

std::vector<Interval> Asking::Across(const check::AskedPart& part) {
  const ir::Program& program = agreement_.program;
  std::vector<Interval> out;
  const auto add = [&](std::string item, const eval::Facts& facts, ir::NodeId node) {
    Interval interval;
    interval.item = std::move(item);
    interval.verdict = OutcomeWith(facts, query_.env, node, &interval.clauses).verdict;
    out.push_back(std::move(interval));
  };
  add(part.text.empty() ? "none named" : part.text, facts_, query_.node);
  const auto name_of = [&](uint32_t kind) {
    return WithArticle(program.symbols.Name(program.kinds[kind].name));
  };
  const Tested tested = TestedOfParts();
  const auto kinds = tested.kinds.find(program.symbols.Find(part.name));
  const bool who = !part.kind.valid();
  if (kinds != tested.kinds.end()) {
    for (const uint32_t kind : kinds->second) {
      // Another acts, where what the question names would be of one kind more.
      check::AskedPart varied = part;
      if (who) varied.thing = {}, varied.kind = ir::KindId{kind};
      if (const auto with = WithKind(varied, ir::KindId{kind})) {
        add((varied.thing.valid() ? part.text + " that is " : "") + name_of(kind), with->first,
            with->second);
      }
    }
  }
  for (uint32_t thing = 0; thing < program.things.size(); ++thing) {
    const ThingId id{thing};
    // A role is somebody of no kind.
    const bool could_be =
        who ? facts_.things[thing].kinds.empty() ||
                  eval::AskKind(program, facts_, id, agreement_.party_kind).known.value_or(false)
            : eval::AskKind(program, facts_, id, part.kind).known.value_or(false);
    const auto node = WithThing(part, id);
    // What the question itself described is the first row.
    if (!could_be || !node || id == part.thing) continue;
    add(facts_.things[thing].name, facts_, *node);
  }
  return out;
}

std::vector<Interval> Asking::AlongDays() {
  std::vector<Interval> out;
  const Date day = at_.date();
  for (const eval::Segment& segment : Segments()) {
    if (segment.through && *segment.through < day) continue;
    Interval interval;
    interval.from = ToText(std::max(segment.from, day));
    if (segment.through) interval.through = ToText(*segment.through);
    interval.verdict = segment.verdict;
    interval.clauses = segment.clauses;
    if (!out.empty() && out.back().verdict == interval.verdict &&
        out.back().clauses == interval.clauses) {
      out.back().through = interval.through;
    } else {
      out.push_back(std::move(interval));
    }
  }
  return out;
}

// ---------------------------------------------------------------- many

std::optional<std::vector<OpenPoint>> Missing(Snapshot& snapshot, Form form,
                                              const std::string& question,
                                              const AskOptions& options, diag::Findings& findings) {
  Asking asking(snapshot, options);
  if (!PutQuestion(asking, form, question, findings)) return std::nullopt;
  return asking.OpenAt(asking.asked_at());
}

std::vector<OpenPoint> OpenPoints(Snapshot& snapshot, const AskOptions& options, Date from, Date to,
                                  diag::Findings& findings) {
  std::vector<OpenPoint> out;
  for (const check::Norm& norm : snapshot.agreement.norms) {
    Asking asking(snapshot, options);
    if (!asking.Put(Form::kMay, norm.question, /*general=*/true)) {
      findings.Append(asking.findings());
      continue;
    }
    std::vector<Position> moments = {Position::EndOf(from)};
    for (const Position p : asking.Breaks()) {
      if (p.date() > from && p.date() <= to) moments.push_back(p);
    }
    for (const Position at : moments) {
      for (OpenPoint& point : asking.OpenAt(at)) {
        auto known = std::find_if(out.begin(), out.end(),
                                  [&](const OpenPoint& p) { return p.what == point.what; });
        if (known == out.end()) known = out.insert(out.end(), std::move(point));
        if (std::find(known->clauses.begin(), known->clauses.end(), norm.label) ==
            known->clauses.end()) {
          known->clauses.push_back(norm.label);
        }
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const OpenPoint& a, const OpenPoint& b) {
    return a.clauses.size() > b.clauses.size();
  });
  return out;
}

std::optional<std::vector<Argument>> Argue(Snapshot& snapshot, Form form,
                                           const std::string& question, const AskOptions& options,
                                           diag::Findings& findings) {
  std::vector<Argument> out;
  Date on;
  {
    Asking asking(snapshot, options);
    if (!PutQuestion(asking, form, question, findings)) return std::nullopt;
    on = asking.asked_at().date();
    out = asking.ArgumentsAt(asking.asked_at());
  }
  for (const check::Norm& norm : snapshot.agreement.norms) {
    Asking asking(snapshot, options);
    if (!asking.Put(Form::kMay, norm.question, /*general=*/true)) continue;
    for (const Argument& other : asking.ArgumentsAt(Position::EndOf(on))) {
      for (Argument& mine : out) {
        if (mine.reading == other.reading && mine.alternative == other.alternative &&
            std::find(mine.also.begin(), mine.also.end(), norm.label) == mine.also.end()) {
          mine.also.push_back(norm.label);
        }
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Argument& a, const Argument& b) {
    return a.also.size() > b.also.size();
  });
  return out;
}

std::optional<std::vector<Interval>> Limit(Snapshot& snapshot, const std::string& question,
                                           const std::string& number, const AskOptions& options,
                                           diag::Findings& findings) {
  Asking asking(snapshot, options);
  if (!PutQuestion(asking, Form::kMay, question, findings)) return std::nullopt;
  if (number == "day") return asking.AlongDays();
  if (const check::AskedPart* part = asking.PartInQuestion(number)) return asking.Across(*part);
  const auto key = asking.NumberInQuestion(number);
  if (!key) {
    std::vector<std::string> known;
    for (const check::NumberName& n : snapshot.agreement.numbers) {
      if (!n.defined && !n.event.valid() && !n.period) known.push_back(n.name);
    }
    findings.Add(
        {.kind = diag::FindingKind::kBadQuestion,
         .at = {},
         .message = Quoted(number) + " is no part of this question and no open number of " +
                    "anything in it",
         .labels = {},
         .instance = {},
         .help = "write `day` for how late, `who` or a kind of the act for whom" +
                 (known.empty() ? std::string()
                                : ", or a number that no clause states: " + JoinAnd(known, "or"))});
    return std::nullopt;
  }
  return asking.Along(*key);
}

eval::AuditReport Audit(Snapshot& snapshot, const AskOptions& options, std::optional<Date> from,
                        std::optional<Date> to, diag::Findings& findings) {
  eval::AuditReport out{snapshot.record_name, {}, snapshot.record_notes};
  check::Agreement& agreement = snapshot.agreement;
  const check::Scratch scratch(agreement);
  ir::Program& program = agreement.program;
  const size_t declared = program.things.size();
  std::vector<record::Entry> corrected;
  const std::span<const record::Entry> known =
      eval::KnownAt(snapshot.record, options.known_at, program, agreement.notices, corrected);
  const eval::Facts facts = eval::Lower(
      program, known, {}, check::LowerOptionsOf(agreement, {}, options.known_at), findings);
  if (findings.any_error()) return out;
  const auto outside = [&](Date day) { return (from && day < *from) || (to && day > *to); };
  for (const record::Entry& entry : known) {
    const Date day = entry.happened.date();
    if (outside(day)) continue;
    const std::string says = entry.kind + (entry.by.empty() ? "" : " by " + entry.by);
    const auto not_given = std::ranges::find_if(findings.all(), [&](const diag::Finding& f) {
      return f.kind == diag::FindingKind::kNotGiven && f.at.file == entry.at.file &&
             f.at.begin == entry.at.begin;
    });
    if (not_given != findings.all().end()) {
      out.entries.push_back({entry.id, day, says, "not given: " + not_given->message, {}});
    } else if (facts.left_open.contains(entry.id)) {
      out.entries.push_back({entry.id,
                             day,
                             says,
                             entry.withheld ? "open: what it says is withheld"
                                            : "open: it is contested, or hangs on what is",
                             {}});
    }
  }
  for (const eval::Event& event : facts.events) {
    if (event.type == program.start) continue;
    const Date day = event.at.date();
    if (outside(day)) continue;
    const std::string type(program.symbols.Name(program.event_types[event.type.index].name));
    const auto judge =
        [&](ir::TermId term) -> std::optional<std::pair<Outcome, std::vector<std::string>>> {
      if (!term.valid() || program.Get(program.terms[term.index].body).op != ir::Op::kRules)
        return std::nullopt;
      std::vector<ir::NodeId> args;
      for (const ir::Parameter& p : program.terms[term.index].parameters)
        args.push_back(program.Lit(event.slot.Get(p.name), p.type));
      Asking asking(snapshot, options);
      const auto judged = asking.JudgeNode(program.Ref(term, args), facts, event.at.before());
      findings.Append(asking.findings());
      return judged;
    };
    const auto report = [&](std::string what, const std::vector<std::string>& clauses) {
      std::string says = type;
      const ThingId by = event.slot.Get(program.known.by).AsThing();
      if (by.valid()) says += " by " + facts.things[by.index].name;
      out.entries.push_back({event.id, day, says, std::move(what), clauses});
    };
    for (const std::string& name : eval::Undeclared(program, declared, facts, event))
      report("not known: " + Quoted(name) + " was declared by nobody", {});
    if (const check::EventName* name = agreement.FindEvent(event.type)) {
      if (const auto can = judge(name->can); can && can->first.verdict == Verdict::kNo)
        report("no effect: there was no power to make it", can->second);
      if (const auto allowed = judge(name->allowed);
          allowed && allowed->first.verdict == Verdict::kNo)
        report("forbidden", allowed->second);
      continue;
    }
    for (const check::Act& act : agreement.acts) {
      if (act.type != event.type) continue;
      const auto allowed = judge(act.allowed);
      if (!allowed || allowed->first.verdict == Verdict::kYes ||
          allowed->first.verdict == Verdict::kSilent)
        continue;
      report(allowed->first.verdict == Verdict::kNo ? "forbidden" : OutcomeWord(allowed->first),
             allowed->second);
    }
  }
  std::ranges::stable_sort(out.entries, {}, &eval::Irregularity::happened);
  return out;
}

}  // namespace entente::service
