// One question, or one for each row of a list; in whatever shapes are asked for.

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/words.h"
#include "cli/command.h"
#include "wire/csv.h"
#include "wire/formats.h"
#include "wire/json.h"

namespace entente::cli {
namespace {

constexpr std::string_view kFormats[] = {"text", "line", "json", "csv", "sarif", "junit"};
constexpr std::string_view kVerdicts[] = {"yes",    "no",       "value",    "depends",
                                          "silent", "conflict", "undecided"};
// Rows whose question could not be put are explained up to this many.
constexpr size_t kFailuresShown = 5;

// `--accept depends --deny silent`: the exit code that a verdict counts as.
int CodeOf(const Flags& flags, eval::Verdict verdict) {
  const std::string_view name = eval::NameOf(verdict);
  const auto lists = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return lists(flags.deny) ? 1 : lists(flags.accept) ? 0 : eval::ExitCodeOf(verdict);
}

// Of many codes the one that speaks for all: what could not be asked, then no, then what is open.
int Worst(const std::vector<wire::Asked>& all) {
  constexpr int kOrder[] = {kCouldNotAsk, 1, 6, 5, 3, 4};
  for (const int code : kOrder) {
    if (std::any_of(all.begin(), all.end(), [&](const auto& a) { return a.code == code; }))
      return code;
  }
  return 0;
}

bool CheckFlags(const Flags& flags, int& code) {
  for (const auto* names : {&flags.accept, &flags.deny}) {
    for (const std::string& name : *names) {
      if (std::find(std::begin(kVerdicts), std::end(kVerdicts), name) != std::end(kVerdicts))
        continue;
      code = Complain(flags, Quoted(name) + " is no verdict",
                      "the verdicts are yes, no, value, depends, silent, conflict and undecided");
      return false;
    }
  }
  for (const std::string& format : flags.formats) {
    const std::string name = format.substr(0, format.find('='));
    if (std::find(std::begin(kFormats), std::end(kFormats), name) != std::end(kFormats)) continue;
    code = Complain(flags, Quoted(name) + " is no format",
                    "the formats are text, line, json, csv, sarif and junit; sarif=FILE writes to "
                    "a file");
    return false;
  }
  return true;
}

Depth DepthOf(const Flags& flags) {
  return flags.depth == "sentence" ? Depth::kSentence
         : flags.depth == "tree"   ? Depth::kTree
                                   : Depth::kReasons;
}

// "398 no (2.1) · 9 yes (9.1) · 5 depends (7.3)": rows that came out alike, most of them first.
std::string Summary(const std::vector<wire::Asked>& all) {
  std::map<std::string, size_t> counts;
  for (const wire::Asked& asked : all) {
    std::string key = asked.failure.empty() ? std::string(eval::NameOf(asked.answer.verdict))
                                            : std::string("could not be asked");
    std::vector<std::string> clauses;
    for (const eval::Citation& c : asked.answer.because) {
      if (c.deciding && !c.label.empty()) clauses.push_back(c.label);
    }
    if (!clauses.empty()) key += " (" + Join(clauses, ", ") + ")";
    ++counts[key];
  }
  std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (const auto& [key, count] : sorted) parts.push_back(std::to_string(count) + " " + key);
  return Join(parts, " · ");
}

std::string Shape(const Flags& flags, const std::string& format,
                  const std::vector<wire::Asked>& all, bool many, const Style& style) {
  if (format == "csv") return wire::ToCsv(all);
  if (format == "sarif") return wire::ToSarif(all);
  if (format == "junit") return wire::ToJunit(all);
  std::string out;
  for (const wire::Asked& asked : all) {
    if (format == "json") {
      // One document for one question; for a list, a line each.
      if (asked.failure.empty()) {
        out += many ? wire::ToJsonLine(asked.answer) : wire::ToJson(asked.answer);
      } else {
        out += wire::FailureLine(asked.question, asked.failure);
      }
      out += "\n";
    } else if (format == "line" || many) {
      out += wire::ToLine(asked);
    } else {
      out += Render(asked.answer, DepthOf(flags), style);
    }
  }
  if (many && format == "text") out += (all.empty() ? "no rows" : Summary(all)) + "\n";
  return out;
}

int Deliver(const Flags& flags, const std::vector<wire::Asked>& all, bool many) {
  std::vector<std::string> formats = flags.formats;
  if (formats.empty()) formats.push_back(flags.json ? "json" : "text");
  for (const std::string& format : formats) {
    const size_t equals = format.find('=');
    const bool to_file = equals != std::string::npos;
    const std::string text =
        Shape(flags, format.substr(0, equals), all, many, to_file ? Style() : StyleOf(flags));
    if (!to_file) {
      fmt::print("{}", text);
      continue;
    }
    const std::string path = format.substr(equals + 1);
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) return Complain(flags, "cannot write " + Quoted(path), "name another file");
  }
  const int code = Worst(all);
  const bool as_set = !flags.accept.empty() || !flags.deny.empty();
  if (as_set) fmt::print(stderr, "exit {}, by --accept and --deny\n", code);
  return code;
}

// `text` with each {column} replaced by the row's field; nothing when there is no such column.
std::optional<std::string> PutIn(const std::string& text, const std::vector<std::string>& columns,
                                 const std::vector<std::string>& row, std::string& missing) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t end = text[i] == '{' ? text.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      out += text[i];
      continue;
    }
    const std::string name = text.substr(i + 1, end - i - 1);
    const auto column = std::find(columns.begin(), columns.end(), name);
    if (column == columns.end()) {
      missing = name;
      return std::nullopt;
    }
    const size_t index = static_cast<size_t>(column - columns.begin());
    out += index < row.size() ? row[index] : "";
    i = end;
  }
  return out;
}

