// src/ledger/restore.h: a store made anew from a copy of its ledger.
#pragma once

#include "ledger/history.h"
#include "ledger/store.h"

namespace entente::ledger {

// Writes what `from` holds up to its last checkpoint, and was `walked` to be whole, into an empty
// store: leaves, what was opened of them, and that checkpoint. The signer, which remembers the
// root, has the last word when the ledger is opened. Failures: those of admission and of the store.
// Cost: a write for every kBatchMax leaves.
Result<void> Restore(Source& from, const Walked& walked, Writer& to, Reader& written);

}  // namespace entente::ledger
