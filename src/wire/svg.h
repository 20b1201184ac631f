// src/wire/svg.h: lanes as a picture for a memo.
//
// Each stretch carries its word, a pattern and a colour, in this order of weight, so that it reads
// in black and white, in print and without seeing colours. The picture has a title and a
// description, and no reference to anything outside itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/answer.h"

namespace entente::wire {

struct Picture {
  std::string title;
  // The first and last day drawn; what lies outside is cut off at the edge.
  Date from, through;
  // A line at this day.
  std::optional<Date> on;
};

std::string ToSvg(const std::vector<eval::Lane>& lanes, const Picture& picture);
// clause, question, from, through, verdict, value, clauses, cause; a stretch a row.
std::string ToCsv(const std::vector<eval::Lane>& lanes);
// From a year before the first change of any lane, not before `earliest`, to a year after the last.
Picture Frame(const std::vector<eval::Lane>& lanes, std::string title, Date earliest);

}  // namespace entente::wire
