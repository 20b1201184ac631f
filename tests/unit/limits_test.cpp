// Every limit at its edge and one past it, and any bytes at all.

#include <gtest/gtest.h>

#include <random>

#include "calendars.h"
#include "service/ask.h"
#include "syntax/tree.h"
#include "wire/json.h"

namespace entente {
namespace {

bool Has(const diag::Findings& findings, diag::FindingKind kind) {
  for (const diag::Finding& f : findings.all()) {
    if (f.kind == kind) return true;
  }
  return false;
}

std::string Block(const std::string& code) { return "```entente\n" + code + "```\n"; }

TEST(Limits, FileSize) {
  const std::string block = Block("party A\n");
  const auto at =
      service::Load("x", block + std::string(syntax::kFileBytesMax - block.size(), ' '));
  EXPECT_FALSE(Has(at->findings, diag::FindingKind::kTooLarge));
  const auto past =
      service::Load("x", block + std::string(syntax::kFileBytesMax - block.size() + 1, ' '));
  EXPECT_TRUE(Has(past->findings, diag::FindingKind::kTooLarge));
}

TEST(Limits, NumberOfALedgersEntry) {
  for (const bool past : {false, true}) {
    source::Files files;
    record::Record record;
    diag::Findings findings;
    wire::ReadRecord(files, "r",
                     R"({"id": "a", "kind": "Order", "known": "2026-01-01", "number": ")" +
                         std::to_string(record::kNumberMax + (past ? 1 : 0)) + "\"}\n",
                     record, findings);
    EXPECT_EQ(Has(findings, diag::FindingKind::kBadEntry), past);
  }
}

TEST(Limits, Statements) {
  std::string code;
  for (size_t i = 0; i < syntax::kStatementsMax; ++i) code += "x\n";
  source::Files files;
  for (const bool past : {false, true}) {
    diag::Findings findings;
    const auto file = files.Add("x", Block(code + (past ? "x\n" : "")));
    EXPECT_EQ(syntax::Parse(files, file, findings).statements.size(), syntax::kStatementsMax);
    EXPECT_EQ(Has(findings, diag::FindingKind::kTooManyClauses), past);
  }
}

TEST(Limits, Nesting) {
  for (const size_t depth : {syntax::kNestingMax, syntax::kNestingMax + 1}) {
    source::Files files;
    diag::Findings findings;
    const auto file = files.Add(
        "x", Block("1 a " + std::string(depth, '[') + "b" + std::string(depth, ']') + "\n"));
    syntax::Parse(files, file, findings);
    EXPECT_EQ(Has(findings, diag::FindingKind::kTooDeep), depth > syntax::kNestingMax);
  }
}

TEST(Limits, TokensOfOneSentence) {
  for (const size_t count : {syntax::kTokensMax, syntax::kTokensMax + 1}) {
    source::Files files;
    diag::Findings findings;
    std::string code;
    for (size_t i = 0; i < count; ++i) code += "a ";
    syntax::Parse(files, files.Add("x", Block(code + "\n")), findings);
    EXPECT_EQ(Has(findings, diag::FindingKind::kTooLarge), count > syntax::kTokensMax);
  }
}

TEST(Limits, Variants) {
  // Six readings of two alternatives are 64 variants, seven are 128.
  for (const int readings : {6, 7}) {
    std::string code = "party A\nkind P\nact use (P)\n1 A may use P";
    for (int i = 0; i < readings; ++i)
      code += ", {R" + std::to_string(i) + ": before 2030 | before 2031}";
    const auto snapshot = service::Load("x", Block(code + "\n"));
    EXPECT_EQ(Has(snapshot->findings, diag::FindingKind::kTooManyReadings), readings == 7);
  }
}

TEST(Limits, LineOfARecord) {
  for (const bool past : {false, true}) {
    source::Files files;
    record::Record record;
    diag::Findings findings;
    std::string line = R"({"id": "a", "kind": "X", "known": "2026-01-01", "source": ")";
    line += std::string(wire::kLineBytesMax - line.size() - 2 + (past ? 1 : 0), 's') + "\"}";
    wire::ReadRecord(files, "r", line, record, findings);
    EXPECT_EQ(record.entries().empty(), past);
    EXPECT_EQ(findings.any_error(), past);
  }
}

TEST(Limits, EntriesOfARecord) {
  record::Record record;
  diag::Findings findings;
  record::Entry entry;
  entry.kind = "X";
  entry.known = *DateOf(2026, 1, 1);
  entry.happened = Position::StartOf(entry.known);
  for (size_t i = 0; i < record::kEntriesMax; ++i) {
    entry.id = std::to_string(i);
    record.Admit(entry, findings);
  }
  EXPECT_FALSE(findings.any_error());
  entry.id = "one more";
  record.Admit(entry, findings);
  EXPECT_TRUE(Has(findings, diag::FindingKind::kTooManyEntries));
  EXPECT_EQ(record.entries().size(), record::kEntriesMax);
}

TEST(Limits, DiagramNodes) {
  const auto grow = [](eval::Diagrams& d) {
    eval::Diagram all = d.Bool(true);
    for (uint32_t i = 0; i < 20; ++i) {
      all = d.And(all,
                  d.Truth({d.SubjectOf({eval::Subject::Kind::kChoice, i, 2}), Rational(0), false}));
    }
  };
  eval::Diagrams free(1'000'000);
  grow(free);
  for (const size_t cap : {free.size(), free.size() - 1}) {
    eval::Diagrams d(cap);
    grow(d);
    EXPECT_EQ(d.full(), cap < free.size());
    EXPECT_LE(d.size(), cap);
  }
}

