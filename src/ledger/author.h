// src/ledger/author.h: how a party makes a statement that a ledger will admit.
#pragma once

#include "ledger/registry.h"

namespace entente::ledger {

// What the statement is to say; the rest follows from who says it and what came before.
struct Draft {
  std::string kind;
  Json body;
  std::vector<Opening> openings;
};

// A genesis without its signatures. `parties` are their names, keys and the ids of the next ones.
struct Party {
  std::string name;
  PublicKey key{};
  std::string next;
};
Statement Genesis(const NoteKey& log, const std::string& agreement_hash,
                  const std::string& agreement_name, const std::vector<Party>& parties,
                  const std::string& policy, const std::string& now);

// The next statement of the key's holder, signed by it. `seen` is a checkpoint that the author has
// verified. Failures: `unknown-party`, and `retired-key` where the key is not the holder's last.
Result<Submission> Author(const Draft& draft, const SecretKey& key, const Registry& registry,
                          const Seen& seen, const std::string& now);

// The commitment to `value` as the member of a body at `place`; what opens it joins `openings`.
Json Hide(const std::string& place, const std::string& value, std::vector<Opening>& openings);

}  // namespace entente::ledger
