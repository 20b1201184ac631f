// src/base/symbols.h: names, each stored once and compared by index.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/hash_index.h"
#include "base/id.h"

namespace entente {

using Symbol = Id<struct SymbolTag>;

// Interned strings. Views returned stay valid as long as the table lives and the name is not
// dropped.
class Symbols {
 public:
  Symbol Intern(std::string_view name) {
    const uint64_t hash = std::hash<std::string_view>{}(name);
    if (const Symbol found = Find(name, hash); found.valid()) return found;
    names_.emplace_back(name);
    index_.Push(hash);
    return Symbol{static_cast<uint32_t>(names_.size() - 1)};
  }

  // The symbol of `name`, or an invalid one when the name was never interned.
  Symbol Find(std::string_view name) const {
    return Find(name, std::hash<std::string_view>{}(name));
  }

  std::string_view Name(Symbol id) const { return names_[id.index]; }

  size_t size() const { return names_.size(); }
  // Drops the names from `count` on.
  void Truncate(size_t count) {
    names_.resize(count);
    index_.Truncate(count);
  }

 private:
  Symbol Find(std::string_view name, uint64_t hash) const {
    return Symbol{index_.Find(hash, [&](uint32_t row) { return names_[row] == name; })};
  }

  // A deque never moves its strings, so views on them last.
  std::deque<std::string> names_;
  HashIndex index_;
};

}  // namespace entente
