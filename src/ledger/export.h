// src/ledger/export.h: a whole ledger in one text file that needs no store to be verified.
//
//   {"checkpoint":"…the note…","format":"entente-export@v1"}
//   the leaves, byte for byte, one a line, in order
//   {"entry":4,"opening":{"name":"fields/sum","salt":"…","value":"18000"}}
//
// A leaf is canonical JSON and therefore has no line end in it.
#pragma once

#include <fstream>
#include <functional>
#include <map>
#include <memory>

#include "ledger/store.h"

namespace entente::ledger {

// Which openings leave the house.
using MayOpen = std::function<bool(uint64_t index, const std::string& name)>;

// Writes what the checkpoint `note` covers. Failures: those of the source, `not-a-checkpoint`.
Result<void> WriteExport(Source& source, const std::string& note, const MayOpen& may_open,
                         std::ostream& out);

// An exported file, read where it lies.
class ExportFile final : public Source {
 public:
  // Failures: `store-failed`, `not-an-export` with the line.
  static Result<std::unique_ptr<ExportFile>> Open(const std::string& path);

  Result<uint64_t> Size() override { return offsets_.size(); }
  Result<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) override;
  Result<std::vector<std::vector<Opening>>> Openings(uint64_t first, uint64_t count) override;
  Result<std::optional<std::string>> CheckpointUpTo(uint64_t size) override;

 private:
  ExportFile() = default;

  std::ifstream in_;
  std::string note_;
  // Where each leaf's line begins.
  std::vector<std::streamoff> offsets_;
  std::map<uint64_t, std::vector<Opening>> openings_;
};

}  // namespace entente::ledger
