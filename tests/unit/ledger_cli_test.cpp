// The ledger as a shell sees it: what parties, an expert and a program get to see.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.h"

namespace {

using entente::tests::Ask;
using entente::tests::Json;
using entente::tests::Ran;
using entente::tests::Schema;
using entente::tests::Wrong;

// A folder with the keys of a mill and a yard, the steel contract and a ledger of it.
class LedgerCli : public ::testing::Test {
 protected:
  LedgerCli() {
    std::string pattern = ::testing::TempDir() + "entente_ledger_XXXXXX";
    folder = mkdtemp(pattern.data());
    setenv("XDG_STATE_HOME", (folder + "/state").c_str(), 1);
    std::filesystem::copy_file(ENTENTE_SOURCE_DIR "/docs/examples/steel.md", folder + "/steel.md");
    std::filesystem::copy_file(ENTENTE_SOURCE_DIR "/docs/examples/steel.jsonl",
                               folder + "/steel.jsonl");
    for (const char* name : {"mill", "yard"})
      Must("ledger keys new " + std::string(name == std::string_view("mill") ? "Mill" : "Yard") +
           " --unsealed --out @" + name + ".key");
    Must(
        "ledger init @deal --origin example.com/steel -a @steel.md --party @mill.key "
        "--party @yard.key");
  }
  ~LedgerCli() override { std::filesystem::remove_all(folder); }

  // @name is a file of the folder.
  std::string Placed(std::string arguments) const {
    for (size_t at = arguments.find('@'); at != std::string::npos;
         at = arguments.find('@', at + 1)) {
      if (at == 0 || arguments[at - 1] == ' ') arguments.replace(at, 1, folder + "/");
    }
    return arguments;
  }
  Ran Do(const std::string& arguments) const { return Ask(Placed(arguments)); }
  // What it complains of.
  std::string Says(const std::string& arguments) const {
    return entente::tests::Shell("cd " ENTENTE_SOURCE_DIR " && " ENTENTE_PROGRAM " " +
                                 Placed(arguments) + " 2>&1 >/dev/null")
        .out;
  }
  std::string Must(const std::string& arguments) const {
    const Ran ran = Do(arguments);
    EXPECT_EQ(ran.code, 0) << arguments << "\n" << ran.out;
    return ran.out;
  }
  // As if it were that day.
  void On(const char* day, const std::string& arguments) const {
    setenv("ENTENTE_NOW", day, 1);
    Must(arguments);
    unsetenv("ENTENTE_NOW");
  }
  Json Shape(const std::string& arguments, const std::string& schema, int code = 0) const {
    const Ran ran = Do(arguments + " --json");
    // Of -1, whichever the answer has.
    if (code >= 0) {
      EXPECT_EQ(ran.code, code) << arguments << "\n" << ran.out;
    }
    const Json out = Json::parse(ran.out);
    EXPECT_EQ(Wrong(out, Schema(schema), schema), "") << arguments;
    return out;
  }
  // Two orders, whatever they are worth.
  void Order(const std::string& day) const {
    Must("ledger append @deal Order --on " + day + " --key @yard.key");
  }

  std::string folder;
};

const std::string kQuestion =
    "is 'an Order has happened' -a @steel.md --on 2026-06-01 --assume-nothing-further";

// Threat 1 and 27: what a ledger of size n said stays, byte for byte, whatever comes later.
TEST_F(LedgerCli, AnAnswerFromAPrefixStaysAsItWas) {
  const std::string pinned = kQuestion + " --ledger @deal --known-at 1 --json";
  const Ran before = Do(pinned);
  EXPECT_EQ(before.code, 1) << before.out;
  Order("2026-01-02");
  Order("2026-01-03");
  EXPECT_EQ(Do(pinned).out, before.out);
  const Json now = Shape(kQuestion + " --ledger @deal", "answer");
  EXPECT_EQ(now["verdict"], "yes");
  EXPECT_EQ(now["ledger"]["size"], 3);
  EXPECT_EQ(now["ledger"]["origin"], "example.com/steel");
  EXPECT_EQ(now["engine"], Must("version").substr(0, now["engine"].get<std::string>().size()));
  EXPECT_EQ(Json::parse(before.out)["ledger"]["size"], 1);
  EXPECT_EQ(Do(kQuestion + " --ledger @deal --known-at 4").code, 2);
}

// Threat 4: whoever looked once notices that the past was changed; the answer is the same whether
// anything is known or not.
TEST_F(LedgerCli, WhatOneVerifiedBeforeIsKnown) {
  Order("2026-01-02");
  const std::string asked = kQuestion + " --ledger @deal --json";
  const Ran first = Do(asked);
  EXPECT_EQ(first.code, 0) << first.out;
  const std::filesystem::directory_iterator kept(folder + "/state/entente/known_ledgers");
  const std::string known = kept->path();
  const auto text = [&] {
    std::ifstream in(known);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string two = text();
  EXPECT_TRUE(two.starts_with("example.com/steel\n2\n")) << two;
  EXPECT_EQ(Do(asked).out, first.out);
  std::ofstream(folder + "/old.export") << Must("ledger export @deal");
  Order("2026-01-03");
  Must("ledger log @deal");
  EXPECT_TRUE(text().starts_with("example.com/steel\n3\n")) << text();
  EXPECT_EQ(Shape("ledger verify @old.export", "ledger_verified")["longer_known"], 3);
  EXPECT_NE(Must("ledger verify @old.export").find("shorter than a ledger of 3 entries"),
            std::string::npos);
  EXPECT_TRUE(text().starts_with("example.com/steel\n3\n")) << text();

  std::string other = two;
  other[20] = other[20] == 'A' ? 'B' : 'A';
  ASSERT_NE(other, two);
  const auto refused = [&](const std::string& name) {
    for (const std::string& command :
         {kQuestion + " --ledger @deal", std::string("ledger verify @deal")}) {
      EXPECT_NE(Do(command).code, 0);
      EXPECT_NE(Says(command).find(name), std::string::npos) << Says(command);
      EXPECT_NE(Says(command).find(known), std::string::npos) << Says(command);
    }
  };
  std::ofstream(known, std::ios::trunc) << other;
  refused("split-view");
  std::ofstream(known, std::ios::trunc) << two.substr(0, 18) + "9" + two.substr(19);
  refused("older-checkpoint");
  // Of what another release verified the root counts all the same.
  std::ofstream(known, std::ios::trunc) << other.substr(0, other.size() - 2) + "x\n";
  refused("split-view");
  // What cannot be read is as nothing.
  for (const std::string& nothing :
       {two.substr(0, two.size() - 2) + "x\n", std::string(), other.substr(0, 30)}) {
    std::ofstream(known, std::ios::trunc) << nothing;
    EXPECT_EQ(Do(asked).code, 0);
    EXPECT_TRUE(text().starts_with("example.com/steel\n3\n")) << text();
  }
  const std::string now = Do(asked).out;
  setenv("XDG_STATE_HOME", "/dev/null", 1);
  EXPECT_EQ(Do(asked).out, now);
}

TEST_F(LedgerCli, ShapesForPrograms) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  const Json log = Shape("ledger log @deal", "ledger_log");
  EXPECT_EQ(log["entries"].size(), 7u);
  EXPECT_EQ(log["entries"][2]["opened"]["fields/tons"], "60");
  const Json entry = Shape("ledger show @deal 2", "ledger_entry");
  EXPECT_EQ(entry["entry"], log["entries"][2]);
  EXPECT_EQ(Shape("ledger keys list @deal", "ledger_keys")["holders"].size(), 2u);
  const Json verified = Shape("ledger verify @deal", "ledger_verified");
  EXPECT_EQ(verified["checkpoint"], log["checkpoint"]);
  EXPECT_TRUE(verified["final"].is_null());
  EXPECT_EQ(Do("ledger show @deal 99").code, 2);
  const Json checkpoint = Shape("ledger checkpoint @deal", "ledger_checkpoint");
  EXPECT_EQ(checkpoint["checkpoint"], log["checkpoint"]);
  EXPECT_EQ(checkpoint["note"], Must("ledger checkpoint @deal"));
  EXPECT_EQ(Shape("ledger prove @deal 2", "ledger_receipt")["receipt"],
            Must("ledger prove @deal 2"));
  const Json key =
      Shape("ledger keys new w.example --purpose witness --unsealed --out @w.key", "ledger_key");
  EXPECT_EQ(Shape("ledger keys show @w.key", "ledger_key"), key);
  EXPECT_NE(key["verifier"].get<std::string>().find("w.example+"), std::string::npos);
  EXPECT_TRUE(Shape("ledger keys show @mill.key", "ledger_key")["verifier"].is_null());
  const Json later = Shape("ledger append @deal Order --on 2026-03-02 --key @yard.key --out @later",
                           "ledger_appended");
  EXPECT_TRUE(later["entry"].is_null());
  EXPECT_EQ(later["file"], folder + "/later");
  Json appended = Shape("ledger append @deal --submission @later", "ledger_appended");
  EXPECT_EQ(appended["entry"], 7);
  EXPECT_EQ(appended["duplicate"], false);
  EXPECT_EQ(Shape("ledger append @deal --submission @later", "ledger_appended")["duplicate"], true);
}

// A record goes in by batches: what comes later in it is of, and corrects, what went in before.
TEST_F(LedgerCli, ARecordIsImportedInBatches) {
  std::ofstream file(folder + "/many.jsonl");
  for (int i = 0; i < 300; ++i) {
    file << R"({"id":"o)" << i << R"(","kind":"Order","by":"Yard","happened":"2026-01-02",)"
         << R"("known":"2026-01-02","source":"fax )" << i << "\"}\n";
    // The first is in the batch before, the second must wait for its own.
    if (i == 260 || i == 299) {
      for (const int corrected : {1, i})
        file << R"({"id":"c)" << i << "-" << corrected << R"(","kind":"Correct","by":"Yard",)"
             << R"("known":"2026-01-02","fields":{"entry":"o)" << corrected
             << R"(","happened":"2026-01-01"}})"
             << "\n";
    }
  }
  file.close();
  // The clock was set back since: what leaves will be is known when they are there.
  On("2100-01-01", "ledger append @deal Order --key @yard.key");
  const Json done =
      Shape("ledger import @deal @many.jsonl --key @yard.key --even-so", "ledger_imported");
  ASSERT_EQ(done["entries"].size(), 304u);
  const Json log = Shape("ledger log @deal", "ledger_log")["entries"];
  ASSERT_EQ(log.size(), 306u);
  for (const Json& entry : done["entries"]) {
    const Json& there = log[entry["entry"].get<size_t>()];
    const std::string id = entry["record"];
    if (id[0] == 'o') {
      EXPECT_EQ(there["opened"]["remarks/source"], "fax " + id.substr(1));
      continue;
    }
    EXPECT_EQ(there["kind"], "correct");
    const Json& about = log[there["body"]["entry"].get<size_t>()];
    EXPECT_EQ(about["opened"]["remarks/source"], "fax " + id.substr(id.find('-') + 1)) << id;
    EXPECT_EQ(about["leaf"], there["body"]["leaf"]) << id;
  }
  Must("ledger verify @deal");
}

