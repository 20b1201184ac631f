#include <gtest/gtest.h>

#include <random>

#include "base/words.h"
#include "calendars.h"
#include "eval/equations.h"
#include "ir/function.h"
#include "values/value.h"

namespace entente {
namespace {

TEST(Rational, ParsesAndPrints) {
  EXPECT_EQ(ToText(*Rational::Parse("1,000,000.50")), "1,000,000.5");
  EXPECT_EQ(ToPlainText(*Rational::Parse("5e25")), "50000000000000000000000000");
  EXPECT_EQ(ToText(*Rational::Parse("-0.25")), "-0.25");
  EXPECT_EQ(ToText(*Rational::Of(1, 3)), "1/3");
  for (const char* bad :
       {"", "1.2.3", "e5", "1e", "1e99", "12a", "-", "99999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(Rational::Parse(bad).has_value()) << bad;
  }
}

TEST(Rational, NeverWraps) {
  const Rational big = *Rational::Parse("170141183460469231731687303715884105727");
  EXPECT_FALSE(Rational::Parse("170141183460469231731687303715884105728").has_value());
  EXPECT_FALSE(Add(big, Rational(1)).has_value());
  EXPECT_FALSE(Multiply(big, Rational(2)).has_value());
  EXPECT_EQ(*Subtract(big, big), Rational(0));
  // Cross products would not fit.
  const Rational a = *Rational::Of(big.numerator(), 3), b = *Rational::Of(big.numerator() - 1, 3);
  EXPECT_EQ(Compare(a, b), 1);
  EXPECT_EQ(Compare(*Rational::Of(-1, 3), *Rational::Of(-1, 2)), 1);
  EXPECT_FALSE(Divide(big, Rational(0)).has_value());
}

TEST(Date, TheCalendar) {
  EXPECT_FALSE(DateOf(2026, 2, 30).has_value());
  EXPECT_FALSE(DateOf(2025, 2, 29).has_value());
  EXPECT_TRUE(DateOf(2024, 2, 29).has_value());
  EXPECT_FALSE(DateOf(1900, 2, 29).has_value());
  EXPECT_TRUE(DateOf(2000, 2, 29).has_value());
  EXPECT_EQ(DateOf(1, 1, 1)->day, 0);
  for (const int year : {1, 1582, 1999, 2000, 2100, 9999}) {
    for (int month = 1; month <= 12; ++month) {
      const Date date = *DateOf(year, month, DaysInMonth(year, month));
      const CivilDate back = Civil(date);
      EXPECT_EQ(back.year, year);
      EXPECT_EQ(back.month, month);
      EXPECT_EQ(back.day, DaysInMonth(year, month));
    }
  }
}

TEST(Position, DaysAreAShiftAndMonthsClamp) {
  const Position noon = Position::At(*DateOf(2026, 1, 31), 43200, 5);
  EXPECT_EQ(Shift(noon, {1, DurationUnit::kDays}), Position::At(*DateOf(2026, 2, 1), 43200, 5));
  EXPECT_EQ(Shift(noon, {1, DurationUnit::kMonths}), Position::At(*DateOf(2026, 2, 28), 43200, 5));
  EXPECT_EQ(Shift(noon, {-2, DurationUnit::kMonths}).date(), *DateOf(2025, 11, 30));
  EXPECT_EQ(Shift(kNever, {1, DurationUnit::kDays}), kNever);
  EXPECT_EQ(kNever.after(), kNever);
  EXPECT_EQ(Shift(noon, {INT32_MAX, DurationUnit::kDays}), kNever);
}

// A prototype interned 0, false and the first day as one.
TEST(Position, ReachingBackIsTheLastThatReaches) {
  const DurationUnit business = tests::BusinessDays();
  EXPECT_EQ(BusinessDaysOf(CalendarOf(business)), business);
  for (const int32_t count : {1, 2, 7, -1, -3}) {
    for (int day = 0; day < 400; ++day) {
      for (const int32_t second : {0, 3600}) {
        const Date date{DateOf(2027, 1, 1)->day + day};
        for (const Position at : {Position::At(date, second), Position::EndOf(date)}) {
          const Position last = LastReaching(at, {count, business});
          EXPECT_LE(Shift(last, {count, business}), at);
          EXPECT_GT(Shift(last.after(), {count, business}), at);
          // What is later stays later.
          EXPECT_LE(Shift(at, {count, business}), Shift(at.after(), {count, business}));
          EXPECT_LE(Shift(at, {count, business}),
                    Shift(Position{at.value + Position::kDay / 2}, {count, business}));
        }
      }
    }
  }

  for (const Duration by : {Duration{1, DurationUnit::kMonths}, Duration{25, DurationUnit::kMonths},
                            Duration{30, DurationUnit::kDays}}) {
    for (int day = 0; day < 800; ++day) {
      const Position at = Position::At({DateOf(2027, 1, 1)->day + day}, 3600);
      const Position last = LastReaching(at, by);
      EXPECT_LE(Shift(last, by), at);
      for (int later = 1; later <= 5; ++later) {
        EXPECT_GT(Shift({last.value + later * Position::kDay}, by), at);
      }
      EXPECT_GT(Shift(last.after(), by), at);
    }
  }
  EXPECT_LT(LastReaching(kBeginning, {1, DurationUnit::kDays}), kBeginning);
}

TEST(Value, KindsAreNeverEqual) {
  const Value zero = Value::Number(Rational(0));
  EXPECT_NE(zero, Value::Bool(false));
  EXPECT_NE(Value::Bool(false), Value::Moment(kBeginning));
  EXPECT_NE(zero, Value::Moment(kBeginning));
  EXPECT_NE(Value::Choice(0), Value::Thing(ThingId{0}));
  EXPECT_EQ(Value::Of({-5, DurationUnit::kMonths}).AsDuration(),
            (Duration{-5, DurationUnit::kMonths}));
}

Value Number(int64_t n) { return Value::Number(Rational(n)); }

TEST(Function, HundredInThreePartsSumsExactly) {
  Rational sum(0);
  for (int i = 1; i <= 3; ++i) {
    const Value args[] = {Number(10000), Number(3), Number(i)};
    const Value part = *ir::Apply(ir::Function::kAllocate, args);
    EXPECT_EQ(part, Number(i == 1 ? 3334 : 3333));
    sum = *Add(sum, part.AsNumber());
  }
  EXPECT_EQ(sum, Rational(10000));
}

TEST(Function, RoundingIsStated) {
  const Value half = Value::Number(*Rational::Of(5, 2));
  const auto round = [&](ir::Function f, const Value& x) {
    const Value args[] = {x, Number(1)};
    return *ir::Apply(f, args);
  };
  EXPECT_EQ(round(ir::Function::kRoundHalfUp, half), Number(3));
  EXPECT_EQ(round(ir::Function::kRoundHalfEven, half), Number(2));
  EXPECT_EQ(round(ir::Function::kRoundDown, half), Number(2));
  EXPECT_EQ(round(ir::Function::kRoundUp, half), Number(3));
  EXPECT_EQ(round(ir::Function::kRoundDown, Value::Number(*Rational::Of(-5, 2))), Number(-3));
}

// 40,000 at 6% for the 18 days from 9 to 27 February: the day count decides.
TEST(Function, DayCounts) {
  const Value args[] = {Value::Moment(Position::StartOf(*DateOf(2024, 6, 1))),
                        Value::Moment(Position::StartOf(*DateOf(2024, 7, 1)))};
  EXPECT_EQ(ir::Apply(ir::Function::kDayCountActual365, args)->AsNumber(), *Rational::Of(30, 365));
  EXPECT_EQ(ir::Apply(ir::Function::kDayCountActual360, args)->AsNumber(), *Rational::Of(30, 360));
  EXPECT_EQ(ir::Apply(ir::Function::kDayCount30E360, args)->AsNumber(), *Rational::Of(30, 360));
}

TEST(Function, DivisionByZeroTakesTheStatedAlternative) {
  const Value args[] = {Number(1), Number(0), Number(7)};
  EXPECT_EQ(*ir::Apply(ir::Function::kDivide, args), Number(7));
}

TEST(Function, BoundsHoldWhateverTheArgumentsAre) {
  using ir::Function;
  std::mt19937_64 random(5);
  const auto pick = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  const Function functions[] = {Function::kAdd,    Function::kSubtract, Function::kMultiply,
                                Function::kDivide, Function::kMin,      Function::kMax,
                                Function::kClamp};
  size_t told = 0, compared = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Function function = functions[pick(7)];
    // An amount, and ends around it that may be missing, strict or the amount itself.
    std::vector<Value> values;
    std::vector<ir::Bounds> within;
    for (int i = 0; i < 3; ++i) {
      const Rational amount = *Rational::Of(pick(21) - 10, 1 + pick(4));
      ir::Bounds bounds;
      if (pick(4) > 0) {
        const int64_t below = pick(4);
        bounds.low = Subtract(amount, Rational(below));
        bounds.low_strict = below > 0 && pick(2) == 0;
      }
      if (pick(4) > 0) {
        const int64_t above = pick(4);
        bounds.high = Add(amount, Rational(above));
        bounds.high_strict = above > 0 && pick(2) == 0;
      }
      values.push_back(Value::Number(amount));
      within.push_back(bounds);
    }
    if (function != Function::kClamp && function != Function::kDivide) {
      values.resize(2);
      within.resize(2);
    }
    const Rational made = ir::Apply(function, values)->AsNumber();
    const ir::Bounds bounds = ir::ApplyBounds(function, within);
    if (bounds.any()) ++told;
    if (bounds.low) {
      const int order = Compare(*bounds.low, made);
      EXPECT_TRUE(order < 0 || (order == 0 && !bounds.low_strict)) << round;
    }
    if (bounds.high) {
      const int order = Compare(made, *bounds.high);
      EXPECT_TRUE(order < 0 || (order == 0 && !bounds.high_strict)) << round;
    }
    for (const Function comparison : {Function::kLess, Function::kLessEqual, Function::kEqual}) {
      const auto is = ir::CompareBounds(comparison, within[0], within[1]);
      if (!is) continue;
      ++compared;
      const Value pair[] = {values[0], values[1]};
      EXPECT_EQ(*is, ir::Apply(comparison, pair)->AsBool()) << round;
    }
  }
  EXPECT_GT(told, 8'000u);
  EXPECT_GT(compared, 15'000u);
}

TEST(Function, WhatIsNotNamedEqualsNothing) {
  const Value args[] = {Value::Thing({}), Value::Thing({})};
  EXPECT_EQ(*ir::Apply(ir::Function::kEqual, args), Value::Bool(false));
}

TEST(Function, OverflowIsNothing) {
  const Value big = Value::Number(*Rational::Parse("170141183460469231731687303715884105727"));
  const Value args[] = {big, Number(1)};
  EXPECT_FALSE(ir::Apply(ir::Function::kAdd, args).has_value());
}

TEST(Equations, AScheduledEventStandsAtSequenceZeroOfItsSecond) {
  const Position entry = Position::At(*DateOf(2026, 3, 1), 3600, 7);
  EXPECT_EQ(eval::ScheduledAt(entry), Position::At(*DateOf(2026, 3, 1), 3600, 0));
  EXPECT_EQ(eval::ScheduledAt(kNever), kNever);
  EXPECT_EQ(eval::InstalmentsOf(Number(eval::kInstalmentsMax)), eval::kInstalmentsMax);
  EXPECT_EQ(eval::InstalmentsOf(Number(eval::kInstalmentsMax + 1)), eval::kInstalmentsMax);
  EXPECT_EQ(eval::InstalmentsOf(Number(-1)), 0);
}

TEST(Words, Closest) {
  EXPECT_EQ(Closest("Verificaton", {"Declaration", "Verification"}), "Verification");
  EXPECT_EQ(Closest("Zebra", {"Declaration", "Verification"}), "");
  EXPECT_EQ(EditDistance("abcd", "acbd"), 1u);
}

}  // namespace
}  // namespace entente
