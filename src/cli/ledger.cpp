// A ledger is a folder: `ledger.sqlite` with the entries, `signer/state` with what was signed last
// and `signer/log.key`. The signer's folder may be a link to another disk; it must not be copied
// back.

#include "cli/ledger.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "base/words.h"
#include "ledger/export.h"
#include "ledger/sequencer.h"
#include "ledger/sqlite/store.h"
#include "service/ledger.h"
#include "wire/json.h"

namespace entente::cli {

namespace {

using ledger::Json;

std::string StorePath(const std::string& folder) { return folder + "/ledger.sqlite"; }
std::string StatePath(const std::string& folder) { return folder + "/signer/state"; }
std::string LogKeyPath(const std::string& folder) { return folder + "/signer/log.key"; }

std::string Now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

Result<std::string> ReadText(const std::string& path) {
  auto text = ReadFile(path);
  if (!text) return Fail("no-such-file", "`" + path + "` cannot be read");
  return std::move(*text);
}

// For the owner's eyes only, and never over a file that is there.
Result<void> WriteSecret(const std::string& path, const std::string& text) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return Fail("store-failed", "`" + path + "` cannot be made: " + std::strerror(errno));
  const bool written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0;
  close(descriptor);
  if (!written) return Fail("store-failed", "`" + path + "` cannot be written");
  return {};
}

std::string Passphrase(const std::string& path) {
  if (const char* given = std::getenv("ENTENTE_PASSPHRASE")) return given;
  if (isatty(STDIN_FILENO) == 0) return "";
  const char* typed = getpass(("passphrase of " + path + ": ").c_str());
  return typed == nullptr ? "" : typed;
}

Result<ledger::SecretKey> ReadKey(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  return ledger::SecretKey::Read(*text, ledger::SecretKey::IsSealed(*text) ? Passphrase(path) : "");
}

Result<ledger::Sequencer> OpenSequencer(const std::string& folder) {
  auto key = ReadKey(LogKeyPath(folder));
  if (!key) return std::unexpected(key.error());
  auto signer = ledger::Signer::Open(StatePath(folder), std::move(*key));
  if (!signer) return std::unexpected(signer.error());
  auto writer = ledger::sqlite::OpenWriter(StorePath(folder));
  if (!writer) return std::unexpected(writer.error());
  auto reader = ledger::sqlite::OpenReader(StorePath(folder));
  if (!reader) return std::unexpected(reader.error());
  return ledger::Sequencer::Open(std::move(*writer), std::move(*reader), std::move(*signer));
}

// What an author must know before saying anything.
struct Head {
  std::unique_ptr<ledger::Reader> reader;
  ledger::Registry registry;
  std::string note;
  ledger::Checkpoint checkpoint;
};

Result<Head> ReadHead(const std::string& folder) {
  auto reader = ledger::sqlite::OpenReader(StorePath(folder));
  if (!reader) return std::unexpected(reader.error());
  Head out;
  out.reader = std::move(*reader);
  const auto size = out.reader->Size();
  if (!size) return std::unexpected(size.error());
  const auto note = out.reader->CheckpointUpTo(*size);
  if (!note) return std::unexpected(note.error());
  if (!*note) return Fail("no-checkpoint", "nothing was signed yet");
  out.note = **note;
  const auto read = ledger::Note::Read(out.note);
  if (!read) return std::unexpected(read.error());
  const auto checkpoint = ledger::Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out.checkpoint = *checkpoint;
  const auto text = out.reader->RegistryAt(checkpoint->size);
  if (!text) return std::unexpected(text.error());
  auto registry = ledger::Registry::Restore(*text);
  if (!registry) return std::unexpected(registry.error());
  out.registry = std::move(*registry);
  if (ledger::SignedBy(*read, out.registry.log()) != true)
    return Fail("bad-signature", "the log has not signed its last checkpoint");
  return out;
}

Result<ledger::Receipt> ReceiptOf(ledger::Reader& reader, uint64_t index, const std::string& note) {
  const auto read = ledger::Note::Read(note);
  if (!read) return std::unexpected(read.error());
  const auto checkpoint = ledger::Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (index >= checkpoint->size)
    return Fail("no-such-entry", "the ledger of size " + std::to_string(checkpoint->size) +
                                     " has no entry " + std::to_string(index));
  auto proof =
      ledger::ProveInclusion(index, checkpoint->size,
                             ledger::FromTiles([&](uint32_t level, uint64_t first, uint64_t count) {
                               return reader.Hashes(level, first, count);
                             }));
  if (!proof) return std::unexpected(proof.error());
  return ledger::Receipt{index, std::move(*proof), note};
}

// ---- what an entry is called and says, for people

std::string Describe(const ledger::Line& line) {
  const ledger::Statement& s = line.admitted.statement;
  std::string out = s.kind;
  if (const std::string* kind = ledger::TextAt(s.body, "kind")) out = *kind;
  if (const std::string* by = ledger::TextAt(s.body, "by"); by != nullptr && *by != s.party)
    out += " by " + *by;
  if (const std::string* happened = ledger::TextAt(s.body, "happened")) out += " on " + *happened;
  if (const auto entry = ledger::NumberAt(s.body, "entry")) out += " of " + std::to_string(*entry);
  for (const ledger::Opening& opening : line.openings)
    out += ", " + opening.name.substr(opening.name.find('/') + 1) + " " + opening.value;
  for (const std::string& place : line.withheld)
    out += ", " + place.substr(place.find('/') + 1) + " withheld";
  return out;
}

int Fine(const std::string& text) {
  fmt::print("{}", text);
  return 0;
}

// ---- the commands

int NewKey(const LedgerFlags& flags) {
  const auto purpose = flags.purpose == "log"       ? ledger::Purpose::kLog
                       : flags.purpose == "witness" ? ledger::Purpose::kWitness
                                                    : ledger::Purpose::kStatement;
  if (purpose != ledger::Purpose::kStatement && !ledger::IsNoteName(flags.name))
    return Complain(flags.common, "the name of a log or witness has no blank and no +",
                    "write it like an address: example.com/deal");
  const std::string passphrase = flags.in_clear ? "" : Passphrase(flags.out);
  auto key = ledger::SecretKey::Make(purpose, flags.name);
  std::string next_path;
  if (purpose == ledger::Purpose::kStatement) {
    const auto next = ledger::SecretKey::Make(purpose, flags.name);
    key.set_next(ledger::KeyId(next.public_key()));
    next_path = flags.out + ".next";
    if (auto written = WriteSecret(next_path, next.Write(passphrase)); !written)
      return Complain(flags.common, written.error());
  }
  if (auto written = WriteSecret(flags.out, key.Write(passphrase)); !written)
    return Complain(flags.common, written.error());
  std::string out = "key of " + flags.name + ": " + flags.out + ", id " +
                    ledger::KeyId(key.public_key()).substr(0, 16) + "\n";
  if (!next_path.empty()) {
    out +=
        "its successor: " + next_path +
        "\n  keep it offline and away from the first: only it can follow when the first is lost or "
        "stolen\n";
  }
  if (passphrase.empty()) out += "  the file is not sealed: set ENTENTE_PASSPHRASE to seal it\n";
  return Fine(out);
}

int ShowKey(const LedgerFlags& flags) {
  const auto key = ReadKey(flags.file);
  if (!key) return Complain(flags.common, key.error());
  std::string out = key->name() + "\n  purpose   " + std::string(NameOf(key->purpose())) +
                    "\n  id        " + ledger::KeyId(key->public_key()) + "\n  public    " +
                    ledger::Base64(BytesOf(key->public_key())) + "\n";
  if (!key->next().empty()) out += "  next      " + key->next() + "\n";
  if (key->purpose() != ledger::Purpose::kStatement && ledger::IsNoteName(key->name())) {
    const auto type = key->purpose() == ledger::Purpose::kWitness
                          ? ledger::NoteKeyType::kCosignature
                          : ledger::NoteKeyType::kEd25519;
    out += "  verifier  " + ledger::NoteKey{key->name(), type, key->public_key()}.Write() + "\n";
  }
  return Fine(out);
}

int ListKeys(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  std::string out = "log " + head->registry.log().Write() + "\n";
  for (const ledger::Registry::Holder& holder : head->registry.holders()) {
    out += holder.name + (holder.party ? ", party" : ", registered") + ", " +
           std::to_string(holder.sequence) +
           (holder.sequence == 1 ? " statement\n" : " statements\n");
    for (const ledger::Registry::Key& key : holder.keys) {
      out += "  " + ledger::KeyId(key.key).substr(0, 16) + "  from entry " +
             std::to_string(key.from) +
             (key.until ? " to before entry " + std::to_string(*key.until) : "") +
             (key.compromised ? ", stolen since entry " + std::to_string(*key.compromised) : "") +
             "\n";
    }
  }
  return Fine(out);
}

Result<ledger::Sequencer::Batched> SubmitAll(const std::string& folder,
                                             const std::vector<ledger::Submission>& submissions,
                                             std::string& receipts) {
  auto sequencer = OpenSequencer(folder);
  if (!sequencer) return std::unexpected(sequencer.error());
  if (sequencer->repaired() > 0) {
    receipts += "signed what a process that ended early had left unsigned: " +
                std::to_string(sequencer->repaired()) + " entries\n";
  }
  auto batched = sequencer->Append(submissions, Now());
  if (!batched) return batched;
  for (const auto& outcome : batched->outcomes) {
    if (!outcome.admitted) return std::unexpected(outcome.admitted.error());
    receipts += "entry " + std::to_string(outcome.admitted->index) +
                (outcome.duplicate ? " (it was there already)" : "") + "\n";
  }
  return batched;
}

// Makes them entries, and says so with the checkpoint.
int Submit(const LedgerFlags& flags, const std::vector<ledger::Submission>& submissions) {
  std::string receipts;
  const auto batched = SubmitAll(flags.ledger, submissions, receipts);
  if (!batched) return Complain(flags.common, batched.error());
  return Fine(receipts + "\n" + batched->checkpoint);
}

int Init(const LedgerFlags& flags) {
  if (flags.keys.empty())
    return Complain(flags.common, "a ledger has at least one party",
                    "name the key file of each party with --party");
  if (!ledger::IsNoteName(flags.origin))
    return Complain(flags.common, "the origin has a blank or a + in it, or is empty",
                    "write it like an address: example.com/deal");
  int code = 0;
  Flags for_agreement = flags.common;
  const auto snapshot = Open(for_agreement, code);
  if (snapshot == nullptr) return code;
  if (snapshot->findings.any_error())
    return Refuse(flags.common, snapshot->findings, snapshot->files);
  std::string policy;
  if (!flags.policy.empty()) {
    const auto text = ReadText(flags.policy);
    if (!text) return Complain(flags.common, text.error());
    policy = *text;
  }
  std::vector<ledger::SecretKey> keys;
  std::vector<ledger::Party> parties;
  for (const std::string& path : flags.keys) {
    auto key = ReadKey(path);
    if (!key) return Complain(flags.common, key.error());
    if (key->purpose() != ledger::Purpose::kStatement)
      return Complain(flags.common, Quoted(path) + " is no key for statements",
                      "make one with `entente ledger keys new`");
    parties.push_back({key->name(), key->public_key(), key->next()});
    keys.push_back(std::move(*key));
  }
  std::error_code error;
  if (std::filesystem::exists(StorePath(flags.ledger), error))
    return Complain(flags.common, Quoted(flags.ledger) + " holds a ledger", "name another folder");
  std::filesystem::create_directories(flags.ledger + "/signer", error);
  if (error)
    return Complain(flags.common, Quoted(flags.ledger) + " cannot be made: " + error.message(), "");
  chmod((flags.ledger + "/signer").c_str(), 0700);
  if (!std::filesystem::exists(LogKeyPath(flags.ledger), error)) {
    const auto fresh = ledger::SecretKey::Make(ledger::Purpose::kLog, flags.origin);
    if (auto written = WriteSecret(LogKeyPath(flags.ledger), fresh.Write("")); !written)
      return Complain(flags.common, written.error());
  }
  auto log = ReadKey(LogKeyPath(flags.ledger));
  if (!log) return Complain(flags.common, log.error());
  const ledger::NoteKey log_key{log->name(), ledger::NoteKeyType::kEd25519, log->public_key()};
  const std::string name = snapshot->files.Get(snapshot->texts.front()).name;
  ledger::Submission genesis{
      {ledger::Genesis(log_key, snapshot->agreement_hash,
                       std::filesystem::path(name).filename().string(), parties, policy, Now())
           .Write(),
       {}},
      {}};
  for (const ledger::SecretKey& key : keys) genesis.envelope.Sign(key);
  {
    auto signer = ledger::Signer::Create(StatePath(flags.ledger), std::move(*log));
    if (!signer) return Complain(flags.common, signer.error());
    auto store = ledger::sqlite::Create(StorePath(flags.ledger));
    if (!store) return Complain(flags.common, store.error());
  }
  fmt::print("ledger {} of {}\n", flags.origin, name);
  return Submit(flags, {genesis});
}

Result<ledger::Submission> SignDraft(const LedgerFlags& flags, const ledger::Draft& draft) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return std::unexpected(head.error());
  const auto key = ReadKey(flags.key);
  if (!key) return std::unexpected(key.error());
  return ledger::Author(draft, *key, head->registry, {head->checkpoint.size, head->checkpoint.root},
                        Now());
}

