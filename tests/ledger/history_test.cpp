// What a walk takes from an earlier one, and what it does not.

#include "ledger/history.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "deal.h"
#include "ledger/export.h"

namespace entente::ledger {
namespace {

struct Known final : KnownLedgers {
  Result<std::optional<KnownLedger>> Find(const std::string& log) override {
    const auto found = kept.find(log);
    if (found == kept.end()) return std::nullopt;
    return KnownLedger{found->second, verified};
  }
  Result<void> Keep(const std::string& log, const Checkpoint& last,
                    const std::optional<Checkpoint>& final) override {
    EXPECT_EQ(final, last);
    kept[log] = last;
    return {};
  }
  std::string PlaceOf(const std::string&) const override { return "the test's memory"; }

  std::map<std::string, Checkpoint> kept;
  bool verified = true;
};

// A copy that somebody was sent, rather than the ledger itself.
class CopyReader final : public MemoryReader {
 public:
  using MemoryReader::MemoryReader;
  bool IsLive() const override { return false; }
};

// Six entries, signed by the log; the signature of entry 3 is wrong where that is wanted.
class KnownLedger : public ::testing::Test {
 protected:
  static constexpr uint64_t kWrong = 3;

  void Fill(bool wrong, uint64_t entries = 6) {
    auto signer = Signer::Create(folder / std::to_string(filled++), Copy(deal.log));
    Admission admission({}, [](auto&&...) { return true; });
    std::vector<std::string> leaves;
    for (uint64_t i = 0; i < entries; ++i) {
      Submission next = i == 0 ? deal.SignedBegin()
                               : Deal::Next(deal.mill, admission.registry(), admission.edge(),
                                            Deal::Said(std::to_string(i)));
      if (wrong && i == kWrong) next.envelope.signatures[0].bytes[7] ^= 1;
      ASSERT_TRUE(admission.Submit(next, kNow));
      checkpoints.push_back({deal.log.name(), i + 1, admission.edge().Root()});
    }
    for (const NewLeaf& leaf : admission.added().leaves) leaves.push_back(leaf.bytes);
    MemoryWriter writer(memory);
    ASSERT_TRUE(writer.Append(admission.added()));
    const auto note = signer->Extend(leaves, Sha256(""));
    ASSERT_TRUE(writer.KeepCheckpoint(entries, *note));
  }
  std::string Walked(bool again = false) {
    WalkOptions options;
    options.known = &known;
    options.verify_again = again;
    MemoryReader reader(memory);
    const auto walked = Walk(reader, options);
    return walked ? "" : walked.error().name + ": " + walked.error().way_out;
  }

