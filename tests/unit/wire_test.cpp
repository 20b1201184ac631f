// Shapes for others, by themselves: rows in and out.

#include <gtest/gtest.h>

#include "wire/csv.h"

namespace entente {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  EXPECT_EQ(wire::ReadCsv("\xEF\xBB\xBFname,class\r\n\"Bay, Ltd\",\"a \"\"b\"\"\"\r\n\r\nlast,\n"),
            (Rows{{"name", "class"}, {"Bay, Ltd", "a \"b\""}, {"last", ""}}));
  EXPECT_EQ(wire::ReadCsv("\"two\nlines\",x"), (Rows{{"two\nlines", "x"}}));
  EXPECT_EQ(wire::ReadCsv("\"never closed"), (Rows{{"never closed"}}));
  EXPECT_TRUE(wire::ReadCsv("").empty());
}

TEST(Csv, WhatIsWrittenIsReadAgain) {
  const std::vector<std::string> row = {"plain", "a,b", "say \"so\"", "two\nlines", "", "-5",
                                        // Taken for the file's own, once, when it came first.
                                        "\xEF\xBB\xBFmarked"};
  EXPECT_EQ(wire::ReadCsv(wire::CsvRow(row)), Rows{row});
  EXPECT_EQ(wire::ReadCsv(wire::CsvRow({row.back()})), (Rows{{row.back()}}));
}

TEST(Csv, NothingRunsAsAFormula) {
  EXPECT_EQ(wire::CsvRow({"=1+1", "@x", "-x", "-1.5", "+2"}), "'=1+1,'@x,'-x,-1.5,+2\n");
}

}  // namespace
}  // namespace entente
