// Many questions at once, as a shell sees them: what an event changes, lists, formats, what is
// open.

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "program.h"

namespace {

using entente::tests::Ask;
using entente::tests::Json;
using entente::tests::Ran;
using entente::tests::Schema;
using entente::tests::TempFile;
using entente::tests::Wrong;

// Runs with --json, holds the shape and returns it.
Json Shape(const std::string& arguments, const std::string& schema, int code = 0) {
  const Ran ran = Ask(arguments + " --json");
  EXPECT_EQ(ran.code, code) << arguments << "\n" << ran.out;
  const Json out = Json::parse(ran.out);
  EXPECT_EQ(Wrong(out, Schema(schema), schema), "") << arguments;
  // For a reader it is not empty either.
  EXPECT_GT(Ask(arguments).out.size(), 20u) << arguments;
  return out;
}

TEST(Views, AVerificationOfMarch2031) {
  const Json out =
      Shape("whatif 'Verification on 2031-03-31' --edition V3 --reading Outer=1", "comparison");
  // It needs a Declaration, which is supposed along.
  EXPECT_EQ(out["supposed"], Json({"Declaration on 2031-03-31", "Verification on 2031-03-31"}));
  std::set<std::string> changed, same;
  for (const Json& c : out["changes"]) {
    changed.insert(c["clause"].get<std::string>());
    EXPECT_EQ(c["from"], "2031-03-31");
  }
  for (const Json& s : out["same"]) same.insert(s["clause"].get<std::string>());
  // Both exclusivities, joint API products and the guardrails for newer models change; research IP
  // ended with 2030 anyway.
  for (const char* clause : {"2.0, 2.1", "2.2", "6.1", "3.2"})
    EXPECT_TRUE(changed.contains(clause));
  EXPECT_TRUE(same.contains("4.5"));
  EXPECT_FALSE(changed.contains("9.1"));
  for (const Json& c : out["changes"]) {
    if (c["clause"] != "2.0, 2.1") continue;
    EXPECT_EQ(c["before"]["verdict"], "no");
    EXPECT_EQ(c["after"]["verdict"], "yes");
    EXPECT_EQ(c["after"]["clauses"], Json({"2.4"}));
  }
  EXPECT_EQ(Ask("whatif 'a miracle on 2031-03-31'").code, 2);
  EXPECT_EQ(Ask("whatif Verification").code, 2);
}

TEST(Views, RightsByStage) {
  const Json out =
      Shape("stages Declaration Verification Rejection --on 2027-03-01 --edition V3", "stages");
  EXPECT_EQ(out["stages"],
            Json({"before", "after Declaration", "after Verification", "after Rejection"}));
  const auto verdicts = [&](const std::string& clause) {
    std::vector<std::string> words;
    for (const Json& row : out["rows"]) {
      if (row["clause"] != clause) continue;
      for (const Json& s : row["at"]) words.push_back(s["verdict"]);
    }
    return words;
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(verdicts("2.0, 2.1"), (Words{"no", "no", "yes", "no"}));
  EXPECT_EQ(verdicts("4.5"), (Words{"yes", "yes", "no", "yes"}));
  // A declaration lifts the compute limit, a rejection brings it back.
  EXPECT_EQ(verdicts("7.2"), (Words{"depends", "yes", "yes", "depends"}));
}

TEST(Views, WhatChangesByItself) {
  const Json out =
      Shape("ahead --days 60 --on 2030-11-15 --edition V3 --reading Outer=1", "changes");
  std::set<std::string> clauses;
  for (const Json& c : out["changes"]) {
    EXPECT_EQ(c["from"], "2031-01-01");
    clauses.insert(c["clause"]);
  }
  EXPECT_TRUE(clauses.contains("4.5") && clauses.contains("12.3") && !clauses.contains("4.6"));
  // The day before the change is the last that does not show it, the day of it the first that does.
  EXPECT_TRUE(Shape("ahead --days 46 --on 2030-11-15 --edition V3", "changes")["changes"].empty());
  EXPECT_FALSE(Shape("ahead --days 47 --on 2030-11-15 --edition V3", "changes")["changes"].empty());
  const std::string watched = TempFile("watched.md", "# mine\n\n- may Microsoft use Research IP\n");
  EXPECT_EQ(Ask("watch " + watched + " --on 2030-11-15 --days 60").code, 1);
  EXPECT_EQ(Ask("watch " + watched + " --on 2030-11-15 --days 10").code, 0);
  EXPECT_EQ(Ask("watch /nowhere").code, 2);
  EXPECT_EQ(Ask("watch " + TempFile("none.md", "# nothing yet\n")).code, 2);
}

TEST(Views, LanesInFourFormats) {
  const Json lanes = Shape("timeline --assume-nothing-further", "lanes");
  EXPECT_GT(lanes["lanes"].size(), 15u);
  const Ran svg = Ask("timeline --assume-nothing-further --format svg");
  EXPECT_TRUE(svg.out.starts_with("<svg "));
  EXPECT_NE(svg.out.find("<title id=\"title\">"), std::string::npos);
  // A lane each, with its words for who cannot see it.
  size_t groups = 0;
  for (size_t at = svg.out.find("<g><title>"); at != std::string::npos;
       at = svg.out.find("<g><title>", at + 1))
    ++groups;
  EXPECT_EQ(groups, lanes["lanes"].size());
  const Ran csv = Ask("timeline --assume-nothing-further --format csv");
  EXPECT_TRUE(csv.out.starts_with("clause,question,from,through,verdict"));
  EXPECT_NE(csv.out.find("4.5,Microsoft use Research IP,2025-10-28,2030-12-31,yes"),
            std::string::npos);
}

// Two clauses that decide the same one after the other are two stretches.
TEST(Views, AnotherClauseIsAnotherStretch) {
  const Json out = Json::parse(
      Ask("when 'OpenAI buy Capacity from a Provider without first refusal' --json").out);
  ASSERT_EQ(out["segments"].size(), 4u);
  EXPECT_EQ(out["segments"][1]["clauses"], Json({"10.0"}));
  EXPECT_EQ(out["segments"][2]["clauses"], Json({"10.1"}));
  EXPECT_EQ(out["segments"][2]["through"], "2025-10-27");
  EXPECT_EQ(Json::parse(Ask("may 'OpenAI serve an API Product on AWS' --on 2020-03-01 --json")
                            .out)["holds"]["through"],
            "2025-10-27");
}

TEST(Lists, RowsFailuresAndTheWorstCode) {
  const std::string list = TempFile(
      "tenants.csv",
      "tenant,class,cloud\nAcme,Customer,AWS\n\"Bay, Ltd\",US National Security Customer,AWS\n");
  const std::string question =
      "may 'OpenAI serve an API Product on {cloud} for {tenant}' --given '{tenant} is a {class}' "
      "--on 2026-03-01 --edition V3 --each " +
      list;
  const Ran text = Ask(question);
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out,
            "NO 2.1 through 2026-04-26 · OpenAI serve an API Product on AWS for Acme\n"
            "YES 9.1 · OpenAI serve an API Product on AWS for Bay, Ltd\n"
            "1 no (2.1) · 1 yes (9.1)\n");
  // A line of JSON each.
  const Ran json = Ask(question + " --json");
  std::istringstream lines(json.out);
  std::string line;
  size_t count = 0;
  while (std::getline(lines, line)) {
    EXPECT_EQ(Wrong(Json::parse(line), Schema("answer"), "answer"), "");
    ++count;
  }
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(Ask(question + " --accept no").code, 0);
  // What is wrong with a row is said of its own name, with what to write instead.
  const std::string wrong = TempFile("wrong.csv", "tenant,class,cloud\nAcme,Custmer,AWS\nAcme\n");
  const Ran refused = Ask(
      "may 'OpenAI serve an API Product on {cloud} for {tenant}' --given '{tenant} is a {class}' "
      "--on 2026-03-01 --each " +
      wrong);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.out.find("for Acme: `Custmer`"), std::string::npos) << refused.out;
  EXPECT_NE(refused.out.find("line 3 has 1 cells, the first has 3"), std::string::npos);
  EXPECT_EQ(refused.out.find("Listed"), std::string::npos) << refused.out;
  EXPECT_EQ(Ask("may 'OpenAI serve an API Product on {nothing}' --each " + list).code, 2);
  EXPECT_EQ(Ask("may 'OpenAI serve an API Product' --each /nowhere").code, 2);
  // A thing that the record or the agreement speaks of keeps its name.
  const std::string clouds = TempFile("clouds.csv", "cloud\nAzure\nAWS\n");
  EXPECT_EQ(Ask("may 'OpenAI serve an API Product on {cloud}' --given '{cloud} is a Cloud' --on "
                "2026-03-01 --edition V3 --format line --each " +
                clouds)
                .out,
            "SILENT through 2026-04-26 · OpenAI serve an API Product on Azure\n"
            "NO 2.1 through 2026-04-26 · OpenAI serve an API Product on AWS\n");
}

