#include "service/review.h"

#include <algorithm>

#include "base/words.h"
#include "service/asking.h"

namespace entente::service {

namespace {

constexpr std::string_view kMark = "reviewed ";
constexpr size_t kHashLetters = 8;

std::string ShortHash(std::string_view text) {
  return HashOf(OneLine(text, SIZE_MAX)).substr(0, kHashLetters);
}

std::string MarkOf(const source::Files& files, const source::Block& block) {
  return ShortHash(files.Text(block.prose)) + "-" + ShortHash(files.Text(block.code));
}

std::vector<source::Block> BlocksOf(const Snapshot& snapshot) {
  std::vector<source::Block> out;
  for (const source::FileId file : snapshot.texts) {
    const auto blocks = source::Blocks(snapshot.files, file);
    out.insert(out.end(), blocks.begin(), blocks.end());
  }
  return out;
}

std::vector<std::string> ClausesIn(const check::Agreement& agreement, const source::Block& block) {
  std::vector<std::string> out;
  for (const check::Clause& clause : agreement.clauses) {
    if (clause.sentence.file == block.code.file && clause.sentence.begin >= block.code.begin &&
        clause.sentence.end <= block.code.end) {
      out.push_back(clause.label);
    }
  }
  return out;
}

}  // namespace

std::string_view NameOf(ReviewedBlock::State state) {
  switch (state) {
    case ReviewedBlock::State::kConfirmed:
      return "confirmed";
    case ReviewedBlock::State::kNever:
      return "never confirmed";
    case ReviewedBlock::State::kProseChanged:
      return "prose changed";
    case ReviewedBlock::State::kBlockChanged:
      return "block changed";
    case ReviewedBlock::State::kBothChanged:
      return "prose and block changed";
  }
  return "";
}

std::vector<ReviewedBlock> Review(const Snapshot& snapshot) {
  std::vector<ReviewedBlock> out;
  for (const source::Block& block : BlocksOf(snapshot)) {
    ReviewedBlock one;
    one.where = snapshot.files.Where(block.info);
    one.heading = std::string(snapshot.files.Text(block.heading));
    one.clauses = ClausesIn(snapshot.agreement, block);
    const std::string_view info = Trim(snapshot.files.Text(block.info));
    if (info.starts_with(kMark)) {
      const std::string_view then = Trim(info.substr(kMark.size()));
      const std::string now = MarkOf(snapshot.files, block);
      const bool prose = then.substr(0, kHashLetters) == now.substr(0, kHashLetters);
      const bool code = then.size() > kHashLetters &&
                        then.substr(kHashLetters) == std::string_view(now).substr(kHashLetters);
      one.state = prose && code ? ReviewedBlock::State::kConfirmed
                  : prose       ? ReviewedBlock::State::kBlockChanged
                  : code        ? ReviewedBlock::State::kProseChanged
                                : ReviewedBlock::State::kBothChanged;
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string Confirm(const Snapshot& snapshot, source::FileId file,
                    const std::vector<std::string>& clauses) {
  const std::string& text = snapshot.files.Get(file).text;
  std::string out;
  uint32_t written = 0;
  for (const source::Block& block : source::Blocks(snapshot.files, file)) {
    const std::vector<std::string> here = ClausesIn(snapshot.agreement, block);
    const bool meant = clauses.empty() || std::any_of(here.begin(), here.end(), [&](const auto& c) {
                         return std::find(clauses.begin(), clauses.end(), c) != clauses.end();
                       });
    if (!meant) continue;
    out += text.substr(written, block.info.begin - written);
    out += " " + std::string(kMark) + MarkOf(snapshot.files, block);
    // A carriage return belongs to the end of the line.
    written = block.info.end;
    if (written > block.info.begin && text[written - 1] == '\r') --written;
  }
  return out + text.substr(written);
}

}  // namespace entente::service
