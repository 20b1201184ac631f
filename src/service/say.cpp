// Each block read back as plain sentences, from its rules alone, to be held against its prose.

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "check/editions.h"
#include "eval/lower.h"
#include "ir/walk.h"
#include "service/asking.h"
#include "service/describe.h"
#include "service/readback.h"

namespace entente::service {

using eval::Readback;
using ir::NodeId;
using ir::Op;

namespace {

// A block read back is said to its end.
constexpr int kSayDepth = 12;
// What a parameter is called while its conditions are put into words: a mark and its number.
constexpr char kMark = '\x01';

std::string MarkOf(size_t parameter) {
  return std::string{kMark, static_cast<char>('A' + parameter)};
}

class Sayer {
 public:
  explicit Sayer(const Snapshot& snapshot)
      : snapshot_(snapshot), agreement_(snapshot.agreement), program_(snapshot.agreement.program) {
    diag::Findings ignored;
    ir::Program scratch = program_;
    facts_ = eval::Lower(scratch, {}, {}, check::LowerOptionsOf(agreement_), ignored);
    real_ = facts_.things.size();
  }

  std::vector<Readback> Run() {
    std::vector<Readback> out;
    for (const check::Clause& clause : agreement_.clauses) {
      Readback one;
      one.citation = CitationOf(snapshot_, clause.label, clause.sentence);
      Named(clause, one);
      Open open;
      for (const ir::RuleSet& set : program_.rule_sets) Rules(clause, set, one, open);
      for (const auto& [text, readings] : open) {
        // What stands on every reading needs none named.
        const bool one_only = readings.size() == 1 && !readings.begin()->empty();
        one.open.push_back(text + (one_only ? "  [" + *readings.begin() + "]" : ""));
      }
      Empty(clause, one);
      if (!one.rules.empty()) out.push_back(std::move(one));
    }
    return out;
  }

 private:
  // The words of one rule, gathered from what its guard wants.
  struct Words {
    // By parameter: what it has to be, and what is said of it besides.
    std::vector<std::string> heads, that;
    std::vector<std::string> when;
    std::vector<std::string> alone;
    std::string reading;
  };

  // What a sentence names rather than rules: `AGI happens on …`, `a Declaration stands until …`.
  void Named(const check::Clause& clause, Readback& one) {
    const Describer say(agreement_, facts_, kSayDepth);
    for (const check::EventName& event : agreement_.events) {
      const auto* sealing = agreement_.notices.SealingOf(event.type);
      if (sealing != nullptr && sealing->label == clause.label) {
        one.rules.push_back(
            {WithArticle(event.name) + " counts only if it is what its author had sealed in " +
                 WithArticle(program_.symbols.Name(program_.event_types[sealing->by.index].name)),
             {},
             {},
             ""});
      }
      const auto recorded = agreement_.notices.when_recorded.find(event.type.index);
      if (recorded != agreement_.notices.when_recorded.end() && recorded->second == clause.label) {
        one.rules.push_back({WithArticle(event.name) +
                                 " is of the day on which it is recorded, whatever it says, and "
                                 "stays as it was signed",
                             {},
                             {},
                             ""});
      }
      if (!event.stands.valid() || program_.terms[event.stands.index].at != clause.sentence)
        continue;
      for (const auto& [choice, end] : event.ends) {
        one.rules.push_back(
            {"each " + event.name + " stands until " + say.Node(end, {}), {}, {}, ""});
      }
    }
    for (const ir::Term& term : program_.terms) {
      if (term.at != clause.sentence || program_.Get(term.body).op == Op::kRules ||
          term.type == ir::kBoolType) {
        continue;
      }
      ByReading(term, term.body, "", one);
    }
  }

  // One sentence for each reading of what a term is.
  void ByReading(const ir::Term& term, NodeId body, std::string reading, Readback& one) {
    const ir::Node& node = program_.Get(body);
    const auto children = program_.Children(body);
    const Describer say(agreement_, facts_, kSayDepth);
    if (node.op == Op::kIf) {
      Words words;
      TakeReadings(children[0], words);
      if (!words.reading.empty()) {
        ByReading(term, children[2], reading, one);
        return ByReading(term, children[1], reading + (reading.empty() ? "" : ", ") + words.reading,
                         one);
      }
    }
    if (node.op == Op::kLit && node.type == ir::kMomentType) return;
    one.rules.push_back(
        {std::string(program_.symbols.Name(term.name)) + " is " + say.Node(body, {}),
         {},
         {},
         std::move(reading)});
  }