TEST(Formats, SeveralAtOnceAndTheSameCode) {
  const std::string sarif = ::testing::TempDir() + "out.sarif";
  const Ran ran =
      Ask("may 'OpenAI serve an API Product on AWS' --on 2026-03-01 --edition V3 --format line "
          "--format sarif=" +
          sarif);
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "NO 2.1 through 2026-04-26 · OpenAI serve an API Product on AWS\n");
  std::ifstream in(sarif);
  const Json log = Json::parse(in);
  EXPECT_EQ(log["version"], "2.1.0");
  ASSERT_EQ(log["runs"][0]["results"].size(), 1u);
  EXPECT_EQ(log["runs"][0]["results"][0]["level"], "error");
  EXPECT_EQ(
      log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
      "agreements/microsoft-openai/october_2025.md");
  const Ran junit = Ask("may 'OpenAI serve an API Product on AWS' --on 2026-03-01 --format junit");
  EXPECT_NE(junit.out.find("tests=\"1\" failures=\"1\""), std::string::npos);
  EXPECT_EQ(Ask("may 'OpenAI make a Declaration' --format junit").out.find("<failure"),
            std::string::npos);
  EXPECT_EQ(Ask("may 'OpenAI make a Declaration' --format telegram").code, 2);
  // Verdicts that count as others; silent is 4 unless told.
  const std::string silent = "may 'OpenAI serve a Product on AWS' --on 2026-03-01";
  EXPECT_EQ(Ask(silent).code, 4);
  EXPECT_EQ(Ask(silent + " --accept silent").code, 0);
  EXPECT_EQ(Ask(silent + " --deny silent").code, 1);
  EXPECT_EQ(Ask(silent + " --accept perhaps").code, 2);
}

TEST(Open, WhatMattersMostAndWhoSettlesIt) {
  const Json open = Shape("open --from 2027-01-01 --to 2027-12-31 --edition V3", "open");
  ASSERT_GT(open["points"].size(), 5u);
  EXPECT_EQ(open["points"][0]["what"], "whether and when a Verification happens");
  for (size_t i = 1; i < open["points"].size(); ++i) {
    EXPECT_GE(open["points"][i - 1]["clauses"].size(), open["points"][i]["clauses"].size());
  }
  const Json missing = Shape(
      "missing 'Microsoft train a Training Run that uses OpenAI IP' --on 2026-03-01", "open", 3);
  std::set<std::string> what;
  for (const Json& p : missing["points"]) what.insert(p["what"].get<std::string>());
  EXPECT_TRUE(what.contains("the undisclosed figure of 7.3"));
  EXPECT_TRUE(what.contains("reading A10"));
  // Nothing is missing from what is certain.
  EXPECT_EQ(Ask("missing 'Microsoft use Consumer Hardware' --on 2026-03-01").code, 0);
}

TEST(Open, TheOtherSideArgues) {
  const Json out = Shape(
      "may 'OpenAI license a Model to a Third Party' --on 2027-03-01 --edition V3 --given "
      "'Declaration on "
      "2027-02-01' --given 'no Verification by 2027-03-01' --given 'no Achievement by 2027-03-01' "
      "--argue",
      "arguments");
  ASSERT_EQ(out["arguments"].size(), 1u);
  EXPECT_EQ(out["arguments"][0]["reading"], "A01");
  EXPECT_EQ(out["arguments"][0]["alternative"], "a Declaration");
  EXPECT_EQ(out["arguments"][0]["outcome"], "silent");
}

TEST(Open, HowFarOneMayGo) {
  const Json out = Shape(
      "limit 'Microsoft train a Training Run that uses OpenAI IP' --over Compute --on 2026-03-01 "
      "--given 'the October Run is 5e26 flop' --given 'no AGI'",
      "limit");
  ASSERT_EQ(out["intervals"].size(), 2u);
  EXPECT_EQ(out["intervals"][0]["verdict"], "yes");
  EXPECT_EQ(out["intervals"][0]["through"], "5e26 flop");
  EXPECT_TRUE(out["intervals"][0]["through_included"].get<bool>());
  EXPECT_EQ(out["intervals"][1]["verdict"], "depends");
  EXPECT_FALSE(out["intervals"][1]["from_included"].get<bool>());
  EXPECT_EQ(Ask("limit 'Microsoft use Weights' --over Compute").code, 2);
}

TEST(Open, UntilWhenAndForWhomOneMayGo) {
  const auto rows = [](const std::string& command) {
    std::map<std::string, std::string> out;
    const Json limit = Shape(command, "limit");
    for (const Json& i : limit["intervals"])
      out[i["item"].is_null() ? i["from"] : i["item"]] = i["verdict"];
    return out;
  };
  using Rows = std::map<std::string, std::string>;
  EXPECT_EQ(rows("limit 'Microsoft use Research IP' --over day --on 2026-03-15 --given 'no AGI' "
                 "--assume-nothing-further"),
            (Rows{{"2026-03-15", "yes"}, {"2031-01-01", "no"}}));
  EXPECT_EQ(
      rows("limit 'OpenAI serve a Joint Product that is an API Product on AWS' --over Customer "
           "--on 2026-03-15 --edition V3 --given 'no AGI'"),
      (Rows{{"none named", "no"},
            {"a Customer", "no"},
            {"a US National Security Customer", "yes"},
            {"a National Security Reseller", "no"}}));
  EXPECT_EQ(rows("limit 'OpenAI serve an API Product on AWS' --over Cloud --on 2026-03-15 --given "
                 "'no AGI'"),
            (Rows{{"AWS", "no"}, {"Azure", "silent"}, {"Google Cloud", "no"}}));
  const Rows who = rows("limit 'OpenAI make a Declaration' --over who --on 2026-03-15");
  EXPECT_EQ(who.at("OpenAI"), "yes");
  EXPECT_EQ(who.at("Microsoft"), "no");
  EXPECT_EQ(who.at("Group Board"), "no");
  EXPECT_EQ(Ask("limit 'OpenAI make a Declaration' --over Cloud").code, 2);
}

