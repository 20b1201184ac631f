#include "ledger/digest.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <cstring>
#include <memory>

#include "base/check.h"

namespace entente::ledger {

namespace {

// Looked up once: fetching an algorithm costs more than hashing a short text with it.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ENTENTE_CHECK(algorithm != nullptr);
  return algorithm;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Digest Sha256(std::initializer_list<std::string_view> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  ENTENTE_CHECK(context != nullptr);
  ENTENTE_CHECK(EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) == 1);
  for (const std::string_view part : parts)
    ENTENTE_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Digest out;
  ENTENTE_CHECK(EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1);
  return out;
}

Digest LeafHash(std::string_view leaf) { return Sha256({std::string_view("\0", 1), leaf}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return Sha256({std::string_view("\1", 1), BytesOf(left), BytesOf(right)});
}

std::string_view BytesOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<Digest> DigestOf(std::string_view bytes) {
  Digest out;
  if (bytes.size() != out.size()) return std::nullopt;
  std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

std::string Hex(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  out.pop_back();
  return out;
}

std::optional<std::string> FromHex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  size_t length = 0;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                     text.size(), nullptr, &length, nullptr) != 0 ||
      length != out.size() || Hex(out) != text) {
    return std::nullopt;
  }
  return out;
}

std::string Base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  out.resize(length);
  if (Base64(out) != text) return std::nullopt;
  return out;
}

std::string RandomBytes(size_t count) {
  ENTENTE_CHECK(sodium_init() >= 0);
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

}  // namespace entente::ledger
