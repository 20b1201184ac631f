// A declaration and its panel of seven as a shell sees them, and what somebody could try.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.h"

namespace {

using entente::tests::Json;
using entente::tests::Ran;
using entente::tests::Schema;
using entente::tests::Wrong;

// A ledger of an example of the documents: two parties, and seats whose keys are registered.
class DeclareCli : public ::testing::Test {
 protected:
  DeclareCli(const std::string& example, const std::vector<std::string>& seats) : text_(example) {
    std::string pattern = ::testing::TempDir() + "entente_panel_XXXXXX";
    folder = mkdtemp(pattern.data());
    setenv("XDG_STATE_HOME", (folder + "/state").c_str(), 1);
    std::filesystem::copy_file(ENTENTE_SOURCE_DIR "/docs/examples/" + text_, folder + "/" + text_);
    for (const char* name : {"OpenAI", "Microsoft"}) NewKey(name);
    Must("2026-01-02", "ledger init deal --origin example.com/panel -a " + text_ +
                           " --party OpenAI --party Microsoft");
    for (const std::string& seat : seats) {
      NewKey(seat);
      Must("2026-01-03", "ledger keys register deal " + seat + " --key OpenAI --key Microsoft");
    }
  }
  ~DeclareCli() override { std::filesystem::remove_all(folder); }

  Ran Do(const std::string& day, const std::string& arguments) const {
    return entente::tests::Shell("cd '" + folder + "' && ENTENTE_NOW=" + day +
                                 " " ENTENTE_PROGRAM " " + arguments + " 2>&1");
  }
  std::string Must(const std::string& day, const std::string& arguments) const {
    const Ran ran = Do(day, arguments);
    EXPECT_EQ(ran.code, 0) << arguments << "\n" << ran.out;
    return ran.out;
  }
  void Refused(const std::string& day, const std::string& arguments, const std::string& why) const {
    const Ran ran = Do(day, arguments);
    EXPECT_NE(ran.code, 0) << arguments;
    EXPECT_NE(ran.out.find(why), std::string::npos) << arguments << "\n" << ran.out;
  }
  Json Status(const std::string& more = "deal") const {
    Ran ran = entente::tests::Shell("cd '" + folder + "' && " ENTENTE_PROGRAM " declare status " +
                                    more + " -a " + text_ + " --json 2>/dev/null");
    const Json out = Json::parse(ran.out);
    EXPECT_EQ(Wrong(out, Schema("declaration"), "declaration"), "");
    EXPECT_EQ(ran.code, out["decided"].is_null() ? 1 : 0);
    return out;
  }
  static Json StepOf(const Json& status, const std::string& notice) {
    for (const Json& step : status["steps"]) {
      if (step["notice"] == notice) return step;
    }
    return nullptr;
  }
  void NewKey(const std::string& name) const {
    Must("2026-01-01", "ledger keys new " + name + " --unsealed --out " + name);
  }

  std::string folder;
  const std::string kHash = "sha256:" + std::string(64, '7');