TEST(Audit, WhatWasForbiddenAndWhatHadNoEffect) {
  const std::string record = TempFile(
      "audited.jsonl",
      R"({"id":"e0","kind":"Thing","happened":"2026-01-01","known":"2026-01-01","fields":{"name":"Ent API","is":"API Product"}}
{"id":"e1","kind":"serve","by":"OpenAI","happened":"2026-01-10","known":"2026-01-11","fields":{"product":"Ent API","cloud":"AWS"}}
{"id":"e2","kind":"serve","by":"OpenAI","happened":"2026-01-12","known":"2026-01-12","fields":{"product":"Ent API","cloud":"Azure"}}
{"id":"e3","kind":"Declaration","by":"Microsoft","happened":"2026-02-01","known":"2026-02-01"}
{"id":"e4","kind":"serve","by":"OpenAi","happened":"2026-02-10","known":"2026-02-11","fields":{"product":"Ent API","cloud":"AWS"}}
)");
  const Json out = Shape("audit --record " + record, "audit", 1);
  ASSERT_EQ(out["entries"].size(), 3u);
  // A misspelt party is no all-clear.
  EXPECT_EQ(out["entries"][2]["finding"], "not known: `OpenAi` was declared by nobody");
  EXPECT_EQ(out["entries"][0]["entry"], "e1");
  EXPECT_EQ(out["entries"][0]["finding"], "forbidden");
  EXPECT_EQ(out["entries"][0]["clauses"], Json({"2.1"}));
  EXPECT_EQ(out["entries"][1]["entry"], "e3");
  // Readings count here too: where a declaration ends the exclusivity, e6 was allowed.
  const std::string declared = TempFile(
      "declared.jsonl",
      R"({"id":"e0","kind":"Thing","happened":"2026-01-01","known":"2026-01-01","fields":{"name":"Ent API","is":"API Product"}}
{"id":"e5","kind":"Declaration","by":"OpenAI","happened":"2026-02-01","known":"2026-02-01"}
{"id":"e6","kind":"serve","by":"OpenAI","happened":"2026-02-10","known":"2026-02-11","fields":{"product":"Ent API","cloud":"AWS"}}
{"id":"c1","kind":"Close","happened":"2026-03-01","known":"2026-03-01","fields":{"kinds":"Declaration, Verification, Rejection, Achievement","through":"2026-02-28"}}
)");
  EXPECT_EQ(Ask("audit --record " + declared).code, 1);
  EXPECT_EQ(Ask("audit --reading A01=2 --record " + declared).code, 0);
  EXPECT_EQ(Ask("audit --reading A99=2 --record " + declared).code, 2);
  EXPECT_EQ(Shape("audit --from 2026-01-11 --to 2026-01-31 --record " + record, "audit")["entries"]
                .size(),
            0u);
}

TEST(Inspect, RulesDescribeClauseExplain) {
  const Json rules = Shape("rules serve", "rules");
  // The exception stands above what it excepts from.
  EXPECT_EQ(rules["rules"][0]["clause"], "9.1");
  EXPECT_EQ(rules["rules"][0]["over"], Json({"2.1", "6.1", "6.4"}));
  EXPECT_TRUE(rules["silent_otherwise"].get<bool>());
  const Json described = Shape("describe serve", "rules");
  bool cloud = false;
  for (const Json& one : described["decides"]) {
    const std::string text = one.get<std::string>();
    cloud = cloud || text.starts_with("the Cloud: whether it is Azure");
    EXPECT_EQ(text.find("Foundation Board"), std::string::npos) << "of another act";
  }
  EXPECT_TRUE(cloud);
  EXPECT_EQ(Ask("rules searve").code, 2);
  const Json clause = Shape("clause 7.2 --on 2027-03-01", "clause");
  EXPECT_EQ(clause["prevails_over"], Json({"7.1"}));
  EXPECT_EQ(clause["norms"][0]["is"]["verdict"], "depends");
  EXPECT_EQ(Ask("clause 99.9").code, 2);
  EXPECT_NE(Ask("explain E0106").out.find("through 2032"), std::string::npos);
  EXPECT_NE(Ask("explain bare-year").out.find("E0106"), std::string::npos);
  EXPECT_GT(Ask("explain").out.size(), 500u);
  EXPECT_EQ(Ask("explain E9999").code, 2);
}

TEST(Text, EveryRowOfTheInventoryHasAPlace) {
  // Nothing of the first agreement's prose is missed, and every row is spoken of.
  const Json out = Shape("coverage", "coverage");
  std::string prose;
  for (const Json& p : out["passages"]) {
    EXPECT_NE(p["status"], "missed") << p["where"];
    prose += p["text"].get<std::string>() + "\n";
  }
  for (const auto& [letter, last] : {std::pair{'C', 40}, {'P', 14}}) {
    for (int row = 1; row <= last; ++row) {
      const std::string id = letter + std::string(row < 10 ? "0" : "") + std::to_string(row);
      EXPECT_NE(prose.find(id), std::string::npos) << id;
    }
  }
}

TEST(Answers, NameTheReadingsTheyRestOnWhereverTheyAreShown) {
  // 4.6 is there on A04 alone; when it ends, on A02 and A03.
  const Json answer =
      Json::parse(Ask("may 'Microsoft use Weights' --on 2026-03-01 --given 'no AGI' --json").out);
  EXPECT_EQ(answer["holds"]["through_readings"], Json({"A02", "A03"}));
  const Json when = Json::parse(Ask("when 'Microsoft use Weights' --edition V3 --json").out);
  EXPECT_EQ(when["segments"][2]["readings"], Json({"A04", "A02", "A03"}));
  const std::string what_if =
      Ask("whatif 'Verification on 2031-03-31' --edition V3 --reading Outer=1").out;
  EXPECT_NE(what_if.find("yes (2.4; on A26, Deadline, A01, inferred 2.4)"), std::string::npos);
  // The words of a reading are those of the clause that decides.
  const std::string weights = Ask("may 'OpenAI release Weights' --on 2025-09-01").out;
  EXPECT_NE(weights.find("A25 read as \"inferred OpenAI must not release Weights"),
            std::string::npos)
      << weights;
}

TEST(Answers, SayAFigureInALineToo) {
  EXPECT_NE(Ask("what 'the Holding Share' --on 2025-10-29 --format line")
                .out.find("DEPENDS (about 27%, between 26.5% and 27.5%) 8.2"),
            std::string::npos);
  const std::string twice = TempFile("twice.csv", "cloud,tenant,cloud\nAWS,Acme,Azure\n");
  EXPECT_EQ(Ask("may 'OpenAI serve an API Product on {cloud}' --each " + twice).code, 2);
}

TEST(Answers, NameWhatWasSupposed) {
  const std::string said =
      Ask("may 'OpenAI serve an API Product on AWS for Acme' --on 2026-03-01 --given 'Acme is a US "
          "National Security Customer'")
          .out;
  EXPECT_NE(said.find("assuming   given: Acme is a US National Security Customer"),
            std::string::npos)
      << said;
  EXPECT_NE(Ask("what 'the Remaining Commitment' --given 'the Purchases is $60bn'")
                .out.find("given: the Purchases is $60bn"),
            std::string::npos);
  // Two days, and nothing at all, are no question.
  EXPECT_EQ(Ask("may 'OpenAI make a Declaration, on 1 March 2027' --on 2026-03-01").code, 2);
  EXPECT_EQ(Ask("may 'OpenAI make a Declaration' --given ''").code, 2);
}

TEST(Answers, AreNoAnswersWhenTheyCannotBeWritten) {
  for (const char* format : {"text", "line", "json"}) {
    EXPECT_EQ(
        Ask(std::string("may 'OpenAI make a Declaration' --format ") + format + " > /dev/full")
            .code,
        2)
        << format;
  }
}

