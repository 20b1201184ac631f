// tests/ledger/deal.h: two parties, a log and what they say, for tests of the ledger.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "ledger/author.h"
#include "ledger/sequencer.h"

namespace entente::ledger {

inline constexpr const char* kNow = "2026-03-01T09:00:00Z";

// A holder's keys, first to last; each names the next.
struct Holder {
  std::string name;
  std::vector<SecretKey> keys;

  explicit Holder(const std::string& called, size_t count = 3) : name(called) {
    for (size_t i = 0; i < count; ++i) keys.push_back(SecretKey::Make(Purpose::kStatement, name));
    for (size_t i = 0; i + 1 < count; ++i) keys[i].set_next(KeyId(keys[i + 1].public_key()));
    keys.back().set_next(Hex(Sha256("a key that is kept elsewhere")));
  }
  Party AsParty() const { return {name, keys[0].public_key(), keys[0].next()}; }
};

inline NoteKey LogKeyOf(const SecretKey& log) {
  return {log.name(), NoteKeyType::kEd25519, log.public_key()};
}

inline SecretKey Copy(const SecretKey& key) {
  return std::move(*SecretKey::Read(key.Write(""), ""));
}

struct Deal {
  SecretKey log = SecretKey::Make(Purpose::kLog, "example.com/deal");
  Holder mill{"Mill"};
  Holder yard{"Yard"};

  Statement Begin() const {
    return Genesis(LogKeyOf(log), Hex(Sha256("the text")), "steel.md",
                   {mill.AsParty(), yard.AsParty()}, "", kNow);
  }
  Submission SignedBegin() const { return Signed(Begin(), {&mill.keys[0], &yard.keys[0]}); }

  static Submission Signed(const Statement& statement, std::vector<const SecretKey*> keys,
                           std::vector<Opening> openings = {}) {
    Submission out{{statement.Write(), {}}, std::move(openings)};
    for (const SecretKey* key : keys) out.envelope.Sign(*key);
    return out;
  }

  // An entry of `holder` that follows what `registry` and `edge` say.
  static Draft Said(const std::string& text) {
    return {std::string(kEntry),
            Json::Object{{"fields", Json::Object{{"text", text}}}, {"kind", "ship"}},
            {}};
  }
  static Submission Next(const Holder& holder, const Registry& registry, const Edge& edge,
                         const Draft& draft, size_t key = 0) {
    auto made = Author(draft, holder.keys[key], registry, {edge.size(), edge.Root()}, kNow);
    EXPECT_TRUE(made.has_value());
    return std::move(*made);
  }
  static Statement Read(const Submission& submission) {
    return *Statement::Read(submission.envelope.payload);
  }
};

// The ledger in 60 lines: what the stores are held against.
struct Memory {
  std::vector<NewLeaf> leaves;
  std::map<std::pair<uint32_t, uint64_t>, Digest> hashes;
  std::map<uint64_t, std::string> registries;
  std::map<uint64_t, std::string> checkpoints;
};

class MemoryReader : public Reader {
 public:
  explicit MemoryReader(std::shared_ptr<Memory> memory) : memory_(std::move(memory)) {}
  Result<uint64_t> Size() override { return memory_->leaves.size(); }
  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override {
    std::vector<std::string> out;
    for (uint64_t i = first; i < first + count; ++i) out.push_back(memory_->leaves.at(i).bytes);
    return out;
  }
  Result<std::vector<Digest>> Hashes(uint32_t level, uint64_t first, uint64_t count) override {
    std::vector<Digest> out;
    for (uint64_t i = first; i < first + count; ++i) {
      if (level == 0 && i >= memory_->leaves.size()) return Fail("store-damaged", "none");
      out.push_back(level == 0 ? memory_->leaves[i].hash : memory_->hashes.at({level, i}));
    }
    return out;
  }
  Result<Taken> FindTaken(std::span<const Digest> statements,
                          std::span<const std::string> nonces) override {
    Taken out;
    for (uint64_t i = 0; i < memory_->leaves.size(); ++i) {
      const NewLeaf& leaf = memory_->leaves[i];
      if (std::ranges::count(statements, leaf.statement) > 0) out.statements[leaf.statement] = i;
      if (std::ranges::count(nonces, leaf.nonce) > 0) out.nonces[leaf.nonce] = i;
    }
    return out;
  }
  Result<std::string> RegistryAt(uint64_t size) override { return memory_->registries[size]; }
  Result<std::optional<std::string>> CheckpointFrom(uint64_t size) override {
    const auto found = memory_->checkpoints.lower_bound(size);
    if (found == memory_->checkpoints.end()) return std::optional<std::string>();
    return found->second;
  }
  Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) override {
    auto found = memory_->checkpoints.upper_bound(size);
    if (found == memory_->checkpoints.begin()) return std::optional<std::string>();
    return (--found)->second;
  }
  Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) override {
    std::vector<std::vector<Opening>> out;
    for (uint64_t i = first; i < first + count; ++i) out.push_back(memory_->leaves.at(i).openings);
    return out;
  }

 private:
  std::shared_ptr<Memory> memory_;
};

class MemoryWriter final : public Writer {
 public:
  explicit MemoryWriter(std::shared_ptr<Memory> memory) : memory_(std::move(memory)) {}
  Result<void> Append(const Batch& batch) override {
    if (memory_->leaves.size() != batch.first) return Fail("moved", "another size");
    for (const NewLeaf& leaf : batch.leaves) memory_->leaves.push_back(leaf);
    for (const NewHash& hash : batch.hashes) memory_->hashes[{hash.level, hash.index}] = hash.hash;
    memory_->registries[memory_->leaves.size()] = batch.registry;
    return {};
  }
  Result<void> KeepCheckpoint(uint64_t size, const std::string& note) override {
    memory_->checkpoints[size] = note;
    return {};
  }
  Result<void> Erase(uint64_t index, const std::string& name) override {
    std::erase_if(memory_->leaves.at(index).openings,
                  [&](const Opening& opening) { return opening.name == name; });
    return {};
  }

 private:
  std::shared_ptr<Memory> memory_;
};

// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "ledger-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace entente::ledger