// Signs and, unless a file was named for it, hands it in.
int Say(const LedgerFlags& flags, const ledger::Draft& draft) {
  auto submission = SignDraft(flags, draft);
  if (!submission) return Complain(flags.common, submission.error());
  if (flags.out.empty()) return Submit(flags, {*submission});
  if (auto written = WriteSecret(flags.out, submission->Write() + "\n"); !written)
    return Complain(flags.common, written.error());
  return Fine("signed, not yet handed in: " + flags.out + "\n");
}

// "sum=18000"
std::optional<std::pair<std::string, std::string>> FieldOf(const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == 0 || sign == std::string::npos) return std::nullopt;
  return std::pair(text.substr(0, sign), text.substr(sign + 1));
}

int Append(const LedgerFlags& flags) {
  if (!flags.file.empty()) {
    std::vector<ledger::Submission> submissions;
    const auto text = ReadText(flags.file);
    if (!text) return Complain(flags.common, text.error());
    auto submission = ledger::Submission::Read(std::string_view(*text).substr(0, text->find('\n')));
    if (!submission) return Complain(flags.common, submission.error());
    return Submit(flags, {std::move(*submission)});
  }
  service::EntryDraft entry;
  entry.kind = flags.kind;
  entry.by = flags.by;
  entry.happened = flags.on;
  entry.source = flags.source;
  entry.evidence = flags.evidence;
  entry.in_clear = flags.in_clear;
  for (const std::string& text : flags.fields) {
    const auto field = FieldOf(text);
    if (!field)
      return Complain(flags.common, Quoted(text) + " is no field and its value",
                      "write sum=18000, once for each field");
    entry.fields.push_back(*field);
  }
  if (entry.kind.empty() || flags.key.empty())
    return Complain(flags.common, "an entry needs a kind and a key",
                    "write entente ledger append LEDGER ship goods=Bolts --key FILE");
  return Say(flags, service::DraftOf(entry));
}

