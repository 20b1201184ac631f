// src/ledger/key.h: Ed25519 keys: made, kept, named, and when their signatures count.
//
// A signature counts when libsodium and OpenSSL both accept it, and a key may be registered only if
// it is canonical and lies in the prime-order subgroup. Verifiers elsewhere differ on everything
// in between (the CCTV vectors: libsodium takes 43 of 914, others up to 826); what both of these
// take, all take.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/digest.h"

namespace entente::ledger {

// A type of its own, so that no digest is taken for a key.
struct PublicKey {
  std::array<uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};
using Signature = std::array<uint8_t, 64>;

// What a key is for; one key serves one purpose.
enum class Purpose : uint8_t {
  // Statements of a party or seat.
  kStatement,
  // Checkpoints of a log.
  kLog,
  // Cosignatures of a witness.
  kWitness,
};
std::string_view NameOf(Purpose purpose);

std::string_view BytesOf(const PublicKey& key);
std::optional<PublicKey> PublicKeyOf(std::string_view bytes);
// Lower-case hex of the SHA-256 of the key: what statements and successors name.
std::string KeyId(const PublicKey& key);

// Nothing when the key may be registered, else why not.
std::optional<std::string> WeaknessOf(const PublicKey& key);

// Whether both libraries accept `signature` over `message`.
bool Verify(const PublicKey& key, std::string_view message, std::string_view signature);

// What others need to know of a key: a line of canonical JSON, which is a key file without its
// secret.
struct PublicPart {
  std::string name;
  Purpose purpose = Purpose::kStatement;
  PublicKey key{};
  // The id of the key that will follow; empty where none was made.
  std::string next;

  std::string Write() const;
  // Of a key file too, whose secret it does not look at. Failure: `not-a-key`.
  static Result<PublicPart> Read(std::string_view text);
};

// A secret key in memory, wiped when it goes. Its text on disk is a line of canonical JSON.
class SecretKey {
 public:
  static SecretKey Make(Purpose purpose, std::string name);
  // `passphrase` is asked of only where the file is sealed. Failures: `not-a-key`,
  // `wrong-passphrase`.
  static Result<SecretKey> Read(std::string_view text, std::string_view passphrase);
  static bool IsSealed(std::string_view text);
  // Whether there is a secret in it at all, sealed or not.
  static bool IsSecret(std::string_view text);

  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey();

  const std::string& name() const { return name_; }
  Purpose purpose() const { return purpose_; }
  const PublicKey& public_key() const { return public_; }
  // The id of the key that will follow this one; empty where none was made.
  const std::string& next() const { return next_; }
  PublicPart Public() const { return {name_, purpose_, public_, next_}; }
  void set_next(std::string next) { next_ = std::move(next); }

  // Deterministic (RFC 8032): the same message gives the same signature.
  Signature Sign(std::string_view message) const;

  // With a passphrase, sealed by XSalsa20-Poly1305 under Argon2id; without, in clear.
  std::string Write(std::string_view passphrase) const;

 private:
  SecretKey() = default;
  void SetSeed(std::string_view seed);

  std::string name_;
  Purpose purpose_ = Purpose::kStatement;
  std::string next_;
  PublicKey public_{};
  // Seed and public key, as libsodium keeps them.
  std::array<uint8_t, 64> secret_{};
};

}  // namespace entente::ledger
