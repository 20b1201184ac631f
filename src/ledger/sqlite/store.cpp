// Every return code is looked at, automatic checkpoints are off and explicit ones are checked:
// SQLite tells the committing caller of fewer errors than its files meet.

#include "ledger/sqlite/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>

#include "base/check.h"

namespace entente::ledger::sqlite {

namespace {

// "entl" and the version of the tables below.
constexpr int kApplication = 0x656E746C;
constexpr int kVersion = 1;
// Pages of the write-ahead log after which the writer moves them into the file.
constexpr int kLogPagesMax = 1000;
constexpr int kBusyMs = 5000;

// Leaves, hashes and unique keys are never changed; the triggers are a second line behind that.
constexpr const char* kTables = R"(
CREATE TABLE leaf (
  idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, hash BLOB NOT NULL,
  statement BLOB NOT NULL UNIQUE, nonce TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE hash (
  level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE opening (
  idx INTEGER NOT NULL, name TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (idx, name)) STRICT, WITHOUT ROWID;
CREATE TABLE registry (size INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TRIGGER leaf_update BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER leaf_delete BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER hash_update BEFORE UPDATE ON hash BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER hash_delete BEFORE DELETE ON hash BEGIN SELECT RAISE(ABORT, 'append-only'); END;
)";

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

std::unexpected<Failure> Failed(sqlite3* db, std::string_view doing) {
  // Codes are extended; their last byte is the kind.
  const int code = db == nullptr ? SQLITE_NOMEM : sqlite3_errcode(db) & 0xFF;
  const std::string what =
      std::string(doing) + ": " + (db == nullptr ? "out of memory" : sqlite3_errmsg(db)) + " (" +
      std::to_string(db == nullptr ? code : sqlite3_extended_errcode(db)) + ")";
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return Fail("store-damaged", what, "restore the file, and verify it with an export");
  if (code == SQLITE_BUSY)
    return Fail("two-writers", what, "another process holds the ledger; wait until it has ended");
  return Fail("store-failed", what, "see to the disk and open the ledger again");
}

// One prepared statement, bound and stepped.
class Query {
 public:
  Query(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    ok_ = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) ==
          SQLITE_OK;
    statement_.reset(statement);
  }

  Query& Bind(uint64_t value) {
    return Bound(sqlite3_bind_int64(statement_.get(), next_, static_cast<int64_t>(value)));
  }
  // Bytes and texts must live until the query is stepped to its end.
  Query& Bind(const Digest& value) {
    return Bound(sqlite3_bind_blob(statement_.get(), next_, value.data(),
                                   static_cast<int>(value.size()), SQLITE_STATIC));
  }
  Query& BindBytes(std::string_view value) {
    return Bound(sqlite3_bind_blob(statement_.get(), next_, value.data(),
                                   static_cast<int>(value.size()), SQLITE_STATIC));
  }
  Query& BindText(std::string_view value) {
    return Bound(sqlite3_bind_text(statement_.get(), next_, value.data(),
                                   static_cast<int>(value.size()), SQLITE_STATIC));
  }

  // Whether there is a row; false and not `ok` after an error.
  bool Step() {
    if (!ok_) return false;
    const int code = sqlite3_step(statement_.get());
    ok_ = code == SQLITE_ROW || code == SQLITE_DONE;
    return code == SQLITE_ROW;
  }
  bool ok() const { return ok_; }
  // Steps once, for what gives no rows, and makes the query ready for the next.
  bool Run() {
    Step();
    const bool done = ok_;
    Reset();
    return done;
  }
  void Reset() {
    if (sqlite3_reset(statement_.get()) != SQLITE_OK) ok_ = false;
    next_ = 1;
  }

  uint64_t Number(int column) const {
    return static_cast<uint64_t>(sqlite3_column_int64(statement_.get(), column));
  }
  std::string Bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  }

 private:
  Query& Bound(int code) {
    if (code != SQLITE_OK) ok_ = false;
    ++next_;
    return *this;
  }

  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
  int next_ = 1;
  bool ok_ = false;
};

// A query that gives its rows back to be reset when the reader is done with them.
class Asked {
 public:
  explicit Asked(Query& query) : query_(query) { query_.Reset(); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() { query_.Reset(); }
  Query* operator->() { return &query_; }
  Query& operator*() { return query_; }

 private:
  Query& query_;
};

class Connection {
 public:
  static Result<Connection> Open(const std::string& path, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_EXRESCODE, nullptr);
    Connection out;
    out.db_.reset(raw);
    if (code != SQLITE_OK) return Failed(raw, "the ledger `" + path + "` cannot be opened");
    sqlite3_busy_timeout(raw, kBusyMs);
    for (const char* pragma :
         {"PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0"}) {
      if (auto done = out.Do(pragma); !done) return std::unexpected(done.error());
    }
    return out;
  }

