// The commands that sign something and hand it in.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/words.h"
#include "cli/ledger_folder.h"
#include "service/ledger.h"
#include "service/proceedings.h"

namespace entente::cli {

using ledger::Json;

// Makes it an entry, and says so with the checkpoint.
int HandIn(const LedgerFlags& flags, const ledger::Submission& submission) {
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

int WriteSubmission(const LedgerFlags& flags, const ledger::Submission& submission,
                    const std::string& path) {
  if (auto written = WriteSecret(path, submission.Write() + "\n"); !written)
    return Complain(flags.common, written.error());
  if (flags.common.json) {
    return Print("appended",
                 {{"checkpoint", Json()}, {"duplicate", false}, {"entry", Json()}, {"file", path}});
  }
  return Fine(
      (submission.envelope.signatures.empty() ? "to be signed: " : "signed, not yet handed in: ") +
      path + "\n");
}

namespace {

// Signs with all the keys that were named and, unless a file was named for it, hands it in.
int Say(const LedgerFlags& flags, const ledger::Draft& draft,
        const std::vector<ledger::SecretKey>& keys) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  auto submission = ledger::Author(draft, keys.front(), head->registry,
                                   {head->checkpoint.size, head->checkpoint.root}, Now());
  if (!submission) return Complain(flags.common, submission.error());
  for (size_t i = 1; i < keys.size(); ++i) submission->envelope.Sign(keys[i]);
  if (flags.out.empty()) return HandIn(flags, *submission);
  return WriteSubmission(flags, *submission, flags.out);
}

// What the record notes of an entry that settles nothing.
std::string WhyNot(const service::Snapshot& snapshot, const std::string& id) {
  for (const std::string& note : snapshot.record_notes) {
    const bool about = (" " + note).find(" " + id + " ") != std::string::npos;
    if (about && note.find("which was withheld") == std::string::npos) return note;
  }
  return "the agreement cannot take it";
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
  if (statement->kind != ledger::kEntry && statement->kind != ledger::kCorrect) return std::nullopt;
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  std::vector<std::string> signers{statement->party};
  for (const ledger::EnvelopeSignature& line : submission.envelope.signatures) {
    const auto* holder = head->registry.HolderOf(line.key_id);
    if (holder != nullptr && holder->name != statement->party) signers.push_back(holder->name);
  }
  return Foresee(flags, {statement->kind, statement->body, submission.openings}, signers);
}

// A statement about an entry, which is named by index and leaf so that no other can be meant. Held
// against the agreement first, if the flags name one.
int About(const LedgerFlags& flags, std::string_view kind, Json::Object body,
          std::vector<ledger::Opening> openings = {}) {
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  const auto leaf = ledger::LeafAt(**source, flags.index);
  if (!leaf)
    return Complain(flags.common, "there is no entry " + std::to_string(flags.index),
                    "`entente ledger log` lists them");
  body["entry"] = flags.index;
  body["leaf"] = Hex(ledger::LeafHash(*leaf));
  const ledger::Draft draft{std::string(kind), std::move(body), std::move(openings)};
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  if (!flags.common.agreement.empty() && !flags.even_so) {
    std::vector<std::string> signers;
    for (const ledger::SecretKey& key : *keys) signers.push_back(key.name());
    if (const auto refused = Foresee(flags, draft, signers)) return *refused;
  }
  return Say(flags, draft, *keys);
}

}  // namespace

int Say(const LedgerFlags& flags, const ledger::Draft& draft) {
  const auto keys = ReadKeys(flags.keys);
  return keys ? Say(flags, draft, *keys) : Complain(flags.common, keys.error());
}

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
    if (std::ranges::count(out, out.back().first, &std::pair<std::string, std::string>::first) >
        1) {
      Complain(flags.common, "the field " + Quoted(out.back().first) + " stands twice",
               "name each field once");
      return std::nullopt;
    }
  }
  return out;
}

int Append(const LedgerFlags& flags) {
  if (!flags.file.empty()) {
    const auto submission = ReadSubmission(flags.file);
    if (!submission) return Complain(flags.common, submission.error());
    if (!flags.common.agreement.empty() && !flags.even_so) {
      if (const auto refused = Foresee(flags, *submission)) return *refused;
    }
    return HandIn(flags, *submission);
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

namespace {

// That the text which the statement makes the agreement's is the one that the flags name.
std::optional<int> HoldText(const LedgerFlags& flags, const ledger::Submission& submission) {
  const auto statement = ledger::Statement::Read(submission.envelope.payload);
  if (!statement) return Complain(flags.common, statement.error());
  const Json* agreement = statement->body.Find("agreement");
  const std::string* hash =
      ledger::TextAt(agreement == nullptr ? statement->body : *agreement, "hash");
  if (hash == nullptr) {
    return Complain(flags.common,
                    "the statement is about no text: it is of kind " + statement->kind,
                    "leave --agreement out");
  }
  int code = 0;
  const auto snapshot = Open(flags.common, code);
  if (snapshot == nullptr) return code;
  if (snapshot->agreement_hash == *hash) return std::nullopt;
  return Complain(flags.common,
                  Failure{"other-agreement",
                          "the statement is about the text " + hash->substr(0, 12) +
                              ", and this is " + snapshot->agreement_hash.substr(0, 12),
                          "sign only the text that you read: ask for the file it was made of"});
}

}  // namespace

// The same statement with one more signature on it.
int SignMore(const LedgerFlags& flags) {
  auto submission = ReadSubmission(flags.file);
  if (!submission) return Complain(flags.common, submission.error());
  const auto keys = ReadKeys(flags.keys);
  if (!keys) return Complain(flags.common, keys.error());
  if (!flags.common.agreement.empty()) {
    if (const auto refused = HoldText(flags, *submission)) return *refused;
  }
  for (const ledger::SecretKey& key : *keys) submission->envelope.Sign(key);
  const std::string out = flags.out.empty() ? flags.file + ".signed" : flags.out;
  return WriteSubmission(flags, *submission, out);
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

}  // namespace entente::cli
