// tests/crosscheck/speak.h: random agreements in the words of the language, with a record and
// questions, small and within three months so that every way things can go is soon tried.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "generate.h"

namespace entente::crosscheck {

// The constructs a text can use; each must turn up often.
enum class Construct : uint8_t {
  kNorm,
  kPower,
  kNorLet,
  kConsent,
  kWay,
  kForEach,
  kIts,
  kTwoActs,
  kOnly,
  kDespite,
  kReading,
  kBracket,
  kAbout,
  kQuotient,
  kLasted,
  kStands,
  kCount,
  kSum,
  kFirstOrLast,
  kRolling,
  kWindow,
  kPeriodNumber,
  kTable,
  kSteps,
  kInPeriod,
  kWithin,
  kUntil,
  kList,
  kDefinition,
  kDuty,
  kOverdue,
};
inline constexpr size_t kConstructs = static_cast<size_t>(Construct::kOverdue) + 1;
using Spoken = std::array<size_t, kConstructs>;

struct SpokenCase {
  std::string text;
  std::string questions;
  // Nothing when the text was not read without a mistake; `why` then says so.
  std::optional<Case> made;
  std::string why;
};

// The same number is the same text in each run. Adds what the text uses to `spoken`.
SpokenCase Speak(uint64_t number, Spoken& spoken);

}  // namespace entente::crosscheck