  sqlite3* get() const { return db_.get(); }

  Result<void> Do(const char* sql) const {
    if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return Failed(get(), sql);
    return {};
  }

  Result<uint64_t> Number(const char* sql) const {
    Query query(get(), sql);
    if (!query.Step()) return Failed(get(), sql);
    return query.Number(0);
  }

  // That the file is a ledger of ours, of a version that is known.
  Result<void> CheckVersion() const {
    const auto application = Number("PRAGMA application_id");
    if (!application) return std::unexpected(application.error());
    const auto version = Number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*application != static_cast<uint64_t>(kApplication))
      return Fail("not-a-ledger", "the file is no ledger", "make one with `entente ledger init`");
    if (*version != static_cast<uint64_t>(kVersion)) {
      return Fail("unknown-version",
                  "the ledger is kept in version " + std::to_string(*version) +
                      " of the store; this release knows " + std::to_string(kVersion),
                  "a newer release may read it");
    }
    return {};
  }

 private:
  std::unique_ptr<sqlite3, CloseDatabase> db_;
};

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(Connection connection) : connection_(std::move(connection)) {}

  Result<uint64_t> Size() override {
    Asked asked(size_);
    if (!asked->Step()) return Error("the size of the ledger");
    return asked->Number(0);
  }

  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override {
    Asked asked(leaves_);
    asked->Bind(first).Bind(first + count);
    std::vector<std::string> out;
    while (asked->Step()) out.push_back(asked->Bytes(0));
    if (!asked->ok()) return Error("reading entries");
    if (out.size() != count) return Missing("an entry", first + out.size());
    return out;
  }

  Result<std::vector<Digest>> Hashes(uint32_t level, uint64_t first, uint64_t count) override {
    Asked asked(level == 0 ? leaf_hashes_ : hashes_);
    if (level > 0) asked->Bind(uint64_t{level});
    asked->Bind(first).Bind(first + count);
    std::vector<Digest> out;
    while (asked->Step()) {
      const auto hash = DigestOf(asked->Bytes(0));
      if (!hash) return Fail("store-damaged", "a hash of the tree is no hash");
      out.push_back(*hash);
    }
    if (!asked->ok()) return Error("reading hashes");
    if (out.size() != count) return Missing("a hash", first + out.size());
    return out;
  }

  Result<Taken> FindTaken(std::span<const Digest> statements,
                          std::span<const std::string> nonces) override {
    Taken out;
    for (const Digest& statement : statements) {
      Asked asked(by_statement_);
      asked->Bind(statement);
      if (asked->Step()) out.statements[statement] = asked->Number(0);
      if (!asked->ok()) return Error("looking up a statement");
    }
    for (const std::string& nonce : nonces) {
      Asked asked(by_nonce_);
      asked->BindText(nonce);
      if (asked->Step()) out.nonces[nonce] = asked->Number(0);
      if (!asked->ok()) return Error("looking up a nonce");
    }
    return out;
  }

  Result<std::string> RegistryAt(uint64_t size) override {
    Asked asked(registry_);
    asked->Bind(size);
    if (asked->Step()) return asked->Bytes(0);
    if (!asked->ok()) return Error("reading the registry");
    return std::string();
  }