// What comes before an entry that is refused is in, and what comes behind it is not.
TEST_F(LedgerCli, AnImportEndsAtWhatIsRefused) {
  std::ofstream file(folder + "/bad.jsonl");
  for (int i = 0; i < 5; ++i) {
    file << R"({"id":"o)" << i << R"(","kind":"Order","by":"Yard","happened":"2026-01-02",)"
         << R"("known":"2026-01-02","source":")" << std::string(i == 3 ? 40'000 : 4, 'x')
         << "\"}\n";
  }
  file.close();
  EXPECT_EQ(Do("ledger import @deal @bad.jsonl --key @yard.key").code, 2);
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 4u);
  EXPECT_NE(Says("ledger import @deal @bad.jsonl --key @yard.key --even-so").find("too-long"),
            std::string::npos);
}

// A mistake that each line makes is shown so often and counted.
TEST_F(LedgerCli, FindingsAreCountedPastTheFirst) {
  for (const int lines : {50, 51}) {
    std::ofstream file(folder + "/slips.jsonl");
    for (int i = 0; i < lines; ++i) file << "{\"id\":\"o" << i << "\",\"tons\":\"1\"}\n";
    file.close();
    const std::string import = "ledger import @deal @slips.jsonl --key @yard.key";
    const std::string says = Says(import);
    EXPECT_EQ(says.find("and 1 more; --json has them all") != std::string::npos, lines == 51)
        << says;
    EXPECT_EQ(Json::parse(Do(import + " --json").out)["findings"].size(), lines);
  }
}

// What is in the ledger already is not signed a second time by a slip.
TEST_F(LedgerCli, TheSameRecordIsNotImportedTwice) {
  const std::string import = "ledger import @deal @steel.jsonl --key @yard.key --key @mill.key";
  const Json first = Shape(import, "ledger_imported");
  EXPECT_EQ(first["entries"].size(), 6u);
  EXPECT_EQ(first["entries"][0]["record"], "o1");
  EXPECT_EQ(Do(import).code, 2);
  EXPECT_NE(Says(import).find("o1 as e1"), std::string::npos) << Says(import);
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 7u);
  Must(import + " --even-so");
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 13u);
}

TEST_F(LedgerCli, WhatWasSealedElsewhereIsNotImported) {
  std::ofstream(folder + "/sealed.jsonl")
      << R"({"id":"b1","kind":"Order","by":"Yard","known":"2026-01-02","fields":{"reveals":"s1"}})"
      << "\n";
  EXPECT_NE(
      Says("ledger import @deal @sealed.jsonl --key @yard.key").find("reveals what was sealed"),
      std::string::npos);
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 1u);
}

TEST_F(LedgerCli, OnlyAFolderIsWrittenTo) {
  std::ofstream(folder + "/file") << Must("ledger export @deal");
  EXPECT_NE(Says("ledger append @file Order --key @yard.key").find("name the"), std::string::npos);
  EXPECT_EQ(Says("ledger append @file Order --key @yard.key").find("look"), std::string::npos);
  EXPECT_NE(Says("ledger prove @file 0").find("exported file"), std::string::npos);
  EXPECT_NE(Says("ledger log @nowhere").find("name a ledger's folder"), std::string::npos);
}

// The entries of a record come out of a ledger as they went in.
TEST_F(LedgerCli, ImportKeepsWhatTheRecordSays) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  for (const char* question :
       {"owed -a @steel.md --on 2026-03-30", "owed -a @steel.md --on 2026-02-01 --from 2026-01-01",
        "is '2.1 is overdue' -a @steel.md --on 2026-03-16"}) {
    std::string by_ledger = Do(std::string(question) + " --ledger @deal").out;
    std::string by_record = Do(std::string(question) + " --record @steel.jsonl").out;
    // Names of entries differ, and the line that says where they were taken from.
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"(e1)", "(o1)"},
                                   {"(e3)", "(i1)"},
                                   {"entry e4", "entry s2"}}) {
      if (const size_t at = by_ledger.find(from); at != std::string::npos)
        by_ledger.replace(at, from.size(), to);
    }
    by_ledger = by_ledger.substr(0, by_ledger.find("  ledger  "));
    by_ledger = by_ledger.substr(0, by_ledger.find("  text "));
    by_record = by_record.substr(0, by_record.find("  text "));
    EXPECT_EQ(by_ledger, by_record) << question;
  }
}

