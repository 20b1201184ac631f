// src/base/digest.h: SHA-256, and bytes as hexadecimal text.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

using Digest = std::array<uint8_t, 32>;

// Of the parts one after the other. By OpenSSL, which uses the processor's own instructions.
Digest Sha256(std::initializer_list<std::string_view> parts);
inline Digest Sha256(std::string_view bytes) { return Sha256({bytes}); }

std::string_view BytesOf(const Digest& digest);
// Nothing unless there are 32 bytes.
std::optional<Digest> DigestOf(std::string_view bytes);

// Lower case.
std::string Hex(std::string_view bytes);
inline std::string Hex(const Digest& digest) { return Hex(BytesOf(digest)); }
// Nothing unless `text` is lower-case hex of whole bytes.
std::optional<std::string> FromHex(std::string_view text);

}  // namespace entente
