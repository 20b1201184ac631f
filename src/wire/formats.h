// src/wire/formats.h: answers for pipelines: a line, CSV, SARIF 2.1.0, JUnit XML.
#pragma once

#include <string>
#include <vector>

#include "eval/answer.h"

namespace entente::wire {

// An answer and the exit code it counts as, or why the question could not be put.
struct Asked {
  std::string question;
  eval::Answer answer;
  int code = 0;
  // Set where there is no answer.
  std::string failure;
};

// `NO 2.1 through 2032-12-31 · OpenAI serve an API Product on AWS`; reading ids in brackets.
std::string ToLine(const Asked& asked);
// With a heading: question, on, verdict, value, clauses, through, readings, exit, error.
std::string ToCsv(const std::vector<Asked>& all);
// With a heading: state, due, due_says (why there is no day), who, clause, says, arose, entry,
// done, done_by, readings.
std::string ToCsv(const eval::OwedList& list);
// An iCalendar (RFC 5545) with an event of a whole day for each day by which something is still to
// be done. The same duty keeps its UID, so that a calendar read again does not show it twice.
std::string ToIcs(const eval::OwedList& list);
// What is not accepted is a result: an error where the verdict is no, else a warning, at the place
// of the first clause.
std::string ToSarif(const std::vector<Asked>& all);
// A test case a question; it fails unless its exit code is 0.
std::string ToJunit(const std::vector<Asked>& all);

}  // namespace entente::wire
