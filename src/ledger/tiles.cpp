#include "ledger/tiles.h"

#include <algorithm>

#include "ledger/note.h"

namespace entente::ledger {

namespace {

// A path element of three digits for each thousand, all but the last behind an x.
std::string IndexPath(uint64_t index) {
  const auto digits = [](uint64_t part) {
    const std::string text = std::to_string(part);
    return std::string(3 - text.size(), '0') + text;
  };
  std::string out = digits(index % 1000);
  for (index /= 1000; index > 0; index /= 1000) out = "x" + digits(index % 1000) + "/" + out;
  return out;
}

}  // namespace

std::string TilePath(const std::string& level, uint64_t index, uint64_t width) {
  return "tile/" + level + "/" + IndexPath(index) +
         (width == kTileWidth ? "" : ".p/" + std::to_string(width));
}

Result<void> WriteTiles(
    Source& source, const std::string& note,
    const std::function<Result<void>(const std::string& path, const std::string& bytes)>& write) {
  const auto read = Note::Read(note);
  if (!read) return std::unexpected(read.error());
  const auto checkpoint = Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  // By level / kTileHeight; a level is made of the roots of the full tiles below.
  std::vector<std::vector<Digest>> levels(1);
  for (uint64_t at = 0; at < checkpoint->size; at += kTileWidth) {
    const uint64_t width = std::min(kTileWidth, checkpoint->size - at);
    const auto leaves = source.Leaves(at, width);
    if (!leaves) return std::unexpected(leaves.error());
    std::string bundle;
    for (const std::string& leaf : *leaves) {
      bundle += static_cast<char>(leaf.size() >> 8);
      bundle += static_cast<char>(leaf.size() & 0xFF);
      bundle += leaf;
      levels[0].push_back(LeafHash(leaf));
    }
    if (auto done = write(TilePath("entries", at / kTileWidth, width), bundle); !done) return done;
  }
  for (size_t level = 0; level < levels.size(); ++level) {
    for (uint64_t at = 0; at < levels[level].size(); at += kTileWidth) {
      const uint64_t width = std::min<uint64_t>(kTileWidth, levels[level].size() - at);
      std::string tile;
      Edge edge;
      for (uint64_t i = at; i < at + width; ++i) {
        tile += BytesOf(levels[level][i]);
        edge.Add(levels[level][i]);
      }
      if (width == kTileWidth) {
        if (level + 1 == levels.size()) levels.emplace_back();
        levels[level + 1].push_back(edge.Root());
      }
      const std::string path = TilePath(std::to_string(level), at / kTileWidth, width);
      if (auto done = write(path, tile); !done) return done;
    }
  }
  return write("checkpoint", note);
}

}  // namespace entente::ledger
