#include "ledger/digest.h"

#include <sodium.h>

#include "base/check.h"

namespace entente::ledger {

Digest LeafHash(std::string_view leaf) { return Sha256({std::string_view("\0", 1), leaf}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return Sha256({std::string_view("\1", 1), BytesOf(left), BytesOf(right)});
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
