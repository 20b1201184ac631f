// src/ledger/digest.h: the two hashes of an RFC 6962 tree, bytes as Base64, and random bytes.
#pragma once

#include "base/digest.h"

namespace entente::ledger {

// Keys are bytes too.
using entente::BytesOf;

// RFC 6962, 2.1: a prefix byte keeps leaves and nodes apart.
Digest LeafHash(std::string_view leaf);
Digest NodeHash(const Digest& left, const Digest& right);

// Standard alphabet with padding (RFC 4648, 4).
std::string Base64(std::string_view bytes);
inline std::string Base64(const Digest& digest) { return Base64(BytesOf(digest)); }
// Nothing unless `text` is what Base64 writes: a second spelling of the same bytes is refused.
std::optional<std::string> FromBase64(std::string_view text);

// From the system's generator.
std::string RandomBytes(size_t count);

}  // namespace entente::ledger
