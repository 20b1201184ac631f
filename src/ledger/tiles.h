// src/ledger/tiles.h: a ledger as the static files of c2sp.org/tlog-tiles, for programs that read
// those, and read back from them.
#pragma once

#include <functional>
#include <memory>

#include "ledger/note.h"
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

// Such files in a folder. Nothing is opened in them: whatever was signed as a commitment is
// withheld.
class TilesFolder final : public Source {
 public:
  // Whether `path` is a folder with a checkpoint and tiles in it.
  static bool IsOne(const std::string& path);
  // Failures: `store-failed`, `not-a-checkpoint`.
  static Result<std::unique_ptr<TilesFolder>> Open(const std::string& path);

  Result<uint64_t> Size() override { return checkpoint_.size; }
  // Failures: `store-failed`, `store-damaged`. Cost: one bundle is read at a time and kept.
  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override;
  Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) override;
  Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) override;

  // Holds each tile of hashes against what the entries hash to. Failure: `wrong-tile`.
  Result<void> HoldHashes();

 private:
  TilesFolder() = default;
  Result<void> ReadBundle(uint64_t index);

  std::string folder_;
  std::string note_;
  Checkpoint checkpoint_;
  // The bundle that was read last.
  std::optional<uint64_t> bundle_;
  std::vector<std::string> leaves_;
};

}  // namespace entente::ledger
