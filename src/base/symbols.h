// src/base/symbols.h: names, each stored once and compared by index.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/id.h"

namespace entente {

using Symbol = Id<struct SymbolTag>;

// Interned strings. Views returned stay valid as long as the table lives and is not copied from.
class Symbols {
 public:
  Symbols() = default;
  Symbols(const Symbols& other) { *this = other; }
  Symbols& operator=(const Symbols& other) {
    if (this == &other) return *this;
    names_ = other.names_;
    index_.clear();
    for (uint32_t i = 0; i < names_.size(); ++i) index_.emplace(names_[i], Symbol{i});
    return *this;
  }

  Symbol Intern(std::string_view name) {
    if (const auto found = index_.find(name); found != index_.end()) return found->second;
    const Symbol id{static_cast<uint32_t>(names_.size())};
    names_.emplace_back(name);
    index_.emplace(names_.back(), id);
    return id;
  }

  // The symbol of `name`, or an invalid one when the name was never interned.
  Symbol Find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? Symbol{} : found->second;
  }

  std::string_view Name(Symbol id) const { return names_[id.index]; }

 private:
  // A deque never moves its strings, so the map may key on views of them.
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, Symbol> index_;
};

}  // namespace entente
