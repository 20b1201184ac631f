// The commands that sign something and hand it in.

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "ledger/history.h"
#include "ledger/restore.h"
#include "record/seal.h"
#include "service/ledger.h"
#include "service/proceedings.h"
#include "wire/json.h"

namespace entente::cli {

using ledger::Json;

namespace {

// Makes it an entry, and says so with the checkpoint.
int Submit(const LedgerFlags& flags, const ledger::Submission& submission) {
  auto sequencer = OpenSequencer(flags.ledger);
  if (!sequencer) return Complain(flags.common, sequencer.error());
  if (sequencer->repaired() > 0) {
    fmt::print(stderr, "signed what a process that ended early had left unsigned: {} entries\n",
               sequencer->repaired());
  }
  const auto batched = sequencer->Append({&submission, 1}, Now());
  if (!batched) return Complain(flags.common, batched.error());
  const auto& [admitted, duplicate] = batched->outcomes.front();
  if (!admitted) return Complain(flags.common, admitted.error());
  if (flags.common.json) {
    return Print("appended", {{"checkpoint", batched->checkpoint},
                              {"duplicate", duplicate},
                              {"entry", admitted->index},
                              {"file", Json()}});
  }
  return Fine("entry " + std::to_string(admitted->index) +
              (duplicate ? " (it was there already)" : "") + "\n\n" + batched->checkpoint);
}

int NotHandedIn(const LedgerFlags& flags, const std::string& path) {
  if (flags.common.json) {
    return Print("appended",
                 {{"checkpoint", Json()}, {"duplicate", false}, {"entry", Json()}, {"file", path}});
  }
  return Fine("signed, not yet handed in: " + path + "\n");
}

// Signs with all the keys that were named and, unless a file was named for it, hands it in.
int Say(const LedgerFlags& flags, const ledger::Draft& draft,
        const std::vector<ledger::SecretKey>& keys) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  auto submission = ledger::Author(draft, keys.front(), head->registry,
                                   {head->checkpoint.size, head->checkpoint.root}, Now());
  if (!submission) return Complain(flags.common, submission.error());
  for (size_t i = 1; i < keys.size(); ++i) submission->envelope.Sign(keys[i]);
  if (flags.out.empty()) return Submit(flags, *submission);
  if (auto written = WriteSecret(flags.out, submission->Write() + "\n"); !written)
    return Complain(flags.common, written.error());
  return NotHandedIn(flags, flags.out);
}

int Say(const LedgerFlags& flags, const ledger::Draft& draft) {
  const auto keys = ReadKeys(flags.keys);
  return keys ? Say(flags, draft, *keys) : Complain(flags.common, keys.error());
}

// What the record notes of an entry that settles nothing.
std::string WhyNot(const service::Snapshot& snapshot, const std::string& id) {
  std::string left_out = "the agreement cannot take it";
  for (const std::string& note : snapshot.record_notes) {
    if (note.starts_with("left out")) left_out = note;
    const bool about = (" " + note).find(" " + id + " ") != std::string::npos;
    if (about && note.find("which was withheld") == std::string::npos) return note;
  }
  return left_out;
}

// What the agreement makes of a statement before it is signed; the exit code where it cannot take
// it or, of a notice, where it would have no effect.
std::optional<int> Foresee(const LedgerFlags& flags, const ledger::Draft& draft,
                           const std::vector<std::string>& signers) {
  Flags common = flags.common;
  common.ledger = flags.ledger;
  const service::Unsaid unsaid{draft, signers, Now()};
  int code = 0;
  const auto snapshot = Open(common, code, &unsaid);
  if (snapshot == nullptr) return code;
  if (snapshot->findings.any_error()) return Refuse(common, snapshot->findings, snapshot->files);
  const std::string id = service::EntryId(snapshot->ledger->size);
  const auto& entries = snapshot->record.entries();
  const auto entry = std::ranges::find(entries, id, &record::Entry::id);
  const std::string way_out = "mend it, or sign it all the same with --even-so";
  if (entry == entries.end() || entry->contested)
    return Complain(common, Failure{"not-taken", WhyNot(*snapshot, id), way_out});
  if (service::NoticeCalled(snapshot->agreement, entry->kind) == nullptr) return std::nullopt;
  diag::Findings findings;
  const auto effect = service::EffectOf(*snapshot, id, {}, findings);
  if (!effect) return Refuse(common, findings, snapshot->files);
  if (effect->standing == eval::kCounts) return std::nullopt;
  for (const diag::Finding& f : snapshot->findings.all()) {
    if (f.kind != diag::FindingKind::kNotGiven || f.at.file != entry->at.file ||
        f.at.begin != entry->at.begin)
      continue;
    Complain(common, Failure{"not-given", f.message, f.help + "; or sign it with --even-so"});
    return 1;
  }
  std::vector<std::string> why;
  for (const eval::Citation& c : effect->because) why.push_back(c.label + " says: " + c.says);
  Complain(common,
           Failure{"no-effect",
                   entry->by + " would make " + WithArticle(entry->kind) + " that " +
                       (effect->standing == eval::kNoEffect ? "has no effect" : effect->standing) +
                       (effect->why.empty() ? "" : " (" + JoinAnd(effect->why) + ")") +
                       (effect->decided ? ": " : ": no clause gives the power in this case") +
                       (effect->decided || why.empty() ? "" : "; ") + Join(why, "; "),
                   way_out});
  return 1;
}

// The same of a statement that is signed already.
std::optional<int> Foresee(const LedgerFlags& flags, const ledger::Submission& submission) {
  const auto statement = ledger::Statement::Read(submission.envelope.payload);
  if (!statement) return Complain(flags.common, statement.error());
  if (statement->kind != ledger::kEntry) return std::nullopt;
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  std::vector<std::string> signers{statement->party};
  for (const ledger::EnvelopeSignature& line : submission.envelope.signatures) {
    const auto* holder = head->registry.HolderOf(line.key_id);
    if (holder != nullptr && holder->name != statement->party) signers.push_back(holder->name);
  }
  return Foresee(flags, {statement->kind, statement->body, submission.openings}, signers);
}

// A statement about an entry, which is named by index and leaf so that no other can be meant.
int About(const LedgerFlags& flags, std::string_view kind, Json::Object body,
          std::vector<ledger::Opening> openings = {}) {
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  const auto leaf = (*source)->Leaves(flags.index, 1);
  if (!leaf)
    return Complain(flags.common, "there is no entry " + std::to_string(flags.index),
                    "`entente ledger log` lists them");
  body["entry"] = flags.index;
  body["leaf"] = Hex(ledger::LeafHash(leaf->front()));
  return Say(flags, {std::string(kind), std::move(body), std::move(openings)});
}

}  // namespace