// What somebody writes down late changes what was answered of the days between, and nothing else.
TEST_F(LedgerCli, LateEntriesOverturnEarlierAnswers) {
  // The fixture's own ledger begins today.
  std::filesystem::remove_all(folder + "/deal");
  On("2026-01-01",
     "ledger init @deal --origin example.com/steel -a @steel.md --party @mill.key --party "
     "@yard.key");
  On("2026-01-02", "ledger append @deal Order --key @yard.key");
  On("2026-02-10", "ledger append @deal ship steel=Rods tons=100 --key @mill.key");
  const std::string log = "ledger log @deal --changed-answers -a @steel.md";
  EXPECT_TRUE(Shape(log, "overturned")["entries"].empty());
  On("2026-03-20", "ledger append @deal Invoice total=30000 --on 2026-02-12 --key @mill.key");
  Json overturned = Shape(log, "overturned", 1);
  ASSERT_EQ(overturned["entries"].size(), 1u);
  EXPECT_EQ(overturned["entries"][0]["entry"], "e3");
  bool found = false;
  for (const Json& change : overturned["entries"][0]["changes"]) {
    EXPECT_LE(change["through"], "2026-03-19");
    if (change["question"] != "3.1 is overdue") continue;
    found = true;
    EXPECT_EQ(change["from"], "2026-03-15");
    EXPECT_EQ(change["before"]["verdict"], "no");
    EXPECT_EQ(change["after"]["verdict"], "yes");
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(Shape(log + " --since 4", "overturned")["entries"].empty());
  std::ofstream(folder + "/asked") << "# ours\nis 3.1 is overdue\n- is 2.1 is overdue\n";
  overturned = Shape(log + " --questions @asked", "overturned", 1);
  EXPECT_EQ(overturned["questions"], 2);
  EXPECT_EQ(overturned["entries"][0]["changes"].size(), 1u);
  // A thousand entries are compared, and no more; a question that cannot be put shows which.
  std::ofstream record(folder + "/many.jsonl");
  for (int i = 0; i < 998; ++i)
    record << R"({"id": "o)" << i << R"(", "kind": "Order", "by": "Yard", "known": "2026-01-02"})"
           << "\n";
  record.close();
  On("2026-03-21", "ledger import @deal @many.jsonl --key @yard.key --even-so");
  std::ofstream(folder + "/asked") << "is nonsense\n";
  EXPECT_NE(Says(log + " --since 2 --questions @asked").find("line 1"), std::string::npos);
  EXPECT_NE(Says(log + " --since 1 --questions @asked").find("at most 1000"), std::string::npos);
  std::ofstream(folder + "/asked") << "# nothing\n";
  EXPECT_EQ(Do(log + " --questions @asked").code, 2);
}

// A text judges all days, those before it too; and what was signed with a stolen key is in doubt.
TEST_F(LedgerCli, ANewTextAndAStolenKeyOverturnEarlierAnswers) {
  std::filesystem::remove_all(folder + "/deal");
  std::ifstream in(folder + "/steel.md");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::string was = "within 30 days after an Invoice";
  ASSERT_NE(text.find(was), std::string::npos);
  text.replace(text.find(was), was.size(), "within 60 days after an Invoice");
  std::ofstream(folder + "/sixty.md") << text;
  On("2026-01-01",
     "ledger init @deal --origin example.com/steel -a @steel.md --party @mill.key --party "
     "@yard.key");
  On("2026-02-12", "ledger append @deal Invoice total=30000 --key @mill.key");
  On("2026-04-01", "ledger text @deal -a @sixty.md --key @mill.key --key @yard.key");
  std::ofstream(folder + "/asked") << "is 3.1 is overdue\n";
  const std::string log = "ledger log @deal --changed-answers --questions @asked -a @sixty.md";
  EXPECT_NE(Says(log).find("--earlier"), std::string::npos);
  EXPECT_TRUE(Shape(log, "overturned", 3)["entries"].empty());
  Json found = Shape(log + " --earlier @steel.md", "overturned", 1)["entries"];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["entry"], "e2");
  EXPECT_EQ(found[0]["changes"][0]["from"], "2026-03-15");
  EXPECT_EQ(found[0]["changes"][0]["through"], "2026-03-31");
  EXPECT_EQ(found[0]["changes"][0]["after"]["verdict"], "no");
  const std::string key =
      Shape("ledger keys list @deal", "ledger_keys")["holders"][0]["keys"][0]["id"];
  On("2026-05-01", "ledger keys rotate @deal @mill.key.next");
  On("2026-05-02",
     "ledger keys revoke @deal " + key + " --since 1 --key @mill.key.next --key @yard.key");
  found = Shape(log, "overturned", 1)["entries"];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["entry"], "e4");
  // What the thief signed may have happened all the same: an invoice does not count by being
  // recorded.
  for (const Json& change : found[0]["changes"]) EXPECT_EQ(change["after"]["verdict"], "depends");
}

TEST_F(LedgerCli, AnotherTextIsRefusedUntilAllSignIt) {
  std::ofstream(folder + "/other.md")
      << "# Another\n\n```entente\nagreement Other\nparty Mill, Yard\n"
         "notice Order\n1.1  Yard may give an Order\n```\n";
  const std::string question =
      "is 'an Order has happened' -a @other.md --ledger @deal --on 2026-06-01";
  EXPECT_EQ(Do(question).code, 2);
  EXPECT_NE(Says(question).find("other-agreement"), std::string::npos);
  EXPECT_NE(Says("ledger text @deal -a @other.md --key @mill.key").find("missing-signature"),
            std::string::npos);
  Must("ledger text @deal -a @other.md --key @mill.key --key @yard.key");
  EXPECT_EQ(Do(question + " --assume-nothing-further").code, 1);
  EXPECT_EQ(Do(kQuestion + " --ledger @deal").code, 2);
  // Of the time before, only the text that stood then.
  EXPECT_EQ(Do(kQuestion + " --ledger @deal --known-at 1").code, 1);
  EXPECT_EQ(Do(question + " --known-at 1").code, 2);
}

TEST_F(LedgerCli, TilesAreReadBackAndHeldAgainstTheEntries) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  Must("ledger export @deal --tiles @tiles");
  Json of_tiles = Shape("ledger verify @tiles", "ledger_verified");
  EXPECT_GT(of_tiles["withheld"], 0);
  EXPECT_EQ(of_tiles["checkpoint"], Shape("ledger verify @deal", "ledger_verified")["checkpoint"]);
  EXPECT_EQ(Shape("ledger log @tiles", "ledger_log")["entries"].size(), 7u);
  // Nothing is opened in them, and the answer says so.
  EXPECT_NE(Do("owed Mill -a @steel.md --ledger @tiles --on 2026-06-01").out.find("withheld"),
            std::string::npos);
  const auto spoilt = [&](const std::string& file, size_t at, const char* name) {
    const std::string path = folder + "/tiles/" + file;
    std::ifstream in(path, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    std::string other = whole;
    if (at < other.size()) {
      other[at] ^= 1;
    } else {
      other.pop_back();
    }
    std::ofstream(path, std::ios::binary) << other;
    const std::string said = Says("ledger verify @tiles");
    EXPECT_NE(said.find(name), std::string::npos) << file << " " << at << ": " << said;
    EXPECT_NE(Do("ledger verify @tiles").code, 0);
    std::ofstream(path, std::ios::binary) << whole;
  };
  spoilt("tile/0/000.p/7", 40, "wrong-tile");
  spoilt("tile/0/000.p/7", 1000, "wrong-tile");
  spoilt("tile/entries/000.p/7", 0, "store-damaged");
  spoilt("tile/entries/000.p/7", 1'000'000, "store-damaged");
  spoilt("checkpoint", 1'000'000, "not-a-note");
  std::filesystem::remove(folder + "/tiles/tile/0/000.p/7");
  EXPECT_NE(Says("ledger verify @tiles").find("is missing"), std::string::npos);
}

TEST_F(LedgerCli, AReceiptIsCheckedWithoutTheLedger) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  const std::string log = Must("ledger keys list @deal");
  const size_t key = log.find("log ") + 4;
  const std::string known = " --log '" + log.substr(key, log.find('\n', key) - key) + "'";
  for (const char* index : {"2", "3"}) {
    std::ofstream(folder + "/" + index + ".receipt")
        << Must("ledger prove @deal " + std::string(index) + " --out @" + index + ".entry");
  }
  const Json checked = Shape("ledger check @2.receipt @2.entry" + known, "ledger_receipt_checked");
  EXPECT_EQ(checked["entry"], 2);
  EXPECT_EQ(checked["kind"], "entry");
  EXPECT_TRUE(checked["final"].is_null());
  const auto refused = [&](const std::string& what, const char* name) {
    EXPECT_NE(Says("ledger check " + what).find(name), std::string::npos)
        << Says("ledger check " + what);
  };
  EXPECT_EQ(Do("ledger check @2.receipt @3.entry" + known).code, 1);
  refused("@2.receipt @3.entry" + known, "wrong-root");
  refused("@2.entry @2.entry" + known, "not-a-receipt");
  refused("@2.receipt @2.entry", "--log");
  refused("@none @2.entry" + known, "ledger prove");
  refused("@2.receipt @none" + known, "ledger prove");
  // Another ledger of the same name, and one of another.
  for (const char* name : {"example.com/steel", "example.com/other"}) {
    Must("ledger init @" + std::string(name).substr(12) + " --origin " + name +
         " -a @steel.md --party @mill.key --party @yard.key");
    const std::string keys = Must("ledger keys list @" + std::string(name).substr(12));
    const size_t at = keys.find("log ") + 4;
    refused("@2.receipt @2.entry --log '" + keys.substr(at, keys.find('\n', at) - at) + "'",
            std::string(name).ends_with("steel") ? "bad-signature" : "other-log");
  }
  // A policy that asks for a witness: it is in the ledger, and not final.
  Must("ledger keys new w.example --purpose witness --unsealed --out @w.key");
  const std::string witness =
      Shape("ledger keys show @w.key", "ledger_key")["verifier"].get<std::string>();
  std::ofstream(folder + "/policy") << "witness w " << witness << "\nquorum w\n";
  EXPECT_EQ(Shape("ledger check @2.receipt @2.entry --policy @policy" + known,
                  "ledger_receipt_checked", 1)["final"],
            false);
}