// The same statement with one more signature on it.
int SignMore(const LedgerFlags& flags) {
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  auto submission = ledger::Submission::Read(std::string_view(*text).substr(0, text->find('\n')));
  if (!submission) return Complain(flags.common, submission.error());
  const auto key = ReadKey(flags.key);
  if (!key) return Complain(flags.common, key.error());
  if (key->purpose() != ledger::Purpose::kStatement)
    return Complain(flags.common, "the key is not one for statements", "");
  submission->envelope.Sign(*key);
  const std::string out = flags.out.empty() ? flags.file + ".signed" : flags.out;
  if (auto written = WriteSecret(out, submission->Write() + "\n"); !written)
    return Complain(flags.common, written.error());
  return Fine("signed by " + key->name() + ": " + out + "\n");
}

// A statement about an entry, which is named by index and leaf so that no other can be meant.
int About(const LedgerFlags& flags, std::string_view kind, Json::Object body,
          std::vector<ledger::Opening> openings = {}) {
  auto reader = ledger::sqlite::OpenReader(StorePath(flags.ledger));
  if (!reader) return Complain(flags.common, reader.error());
  const auto hash = (*reader)->Hashes(0, flags.index, 1);
  if (!hash)
    return Complain(flags.common, "there is no entry " + std::to_string(flags.index),
                    "`entente ledger log` lists them");
  body["entry"] = flags.index;
  body["leaf"] = ledger::Hex(hash->front());
  return Say(flags, {std::string(kind), std::move(body), std::move(openings)});
}

