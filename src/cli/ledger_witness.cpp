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

// Walks the ledger, which must go on from the largest that this key has seen, and remembers it
// before anything is signed.
Result<ledger::Walked> WalkAsWitness(const LedgerFlags& flags, const ledger::Visit& visit = {}) {
  auto source = OpenSource(flags.ledger);
  if (!source) return std::unexpected(source.error());
  // Two at once could else vouch for two histories.
  const FileLock lock(flags.keys.front());
  if (!lock.held())
    return Fail("two-writers", "another process signs with this key",
                "try again when it has ended");
  const auto size = (*source)->Size();
  if (!size) return std::unexpected(size.error());
  const auto last = (*source)->CheckpointUpTo(*size);
  if (!last) return std::unexpected(last.error());
  if (!*last) return Fail("no-checkpoint", "nothing was signed yet");
  const auto note = ledger::Note::Read(**last);
  const auto checkpoint = note ? ledger::Checkpoint::Read(note->text)
                               : Result<ledger::Checkpoint>(std::unexpected(note.error()));
  if (!checkpoint) return std::unexpected(checkpoint.error());
  // One for each ledger: a witness may have several.
  const std::string memory =
      flags.keys.front() + ".seen." + Hex(Sha256(checkpoint->origin)).substr(0, 16);
  ledger::WalkOptions options;
  std::error_code error;
  if (std::filesystem::exists(memory, error)) {
    const auto read = ReadCheckpoint(memory);
    if (!read) return std::unexpected(read.error());
    options.through.push_back(*read);
  }
  auto walked = ledger::Walk(**source, options, visit);
  if (!walked) return walked;
  const std::string fresh = memory + ".new";
  std::filesystem::remove(fresh, error);
  if (auto written = WriteSecret(fresh, walked->note.text); !written)
    return std::unexpected(written.error());
  std::filesystem::rename(fresh, memory, error);
  if (error || !SyncFolder(std::filesystem::path(memory).parent_path()))
    return Fail("store-failed", "the witness's memory cannot be kept");
  return walked;
}

}  // namespace

// As a witness: verifies the whole ledger, and that it extends the largest this key has seen, which
// lies beside the key and is then this one.
int CosignCheckpoint(const LedgerFlags& flags) {
  const auto key = WitnessKey(flags);
  if (!key) return Complain(flags.common, key.error());
  const auto walked = WalkAsWitness(flags);
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
  // What the walk has verified is not verified again.
  bool walking = true;
  ledger::Admission admission({}, [&](const auto& by, auto message, auto signature) {
    return walking || ledger::Verify(by, message, signature);
  });
  std::optional<uint64_t> there;
  const auto walked = WalkAsWitness(flags, [&](const ledger::Line& line) -> Result<void> {
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
