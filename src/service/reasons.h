// src/service/reasons.h: which conditions of the clauses a proof turned on.
#pragma once

#include <string>
#include <vector>

#include "check/agreement.h"
#include "proof/proof.h"

namespace entente::service {

// Each as a phrase that goes behind `may not`: `no Disclosure yet`, `too late since 3 April 2026`,
// `the number of those who have made an Approval is 3, not at least 4`. None twice; empty where
// nothing in the proof was one of several conditions, or it goes by cases. Cost: linear in it.
std::vector<std::string> ReasonsOf(const check::Agreement& agreement, const eval::Facts& facts,
                                   const proof::Proof& proof);

}  // namespace entente::service
