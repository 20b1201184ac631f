// src/syntax/format.h: the blocks of an agreement, set as everyone sets them.
//
// In a block, clause numbers stand in a column of their own, lines that go on are indented alike,
// words are one blank apart, blank lines come singly and none at the ends. Line breaks within a
// sentence, comments, and all prose stay as they are. Formatting what is formatted changes nothing,
// and what the text means stays the same: the caller can hold both to it, and does.
#pragma once

#include <string>
#include <vector>

#include "syntax/tree.h"

namespace entente::syntax {

// A habit put right, and why.
struct Correction {
  uint32_t line = 0;
  std::string from;
  std::string to;
  std::string why;
};

struct Formatted {
  std::string text;
  std::vector<Correction> corrections;
};

// Any bytes are accepted; a block that is not closed is left alone. Cost: linear.
Formatted Format(const source::Files& files, const Tree& tree);

}  // namespace entente::syntax
