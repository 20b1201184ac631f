// src/ledger/statement.h: what a party signs, the envelope around it, and the leaf that is logged.
//
// A statement is canonical JSON. It is signed in the pre-authentication encoding of DSSE (Dead
// Simple Signing Envelope 1.0.2), which binds the type of what was signed, so that a signature over
// a checkpoint or anything else is none over a statement. docs/ledger_format.md gives every byte.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "ledger/json.h"
#include "ledger/key.h"

namespace entente::ledger {

// A leaf; entry bundles of c2sp.org/tlog-tiles could carry 65,535. Larger things go in by hash.
inline constexpr size_t kLeafBytesMax = 32 << 10;
inline constexpr size_t kSignaturesMax = 32;
inline constexpr size_t kNameBytesMax = 200;
inline constexpr size_t kSaltBytes = 32;
inline constexpr size_t kNonceBytes = 16;

// A value behind a commitment.
inline constexpr size_t kValueBytesMax = 16 << 10;
// All values behind the commitments of one statement: a reader holds a batch of them.
inline constexpr size_t kValuesBytesMax = 128 << 10;

// The rules by which the sequencer admits; named in each leaf.
inline constexpr std::string_view kAdmissionRules = "entente-admission@v1";

// Kinds of statement.
inline constexpr std::string_view kGenesis = "genesis";    // agreement, log, parties
inline constexpr std::string_view kEntry = "entry";        // an entry of the record
inline constexpr std::string_view kCorrect = "correct";    // fields of an earlier entry, anew
inline constexpr std::string_view kContest = "contest";    // an entry of another is disputed
inline constexpr std::string_view kWithdraw = "withdraw";  // a contest of one's own
inline constexpr std::string_view kRegister = "register";  // a seat and its key
inline constexpr std::string_view kRotate = "rotate";      // the successor takes over
inline constexpr std::string_view kRevoke = "revoke";      // a key stolen since some index
inline constexpr std::string_view kText = "text";          // the agreement's text is now another
inline constexpr std::string_view kRedact = "redact";      // a field is to be erased

// The size and root of a checkpoint.
struct Seen {
  uint64_t size = 0;
  Digest root{};
  friend bool operator==(const Seen&, const Seen&) = default;
};

struct Statement {
  // Of the log.
  std::string origin;
  // Hex of the hash of the genesis; empty in the genesis itself.
  std::string agreement;
  // Who says it; empty in the genesis.
  std::string party;
  // The id of the author's key; empty in the genesis.
  std::string key;
  // From 1, without gaps; 0 in the genesis.
  uint64_t sequence = 0;
  // Hex of the hash of this author's previous statement, at first of the genesis.
  std::string previous;
  // Hex of kNonceBytes random bytes.
  std::string nonce;
  std::string kind;
  Json body;
  // The author's clock, as 2026-03-01T09:00:00Z.
  std::string asserted;
  // The last checkpoint the author had verified.
  Seen seen;

  std::string Write() const;
  // Failures: `not-canonical`, `not-a-statement`.
  static Result<Statement> Read(std::string_view bytes);
};

struct EnvelopeSignature {
  std::string key_id;
  std::string bytes;
};

struct Envelope {
  // The bytes of a statement.
  std::string payload;
  std::vector<EnvelopeSignature> signatures;

  // The bytes that are signed.
  std::string Signed() const;
  void Sign(const SecretKey& key);
  Json ToJson() const;
  // Failure: `not-an-envelope`.
  static Result<Envelope> Of(const Json& json);
};

// A value of a field and the salt that hides it.
struct Opening {
  // Where in the body: `fields/sum`, `remarks/source`.
  std::string name;
  std::string salt;
  std::string value;

  static Opening Of(std::string name, std::string value);
  // SHA-256 of the salt and the canonical array of a type, name and value.
  Digest Commitment() const;
  Json ToJson() const;
  // Failure: `not-an-opening`.
  static Result<Opening> Of(const Json& json);
};

// What the author hands to the sequencer.
struct Submission {
  Envelope envelope;
  std::vector<Opening> openings;

  std::string Write() const;
  // Failures: `not-canonical`, `not-a-submission` and those of its parts.
  static Result<Submission> Read(std::string_view bytes);
};

struct Leaf {
  // The sequencer's clock, never earlier than in the leaf before.
  std::string recorded;
  Envelope envelope;

  std::string Write() const;
  // Failures: `not-canonical`, `not-a-leaf`.
  static Result<Leaf> Read(std::string_view bytes);
};

// 2026-03-01T09:00:00Z, with the numbers in their ranges.
bool IsTime(std::string_view text);

// The string member `name` of an object; null where there is none.
const std::string* TextAt(const Json& json, std::string_view name);
// Likewise 32 bytes in hex.
std::optional<Digest> DigestAt(const Json& json, std::string_view name);
// Likewise a number that is not negative.
std::optional<uint64_t> NumberAt(const Json& json, std::string_view name);

// The parts of an entry that hold values.
inline constexpr std::string_view kFields = "fields";
inline constexpr std::string_view kRemarks = "remarks";

// A name that can be shown: neither empty nor long, no control characters.
bool IsName(std::string_view name);
// An object of names without `/`, each with a text or a commitment.
bool AreValues(const Json& part);
// Whether `json` is an object with no members but these.
bool HasOnly(const Json& json, std::initializer_list<std::string_view> names);

// The commitments in the body of a statement: where, and the hash. Each place once.
std::vector<std::pair<std::string, Digest>> CommitmentsIn(const Json& body);

}  // namespace entente::ledger