TEST(Text, WhatAFindingMeansAsJson) {
  const Json all = Shape("explain", "kinds");
  EXPECT_GE(all["kinds"].size(), 40u);
  const Json one = Shape("explain bare-year", "kinds");
  ASSERT_EQ(one["kinds"].size(), 1u);
  EXPECT_EQ(one["kinds"][0]["code"], "E0106");
}

TEST(Text, EachBlockIsReadBack) {
  const std::string said = Ask("say").out;
  for (const char* line :
       {"each Declaration stands until its Rejection", "nothing  [A18=1]",
        "Microsoft may use Research IP, until the earliest of the first Verification and the end "
        "of "
        "31 December 2030  [A03=1, A02=1]",
        "OpenAI must not release Weights that do not meet the capability criteria",
        "if no Declaration stands, despite 7.1",
        "the undisclosed figure of 7.3, above the Present Run  [A11=2]"}) {
    EXPECT_NE(said.find(line), std::string::npos) << line;
  }
}

TEST(Text, WhatProseMightMatterToAnAnswer) {
  const std::string text = TempFile("partly.md", R"(# Alder and Birch

## 1 Use

Alder may use the Work. Birch looks after the frames. What they cost is not disclosed.

```entente
party Alder, Birch
kind Work
act use (Work)
1  Alder may use a Work
2  Birch must pay Alder, within 30 days after the end of a month
```

## 2 Places

The Work may be used in Europe only.
)");
  const Ran all = Ask("coverage " + text);
  EXPECT_EQ(all.code, 1) << all.out;
  EXPECT_NE(all.out.find("missed     The Work may be used in Europe only."), std::string::npos);
  // Sentence by sentence: what a clause speaks of, what none does, what the text keeps open.
  EXPECT_NE(all.out.find("encoded    1  Alder may use the Work."), std::string::npos) << all.out;
  EXPECT_NE(all.out.find("unmatched  Birch looks after the frames."), std::string::npos);
  EXPECT_NE(all.out.find("not disclosed What they cost"), std::string::npos);
  EXPECT_NE(all.out.find("4 sentences of prose: 1 encoded, 1 missed, 1 not disclosed, 1 unmatched"),
            std::string::npos);
  const Json matters = Json::parse(Ask("coverage --for 'Alder use a Work' --json " + text).out);
  ASSERT_EQ(matters["passages"].size(), 1u);
  EXPECT_EQ(matters["passages"][0]["shares"], Json({"Work", "use"}));
  EXPECT_EQ(Ask("coverage --for 'Alder eat a Work' " + text).code, 2);
}

// `make or sell a Model` is two questions; as one it stopped every command that asks each clause.
// An amount that stands in the entries of an event is no number to vary; it crashed.
TEST(Text, TwoActsInOneSentenceAndAnAmountOfAnEvent) {
  const std::string text = "-a " ENTENTE_SOURCE_DIR "/docs/language.md ";
  for (const char* command : {"timeline ", "open ", "stages Launch ", "clause 1.7 ", "rules make "})
    EXPECT_EQ(Ask(command + text).code, 0) << command;
  const std::string lanes = Ask("timeline " + text).out;
  EXPECT_NE(lanes.find("Alder make a Model in commercial volumes"), std::string::npos);
  EXPECT_NE(lanes.find("Alder sell a Model in commercial volumes"), std::string::npos);
  EXPECT_EQ(Ask("limit 'Birch extend a Product' --over Amount " + text).code, 2);
}

TEST(Text, ReadBackFromTheProgram) {
  const Json out = Shape("say", "readback");
  std::string rules;
  for (const Json& clause : out["clauses"]) {
    if (clause["clause"]["clause"] != "2.1" || clause["clause"]["amendment"] != "V4") continue;
    for (const Json& rule : clause["rules"]) {
      rules += rule["says"].get<std::string>();
      for (const Json& when : rule["when"]) rules += "; " + when.get<std::string>();
    }
  }
  EXPECT_EQ(rules, "OpenAI may serve a Product on a Cloud");
}

TEST(Editions, EveryVersionAndWhoWroteIt) {
  const Json out = Shape("blame 3.1", "blame");
  ASSERT_EQ(out["versions"].size(), 3u);
  const Json& versions = out["versions"];
  EXPECT_EQ(versions[0]["by"], "inserted by amendment V1 of 23 January 2023");
  EXPECT_EQ(versions[0]["stretches"][0]["through"], "2025-01-20");
  EXPECT_EQ(versions[2]["by"], "replaced by amendment V3 of 28 October 2025");
  EXPECT_EQ(versions[2]["stretches"][0]["through"], nullptr);
  // The text of 2026 restates the licence: it did not extend it.
  EXPECT_EQ(versions[2]["restated_by"], Json({"V3a", "V4"}));
  // What is only reported is the text on that reading alone.
  const Json cap = Shape("blame 12.6", "blame");
  ASSERT_EQ(cap["versions"].size(), 2u);
  EXPECT_EQ(cap["versions"][0]["stretches"].size(), 2u);
  EXPECT_EQ(cap["versions"][1]["stretches"][0]["conditions"],
            Json({"V4a read as \"the report is taken for true\""}));
  EXPECT_EQ(Ask("blame 99.9").code, 2);
}

TEST(Editions, WhereTwoDiffer) {
  const Json out = Shape("diff V3 V4 --reading Outer=1", "diff");
  EXPECT_EQ(out["on"], "2026-04-27");
  EXPECT_TRUE(out["clauses"].empty());
  std::map<std::string, std::pair<std::string, std::string>> changed;
  for (const Json& c : out["outcomes"]) {
    if (c["from"] == "2026-04-27")
      changed[c["question"]] = {c["before"]["verdict"], c["after"]["verdict"]};
  }
  using Change = std::pair<std::string, std::string>;
  EXPECT_EQ(changed.at("OpenAI serve an API Product on a Cloud other than Azure"),
            (Change{"no", "yes"}));
  EXPECT_EQ(changed.at("OpenAI claim Azure Income"), (Change{"yes", "no"}));
  EXPECT_EQ(changed.at("Microsoft claim Shared Income"), (Change{"yes", "depends"}));
  // The licence stays as it was.
  EXPECT_FALSE(changed.contains("Microsoft use a Model or Product"));
  const Json words = Shape("diff V3 V4 --by words", "diff");
  EXPECT_TRUE(words["outcomes"].empty());
  std::set<std::string> gone, clauses;
  for (const Json& c : words["clauses"]) {
    clauses.insert(c["clause"]);
    if (c["change"] == "gone") gone.insert(c["clause"]);
  }
  EXPECT_EQ(gone, (std::set<std::string>{"2.2", "2.3", "2.4", "6.1", "6.2", "9.1"}));
  EXPECT_FALSE(clauses.contains("3.1"));
  EXPECT_NE(Ask("diff V3 V4 --by words").out.find("[-until Verification-] {+through 2030+}"),
            std::string::npos);
  // A draft against the text it would change, and an edition against itself.
  EXPECT_EQ(Shape("diff 1 2 -a docs/examples/lease.md", "diff")["outcomes"].size(), 2u);
  EXPECT_TRUE(Shape("diff V3 V3", "diff")["outcomes"].empty());
  EXPECT_EQ(Ask("diff V3 V9").code, 2);
  EXPECT_EQ(Ask("diff V3").code, 2);
}

