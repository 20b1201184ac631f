// Threat 14: evidence that is swapped, truncated, renamed or put in another order.

#include "ledger/manifest.h"

#include <gtest/gtest.h>

#include "ledger/statement.h"

namespace entente::ledger {
namespace {

Manifest Three() {
  return {{Exhibit::Of("report.pdf", "the report"), Exhibit::Of("runs.csv", "1,2\n"),
           Exhibit::Of("letter.txt", "")}};
}

TEST(Manifest, ReadsBackAsItWasWritten) {
  const Manifest m = Three();
  const auto read = Manifest::Read(m.Write());
  ASSERT_TRUE(read.has_value()) << read.error().what;
  EXPECT_EQ(read->Root(), m.Root());
  EXPECT_EQ(read->Write(), m.Write());
  EXPECT_TRUE(read->exhibits[0].Is("the report"));
  EXPECT_TRUE(read->exhibits[2].Is(""));
}

// The same file twice has two hashes, so that nobody recognises it by trying.
TEST(Manifest, SaltsHideWhatIsKnown) {
  EXPECT_NE(Exhibit::Of("a", "x").hash, Exhibit::Of("a", "x").hash);
}

TEST(Manifest, EveryChangeOfEvidenceIsSeen) {
  const Manifest m = Three();
  for (const char* bytes : {"the repor", "the report ", "The report", ""})
    EXPECT_FALSE(m.exhibits[0].Is(bytes)) << bytes;
  Manifest other = m;
  std::swap(other.exhibits[0], other.exhibits[1]);
  EXPECT_NE(other.Root(), m.Root()) << "re-ordered";
  other = m;
  other.exhibits.pop_back();
  EXPECT_NE(other.Root(), m.Root()) << "truncated";
  other = m;
  other.exhibits.push_back(Exhibit::Of("more.txt", "more"));
  EXPECT_NE(other.Root(), m.Root()) << "appended";
  other = m;
  other.exhibits[1] = Exhibit::Of("runs.csv", "1,3\n");
  EXPECT_NE(other.Root(), m.Root()) << "swapped";
  // Renamed, or with another length, and the hash of the bytes as it was.
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"runs.csv", "sums.csv"},
                                 {"\"length\":4", "\"length\":5"}}) {
    std::string text = m.Write();
    text.replace(text.find(from), from.size(), to);
    const auto read = Manifest::Read(text);
    ASSERT_TRUE(read.has_value());
    EXPECT_NE(read->Root(), m.Root()) << to;
  }
}

TEST(Manifest, AnExhibitCanBeWithheld) {
  const Manifest m = Three();
  Manifest shown = m;
  shown.exhibits[0] = {.leaf = m.exhibits[0].leaf};
  const std::string text = shown.Write();
  EXPECT_EQ(text.find("report.pdf"), std::string::npos);
  EXPECT_EQ(text.find(Hex(m.exhibits[0].salt)), std::string::npos);
  const auto read = Manifest::Read(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->Root(), m.Root());
  EXPECT_FALSE(read->exhibits[0].Is("the report"));
  EXPECT_TRUE(read->exhibits[1].Is("1,2\n"));
}

// A node of the tree could pass for a withheld exhibit, and fewer exhibits for all of them.
TEST(Manifest, NoNodePassesForAnExhibit) {
  const Manifest m = Three();
  const Digest pair = NodeHash(m.exhibits[0].leaf, m.exhibits[1].leaf);
  Manifest shorter{{{.leaf = pair}, m.exhibits[2]}};
  EXPECT_NE(shorter.Root(), m.Root());
  Manifest one{{{.leaf = NodeHash(pair, m.exhibits[2].leaf)}}};
  EXPECT_NE(one.Root(), m.Root());
}

TEST(Manifest, WhatIsNoneIsRefused) {
  const std::string good = Three().Write();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    const auto read = Manifest::Read(text);
    return read ? std::string("taken") : read.error().name;
  };
  EXPECT_EQ(with("@v1", "@v2"), "not-a-manifest");
  EXPECT_EQ(with("report.pdf", "a/report.pdf"), "not-a-manifest");
  EXPECT_EQ(with("runs.csv", "report.pdf"), "not-a-manifest");
  EXPECT_EQ(with("\"length\":4", "\"length\":-4"), "not-a-manifest");
  EXPECT_EQ(with("\"length\":4", "\"length\": 4"), "not-a-manifest");
  EXPECT_EQ(with("\"salt\":\"", "\"salt\":\"00"), "not-a-manifest");
  EXPECT_EQ(Manifest::Read(R"({"exhibits":[],"format":"entente-evidence@v1"})").error().name,
            "not-a-manifest");
}

TEST(Manifest, LimitOfExhibits) {
  Manifest m;
  for (size_t i = 0; i < kExhibitsMax; ++i)
    m.exhibits.push_back(Exhibit::Of("f" + std::to_string(i), "x"));
  EXPECT_TRUE(Manifest::Read(m.Write()).has_value());
  m.exhibits.push_back(Exhibit::Of("one too many", "x"));
  EXPECT_EQ(Manifest::Read(m.Write()).error().name, "not-a-manifest");
}

}  // namespace
}  // namespace entente::ledger
