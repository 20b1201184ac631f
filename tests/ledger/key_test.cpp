#include "ledger/key.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

namespace entente::ledger {
namespace {

std::string Text(const Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

PublicKey FromHexKey(std::string_view hex) { return *PublicKeyOf(*FromHex(hex)); }

// RFC 8032, 7.1, test 2.
TEST(Keys, VerifyTheTestOfTheStandard) {
  const PublicKey key =
      FromHexKey("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const std::string signature = *FromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(Verify(key, "\x72", signature));
  EXPECT_FALSE(Verify(key, "\x73", signature));
  EXPECT_FALSE(Verify(key, "\x72", signature.substr(1)));
  EXPECT_FALSE(WeaknessOf(key));
}

TEST(Keys, ComeBackFromTheirFiles) {
  SecretKey key = SecretKey::Make(Purpose::kStatement, "Birch & Co, Z\xC3\xBCrich");
  key.set_next("next");
  for (const char* passphrase : {"", "a long passphrase"}) {
    const std::string text = key.Write(passphrase);
    EXPECT_EQ(SecretKey::IsSealed(text), *passphrase != '\0');
    const auto read = SecretKey::Read(text, passphrase);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->name(), key.name());
    EXPECT_EQ(read->next(), "next");
    EXPECT_EQ(read->public_key(), key.public_key());
    EXPECT_EQ(read->Sign("m"), key.Sign("m"));
  }
  const std::string sealed = key.Write("right");
  EXPECT_EQ(SecretKey::Read(sealed, "wrong").error().name, "wrong-passphrase");
  EXPECT_EQ(SecretKey::Read(sealed, "").error().name, "wrong-passphrase");
  // Nothing of the seed stands in a sealed file.
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  for (const char* bad : {"", "{}", "x", R"({"format":"entente-key@v1"})"})
    EXPECT_EQ(SecretKey::Read(bad, "").error().name, "not-a-key");
}

// Threat 9. Each of these is accepted by some verifier that is in use.
TEST(Keys, AmbiguousSignaturesAreRefused) {
  const SecretKey key = SecretKey::Make(Purpose::kStatement, "A");
  const std::string message = "a statement";
  const std::string good = Text(key.Sign(message));
  ASSERT_TRUE(Verify(key.public_key(), message, good));
  // S + L: the same signature for verifiers that do not compare S with the order of the group.
  const std::string order =
      *FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string large = good;
  unsigned carry = 0;
  for (size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(good[32 + i]) + static_cast<unsigned char>(order[i]);
    large[32 + i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  EXPECT_FALSE(Verify(key.public_key(), message, large));
  // Keys of small order: with R the neutral element and S = 0 they sign every message for verifiers
  // that multiply by the cofactor or compute with them at all.
  const char* const kSmallOrder[] = {
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      // Not canonical: the same points with p added to y, or a sign where x is 0.
      "0100000000000000000000000000000000000000000000000000000000000080",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
  const std::string zero(32, '\0');
  for (const char* hex : kSmallOrder) {
    EXPECT_TRUE(WeaknessOf(FromHexKey(hex))) << hex;
    for (const char* r : kSmallOrder)
      EXPECT_FALSE(Verify(FromHexKey(hex), message, *FromHex(r) + zero)) << hex << " " << r;
  }
}

// A key with a part of small order: A + T for T of order 8. What it signs, verifiers judge by
// whether they multiply by the cofactor; it cannot be registered.
TEST(Keys, OfMixedOrderCannotBeRegistered) {
  const SecretKey key = SecretKey::Make(Purpose::kStatement, "A");
  const PublicKey torsion =
      FromHexKey("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  PublicKey mixed;
  // libsodium adds points without asking for their subgroup.
  ASSERT_EQ(crypto_core_ed25519_add(mixed.bytes.data(), key.public_key().bytes.data(),
                                    torsion.bytes.data()),
            0);
  EXPECT_FALSE(WeaknessOf(key.public_key()));
  EXPECT_TRUE(WeaknessOf(mixed));
}

// The points of small order, from those of order 8 on: T, 2T, … 8T, which is the neutral element.
std::vector<PublicKey> Torsion() {
  const PublicKey one =
      FromHexKey("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  std::vector<PublicKey> out{one};
  while (out.size() < 8) {
    PublicKey next;
    EXPECT_EQ(crypto_core_ed25519_add(next.bytes.data(), out.back().bytes.data(), one.bytes.data()),
              0);
    out.push_back(next);
  }
  return out;
}

PublicKey Plus(const PublicKey& a, const PublicKey& b) {
  PublicKey out;
  EXPECT_EQ(crypto_core_ed25519_add(out.bytes.data(), a.bytes.data(), b.bytes.data()), 0);
  return out;
}

// Threat 9. Signatures by a key A + iT with R + jT, for every i and j: all of them hold by the
// equation with the cofactor, and some by the one without. Among those by which verifiers part,
// none is by a key that can be registered and accepted by both libraries.
TEST(Keys, OfAllThatVerifiersPartOverNoneIsTaken) {
  ASSERT_GE(sodium_init(), 0);
  const std::vector<PublicKey> torsion = Torsion();
  // The eighth is neutral: adding it changes nothing.
  std::set<std::string> points;
  for (const PublicKey& point : torsion) points.insert(Hex(BytesOf(point)));
  ASSERT_EQ(points.size(), 8u);
  std::array<unsigned char, 32> a, r;
  crypto_core_ed25519_scalar_random(a.data());
  crypto_core_ed25519_scalar_random(r.data());
  PublicKey base_a, base_r;
  ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(base_a.bytes.data(), a.data()), 0);
  ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(base_r.bytes.data(), r.data()), 0);
  size_t without_cofactor = 0, parted = 0, taken = 0;
  for (size_t i = 1; i <= 8; ++i) {
    for (size_t j = 1; j <= 8; ++j) {
      const PublicKey key = Plus(base_a, torsion[i - 1]);
      const PublicKey nonce = Plus(base_r, torsion[j - 1]);
      for (int attempt = 0; attempt < 16; ++attempt) {
        const std::string message = "statement " + std::to_string(attempt);
        std::array<unsigned char, 64> wide;
        const std::string hashed =
            std::string(BytesOf(nonce)) + std::string(BytesOf(key)) + message;
        crypto_hash_sha512(wide.data(), reinterpret_cast<const unsigned char*>(hashed.data()),
                           hashed.size());
        std::array<unsigned char, 32> k, s;
        crypto_core_ed25519_scalar_reduce(k.data(), wide.data());
        crypto_core_ed25519_scalar_mul(s.data(), k.data(), a.data());
        crypto_core_ed25519_scalar_add(s.data(), s.data(), r.data());
        const std::string signature =
            std::string(BytesOf(nonce)) + std::string(reinterpret_cast<char*>(s.data()), s.size());
        const bool holds = (j + (k[0] % 8) * i) % 8 == 0;
        const bool registered = !WeaknessOf(key);
        const bool ours = registered && Verify(key, message, signature);
        without_cofactor += holds;
        parted += !holds;
        taken += ours;
        EXPECT_EQ(ours, i == 8 && j == 8) << i << " " << j << " " << attempt;
        // Of what is taken, no verifier that follows either equation says no.
        EXPECT_TRUE(!ours || holds);
      }
    }
  }
  EXPECT_EQ(taken, 16u);
  EXPECT_GT(without_cofactor, 100u);
  EXPECT_GT(parted, 500u);
}

}  // namespace
}  // namespace entente::ledger
