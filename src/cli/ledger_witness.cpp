// What witnesses do: cosign checkpoints, and confirm that a statement was shown to them.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/words.h"
#include "cli/ledger_folder.h"
#include "ledger/history.h"
#include "ledger/lodging.h"

namespace entente::cli {

namespace {

Result<ledger::SecretKey> WitnessKey(const LedgerFlags& flags) {
  auto key = ReadKey(flags.keys.empty() ? "" : flags.keys.front());
  if (key && key->purpose() != ledger::Purpose::kWitness) {
    return Fail("wrong-purpose", "the key is not a witness's",
                "make one with `entente ledger keys new NAME --purpose witness`");
  }
  return key;
}

// Of a file that is there, while it lives.
class FileLock {
 public:
  explicit FileLock(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)),
        held_(descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  bool held() const { return held_; }

 private:
  int descriptor_;
  bool held_;
};

// What this witness has seen, a file for each ledger beside its key: it may have several. All is
// verified each time.
class WitnessMemory final : public ledger::KnownLedgers {
 public:
  explicit WitnessMemory(std::string key) : key_(std::move(key)) {}

  Result<std::optional<ledger::KnownLedger>> Find(const std::string& log) override {
    std::error_code error;
    if (!std::filesystem::exists(PlaceOf(log), error)) return std::nullopt;
    const auto read = ReadCheckpoint(PlaceOf(log));
    if (!read) return std::unexpected(read.error());
    return ledger::KnownLedger{*read, false};
  }
  Result<void> Keep(const std::string& log, const ledger::Checkpoint& last,
                    const std::optional<ledger::Checkpoint>&) override {
    return ReplaceFile(PlaceOf(log), last.Write());
  }
  // By the log's name alone: a witness vouches for one history under it, whoever signs.
  std::string PlaceOf(const std::string& log) const override {
    return key_ + ".seen." + Hex(Sha256(log.substr(0, log.find('+')))).substr(0, 16);
  }

 private:
  std::string key_;
};

// Walks the ledger, which must go on from the largest that this key has seen, and remembers it
// before anything is signed.
Result<ledger::Walked> WalkAsWitness(const LedgerFlags& flags, ledger::Source& source,
                                     const ledger::Visit& visit = {}) {
  // Two at once could else vouch for two histories.
  const FileLock lock(flags.keys.front());
  if (!lock.held())
    return Fail("two-writers", "another process signs with this key",
                "try again when it has ended");
  WitnessMemory memory(flags.keys.front());
  ledger::WalkOptions options;
  options.known = &memory;
  auto walked = ledger::Walk(source, options, visit);
  if (walked && walked->longer_known) {
    return Fail("older-checkpoint",
                "this witness has seen a ledger of " + std::to_string(*walked->longer_known) +
                    " entries, and this has " + std::to_string(walked->checkpoint.size),
                "ask for a newer copy; if there is none, the ledger was cut");
  }
  return walked;
}

}  // namespace

// As a witness: verifies the whole ledger, and that it extends the largest this key has seen, which
// lies beside the key and is then this one.
int CosignCheckpoint(const LedgerFlags& flags) {
  const auto key = WitnessKey(flags);
  if (!key) return Complain(flags.common, key.error());
  const auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  const auto walked = WalkAsWitness(flags, **source);
  if (!walked) return Complain(flags.common, walked.error());
  SayWhichClock();
  ledger::Note note = walked->note;
  note.signatures.push_back(ledger::Cosign(*key, note.text, static_cast<uint64_t>(Clock())));
  return Fine(note.Write());
}

// As a witness: that the statement could be the next of the ledger, which is verified likewise, and
// that it was seen at this time.
int Lodge(const LedgerFlags& flags) {
  const auto key = WitnessKey(flags);
  if (!key) return Complain(flags.common, key.error());
  const auto submission = ReadSubmission(flags.file);
  if (!submission) return Complain(flags.common, submission.error());
  const auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  // What the walk has verified is not verified again.
  bool walking = true;
  ledger::Base base;
  base.leaf = [&](uint64_t index) { return ledger::LeafAt(**source, index); };
  ledger::Admission admission(std::move(base), [&](const auto& by, auto message, auto signature) {
    return walking || ledger::Verify(by, message, signature);
  });
  std::optional<uint64_t> there;
  const auto walked = WalkAsWitness(flags, **source, [&](const ledger::Line& line) -> Result<void> {
    auto replayed = admission.Replay(line.leaf);
    if (!replayed) return std::unexpected(replayed.error());
    if (line.admitted.statement.Write() == submission->envelope.payload)
      there = line.admitted.index;
    return {};
  });
  if (!walked) return Complain(flags.common, walked.error());
  if (there)
    return Complain(flags.common, "the ledger has taken it: it is entry " + std::to_string(*there),
                    "`entente ledger prove` makes a receipt");
  walking = false;
  const auto admitted = admission.Submit(*submission, Now());
  if (!admitted) return Complain(flags.common, admitted.error());
  SayWhichClock();
  ledger::Note note{
      ledger::Lodging::Of(admitted->statement, {walked->checkpoint.size, walked->checkpoint.root})
          .Write(),
      {}};
  note.signatures.push_back(ledger::Cosign(*key, note.text, static_cast<uint64_t>(Clock())));
  return Fine(note.Write());
}

int AddCosignatures(const LedgerFlags& flags) {
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  const auto note = ledger::Note::Read(*text);
  if (!note) return Complain(flags.common, note.error());
  auto sequencer = OpenSequencer(flags.ledger);
  if (!sequencer) return Complain(flags.common, sequencer.error());
  const auto kept = sequencer->AddCosignatures(*note);
  if (!kept) return Complain(flags.common, kept.error());
  // Those of the log itself are there before.
  const auto now = ledger::Note::Read(*kept);
  for (const ledger::NoteSignature& signature : note->signatures) {
    const bool taken = now && std::ranges::any_of(now->signatures, [&](const auto& other) {
                         return other.name == signature.name && other.id == signature.id;
                       });
    if (!taken) {
      fmt::print(stderr,
                 "note: the signature of {} was left out: no witness of the policy has that "
                 "key\n",
                 Printable(signature.name));
    }
  }
  return Fine(*kept);
}

}  // namespace entente::cli
