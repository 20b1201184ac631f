#include "ledger/key.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/check.h"
#include "ledger/json.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kFormat = "entente-key@v1";
constexpr size_t kSeedBytes = crypto_sign_SEEDBYTES;

const unsigned char* Raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool OpensslVerify(const PublicKey& key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return handle != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
         EVP_DigestVerify(context.get(), Raw(signature), signature.size(), Raw(message),
                          message.size()) == 1;
}

// The key that a passphrase gives: Argon2id with the interactive limits of the library (64 MiB).
std::string Stretch(std::string_view passphrase, std::string_view salt) {
  std::string key(crypto_secretbox_KEYBYTES, '\0');
  ENTENTE_CHECK(salt.size() == crypto_pwhash_SALTBYTES);
  ENTENTE_CHECK(
      crypto_pwhash(reinterpret_cast<unsigned char*>(key.data()), key.size(), passphrase.data(),
                    passphrase.size(), Raw(salt), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                    crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0);
  return key;
}

std::unexpected<Failure> NoKey(std::string what) {
  return Fail("not-a-key", std::move(what), "make one with `entente ledger keys new`");
}

Json::Object Members(const PublicPart& key) {
  return {{"format", kFormat},
          {"name", key.name},
          {"next", key.next},
          {"public", Base64(BytesOf(key.key))},
          {"purpose", NameOf(key.purpose)}};
}

std::optional<Purpose> PurposeOf(std::string_view name) {
  for (const Purpose purpose : {Purpose::kStatement, Purpose::kLog, Purpose::kWitness}) {
    if (NameOf(purpose) == name) return purpose;
  }
  return std::nullopt;
}

// The string member `name`; empty where there is none.
std::string_view Text(const Json& json, std::string_view name) {
  const Json* member = json.Find(name);
  return member != nullptr && member->string() != nullptr ? std::string_view(*member->string())
                                                          : std::string_view();
}

}  // namespace

std::string_view NameOf(Purpose purpose) {
  switch (purpose) {
    case Purpose::kStatement:
      return "statement";
    case Purpose::kLog:
      return "log";
    case Purpose::kWitness:
      return "witness";
  }
  return "";
}

