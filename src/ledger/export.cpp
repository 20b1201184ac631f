#include "ledger/export.h"

#include "ledger/note.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kFormat = "entente-export@v1";
// A line: a leaf, a checkpoint or an opening, whose value came from one leaf's author.
constexpr size_t kLineBytesMax = 128 << 10;

// The next line without its end; nothing at the end of the file or where it is too long.
std::optional<std::string> TakeLine(std::istream& in) {
  std::string line;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') return line;
    if (line.size() == kLineBytesMax) return std::nullopt;
    line += static_cast<char>(c);
  }
  return std::nullopt;
}

std::unexpected<Failure> None(size_t line, std::string_view why) {
  return Fail("not-an-export", "line " + std::to_string(line) + ": " + std::string(why),
              "`entente ledger export` writes one");
}

}  // namespace

Result<void> WriteExport(Source& source, const std::string& note, const MayOpen& may_open,
                         std::ostream& out) {
  const auto read = Note::Read(note);
  if (!read) return std::unexpected(read.error());
  const auto checkpoint = Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out << Json(Json::Object{{"checkpoint", note}, {"format", kFormat}}).Write() << "\n";
  for (uint64_t at = 0; at < checkpoint->size;) {
    const auto leaves = source.Leaves(at, std::min<uint64_t>(kBatchMax, checkpoint->size - at));
    if (!leaves) return std::unexpected(leaves.error());
    for (const std::string& leaf : *leaves) out << leaf << "\n";
    at += leaves->size();
  }
  for (uint64_t first = 0; first < checkpoint->size; first += kBatchMax) {
    const auto opened =
        source.Openings(first, std::min<uint64_t>(kBatchMax, checkpoint->size - first));
    if (!opened) return std::unexpected(opened.error());
    for (uint64_t i = 0; i < opened->size(); ++i) {
      for (const Opening& opening : (*opened)[i]) {
        if (!may_open(first + i, opening.name)) continue;
        out << Json(Json::Object{{"entry", first + i}, {"opening", opening.ToJson()}}).Write()
            << "\n";
      }
    }
  }
  return {};
}

Result<std::unique_ptr<ExportFile>> ExportFile::Open(const std::string& path) {
  std::unique_ptr<ExportFile> out(new ExportFile);
  out->in_.open(path, std::ios::binary);
  if (!out->in_) return Fail("store-failed", "`" + path + "` cannot be opened");
  const auto head = TakeLine(out->in_);
  const Result<Json> json = head ? ReadCanonical(*head) : Result<Json>(None(1, "no head"));
  if (!json) return None(1, "the head cannot be read");
  const std::string* format = TextAt(*json, "format");
  const std::string* note = TextAt(*json, "checkpoint");
  if (format == nullptr || note == nullptr) return None(1, "the head names no format");
  if (*format != kFormat) {
    return Fail("unknown-version", "the export is in the format `" + *format + "`",
                "this release knows " + std::string(kFormat));
  }
  const auto read = Note::Read(*note);
  const auto checkpoint = read ? Checkpoint::Read(read->text) : Result<Checkpoint>(Checkpoint());
  if (!read || !checkpoint) return None(1, "the checkpoint cannot be read");
  out->note_ = *note;
  size_t line = 1;
  while (out->offsets_.size() < checkpoint->size) {
    ++line;
    const std::streamoff begin = out->in_.tellg();
    if (!TakeLine(out->in_)) return None(line, "an entry is missing or its line is too long");
    out->offsets_.push_back(begin);
  }
  std::map<uint64_t, size_t> bytes_opened;
  while (out->in_.peek() != std::istream::traits_type::eof()) {
    ++line;
    const auto text = TakeLine(out->in_);
    const Result<Json> one = text ? ReadCanonical(*text) : Result<Json>(None(line, "cut off"));
    if (!one) return None(line, "an opening cannot be read");
    const auto entry = NumberAt(*one, "entry");
    const Json* json_opening = one->Find("opening");
    auto opening = json_opening == nullptr ? Result<Opening>(None(line, "no opening"))
                                           : Opening::Of(*json_opening);
    if (!entry || *entry >= checkpoint->size || !opening || one->object()->size() != 2)
      return None(line, "an opening names no entry, or cannot be read");
    if ((bytes_opened[*entry] += opening->value.size()) > kValuesBytesMax)
      return None(line, "more is opened of entry " + std::to_string(*entry) + " than it can hold");
    out->openings_[*entry].push_back(std::move(*opening));
  }
  out->in_.clear();
  return out;
}

Result<std::vector<std::string>> ExportFile::Leaves(uint64_t first, uint64_t count) {
  std::vector<std::string> out;
  for (uint64_t i = first; i < first + count; ++i) {
    if (i >= offsets_.size())
      return Fail("store-damaged", "an entry is missing at " + std::to_string(i));
    // Seeking empties the buffer, and mostly one reads on.
    if (in_.tellg() != offsets_[i]) in_.seekg(offsets_[i]);
    auto line = TakeLine(in_);
    in_.clear();
    if (!line) return Fail("store-failed", "entry " + std::to_string(i) + " cannot be read");
    out.push_back(std::move(*line));
  }
  return out;
}

Result<std::vector<std::vector<Opening>>> ExportFile::Openings(uint64_t first, uint64_t count) {
  std::vector<std::vector<Opening>> out(count);
  for (uint64_t i = 0; i < count; ++i) {
    if (const auto found = openings_.find(first + i); found != openings_.end())
      out[i] = found->second;
  }
  return out;
}

Result<std::optional<std::string>> ExportFile::CheckpointUpTo(uint64_t size) {
  if (size < offsets_.size()) return std::optional<std::string>();
  return std::optional<std::string>(note_);
}

}  // namespace entente::ledger
