#include "service/readback.h"

#include <algorithm>
#include <set>

#include "base/words.h"
#include "eval/lower.h"
#include "service/asking.h"
#include "service/describe.h"

namespace entente::service {

using eval::Coverage;
using eval::Readback;
using ir::Op;

namespace {

constexpr size_t kTextMax = 2'000;
// A block read back is said to its end.
constexpr int kSayDepth = 12;
constexpr std::string_view kNotModelled = "Not modelled";

// Ends of sentences: a stop, question or exclamation mark before a blank or the end, not after a
// single letter or a figure, as in `2.1` or `C. Miller`.
size_t SentencesIn(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '.' && text[i] != '?' && text[i] != '!') continue;
    if (i + 1 < text.size() && text[i + 1] != ' ') continue;
    if (i >= 2 && text[i - 2] == ' ' && text[i] == '.') continue;
    ++count;
  }
  return std::max<size_t>(count, text.empty() ? 0 : 1);
}

bool IsHeading(std::string_view line) { return line.starts_with('#'); }

// The paragraphs of a file that are prose: no headings, no fenced code of any kind.
struct Paragraph {
  source::Span span;
  std::string heading;
};
std::vector<Paragraph> Paragraphs(const source::Files& files, source::FileId file) {
  const std::string& text = files.Get(file).text;
  std::vector<Paragraph> out;
  std::string heading;
  bool fenced = false;
  uint32_t begin = UINT32_MAX, end = 0;
  const auto flush = [&] {
    if (begin != UINT32_MAX) out.push_back({{file, begin, end}, heading});
    begin = UINT32_MAX;
  };
  for (uint32_t at = 0; at < text.size();) {
    const size_t newline = text.find('\n', at);
    const uint32_t line_end =
        static_cast<uint32_t>(newline == std::string::npos ? text.size() : newline);
    const std::string_view line = std::string_view(text).substr(at, line_end - at);
    const bool fence = Trim(line).starts_with("```") || Trim(line).starts_with("~~~");
    if (fence || fenced || Trim(line).empty() || IsHeading(line)) {
      flush();
      if (fence) fenced = !fenced;
      if (!fenced && IsHeading(line)) {
        const size_t word = line.find_first_not_of("# ");
        heading = word == std::string_view::npos ? "" : std::string(Trim(line.substr(word)));
      }
    } else {
      if (begin == UINT32_MAX) begin = at;
      end = line_end;
    }
    at = line_end + 1;
  }
  flush();
  return out;
}

// Names the agreement declares, of two letters or more.
std::set<std::string> NamesOf(const check::Agreement& agreement) {
  const ir::Program& program = agreement.program;
  std::set<std::string> out;
  for (const ir::Kind& kind : program.kinds) out.emplace(program.symbols.Name(kind.name));
  for (const ir::Thing& thing : program.things) out.emplace(program.symbols.Name(thing.name));
  for (const check::EventName& event : agreement.events) out.insert(event.name);
  for (const check::NumberName& number : agreement.numbers) out.insert(number.name);
  for (const check::Act& act : agreement.acts) out.insert(Join(act.verb, " "));
  std::erase_if(out, [](const std::string& name) { return name.size() < 2; });
  return out;
}

