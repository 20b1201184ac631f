#include "cli/known_ledgers.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/version.h"
#include "cli/command.h"

namespace entente::cli {

namespace {

// Empty where the user has no place of the kind.
std::filesystem::path Folder() {
  // Only absolute paths count, says the XDG base directory specification.
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::filesystem::path(state) / "entente/known_ledgers";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return std::filesystem::path(home) / ".local/state/entente/known_ledgers";
  return {};
}

std::string Verifier() { return "verified by entente " + std::string(kVersion) + "\n"; }

}  // namespace

std::string KnownLedgersFolder::PlaceOf(const Digest& genesis) const {
  const auto folder = Folder();
  return folder.empty() ? "" : folder / Hex(genesis);
}

std::optional<ledger::Checkpoint> KnownLedgersFolder::Find(const Digest& genesis) {
  const auto text = ReadFile(PlaceOf(genesis));
  if (!text || !text->ends_with("\n" + Verifier())) return std::nullopt;
  const auto checkpoint = ledger::Checkpoint::Read(*text);
  return checkpoint ? std::optional(*checkpoint) : std::nullopt;
}

void KnownLedgersFolder::Keep(const Digest& genesis, const ledger::Checkpoint& checkpoint) {
  const std::string place = PlaceOf(genesis);
  if (place.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(Folder(), error);
  // Two processes may keep at once; whichever is last, what it keeps is true.
  const std::string fresh = place + "." + std::to_string(getpid());
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << checkpoint.Write() << Verifier();
  out.close();
  if (out) std::filesystem::rename(fresh, place, error);
  if (!out || error) std::filesystem::remove(fresh, error);
}

Result<ledger::Walked> WalkKnown(ledger::Source& source, const ledger::Visit& visit) {
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  return ledger::Walk(source, options, visit);
}

}  // namespace entente::cli
