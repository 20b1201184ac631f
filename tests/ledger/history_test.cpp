// What a walk takes from an earlier one, and what it does not.

#include "ledger/history.h"

#include <gtest/gtest.h>

#include "deal.h"

namespace entente::ledger {
namespace {

struct Known final : KnownLedgers {
  std::optional<Checkpoint> Find(const Digest& genesis) override {
    const auto found = kept.find(genesis);
    return found == kept.end() ? std::nullopt : std::optional(found->second);
  }
  void Keep(const Digest& genesis, const Checkpoint& checkpoint) override {
    kept[genesis] = checkpoint;
  }
  std::string PlaceOf(const Digest&) const override { return "the test's memory"; }

  std::map<Digest, Checkpoint> kept;
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

  void Fill(bool wrong) {
    auto signer = Signer::Create(folder / (wrong ? "wrong" : "right"), Copy(deal.log));
    Admission admission({}, [](auto&&...) { return true; });
    std::vector<std::string> leaves;
    for (uint64_t i = 0; i < 6; ++i) {
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
    ASSERT_TRUE(writer.KeepCheckpoint(6, *note));
    genesis = LeafHash(leaves[0]);
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
  std::shared_ptr<Memory> memory = std::make_shared<Memory>();
  Digest genesis{};
  // After each entry.
  std::vector<Checkpoint> checkpoints;
  Known known;
};

// Below what is known nobody verifies again, and from there on everybody does.
TEST_F(KnownLedger, SignaturesBehindWhatIsKnownAreVerified) {
  Fill(true);
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
  EXPECT_TRUE(known.kept.empty()) << "what does not hold must not be known";
  known.kept[genesis] = checkpoints[kWrong - 1];
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
  known.kept[genesis] = checkpoints[kWrong];
  EXPECT_EQ(Walked(), "");
  EXPECT_EQ(known.kept[genesis], checkpoints.back());
  EXPECT_EQ(Walked(), "");
  EXPECT_TRUE(Walked(true).starts_with("bad-signature"));
}

TEST_F(KnownLedger, OfAnotherLedgerNothingIsKnown) {
  Fill(true);
  known.kept[Sha256("another")] = checkpoints.back();
  EXPECT_TRUE(Walked().starts_with("bad-signature"));
}

// Threat 3 and 4: whoever looked once notices when the past was changed, and where it was.
TEST_F(KnownLedger, ALedgerThatDoesNotGoOnFromWhatIsKnownIsRefused) {
  Fill(false);
  EXPECT_EQ(Walked(), "");
  known.kept[genesis] = checkpoints[2];
  known.kept[genesis].root[0] ^= 1;
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
  known.kept[genesis] = longer;
  EXPECT_TRUE(Walked().starts_with("older-checkpoint")) << Walked();
  CopyReader copy(memory);
  WalkOptions options;
  options.known = &known;
  const auto walked = Walk(copy, options);
  ASSERT_TRUE(walked);
  EXPECT_EQ(walked->longer_known, 9u);
  EXPECT_EQ(known.kept[genesis], longer) << "the longer one is still known";
}

TEST_F(KnownLedger, AnOlderCopyWithAWrongSignatureIsRefused) {
  Fill(true);
  known.kept[genesis] = {deal.log.name(), 9, {}};
  CopyReader copy(memory);
  WalkOptions options;
  options.known = &known;
  const auto walked = Walk(copy, options);
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().name, "bad-signature");
}

}  // namespace
}  // namespace entente::ledger
