#include "cli/ledger_folder.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "ledger/export.h"
#include "ledger/postgres/store.h"
#include "ledger/sqlite/store.h"
#include "ledger/tiles.h"

namespace entente::cli {

namespace {

std::string StorePath(const std::string& folder) { return folder + "/ledger.sqlite"; }
std::string UrlPath(const std::string& folder) { return folder + "/store.url"; }

// The address of the database that has the entries; nothing where a file in the folder has them.
std::optional<std::string> UrlOf(const std::string& where) {
  if (ledger::postgres::IsUrl(where)) return where;
  auto text = ReadFile(UrlPath(where));
  return text ? std::optional(std::string(Trim(*text))) : std::nullopt;
}

}  // namespace

bool HasLedger(const std::string& folder) {
  std::error_code error;
  return std::filesystem::exists(StorePath(folder), error) ||
         std::filesystem::exists(UrlPath(folder), error);
}

bool HasTiles(const std::string& folder) {
  return !HasLedger(folder) && ledger::TilesFolder::IsOne(folder);
}

Result<void> CreateStore(const std::string& folder, const std::string& url) {
  if (!url.empty()) {
    if (auto store = ledger::postgres::Create(url); !store) return std::unexpected(store.error());
    // It may hold a password.
    return WriteSecret(UrlPath(folder), url + "\n");
  }
  if (auto store = ledger::sqlite::Create(StorePath(folder)); !store)
    return std::unexpected(store.error());
  return {};
}

Result<std::unique_ptr<ledger::Reader>> OpenReader(const std::string& where) {
  const auto url = UrlOf(where);
  std::error_code error;
  if (!url && std::filesystem::is_regular_file(where, error)) {
    return Fail("store-failed", "`" + where + "` is a file, and this asks the ledger itself",
                "name the ledger's folder; `log`, `show`, `verify` and every question read an "
                "exported file too");
  }
  if (!url && !HasLedger(where))
    return Fail("store-failed", "`" + where + "` holds no ledger",
                "name a ledger's folder, or begin one with `entente ledger init`");
  return url ? ledger::postgres::OpenReader(*url) : ledger::sqlite::OpenReader(StorePath(where));
}

Result<std::unique_ptr<ledger::Writer>> OpenWriter(const std::string& folder) {
  const auto url = UrlOf(folder);
  return url ? ledger::postgres::OpenWriter(*url) : ledger::sqlite::OpenWriter(StorePath(folder));
}

std::string StatePath(const std::string& folder) { return folder + "/signer/state"; }
std::string LogKeyPath(const std::string& folder) { return folder + "/signer/log.key"; }

std::string TimeText(std::time_t seconds) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

std::string Now() { return TimeText(Clock()); }

Result<std::string> ReadText(const std::string& path) {
  auto text = ReadFile(path);
  if (!text) {
    return Fail("no-such-file", "`" + path + "` cannot be read",
                "name a file that is there and may be read");
  }
  return std::move(*text);
}

Result<void> WriteSecret(const std::string& path, const std::string& text) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return Fail("store-failed", "`" + path + "` cannot be made: " + std::strerror(errno));
  const bool written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0;
  close(descriptor);
  if (!written) {
    // Half of it would stand in the way of the next try.
    unlink(path.c_str());
    return Fail("store-failed", "`" + path + "` cannot be written", "make room on the disk");
  }
  return {};
}

Result<void> ReplaceFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + "." + std::to_string(getpid()) + ".new";
  if (auto written = WriteSecret(fresh, text); !written) return written;
  const std::string folder = std::filesystem::path(path).parent_path();
  const int descriptor =
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool moved = descriptor >= 0 && rename(fresh.c_str(), path.c_str()) == 0;
  const bool synced = moved && fsync(descriptor) == 0;
  if (descriptor >= 0) close(descriptor);
  if (!moved) unlink(fresh.c_str());
  if (!synced) return Fail("store-failed", "`" + path + "` cannot be written");
  return {};
}

std::string Passphrase(const std::string& path) {
  if (const char* given = std::getenv("ENTENTE_PASSPHRASE")) return given;
  if (isatty(STDIN_FILENO) == 0) return "";
  const char* typed = getpass(("passphrase of " + path + ": ").c_str());
  return typed == nullptr ? "" : typed;
}

Result<ledger::SecretKey> ReadKey(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  return ledger::SecretKey::Read(*text, ledger::SecretKey::IsSealed(*text) ? Passphrase(path) : "");
}

Result<std::vector<ledger::SecretKey>> ReadKeys(const std::vector<std::string>& paths) {
  std::vector<ledger::SecretKey> out;
  for (const std::string& path : paths) {
    auto key = ReadKey(path);
    if (!key) return std::unexpected(key.error());
    if (key->purpose() != ledger::Purpose::kStatement) {
      return Fail("wrong-purpose",
                  "`" + path + "` is a key for a " + std::string(NameOf(key->purpose())) +
                      ", not for statements",
                  "one key serves one purpose; `entente ledger keys new` makes another");
    }
    out.push_back(std::move(*key));
  }
  if (out.empty()) return Fail("no-key", "nobody signs", "name a key file with --key or --party");
  return out;
}

void SayWhichClock() {
  if (ClockIsSet())
    fmt::print(stderr, "note: the clock is ENTENTE_NOW, not the machine's: {}\n", Now());
}

