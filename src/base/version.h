// src/base/version.h: which release answered.
#pragma once

#include <string_view>

namespace entente {

// With one version, the same text, record and question give the same bytes.
inline constexpr std::string_view kVersion = "0.5.0";

}  // namespace entente
