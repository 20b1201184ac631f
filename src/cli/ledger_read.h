// src/cli/ledger_read.h: the record of an agreement, read from its ledger.
#pragma once

#include "cli/command.h"
#include "service/ledger.h"

namespace entente::cli {

// Reads the ledger as far as it was known, and holds the agreement to the text that the parties
// signed; `unsaid` is read as if it came next. Says what is wrong and returns the exit code when it
// cannot.
std::optional<int> ReadLedger(const Flags& flags, service::Snapshot& snapshot,
                              const service::Unsaid* unsaid = nullptr);

}  // namespace entente::cli