Result<ledger::Sequencer> OpenSequencer(const std::string& folder) {
  std::error_code error;
  if (ledger::postgres::IsUrl(folder) || std::filesystem::is_regular_file(folder, error)) {
    return Fail("store-failed",
                "`" + folder + "` can be read, and only a ledger's folder can be written to",
                "name the folder that `entente ledger init` made; the signer lies in it");
  }
  SayWhichClock();
  auto key = ReadKey(LogKeyPath(folder));
  if (!key) return std::unexpected(key.error());
  auto signer = ledger::Signer::Open(StatePath(folder), std::move(*key));
  if (!signer) return std::unexpected(signer.error());
  auto writer = OpenWriter(folder);
  if (!writer) return std::unexpected(writer.error());
  auto reader = OpenReader(folder);
  if (!reader) return std::unexpected(reader.error());
  return ledger::Sequencer::Open(std::move(*writer), std::move(*reader), std::move(*signer));
}

namespace {

// That the ledger goes on from what this user verified last, by hashes alone; the first time, that
// all of it holds. Nobody signs that they saw a history that is not so.
Result<void> ExtendsWhatIsKnown(ledger::Reader& reader, const Head& head) {
  KnownLedgersFolder folder;
  const std::string log = head.registry.log().Write();
  if (folder.PlaceOf(log).empty()) return {};
  const auto found = folder.Find(log);
  if (!found) return std::unexpected(found.error());
  const auto& known = *found;
  // Where witnesses are asked for, nothing is known until they have signed: each time would be the
  // first.
  if (!known && !head.registry.policy().empty()) return {};
  // What is no simple extension, the walk explains.
  const auto extends = [&]() -> Result<bool> {
    if (!known || known->checkpoint.size > head.checkpoint.size) return false;
    const auto proof = ledger::ProveConsistency(
        known->checkpoint.size, head.checkpoint.size,
        ledger::FromTiles([&](uint32_t level, uint64_t first, uint64_t count) {
          return reader.Hashes(level, first, count);
        }));
    if (!proof) return std::unexpected(proof.error());
    return ledger::VerifyConsistency(known->checkpoint.size, head.checkpoint.size,
                                     known->checkpoint.root, head.checkpoint.root, *proof);
  }();
  if (!extends) return std::unexpected(extends.error());
  if (*extends) return {};
  const auto walked = WalkKnown(reader);
  if (!walked) return std::unexpected(walked.error());
  return {};
}

}  // namespace

Result<Head> ReadHead(const std::string& where) {
  std::error_code error;
  Head out;
  if (std::filesystem::is_regular_file(where, error) || HasTiles(where)) {
    // Exported files are read from their first byte: they keep nothing ready.
    auto source = OpenSource(where);
    if (!source) return std::unexpected(source.error());
    auto walked = WalkKnown(**source);
    if (!walked) return std::unexpected(walked.error());
    out.note = walked->note.Write();
    out.checkpoint = walked->checkpoint;
    out.registry = std::move(walked->registry);
    return out;
  }
  auto reader = OpenReader(where);
  if (!reader) return std::unexpected(reader.error());
  const auto carried = ledger::LastCheckpoint(**reader);
  if (!carried) return std::unexpected(carried.error());
  out.note = carried->note.Write();
  out.checkpoint = carried->checkpoint;
  const auto text = (*reader)->RegistryAt(out.checkpoint.size);
  if (!text) return std::unexpected(text.error());
  auto registry = ledger::Registry::Restore(*text);
  if (!registry) return std::unexpected(registry.error());
  out.registry = std::move(*registry);
  if (ledger::SignedBy(carried->note, out.registry.log()) != true)
    return Fail("bad-signature", "the log has not signed its last checkpoint");
  if (auto extends = ExtendsWhatIsKnown(**reader, out); !extends)
    return std::unexpected(extends.error());
  return out;
}

Result<ledger::Checkpoint> ReadCheckpoint(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  const auto note = ledger::Note::Read(*text);
  return ledger::Checkpoint::Read(note ? note->text : *text);
}

Result<std::unique_ptr<ledger::Source>> OpenSource(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !ledger::postgres::IsUrl(path)) {
    return Fail("store-failed", "`" + path + "` is no folder and no file",
                "name a ledger's folder, a database's address or an exported file; `entente ledger "
                "init` begins a ledger");
  }
  if (!std::filesystem::is_directory(path, error) && !ledger::postgres::IsUrl(path)) {
    auto file = ledger::ExportFile::Open(path);
    if (!file) return std::unexpected(file.error());
    return std::unique_ptr<ledger::Source>(std::move(*file));
  }
  if (HasTiles(path)) {
    auto tiles = ledger::TilesFolder::Open(path);
    if (!tiles) return std::unexpected(tiles.error());
    return std::unique_ptr<ledger::Source>(std::move(*tiles));
  }
  auto reader = OpenReader(path);
  if (!reader) return std::unexpected(reader.error());
  return std::unique_ptr<ledger::Source>(std::move(*reader));
}

int Fine(const std::string& text) {
  fmt::print("{}", text);
  return 0;
}

Result<ledger::Policy> ReadPolicy(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  return ledger::Policy::Read(*text);
}

int Print(const std::string& schema, ledger::Json::Object members) {
  members["schema"] = "entente.ledger_" + schema + "/v1";
  return Fine(ledger::Json(std::move(members)).Write() + "\n");
}

ledger::Json ToJson(const ledger::Checkpoint& checkpoint) {
  return ledger::Json::Object{
      {"origin", checkpoint.origin}, {"root", Hex(checkpoint.root)}, {"size", checkpoint.size}};
}

}  // namespace entente::cli