int Correct(const LedgerFlags& flags) {
  std::vector<ledger::Opening> openings;
  Json::Object fields;
  for (const std::string& text : flags.fields) {
    const auto field = FieldOf(text);
    if (!field)
      return Complain(flags.common, Quoted(text) + " is no field and its value",
                      "write sum=18000, once for each field");
    fields[field->first] = flags.in_clear
                               ? Json(field->second)
                               : ledger::Hide("fields/" + field->first, field->second, openings);
  }
  return About(flags, ledger::kCorrect, {{"fields", std::move(fields)}}, std::move(openings));
}

int Contest(const LedgerFlags& flags) {
  return About(flags, ledger::kContest, {{"why", flags.why}});
}

int Withdraw(const LedgerFlags& flags) { return About(flags, ledger::kWithdraw, {}); }

int Log(const LedgerFlags& flags) {
  bool trusted = false;
  auto source = OpenSource(flags.ledger, trusted);
  if (!source) return Complain(flags.common, source.error());
  std::string out;
  Json::Array lines;
  ledger::WalkOptions options;
  options.signatures_hold = trusted;
  const auto walked =
      ledger::Walk(**source, options, [&](const ledger::Line& line) -> Result<void> {
        out += fmt::format("{:>5}  {}  {:<20}  {}\n", line.admitted.index, line.admitted.recorded,
                           JoinAnd(line.admitted.signers), Describe(line));
        return {};
      });
  if (!walked) return Complain(flags.common, walked.error());
  return Fine(out + "size " + std::to_string(walked->checkpoint.size) + ", root " +
              ledger::Hex(walked->checkpoint.root) + "\n");
}

