// src/values/calendar.h: business days of named calendars.
//
// A calendar is a value: two of one content are one, and whoever reads the same agreement twice
// gets the same unit twice. They are kept for the life of the process, so that a duration can say
// its unit in one byte; more than kCalendarsMax are not kept.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "values/position.h"

namespace entente {

struct Calendar {
  std::string name;
  // In order, without double.
  std::vector<Date> holidays;
  // By day of the week, Monday first: whether it is closed.
  std::array<bool, 7> closed = {false, false, false, false, false, true, true};
  // The last day for which the holidays are known; later ones are taken as none.
  Date through;
  friend bool operator==(const Calendar&, const Calendar&) = default;

  bool IsBusinessDay(Date day) const;
};

inline constexpr size_t kCalendarsMax = 200;
// The unit that counts its business days; nothing past kCalendarsMax, or for a calendar of which no
// day is a business day. Safe to call from several threads.
std::optional<DurationUnit> BusinessDaysOf(Calendar calendar);
// Of a unit that counts business days. The reference is good for the life of the process.
const Calendar& CalendarOf(DurationUnit unit);
// The unit of the calendar of that name; nothing where none was read.
std::optional<DurationUnit> BusinessDaysNamed(std::string_view name);

// The count-th business day after `day`, or before it where that is negative; `day` itself for 0.
// Cost: linear in the count.
std::optional<Date> BusinessDay(const Calendar& calendar, Date day, int32_t count);

}  // namespace entente
