// What a seal binds.

#include "record/seal.h"

#include <gtest/gtest.h>

namespace entente::record {
namespace {

Entry Vote() {
  Entry out;
  out.kind = "Approval";
  out.by = "Ada";
  out.fields = {{"of", "d1"}};
  return out;
}
const std::string kSomeSalt = std::string(64, '5').replace(1, 1, "a");

// As hashlib of Python gives it for the netstrings that docs/language.md names.
TEST(Seal, IsTheHashOfNetstrings) {
  std::string salt;
  for (int i = 0; i < 32; ++i) salt += "5a";
  EXPECT_EQ(SealOf(Vote(), salt),
            "2ba0a1e6122a8aff6f0996b3c45f1e69b0b5e8d35502b782e9f5ffc41a331639");
}

TEST(Seal, BindsAllThatIsSealed) {
  const std::string seal = SealOf(Vote(), kSomeSalt);
  Entry other = Vote();
  other.by = "Ben";
  EXPECT_NE(SealOf(other, kSomeSalt), seal);
  other = Vote();
  other.kind = "Refusal";
  EXPECT_NE(SealOf(other, kSomeSalt), seal);
  other = Vote();
  other.fields[0].value = "d2";
  EXPECT_NE(SealOf(other, kSomeSalt), seal);
  other = Vote();
  other.fields.push_back({"price", "7"});
  EXPECT_NE(SealOf(other, kSomeSalt), seal);
  EXPECT_NE(SealOf(Vote(), std::string(64, '6')), seal);
  // Letters that move from one part into the next.
  other = Vote();
  other.kind = "ApprovalA";
  other.by = "da";
  EXPECT_NE(SealOf(other, kSomeSalt), seal);
}

TEST(Seal, OrderOfFieldsAndHowItIsRevealedDoNotMatter) {
  Entry one = Vote();
  one.fields.push_back({"price", "7"});
  Entry two = Vote();
  two.fields.insert(two.fields.begin(), {{"price", "7"}, {"reveals", "e4"}, {"salt", kSomeSalt}});
  EXPECT_EQ(SealOf(one, kSomeSalt), SealOf(two, kSomeSalt));
}

}  // namespace
}  // namespace entente::record