// ---- the commands

Result<ledger::Submission> ReadSubmission(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  return ledger::Submission::Read(std::string_view(*text).substr(0, text->find('\n')));
}

std::optional<std::vector<std::pair<std::string, std::string>>> FieldsOf(const LedgerFlags& flags) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& text : flags.fields) {
    const size_t sign = text.find('=');
    if (sign == 0 || sign == std::string::npos) {
      Complain(flags.common, Quoted(text) + " is no field and its value",
               "write sum=18000, once for each field");
      return std::nullopt;
    }
    out.emplace_back(text.substr(0, sign), text.substr(sign + 1));
  }
  return out;
}

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
  if (flags.common.json) return Print("key", KeyMembers(key, flags.out));
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

int RegisterKey(const LedgerFlags& flags) {
  const auto key = ReadKey(flags.file);
  if (!key) return Complain(flags.common, key.error());
  // Whoever registers signs too: that it holds the key.
  LedgerFlags with = flags;
  with.keys.push_back(flags.file);
  return Say(
      with, {std::string(ledger::kRegister),
             Json::Object{{"holder",
                           Json::Object{{"key", ledger::Base64(ledger::BytesOf(key->public_key()))},
                                        {"name", key->name()},
                                        {"next", key->next()}}}},
             {}});
}

int RotateKey(const LedgerFlags& flags) {
  auto key = ReadKey(flags.file);
  if (!key) return Complain(flags.common, key.error());
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  const ledger::Registry::Holder* holder = head->registry.Find(key->name());
  if (holder == nullptr || holder->keys.back().next != ledger::KeyId(key->public_key()))
    return Complain(
        flags.common,
        Failure{"wrong-successor",
                Quoted(flags.file) + " is not the key that was committed to as the next",
                "it is the file that `keys new` or the last rotation made beside the "
                "key"});
  const std::string passphrase = flags.in_clear ? "" : Passphrase(flags.file);
  const std::string next_path = flags.file + ".next";
  // One that an earlier try left is as good.
  std::error_code error;
  const bool is_there = std::filesystem::exists(next_path, error);
  const auto next = is_there ? ReadKey(next_path)
                             : Result<ledger::SecretKey>(ledger::SecretKey::Make(
                                   ledger::Purpose::kStatement, key->name()));
  if (!next) return Complain(flags.common, next.error());
  if (!is_there) {
    if (auto written = WriteSecret(next_path, next->Write(passphrase)); !written)
      return Complain(flags.common, written.error());
  }
  LedgerFlags with = flags;
  with.keys = {flags.file};
  const int code =
      Say(with, {std::string(ledger::kRotate),
                 Json::Object{{"key", ledger::Base64(ledger::BytesOf(key->public_key()))},
                              {"next", Json(ledger::KeyId(next->public_key()))}},
                 {}});
  if (code == 0)
    fmt::print(stderr, "from now on {} signs for {}; its successor: {}\n", flags.file, key->name(),
               next_path);
  return code;
}

