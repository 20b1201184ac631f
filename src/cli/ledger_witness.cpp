// What witnesses do: cosign checkpoints, and confirm that a statement was shown to them.

#include <filesystem>

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

}  // namespace

// As a witness: verifies the whole ledger, and that it extends the last checkpoint this key
// cosigned, which lies beside the key.
int CosignCheckpoint(const LedgerFlags& flags) {
  const auto key = WitnessKey(flags);
  if (!key) return Complain(flags.common, key.error());
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  const std::string memory = flags.keys.front() + ".seen";
  ledger::WalkOptions options;
  std::error_code error;
  if (std::filesystem::exists(memory, error)) {
    const auto read = ReadCheckpoint(memory);
    if (!read) return Complain(flags.common, read.error());
    options.through = *read;
  }
  const auto walked =
      ledger::Walk(**source, options, [](const ledger::Line&) -> Result<void> { return {}; });
  if (!walked) return Complain(flags.common, walked.error());
  // What is remembered is durable before the signature leaves.
  const std::string fresh = memory + ".new";
  std::filesystem::remove(fresh, error);
  if (auto written = WriteSecret(fresh, walked->note.text); !written)
    return Complain(flags.common, written.error());
  std::filesystem::rename(fresh, memory, error);
  if (error || !SyncFolder(std::filesystem::path(memory).parent_path()))
    return Complain(flags.common,
                    Failure{"store-failed", "the witness's memory cannot be kept", ""});
  SayWhichClock();
  ledger::Note note = walked->note;
  note.signatures.push_back(ledger::Cosign(*key, note.text, static_cast<uint64_t>(Clock())));
  return Fine(note.Write());
}

// As a witness: that the statement could be the next of the ledger, as far as it is shown, and that
// it was seen at this time.
int Lodge(const LedgerFlags& flags) {
  const auto key = WitnessKey(flags);
  if (!key) return Complain(flags.common, key.error());
  const auto submission = ReadSubmission(flags.file);
  if (!submission) return Complain(flags.common, submission.error());
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  // What the walk has verified is not verified again.
  bool walking = true;
  ledger::Admission admission({}, [&](const auto& by, auto message, auto signature) {
    return walking || ledger::Verify(by, message, signature);
  });
  const auto walked = ledger::Walk(**source, {}, [&](const ledger::Line& line) -> Result<void> {
    auto replayed = admission.Replay(line.leaf);
    if (!replayed) return std::unexpected(replayed.error());
    return {};
  });
  if (!walked) return Complain(flags.common, walked.error());
  walking = false;
  const auto admitted = admission.Submit(*submission, Now());
  if (!admitted) return Complain(flags.common, admitted.error());
  SayWhichClock();
  ledger::Note note{ledger::Lodging::Of(admitted->statement, walked->checkpoint.size).Write(), {}};
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
  return Fine(*kept);
}

}  // namespace entente::cli