int ShowEntry(const LedgerFlags& flags) {
  bool trusted = false;
  auto source = OpenSource(flags.ledger, trusted);
  if (!source) return Complain(flags.common, source.error());
  std::string out;
  ledger::WalkOptions options;
  options.signatures_hold = trusted;
  const auto walked =
      ledger::Walk(**source, options, [&](const ledger::Line& line) -> Result<void> {
        if (line.admitted.index != flags.index) return {};
        const ledger::Statement& s = line.admitted.statement;
        out += fmt::format("entry {}, {}\n  recorded  {}\n  signed by {}\n  asserted  {}\n",
                           line.admitted.index, Describe(line), line.admitted.recorded,
                           JoinAnd(line.admitted.signers), s.asserted);
        out += fmt::format("  saw       size {}, root {}\n  leaf      {}\n", s.seen.size,
                           ledger::Hex(s.seen.root), ledger::Hex(line.admitted.hash));
        for (const ledger::Opening& opening : line.openings)
          out += fmt::format("  {}  {}\n", opening.name, opening.value);
        for (const std::string& place : line.withheld)
          out += fmt::format("  {}  withheld\n", place);
        out += "  statement " + s.Write() + "\n";
        return {};
      });
  if (!walked) return Complain(flags.common, walked.error());
  if (out.empty())
    return Complain(flags.common, "there is no entry " + std::to_string(flags.index),
                    "`entente ledger log` lists them");
  return Fine(out);
}

int Prove(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  const auto receipt = ReceiptOf(*head->reader, flags.index, head->note);
  if (!receipt) return Complain(flags.common, receipt.error());
  return Fine(receipt->Write());
}

int ShowCheckpoint(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  return Fine(head->note);
}

int Export(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  const auto may_open = [&](uint64_t index, const std::string& name) {
    const std::string field = name.substr(name.find('/') + 1);
    return std::ranges::none_of(flags.withhold, [&](const std::string& what) {
      return what == field || what == field + "@" + std::to_string(index);
    });
  };
  if (auto written = ledger::WriteExport(*head->reader, head->note, may_open, std::cout); !written)
    return Complain(flags.common, written.error());
  std::cout.flush();
  return 0;
}

