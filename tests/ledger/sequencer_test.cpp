// The write path on each store, and what happens when the world is not as it was left.

#include "ledger/sequencer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "deal.h"
#include "ledger/history.h"
#include "ledger/postgres/store.h"
#include "ledger/sqlite/store.h"

namespace entente::ledger {
namespace {

// A ledger of some store in a folder, opened as often as a test likes.
class StoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  StoreTest() {
    EXPECT_TRUE(Signer::Create(folder / "state", Copy(deal.log)));
    if (GetParam() == "sqlite") {
      EXPECT_TRUE(sqlite::Create(folder / "store"));
    } else if (GetParam() == "postgres") {
      static int number = 0;
      schema = "test_" + std::to_string(getpid()) + "_" + std::to_string(number++);
      url = server + "&options=-csearch_path%3D" + schema;
      const auto created = postgres::Create(url);
      EXPECT_TRUE(created) << created.error().what;
    }
  }

  std::unique_ptr<Reader> NewReader() {
    if (GetParam() == "memory") return std::make_unique<MemoryReader>(memory);
    if (GetParam() == "postgres") return std::move(*postgres::OpenReader(url));
    return std::move(*sqlite::OpenReader(folder / "store"));
  }
  std::unique_ptr<Writer> NewWriter() {
    if (GetParam() == "memory") return std::make_unique<MemoryWriter>(memory);
    if (GetParam() == "postgres") return std::move(*postgres::OpenWriter(url));
    auto writer = sqlite::OpenWriter(folder / "store");
    EXPECT_TRUE(writer) << writer.error().what;
    return std::move(*writer);
  }
  Result<Sequencer> Open() {
    auto signer = Signer::Open(folder / "state", Copy(deal.log));
    if (!signer) return std::unexpected(signer.error());
    return Sequencer::Open(NewWriter(), NewReader(), std::move(*signer));
  }
  Sequencer MustOpen() {
    auto sequencer = Open();
    EXPECT_TRUE(sequencer) << sequencer.error().name << ": " << sequencer.error().what;
    return std::move(*sequencer);
  }
  std::string Add(Sequencer& sequencer, const Submission& submission) {
    const auto batched = sequencer.Append({&submission, 1}, kNow);
    EXPECT_TRUE(batched) << batched.error().what;
    EXPECT_TRUE(batched->outcomes[0].admitted) << batched->outcomes[0].admitted.error().what;
    return batched->checkpoint;
  }
  Submission Next(const Sequencer& s, const Holder& holder, const std::string& text) {
    return Deal::Next(holder, s.registry(), s.edge(), Deal::Said(text));
  }
  void Fill(size_t entries) {
    Sequencer s = MustOpen();
    Add(s, deal.SignedBegin());
    for (size_t i = 1; i < entries; ++i)
      Add(s, Next(s, i % 2 == 0 ? deal.mill : deal.yard, std::to_string(i)));
  }
  static void Run(const std::string& command) {
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  struct Backup {
    Memory memory;
    std::string state;
  };
  // Of a ledger that nobody has open.
  Backup BackUp() {
    if (GetParam() == "sqlite") std::filesystem::copy_file(folder / "store", folder / "backup");
    if (GetParam() == "postgres")
      Run("pg_dump -n " + schema + " '" + server + "' > " + (folder / "backup"));
    return {*memory, *ReadState()};
  }
  void RestoreStore(const Backup& backup) {
    *memory = backup.memory;
    if (GetParam() == "postgres") {
      Run("psql -q '" + server + "' -c 'DROP SCHEMA " + schema + " CASCADE' 2>/dev/null");
      Run("psql -q '" + server + "' -f " + (folder / "backup") + " >/dev/null");
    }
    if (GetParam() != "sqlite") return;
    for (const char* tail : {"", "-wal", "-shm"})
      std::filesystem::remove(folder / (std::string("store") + tail));
    std::filesystem::copy_file(folder / "backup", folder / "store");
  }
  std::optional<std::string> ReadState() {
    std::ifstream in(folder / "state", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  void WriteState(const std::string& bytes) {
    std::ofstream(folder / "state", std::ios::binary | std::ios::trunc) << bytes;
  }
  Result<Walked> WalkAll() {
    auto reader = NewReader();
    return Walk(*reader);
  }

  Deal deal;
  Folder folder;
  const std::string server =
      std::getenv("ENTENTE_POSTGRES") == nullptr ? "" : std::getenv("ENTENTE_POSTGRES");
  std::string schema;
  std::string url;
  std::shared_ptr<Memory> memory = std::make_shared<Memory>();
};

TEST_P(StoreTest, AcknowledgesWhatItsReceiptProves) {
  Sequencer s = MustOpen();
  Add(s, deal.SignedBegin());
  for (int i = 0; i < 40; ++i) {
    const auto submission = Next(s, deal.mill, std::to_string(i));
    const auto batched = s.Append({&submission, 1}, kNow);
    ASSERT_TRUE(batched);
    const Admitted& admitted = *batched->outcomes[0].admitted;
    const auto note = Note::Read(batched->checkpoint);
    EXPECT_EQ(SignedBy(*note, LogKeyOf(deal.log)), true);
    const auto checkpoint = Checkpoint::Read(note->text);
    const auto proof =
        ProveInclusion(admitted.index, checkpoint->size,
                       FromTiles([&](uint32_t level, uint64_t first, uint64_t count) {
                         return s.reader().Hashes(level, first, count);
                       }));
    EXPECT_TRUE(
        VerifyInclusion(admitted.index, checkpoint->size, admitted.hash, *proof, checkpoint->root));
  }
  EXPECT_EQ(s.edge().size(), 41u);
}

TEST_P(StoreTest, GoesOnWhereItWasLeft) {
  Fill(300);
  {
    Sequencer s = MustOpen();
    EXPECT_EQ(s.repaired(), 0u);
    EXPECT_EQ(s.edge().size(), 300u);
    Add(s, Next(s, deal.mill, "more"));
  }
  const auto walked = WalkAll();
  ASSERT_TRUE(walked) << walked.error().what;
  EXPECT_EQ(walked->checkpoint.size, 301u);
  EXPECT_EQ(walked->registry.Find("Mill")->sequence, 150u);
}

TEST_P(StoreTest, ABatchIsJudgedInOrderAndTheRefusedLeaveNoTrace) {
  Sequencer s = MustOpen();
  Add(s, deal.SignedBegin());
  std::vector<Submission> batch;
  Registry registry = s.registry();
  batch.push_back(Next(s, deal.mill, "1"));
  batch.push_back(Next(s, deal.mill, "1 again"));  // the same number
  batch.push_back(Next(s, deal.yard, "2"));
  batch.push_back(batch[0]);  // the very same
  const auto batched = s.Append(batch, kNow);
  ASSERT_TRUE(batched);
  EXPECT_EQ(batched->outcomes[0].admitted->index, 1u);
  EXPECT_EQ(batched->outcomes[1].admitted.error().name, "replayed");
  EXPECT_EQ(batched->outcomes[2].admitted->index, 2u);
  EXPECT_TRUE(batched->outcomes[3].duplicate);
  EXPECT_EQ(batched->outcomes[3].admitted->index, 1u);
  EXPECT_EQ(s.edge().size(), 3u);
}

// Threat 7: an exact duplicate gets the first receipt, in this process and in the next.
TEST_P(StoreTest, ADuplicateGetsItsFirstIndex) {
  Submission first;
  {
    Sequencer s = MustOpen();
    Add(s, deal.SignedBegin());
    first = Next(s, deal.mill, "1");
    Add(s, first);
    Add(s, Next(s, deal.mill, "2"));
  }
  Sequencer s = MustOpen();
  const auto batched = s.Append({&first, 1}, kNow);
  ASSERT_TRUE(batched);
  EXPECT_TRUE(batched->outcomes[0].duplicate);
  EXPECT_EQ(batched->outcomes[0].admitted->index, 1u);
  EXPECT_EQ(s.edge().size(), 3u);
}

// A process that dies between commit and signature.
TEST_P(StoreTest, WhatWasCommittedAndNotSignedIsSignedWhenItIsOpened) {
  Fill(10);
  const std::string before = *ReadState();
  {
    Sequencer s = MustOpen();
    for (int i = 0; i < 3; ++i) Add(s, Next(s, deal.mill, std::to_string(i)));
  }
  WriteState(before);
  Sequencer s = MustOpen();
  EXPECT_EQ(s.repaired(), 3u);
  EXPECT_EQ(s.edge().size(), 13u);
  Add(s, Next(s, deal.mill, "more"));
}

// A process that dies after the signer remembered and before the checkpoint was kept.
TEST_P(StoreTest, ACheckpointThatWasLostIsSignedAgain) {
  Fill(5);
  const Backup backup = BackUp();
  std::string lost;
  {
    Sequencer s = MustOpen();
    lost = Add(s, Next(s, deal.mill, "1"));
  }
  const std::string state = *ReadState();
  // The store as it was, with the entry and without its checkpoint.
  RestoreStore(backup);
  WriteState(backup.state);
  {
    Sequencer s = MustOpen();
    std::vector<std::string> leaves;
    EXPECT_EQ(s.Checkpoint(), *NewReader()->CheckpointFrom(5).value());
  }
  if (GetParam() == "memory") {
    memory->checkpoints.erase(5);
    Sequencer s = MustOpen();
    EXPECT_TRUE(NewReader()->CheckpointFrom(5)->has_value());
  }
}

// Threat 4.
TEST_P(StoreTest, ARestoredBackupIsRefused) {
  Fill(10);
  const Backup backup = BackUp();
  {
    Sequencer s = MustOpen();
    Add(s, Next(s, deal.mill, "lost"));
  }
  RestoreStore(backup);
  EXPECT_EQ(Open().error().name, "restored-backup");
}

// Threat 3: a store with another history of the same length.
TEST_P(StoreTest, AForkIsRefused) {
  Fill(10);
  const Backup backup = BackUp();
  {
    Sequencer s = MustOpen();
    Add(s, Next(s, deal.mill, "one history"));
  }
  const std::string signed_state = *ReadState();
  RestoreStore(backup);
  WriteState(backup.state);
  {
    // Both memories restored: only who kept the checkpoint of the first history can tell.
    Sequencer s = MustOpen();
    Add(s, Next(s, deal.mill, "another history"));
  }
  WriteState(signed_state);
  EXPECT_EQ(Open().error().name, "forked-store");
}

// Gives one bit of the last leaf back as another.
class LyingReader final : public MemoryReader {
 public:
  using MemoryReader::MemoryReader;
  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override {
    auto leaves = MemoryReader::Leaves(first, count);
    if (first > 0) leaves->back()[leaves->back().size() / 2] ^= 1;
    return leaves;
  }
};

// Threat 6: a bit that flips between admission and signature is not signed over.
TEST_P(StoreTest, WhatComesBackAsOtherBytesIsNotSigned) {
  auto signer = Signer::Open(folder / "state", Copy(deal.log));
  auto sequencer = Sequencer::Open(std::make_unique<MemoryWriter>(memory),
                                   std::make_unique<LyingReader>(memory), std::move(*signer));
  Add(*sequencer, deal.SignedBegin());
  const std::string before = *ReadState();
  const Submission next = Next(*sequencer, deal.mill, "1");
  EXPECT_EQ(sequencer->Append({&next, 1}, kNow).error().name, "store-damaged");
  EXPECT_EQ(*ReadState(), before);
  EXPECT_EQ(sequencer->Append({&next, 1}, kNow).error().name, "store-failed");
}

TEST_P(StoreTest, OneProcessWrites) {
  Fill(2);
  Sequencer s = MustOpen();
  EXPECT_EQ(Open().error().name, "two-writers");
}

TEST_P(StoreTest, BatchesAreLimited) {
  Fill(2);
  Sequencer s = MustOpen();
  Admission ahead(BaseOf(s.reader(), s.edge(), s.registry(), kNow));
  std::vector<Submission> many;
  while (many.size() <= kBatchMax) {
    many.push_back(Deal::Next(deal.mill, ahead.registry(), s.edge(), Deal::Said("a")));
    ASSERT_TRUE(ahead.Submit(many.back(), kNow));
  }
  EXPECT_EQ(s.Append(many, kNow).error().name, "too-many");
  many.pop_back();
  const auto batched = s.Append(many, kNow);
  ASSERT_TRUE(batched) << batched.error().what;
  EXPECT_EQ(s.edge().size(), 2 + kBatchMax);
}

// Ends where the value of a redaction that was signed is to be erased.
template <class Store>
class EndsBeforeErasing final : public Writer {
 public:
  explicit EndsBeforeErasing(Store store) : store_(std::move(store)) {}
  Result<void> Append(const Batch& batch) override { return store_->Append(batch); }
  Result<void> KeepCheckpoint(uint64_t size, const std::string& note) override {
    return store_->KeepCheckpoint(size, note);
  }
  Result<void> Erase(uint64_t, const std::string&) override {
    return Fail("store-failed", "ended");
  }

 private:
  Store store_;
};

TEST_P(StoreTest, WhatWasRedactedAndNotErasedIsErasedWhenItIsOpened) {
  Fill(1);
  Draft pay{std::string(kEntry), {}, {}};
  pay.body = Json::Object{
      {"fields", Json::Object{{"sum", Hide("fields/sum", "eighteen thousand", pay.openings)}}},
      {"kind", "pay"}};
  {
    Sequencer s = MustOpen();
    Add(s, Deal::Next(deal.mill, s.registry(), s.edge(), pay));
  }
  {
    auto signer = Signer::Open(folder / "state", Copy(deal.log));
    auto ending = std::make_unique<EndsBeforeErasing<std::unique_ptr<Writer>>>(NewWriter());
    Sequencer s = std::move(*Sequencer::Open(std::move(ending), NewReader(), std::move(*signer)));
    Submission redact = Deal::Next(deal.mill, s.registry(), s.edge(),
                                   {std::string(kRedact),
                                    Json::Object{{"entry", uint64_t{1}},
                                                 {"field", "fields/sum"},
                                                 {"leaf", Hex(s.reader().Hashes(0, 1, 1)->front())},
                                                 {"why", "asked"}},
                                    {}});
    redact.envelope.Sign(deal.yard.keys[0]);
    EXPECT_EQ(s.Append({&redact, 1}, kNow).error().name, "store-failed");
  }
  EXPECT_EQ(NewReader()->Openings(1, 1)->front().size(), 1u);
  MustOpen();
  EXPECT_TRUE(NewReader()->Openings(1, 1)->front().empty());
  if (GetParam() != "sqlite") return;
  for (const char* tail : {"", "-wal"}) {
    std::ifstream in(folder / (std::string("store") + tail), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.find("eighteen thousand"), std::string::npos) << tail;
  }
}

// Under the grants of docs/ledger_operation.md, and with a value that only the owner can erase.
TEST(Postgres, AWriterNeedsNoMoreThanItIsGranted) {
  const char* server = std::getenv("ENTENTE_POSTGRES");
  if (server == nullptr) GTEST_SKIP() << "no server; ./test starts one";
  const std::string id = std::to_string(getpid());
  const std::string schema = "granted_" + id;
  const std::string role = "writer_" + id;
  const std::string url = std::string(server) + "&options=-csearch_path%3D" + schema;
  ASSERT_TRUE(postgres::Create(url));
  const std::string sql = "CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA " + schema +
                          " TO " + role + "; SET search_path TO " + schema +
                          "; GRANT SELECT, INSERT ON leaf, hash, opening TO " + role +
                          "; GRANT SELECT, INSERT, UPDATE ON checkpoint TO " + role +
                          "; GRANT SELECT, INSERT, DELETE ON registry TO " + role +
                          "; GRANT SELECT, UPDATE ON head TO " + role;
  ASSERT_EQ(
      std::system(
          ("psql -q -v ON_ERROR_STOP=1 '" + std::string(server) + "' -c '" + sql + "'").c_str()),
      0);
  const auto as = [&](const std::string& name) { return url + std::string("%20-crole%3D") + name; };
  const Deal deal;
  const Folder folder;
  ASSERT_TRUE(Signer::Create(folder / "state", Copy(deal.log)));
  const auto open = [&](const std::string& where) {
    return Sequencer::Open(std::move(*postgres::OpenWriter(where)),
                           std::move(*postgres::OpenReader(where)),
                           std::move(*Signer::Open(folder / "state", Copy(deal.log))));
  };
  {
    auto s = open(as(role));
    ASSERT_TRUE(s) << s.error().what;
    const auto add = [&](const Submission& one) {
      const auto batched = s->Append({&one, 1}, kNow);
      if (!batched) return batched.error().what;
      const auto& admitted = batched->outcomes[0].admitted;
      return admitted ? std::string() : admitted.error().what;
    };
    EXPECT_EQ(add(deal.SignedBegin()), "");
    Draft pay{std::string(kEntry), {}, {}};
    pay.body =
        Json::Object{{"fields", Json::Object{{"sum", Hide("fields/sum", "18000", pay.openings)}}},
                     {"kind", "pay"}};
    EXPECT_EQ(add(Deal::Next(deal.mill, s->registry(), s->edge(), pay)), "");
    Submission redact =
        Deal::Next(deal.mill, s->registry(), s->edge(),
                   {std::string(kRedact),
                    Json::Object{{"entry", uint64_t{1}},
                                 {"field", "fields/sum"},
                                 {"leaf", Hex(s->reader().Hashes(0, 1, 1)->front())},
                                 {"why", "asked"}},
                    {}});
    redact.envelope.Sign(deal.yard.keys[0]);
    EXPECT_NE(add(redact).find("owns the tables"), std::string::npos);
  }
  EXPECT_EQ((*postgres::OpenReader(url))->Openings(1, 1)->front().size(), 1u);
  ASSERT_TRUE(open(url));
  EXPECT_TRUE((*postgres::OpenReader(url))->Openings(1, 1)->front().empty());
}

// On another host with another copy of the signer: whoever opened last writes, the other is fenced
// off.
TEST(Postgres, AReplacedWriterIsFencedOff) {
  const char* server = std::getenv("ENTENTE_POSTGRES");
  if (server == nullptr) GTEST_SKIP() << "no server; ./test starts one";
  const std::string url =
      std::string(server) + "&options=-csearch_path%3Dfenced_" + std::to_string(getpid());
  auto first = std::move(*postgres::Create(url));
  auto second = std::move(*postgres::OpenWriter(url));
  const Deal deal;
  Admission admission;
  ASSERT_TRUE(admission.Submit(deal.SignedBegin(), kNow));
  Batch batch = admission.added();
  batch.registry = admission.registry().Write();
  EXPECT_EQ(first->Append(batch).error().name, "two-writers");
  EXPECT_TRUE(second->Append(batch));
  // It would put a checkpoint in the place of one that witnesses have cosigned since.
  EXPECT_TRUE(second->KeepCheckpoint(1, "cosigned"));
  EXPECT_EQ(first->KeepCheckpoint(1, "as it was").error().name, "two-writers");
  EXPECT_EQ((*postgres::OpenReader(url))->CheckpointFrom(1)->value(), "cosigned");
  EXPECT_EQ(second->Append(batch).error().name, "moved");
  EXPECT_EQ(postgres::Create(url).error().name, "store-failed");
}

TEST_P(StoreTest, TheSignersMemorySurvivesATornWriteAndNotTheLossOfBoth) {
  Fill(10);
  const std::string good = *ReadState();
  ASSERT_EQ(good.size(), 2 * kSlotBytes);
  // The slot written last is the one of the even or the odd turn; tear each in turn.
  size_t behind = 0;
  for (const size_t slot : {0u, 1u}) {
    for (const size_t kept : {0u, 1u, 100u, 300u}) {
      std::string torn = good;
      std::fill(torn.begin() + static_cast<std::ptrdiff_t>(slot * kSlotBytes + kept),
                torn.begin() + static_cast<std::ptrdiff_t>((slot + 1) * kSlotBytes), '\0');
      WriteState(torn);
      const auto signer = Signer::Open(folder / "state", Copy(deal.log));
      ASSERT_TRUE(signer) << signer.error().what;
      behind += signer->edge().size() == 9;
      EXPECT_TRUE(signer->edge().size() == 9 || signer->edge().size() == 10);
    }
  }
  EXPECT_EQ(behind, 4u);
  WriteState(std::string(2 * kSlotBytes, '\0'));
  EXPECT_EQ(Open().error().name, "signer-damaged");
  WriteState(good.substr(0, 100));
  EXPECT_EQ(Open().error().name, "signer-damaged");
  WriteState(good);
  auto other = Signer::Open(folder / "state", SecretKey::Make(Purpose::kLog, "example.com/deal"));
  EXPECT_EQ(other.error().name, "other-log");
}

// Every bit of the memory counts: a flipped one is noticed or the other slot speaks.
TEST_P(StoreTest, AFlippedBitInTheSignersMemoryIsNoticed) {
  Fill(5);
  const std::string good = *ReadState();
  for (size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    WriteState(bad);
    const auto signer = Signer::Open(folder / "state", Copy(deal.log));
    ASSERT_TRUE(signer);
    EXPECT_TRUE(signer->edge().size() == 4 || signer->edge().size() == 5);
  }
}

// PostgreSQL where a server is; ./test starts one.
std::vector<std::string> Stores() {
  std::vector<std::string> stores = {"memory", "sqlite"};
  if (std::getenv("ENTENTE_POSTGRES") != nullptr) stores.emplace_back("postgres");
  return stores;
}
INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, ::testing::ValuesIn(Stores()),
                         [](const auto& store) { return store.param; });

}  // namespace
}  // namespace entente::ledger
