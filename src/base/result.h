// src/base/result.h: what a call gives that the world can make fail: a disk, a database, a
// signature.
//
// A wrong agreement is a finding and a defect of ours a broken check; a Failure is neither.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace entente {

struct Failure {
  // Kebab-case and the same for ever: what a program looks at. `out-of-order`, `store-failed`.
  std::string name;
  // What happened, for a person; lower case, no full stop.
  std::string what;
  // What to do about it; may be empty.
  std::string way_out = {};
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> Fail(std::string name, std::string what, std::string way_out = {}) {
  return std::unexpected(Failure{std::move(name), std::move(what), std::move(way_out)});
}

}  // namespace entente
