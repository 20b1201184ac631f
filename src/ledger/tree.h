// src/ledger/tree.h: the RFC 6962 Merkle tree: its root, and proofs that it holds a leaf and only
// grew.
//
// Making a proof reads hashes of complete subtrees from wherever they are kept; checking one reads
// nothing but its arguments and follows RFC 9162, 2.1.3.2 and 2.1.4.2.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "ledger/digest.h"

namespace entente::ledger {

using Proof = std::vector<Digest>;

// No proof in a tree of 2^63 leaves has more hashes.
inline constexpr size_t kProofHashesMax = 63;

// The roots of the complete subtrees that make up a tree of some size, largest first: all that is
// needed to add leaves and know the root. At most 63 hashes.
class Edge {
 public:
  Edge() = default;
  // Nothing when a tree of `size` has another number of such subtrees.
  static std::optional<Edge> Of(uint64_t size, std::vector<Digest> subtrees);

  // A complete subtree that a new leaf completed: its height, its place among those of that height.
  using Completed = std::function<void(uint32_t level, uint64_t index, const Digest& root)>;
  // Calls `completed` for the leaf itself (level 0) and each subtree it completes, upwards.
  void Add(const Digest& leaf_hash, const Completed& completed = {});
  uint64_t size() const { return size_; }
  // Of the empty tree, the hash of nothing.
  Digest Root() const;
  std::span<const Digest> subtrees() const { return subtrees_; }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> subtrees_;
};

// The hash of the complete subtree over leaves [index << level, (index + 1) << level).
using SubtreeHash = std::function<Result<Digest>(uint32_t level, uint64_t index)>;

// Hashes are kept as c2sp.org/tlog-tiles has them: those whose level is a multiple of this.
inline constexpr uint32_t kTileHeight = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileHeight;
// `count` neighbours on one level that is a multiple of kTileHeight.
using ReadHashes =
    std::function<Result<std::vector<Digest>>(uint32_t level, uint64_t first, uint64_t count)>;
// The rest is computed; at most 127 hashes each.
SubtreeHash FromTiles(ReadHashes read);

Result<Digest> RootAt(uint64_t size, const SubtreeHash& hash);
// That the leaf at `index` is in the tree of `size`; index < size.
Result<Proof> ProveInclusion(uint64_t index, uint64_t size, const SubtreeHash& hash);
// That the tree of `older` leaves is the beginning of the one of `newer`; older <= newer.
Result<Proof> ProveConsistency(uint64_t older, uint64_t newer, const SubtreeHash& hash);

bool VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                     std::span<const Digest> proof, const Digest& root);
bool VerifyConsistency(uint64_t older, uint64_t newer, const Digest& older_root,
                       const Digest& newer_root, std::span<const Digest> proof);

}  // namespace entente::ledger
