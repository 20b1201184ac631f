// src/ledger/tiles.h: a ledger as the static files of c2sp.org/tlog-tiles, for programs that read
// those.
#pragma once

#include "ledger/store.h"

namespace entente::ledger {

// `tile/0/x001/067` and the like, relative to the log's address; a width of kTileWidth is a full
// tile.
std::string TilePath(const std::string& level, uint64_t index, uint64_t width);

// Calls `write` with the path and bytes of each file: the checkpoint, every tile and bundle of
// entries of the tree that `note` covers, partial ones too. Failures: those of the source and of
// `write`.
Result<void> WriteTiles(
    Source& source, const std::string& note,
    const std::function<Result<void>(const std::string& path, const std::string& bytes)>& write);

}  // namespace entente::ledger
