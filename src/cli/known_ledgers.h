// src/cli/known_ledgers.h: the ledgers that this user verified before, kept as ssh keeps known
// hosts.
//
// One file each in $XDG_STATE_HOME/entente/known_ledgers, by default below ~/.local/state: a
// checkpoint without signatures, and the release that verified it, since another may judge
// otherwise. Where there is no such folder and none can be made, nothing is known.
#pragma once

#include "ledger/history.h"

namespace entente::cli {

class KnownLedgersFolder final : public ledger::KnownLedgers {
 public:
  std::optional<ledger::Checkpoint> Find(const Digest& genesis) override;
  void Keep(const Digest& genesis, const ledger::Checkpoint& checkpoint) override;
  std::string PlaceOf(const Digest& genesis) const override;
};

// As ledger::Walk, knowing what this user knows.
Result<ledger::Walked> WalkKnown(ledger::Source& source, const ledger::Visit& visit = {});

}  // namespace entente::cli
