// src/wire/saved.h: answers that were kept as JSON, and where one given now differs.
#pragma once

#include "base/result.h"
#include "eval/answer.h"

namespace entente::wire {

// More in one file are refused.
inline constexpr size_t kSavedAnswersMax = 100'000;

struct SavedAnswer {
  eval::Asked asked;
  Date on;
  std::string agreement_hash;
  std::string record;
  std::optional<eval::LedgerName> ledger;
  // The release that answered: `entente 0.3.0`.
  std::string engine;
  // It has its proof's lines.
  bool proof_lines = false;
  // The line on which it begins, from 1.
  size_t line = 1;
  // The whole answer.
  std::string json;
};

// One answer as `--json` prints it, or one a line as `--each` does. Failure: `no-saved-answer`.
Result<std::vector<SavedAnswer>> ReadSavedAnswers(const std::string& text);

// A part of the answer that is another now.
struct Difference {
  std::string part;
  std::string before;
  std::string after;
  // Another answer, rather than another wording or proof of the same.
  bool decides = false;
  // The same answer for more days, or an answer where there was none: nothing that was said is
  // otherwise.
  bool firmer = false;
};
std::vector<Difference> Differences(const SavedAnswer& saved, const eval::Answer& now);

// What became of one, asked again.
struct Replayed {
  std::string file;
  size_t line = 1;
  std::string question;
  Date on;
  std::string engine;
  // `same`, `worded`, `firmer`, `other` or `not asked`.
  std::string outcome;
  // Of the last, why.
  std::string why;
  std::vector<Difference> differences;
};
std::string ToJson(const std::vector<Replayed>& answers);

}  // namespace entente::wire