  Deal deal;
  Folder folder;
  int filled = 0;
  std::shared_ptr<Memory> memory = std::make_shared<Memory>();
  const std::string log = LogKeyOf(deal.log).Write();
  // After each entry.
  std::vector<Checkpoint> checkpoints;
  Known known;
};

// Below what is known nobody verifies again, and from there on everybody does.
TEST_F(KnownLedger, SignaturesBehindWhatIsKnownAreVerified) {
  Fill(true);
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
  EXPECT_TRUE(known.kept.empty()) << "what does not hold must not be known";
  known.kept[log] = checkpoints[kWrong - 1];
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
  known.kept[log] = checkpoints[kWrong];
  EXPECT_EQ(Walked(), "");
  EXPECT_EQ(known.kept[log], checkpoints.back());
  EXPECT_EQ(Walked(), "");
  EXPECT_TRUE(Walked(true).starts_with("bad-signature"));
}

TEST_F(KnownLedger, OfAnotherLedgerNothingIsKnown) {
  Fill(true);
  known.kept[LogKeyOf(SecretKey::Make(Purpose::kLog, "example.com/deal")).Write()] =
      checkpoints.back();
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
}

// What another release verified is verified again, and must be the same history all the same.
TEST_F(KnownLedger, WhatAnotherReleaseVerifiedIsKnownAndVerifiedAgain) {
  Fill(true);
  known.kept[log] = checkpoints.back();
  known.verified = false;
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
  known.kept[log].root[0] ^= 1;
  EXPECT_FALSE(Walked().empty());
}

// The operator chooses the time in the first leaf, and must not begin a second history by it.
TEST_F(KnownLedger, AnotherLedgerOfTheSameLogIsASecondHistory) {
  Fill(false);
  EXPECT_EQ(Walked(), "");
  *memory = {};
  checkpoints.clear();
  deal.mill = Holder("Mill");
  Fill(false);
  EXPECT_TRUE(Walked().starts_with("split-view")) << Walked();
}

// Threat 3 and 4: whoever looked once notices when the past was changed, and where it was.
TEST_F(KnownLedger, ALedgerThatDoesNotGoOnFromWhatIsKnownIsRefused) {
  Fill(false);
  EXPECT_EQ(Walked(), "");
  known.kept[log] = checkpoints[2];
  known.kept[log].root[0] ^= 1;
  for (const bool again : {false, true}) {
    EXPECT_TRUE(Walked(again).starts_with("split-view")) << Walked(again);
    EXPECT_NE(Walked(again).find("the test's memory"), std::string::npos) << Walked(again);
  }
}

// A ledger is never shorter than it was; a copy may be an old one, and then nothing is taken on
// trust.
TEST_F(KnownLedger, AnOlderCopyIsVerifiedAndAShorterLedgerRefused) {
  Fill(false);
  EXPECT_EQ(Walked(), "");
  Checkpoint longer = checkpoints.back();
  longer.size = 9;
  known.kept[log] = longer;
  EXPECT_TRUE(Walked().starts_with("older-checkpoint")) << Walked();
  EXPECT_NE(Walked().find("replica"), std::string::npos) << Walked();
  CopyReader copy(memory);
  WalkOptions options;
  options.known = &known;
  const auto walked = Walk(copy, options);
  ASSERT_TRUE(walked);
  EXPECT_EQ(walked->longer_known, 9u);
  EXPECT_EQ(known.kept[log], longer) << "the longer one is still known";
}

// After a loss of power the last checkpoint may be gone, since it is not flushed: that is nobody's
// deed.
TEST_F(KnownLedger, ACheckpointThatWasLostIsNoCutLedger) {
  Fill(false);
  EXPECT_EQ(Walked(), "");
  auto before = Signer::Create(folder / "before", Copy(deal.log));
  std::vector<std::string> leaves;
  for (size_t i = 0; i < 4; ++i) leaves.push_back(memory->leaves[i].bytes);
  memory->checkpoints = {{4, *before->Extend(leaves, Sha256(""))}};
  EXPECT_TRUE(Walked().starts_with("older-checkpoint")) << Walked();
  EXPECT_NE(Walked().find("opening the ledger for writing"), std::string::npos) << Walked();
}

TEST_F(KnownLedger, AnOlderCopyWithAWrongSignatureIsRefused) {
  Fill(true);
  known.kept[log] = {deal.log.name(), 9, {}};
  CopyReader copy(memory);
  WalkOptions options;
  options.known = &known;
  const auto walked = Walk(copy, options);
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().name, "bad-signature");
}

TEST_F(KnownLedger, LinesAndValuesOfAnExportAreLimited) {
  Fill(false);
  MemoryReader reader(memory);
  std::ostringstream whole;
  ASSERT_TRUE(WriteExport(
      reader, memory->checkpoints.at(6), [](auto&&...) { return true; }, whole));
  const auto opening = [](const std::string& name, size_t value) {
    return Json(Json::Object{{"entry", uint64_t{1}},
                             {"opening", Opening::Of(name, std::string(value, 'a')).ToJson()}})
               .Write() +
           "\n";
  };
  const auto opens = [&](const std::string& lines) {
    const std::string path = folder / "export";
    std::ofstream(path, std::ios::binary) << whole.str() << lines;
    const auto source = ExportFile::Open(path);
    return source ? std::string() : source.error().name;
  };
  EXPECT_EQ(opens(""), "");
  // A line has 131,072 bytes without its end.
  const size_t longest = (128 << 10) + 1 - opening("fields/a", 0).size();
  EXPECT_EQ(opens(opening("fields/a", longest)), "");
  EXPECT_EQ(opens(opening("fields/a", longest + 1)), "not-an-export");
  const size_t half = kValuesBytesMax / 2;
  EXPECT_EQ(opens(opening("fields/a", half) + opening("fields/b", half)), "");
  EXPECT_EQ(opens(opening("fields/a", half) + opening("fields/b", half + 1)), "not-an-export");
}

// What is final when the ledger has gone on since a witness cosigned.
class FinalPrefix : public KnownLedger {
 protected:
  FinalPrefix() {
    const NoteKey key{witness.name(), NoteKeyType::kCosignature, witness.public_key()};
    policy = *Policy::Read("log " + log + "\nwitness w " + key.Write() + "\nquorum w\n");
  }
  // As the log signs it, and the witness, where it does.
  void Keep(const Checkpoint& checkpoint, bool cosigned) {
    Note note{checkpoint.Write(), {}};
    const auto id = LogKeyOf(deal.log).Id();
    const Signature signature = deal.log.Sign(note.text);
    note.signatures.push_back(
        {deal.log.name(), id, std::string(signature.begin(), signature.end())});
    if (cosigned) note.signatures.push_back(Cosign(witness, note.text, 1'800'000'000));
    memory->checkpoints[checkpoint.size] = note.Write();
  }
  std::optional<Checkpoint> Final() {
    MemoryReader reader(memory);
    WalkOptions options;
    options.policy = policy;
    const auto walked = Walk(reader, options);
    EXPECT_TRUE(walked) << walked.error().what;
    return walked ? walked->final : std::nullopt;
  }
  const SecretKey witness = SecretKey::Make(Purpose::kWitness, "w.example");
  std::optional<Policy> policy;
};

TEST_F(FinalPrefix, IsTheLargestThatThePolicyAcceptsAndTheLedgerGoesThrough) {
  Fill(false);
  EXPECT_EQ(Final(), std::nullopt);
  Keep(checkpoints[2], true);
  EXPECT_EQ(Final(), checkpoints[2]);
  Keep(checkpoints[3], false);
  EXPECT_EQ(Final(), checkpoints[2]);
  // Of another history, whoever signed it.
  Checkpoint other = checkpoints[4];
  other.root[0] ^= 1;
  Keep(other, true);
  EXPECT_EQ(Final(), checkpoints[2]);
  Keep(checkpoints[4], true);
  EXPECT_EQ(Final(), checkpoints[4]);
  Keep(checkpoints[5], true);
  EXPECT_EQ(Final(), checkpoints[5]);
}

TEST_F(FinalPrefix, IsLookedForAmongTheLastCheckpoints) {
  const uint64_t entries = kCheckpointsLookedAtMax + 2;
  Fill(false, entries);
  for (uint64_t size = 1; size < entries; ++size) Keep(checkpoints[size - 1], size <= 1);
  EXPECT_EQ(Final(), std::nullopt);
  Keep(checkpoints[1], true);
  EXPECT_EQ(Final(), checkpoints[1]);
}

}  // namespace
}  // namespace entente::ledger
