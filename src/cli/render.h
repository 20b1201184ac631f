// src/cli/render.h: answers as a person reads them. The first word is the verdict, always.
#pragma once

#include <string>

#include "eval/answer.h"

namespace entente::cli {

struct Style {
  bool colour = false;
  // Columns to wrap at; 0 never wraps.
  size_t width = 0;
};

enum class Depth : uint8_t { kSentence, kReasons, kTree };

std::string Render(const eval::Answer& answer, Depth depth, const Style& style);
std::string Render(const eval::Answer& answer, const std::vector<eval::Segment>& segments,
                   const Style& style);

std::string Render(const eval::Comparison& comparison, const Style& style);
std::string Render(const eval::Stages& stages, const Style& style);
std::string Render(const std::vector<eval::Change>& changes, const Style& style);
std::string Render(const std::vector<eval::Lane>& lanes, const Style& style);
std::string Render(const std::vector<eval::OpenPoint>& points, const Style& style);
// Which ledger the answer is from, and what gave it: a line, where it was one and `text` does not
// say so.
std::string RenderSource(const std::optional<eval::LedgerName>& ledger, const std::string& text,
                         const Style& style);

std::string Render(const eval::OwedList& list, const Style& style);
std::string Render(const eval::PowerList& list, const Style& style);
std::string Render(const eval::NoticeCheck& notice, const Style& style);
std::string Render(const eval::Proceeding& matter, const Style& style);
std::string Render(const std::vector<eval::Argument>& arguments, const Style& style);
std::string Render(const std::vector<eval::Interval>& intervals, const Style& style);
std::string Render(const eval::AuditReport& audit, const Style& style);
std::string Render(const eval::Coverage& coverage, const Style& style);
std::string Render(const std::vector<eval::Readback>& clauses, const Style& style);
std::string Render(const eval::Rulebook& rules, bool only_what_decides, const Style& style);
std::string Render(const eval::ClauseView& clause, const Style& style);
std::string Render(const std::vector<eval::ClauseVersion>& versions, const Style& style);
// `words` marks within each clause what goes and what comes.
std::string Render(const eval::EditionDiff& diff, bool words, const Style& style);

}  // namespace entente::cli
