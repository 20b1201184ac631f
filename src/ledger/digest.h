// src/ledger/digest.h: SHA-256, the two hashes of an RFC 6962 tree, and bytes as text.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace entente::ledger {

using Digest = std::array<uint8_t, 32>;

// Of the parts one after the other. By OpenSSL, which uses the processor's own instructions.
Digest Sha256(std::initializer_list<std::string_view> parts);
inline Digest Sha256(std::string_view bytes) { return Sha256({bytes}); }

// RFC 6962, 2.1: a prefix byte keeps leaves and nodes apart.
Digest LeafHash(std::string_view leaf);
Digest NodeHash(const Digest& left, const Digest& right);

std::string_view BytesOf(const Digest& digest);
// Nothing unless there are 32 bytes.
std::optional<Digest> DigestOf(std::string_view bytes);

// Lower case.
std::string Hex(std::string_view bytes);
inline std::string Hex(const Digest& digest) { return Hex(BytesOf(digest)); }
// Nothing unless `text` is lower-case hex of whole bytes.
std::optional<std::string> FromHex(std::string_view text);

// Standard alphabet with padding (RFC 4648, 4).
std::string Base64(std::string_view bytes);
inline std::string Base64(const Digest& digest) { return Base64(BytesOf(digest)); }
// Nothing unless `text` is what Base64 writes: a second spelling of the same bytes is refused.
std::optional<std::string> FromBase64(std::string_view text);

// From the system's generator.
std::string RandomBytes(size_t count);

}  // namespace entente::ledger
