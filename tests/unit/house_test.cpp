// Reads every include under src/ and holds it to the table of docs/architecture.md.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace {

using Table = std::map<std::string, std::set<std::string>>;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Rows `| `folder` | purpose | stands on |` of the table.
Table ReadTable() {
  Table table;
  std::istringstream in(ReadFile(ENTENTE_SOURCE_DIR "/docs/architecture.md"));
  std::string line;
  const std::regex row(R"(^\| `([a-z/]+)` \|[^|]*\| ([^|]*) \|$)");
  while (std::getline(in, line)) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    std::set<std::string>& below = table[match[1]];
    std::istringstream names(match[2]);
    std::string name;
    while (std::getline(names, name, ',')) {
      name.erase(0, name.find_first_not_of(' '));
      name.erase(name.find_last_not_of(' ') + 1);
      if (name != "–") below.insert(name);
    }
  }
  // A folder may include what those it stands on stand on.
  for (bool grown = true; grown;) {
    grown = false;
    for (auto& [folder, below] : table) {
      for (const std::string& b : std::set<std::string>(below)) {
        for (const std::string& deeper : table[b]) grown = below.insert(deeper).second || grown;
      }
    }
  }
  return table;
}

std::string FolderOf(std::string path, const Table& table) {
  while (true) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return "";
    path = path.substr(0, slash);
    if (table.contains(path)) return path;
  }
}

TEST(House, EveryIncludeFollowsTheTable) {
  const Table table = ReadTable();
  ASSERT_GE(table.size(), 14u);
  const std::filesystem::path src = ENTENTE_SOURCE_DIR "/src";
  const std::regex include(R"re(#include "([^"]+)")re");
  size_t seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(src)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cpp") continue;
    const std::string relative = std::filesystem::relative(entry.path(), src);
    const std::string folder = FolderOf(relative, table);
    EXPECT_NE(folder, "") << relative << " is in no folder of the table";
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
      const std::string target = FolderOf((*it)[1], table);
      ++seen;
      EXPECT_TRUE(target == folder || table.at(folder).contains(target))
          << relative << " includes " << (*it)[1];
    }
  }
  EXPECT_GT(seen, 100u);
}

TEST(House, AThirdPartyLibraryIsNamedInOneFolder) {
  // Hashing is below everything that names a thing by its hash; keys and signatures are not.
  const std::string hashing = "base/digest.cpp";
  const std::map<std::string, std::string> homes = {{"<fmt/", "cli"},
                                                    {"<CLI/", "cli"},
                                                    {"<nlohmann/", "wire"},
                                                    {"<cmark", "wire"},
                                                    {"<sodium", "ledger"},
                                                    {"<openssl/", "ledger"},
                                                    {"<sqlite3", "ledger/sqlite"},
                                                    {"<libpq", "ledger/postgres"}};
  const std::filesystem::path src = ENTENTE_SOURCE_DIR "/src";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(src)) {
    if (!entry.is_regular_file()) continue;
    const std::string relative = std::filesystem::relative(entry.path(), src);
    const std::string text = ReadFile(entry.path());
    for (const auto& [library, home] : homes) {
      if (relative == hashing || text.find("#include " + library) == std::string::npos) continue;
      EXPECT_TRUE(relative.starts_with(home + "/")) << relative << " includes " << library;
    }
  }
}

// Whoever checks a proof does not trust the engines.
TEST(House, TheCheckerSharesNothingWithTheEngines) {
  for (const char* file :
       {"/src/proof/checker.cpp", "/src/proof/checker.h", "/src/proof/proof.h"}) {
    const std::string text = ReadFile(std::string(ENTENTE_SOURCE_DIR) + file);
    EXPECT_EQ(text.find("eval/timeline"), std::string::npos) << file;
    EXPECT_EQ(text.find("eval/ref"), std::string::npos) << file;
    EXPECT_EQ(text.find("proof/builder"), std::string::npos) << file;
  }
}

TEST(House, PathsNamedInDocumentsExist) {
  const std::regex path(
      R"re(`((?:src|tests|docs|scripts|agreements|examples|bench|fuzz)/[A-Za-z0-9_./-]+)`)re");
  std::vector<std::filesystem::path> documents = {ENTENTE_SOURCE_DIR "/README.md"};
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(ENTENTE_SOURCE_DIR "/docs")) {
    if (entry.path().extension() == ".md") documents.push_back(entry.path());
  }
  for (const auto& document : documents) {
    const std::string text = ReadFile(document);
    for (std::sregex_iterator it(text.begin(), text.end(), path), end; it != end; ++it) {
      EXPECT_TRUE(std::filesystem::exists(std::string(ENTENTE_SOURCE_DIR) + "/" + (*it)[1].str()))
          << document << " names " << (*it)[1];
    }
  }
}

// A seeded fault whose place has moved would be found only when it is its turn.
TEST(House, SeededFaultsHaveTheirPlaces) {
  std::istringstream lines(ReadFile(ENTENTE_SOURCE_DIR "/tests/faults/faults.txt"));
  std::string line;
  size_t faults = 0;
  while (std::getline(lines, line)) {
    if (line.empty() || line[0] == '#') continue;
    const size_t file = line.find('|');
    const size_t from = line.find('|', file + 1);
    const size_t to = line.find('|', from + 1);
    ASSERT_NE(to, std::string::npos) << line;
    std::string place = line.substr(from + 1, to - from - 1);
    for (const auto& [mark, means] : {std::pair{"{or}", "||"}, {"\\n", "\n"}}) {
      for (size_t at = place.find(mark); at != std::string::npos; at = place.find(mark, at))
        place.replace(at, std::string_view(mark).size(), means);
    }
    const std::string text =
        ReadFile(std::string(ENTENTE_SOURCE_DIR) + "/" + line.substr(file + 1, from - file - 1));
    EXPECT_NE(text.find(place), std::string::npos) << line;
    ++faults;
  }
  EXPECT_GE(faults, 40u);
}

}  // namespace
