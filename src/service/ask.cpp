
#include "service/ask.h"

#include <algorithm>
#include <set>

#include "base/words.h"
#include "check/editions.h"
#include "eval/lower.h"
#include "ir/text.h"
#include "ledger/digest.h"
#include "service/asking.h"

namespace entente::service {

using check::Form;
using diag::FindingKind;
using eval::Answer;
using eval::Verdict;

namespace {

bool Usable(const Snapshot& snapshot, diag::Findings& findings) {
  if (!snapshot.findings.any_error()) return true;
  findings.Append(snapshot.findings);
  return false;
}

}  // namespace

std::string HashOf(const std::string& text) { return Hex(Sha256(text)); }

namespace {

// Reads the files of an agreement into one tree.
class Gatherer {
 public:
  Gatherer(Snapshot& snapshot, const ReadAnnex& read) : snapshot_(snapshot), read_(read) {}

  syntax::Tree Read(std::string name, std::string text) {
    hashes_ += HashOf(text);
    const auto file = snapshot_.files.Add(std::move(name), std::move(text));
    snapshot_.texts.push_back(file);
    // An annex names others from its own folder.
    const std::string_view path = snapshot_.files.Get(file).name;
    const std::string folder(path.substr(0, path.rfind('/') + 1));
    syntax::Tree out = syntax::Parse(snapshot_.files, file, snapshot_.findings);
    std::vector<syntax::Statement> own = std::move(out.statements);
    out.statements.clear();
    for (syntax::Statement& s : own) {
      if (!s.label.empty() || !s.tokens[0].Is("annex")) {
        out.statements.push_back(std::move(s));
        continue;
      }
      auto annex = Annex(s, folder);
      if (!annex) continue;
      for (syntax::Statement& inner : annex->statements) {
        inner.block += static_cast<uint32_t>(out.blocks.size());
        out.statements.push_back(std::move(inner));
      }
      out.blocks.insert(out.blocks.end(), annex->blocks.begin(), annex->blocks.end());
    }
    return out;
  }

  // The edition: the hash of the one text, or that of the hashes of several.
  std::string Edition() const { return snapshot_.texts.size() == 1 ? hashes_ : HashOf(hashes_); }

 private:
  std::optional<syntax::Tree> Annex(const syntax::Statement& s, const std::string& folder) {
    const auto bad = [&](FindingKind kind, std::string message, std::string help) {
      snapshot_.findings.Add({.kind = kind,
                              .at = s.span,
                              .message = std::move(message),
                              .labels = {},
                              .instance = {},
                              .help = std::move(help)});
      return std::nullopt;
    };
    constexpr auto kNone = FindingKind::kNoSuchAnnex;
    const syntax::Token& last = s.tokens.back();
    if (s.tokens.size() != 2 || last.kind != syntax::TokenKind::kString)
      return bad(kNone, "an annex is named by its file", "write `annex \"prices.md\"`");
    const std::string name(snapshot_.files.Text(syntax::Inside(last)));
    // An agreement comes from someone else: it reaches no file but those beside and below it.
    if (name.empty() || name[0] == '/' || name.find("..") != std::string::npos ||
        name.find('\\') != std::string::npos) {
      return bad(kNone, "an annex lies beside the agreement or in a folder below it",
                 "move the file there and name it from there, without `..`");
    }
    const std::string path = folder + name;
    for (const source::FileId text : snapshot_.texts) {
      if (snapshot_.files.Get(text).name == path)
        return bad(kNone, Quoted(name) + " is already part of the agreement",
                   "name each file once");
    }
    if (snapshot_.texts.size() > kAnnexesMax) {
      return bad(FindingKind::kTooLarge,
                 "the agreement has more than " + std::to_string(kAnnexesMax) + " annexes",
                 "put some of them into one file");
    }
    auto text = read_ ? read_(path) : std::nullopt;
    if (!text)
      return bad(kNone, "there is no file " + Quoted(path), "name a file beside the agreement");
    return Read(path, std::move(*text));
  }

