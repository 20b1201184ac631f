#include "source/source.h"

#include <algorithm>

#include "base/words.h"

namespace entente::source {

namespace {

constexpr std::string_view kFenceWord = "entente";
// As many edits as turn one into the other and are still a slip.
constexpr size_t kFenceSlipMax = 2;

}  // namespace

FileId Files::Add(std::string name, std::string text, Span made_by) {
  File file{std::move(name), std::move(text), {0}, made_by};
  for (uint32_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_starts.push_back(i + 1);
  }
  files_.push_back(std::move(file));
  return FileId{static_cast<uint32_t>(files_.size() - 1)};
}

std::string_view Files::Text(Span span) const {
  if (!span.valid()) return {};
  return std::string_view(Get(span.file).text).substr(span.begin, span.end - span.begin);
}

Place Files::PlaceOf(FileId id, uint32_t offset) const {
  const std::vector<uint32_t>& starts = Get(id).line_starts;
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const uint32_t line = static_cast<uint32_t>(after - starts.begin());
  return {line, offset - starts[line - 1] + 1};
}

std::string_view Files::Line(FileId id, uint32_t line) const {
  const File& file = Get(id);
  const uint32_t begin = file.line_starts[line - 1];
  const size_t end = file.text.find('\n', begin);
  return std::string_view(file.text).substr(
      begin, end == std::string::npos ? std::string::npos : end - begin);
}

std::string Files::Where(Span span) const {
  if (Get(span.file).made_by.valid()) return Where(Get(span.file).made_by);
  return Get(span.file).name + ":" + std::to_string(PlaceOf(span.file, span.begin).line);
}

std::vector<Block> Blocks(const Files& files, FileId id) {
  const std::string& text = files.Get(id).text;
  std::vector<Block> out;
  Span heading;
  uint32_t prose_begin = 0;
  Block open;
  bool in_fence = false;
  bool ours = false;
  size_t fence_marks = 0;
  char fence_mark = '`';
  uint32_t begin = 0;
  while (begin < text.size()) {
    size_t newline = text.find('\n', begin);
    const uint32_t end =
        static_cast<uint32_t>(newline == std::string::npos ? text.size() : newline);
    const uint32_t next = newline == std::string::npos ? end : end + 1;
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    size_t indent = 0;
    while (indent < 3 && indent < line.size() && line[indent] == ' ') ++indent;
    const std::string_view rest = line.substr(indent);
    size_t marks = 0;
    while (marks < rest.size() && rest[marks] == rest[0] && (rest[0] == '`' || rest[0] == '~')) {
      ++marks;
    }
    const std::string_view info = Trim(rest.substr(marks));
    const std::string_view word = info.substr(0, std::min(info.find(' '), info.size()));
    const bool slip = word != kFenceWord && !word.empty() &&
                      EditDistance(LowerCase(word), kFenceWord) <= kFenceSlipMax;
    const bool opens = marks >= 3 && (word == kFenceWord || slip);
    // A block that opens within another shows that the closing marks of that one are missing.
    if (in_fence && ours && opens) {
      open.code.end = begin;
      open.closed = false;
      out.push_back(open);
      in_fence = false;
      prose_begin = begin;
    }
    if (in_fence) {
      if (marks >= fence_marks && rest[0] == fence_mark && info.empty()) {
        in_fence = false;
        if (ours) {
          open.code.end = begin;
          out.push_back(open);
        }
        prose_begin = next;
      }
    } else if (marks >= 3) {
      in_fence = true;
      fence_marks = marks;
      fence_mark = rest[0];
      ours = opens;
      if (ours) {
        const uint32_t word_begin = static_cast<uint32_t>(info.data() - text.data());
        const uint32_t info_begin = word_begin + static_cast<uint32_t>(word.size());
        open = Block{
            {id, info_begin, end}, {id, next, next}, {id, prose_begin, begin}, heading, true, {}};
        if (slip) open.misspelt = {id, word_begin, info_begin};
      }
    } else if (rest.starts_with("#")) {
      const std::string_view title =
          Trim(rest.substr(std::min(rest.find_first_not_of('#'), rest.size())));
      const uint32_t at = static_cast<uint32_t>(
          title.empty() ? begin : static_cast<uint32_t>(title.data() - text.data()));
      heading = {id, at, at + static_cast<uint32_t>(title.size())};
      prose_begin = next;
    }
    begin = next;
  }
  if (in_fence && ours) {
    open.code.end = static_cast<uint32_t>(text.size());
    open.closed = false;
    out.push_back(open);
  }
  return out;
}

std::optional<Span> FenceWithoutWord(const Files& files, FileId id) {
  const std::string& text = files.Get(id).text;
  bool inside = false;
  for (uint32_t begin = 0; begin < text.size();) {
    const size_t newline = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, newline - begin);
    if (line.starts_with("```") || line.starts_with("~~~")) {
      if (!inside && Trim(line.substr(3)).empty()) return Span{id, begin, begin + 3};
      inside = !inside;
    }
    begin = static_cast<uint32_t>(newline + 1);
  }
  return std::nullopt;
}

}  // namespace entente::source
