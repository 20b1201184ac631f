// src/ledger/sequencer.h: the one writer of a ledger: admits, makes durable, reads back, signs.
//
//   admit -> commit -> read back by another connection -> the signer remembers -> sign -> publish
//
// A statement is acknowledged only after all of it. What was committed and not signed when the
// process died is judged again and signed when the ledger is opened next.
#pragma once

#include <memory>

#include "ledger/admission.h"
#include "ledger/signer.h"

namespace entente::ledger {

class Sequencer {
 public:
  // Failures: `restored-backup` when the store is behind the signer, `forked-store` when it holds
  // another tree, `store-damaged`, and those of store, signer and admission.
  static Result<Sequencer> Open(std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader,
                                Signer signer);

  // What became of one submission.
  struct Outcome {
    Result<Admitted> admitted;
    // The same bytes were admitted before, at this index.
    bool duplicate = false;
  };
  struct Batched {
    std::vector<Outcome> outcomes;
    // The signed checkpoint that holds what was admitted.
    std::string checkpoint;
  };
  // Judges at most kBatchMax submissions (`too-many`) in order and makes those admitted durable
  // together; the others leave no trace. What a `redact` among them names is erased then, again
  // where it is a duplicate. After a failure of the whole the sequencer takes no more.
  Result<Batched> Append(std::span<const Submission> submissions, const std::string& now);

  // Adds the signatures of `note` to the checkpoint that has its text, which need not be the last:
  // those of witnesses that the policy of the genesis names and that hold; the others are dropped.
  // Returns the checkpoint with all it has now. Failures: `other-checkpoint`, `bad-signature`,
  // `not-a-policy` where the genesis names no witnesses.
  Result<std::string> AddCosignatures(const Note& note);

  const Edge& edge() const { return signer_.edge(); }
  const Registry& registry() const { return registry_; }
  Reader& reader() { return *reader_; }
  // How many leaves were found unsigned when the ledger was opened.
  uint64_t repaired() const { return repaired_; }
  std::string Checkpoint() const { return signer_.Checkpoint(); }

 private:
  Sequencer(std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader, Signer signer)
      : writer_(std::move(writer)), reader_(std::move(reader)), signer_(std::move(signer)) {}

  Base BaseHere();
  Result<void> Resume();
  Result<void> RestoreRegistry(uint64_t size);
  // Reads the batch back, holds it against what was meant, and has it signed.
  Result<std::string> Seal(const Admission& admission);
  Result<void> EraseRedacted(const Statement& statement);
  Result<Batched> AppendUnguarded(std::span<const Submission> submissions, const std::string& now);

  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
  Signer signer_;
  Registry registry_;
  std::string recorded_;
  uint64_t repaired_ = 0;
  std::unordered_map<uint64_t, Digest> roots_;
  bool failed_ = false;
};

// A base of all that a reader holds up to `edge`.
Base BaseOf(Reader& reader, Edge edge, Registry registry, std::string recorded);

}  // namespace entente::ledger
