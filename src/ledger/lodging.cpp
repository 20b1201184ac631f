#include "ledger/lodging.h"

#include <array>

namespace entente::ledger {

namespace {

constexpr std::string_view kFormat = "entente-lodged@v1";

}  // namespace

Lodging Lodging::Of(const Statement& statement, const Seen& seen) {
  return {statement.origin, Sha256(statement.Write()), statement.party, statement.sequence, seen};
}

std::string Lodging::Write() const {
  return origin + "\n" + std::string(kFormat) + "\n" + Base64(statement) + "\n" +
         std::to_string(seen.size) + "\n" + Base64(seen.root) + "\n" + std::to_string(sequence) +
         " " + party + "\n";
}

Result<Lodging> Lodging::Read(std::string_view text) {
  std::array<std::string_view, 6> lines;
  for (std::string_view& line : lines) {
    const size_t end = std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto bytes = FromBase64(lines[2]);
  const auto hash = bytes ? DigestOf(*bytes) : std::nullopt;
  const auto size = ReadDecimal(lines[3]);
  const auto root_bytes = FromBase64(lines[4]);
  const auto root = root_bytes ? DigestOf(*root_bytes) : std::nullopt;
  const size_t blank = std::min(lines[5].find(' '), lines[5].size());
  const auto sequence = ReadDecimal(lines[5].substr(0, blank));
  const std::string_view party = lines[5].substr(std::min(blank + 1, lines[5].size()));
  if (!text.empty() || lines[1] != kFormat || !IsNoteName(lines[0]) || !hash || !size || !root ||
      !sequence || !IsName(party)) {
    return Fail("not-a-lodging", "it does not confirm that a statement was lodged",
                "name what `entente ledger lodge` printed");
  }
  return Lodging{std::string(lines[0]), *hash, std::string(party), *sequence, {*size, *root}};
}

}  // namespace entente::ledger