// One party's nonsense keeps nobody from an answer.
TEST_F(LedgerCli, WhatTheAgreementCannotTakeIsLeftOutAndSaid) {
  Must("ledger append @deal Dance --key @mill.key");
  Must("ledger append @deal ship steel=Rods tons=many --key @mill.key");
  Must("ledger append @deal Order --on 2999-01-01 --key @yard.key");
  Order("2026-01-02");
  const Json out = Shape(kQuestion + " --ledger @deal", "answer");
  EXPECT_EQ(out["verdict"], "yes");
  const std::string notes = out["notes"].dump();
  for (const char* said : {"`Dance`", "`many`", "e3 is left out"})
    EXPECT_NE(notes.find(said), std::string::npos) << notes;
}

// A notice is an act of whoever gives it.
TEST_F(LedgerCli, NobodyGivesAnothersNotice) {
  Must("ledger append @deal Order --by yard --on 2026-01-02 --key @mill.key");
  Must("ledger append @deal Order --by Yard --on 2026-01-02 --key @mill.key");
  EXPECT_EQ(Do(kQuestion + " --ledger @deal").code, 1);
}

TEST_F(LedgerCli, WhatIsContestedSettlesNothing) {
  Must("ledger append @deal Invoice total=30000 --on 2026-02-12 --key @mill.key");
  const std::string question =
      "is 'an Invoice has happened' -a @steel.md --ledger @deal --on 2026-06-01 "
      "--assume-nothing-further";
  EXPECT_EQ(Do(question).code, 0);
  Must("ledger contest @deal 1 --why 'not so' --key @yard.key");
  const Json out = Shape(question, "answer", 3);
  EXPECT_NE(out["notes"].dump().find("e1 is contested by Yard"), std::string::npos);
  // Before its day nothing is open.
  EXPECT_EQ(Do("is 'an Invoice has happened' -a @steel.md --ledger @deal --on 2026-02-11 "
               "--assume-nothing-further")
                .code,
            1);
  EXPECT_EQ(Do(question + " --known-at 2").code, 0);
  Must("ledger withdraw @deal 2 --key @yard.key");
  EXPECT_EQ(Do(question).code, 0);
}

// Threat 15: from the entry named on, what the stolen key signed settles nothing.
TEST_F(LedgerCli, WhatAStolenKeySignedSettlesNothing) {
  Must("ledger append @deal Invoice total=1 --on 2026-02-12 --key @mill.key");
  Must("ledger keys rotate @deal @mill.key.next --unsealed");
  const std::string id =
      Shape("ledger keys list @deal", "ledger_keys")["holders"][0]["keys"][0]["id"];
  const std::string question =
      "is 'an Invoice has happened' -a @steel.md --ledger @deal --on 2026-06-01 "
      "--assume-nothing-further";
  EXPECT_EQ(Do(question).code, 0);
  Must("ledger keys revoke @deal " + id + " --since 1 --key @mill.key.next");
  EXPECT_EQ(Do(question).code, 3);
}

// A text of two parties is settled by two.
TEST_F(LedgerCli, ALedgerIsBegunByThePartiesOfTheText) {
  const std::string init =
      "ledger init @new --origin example.com/new -a @steel.md --party @mill.key";
  EXPECT_NE(Says(init).find("the parties of the text are"), std::string::npos);
  Must("ledger keys new Other --unsealed --out @other.key");
  EXPECT_EQ(Do(init + " --party @yard.key --party @other.key").code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder + "/new"));
  Must(init + " --even-so");
}

// A correction rewrites only what its author may, counts only while it stands, and keeps no entry
// from being read.
TEST_F(LedgerCli, CorrectionsCountWhileTheyStand) {
  Must("ledger append @deal Invoice total=30000 --on 2026-02-12 --key @mill.key");
  const auto owed = [&](const std::string& more = "") {
    return Do("owed Yard -a @steel.md --on 2026-03-20" + more + " --ledger @deal").out;
  };
  EXPECT_NE(owed().find("$30,000"), std::string::npos);
  // An entry that calls itself a correction is none.
  Must("ledger append @deal Correct entry=e1 total=1 --key @yard.key");
  EXPECT_NE(owed().find("$30,000"), std::string::npos);
  EXPECT_NE(owed().find("e2 is left out"), std::string::npos);
  // One that cannot be read leaves the entry as it was.
  Must("ledger correct @deal 1 total=many --key @mill.key");
  EXPECT_NE(owed().find("$30,000"), std::string::npos);
  Must("ledger correct @deal 1 total=25000 --key @mill.key");
  EXPECT_NE(owed().find("$25,000"), std::string::npos);
  // Withheld, it is not known which it is.
  std::ofstream(folder + "/part.export") << Must("ledger export @deal --withhold total@4");
  const std::string part = Do("owed Yard -a @steel.md --on 2026-03-20 --ledger @part.export").out;
  EXPECT_EQ(part.find("$30,000"), std::string::npos) << part;
  EXPECT_NE(part.find("e1 is corrected by values that were withheld"), std::string::npos) << part;
  EXPECT_EQ(Do("ledger export @deal --withhold totl").code, 2);
  // Contested, it counts no more.
  Must("ledger contest @deal 4 --why 'not agreed' --key @yard.key");
  EXPECT_NE(owed().find("$30,000"), std::string::npos);
  EXPECT_EQ(Do("ledger redact @deal 1 --field totl --why x --key @mill.key").code, 2);
}

// What a party wrote forges no line of what is shown.
TEST_F(LedgerCli, WhatIsShownStaysOnItsLine) {
  Must("ledger append @deal Invoice \"total=1\n    9  forged\" --key @mill.key");
  EXPECT_EQ(Do("ledger log @deal").out.find("\n    9  forged"), std::string::npos);
}

TEST_F(LedgerCli, FilesThatAreNoneOfOursAreRefusedByName) {
  std::ofstream(folder + "/nonsense") << "nonsense\n";
  std::filesystem::create_directories(folder + "/empty");
  std::filesystem::create_directories(folder + "/not");
  std::ofstream(folder + "/not/ledger.sqlite") << std::string(8192, 'x');
  for (const auto& [where, name] :
       {std::pair<const char*, const char*>{"@nonsense", "not-an-export"},
        {"@missing", "store-failed"},
        {"@empty", "store-failed"},
        {"@not", "store-damaged"}}) {
    EXPECT_NE(Do(std::string("ledger verify ") + where).code, 0) << where;
    EXPECT_NE(Says(std::string("ledger verify ") + where).find(name), std::string::npos) << where;
    EXPECT_EQ(Do(kQuestion + " --ledger " + where).code, 2) << where;
  }
  EXPECT_NE(Says("ledger append @deal Order --key @nonsense").find("not-a-key"), std::string::npos);
  EXPECT_NE(Says("ledger append @deal Order").find("no-key"), std::string::npos);
  Must("ledger keys new example.com/w --purpose witness --unsealed --out @w.key");
  EXPECT_NE(Says("ledger append @deal Order --key @w.key").find("wrong-purpose"),
            std::string::npos);
  EXPECT_EQ(Do("ledger init @deal --origin example.com/steel -a @steel.md --party @mill.key").code,
            2);
  EXPECT_EQ(Do(kQuestion + " --ledger @deal --record @steel.jsonl").code, 2);
  // One key for two: refused before anything is made.
  EXPECT_NE(Says("ledger init @twice --origin example.com/steel -a @steel.md --party @mill.key "
                 "--party @mill.key --even-so")
                .find("name-taken"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder + "/twice"));
}