 private:
  std::string text_;
};

// Keys of all, six acceptances, and a declaration that is entry 15.
class PanelCli : public DeclareCli {
 protected:
  PanelCli()
      : DeclareCli("panel.md", {"Panel", "Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus"}) {
    NewKey("Hal");
    for (const char* name : {"Ada", "Ben", "Cleo", "Dan", "Eve", "Gus"})
      Must("2026-01-05", std::string("ledger append deal Acceptance --key ") + name);
    Must("2026-02-01",
         "declare open deal Declaration -a panel.md --key OpenAI --evidence " + kHash);
  }
  void Disclose() const {
    for (const char* name : {"Ada", "Ben", "Cleo", "Dan", "Eve"})
      Must("2026-02-03", std::string("declare disclose deal 15 -a panel.md --key ") + name);
  }
  void Approve(std::initializer_list<const char*> seats) const {
    for (const char* name : seats)
      Must("2026-03-01",
           "declare vote deal 15 Approval -a panel.md --evidence " + kHash + " --key " + name);
  }
};

// Threat 11: votes stuffed, given twice, late, or by whom they are not.
TEST_F(PanelCli, OneBallotASeatAndNoneByOthers) {
  Disclose();
  Approve({"Ada", "Ben"});
  const std::string vote = "declare vote deal 15 Approval -a panel.md --evidence " + kHash;
  Refused("2026-03-02", vote + " --key Ada", "has no effect (an Approval already)");
  Refused("2026-03-02", vote + " --key Gus", "has no effect (no Disclosure yet)");
  Refused("2026-03-02", vote + " --key OpenAI", "no-effect");
  Refused("2026-03-02", vote + " --key Hal", "no-effect");
  Refused("2026-03-02", vote + " --even-so --key Hal", "unknown-party");
  // The same past the program, signed and on record.
  Must("2026-03-02", "ledger append deal Approval of=e15 --key Ada");
  Must("2026-03-02", "ledger append deal Refusal of=e15 --key Ada");
  Must("2026-03-02", "ledger append deal Approval of=e15 --key Gus");
  Must("2026-03-02", "ledger append deal Approval of=e15 --by Dan --key OpenAI");
  Must("2026-03-02", "ledger append deal Approval of=e15 --key OpenAI");
  const Json approvals = StepOf(Status("deal --on 2026-03-02"), "Approval");
  EXPECT_EQ(approvals["counted"], 2);
  std::map<std::string, std::vector<std::string>> standings;
  for (const Json& made : approvals["made"])
    standings[made["by"]].push_back(made["standing"].get<std::string>());
  EXPECT_EQ(standings["Ada"], (std::vector<std::string>{"counts", "no effect"}));
  EXPECT_EQ(standings["Gus"], (std::vector<std::string>{"no effect"}));
  EXPECT_EQ(standings["Dan"], (std::vector<std::string>{"not given"}));
  EXPECT_EQ(standings["OpenAI"], (std::vector<std::string>{"no effect"}));
  EXPECT_EQ(StepOf(Status("deal --on 2026-03-02"), "Refusal")["counted"], 0);
  // Sixty days after 1 February end with 2 April; an earlier day in the ballot changes nothing.
  Must("2026-04-02", vote + " --key Cleo");
  Must("2026-04-03", "ledger append deal Approval of=e15 --on 2026-04-02 --key Dan");
  const Json late = Status("deal --on 2026-04-03");
  EXPECT_EQ(StepOf(late, "Approval")["counted"], 3);
  EXPECT_EQ(StepOf(late, "Verification")["may"][0]["may"], "no");
}

// Threat 13: seats are those that were filled before the declaration, and all parties fill them.
// Which of its conditions a clause fails on, and not the whole clause alone.
TEST_F(PanelCli, TheStatusSaysWhatIsMissing) {
  Disclose();
  Approve({"Ada", "Ben", "Cleo"});
  const auto why = [&](const std::string& day, const std::string& notice, const std::string& who) {
    const Json step = StepOf(Status("deal --on " + day), notice);
    for (const Json& turn : step["may"]) {
      if (turn["who"] == who) return turn["may"].get<std::string>() + turn["why"].dump();
    }
    return std::string();
  };
  EXPECT_EQ(why("2026-03-02", "Approval", "Gus"), R"(no["no Disclosure yet"])");
  EXPECT_EQ(why("2026-03-02", "Refusal", "Ada"), R"(no["an Approval already"])");
  EXPECT_EQ(why("2026-03-02", "Refusal", "Dan"), "yes[]");
  EXPECT_EQ(why("2026-03-02", "Verification", "Panel"),
            R"(no["the number of those who have made an Approval is 3, not at least 4"])");
  // Sixty days after 1 February are over with 2 April.
  EXPECT_EQ(why("2026-04-02", "Approval", "Dan"), "yes[]");
  EXPECT_EQ(why("2026-04-03", "Approval", "Dan"), R"(no["too late since 3 April 2026"])");
  Must("2026-03-03", "ledger append deal Refusal of=e15 --key Gus");
  const Json refusals = StepOf(Status("deal --on 2026-03-04"), "Refusal")["made"];
  EXPECT_EQ(refusals[0]["why"].dump(), R"(["no Disclosure yet"])");
  const Ran asked =
      Do("2026-03-04", "may 'OpenAI make a Declaration' -a panel.md --ledger deal --on 2026-03-02");
  EXPECT_NE(asked.out.find("turns on   a Declaration stands"), std::string::npos) << asked.out;
}

TEST_F(PanelCli, NobodyMakesItselfASeat) {
  Refused("2026-02-02", "ledger append deal Thing name=OpenAI is=Seat -a panel.md --key OpenAI",
          "to be signed by all parties");
  Must("2026-02-02", "ledger append deal Thing name=OpenAI is=Seat --key OpenAI");
  Must("2026-02-02", "ledger append deal Acceptance --key OpenAI");
  Must("2026-02-03", "ledger append deal Disclosure of=e15 --key OpenAI");
  EXPECT_EQ(StepOf(Status("deal --on 2026-02-03"), "Disclosure")["makers"].size(), 7u);
  Refused("2026-02-03", "may 'OpenAI make an Acceptance' -a panel.md --ledger deal --on 2026-02-03",
          "no: OpenAI has no power");
  // Round about: what somebody is said to be is somebody else's name at first.
  Must("2026-02-03", "ledger append deal Thing name=Nobody is=Seat --key OpenAI");
  Must("2026-02-03", "ledger correct deal 19 name=OpenAI --key OpenAI");
  const Json status = Status("deal --on 2026-02-03");
  EXPECT_EQ(StepOf(status, "Disclosure")["counted"], 0);
  const auto makers = StepOf(status, "Disclosure")["makers"].get<std::vector<std::string>>();
  EXPECT_EQ(std::count(makers.begin(), makers.end(), "OpenAI"), 0);
  // With both signatures it is so, for the next declaration: this one began without.
  Must("2026-02-04", "ledger keys register deal Hal --key OpenAI --key Microsoft");
  Must("2026-02-04", "ledger append deal Thing name=Hal is=Seat --key OpenAI --key Microsoft");
  Must("2026-02-04", "ledger append deal Acceptance --key Hal");
  Refused("2026-02-04", "declare disclose deal 15 -a panel.md --key Hal", "1.3 says");
}

// A ballot that counts when it is recorded was rewritten by a correction long after, and the
// decision with it; or made doubtful, and the ballots of all others with it, by whoever lost.
TEST_F(PanelCli, NobodyUndoesWhatWasDecided) {
  Disclose();
  Approve({"Ada", "Ben", "Cleo", "Dan"});
  Must("2026-03-02", "declare close deal 15 Verification -a panel.md --key Panel");
  const Json decided = Status("deal --on 2026-06-01");
  const auto still = [&](const std::string& what) {
    Json now = Status("deal --on 2026-06-01");
    EXPECT_EQ(now["decided"], "Verification") << what;
    EXPECT_EQ(StepOf(now, "Approval")["counted"], 4) << what;
    EXPECT_EQ(
        Do("2026-06-01", "is 'AGI has happened' -a panel.md --ledger deal --on 2026-03-05").code, 0)
        << what;
  };
  for (const char* change :
       {"correct deal 21 of=e9 --key Ada", "correct deal 9 by=Ben --key Ada",
        "correct deal 22 happened=2026-12-01 --key Ben",
        "correct deal 15 by=Microsoft --key OpenAI", "contest deal 23 --why no --key Microsoft",
        "contest deal 15 --why no --key Microsoft"}) {
    Must("2026-06-01", std::string("ledger ") + change);
    still(change);
  }
  const std::string answer =
      Must("2026-06-01", "is 'AGI has happened' -a panel.md --ledger deal --on 2026-03-05");
  EXPECT_NE(answer.find("entry e23 stays as it was signed"), std::string::npos) << answer;
  EXPECT_EQ(StepOf(decided, "Approval")["made"],
            StepOf(Status("deal --on 2026-06-01"), "Approval")["made"]);
  // A vote that was without effect is not moved to where it would have had one.
  Must("2026-06-01", "ledger append deal Rejection of=e15 --key Panel");
  still("a rejection too late");
}

// One hostile entry made all later ballots undecided.
TEST_F(PanelCli, NobodyMakesBallotsOfOthersDoubtful) {
  Disclose();
  Must("2026-02-20", "ledger append deal Approval of=e15 --by Dan --key OpenAI");
  Must("2026-02-20", "ledger contest deal 21 --why no --key Microsoft");
  Must("2026-02-21", "ledger append deal Approval of=e15 --key Gus");
  Must("2026-02-22", "ledger append deal Approval of=e15 --key Eve");
  Approve({"Ada", "Ben", "Cleo", "Dan"});
  // Eve's key was stolen before she voted.
  Must("2026-03-02", "ledger keys rotate deal Eve.next --unsealed");
  const std::string id =
      Must("2026-03-02", "ledger keys show Eve | sed -n 's/^  id *//p' | tr -d '\n'");
  // By her word alone the ballot stands: she could else undo it half a year later.
  const std::string revoke = "ledger keys revoke deal " + id + " --since 24 --key Eve.next";
  Must("2026-03-02", revoke);
  EXPECT_EQ(StepOf(Status("deal --on 2026-03-03"), "Approval")["counted"], 5);
  Must("2026-03-02", revoke + " --key OpenAI --key Microsoft");
  Must("2026-03-02", "ledger export deal --withhold of@25 > some.export");
  const Json all = Status("deal --on 2026-03-03");
  EXPECT_EQ(StepOf(all, "Approval")["counted"], 4);
  EXPECT_EQ(StepOf(all, "Verification")["may"][0]["may"], "yes");
  // Whoever shows the ledger can withhold what a ballot says, and gets no firm answer by it.
  const int code =
      Do("2026-03-03",
         "is 'the number of Seats that have made an Approval is at least 4' -a panel.md --ledger "
         "some.export --on 2026-03-03")
          .code;
  EXPECT_TRUE(code == 3 || code == 6) << code;
  for (const Json& made : StepOf(all, "Approval")["made"]) {
    if (made["by"] == "Eve") {
      EXPECT_EQ(made["standing"], "not given");
    } else if (made["by"] == "Gus") {
      EXPECT_EQ(made["standing"], "no effect");
    }
  }
}

// Times that entries name, and days to come, put one ballot of a seat before another.
TEST_F(PanelCli, TheLedgersOrderCountsWithinADayToo) {
  Disclose();
  Must("2026-03-01", "ledger append deal Approval of=e15 --on 2026-03-01T11:00:00 --key Ada");
  Must("2026-03-01", "ledger append deal Refusal of=e15 --key Ada");
  Must("2026-03-01", "ledger append deal Approval of=e15 --on 2026-03-02 --key Ben");
  Must("2026-03-01", "ledger append deal Refusal of=e15 --key Ben");
  // What says nothing is about the declaration that stands, here and in every answer.
  Must("2026-03-01", "ledger append deal Approval --key Cleo");
  const Json status = Status("deal --on 2026-03-03");
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 3);
  EXPECT_EQ(StepOf(status, "Refusal")["counted"], 0);
}

