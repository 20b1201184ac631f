#include "ledger/signer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "ledger/statement.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kFormat = "entente-signer@v1";
constexpr std::string_view kSum = "sum";

struct State {
  uint64_t turn = 0;
  std::string log;
  Edge edge;
  Digest registry{};
};

std::string Write(const State& state) {
  Json::Array subtrees;
  for (const Digest& subtree : state.edge.subtrees()) subtrees.push_back(Hex(subtree));
  Json::Object out;
  out["edge"] = std::move(subtrees);
  out["format"] = kFormat;
  out["log"] = state.log;
  out["registry"] = Hex(state.registry);
  out["size"] = state.edge.size();
  out["turn"] = state.turn;
  out[std::string(kSum)] = Hex(Sha256(Json(out).Write()));
  std::string slot = Json(std::move(out)).Write();
  slot.resize(kSlotBytes, '\n');
  return slot;
}

std::optional<State> Read(std::string_view slot) {
  const Result<Json> json = ReadCanonical(slot.substr(0, slot.find('\n')));
  if (!json || json->object() == nullptr) return std::nullopt;
  Json::Object rest = *json->object();
  const std::string* sum = TextAt(*json, kSum);
  rest.erase(std::string(kSum));
  if (sum == nullptr || *sum != Hex(Sha256(Json(std::move(rest)).Write()))) return std::nullopt;
  const auto digest = [](const std::string* text) {
    const auto bytes = text == nullptr ? std::nullopt : FromHex(*text);
    return bytes ? DigestOf(*bytes) : std::nullopt;
  };
  const std::string* format = TextAt(*json, "format");
  const std::string* log = TextAt(*json, "log");
  const auto size = NumberAt(*json, "size");
  const auto turn = NumberAt(*json, "turn");
  const auto registry = digest(TextAt(*json, "registry"));
  const Json* subtrees = json->Find("edge");
  if (format == nullptr || *format != kFormat || log == nullptr || !size || !turn || !registry ||
      subtrees == nullptr || subtrees->array() == nullptr) {
    return std::nullopt;
  }
  std::vector<Digest> hashes;
  for (const Json& one : *subtrees->array()) {
    const auto hash = digest(one.string());
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  const auto edge = Edge::Of(*size, std::move(hashes));
  if (!edge) return std::nullopt;
  return State{*turn, *log, *edge, *registry};
}

std::string LogOf(const SecretKey& key) {
  return NoteKey{key.name(), NoteKeyType::kEd25519, key.public_key()}.Write();
}

std::unexpected<Failure> Failed(const std::string& path, std::string_view doing) {
  return Fail(
      "signer-failed",
      "the signer's memory `" + path + "`: " + std::string(doing) + ": " + std::strerror(errno),
      "nothing was signed; see to the disk and open the ledger again");
}

// Makes an entry of a folder durable, as fsync of the file does not.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

}  // namespace

class Signer::File {
 public:
  File(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(descriptor_); }

  const std::string& path() const { return path_; }

  // Whether this is the one process that signs.
  bool Lock() const { return flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }

  bool WriteSlot(uint64_t turn, std::string_view slot) const {
    size_t written = 0;
    const auto begin = static_cast<off_t>(turn % 2 * kSlotBytes);
    while (written < slot.size()) {
      const ssize_t count = pwrite(descriptor_, slot.data() + written, slot.size() - written,
                                   begin + static_cast<off_t>(written));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      written += static_cast<size_t>(count);
    }
    return fdatasync(descriptor_) == 0;
  }

  // Empty where the file is too short or cannot be read.
  std::string ReadSlot(uint64_t turn) const {
    std::string slot(kSlotBytes, '\0');
    const auto begin = static_cast<off_t>(turn % 2 * kSlotBytes);
    size_t got = 0;
    while (got < slot.size()) {
      const ssize_t count =
          pread(descriptor_, slot.data() + got, slot.size() - got, begin + static_cast<off_t>(got));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return {};
      got += static_cast<size_t>(count);
    }
    return slot;
  }

 private:
  std::string path_;
  int descriptor_;
};

Result<Signer> Signer::Create(const std::string& path, SecretKey key) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failed(path, "cannot be made");
  Signer out(std::move(key), std::make_shared<File>(path, descriptor));
  if (!out.file_->Lock()) return Failed(path, "another process signs");
  // Both slots, so that the file has its length before it is needed.
  for (int slot = 0; slot < 2; ++slot) {
    if (auto remembered = out.Remember(); !remembered) return std::unexpected(remembered.error());
  }
  if (!SyncFolderOf(path)) return Failed(path, "its folder cannot be flushed");
  return out;
}

Result<Signer> Signer::Open(const std::string& path, SecretKey key) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return Failed(path, "cannot be opened");
  Signer out(std::move(key), std::make_shared<File>(path, descriptor));
  if (!out.file_->Lock()) {
    return Fail("two-writers", "another process writes to this ledger",
                "wait until it has ended; one process at a time may write");
  }
  std::optional<State> last;
  for (const uint64_t slot : {0, 1}) {
    auto state = Read(out.file_->ReadSlot(slot));
    if (state && (!last || state->turn > last->turn)) last = std::move(state);
  }
  if (!last) {
    return Fail(
        "signer-damaged", "neither half of the signer's memory `" + path + "` can be read",
        "restore it from where it was copied to; do not begin a new one: a log that forgets "
        "what it signed may sign a second history");
  }
  if (last->log != LogOf(out.key_)) {
    return Fail("other-log",
                "the signer remembers the log " + last->log + ", not " + LogOf(out.key_));
  }
  out.edge_ = last->edge;
  out.registry_ = last->registry;
  out.turn_ = last->turn + 1;
  // What was read may not have reached the disk when the process before ended.
  if (auto remembered = out.Remember(); !remembered) return std::unexpected(remembered.error());
  return out;
}

std::optional<uint64_t> Signer::Signed(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  const File file(path, descriptor);
  std::optional<uint64_t> most;
  for (const uint64_t slot : {0, 1}) {
    if (const auto state = Read(file.ReadSlot(slot)))
      most = std::max(most.value_or(0), state->edge.size());
  }
  return most;
}

Result<void> Signer::Remember() {
  const std::string slot = Write({turn_, LogOf(key_), edge_, registry_});
  if (failed_ || !file_->WriteSlot(turn_, slot)) {
    failed_ = true;
    return Failed(file_->path(), "cannot be written");
  }
  ++turn_;
  return {};
}

Result<std::string> Signer::Extend(std::span<const std::string> leaves, const Digest& registry) {
  for (const std::string& leaf : leaves) edge_.Add(LeafHash(leaf));
  registry_ = registry;
  if (auto remembered = Remember(); !remembered) return std::unexpected(remembered.error());
  return Checkpoint();
}

std::string Signer::Checkpoint() const {
  ENTENTE_CHECK(!failed_);
  Note note{ledger::Checkpoint{origin(), edge_.size(), edge_.Root()}.Write(), {}};
  note.signatures.push_back(SignNote(key_, note.text));
  return note.Write();
}

}  // namespace entente::ledger