// Two parties who trust neither each other nor the operator: no secret leaves its machine.
TEST_F(LedgerCli, EachPartySignsTheGenesisAndASeatWithItsOwnKey) {
  for (const char* name : {"mill", "yard"})
    std::ofstream(folder + "/" + name + ".pub")
        << Must("ledger keys show @" + std::string(name) + ".key --public");
  std::ifstream in(folder + "/mill.pub");
  const std::string shown(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(shown.find("secret"), std::string::npos) << shown;
  EXPECT_EQ(Shape("ledger keys show @mill.pub", "ledger_key")["id"],
            Shape("ledger keys show @mill.key", "ledger_key")["id"]);
  const std::string init =
      "ledger init @far --origin example.com/far -a @steel.md --party @mill.pub --party @yard.pub";
  EXPECT_NE(Says(init).find("the secret of Mill and Yard is not here"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder + "/far"));
  Must(init + " --out @genesis");
  EXPECT_NE(Says("ledger init @far --submission @genesis").find("missing-signature"),
            std::string::npos);
  // A party signs the text that it read, and no other.
  std::ifstream text(folder + "/steel.md");
  std::ofstream(folder + "/other.md") << text.rdbuf() << "\nMore.\n";
  EXPECT_NE(Says("ledger sign @genesis --key @mill.key -a @other.md").find("other-agreement"),
            std::string::npos);
  Must("ledger sign @genesis --key @mill.key -a @steel.md --out @once");
  EXPECT_NE(Says("ledger init @far --submission @once").find("missing-signature"),
            std::string::npos);
  Must("ledger sign @once --key @yard.key --out @twice");
  // Elsewhere the log has another key.
  EXPECT_NE(Says("ledger init @deal --submission @twice").find("other-log"), std::string::npos);
  EXPECT_EQ(Do("ledger init @nowhere --submission @twice").code, 2);
  Must("ledger init @far --submission @twice");
  EXPECT_EQ(Shape("ledger verify @far", "ledger_verified")["checkpoint"]["size"], 1);
  EXPECT_NE(Do("ledger init @far --submission @twice").code, 0);

  Must("ledger keys new Ada --unsealed --out @ada.key");
  std::ofstream(folder + "/ada.pub") << Must("ledger keys show @ada.key --public");
  EXPECT_NE(Says("ledger keys register @far @ada.pub --key @mill.key").find("the secret of Ada"),
            std::string::npos);
  Must("ledger keys register @far @ada.pub --key @mill.key --out @seat");
  Must("ledger sign @seat --key @yard.key --out @seat2");
  EXPECT_NE(Says("ledger append @far --submission @seat2").find("missing-signature"),
            std::string::npos);
  Must("ledger sign @seat2 --key @ada.key --out @seat3");
  Must("ledger append @far --submission @seat3");
  EXPECT_EQ(Shape("ledger keys list @far", "ledger_keys")["holders"].size(), 3u);
  EXPECT_NE(Says("ledger append @far Order --key @mill.pub").find("no-key"), std::string::npos);
}

// What a try that failed has left does not stand in the way of the next.
TEST_F(LedgerCli, InitCanBeTriedAgain) {
  const std::string init =
      "ledger init @again --origin example.com/again -a @steel.md --party @mill.key "
      "--party @yard.key";
  EXPECT_EQ(Do(init + " --store postgresql:///none?host=/nowhere").code, 2);
  EXPECT_TRUE(std::filesystem::exists(folder + "/again/signer/state"));
  EXPECT_NE(Says("ledger init @again --origin example.com/other -a @steel.md --party @mill.key "
                 "--party @yard.key")
                .find("other-log"),
            std::string::npos);
  Must(init);
  EXPECT_NE(Says(init).find("holds a ledger"), std::string::npos);
  // The signer remembers, though the entries are gone.
  for (const char* tail : {"", "-wal", "-shm"})
    std::filesystem::remove(folder + "/again/ledger.sqlite" + tail);
  EXPECT_NE(Says(init).find("restored-backup"), std::string::npos);
}

// One slip in a correction does not undo those before and behind it.
TEST_F(LedgerCli, OnlyTheCorrectionThatCannotBeTakenIsLeftOut) {
  Must("ledger append @deal Invoice total=30000 --on 2026-02-12 --key @mill.key");
  const auto owes = [&](const std::string& sum) {
    const std::string out = Do("owed Yard -a @steel.md --ledger @deal --on 2026-03-10").out;
    EXPECT_NE(out.find(sum), std::string::npos) << out;
    return out;
  };
  Must("ledger correct @deal 1 total=25000 --key @mill.key");
  owes("$25,000");
  // Held against the agreement first, it is not signed.
  EXPECT_NE(Says("ledger correct @deal 1 foo=1 -a @steel.md --key @mill.key").find("not-taken"),
            std::string::npos);
  Must("ledger correct @deal 1 foo=1 --key @mill.key");
  Must("ledger correct @deal 1 total=abc --key @mill.key");
  owes("$25,000");
  Must("ledger correct @deal 1 total=20000 -a @steel.md --key @mill.key");
  const std::string out = owes("$20,000");
  for (const char* left : {"e3 is left out", "e4 is left out"})
    EXPECT_NE(out.find(left), std::string::npos) << out;
  EXPECT_EQ(out.find("e5 is left out"), std::string::npos);
}

// What is contested or withheld may be owed: "nothing is owed" would be a wrong answer, on which
// somebody does not pay.
TEST_F(LedgerCli, WhatIsOpenIsNotSaidToBeOwedByNobody) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  const std::string question = "owed Yard -a @steel.md --on 2026-04-20 --ledger ";
  EXPECT_EQ(Do(question + "@deal").code, 1);
  std::ofstream(folder + "/w.export") << Must("ledger export @deal --withhold total");
  const Json withheld = Shape(question + "@w.export", "owed", 3);
  ASSERT_EQ(withheld["unsettled"].size(), 1u);
  EXPECT_EQ(withheld["unsettled"][0]["entry"], "e3");
  EXPECT_EQ(withheld["unsettled"][0]["clauses"], Json::array({"3.1"}));
  EXPECT_NE(Do(question + "@w.export").out.find("nothing is owed for certain"), std::string::npos);
  EXPECT_NE(Do(question + "@w.export --format csv").out.find("\nopen,"), std::string::npos);
  // Another's invoices change nothing of what the mill owes.
  EXPECT_EQ(
      Shape("owed Mill -a @steel.md --on 2026-01-20 --ledger @w.export", "owed", -1)["unsettled"]
          .size(),
      0u);
  const Json audit = Shape("audit -a @steel.md --ledger @w.export", "audit", 1);
  EXPECT_NE(audit.dump().find("withheld"), std::string::npos);
  Must("ledger contest @deal 3 --why 'no delivery' --key @yard.key");
  EXPECT_EQ(Shape(question + "@deal", "owed", 3)["unsettled"][0]["entry"], "e3");
  EXPECT_NE(Do("audit -a @steel.md --ledger @deal").out.find("open: it is contested"),
            std::string::npos);
}

// Every answer from a ledger names its size and root and what answered, in text and for programs.
TEST_F(LedgerCli, EveryAnswerNamesItsLedger) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  const Json log = Shape("ledger log @deal", "ledger_log");
  const std::string root = log["checkpoint"]["root"];
  for (const auto& [command, schema] : std::vector<std::pair<std::string, std::string>>{
           {"may 'Mill ship'", "answer"},
           {"is '3.1 is overdue'", "answer"},
           {"when 'Mill ship'", "timeline"},
           {"why 'Mill ship'", "answer"},
           {"owed Yard", "owed"},
           {"powers Yard", "powers"},
           {"audit", "audit"},
           {"timeline", "lanes"},
           {"whatif 'Order on 3 May 2026'", "comparison"},
           {"stages Order", "stages"},
           {"ahead", "changes"}}) {
    const std::string asked = command + " -a @steel.md --ledger @deal";
    const Json shape = Shape(asked, schema, -1);
    EXPECT_EQ(shape["ledger"]["root"], root) << command;
    EXPECT_EQ(shape["ledger"]["size"], 7) << command;
    EXPECT_NE(shape["engine"].get<std::string>().find("entente 0."), std::string::npos) << command;
    const std::string text = Do(asked).out;
    EXPECT_NE(text.find(root), std::string::npos) << command << text;
    EXPECT_NE(text.find("by entente 0."), std::string::npos) << command << text;
  }
}

TEST_F(LedgerCli, ExhibitsAreLimited) {
  std::ofstream(folder + "/exhibit") << "x";
  const auto made = [&](uintmax_t bytes) {
    std::filesystem::resize_file(folder + "/exhibit", bytes);
    std::filesystem::remove(folder + "/manifest");
    return Do("ledger evidence new @exhibit --out @manifest").code;
  };
  EXPECT_EQ(made(64 << 20), 0);
  EXPECT_EQ(made((64 << 20) + 1), 2);
  EXPECT_NE(Says("ledger evidence new /dev/zero --out @manifest").find("is no file"),
            std::string::npos);
}

// Slips that a user made, and what is said of them.
TEST_F(LedgerCli, WhoSignsForOthersIsTold) {
  EXPECT_NE(Says("ledger import @deal @steel.jsonl --key @yard.key").find("signed for others"),
            std::string::npos);
  Must("ledger keys new w.example --purpose witness --unsealed --out @w.key");
  std::ofstream(folder + "/cosigned") << Must("ledger cosign @deal --key @w.key");
  EXPECT_NE(Says("ledger accept @deal @cosigned").find("names no witnesses"), std::string::npos);
  EXPECT_NE(
      Says("ledger append @deal ship steel=Rods steel=Rods --key @mill.key").find("stands twice"),
      std::string::npos);
  setenv("ENTENTE_NOW", "", 1);
  EXPECT_EQ(Do("ledger log @deal").code, 0);
  unsetenv("ENTENTE_NOW");
}

