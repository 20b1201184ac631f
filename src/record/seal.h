// src/record/seal.h: the seal of a notice whose words are shown later: first a hash, then what was
// hashed (a commitment scheme), so that no seat votes by what others voted.
#pragma once

#include "record/record.h"

namespace entente::record {

// Of the notice that seals, in hex.
inline constexpr std::string_view kSeal = "seal";
// Of the notice that was sealed: the entry that seals it, and what hid it.
inline constexpr std::string_view kReveals = "reveals";
inline constexpr std::string_view kSalt = "salt";
// Two digits of hex each. Fewer could be guessed: a ballot has few values.
inline constexpr size_t kSealSaltBytes = 32;

// SHA-256, in hex, of netstrings (cr.yp.to/proto/netstrings.txt): `entente-seal@v1`, the salt as
// written, kind and author of `entry`, then name and value of each further field in the order of
// their names. The author is one of them, or one seat could copy the seal of another.
std::string SealOf(const Entry& entry, std::string_view salt);

}  // namespace entente::record
