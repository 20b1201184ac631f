// src/ledger/policy.h: which log and which witnesses one trusts (c2sp.org/tlog-policy).
#pragma once

#include "ledger/note.h"

namespace entente::ledger {

inline constexpr size_t kPolicyBytesMax = 64 << 10;
// Logs, and witnesses with groups.
inline constexpr size_t kPolicyLogsMax = 64;
inline constexpr size_t kPolicyNamesMax = 128;
// With the log's own they fit into one note.
inline constexpr size_t kWitnessesMax = kNoteSignaturesMax - 1;

class Policy {
 public:
  // Failure: `not-a-policy`, with the line.
  static Result<Policy> Read(std::string_view text);

  const std::vector<NoteKey>& logs() const { return logs_; }
  // In the order of the policy.
  std::vector<NoteKey> Witnesses() const;

  struct Standing {
    // By one of the policy's logs, whose name is that of the checkpoint's origin.
    bool by_log = false;
    bool quorum = false;
    // Names of the policy's witnesses that cosigned, in its order.
    std::vector<std::string> witnesses;
  };
  // Failure: `bad-signature` when a key of the policy signed and its signature is wrong, and what
  // Checkpoint::Read fails with.
  Result<Standing> Judge(const Note& note) const;

 private:
  // A witness, or so many of those that stand before it.
  struct Member {
    std::string name;
    std::optional<NoteKey> witness;
    std::vector<size_t> members;
    size_t needed = 0;
  };
  // Nothing, or what is wrong with the line.
  std::optional<std::string> Take(const std::vector<std::string>& words);
  std::optional<size_t> PlaceOf(std::string_view name) const;

  std::vector<NoteKey> logs_;
  std::vector<Member> members_;
  // Which of them must have cosigned; nothing for none.
  std::optional<size_t> quorum_;
  bool has_quorum_ = false;
};

inline bool IsFinal(const Policy::Standing& standing) { return standing.by_log && standing.quorum; }

}  // namespace entente::ledger
