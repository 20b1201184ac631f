// src/base/id.h: indices that cannot be mistaken for one another.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace entente {

// An index into one particular table. Default-constructed it names nothing.
template <class Tag>
struct Id {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;

  constexpr bool valid() const { return index != kNone; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

// Mixes `value` into `seed`: the finalizer of splitmix64, good enough for our tables.
constexpr uint64_t MixHash(uint64_t seed, uint64_t value) {
  uint64_t x = seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace entente

template <class Tag>
struct std::hash<entente::Id<Tag>> {
  size_t operator()(entente::Id<Tag> id) const { return entente::MixHash(1, id.index); }
};
