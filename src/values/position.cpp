#include "values/position.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "values/calendar.h"

namespace entente {
namespace {

constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

// Days before 1 January of `year`.
int32_t DaysBefore(int year) {
  const int past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}

}  // namespace

bool IsLeapYear(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

std::optional<Date> DateOf(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
      day > DaysInMonth(year, month)) {
    return std::nullopt;
  }
  int32_t days = DaysBefore(year) + day - 1;
  for (int m = 1; m < month; ++m) days += DaysInMonth(year, m);
  return Date{days};
}

CivilDate Civil(Date date) {
  int year = date.day / 366 + 1;
  while (year < 9999 && DaysBefore(year + 1) <= date.day) ++year;
  int rest = date.day - DaysBefore(year);
  int month = 1;
  while (month < 12 && rest >= DaysInMonth(year, month)) rest -= DaysInMonth(year, month++);
  return {year, month, rest + 1};
}

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](size_t from, size_t count) {
    int out = 0;
    for (size_t i = from; i < from + count; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      out = out * 10 + (text[i] - '0');
    }
    return out;
  };
  return DateOf(number(0, 4), number(5, 2), number(8, 2));
}

std::string ToText(Date date) {
  const CivilDate c = Civil(date);
  std::array<char, 40> out;
  std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
  return out.data();
}

std::string ToLongText(Date date) {
  const CivilDate c = Civil(date);
  return std::to_string(c.day) + " " + kMonths[static_cast<size_t>(c.month - 1)] + " " +
         std::to_string(c.year);
}

std::optional<Date> ParseDay(std::string_view text) {
  if (const auto date = ParseDate(text)) return date;
  const size_t first = text.find(' ');
  const size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) {
    int out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size() ? out : -1;
  };
  const std::string_view month = text.substr(first + 1, second - first - 1);
  for (size_t m = 0; m < std::size(kMonths); ++m) {
    if (month == kMonths[m]) {
      return DateOf(number(text.substr(second + 1)), static_cast<int>(m) + 1,
                    number(text.substr(0, first)));
    }
  }
  return std::nullopt;
}

Position Shift(Position at, Duration by) {
  // What lies before the first position stays there.
  if (at == kNever || at.value < 0) return at;
  const int64_t within = at.value % Position::kDay;
  if (by.unit == DurationUnit::kDays) {
    const int64_t day = int64_t{at.date().day} + by.count;
    if (day < 0 || day > DateOf(9999, 12, 31)->day) return kNever;
    return {day * Position::kDay + within};
  }
  if (CountsBusinessDays(by.unit)) {
    if (by.count == 0) return at;
    const Calendar& calendar = CalendarOf(by.unit);
    const auto day = BusinessDay(calendar, at.date(), by.count);
    if (!day) return kNever;
    if (calendar.IsBusinessDay(at.date())) return {day->day * Position::kDay + within};
    return by.count < 0 ? Position::StartOf(*day) : Position::EndOf(*day);
  }
  const CivilDate c = Civil(at.date());
  const int64_t months = int64_t{c.year} * 12 + (c.month - 1) + by.count;
  if (months < 12 || months >= 10000 * 12) return kNever;
  const int year = static_cast<int>(months / 12);
  const int month = static_cast<int>(months % 12) + 1;
  const Date date = *DateOf(year, month, std::min(c.day, DaysInMonth(year, month)));
  return {int64_t{date.day} * Position::kDay + within};
}

Position LastReaching(Position at, Duration by) {
  if (by.count == 0) return at;
  if (CountsBusinessDays(by.unit)) {
    const Calendar& calendar = CalendarOf(by.unit);
    const Date day = at.date();
    const bool open = calendar.IsBusinessDay(day);
    // What reaches the last business day up to `at`, and the days off behind it as far as they do.
    const auto reached = open ? std::optional(day) : BusinessDay(calendar, day, -1);
    const auto from = reached ? BusinessDay(calendar, *reached, -by.count) : std::nullopt;
    if (!from) return kBeginning.before();
    const bool whole = !open || at == Position::EndOf(day);
    if (!whole) return {from->day * Position::kDay + at.value % Position::kDay};
    const auto next = by.count > 0 ? BusinessDay(calendar, *from, 1) : std::nullopt;
    return next ? Position::StartOf(*next).before() : Position::EndOf(*from);
  }
  const Position guess = Shift(at, {-by.count, by.unit});
  Position best = kBeginning.before();
  if (guess == kNever) return best;
  // Month ends clamp: of several days that reach one, the last is at most three days further on,
  // and a day that reaches an earlier one than that of `at` does so to its end.
  for (int day = -4; day <= 4; ++day) {
    const Position p = Shift(guess, {day, DurationUnit::kDays});
    if (p == kNever || p.value < 0) continue;
    const Date reached = Shift(p, by).date();
    if (reached < at.date()) best = std::max(best, Position::EndOf(p.date()));
    if (reached == at.date()) best = std::max(best, p);
  }
  return best;
}

std::string ToText(Duration duration) {
  const bool years = duration.unit == DurationUnit::kMonths && duration.count % 12 == 0;
  const int32_t count = years ? duration.count / 12 : duration.count;
  const std::string unit = duration.unit == DurationUnit::kDays ? "day"
                           : duration.unit == DurationUnit::kMonths
                               ? (years ? "year" : "month")
                               : CalendarOf(duration.unit).name + " business day";
  return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

std::string ToText(Position position) {
  if (position == kNever) return "never";
  std::string out = ToText(position.date());
  if (const int32_t second = position.second(); second != 0 && second < 86400) {
    std::array<char, 24> time;
    std::snprintf(time.data(), time.size(), " %02d:%02d:%02d", second / 3600, second / 60 % 60,
                  second % 60);
    out += time.data();
  }
  return out;
}

}  // namespace entente
