// src/values/rational.h: exact numbers. Never a double: a cent lost to rounding is a dispute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

__extension__ using Int128 = __int128;

// An exact fraction in lowest terms with a positive denominator. Every operation is checked:
// nothing means that the result does not fit 128 bits (or that a divisor is zero), never a wrap.
class Rational {
 public:
  constexpr Rational() = default;
  constexpr Rational(int64_t whole) : numerator_(whole) {}  // NOLINT: whole numbers are rationals

  static std::optional<Rational> Of(Int128 numerator, Int128 denominator);
  // "12", "-3.25", "5e25", "1,000,000.50". Nothing when malformed or too large.
  static std::optional<Rational> Parse(std::string_view text);

  Int128 numerator() const { return numerator_; }
  Int128 denominator() const { return denominator_; }

  friend bool operator==(const Rational&, const Rational&) = default;

 private:
  Int128 numerator_ = 0;
  Int128 denominator_ = 1;
};

std::optional<Rational> Add(const Rational& a, const Rational& b);
std::optional<Rational> Subtract(const Rational& a, const Rational& b);
// `10.000`: a fraction here, and thousands to many who write it. Three digits behind one point, and
// something other than nothing in front.
bool MayBeThousands(std::string_view figure);

std::optional<Rational> Multiply(const Rational& a, const Rational& b);
std::optional<Rational> Divide(const Rational& a, const Rational& b);

// -1, 0 or 1. Exact even where the cross products do not fit.
int Compare(const Rational& a, const Rational& b);

// A decimal when it is finite within 30 digits, else "n/d"; thousands are grouped by commas.
std::string ToText(const Rational& value);
// The same without grouping, as JSON and the record carry it.
std::string ToPlainText(const Rational& value);

}  // namespace entente
