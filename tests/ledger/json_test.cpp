#include "ledger/json.h"

#include <gtest/gtest.h>

#include "ledger/digest.h"

namespace entente::ledger {
namespace {

TEST(CanonicalJson, ReadsWhatItWrites) {
  for (const char* text :
       {"null", "true", "[]", "{}", "0", "-1", "9007199254740991", "-9007199254740991", R"("")",
        R"("a\"\\\b\t\n\f\r\u0000\u001f/é€😀")", R"({"":1,"a":{"b":[1,2,[null]]}})", "\"\x7F\""}) {
    const auto value = ReadCanonical(text);
    ASSERT_TRUE(value) << text << ": " << value.error().what;
    EXPECT_EQ(value->Write(), text);
  }
}

// Keys of RFC 8785, 3.2.3: sorted as UTF-16, where U+FB33 comes after the pair of U+1F600.
TEST(CanonicalJson, SortsKeysByCodeUnit) {
  Json::Object object;
  for (const char* key :
       {"\xE2\x82\xAC", "\r", "\xEF\xAC\xB3", "1", "\xF0\x9F\x98\x80", "\xC2\x80", "\xC3\xB6"}) {
    object[key] = true;
  }
  EXPECT_EQ(Json(object).Write(),
            "{\"\\r\":true,\"1\":true,\"\xC2\x80\":true,\"\xC3\xB6\":true,\"\xE2\x82\xAC\":true,"
            "\"\xF0\x9F\x98\x80\":true,\"\xEF\xAC\xB3\":true}");
}

TEST(CanonicalJson, RefusesASecondSpelling) {
  for (const char* text : {"",
                           " 1",
                           "1 ",
                           "01",
                           "-0",
                           "1.0",
                           "1e2",
                           "9007199254740992",
                           "-9007199254740992",
                           "+1",
                           "nul",
                           "truefalse",
                           "[1,]",
                           "[1 ,2]",
                           "[,]",
                           "{\"a\" :1}",
                           "{\"a\": 1}",
                           R"({"b":1,"a":2})",
                           R"({"a":1,"a":2})",
                           R"("\u0041")",
                           R"("\/")",
                           R"("\u001F")",
                           R"("\u000a")",
                           R"("\x")",
                           "\"\n\"",
                           "\"\x80\"",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xF4\x90\x80\x80\"",
                           "\"\xE2\x82\"",
                           "\"",
                           "\"a",
                           "[",
                           "{",
                           "{\"a\"",
                           "{1:2}",
                           "\xEF\xBB\xBF{}",
                           "'a'",
                           "NaN"}) {
    const auto value = ReadCanonical(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().name, "not-canonical");
  }
}

TEST(CanonicalJson, NestingIsLimited) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ReadCanonical(nested(kNestingMax)));
  EXPECT_FALSE(ReadCanonical(nested(kNestingMax + 1)));
  EXPECT_FALSE(ReadCanonical(nested(1'000'000)));
}

TEST(Bytes, HaveOneSpelling) {
  EXPECT_EQ(Hex("\x01\xAB"), "01ab");
  EXPECT_EQ(*FromHex("01ab"), "\x01\xAB");
  for (const char* text : {"01AB", "0", "0g", "01 ab"}) EXPECT_FALSE(FromHex(text)) << text;
  EXPECT_EQ(Base64("ab"), "YWI=");
  EXPECT_EQ(*FromBase64("YWI="), "ab");
  // The last has bits that count for nothing.
  for (const char* text : {"YWI", "YW I=", "YWI=\n", "YWJ=", "Y", "=", "YWI_"})
    EXPECT_FALSE(FromBase64(text)) << text;
  EXPECT_EQ(*FromBase64(""), "");
}

}  // namespace
}  // namespace entente::ledger
