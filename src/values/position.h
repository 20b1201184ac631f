// src/values/position.h: civil days and positions in time, in the agreement's one declared zone.
//
// A position packs a civil day (22 bits), a second of that day (17) and a sequence number (24)
// into 63 bits, so that order is integer order, "just before" is minus one, and adding days is a
// shift. No zone and no daylight saving is known here; both are gone once an entry is admitted.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

// Days since 1 January of the year 1 (day 0), proleptic Gregorian. Years 1 to 9999.
struct Date {
  int32_t day = 0;
  friend constexpr auto operator<=>(const Date&, const Date&) = default;
};

struct CivilDate {
  int year;
  int month;
  int day;
};

// Nothing when there is no such day: 30 February, or a year outside 1 to 9999.
std::optional<Date> DateOf(int year, int month, int day);
CivilDate Civil(Date date);
// "2026-03-01". Nothing when malformed or no such day.
std::optional<Date> ParseDate(std::string_view text);
std::string ToText(Date date);
// "1 March 2026".
std::string ToLongText(Date date);
// Either of the two forms.
std::optional<Date> ParseDay(std::string_view text);
bool IsLeapYear(int year);
int DaysInMonth(int year, int month);

struct Position {
  int64_t value = 0;

  static constexpr int kSequenceBits = 24;
  static constexpr int kSecondBits = 17;
  static constexpr int64_t kDay = int64_t{1} << (kSequenceBits + kSecondBits);

  static constexpr Position At(Date date, int32_t second = 0, int32_t sequence = 0) {
    return {(int64_t{date.day} << (kSequenceBits + kSecondBits)) |
            (int64_t{second} << kSequenceBits) | sequence};
  }
  static constexpr Position StartOf(Date date) { return At(date); }
  static constexpr Position EndOf(Date date) { return {At(date).value + kDay - 1}; }

  constexpr Date date() const { return {static_cast<int32_t>(value / kDay)}; }
  constexpr int32_t second() const { return static_cast<int32_t>((value % kDay) >> kSequenceBits); }
  constexpr int32_t sequence() const {
    return static_cast<int32_t>(value & ((int64_t{1} << kSequenceBits) - 1));
  }
  constexpr Position before() const { return {value - 1}; }
  // Nothing comes after never.
  constexpr Position after() const { return {value == INT64_MAX ? value : value + 1}; }

  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

// The first position. Every signal counts as false before it.
inline constexpr Position kBeginning{0};
// Later than every position: the moment of what does not happen.
inline constexpr Position kNever{INT64_MAX};

// A whole number of days, of months or of business days of one calendar; the three never mix. Each
// calendar is a unit of its own, from kBusinessDays on; see values/calendar.h.
enum class DurationUnit : uint8_t { kDays, kMonths, kBusinessDays };
constexpr bool CountsBusinessDays(DurationUnit unit) { return unit >= DurationUnit::kBusinessDays; }
struct Duration {
  int32_t count = 0;
  DurationUnit unit = DurationUnit::kDays;
  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
};

// `never + d` is never; so is a sum past the year 9999 or before the year 1. Months clamp to the
// end of a shorter month (31 January + 1 month = 28 or 29 February); an agreement that counts in
// months says so with `months end on the last day`. From a day that is no business day, business
// days lead to the end of the day they reach, and backwards to its start, so that what is later
// stays later.
Position Shift(Position at, Duration by);
// The last position p with Shift(p, by) <= at: what "so long ago" reaches back to. Just before the
// first position where there is none.
Position LastReaching(Position at, Duration by);

std::string ToText(Duration duration);
// "2026-03-01", or with a time of day "2026-03-01 14:30:00"; "never".
std::string ToText(Position position);

}  // namespace entente
