#include "ledger/history.h"

#include <algorithm>

#include "base/words.h"
#include "ledger/verified_ahead.h"

namespace entente::ledger {

namespace {

std::unexpected<Failure> At(uint64_t index, Failure failure) {
  failure.what = "entry " + std::to_string(index) + ": " + failure.what;
  return std::unexpected(std::move(failure));
}

// Parts what is opened from what is not; a wrong opening is a failure.
Result<void> HoldOpenings(std::vector<Opening> openings, Line& line) {
  for (const auto& [name, commitment] : CommitmentsIn(line.admitted.statement.body)) {
    const auto opening = std::ranges::find(openings, name, &Opening::name);
    if (opening == openings.end()) {
      line.withheld.push_back(name);
      continue;
    }
    if (opening->Commitment() != commitment)
      return Fail("wrong-opening", "`" + name + "` is not the value that was signed");
    line.openings.push_back(std::move(*opening));
    openings.erase(opening);
  }
  if (!openings.empty())
    return Fail("wrong-opening", "`" + openings.front().name + "` opens nothing that was signed");
  return {};
}

// The verifier key of the log that the genesis names; empty where it names none.
std::string LogNamedIn(const Result<std::string>& bytes) {
  const auto leaf = bytes ? Leaf::Read(*bytes) : Result<Leaf>(std::unexpected(bytes.error()));
  if (!leaf) return "";
  const auto genesis = Statement::Read(leaf->envelope.payload);
  const std::string* text = genesis ? TextAt(genesis->body, "log") : nullptr;
  const auto log = text == nullptr ? std::nullopt : std::optional(NoteKey::Read(*text));
  return log && *log ? (*log)->Write() : "";
}

Result<Policy::Standing> StandingOf(const Policy& policy, const Note& note) {
  auto standing = policy.Judge(note);
  // A policy may leave the log to those who know it: the genesis names it.
  if (standing && policy.logs().empty()) standing->by_log = true;
  return standing;
}

// The largest checkpoint below `size` that the policy accepts and through which the ledger goes.
Result<std::optional<Checkpoint>> LastFinal(Source& source, const Policy& policy,
                                            const Admission& admission, uint64_t size) {
  for (size_t looked = 0; size > 1 && looked < kCheckpointsLookedAtMax; ++looked) {
    const auto text = source.CheckpointUpTo(size - 1);
    if (!text) return std::unexpected(text.error());
    const auto note = *text ? Note::Read(**text) : Fail("no-checkpoint", "none before");
    const auto checkpoint =
        note ? Checkpoint::Read(note->text) : Result<Checkpoint>(std::unexpected(note.error()));
    // One that cannot be read makes nothing final.
    if (!checkpoint || checkpoint->size == 0 || checkpoint->size >= size) return std::nullopt;
    size = checkpoint->size;
    const auto standing = StandingOf(policy, *note);
    if (!standing || !IsFinal(*standing) || SignedBy(*note, admission.registry().log()) != true)
      continue;
    const auto root = admission.RootAt(size);
    if (!root) return std::unexpected(root.error());
    if (*root == checkpoint->root) return *checkpoint;
  }
  return std::nullopt;
}

using Leaves = std::shared_ptr<const std::vector<std::string>>;

}  // namespace

Result<Carried> LastCheckpoint(Source& source) {
  const Result<uint64_t> size = source.Size();
  if (!size) return std::unexpected(size.error());
  const auto text = source.CheckpointUpTo(*size);
  if (!text) return std::unexpected(text.error());
  if (!*text) {
    return Fail("no-checkpoint", "no checkpoint was signed yet",
                "`entente ledger append` signs one");
  }
  auto note = Note::Read(**text);
  if (!note) return std::unexpected(note.error());
  const auto checkpoint = Checkpoint::Read(note->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  return Carried{std::move(*note), *checkpoint};
}

Result<Walked> Walk(Source& source, const WalkOptions& options, const Visit& visit) {
  Base base;
  base.leaf = [&](uint64_t at) { return LeafAt(source, at); };
  // Known before the ledger is looked at: whoever walks beside this may keep a longer one
  // meanwhile.
  std::string log;
  std::optional<KnownLedger> known;
  if (options.known != nullptr) {
    log = LogNamedIn(LeafAt(source, 0));
    if (!log.empty()) {
      auto found = options.known->Find(log);
      if (!found) return std::unexpected(found.error());
      known = std::move(*found);
    }
  }
  auto carried = LastCheckpoint(source);
  if (!carried) return std::unexpected(carried.error());
  const Checkpoint& checkpoint = carried->checkpoint;
  if (checkpoint.size == 0) return Fail("no-checkpoint", "the ledger has no entry");
  const Result<uint64_t> size = source.Size();
  if (!size) return std::unexpected(size.error());

  // An older copy of a ledger says nothing of what came later; the ledger itself is never shorter.
  const bool is_older = known && checkpoint.size < known->checkpoint.size;
  if (is_older && source.IsLive()) {
    const bool unsigned_yet = *size >= known->checkpoint.size;
    return Fail(
        "older-checkpoint",
        "a ledger of " + Counted(known->checkpoint.size, "entry", "entries") +
            " was verified here before, and this has " + std::to_string(checkpoint.size) +
            (unsigned_yet ? " under a signed checkpoint" : ""),
        (unsigned_yet ? "the others are there: opening the ledger for writing signs them again"
                      : "a replica may lag, then ask again; else it was cut, or restored "
                        "from an older copy: bring the missing entries back from a mirror "
                        "or an export") +
            std::string("; what was verified is kept in ") + options.known->PlaceOf(log));
  }
  Walked out;
  if (is_older) out.longer_known = std::exchange(known, std::nullopt)->checkpoint.size;
  std::vector<Checkpoint> through = options.through;
  if (known) through.push_back(known->checkpoint);
  // The signatures of so many are not verified again.
  const uint64_t verified =
      known && known->verified && !options.verify_again ? known->checkpoint.size : 0;

  VerifiedAhead ahead;
  uint64_t index = 0;
  Admission admission(std::move(base),
                      [&](auto&&... signature) { return index < verified || ahead(signature...); });
  bool visiting = true;
  const bool limited = options.index_before || options.recorded_before;
  out.prefix = {checkpoint.origin, 0, admission.edge().Root()};
  for (const Checkpoint& kept : options.through) {
    if (checkpoint.size >= kept.size) continue;
    return Fail("older-checkpoint",
                "somebody has seen a ledger of " + std::to_string(kept.size) +
                    " entries, and this has " + std::to_string(checkpoint.size),
                "ask for a newer copy; if there is none, the ledger was cut");
  }
  // The next batch is verified while this one is admitted.
  const auto begin = [&](uint64_t at) -> Result<Leaves> {
    auto read = source.Leaves(at, std::min<uint64_t>(kBatchMax, checkpoint.size - at));
    if (!read) return std::unexpected(read.error());
    auto leaves = std::make_shared<const std::vector<std::string>>(std::move(*read));
    if (at + leaves->size() > verified) ahead.Begin(leaves, admission.registry());
    return leaves;
  };
  Result<Leaves> coming = begin(0);
  while (admission.size() < checkpoint.size) {
    if (!coming) return std::unexpected(coming.error());
    const Leaves leaves = std::move(*coming);
    ahead.Turn();
    if (const uint64_t next = admission.size() + leaves->size(); next < checkpoint.size)
      coming = begin(next);
    auto opened = source.Openings(admission.size(), leaves->size());
    if (!opened) return std::unexpected(opened.error());
    for (size_t i = 0; i < leaves->size(); ++i) {
      const std::string& bytes = (*leaves)[i];
      Line line;
      index = admission.size();
      if (visiting && limited) out.prefix_registry = admission.registry();
      auto admitted = admission.Replay(bytes);
      if (!admitted) return At(index, admitted.error());
      for (const Checkpoint& kept : through) {
        if (admission.size() != kept.size ||
            kept == Checkpoint{checkpoint.origin, admission.size(), admission.edge().Root()})
          continue;
        return Fail(
            "split-view",
            "the ledger does not go through a checkpoint that was kept, of " + kept.origin +
                " at size " + std::to_string(kept.size),
            "keep both: the ledger was rewritten, shown to one side only, or is another" +
                (known && kept == known->checkpoint
                     ? "; what was verified before is kept in " + options.known->PlaceOf(log)
                     : ""));
      }
      line.admitted = std::move(*admitted);
      line.leaf = bytes;
      visiting = visiting && (!options.index_before || index < *options.index_before) &&
                 (!options.recorded_before || line.admitted.recorded < *options.recorded_before);
      if (auto held = HoldOpenings(std::move((*opened)[i]), line); !held)
        return At(index, held.error());
      if (!visiting) continue;
      if (visit) {
        if (auto visited = visit(line); !visited) return At(index, visited.error());
      }
      out.prefix.size = admission.size();
      out.prefix.root = admission.edge().Root();
      out.last_recorded = line.admitted.recorded;
    }
  }
  if (admission.edge().Root() != checkpoint.root) {
    return Fail("wrong-root",
                "the entries do not give the root that was signed at size " +
                    std::to_string(checkpoint.size),
                "an entry was changed after it was signed, or the checkpoint is of another ledger");
  }
  if (SignedBy(carried->note, admission.registry().log()) != true) {
    return Fail("bad-signature", "the log named in the genesis has not signed the checkpoint");
  }
  if (checkpoint.origin != admission.registry().origin())
    return Fail("other-log", "the checkpoint is of the log `" + checkpoint.origin + "`");
  std::optional<Policy> policy = options.policy;
  if (!policy && !admission.registry().policy().empty()) {
    auto read = Policy::Read(admission.registry().policy());
    if (!read) return std::unexpected(read.error());
    policy = std::move(*read);
  }
  if (policy) {
    auto standing = StandingOf(*policy, carried->note);
    if (!standing) return std::unexpected(standing.error());
    out.standing = std::move(*standing);
  }
  if (!out.standing || IsFinal(*out.standing)) {
    out.final = checkpoint;
  } else {
    auto earlier = LastFinal(source, *policy, admission, checkpoint.size);
    if (!earlier) return std::unexpected(earlier.error());
    out.final = std::move(*earlier);
  }
  if (options.known != nullptr) {
    if (admission.registry().log().Write() != log)
      return Fail("store-damaged", "the first entry changed while the ledger was read");
    const auto is_news = [&](const Checkpoint& one) {
      return !known || known->checkpoint.size < one.size ||
             (known->checkpoint.size == one.size && !known->verified);
    };
    if (!is_older && is_news(checkpoint)) {
      const auto& final = out.final && is_news(*out.final) ? out.final : std::nullopt;
      if (auto kept = options.known->Keep(log, checkpoint, final); !kept)
        return std::unexpected(kept.error());
    }
  }
  out.unsigned_entries = *size - checkpoint.size;
  out.note = std::move(carried->note);
  out.checkpoint = carried->checkpoint;
  out.registry = admission.registry();
  if (visiting) out.prefix_registry = out.registry;
  return out;
}

}  // namespace entente::ledger
