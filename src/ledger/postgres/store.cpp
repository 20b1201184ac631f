#include "ledger/postgres/store.h"

#include <libpq-fe.h>

#include <map>

#include "base/check.h"
#include "ledger/note.h"

namespace entente::ledger::postgres {

namespace {

constexpr int kVersion = 1;

constexpr const char* kTables = R"(
CREATE TABLE head (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  version integer NOT NULL, size bigint NOT NULL, epoch bigint NOT NULL);
CREATE TABLE leaf (
  idx bigint PRIMARY KEY, bytes bytea NOT NULL, hash bytea NOT NULL,
  statement bytea NOT NULL UNIQUE, nonce text NOT NULL UNIQUE);
CREATE TABLE hash (
  level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE opening (
  idx bigint NOT NULL, name text NOT NULL, salt bytea NOT NULL, value bytea NOT NULL,
  PRIMARY KEY (idx, name));
CREATE TABLE registry (size bigint PRIMARY KEY, text bytea NOT NULL);
CREATE TABLE checkpoint (size bigint PRIMARY KEY, note bytea NOT NULL);
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;
CREATE TRIGGER leaf_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER hash_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON hash
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
)";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Rows = std::unique_ptr<PGresult, Clear>;

std::string Bytea(std::string_view bytes) { return "\\x" + Hex(bytes); }
std::string Bytea(const Digest& digest) { return Bytea(BytesOf(digest)); }

// The text form of an array whose elements need no other escape than quotes and backslashes.
class ArrayText {
 public:
  void Add(std::string_view element) {
    text_ += text_.empty() ? "{\"" : ",\"";
    for (const char c : element) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string Take() && { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

// Who answers nothing for so long is gone; the address may say otherwise.
constexpr const char* kConnectSeconds = "10";
constexpr const char* kSilentMs = "30000";

PGconn* Connect(const std::string& url) {
  // What comes first is overridden by the address behind it.
  const char* names[] = {"connect_timeout",
                         "keepalives_idle",
                         "keepalives_interval",
                         "keepalives_count",
                         "tcp_user_timeout",
                         "dbname",
                         nullptr};
  const char* values[] = {kConnectSeconds, "10", "5", "3", kSilentMs, url.c_str(), nullptr};
  return PQconnectdbParams(names, values, 1);
}

class Connection {
 public:
  static Result<Connection> Open(const std::string& url) {
    Connection out;
    out.connection_.reset(Connect(url));
    if (PQstatus(out.get()) != CONNECTION_OK) return out.Failed("connecting to the ledger");
    // What a standby has not confirmed is not durable; the server's own setting may be weaker.
    if (auto set = out.Do("SET synchronous_commit = on; SET client_encoding = 'UTF8'; SET "
                          "client_min_messages = warning; SET bytea_output = 'hex'");
        !set)
      return std::unexpected(set.error());
    return out;
  }

  PGconn* get() const { return connection_.get(); }

  std::unexpected<Failure> Failed(std::string_view doing) const {
    std::string what = std::string(doing) + ": " + PQerrorMessage(get());
    while (!what.empty() && (what.back() == '\n' || what.back() == ' ')) what.pop_back();
    return Fail("store-failed", what, "see to the database and open the ledger again");
  }

  Result<void> Do(const char* sql) const {
    const Rows rows(PQexec(get(), sql));
    const ExecStatusType status = PQresultStatus(rows.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return Failed("writing");
    return {};
  }

  // `sql` is a literal: it is prepared once.
  Result<Rows> Ask(const char* sql, const std::vector<std::string>& arguments = {}) {
    const auto [prepared, fresh] =
        prepared_.try_emplace(sql, "q" + std::to_string(prepared_.size()));
    if (fresh) {
      const Rows made(PQprepare(get(), prepared->second.c_str(), sql, 0, nullptr));
      if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
        prepared_.erase(prepared);
        return Failed("asking the ledger");
      }
    }
    std::vector<const char*> values;
    for (const std::string& argument : arguments) values.push_back(argument.c_str());
    Rows rows(PQexecPrepared(get(), prepared->second.c_str(), static_cast<int>(values.size()),
                             values.data(), nullptr, nullptr, 0));
    const ExecStatusType status = PQresultStatus(rows.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return Failed("asking the ledger");
    return rows;
  }

  // That there is a ledger of a version that is known.
  Result<void> CheckVersion() {
    const auto rows =
        Ask("SELECT to_regclass('head') IS NOT NULL AND to_regclass('leaf') IS NOT NULL");
    if (!rows) return std::unexpected(rows.error());
    if (std::string_view(PQgetvalue(rows->get(), 0, 0)) != "t") {
      return Fail("not-a-ledger", "the schema holds no ledger",
                  "make one with `entente ledger init`");
    }
    const auto version = Ask("SELECT version FROM head");
    if (!version) return std::unexpected(version.error());
    if (PQntuples(version->get()) != 1 ||
        ReadDecimal(PQgetvalue(version->get(), 0, 0)) != static_cast<uint64_t>(kVersion)) {
      return Fail("unknown-version", "the ledger is kept in another version of the store",
                  "a newer release may read it");
    }
    return {};
  }

 private:
  std::unique_ptr<PGconn, Finish> connection_;
  std::map<const char*, std::string> prepared_;
};

std::optional<uint64_t> NumberIn(const Rows& rows, int row, int column) {
  return ReadDecimal(PQgetvalue(rows.get(), row, column));
}

std::optional<std::string> BytesIn(const Rows& rows, int row, int column) {
  const std::string_view text = PQgetvalue(rows.get(), row, column);
  return text.starts_with("\\x") ? FromHex(text.substr(2)) : std::nullopt;
}

std::unexpected<Failure> Damaged(std::string_view what) {
  return Fail("store-damaged", std::string(what) + " cannot be read",
              "restore the database, and verify it with an export");
}

class PostgresReader final : public Reader {
 public:
  explicit PostgresReader(Connection connection) : connection_(std::move(connection)) {}

  Result<uint64_t> Size() override {
    const auto rows = connection_.Ask("SELECT coalesce(max(idx) + 1, 0) FROM leaf");
    if (!rows) return std::unexpected(rows.error());
    const auto size = NumberIn(*rows, 0, 0);
    if (!size) return Damaged("the size");
    return *size;
  }

  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override {
    const auto rows =
        connection_.Ask("SELECT bytes FROM leaf WHERE idx >= $1 AND idx < $2 ORDER BY idx",
                        {std::to_string(first), std::to_string(first + count)});
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::string> out;
    for (int i = 0; i < PQntuples(rows->get()); ++i) {
      auto bytes = BytesIn(*rows, i, 0);
      if (!bytes) return Damaged("an entry");
      out.push_back(std::move(*bytes));
    }
    if (out.size() != count) return Missing("an entry", first + out.size());
    return out;
  }

  Result<std::vector<Digest>> Hashes(uint32_t level, uint64_t first, uint64_t count) override {
    const std::vector<std::string> range = {std::to_string(first), std::to_string(first + count)};
    const auto rows =
        level == 0 ? connection_.Ask(
                         "SELECT hash FROM leaf WHERE idx >= $1 AND idx < $2 ORDER BY idx", range)
                   : connection_.Ask(
                         "SELECT hash FROM hash WHERE idx >= $1 AND idx < $2 AND level = $3 "
                         "ORDER BY idx",
                         {range[0], range[1], std::to_string(level)});
    if (!rows) return std::unexpected(rows.error());
    std::vector<Digest> out;
    for (int i = 0; i < PQntuples(rows->get()); ++i) {
      const auto bytes = BytesIn(*rows, i, 0);
      const auto hash = bytes ? DigestOf(*bytes) : std::nullopt;
      if (!hash) return Damaged("a hash of the tree");
      out.push_back(*hash);
    }
    if (out.size() != count) return Missing("a hash", first + out.size());
    return out;
  }

  Result<Taken> FindTaken(std::span<const Digest> statements,
                          std::span<const std::string> nonces) override {
    ArrayText asked, of;
    for (const Digest& statement : statements) asked.Add(Bytea(statement));
    for (const std::string& nonce : nonces) of.Add(nonce);
    const auto rows = connection_.Ask(
        "SELECT idx, statement, nonce FROM leaf "
        "WHERE statement = ANY($1::bytea[]) OR nonce = ANY($2::text[])",
        {std::move(asked).Take(), std::move(of).Take()});
    if (!rows) return std::unexpected(rows.error());
    Taken out;
    for (int i = 0; i < PQntuples(rows->get()); ++i) {
      const auto index = NumberIn(*rows, i, 0);
      const auto bytes = BytesIn(*rows, i, 1);
      const auto statement = bytes ? DigestOf(*bytes) : std::nullopt;
      if (!index || !statement) return Damaged("a statement's hash");
      out.statements[*statement] = *index;
      out.nonces[PQgetvalue(rows->get(), i, 2)] = *index;
    }
    return out;
  }

  Result<std::string> RegistryAt(uint64_t size) override {
    auto text = Text("SELECT text FROM registry WHERE size = $1", size);
    if (!text) return std::unexpected(text.error());
    return text->value_or("");
  }
  Result<std::optional<std::string>> CheckpointFrom(uint64_t size) override {
    return Text("SELECT note FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT 1", size);
  }
  Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) override {
    return Text("SELECT note FROM checkpoint WHERE size <= $1 ORDER BY size DESC LIMIT 1", size);
  }

  Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) override {
    const auto rows = connection_.Ask(
        "SELECT idx, name, salt, value FROM opening WHERE idx >= $1 AND idx < $2 "
        "ORDER BY idx, name COLLATE \"C\"",
        {std::to_string(first), std::to_string(first + count)});
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::vector<Opening>> out(count);
    for (int i = 0; i < PQntuples(rows->get()); ++i) {
      const auto index = NumberIn(*rows, i, 0);
      auto salt = BytesIn(*rows, i, 2);
      auto value = BytesIn(*rows, i, 3);
      if (!index || !salt || !value) return Damaged("an opening");
      out.at(*index - first)
          .push_back({PQgetvalue(rows->get(), i, 1), std::move(*salt), std::move(*value)});
    }
    return out;
  }

 private:
  std::unexpected<Failure> Missing(std::string_view what, uint64_t index) {
    return Fail("store-damaged", std::string(what) + " is missing at " + std::to_string(index));
  }
  Result<std::optional<std::string>> Text(const char* sql, uint64_t size) {
    const auto rows = connection_.Ask(sql, {std::to_string(size)});
    if (!rows) return std::unexpected(rows.error());
    if (PQntuples(rows->get()) == 0) return std::optional<std::string>();
    auto text = BytesIn(*rows, 0, 0);
    if (!text) return Damaged("a text");
    return std::optional(std::move(*text));
  }

  Connection connection_;
};

class PostgresWriter final : public Writer {
 public:
  PostgresWriter(Connection connection, uint64_t epoch)
      : connection_(std::move(connection)), epoch_(epoch) {}

  // One statement, and so one transaction and one round trip: nothing is written unless the head,
  // whose row is locked first, is where the batch begins and of our epoch.
  Result<void> Append(const Batch& batch) override {
    ArrayText indexes, bytes, hashes, statements, nonces;
    ArrayText opened, names, salts, values;
    uint64_t index = batch.first;
    for (const NewLeaf& leaf : batch.leaves) {
      indexes.Add(std::to_string(index));
      bytes.Add(Bytea(leaf.bytes));
      hashes.Add(Bytea(leaf.hash));
      statements.Add(Bytea(leaf.statement));
      nonces.Add(leaf.nonce);
      for (const Opening& opening : leaf.openings) {
        opened.Add(std::to_string(index));
        names.Add(opening.name);
        salts.Add(Bytea(opening.salt));
        values.Add(Bytea(opening.value));
      }
      ++index;
    }
    ArrayText levels, places, roots;
    for (const NewHash& hash : batch.hashes) {
      levels.Add(std::to_string(hash.level));
      places.Add(std::to_string(hash.index));
      roots.Add(Bytea(hash.hash));
    }
    const auto moved = connection_.Ask(
        "WITH moved AS (UPDATE head SET size = $3 WHERE epoch = $1 AND size = $2 RETURNING size), "
        "leaves AS (INSERT INTO leaf SELECT t.* FROM moved, unnest($4::bigint[], $5::bytea[], "
        "$6::bytea[], $7::bytea[], $8::text[]) AS t), "
        "openings AS (INSERT INTO opening SELECT t.* FROM moved, unnest($9::bigint[], $10::text[], "
        "$11::bytea[], $12::bytea[]) AS t), "
        "hashes AS (INSERT INTO hash SELECT t.* FROM moved, unnest($13::integer[], $14::bigint[], "
        "$15::bytea[]) AS t), "
        "forgotten AS (DELETE FROM registry USING moved WHERE registry.size < $2), "
        "kept AS (INSERT INTO registry SELECT size, $16::bytea FROM moved) "
        "SELECT count(*) FROM moved",
        {std::to_string(epoch_), std::to_string(batch.first), std::to_string(index),
         std::move(indexes).Take(), std::move(bytes).Take(), std::move(hashes).Take(),
         std::move(statements).Take(), std::move(nonces).Take(), std::move(opened).Take(),
         std::move(names).Take(), std::move(salts).Take(), std::move(values).Take(),
         std::move(levels).Take(), std::move(places).Take(), std::move(roots).Take(),
         Bytea(batch.registry)});
    if (!moved) return std::unexpected(moved.error());
    if (NumberIn(*moved, 0, 0) == uint64_t{1}) return {};
    const auto head = connection_.Ask("SELECT size, epoch FROM head");
    if (!head) return std::unexpected(head.error());
    if (NumberIn(*head, 0, 1) != epoch_) return Replaced();
    return Fail("moved", std::string("the ledger has ") + PQgetvalue(head->get(), 0, 0) +
                             " entries, not " + std::to_string(batch.first));
  }

  Result<void> KeepCheckpoint(uint64_t size, const std::string& note) override {
    // Need not be durable: it is signed again with the same bytes.
    const auto kept = connection_.Ask(
        "WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)), "
        "kept AS (INSERT INTO checkpoint SELECT $1, $2 FROM quick, head WHERE head.epoch = $3 "
        "ON CONFLICT (size) DO UPDATE SET note = excluded.note RETURNING size) "
        "SELECT count(*) FROM kept",
        {std::to_string(size), Bytea(note), std::to_string(epoch_)});
    if (!kept) return std::unexpected(kept.error());
    return NumberIn(*kept, 0, 0) == uint64_t{1} ? Result<void>() : Replaced();
  }

  Result<void> Erase(uint64_t index, const std::string& name) override {
    // Of anybody else's table the server skips what follows, and calls that done.
    const auto owns = connection_.Ask(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'opening'::regclass", {});
    if (!owns) return std::unexpected(owns.error());
    if (std::string_view(PQgetvalue(owns->get(), 0, 0)) != "t") {
      return Fail("store-failed", "only the role that owns the tables can erase a value",
                  "open the ledger for writing as the role that made it: what is to be erased is "
                  "erased then");
    }
    const auto erased = connection_.Ask("DELETE FROM opening WHERE idx = $1 AND name = $2",
                                        {std::to_string(index), name});
    if (!erased) return std::unexpected(erased.error());
    // The row's bytes stay in the table until it is rewritten.
    return connection_.Do("VACUUM FULL opening");
  }

 private:
  static std::unexpected<Failure> Replaced() {
    return Fail("two-writers", "another process writes to this ledger now",
                "this one was replaced, and stops");
  }

  Connection connection_;
  uint64_t epoch_;
};

}  // namespace

bool IsUrl(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Result<std::unique_ptr<Writer>> Create(const std::string& url) {
  auto connection = Connection::Open(url);
  if (!connection) return std::unexpected(connection.error());
  const auto path = connection->Ask("SELECT split_part(current_setting('search_path'), ',', 1)");
  if (!path) return std::unexpected(path.error());
  const std::string schema = PQgetvalue(path->get(), 0, 0);
  const auto there = connection->Ask("SELECT to_regclass('head') IS NOT NULL");
  if (!there) return std::unexpected(there.error());
  if (std::string_view(PQgetvalue(there->get(), 0, 0)) == "t") {
    return Fail("store-failed", "the schema `" + schema + "` holds a ledger already",
                "name another: …?options=-csearch_path%3Dsteel");
  }
  // `"$user"` stands first by default and means public where no schema has that name.
  const bool named = !schema.starts_with('"');
  const std::string sql =
      "BEGIN; " + (named ? "CREATE SCHEMA IF NOT EXISTS " + schema + "; " : "") + kTables +
      "INSERT INTO head VALUES (true, " + std::to_string(kVersion) + ", 0, 0); COMMIT";
  if (auto made = connection->Do(sql.c_str()); !made) return std::unexpected(made.error());
  return OpenWriter(url);
}

Result<std::unique_ptr<Writer>> OpenWriter(const std::string& url) {
  auto connection = Connection::Open(url);
  if (!connection) return std::unexpected(connection.error());
  if (auto known = connection->CheckVersion(); !known) return std::unexpected(known.error());
  const auto epoch = connection->Ask("UPDATE head SET epoch = epoch + 1 RETURNING epoch");
  if (!epoch) return std::unexpected(epoch.error());
  const auto number = NumberIn(*epoch, 0, 0);
  if (!number) return Damaged("the head");
  return std::make_unique<PostgresWriter>(std::move(*connection), *number);
}

Result<std::unique_ptr<Reader>> OpenReader(const std::string& url) {
  auto connection = Connection::Open(url);
  if (!connection) return std::unexpected(connection.error());
  if (auto known = connection->CheckVersion(); !known) return std::unexpected(known.error());
  return std::make_unique<PostgresReader>(std::move(*connection));
}

}  // namespace entente::ledger::postgres