TEST(Limits, AnnexesAndTheStatementsOfAllOfThem) {
  const auto annexes = [](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += "annex \"" + std::to_string(i) + ".md\"\n";
    return Block(text);
  };
  const auto empty = [](const std::string&) { return std::optional<std::string>("# x\n"); };
  EXPECT_FALSE(service::Load("x", annexes(service::kAnnexesMax), empty)->findings.any_error());
  EXPECT_TRUE(Has(service::Load("x", annexes(service::kAnnexesMax + 1), empty)->findings,
                  diag::FindingKind::kTooLarge));
  // One statement here and the rest in an annex: as many as may be, and one more.
  for (const bool past : {false, true}) {
    std::string text;
    for (size_t i = past ? 0 : 1; i < syntax::kStatementsMax; ++i) text += "kind K\n";
    const auto rest = [&](const std::string&) { return std::optional<std::string>(Block(text)); };
    const auto both = service::Load("x", Block("kind K\nannex \"a.md\"\n"), rest);
    EXPECT_EQ(Has(both->findings, diag::FindingKind::kTooManyClauses), past);
  }
}

TEST(Limits, ABlockIsMisspeltUpToTwoEdits) {
  const auto misspelt = [](const std::string& word) {
    return Has(service::Load("x", "```" + word + "\nkind K\n```\n")->findings,
               diag::FindingKind::kMisspeltBlock);
  };
  EXPECT_FALSE(misspelt("entente"));
  EXPECT_TRUE(misspelt("Entente"));
  EXPECT_TRUE(misspelt("entent"));
  EXPECT_TRUE(misspelt("enteta"));
  EXPECT_FALSE(misspelt("content"));
}

TEST(Limits, AnAmountThatDoesNotFitIsNamed) {
  const std::string text = Block(
      "number Base, units\nnumber Total, units\n"
      "1 the Base is 170141183460469231731687303715884105727 units\n"
      "2 the Total is the Base plus the Base\n");
  auto snapshot = service::Load("x", text);
  ASSERT_FALSE(snapshot->findings.any_error());
  const auto result = service::Ask(*snapshot, check::Form::kWhat, "the Total", {});
  EXPECT_FALSE(result.answer.has_value());
  EXPECT_TRUE(Has(result.findings, diag::FindingKind::kOverflow));
}

// Any bytes as agreement, record and question: findings, never a crash.
TEST(Limits, AnyBytes) {
  std::mt19937_64 random(7);
  const std::string words[] = {"```entente\n",
                               "party A\n",
                               "1 A may",
                               " use",
                               " P",
                               ", until",
                               " {R: x | ",
                               "}",
                               " [",
                               "]",
                               "kind K, of ",
                               "act use (P)\n",
                               "ask ",
                               "expect ",
                               "\n",
                               "\xff",
                               "\0x",
                               "(a) ",
                               "\"",
                               "```\n",
                               " 2032",
                               "$",
                               "€",
                               "9e99",
                               "annex \"x\"\n",
                               "period X is each 3 months from 1 March 2026\n",
                               "event E\nnumber M of (E), USD\n",
                               "number Q in a quarter, USD\n",
                               "for each P:\n",
                               "1 the Q in a quarter is ",
                               "the M of every E",
                               " in that quarter",
                               "the number of E",
                               " in the last 3 months",
                               " or $1 if there is none",
                               ", without the consent of A",
                               ", nor let its K do so",
                               "\n  | any other: ",
                               "a share of ",
                               " has lasted 3 days",
                               "."};
  for (int round = 0; round < 3000; ++round) {
    std::string text = "```entente\nparty A\nkind P\nact use (P)\nnotice N\n";
    const size_t length = random() % 40;
    for (size_t i = 0; i < length; ++i) {
      if (random() % 5 == 0)
        text += static_cast<char>(random());
      else
        text += words[random() % std::size(words)];
    }
    auto snapshot = service::Load("x", text);
    for (const diag::Finding& f : snapshot->findings.all()) diag::Draw(f, snapshot->files, false);
    snapshot->findings = {};
    const auto result =
        service::Ask(*snapshot, check::Form::kMay, text.substr(random() % text.size()), {});
    EXPECT_TRUE(result.answer.has_value() || result.findings.any_error());
    wire::ReadRecord(snapshot->files, "r", text.substr(random() % text.size()), snapshot->record,
                     snapshot->findings);
  }
}

TEST(Limits, Calendars) {
  tests::BusinessDays();
  Calendar calendar;
  calendar.through = *DateOf(2029, 12, 31);
  size_t kept = static_cast<size_t>(tests::BusinessDays()) -
                static_cast<size_t>(DurationUnit::kBusinessDays) + 1;
  ASSERT_LT(kept, kCalendarsMax);
  for (size_t i = 0; kept < kCalendarsMax; ++i) {
    calendar.name = "calendar " + std::to_string(i);
    const auto unit = BusinessDaysOf(calendar);
    ASSERT_TRUE(unit);
    kept = static_cast<size_t>(*unit) - static_cast<size_t>(DurationUnit::kBusinessDays) + 1;
  }
  // One that is kept is found again; another is not kept.
  EXPECT_TRUE(BusinessDaysOf(calendar));
  calendar.name = "one too many";
  EXPECT_FALSE(BusinessDaysOf(calendar));
}

}  // namespace
}  // namespace entente