  Snapshot& snapshot_;
  const ReadAnnex& read_;
  std::string hashes_;
};

}  // namespace

std::unique_ptr<Snapshot> Load(std::string name, std::string text, const ReadAnnex& annexes) {
  auto out = std::make_unique<Snapshot>();
  Gatherer gatherer(*out, annexes);
  syntax::Tree tree = gatherer.Read(std::move(name), std::move(text));
  out->agreement_hash = gatherer.Edition();
  if (tree.statements.size() > syntax::kStatementsMax) {
    out->findings.Add({.kind = FindingKind::kTooManyClauses,
                       .at = tree.statements[syntax::kStatementsMax].span,
                       .message = "the agreement and its annexes have more than " +
                                  std::to_string(syntax::kStatementsMax) + " statements",
                       .labels = {},
                       .instance = {},
                       .help = "split the agreement"});
    return out;
  }
  out->agreement = check::Compile(out->files, std::move(tree), out->findings);
  return out;
}

namespace {

// Whether two texts are the same sentences, word for word and line for line, and read with the same
// findings: nothing that is compiled asks for more.
bool SameSentences(const source::Files& files, const syntax::Tree& a, const syntax::Tree& b) {
  const auto breaks = [&](const syntax::Tree& tree, const syntax::Statement& s, size_t t) {
    const source::Span between{tree.file, s.tokens[t - 1].span.end, s.tokens[t].span.begin};
    return files.Text(between).find('\n') != std::string_view::npos;
  };
  return std::equal(
      a.statements.begin(), a.statements.end(), b.statements.begin(), b.statements.end(),
      [&](const syntax::Statement& x, const syntax::Statement& y) {
        if (x.label != y.label || x.block != y.block || x.tokens.size() != y.tokens.size())
          return false;
        for (size_t t = 0; t < x.tokens.size(); ++t) {
          if (x.tokens[t].kind != y.tokens[t].kind || x.tokens[t].text != y.tokens[t].text ||
              (t > 0 && breaks(a, x, t) != breaks(b, y, t)))
            return false;
        }
        return true;
      });
}

}  // namespace

Reformatted Format(const std::string& name, const std::string& text, const ReadAnnex& annexes) {
  source::Files files;
  diag::Findings before, after;
  const syntax::Tree tree = syntax::Parse(files, files.Add(name, text), before);
  syntax::Formatted set = syntax::Format(files, tree);
  const syntax::Tree again = syntax::Parse(files, files.Add(name, set.text), after);
  if (before.all().size() == after.all().size() && SameSentences(files, tree, again))
    return {std::move(set.text), std::move(set.corrections), true};
  // What is compiled, blanks aside: words that were split over lines are quoted by some points.
  const auto meaning = [&](const std::string& from) {
    const auto snapshot = Load(name, from, annexes);
    std::string out = ir::Print(snapshot->agreement.program);
    for (const check::Clause& clause : snapshot->agreement.clauses) out += clause.label + "\n";
    for (const check::Ask& ask : snapshot->agreement.asks) {
      out += syntax::TextOf(snapshot->files, ask.question, 0, ask.question.size()) + "\n" +
             syntax::TextOf(snapshot->files, ask.expected, 0, ask.expected.size()) + "\n";
    }
    return OneLine(out, SIZE_MAX);
  };
  const bool same = meaning(text) == meaning(set.text);
  return {std::move(set.text), std::move(set.corrections), same};
}

void MeetRecord(Snapshot& snapshot) {
  ir::Program scratch = snapshot.agreement.program;
  std::vector<record::Entry> corrected;
  const eval::Facts facts = eval::Lower(
      scratch, eval::KnownAt(snapshot.record, {}, scratch, snapshot.agreement.notices, corrected),
      {}, check::LowerOptionsOf(snapshot.agreement), snapshot.findings);
  if (snapshot.findings.any_error()) return;
  eval::Timeline timeline(scratch, facts);
  for (const eval::Event& event : facts.events) {
    for (const std::string& name :
         eval::Undeclared(scratch, snapshot.agreement.program.things.size(), facts, event)) {
      std::vector<std::string> known;
      for (const ir::Thing& thing : snapshot.agreement.program.things)
        known.emplace_back(scratch.symbols.Name(thing.name));
      const std::string closest = Closest(name, known);
      snapshot.findings.Add({.kind = FindingKind::kUndeclaredThing,
                             .at = event.span,
                             .message = "entry " + Quoted(event.id) + " names " + Quoted(name) +
                                        ", which nobody declared",
                             .labels = {},
                             .instance = {},
                             .help = closest.empty() ? "say what it is in a `Thing` entry before it"
                                                     : "did you mean " + Quoted(closest) + "?"});
    }
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

Date DayUnlessNamed(const check::Agreement& agreement, const AskOptions& options) {
  const Position origin = agreement.program.origin;
  if (options.on) return *options.on;
  const auto edition =
      options.edition.empty() ? std::nullopt : check::FindEdition(agreement, options.edition);
  const check::Amendment* last = check::LastAmendment(agreement, edition, options.known_at);
  if (last != nullptr && last->from && Position::StartOf(*last->from) > origin) return *last->from;
  return origin == kBeginning && options.today ? *options.today : origin.date();
}

AskResult Ask(Snapshot& snapshot, Form form, std::string question, const AskOptions& options) {
  AskResult out;
  if (!Usable(snapshot, out.findings)) return out;
  Asking asking(snapshot, options);
  if (asking.Put(form, question)) {
    out.answer = asking.Run();
    out.answer->asked = {.form = std::string(check::WordOf(form)),
                         .question = std::move(question),
                         .on = options.on,
                         .known_at = options.known_at,
                         .edition = options.edition,
                         .given = options.given,
                         .readings = options.readings,
                         .nothing_further = options.nothing_further,
                         .flips = options.flips,
                         .record_hash = snapshot.record_hash};
  }
  out.findings.Append(asking.findings());
  if (out.findings.any_error()) out.answer.reset();
  return out;
}

AskResult When(Snapshot& snapshot, Form form, std::string question, const AskOptions& options) {
  AskResult out;
  if (!Usable(snapshot, out.findings)) return out;
  Asking asking(snapshot, options);
  if (asking.Put(form, question)) {
    out.segments = asking.Segments();
    const auto through = asking.ScheduledThrough();
    out.answer = asking.Run();
    out.answer->scheduled_through = through;
  }
  out.findings.Append(asking.findings());
  if (out.findings.any_error()) out.answer.reset();
  return out;
}

size_t DrawClosedTerms(Snapshot& snapshot) {
  ir::Program program = snapshot.agreement.program;
  diag::Findings ignored;
  std::vector<record::Entry> corrected;
  const eval::Facts facts = eval::Lower(
      program, eval::KnownAt(snapshot.record, {}, program, snapshot.agreement.notices, corrected),
      {}, check::LowerOptionsOf(snapshot.agreement), ignored);
  eval::Timeline timeline(program, facts);
  size_t pieces = 0;
  for (const ir::Term& term : program.terms) {
    if (term.parameters.empty()) pieces += timeline.Of(term.body, {}).pieces.size();
  }
  return pieces;
}

namespace {

// What a text says of itself does not hang on what happened to be recorded, and what stands beside
// one amendment not on those that came later.
AskOptions OptionsOf(const check::Agreement& agreement, const check::Ask& ask) {
  AskOptions out;
  out.without_record = true;
  if (ask.amendment) {
    out.edition = agreement.amendments[*ask.amendment].id;
  } else if (!agreement.amendments.empty()) {
    out.edition = check::kOriginal;
  }
  return out;
}

bool PutAsk(Asking& asking, const check::Ask& ask) {
  const std::string_view head = ask.question[0].text;
  const bool has_head = head == "may" || head == "is" || head == "what";
  const Form form = head == "what" ? Form::kWhat : head == "is" ? Form::kIs : Form::kMay;
  const std::vector<syntax::Token> words(ask.question.begin() + (has_head ? 1 : 0),
                                         ask.question.end());
  return asking.Record(ask.entries) && asking.Put(form, words);
}

}  // namespace

void ReadAsks(Snapshot& snapshot) {
  std::set<std::pair<source::Span, std::string>> said;
  for (const check::Ask& ask : snapshot.agreement.asks) {
    if (ask.question.empty()) continue;
    const AskOptions options = OptionsOf(snapshot.agreement, ask);
    Asking asking(snapshot, options);
    if (PutAsk(asking, ask)) continue;
    for (diag::Finding finding : asking.findings().all()) {
      if (!finding.at.valid()) finding.at = ask.at;
      // An entry above several asks is read with each of them.
      if (said.insert({finding.at, finding.message}).second)
        snapshot.findings.Add(std::move(finding));
    }
  }
}

std::vector<TestOutcome> RunAsks(Snapshot& snapshot) {
  std::vector<TestOutcome> out;
  for (const check::Ask& ask : snapshot.agreement.asks) {
    if (!ask.expected_at.valid() || ask.question.empty() || ask.expected.empty()) continue;
    TestOutcome outcome;
    outcome.where = snapshot.files.Where(ask.at);
    outcome.question = syntax::TextOf(snapshot.files, ask.question, 0, ask.question.size());
    outcome.expected = syntax::TextOf(snapshot.files, ask.expected, 0, ask.expected.size());
    const AskOptions options = OptionsOf(snapshot.agreement, ask);
    Asking asking(snapshot, options);
    if (!PutAsk(asking, ask)) {
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
    const std::string word = eval::WordFor(answer);
    outcome.clauses = labels;
    outcome.got = word + (labels.empty() ? "" : " " + Join(labels, ", "));
    // `expect about 27%, between 26.5% and 27.5%`: what an open number is known to be.
    const bool figure = answer.verdict == Verdict::kDepends && !answer.value.empty() &&
                        outcome.expected == answer.value;
    if (figure || (answer.verdict == Verdict::kDepends && outcome.expected.starts_with("about ")))
      outcome.got = answer.value;
    // `expect no 2.1`: the verdict word, then clauses that must be among the deciding ones.
    const std::string want = outcome.expected;
    outcome.passed = figure || (want.starts_with(word) &&
                                (want.size() == word.size() || want[word.size()] == ' '));
    if (outcome.passed && !figure && want.size() > word.size()) {
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