// Names that a list brings, as in `--given "{tenant} is a Customer"`. They may be any text at all
// and stand for things that nothing else is known of, so the question is put about a name of ours
// and theirs is written into the answer.
class ListedNames {
 public:
  ListedNames(const Flags& flags, const service::Snapshot& snapshot,
              const std::vector<std::string>& columns) {
    for (size_t c = 0; c < columns.size(); ++c) {
      for (const std::string& given : flags.given) {
        if (given.starts_with("{" + columns[c] + "} is a")) brought_.push_back(c);
      }
    }
    const ir::Program& program = snapshot.agreement.program;
    for (const ir::Thing& thing : program.things)
      spoken_of_.emplace(program.symbols.Name(thing.name));
    for (const record::Entry& entry : snapshot.record.entries()) {
      spoken_of_.insert(entry.by);
      for (const auto& [field, value] : entry.fields) spoken_of_.insert(value);
    }
  }

  std::vector<std::string> Hide(std::vector<std::string> row) const {
    for (size_t i = 0; i < brought_.size(); ++i) {
      std::string& value = row[brought_[i]];
      // An empty cell names nothing, and says so.
      if (!value.empty() && !spoken_of_.contains(value)) value = Stand(i);
    }
    return row;
  }

  void Show(const std::vector<std::string>& row, wire::Asked& asked) const {
    for (size_t i = 0; i < brought_.size(); ++i) {
      const std::string& value = row[brought_[i]];
      if (value.empty() || spoken_of_.contains(value)) continue;
      const auto put = [&](std::string& text) {
        const std::string stand = Stand(i);
        for (size_t at = text.find(stand); at != std::string::npos;
             at = text.find(stand, at + value.size())) {
          text.replace(at, stand.size(), value);
        }
      };
      put(asked.question);
      put(asked.failure);
      put(asked.answer.question);
      put(asked.answer.sentence);
      for (eval::Assumption& a : asked.answer.assuming) put(a.text);
      for (eval::Case& c : asked.answer.cases) {
        for (std::string& condition : c.conditions) put(condition);
      }
      for (std::string& note : asked.answer.notes) put(note);
    }
  }

 private:
  static std::string Stand(size_t i) {
    constexpr const char* kStands[] = {"Listed One", "Listed Two", "Listed Three", "Listed Four"};
    return kStands[i % std::size(kStands)];
  }

  std::vector<size_t> brought_;
  std::set<std::string, std::less<>> spoken_of_;
};

}  // namespace

check::Form FormOf(std::string& question, check::Form form) {
  for (const check::Form f : {check::Form::kWhat, check::Form::kIs, check::Form::kMay}) {
    const std::string word = std::string(check::WordOf(f)) + " ";
    if (!question.starts_with(word)) continue;
    question = question.substr(word.size());
    return f;
  }
  return form;
}