// Whether `name` stands in `text` as words of their own, an ending of plural or past aside.
bool Speaks(std::string_view text, std::string_view name) {
  const std::string haystack = LowerCase(text), needle = LowerCase(name);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (size_t at = haystack.find(needle); at != std::string::npos;
       at = haystack.find(needle, at + 1)) {
    size_t end = at + needle.size();
    for (const std::string_view ending : {"ed", "d", "s"}) {
      if (!std::string_view(haystack).substr(end).starts_with(ending)) continue;
      end += ending.size();
      break;
    }
    if ((at == 0 || !letter(haystack[at - 1])) &&
        (end == haystack.size() || !letter(haystack[end]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

namespace {

void CoverFile(const Snapshot& snapshot, source::FileId file, Coverage& out) {
  const check::Agreement& agreement = snapshot.agreement;
  const auto blocks = source::Blocks(snapshot.files, file);
  for (const Paragraph& paragraph : Paragraphs(snapshot.files, file)) {
    Coverage::Passage passage;
    passage.where = snapshot.files.Where(paragraph.span);
    passage.heading = paragraph.heading;
    passage.text = OneLine(snapshot.files.Text(paragraph.span), kTextMax);
    passage.sentences = SentencesIn(passage.text);
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const source::Block& b) {
      return b.prose.begin <= paragraph.span.begin && paragraph.span.end <= b.prose.end;
    });
    if (passage.text.starts_with(kNotModelled)) {
      passage.status = "not modelled";
    } else if (block == blocks.end()) {
      // What stands in front of the first block introduces the text.
      const bool front = blocks.empty() || paragraph.span.end <= blocks[0].code.begin;
      passage.status = front ? "words" : "missed";
    } else {
      bool evaluated = false;
      for (const check::Clause& clause : agreement.clauses) {
        if (clause.prose != block->prose || clause.heading != block->heading) continue;
        passage.clauses.push_back(clause.label);
        evaluated = evaluated || clause.evaluated;
      }
      passage.status = passage.clauses.empty() ? "words" : evaluated ? "encoded" : "read";
    }
    out.passages.push_back(std::move(passage));
  }
}

}  // namespace

Coverage Cover(const Snapshot& snapshot) {
  Coverage out;
  for (const source::FileId file : snapshot.texts) CoverFile(snapshot, file, out);
  return out;
}

std::optional<Coverage> CoverFor(Snapshot& snapshot, check::Form form, const std::string& question,
                                 diag::Findings& findings) {
  // The question must be one, or nothing would be said of it.
  const AskResult asked = Ask(snapshot, form, question, {});
  if (!asked.answer) {
    findings.Append(asked.findings);
    return std::nullopt;
  }
  std::vector<std::string> spoken;
  for (const std::string& name : NamesOf(snapshot.agreement)) {
    if (Speaks(question, name)) spoken.push_back(name);
  }
  Coverage out;
  for (Coverage::Passage& passage : Cover(snapshot).passages) {
    if (passage.status == "encoded" || passage.status == "words") continue;
    for (const std::string& name : spoken) {
      if (Speaks(passage.text, name)) passage.shares.push_back(name);
    }
    if (!passage.shares.empty()) out.passages.push_back(std::move(passage));
  }
  return out;
}

std::vector<Readback> ReadBack(Snapshot& snapshot) {
  const check::Agreement& agreement = snapshot.agreement;
  const ir::Program& program = agreement.program;
  diag::Findings ignored;
  ir::Program scratch = program;
  eval::Facts facts = eval::Lower(scratch, {}, {}, {}, ignored);
  // The parts of an act get names under which the nodes speak of them.
  const size_t real = facts.things.size();
  std::vector<Readback> out;
  const auto conjuncts = [&](ir::NodeId guard) -> std::vector<ir::NodeId> {
    const ir::Node& node = program.Get(guard);
    if (node.op != Op::kOp || static_cast<ir::Function>(node.aux) != ir::Function::kAnd)
      return {guard};
    const auto children = program.Children(guard);
    return {children.begin(), children.end()};
  };
  for (const check::Clause& clause : agreement.clauses) {
    Readback one;
    one.citation = CitationOf(snapshot, clause.label, clause.sentence);
    for (const check::EventName& event : agreement.events) {
      if (!event.stands.valid() || program.terms[event.stands.index].at != clause.sentence)
        continue;
      const Describer say(agreement, facts, kSayDepth);
      for (const auto& [choice, end] : event.ends)
        one.rules.push_back({"each " + event.name + " stands until " + say.Node(end, {}) +
                                 ", of those that are about it",
                             {},
                             ""});
    }
    // What a sentence names rather than rules: `AGI happens on …`.
    for (const ir::Term& term : program.terms) {
      if (term.at != clause.sentence || program.Get(term.body).op == Op::kRules ||
          term.type == ir::kBoolType) {
        continue;
      }
      const Describer say(agreement, facts, kSayDepth);
      one.rules.push_back(
          {std::string(program.symbols.Name(term.name)) + " is " + say.Node(term.body, {}),
           {},
           ""});
    }
    for (const ir::RuleSet& set : program.rule_sets) {
      const ir::Term& term = program.terms[set.term.index];
      facts.things.resize(real);
      eval::Slot slot;
      for (const ir::Parameter& parameter : term.parameters) {
        const std::string as = term.parameters.size() == 1 && parameter.name != program.known.by
                                   ? "it"
                                   : PartWord(agreement, set.term, parameter.name);
        if (parameter.type == ir::kThingType) {
          facts.things.push_back({as, {}, true});
          slot.fields.emplace_back(
              parameter.name,
              Value::Thing(ThingId{static_cast<uint32_t>(facts.things.size() - 1)}));
        } else if (parameter.type == ir::kBoolType) {
          slot.fields.emplace_back(parameter.name, Value::Bool(true));
        }
      }
      const Describer say(agreement, facts, kSayDepth);
      for (const ir::Rule& rule : set.rules) {
        // A list's items have labels of their own, under that of the sentence.
        if (!rule.at.valid() || rule.at.begin < clause.sentence.begin ||
            rule.at.end > clause.sentence.end || rule.at.file != clause.sentence.file ||
            !check::StandsUnder(program.symbols.Name(rule.label), clause.label)) {
          continue;
        }
        Readback::Rule said;
        const std::string name(program.symbols.Name(term.name));
        const ir::Node& value = program.Get(rule.value);
        if (value.op == Op::kLit && value.type == ir::kBoolType) {
          const bool yes = program.Literal(value).AsBool();
          said.says = name.starts_with("is ") ? (yes ? "it is " : "it is no ") + name.substr(3)
                      : name.starts_with("power ")
                          ? (yes ? "there is a power: " : "there is no power: ") + name.substr(6)
                      : name.starts_with("may ")
                          ? (yes ? "allowed: " : "forbidden: ") + name.substr(4)
                          : name + (yes ? ": yes" : ": no");
        } else {
          said.says = name + " is " + say.Node(rule.value, {slot});
        }
        for (const ir::NodeId part : conjuncts(rule.guard)) {
          const ir::Node& node = program.Get(part);
          if (node.op == Op::kLit) continue;
          if (node.op == Op::kField) {
            // Words of the act's phrase that stand alone: `in commercial volumes`.
            std::string words(program.symbols.Name(Symbol{node.data}));
            std::replace(words.begin(), words.end(), '-', ' ');
            said.when.push_back(words);
            continue;
          }
          // Which reading it belongs to is said apart.
          const auto children = program.Children(part);
          if (node.op == Op::kOp && static_cast<ir::Function>(node.aux) == ir::Function::kEqual) {
            const ir::Node& left = program.Get(children[0]);
            if (left.op == Op::kOpen && left.type.base == ir::Base::kEnum) {
              const ir::Node& taken = program.Get(children[1]);
              said.reading += (said.reading.empty() ? "" : ", ") +
                              std::string(program.symbols.Name(program.points[left.data].name)) +
                              "=" + std::to_string(program.Literal(taken).AsChoice() + 1);
              continue;
            }
          }
          said.when.push_back(say.Node(part, {slot}));
        }
        one.rules.push_back(std::move(said));
      }
    }
    if (!one.rules.empty()) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace entente::service
