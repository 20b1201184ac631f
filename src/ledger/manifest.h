// src/ledger/manifest.h: the evidence that entries name by one hash.
//
// A manifest lists exhibits by name, length and salted hash; its root binds their number and the
// root of an RFC 6962 tree over them, in their order. An exhibit can be withheld: its line is then
// the hash of its leaf, and the root stays. docs/ledger_format.md gives every byte.
#pragma once

#include <string>
#include <vector>

#include "ledger/digest.h"
#include "ledger/json.h"

namespace entente::ledger {

inline constexpr size_t kExhibitsMax = 1000;
inline constexpr size_t kExhibitBytesMax = 64 << 20;

struct Exhibit {
  // Of the file, without folders. Empty where it is withheld.
  std::string name;
  uint64_t length = 0;
  // SHA-256 of the salt and the bytes.
  Digest hash{};
  std::string salt;
  // The hash of its line in the tree.
  Digest leaf{};

  bool withheld() const { return name.empty(); }
  static Exhibit Of(std::string name, std::string_view bytes);
  // Whether these are its bytes.
  bool Is(std::string_view bytes) const;
};

struct Manifest {
  std::vector<Exhibit> exhibits;

  Digest Root() const;
  // Canonical JSON.
  std::string Write() const;
  // Failure: `not-a-manifest`.
  static Result<Manifest> Read(std::string_view bytes);
};

}  // namespace entente::ledger
