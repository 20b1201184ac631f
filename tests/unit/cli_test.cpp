// The program as a shell sees it: first word, exit code, JSON shapes.

#include <gtest/gtest.h>

#include <fstream>

#include "program.h"

namespace {

using entente::tests::Ask;
using entente::tests::Json;
using entente::tests::Ran;
using entente::tests::Schema;
using entente::tests::TempFile;
using entente::tests::Wrong;

struct Row {
  std::string arguments;
  int code;
  std::string first_word;
};

class Verdict : public ::testing::TestWithParam<Row> {};

TEST_P(Verdict, FirstWordExitCodeAndJson) {
  const Row& row = GetParam();
  const Ran text = Ask(row.arguments);
  EXPECT_EQ(text.code, row.code) << row.arguments << "\n" << text.out;
  EXPECT_TRUE(text.out.starts_with(row.first_word)) << text.out;
  // Off a terminal there are no colours.
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos);
  const Ran json = Ask(row.arguments + " --json");
  EXPECT_EQ(json.code, row.code);
  EXPECT_EQ(Wrong(Json::parse(json.out), Schema("answer"), "answer"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Cli, Verdict,
    ::testing::Values(
        Row{"may 'OpenAI serve an API Product on AWS for a US National Security Customer' --on "
            "2026-03-01",
            0, "yes"},
        Row{"may 'OpenAI serve an API Product on AWS' --on 2026-03-01", 1, "no"},
        Row{"may 'OpenAI develop a Product with a Third Party' --on 2026-03-01", 3, "depends"},
        Row{"may 'OpenAI serve a Product on AWS' --on 2026-03-01", 4, "silent"},
        Row{"may 'Microsoft use Weights that are a Model made on 1 January 2030 and that is not "
            "meant only for internal use or "
            "research and that does not have appropriate safety guardrails, given Declaration on 1 "
            "March 2029, given Verification "
            "on 1 April 2029' --on 2031-03-01",
            5, "conflict"},
        Row{"what 'the Threshold' --on 2026-03-01", 3, "depends"},
        Row{"is 'AGI has happened' --on 2026-03-01", 1, "no"},
        Row{"why 'OpenAI serve an API Product on AWS' --on 2026-03-01 --depth tree", 1, "no"},
        Row{"may 'OpenAI make a Declaration' --on 2026-03-01", 0, "yes"}));

TEST(Cli, CouldNotAskIsTwo) {
  for (const char* arguments :
       {"may", "may 'OpenAI make a Declaration' --json --format csv", "frobnicate",
        "may 'OpenAI serve a Produkt'", "may 'OpenAI serve a Product' --on 2026-02-30",
        "may 'OpenAI serve a Product' -a /nowhere",
        "may 'OpenAI serve a Product' --record /nowhere",
        "may 'OpenAI serve a Product' --reading A99=1",
        "may 'OpenAI serve a Product' --given 'a miracle'", "may ''",
        "may 'OpenAI serve a Product' -a README.md"}) {
    EXPECT_EQ(Ask(arguments).code, 2) << arguments;
  }
  const Ran json = Ask("may 'OpenAI serve a Produkt' --json");
  EXPECT_EQ(json.code, 2);
  EXPECT_EQ(Wrong(Json::parse(json.out), Schema("findings"), "findings"), "");
}

TEST(Cli, WhenCheckAndTest) {
  const Ran when =
      Ask("when 'Microsoft use Research IP' --edition V3 --assume-nothing-further --json");
  EXPECT_EQ(when.code, 0);
  const Json segments = Json::parse(when.out);
  EXPECT_EQ(Wrong(segments, Schema("timeline"), "timeline"), "");
  // Silent, yes under the text of January 2025, then under that of October to the end of 2030, no.
  ASSERT_EQ(segments["segments"].size(), 4u);
  EXPECT_EQ(segments["segments"][1]["from"], "2025-01-21");
  EXPECT_EQ(segments["segments"][1]["clauses"], Json({"3.1"}));
  EXPECT_EQ(segments["segments"][2]["from"], "2025-10-28");
  EXPECT_EQ(segments["segments"][2]["through"], "2030-12-31");
  EXPECT_EQ(segments["segments"][2]["verdict"], "yes");
  EXPECT_EQ(segments["segments"][3]["verdict"], "no");
  const Ran check = Ask("check --json");
  EXPECT_EQ(check.code, 0);
  EXPECT_EQ(Wrong(Json::parse(check.out), Schema("findings"), "findings"), "");
  const Ran test = Ask("test --json");
  EXPECT_EQ(test.code, 0);
  EXPECT_EQ(Wrong(Json::parse(test.out), Schema("tests"), "tests"), "");
  // An agreement with a failing test fails the process.
  EXPECT_EQ(Ask("test tests/language/question/fail_wrong_answer.md").code, 1);
  EXPECT_EQ(Ask("check tests/language/words/fail_may_not.md").code, 1);
  EXPECT_EQ(Ask("version").code, 0);
  EXPECT_TRUE(Ask("--help").out.find("entente may \"OpenAI") < 80);
}

TEST(Cli, ARejectedReadingAndAnOpenOne) {
  const std::string asked =
      "may 'OpenAI license a Model to a Third Party' --edition V3 --on 2027-03-01 --given "
      "'Declaration on 1 "
      "February 2027' "
      "--given 'no Verification by 1 March 2027' --given 'no Achievement by 1 March 2027'";
  EXPECT_TRUE(Ask(asked).out.find("on our reading A01") != std::string::npos);
  const Ran open = Ask(asked + " --reading A01=open");
  EXPECT_EQ(open.code, 3);
  EXPECT_TRUE(open.out.find("no if A01 read as \"a Verification\"") != std::string::npos)
      << open.out;
  EXPECT_TRUE(open.out.find("silent if A01 read as \"a Declaration\"") != std::string::npos)
      << open.out;
}

// A question about a notice that does not say which other it is about: the last on record or given,
// else one that may come. It was about none, so nothing on record counted. And a closing mark later
// than any other date of the agreement was taken for the end of all events.
TEST(Cli, ANoticeAboutAnother) {
  const std::string text = TempFile("notice.md", R"(```entente
party Alder, Birch
notice Declaration; Verification, of Declaration
notice Order Notice; Refusal, of Order Notice
1  Alder may make a Declaration
2  Birch may make a Verification of a Declaration, within 30 days after that Declaration
3  Alder may make an Order Notice
4  Birch may make a Refusal of an Order Notice, within 30 days after that Order Notice
```
)");
  const std::string record = TempFile(
      "notice.jsonl",
      R"({"id": "m", "kind": "Close", "known": "2026-03-01", "fields": {"kinds": "Declaration", "through": "2026-02-28"}}
{"id": "d", "kind": "Declaration", "by": "Alder", "happened": "2026-03-10", "known": "2026-03-20"}
{"id": "o", "kind": "order-notice", "by": "Alder", "happened": "2026-05-10", "known": "2026-05-10"}
{"id": "n", "kind": "Close", "known": "2026-08-01", "fields": {"kinds": "Declaration", "through": "2026-07-31"}}
)");
  const auto asked = [&](const std::string& more) {
    return Ask("may 'Birch make a Verification' -a " + text + more).code;
  };
  const std::string on_record = " --record " + record;
  EXPECT_EQ(asked(on_record + " --on 2026-02-01"), 1);
  EXPECT_EQ(asked(on_record + " --on 2026-04-01"), 0);
  EXPECT_EQ(asked(on_record + " --on 2026-04-01 --known-at 2026-03-15"), 3);
  EXPECT_EQ(asked(on_record + " --on 2026-06-01"), 1);
  // A record writes a name of two words with a dash.
  EXPECT_EQ(Ask("may 'Birch make a Refusal' -a " + text + on_record + " --on 2026-06-01").code, 0);
  EXPECT_EQ(Ask("may 'Birch make a Refusal' -a " + text + on_record + " --on 2026-07-01").code, 1);
  // What is given is one entry, whatever else may have happened.
  const std::string given = " --given 'Declaration on 20 June 2026'";
  EXPECT_EQ(asked(on_record + given + " --on 2026-07-01"), 0);
  EXPECT_EQ(asked(given + " --on 2026-07-01"), 0);
  EXPECT_EQ(asked(given + " --on 2026-08-01"), 1);
  EXPECT_EQ(asked(" --on 2026-07-01"), 3);
}

// What a thing was before anyone recorded it was answered with silence.
TEST(Cli, AThingNotYetOnRecord) {
  const std::string record = TempFile(
      "acme.jsonl", R"({"id": "t", "kind": "Thing", "known": "2026-05-01", )"
                    R"("fields": {"name": "Acme", "is": "US National Security Customer"}})");
  const auto asked = [&](const std::string& more) {
    return Ask("may 'OpenAI serve an API Product on AWS for Acme' --on 2026-06-01 --record " +
               record + more)
        .code;
  };
  EXPECT_EQ(asked(""), 0);
  EXPECT_EQ(asked(" --known-at 2026-04-30"), 2);
  EXPECT_EQ(asked(" --known-at 2026-05-01"), 0);
  EXPECT_EQ(asked(" --known-at 2026-04-30 --given 'Acme is a US National Security Customer'"), 0);
}

// What the parties settled stands against a reading that is asked for, and the answer says so.
TEST(Cli, AReadingThatIsSettled) {
  const std::string record =
      TempFile("settled.jsonl", R"({"id": "s", "kind": "Settle", "known": "2026-05-01", )"
                                R"("fields": {"reading": "A01", "as": "2"}})");
  const auto noted = [&](const std::string& alternative) {
    return Ask("is 'AGI has happened' --on 2027-03-01 --record " + record +
               " --reading A01=" + alternative)
               .out.find("is settled by entry s and was not taken as asked") != std::string::npos;
  };
  EXPECT_TRUE(noted("1"));
  EXPECT_FALSE(noted("2"));
}

// Each console block of the README runs, and says what it shows, as far as it shows it.
TEST(Cli, TheReadmeSaysWhatHappens) {
  std::ifstream in(ENTENTE_SOURCE_DIR "/README.md");
  std::string line;
  std::string out;
  bool inside = false;
  size_t compared = 0;
  while (std::getline(in, line)) {
    if (line.starts_with("    $ ./run ")) {
      out = "\n" + Ask(line.substr(12)).out;
      inside = true;
    } else if (inside && line.starts_with("    ")) {
      EXPECT_NE(out.find("\n" + line.substr(4)), std::string::npos) << line << "\n" << out;
      ++compared;
    } else {
      inside = false;
    }
  }
  EXPECT_GE(compared, 5u);
}

// The same input gives the same bytes.
TEST(Cli, TheSameBytes) {
  const std::string asked = "why 'Microsoft use Weights' --on 2031-03-01 --depth tree --json";
  EXPECT_EQ(Ask(asked).out, Ask(asked).out);
}

}  // namespace
