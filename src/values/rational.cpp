#include "values/rational.h"

#include <algorithm>

namespace entente {
namespace {

constexpr Int128 kMax = (((Int128{1} << 126) - 1) << 1) + 1;

Int128 Gcd(Int128 a, Int128 b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) {
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

std::optional<Int128> Times(Int128 a, Int128 b) {
  Int128 out;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

std::string Digits(Int128 value) {
  if (value == 0) return "0";
  std::string out;
  for (Int128 rest = value < 0 ? -value : value; rest > 0; rest /= 10) {
    out.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (value < 0) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

std::string Grouped(const std::string& digits) {
  const size_t sign = digits[0] == '-' ? 1 : 0;
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string Text(const Rational& value, bool grouped) {
  Int128 rest = value.denominator();
  int twos = 0;
  int fives = 0;
  while (rest % 2 == 0) rest /= 2, ++twos;
  while (rest % 5 == 0) rest /= 5, ++fives;
  const int places = std::max(twos, fives);
  const std::string whole_digits = Digits(value.numerator() / value.denominator());
  const std::string whole = grouped ? Grouped(whole_digits) : whole_digits;
  if (rest != 1 || places > 30) {
    return Digits(value.numerator()) + "/" + Digits(value.denominator());
  }
  if (places == 0) return whole;
  Int128 fraction = value.numerator() % value.denominator();
  if (fraction < 0) fraction = -fraction;
  std::string decimals;
  // One digit at a time, so that nothing here can overflow: fraction < denominator <= 10^30.
  for (int i = 0; i < places; ++i) {
    fraction *= 10;
    decimals.push_back(static_cast<char>('0' + static_cast<int>(fraction / value.denominator())));
    fraction %= value.denominator();
  }
  const bool lost_sign = value.numerator() < 0 && whole_digits == "0";
  return (lost_sign ? "-" : "") + whole + "." + decimals;
}

}  // namespace

std::optional<Rational> Rational::Of(Int128 numerator, Int128 denominator) {
  // The most negative number has no positive twin, so it is left out on both sides.
  if (denominator == 0 || numerator < -kMax || denominator < -kMax) return std::nullopt;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const Int128 divisor = Gcd(numerator, denominator);
  Rational out;
  out.numerator_ = numerator / divisor;
  out.denominator_ = denominator / divisor;
  return out;
}

bool MayBeThousands(std::string_view figure) {
  const size_t point = figure.find('.');
  if (point == std::string_view::npos || figure.size() != point + 4) return false;
  const size_t first = figure.find_first_of("0123456789");
  if (figure[first] == '0' || figure.find(',') != std::string_view::npos) return false;
  return figure.find_first_not_of("0123456789", point + 1) == std::string_view::npos;
}

std::optional<Rational> Rational::Parse(std::string_view text) {
  size_t i = 0;
  const bool negative = i < text.size() && text[i] == '-';
  if (negative) ++i;
  Int128 digits = 0;
  int scale = 0;
  bool any = false;
  bool after_point = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    // A comma stands before three figures and no more.
    if (c == ',' && any && !after_point) {
      size_t group = 0;
      while (i + 1 + group < text.size() && text[i + 1 + group] >= '0' &&
             text[i + 1 + group] <= '9')
        ++group;
      if (group != 3) return std::nullopt;
      continue;
    }
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    const auto shifted = Times(digits, 10);
    if (!shifted || *shifted > kMax - (c - '0')) return std::nullopt;
    digits = *shifted + (c - '0');
    any = true;
    if (after_point) --scale;
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    int exponent = 0;
    bool some = false;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      exponent = exponent * 10 + (text[i] - '0');
      some = true;
      if (exponent > 60) return std::nullopt;
    }
    if (!some) return std::nullopt;
    scale += exponent;
  }
  if (i != text.size()) return std::nullopt;
  Int128 denominator = 1;
  for (; scale > 0; --scale) {
    const auto shifted = Times(digits, 10);
    if (!shifted) return std::nullopt;
    digits = *shifted;
  }
  for (; scale < 0; ++scale) {
    const auto shifted = Times(denominator, 10);
    if (!shifted) return std::nullopt;
    denominator = *shifted;
  }
  return Of(negative ? -digits : digits, denominator);
}

std::optional<Rational> Add(const Rational& a, const Rational& b) {
  // Scaling by the gcd of the denominators first keeps sums of like fractions small.
  const Int128 divisor = Gcd(a.denominator(), b.denominator());
  const auto left = Times(a.numerator(), b.denominator() / divisor);
  const auto right = Times(b.numerator(), a.denominator() / divisor);
  const auto bottom = Times(a.denominator(), b.denominator() / divisor);
  Int128 top;
  if (!left || !right || !bottom || __builtin_add_overflow(*left, *right, &top)) {
    return std::nullopt;
  }
  return Rational::Of(top, *bottom);
}

std::optional<Rational> Subtract(const Rational& a, const Rational& b) {
  const auto negated = Rational::Of(-b.numerator(), b.denominator());
  return negated ? Add(a, *negated) : std::nullopt;
}

std::optional<Rational> Multiply(const Rational& a, const Rational& b) {
  const Int128 left = Gcd(a.numerator(), b.denominator());
  const Int128 right = Gcd(b.numerator(), a.denominator());
  const auto top =
      Times(left == 0 ? 0 : a.numerator() / left, right == 0 ? 0 : b.numerator() / right);
  const auto bottom =
      Times(a.denominator() / (right == 0 ? 1 : right), b.denominator() / (left == 0 ? 1 : left));
  if (!top || !bottom) return std::nullopt;
  return Rational::Of(*top, *bottom);
}

std::optional<Rational> Divide(const Rational& a, const Rational& b) {
  const auto inverse = Rational::Of(b.denominator(), b.numerator());
  return inverse ? Multiply(a, *inverse) : std::nullopt;
}

int Compare(const Rational& a, const Rational& b) {
  // Compares whole parts, then the reciprocals of what is left: Euclid's steps, no products.
  Int128 an = a.numerator(), ad = a.denominator(), bn = b.numerator(), bd = b.denominator();
  int sign = 1;
  while (true) {
    Int128 aq = an / ad, bq = bn / bd;
    Int128 ar = an % ad, br = bn % bd;
    if (ar < 0) ar += ad, --aq;
    if (br < 0) br += bd, --bq;
    if (aq != bq) return aq < bq ? -sign : sign;
    if (ar == 0 || br == 0) return ar == br ? 0 : (ar == 0 ? -sign : sign);
    an = ad, ad = ar, bn = bd, bd = br;
    sign = -sign;
  }
}

std::string ToText(const Rational& value) { return Text(value, true); }
std::string ToPlainText(const Rational& value) { return Text(value, false); }

}  // namespace entente
