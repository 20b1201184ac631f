// src/ledger/sqlite/store.h: a ledger in one SQLite file.
//
// One connection writes and checkpoints the write-ahead log; readers can do neither. That is a rule
// and not a habit: up to SQLite 3.51.2 two connections that write and checkpoint at once may reset
// the log under one another. A lock file keeps a second writer out.
#pragma once

#include <memory>

#include "ledger/store.h"

namespace entente::ledger::sqlite {

// Makes the file, which must not exist. Failures here and below: `store-failed`, `two-writers`,
// `not-a-ledger`, `unknown-version`.
Result<std::unique_ptr<Writer>> Create(const std::string& path);
Result<std::unique_ptr<Writer>> OpenWriter(const std::string& path);
Result<std::unique_ptr<Reader>> OpenReader(const std::string& path);

}  // namespace entente::ledger::sqlite
