// A ledger's beginning, and a store made anew.

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/words.h"
#include "cli/ledger_folder.h"
#include "ledger/history.h"
#include "ledger/restore.h"

namespace entente::cli {

namespace {

// The log's key: one that lies in the folder already, else a new one.
Result<ledger::SecretKey> LogKey(const LedgerFlags& flags) {
  const std::string path = LogKeyPath(flags.ledger);
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    auto key = ReadKey(path);
    if (!key) return key;
    if (key->purpose() != ledger::Purpose::kLog || key->name() != flags.origin) {
      return Fail("other-log",
                  Quoted(path) + " is the key of a " + std::string(NameOf(key->purpose())) +
                      " called " + Quoted(key->name()),
                  "name that log with --origin, or another folder");
    }
    return key;
  }
  return ledger::SecretKey::Make(ledger::Purpose::kLog, flags.origin);
}

Result<void> KeepLogKey(const LedgerFlags& flags, const ledger::SecretKey& key) {
  std::error_code error;
  if (std::filesystem::exists(LogKeyPath(flags.ledger), error)) return {};
  std::filesystem::create_directories(flags.ledger + "/signer", error);
  if (error)
    return Fail("store-failed", Quoted(flags.ledger) + " cannot be made: " + error.message());
  chmod((flags.ledger + "/signer").c_str(), 0700);
  return WriteSecret(LogKeyPath(flags.ledger), key.Write(""));
}

// Store and signer, both empty: made, or left so by a try that ended early.
Result<void> MakeEmpty(const LedgerFlags& flags, ledger::SecretKey log) {
  std::error_code error;
  if (HasLedger(flags.ledger)) {
    auto reader = OpenReader(flags.ledger);
    if (!reader) return std::unexpected(reader.error());
    const auto size = (*reader)->Size();
    if (!size) return std::unexpected(size.error());
    if (*size > 0)
      return Fail("store-failed", Quoted(flags.ledger) + " holds a ledger", "name another folder");
  }
  if (std::filesystem::exists(StatePath(flags.ledger), error)) {
    const auto signer = ledger::Signer::Open(StatePath(flags.ledger), std::move(log));
    if (!signer) return std::unexpected(signer.error());
    if (signer->edge().size() > 0) {
      return Fail("restored-backup",
                  "the signer of " + Quoted(flags.ledger) + " has signed a ledger already",
                  "`entente ledger restore` brings back its entries; else name another folder");
    }
  } else if (auto signer = ledger::Signer::Create(StatePath(flags.ledger), std::move(log));
             !signer) {
    return std::unexpected(signer.error());
  }
  return HasLedger(flags.ledger) ? Result<void>() : CreateStore(flags.ledger, flags.store);
}

// Nothing is made where the genesis would be refused.
int Begin(const LedgerFlags& flags, const ledger::Submission& genesis, ledger::SecretKey log) {
  if (const auto admitted = ledger::Admission().Submit(genesis, Now()); !admitted)
    return Complain(flags.common, admitted.error());
  if (auto kept = KeepLogKey(flags, log); !kept) return Complain(flags.common, kept.error());
  if (auto made = MakeEmpty(flags, std::move(log)); !made)
    return Complain(flags.common, made.error());
  return HandIn(flags, genesis);
}

// A genesis that the parties signed elsewhere, each with its own key.
int BeginFrom(LedgerFlags flags) {
  const auto genesis = ReadSubmission(flags.file);
  if (!genesis) return Complain(flags.common, genesis.error());
  const auto statement = ledger::Statement::Read(genesis->envelope.payload);
  if (!statement) return Complain(flags.common, statement.error());
  std::error_code error;
  if (!std::filesystem::exists(LogKeyPath(flags.ledger), error)) {
    return Complain(flags.common, Quoted(flags.ledger) + " has no key of a log",
                    "begin in the folder in which `init --out` wrote the genesis");
  }
  flags.origin = statement->origin;
  auto log = LogKey(flags);
  if (!log) return Complain(flags.common, log.error());
  const std::string* named = ledger::TextAt(statement->body, "log");
  const ledger::NoteKey ours{log->name(), ledger::NoteKeyType::kEd25519, log->public_key()};
  if (named == nullptr || *named != ours.Write()) {
    return Complain(flags.common,
                    Failure{"other-log", "the genesis names another log's key than the folder has",
                            "begin in the folder in which `init --out` wrote the genesis"});
  }
  return Begin(flags, *genesis, std::move(*log));
}

}  // namespace