int RevokeKey(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  std::vector<std::string> ids;
  for (const ledger::Registry::Holder& holder : head->registry.holders()) {
    for (const ledger::Registry::Key& key : holder.keys) {
      if (ledger::KeyId(key.key).starts_with(flags.name)) ids.push_back(ledger::KeyId(key.key));
    }
  }
  if (ids.size() != 1)
    return Complain(flags.common,
                    Quoted(flags.name) + " is the beginning of " +
                        (ids.empty() ? "no key's id" : "several keys' ids"),
                    "`entente ledger keys list` shows them");
  return Say(flags, {std::string(ledger::kRevoke),
                     Json::Object{{"key", ids.front()}, {"since", flags.since}},
                     {}});
}

int Init(const LedgerFlags& flags) {
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
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  std::vector<ledger::Party> parties;
  for (const ledger::SecretKey& key : *keys)
    parties.push_back({key.name(), key.public_key(), key.next()});
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
  if (HasLedger(flags.ledger))
    return Complain(flags.common, Quoted(flags.ledger) + " holds a ledger", "name another folder");
  std::error_code error;
  // A key that lies there already is the log's.
  const bool has_key = std::filesystem::exists(LogKeyPath(flags.ledger), error);
  auto log =
      has_key
          ? ReadKey(LogKeyPath(flags.ledger))
          : Result<ledger::SecretKey>(ledger::SecretKey::Make(ledger::Purpose::kLog, flags.origin));
  if (!log) return Complain(flags.common, log.error());
  const std::string name = snapshot->files.Get(snapshot->texts.front()).name;
  ledger::Submission genesis{
      {ledger::Genesis({log->name(), ledger::NoteKeyType::kEd25519, log->public_key()},
                       snapshot->agreement_hash, std::filesystem::path(name).filename().string(),
                       parties, policy, Now())
           .Write(),
       {}},
      {}};
  for (const ledger::SecretKey& key : *keys) genesis.envelope.Sign(key);
  // Nothing is made where it would be refused.
  if (const auto admitted = ledger::Admission().Submit(genesis, Now()); !admitted)
    return Complain(flags.common, admitted.error());
  std::filesystem::create_directories(flags.ledger + "/signer", error);
  if (error)
    return Complain(flags.common, Quoted(flags.ledger) + " cannot be made: " + error.message(), "");
  chmod((flags.ledger + "/signer").c_str(), 0700);
  if (!has_key) {
    if (auto written = WriteSecret(LogKeyPath(flags.ledger), log->Write("")); !written)
      return Complain(flags.common, written.error());
  }
  {
    auto signer = ledger::Signer::Create(StatePath(flags.ledger), std::move(*log));
    if (!signer) return Complain(flags.common, signer.error());
    if (auto store = CreateStore(flags.ledger, flags.store); !store)
      return Complain(flags.common, store.error());
  }
  if (!flags.common.json) fmt::print("ledger {} of {}\n", flags.origin, name);
  return Submit(flags, genesis);
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

int Append(const LedgerFlags& flags) {
  if (!flags.file.empty()) {
    const auto submission = ReadSubmission(flags.file);
    if (!submission) return Complain(flags.common, submission.error());
    if (!flags.common.agreement.empty() && !flags.even_so) {
      if (const auto refused = Foresee(flags, *submission)) return *refused;
    }
    return Submit(flags, *submission);
  }
  if (flags.kind.empty())
    return Complain(flags.common, "an entry needs a kind",
                    "write entente ledger append LEDGER ship goods=Bolts --key FILE");
  return SayEntry(flags, {}, !flags.common.agreement.empty());
}

int SayEntry(const LedgerFlags& flags, const std::vector<std::pair<std::string, std::string>>& more,
             bool foresee) {
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  service::EntryDraft entry{.kind = flags.kind,
                            .by = flags.by,
                            .happened = flags.on,
                            .fields = {},
                            .source = flags.source,
                            .evidence = flags.evidence,
                            .in_clear = flags.in_clear,
                            .with = flags.with};
  // Who signs here too is needed: a signature that may be missing is worth nothing.
  for (size_t i = 1; i < keys->size(); ++i) entry.with.push_back((*keys)[i].name());
  auto fields = FieldsOf(flags);
  if (!fields) return kCouldNotAsk;
  entry.fields = std::move(*fields);
  entry.fields.insert(entry.fields.end(), more.begin(), more.end());
  const ledger::Draft draft = service::DraftOf(entry);
  if (foresee && !flags.even_so) {
    std::vector<std::string> signers{keys->front().name()};
    signers.insert(signers.end(), entry.with.begin(), entry.with.end());
    if (const auto refused = Foresee(flags, draft, signers)) return *refused;
  }
  return Say(flags, draft, *keys);
}

// The same statement with one more signature on it.
int SignMore(const LedgerFlags& flags) {
  auto submission = ReadSubmission(flags.file);
  if (!submission) return Complain(flags.common, submission.error());
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  for (const ledger::SecretKey& key : *keys) submission->envelope.Sign(key);
  const std::string out = flags.out.empty() ? flags.file + ".signed" : flags.out;
  if (auto written = WriteSecret(out, submission->Write() + "\n"); !written)
    return Complain(flags.common, written.error());
  return NotHandedIn(flags, out);
}

int Correct(const LedgerFlags& flags) {
  const auto values = FieldsOf(flags);
  if (!values) return kCouldNotAsk;
  if (values->empty())
    return Complain(flags.common, "a correction needs a field and its value", "write sum=18000");
  std::vector<ledger::Opening> openings;
  Json::Object fields;
  for (const auto& [name, value] : *values)
    fields[name] = flags.in_clear ? Json(value) : ledger::Hide("fields/" + name, value, openings);
  return About(flags, ledger::kCorrect, {{"fields", std::move(fields)}}, std::move(openings));
}

int Redact(const LedgerFlags& flags) {
  const std::string field =
      flags.field.find('/') == std::string::npos ? "fields/" + flags.field : flags.field;
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  const auto openings = (*source)->Openings(flags.index, 1);
  if (!openings) return Complain(flags.common, openings.error());
  if (std::ranges::find(openings->front(), field, &ledger::Opening::name) ==
      openings->front().end())
    return Complain(flags.common,
                    "entry " + std::to_string(flags.index) + " has no value at " + Quoted(field) +
                        " that could be erased",
                    "`entente ledger show` names them; what was signed in clear stays for ever");
  return About(flags, ledger::kRedact, {{"field", field}, {"why", flags.why}});
}

int Contest(const LedgerFlags& flags) {
  return About(flags, ledger::kContest, {{"why", flags.why}});
}

int Withdraw(const LedgerFlags& flags) { return About(flags, ledger::kWithdraw, {}); }

int NewText(const LedgerFlags& flags) {
  int code = 0;
  const auto snapshot = Open(flags.common, code);
  if (snapshot == nullptr) return code;
  if (snapshot->findings.any_error())
    return Refuse(flags.common, snapshot->findings, snapshot->files);
  const std::string name = snapshot->files.Get(snapshot->texts.front()).name;
  return Say(flags, {std::string(ledger::kText),
                     Json::Object{{"hash", Json(snapshot->agreement_hash)},
                                  {"name", std::filesystem::path(name).filename().string()}},
                     {}});
}

namespace {

// `o1 as e3`, for each entry of the record that the ledger holds with the same values.
Result<std::vector<std::string>> SaidAlready(const std::string& where,
                                             const record::Record& record) {
  auto source = OpenSource(where);
  if (!source) return std::unexpected(source.error());
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  const auto said = service::RecordOf(**source, options);
  if (!said) return std::unexpected(said.error());
  source::Files files;
  diag::Findings findings;
  record::Record held;
  wire::ReadRecord(files, where, said->lines, held, findings);
  const auto same = [](const record::Entry& a, const record::Entry& b) {
    auto of = [](const record::Entry& entry) {
      std::vector<std::pair<std::string, std::string>> out;
      // Entries are called otherwise there.
      for (const record::Field& field : entry.fields) {
        if (field.name != record::kOf && field.name != "entry")
          out.emplace_back(field.name, field.value);
      }
      std::ranges::sort(out);
      return out;
    };
    return a.kind == b.kind && (a.by == b.by || a.kind == record::kCorrect) &&
           a.happened.date() == b.happened.date() && of(a) == of(b);
  };
  std::vector<std::string> out;
  for (const record::Entry& entry : record.entries()) {
    const auto there = std::ranges::find_if(
        held.entries(), [&](const record::Entry& other) { return same(entry, other); });
    if (there != held.entries().end()) out.push_back(entry.id + " as " + there->id);
  }
  return out;
}

}  // namespace

// Signs the entries of a record file, each with the key of who did it, else with the first key.
int Import(const LedgerFlags& flags) {
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  source::Files files;
  diag::Findings findings;
  record::Record record;
  wire::ReadRecord(files, flags.file, *text, record, findings);
  if (findings.any_error()) return Refuse(flags.common, findings, files);
  for (const record::Entry& entry : record.entries()) {
    if (entry.contested)
      return Complain(
          flags.common, "entry " + Quoted(entry.id) + " is contested in the record",
          "import the others; whoever contests it signs that with `entente ledger contest`");
  }
  for (const record::Entry& entry : record.entries()) {
    if (entry.Find(record::kReveals) != nullptr)
      return Complain(flags.common,
                      "entry " + Quoted(entry.id) + " reveals what was sealed under another number",
                      "import the others; what is sealed in a ledger is revealed in that ledger");
  }
  if (!flags.even_so) {
    const auto there = SaidAlready(flags.ledger, record);
    if (!there) return Complain(flags.common, there.error());
    if (!there->empty()) {
      return Complain(flags.common,
                      "the ledger holds " + std::to_string(there->size()) +
                          " of these entries already, such as " + there->front(),
                      "leave them out of the file; --even-so signs them once more");
    }
  }
  const auto earlier_known = std::ranges::count_if(
      record.entries(), [](const record::Entry& entry) { return entry.known < Today(); });
  auto sequencer = OpenSequencer(flags.ledger);
  if (!sequencer) return Complain(flags.common, sequencer.error());
  // What an entry of the record became.
  std::map<std::string, ledger::Admitted> became;
  Json::Array imported;
  std::string last;
  for (const record::Entry& entry : record.entries()) {
    const auto own = std::ranges::find(*keys, entry.by, &ledger::SecretKey::name);
    const ledger::SecretKey& key = own == keys->end() ? keys->front() : *own;
    service::EntryDraft said;
    said.kind = entry.kind;
    if (entry.by != key.name()) said.by = entry.by;
    said.happened = ToText(entry.happened.date());
    if (!entry.undated_time) {
      const int second = entry.happened.second();
      said.happened +=
          fmt::format("T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    }
    said.source = entry.source;
    said.evidence = entry.evidence;
    said.in_clear = flags.in_clear;
    const ledger::Admitted* corrected = nullptr;
    for (const record::Field& field : entry.fields) {
      const auto other = became.find(field.value);
      const bool refers =
          other != became.end() &&
          (field.name == record::kOf || (entry.kind == record::kCorrect && field.name == "entry"));
      if (refers && field.name != record::kOf) {
        corrected = &other->second;
      } else {
        said.fields.emplace_back(field.name,
                                 refers ? service::EntryId(other->second.index) : field.value);
      }
    }
    ledger::Draft draft = service::DraftOf(said);
    if (corrected != nullptr) {
      draft.kind = ledger::kCorrect;
      draft.body = Json::Object{{"entry", corrected->index},
                                {"fields", *draft.body.Find("fields")},
                                {"leaf", Hex(corrected->hash)}};
    }
    auto submission = ledger::Author(draft, key, sequencer->registry(),
                                     {sequencer->edge().size(), sequencer->edge().Root()}, Now());
    if (!submission) return Complain(flags.common, submission.error());
    auto batched = sequencer->Append({&*submission, 1}, Now());
    if (!batched) return Complain(flags.common, batched.error());
    auto& admitted = batched->outcomes.front().admitted;
    if (!admitted) return Complain(flags.common, admitted.error());
    if (!flags.common.json) fmt::print("{} became entry {}\n", entry.id, admitted->index);
    imported.push_back(Json::Object{{"entry", admitted->index}, {"record", entry.id}});
    became.emplace(entry.id, std::move(*admitted));
    last = batched->checkpoint;
  }
  if (earlier_known > 0) {
    fmt::print(stderr,
               "note: {} of them were known before today; a ledger knows from the day on which it "
               "recorded\n",
               earlier_known);
  }
  if (flags.common.json)
    return Print("imported", {{"checkpoint", last}, {"entries", std::move(imported)}});
  return Fine("\n" + last);
}

}  // namespace entente::cli
