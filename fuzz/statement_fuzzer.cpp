// Signed JSON from anywhere: what can be read is written back as the same bytes, and whatever it
// says, admission gives an answer.

#include "base/check.h"
#include "ledger/admission.h"
#include "ledger/author.h"

using namespace entente;
using namespace entente::ledger;

namespace {

// A ledger of a genesis and an entry, whose signatures are taken as good: what stands behind them
// is what is tried.
struct Begun {
  SecretKey log = SecretKey::Make(Purpose::kLog, "example.com/deal");
  SecretKey mill = SecretKey::Make(Purpose::kStatement, "Mill");
  Registry registry;
  Edge edge;
  std::vector<std::string> leaves;

  Begun() {
    Admission admission;
    Submission genesis{
        {Genesis({log.name(), NoteKeyType::kEd25519, log.public_key()}, Hex(Sha256("text")),
                 "text.md", {{"Mill", mill.public_key(), Hex(Sha256("next"))}}, "",
                 "2026-03-01T09:00:00Z")
             .Write(),
         {}},
        {}};
    genesis.envelope.Sign(mill);
    ENTENTE_CHECK(admission.Submit(genesis, "2026-03-01T09:00:00Z").has_value());
    registry = admission.registry();
    edge = admission.edge();
    leaves.push_back(admission.added().leaves[0].bytes);
  }
};

void Try(std::string_view leaf) {
  static const Begun begun;
  Base base;
  base.edge = begun.edge;
  base.registry = begun.registry;
  base.leaf = [](uint64_t index) -> Result<std::string> { return begun.leaves.at(index); };
  base.hashes = [](uint32_t level, uint64_t first, uint64_t count) -> Result<std::vector<Digest>> {
    ENTENTE_CHECK(level == 0 && first == 0 && count == 1);
    return std::vector<Digest>{LeafHash(begun.leaves[0])};
  };
  Admission admission(base, [](const auto&, auto, auto) { return true; });
  admission.Replay(leaf);
  Admission().Replay(leaf);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      if (const auto json = ReadCanonical(text)) ENTENTE_CHECK(json->Write() == text);
      break;
    case 1:
      if (const auto statement = Statement::Read(text)) {
        ENTENTE_CHECK(statement->Write() == text);
        CommitmentsIn(statement->body);
        // In an envelope of its own, under a key id that may or may not be Mill's.
        Envelope envelope{std::string(text), {{statement->key, std::string(64, '\0')}}};
        Try(Leaf{"2026-03-01T09:00:00Z", envelope}.Write());
      }
      break;
    case 2:
      if (const auto leaf = Leaf::Read(text)) ENTENTE_CHECK(leaf->Write() == text);
      Try(text);
      break;
    case 3:
      if (const auto submission = Submission::Read(text))
        ENTENTE_CHECK(submission->Write() == text);
      break;
    default:
      if (const auto registry = Registry::Restore(text)) ENTENTE_CHECK(registry->Write() == text);
  }
  return 0;
}
