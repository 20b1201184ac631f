// src/ledger/signer.h: signs checkpoints, and remembers what it signed apart from the store.
//
// Always true:
//   1. each tree that it signs extends the last one by leaves whose bytes it was given;
//   2. what it remembers is durable before a signature leaves it.
// So a store that was restored, rewritten or forked cannot get a second history signed.
//
// The state file has two slots of kSlotBytes that are written in turn, each a line of canonical
// JSON with a checksum, so that a torn write leaves the one before.
#pragma once

#include <memory>
#include <span>

#include "ledger/note.h"
#include "ledger/tree.h"

namespace entente::ledger {

inline constexpr size_t kSlotBytes = 8192;

class Signer {
 public:
  // Begins the memory of a new log in `path`, which must not exist. Failure: `signer-failed`.
  static Result<Signer> Create(const std::string& path, SecretKey key);
  // Failures: `signer-failed`; `signer-damaged` when neither slot can be read; `other-log` when it
  // remembers a log of another name or key.
  static Result<Signer> Open(const std::string& path, SecretKey key);

  // How many entries the log of this memory has signed, read beside whoever signs; nothing where
  // there is no memory that can be read.
  static std::optional<uint64_t> Signed(const std::string& path);

  Signer(Signer&&) noexcept = default;
  Signer& operator=(Signer&&) noexcept = default;

  const std::string& origin() const { return key_.name(); }
  const PublicKey& public_key() const { return key_.public_key(); }
  const Edge& edge() const { return edge_; }
  // The hash of what Registry::Write gave for the tree it last signed.
  const Digest& registry() const { return registry_; }

  // Extends the tree by these leaves, remembers it, and returns the signed checkpoint. After a
  // failure the signer signs no more: whether the memory is durable is not known.
  Result<std::string> Extend(std::span<const std::string> leaves, const Digest& registry);
  // The checkpoint of the tree it remembers, signed again: the same bytes.
  std::string Checkpoint() const;

 private:
  class File;
  Signer(SecretKey key, std::shared_ptr<File> file)
      : key_(std::move(key)), file_(std::move(file)) {}

  Result<void> Remember();

  SecretKey key_;
  std::shared_ptr<File> file_;
  Edge edge_;
  Digest registry_{};
  // Counts the writes; says which slot is next.
  uint64_t turn_ = 0;
  bool failed_ = false;
};

}  // namespace entente::ledger