  void TakeReadings(NodeId choice, Words& words) {
    const ir::Node& node = program_.Get(choice);
    const bool all =
        node.op == Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kAnd;
    if (!all) return TakeReading(choice, words);
    for (const NodeId part : program_.Children(choice)) TakeReading(part, words);
  }

  void TakeReading(NodeId part, Words& words) {
    const ir::Node& node = program_.Get(part);
    const auto children = program_.Children(part);
    if (node.op != Op::kOp || static_cast<ir::Function>(node.aux) != ir::Function::kEqual) return;
    const ir::Node& left = program_.Get(children[0]);
    if (left.op != Op::kOpen || left.type.base != ir::Base::kEnum) return;
    const uint32_t taken = program_.Literal(program_.Get(children[1])).AsChoice();
    words.reading += (words.reading.empty() ? "" : ", ") +
                     std::string(program_.symbols.Name(program_.points[left.data].name)) + "=" +
                     std::to_string(taken + 1);
  }

  // `{A18: | …}`: on that reading the sentence is not there.
  void Empty(const check::Clause& clause, Readback& one) const {
    for (const check::Reading& reading : agreement_.readings) {
      for (const source::Span place : reading.places) {
        const source::Span sentence = clause.sentence;
        if (place.file != sentence.file || place.begin < sentence.begin ||
            place.end > sentence.end) {
          continue;
        }
        const std::string_view around = snapshot_.files.Text(sentence);
        const std::string_view before = Trim(around.substr(0, place.begin - sentence.begin));
        const std::string_view after = Trim(around.substr(place.end - sentence.begin));
        if (before != clause.label || !after.empty()) continue;
        const auto& alternatives = program_.points[reading.point.index].alternatives;
        for (size_t a = 0; a < alternatives.size(); ++a) {
          if (alternatives[a].empty())
            one.rules.push_back({"nothing", {}, {}, reading.id + "=" + std::to_string(a + 1)});
        }
      }
    }
  }

  // What is open in a clause, and on which readings.
  using Open = std::map<std::string, std::set<std::string>>;

  void Rules(const check::Clause& clause, const ir::RuleSet& set, Readback& one, Open& open) {
    const ir::Term& term = program_.terms[set.term.index];
    facts_.things.resize(real_);
    eval::Slot slot;
    for (size_t i = 0; i < term.parameters.size(); ++i) {
      const ir::Parameter& parameter = term.parameters[i];
      if (parameter.type == ir::kThingType) {
        facts_.things.push_back({MarkOf(i), {}, true});
        slot.fields.emplace_back(
            parameter.name, Value::Thing(ThingId{static_cast<uint32_t>(facts_.things.size() - 1)}));
      }
    }
    for (const ir::Rule& rule : set.rules) {
      // A list's items have labels of their own, under that of the sentence.
      if (!rule.at.valid() || rule.at.begin < clause.sentence.begin ||
          rule.at.end > clause.sentence.end || rule.at.file != clause.sentence.file ||
          !check::StandsUnder(program_.symbols.Name(rule.label), clause.label)) {
        continue;
      }
      one.rules.push_back(Say(clause, set, rule, slot));
      for (const NodeId root : {rule.guard, rule.value})
        Brackets(root, one.rules.back().reading, open);
    }
  }

  // What a truth asks for together.
  std::vector<NodeId> Parts(NodeId truth) const {
    const ir::Node& node = program_.Get(truth);
    if (node.op != Op::kOp || static_cast<ir::Function>(node.aux) != ir::Function::kAnd)
      return {truth};
    const auto children = program_.Children(truth);
    return {children.begin(), children.end()};
  }

