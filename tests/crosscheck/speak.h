// tests/crosscheck/speak.h: random agreements in the words of the language, with a record and
// questions, small and within three months so that every way things can go is soon tried.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "check/question.h"
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
  kAmendment,
  kReword,
  kExpiry,
  kDraft,
  kMakers,
  kEachPeriod,
  kTerm,
  kStretch,
  kEndOfStretch,
  kBusinessDays,
  kSilence,
  kRelief,
  kAmountOwed,
};
inline constexpr size_t kConstructs = static_cast<size_t>(Construct::kAmountOwed) + 1;
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

// An amended text, and what it comes to on some days and in some editions, put together by hand.
struct AmendedCase {
  std::string text;
  struct Flat {
    Date on;
    std::string edition;
    std::string text;
  };
  std::vector<Flat> flat;
  std::vector<std::pair<check::Form, std::string>> questions;
  std::vector<record::Entry> entries;
};
AmendedCase SpeakAmended(uint64_t number);

}  // namespace entente::crosscheck