TEST(Editions, AreNamedByEveryAnswer) {
  const auto answer = [](const std::string& flags) {
    return Json::parse(
        Ask("may 'Microsoft use Research IP' --on 2031-03-01 --given 'no AGI' " + flags + " --json")
            .out);
  };
  const Json now = answer("");
  EXPECT_EQ(now["amendment"], "V4");
  EXPECT_EQ(now["because"][0]["amendment"], "V3");
  EXPECT_EQ(
      now["notes"],
      Json({"4.5 is carried forward from amendment V3: V3a, V3a.2 and V4 do not speak of it"}));
  EXPECT_EQ(answer("--edition V3")["notes"], Json::array());
  EXPECT_EQ(answer("--edition V3")["amendment"], "V3");
  EXPECT_EQ(answer("--known-at 2024-01-01")["amendment"], "V1a");
  EXPECT_EQ(answer("--edition original")["amendment"], "original");
  // Without a day, the day on which the edition takes effect.
  EXPECT_EQ(Json::parse(Ask("may 'Microsoft use Weights' --edition V2 --json").out)["on"],
            "2025-01-21");
}

TEST(Editions, TheTextOfADayAsAPage) {
  const std::string page = Ask("render --on 2025-11-01").out;
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  for (const char* part :
       {"The text as it stands on 1 November 2025, edition V4", "id=\"4.5\"",
        "replaced by amendment V3 of 28 October 2025", "<summary>other wordings</summary>",
        "OpenAI may serve a Product on a Cloud"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  // Nothing of it is fetched or run, whatever the prose holds.
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("src="), std::string::npos);
  const std::string hostile = TempFile(
      "hostile.md",
      "# A & B\n\n<script>alert(1)</script>\n\n```entente\nparty A, B\nact go\n1  A may go\n```\n");
  const std::string safe = Ask("render -a " + hostile).out;
  EXPECT_EQ(safe.find("<script"), std::string::npos);
}

TEST(Powers, TheLastDayOnWhichANoticeServes) {
  const std::string alliance = "-a examples/alliance.md ";
  const Json out = Shape("powers Dialog --from 2023-04-01 --to 2023-06-30 " + alliance, "powers");
  ASSERT_EQ(out["powers"].size(), 1u);
  ASSERT_EQ(out["powers"][0]["deadlines"].size(), 1u);
  EXPECT_EQ(out["powers"][0]["deadlines"][0],
            Json::parse(R"({"last": "2023-05-10", "in_time": "2023-11-05", "late": "2024-11-05",
                            "sent": [{"channel": "in person", "last": "2023-05-10"},
                                     {"channel": "e-mail, then post or courier", "last": "2023-05-10"},
                                     {"channel": "registered post", "last": "2023-05-03"},
                                     {"channel": "courier", "last": "2023-05-08"}]})"));
  // A notice period that runs from the notice misses no day; nor does a power that only opens.
  const Json all = Shape("powers --from 2019-10-01 --to 2019-12-31 " + alliance, "powers");
  ASSERT_EQ(all["powers"].size(), 3u);
  EXPECT_EQ(all["powers"][2]["question"], "Energous give a Termination");
  EXPECT_EQ(all["powers"][2]["segments"].size(), 2u);
  EXPECT_TRUE(all["powers"][2]["deadlines"].empty());
  EXPECT_EQ(Ask("powers Nobody " + alliance).code, 2);
  // The day asked about is the last of the stretch.
  EXPECT_TRUE(Shape("powers Dialog --from 2023-05-11 --to 2023-06-30 " + alliance,
                    "powers")["powers"][0]["deadlines"]
                  .empty());
}

TEST(Views, WhatSurvivesAnEarlyEnd) {
  const Json out = Shape("whatif 'Termination by Energous on 1 June 2020' -a examples/alliance.md",
                         "comparison");
  EXPECT_EQ(out["ends"], "2020-11-27");
  ASSERT_EQ(out["survives"].size(), 1u);
  EXPECT_EQ(out["survives"][0]["clause"], "13");
  EXPECT_EQ(out["survives"][0]["is"]["verdict"], "no");
  // Without the power it ends nothing.
  const Json void_notice =
      Shape("whatif 'Termination by Dialog on 1 June 2020' -a examples/alliance.md", "comparison");
  EXPECT_EQ(void_notice["ends"], nullptr);
  EXPECT_TRUE(void_notice["survives"].empty());
}

// The notice given on the first day on which something was overdue counted for the answer and not
// for what would change it, so that any event seemed to.
TEST(Why, WhatIsGivenCountsForFlipsAsForTheAnswer) {
  const std::string text = TempFile("flips.md", R"(# A

```entente
effective 1 January 2026
party Alder, Birch
event Flood, Order
kind Flour
act deliver (Flour)
act use (Flour)
notice Default Notice
2.5  upon an Order, Alder must deliver Flour, within 5 days after that Order
2.3  Birch may give a Default Notice, if 2.5 is overdue
2.4  Birch may use Flour, if a Default Notice has happened
```
)");
  const Json answer =
      Shape("why 'Birch use Flour' -a " + text +
                " --on 2026-05-10 --assume-nothing-further --given 'Order on 2 March 2026'"
                " --given 'Default Notice by Birch on 8 March 2026'",
            "answer");
  EXPECT_EQ(answer["verdict"], "yes");
  ASSERT_EQ(answer["flips"].size(), 1u) << answer["flips"];
  EXPECT_EQ(answer["flips"][0]["change"], "asked up to 7 March 2026");
}

// An e-mail that nothing followed, a courier a day late, one in time, and one without the power.
TEST(Notices, WhetherOneWasGivenWithPowerAndInTime) {
  const std::string of = " -a examples/alliance.md --record examples/alliance.jsonl";
  const Json never = Shape("notice check 41" + of, "notice", 1);
  EXPECT_EQ(never["given"], nullptr);
  EXPECT_EQ(never["channel"], "e-mail");
  EXPECT_EQ(never["channels"].size(), 4u);
  const Json without_power = Shape("notice check 42" + of, "notice", 1);
  EXPECT_EQ(without_power["given"], "2023-05-10");
  EXPECT_EQ(without_power["power"], "no");
  EXPECT_EQ(without_power["ends_with"], without_power["ends_without"]);
  const Json late = Shape("notice check 43" + of, "notice");
  EXPECT_EQ(late["given"], "2023-05-11");
  EXPECT_EQ(late["power"], "yes");
  EXPECT_EQ(late["because"][0]["clause"], "15.1(b)");
  EXPECT_EQ(late["ends_with"], "2024-11-05");
  EXPECT_EQ(late["missed"]["last"], "2023-05-10");
  EXPECT_EQ(late["missed"]["in_time"], "2023-11-05");
  EXPECT_EQ(late["missed"]["sent"][3]["last"], "2023-05-08");
  EXPECT_EQ(Ask("notice check 44" + of).code, 2);
  // Ninety days after the last day it is still said, later no more.
  const std::string late_ones =
      TempFile("late.jsonl",
               R"({"id": "1", "kind": "Non-Renewal", "by": "Dialog", "known": "2023-08-08"}
{"id": "2", "kind": "Non-Renewal", "by": "Dialog", "known": "2023-08-09"}
)");
  const std::string of_late = " -a examples/alliance.md --record " + late_ones;
  EXPECT_EQ(Shape("notice check 1" + of_late, "notice")["missed"]["last"], "2023-05-10");
  EXPECT_EQ(Shape("notice check 2" + of_late, "notice")["missed"], nullptr);
  const Json answer = Shape("is \"a Non-Renewal has happened\" --on 2023-05-12" + of, "answer");
  EXPECT_EQ(answer["notes"].size(), 3u) << answer["notes"];
}

// The deadline of one renewal hid behind that of the next, a year apart.
TEST(Powers, EachDeadlineOfSeveral) {
  const std::string text = TempFile("yearly.md", R"(# A and B

```entente
effective 1 January 2026
party Alder, Birch
kind Goods
act ship (Goods)
notice Non-Renewal, Termination
2.1  term 1 year from 1 January 2026, then 1 year at a time
2.2  no later term starts, if a Non-Renewal has happened at least 60 days before its start
2.3  Alder or Birch may make a Non-Renewal
2.4  Alder may give a Termination, after 1 March 2027
2.5  the term ends on a Termination
```
)");
  const Json out = Shape("powers Alder --from 2026-06-01 --to 2028-06-01 -a " + text, "powers");
  std::vector<std::string> last;
  for (const Json& d : out["powers"][0]["deadlines"]) last.push_back(d["last"]);
  EXPECT_EQ(last, (std::vector<std::string>{"2026-11-02", "2027-11-02"}));
  EXPECT_EQ(Ask("powers --from 2026-01-01 --to 2029-01-05 -a " + text).code, 0);
  EXPECT_EQ(Ask("powers --from 2026-01-01 --to 2029-01-06 -a " + text).code, 2);
  // From the day on which a power opens it is open whether it was used; `when` said yes.
  const Json when =
      Json::parse(Ask("when 'is the agreement is in force' --json -a " + text).out)["segments"];
  EXPECT_EQ(when.back()["verdict"], "depends");
}

// A clause that is no longer the text was shown as if it were; a page left out what nobody amended.
TEST(Editions, WhatIsNotTheTextIsNotShownAsIt) {
  EXPECT_FALSE(Shape("clause 2.2 --on 2026-05-01", "clause")["in_force"].get<bool>());
  EXPECT_TRUE(Shape("clause 2.2 --on 2026-04-01", "clause")["in_force"].get<bool>());
  EXPECT_NE(Ask("render -a docs/examples/workshop.md").out.find("id=\"3.2\""), std::string::npos);
}

// A hundred renewals or instances to come are no reason to leave the present undecided.
TEST(Powers, WhatIsOverdueNowIsToldThoughMuchIsOpenLater) {
  const std::string workshop =
      "may 'Alder give a Default Notice' -a docs/examples/workshop.md --record "
      "docs/examples/workshop.jsonl --on 2026-07-05 --known-at ";
  EXPECT_EQ(Ask(workshop + "2026-07-06").code, 0);
  EXPECT_EQ(Ask(workshop + "2026-08-03").code, 1);
}

TEST(Owed, EachInstanceAndHowItStands) {
  const std::string supply =
      "owed -a docs/examples/supply.md --record docs/examples/supply.jsonl --on 2026-04-08";
  const auto states = [&](const std::string& more, int code) {
    std::vector<std::string> out;
    const Json list = Shape(supply + more, "owed", code);
    for (const Json& o : list["owed"])
      out.push_back(o["clause"]["clause"].get<std::string>() + " " + o["state"].get<std::string>());
    return out;
  };
  using List = std::vector<std::string>;
  // By due day; what was done since the first of the days named, else only what is open.
  EXPECT_EQ(states(" --from 2026-01-01", 1), List({"1.2 fulfilled", "1.2 overdue", "1.1 late"}));
  EXPECT_EQ(states(" --from 2026-03-01", 1), List({"1.2 overdue", "1.1 late"}));
  EXPECT_EQ(states("", 1), List({"1.2 overdue"}));
  EXPECT_EQ(states(" Birch", 1), List({"1.2 overdue"}));
  EXPECT_EQ(states(" Alder", 0), List());
  EXPECT_EQ(states(" --given 'Birch ship the Bolts on 12 March 2026' --from 2026-01-01", 0),
            List({"1.2 fulfilled", "1.2 fulfilled", "1.1 late"}));
  EXPECT_EQ(states(" --given 'Birch ship the Bolts on 13 March 2026' --from 2026-01-01", 0),
            List({"1.2 fulfilled", "1.2 late", "1.1 late"}));
  EXPECT_EQ(Ask(supply + " Cedar").code, 2);
  // As it was known and as it stood earlier.
  const std::string earlier =
      "owed -a docs/examples/supply.md --record docs/examples/supply.jsonl --on ";
  EXPECT_EQ(Ask(earlier + "2026-03-12").code, 0);
  EXPECT_EQ(Ask(earlier + "2026-03-13").code, 1);
  EXPECT_TRUE(Ask(earlier + "2026-02-15").out.find("pending    1.2") != std::string::npos);
  EXPECT_TRUE(Ask(earlier + "2026-04-08 --known-at 2026-04-01").out.find("overdue    1.1") !=
              std::string::npos);
  const std::string csv = Ask(supply + " --format csv").out;
  EXPECT_EQ(csv,
            "state,due,due_says,who,clause,says,arose,entry,done,done_by,readings,to,amount,part\n"
            "overdue,2026-03-12,,Birch,1.2,Birch must ship Goods,2026-02-10,r2,,,,,,\n");
}

// What is owed in parts, what was released, what is suspended, and to whom.
TEST(Owed, PartsReleasesAndSuspensions) {
  const std::string path = TempFile("parts.md", R"(```entente
effective 1 January 2026
party Alder, Birch
act pay, to (Party)
act deliver, to (Party)
notice Release
event Stoppage; Resumption, of Stoppage
number Sum of (pay), USD
1.1  Alder must pay $100 to Birch, in each calendar quarter
1.2  Birch must deliver to Alder, in each calendar quarter
1.3  Alder may give a Release
1.4  a Release discharges 1.2
1.5  a Stoppage stands until its Resumption
1.6  1.2 is suspended, while a Stoppage stands
```
)");
  const std::string ask =
      "owed -a " + path +
      " --on 2026-07-05 --from 2026-01-01 --given 'Alder pay to Birch with a Sum of $60 on 31 "
      "March 2026' --given 'Alder pay to Birch with a Sum of $90 on 20 April 2026' --given "
      "'Release by "
      "Alder on 2 February 2026'";
  const auto rows = [&](const std::string& more) {
    std::vector<std::string> out;
    const Json list = Shape(ask + more, "owed", 1);
    for (const Json& o : list["owed"]) {
      out.push_back(o["clause"]["clause"].get<std::string>() + " " + o["state"].get<std::string>() +
                    " to " + o["to"].get<std::string>() + " " + o["amount"].get<std::string>() +
                    " " + o["part"].get<std::string>());
    }
    return out;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(rows(""), List({"1.1 late to Birch $100 ", "1.2 discharged to Alder  ",
                            "1.1 overdue to Birch $100 $50", "1.2 overdue to Alder  ",
                            "1.1 pending to Birch $100 ", "1.2 pending to Alder  "}));
  EXPECT_EQ(
      rows(" --given 'Stoppage by Birch on 1 July 2026'"),
      List({"1.1 late to Birch $100 ", "1.2 discharged to Alder  ", "1.1 overdue to Birch $100 $50",
            "1.2 suspended to Alder  ", "1.1 pending to Birch $100 ", "1.2 suspended to Alder  "}));
}

// An instance of nothing was overdue for good; the calendar file left out how much.
TEST(Owed, NothingIsOwedOfNothing) {
  const std::string path = TempFile("nothing.md", R"(```entente
effective 1 January 2026
party Alder, Birch
act pay, to (Party)
event Invoice
number Sum of (pay), USD
number Total of (Invoice), USD
1.1  Alder must pay the Total of that Invoice to Birch, within 30 days after an Invoice
```
)");
  const std::string ask = "owed -a " + path +
                          " --from 2026-01-01 --on 2026-03-01 --given 'Invoice with a Total of $0 "
                          "on 2 January 2026'";
  const Json none = Shape(ask, "owed", 0);
  EXPECT_EQ(none["owed"][0]["state"], "fulfilled");
  const std::string ics =
      Ask(ask + " --given 'Invoice with a Total of $70 on 20 February 2026' --format ics").out;
  EXPECT_NE(ics.find("an Invoice: $70 (pending)"), std::string::npos) << ics;
}

// A duty that survives was left out of what survives; the silence that changes an answer was "the
// date".
TEST(Silence, IsACauseAndEndsATerm) {
  const std::string path = TempFile("silent.md", R"(```entente
effective 1 January 2026
party Alder, Birch
act ship
act answer
notice Offer; Refusal, of Offer
notice Termination
1.1  Alder may give an Offer
1.2  silence of Birch for 10 days after an Offer counts as a Refusal of that Offer
1.3  Alder may ship, if a Refusal has happened
1.4  Birch must answer, by 1 March 2026
1.5  either Party may give a Termination
1.6  the term ends on a Termination
survive 1.4
```
)");
  const std::string offer = " --given 'Offer by Alder on 1 February 2026' -a " + path;
  EXPECT_NE(Ask("ahead --on 2026-02-02 --days 20" + offer)
                .out.find("the silence of Birch counts as a Refusal"),
            std::string::npos);
  const Json ends = Shape("whatif 'Termination by Alder on 2026-02-01' -a " + path, "comparison");
  ASSERT_EQ(ends["survives"].size(), 1u);
  EXPECT_EQ(ends["survives"][0]["clause"], "1.4");
}

TEST(When, SaysHowFarWhatRecursWasLookedAt) {
  const Json out = Shape("when 'is the agreement is in force' -a examples/alliance.md", "timeline");
  EXPECT_EQ(out["scheduled_through"], "2033-11-06");
  EXPECT_TRUE(Shape("when 'Microsoft use Weights'", "timeline")["scheduled_through"].is_null());
}

// RFC 5545: lines of at most 75 bytes that end in CR LF, and the last day as a day of its own.
TEST(Owed, ACalendarOfWhatIsStillToBeDone) {
  const std::string ics =
      Ask("owed -a docs/examples/supply.md --record docs/examples/supply.jsonl --on 2026-02-15 "
          "--format ics")
          .out;
  EXPECT_TRUE(ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")) << ics;
  EXPECT_TRUE(ics.ends_with("END:VCALENDAR\r\n"));
  EXPECT_NE(ics.find("UID:clause-1.2-2026-02-01-r1@entente\r\n"), std::string::npos) << ics;
  EXPECT_NE(ics.find("DTSTART;VALUE=DATE:20260303\r\nDTEND;VALUE=DATE:20260304\r\n"),
            std::string::npos);
  EXPECT_NE(ics.find("upon a Request\\, Birch"), std::string::npos);
  size_t at = 0;
  for (size_t end; (end = ics.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, 75u) << ics.substr(at, end - at);
  EXPECT_EQ(at, ics.size());
}

TEST(Owed, WithoutADayAndOnAReading) {
  const std::string path = TempFile("owed.md", R"(```entente
effective 1 January 2026
party Alder, Birch
act answer
event Request
1  Birch must promptly answer
2  Alder must answer, within [undisclosed days] after a Request
3  Birch must answer, within {D: 10 days | 20 days} after a Request
4  Birch must pay Alder $5, by 1 March 2026
```
)");
  const Json out =
      Shape("owed -a " + path + " --on 2026-03-20 --given 'Request on 4 March 2026'", "owed", 1);
  ASSERT_EQ(out["owed"].size(), 3u);
  EXPECT_EQ(out["owed"][0]["state"], "overdue");
  EXPECT_EQ(out["owed"][0]["due"], "2026-03-14");
  EXPECT_EQ(out["owed"][0]["readings"], Json({"D"}));
  EXPECT_EQ(out["owed"][1]["state"], "pending");
  EXPECT_EQ(out["owed"][1]["due_says"], "promptly, which somebody must judge");
  EXPECT_EQ(out["owed"][2]["state"], "undecided");
  EXPECT_EQ(out["owed"][2]["due_says"], "a day that is not disclosed");
  EXPECT_EQ(out["notes"], Json({"4 is read and not evaluated: what it asks is not listed"}));
  EXPECT_EQ(Ask("is '4 is overdue' -a " + path).code, 2);
}

// What was done with something nobody declared performed nothing, and nothing said so.
TEST(Owed, ActsThatCountForNothing) {
  const std::string record =
      TempFile("shipped.jsonl",
               R"({"id": "r1", "kind": "Request", "happened": "2026-02-01", "known": "2026-02-01"}
{"id": "g1", "kind": "ship", "by": "Birch", "known": "2026-02-20", "fields": {"goods": "Bolt"}}
{"id": "g2", "kind": "ship", "known": "2026-02-21", "fields": {"goods": "Bolts"}}
)");
  const Json out = Shape(
      "owed Birch -a docs/examples/supply.md --on 2026-03-04 --to 2026-03-10 "
      "--record " +
          record,
      "owed", 1);
  ASSERT_EQ(out["owed"].size(), 1u);  // what falls due later is left out
  EXPECT_EQ(out["owed"][0]["state"], "overdue");
  EXPECT_EQ(out["notes"],
            Json({"entry g1 (ship) names `Bolt`, which nobody declared: it performs nothing that "
                  "asks what it is",
                  "entry g2 (ship) does not say by whom: it performs nothing"}));
}

TEST(Format, SetsBlocksAndNothingElse) {
  const std::string path = TempFile("unset.md", R"(# t

prose   stays

```entente


party Alder,   Birch
kind Work
act use (Work)
1 Alder   shall not use a Work,
  until  1 January 2031


10.2(a)   Alder may use   a Work, despite 1
# why  so
ask may Alder use a Work
expect yes

```
)");
  EXPECT_EQ(Ask("fmt --check " + path).code, 1);
  EXPECT_EQ(Ask("fmt " + path).code, 0);
  std::ifstream in(path);
  const std::string set((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(set, R"(# t

prose   stays

```entente
party Alder, Birch
kind Work
act use (Work)
1       Alder must not use a Work,
        until 1 January 2031

10.2(a) Alder may use a Work, despite 1
# why  so
ask may Alder use a Work
expect yes
```
)");
  EXPECT_EQ(Ask("fmt --check " + path).code, 0);
  // The agreements of the project are set.
  EXPECT_EQ(Ask("fmt --check agreements/microsoft-openai").code, 0);
  EXPECT_EQ(Ask("fmt /nowhere").code, 2);
}

// A clause number takes in `(b)` and nothing longer: `t1(` and a line further `)b3` were one word
// with the end of the line in it, which setting the blanks anew changed.
TEST(Format, ABracketOverLinesIsNoClauseNumber) {
  const std::string path = TempFile(
      "bracket.md", "```entente\nkind Product, Part t1(\n )b3 of one\n2  Part shall use\n```\n");
  EXPECT_EQ(Ask("fmt " + path).code, 0);
}

// One stop of several went each time it was set.
TEST(Format, EveryStopBehindASentenceGoesAtOnce) {
  const std::string path = TempFile(
      "stops.md",
      "```entente\nparty Alder, Birch... .\n# why \r \n3. \r \n```...\n1  Alder shall use\n```\n");
  EXPECT_EQ(Ask("fmt " + path).code, 0);
  EXPECT_EQ(Ask("fmt --check " + path).code, 0);
}

TEST(Format, ANumberAloneAndAnAmountInFront) {
  const std::string path = TempFile(
      "alone.md", "```entente\nparty Alder, Birch\n10.2(a) x\n2\n€  5\nact pay $\t5\n```\n");
  EXPECT_EQ(Ask("fmt " + path).code, 0);
  std::ifstream in(path);
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(in)), {}),
            "```entente\nparty Alder, Birch\n10.2(a) x\n2\n€ 5\nact pay $ 5\n```\n");
}

