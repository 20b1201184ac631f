// Calendars of business days, and what is counted in them.

#include <algorithm>

#include "check/compiler.h"
#include "check/lexicon.h"
#include "values/calendar.h"

namespace entente::check {

namespace {

constexpr std::string_view kCalendarForm =
    "write `calendar London, published through 2027: 25 December 2026, 28 December 2026 and 1 "
    "January 2027`";
constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

}  // namespace

void Compiler::DeclareCalendar(const Statement& s) {
  Calendar calendar;
  size_t end = 1;
  while (end < s.tokens.size() && !s.tokens[end].Is(",")) ++end;
  calendar.name = syntax::TextOf(files_, s.tokens, 1, end);
  phrases_.Begin(s.tokens, "", s.span);
  phrases_.Rewind(end);
  const auto next = [&] { return phrases_.Accept(",") || phrases_.Accept("and"); };
  phrases_.Accept(",");
  if (phrases_.AcceptAll({"closed", "on"})) {
    calendar.closed.fill(false);
    do {
      const Token* token = phrases_.Peek();
      const auto day = std::find_if(kWeekdays.begin(), kWeekdays.end(), [&](std::string_view w) {
        return token != nullptr && token->Is(w);
      });
      if (day == kWeekdays.end())
        return phrases_.FailHere("expected a day of the week", std::string(kCalendarForm));
      calendar.closed[static_cast<size_t>(day - kWeekdays.begin())] = true;
      phrases_.Rewind(phrases_.at() + 1);
    } while (next() && !phrases_.PeekIs("published"));
  }
  if (end == 1 || !phrases_.AcceptAll({"published", "through"})) {
    return phrases_.FailHere("expected a name and through which day it is published",
                             std::string(kCalendarForm));
  }
  const Token* token = phrases_.Peek();
  if (IsYear(token) && !phrases_.PeekIs("-", 1)) {
    calendar.through = *DateOf(*WholeNumber(token), 12, 31);
    phrases_.Rewind(phrases_.at() + 1);
  } else if (const auto day = phrases_.ParseDateWords()) {
    calendar.through = *day;
  } else {
    return phrases_.FailHere("expected through which day it is published",
                             std::string(kCalendarForm));
  }
  if (phrases_.Accept(":")) {
    do {
      const auto day = phrases_.ParseDateWords();
      if (!day) return phrases_.FailHere("expected a holiday", std::string(kCalendarForm));
      if (*day > calendar.through) {
        return phrases_.Fail(FindingKind::kUnknownSentence,
                             ToLongText(*day) + " lies behind the last day that is published",
                             std::string(kCalendarForm));
      }
      calendar.holidays.push_back(*day);
    } while (next());
  }
  if (phrases_.failed()) return;
  if (!phrases_.AtEnd())
    return phrases_.FailHere("expected the end of the sentence", std::string(kCalendarForm));
  if (Taken(calendar.name, s.span)) return;
  std::sort(calendar.holidays.begin(), calendar.holidays.end());
  calendar.holidays.erase(std::unique(calendar.holidays.begin(), calendar.holidays.end()),
                          calendar.holidays.end());
  const std::string name = calendar.name;
  const auto unit = BusinessDaysOf(std::move(calendar));
  if (!unit) {
    return phrases_.Fail(FindingKind::kTooLarge,
                         "of this calendar no day is a business day, or more than " +
                             std::to_string(kCalendarsMax) + " calendars were read",
                         "leave a day of the week open", s.span);
  }
  agreement_.calendars.push_back({name, *unit, s.span});
}

std::optional<size_t> Phrases::PeekBusinessDays() const {
  if (!WholeNumber(Peek())) return std::nullopt;
  const size_t name = LongestName(agreement_.calendars.size(), at_ + 1, [&](uint32_t i) {
                        return std::string_view(agreement_.calendars[i].name);
                      }).second;
  if (!PeekIs("business", 1 + name)) return std::nullopt;
  const Token* days = Peek(2 + name);
  if (days == nullptr || !SameWord("day", days->text)) return std::nullopt;
  return 3 + name;
}

NodeId Phrases::BusinessDays(bool counted) {
  const NodeId none = program_.Lit(Value::Of(Duration{}), ir::kDaysType);
  const std::vector<CalendarName>& calendars = agreement_.calendars;
  const size_t words = *PeekBusinessDays();
  const int32_t count = *WholeNumber(Peek());
  if (!counted) {
    FailHere("business days are counted here from nothing",
             "say it in days, or `within 10 business days after EVENT`");
    return none;
  }
  const auto [named, taken] = LongestName(
      calendars.size(), at_ + 1, [&](uint32_t i) { return std::string_view(calendars[i].name); });
  if (taken == 0 && calendars.size() != 1) {
    Fail(FindingKind::kUnknownName,
         calendars.empty() ? "no calendar says which days are business days"
                           : "business days of which calendar?",
         calendars.empty()
             ? "declare one: `calendar London, published through 2027: 25 December 2026`"
             : "write `" + std::to_string(count) + " " + calendars[0].name + " business days`",
         Here());
    return none;
  }
  at_ += words;
  return program_.Lit(Value::Of(Duration{count, calendars[taken == 0 ? 0 : named].unit}),
                      ir::kBusinessDaysType);
}

// Past the last day that is published nobody knows the holidays: the moment is then open, and lies
// behind that day.
NodeId Phrases::WhilePublished(NodeId from, Duration by, NodeId reached, std::string_view how) {
  const Calendar& calendar = CalendarOf(by.unit);
  const Position last = Position::EndOf(calendar.through);
  const Position latest = by.count < 0 ? last : LastReaching(last, by);
  ir::Point point;
  point.name =
      program_.symbols.Intern(calendar.name + "#" + std::to_string(by.count) + std::string(how));
  point.type = ir::kMomentType;
  point.says = "the day " + ToText(by) + " on (the calendar is published through " +
               ToLongText(calendar.through) + ")";
  point.at = whole_;
  if (by.count > 0) point.low = {program_.Moment(last), true};
  const auto [it, fresh] =
      agreement_.points.try_emplace(std::string(program_.symbols.Name(point.name)),
                                    ir::PointId{static_cast<uint32_t>(program_.points.size())});
  if (fresh) program_.points.push_back(std::move(point));
  const NodeId open = program_.Open(it->second, {from});
  const NodeId known =
      program_.Apply(Function::kLess, {from, program_.Moment(latest.after())}, ir::kBoolType);
  // What has not happened yet reaches nothing; a day that is fixed can be counted back from before
  // it has come.
  const ir::Op op = program_.Get(from).op;
  const bool may_not_come = op == ir::Op::kFold || (by.count > 0 && program_.VariesInTime(from));
  return program_.If(
      known, reached,
      may_not_come ? program_.If(program_.Reached(from), open, program_.Moment(kNever)) : open);
}

}  // namespace entente::check