  Result<std::optional<std::string>> CheckpointFrom(uint64_t size) override {
    return CheckpointBy(checkpoint_from_, size);
  }
  Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) override {
    return CheckpointBy(checkpoint_up_to_, size);
  }

  Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) override {
    Asked asked(openings_);
    asked->Bind(first).Bind(first + count);
    std::vector<std::vector<Opening>> out(count);
    while (asked->Step()) {
      out.at(asked->Number(0) - first)
          .push_back({asked->Bytes(1), asked->Bytes(2), asked->Bytes(3)});
    }
    if (!asked->ok()) return Error("reading openings");
    return out;
  }

 private:
  std::unexpected<Failure> Error(std::string_view doing) {
    return Failed(connection_.get(), doing);
  }
  std::unexpected<Failure> Missing(std::string_view what, uint64_t index) {
    return Fail("store-damaged", std::string(what) + " is missing at " + std::to_string(index));
  }
  Result<std::optional<std::string>> CheckpointBy(Query& query, uint64_t size) {
    Asked asked(query);
    asked->Bind(size);
    if (asked->Step()) return asked->Bytes(0);
    if (!asked->ok()) return Error("reading checkpoints");
    return std::optional<std::string>();
  }

  Connection connection_;
  Query size_{connection_.get(), "SELECT coalesce(max(idx) + 1, 0) FROM leaf"};
  Query leaves_{connection_.get(),
                "SELECT bytes FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"};
  Query leaf_hashes_{connection_.get(),
                     "SELECT hash FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"};
  Query hashes_{connection_.get(),
                "SELECT hash FROM hash WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx"};
  Query by_statement_{connection_.get(), "SELECT idx FROM leaf WHERE statement = ?"};
  Query by_nonce_{connection_.get(), "SELECT idx FROM leaf WHERE nonce = ?"};
  Query registry_{connection_.get(), "SELECT text FROM registry WHERE size = ?"};
  Query checkpoint_from_{connection_.get(),
                         "SELECT note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1"};
  Query checkpoint_up_to_{connection_.get(),
                          "SELECT note FROM checkpoint WHERE size <= ? ORDER BY size DESC LIMIT 1"};
  Query openings_{connection_.get(),
                  "SELECT idx, name, salt, value FROM opening WHERE idx >= ? AND idx < ? "
                  "ORDER BY idx, name"};
};

// Held as long as the writer lives.
class Lock {
 public:
  static Result<Lock> Take(const std::string& path) {
    Lock out;
    out.descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out.descriptor_ < 0) {
      return Fail("store-failed",
                  "the lock `" + path + "` cannot be opened: " + std::strerror(errno));
    }
    if (flock(out.descriptor_, LOCK_EX | LOCK_NB) != 0) {
      return Fail("two-writers", "another process writes to this ledger",
                  "wait until it has ended; one process at a time may write");
    }
    return out;
  }
  Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Lock& operator=(Lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Lock() {
    if (descriptor_ >= 0) close(descriptor_);
  }

 private:
  Lock() = default;
  int descriptor_ = -1;
};

class SqliteWriter final : public Writer {
 public:
  SqliteWriter(Lock lock, Connection connection)
      : lock_(std::move(lock)), connection_(std::move(connection)) {
    sqlite3_wal_hook(connection_.get(), &SqliteWriter::CountPages, this);
  }

