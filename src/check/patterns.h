// src/check/patterns.h: the closed list of sentence patterns, as a writer is shown them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "syntax/tree.h"

namespace entente::check {

struct Pattern {
  std::string_view form;
  std::string_view example;
};

std::span<const Pattern> Patterns();

// The two patterns that share most words with the sentence, as a line of help.
std::string NearestPatterns(const std::vector<syntax::Token>& tokens);

}  // namespace entente::check