// What was left out of the record is not said to have been in order.
TEST_F(LedgerCli, AuditNamesWhatWasLeftOut) {
  Must("ledger append @deal Order --on 2026-99-01 --key @yard.key");
  const Ran audit = Do("audit -a @steel.md --ledger @deal");
  EXPECT_EQ(audit.code, 1);
  EXPECT_NE(audit.out.find("e1 is left out"), std::string::npos) << audit.out;
  EXPECT_EQ(audit.out.find("nothing recorded was"), std::string::npos) << audit.out;
}

// The files for programs that read tiles must not take the place of the ledger.
TEST_F(LedgerCli, TilesAreNotWrittenIntoALedger) {
  EXPECT_NE(Says("ledger export @deal --tiles @deal").find("holds a ledger"), std::string::npos);
  Must("ledger export @deal --tiles @tiles");
  std::filesystem::copy(folder + "/tiles", folder + "/deal",
                        std::filesystem::copy_options::recursive);
  Order("2026-01-02");
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 2u);
}

// Nobody signs that they saw a history that is not the one they verified.
TEST_F(LedgerCli, NobodySignsOntoAForkThatTheyCouldKnow) {
  Order("2026-01-02");
  std::filesystem::copy(folder + "/deal", folder + "/fork",
                        std::filesystem::copy_options::recursive);
  Order("2026-01-03");
  Must("ledger append @fork Order --on 2026-01-04 --key @yard.key");
  Must("ledger log @deal");
  EXPECT_NE(Says("ledger append @fork Order --key @yard.key").find("split-view"),
            std::string::npos);
  EXPECT_NE(Says("ledger keys list @fork").find("split-view"), std::string::npos);
  Order("2026-01-05");
}

// A statement about another is lodged like any.
TEST_F(LedgerCli, WhatIsAboutAnEntryIsLodgedToo) {
  Must("ledger keys new w.example --purpose witness --unsealed --out @w.key");
  Order("2026-01-02");
  Must("ledger contest @deal 1 --why 'not ours' --key @mill.key");
  Must("ledger append @deal Order --key @yard.key --out @order");
  Must("ledger lodge @deal @order --key @w.key");
  Must("ledger withdraw @deal 2 --key @mill.key --out @withdrawal");
  Must("ledger lodge @deal @withdrawal --key @w.key");
}

// What was said of the last day that can be written is all of it.
TEST_F(LedgerCli, TheLastDayKnowsEverything) {
  Order("2026-01-02");
  EXPECT_EQ(Do(kQuestion + " --ledger @deal --known-at 9999-12-31").code, 0);
  EXPECT_EQ(Do(kQuestion + " --ledger @deal --known-at 2020-01-01").code, 1);
}

// A value that is no text would make every export unreadable.
TEST_F(LedgerCli, ValuesAreUtf8) {
  EXPECT_NE(Says("ledger append @deal ship steel=$(printf 'R\\377') --key @mill.key").find("UTF-8"),
            std::string::npos);
  EXPECT_NE(
      Says("ledger append @deal Order --source $(printf '\\377') --key @yard.key").find("UTF-8"),
      std::string::npos);
  std::ofstream(folder + "/e") << Must("ledger export @deal");
  Must("ledger verify @e");
}

// Threat 3 and 16: a checkpoint is final when the witness whom the policy names cosigned it, and
// the witness cosigns no second history.
TEST_F(LedgerCli, AWitnessMakesACheckpointFinal) {
  Must("ledger keys new example.com/w --purpose witness --unsealed --out @w.key");
  const std::string shown = Must("ledger keys show @w.key");
  const size_t at = shown.find("verifier  ") + 10;
  const std::string witness =
      "witness w " + shown.substr(at, shown.find('\n', at) - at) + "\nquorum w\n";
  std::ofstream(folder + "/policy") << witness;
  const auto begin = [&](const std::string& name) {
    Must("ledger init @" + name +
         " --origin example.com/steel -a @steel.md --party @mill.key "
         "--party @yard.key --policy @policy");
  };
  begin("watched");
  EXPECT_EQ(Do("ledger verify @watched").code, 1);
  // A policy of one's own that trusts another log.
  std::ofstream(folder + "/other")
      << "log " << Shape("ledger keys list @deal", "ledger_keys")["log"].get<std::string>() << "\n"
      << witness;
  const auto cosign = [&](const std::string& from) {
    const Ran ran = Do("ledger cosign " + from + " --key @w.key");
    if (ran.code == 0) std::ofstream(folder + "/cosigned") << ran.out;
    return ran.code;
  };
  ASSERT_EQ(cosign("@watched"), 0);
  Must("ledger accept @watched @cosigned");
  EXPECT_EQ(Do("ledger verify @watched").code, 0);
  EXPECT_EQ(Do("ledger verify @watched --policy @other").code, 1);
  std::ofstream(folder + "/final.export") << Must("ledger export @watched");
  EXPECT_EQ(Do("ledger verify @final.export").code, 0);
  Must("ledger append @watched Order --key @yard.key");
  EXPECT_EQ(Do("ledger verify @watched").code, 1);
  // The ledger went on; what was cosigned stays final, and what came since is not.
  Json verified = Shape("ledger verify @watched", "ledger_verified", 1);
  EXPECT_EQ(verified["final"], false);
  EXPECT_EQ(verified["final_size"], 1);
  // A reader keeps what is final, and the ledger must go on from that.
  EXPECT_NE(entente::tests::Shell("cat " + folder + "/state/entente/known_ledgers/*")
                .out.find("example.com/steel\n1\n"),
            std::string::npos);
  // A cosignature may come in when the ledger has gone on.
  ASSERT_EQ(cosign("@watched"), 0);
  Must("ledger append @watched Order --key @yard.key");
  Must("ledger accept @watched @cosigned");
  EXPECT_EQ(Shape("ledger verify @watched", "ledger_verified", 1)["final_size"], 2);
  EXPECT_NE(Do("ledger verify @watched").out.find("final up to 2 entries"), std::string::npos);
  // What is final goes out as that.
  std::ofstream(folder + "/prefix.export") << Must("ledger export @watched --final");
  EXPECT_EQ(Shape("ledger verify @prefix.export", "ledger_verified")["checkpoint"]["size"], 2);
  EXPECT_NE(Says("ledger export @unwatched --final").find("holds no ledger"), std::string::npos);
  std::string other;
  std::ifstream(folder + "/cosigned") >> other;
  std::ofstream(folder + "/elsewhere") << other << "\n2\n" << std::string(43, 'A') << "=\n\n";
  EXPECT_NE(Do("ledger accept @watched @elsewhere").code, 0);
  ASSERT_EQ(cosign("@watched"), 0);
  Must("ledger accept @watched @cosigned");
  EXPECT_EQ(Do("ledger verify @watched").code, 0);
  // Going back, or another ledger of that name.
  EXPECT_NE(Says("ledger cosign @final.export --key @w.key").find("older-checkpoint"),
            std::string::npos);
  begin("forked");
  for (int i = 0; i < 2; ++i) Must("ledger append @forked Order --key @yard.key");
  EXPECT_NE(Says("ledger cosign @forked --key @w.key").find("split-view"), std::string::npos);
}

// Every reason of refusal that the sources give stands on the page about the format.
TEST(LedgerDocs, EveryReasonIsListed) {
  const auto read = [](const std::filesystem::path& path) {
    std::ifstream in(path);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string page = read(ENTENTE_SOURCE_DIR "/docs/ledger_format.md");
  size_t reasons = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(ENTENTE_SOURCE_DIR "/src/ledger")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read(entry.path());
    for (const char* call : {"Fail(\"", "Refuse(\"", "Failure{\""}) {
      for (size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
        const size_t begin = at + std::string_view(call).size();
        const std::string name = text.substr(begin, text.find('"', begin) - begin);
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
        ++reasons;
      }
    }
  }
  EXPECT_GE(reasons, 60u);
}

