// src/service/proof_lines.h: a proof as an indented tree of sentences.
#pragma once

#include <string>
#include <vector>

#include "check/agreement.h"
#include "proof/proof.h"

namespace entente::service {

// Each claim on a line of its own, what it rests on below it, two blanks further in. At most some
// hundreds of lines; the proof itself is whole.
std::vector<std::string> ProofLines(const check::Agreement& agreement, const eval::Facts& facts,
                                    const proof::Proof& proof);

}  // namespace entente::service
