// src/ledger/verified_ahead.h: signatures of a batch, verified on all cores before it is judged in
// order.
//
// Judging is one after another, since each statement changes what the next must be; verifying is
// most of the work and needs only the key. A key that comes into force within the batch was not
// known ahead, and its signatures are verified when they are asked for.
#pragma once

#include <span>
#include <unordered_set>

#include "ledger/registry.h"

namespace entente::ledger {

// Fewer than this are not worth another thread.
inline constexpr size_t kAheadMin = 4;

class VerifiedAhead {
 public:
  // Forgets what it knew and looks at these, by the keys that are in force before them.
  void LookAt(std::span<const Submission> submissions, const Registry& registry);
  void LookAtLeaves(std::span<const std::string> leaves, const Registry& registry);

  // A Verifier.
  bool operator()(const PublicKey& key, std::string_view message, std::string_view signature) const;

 private:
  // The signatures among `count` envelopes that hold.
  using EnvelopeAt = std::function<std::optional<Envelope>(size_t)>;
  void Look(size_t count, const Registry& registry, const EnvelopeAt& envelope_at);

  // Key, hash of the message and signature of those that hold.
  std::unordered_set<std::string> good_;
};

}  // namespace entente::ledger
