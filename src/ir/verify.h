// src/ir/verify.h: whether every node has the type it says and may stand where it stands.
#pragma once

#include "ir/program.h"

namespace entente::ir {

// One line for each node that breaks a rule of docs/semantics.md; empty for a sound program.
// Run after compiling and after reading a text. Cost: linear.
std::vector<std::string> Verify(const Program& program);

}  // namespace entente::ir
