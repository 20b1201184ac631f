// src/ir/function.h: the closed list of pointwise total functions of an Op node.
//
// Their meaning is given here once, over values; every engine and the proof checker call Apply.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ir/type.h"
#include "values/value.h"

namespace entente::ir {

enum class Function : uint8_t {
  kAnd,
  kOr,
  kNot,
  kEqual,
  kLess,
  kLessEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,  // kDivide a b else: `else` where b is zero
  kMin,
  kMax,
  kClamp,
  kAbs,  // kClamp x low high
  kRoundHalfUp,
  kRoundHalfEven,
  kRoundDown,
  kRoundUp,   // to a multiple of the second argument
  kAllocate,  // total n i: part i (from 1) by largest remainder
  kShift,     // moment + duration; never + d is never
  kRepeat,    // moment + n durations at once, so that the ends of months do not creep; never past
              // the calendar's end
  kDayCountActual365,
  kDayCountActual360,
  kDayCount30E360,
  kStartOfDay,
  kStartOfMonth,
  kStartOfQuarter,
  kStartOfYear,
  kEndOfDay,
  kEndOfMonth,
  kEndOfQuarter,
  kEndOfYear,
  kEarliest,
  kLatest,
};
inline constexpr int kFunctionCount = static_cast<int>(Function::kLatest) + 1;

struct FunctionInfo {
  std::string_view name;
  int arity;  // -1: one or more
};
FunctionInfo InfoOf(Function function);

// So long after an event as one knows of it: what is counted back from one is reached when it
// happens, since before that its moment is never.
inline Duration SinceEvent(Duration shift) { return shift.count < 0 ? Duration{} : shift; }

// The value of `function` at `args`, whose kinds the verifier has checked. Nothing means overflow
// of 128 bits: a finding with its clause for the caller, never a wrap.
std::optional<Value> Apply(Function function, std::span<const Value> args);

// Where an amount can lie, as far as is known: an end that is missing is not. A strict end is not
// reached.
struct Bounds {
  std::optional<Rational> low, high;
  bool low_strict = false, high_strict = false;
  bool any() const { return low || high; }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};
Bounds Exactly(const Rational& amount);

// Where the amount that `function` makes of such amounts can lie: interval arithmetic, which may be
// wider than the truth and never narrower, since it takes its arguments to be independent. No ends
// for other functions and on overflow. Source: Moore, Kearfott and Cloud 2009, Introduction to
// Interval Analysis, chapter 2.
Bounds ApplyBounds(Function function, std::span<const Bounds> args);

// Equal, less or less-equal, where the bounds tell.
std::optional<bool> CompareBounds(Function function, const Bounds& a, const Bounds& b);

}  // namespace entente::ir
