// A notice on which others decide, step by step: each is a signed entry under the agreement's own
// clauses, and is held against them before it is signed.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/words.h"
#include "cli/ledger_folder.h"
#include "ledger/manifest.h"
#include "ledger/statement.h"
#include "record/seal.h"
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
  const auto bytes = FromHex(digits);
  if (bytes && DigestOf(*bytes)) return std::string(kPrefix) + digits;
  const auto text = ReadText(named);
  if (!text) return std::unexpected(text.error());
  const auto manifest = ledger::Manifest::Read(Trim(*text));
  if (!manifest) return std::unexpected(manifest.error());
  return std::string(kPrefix) + Hex(manifest->Root());
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
int Step(const LedgerFlags& flags, Fits&& fits,
         std::vector<std::pair<std::string, std::string>> more = {}) {
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
    more.emplace_back(record::kOf, matter->entry);
    return Give(flags, more);
  }
  const std::string closest = Closest(flags.kind, notices);
  return Complain(
      flags.common,
      Quoted(flags.kind) + " is no notice about " + matter->entry + ", " + matter->says,
      closest.empty() ? "those are " + JoinAnd(notices) : "did you mean " + Quoted(closest) + "?");
}

// Null where no clause has notices of this kind sealed.
const eval::NoticeRule::Sealing* SealingOf(const service::Snapshot& snapshot,
                                           const std::string& kind) {
  const check::EventName* notice = service::NoticeCalled(snapshot.agreement, kind);
  return notice == nullptr ? nullptr : snapshot.agreement.notices.SealingOf(notice->type);
}

// What its author keeps of a sealed notice, as canonical JSON.
constexpr std::string_view kSealedFormat = "entente-sealed@v1";

struct Sealed {
  record::Entry entry;
  std::string salt;
  // Of the ledger for which it was sealed.
  std::string origin;
};

std::string WriteSealed(const record::Entry& sealed, const std::string& salt,
                        const std::string& origin) {
  ledger::Json::Object fields;
  for (const record::Field& field : sealed.fields) fields[field.name] = field.value;
  return ledger::Json(ledger::Json::Object{{"by", sealed.by},
                                           {"fields", std::move(fields)},
                                           {"format", kSealedFormat},
                                           {"kind", sealed.kind},
                                           {"origin", origin},
                                           {"salt", salt}})
      .Write();
}

Result<Sealed> ReadSealed(std::string_view bytes) {
  const auto json = ledger::ReadCanonical(bytes);
  const auto text = [&](std::string_view name) { return ledger::TextAt(*json, name); };
  const ledger::Json* fields = json ? json->Find("fields") : nullptr;
  if (fields == nullptr || fields->object() == nullptr || text("format") == nullptr ||
      *text("format") != kSealedFormat || text("by") == nullptr || text("kind") == nullptr ||
      text("salt") == nullptr || text("origin") == nullptr ||
      ledger::TextAt(*fields, record::kOf) == nullptr) {
    return Fail("not-sealed", "it is not what `entente declare seal` keeps",
                "name the file that was given there with --keep");
  }
  Sealed out;
  out.entry.kind = *text("kind");
  out.entry.by = *text("by");
  for (const auto& [name, value] : *fields->object()) {
    if (value.string() != nullptr) out.entry.fields.push_back({name, *value.string()});
  }
  out.salt = *text("salt");
  out.origin = *text("origin");
  return out;
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
  return Step(flags, [&](const eval::Proceeding::Step& step) {
    return step.closes ? "whoever closes the matter does so by `declare close`"
           : step.sealed
               ? "its ballots are sealed: `declare seal` first, and `declare reveal` later"
               : "";
  });
}

