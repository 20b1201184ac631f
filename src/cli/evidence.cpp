// Manifests of what entries rest on.

#include <algorithm>
#include <filesystem>

#include "base/words.h"
#include "cli/ledger_folder.h"
#include "ledger/manifest.h"

namespace entente::cli {

int NewEvidence(const LedgerFlags& flags) {
  ledger::Manifest manifest;
  if (flags.files.size() > ledger::kExhibitsMax)
    return Complain(
        flags.common,
        "a manifest lists at most " + std::to_string(ledger::kExhibitsMax) + " exhibits",
        "put some of them into an archive");
  for (const std::string& path : flags.files) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
      return Complain(flags.common, Quoted(path) + " is no file", "list files that are there");
    if (std::filesystem::file_size(path, error) > ledger::kExhibitBytesMax)
      return Complain(flags.common, Quoted(path) + " is larger than 64 MiB",
                      "list a file with its hash instead");
    const auto bytes = ReadText(path);
    if (!bytes) return Complain(flags.common, bytes.error());
    manifest.exhibits.push_back(
        ledger::Exhibit::Of(path.substr(path.find_last_of('/') + 1), *bytes));
  }
  const std::string text = manifest.Write();
  // Two files of one name, a name that cannot be shown.
  if (const auto read = ledger::Manifest::Read(text); !read)
    return Complain(flags.common, read.error());
  if (auto written = WriteSecret(flags.out, text + "\n"); !written)
    return Complain(flags.common, written.error());
  return Fine("evidence sha256:" + Hex(manifest.Root()) + ", " +
              Counted(manifest.exhibits.size(), "exhibit", "exhibits") + ": " + flags.out + "\n");
}

int CheckEvidence(const LedgerFlags& flags) {
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  auto manifest = ledger::Manifest::Read(Trim(*text));
  if (!manifest) return Complain(flags.common, manifest.error());
  for (const std::string& name : flags.withhold) {
    if (std::ranges::find(manifest->exhibits, name, &ledger::Exhibit::name) ==
        manifest->exhibits.end())
      return Complain(flags.common, "no exhibit is called " + Quoted(name),
                      "name it as the manifest does");
  }
  std::string out = "evidence sha256:" + Hex(manifest->Root()) + "\n";
  bool all = true;
  for (ledger::Exhibit& exhibit : manifest->exhibits) {
    if (std::ranges::find(flags.withhold, exhibit.name) != flags.withhold.end())
      exhibit = {.leaf = exhibit.leaf};
    if (exhibit.withheld()) {
      out += "  withheld   " + Hex(exhibit.leaf).substr(0, 16) + "\n";
      continue;
    }
    const auto bytes = ReadFile((flags.name.empty() ? "." : flags.name) + "/" + exhibit.name);
    const bool same = bytes && exhibit.Is(*bytes);
    all = all && same;
    out += std::string("  ") +
           (same    ? "as listed  "
            : bytes ? "CHANGED    "
                    : "missing    ") +
           exhibit.name + "\n";
  }
  if (!flags.out.empty()) {
    if (auto written = WriteSecret(flags.out, manifest->Write() + "\n"); !written)
      return Complain(flags.common, written.error());
  }
  Fine(out);
  return all ? 0 : 1;
}

}  // namespace entente::cli
