// src/cli/ledger.h: the commands of the ledger.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "ledger/store.h"

namespace entente::cli {

struct LedgerFlags {
  // Colour, JSON and the agreement, as everywhere.
  Flags common;
  std::string ledger;
  // Key files; the first is the author's.
  std::vector<std::string> keys;
  std::string origin;
  std::string name;
  std::string out;
  std::string purpose = "statement";
  std::string policy;
  // A database's address instead of a file in the folder.
  std::string store;
  std::string kind;
  std::vector<std::string> fields;
  std::string by;
  std::vector<std::string> with;
  std::string on;
  std::string source;
  std::string evidence;
  bool in_clear = false;
  bool even_so = false;
  // Of an export, up to the largest checkpoint that is final.
  bool final = false;
  // Of a key, the part that others may see.
  bool public_part = false;
  // Of a declaration, the entry that is decided on: 9 or e9.
  std::string entry;
  bool changed_answers = false;
  // Texts that stood before the one of the agreement.
  std::vector<std::string> earlier;
  std::string questions;
  // A checkpoint that was kept.
  std::string checkpoint;
  // The log whose receipt it is, by its verifier key.
  std::string log;
  // What a witness confirmed of a statement.
  std::string lodged;
  std::vector<std::string> files;
  std::string file;
  // Where what was sealed is kept.
  std::string keep;
  uint64_t index = 0;
  uint64_t since = 0;
  std::string why;
  std::string field;
  std::vector<std::string> withhold;
};

// Adds `ledger` and what stands below it. The flags must outlive the parser.
void AddLedgerCommands(CLI::App& app, LedgerFlags& flags);
// Runs the one that was parsed; nothing when none was.
std::optional<int> RunLedger(const CLI::App& app, const LedgerFlags& flags);

// A ledger's folder, a database's address, or an exported file.
Result<std::unique_ptr<ledger::Source>> OpenSource(const std::string& path);

}  // namespace entente::cli
