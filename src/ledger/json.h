// src/ledger/json.h: the JSON that is signed: RFC 8785 canonical bytes, without floats.
//
// One value has one spelling, so that what was signed, what is stored and what is hashed are the
// same bytes. Numbers are integers within 2^53 of zero; amounts and dates are strings.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace entente::ledger {

// Arrays and objects within one another.
inline constexpr size_t kNestingMax = 16;
inline constexpr int64_t kIntegerMax = (int64_t{1} << 53) - 1;

// RFC 8785, 3.2.3: keys in the order of their UTF-16 code units. Both sides must be UTF-8.
struct ByCodeUnit {
  bool operator()(std::string_view a, std::string_view b) const;
};

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, ByCodeUnit>;

  // Out of line: what g++ 12 makes of a variant's own members in initializer lists warns of itself.
  Json();
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();
  Json(bool value) : value_(value) {}
  Json(int64_t value) : value_(value) {}
  Json(uint64_t value) : value_(static_cast<int64_t>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // Each null when the value is of another type.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const int64_t* integer() const { return std::get_if<int64_t>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  // The member of an object; null when this is none or has none of that name.
  const Json* Find(std::string_view name) const;

  // The canonical bytes. Strings must be UTF-8 and integers within kIntegerMax.
  std::string Write() const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  void WriteTo(std::string& out) const;

  std::variant<std::monostate, bool, int64_t, std::string, Array, Object> value_;
};

// Reads canonical bytes and nothing else: one more blank, another order of keys, an escape that is
// not needed are failures, named `not-canonical` with the place. Cost: linear.
Result<Json> ReadCanonical(std::string_view bytes);

bool IsUtf8(std::string_view bytes);

}  // namespace entente::ledger