// Without the carriage return in front the line went on with the sentence before.
TEST(Format, ABarBehindACarriageReturnIsNoRow) {
  const std::string path = TempFile("bar.md", "```entente\nparty Alder, Birch\n\r||\n oc\n\n```\n");
  EXPECT_EQ(Ask("fmt " + path).code, 0);
}

TEST(Review, WhatChangedSinceItWasConfirmed) {
  const std::string text =
      "# t\n\n## 1 Use\n\nAlder may use Works.\n\n```entente\nparty Alder\nkind Work\nact use "
      "(Work)\n1.1  "
      "Alder may use a Work\n```\n\n## 2 Rest\n\nNot copies.\n\n```entente\nact copy (Work)\n2.1  "
      "Alder must "
      "not copy a Work\n```\n";
  const std::string path = TempFile("reviewed.md", text);
  const auto states = [&] {
    std::vector<std::string> out;
    const Json json = Json::parse(Ask("review --json " + path).out);
    EXPECT_EQ(Wrong(json, Schema("review"), "review"), "");
    for (const Json& block : json["blocks"]) out.push_back(block["state"]);
    return out;
  };
  const auto edit = [&](const std::string& from, const std::string& to) {
    std::ifstream in(path);
    std::string now((std::istreambuf_iterator<char>(in)), {});
    now.replace(now.find(from), from.size(), to);
    std::ofstream(path) << now;
  };
  using States = std::vector<std::string>;
  EXPECT_EQ(states(), (States{"never confirmed", "never confirmed"}));
  EXPECT_EQ(Ask("review --confirm 1.1 " + path).code, 0);
  EXPECT_EQ(states(), (States{"confirmed", "never confirmed"}));
  EXPECT_EQ(Ask("review --confirm-all " + path).code, 0);
  EXPECT_EQ(Ask("review " + path).code, 0);
  // Blanks do not count, words do.
  edit("Alder may use Works.", "Alder may\nuse  Works.");
  EXPECT_EQ(states(), (States{"confirmed", "confirmed"}));
  edit("use  Works.", "use all Works.");
  edit("must not copy", "may copy");
  EXPECT_EQ(states(), (States{"prose changed", "block changed"}));
  EXPECT_EQ(Ask("review " + path).code, 1);
  EXPECT_EQ(Ask("review --confirm 9.9 " + path).code, 2);
}

