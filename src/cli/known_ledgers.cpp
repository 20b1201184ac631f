#include "cli/known_ledgers.h"

#include <cstdlib>
#include <filesystem>

#include "base/version.h"
#include "cli/ledger_folder.h"

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

std::string KnownLedgersFolder::PlaceOf(const std::string& log) const {
  const auto folder = Folder();
  return folder.empty() ? "" : folder / Hex(Sha256(log));
}

Result<std::optional<ledger::KnownLedger>> KnownLedgersFolder::Find(const std::string& log) {
  std::error_code error;
  const std::string place = PlaceOf(log);
  if (!std::filesystem::is_regular_file(place, error) ||
      std::filesystem::file_size(place, error) > ledger::kNoteBytesMax)
    return std::nullopt;
  const auto text = ReadFile(place);
  if (!text) return std::nullopt;
  const auto checkpoint = ledger::Checkpoint::Read(*text);
  if (!checkpoint) return std::nullopt;
  return ledger::KnownLedger{*checkpoint, text->ends_with("\n" + Verifier())};
}

Result<void> KnownLedgersFolder::Keep(const std::string& log, const ledger::Checkpoint&,
                                      const std::optional<ledger::Checkpoint>& final) {
  const std::string place = PlaceOf(log);
  if (place.empty() || !final) return {};
  std::error_code error;
  std::filesystem::create_directories(Folder(), error);
  // Where it cannot be kept, nothing is known next time.
  (void)ReplaceFile(place, final->Write() + Verifier());
  return {};
}

Result<ledger::Walked> WalkKnown(ledger::Source& source, const ledger::Visit& visit) {
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  return ledger::Walk(source, options, visit);
}

}  // namespace entente::cli
