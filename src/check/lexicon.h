// src/check/lexicon.h: words every phrase knows: months, whole numbers, years, determiners.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "syntax/tree.h"

namespace entente::check {

inline constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

inline std::optional<int> MonthOf(std::string_view word) {
  const auto it = std::find(kMonths.begin(), kMonths.end(), word);
  if (it == kMonths.end()) return std::nullopt;
  return static_cast<int>(it - kMonths.begin()) + 1;
}

inline std::optional<int> WholeNumber(const syntax::Token* token) {
  if (token == nullptr || token->kind != syntax::TokenKind::kNumber || token->text.size() > 6) {
    return std::nullopt;
  }
  int out = 0;
  for (const char c : token->text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

inline bool IsYear(const syntax::Token* token) {
  const auto number = WholeNumber(token);
  return number && *number >= 1900 && *number <= 2999;
}

// Units that begin with a capital, as names do.
inline bool IsCapitalUnit(std::string_view word) {
  constexpr std::string_view kUnits[] = {"USD", "EUR", "MB",  "GB",  "TB",   "PB",
                                         "MW",  "GW",  "MWh", "GWh", "GPUs", "TEU"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

inline constexpr std::array<std::string_view, 14> kDeterminers = {
    "a",  "an",   "the",   "any", "every",   "each", "either",
    "no", "that", "those", "its", "another", "all",  "this"};

inline bool IsDeterminer(std::string_view word) {
  return std::find(kDeterminers.begin(), kDeterminers.end(), word) != kDeterminers.end();
}

}  // namespace entente::check
