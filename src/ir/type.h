// src/ir/type.h: the types of the language, four bytes each.
#pragma once

#include <compare>
#include <cstdint>

#include "base/symbols.h"

namespace entente::ir {

enum class Base : uint8_t {
  kError,
  kBool,
  kEnum,
  kNumber,
  kMoney,
  kMoment,
  kDuration,
  kThing,
  kText,
  kEvents,
};

// A base and, where there is one, its refinement: the unit of a number and the currency of money
// (symbols), the number of alternatives of an enumeration, days (0), months (1)
// or business days (2) of a duration.
struct Type {
  Base base = Base::kError;
  uint32_t detail = 0;
  friend constexpr auto operator<=>(const Type&, const Type&) = default;
};

inline constexpr Type kErrorType{};
inline constexpr Type kBoolType{Base::kBool};
inline constexpr Type kMomentType{Base::kMoment};
inline constexpr Type kThingType{Base::kThing};
inline constexpr Type kTextType{Base::kText};
inline constexpr Type kEventsType{Base::kEvents};
inline constexpr Type kDaysType{Base::kDuration, 0};
inline constexpr Type kMonthsType{Base::kDuration, 1};
// Of whichever calendar.
inline constexpr Type kBusinessDaysType{Base::kDuration, 2};
inline Type NumberType(Symbol unit) { return {Base::kNumber, unit.index}; }
inline Type MoneyType(Symbol currency) { return {Base::kMoney, currency.index}; }

// Numbers of any unit, and money.
constexpr bool IsAmount(Type type) {
  return type.base == Base::kNumber || type.base == Base::kMoney;
}

// The unit of what is counted; a bare figure beside it is one of it.
inline constexpr std::string_view kCountUnit = "count";

}  // namespace entente::ir
