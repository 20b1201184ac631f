// src/ledger/admission.h: admits leaves one after another, from the first or from where a store
// ends.
//
// The sequencer, the repair after a crash, the audit and the stranger with an export all go through
// this one class, so that what was admitted once is admitted by everyone who looks again.
#pragma once

#include <array>
#include <set>
#include <unordered_map>

#include "ledger/registry.h"
#include "ledger/store.h"

namespace entente::ledger {

using ReadLeaf = std::function<Result<std::string>(uint64_t index)>;

// A ledger up to some size, as it is kept; by default the empty one.
struct Base {
  Edge edge;
  Registry registry;
  // Of the last leaf.
  std::string recorded;
  ReadLeaf leaf;
  ReadHashes hashes;
  std::function<Result<bool>(const std::string&)> has_nonce;
  // Roots at sizes that somebody has asked for, kept from batch to batch; may be null. Not owned.
  std::unordered_map<uint64_t, Digest>* roots = nullptr;
};
// Authors have mostly seen one of the last checkpoints.
inline constexpr size_t kRootsKeptMax = 4096;

struct Admitted {
  uint64_t index = 0;
  Digest hash{};
  std::string recorded;
  Statement statement;
  // See Accepted.
  std::vector<std::string> signers;
  std::vector<std::string> keys;
};

class Admission final : public Past {
 public:
  explicit Admission(Base base = {}, Verifier verify = Verify);

  // Admits `submission` at `now`, or at the time of the leaf before where the clock was set back.
  // Failures: those of Statement::Read and Registry::Admit, `wrong-opening`, `missing-opening`,
  // `not-canonical` of a value, `too-long`.
  Result<Admitted> Submit(const Submission& submission, const std::string& now);
  // Admits bytes that were a leaf. Failures: those of Leaf::Read and Registry::Admit, `too-long`,
  // `clock-set-back`. `as_added` keeps the leaf in the batch.
  Result<Admitted> Replay(std::string_view leaf, bool as_added = false);

  // What was added since, as a store takes it.
  const Batch& added() const { return added_; }
  const Edge& edge() const { return edge_; }
  const Registry& registry() const { return registry_; }

  uint64_t size() const override { return edge_.size(); }
  Result<Digest> Hash(uint32_t level, uint64_t index) const override;
  Result<Digest> RootAt(uint64_t size) const override;
  Result<Envelope> EnvelopeAt(uint64_t index) const override;
  Result<bool> HasNonce(const std::string& nonce) const override;

 private:
  Result<Admitted> Add(const Leaf& leaf, std::string_view bytes);

  Base base_;
  Verifier verify_;
  Edge edge_;
  Registry registry_;
  std::string recorded_;
  Batch added_;
  // The hashes since the base, by level / kTileHeight; those of the base come before.
  std::vector<std::vector<Digest>> hashes_;
  // Their bytes; in order, since whoever chooses them could make them collide in a table.
  using Nonce = std::array<char, kNonceBytes>;
  static Nonce BytesOfNonce(const std::string& nonce);
  std::set<Nonce> nonces_;
};

}  // namespace entente::ledger