// Things that one party records alone neither join the panel nor stop its commands.
TEST_F(PanelCli, ThingsOfOnePartyAreNoMembers) {
  for (const char* name : {"'x, y'", "Zed"})
    Must("2026-02-02",
         std::string("ledger append deal Thing name=") + name + " is=Seat --key OpenAI");
  const Json status = Status("deal --on 2026-02-02");
  EXPECT_EQ(StepOf(status, "Disclosure")["makers"].size(), 7u);
  // A declaration without power does not take the place of the one that has it.
  Must("2026-02-03", "ledger append deal Declaration --key Microsoft");
  EXPECT_EQ(Status("deal --on 2026-02-03")["entry"], "e15");
}

// A store that was cut together with its last checkpoint verified, though its own signer knew
// better.
TEST_F(PanelCli, VerifyAsksTheSigner) {
  Must("2026-02-02", "ledger verify deal");
  std::filesystem::copy_file(folder + "/deal/ledger.sqlite", folder + "/old.sqlite");
  Must("2026-02-02", "ledger append deal Acceptance --key Finn");
  Must("2026-02-02", "ledger verify deal");
  std::filesystem::remove(folder + "/deal/ledger.sqlite-wal");
  std::filesystem::copy_file(folder + "/old.sqlite", folder + "/deal/ledger.sqlite",
                             std::filesystem::copy_options::overwrite_existing);
  Refused("2026-02-02", "ledger verify deal", "older-checkpoint");
  // Whoever has not seen more is told by the signer.
  setenv("XDG_STATE_HOME", (folder + "/elsewhere").c_str(), 1);
  Refused("2026-02-02", "ledger verify deal", "restored-backup");
}