TEST(Starters, EachIsSoundAndSet) {
  std::istringstream list(Ask("new list").out);
  std::string line;
  size_t count = 0;
  while (std::getline(list, line)) {
    const std::string category = line.substr(0, line.find(' '));
    const std::string path = TempFile("starter.md", Ask("new " + category).out);
    const Json findings = Json::parse(Ask("check --json " + path).out);
    EXPECT_TRUE(findings["findings"].empty()) << category << findings;
    EXPECT_EQ(Ask("test " + path).code, 0) << category;
    EXPECT_EQ(Ask("fmt --check " + path).code, 0) << category;
    ++count;
  }
  EXPECT_GE(count, 7u);
  EXPECT_EQ(Ask("new nonsense").code, 2);
}

TEST(Manual, NamesEveryCommand) {
  const std::string help = Ask("--help").out;
  const std::string man = Ask("man").out;
  const std::string bash = Ask("completion bash").out;
  for (const char* command :
       {"may",    "is",         "what",     "when",    "why",    "whatif",  "stages", "ahead",
        "watch",  "timeline",   "open",     "missing", "limit",  "audit",   "rules",  "describe",
        "clause", "explain",    "coverage", "say",     "fmt",    "review",  "new",    "check",
        "test",   "completion", "man",      "version", "ledger", "declare", "replay"}) {
    EXPECT_NE(man.find(std::string(".SS ") + command + "\n"), std::string::npos) << command;
    EXPECT_NE(bash.find(std::string("    ") + command + ") "), std::string::npos) << command;
    EXPECT_NE(help.find(command), std::string::npos) << command;
  }
  EXPECT_EQ(Ask("completion zsh").out.find("#compdef entente"), 0u);
  EXPECT_EQ(Ask("completion fish").code, 0);
  EXPECT_EQ(Ask("completion tcsh").code, 2);
}

