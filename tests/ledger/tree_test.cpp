// The tree against the recursive definitions of RFC 6962, 2.1, written down as they stand there;
// and proofs that are not quite right.

#include "ledger/tree.h"

#include <gtest/gtest.h>

#include <bit>

namespace entente::ledger {
namespace {

constexpr uint64_t kLeaves = 70;

std::string LeafOf(uint64_t i) { return "leaf " + std::to_string(i); }

// MTH of RFC 6962 over the leaves [begin, end).
Digest Definition(uint64_t begin, uint64_t end) {
  if (begin == end) return Sha256("");
  if (end - begin == 1) return LeafHash(LeafOf(begin));
  const uint64_t split = begin + std::bit_floor(end - begin - 1);
  return NodeHash(Definition(begin, split), Definition(split, end));
}

SubtreeHash Defined() {
  return [](uint32_t level, uint64_t index) -> Result<Digest> {
    return Definition(index << level, (index + 1) << level);
  };
}

TEST(Tree, KnownRoots) {
  EXPECT_EQ(Hex(Edge().Root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // RFC 6962's own hash of an empty leaf.
  EXPECT_EQ(Hex(LeafHash("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Tree, EdgeAndRootsAreTheDefinition) {
  Edge edge;
  for (uint64_t size = 0; size <= kLeaves; ++size) {
    EXPECT_EQ(edge.Root(), Definition(0, size)) << size;
    EXPECT_EQ(*RootAt(size, Defined()), Definition(0, size)) << size;
    edge.Add(LeafHash(LeafOf(size)));
  }
}

TEST(Tree, EveryInclusionProofHoldsAndNoNeighbourOfIt) {
  for (uint64_t size = 1; size <= kLeaves; ++size) {
    const Digest root = Definition(0, size);
    for (uint64_t index = 0; index < size; ++index) {
      const Digest leaf = LeafHash(LeafOf(index));
      const Proof proof = *ProveInclusion(index, size, Defined());
      ASSERT_TRUE(VerifyInclusion(index, size, leaf, proof, root)) << index << " of " << size;
      EXPECT_FALSE(VerifyInclusion(index + 1, size, leaf, proof, root));
      EXPECT_FALSE(VerifyInclusion(index, size, root, proof, root) && size > 1);
      EXPECT_FALSE(VerifyInclusion(index, size, leaf, proof, leaf) && size > 1);
      for (size_t i = 0; i < proof.size(); ++i) {
        Proof changed = proof;
        changed[i][i % 32] ^= 1;
        EXPECT_FALSE(VerifyInclusion(index, size, leaf, changed, root));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(VerifyInclusion(index, size, leaf, changed, root));
        changed = proof;
        changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), root);
        EXPECT_FALSE(VerifyInclusion(index, size, leaf, changed, root));
      }
      Proof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(VerifyInclusion(index, size, leaf, longer, root));
    }
    EXPECT_FALSE(VerifyInclusion(size, size, root, {}, root));
  }
}

TEST(Tree, EveryConsistencyProofHoldsAndNoNeighbourOfIt) {
  for (uint64_t newer = 0; newer <= kLeaves; ++newer) {
    const Digest newer_root = Definition(0, newer);
    for (uint64_t older = 0; older <= newer; ++older) {
      const Digest older_root = Definition(0, older);
      const Proof proof = *ProveConsistency(older, newer, Defined());
      ASSERT_TRUE(VerifyConsistency(older, newer, older_root, newer_root, proof))
          << older << " in " << newer;
      if (older == newer) continue;
      EXPECT_FALSE(VerifyConsistency(newer, older, newer_root, older_root, proof));
      EXPECT_FALSE(VerifyConsistency(older, newer, newer_root, newer_root, proof));
      EXPECT_FALSE(older > 0 && VerifyConsistency(older, newer, older_root, older_root, proof));
      for (size_t i = 0; i < proof.size(); ++i) {
        Proof changed = proof;
        changed[i][i % 32] ^= 128;
        EXPECT_FALSE(VerifyConsistency(older, newer, older_root, newer_root, changed));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(VerifyConsistency(older, newer, older_root, newer_root, changed));
      }
      Proof longer = proof;
      longer.push_back(newer_root);
      EXPECT_FALSE(VerifyConsistency(older, newer, older_root, newer_root, longer));
    }
  }
}

// What a store keeps: leaf hashes and the roots of full tiles, the rest is computed.
TEST(Tree, TilesGiveEverySubtree) {
  constexpr uint64_t kMany = 70'000;
  std::vector<std::vector<Digest>> kept(3);
  std::vector<std::pair<std::pair<uint32_t, uint64_t>, Digest>> all;
  Edge edge;
  for (uint64_t i = 0; i < kMany; ++i) {
    edge.Add(LeafHash(LeafOf(i)), [&](uint32_t level, uint64_t index, const Digest& root) {
      if (level % kTileHeight == 0) {
        ASSERT_EQ(kept[level / kTileHeight].size(), index);
        kept[level / kTileHeight].push_back(root);
      }
      if (index % 97 == 0) all.push_back({{level, index}, root});
    });
  }
  // As c2sp.org/tlog-tiles counts the tiles of a tree of this size.
  EXPECT_EQ(kept[0].size(), kMany);
  EXPECT_EQ(kept[1].size(), 273u);
  EXPECT_EQ(kept[2].size(), 1u);
  const SubtreeHash hash =
      FromTiles([&](uint32_t level, uint64_t first, uint64_t count) -> Result<std::vector<Digest>> {
        const auto begin = kept[level / kTileHeight].begin() + static_cast<std::ptrdiff_t>(first);
        return std::vector<Digest>(begin, begin + static_cast<std::ptrdiff_t>(count));
      });
  for (const auto& [place, root] : all) EXPECT_EQ(*hash(place.first, place.second), root);
  EXPECT_EQ(*RootAt(kMany, hash), edge.Root());
  const Proof proof = *ProveInclusion(12'345, kMany, hash);
  EXPECT_EQ(proof.size(), 17u);
  EXPECT_TRUE(VerifyInclusion(12'345, kMany, LeafHash(LeafOf(12'345)), proof, edge.Root()));
}

TEST(Tree, AnEdgeOfAnotherSizeIsNone) {
  EXPECT_FALSE(Edge::Of(3, {Sha256("a")}));
  EXPECT_FALSE(Edge::Of(0, {Sha256("a")}));
  EXPECT_TRUE(Edge::Of(4, {Sha256("a")}));
}

}  // namespace
}  // namespace entente::ledger