  Readback::Rule Say(const check::Clause& clause, const ir::RuleSet& set, const ir::Rule& rule,
                     const eval::Slot& slot) {
    const ir::Term& term = program_.terms[set.term.index];
    Words words;
    words.heads.resize(term.parameters.size());
    words.that.resize(term.parameters.size());
    // In which editions the clause stands is no part of what it says.
    const std::vector<NodeId> editions = Parts(clause.in_force);
    for (const NodeId part : Parts(rule.guard)) {
      if (std::find(editions.begin(), editions.end(), part) == editions.end())
        Take(part, slot, words);
    }
    Readback::Rule out;
    const Describer say(agreement_, facts_, kSayDepth);
    out.says = (rule.closing ? "in all other cases, " : "") +
               Unmarked(Sentence(set.term, rule, say.Node(rule.value, {slot}), words), set.term);
    for (std::string& when : words.when) out.when.push_back(Unmarked(when, set.term));
    out.reading = words.reading;
    for (const uint32_t beaten : rule.beats) {
      const ir::Rule& other = set.rules[beaten];
      const std::string label(program_.symbols.Name(other.label));
      if (other.at.valid() && !other.closing &&
          std::find(out.over.begin(), out.over.end(), label) == out.over.end()) {
        out.over.push_back(label);
      }
    }
    return out;
  }

  void Take(NodeId part, const eval::Slot& slot, Words& words) {
    const ir::Node& node = program_.Get(part);
    const auto children = program_.Children(part);
    const Describer say(agreement_, facts_, kSayDepth);
    if (node.op == Op::kLit) return;
    if (node.op == Op::kField) {
      // Words of the act's phrase that stand alone: `in commercial volumes`.
      words.alone.emplace_back(program_.symbols.Name(Symbol{node.data}));
      return;
    }
    const auto function = static_cast<ir::Function>(node.aux);
    const bool op = node.op == Op::kOp;
    const size_t readings = words.reading.size();
    TakeReading(part, words);
    if (words.reading.size() > readings) return;
    // The agreement is in force; of a period, that some of it lies after the start.
    const auto origin = [&](NodeId id) {
      const ir::Node& n = program_.Get(id);
      return n.op == Op::kLit && program_.Literal(n) == Value::Moment(program_.origin);
    };
    if (node.op == Op::kReached && origin(children[0])) return;
    if (op && function == ir::Function::kLess && origin(children[0]) &&
        program_.Get(children[1]).op == Op::kField) {
      return;
    }
    const std::string text = say.Node(part, {slot});
    const bool marked = text.find(kMark) != std::string::npos;
    if (node.op == Op::kReached && !marked) {
      const bool date = program_.Get(children[0]).op == Op::kLit;
      return When((date ? "from " : "after ") + say.Node(children[0], {slot}), words);
    }
    if (op && function == ir::Function::kNot && !marked &&
        program_.Get(children[0]).op == Op::kReached) {
      const NodeId moment = program_.Children(children[0])[0];
      const ir::Node& literal = program_.Get(moment);
      if (literal.op != Op::kLit) return When("until " + say.Node(moment, {slot}), words);
      const Date last{program_.Literal(literal).AsMoment().date().day - 1};
      return When("through " + ToLongText(last), words);
    }
    if (text[0] == kMark && OnlyMark(text)) return Noun(text, words);
    // A fact's verb, denied.
    constexpr std::string_view kDenied = "it is not so that ";
    if (std::string fact = text; fact.starts_with(kDenied) && fact[kDenied.size()] == kMark) {
      fact = fact.substr(kDenied.size());
      const size_t end = fact.find(' ', 3);
      if (OnlyMark(fact) && end != std::string::npos && fact[end - 1] == 's') {
        fact = fact.substr(0, 2) + " does not " + fact.substr(3, end - 4) + fact.substr(end);
        return Noun(fact, words);
      }
    }
    When("if " + text, words);
  }

  static void When(std::string when, Words& words) {
    if (std::find(words.when.begin(), words.when.end(), when) == words.when.end())
      words.when.push_back(std::move(when));
  }

  static bool OnlyMark(const std::string& text) {
    for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
      if (text[at + 1] != text[1]) return false;
    }
    return true;
  }

