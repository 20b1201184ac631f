// src/ledger/postgres/store.h: a ledger in a PostgreSQL schema, for several hosts.
//
// The head row, locked for each batch, gives the order; an epoch in it fences off a writer that was
// replaced and does not know it yet. READ COMMITTED is enough: everything is decided behind that
// lock. The schema is the first of the connection's search path:
// postgresql:///deals?options=-csearch_path%3Dsteel
#pragma once

#include <memory>

#include "ledger/store.h"

namespace entente::ledger::postgres {

// Makes schema and tables, which must not exist. Failures here and below: `store-failed`,
// `not-a-ledger`, `unknown-version`.
Result<std::unique_ptr<Writer>> Create(const std::string& url);
// Fences off whoever wrote before; their next batch fails with `two-writers`.
Result<std::unique_ptr<Writer>> OpenWriter(const std::string& url);
Result<std::unique_ptr<Reader>> OpenReader(const std::string& url);

bool IsUrl(std::string_view text);

}  // namespace entente::ledger::postgres
