// src/wire/json.h: JSON shapes of entries, answers, segments and findings, converted by hand.
//
// Dates and amounts are strings, so that no reader loses a digit; keys stand in a fixed order.
// docs/schema/ publishes the shapes.
#pragma once

#include <string>

#include "diag/finding.h"
#include "eval/answer.h"
#include "record/record.h"

namespace entente::wire {

inline constexpr size_t kLineBytesMax = 64 << 10;
inline constexpr size_t kRecordBytesMax = size_t{1} << 30;

// Reads a record, one JSON object a line, into `record`. Blank lines are skipped. Whatever is
// wrong with a line is a finding at its place, and the line is left out.
void ReadRecord(source::Files& files, std::string name, std::string text, record::Record& record,
                diag::Findings& findings);

// The same shape with `ledger` and `engine`, where it was read from a ledger and does not name them.
std::string Sourced(std::string json, const std::optional<eval::LedgerName>& ledger);

std::string ToJson(const eval::Answer& answer);
// The same without a line end in it, and what stands there where a question could not be put.
std::string ToJsonLine(const eval::Answer& answer);
std::string FailureLine(const std::string& question, const std::string& failure);
std::string ToJson(const eval::Answer& answer, const std::vector<eval::Segment>& segments);
std::string ToJson(const std::vector<eval::Lane>& lanes);
std::string ToJson(const eval::Comparison& comparison);
std::string ToJson(const eval::Stages& stages);
std::string ToJson(const std::vector<eval::Change>& changes);
std::string ToJson(const std::vector<eval::OpenPoint>& points);
std::string ToJson(const eval::OwedList& list);
std::string ToJson(const std::vector<eval::Argument>& arguments);
std::string ToJson(const std::vector<eval::Interval>& intervals);
std::string ToJson(const eval::AuditReport& audit);
std::string ToJson(const eval::Coverage& coverage);
std::string ToJson(const std::vector<eval::Readback>& clauses);
std::string ToJson(const eval::Rulebook& rules);
std::string ToJson(const eval::ClauseView& clause);
std::string ToJson(const std::string& label, const std::vector<eval::ClauseVersion>& versions);
std::string ToJson(const eval::EditionDiff& diff);
std::string ToJson(const eval::PowerList& list);
std::string ToJson(const eval::NoticeCheck& notice);
std::string ToJson(const eval::Proceeding& matter);
// `asked`: how many questions were compared.
std::string ToJson(const std::vector<eval::Overturned>& overturned, size_t asked);
// What a run of the asks in a text came to.
struct AskRun {
  std::string where, question, expected, got;
  bool passed = false;
};
std::string ToJson(const std::vector<AskRun>& asks);
// A block and whether somebody has held it against its prose.
struct BlockReview {
  std::string state, where, heading;
  std::vector<std::string> clauses;
};
std::string ToJson(const std::vector<BlockReview>& blocks);
std::string ToJson(const diag::Findings& findings, const source::Files& files);
// Kinds of finding, as `entente explain` tells them.
std::string ToJson(const std::vector<diag::KindInfo>& kinds);

}  // namespace entente::wire