  // `X is a Model or X is a Product`: what it has to be; anything else is said of it.
  static void Noun(const std::string& text, Words& words) {
    const auto parameter = static_cast<size_t>(text[1] - 'A');
    const std::string is = text.substr(0, 2) + " is ";
    std::vector<std::string> heads;
    std::string_view rest = text;
    bool kinds = words.heads[parameter].empty();
    while (kinds && !rest.empty()) {
      const size_t cut = rest.find(" or " + text.substr(0, 2));
      std::string_view piece = rest.substr(0, cut);
      rest = cut == std::string_view::npos ? std::string_view{} : rest.substr(cut + 4);
      kinds = piece.starts_with(is) && !piece.substr(is.size()).starts_with("not ") &&
              piece.find(" and ") == std::string_view::npos;
      if (!kinds) break;
      piece.remove_prefix(is.size());
      // A noun or a name, not what a fact says of it.
      const size_t letter = piece.starts_with("a ") ? 2 : piece.starts_with("an ") ? 3 : 0;
      kinds = letter < piece.size() && piece[letter] >= 'A' && piece[letter] <= 'Z';
      heads.emplace_back(piece);
    }
    if (kinds) {
      words.heads[parameter] = Join(heads, " or ");
      return;
    }
    std::string says = text;
    for (size_t at = says.find(kMark); at != std::string::npos; at = says.find(kMark))
      says.replace(at, 2, at == 0 ? "that" : "it");
    words.that[parameter] += (words.that[parameter].empty() ? " " : " and ") + says;
  }

  static std::string Several(std::string that) {
    constexpr std::pair<std::string_view, std::string_view> kForms[] = {
        {"is", "are"}, {"does", "do"}, {"has", "have"}, {"was", "were"}};
    constexpr std::string_view kThat = "that ";
    for (size_t at = that.find(kThat); at != std::string::npos; at = that.find(kThat, at + 1)) {
      const size_t verb = at + kThat.size();
      const size_t end = std::min(that.find(' ', verb), that.size());
      const std::string said = that.substr(verb, end - verb);
      const auto known = std::find_if(std::begin(kForms), std::end(kForms),
                                      [&](const auto& form) { return form.first == said; });
      if (known != std::end(kForms)) {
        that.replace(verb, said.size(), known->second);
      } else if (said.ends_with('s')) {
        that.erase(end - 1, 1);
      }
    }
    return that;
  }

  std::string NounOf(const Words& words, size_t parameter, const std::string& otherwise) const {
    if (parameter >= words.heads.size()) return "";
    const std::string& head = words.heads[parameter];
    if (head.empty() && words.that[parameter].empty()) return "";
    const std::string noun = head.empty() ? otherwise : head;
    // `Weights that do not meet …`: said of a plural.
    const bool plural = noun.ends_with('s') && WithArticle(noun) == noun;
    return noun + (plural ? Several(words.that[parameter]) : words.that[parameter]);
  }

  std::string Sentence(ir::TermId id, const ir::Rule& rule, const std::string& value,
                       const Words& words) const {
    const ir::Term& term = program_.terms[id.index];
    const std::string name(program_.symbols.Name(term.name));
    const ir::Node& node = program_.Get(rule.value);
    const bool yes =
        node.op == Op::kLit && node.type == ir::kBoolType && program_.Literal(node).AsBool();
    if (name.starts_with("is ")) {
      const std::string what = NounOf(words, 0, "a thing");
      return (what.empty() ? "anything" : what) + (yes ? " is " : " is no ") + name.substr(3);
    }
    for (const check::NumberName& number : agreement_.numbers) {
      if (number.term != id) continue;
      std::string out = name;
      if (number.owner.valid()) {
        const std::string of = NounOf(
            words, 0, WithArticle(program_.symbols.Name(program_.kinds[number.owner.index].name)));
        if (!of.empty()) out += " of " + of;
      }
      if (number.period) out += " in a " + agreement_.periods[*number.period].name;
      return out + " is " + value;
    }
    for (const check::Duty& duty : agreement_.duties) {
      for (const check::Duty::Wording& wording : duty.wordings) {
        if (wording.applies == id) return yes ? Owed(wording) : "nothing is owed";
      }
    }
    if (const auto [event, counted] =
            agreement_.FindCounted([&](const auto& one) { return one.applies == id; });
        counted != nullptr)
      return yes ? Silence(*event, *counted) : "silence counts as nothing";
    std::string who = NounOf(words, 0, "whoever");
    if (who.empty()) who = "whoever acts";
    for (const check::EventName& event : agreement_.events) {
      if (event.can != id && event.allowed != id) continue;
      return who +
             (yes               ? " may make "
              : event.can == id ? " has no power to make "
                                : " must not make ") +
             WithArticle(event.name);
    }
    for (const check::Act& act : agreement_.acts) {
      if (act.allowed != id && act.required != id) continue;
      std::string out = who +
                        (yes                  ? " may "
                         : act.required == id ? " need not "
                                              : " must not ") +
                        Join(act.verb, " ");
      for (size_t p = 0; p < act.parts.size(); ++p) {
        const check::Part& part = act.parts[p];
        if (part.words_only) {
          const std::string field(program_.symbols.Name(part.field));
          if (std::find(words.alone.begin(), words.alone.end(), field) != words.alone.end())
            out += " " + Join(part.words, " ");
          continue;
        }
        const std::string noun = NounOf(
            words, p + 1, WithArticle(program_.symbols.Name(program_.kinds[part.kind.index].name)));
        if (!noun.empty())
          out += (part.words.empty() ? " " : " " + Join(part.words, " ") + " ") + noun;
      }
      if (!rule.answers.empty()) out += " (" + rule.answers + ")";
      return out;
    }
    return name + ": " + value;
  }