std::string_view BytesOf(const PublicKey& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

std::optional<PublicKey> PublicKeyOf(std::string_view bytes) {
  const auto array = DigestOf(bytes);
  return array ? std::optional(PublicKey{*array}) : std::nullopt;
}

std::string KeyId(const PublicKey& key) { return Hex(Sha256(BytesOf(key))); }

std::optional<std::string> WeaknessOf(const PublicKey& key) {
  ENTENTE_CHECK(sodium_init() >= 0);
  if (crypto_core_ed25519_is_valid_point(key.bytes.data()) == 1) return std::nullopt;
  return "the key is no canonical point of the prime-order subgroup";
}

bool Verify(const PublicKey& key, std::string_view message, std::string_view signature) {
  ENTENTE_CHECK(sodium_init() >= 0);
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(Raw(signature), Raw(message), message.size(),
                                     key.bytes.data()) == 0 &&
         OpensslVerify(key, message, signature);
}

SecretKey SecretKey::Make(Purpose purpose, std::string name) {
  SecretKey out;
  out.purpose_ = purpose;
  out.name_ = std::move(name);
  std::string seed = RandomBytes(kSeedBytes);
  out.SetSeed(seed);
  sodium_memzero(seed.data(), seed.size());
  return out;
}

void SecretKey::SetSeed(std::string_view seed) {
  ENTENTE_CHECK(seed.size() == kSeedBytes);
  ENTENTE_CHECK(crypto_sign_seed_keypair(public_.bytes.data(), secret_.data(), Raw(seed)) == 0);
}

bool SecretKey::IsSealed(std::string_view text) {
  const Result<Json> json = ReadCanonical(text.substr(0, text.find('\n')));
  return json && json->Find("sealed") != nullptr;
}

bool SecretKey::IsSecret(std::string_view text) {
  const Result<Json> json = ReadCanonical(text.substr(0, text.find('\n')));
  return json && (json->Find("sealed") != nullptr || json->Find("secret") != nullptr);
}

std::string PublicPart::Write() const { return Json(Members(*this)).Write() + "\n"; }

Result<PublicPart> PublicPart::Read(std::string_view text) {
  const Result<Json> json = ReadCanonical(text.substr(0, text.find('\n')));
  if (!json || Text(*json, "format") != kFormat)
    return NoKey("the file holds no key in the format " + std::string(kFormat));
  const auto purpose = PurposeOf(Text(*json, "purpose"));
  if (!purpose) return NoKey("the key has no purpose that is known");
  const auto bytes = FromBase64(Text(*json, "public"));
  const auto key = bytes ? PublicKeyOf(*bytes) : std::nullopt;
  if (!key) return NoKey("the public part of the key is damaged");
  return PublicPart{std::string(Text(*json, "name")), *purpose, *key,
                    std::string(Text(*json, "next"))};
}

Result<SecretKey> SecretKey::Read(std::string_view text, std::string_view passphrase) {
  ENTENTE_CHECK(sodium_init() >= 0);
  const auto known = PublicPart::Read(text);
  if (!known) return std::unexpected(known.error());
  const Result<Json> json = ReadCanonical(text.substr(0, text.find('\n')));
  if (!IsSecret(text)) {
    return Fail("no-key", "the file has the public part of " + known->name + "'s key alone",
                "name the file with its secret, or let whoever has it sign");
  }
  SecretKey out;
  out.name_ = known->name;
  out.next_ = known->next;
  out.purpose_ = known->purpose;
  std::optional<std::string> seed = FromBase64(Text(*json, "secret"));
  if (const Json* sealed = json->Find("sealed")) {
    const auto box = FromBase64(Text(*sealed, "box"));
    const auto nonce = FromBase64(Text(*sealed, "nonce"));
    const auto salt = FromBase64(Text(*sealed, "salt"));
    if (!box || !nonce || !salt || box->size() != kSeedBytes + crypto_secretbox_MACBYTES ||
        nonce->size() != crypto_secretbox_NONCEBYTES || salt->size() != crypto_pwhash_SALTBYTES) {
      return NoKey("the seal of the key is damaged");
    }
    std::string key = Stretch(passphrase, *salt);
    seed = std::string(kSeedBytes, '\0');
    const bool opened =
        crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(seed->data()), Raw(*box),
                                   box->size(), Raw(*nonce), Raw(key)) == 0;
    sodium_memzero(key.data(), key.size());
    if (!opened) {
      return Fail("wrong-passphrase", "the passphrase does not open the key",
                  "set ENTENTE_PASSPHRASE to the one it was sealed with");
    }
  }
  if (!seed || seed->size() != kSeedBytes) return NoKey("the secret of the key is damaged");
  out.SetSeed(*seed);
  sodium_memzero(seed->data(), seed->size());
  if (out.public_ != known->key)
    return NoKey("the secret and the public part of the key do not belong together");
  return out;
}

SecretKey::SecretKey(SecretKey&& other) noexcept { *this = std::move(other); }

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  name_ = std::move(other.name_);
  purpose_ = other.purpose_;
  next_ = std::move(other.next_);
  public_ = other.public_;
  secret_ = other.secret_;
  sodium_memzero(other.secret_.data(), other.secret_.size());
  return *this;
}

SecretKey::~SecretKey() { sodium_memzero(secret_.data(), secret_.size()); }

Signature SecretKey::Sign(std::string_view message) const {
  Signature out;
  ENTENTE_CHECK(
      crypto_sign_detached(out.data(), nullptr, Raw(message), message.size(), secret_.data()) == 0);
  return out;
}

std::string SecretKey::Write(std::string_view passphrase) const {
  const std::string_view seed(reinterpret_cast<const char*>(secret_.data()), kSeedBytes);
  Json::Object out = Members(Public());
  if (passphrase.empty()) {
    out["secret"] = Base64(seed);
  } else {
    const std::string salt = RandomBytes(crypto_pwhash_SALTBYTES);
    const std::string nonce = RandomBytes(crypto_secretbox_NONCEBYTES);
    std::string key = Stretch(passphrase, salt);
    std::string box(kSeedBytes + crypto_secretbox_MACBYTES, '\0');
    ENTENTE_CHECK(crypto_secretbox_easy(reinterpret_cast<unsigned char*>(box.data()), Raw(seed),
                                        seed.size(), Raw(nonce), Raw(key)) == 0);
    sodium_memzero(key.data(), key.size());
    out["sealed"] =
        Json::Object{{"box", Base64(box)}, {"nonce", Base64(nonce)}, {"salt", Base64(salt)}};
  }
  return Json(std::move(out)).Write() + "\n";
}

}  // namespace entente::ledger
