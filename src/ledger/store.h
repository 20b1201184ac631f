// src/ledger/store.h: where the bytes of one ledger are kept.
//
// A store keeps leaves and hashes for ever, openings until they are erased, and knows the meaning
// of none. It is opened once for writing and, by other connections, any number of times for
// reading.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/statement.h"
#include "ledger/tree.h"

namespace entente::ledger {

// Leaves that become durable together.
inline constexpr size_t kBatchMax = 256;

struct NewLeaf {
  std::string bytes;
  Digest hash{};
  // Of the statement within; no two leaves share one.
  Digest statement{};
  // Hex; no two leaves share one.
  std::string nonce;
  std::vector<Opening> openings;
};

// The root of a full tile, which is a hash of the tile above.
struct NewHash {
  uint32_t level = 0;
  uint64_t index = 0;
  Digest hash{};
};

struct Batch {
  // The size of the ledger before it.
  uint64_t first = 0;
  std::vector<NewLeaf> leaves;
  std::vector<NewHash> hashes;
  // What Registry::Write gives after it.
  std::string registry;
};

// What the leaves of a store have used, and the index of the leaf that did.
struct Taken {
  std::map<Digest, uint64_t> statements;
  std::map<std::string, uint64_t> nonces;
};

// What can be read of a ledger wherever it lies: in a store or in an exported file.
// Failures, all calls: `store-failed` (disk, database), `store-damaged` (what was read cannot be).
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<uint64_t> Size() = 0;
  // Exactly `count` of them, which must be there.
  virtual Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) = 0;
  // Of each of `count` leaves, those that were neither withheld nor erased.
  virtual Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) = 0;
  // The last checkpoint of at most this size.
  virtual Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) = 0;
  // Whether it is the ledger itself, which is never shorter than it was, rather than a copy.
  virtual bool IsLive() const { return false; }
};

// One leaf, which must be there.
inline Result<std::string> LeafAt(Source& source, uint64_t index) {
  auto leaves = source.Leaves(index, 1);
  if (!leaves) return std::unexpected(leaves.error());
  return std::move(leaves->front());
}

class Reader : public Source {
 public:
  bool IsLive() const override { return true; }
  // As ReadHashes; level 0 are the leaves' own.
  virtual Result<std::vector<Digest>> Hashes(uint32_t level, uint64_t first, uint64_t count) = 0;
  // Which of them are there. Statements and nonces are asked for together, since whoever appends a
  // batch asks for both and a database may be far away.
  virtual Result<Taken> FindTaken(std::span<const Digest> statements,
                                  std::span<const std::string> nonces) = 0;
  // Empty where none is kept for this size.
  virtual Result<std::string> RegistryAt(uint64_t size) = 0;
  // The first checkpoint of at least this size.
  virtual Result<std::optional<std::string>> CheckpointFrom(uint64_t size) = 0;
};

class Writer {
 public:
  virtual ~Writer() = default;
  // Durable when it returns. Failure `moved`: the ledger is not of size `first`; nothing was added.
  // After any other failure the store must be opened anew: what was added is not known.
  virtual Result<void> Append(const Batch& batch) = 0;
  // Need not be durable: the same checkpoint can be signed again.
  virtual Result<void> KeepCheckpoint(uint64_t size, const std::string& note) = 0;
  // Removes an opening, and its bytes from the store's files.
  virtual Result<void> Erase(uint64_t index, const std::string& name) = 0;
};

}  // namespace entente::ledger