int AskOne(const Flags& flags, check::Form form, bool why, bool when) {
  int code = 0;
  service::AskOptions options;
  if (!CheckFlags(flags, code) || !ReadOptions(flags, options, code)) return code;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  options.flips = why;
  options.proof_lines =
      flags.json || flags.depth == "tree" ||
      std::find(flags.formats.begin(), flags.formats.end(), "json") != flags.formats.end();
  std::string question = flags.question;
  if (why || when) form = FormOf(question, form);
  const auto result = when ? service::When(*snapshot, form, question, options)
                           : service::Ask(*snapshot, form, question, options);
  if (!result.answer) return Refuse(flags, result.findings, snapshot->files);
  Show(flags, result.findings, snapshot->files, false);
  if (when) {
    fmt::print("{}", flags.json ? wire::Sourced(wire::ToJson(*result.answer, result.segments),
                                                snapshot->ledger) +
                                      "\n"
                                : Render(*result.answer, result.segments, StyleOf(flags)));
    return 0;
  }
  return Deliver(flags, {{question, *result.answer, CodeOf(flags, result.answer->verdict), ""}},
                 false);
}

int AskEach(const Flags& flags, check::Form form) {
  int code = 0;
  service::AskOptions options;
  if (!CheckFlags(flags, code) || !ReadOptions(flags, options, code)) return code;
  const auto list = ReadFile(flags.each);
  if (!list) {
    return Complain(flags, "cannot read the list " + Quoted(flags.each),
                    "name a CSV file whose first line names its columns");
  }
  const auto rows = wire::ReadCsv(*list);
  if (rows.empty()) {
    return Complain(flags, "the list " + Quoted(flags.each) + " is empty",
                    "its first line names the columns, each further line is a row");
  }
  for (size_t c = 1; c < rows[0].size(); ++c) {
    if (std::find(rows[0].begin(), rows[0].begin() + static_cast<ptrdiff_t>(c), rows[0][c]) !=
        rows[0].begin() + static_cast<ptrdiff_t>(c)) {
      return Complain(flags, "two columns of the list are called " + Quoted(rows[0][c]),
                      "give one of the two another name");
    }
  }
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  if (snapshot->findings.any_error()) return Refuse(flags, snapshot->findings, snapshot->files);
  const ListedNames names(flags, *snapshot, rows[0]);
  std::vector<wire::Asked> all;
  // Rows that put the same question in the same case have the same answer, up to the names.
  std::map<std::string, wire::Asked> known;
  size_t failures = 0;
  for (size_t r = 1; r < rows.size(); ++r) {
    std::vector<std::string> row = rows[r];
    if (row.size() != rows[0].size()) {
      const std::string why = "line " + std::to_string(r + 1) + " has " +
                              std::to_string(row.size()) + " cells, the first has " +
                              std::to_string(rows[0].size());
      fmt::print(stderr, "{}: {}\n", flags.each, why);
      all.push_back({Join(row, ", "), {}, kCouldNotAsk, why});
      continue;
    }
    const std::vector<std::string> put = names.Hide(row);
    std::string missing;
    const auto question = PutIn(flags.question, rows[0], put, missing);
    service::AskOptions with = options;
    std::string key = question.value_or("");
    for (std::string& given : with.given) {
      given = PutIn(given, rows[0], put, missing).value_or("");
      key += "\n" + given;
    }
    if (!missing.empty()) {
      return Complain(flags, "the list has no column " + Quoted(missing),
                      "its columns are " + JoinAnd(rows[0]));
    }
    auto it = known.find(key);
    if (it == known.end()) {
      wire::Asked asked{*question, {}, kCouldNotAsk, ""};
      auto result = service::Ask(*snapshot, form, *question, with);
      if (result.answer) {
        asked.answer = std::move(*result.answer);
        asked.code = CodeOf(flags, asked.answer.verdict);
      } else {
        // In the words of the list; what was put is about a name of ours.
        if (result.findings.all().empty()) {
          asked.failure = "no answer";
        } else {
          const diag::Finding& finding = result.findings.all()[0];
          asked.failure = finding.message + (finding.help.empty() ? "" : "; " + finding.help);
        }
      }
      it = known.emplace(key, std::move(asked)).first;
    }
    all.push_back(it->second);
    names.Show(row, all.back());
    if (!all.back().failure.empty() && ++failures <= kFailuresShown)
      fmt::print(stderr, "{}: line {}: {}\n", flags.each, r + 1, all.back().failure);
  }
  return Deliver(flags, all, true);
}

}  // namespace entente::cli
