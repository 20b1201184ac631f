#include "ledger/note.h"

#include <gtest/gtest.h>

#include "ledger/lodging.h"
#include "ledger/policy.h"
#include "ledger/tree.h"

namespace entente::ledger {
namespace {

NoteKey NoteKeyOf(const SecretKey& key) {
  return {key.name(),
          key.purpose() == Purpose::kWitness ? NoteKeyType::kCosignature : NoteKeyType::kEd25519,
          key.public_key()};
}

const Checkpoint kCheckpoint{"example.com/deal", 7, Sha256("root")};

struct Signed {
  SecretKey log = SecretKey::Make(Purpose::kLog, "example.com/deal");
  std::vector<SecretKey> witnesses;
  Note note{kCheckpoint.Write(), {}};

  explicit Signed(size_t count = 0) {
    note.signatures.push_back(SignNote(log, note.text));
    for (size_t i = 0; i < count; ++i) {
      witnesses.push_back(SecretKey::Make(Purpose::kWitness, "w" + std::to_string(i)));
      note.signatures.push_back(Cosign(witnesses.back(), note.text, 1'700'000'000 + i));
    }
  }
};

// The example of golang.org/x/mod/sumdb/note, whose key and signature are public.
TEST(Notes, ReadTheKeyAndNoteOfTheGoProject) {
  const auto key =
      NoteKey::Read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key) << key.error().what;
  EXPECT_EQ(key->Id(), 0xc74f20a3u);
  const auto note = Note::Read(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n\n"
      "\xE2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
      "\n");
  ASSERT_TRUE(note) << note.error().what;
  EXPECT_EQ(SignedBy(*note, *key), true);
}

TEST(Notes, ComeBackAsTheyWere) {
  const Signed s(2);
  const std::string text = s.note.Write();
  const auto note = Note::Read(text);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->Write(), text);
  EXPECT_EQ(*Checkpoint::Read(note->text), kCheckpoint);
  EXPECT_EQ(SignedBy(*note, NoteKeyOf(s.log)), true);
  EXPECT_EQ(SignedBy(*note, NoteKeyOf(s.witnesses[1])), true);
  EXPECT_EQ(SecondsOf(note->signatures[2]), 1'700'000'001u);
}

TEST(Notes, OfAnUnknownKeyAreIgnoredAndOfAKnownOneMustHold) {
  Signed s;
  EXPECT_EQ(SignedBy(s.note, NoteKeyOf(SecretKey::Make(Purpose::kLog, "example.com/deal"))),
            std::nullopt);
  s.note.text[0] ^= 1;
  EXPECT_EQ(SignedBy(s.note, NoteKeyOf(s.log)), false);
}

// Threat 8: a signature for one purpose is none for another.
TEST(Notes, ASignatureOfAnotherTypeIsNone) {
  Signed s(1);
  // The same key offered as a log's: its id is another.
  EXPECT_EQ(SignedBy(s.note, {"w0", NoteKeyType::kEd25519, s.witnesses[0].public_key()}),
            std::nullopt);
  // And with the id forged, the signature does not hold.
  Note forged = s.note;
  forged.signatures[1].id = NoteKey{"w0", NoteKeyType::kEd25519, s.witnesses[0].public_key()}.Id();
  EXPECT_EQ(SignedBy(forged, {"w0", NoteKeyType::kEd25519, s.witnesses[0].public_key()}), false);
  // A cosignature with its time changed.
  forged = s.note;
  forged.signatures[1].bytes[7] ^= 1;
  EXPECT_EQ(SignedBy(forged, NoteKeyOf(s.witnesses[0])), false);
}

TEST(Notes, DamagedOnesAreRefused) {
  const std::string good = Signed(1).note.Write();
  for (size_t i = 0; i <= good.size(); ++i) EXPECT_FALSE(Note::Read(good.substr(0, i)) && i < 60);
  for (const std::string& bad :
       {std::string(), std::string("a\n"), good + "\n", "\t" + good, good + "x", good + "\xFF",
        good + "\xE2\x80\x94 a b\n", good + "- a QUFBQUE=\n", std::string("a\n\n"),
        good + "\xE2\x80\x94 a+b QUFBQUE=\n", good + "\xE2\x80\x94  QUFBQUE=\n"}) {
    EXPECT_FALSE(Note::Read(bad)) << bad;
  }
}

TEST(Notes, LimitsHold) {
  Signed s;
  s.note.signatures.resize(kNoteSignaturesMax, s.note.signatures[0]);
  EXPECT_TRUE(Note::Read(s.note.Write()));
  s.note.signatures.push_back(s.note.signatures[0]);
  EXPECT_FALSE(Note::Read(s.note.Write()));
  Signed t;
  t.note.text = std::string(kNoteBytesMax, 'a') + "\n";
  const size_t over = t.note.Write().size() - kNoteBytesMax;
  t.note.text.erase(0, over);
  EXPECT_TRUE(Note::Read(t.note.Write()));
  t.note.text.insert(0, "a");
  EXPECT_FALSE(Note::Read(t.note.Write()));
}

TEST(Checkpoints, DamagedOnesAreRefused) {
  const std::string good = kCheckpoint.Write();
  EXPECT_TRUE(Checkpoint::Read(good + "extension\n"));
  for (const std::string& bad :
       {std::string(), std::string("a\n1\n"), "\n" + good, good + "\n", good + "x",
        std::string("a\n01\n") + Base64(Sha256("")) + "\n",
        std::string("a\n-1\n") + Base64(Sha256("")) + "\n", std::string("a\n1\nAAAA\n"),
        std::string("a\n18446744073709551616\n") + Base64(Sha256("")) + "\n"}) {
    EXPECT_FALSE(Checkpoint::Read(bad)) << bad;
  }
}

TEST(Receipts, ComeBackAndDamagedOnesAreRefused) {
  const Receipt receipt{5, {Sha256("a"), Sha256("b")}, Signed().note.Write()};
  const std::string text = receipt.Write();
  const auto read = Receipt::Read(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->Write(), text);
  EXPECT_TRUE(Receipt::Read("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\nx"));
  for (const char* bad :
       {"", "c2sp.org/tlog-proof@v2\nindex 0\n\nx", "c2sp.org/tlog-proof@v1\nindex 00\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx", "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\nx"}) {
    EXPECT_FALSE(Receipt::Read(bad)) << bad;
  }
  Receipt longest{0, std::vector<Digest>(kProofHashesMax), "x"};
  EXPECT_TRUE(Receipt::Read(longest.Write()));
  longest.proof.push_back({});
  EXPECT_FALSE(Receipt::Read(longest.Write()));
}

std::string PolicyOf(const Signed& s, const std::string& rest) {
  std::string out = "# who is trusted\nlog " + NoteKeyOf(s.log).Write() + " https://example.com\n";
  for (const SecretKey& w : s.witnesses)
    out += "witness " + w.name() + "\t" + NoteKeyOf(w).Write() + "\n";
  return out + rest;
}

TEST(Policies, CountWitnesses) {
  const Signed s(3);
  const auto judge = [&](const std::string& rest, std::vector<size_t> without) {
    const auto policy = Policy::Read(PolicyOf(s, rest));
    EXPECT_TRUE(policy) << policy.error().what;
    Note note = s.note;
    for (const size_t w : without) note.signatures[w + 1].name = "somebody";
    return policy->Judge(note)->quorum;
  };
  const std::string two = "group two 2 w0 w1 w2\nquorum two\n";
  EXPECT_TRUE(judge(two, {}));
  EXPECT_TRUE(judge(two, {1}));
  EXPECT_FALSE(judge(two, {0, 2}));
  const std::string nested = "group any2 any w0 w1\ngroup both all any2 w2\nquorum both\n";
  EXPECT_TRUE(judge(nested, {0}));
  EXPECT_FALSE(judge(nested, {0, 1}));
  EXPECT_FALSE(judge(nested, {2}));
  EXPECT_TRUE(judge("quorum none\n", {0, 1, 2}));
  EXPECT_FALSE(judge("quorum w1\n", {1}));
}

// Threat 16: a checkpoint signed with the log's stolen key has no witnesses.
TEST(Policies, AThiefOfTheLogKeyHasNoQuorum) {
  const Signed s(2);
  const auto policy = Policy::Read(PolicyOf(s, "group both all w0 w1\nquorum both\n"));
  Note fork{Checkpoint{"example.com/deal", 7, Sha256("another root")}.Write(), {}};
  fork.signatures.push_back(SignNote(s.log, fork.text));
  const auto standing = policy->Judge(fork);
  ASSERT_TRUE(standing);
  EXPECT_TRUE(standing->by_log);
  EXPECT_FALSE(standing->quorum);
  // Cosignatures cut out of the honest checkpoint spoil it.
  fork.signatures.push_back(s.note.signatures[1]);
  EXPECT_EQ(policy->Judge(fork).error().name, "bad-signature");
}

TEST(Policies, LimitsHold) {
  const auto key = [](size_t i, NoteKeyType type) {
    const auto purpose = type == NoteKeyType::kEd25519 ? Purpose::kLog : Purpose::kWitness;
    return SecretKey::Make(purpose, "w.example/" + std::to_string(i)).public_key();
  };
  const auto lines = [&](size_t witnesses, size_t groups, size_t logs) {
    std::string out;
    for (size_t i = 0; i < logs; ++i)
      out += "log " +
             NoteKey{"l.example/" + std::to_string(i), NoteKeyType::kEd25519,
                     key(i, NoteKeyType::kEd25519)}
                 .Write() +
             "\n";
    for (size_t i = 0; i < witnesses; ++i)
      out += "witness w" + std::to_string(i) + " " +
             NoteKey{"w.example/" + std::to_string(i), NoteKeyType::kCosignature,
                     key(i, NoteKeyType::kCosignature)}
                 .Write() +
             "\n";
    std::string inner = "w0";
    for (size_t i = 0; i < groups; ++i) {
      out += "group g" + std::to_string(i) + " any " + inner + "\n";
      inner = "g" + std::to_string(i);
    }
    return out + "quorum none\n";
  };
  const auto reads = [&](const std::string& text) { return Policy::Read(text).has_value(); };
  EXPECT_TRUE(reads(lines(1, 0, kPolicyLogsMax)));
  EXPECT_FALSE(reads(lines(1, 0, kPolicyLogsMax + 1)));
  EXPECT_TRUE(reads(lines(kWitnessesMax, kPolicyNamesMax - kWitnessesMax, 1)));
  EXPECT_FALSE(reads(lines(kWitnessesMax, kPolicyNamesMax - kWitnessesMax + 1, 1)));
  EXPECT_FALSE(reads(lines(kWitnessesMax + 1, 0, 1)));
  const std::string short_one = "quorum none\n";
  EXPECT_TRUE(reads(std::string(kPolicyBytesMax - short_one.size() - 1, '#') + "\n" + short_one));
  EXPECT_FALSE(reads(std::string(kPolicyBytesMax - short_one.size(), '#') + "\n" + short_one));
}

TEST(Lodgings, ComeBackAndDamagedOnesAreRefused) {
  const Lodging lodging{"example.com/deal", Sha256("s"), "Mill", 7, {12, Sha256("root")}};
  const std::string text = lodging.Write();
  const auto read = Lodging::Read(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->Write(), text);
  EXPECT_EQ(read->seen, lodging.seen);
  // Each line taken away, or another in its place.
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin) + 1;
    parts.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  ASSERT_EQ(parts.size(), 6u);
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const std::string& instead : {std::string(), std::string("\n"), std::string("a b\n")}) {
      std::string damaged;
      for (size_t k = 0; k < parts.size(); ++k) damaged += k == i ? instead : parts[k];
      EXPECT_FALSE(Lodging::Read(damaged)) << damaged;
    }
  }
}

TEST(Policies, DamagedOnesAreRefused) {
  const Signed s(2);
  EXPECT_TRUE(Policy::Read(PolicyOf(s, "quorum w0\n")));
  const std::string again = "witness w9 " + NoteKeyOf(s.witnesses[0]).Write() + "\nquorum none\n";
  for (const std::string& rest :
       {std::string(), std::string("quorum w7\n"), std::string("quorum w0\nquorum w1\n"), again,
        std::string("group w0 any w1\nquorum none\n"), std::string("group g 3 w0 w1\nquorum g\n"),
        std::string("group g 0 w0 w1\nquorum g\n"), std::string("group g any none\nquorum g\n"),
        std::string("group g any w0 w0\nquorum g\n"),
        std::string("group g any w0\ngroup h any w0\nquorum g\n"),
        std::string("group none any w0\nquorum none\n"), std::string("log x\nquorum none\n"),
        std::string("what\nquorum none\n"), std::string("quorum none\x01\n")}) {
    const auto policy = Policy::Read(PolicyOf(s, rest));
    ASSERT_FALSE(policy) << rest;
    EXPECT_EQ(policy.error().name, "not-a-policy");
  }
}

}  // namespace
}  // namespace entente::ledger