// Threat 2: the operator takes no statement of the yard, and the yard can show it.
TEST_F(LedgerCli, ThreatTwoAStatementThatIsNotTakenIsLodged) {
  const std::string log = Shape("ledger keys list @deal", "ledger_keys")["log"];
  for (const std::string name : {"w", "v"}) {
    Must("ledger keys new " + name + ".example --purpose witness --unsealed --out @" + name +
         ".key");
    const std::string shown = Must("ledger keys show @" + name + ".key");
    const size_t key = shown.find("verifier  ") + 10;
    std::ofstream(folder + "/" + name + ".policy")
        << "log " << log << "\nwitness " << name << " "
        << shown.substr(key, shown.find('\n', key) - key) << "\nquorum none\n";
  }
  Order("2026-01-02");
  const std::string at = "ENTENTE_NOW=2026-02-01T10:00:00Z ";
  const auto run = [&](const std::string& clock, const std::string& arguments) {
    return entente::tests::Shell("cd " ENTENTE_SOURCE_DIR " && " + clock + ENTENTE_PROGRAM " " +
                                 Placed(arguments) + " 2>/dev/null");
  };
  ASSERT_EQ(run(at, "ledger append @deal Order --on 2026-02-01 --key @yard.key --out @kept").code,
            0);
  ASSERT_EQ(run(at, "ledger append @deal Order --on 2026-01-31 --key @yard.key --out @other").code,
            0);
  // A witness confirms nothing that could not be taken, and only with a witness's key.
  EXPECT_EQ(Do("ledger lodge @deal @w.policy --key @w.key").code, 2);
  EXPECT_EQ(Do("ledger lodge @deal @kept --key @yard.key").code, 2);
  const Ran lodged = run(at, "ledger lodge @deal @kept --key @w.key");
  ASSERT_EQ(lodged.code, 0) << lodged.out;
  std::ofstream(folder + "/lodged") << lodged.out;
  const std::string verify = "ledger verify @deal --lodged @lodged --policy @w.policy";
  // Nothing was recorded since.
  EXPECT_EQ(Shape(verify, "ledger_verified", 1)["lodged"]["others_before"], 0);
  const std::string old = Must("ledger export @deal");
  std::ofstream(folder + "/old") << old;
  // The mill's next order is; the yard's is not.
  ASSERT_EQ(run("ENTENTE_NOW=2026-02-01T10:00:01Z ",
                "ledger append @deal Order --on 2026-02-01 --key @mill.key")
                .code,
            0);
  Json found = Shape(verify, "ledger_verified", 1)["lodged"];
  EXPECT_EQ(found["others_before"], 1);
  EXPECT_TRUE(found["entry"].is_null());
  EXPECT_EQ(found["since"], "2026-02-01T10:00:00Z");
  EXPECT_EQ(found["witness"], "w.example");
  EXPECT_NE(Do(verify).out.find("NOT THERE"), std::string::npos);
  // By the export alone, and not by a witness whom nobody named.
  std::ofstream(folder + "/file") << Must("ledger export @deal");
  EXPECT_EQ(Do("ledger verify @file --lodged @lodged --policy @w.policy").code, 1);
  EXPECT_EQ(Do("ledger verify @file --lodged @lodged --policy @v.policy").code, 2);
  EXPECT_EQ(Do("ledger verify @file --lodged @w.policy --policy @w.policy").code, 2);
  // Nobody is accused by a lodging that no witness signed.
  std::string accusing = lodged.out;
  accusing.insert(accusing.find('\n', accusing.find("@v1\n") + 4) + 1, "9");
  std::ofstream(folder + "/accusing") << accusing;
  EXPECT_NE(Says("ledger verify @file --lodged @accusing --policy @w.policy").find("bad-signature"),
            std::string::npos);
  std::string forged = lodged.out;
  forged.replace(forged.find("2 Yard"), 6, "9 Yard");
  std::ofstream(folder + "/forged") << forged;
  EXPECT_EQ(Do("ledger verify @file --lodged @forged --policy @w.policy").code, 2);
  // Taken after all, or replaced by its author.
  const std::string copy = "cp -r " + folder + "/deal " + folder + "/copy";
  ASSERT_EQ(entente::tests::Shell(copy).code, 0);
  Must("ledger append @deal --submission @kept");
  found = Shape(verify, "ledger_verified")["lodged"];
  EXPECT_EQ(found["entry"], 3);
  EXPECT_EQ(found["others_before"], 1);
  EXPECT_NE(Do(verify).out.find("1 other entry was taken before it"), std::string::npos);
  EXPECT_NE(Says("ledger lodge @deal @kept --key @w.key").find("it is entry 3"), std::string::npos);
  Must("ledger append @copy --submission @other");
  // Somebody who has not seen the other history.
  setenv("XDG_STATE_HOME", (folder + "/elsewhere").c_str(), 1);
  EXPECT_EQ(Shape("ledger verify @copy --lodged @lodged --policy @w.policy",
                  "ledger_verified")["lodged"]["instead"],
            3);
  // The same witness has other ledgers too.
  Must(
      "ledger init @elsewhere --origin example.com/elsewhere -a @steel.md --party @mill.key "
      "--party "
      "@yard.key");
  Must("ledger cosign @elsewhere --key @w.key");
  // A witness vouches for no older ledger than it has seen, and what it saw binds the accuser: a
  // stranger's ledger of the same name proves nothing against this one.
  EXPECT_NE(Says("ledger lodge @old @kept --key @w.key").find("older-checkpoint"),
            std::string::npos);
  for (const char* name : {"Mill", "Yard"})
    Must(std::string("ledger keys new ") + name + " --unsealed --out @false." + name);
  Must(
      "ledger init @false --origin example.com/steel -a @steel.md --party @false.Mill --party "
      "@false.Yard");
  Must("ledger append @false Order --key @false.Yard --out @claim");
  EXPECT_NE(Says("ledger lodge @false @claim --key @w.key"), "");
  std::ofstream(folder + "/lies") << Must("ledger lodge @false @claim --key @v.key");
  EXPECT_NE(Says("ledger verify @deal --lodged @lies --policy @v.policy").find("split-view"),
            std::string::npos);
}

// Whoever holds no more than an export signs from it, and hands in, or lodges, what it signed.
TEST_F(LedgerCli, AnAuthorNeedsNoMoreThanAnExport) {
  Must("ledger append @deal Invoice total=1 --on 2026-02-12 --key @mill.key");
  std::ofstream(folder + "/file") << Must("ledger export @deal");
  Must("ledger append @file Order --on 2026-02-01 --key @yard.key --out @one");
  Must("ledger append @deal --submission @one");
  std::ofstream(folder + "/later") << Must("ledger export @deal");
  Must("ledger contest @later 1 --why 'not ours' --key @yard.key --out @two");
  Must("ledger append @deal --submission @two");
  EXPECT_EQ(Shape("ledger log @deal", "ledger_log")["entries"].size(), 4u);
  EXPECT_EQ(Shape("ledger keys list @file", "ledger_keys")["holders"].size(), 2u);
  EXPECT_EQ(Shape("ledger checkpoint @file", "ledger_checkpoint")["checkpoint"]["size"], 2);
}

// Disaster recovery: the disk with the entries is gone, and each party has an export.
TEST_F(LedgerCli, AStoreIsMadeAnewFromAnExport) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  std::ofstream(folder + "/old") << Must("ledger export @deal");
  Order("2026-01-03");
  const std::string newest = Must("ledger export @deal");
  std::ofstream(folder + "/newest") << newest;
  const std::string before = Must("ledger log @deal --json");
  EXPECT_EQ(Do("ledger restore @deal @newest").code, 2);
  const auto lose = [&] {
    for (const char* file : {"", "-wal", "-shm", ".lock"})
      std::filesystem::remove(folder + "/deal/ledger.sqlite" + file);
  };
  // An older copy than what was signed makes no second history.
  lose();
  EXPECT_NE(Says("ledger restore @deal @old").find("restored-backup"), std::string::npos);
  lose();
  // Nothing is written of a copy that does not hold.
  std::string bad = newest;
  bad[bad.size() / 2] ^= 1;
  std::ofstream(folder + "/bad") << bad;
  EXPECT_EQ(Do("ledger restore @deal @bad").code, 2);
  Must("ledger restore @deal @newest");
  EXPECT_EQ(Must("ledger log @deal --json"), before);
  EXPECT_EQ(Must("ledger export @deal"), newest);
  Order("2026-01-04");
  EXPECT_EQ(Do("ledger verify @deal").code, 0);
  // Without a signer nothing goes on.
  std::filesystem::create_directory(folder + "/empty");
  EXPECT_NE(Says("ledger restore @empty @newest").find("no signer"), std::string::npos);
}

