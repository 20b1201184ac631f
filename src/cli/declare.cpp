// A notice on which others decide, step by step: each is a signed entry under the agreement's own
// clauses, and is held against them before it is signed.

#include <fmt/core.h>

#include <algorithm>

#include "base/words.h"
#include "cli/ledger_folder.h"
#include "ledger/manifest.h"
#include "service/ledger.h"
#include "service/proceedings.h"
#include "wire/json.h"

namespace entente::cli {

namespace {

// The agreement with its ledger; says what is wrong and returns nothing when it cannot.
std::unique_ptr<service::Snapshot> OpenAll(const LedgerFlags& flags, int& code) {
  Flags common = flags.common;
  common.ledger = flags.ledger;
  auto snapshot = Open(common, code);
  if (snapshot == nullptr || !snapshot->findings.any_error()) return snapshot;
  code = Refuse(common, snapshot->findings, snapshot->files);
  return nullptr;
}

// `9` is entry e9.
std::string IdOf(const std::string& entry) {
  const auto index = ledger::ReadDecimal(entry);
  return index ? service::EntryId(*index) : entry;
}

// Gives the hash as it is, or the root of the manifest in a file.
Result<std::string> EvidenceOf(const std::string& named) {
  constexpr std::string_view kPrefix = "sha256:";
  const std::string digits = named.starts_with(kPrefix) ? named.substr(kPrefix.size()) : named;
  const auto bytes = ledger::FromHex(digits);
  if (bytes && ledger::DigestOf(*bytes)) return std::string(kPrefix) + digits;
  const auto text = ReadText(named);
  if (!text) return std::unexpected(text.error());
  const auto manifest = ledger::Manifest::Read(Trim(*text));
  if (!manifest) return std::unexpected(manifest.error());
  return std::string(kPrefix) + ledger::Hex(manifest->Root());
}

// Signs a notice, with its evidence by hash.
int Give(LedgerFlags flags, const std::vector<std::pair<std::string, std::string>>& more) {
  if (!flags.evidence.empty()) {
    const auto evidence = EvidenceOf(flags.evidence);
    if (!evidence) return Complain(flags.common, evidence.error());
    flags.evidence = *evidence;
  }
  return SayEntry(flags, more, true);
}

// A notice about the one that is decided on. `fits` says whether the step may be taken so, else
// what to do instead.
template <class Fits>
int Step(const LedgerFlags& flags, Fits&& fits) {
  int code = 0;
  const auto snapshot = OpenAll(flags, code);
  if (snapshot == nullptr) return code;
  service::AskOptions options;
  options.on = Today();
  diag::Findings findings;
  const auto matter = service::ProceedingOf(*snapshot, IdOf(flags.entry), options, findings);
  if (!matter) return Refuse(flags.common, findings, snapshot->files);
  std::vector<std::string> notices;
  for (const eval::Proceeding::Step& step : matter->steps) {
    notices.push_back(step.notice);
    if (eval::EntryKind(step.notice) != eval::EntryKind(flags.kind)) continue;
    if (const std::string instead = fits(step); !instead.empty()) {
      return Complain(flags.common,
                      WithArticle(step.notice) + " of " + matter->entry + " is made by " +
                          JoinAnd(step.makers, "or"),
                      instead);
    }
    return Give(flags, {{std::string(record::kOf), matter->entry}});
  }
  const std::string closest = Closest(flags.kind, notices);
  return Complain(
      flags.common,
      Quoted(flags.kind) + " is no notice about " + matter->entry + ", " + matter->says,
      closest.empty() ? "those are " + JoinAnd(notices) : "did you mean " + Quoted(closest) + "?");
}

}  // namespace

int OpenDeclaration(const LedgerFlags& flags) {
  int code = 0;
  const auto snapshot = OpenAll(flags, code);
  if (snapshot == nullptr) return code;
  if (service::NoticesAbout(snapshot->agreement, flags.kind).empty()) {
    std::vector<std::string> openings;
    for (const check::EventName& event : snapshot->agreement.events) {
      if (!service::NoticesAbout(snapshot->agreement, event.name).empty())
        openings.push_back(event.name);
    }
    return Complain(flags.common, Quoted(flags.kind) + " is no notice on which others decide",
                    openings.empty() ? "the agreement has none; see docs/examples/panel.md"
                                     : "those of the agreement are " + JoinAnd(openings));
  }
  return Give(flags, {});
}

int DiscloseInterest(const LedgerFlags& flags) {
  LedgerFlags named = flags;
  if (named.kind.empty()) named.kind = "Disclosure";
  return Step(named, [](const eval::Proceeding::Step& step) {
    return step.closes ? "whoever closes the matter does so by `declare close`" : "";
  });
}

int Vote(const LedgerFlags& flags) {
  if (flags.evidence.empty())
    return Complain(flags.common, "a ballot names the evidence on which it was given",
                    "write --evidence with a manifest (`entente ledger evidence new`) or a hash");
  return DiscloseInterest(flags);
}

int CloseDeclaration(const LedgerFlags& flags) {
  return Step(flags, [](const eval::Proceeding::Step& step) {
    return step.closes ? ""
                       : "it closes nothing, since the text neither lets anything happen on it nor "
                         "anything stand until it: give it by `declare vote` or `disclose`";
  });
}

int DeclarationStatus(const LedgerFlags& flags) {
  int code = 0;
  service::AskOptions options;
  Flags common = flags.common;
  common.ledger = flags.ledger;
  if (!ReadOptions(common, options, code)) return code;
  if (!options.on) options.on = Today();
  const auto snapshot = OpenAll(flags, code);
  if (snapshot == nullptr) return code;
  diag::Findings findings;
  std::string entry = IdOf(flags.entry);
  if (entry.empty()) entry = service::OpeningNow(*snapshot, options, findings);
  if (entry.empty())
    return Complain(common, "no entry of the ledger is decided on by others",
                    "`entente declare open` makes one");
  const auto matter = service::ProceedingOf(*snapshot, entry, options, findings);
  if (!matter) return Refuse(common, findings, snapshot->files);
  fmt::print("{}", common.json ? wire::ToJson(*matter) + "\n" : Render(*matter, StyleOf(common)));
  return matter->decided() != nullptr ? 0 : 1;
}

int NewEvidence(const LedgerFlags& flags) {
  ledger::Manifest manifest;
  if (flags.files.size() > ledger::kExhibitsMax)
    return Complain(
        flags.common,
        "a manifest lists at most " + std::to_string(ledger::kExhibitsMax) + " exhibits",
        "put some of them into an archive");
  for (const std::string& path : flags.files) {
    const auto bytes = ReadText(path);
    if (!bytes) return Complain(flags.common, bytes.error());
    if (bytes->size() > ledger::kExhibitBytesMax)
      return Complain(flags.common, Quoted(path) + " is larger than 64 MiB",
                      "list a file with its hash instead");
    manifest.exhibits.push_back(
        ledger::Exhibit::Of(path.substr(path.find_last_of('/') + 1), *bytes));
  }
  const std::string text = manifest.Write();
  // Two files of one name, a name that cannot be shown.
  if (const auto read = ledger::Manifest::Read(text); !read)
    return Complain(flags.common, read.error());
  if (auto written = WriteSecret(flags.out, text + "\n"); !written)
    return Complain(flags.common, written.error());
  return Fine("evidence sha256:" + ledger::Hex(manifest.Root()) + ", " +
              std::to_string(manifest.exhibits.size()) + " exhibits: " + flags.out + "\n");
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
  std::string out = "evidence sha256:" + ledger::Hex(manifest->Root()) + "\n";
  bool all = true;
  for (ledger::Exhibit& exhibit : manifest->exhibits) {
    if (std::ranges::find(flags.withhold, exhibit.name) != flags.withhold.end())
      exhibit = {.leaf = exhibit.leaf};
    if (exhibit.withheld()) {
      out += "  withheld   " + ledger::Hex(exhibit.leaf).substr(0, 16) + "\n";
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