int Verify(const LedgerFlags& flags) {
  bool trusted = false;
  auto source = OpenSource(flags.ledger, trusted);
  if (!source) return Complain(flags.common, source.error());
  ledger::WalkOptions options;
  if (!flags.policy.empty()) {
    const auto text = ReadText(flags.policy);
    if (!text) return Complain(flags.common, text.error());
    auto policy = ledger::Policy::Read(*text);
    if (!policy) return Complain(flags.common, policy.error());
    options.policy = std::move(*policy);
  }
  size_t withheld = 0;
  const auto walked =
      ledger::Walk(**source, options, [&](const ledger::Line& line) -> Result<void> {
        withheld += line.withheld.size();
        return {};
      });
  if (!walked) {
    Complain(flags.common, walked.error());
    return 1;
  }
  const auto& registry = walked->registry;
  std::string out = fmt::format("verified: {}, {} entries, root {}\n", walked->checkpoint.origin,
                                walked->checkpoint.size, ledger::Hex(walked->checkpoint.root));
  out += "  every entry hashes to the root that the log signed, and was admitted by the rules\n";
  for (const auto& text : registry.texts())
    out += fmt::format("  agreement {}, {} from entry {}\n", text.name, text.hash.substr(0, 16),
                       text.from);
  for (const auto& holder : registry.holders())
    out += fmt::format("  {} {}, {} statements, key {}\n", holder.party ? "party" : "holder",
                       holder.name, holder.sequence,
                       ledger::KeyId(holder.keys.back().key).substr(0, 16));
  if (withheld > 0) out += fmt::format("  {} values were withheld\n", withheld);
  if (!walked->standing) {
    out +=
        "  no witness is asked for: a second history shown to somebody else would not be noticed\n";
    return Fine(out);
  }
  out += "  cosigned by " +
         (walked->standing->witnesses.empty() ? "nobody" : JoinAnd(walked->standing->witnesses)) +
         (walked->standing->quorum ? ", which the policy accepts\n"
                                   : ", which the policy does not accept: not final\n");
  fmt::print("{}", out);
  return walked->standing->quorum && walked->standing->by_log ? 0 : 1;
}

struct Entry {
  const char* name;
  const char* about;
  int (*run)(const LedgerFlags&);
};
constexpr Entry kKeys[] = {
    {"new", "Make a key and the one that will follow it: keys new \"Birch Ltd\" --out birch.key",
     NewKey},
    {"show", "What a key file holds, but for the secret", ShowKey},
    {"list", "Who holds which key in a ledger", ListKeys},
};
constexpr Entry kCommands[] = {
    {"init", "Begin the ledger of an agreement, signed by its parties", Init},
    {"append",
     "Sign an entry and hand it in: append LEDGER ship goods=Bolts --on 2026-03-01 --key F",
     Append},
    {"sign", "Add a signature to a statement that others must sign too", SignMore},
    {"correct", "Correct fields of an entry of one's own", Correct},
    {"contest", "Dispute another's entry, which then settles nothing", Contest},
    {"withdraw", "Withdraw a contest", Withdraw},
    {"log", "The entries in order", Log},
    {"show", "One entry, with all that was signed", ShowEntry},
    {"prove", "A receipt: a proof that an entry is in the ledger (c2sp.org/tlog-proof)", Prove},
    {"checkpoint", "The last signed checkpoint", ShowCheckpoint},
    {"export", "The whole ledger as one file that anyone can verify", Export},
    {"verify", "Check a ledger or an export from its first byte to its last; exit 1 if it fails",
     Verify},
};

}  // namespace

Result<std::unique_ptr<ledger::Source>> OpenSource(const std::string& path, bool& trusted) {
  std::error_code error;
  trusted = std::filesystem::is_directory(path, error);
  if (!trusted) {
    auto file = ledger::ExportFile::Open(path);
    if (!file) return std::unexpected(file.error());
    return std::unique_ptr<ledger::Source>(std::move(*file));
  }
  auto reader = ledger::sqlite::OpenReader(StorePath(path));
  if (!reader) return std::unexpected(reader.error());
  return std::unique_ptr<ledger::Source>(std::move(*reader));
}

