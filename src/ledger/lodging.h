// src/ledger/lodging.h: a statement that was shown to a witness too, so that an operator who does
// not take it is found out.
//
// A witness's cosignature, which names the time, over a note whose second line is no number: no
// program takes it for a checkpoint. docs/ledger_format.md gives every byte.
#pragma once

#include "ledger/note.h"
#include "ledger/statement.h"

namespace entente::ledger {

struct Lodging {
  // Of the ledger into which it belongs.
  std::string origin;
  // Of the statement, as the next one of its author names it.
  Digest statement{};
  std::string party;
  uint64_t sequence = 0;
  // The ledger as the witness saw it, whose next entry it could have been.
  Seen seen;

  static Lodging Of(const Statement& statement, const Seen& seen);
  // A note's text.
  std::string Write() const;
  // Failure: `not-a-lodging`.
  static Result<Lodging> Read(std::string_view text);
};

}  // namespace entente::ledger
