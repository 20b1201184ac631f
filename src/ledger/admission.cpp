#include "ledger/admission.h"

#include <algorithm>

#include "base/check.h"

namespace entente::ledger {

Admission::Admission(Base base, Verifier verify)
    : base_(std::move(base)),
      verify_(std::move(verify)),
      edge_(base_.edge),
      registry_(base_.registry),
      recorded_(base_.recorded) {
  added_.first = edge_.size();
}

Result<Digest> Admission::Hash(uint32_t level, uint64_t index) const {
  return FromTiles([&](uint32_t at, uint64_t first, uint64_t count) -> Result<std::vector<Digest>> {
    const uint64_t kept = base_.edge.size() >> at;
    std::vector<Digest> out;
    if (first < kept) {
      auto read = base_.hashes(at, first, std::min(count, kept - first));
      if (!read) return read;
      out = std::move(*read);
    }
    for (uint64_t i = first + out.size(); i < first + count; ++i)
      out.push_back(hashes_.at(at / kTileHeight).at(i - kept));
    return out;
  })(level, index);
}

Result<Digest> Admission::RootAt(uint64_t size) const {
  // Whoever follows has mostly seen the tree as it stands, or as it stood before the batch.
  if (size == edge_.size()) return edge_.Root();
  if (size == base_.edge.size()) return base_.edge.Root();
  // Of what the base holds alone: a batch may not be kept.
  const bool keep = base_.roots != nullptr && size < base_.edge.size();
  if (keep) {
    if (const auto known = base_.roots->find(size); known != base_.roots->end())
      return known->second;
  }
  auto root =
      ledger::RootAt(size, [&](uint32_t level, uint64_t index) { return Hash(level, index); });
  if (keep && root) {
    if (base_.roots->size() >= kRootsKeptMax) base_.roots->clear();
    base_.roots->emplace(size, *root);
  }
  return root;
}

Result<Envelope> Admission::EnvelopeAt(uint64_t index) const {
  const uint64_t ours = added_.first + added_.leaves.size();
  const Result<std::string> bytes = index >= added_.first && index < ours
                                        ? added_.leaves[index - added_.first].bytes
                                        : base_.leaf(index);
  if (!bytes) return std::unexpected(bytes.error());
  const Result<Digest> hash = Hash(0, index);
  if (!hash) return std::unexpected(hash.error());
  if (LeafHash(*bytes) != *hash)
    return Fail("store-damaged", "entry " + std::to_string(index) + " is not what was admitted");
  Result<Leaf> leaf = Leaf::Read(*bytes);
  if (!leaf) return std::unexpected(leaf.error());
  return std::move(leaf->envelope);
}

// Statement::Read has seen to it that there are so many.
Admission::Nonce Admission::BytesOfNonce(const std::string& nonce) {
  const auto bytes = FromHex(nonce);
  ENTENTE_CHECK(bytes && bytes->size() == kNonceBytes);
  Nonce out;
  std::ranges::copy(*bytes, out.begin());
  return out;
}

Result<bool> Admission::HasNonce(const std::string& nonce) const {
  if (nonces_.contains(BytesOfNonce(nonce))) return true;
  return base_.has_nonce ? base_.has_nonce(nonce) : Result<bool>(false);
}

Result<Admitted> Admission::Submit(const Submission& submission, const std::string& now) {
  const Leaf leaf{std::max(now, recorded_), submission.envelope};
  const std::string bytes = leaf.Write();
  if (bytes.size() > kLeafBytesMax) {
    return Fail("too-long",
                "the leaf would have " + std::to_string(bytes.size()) + " bytes; at most " +
                    std::to_string(kLeafBytesMax) + " are allowed",
                "put long texts into a file and its hash into the entry");
  }
  const Result<Statement> statement = Statement::Read(submission.envelope.payload);
  if (!statement) return std::unexpected(statement.error());
  const auto commitments = CommitmentsIn(statement->body);
  size_t bytes_opened = 0;
  for (size_t i = 0; i < submission.openings.size(); ++i) {
    const Opening& opening = submission.openings[i];
    if (opening.value.size() > kValueBytesMax) {
      return Fail("too-long",
                  "the value of `" + opening.name + "` has more than " +
                      std::to_string(kValueBytesMax) + " bytes",
                  "put long texts into a file and its hash into the entry");
    }
    bytes_opened += opening.value.size();
    if (bytes_opened > kValuesBytesMax) {
      return Fail("too-long",
                  "the values of the statement have more than " + std::to_string(kValuesBytesMax) +
                      " bytes together",
                  "put long texts into files and their hashes into the entry");
    }
    if (!IsUtf8(opening.value)) {
      return Fail("not-canonical", "the value of `" + opening.name + "` is not UTF-8",
                  "write it in UTF-8, or put it into a file and its hash into the entry");
    }
    for (size_t k = 0; k < i; ++k) {
      if (submission.openings[k].name == opening.name)
        return Fail("wrong-opening", "`" + opening.name + "` is opened twice");
    }
    if (std::ranges::find(commitments, std::pair(opening.name, opening.Commitment())) ==
        commitments.end()) {
      return Fail("wrong-opening", "`" + opening.name + "` does not open what was signed");
    }
  }
  // Whoever says something shows what it says: what nobody can open would leave its kind open for
  // good. Each opening opens another.
  if (submission.openings.size() < commitments.size()) {
    return Fail("missing-opening",
                std::to_string(commitments.size() - submission.openings.size()) +
                    " of the values that were signed as hashes are not there",
                "hand in the statement as it was signed, with all that opens it");
  }
  Result<Admitted> admitted = Add(leaf, bytes);
  if (!admitted) return admitted;
  added_.leaves.push_back({bytes, admitted->hash, Sha256(submission.envelope.payload),
                           admitted->statement.nonce, submission.openings});
  return admitted;
}

Result<Admitted> Admission::Replay(std::string_view bytes, bool as_added) {
  if (bytes.size() > kLeafBytesMax)
    return Fail("too-long", "the leaf is longer than " + std::to_string(kLeafBytesMax) + " bytes");
  const Result<Leaf> leaf = Leaf::Read(bytes);
  if (!leaf) return std::unexpected(leaf.error());
  if (leaf->recorded < recorded_) {
    return Fail("clock-set-back", "the leaf says it was recorded at " + leaf->recorded +
                                      ", before the one above it at " + recorded_);
  }
  Result<Admitted> admitted = Add(*leaf, bytes);
  if (admitted && as_added) {
    added_.leaves.push_back({std::string(bytes),
                             admitted->hash,
                             Sha256(leaf->envelope.payload),
                             admitted->statement.nonce,
                             {}});
  }
  return admitted;
}

Result<Admitted> Admission::Add(const Leaf& leaf, std::string_view bytes) {
  Result<Accepted> accepted = registry_.Admit(leaf.envelope, *this, verify_);
  if (!accepted) return std::unexpected(accepted.error());
  Admitted out{edge_.size(),
               LeafHash(bytes),
               leaf.recorded,
               std::move(accepted->statement),
               std::move(accepted->signers),
               std::move(accepted->keys)};
  edge_.Add(out.hash, [&](uint32_t level, uint64_t index, const Digest& root) {
    if (level % kTileHeight != 0) return;
    if (hashes_.size() <= level / kTileHeight) hashes_.resize(level / kTileHeight + 1);
    hashes_[level / kTileHeight].push_back(root);
    if (level > 0) added_.hashes.push_back({level, index, root});
  });
  nonces_.insert(BytesOfNonce(out.statement.nonce));
  recorded_ = leaf.recorded;
  return out;
}

}  // namespace entente::ledger
