// src/source/source.h: texts as they were read, and places in them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace entente::source {

using FileId = Id<struct FileTag>;

// A stretch of bytes in one file, [begin, end).
struct Span {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return file.valid(); }
  friend auto operator<=>(const Span&, const Span&) = default;
};

// From the start of `a` to the end of `b`, which must be in the same file.
inline Span Cover(Span a, Span b) { return {a.file, a.begin, b.end}; }

// A name and its bytes, any bytes at all. Lines and columns count from 1; columns in bytes.
struct File {
  std::string name;
  std::string text;
  std::vector<uint32_t> line_starts;
  // What made the text, where nobody wrote it as it is: places in it are told by that place.
  Span made_by;
};

struct Place {
  uint32_t line;
  uint32_t column;
};

// The texts of one run. Files are never removed, so views of their text stay valid.
class Files {
 public:
  FileId Add(std::string name, std::string text, Span made_by = {});
  const File& Get(FileId id) const { return files_[id.index]; }
  // Ids run from 0 to below this.
  uint32_t size() const { return static_cast<uint32_t>(files_.size()); }
  std::string_view Text(Span span) const;
  Place PlaceOf(FileId file, uint32_t offset) const;
  std::string_view Line(FileId file, uint32_t line) const;
  // "agreement.md:12"
  std::string Where(Span span) const;

 private:
  std::deque<File> files_;
};

// A fenced `entente` block of a Markdown file and the prose it stands beside.
struct Block {
  // What follows the word `entente` in the fence's info string.
  Span info;
  Span code;
  // The prose since the block or heading before.
  Span prose;
  // The nearest heading above, without its marks; empty when there is none.
  Span heading;
  bool closed = true;
  // The first word of the info string, where it is `entente` but for a slip.
  Span misspelt;
};

// Finds the fenced blocks whose info string starts with the word `entente`, or all but does. Never
// fails: a fence
// that is not closed runs to the next such block or the end of the file and says so. Cost: linear.
std::vector<Block> Blocks(const Files& files, FileId file);

// The first fence of a file that opens a block and does not say of what.
std::optional<Span> FenceWithoutWord(const Files& files, FileId id);

}  // namespace entente::source