// The operator sets the clock back for a ballot that was signed too late.
TEST_F(PanelCli, ARecordedDayBeforeTheSignatureIsSaid) {
  Disclose();
  Must("2026-05-01", "ledger append deal Approval of=e15 --out late --key Ada");
  Must("2026-03-01", "ledger append deal --submission late");
  const Ran ran = Do("2026-05-02", "declare status deal -a panel.md");
  EXPECT_NE(ran.out.find("before the day on which its author signed"), std::string::npos)
      << ran.out;
}

// Threat 13: who did not disclose in time, or recused itself, decides nothing.
TEST_F(PanelCli, DisclosuresFirstAndRecusalsCount) {
  Disclose();
  Must("2026-02-04", "declare disclose deal 15 Recusal -a panel.md --source cousin --key Eve");
  Must("2026-02-05",
       "declare disclose deal 15 Challenge -a panel.md --source shares --key Microsoft");
  Refused("2026-02-12", "declare disclose deal 15 -a panel.md --key Gus", "1.3 says");
  Refused("2026-03-01", "declare vote deal 15 Approval -a panel.md --key Eve --evidence " + kHash,
          "1.6 says");
  const Json status = Status("deal --on 2026-03-01");
  EXPECT_EQ(StepOf(status, "Recusal")["made"][0]["source"], "cousin");
  EXPECT_EQ(StepOf(status, "Challenge")["made"][0]["by"], "Microsoft");
}

