// How fast entries are admitted and verified, beside raw SQLite and raw PostgreSQL in the same run.
//
//   build/release/bench/ledger_bench
//   strace -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:delay_exit=1000
//   build/release/bench/ledger_bench --benchmark_filter='Append|Raw'
//
// The second makes each flush take a millisecond more, as on a disk that is no virtual one. What
// names PostgreSQL is run where ENTENTE_POSTGRES is a server's address (scripts/postgres.sh). With
// ENTENTE_BENCH_ENTRIES=1000000, as many are opened after a crash and verified too.

#include <benchmark/benchmark.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/check.h"
#include "ledger/author.h"
#include "ledger/history.h"
#include "ledger/postgres/store.h"
#include "ledger/sequencer.h"
#include "ledger/sqlite/store.h"

namespace {

using namespace entente;
using namespace entente::ledger;

constexpr const char* kNow = "2026-03-01T09:00:00Z";
constexpr size_t kRawBytes = 512;

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "bench-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// The server that is measured; null where there is none.
const char* Server() { return std::getenv("ENTENTE_POSTGRES"); }

// A schema of its own each time.
std::string FreshSchema() {
  static int made = 0;
  return std::string(Server()) + "&options=-csearch_path%3Dbench_" + std::to_string(getpid()) +
         "_" + std::to_string(++made);
}

enum class Kept { kSqlite, kPostgres };

// One party, its log, and as many signed entries as are wanted.
class Ledger {
 public:
  explicit Ledger(Kept kept = Kept::kSqlite) {
    auto signer = Signer::Create(folder_ / "state", Copy(log_));
    if (kept == Kept::kPostgres) {
      url_ = FreshSchema();
      ENTENTE_CHECK(postgres::Create(url_).has_value());
    } else {
      ENTENTE_CHECK(sqlite::Create(folder_ / "store").has_value());
    }
    Open(std::move(*signer));
    Submission genesis{
        {Genesis({log_.name(), NoteKeyType::kEd25519, log_.public_key()}, Hex(Sha256("text")),
                 "text.md", {{"Mill", mill_.public_key(), Hex(Sha256("next"))}}, "", kNow)
             .Write(),
         {}},
        {}};
    genesis.envelope.Sign(mill_);
    ENTENTE_CHECK(sequencer_->Append({&genesis, 1}, kNow).has_value());
    seen_ = {1, sequencer_->edge().Root()};
    registry_ = sequencer_->registry();
  }

  void Reopen() {
    sequencer_.reset();
    Open(OpenSigner());
  }