  // The day that a sentence names; what arises later is due on the day on which it does.
  NodeId Stated(NodeId due) const {
    const ir::Node& node = program_.Get(due);
    const bool later =
        node.op == Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kLatest;
    return later ? program_.Children(due)[0] : due;
  }

  // `each time there is a Request: Birch must ship Goods; overdue from …`
  std::string Owed(const check::Duty::Wording& wording) const {
    const Describer say(agreement_, facts_, kSayDepth);
    const bool each = program_.Get(wording.arises).op == Op::kWhile;
    std::string out = each ? "each time there is " + say.Events(wording.arises) + ": " : "";
    out += wording.says;
    const ir::Node& due = program_.Get(wording.due);
    if (due.op != Op::kLit || program_.Literal(due) != Value::Moment(kNever))
      out += ", overdue from " + say.Node(Stated(wording.due), {});
    return out;
  }

  // `each time there is an Order: silence of Heritage until … counts as an Acceptance`
  std::string Silence(const check::EventName& event,
                      const check::EventName::Counted& counted) const {
    const Describer say(agreement_, facts_, kSayDepth);
    const auto parts = program_.Children(counted.ends);
    const std::string ends = say.Events(counted.ends);
    const bool window = ends.starts_with("the end of");
    return (window ? "" : "each time there is " + say.Events(parts[0]) + ": ") + "silence of " +
           say.Thing(counted.by) + " until " + (window ? ends : say.Node(parts[1], {})) +
           " counts as " + WithArticle(event.name);
  }

  // With a word for each parameter that is still only marked.
  std::string Unmarked(std::string text, ir::TermId id) const {
    const ir::Term& term = program_.terms[id.index];
    for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark)) {
      const auto parameter = static_cast<size_t>(text[at + 1] - 'A');
      const Symbol field = term.parameters[parameter].name;
      const bool it = field == program_.symbols.Find("x");
      text.replace(at, 2, it ? "it" : PartWord(agreement_, id, field));
    }
    return text;
  }

  // The brackets below a node, with their bounds.
  void Brackets(NodeId root, const std::string& reading, Open& open) const {
    const Describer say(agreement_, facts_, kSayDepth);
    ir::ForEachBelow(
        program_, root,
        [&](NodeId, const ir::Node& node) {
          if (node.op != Op::kOpen) return;
          const ir::Point& point = program_.points[node.data];
          if (point.kind != ir::PointKind::kUndisclosed) return;
          std::string text = point.says;
          if (point.low.value.valid())
            text += (point.low.strict ? ", above " : ", at least ") + say.Node(point.low.value, {});
          if (point.high.value.valid())
            text +=
                (point.high.strict ? ", below " : ", at most ") + say.Node(point.high.value, {});
          if (point.may_be_none) text += ", or none";
          if (!point.source.empty()) text += " (source " + point.source + ")";
          open[text].insert(reading);
        },
        false);
  }

  const Snapshot& snapshot_;
  const check::Agreement& agreement_;
  const ir::Program& program_;
  eval::Facts facts_;
  size_t real_ = 0;
};

}  // namespace

std::vector<Readback> ReadBack(Snapshot& snapshot) { return Sayer(snapshot).Run(); }

}  // namespace entente::service
