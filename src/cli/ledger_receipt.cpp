// Receipts: that one entry is in a ledger, shown and checked without the others.

#include <fmt/core.h>

#include <fstream>

#include "base/words.h"
#include "cli/ledger_folder.h"

namespace entente::cli {

namespace {

Result<ledger::Receipt> ReceiptOf(ledger::Reader& reader, uint64_t index, const std::string& note) {
  const auto read = ledger::Note::Read(note);
  if (!read) return std::unexpected(read.error());
  const auto checkpoint = ledger::Checkpoint::Read(read->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (index >= checkpoint->size)
    return Fail("no-such-entry", "the ledger of size " + std::to_string(checkpoint->size) +
                                     " has no entry " + std::to_string(index));
  auto proof =
      ledger::ProveInclusion(index, checkpoint->size,
                             ledger::FromTiles([&](uint32_t level, uint64_t first, uint64_t count) {
                               return reader.Hashes(level, first, count);
                             }));
  if (!proof) return std::unexpected(proof.error());
  return ledger::Receipt{index, std::move(*proof), note};
}

// What a receipt shows of an entry's bytes.
struct Shown {
  ledger::Checkpoint checkpoint;
  ledger::Leaf leaf;
  ledger::Statement statement;
  // Where a policy was given.
  std::optional<ledger::Policy::Standing> standing;
};

// Failures: those of reading each, `bad-signature`, `other-log`, `wrong-root`.
Result<Shown> Check(const ledger::Receipt& receipt, const std::string& bytes,
                    const std::optional<ledger::NoteKey>& log,
                    const std::optional<ledger::Policy>& policy) {
  Shown out;
  const auto note = ledger::Note::Read(receipt.checkpoint);
  if (!note) return std::unexpected(note.error());
  const auto checkpoint = ledger::Checkpoint::Read(note->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out.checkpoint = *checkpoint;
  if (log && log->name != checkpoint->origin)
    return Fail("other-log", "the receipt is of `" + checkpoint->origin + "`, and the key of `" +
                                 log->name + "`");
  if (log && ledger::SignedBy(*note, *log) != true)
    return Fail("bad-signature", "the log has not signed the checkpoint of the receipt");
  if (policy) {
    auto standing = policy->Judge(*note);
    if (!standing) return std::unexpected(standing.error());
    if (!log && !standing->by_log)
      return Fail("bad-signature", "no log of the policy has signed the checkpoint of the receipt");
    out.standing = std::move(*standing);
  }
  if (!ledger::VerifyInclusion(receipt.index, checkpoint->size, ledger::LeafHash(bytes),
                               receipt.proof, checkpoint->root)) {
    return Fail("wrong-root",
                "these bytes are not entry " + std::to_string(receipt.index) + " of the ledger",
                "the receipt is of another entry, or one of the two was changed");
  }
  auto leaf = ledger::Leaf::Read(bytes);
  if (!leaf) return std::unexpected(leaf.error());
  auto statement = ledger::Statement::Read(leaf->envelope.payload);
  if (!statement) return std::unexpected(statement.error());
  out.leaf = std::move(*leaf);
  out.statement = std::move(*statement);
  return out;
}

}  // namespace

int Prove(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  auto reader = OpenReader(flags.ledger);
  if (!reader) return Complain(flags.common, reader.error());
  const auto receipt = ReceiptOf(**reader, flags.index, head->note);
  if (!receipt) return Complain(flags.common, receipt.error());
  if (!flags.out.empty()) {
    const auto leaf = ledger::LeafAt(**reader, flags.index);
    if (!leaf) return Complain(flags.common, leaf.error());
    std::ofstream out(flags.out, std::ios::binary | std::ios::trunc);
    out << *leaf << "\n";
    if (!out.flush())
      return Complain(flags.common, Failure{"store-failed", Quoted(flags.out) + " was not written",
                                            "name a file in a folder that is there"});
  }
  if (flags.common.json) {
    return Print("receipt", {{"checkpoint", ToJson(head->checkpoint)},
                             {"entry", flags.index},
                             {"receipt", receipt->Write()}});
  }
  return Fine(receipt->Write());
}

int CheckReceipt(const LedgerFlags& flags) {
  const auto unread = [&](Failure failure) {
    failure.way_out = "`entente ledger prove LEDGER 4 --out ENTRY > RECEIPT` writes both files";
    return Complain(flags.common, failure);
  };
  const auto text = ReadText(flags.file);
  if (!text) return unread(text.error());
  const auto receipt = ledger::Receipt::Read(*text);
  if (!receipt) return unread(receipt.error());
  auto bytes = ReadText(flags.name);
  if (!bytes) return unread(bytes.error());
  // A leaf has no line end in it, and a file of one line does.
  if (bytes->ends_with('\n')) bytes->pop_back();
  std::optional<ledger::NoteKey> log;
  if (!flags.log.empty()) {
    auto read = ledger::NoteKey::Read(flags.log);
    if (!read) return Complain(flags.common, read.error());
    log = std::move(*read);
  }
  std::optional<ledger::Policy> policy;
  if (!flags.policy.empty()) {
    auto read = ReadPolicy(flags.policy);
    if (!read) return Complain(flags.common, read.error());
    policy = std::move(*read);
  }
  if (!log && (!policy || policy->logs().empty()))
    return Complain(flags.common, "a receipt does not say whose ledger it is",
                    "name the key of its log with --log, as `entente ledger keys list` prints it, "
                    "or a --policy with a line `log`");
  const auto shown = Check(*receipt, *bytes, log, policy);
  if (!shown) {
    Complain(flags.common, shown.error());
    return 1;
  }
  const bool final = !shown->standing || shown->standing->quorum;
  const auto& [checkpoint, leaf, statement, standing] = *shown;
  if (flags.common.json) {
    Print("receipt_checked", {{"author", statement.party},
                              {"checkpoint", ToJson(checkpoint)},
                              {"entry", receipt->index},
                              {"final", standing ? ledger::Json(final) : ledger::Json()},
                              {"key", statement.key},
                              {"kind", statement.kind},
                              {"recorded", leaf.recorded}});
    return final ? 0 : 1;
  }
  std::string out = fmt::format("verified: entry {} of {}, of size {}, root {}\n", receipt->index,
                                checkpoint.origin, checkpoint.size, Hex(checkpoint.root));
  out += fmt::format("  {} by {}, recorded {}, key {}\n", statement.kind,
                     Printable(statement.party), leaf.recorded, statement.key.substr(0, 16));
  out +=
      "  whose key that was, and what else the ledger says of the entry, an export tells: `entente "
      "ledger verify`\n";
  if (standing) {
    out += "  cosigned by " +
           (standing->witnesses.empty() ? "nobody" : JoinAnd(standing->witnesses)) +
           (final ? ", which the policy accepts\n"
                  : ", which the policy does not accept: not final\n");
  }
  fmt::print("{}", out);
  return final ? 0 : 1;
}

}  // namespace entente::cli
