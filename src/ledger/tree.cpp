// Proofs are made by the recursion of RFC 6962, 2.1, with each complete subtree looked up instead
// of computed; a proof reads at most two hashes a level.

#include "ledger/tree.h"

#include <bit>

#include "base/check.h"

namespace entente::ledger {

namespace {

// The largest power of two below `size`; size > 1.
uint64_t Split(uint64_t size) { return std::bit_floor(size - 1); }

// The root of the leaves [begin, begin + size), where begin is a multiple of the power of two at or
// above size: every range the recursions reach.
Result<Digest> RootOf(uint64_t begin, uint64_t size, const SubtreeHash& hash) {
  if (std::has_single_bit(size)) {
    const auto level = static_cast<uint32_t>(std::countr_zero(size));
    return hash(level, begin >> level);
  }
  const uint64_t left_size = Split(size);
  const Result<Digest> left = RootOf(begin, left_size, hash);
  if (!left) return left;
  const Result<Digest> right = RootOf(begin + left_size, size - left_size, hash);
  if (!right) return right;
  return NodeHash(*left, *right);
}

// Appends the root of [begin, begin + size); a failure ends the proof.
std::optional<Failure> AddRoot(uint64_t begin, uint64_t size, const SubtreeHash& hash,
                               Proof& proof) {
  const Result<Digest> root = RootOf(begin, size, hash);
  if (!root) return root.error();
  proof.push_back(*root);
  return std::nullopt;
}

}  // namespace

std::optional<Edge> Edge::Of(uint64_t size, std::vector<Digest> subtrees) {
  if (static_cast<size_t>(std::popcount(size)) != subtrees.size()) return std::nullopt;
  Edge edge;
  edge.size_ = size;
  edge.subtrees_ = std::move(subtrees);
  return edge;
}

void Edge::Add(const Digest& leaf_hash, const Completed& completed) {
  Digest grown = leaf_hash;
  uint32_t level = 0;
  if (completed) completed(level, size_, grown);
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    grown = NodeHash(subtrees_.back(), grown);
    subtrees_.pop_back();
    ++level;
    if (completed) completed(level, size_ >> level, grown);
  }
  subtrees_.push_back(grown);
  ++size_;
}

Digest Edge::Root() const {
  if (subtrees_.empty()) return Sha256("");
  Digest root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = NodeHash(subtrees_[i], root);
  return root;
}

SubtreeHash FromTiles(ReadHashes read) {
  return [read = std::move(read)](uint32_t level, uint64_t index) -> Result<Digest> {
    const uint32_t above = level % kTileHeight;
    auto hashes = read(level - above, index << above, uint64_t{1} << above);
    if (!hashes) return std::unexpected(hashes.error());
    for (size_t width = hashes->size(); width > 1; width /= 2) {
      for (size_t i = 0; i < width / 2; ++i)
        (*hashes)[i] = NodeHash((*hashes)[2 * i], (*hashes)[2 * i + 1]);
    }
    return hashes->front();
  };
}

Result<Digest> RootAt(uint64_t size, const SubtreeHash& hash) {
  return size == 0 ? Sha256("") : RootOf(0, size, hash);
}

// PATH of RFC 6962, 2.1.1, from the root down; the proof lists siblings from the leaf up.
Result<Proof> ProveInclusion(uint64_t index, uint64_t size, const SubtreeHash& hash) {
  ENTENTE_CHECK(index < size);
  Proof proof;
  uint64_t begin = 0;
  while (size > 1) {
    const uint64_t left = Split(size);
    const bool goes_left = index - begin < left;
    if (auto failure = goes_left ? AddRoot(begin + left, size - left, hash, proof)
                                 : AddRoot(begin, left, hash, proof)) {
      return std::unexpected(*failure);
    }
    if (!goes_left) begin += left;
    size = goes_left ? left : size - left;
  }
  return Proof(proof.rbegin(), proof.rend());
}

// SUBPROOF of RFC 6962, 2.1.2, from the root down.
Result<Proof> ProveConsistency(uint64_t older, uint64_t newer, const SubtreeHash& hash) {
  ENTENTE_CHECK(older <= newer);
  Proof proof;
  if (older == 0 || older == newer) return proof;
  uint64_t begin = 0;
  // Whether the older tree ends where a subtree that began at 0 does: the verifier knows its root.
  bool whole = true;
  uint64_t size = newer;
  while (older - begin != size) {
    const uint64_t left = Split(size);
    const bool goes_left = older - begin <= left;
    if (auto failure = goes_left ? AddRoot(begin + left, size - left, hash, proof)
                                 : AddRoot(begin, left, hash, proof)) {
      return std::unexpected(*failure);
    }
    if (!goes_left) {
      begin += left;
      whole = false;
    }
    size = goes_left ? left : size - left;
  }
  if (!whole) {
    if (auto failure = AddRoot(begin, size, hash, proof)) return std::unexpected(*failure);
  }
  return Proof(proof.rbegin(), proof.rend());
}

bool VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                     std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      // A node without a right sibling stands for itself on the levels above.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t older, uint64_t newer, const Digest& older_root,
                       const Digest& newer_root, std::span<const Digest> proof) {
  if (older > newer) return false;
  if (older == newer) return proof.empty() && older_root == newer_root;
  if (older == 0) return proof.empty() && older_root == Sha256("");
  if (proof.empty()) return false;
  size_t at = 0;
  // A complete older tree is itself the first hash, which the proof then leaves out.
  Digest first = std::has_single_bit(older) ? older_root : proof[at++];
  uint64_t node = older - 1;
  uint64_t last = newer - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Digest of_older = first;
  Digest of_newer = first;
  for (; at < proof.size(); ++at) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      of_older = NodeHash(proof[at], of_older);
      of_newer = NodeHash(proof[at], of_newer);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      of_newer = NodeHash(of_newer, proof[at]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && of_older == older_root && of_newer == newer_root;
}

}  // namespace entente::ledger
