#include "ledger/manifest.h"

#include <algorithm>

#include "ledger/statement.h"
#include "ledger/tree.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kFormat = "entente-evidence@v1";

Digest LeafOf(const Exhibit& exhibit) {
  return LeafHash(
      Json(Json::Object{
               {"hash", Hex(exhibit.hash)}, {"length", exhibit.length}, {"name", exhibit.name}})
          .Write());
}

std::unexpected<Failure> NotOne(const std::string& what) {
  return Fail("not-a-manifest", what, "`entente ledger evidence new` makes one");
}

// Nothing where it is no line of a manifest.
std::optional<Exhibit> ExhibitOf(const Json& json) {
  Exhibit out;
  if (HasOnly(json, {"leaf"})) {
    const auto leaf = DigestAt(json, "leaf");
    if (leaf) out.leaf = *leaf;
    return leaf ? std::optional(out) : std::nullopt;
  }
  const std::string* name = TextAt(json, "name");
  const std::string* salt = TextAt(json, "salt");
  const auto hash = DigestAt(json, "hash");
  const auto length = NumberAt(json, "length");
  const auto salt_bytes = salt == nullptr ? std::nullopt : FromHex(*salt);
  if (!HasOnly(json, {"hash", "length", "name", "salt"}) || name == nullptr || !IsName(*name) ||
      name->find('/') != std::string::npos || !hash || !length || !salt_bytes ||
      salt_bytes->size() != kSaltBytes) {
    return std::nullopt;
  }
  out = {*name, *length, *hash, *salt_bytes, {}};
  out.leaf = LeafOf(out);
  return out;
}

}  // namespace

Exhibit Exhibit::Of(std::string name, std::string_view bytes) {
  Exhibit out{std::move(name), bytes.size(), {}, RandomBytes(kSaltBytes), {}};
  out.hash = Sha256({out.salt, bytes});
  out.leaf = LeafOf(out);
  return out;
}

bool Exhibit::Is(std::string_view bytes) const {
  return !withheld() && bytes.size() == length && Sha256({salt, bytes}) == hash;
}

Digest Manifest::Root() const {
  Edge edge;
  for (const Exhibit& exhibit : exhibits) edge.Add(exhibit.leaf);
  // With their number, or a node within the tree would pass for a leaf that is withheld.
  return Sha256(Json(Json::Object{{"exhibits", static_cast<uint64_t>(exhibits.size())},
                                  {"format", kFormat},
                                  {"tree", Hex(edge.Root())}})
                    .Write());
}

std::string Manifest::Write() const {
  Json::Array lines;
  for (const Exhibit& e : exhibits) {
    lines.push_back(e.withheld() ? Json(Json::Object{{"leaf", Hex(e.leaf)}})
                                 : Json(Json::Object{{"hash", Hex(e.hash)},
                                                     {"length", e.length},
                                                     {"name", e.name},
                                                     {"salt", Hex(e.salt)}}));
  }
  return Json(Json::Object{{"exhibits", std::move(lines)}, {"format", kFormat}}).Write();
}

Result<Manifest> Manifest::Read(std::string_view bytes) {
  const auto json = ReadCanonical(bytes);
  if (!json) return NotOne("it is not canonical JSON: " + json.error().what);
  const std::string* format = TextAt(*json, "format");
  const Json* lines = json->Find("exhibits");
  if (format == nullptr || *format != kFormat || !HasOnly(*json, {"exhibits", "format"}) ||
      lines == nullptr || lines->array() == nullptr)
    return NotOne("it is no list of exhibits in the format " + std::string(kFormat));
  if (lines->array()->empty() || lines->array()->size() > kExhibitsMax)
    return NotOne("a manifest lists 1 to " + std::to_string(kExhibitsMax) + " exhibits, and this " +
                  std::to_string(lines->array()->size()));
  Manifest out;
  for (const Json& line : *lines->array()) {
    auto exhibit = ExhibitOf(line);
    if (!exhibit)
      return NotOne("line " + std::to_string(out.exhibits.size() + 1) +
                    " has not a name, a length, a hash and a salt");
    const bool twice =
        !exhibit->withheld() &&
        std::ranges::find(out.exhibits, exhibit->name, &Exhibit::name) != out.exhibits.end();
    if (twice) return NotOne("the name `" + exhibit->name + "` stands twice");
    out.exhibits.push_back(std::move(*exhibit));
  }
  return out;
}

}  // namespace entente::ledger
