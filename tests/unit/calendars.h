// tests/unit/calendars.h: calendars are kept for the life of the process, so that tests which fill
// the table and tests which use one must agree on which come first.
#pragma once

#include "values/calendar.h"

namespace entente::tests {

// Weekends, two holidays in a row and one by itself; the first that this process keeps.
inline DurationUnit BusinessDays() {
  static const DurationUnit unit = [] {
    Calendar calendar;
    calendar.name = "test";
    calendar.holidays = {*DateOf(2027, 3, 1), *DateOf(2027, 3, 2), *DateOf(2027, 5, 13)};
    calendar.through = *DateOf(2029, 12, 31);
    return *BusinessDaysOf(calendar);
  }();
  return unit;
}

}  // namespace entente::tests
