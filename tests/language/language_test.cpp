// Runs every Markdown file of tests/language. A file holds an agreement; under a line that is wrong
// stands what is found there:
//
//   #! may-not: `may not` can be read in three ways
//
// A fenced `record` block holds a record, a fenced `questions` block one question a line, each with
// the same kind of line under what is wrong. `ask` and `expect` in the agreement must come true. A
// file's name begins with fail_ exactly when it has an error. A last test fails while some kind of
// finding stands in no file.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/words.h"
#include "service/ask.h"
#include "wire/json.h"

namespace entente {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::filesystem::path> Files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(ENTENTE_SOURCE_DIR "/tests/language")) {
    if (entry.path().extension() == ".md") out.push_back(entry.path());
  }
  // The page that shows the language is an agreement too.
  out.push_back(ENTENTE_SOURCE_DIR "/docs/language.md");
  // So are the examples.
  for (const char* folder : {"/examples", "/docs/examples"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(ENTENTE_SOURCE_DIR + std::string(folder))) {
      if (entry.path().extension() == ".md" &&
          ReadFile(entry.path()).find("```entente") != std::string::npos)
        out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The lines of a fenced block with this info word, with their line numbers in the file.
std::vector<std::pair<size_t, std::string>> Lines(const std::string& text,
                                                  const std::string& info) {
  std::vector<std::pair<size_t, std::string>> out;
  std::istringstream in(text);
  std::string line;
  bool inside = false;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line == "```" + info)
      inside = true;
    else if (line == "```")
      inside = false;
    else if (inside)
      out.emplace_back(number, line);
  }
  return out;
}

std::string Describe(const diag::Finding& f) {
  return std::string(diag::InfoOf(f.kind).name) + ": " + f.message;
}

class LanguageFile : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(LanguageFile, IsReadAsItSays) {
  const std::filesystem::path& path = GetParam();
  const std::string text = ReadFile(path);
  auto snapshot = service::Load(path.filename().string(), text);
  std::string record;
  for (const auto& [number, line] : Lines(text, "record")) {
    if (!line.starts_with("#!")) record += line + "\n";
  }
  std::multiset<std::string> found, expected;
  bool error = false;
  if (!record.empty()) {
    wire::ReadRecord(snapshot->files, "record", record, snapshot->record, snapshot->findings);
    service::MeetRecord(*snapshot);
  }
  if (!snapshot->findings.any_error()) {
    service::FindClashes(*snapshot);
    service::ReadAsks(*snapshot);
  }
  const bool usable = !snapshot->findings.any_error();
  for (const diag::Finding& f : snapshot->findings.all()) {
    found.insert(Describe(f));
    EXPECT_FALSE(f.help.empty()) << "no way out: " << Describe(f);
    error = error || diag::InfoOf(f.kind).severity == diag::Severity::kError;
    // Whatever it is about can be drawn.
    EXPECT_FALSE(diag::Draw(f, snapshot->files, false).empty());
  }
  for (const auto& [number, line] : Lines(text, "questions")) {
    if (line.starts_with("#!") || Trim(line).empty() || !usable) continue;
    const size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    const auto form = word == "what" ? check::Form::kWhat
                      : word == "is" ? check::Form::kIs
                                     : check::Form::kMay;
    const auto result = service::Ask(*snapshot, form, line.substr(space + 1), {});
    EXPECT_FALSE(result.answer.has_value()) << line;
    for (const diag::Finding& f : result.findings.all()) {
      if (diag::InfoOf(f.kind).severity == diag::Severity::kError) {
        found.insert(Describe(f));
        error = true;
      }
    }
  }
  if (usable) {
    for (const service::TestOutcome& o : service::RunAsks(*snapshot)) {
      if (o.passed) continue;
      found.insert("wrong-answer: expected " + o.expected + ", got " + o.got);
      error = true;
    }
  }
  // What the language page shows side by side may overlap.
  if (path.filename() == "language.md") {
    std::erase_if(found, [](const std::string& f) {
      return f.starts_with("clash") || f.starts_with("swallowed-grant");
    });
  }
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("#! ")) expected.insert(line.substr(3));
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(path.filename().string().starts_with("fail_"), error);
}

INSTANTIATE_TEST_SUITE_P(Files, LanguageFile, ::testing::ValuesIn(Files()), [](const auto& tested) {
  std::string name = tested.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
      '_');
  return name;
});

// Limits too large for a file of their own are tested beside this list, in tests/limits_test.cpp.
TEST(Language, EveryKindOfFindingHasAFile) {
  std::set<std::string> seen;
  for (const auto& path : Files()) {
    std::istringstream in(ReadFile(path));
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("#! ")) seen.insert(line.substr(3, line.find(':') - 3));
    }
  }
  const std::set<std::string> elsewhere = {"too-large", "too-many-clauses", "too-many-entries",
                                           "overflow", "ledger-refused"};
  for (const diag::KindInfo& info : diag::AllKinds()) {
    if (elsewhere.contains(std::string(info.name))) continue;
    EXPECT_TRUE(seen.contains(std::string(info.name))) << info.name;
  }
}

TEST(Language, TheTreeGivesTheTextBack) {
  for (const auto& path : Files()) {
    source::Files files;
    diag::Findings findings;
    const std::string text = ReadFile(path);
    const auto file = files.Add("x", text);
    EXPECT_EQ(syntax::Print(files, syntax::Parse(files, file, findings)), text) << path;
  }
}

TEST(FirstAgreement, ItsPairsComeTrueAndOnlyTheKnownClashesAreFound) {
  const std::string path = ENTENTE_SOURCE_DIR "/agreements/microsoft-openai/agreement.md";
  auto snapshot = service::Load(path, ReadFile(path), ReadFile);
  service::FindClashes(*snapshot);
  std::set<std::string> found;
  for (const diag::Finding& f : snapshot->findings.all()) found.insert(Describe(f));
  // Whether guardrails are asked of the parts of a post-AGI model no source says.
  EXPECT_EQ(found, (std::set<std::string>{
                       "clash: 4.6 allows what 3.2 forbids, and nothing says which prevails",
                       "clash: 4.7 allows what 3.2 forbids, and nothing says which prevails"}));
  size_t asks = 0;
  for (const service::TestOutcome& o : service::RunAsks(*snapshot)) {
    EXPECT_TRUE(o.passed) << o.where << " " << o.question << ": expected " << o.expected << ", got "
                          << o.got;
    EXPECT_EQ(o.got.find("undecided"), std::string::npos);
    ++asks;
  }
  EXPECT_GE(asks, 130u);
}

}  // namespace
}  // namespace entente
