// src/ledger/note.h: signed notes and checkpoints, in the formats of c2sp.org/signed-note,
// tlog-checkpoint and tlog-cosignature, so that programs which know nothing of us can check them.
//
// A note is text and signature lines. Lines of keys one does not know are ignored; a bad signature
// of a key one knows spoils the note.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/key.h"

namespace entente::ledger {

inline constexpr size_t kNoteBytesMax = 64 << 10;
// The format asks verifiers to take at least 16.
inline constexpr size_t kNoteSignaturesMax = 64;

// The first byte of what a verifier key encodes.
enum class NoteKeyType : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

// A key that signs notes, by name: `example.com/deal+12345678+AbC…`.
struct NoteKey {
  std::string name;
  NoteKeyType type = NoteKeyType::kEd25519;
  PublicKey key{};

  // The first four bytes of the hash of name, type and key, big-endian.
  uint32_t Id() const;
  std::string Write() const;
  // Failure: `not-a-verifier-key`.
  static Result<NoteKey> Read(std::string_view text);
  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};

// Neither empty nor with blanks or `+` in it.
bool IsNoteName(std::string_view name);

struct NoteSignature {
  std::string name;
  uint32_t id = 0;
  std::string bytes;
};

struct Note {
  // With its last line end.
  std::string text;
  std::vector<NoteSignature> signatures;

  std::string Write() const;
  // Failure: `not-a-note`.
  static Result<Note> Read(std::string_view bytes);
};

// A line for `note.text` by a log's key.
NoteSignature SignNote(const SecretKey& key, const std::string& text);
// A witness's line: `seconds` since 1970 are signed too.
NoteSignature Cosign(const SecretKey& key, const std::string& text, uint64_t seconds);

// Whether `key` signed the note: nothing when it has no line, else whether each of its lines is
// good.
std::optional<bool> SignedBy(const Note& note, const NoteKey& key);

// The seconds that a cosignature names; nothing unless it has them.
std::optional<uint64_t> SecondsOf(const NoteSignature& signature);

// What a log says of itself: how many leaves, and the root over them.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Digest root{};

  std::string Write() const;
  // Of a note's text; further lines are allowed and dropped. Failure: `not-a-checkpoint`.
  static Result<Checkpoint> Read(std::string_view text);
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A proof file of c2sp.org/tlog-proof: that one leaf is in a checkpointed log.
struct Receipt {
  uint64_t index = 0;
  std::vector<Digest> proof;
  std::string checkpoint;

  std::string Write() const;
  // Failure: `not-a-receipt`.
  static Result<Receipt> Read(std::string_view text);
};

// ---- decimal numbers as these formats write them: no sign, no leading zero
std::optional<uint64_t> ReadDecimal(std::string_view text);

}  // namespace entente::ledger
