// src/cli/ledger_folder.h: a ledger's folder, keys and the clock: what its commands share.
//
// A ledger is a folder: `ledger.sqlite` with the entries, `signer/state` with what was signed last
// and `signer/log.key`. The signer's folder may be a link to another disk; it must not be copied
// back.
#pragma once

#include "cli/ledger.h"
#include "ledger/author.h"
#include "ledger/history.h"
#include "ledger/registry.h"
#include "ledger/sequencer.h"

namespace entente::cli {

// Whether the folder holds a ledger.
bool HasLedger(const std::string& folder);
// Whether it holds tiles that a ledger was exported to, and no ledger.
bool HasTiles(const std::string& folder);
// Makes the store: in the folder, or at a database's address.
Result<void> CreateStore(const std::string& folder, const std::string& url);
Result<std::unique_ptr<ledger::Writer>> OpenWriter(const std::string& folder);
// Of a folder or, for reading, a database's address.
Result<std::unique_ptr<ledger::Reader>> OpenReader(const std::string& where);

std::string StatePath(const std::string& folder);
std::string LogKeyPath(const std::string& folder);

// 2026-03-01T09:00:00Z. The year has four digits.
std::string TimeText(std::time_t seconds);
std::string Now();

Result<std::string> ReadText(const std::string& path);
// For the owner's eyes only, and never over a file that is there.
Result<void> WriteSecret(const std::string& path, const std::string& text);
// Likewise over a file that is there: after a crash it has the old text or the new one. Failure:
// `store-failed`.
Result<void> ReplaceFile(const std::string& path, const std::string& text);
// From ENTENTE_PASSPHRASE, else typed; empty where neither is.
std::string Passphrase(const std::string& path);
Result<ledger::SecretKey> ReadKey(const std::string& path);
// At least one, all of them for statements.
Result<std::vector<ledger::SecretKey>> ReadKeys(const std::vector<std::string>& paths);

// On standard error, where the clock is not the machine's.
void SayWhichClock();
Result<ledger::Sequencer> OpenSequencer(const std::string& folder);

// What an author must know before saying anything, from a ledger or an exported file. It goes on
// from what this user verified last; of a ledger, its keys and what came since are taken from the
// store, which the sequencer and every reader judge. Failures: those of the source and of
// ledger::Walk.
struct Head {
  ledger::Registry registry;
  std::string note;
  ledger::Checkpoint checkpoint;
};
Result<Head> ReadHead(const std::string& folder);

// The first line of a file.
Result<ledger::Submission> ReadSubmission(const std::string& path);
// A checkpoint that was kept in a file, with its signatures or without. Failures: `no-such-file`
// and those of ledger::Checkpoint.
Result<ledger::Checkpoint> ReadCheckpoint(const std::string& path);

// Failures: `no-such-file`, `not-a-policy`.
Result<ledger::Policy> ReadPolicy(const std::string& path);

// Prints it; 0.
int Fine(const std::string& text);
// The same for programs: docs/schema/ledger_SCHEMA.v1.json has the shape.
int Print(const std::string& schema, ledger::Json::Object members);
ledger::Json ToJson(const ledger::Checkpoint& checkpoint);

// Who holds which keys, and what each has said.
ledger::Json::Array HolderMembers(const ledger::Registry& registry);

// Makes it an entry, and says so with the checkpoint.
int HandIn(const LedgerFlags& flags, const ledger::Submission& submission);
// Into a file, to be signed by others or handed in later.
int WriteSubmission(const LedgerFlags& flags, const ledger::Submission& submission,
                    const std::string& path);

// Signs with all the keys that were named and, unless a file was named for it, hands it in.
int Say(const LedgerFlags& flags, const ledger::Draft& draft);

// ---- keys
int NewKey(const LedgerFlags& flags);
int ShowKey(const LedgerFlags& flags);
int ListKeys(const LedgerFlags& flags);
int RegisterKey(const LedgerFlags& flags);
int RotateKey(const LedgerFlags& flags);
int RevokeKey(const LedgerFlags& flags);
// ---- the commands that sign
int Init(const LedgerFlags& flags);
int RestoreStore(const LedgerFlags& flags);
int Append(const LedgerFlags& flags);
// "sum=18000", each; nothing, and said, where one is no field.
std::optional<std::vector<std::pair<std::string, std::string>>> FieldsOf(const LedgerFlags& flags);
// Signs the entry that the flags describe, with `more` fields, and hands it in. With `foresee` and
// without `even_so`, only what the agreement can take and what, if it is a notice, counts.
int SayEntry(const LedgerFlags& flags, const std::vector<std::pair<std::string, std::string>>& more,
             bool foresee);
int SignMore(const LedgerFlags& flags);
int Correct(const LedgerFlags& flags);
int Contest(const LedgerFlags& flags);
int Withdraw(const LedgerFlags& flags);
int Redact(const LedgerFlags& flags);
int NewText(const LedgerFlags& flags);
int Import(const LedgerFlags& flags);
// ---- a notice on which others decide
int OpenDeclaration(const LedgerFlags& flags);
int DiscloseInterest(const LedgerFlags& flags);
int Vote(const LedgerFlags& flags);
int SealVote(const LedgerFlags& flags);
int RevealVote(const LedgerFlags& flags);
int CloseDeclaration(const LedgerFlags& flags);
int DeclarationStatus(const LedgerFlags& flags);
// ---- evidence
int NewEvidence(const LedgerFlags& flags);
int CheckEvidence(const LedgerFlags& flags);
// ---- witnesses
int CosignCheckpoint(const LedgerFlags& flags);
int AddCosignatures(const LedgerFlags& flags);
int Lodge(const LedgerFlags& flags);

// ---- the commands that look
int Log(const LedgerFlags& flags);
int ShowEntry(const LedgerFlags& flags);
int CheckReceipt(const LedgerFlags& flags);
// `log --changed-answers`.
int ChangedAnswers(const LedgerFlags& flags);
// One line: what it says, with the values that can be read.
std::string Describe(const ledger::Line& line);
int Prove(const LedgerFlags& flags);
int ShowCheckpoint(const LedgerFlags& flags);
int Export(const LedgerFlags& flags);
int Verify(const LedgerFlags& flags);

}  // namespace entente::cli