int SealVote(const LedgerFlags& flags) {
  int code = 0;
  const auto snapshot = OpenAll(flags, code);
  if (snapshot == nullptr) return code;
  const auto* rule = SealingOf(*snapshot, flags.kind);
  if (rule == nullptr) {
    return Complain(flags.common, Quoted(flags.kind) + " is not sealed",
                    "give it by `declare vote`; a clause such as `an Approval counts only if it "
                    "reveals a Sealed Ballot` would have it sealed");
  }
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  const auto fields = FieldsOf(flags);
  if (!fields) return kCouldNotAsk;
  // One salt in two ledgers would show in the second what the first still hides.
  const std::string origin = snapshot->ledger ? snapshot->ledger->origin : "";
  record::Entry sealed;
  sealed.kind = service::NoticeCalled(snapshot->agreement, flags.kind)->name;
  sealed.by = keys->front().name();
  sealed.fields.push_back({std::string(record::kOf), IdOf(flags.entry)});
  for (const auto& [name, value] : *fields) {
    const bool known = sealed.Find(name) != nullptr;
    if (known || name == record::kSeal || name == record::kReveals || name == record::kSalt) {
      return Complain(flags.common, Quoted(name) + " is set by this command, or stands twice",
                      "name what the notice itself says, each once");
    }
    sealed.fields.push_back({name, value});
  }
  const std::string seal_kind(snapshot->agreement.program.symbols.Name(
      snapshot->agreement.program.event_types[rule->by.index].name));
  for (const record::Entry& entry : snapshot->record.entries()) {
    const std::string* of = entry.Find(record::kOf);
    // What was signed with a stolen key was not given, once all parties say so.
    if (flags.even_so || entry.forged || entry.by != sealed.by || of == nullptr ||
        *of != IdOf(flags.entry) || eval::EntryKind(entry.kind) != eval::EntryKind(seal_kind))
      continue;
    return Complain(flags.common,
                    "entry " + entry.id + " is " + WithArticle(seal_kind) + " by " + sealed.by +
                        " about it already, and only the first can be revealed",
                    "reveal that one, or say nothing more; --even-so signs another all the same");
  }
  if (const auto why = service::WhyNotTaken(*snapshot, sealed)) {
    return Complain(flags.common,
                    Failure{"not-taken", "it could never be revealed: " + why->message, why->help});
  }
  // Kept before the seal is signed: a seal that nobody can reveal is an abstention. What an earlier
  // try kept of the same is used again.
  std::string salt = Hex(ledger::RandomBytes(record::kSealSaltBytes));
  std::error_code error;
  if (std::filesystem::exists(flags.keep, error)) {
    const auto text = ReadText(flags.keep);
    if (!text) return Complain(flags.common, text.error());
    const auto kept = ReadSealed(Trim(*text));
    if (!kept || WriteSealed(kept->entry, "", kept->origin) != WriteSealed(sealed, "", origin)) {
      return Complain(
          flags.common,
          Quoted(flags.keep) + " is there and holds something else" +
              (kept ? ": " + kept->entry.kind + " of " + *kept->entry.Find(record::kOf) + ", for " +
                          kept->origin
                    : ""),
          "name another file with --keep, or remove it if its seal was never handed in");
    }
    salt = kept->salt;
  } else if (auto written = WriteSecret(flags.keep, WriteSealed(sealed, salt, origin) + "\n");
             !written) {
    return Complain(flags.common, written.error());
  }
  LedgerFlags seal = flags;
  seal.kind = seal_kind;
  seal.fields.clear();
  const int given = Step(seal, [](const eval::Proceeding::Step&) { return ""; },
                         {{std::string(record::kSeal), record::SealOf(sealed, salt)}});
  if (given != 0) return given;
  // Not among what a program reads.
  fmt::print(stderr,
             "what was sealed is kept in {}: nobody else may see it until `declare reveal`, and "
             "without it nothing can be revealed\n",
             flags.keep);
  return 0;
}

int RevealVote(const LedgerFlags& flags) {
  int code = 0;
  const auto snapshot = OpenAll(flags, code);
  if (snapshot == nullptr) return code;
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  const auto kept = ReadSealed(Trim(*text));
  if (!kept) return Complain(flags.common, kept.error());
  const auto& [sealed, salt, origin] = *kept;
  const std::string seal = record::SealOf(sealed, salt);
  for (const record::Entry& entry : snapshot->record.entries()) {
    const std::string* states = entry.Find(record::kSeal);
    if (states == nullptr || *states != seal || entry.by != sealed.by) continue;
    LedgerFlags reveal = flags;
    reveal.kind = sealed.kind;
    // The seal has named what it was given on.
    reveal.evidence = entry.evidence;
    std::vector<std::pair<std::string, std::string>> fields{
        {std::string(record::kReveals), entry.id}, {std::string(record::kSalt), salt}};
    for (const record::Field& field : sealed.fields) fields.emplace_back(field.name, field.value);
    return Give(reveal, fields);
  }
  return Complain(flags.common,
                  "no entry of the ledger seals what " + Quoted(flags.file) + " holds",
                  "`entente declare seal` makes one");
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

}  // namespace entente::cli