  // Another process appends batches until it is killed in the middle of one.
  void Crash() {
    sequencer_.reset();
    const pid_t child = fork();
    if (child == 0) {
      Reopen();
      while (true) Add(Next(kBatchMax));
    }
    // Signing a batch takes some tens of milliseconds, handing it in as many.
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + 17 * (++crashes_ % 10)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  // What the other process signed is not known here.
  void CatchUp() {
    const auto& holder = *sequencer_->registry().Find("Mill");
    sequence_ = holder.sequence;
    last_ = holder.previous;
  }

  // Signed one after another; the chain of hashes is the author's own.
  Submission Next() {
    const std::string& previous = last_.empty() ? registry_.agreement() : last_;
    std::vector<Opening> openings;
    Statement s;
    s.origin = registry_.origin();
    s.agreement = registry_.agreement();
    s.party = "Mill";
    s.key = KeyId(mill_.public_key());
    s.sequence = ++sequence_;
    s.previous = previous;
    s.nonce = Hex(RandomBytes(kNonceBytes));
    s.kind = kEntry;
    s.body = Json::Object{{"fields", Json::Object{{"sum", Hide("fields/sum", "18000", openings)}}},
                          {"kind", "pay"}};
    s.asserted = kNow;
    s.seen = seen_;
    Submission out{{s.Write(), {}}, std::move(openings)};
    out.envelope.Sign(mill_);
    last_ = Hex(Sha256(out.envelope.payload));
    return out;
  }
  std::vector<Submission> Next(size_t count) {
    std::vector<Submission> out;
    for (size_t i = 0; i < count; ++i) out.push_back(Next());
    return out;
  }
  void Add(std::span<const Submission> submissions) {
    const auto batched = sequencer_->Append(submissions, kNow);
    ENTENTE_CHECK(batched.has_value());
    for (const auto& outcome : batched->outcomes) ENTENTE_CHECK(outcome.admitted.has_value());
  }
  // What was just signed here is taken without a verdict: verifying it again is what is measured.
  void FillTo(uint64_t size) {
    sequencer_.reset();
    auto writer = OpenWriter();
    auto reader = OpenReader();
    Signer signer = OpenSigner();
    std::unordered_map<uint64_t, Digest> roots;
    while (signer.edge().size() < size) {
      Base base = BaseOf(*reader, signer.edge(), registry_, kNow);
      base.has_nonce = [](const std::string&) { return false; };
      base.roots = &roots;
      Admission admission(std::move(base), [](auto&&...) { return true; });
      std::vector<std::string> leaves;
      for (const Submission& next : Next(std::min<uint64_t>(kBatchMax, size - admission.size())))
        ENTENTE_CHECK(admission.Submit(next, kNow).has_value());
      Batch batch = admission.added();
      for (const NewLeaf& leaf : batch.leaves) leaves.push_back(leaf.bytes);
      batch.registry = admission.registry().Write();
      ENTENTE_CHECK(writer->Append(batch).has_value());
      const auto note = signer.Extend(leaves, Sha256(batch.registry));
      ENTENTE_CHECK(writer->KeepCheckpoint(signer.edge().size(), *note).has_value());
      registry_ = admission.registry();
    }
    // A store has one writer.
    writer.reset();
    Open(std::move(signer));
  }

  Sequencer& sequencer() { return *sequencer_; }
  SubtreeHash hashes() {
    return FromTiles([this](uint32_t level, uint64_t first, uint64_t count) {
      return sequencer_->reader().Hashes(level, first, count);
    });
  }

 private:
  static SecretKey Copy(const SecretKey& key) {
    return std::move(*SecretKey::Read(key.Write(""), ""));
  }
  Signer OpenSigner() { return std::move(*Signer::Open(folder_ / "state", Copy(log_))); }
  std::unique_ptr<Writer> OpenWriter() {
    return std::move(
        *(url_.empty() ? sqlite::OpenWriter(folder_ / "store") : postgres::OpenWriter(url_)));
  }
  std::unique_ptr<Reader> OpenReader() {
    return std::move(
        *(url_.empty() ? sqlite::OpenReader(folder_ / "store") : postgres::OpenReader(url_)));
  }
  void Open(Signer signer) {
    auto sequencer = Sequencer::Open(OpenWriter(), OpenReader(), std::move(signer));
    ENTENTE_CHECK(sequencer.has_value());
    sequencer_ = std::make_unique<Sequencer>(std::move(*sequencer));
  }

  Folder folder_;
  std::string url_;
  int crashes_ = 0;
  SecretKey log_ = SecretKey::Make(Purpose::kLog, "example.com/bench");
  SecretKey mill_ = SecretKey::Make(Purpose::kStatement, "Mill");
  Registry registry_;
  Seen seen_;
  uint64_t sequence_ = 0;
  std::string last_;
  std::unique_ptr<Sequencer> sequencer_;
};

void Do(sqlite3* db, const char* sql) {
  ENTENTE_CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

// The yardstick: rows of 512 bytes with two unique keys beside the first, so many a commit.
void BM_RawSqlite(benchmark::State& state) {
  Folder folder;
  sqlite3* db = nullptr;
  ENTENTE_CHECK(sqlite3_open((folder / "raw").c_str(), &db) == SQLITE_OK);
  Do(db,
     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
     "CREATE TABLE row (idx INTEGER PRIMARY KEY, bytes BLOB, a BLOB UNIQUE, b TEXT UNIQUE)");
  sqlite3_stmt* insert = nullptr;
  ENTENTE_CHECK(sqlite3_prepare_v2(db, "INSERT INTO row (bytes, a, b) VALUES (?, ?, ?)", -1,
                                   &insert, nullptr) == SQLITE_OK);
  const auto rows = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    Do(db, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < rows; ++i) {
      const std::string bytes = RandomBytes(kRawBytes);
      sqlite3_bind_blob(insert, 1, bytes.data(), kRawBytes, SQLITE_STATIC);
      sqlite3_bind_blob(insert, 2, bytes.data(), 32, SQLITE_STATIC);
      sqlite3_bind_text(insert, 3, bytes.data(), 16, SQLITE_STATIC);
      ENTENTE_CHECK(sqlite3_step(insert) == SQLITE_DONE);
      sqlite3_reset(insert);
    }
    Do(db, "COMMIT");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  sqlite3_finalize(insert);
  sqlite3_close(db);
}
BENCHMARK(BM_RawSqlite)->Arg(1)->Arg(64)->Arg(256)->UseRealTime();

// The same rows in PostgreSQL, by one statement of libpq each, so many a commit.
void BM_RawPostgres(benchmark::State& state) {
  if (Server() == nullptr) return state.SkipWithError("ENTENTE_POSTGRES is not set");
  PGconn* db = PQconnectdb(Server());
  ENTENTE_CHECK(PQstatus(db) == CONNECTION_OK);
  const auto run = [&](const char* sql) {
    PGresult* result = PQexec(db, sql);
    ENTENTE_CHECK(PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
  };
  run("SET client_min_messages = error");
  run("DROP TABLE IF EXISTS bench_row");
  run("CREATE TABLE bench_row (idx bigserial PRIMARY KEY, bytes bytea, a bytea UNIQUE, b bytea "
      "UNIQUE)");
  PQclear(PQprepare(db, "insert", "INSERT INTO bench_row (bytes, a, b) VALUES ($1, $2, $3)", 3,
                    nullptr));
  const auto rows = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    run("BEGIN");
    for (size_t i = 0; i < rows; ++i) {
      const std::string bytes = RandomBytes(kRawBytes);
      const char* values[] = {bytes.data(), bytes.data(), bytes.data()};
      const int lengths[] = {kRawBytes, 32, 16};
      const int formats[] = {1, 1, 1};
      PGresult* result = PQexecPrepared(db, "insert", 3, values, lengths, formats, 0);
      ENTENTE_CHECK(PQresultStatus(result) == PGRES_COMMAND_OK);
      PQclear(result);
    }
    run("COMMIT");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  run("DROP TABLE bench_row");
  PQfinish(db);
}
BENCHMARK(BM_RawPostgres)->Arg(1)->Arg(64)->Arg(256)->UseRealTime();

// Parsed, verified by both libraries, committed, read back, remembered, signed.
void Append(benchmark::State& state, Kept kept) {
  Ledger ledger(kept);
  const auto entries = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = ledger.Next(entries);
    state.ResumeTiming();
    ledger.Add(batch);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
void BM_Append(benchmark::State& state) { Append(state, Kept::kSqlite); }
BENCHMARK(BM_Append)->Arg(1)->Arg(64)->Arg(256)->UseRealTime();
void BM_AppendPostgres(benchmark::State& state) {
  if (Server() == nullptr) return state.SkipWithError("ENTENTE_POSTGRES is not set");
  Append(state, Kept::kPostgres);
}
BENCHMARK(BM_AppendPostgres)->Arg(1)->Arg(64)->Arg(256)->UseRealTime();

void BM_VerifySignature(benchmark::State& state) {
  const SecretKey key = SecretKey::Make(Purpose::kStatement, "Mill");
  const std::string message = RandomBytes(kRawBytes);
  const Signature signature = key.Sign(message);
  const std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
  for (auto _ : state) benchmark::DoNotOptimize(Verify(key.public_key(), message, bytes));
}
BENCHMARK(BM_VerifySignature);

// Opening for writing a ledger that was left in order.
void BM_Open(benchmark::State& state) {
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) ledger.Reopen();
}
BENCHMARK(BM_Open)->RangeMultiplier(10)->Range(1'000, 100'000)->UseRealTime();

// Opening it after its process was killed in the middle of a batch: the log of SQLite is replayed
// and what nobody signed is judged again.
void BM_OpenAfterCrash(benchmark::State& state) {
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  uint64_t unsigned_most = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ledger.Crash();
    state.ResumeTiming();
    ledger.Reopen();
    state.PauseTiming();
    unsigned_most = std::max(unsigned_most, ledger.sequencer().repaired());
    ledger.CatchUp();
    state.ResumeTiming();
  }
  state.counters["unsigned_most"] = static_cast<double>(unsigned_most);
}

// As many as are wanted.
template <class Benchmark>
void UpTo(Benchmark* b) {
  for (const int64_t n : {1'000, 10'000, 100'000}) b->Arg(n);
  if (const char* entries = std::getenv("ENTENTE_BENCH_ENTRIES")) b->Arg(std::atoll(entries));
}
BENCHMARK(BM_OpenAfterCrash)
    ->Apply(UpTo<benchmark::internal::Benchmark>)
    ->Iterations(10)
    ->UseRealTime();

// Every byte hashed, every signature verified and everything judged.
void BM_Walk(benchmark::State& state) {
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    ENTENTE_CHECK(Walk(ledger.sequencer().reader()).has_value());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Walk)->Apply(UpTo<benchmark::internal::Benchmark>)->UseRealTime();

// The same once more, by who verified it before.
void BM_WalkKnown(benchmark::State& state) {
  struct Known final : KnownLedgers {
    Result<std::optional<KnownLedger>> Find(const std::string&) override { return kept; }
    Result<void> Keep(const std::string&, const Checkpoint& last,
                      const std::optional<Checkpoint>&) override {
      kept = KnownLedger{last, true};
      return {};
    }
    std::string PlaceOf(const std::string&) const override { return ""; }
    std::optional<KnownLedger> kept;
  } known;
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  WalkOptions options;
  options.known = &known;
  ENTENTE_CHECK(Walk(ledger.sequencer().reader(), options).has_value());
  for (auto _ : state) ENTENTE_CHECK(Walk(ledger.sequencer().reader(), options).has_value());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_WalkKnown)->Apply(UpTo<benchmark::internal::Benchmark>)->UseRealTime();

void BM_ProveInclusion(benchmark::State& state) {
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  const uint64_t size = ledger.sequencer().edge().size();
  uint64_t index = 0;
  size_t hashes = 0;
  for (auto _ : state) {
    index = (index + 7'919) % size;
    hashes = std::max(hashes, ProveInclusion(index, size, ledger.hashes())->size());
  }
  state.counters["hashes"] = static_cast<double>(hashes);
}
BENCHMARK(BM_ProveInclusion)->RangeMultiplier(10)->Range(1'000, 100'000);

void BM_CheckInclusion(benchmark::State& state) {
  Ledger ledger;
  ledger.FillTo(static_cast<uint64_t>(state.range(0)));
  const Edge& edge = ledger.sequencer().edge();
  const auto proof = ProveInclusion(7, edge.size(), ledger.hashes());
  const Digest leaf = *ledger.hashes()(0, 7);
  for (auto _ : state) ENTENTE_CHECK(VerifyInclusion(7, edge.size(), leaf, *proof, edge.Root()));
}
BENCHMARK(BM_CheckInclusion)->RangeMultiplier(10)->Range(1'000, 100'000);

}  // namespace

BENCHMARK_MAIN();
