#include "ledger/verified_ahead.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace entente::ledger {

namespace {

std::string NameOf(const PublicKey& key, std::string_view message, std::string_view signature) {
  return std::string(BytesOf(key)) + std::string(BytesOf(Sha256(message))) + std::string(signature);
}

}  // namespace

void VerifiedAhead::LookAt(std::span<const Submission> submissions, const Registry& registry) {
  good_ = Look(submissions.size(), registry,
               [&](size_t i) -> std::optional<Envelope> { return submissions[i].envelope; });
}

void VerifiedAhead::Begin(std::shared_ptr<const std::vector<std::string>> leaves,
                          Registry registry) {
  coming_ =
      // Later, in this thread, where there is no other.
      std::async(std::launch::async | std::launch::deferred,
                 [leaves = std::move(leaves), registry = std::move(registry)] {
                   return Look(leaves->size(), registry, [&](size_t i) -> std::optional<Envelope> {
                     auto leaf = Leaf::Read((*leaves)[i]);
                     return leaf ? std::optional(std::move(leaf->envelope)) : std::nullopt;
                   });
                 });
}

VerifiedAhead::Good VerifiedAhead::Look(size_t count, const Registry& registry,
                                        const EnvelopeAt& envelope_at) {
  Good good;
  if (count < kAheadMin) return good;
  const size_t workers = std::max<size_t>(1, std::thread::hardware_concurrency());
  std::vector<std::vector<std::string>> found(workers);
  const auto work = [&](size_t worker) {
    for (size_t i = worker; i < count; i += workers) {
      const auto envelope = envelope_at(i);
      if (!envelope) continue;
      const std::string message = envelope->Signed();
      for (const EnvelopeSignature& line : envelope->signatures) {
        const Registry::Holder* holder = registry.HolderOf(line.key_id);
        if (holder == nullptr) continue;
        const PublicKey& key = holder->keys.back().key;
        if (Verify(key, message, line.bytes))
          found[worker].push_back(NameOf(key, message, line.bytes));
      }
    }
  };
  std::vector<std::jthread> others;
  size_t begun = 1;
  try {
    for (; begun < workers; ++begun) others.emplace_back(work, begun);
  } catch (const std::system_error&) {
    // No more threads are to be had.
  }
  work(0);
  for (; begun < workers; ++begun) work(begun);
  others.clear();
  for (std::vector<std::string>& names : found) {
    for (std::string& name : names) good.insert(std::move(name));
  }
  return good;
}

bool VerifiedAhead::operator()(const PublicKey& key, std::string_view message,
                               std::string_view signature) const {
  return good_.contains(NameOf(key, message, signature)) || Verify(key, message, signature);
}

}  // namespace entente::ledger