// The result is a function of the exported file, whenever and wherever it is reckoned.
TEST_F(PanelCli, TheResultIsTheSameForEveryone) {
  Disclose();
  Refused("2026-03-01", "declare close deal 15 Verification -a panel.md --key Panel", "1.7 says");
  Approve({"Ada", "Ben", "Cleo", "Dan"});
  Refused("2026-03-02", "declare close deal 15 Rejection -a panel.md --key Panel", "1.8 says");
  Refused("2026-03-02", "declare close deal 15 Verification -a panel.md --key Ada", "no-effect");
  Must("2026-03-02", "declare close deal 15 Verification -a panel.md --key Panel");
  Must("2026-03-02", "ledger export deal > all.export");
  const Json status = Status("all.export --on 2026-03-02");
  EXPECT_EQ(status["decided"], "Verification");
  EXPECT_EQ(status["entry"], "e15");
  EXPECT_EQ(status, Status("deal e15 --on 2026-03-02"));
  // Threat 17: clocks decide nothing.
  const std::string asked =
      "is 'AGI has happened' -a panel.md --ledger all.export --on 2026-03-03 --json";
  const std::string answer = Must("2026-03-03", asked);
  EXPECT_EQ(Must("2016-03-03", asked), answer);
  EXPECT_EQ(Must("2036-03-03", asked), answer);
  // Before the fourth ballot there was nothing to announce.
  const Json early = Status("all.export --on 2026-03-02 --known-at 24");
  EXPECT_EQ(StepOf(early, "Approval")["counted"], 3);
  EXPECT_EQ(StepOf(early, "Verification")["may"][0]["may"], "no");
  const Json fourth = Status("all.export --on 2026-03-02 --known-at 25");
  EXPECT_EQ(StepOf(fourth, "Verification")["may"][0]["may"], "yes");
  EXPECT_EQ(fourth["decided"], nullptr);
}

TEST_F(PanelCli, WhatIsMeantElseIsSaid) {
  Refused("2026-02-02", "declare open deal Disclosure -a panel.md --key OpenAI", "Declaration");
  Refused("2026-02-02", "declare open deal Declaration -a panel.md --key OpenAI", "1.1 says");
  Refused("2026-02-02",
          "declare vote deal 15 Aproval -a panel.md --evidence " + kHash + " --key Ada",
          "did you mean `Approval`?");
  Refused("2026-02-02",
          "declare vote deal 9 Approval -a panel.md --evidence " + kHash + " --key Ada",
          "those that are: e15");
  Refused("2026-02-02", "declare vote deal 15 Approval -a panel.md --key Ada",
          "names the evidence");
  Refused("2026-02-02", "declare close deal 15 Approval -a panel.md --key Ada", "declare vote");
  Refused("2026-02-02",
          "declare vote deal 15 Verification -a panel.md --evidence " + kHash + " --key Panel",
          "declare close");
  Refused("2026-02-02", "declare vote deal 15 Approval -a panel.md --evidence Panel --key Ada",
          "not-a-manifest");
  std::filesystem::create_directory(folder + "/empty");
  Refused("2026-02-02", "declare status empty -a panel.md", "`empty` holds no ledger");
  Refused("2026-13-02", "declare status deal -a panel.md", "ENTENTE_NOW is no time");
  // A slip that the agreement could not take is not signed.
  Refused("2026-02-02", "ledger append deal Aproval of=e15 -a panel.md --key Ada", "not-taken");
  Must("2026-02-02", "ledger append deal Aproval of=e15 -a panel.md --even-so --key Ada");
}

