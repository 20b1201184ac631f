#include "values/calendar.h"

#include <algorithm>
#include <deque>
#include <mutex>

namespace entente {

namespace {

struct Kept {
  std::mutex mutex;
  std::deque<Calendar> calendars;
};
Kept& All() {
  static Kept kept;
  return kept;
}

constexpr auto kFirst = static_cast<size_t>(DurationUnit::kBusinessDays);

DurationUnit UnitOf(size_t index) { return static_cast<DurationUnit>(kFirst + index); }

}  // namespace

bool Calendar::IsBusinessDay(Date day) const {
  // 1 January of the year 1 was a Monday.
  const int64_t week = (int64_t{day.day} - DateOf(1, 1, 1)->day) % 7;
  return !closed[static_cast<size_t>(week)] &&
         !std::binary_search(holidays.begin(), holidays.end(), day);
}

std::optional<DurationUnit> BusinessDaysOf(Calendar calendar) {
  if (std::all_of(calendar.closed.begin(), calendar.closed.end(), [](bool c) { return c; }))
    return std::nullopt;
  Kept& kept = All();
  const std::lock_guard lock(kept.mutex);
  const auto it = std::find(kept.calendars.begin(), kept.calendars.end(), calendar);
  const auto index = static_cast<size_t>(it - kept.calendars.begin());
  if (it != kept.calendars.end()) return UnitOf(index);
  if (index == kCalendarsMax) return std::nullopt;
  kept.calendars.push_back(std::move(calendar));
  return UnitOf(index);
}

const Calendar& CalendarOf(DurationUnit unit) {
  Kept& kept = All();
  const std::lock_guard lock(kept.mutex);
  return kept.calendars[static_cast<size_t>(unit) - kFirst];
}

std::optional<DurationUnit> BusinessDaysNamed(std::string_view name) {
  Kept& kept = All();
  const std::lock_guard lock(kept.mutex);
  for (size_t i = kept.calendars.size(); i-- > 0;) {
    if (kept.calendars[i].name == name) return UnitOf(i);
  }
  return std::nullopt;
}

std::optional<Date> BusinessDay(const Calendar& calendar, Date day, int32_t count) {
  const int32_t step = count < 0 ? -1 : 1;
  const int32_t last = DateOf(9999, 12, 31)->day;
  for (int32_t left = count; left != 0;) {
    day.day += step;
    if (day.day < 0 || day.day > last) return std::nullopt;
    if (calendar.IsBusinessDay(day)) left -= step;
  }
  return day;
}

}  // namespace entente