// `a Seat may make …` gives each seat the power, and was said to give Ada none.
TEST(Powers, OfAKindAreThoseOfEachOfIt) {
  const Ran ran = Ask("powers Ada -a docs/examples/panel.md --from 2026-02-01 --to 2026-02-10");
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("Ada make an Acceptance"), std::string::npos) << ran.out;
  EXPECT_EQ(Ask("powers Hal -a docs/examples/panel.md").code, 2);
}

// The commands of the tutorials run in a folder of their own, one after the other, and say what is
// shown.
class Tutorial : public ::testing::TestWithParam<const char*> {};

TEST_P(Tutorial, SaysWhatHappens) {
  const std::string folder = ::testing::TempDir() + "entente_" + GetParam();
  entente::tests::Shell("mkdir -p '" + folder + "' && rm -rf '" + folder +
                        "'/* && cp " ENTENTE_SOURCE_DIR
                        "/docs/examples/workshop.* " ENTENTE_SOURCE_DIR
                        "/docs/examples/steel.* " ENTENTE_SOURCE_DIR
                        "/docs/examples/panel.md " ENTENTE_SOURCE_DIR "/docs/examples/sealed.md '" +
                        folder + "'");
  std::ifstream in(ENTENTE_SOURCE_DIR "/docs/" + std::string(GetParam()) + ".md");
  std::string line, out, command;
  size_t ran = 0, compared = 0;
  while (std::getline(in, line)) {
    if (line.starts_with("    $ ")) {
      command = line.substr(6);
      const Ran result = entente::tests::Shell(
          "cd '" + folder + "' && PATH=$(dirname " ENTENTE_PROGRAM "):$PATH && { " + command +
          "; } 2>&1");
      EXPECT_NE(result.code, 127) << command;
      out = "\n" + result.out;
      ++ran;
    } else if (line.starts_with("    ") && !command.empty()) {
      EXPECT_NE(out.find("\n" + line.substr(4)), std::string::npos) << command << "\n"
                                                                    << line << "\n"
                                                                    << out;
      ++compared;
    } else {
      command.clear();
    }
  }
  EXPECT_GE(ran, 13u);
  EXPECT_GE(compared, 20u);
}

INSTANTIATE_TEST_SUITE_P(All, Tutorial,
                         ::testing::Values("tutorial", "tutorial_two_years", "tutorial_ledger",
                                           "tutorial_panel"));

// Every command of docs/questions.md can be asked, and the sixty are all there.
TEST(Questions, WhatIsSaidToAnswerDoes) {
  std::ifstream in(ENTENTE_SOURCE_DIR "/docs/questions.md");
  std::string line;
  size_t rows = 0, asked = 0;
  while (std::getline(in, line)) {
    if (line.size() < 4 || line[0] != '|' ||
        std::string_view("LEF").find(line[2]) == std::string_view::npos)
      continue;
    ++rows;
    const size_t begin = line.find("`entente ");
    if (begin == std::string::npos) {
      EXPECT_NE(line.find("| later: "), std::string::npos) << line;
      continue;
    }
    const size_t end = line.find('`', begin + 1);
    const std::string command = line.substr(begin + 9, end - begin - 9);
    // In single quotes a shell leaves $ and { alone.
    std::string quoted = command;
    std::replace(quoted.begin(), quoted.end(), '"', '\'');
    const Ran ran = Ask(quoted);
    EXPECT_NE(ran.code, 2) << command;
    EXPECT_FALSE(ran.out.empty()) << command;
    ++asked;
  }
  EXPECT_EQ(rows, 60u);
  EXPECT_GE(asked, 35u);
}

}  // namespace