// Knowledge by a checkpoint that somebody kept.
TEST_F(PanelCli, KnownAtAKeptCheckpoint) {
  Must("2026-02-02", "ledger checkpoint deal > kept");
  const std::string asked =
      "is 'the number of Seats that have made a Disclosure is at least 1' -a "
      "panel.md --ledger deal --on 2026-02-03 --assume-nothing-further";
  Disclose();
  EXPECT_EQ(Do("2026-02-04", asked).code, 0);
  EXPECT_EQ(Do("2026-02-04", asked + " --known-at kept").code, 1);
  EXPECT_EQ(Do("2026-02-04", asked + " --known-at 16").code, 1);
  // The same size of another ledger.
  std::ifstream in(folder + "/kept");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const size_t root = text.find("\n16\n") + 4;
  text[root] = text[root] == 'A' ? 'B' : 'A';
  std::ofstream(folder + "/other") << text;
  Refused("2026-02-04", asked + " --known-at other", "split-view");
  Refused("2026-02-04", asked + " --known-at nowhere", "no file with a checkpoint");
  // And whoever verifies holds it against the whole.
  Must("2026-02-04", "ledger export deal > all");
  EXPECT_NE(Must("2026-02-04", "ledger verify all --checkpoint kept").find("of size 16"),
            std::string::npos);
  Refused("2026-02-04", "ledger verify all --checkpoint other", "split-view");
  Must("2026-02-04", "ledger checkpoint deal > later");
  Must("2026-02-04", "ledger append deal Acceptance --key Finn");
  Must("2026-02-04", "ledger checkpoint deal > latest");
  Refused("2026-02-04", "ledger verify all --checkpoint latest", "older-checkpoint");
}

// Threat 14: evidence is that of the manifest, file by file.
TEST_F(PanelCli, EvidenceIsHeldAgainstItsManifest) {
  std::ofstream(folder + "/a.txt") << "one";
  std::ofstream(folder + "/b.txt") << "two";
  const std::string made = Must("2026-02-02", "ledger evidence new a.txt b.txt --out m");
  Must("2026-02-02", "ledger evidence check m .");
  Must("2026-02-02", "ledger evidence check m . --withhold b.txt --out shown");
  EXPECT_EQ(Must("2026-02-02", "ledger evidence check shown .").substr(0, 80), made.substr(0, 80));
  std::ofstream(folder + "/a.txt") << "two";
  Refused("2026-02-02", "ledger evidence check m .", "CHANGED    a.txt");
  std::filesystem::remove(folder + "/a.txt");
  Refused("2026-02-02", "ledger evidence check m .", "missing    a.txt");
  std::filesystem::create_directory(folder + "/c");
  std::ofstream(folder + "/c/b.txt") << "two";
  Refused("2026-02-02", "ledger evidence new b.txt c/b.txt --out n", "stands twice");
  Refused("2026-02-02", "ledger evidence check m . --withhold nothing --out p", "no exhibit");
  for (const uintmax_t past : {0, 1}) {
    std::ofstream(folder + "/large");
    std::filesystem::resize_file(folder + "/large", (uintmax_t{64} << 20) + past);
    EXPECT_EQ(Do("2026-02-02", "ledger evidence new large --out large" + std::to_string(past)).code,
              past == 0 ? 0 : 2);
  }
}

// Seats of docs/examples/sealed.md, and a declaration that is entry 7.
class SealedCli : public DeclareCli {
 protected:
  SealedCli() : DeclareCli("sealed.md", {"Panel", "Ada", "Ben", "Cleo", "Dan", "Eve"}) {
    Must("2026-02-01", "declare open deal Declaration -a sealed.md --key OpenAI");
  }
  std::string Seal(const std::string& seat, const std::string& notice) const {
    return "declare seal deal 7 " + notice + " -a sealed.md --key " + seat + " --keep " + seat +
           ".sealed --evidence " + kHash;
  }
  std::string Reveal(const std::string& seat) const {
    return "declare reveal deal " + seat + ".sealed -a sealed.md --key " + seat;
  }
};

// Threat 12: nobody votes by what others voted, and no order of revealing changes the count.
TEST_F(SealedCli, ThreatTwelveBallotsAreSealedUntilAllAreIn) {
  for (const char* seat : {"Ada", "Ben", "Cleo"}) Must("2026-02-03", Seal(seat, "Approval"));
  Must("2026-02-03", Seal("Dan", "Refusal"));
  // What is on record says nothing of what was sealed, to anybody.
  const std::string exported = Must("2026-02-04", "ledger log deal --json");
  EXPECT_EQ(exported.find("Approval"), std::string::npos);
  EXPECT_EQ(exported.find("Refusal"), std::string::npos);
  EXPECT_NE(exported.find("Sealed Ballot"), std::string::npos);
  // Too early, without a seal, by another, and open instead.
  Refused("2026-02-10", Reveal("Ada"), "no-effect");
  Refused("2026-02-13", "declare vote deal 7 Approval -a sealed.md --key Eve --evidence " + kHash,
          "its ballots are sealed");
  Refused("2026-02-13", "declare reveal deal Ada.sealed -a sealed.md --key Ben", "not given");
  Refused("2026-02-12", Seal("Eve", "Approval"), "no-effect");
  for (const char* seat : {"Cleo", "Dan", "Ada"}) Must("2026-02-13", Reveal(seat));
  Json status = Status("deal --on 2026-02-13");
  EXPECT_EQ(StepOf(status, "Sealed Ballot")["counted"], 4);
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 2);
  EXPECT_EQ(StepOf(status, "Refusal")["counted"], 1);
  EXPECT_EQ(StepOf(status, "Refusal")["sealed"], true);
  // What is not revealed in time counts for nothing.
  Refused("2026-02-23", "declare close deal 7 Verification -a sealed.md --key Panel", "no-effect");
  Refused("2026-02-23", Reveal("Ben"), "no-effect");
}

