#include "ledger/sequencer.h"

#include <algorithm>

#include "base/check.h"
#include "base/words.h"
#include "ledger/policy.h"
#include "ledger/verified_ahead.h"

namespace entente::ledger {

namespace {

std::unexpected<Failure> WritesNoMore() {
  return Fail("store-failed", "an earlier write failed, and this process writes no more",
              "open the ledger again: what was committed is then known");
}

}  // namespace

Base BaseOf(Reader& reader, Edge edge, Registry registry, std::string recorded) {
  Base base;
  base.edge = std::move(edge);
  base.registry = std::move(registry);
  base.recorded = std::move(recorded);
  base.leaf = [&reader](uint64_t index) { return LeafAt(reader, index); };
  base.hashes = [&reader](uint32_t level, uint64_t first, uint64_t count) {
    return reader.Hashes(level, first, count);
  };
  // What the store holds beyond the base is not past yet.
  base.has_nonce = [&reader, size = base.edge.size()](const std::string& nonce) -> Result<bool> {
    if (size == 0) return false;
    const auto taken = reader.FindTaken({}, {&nonce, 1});
    if (!taken) return std::unexpected(taken.error());
    const auto at = taken->nonces.find(nonce);
    return at != taken->nonces.end() && at->second < size;
  };
  return base;
}

Base Sequencer::BaseHere() {
  Base base = BaseOf(*reader_, signer_.edge(), registry_, recorded_);
  base.roots = &roots_;
  return base;
}

Result<Sequencer> Sequencer::Open(std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader,
                                  Signer signer) {
  Sequencer out(std::move(writer), std::move(reader), std::move(signer));
  if (auto resumed = out.Resume(); !resumed) return std::unexpected(resumed.error());
  return out;
}

Result<void> Sequencer::Resume() {
  const Result<uint64_t> size = reader_->Size();
  if (!size) return std::unexpected(size.error());
  const uint64_t known = signer_.edge().size();
  if (*size < known) {
    return Fail("restored-backup",
                "the signer has signed a ledger of " + Counted(known, "entry", "entries") +
                    ", and the store holds " + std::to_string(*size) +
                    ": the store was restored from an older copy",
                "bring the missing entries back from a mirror or an export; to sign on from here "
                "would make a second history");
  }
  if (known > 0) {
    const Result<Digest> root =
        RootAt(known, FromTiles([&](uint32_t level, uint64_t first, uint64_t count) {
                 return reader_->Hashes(level, first, count);
               }));
    if (!root) return std::unexpected(root.error());
    if (*root != signer_.edge().Root()) {
      return Fail("forked-store",
                  "the store holds another history than the one that was signed at size " +
                      std::to_string(known),
                  "`entente ledger verify` names the entry that was changed");
    }
    if (auto restored = RestoreRegistry(known); !restored) return restored;
    const Result<std::string> bytes = LeafAt(*reader_, known - 1);
    if (!bytes) return std::unexpected(bytes.error());
    const Result<Leaf> leaf = Leaf::Read(*bytes);
    if (!leaf) return Fail("store-damaged", "the last entry cannot be read");
    recorded_ = leaf->recorded;
  }
  // What was committed and never signed was never acknowledged either, but may have been: it is
  // judged again as if it came now.
  for (uint64_t at = known; at < *size; at = signer_.edge().size()) {
    auto leaves = reader_->Leaves(at, std::min<uint64_t>(kBatchMax, *size - at));
    if (!leaves) return std::unexpected(leaves.error());
    Admission admission(BaseHere());
    for (const std::string& leaf : *leaves) {
      if (const auto admitted = admission.Replay(leaf, true); !admitted) {
        return Fail("store-damaged",
                    "entry " + std::to_string(admission.size()) +
                        " is in the store and may not be admitted: " + admitted.error().what);
      }
    }
    if (auto sealed = Seal(admission); !sealed) return std::unexpected(sealed.error());
    repaired_ += leaves->size();
  }
  const uint64_t now = signer_.edge().size();
  if (now == 0) return {};
  // A value whose redaction was signed may be there yet, when the process ended between the two.
  const uint64_t batch = std::min<uint64_t>(now, kBatchMax);
  const auto last = reader_->Leaves(now - batch, batch);
  if (!last) return std::unexpected(last.error());
  for (const std::string& bytes : *last) {
    const auto leaf = Leaf::Read(bytes);
    const auto said = leaf ? Statement::Read(leaf->envelope.payload)
                           : Result<Statement>(std::unexpected(leaf.error()));
    if (!said) return Fail("store-damaged", "one of the last entries cannot be read");
    if (auto erased = EraseRedacted(*said); !erased) return erased;
  }
  // A checkpoint that was signed and not kept is signed again, with the same bytes.
  const auto kept = reader_->CheckpointFrom(now);
  if (!kept) return std::unexpected(kept.error());
  return *kept ? Result<void>() : writer_->KeepCheckpoint(now, signer_.Checkpoint());
}

Result<void> Sequencer::RestoreRegistry(uint64_t size) {
  const Result<std::string> kept = reader_->RegistryAt(size);
  if (!kept) return std::unexpected(kept.error());
  if (Sha256(*kept) == signer_.registry()) {
    Result<Registry> registry = Registry::Restore(*kept);
    if (!registry) return std::unexpected(registry.error());
    registry_ = std::move(*registry);
    return {};
  }
  // What was kept is a convenience; the leaves say the same.
  Admission all(BaseOf(*reader_, {}, {}, {}));
  for (uint64_t at = 0; at < size;) {
    auto leaves = reader_->Leaves(at, std::min<uint64_t>(kBatchMax, size - at));
    if (!leaves) return std::unexpected(leaves.error());
    for (const std::string& leaf : *leaves) {
      if (const auto admitted = all.Replay(leaf); !admitted) {
        return Fail("store-damaged", "entry " + std::to_string(all.size()) +
                                         " may not be admitted: " + admitted.error().what);
      }
    }
    at += leaves->size();
  }
  if (Sha256(all.registry().Write()) != signer_.registry())
    return Fail("store-damaged", "the entries give other keys than those the signer remembers");
  registry_ = all.registry();
  return {};
}

Result<std::string> Sequencer::Seal(const Admission& admission) {
  const Batch& meant = admission.added();
  const auto leaves = reader_->Leaves(meant.first, meant.leaves.size());
  if (!leaves) return std::unexpected(leaves.error());
  const auto hashes = reader_->Hashes(0, meant.first, meant.leaves.size());
  if (!hashes) return std::unexpected(hashes.error());
  for (size_t i = 0; i < leaves->size(); ++i) {
    if (LeafHash((*leaves)[i]) != meant.leaves[i].hash || (*hashes)[i] != meant.leaves[i].hash) {
      return Fail("store-damaged",
                  "entry " + std::to_string(meant.first + i) +
                      " came back from the store as other bytes than went in; nothing was signed",
                  "see to the disk and the memory of this machine before opening the ledger again");
    }
  }
  for (const NewHash& hash : meant.hashes) {
    const auto kept = reader_->Hashes(hash.level, hash.index, 1);
    if (!kept) return std::unexpected(kept.error());
    if (kept->front() != hash.hash)
      return Fail("store-damaged", "a hash of the tree came back as another; nothing was signed");
  }
  auto note = signer_.Extend(*leaves, Sha256(admission.registry().Write()));
  if (!note) return note;
  ENTENTE_CHECK(signer_.edge().Root() == admission.edge().Root());
  registry_ = admission.registry();
  const Result<Leaf> last = Leaf::Read(leaves->back());
  ENTENTE_CHECK(last.has_value());
  recorded_ = last->recorded;
  if (auto kept = writer_->KeepCheckpoint(signer_.edge().size(), *note); !kept)
    return std::unexpected(kept.error());
  return note;
}

Result<Sequencer::Batched> Sequencer::Append(std::span<const Submission> submissions,
                                             const std::string& now) {
  if (failed_) return WritesNoMore();
  if (submissions.size() > kBatchMax) {
    return Fail("too-many", "a batch has at most " + std::to_string(kBatchMax) + " submissions",
                "hand in the others behind it");
  }
  auto batched = AppendUnguarded(submissions, now);
  failed_ = !batched;
  return batched;
}

Result<Sequencer::Batched> Sequencer::AppendUnguarded(std::span<const Submission> submissions,
                                                      const std::string& now) {
  VerifiedAhead ahead;
  ahead.LookAt(submissions, registry_);
  std::vector<Digest> statements;
  std::vector<std::string> nonces;
  for (const Submission& submission : submissions) {
    statements.push_back(Sha256(submission.envelope.payload));
    // What cannot be read is refused before its nonce is looked at.
    if (const auto read = Statement::Read(submission.envelope.payload))
      nonces.push_back(read->nonce);
  }
  auto taken = reader_->FindTaken(statements, nonces);
  if (!taken) return std::unexpected(taken.error());
  Base base = BaseHere();
  base.has_nonce = [&, size = base.edge.size()](const std::string& nonce) -> Result<bool> {
    const auto at = taken->nonces.find(nonce);
    return at != taken->nonces.end() && at->second < size;
  };
  Admission admission(std::move(base), std::cref(ahead));
  Batched out;
  for (size_t i = 0; i < submissions.size(); ++i) {
    const Submission& submission = submissions[i];
    const auto earlier = taken->statements.find(statements[i]);
    if (earlier == taken->statements.end()) {
      out.outcomes.push_back({admission.Submit(submission, now), false});
      if (const auto& admitted = out.outcomes.back().admitted)
        taken->statements.emplace(statements[i], admitted->index);
      continue;
    }
    if (earlier->second >= admission.size()) {
      return Fail("moved", "the ledger has entries that this process did not write",
                  "another process writes now; this one stops");
    }
    // The same statement once more: the first receipt, whatever the signatures around it now.
    Admitted again;
    again.index = earlier->second;
    const auto hash = admission.Hash(0, again.index);
    const auto said = admission.EnvelopeAt(again.index);
    if (!hash || !said) return std::unexpected(!hash ? hash.error() : said.error());
    auto read = Statement::Read(said->payload);
    if (!read) return std::unexpected(read.error());
    again.hash = *hash;
    again.statement = std::move(*read);
    out.outcomes.push_back({std::move(again), true});
  }
  if (admission.added().leaves.empty()) {
    out.checkpoint = signer_.Checkpoint();
  } else {
    Batch batch = admission.added();
    batch.registry = admission.registry().Write();
    if (auto appended = writer_->Append(batch); !appended) return std::unexpected(appended.error());
    auto note = Seal(admission);
    if (!note) return std::unexpected(note.error());
    out.checkpoint = std::move(*note);
  }
  for (const Outcome& outcome : out.outcomes) {
    if (!outcome.admitted) continue;
    if (auto erased = EraseRedacted(outcome.admitted->statement); !erased)
      return std::unexpected(erased.error());
  }
  return out;
}

Result<std::string> Sequencer::AddCosignatures(const Note& note) {
  if (failed_) return WritesNoMore();
  const auto named = Checkpoint::Read(note.text);
  if (!named) return std::unexpected(named.error());
  const uint64_t size = named->size;
  const auto kept = reader_->CheckpointFrom(size);
  if (!kept) return std::unexpected(kept.error());
  auto last = *kept ? Note::Read(**kept) : Fail("no-checkpoint", "none of this size");
  if (!last || note.text != last->text) {
    return Fail("other-checkpoint",
                "no checkpoint of this ledger is the one that was cosigned, of size " +
                    std::to_string(size),
                "cosign what `entente ledger checkpoint` prints");
  }
  if (registry_.policy().empty()) {
    return Fail(
        "not-a-policy", "the genesis of this ledger names no witnesses",
        "a ledger that is to be cosigned begins with `entente ledger init … --policy FILE`; "
        "whoever has the cosigned checkpoint may judge it by a policy of their own");
  }
  auto policy = Policy::Read(registry_.policy());
  if (!policy) return std::unexpected(policy.error());
  for (const NoteKey& witness : policy->Witnesses()) {
    const auto good = SignedBy(note, witness);
    if (good == false)
      return Fail("bad-signature", "the signature of " + witness.name + " is wrong");
    if (!good || SignedBy(*last, witness)) continue;
    // One line of each is enough; more would fill the note.
    const auto line = std::ranges::find_if(note.signatures, [&](const NoteSignature& signature) {
      return signature.name == witness.name && signature.id == witness.Id();
    });
    last->signatures.push_back(*line);
  }
  std::string out = last->Write();
  if (auto done = writer_->KeepCheckpoint(size, out); !done) {
    failed_ = true;
    return std::unexpected(done.error());
  }
  return out;
}

Result<void> Sequencer::EraseRedacted(const Statement& statement) {
  const auto index = NumberAt(statement.body, "entry");
  const std::string* field = TextAt(statement.body, "field");
  if (statement.kind != kRedact || !index || field == nullptr) return {};
  const auto openings = reader_->Openings(*index, 1);
  if (!openings) return std::unexpected(openings.error());
  if (std::ranges::find(openings->front(), *field, &Opening::name) == openings->front().end())
    return {};
  return writer_->Erase(*index, *field);
}

}  // namespace entente::ledger
