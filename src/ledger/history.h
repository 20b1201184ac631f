// src/ledger/history.h: walks a ledger from its first leaf and takes nothing on trust.
//
// Every leaf is hashed, judged by the rules of admission and held against what it opens; the root
// that comes of them must be the one that was signed.
#pragma once

#include "ledger/admission.h"
#include "ledger/policy.h"

namespace entente::ledger {

struct Line {
  Admitted admitted;
  // The leaf's bytes; valid during the visit.
  std::string_view leaf;
  // Each of them opens a commitment of the statement.
  std::vector<Opening> openings;
  // Where the statement commits to a value that nobody opened.
  std::vector<std::string> withheld;
};

// Whoever cosigns is behind a ledger that goes on meanwhile, by so many batches at most.
inline constexpr size_t kCheckpointsLookedAtMax = 1000;

struct KnownLedger {
  Checkpoint checkpoint;
  // Whether the signatures below it were verified by the rules of this release.
  bool verified = false;
};

// What was walked before, by whoever walks now: kept by them, as hosts are that ssh knows. A log is
// named by its verifier key.
class KnownLedgers {
 public:
  virtual ~KnownLedgers() = default;
  // The largest checkpoint of the log that a walk came to.
  virtual Result<std::optional<KnownLedger>> Find(const std::string& log) = 0;
  // The last checkpoint, and the largest that is final, if that is news too.
  virtual Result<void> Keep(const std::string& log, const Checkpoint& last,
                            const std::optional<Checkpoint>& final) = 0;
  // Where it is kept, for whoever is told that a ledger does not go on from it.
  virtual std::string PlaceOf(const std::string& log) const = 0;
};

// The last checkpoint of a source, as its note carries it; nobody has verified it. Failures:
// `no-checkpoint` where there is none, and those of the source, of Note and of Checkpoint.
struct Carried {
  Note note;
  Checkpoint checkpoint;
};
Result<Carried> LastCheckpoint(Source& source);

struct WalkOptions {
  // Visit only leaves that were recorded before this time, or of a smaller index.
  std::optional<std::string> recorded_before;
  std::optional<uint64_t> index_before;
  // Checkpoints that were kept, which it must go through.
  std::vector<Checkpoint> through;
  // The walk must go through what is known, and verifies no signature below it again that was
  // verified, unless `verify_again`. Where it comes to its end, that is kept. May be null; not
  // owned.
  KnownLedgers* known = nullptr;
  bool verify_again = false;
  // Judge the checkpoint by this instead of by the policy of the genesis.
  std::optional<Policy> policy;
};

struct Walked {
  Note note;
  // The largest of the source, under which all its leaves lie.
  Checkpoint checkpoint;
  // What was visited, as if it were all.
  Checkpoint prefix;
  std::string last_recorded;
  // Entries of the source behind the last checkpoint: being signed just now, or left by a process
  // that ended early, or the checkpoint that covered them is gone.
  uint64_t unsigned_entries = 0;
  // How many entries are known of it, where that is more than these.
  std::optional<uint64_t> longer_known;
  // Of the whole, and as it was behind what was visited.
  Registry registry;
  Registry prefix_registry;
  std::optional<Policy::Standing> standing;
  // The largest checkpoint that the policy accepts, of the last kCheckpointsLookedAtMax; the last
  // where there is no policy.
  std::optional<Checkpoint> final;
};

using Visit = std::function<Result<void>(const Line&)>;

// Failures name the entry: those of admission; `wrong-root` where the leaves do not give the root
// that was signed, `older-checkpoint` and `split-view` where it does not go through the checkpoint
// that was kept, `bad-signature` where the log has not signed it, `no-checkpoint` where there is
// none. Cost: linear; signatures are verified on all cores. Memory: 32 bytes a leaf and its
// nonce.
Result<Walked> Walk(Source& source, const WalkOptions& options = {}, const Visit& visit = {});

}  // namespace entente::ledger
