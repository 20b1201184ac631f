#include "ir/function.h"

#include <algorithm>
#include <array>

namespace entente::ir {
namespace {

constexpr std::array<FunctionInfo, kFunctionCount> kInfos = {{
    {"and", -1},
    {"or", -1},
    {"not", 1},
    {"=", 2},
    {"<", 2},
    {"<=", 2},
    {"+", 2},
    {"-", 2},
    {"*", 2},
    {"/", 3},
    {"min", 2},
    {"max", 2},
    {"clamp", 3},
    {"abs", 1},
    {"round-half-up", 2},
    {"round-half-even", 2},
    {"round-down", 2},
    {"round-up", 2},
    {"allocate", 3},
    {"shift", 2},
    {"repeat", 3},
    {"actual/365", 2},
    {"actual/360", 2},
    {"30e/360", 2},
    {"start-of-day", 1},
    {"start-of-month", 1},
    {"start-of-quarter", 1},
    {"start-of-year", 1},
    {"end-of-day", 1},
    {"end-of-month", 1},
    {"end-of-quarter", 1},
    {"end-of-year", 1},
    {"earliest", -1},
    {"latest", -1},
}};

std::optional<Value> Wrap(const std::optional<Rational>& number) {
  if (!number) return std::nullopt;
  return Value::Number(*number);
}

// The largest multiple of `unit` not above x, as a count of units.
std::optional<Rational> FloorUnits(const Rational& x, const Rational& unit) {
  const auto units = Divide(x, unit);
  if (!units) return std::nullopt;
  Int128 whole = units->numerator() / units->denominator();
  if (units->numerator() % units->denominator() < 0) --whole;
  return Rational::Of(whole, 1);
}

std::optional<Rational> Round(Function mode, const Rational& x, const Rational& unit) {
  if (Compare(unit, Rational(0)) <= 0) return x;
  const auto floor = FloorUnits(x, unit);
  if (!floor) return std::nullopt;
  const auto low = Multiply(*floor, unit);
  if (!low) return std::nullopt;
  const auto rest = Subtract(x, *low);
  const auto twice = rest ? Add(*rest, *rest) : std::nullopt;
  if (!twice) return std::nullopt;
  const int half = Compare(*twice, unit);
  const bool odd = floor->numerator() % 2 != 0;
  bool up = false;
  switch (mode) {
    case Function::kRoundHalfUp:
      up = half >= 0;
      break;
    case Function::kRoundHalfEven:
      up = half > 0 || (half == 0 && odd);
      break;
    case Function::kRoundUp:
      up = rest->numerator() != 0;
      break;
    default:
      break;
  }
  return up ? Add(*low, unit) : low;
}

// Parts that differ by at most one minor unit, the larger first, so that they sum exactly.
std::optional<Rational> Allocate(const Rational& total, const Rational& n, const Rational& i) {
  if (n.denominator() != 1 || i.denominator() != 1 || n.numerator() <= 0) return Rational(0);
  if (i.numerator() < 1 || i.numerator() > n.numerator()) return Rational(0);
  const auto floor = FloorUnits(total, n);
  if (!floor) return std::nullopt;
  const auto base = Multiply(*floor, n);
  const auto rest = base ? Subtract(total, *base) : std::nullopt;
  if (!rest) return std::nullopt;
  return Compare(i, *rest) <= 0 ? Add(*floor, Rational(1)) : floor;
}

std::optional<Rational> DayCount(Function basis, Position a, Position b) {
  if (a == kNever || b == kNever) return Rational(0);
  if (basis == Function::kDayCount30E360) {
    const CivilDate x = Civil(a.date()), y = Civil(b.date());
    const int days = (y.year - x.year) * 360 + (y.month - x.month) * 30 +
                     (std::min(y.day, 30) - std::min(x.day, 30));
    return Rational::Of(days, 360);
  }
  return Rational::Of(b.date().day - a.date().day,
                      basis == Function::kDayCountActual365 ? 365 : 360);
}

Position PeriodEdge(Function function, Position at) {
  if (at == kNever) return kNever;
  const CivilDate c = Civil(at.date());
  const int quarter = (c.month - 1) / 3 * 3 + 1;
  // The end of a period is its last position, one before the start of the next.
  const auto end = [](int year, int month) {
    return Position::EndOf(*DateOf(year, month, DaysInMonth(year, month)));
  };
  switch (function) {
    case Function::kStartOfDay:
      return Position::StartOf(at.date());
    case Function::kStartOfMonth:
      return Position::StartOf(*DateOf(c.year, c.month, 1));
    case Function::kStartOfQuarter:
      return Position::StartOf(*DateOf(c.year, quarter, 1));
    case Function::kStartOfYear:
      return Position::StartOf(*DateOf(c.year, 1, 1));
    case Function::kEndOfDay:
      return Position::EndOf(at.date());
    case Function::kEndOfMonth:
      return end(c.year, c.month);
    case Function::kEndOfQuarter:
      return end(c.year, quarter + 2);
    default:
      return end(c.year, 12);
  }
}

}  // namespace

FunctionInfo InfoOf(Function function) { return kInfos[static_cast<size_t>(function)]; }

std::optional<Value> Apply(Function function, std::span<const Value> args) {
  const auto all = [&](bool b) {
    return std::all_of(args.begin(), args.end(), [b](const Value& v) { return v.AsBool() == b; });
  };
  const auto extreme = [&](int sign) {
    Value out = args[0];
    for (const Value& v : args.subspan(1)) {
      if (Compare(v, out) * sign > 0) out = v;
    }
    return out;
  };
  switch (function) {
    case Function::kAnd:
      return Value::Bool(all(true));
    case Function::kOr:
      return Value::Bool(!all(false));
    case Function::kNot:
      return Value::Bool(!args[0].AsBool());
    // A thing that was not named is equal to nothing, itself included.
    case Function::kEqual:
      if (args[0].kind() == Value::Kind::kThing && !args[0].AsThing().valid()) {
        return Value::Bool(false);
      }
      return Value::Bool(args[0] == args[1]);
    case Function::kLess:
      return Value::Bool(Compare(args[0], args[1]) < 0);
    case Function::kLessEqual:
      return Value::Bool(Compare(args[0], args[1]) <= 0);
    case Function::kAdd:
      return Wrap(Add(args[0].AsNumber(), args[1].AsNumber()));
    case Function::kSubtract:
      return Wrap(Subtract(args[0].AsNumber(), args[1].AsNumber()));
    case Function::kMultiply:
      return Wrap(Multiply(args[0].AsNumber(), args[1].AsNumber()));
    case Function::kDivide:
      if (args[1].AsNumber().numerator() == 0) return args[2];
      return Wrap(Divide(args[0].AsNumber(), args[1].AsNumber()));
    case Function::kMin:
    case Function::kEarliest:
      return extreme(-1);
    case Function::kMax:
    case Function::kLatest:
      return extreme(1);
    case Function::kClamp: {
      const Value low = Compare(args[0], args[1]) < 0 ? args[1] : args[0];
      return Compare(low, args[2]) > 0 ? args[2] : low;
    }
    case Function::kAbs:
      if (args[0].AsNumber().numerator() >= 0) return args[0];
      return Wrap(Subtract(Rational(0), args[0].AsNumber()));
    case Function::kRoundHalfUp:
    case Function::kRoundHalfEven:
    case Function::kRoundDown:
    case Function::kRoundUp:
      return Wrap(Round(function, args[0].AsNumber(), args[1].AsNumber()));
    case Function::kAllocate:
      return Wrap(Allocate(args[0].AsNumber(), args[1].AsNumber(), args[2].AsNumber()));
    case Function::kShift:
      // A duration that may be `none` is the moment never.
      if (args[1].kind() == Value::Kind::kMoment) return Value::Moment(kNever);
      return Value::Moment(Shift(args[0].AsMoment(), args[1].AsDuration()));
    case Function::kRepeat: {
      if (args[1].kind() == Value::Kind::kMoment) return Value::Moment(kNever);
      const Rational& n = args[2].AsNumber();
      const Duration by = args[1].AsDuration();
      const Int128 count = n.numerator() / n.denominator() * by.count;
      if (count > INT32_MAX || count < INT32_MIN) return Value::Moment(kNever);
      return Value::Moment(Shift(args[0].AsMoment(), {static_cast<int32_t>(count), by.unit}));
    }
    case Function::kDayCountActual365:
    case Function::kDayCountActual360:
    case Function::kDayCount30E360:
      return Wrap(DayCount(function, args[0].AsMoment(), args[1].AsMoment()));
    default:
      return Value::Moment(PeriodEdge(function, args[0].AsMoment()));
  }
}

Bounds Exactly(const Rational& amount) { return {amount, amount, false, false}; }

namespace {

using End = std::optional<Rational>;

End Both(std::optional<Rational> (*f)(const Rational&, const Rational&), const End& a,
         const End& b) {
  return a && b ? f(*a, *b) : std::nullopt;
}

// By an amount that is known each end goes by itself.
Bounds Stretched(bool divide, const Bounds& a, const Rational& by) {
  if (by.numerator() == 0) return divide ? Bounds{} : Exactly(by);
  const auto f = divide ? Divide : Multiply;
  const Bounds out{Both(f, a.low, by), Both(f, a.high, by), a.low_strict, a.high_strict};
  if (by.numerator() > 0) return out;
  return {out.high, out.low, out.high_strict, out.low_strict};
}

// The corners of a product or quotient hold all of it.
Bounds Corners(bool divide, const Bounds& a, const Bounds& b) {
  if (b.low && b.low == b.high) return Stretched(divide, a, *b.low);
  if (!divide && a.low && a.low == a.high) return Stretched(false, b, *a.low);
  if (!a.low || !a.high || !b.low || !b.high) return {};
  if (divide && b.low->numerator() <= 0 && b.high->numerator() >= 0) return {};
  Bounds out;
  for (const auto& [x, x_strict] : {std::pair{*a.low, a.low_strict}, {*a.high, a.high_strict}}) {
    for (const auto& [y, y_strict] : {std::pair{*b.low, b.low_strict}, {*b.high, b.high_strict}}) {
      const auto corner = divide ? Divide(x, y) : Multiply(x, y);
      if (!corner) return {};
      // Nothing times anything is reached whichever end is not.
      const bool strict = (x_strict || y_strict) && corner->numerator() != 0;
      const int low = out.low ? Compare(*corner, *out.low) : -1;
      const int high = out.high ? Compare(*corner, *out.high) : 1;
      if (low < 0) out.low = corner, out.low_strict = strict;
      if (low == 0) out.low_strict = out.low_strict && strict;
      if (high > 0) out.high = corner, out.high_strict = strict;
      if (high == 0) out.high_strict = out.high_strict && strict;
    }
  }
  return out;
}

// The greater of two amounts: at least each of their least, at most the greater of their greatest.
Bounds Greater(const Bounds& a, const Bounds& b) {
  Bounds out;
  for (const Bounds* x : {&a, &b}) {
    if (x->low && (!out.low || Compare(*x->low, *out.low) > 0)) out.low = x->low;
  }
  if (a.high && b.high) out.high = Compare(*a.high, *b.high) > 0 ? a.high : b.high;
  return out;
}

Bounds Lesser(const Bounds& a, const Bounds& b) {
  Bounds out;
  for (const Bounds* x : {&a, &b}) {
    if (x->high && (!out.high || Compare(*x->high, *out.high) < 0)) out.high = x->high;
  }
  if (a.low && b.low) out.low = Compare(*a.low, *b.low) < 0 ? a.low : b.low;
  return out;
}

}  // namespace

Bounds ApplyBounds(Function function, std::span<const Bounds> args) {
  if (args.size() < 2) return {};
  const Bounds& a = args[0];
  const Bounds& b = args[1];
  switch (function) {
    case Function::kAdd:
      return {Both(Add, a.low, b.low), Both(Add, a.high, b.high), a.low_strict || b.low_strict,
              a.high_strict || b.high_strict};
    case Function::kSubtract:
      return {Both(Subtract, a.low, b.high), Both(Subtract, a.high, b.low),
              a.low_strict || b.high_strict, a.high_strict || b.low_strict};
    case Function::kMultiply:
      return Corners(false, a, b);
    case Function::kDivide:
      return Corners(true, a, b);
    case Function::kMin:
    case Function::kMax: {
      Bounds out = a;
      for (const Bounds& x : args.subspan(1))
        out = function == Function::kMin ? Lesser(out, x) : Greater(out, x);
      return out;
    }
    case Function::kClamp:
      return Lesser(Greater(a, b), args[2]);
    default:
      return {};
  }
}

std::optional<bool> CompareBounds(Function function, const Bounds& a, const Bounds& b) {
  // Whether a lies wholly below b, and whether it can touch it there.
  const auto below = [](const Bounds& x, const Bounds& y, bool or_equal) {
    if (!x.high || !y.low) return false;
    const int order = Compare(*x.high, *y.low);
    return order < 0 || (order == 0 && (or_equal || x.high_strict || y.low_strict));
  };
  switch (function) {
    case Function::kLess:
      if (below(a, b, false)) return true;
      if (below(b, a, true)) return false;
      return std::nullopt;
    case Function::kLessEqual:
      if (below(a, b, true)) return true;
      if (below(b, a, false)) return false;
      return std::nullopt;
    case Function::kEqual:
      if (below(a, b, false) || below(b, a, false)) return false;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace entente::ir