// Threat 12, past the program: what is signed and is not what was sealed.
TEST_F(SealedCli, OnlyWhatWasSealedFirstIsRevealed) {
  Must("2026-02-03", Seal("Ada", "Approval"));
  // Ben copies the seal of Ada; a second seal by Ada; one that states nothing; one of another's.
  std::string seal, salt;
  {
    const Json shown = Json::parse(entente::tests::Shell("cat '" + folder + "/Ada.sealed'").out);
    salt = shown["salt"];
    seal = Json::parse(
        Must("2026-02-03", "ledger show deal 8 --json"))["entry"]["opened"]["fields/seal"];
  }
  Must("2026-02-03", "ledger append deal 'Sealed Ballot' of=e7 seal=" + seal + " --key Ben");
  Must("2026-02-03", "declare seal deal 7 Refusal -a sealed.md --even-so --key Ada --keep again");
  Must("2026-02-03", "ledger append deal 'Sealed Ballot' of=e7 --key Cleo");
  Must("2026-02-03",
       "ledger append deal 'Sealed Ballot' of=e7 seal=" + seal + " --by Dan --key Ada");
  const std::string more = " of=e7 salt=" + salt;
  Must("2026-02-13", "ledger append deal Approval reveals=e9" + more + " --key Ben");
  Must("2026-02-13", "ledger append deal Refusal reveals=e8" + more + " --key Ada");
  Refused("2026-02-13", "declare reveal deal again -a sealed.md --key Ada",
          "the first Sealed Ballot by Ada is entry e8");
  Must("2026-02-13", "ledger append deal Approval reveals=e11" + more + " --key Cleo");
  Must("2026-02-13", "ledger append deal Approval reveals=e12" + more + " --key Dan");
  Must("2026-02-13", "ledger append deal Approval of=e7 --key Ada");
  Json status = Status("deal --on 2026-02-13");
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 0);
  EXPECT_EQ(StepOf(status, "Refusal")["counted"], 0);
  for (const Json& made : StepOf(status, "Approval")["made"])
    EXPECT_EQ(made["standing"], "not given");
  Must("2026-02-14", Reveal("Ada"));
  // Neither a contest nor a correction of the seal changes what was revealed.
  Must("2026-02-15", "ledger contest deal 8 --why 'not so' --key Microsoft");
  Must("2026-02-15", "ledger correct deal 8 seal=" + std::string(64, '0') + " --key Ada");
  status = Status("deal --on 2026-02-15");
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 1);
}

// What a reviewer got past it: a seal that does not say what it is about was another first seal.
TEST_F(SealedCli, NobodyChoosesAmongTwoSeals) {
  for (const char* seat : {"Ada", "Ben"}) Must("2026-02-03", Seal(seat, "Approval"));
  // Ada's second seal, by a key that follows; as if the first had been stolen.
  Must("2026-02-04", "ledger keys rotate deal Ada.next --unsealed");
  Must("2026-02-04",
       "declare seal deal 7 Refusal -a sealed.md --even-so --key Ada.next --keep two");
  Must("2026-02-04",
       "ledger append deal 'Sealed Ballot' seal=" + std::string(64, '0') + " --key Ada.next");
  Must("2026-02-13", Reveal("Ben"));
  Must("2026-02-13",
       "ledger append deal Refusal reveals=e12 salt=" + std::string(64, '2') + " --key Ada.next");
  const std::string id =
      Must("2026-02-13", "ledger keys show Ada | sed -n 's/^  id *//p' | tr -d '\n'");
  Must("2026-02-14", "ledger keys revoke deal " + id + " --since 8 --key Ada.next");
  Must("2026-02-14", "declare reveal deal two -a sealed.md --key Ada.next --even-so");
  Json status = Status("deal --on 2026-02-14");
  EXPECT_EQ(StepOf(status, "Refusal")["counted"], 0) << StepOf(status, "Refusal")["made"];
  // What she had sealed first is hers to reveal, once.
  Must("2026-02-15", "declare reveal deal Ada.sealed -a sealed.md --key Ada.next");
  Refused("2026-02-16", "declare reveal deal Ada.sealed -a sealed.md --key Ada.next",
          "was revealed before");
  Must("2026-02-16", "declare reveal deal Ben.sealed -a sealed.md --even-so --key Ben");
  status = Status("deal --on 2026-02-16");
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 2);
}

