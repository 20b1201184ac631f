// src/wire/csv.h: comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente::wire {

// Rows of fields. Quotes may hold commas, line ends and doubled quotes; a text that ends inside
// quotes ends the field there. Blank lines are left out. Linear in the text.
std::vector<std::vector<std::string>> ReadCsv(std::string_view text);

// One row with its line end. Fields that need quotes get them, and a text that a spreadsheet would
// run as a formula (=, +, -, @ in front of what is no number) gets an apostrophe in front.
std::string CsvRow(const std::vector<std::string>& fields);

}  // namespace entente::wire