// Threat 18: where the order in which the operator took two entries decides, the answer says so;
// and of whatever else it took in another order, nothing comes of it.
TEST_F(LedgerCli, ThreatEighteenWhereTheOrderDecidesTheAnswerSaysSo) {
  std::ofstream(folder + "/claim.md") << "# Claim\n\n```entente\n"
                                         "agreement Option\neffective 1 January 2026\n"
                                         "party Mill, Yard\nnotice Claim, Offer\nact ship\n"
                                         "1.1  a Party may make a Claim, only if no Claim has "
                                         "happened\n1.2  a Claim counts when it is recorded\n"
                                         "1.3  a Party may make an Offer\n"
                                         "1.4  Mill may ship, after an Offer\n```\n";
  const auto ledger = [&](const std::string& name, const std::vector<std::string>& entries) {
    Must("ledger init @" + name + " --origin example.com/" + name +
         " -a @claim.md --party @mill.key --party @yard.key");
    for (const std::string& entry : entries) Must("ledger append @" + name + " " + entry);
  };
  const std::string mill = "Claim --key @mill.key", yard = "Claim --key @yard.key";
  const std::string offer = "Offer --on 2026-02-01 --key @yard.key";
  const std::string shipped = "ship --on 2026-02-03 --key @mill.key";
  ledger("one", {offer, shipped, mill, yard});
  ledger("two", {shipped, offer, yard, mill});
  const auto ask = [&](const std::string& question, const std::string& of) {
    return Shape("is '" + question + "' -a @claim.md --ledger @" + of + " --on 2027-01-01 " +
                     "--assume-nothing-further",
                 "answer", -1);
  };
  const auto notes_order = [](const Json& answer) {
    return answer["notes"].dump().find("whoever keeps the record put them in this order") !=
           std::string::npos;
  };
  EXPECT_EQ(ask("Mill has made a Claim", "one")["verdict"], "yes");
  EXPECT_EQ(ask("Mill has made a Claim", "two")["verdict"], "no");
  EXPECT_TRUE(notes_order(ask("Mill has made a Claim", "one")));
  EXPECT_TRUE(notes_order(ask("Mill has made a Claim", "two")));
  for (const char* question : {"a Claim has happened", "an Offer has happened"}) {
    const Json one = ask(question, "one"), two = ask(question, "two");
    EXPECT_EQ(one["verdict"], two["verdict"]) << question;
    EXPECT_FALSE(notes_order(one)) << question;
  }
  for (const char* of : {"one", "two"}) {
    EXPECT_EQ(Do(std::string("may 'Mill ship' -a @claim.md --on 2026-02-03 --ledger @") + of).code,
              0);
  }
}

// Threat 27: what an earlier release answered is asked again, and what differs is found.
TEST_F(LedgerCli, KeptAnswersAreAskedAgain) {
  Must("ledger import @deal @steel.jsonl --key @yard.key --key @mill.key");
  std::ofstream(folder + "/one") << Do(kQuestion + " --ledger @deal --json").out;
  std::ofstream(folder + "/pinned") << Do(kQuestion + " --ledger @deal --known-at 1 --json").out;
  Order("2026-05-01");
  const std::string replay = "replay @one @pinned -a @steel.md --ledger @deal";
  Json all = Shape(replay, "replay");
  ASSERT_EQ(all["answers"].size(), 2u);
  for (const Json& answer : all["answers"]) EXPECT_EQ(answer["outcome"], "same") << answer;
  // As a release that answered otherwise, and one that worded it otherwise, would have kept it.
  Json kept = Json::parse(std::ifstream(folder + "/one"));
  kept["engine"] = "entente 0.1.0";
  kept["sentence"] = "so it is";
  Json denied = kept;
  denied["verdict"] = "no";
  Json elsewhere = kept;
  elsewhere["ledger"]["root"] = std::string(64, '0');
  Json about_another = kept;
  about_another["edition"] = std::string(64, '0');
  std::ofstream(folder + "/old") << kept.dump() << "\n\n"
                                 << denied.dump() << "\n"
                                 << elsewhere.dump() << "\n"
                                 << about_another.dump() << "\n";
  all = Shape("replay @old -a @steel.md --ledger @deal", "replay", 1);
  const char* outcomes[] = {"worded", "other", "not asked", "not asked"};
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(all["answers"][i]["outcome"], outcomes[i]) << i;
  EXPECT_EQ(all["answers"][1]["line"], 3);
  EXPECT_EQ(all["answers"][1]["differences"][0]["part"], "verdict");
  EXPECT_EQ(all["answers"][1]["differences"][0]["after"], "yes");
  // What held for fewer days, and what could not be decided, is not contradicted; what held on a
  // day on which it does no more is.
  Json brief = kept, earlier = kept, undecided = kept;
  brief["holds"]["from"] = brief["holds"]["through"] = "2026-06-01";
  earlier["holds"]["from"] = "1990-01-01";
  undecided["verdict"] = "undecided";
  std::ofstream(folder + "/older") << brief.dump() << "\n"
                                   << earlier.dump() << "\n"
                                   << undecided.dump() << "\n";
  all = Shape("replay @older -a @steel.md --ledger @deal", "replay", 1);
  const char* firm[] = {"firmer", "other", "firmer"};
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(all["answers"][i]["outcome"], firm[i]) << i;
  std::ofstream(folder + "/old_one") << kept.dump();
  EXPECT_EQ(Do("replay @old_one -a @steel.md --ledger @deal").code, 0);
  // The same question of a copy that withholds what was open, and of a record that was changed, is
  // another question.
  std::ofstream(folder + "/held") << Must("ledger export @deal --withhold tons");
  Json held = Json::parse(std::ifstream(folder + "/one"));
  EXPECT_EQ(Shape("replay @one -a @steel.md --ledger @held", "replay", 1)["answers"][0]["outcome"],
            "not asked");
  std::ofstream(folder + "/of_record") << Do(kQuestion + " --record @steel.jsonl --json").out;
  EXPECT_EQ(Do("replay @of_record -a @steel.md --record @steel.jsonl").code, 0);
  std::ofstream(folder + "/steel.jsonl", std::ios::app) << "\n";
  EXPECT_EQ(Do("replay @of_record -a @steel.md --record @steel.jsonl").code, 1);
  // Nesting without end, and values of another type than they should be.
  Json broken = kept;
  broken["asked"]["given"] = "Order on 1 May 2026";
  std::ofstream(folder + "/broken") << broken.dump();
  EXPECT_EQ(Do("replay @broken -a @steel.md --ledger @deal").code, 1);
  std::string deep = kept.dump();
  deep.insert(deep.size() - 1, ",\"x\":" + std::string(300'000, '[') + std::string(300'000, ']'));
  std::ofstream(folder + "/deep") << deep;
  EXPECT_LT(Do("replay @deep -a @steel.md --ledger @deal").code, 3);
  std::ofstream(folder + "/rows")
      << R"({"schema":"entente.failure/v1","question":"x","failure":"y"})"
      << "\n"
      << kept.dump() << "\n";
  EXPECT_EQ(Do("replay @rows -a @steel.md --ledger @deal").code, 0);
  // What does not say how it was asked.
  kept.erase("asked");
  std::ofstream(folder + "/older") << kept.dump();
  EXPECT_EQ(Do("replay @older -a @steel.md --ledger @deal").code, 1);
  // A file that is none keeps nobody from the others.
  all = Shape("replay @steel.md @one -a @steel.md --ledger @deal", "replay", 1);
  EXPECT_EQ(all["answers"][0]["outcome"], "not asked");
  EXPECT_EQ(all["answers"][1]["outcome"], "same");
  // Nor does an answer about a text that stood before.
  std::ifstream text(folder + "/steel.md");
  std::ofstream(folder + "/new.md") << text.rdbuf() << "\nMore.\n";
  Must("ledger text @deal -a @new.md --key @mill.key --key @yard.key");
  all = Shape("replay @old_one -a @new.md --ledger @deal", "replay", 1);
  EXPECT_NE(all["answers"][0]["why"].get<std::string>().find("another text"), std::string::npos);
}

// Threat 27: what each earlier release answered, this one answers.
TEST(Releases, AnswersOfEarlierReleasesStay) {
  size_t releases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ENTENTE_SOURCE_DIR "/tests/replay")) {
    if (!entry.is_directory()) continue;
    ++releases;
    for (const char* replay : {"panel.jsonl -a panel.md --ledger panel.export",
                               "steel_answers.jsonl -a steel.md --record steel.jsonl",
                               "microsoft-openai.jsonl -a microsoft-openai"}) {
      const Ran ran =
          entente::tests::Shell("cd '" + entry.path().string() +
                                "' && " ENTENTE_PROGRAM " replay " + std::string(replay));
      EXPECT_EQ(ran.code, 0) << entry.path() << " " << replay << "\n" << ran.out;
    }
  }
  EXPECT_GE(releases, 1u);
}

}  // namespace
