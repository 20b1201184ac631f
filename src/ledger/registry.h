// src/ledger/registry.h: who holds which key, and whether a statement may be admitted next.
//
// The registry is what the statements so far make of it, and nothing else: whoever reads the
// leaves from the beginning comes to the same one. It judges a key at an index, never at a date.
#pragma once

#include <span>
#include <vector>

#include "ledger/note.h"
#include "ledger/statement.h"
#include "ledger/tree.h"

namespace entente::ledger {

// All of them and a seat must fit among the signatures of one statement.
inline constexpr size_t kPartiesMax = 16;
inline constexpr size_t kHoldersMax = 1'000;
inline constexpr size_t kKeysOfOneMax = 128;
// Others who sign an entry: with its author and all parties they fit into one envelope, which is
// what redacting it takes.
inline constexpr size_t kWithMax = kSignaturesMax - kPartiesMax - 1;

// What stands in the ledger before the statement that is judged.
class Past {
 public:
  virtual ~Past() = default;
  virtual uint64_t size() const = 0;
  // As SubtreeHash.
  virtual Result<Digest> Hash(uint32_t level, uint64_t index) const = 0;
  // Of the first `size` leaves.
  virtual Result<Digest> RootAt(uint64_t size) const = 0;
  virtual Result<Envelope> EnvelopeAt(uint64_t index) const = 0;
  virtual Result<bool> HasNonce(const std::string& nonce) const = 0;
};

// Whether a signature holds; `Verify` unless somebody has looked already.
using Verifier =
    std::function<bool(const PublicKey& key, std::string_view message, std::string_view signature)>;

struct Accepted {
  Statement statement;
  // Whose keys signed it, in the order of the envelope: the author and whoever must, and of a
  // revocation whoever wished to.
  std::vector<std::string> signers;
  // The ids of their keys, likewise.
  std::vector<std::string> keys;
};

class Registry {
 public:
  struct Key {
    PublicKey key{};
    // The id of the key that alone may follow.
    std::string next;
    // It signs statements in [from, until).
    uint64_t from = 0;
    std::optional<uint64_t> until;
    // Statements from here on are contested.
    std::optional<uint64_t> compromised;
  };
  struct Holder {
    std::string name;
    // Named by the genesis, rather than registered later.
    bool party = false;
    // The last one signs.
    std::vector<Key> keys;
    // Of the last statement; 0 when there is none.
    uint64_t sequence = 0;
    // Hex of the hash of the last statement, at first of the genesis.
    std::string previous;
    // The largest checkpoint it said to have seen.
    uint64_t seen = 0;
  };
  struct Text {
    std::string hash;
    std::string name;
    // The index of the statement that made it the text.
    uint64_t from = 0;
  };

  // Judges the statement in `envelope` as the next; the registry changes only when it is admitted.
  // The failure's name is the reason of the refusal; docs/ledger_format.md lists them.
  Result<Accepted> Admit(const Envelope& envelope, const Past& past, const Verifier& verify);

  // Of the log; empty before the genesis.
  const std::string& origin() const { return origin_; }
  const std::string& agreement() const { return agreement_; }
  // The log's key, as the genesis names it.
  const NoteKey& log() const { return log_; }
  const std::string& policy() const { return policy_; }
  std::span<const Holder> holders() const { return holders_; }
  std::span<const Text> texts() const { return texts_; }
  const Holder* Find(std::string_view name) const;
  // Whose key in force has this id.
  const Holder* HolderOf(std::string_view key_id) const;

  // Whether the key of this id was stolen before `index`.
  bool IsCompromised(std::string_view key_id, uint64_t index) const;

  // Canonical; Restore gives the registry that wrote it. Failure: `not-a-registry`.
  std::string Write() const;
  static Result<Registry> Restore(std::string_view bytes);

 private:
  using Signers = std::vector<PublicKey>;

  // Each checks one kind, and says whose keys must have signed; what it changes is in `*this`,
  // which the caller throws away when the statement is refused in the end.
  Result<Signers> Begin(const Statement& s, const std::string& payload);
  Result<Signers> Follow(const Statement& s, const Past& past);
  Result<Signers> Take(const Statement& s, const Past& past, Holder& author);
  Result<Signers> RegisterHolder(const Json& holder, bool party, uint64_t index);
  std::optional<Failure> CheckChain(const Statement& s, const Past& past, const Holder& author);
  // A statement that another is about, and who signed it.
  struct Referred {
    Statement statement;
    std::vector<const Holder*> signers;
  };
  // The one at the index and with the leaf hash that `body` names.
  Result<Referred> ReferredBy(const Json& body, const Past& past) const;
  Result<Signers> TakeEntry(const Statement& s, Signers signers) const;
  Result<Signers> TakeAbout(const Statement& s, const Past& past, const Holder& author,
                            Signers signers) const;
  void AddParties(Signers& signers) const;

  Holder* Find(std::string_view name);
  bool IsKeyTaken(const PublicKey& key) const;

  std::string origin_;
  std::string agreement_;
  NoteKey log_;
  std::string policy_;
  std::vector<Holder> holders_;
  std::vector<Text> texts_;
};

}  // namespace entente::ledger
