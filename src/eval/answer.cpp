#include "eval/answer.h"

#include <algorithm>
#include <set>

#include "base/words.h"

namespace entente::eval {

std::string_view NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
      return "yes";
    case Verdict::kNo:
      return "no";
    case Verdict::kValue:
      return "value";
    case Verdict::kDepends:
      return "depends";
    case Verdict::kSilent:
      return "silent";
    case Verdict::kConflict:
      return "conflict";
    case Verdict::kUndecided:
      return "undecided";
  }
  return "undecided";
}

int ExitCodeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
    case Verdict::kValue:
      return 0;
    case Verdict::kNo:
      return 1;
    case Verdict::kDepends:
      return 3;
    case Verdict::kSilent:
      return 4;
    case Verdict::kConflict:
      return 5;
    case Verdict::kUndecided:
      return 6;
  }
  return 6;
}

const Segment& SegmentOn(const std::vector<Segment>& segments, Date day) {
  size_t i = 0;
  while (i + 1 < segments.size() && segments[i + 1].from <= day) ++i;
  return segments[i];
}

std::string_view NameOf(DutyState state) {
  switch (state) {
    case DutyState::kUndecided:
      return "undecided";
    case DutyState::kFulfilled:
      return "fulfilled";
    case DutyState::kLate:
      return "late";
    case DutyState::kOverdue:
      return "overdue";
    case DutyState::kDischarged:
      return "discharged";
    case DutyState::kSuspended:
      return "suspended";
    case DutyState::kPending:
      return "pending";
  }
  return "";
}

std::string WordsFor(const ClauseVersion::Stretch& s) {
  return (s.from ? "from " + ToLongText(*s.from) : "from the beginning") +
         (s.through ? " through " + ToLongText(*s.through) : "") +
         (s.conditions.empty() ? "" : ", if " + JoinAnd(s.conditions));
}

size_t Proceeding::Step::counted() const {
  std::set<std::string> who;
  for (const Made& m : made) {
    if (m.standing == kCounts) who.insert(m.by);
  }
  return who.size();
}

const Proceeding::Step* Proceeding::decided() const {
  const auto it = std::find_if(steps.begin(), steps.end(),
                               [](const Step& step) { return step.closes && step.counted() > 0; });
  return it == steps.end() ? nullptr : &*it;
}

}  // namespace entente::eval
