// src/ledger/verified_ahead.h: signatures of a batch, verified on all cores before it is judged in
// order.
//
// Judging is one after another, since each statement changes what the next must be; verifying is
// most of the work and needs only the key. A key that comes into force within the batch was not
// known ahead, and its signatures are verified when they are asked for.
#pragma once

#include <future>
#include <memory>
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

  // Begins to look at these, while what it knows is still asked for; Turn waits for it, and forgets
  // the rest. Nothing is waited for where nothing was begun.
  void Begin(std::shared_ptr<const std::vector<std::string>> leaves, Registry registry);
  void Turn() { good_ = coming_.valid() ? coming_.get() : Good(); }

  // A Verifier.
  bool operator()(const PublicKey& key, std::string_view message, std::string_view signature) const;

 private:
  // Key, hash of the message and signature of those that hold.
  using Good = std::unordered_set<std::string>;
  // The signatures among `count` envelopes that hold.
  using EnvelopeAt = std::function<std::optional<Envelope>(size_t)>;
  static Good Look(size_t count, const Registry& registry, const EnvelopeAt& envelope_at);

  Good good_;
  std::future<Good> coming_;
};

}  // namespace entente::ledger
