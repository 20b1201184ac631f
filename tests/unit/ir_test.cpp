#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "eval/equations.h"
#include "generate.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "service/ask.h"

namespace entente {
namespace {

TEST(Ir, EqualNodesAreOneNode) {
  ir::Program p;
  EXPECT_EQ(p.Reached(p.Moment(kBeginning)), p.Reached(p.Moment(kBeginning)));
  EXPECT_NE(p.Lit(Value::Bool(false), ir::kBoolType),
            p.Lit(Value::Number(Rational(0)), ir::NumberType(p.symbols.Intern("1"))));
  // The same figure in two units is two nodes.
  const Value five = Value::Number(Rational(5));
  EXPECT_NE(p.Lit(five, ir::NumberType(p.symbols.Intern("flop"))),
            p.Lit(five, ir::MoneyType(p.symbols.Intern("USD"))));
}

// What has been counted so far is a lower end of a count over a list that is open, and of no sum in
// which something may be taken away.
TEST(Ir, OnlyCountsAndSumsOfNothingNegativeGrow) {
  ir::Program p;
  const ir::Type tons = ir::NumberType(p.symbols.Intern("ton"));
  const ir::NodeId events = p.On(p.start, 1, p.True());
  const auto sum_of = [&](const Rational& each) {
    return p.Each(ir::EachKind::kSum, events, 1, p.KeyOf(events, 1), {},
                  p.Lit(Value::Number(each), tons));
  };
  EXPECT_TRUE(eval::OnlyGrows(p, sum_of(Rational(3))));
  EXPECT_TRUE(eval::OnlyGrows(p, sum_of(Rational(0))));
  EXPECT_FALSE(eval::OnlyGrows(p, sum_of(Rational(-1))));
  EXPECT_TRUE(eval::OnlyGrows(p, p.CountOf(events, 1)));
  EXPECT_FALSE(eval::OnlyGrows(p, p.MomentOf(ir::FoldKind::kFirst, events, 1)));
}

TEST(Ir, TheTextReadsBack) {
  for (uint64_t number = 1; number <= 300; ++number) {
    const auto c = crosscheck::Generate(number, {});
    const std::string text = ir::Print(c.program);
    const auto back = ir::Read(text);
    ASSERT_TRUE(back.has_value()) << number << ": " << back.error();
    EXPECT_EQ(ir::Print(*back), text) << number;
  }
}

TEST(Ir, BrokenTextIsRefusedWithAPlace) {
  const auto c = crosscheck::Generate(3, {});
  const std::string text = ir::Print(c.program);
  // The last two bytes are the closing mark and a line end.
  for (size_t cut = 0; cut + 2 < text.size(); cut += 7) {
    const auto back = ir::Read(std::string_view(text).substr(0, cut));
    ASSERT_FALSE(back.has_value());
    EXPECT_TRUE(back.error().starts_with("at byte "));
  }
}

TEST(Ir, GeneratedProgramsVerify) {
  for (uint64_t number = 1; number <= 300; ++number) {
    const auto c = crosscheck::Generate(number, {});
    EXPECT_EQ(ir::Verify(c.program), std::vector<std::string>{}) << number;
  }
}

TEST(Ir, TheFirstAgreementVerifies) {
  const auto read = [](const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  };
  const std::string path = ENTENTE_SOURCE_DIR "/agreements/microsoft-openai/agreement.md";
  const auto snapshot = service::Load(path, read(path), read);
  EXPECT_EQ(snapshot->agreement.amendments.back().id, "V4a");
  EXPECT_EQ(ir::Verify(snapshot->agreement.program), std::vector<std::string>{});
  const auto back = ir::Read(ir::Print(snapshot->agreement.program));
  ASSERT_TRUE(back.has_value()) << back.error();
  EXPECT_EQ(ir::Print(*back), ir::Print(snapshot->agreement.program));
}

TEST(Ir, TheVerifierNamesWhatIsWrong) {
  ir::Program p;
  const ir::NodeId number =
      p.Lit(Value::Number(Rational(1)), ir::NumberType(p.symbols.Intern("1")));
  p.Reached(number);
  p.Apply(ir::Function::kAdd,
          {number, p.Lit(Value::Number(Rational(1)), ir::NumberType(p.symbols.Intern("flop")))},
          ir::NumberType(p.symbols.Intern("1")));
  p.On(p.start, 1, p.Reached(p.Moment(kBeginning)));
  p.If(number, number, number);
  EXPECT_EQ(ir::Verify(p).size(), 4u);
}

}  // namespace
}  // namespace entente
