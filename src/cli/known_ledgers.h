// src/cli/known_ledgers.h: the ledgers that this user verified before, kept as ssh keeps known
// hosts.
//
// One file a log in $XDG_STATE_HOME/entente/known_ledgers, by default below ~/.local/state: a
// checkpoint without signatures, and the release that verified it, since another may judge
// otherwise. Where there is no such folder and none can be made, nothing is known.
#pragma once

#include "ledger/history.h"

namespace entente::cli {

class KnownLedgersFolder final : public ledger::KnownLedgers {
 public:
  // A file that cannot be read as one says nothing. Never fails.
  Result<std::optional<ledger::KnownLedger>> Find(const std::string& log) override;
  // Only what is final: whoever stole the log's key could else have a reader refuse the ledger.
  Result<void> Keep(const std::string& log, const ledger::Checkpoint& last,
                    const std::optional<ledger::Checkpoint>& final) override;
  // Empty where nothing can be kept.
  std::string PlaceOf(const std::string& log) const override;
};

// As ledger::Walk, knowing what this user knows.
Result<ledger::Walked> WalkKnown(ledger::Source& source, const ledger::Visit& visit = {});

}  // namespace entente::cli
