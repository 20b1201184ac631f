// src/check/editions.h: which amendments stand, for an edition of the text and a day of knowledge.
//
// An edition is the text as a chain of amendments leaves it, named by the last of them; the text
// before the first is `original`.
#pragma once

#include <optional>
#include <string>

#include "check/agreement.h"
#include "eval/lower.h"

namespace entente::check {

inline constexpr std::string_view kOriginal = "original";

// How many amendments the edition of this name takes in, or nothing where there is none of it.
std::optional<size_t> FindEdition(const Agreement& agreement, std::string_view name);

// How a record is met with the agreement: how notices are sent, and what its amendments settle,
// that they were adopted by the day of knowledge, that those behind the edition were not, and the
// readings that they settle. `count` are those that the edition takes in; without it all that were
// adopted stand and drafts are left open, and a draft that is the last of an edition is taken as
// adopted. Cost: linear in amendments.
eval::LowerOptions LowerOptionsOf(const Agreement& agreement, std::optional<size_t> count = {},
                                  std::optional<Date> known_at = {});

// The last amendment of the edition that was adopted and binds; nothing where the text is original.
const Amendment* LastAmendment(const Agreement& agreement, std::optional<size_t> count = {},
                               std::optional<Date> known_at = {});

// Its id, or `original`; empty for an agreement that has no amendments.
std::string EditionName(const Agreement& agreement, std::optional<size_t> count = {},
                        std::optional<Date> known_at = {});

// Whether the amendment says of the clause that it stays as it is.
bool Restates(const Amendment& amendment, std::string_view label);

}  // namespace entente::check