  Result<void> Append(const Batch& batch) override {
    if (auto begun = connection_.Do("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto written = Write(batch); !written) {
      const Failure failure = written.error();
      if (auto undone = connection_.Do("ROLLBACK"); !undone) return undone;
      return std::unexpected(failure);
    }
    if (auto committed = connection_.Do("COMMIT"); !committed) return committed;
    return MoveLog(false);
  }

  Result<void> KeepCheckpoint(uint64_t size, const std::string& note) override {
    // Not flushed: a checkpoint that is lost is signed again, with the same bytes.
    if (auto set = connection_.Do("PRAGMA synchronous=NORMAL"); !set) return set;
    const bool kept = keep_.Bind(size).BindText(note).Run();
    const std::unexpected<Failure> failure = Failed(connection_.get(), "keeping a checkpoint");
    if (auto set = connection_.Do("PRAGMA synchronous=FULL"); !set) return set;
    if (!kept) return failure;
    return {};
  }

  Result<void> Erase(uint64_t index, const std::string& name) override {
    if (!erase_.Bind(index).BindText(name).Run())
      return Failed(connection_.get(), "erasing an opening");
    // The bytes lie in the write-ahead log until it is emptied.
    return MoveLog(true);
  }

 private:
  static int CountPages(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteWriter*>(self)->log_pages_ = pages;
    return SQLITE_OK;
  }

  Result<void> MoveLog(bool all) {
    if (!all && log_pages_ < kLogPagesMax) return {};
    const int code = sqlite3_wal_checkpoint_v2(
        connection_.get(), nullptr, all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
        nullptr, nullptr);
    if (code != SQLITE_OK) return Failed(connection_.get(), "moving the write-ahead log");
    return {};
  }

  Result<void> Write(const Batch& batch) {
    if (!size_.Step()) return Failed(connection_.get(), "the size of the ledger");
    const uint64_t size = size_.Number(0);
    size_.Reset();
    if (size != batch.first) {
      return Fail("moved", "the ledger has " + std::to_string(size) + " entries, not " +
                               std::to_string(batch.first));
    }
    uint64_t index = batch.first;
    for (const NewLeaf& leaf : batch.leaves) {
      if (!leaf_.Bind(index)
               .BindBytes(leaf.bytes)
               .Bind(leaf.hash)
               .Bind(leaf.statement)
               .BindText(leaf.nonce)
               .Run()) {
        return Failed(connection_.get(), "writing an entry");
      }
      for (const Opening& opening : leaf.openings) {
        if (!opening_.Bind(index)
                 .BindText(opening.name)
                 .BindBytes(opening.salt)
                 .BindText(opening.value)
                 .Run()) {
          return Failed(connection_.get(), "writing an opening");
        }
      }
      ++index;
    }
    for (const NewHash& hash : batch.hashes) {
      if (!hash_.Bind(uint64_t{hash.level}).Bind(hash.index).Bind(hash.hash).Run())
        return Failed(connection_.get(), "writing a hash");
    }
    // The one of the size that the signer may not have reached yet stays.
    if (!forget_.Bind(batch.first).Run() || !registry_.Bind(index).BindText(batch.registry).Run())
      return Failed(connection_.get(), "writing the registry");
    return {};
  }

  Lock lock_;
  Connection connection_;
  int log_pages_ = 0;
  Query size_{connection_.get(), "SELECT coalesce(max(idx) + 1, 0) FROM leaf"};
  Query leaf_{connection_.get(),
              "INSERT INTO leaf (idx, bytes, hash, statement, nonce) VALUES (?, ?, ?, ?, ?)"};
  Query opening_{connection_.get(),
                 "INSERT INTO opening (idx, name, salt, value) VALUES (?, ?, ?, ?)"};
  Query hash_{connection_.get(), "INSERT INTO hash (level, idx, hash) VALUES (?, ?, ?)"};
  Query forget_{connection_.get(), "DELETE FROM registry WHERE size < ?"};
  Query registry_{connection_.get(), "INSERT INTO registry (size, text) VALUES (?, ?)"};
  Query keep_{connection_.get(), "INSERT OR REPLACE INTO checkpoint (size, note) VALUES (?, ?)"};
  Query erase_{connection_.get(), "DELETE FROM opening WHERE idx = ? AND name = ?"};
};

Result<std::unique_ptr<Writer>> Ready(Lock lock, Connection connection) {
  for (const char* pragma : {"PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=0",
                             "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON"}) {
    if (auto done = connection.Do(pragma); !done) return std::unexpected(done.error());
  }
  return std::make_unique<SqliteWriter>(std::move(lock), std::move(connection));
}

}  // namespace

Result<std::unique_ptr<Writer>> Create(const std::string& path) {
  auto lock = Lock::Take(path + ".lock");
  if (!lock) return std::unexpected(lock.error());
  // It holds what is hidden from others; SQLite's other files follow its mode.
  const int fresh = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fresh < 0) {
    return Fail("store-failed", "`" + path + "` cannot be made: " + std::strerror(errno),
                "name a ledger that does not exist");
  }
  close(fresh);
  auto connection = Connection::Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!connection) return std::unexpected(connection.error());
  const std::string head = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN;" +
                           std::string(kTables) +
                           "PRAGMA application_id=" + std::to_string(kApplication) +
                           "; PRAGMA user_version=" + std::to_string(kVersion) + "; COMMIT;";
  if (auto made = connection->Do(head.c_str()); !made) return std::unexpected(made.error());
  return Ready(std::move(*lock), std::move(*connection));
}

Result<std::unique_ptr<Writer>> OpenWriter(const std::string& path) {
  auto lock = Lock::Take(path + ".lock");
  if (!lock) return std::unexpected(lock.error());
  auto connection = Connection::Open(path, SQLITE_OPEN_READWRITE);
  if (!connection) return std::unexpected(connection.error());
  if (auto known = connection->CheckVersion(); !known) return std::unexpected(known.error());
  return Ready(std::move(*lock), std::move(*connection));
}

Result<std::unique_ptr<Reader>> OpenReader(const std::string& path) {
  auto connection = Connection::Open(path, SQLITE_OPEN_READONLY);
  if (!connection) return std::unexpected(connection.error());
  // The last to close would else move the writer's log.
  sqlite3_db_config(connection->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (auto known = connection->CheckVersion(); !known) return std::unexpected(known.error());
  return std::make_unique<SqliteReader>(std::move(*connection));
}

}  // namespace entente::ledger::sqlite
