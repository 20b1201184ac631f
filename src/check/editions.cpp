#include "check/editions.h"

#include <algorithm>

namespace entente::check {

namespace {

// Whether the text says that it was adopted; nothing for a draft that stays open.
std::optional<bool> Adopted(const Agreement& agreement, size_t index, std::optional<size_t> count,
                            std::optional<Date> known_at) {
  const Amendment& amendment = agreement.amendments[index];
  if (count && index >= *count) return false;
  if (amendment.standing == Amendment::Standing::kDraft) {
    if (count && index + 1 == *count) return true;
    return std::nullopt;
  }
  return !known_at || *amendment.adopted <= *known_at;
}

std::vector<eval::SettledByText> SettledByAmendments(const Agreement& agreement,
                                                     std::optional<size_t> count,
                                                     std::optional<Date> known_at) {
  std::vector<eval::SettledByText> out;
  for (size_t i = 0; i < agreement.amendments.size(); ++i) {
    const Amendment& amendment = agreement.amendments[i];
    const auto adopted = Adopted(agreement, i, count, known_at);
    if (!adopted) continue;
    const std::string by = "amendment " + amendment.id;
    out.push_back({amendment.point, Value::Bool(*adopted), by});
    if (!*adopted || amendment.standing == Amendment::Standing::kReported ||
        amendment.standing == Amendment::Standing::kNotBinding)
      continue;
    for (const auto& [reading, as] : amendment.settles) out.push_back({reading, as, by});
  }
  return out;
}

}  // namespace

std::optional<size_t> FindEdition(const Agreement& agreement, std::string_view name) {
  if (name == kOriginal) return 0;
  for (size_t i = 0; i < agreement.amendments.size(); ++i) {
    if (agreement.amendments[i].id == name) return i + 1;
  }
  return std::nullopt;
}

eval::LowerOptions LowerOptionsOf(const Agreement& agreement, std::optional<size_t> count,
                                  std::optional<Date> known_at) {
  return {false, SettledByAmendments(agreement, count, known_at), agreement.notices};
}

const Amendment* LastAmendment(const Agreement& agreement, std::optional<size_t> count,
                               std::optional<Date> known_at) {
  for (size_t i = agreement.amendments.size(); i-- > 0;) {
    const Amendment::Standing standing = agreement.amendments[i].standing;
    if (standing == Amendment::Standing::kNotBinding || standing == Amendment::Standing::kReported)
      continue;
    if (Adopted(agreement, i, count, known_at).value_or(false)) return &agreement.amendments[i];
  }
  return nullptr;
}

std::string EditionName(const Agreement& agreement, std::optional<size_t> count,
                        std::optional<Date> known_at) {
  if (agreement.amendments.empty()) return "";
  const Amendment* last = LastAmendment(agreement, count, known_at);
  return last != nullptr ? last->id : std::string(kOriginal);
}

bool Restates(const Amendment& amendment, std::string_view label) {
  return std::any_of(amendment.edits.begin(), amendment.edits.end(), [&](const Edit& edit) {
    return edit.kind == Edit::Kind::kRestate && StandsUnder(label, edit.label);
  });
}

}  // namespace entente::check
