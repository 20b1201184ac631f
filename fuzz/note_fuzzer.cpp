// Notes, checkpoints, receipts, policies, verifier keys, confirmations and manifests from anywhere:
// what can be read is written back as the same bytes.

#include "base/check.h"
#include "ledger/lodging.h"
#include "ledger/manifest.h"
#include "ledger/policy.h"

using namespace entente::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      if (const auto note = Note::Read(text)) {
        ENTENTE_CHECK(note->Write() == text);
        for (const NoteSignature& signature : note->signatures) SecondsOf(signature);
        SignedBy(*note, {note->signatures[0].name, NoteKeyType::kCosignature, {}});
      }
      break;
    case 1:
      if (const auto checkpoint = Checkpoint::Read(text))
        ENTENTE_CHECK(text.starts_with(checkpoint->Write()));
      break;
    case 2:
      if (const auto receipt = Receipt::Read(text)) {
        // What stands behind `extra` is dropped.
        const auto again = Receipt::Read(receipt->Write());
        ENTENTE_CHECK(again && again->proof == receipt->proof &&
                      again->checkpoint == receipt->checkpoint);
      }
      break;
    case 3:
      if (const auto policy = Policy::Read(text)) {
        Note note{Checkpoint{"example.com/deal", 1, {}}.Write(), {}};
        policy->Judge(note);
      }
      break;
    default:
      if (const auto key = NoteKey::Read(text)) ENTENTE_CHECK(key->Write() == text);
      if (const auto lodging = Lodging::Read(text)) ENTENTE_CHECK(lodging->Write() == text);
      if (const auto manifest = Manifest::Read(text)) {
        ENTENTE_CHECK(manifest->Write() == text);
        manifest->Root();
      }
  }
  return 0;
}
