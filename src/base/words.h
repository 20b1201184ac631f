// src/base/words.h: the few string sums that findings and parsers share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace entente {

// The Damerau-Levenshtein distance (optimal string alignment), in edits. Cost: |a| * |b|.
size_t EditDistance(std::string_view a, std::string_view b);

// Of `known`, the name closest to `wrong`, if close enough to be what was meant; else empty.
std::string Closest(std::string_view wrong, const std::vector<std::string>& known);

std::string Join(const std::vector<std::string>& parts, std::string_view between);
// "a", "a and b", "a, b and c".
std::string JoinAnd(const std::vector<std::string>& parts, std::string_view last = "and");
// `an API Product`, `a US Customer`, by the first letter: U is taken to sound as in *unit*.
std::string WithArticle(std::string_view noun);
// `Launches`, `Entries`, `Sales`.
std::string Plural(std::string_view noun);
// `1 entry`, `2 entries`.
std::string Counted(uint64_t count, std::string_view one, std::string_view several);
std::string_view Trim(std::string_view text);
std::string LowerCase(std::string_view text);
std::string Quoted(std::string_view text);

// Control characters as `\x1b`: what somebody else wrote stays on its line and moves no cursor.
std::string Printable(std::string_view text);

// The text with each run of blanks as one, cut at a word after `limit` bytes.
std::string OneLine(std::string_view text, size_t limit);

}  // namespace entente
