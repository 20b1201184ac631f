// src/ir/text.h: a program as text that reads back to the same program.
//
// S-expressions, one node a parenthesis. Names stand for what they name where the program has
// tables; places in source texts are not kept.
#pragma once

#include <expected>

#include "ir/program.h"

namespace entente::ir {

std::string Print(const Program& program, NodeId node);
std::string Print(const Program& program);

// The program that `text` prints; the message names the place (in bytes) and what was expected.
std::expected<Program, std::string> Read(std::string_view text);

}  // namespace entente::ir