// Nothing is sealed that could not be revealed.
// Whoever was told to say nothing more would have lost the vote.
TEST_F(SealedCli, WhoeverWasRobbedSealsAnew) {
  Must("2026-02-03", Seal("Ada", "Refusal"));
  Must("2026-02-04", "ledger keys rotate deal Ada.next --unsealed");
  const std::string again =
      "declare seal deal 7 Approval -a sealed.md --key Ada.next --keep anew --evidence " + kHash;
  Refused("2026-02-04", again, "already");
  const std::string id =
      Must("2026-02-04", "ledger keys show Ada | sed -n 's/^  id *//p' | tr -d '\n'");
  Must("2026-02-04",
       "ledger keys revoke deal " + id + " --since 8 --key Ada.next --key OpenAI --key Microsoft");
  Must("2026-02-04", again);
  Must("2026-02-13", "declare reveal deal anew -a sealed.md --key Ada.next");
  const Json status = Status("deal --on 2026-02-13");
  EXPECT_EQ(StepOf(status, "Approval")["counted"], 1);
  EXPECT_EQ(StepOf(status, "Refusal")["counted"], 0);
}

TEST_F(SealedCli, WhatCouldNeverBeRevealedIsNotSealed) {
  Refused("2026-02-03", Seal("Ada", "Approval") + " reason=because", "could never be revealed");
  for (const char* field : {"of=e3", "salt=5", "seal=5", "reveals=e8"})
    Refused("2026-02-03", Seal("Ada", "Approval") + " " + field, "is set by this command");
  EXPECT_FALSE(std::filesystem::exists(folder + "/Ada.sealed"));
  Refused("2026-02-03", Seal("Ada", "Approval") + " --source 'I approve'", "--source");
  // The evidence is what the seal named.
  Must("2026-02-03", Seal("Ada", "Approval"));
  Must("2026-02-13", Reveal("Ada"));
  EXPECT_EQ(StepOf(Status("deal --on 2026-02-13"), "Approval")["made"][0]["evidence"], kHash);
}

// A copy of the ledger that withholds the seal leaves open what was revealed, and does not deny it.
TEST_F(SealedCli, AWithheldSealLeavesTheBallotOpen) {
  Must("2026-02-03", Seal("Ada", "Approval"));
  Must("2026-02-13", Reveal("Ada"));
  Must("2026-02-13", "ledger export deal --withhold seal@8 > held");
  const std::string question =
      "is 'Ada has made an Approval' -a sealed.md --on 2026-02-13 --ledger ";
  EXPECT_EQ(Do("2026-02-13", question + "deal").code, 0);
  EXPECT_NE(Do("2026-02-13", question + "held").code, 1);
  const Json made = StepOf(Status("held --on 2026-02-13"), "Approval")["made"];
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0]["standing"], "undecided");
}

TEST_F(SealedCli, SlipsAreNamed) {
  Refused("2026-02-03", "declare seal deal 7 Verification -a sealed.md --key Panel --keep f",
          "`Verification` is not sealed");
  Must("2026-02-03", Seal("Ada", "Approval"));
  Refused("2026-02-03", Seal("Ada", "Refusal"), "only the first can be revealed");
  Refused("2026-02-03", Seal("Ada", "Refusal") + " --even-so", "holds something else");
  Refused("2026-02-13", "declare reveal deal Ben -a sealed.md --key Ben", "not-sealed");
  Must("2026-02-03",
       "declare seal deal 7 Approval -a sealed.md --key Ben --keep Ben.sealed "
       "--out later");
  Refused("2026-02-13", Reveal("Ben"), "no entry of the ledger seals");
  // Handed in after all, though too late it would have been refused.
  Refused("2026-02-12", "ledger append deal --submission later -a sealed.md", "no-effect");
  Must("2026-02-04", "ledger append deal --submission later -a sealed.md");
  Must("2026-02-13", Reveal("Ben"));
}

}  // namespace