void AddLedgerCommands(CLI::App& app, LedgerFlags& flags) {
  auto* ledger = app.add_subcommand(
      "ledger", "The record as evidence: entries that parties sign and nobody can change");
  ledger->require_subcommand(1);
  auto* keys = ledger->add_subcommand("keys", "Keys of parties, seats, logs and witnesses");
  keys->require_subcommand(1);
  std::map<std::string, CLI::App*> made;
  for (const Entry& e : kKeys)
    made[std::string("keys ") + e.name] = keys->add_subcommand(e.name, e.about);
  for (const Entry& e : kCommands) made[e.name] = ledger->add_subcommand(e.name, e.about);
  for (auto& [name, command] : made) {
    command->add_option("--color", flags.common.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command->add_flag("--json", flags.common.json, "Print JSON; the exit code stays the same");
    if (name == "keys new" || name == "keys show" || name == "sign") continue;
    command->add_option("ledger", flags.ledger, "The ledger's folder, or an exported file")
        ->required();
  }
  made["keys new"]->add_option("name", flags.name, "Whose key it is")->required();
  made["keys new"]->add_option("--out", flags.out, "The file to write")->required();
  made["keys new"]
      ->add_option("--purpose", flags.purpose, "statement, log or witness")
      ->check(CLI::IsMember({"statement", "log", "witness"}));
  made["keys new"]->add_flag("--unsealed", flags.in_clear, "Do not ask for a passphrase");
  made["keys show"]->add_option("file", flags.file, "The key file")->required();
  made["init"]->add_option("-a,--agreement", flags.common.agreement,
                           "Agreement: a Markdown file, or a folder with agreement.md");
  made["init"]
      ->add_option("--origin", flags.origin, "The log's name: example.com/deal")
      ->required();
  made["init"]->add_option("--party", flags.keys, "A party's key file; once for each party");
  made["init"]->add_option("--policy", flags.policy,
                           "Whose cosignatures make a checkpoint final (c2sp.org/tlog-policy)");
  made["verify"]->add_option("--policy", flags.policy, "Judge by this policy instead");
  made["append"]->add_option("kind", flags.kind, "The kind of entry: an act or a notice");
  made["append"]->add_option("--submission", flags.file, "A signed statement from a file instead");
  made["append"]->add_option("--by", flags.by, "Who did it, if not who signs");
  made["append"]->add_option("--on", flags.on, "When it happened: 2026-03-01, or with T14:30:00");
  made["append"]->add_option("--source", flags.source, "Where it is known from");
  made["append"]->add_option("--evidence", flags.evidence, "The hash of what proves it");
  made["sign"]->add_option("file", flags.file, "The signed statement")->required();
  for (const char* name : {"correct", "contest", "withdraw", "show", "prove"})
    made[name]->add_option("index", flags.index, "The entry's number")->required();
  for (const char* name : {"append", "correct"}) {
    made[name]->add_option("field", flags.fields, "sum=18000, once for each field");
    made[name]->add_flag("--in-clear", flags.in_clear,
                         "Put values into the signed text, where they can never be erased");
  }
  made["contest"]->add_option("--why", flags.why, "The reason")->required();
  for (const char* name : {"append", "correct", "contest", "withdraw", "sign"}) {
    auto* key = made[name]->add_option("--key", flags.key, "The key file of who signs");
    if (std::string_view(name) != "append") key->required();
    made[name]->add_option("--out", flags.out,
                           "Write the signed statement here and hand it in later");
  }
  made["export"]->add_option("--withhold", flags.withhold,
                             "A field whose value stays here, as sum or as sum@12");
}

std::optional<int> RunLedger(const CLI::App& app, const LedgerFlags& flags) {
  const CLI::App* ledger = app.get_subcommand("ledger");
  if (!ledger->parsed()) return std::nullopt;
  const CLI::App* keys = ledger->get_subcommand("keys");
  for (const Entry& e : kKeys) {
    if (keys->parsed() && keys->get_subcommand(e.name)->parsed()) return e.run(flags);
  }
  for (const Entry& e : kCommands) {
    if (ledger->get_subcommand(e.name)->parsed()) return e.run(flags);
  }
  return std::nullopt;
}

}  // namespace entente::cli
