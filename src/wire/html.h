// src/wire/html.h: an agreement as a page to read, print or send: one file, no script, nothing
// fetched.
#pragma once

#include <string>

#include "eval/answer.h"

namespace entente::wire {

// The text as it stands on a day, clause by clause with its prose and its earlier and later
// wordings, and behind it the files as they are. Prose is CommonMark; HTML in it is left out. Cost:
// linear in the text.
std::string ToHtml(const eval::Document& document);

}  // namespace entente::wire
