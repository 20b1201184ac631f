#include "ledger/tiles.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

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

namespace {

// A bundle of the longest leaves, each behind its length in two bytes.
constexpr uintmax_t kFileBytesMax = kTileWidth * (kLeafBytesMax + 2);

Result<std::string> ReadWhole(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Fail("store-failed", "`" + path + "` is missing");
  if (size > kFileBytesMax)
    return Fail("store-damaged", "`" + path + "` is longer than such a file can be");
  std::ifstream in(path, std::ios::binary);
  std::string out(size, '\0');
  if (!in.read(out.data(), static_cast<std::streamsize>(size)))
    return Fail("store-failed", "`" + path + "` cannot be read");
  return out;
}

}  // namespace

bool TilesFolder::IsOne(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path + "/checkpoint", error) &&
         std::filesystem::is_directory(path + "/tile", error);
}

Result<std::unique_ptr<TilesFolder>> TilesFolder::Open(const std::string& path) {
  std::unique_ptr<TilesFolder> out(new TilesFolder);
  out->folder_ = path;
  auto note = ReadWhole(path + "/checkpoint");
  if (!note) return std::unexpected(note.error());
  const auto read = Note::Read(*note);
  if (!read) return std::unexpected(read.error());
  auto checkpoint = Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out->note_ = std::move(*note);
  out->checkpoint_ = std::move(*checkpoint);
  return out;
}

Result<void> TilesFolder::ReadBundle(uint64_t index) {
  if (bundle_ == index) return {};
  const uint64_t width = std::min(kTileWidth, checkpoint_.size - index * kTileWidth);
  const std::string path = folder_ + "/" + TilePath("entries", index, width);
  auto bytes = ReadWhole(path);
  if (!bytes) return std::unexpected(bytes.error());
  bundle_.reset();
  leaves_.clear();
  std::string_view rest = *bytes;
  while (rest.size() >= 2) {
    const size_t length = static_cast<size_t>(static_cast<unsigned char>(rest[0])) << 8 |
                          static_cast<unsigned char>(rest[1]);
    if (length > rest.size() - 2) break;
    leaves_.emplace_back(rest.substr(2, length));
    rest.remove_prefix(2 + length);
  }
  if (!rest.empty() || leaves_.size() != width) {
    return Fail("store-damaged",
                "`" + path + "` is no bundle of " + std::to_string(width) + " entries");
  }
  bundle_ = index;
  return {};
}

Result<std::vector<std::string>> TilesFolder::Leaves(uint64_t first, uint64_t count) {
  std::vector<std::string> out;
  for (uint64_t i = first; i < first + count; ++i) {
    if (i >= checkpoint_.size)
      return Fail("store-damaged", "an entry is missing at " + std::to_string(i));
    if (auto read = ReadBundle(i / kTileWidth); !read) return std::unexpected(read.error());
    out.push_back(leaves_[i % kTileWidth]);
  }
  return out;
}

Result<std::vector<std::vector<Opening>>> TilesFolder::Openings(uint64_t, uint64_t count) {
  return std::vector<std::vector<Opening>>(count);
}

Result<std::optional<std::string>> TilesFolder::CheckpointUpTo(uint64_t size) {
  return size < checkpoint_.size ? std::nullopt : std::optional(note_);
}

Result<void> TilesFolder::HoldHashes() {
  return WriteTiles(*this, note_,
                    [this](const std::string& path, const std::string& want) -> Result<void> {
                      const auto bytes = ReadWhole(folder_ + "/" + path);
                      if (!bytes) return std::unexpected(bytes.error());
                      if (*bytes == want) return {};
                      return Fail("wrong-tile", "`" + path + "` is not what the entries hash to",
                                  "write the tiles anew: `entente ledger export --tiles`");
                    });
}

}  // namespace entente::ledger