int Init(const LedgerFlags& flags) {
  if (!flags.file.empty()) return BeginFrom(flags);
  if (!ledger::IsNoteName(flags.origin))
    return Complain(flags.common, "the origin has a blank or a + in it, or is empty",
                    "name it with --origin, like an address: example.com/deal");
  int code = 0;
  const auto snapshot = Open(flags.common, code);
  if (snapshot == nullptr) return code;
  if (snapshot->findings.any_error())
    return Refuse(flags.common, snapshot->findings, snapshot->files);
  std::string policy;
  if (!flags.policy.empty()) {
    const auto text = ReadText(flags.policy);
    if (!text) return Complain(flags.common, text.error());
    policy = *text;
  }
  std::vector<ledger::Party> parties;
  // Whose secret is not here signs elsewhere.
  std::vector<std::string> secrets;
  std::vector<std::string> elsewhere;
  for (const std::string& path : flags.keys) {
    const auto text = ReadText(path);
    if (!text) return Complain(flags.common, text.error());
    const auto key = ledger::PublicPart::Read(*text);
    if (!key) return Complain(flags.common, key.error());
    parties.push_back({key->name, key->key, key->next});
    if (ledger::SecretKey::IsSecret(*text)) {
      secrets.push_back(path);
    } else {
      elsewhere.push_back(key->name);
    }
  }
  if (parties.empty())
    return Complain(flags.common, "no party is named", "name a key of each with --party");
  std::vector<ledger::SecretKey> keys;
  if (!secrets.empty()) {
    auto read = ReadKeys(secrets);
    if (!read) return Complain(flags.common, read.error());
    keys = std::move(*read);
  }
  // Whoever signs here settles for all who the seats are and what the text is.
  const ir::Program& program = snapshot->agreement.program;
  std::vector<std::string> named;
  for (const ThingId party : snapshot->agreement.parties)
    named.emplace_back(program.symbols.Name(program.things[party.index].name));
  const bool all = std::ranges::is_permutation(named, parties, {}, {}, &ledger::Party::name);
  if (!all && !flags.even_so) {
    return Complain(
        flags.common,
        "the parties of the text are " + JoinAnd(named) + ", and the keys are of " + JoinAnd([&] {
          std::vector<std::string> names;
          for (const ledger::Party& party : parties) names.push_back(party.name);
          return names;
        }()),
        "name a key of each of them with --party, or say --even-so");
  }
  if (!elsewhere.empty() && flags.out.empty()) {
    return Complain(flags.common, "the secret of " + JoinAnd(elsewhere) + " is not here",
                    "write the genesis with --out, have each sign it with `entente ledger sign`, "
                    "and begin with `entente ledger init LEDGER --submission FILE`");
  }
  auto log = LogKey(flags);
  if (!log) return Complain(flags.common, log.error());
  const std::string name = snapshot->files.Get(snapshot->texts.front()).name;
  ledger::Submission genesis{
      {ledger::Genesis({log->name(), ledger::NoteKeyType::kEd25519, log->public_key()},
                       snapshot->agreement_hash, std::filesystem::path(name).filename().string(),
                       parties, policy, Now())
           .Write(),
       {}},
      {}};
  for (const ledger::SecretKey& key : keys) genesis.envelope.Sign(key);
  if (!flags.out.empty()) {
    if (auto kept = KeepLogKey(flags, *log); !kept) return Complain(flags.common, kept.error());
    return WriteSubmission(flags, genesis, flags.out);
  }
  if (!flags.common.json) fmt::print("ledger {} of {}\n", flags.origin, name);
  return Begin(flags, genesis, std::move(*log));
}

// The store of a folder whose signer is there, from an exported file.
int RestoreStore(const LedgerFlags& flags) {
  std::error_code error;
  if (HasLedger(flags.ledger))
    return Complain(flags.common, Quoted(flags.ledger) + " holds a ledger",
                    "move its ledger.sqlite, or store.url, away first");
  if (!std::filesystem::exists(StatePath(flags.ledger), error))
    return Complain(flags.common, Quoted(flags.ledger) + " holds no signer",
                    "bring back the folder `signer` with its key and memory; without it no ledger "
                    "goes on");
  auto source = OpenSource(flags.file);
  if (!source) return Complain(flags.common, source.error());
  // Nothing is made of a copy that does not hold.
  const auto walked = ledger::Walk(**source);
  if (!walked) return Complain(flags.common, walked.error());
  if (auto made = CreateStore(flags.ledger, flags.store); !made)
    return Complain(flags.common, made.error());
  {
    auto writer = OpenWriter(flags.ledger);
    if (!writer) return Complain(flags.common, writer.error());
    auto reader = OpenReader(flags.ledger);
    if (!reader) return Complain(flags.common, reader.error());
    if (auto done = ledger::Restore(**source, *walked, **writer, **reader); !done)
      return Complain(flags.common, done.error());
  }
  // The signer says whether it is what was signed.
  auto sequencer = OpenSequencer(flags.ledger);
  if (!sequencer) return Complain(flags.common, sequencer.error());
  return Fine("restored " + std::to_string(sequencer->edge().size()) + " entries\n\n" +
              sequencer->Checkpoint());
}

}  // namespace entente::cli
