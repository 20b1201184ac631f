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
    case Function::kDayCountActual365:
    case Function::kDayCountActual360:
    case Function::kDayCount30E360:
      return Wrap(DayCount(function, args[0].AsMoment(), args[1].AsMoment()));
    default:
      return Value::Moment(PeriodEdge(function, args[0].AsMoment()));
  }
}

}  // namespace entente::ir
