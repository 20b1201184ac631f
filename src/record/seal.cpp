#include "record/seal.h"

#include <algorithm>

#include "base/digest.h"

namespace entente::record {

std::string SealOf(const Entry& entry, std::string_view salt) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += std::to_string(part.size()) + ":" + std::string(part) + ",";
  };
  add("entente-seal@v1");
  add(salt);
  add(entry.kind);
  add(entry.by);
  std::vector<Field> fields;
  for (const Field& field : entry.fields) {
    if (field.name != kReveals && field.name != kSalt) fields.push_back(field);
  }
  std::ranges::sort(fields, {}, &Field::name);
  for (const Field& field : fields) {
    add(field.name);
    add(field.value);
  }
  return Hex(Sha256(text));
}

}  // namespace entente::record
