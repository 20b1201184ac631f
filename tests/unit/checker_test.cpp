// False proofs, written by hand where random mutation would rarely come upon them.

#include "proof/checker.h"

#include <gtest/gtest.h>

namespace entente {
namespace {

struct Bench {
  ir::Program p;
  eval::Facts facts;
  ir::TermId term;

  Bench() {
    facts.closed_to.assign(p.event_types.size(), kNever);
    p.terms.push_back({p.symbols.Intern("t"), {}, ir::kBoolType, p.False(), {}});
    term = ir::TermId{0};
  }
  // An open fact, the first point of the program.
  ir::NodeId Fact() {
    ir::Point point;
    point.name = p.symbols.Intern("fact");
    point.type = ir::kBoolType;
    p.points.push_back(point);
    return p.Open(ir::PointId{0}, {});
  }
  ir::NodeId Rules(std::vector<ir::Rule> rules) {
    p.rule_sets.push_back({term, std::move(rules)});
    return p.Rules(static_cast<uint32_t>(p.rule_sets.size() - 1), ir::kBoolType);
  }
  ir::Rule Rule(const char* label, ir::NodeId guard, ir::NodeId value,
                std::vector<uint32_t> beats = {}) {
    ir::Rule out;
    out.label = p.symbols.Intern(label);
    out.guard = guard;
    out.value = value;
    out.beats = std::move(beats);
    return out;
  }
  proof::Proof Claim(ir::NodeId node, bool value) {
    proof::Proof out;
    out.root.node = node;
    out.root.at = Position::At(Date{1000});
    out.root.claim.value = Value::Bool(value);
    return out;
  }
  bool Accepts(const proof::Proof& proof) { return proof::Check(p, facts, proof).has_value(); }
};

TEST(Checker, AClauseThatIsNotBeatenCannotBeCalledSo) {
  Bench b;
  const ir::NodeId rules =
      b.Rules({b.Rule("1", b.p.True(), b.p.True()), b.Rule("2", b.p.True(), b.p.False(), {0})});
  auto good = b.Claim(rules, false);
  good.root.fates = {'f', 'f'};
  good.root.beaten_by = {0, 0};
  EXPECT_TRUE(b.Accepts(good));
  auto bad = b.Claim(rules, true);
  bad.root.fates = {'f', 'b'};
  bad.root.beaten_by = {0, 0};
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, AnAmountLiesWhereItsPartsPutItAndNoNearer) {
  Bench b;
  const ir::Type unit = ir::NumberType(b.p.symbols.Intern("1"));
  const auto number = [&](int64_t n) { return b.p.Lit(Value::Number(Rational(n)), unit); };
  ir::Point point;
  point.name = b.p.symbols.Intern("figure");
  point.type = unit;
  point.low = {number(2), false};
  point.high = {number(3), true};
  b.p.points.push_back(point);
  const ir::NodeId open = b.p.Open(ir::PointId{0}, {});
  const ir::NodeId twice = b.p.Apply(ir::Function::kMultiply, {open, number(2)}, unit);
  // 4 <= twice < 6, so it is below 6 and may be below 5.
  const auto claim = [&](int64_t limit, bool value, ir::Bounds within) {
    proof::Proof out =
        b.Claim(b.p.Apply(ir::Function::kLess, {twice, number(limit)}, ir::kBoolType), value);
    proof::Step product = out.root, figure = out.root;
    product.node = twice;
    product.claim = {{}, {}, std::move(within)};
    figure.node = open;
    figure.claim = {{}, eval::Key{eval::Key::Family::kPoint, 0, {}}, {}};
    product.parts = {figure};
    out.root.parts = {product};
    return out;
  };
  const ir::Bounds right{Rational(4), Rational(6), false, true};
  EXPECT_TRUE(b.Accepts(claim(6, true, right)));
  EXPECT_TRUE(b.Accepts(claim(4, false, right)));
  EXPECT_FALSE(b.Accepts(claim(6, false, right)));
  EXPECT_FALSE(b.Accepts(claim(5, true, right)));
  EXPECT_FALSE(b.Accepts(claim(5, true, {Rational(4), Rational(5), false, true})));
  EXPECT_FALSE(b.Accepts(claim(5, false, {Rational(5), Rational(6), false, true})));
  // Where it lies is no value: neither can be taken for the other.
  proof::Proof value = claim(6, true, right);
  value.root.parts[0].claim = {Value::Number(Rational(5)), {}, {}};
  EXPECT_FALSE(b.Accepts(value));
}

TEST(Checker, NoneBeforeIsShownByHavingSeenAllOfThatTime) {
  Bench b;
  b.p.event_types.push_back({b.p.symbols.Intern("Launch"), {}, true, false, {}});
  const ir::EventTypeId type{static_cast<uint32_t>(b.p.event_types.size() - 1)};
  const ir::NodeId first = b.p.MomentOf(ir::FoldKind::kFirst, b.p.On(type, 1, b.p.True()), 1);
  const Position limit = Position::StartOf(Date{900});
  const ir::NodeId before =
      b.p.Apply(ir::Function::kLess, {first, b.p.Moment(limit)}, ir::kBoolType);
  auto none = b.Claim(before, false);
  none.root.chosen = 1;
  none.root.holds = {none.root.at, none.root.at.after()};
  b.facts.closed_to.assign(b.p.event_types.size(), kNever);
  EXPECT_TRUE(b.Accepts(none));
  // One may come to light that lies before.
  b.facts.closed_to[type.index] = Position::StartOf(Date{800});
  EXPECT_FALSE(b.Accepts(none));
  // That there is one is not shown by saying so.
  auto some = b.Claim(before, true);
  some.root.chosen = 0;
  b.facts.closed_to[type.index] = kNever;
  EXPECT_FALSE(b.Accepts(some));
}

TEST(Checker, EveryClauseIsAccountedFor) {
  Bench b;
  const ir::NodeId rules =
      b.Rules({b.Rule("1", b.p.True(), b.p.True()), b.Rule("2", b.p.True(), b.p.False(), {0})});
  auto bad = b.Claim(rules, true);
  bad.root.fates = {'f'};
  bad.root.beaten_by = {0};
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, AClauseThatSaysOtherwiseCannotBePassedOver) {
  Bench b;
  const ir::NodeId open = b.Fact();
  const ir::NodeId rules =
      b.Rules({b.Rule("1", b.p.True(), b.p.True()), b.Rule("2", open, b.p.False(), {0})});
  auto bad = b.Claim(rules, true);
  bad.root.fates = {'f', 's'};
  bad.root.beaten_by = {0, 0};
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, AClauseThatAppliesCannotBeCalledRefuted) {
  Bench b;
  const ir::NodeId rules =
      b.Rules({b.Rule("1", b.p.True(), b.p.True()), b.Rule("2", b.p.True(), b.p.False(), {0})});
  auto bad = b.Claim(rules, true);
  bad.root.fates = {'f', 'r'};
  bad.root.beaten_by = {0, 0};
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, OneTruePartDoesNotMakeAnAndTrue) {
  Bench b;
  const ir::NodeId past = b.p.Reached(b.p.Moment(Position::At(Date{900})));
  const ir::NodeId future = b.p.Reached(b.p.Moment(Position::At(Date{1100})));
  for (const bool conjunction : {true, false}) {
    const ir::NodeId both = conjunction ? b.p.And({past, future}) : b.p.Or({past, future});
    auto claim = b.Claim(both, true);
    claim.root.chosen = 0;
    proof::Step reached;
    reached.form = proof::Step::Form::kReached;
    reached.node = b.p.Children(past)[0];
    reached.at = claim.root.at;
    reached.claim.value = Value::Bool(true);
    reached.holds.from = Position::At(Date{900});
    proof::Step part = b.Claim(past, true).root;
    part.holds = reached.holds;
    part.parts.push_back(reached);
    claim.root.holds = part.holds;
    claim.root.parts.push_back(part);
    EXPECT_EQ(b.Accepts(claim), !conjunction);
  }
}

TEST(Checker, CasesLeaveNothingOut) {
  Bench b;
  const ir::NodeId open = b.Fact();
  const eval::Key key{eval::Key::Family::kPoint, 0, {}};
  for (const bool twice : {false, true}) {
    auto bad = b.Claim(open, true);
    bad.root.form = proof::Step::Form::kCases;
    for (int i = 0; i < (twice ? 2 : 1); ++i) {
      proof::Assumption yes;
      yes.key = key;
      yes.value = Value::Bool(true);
      bad.root.cases.push_back(yes);
      bad.root.parts.push_back(b.Claim(open, true).root);
    }
    EXPECT_FALSE(b.Accepts(bad));
  }
}

TEST(Checker, WhatIsStillOpenCannotBeClaimed) {
  Bench b;
  b.p.event_types.push_back({b.p.symbols.Intern("E"), {}, true, false, {}});
  b.facts.closed_to.push_back(Position::At(Date{900}));
  const ir::NodeId happened =
      b.p.Reached(b.p.MomentOf(ir::FoldKind::kFirst, b.p.On(ir::EventTypeId{1}, 1, b.p.True()), 1));
  auto bad = b.Claim(happened, false);
  proof::Step part;
  part.form = proof::Step::Form::kReached;
  part.node = b.p.Children(happened)[0];
  part.at = bad.root.at;
  part.claim.value = Value::Bool(false);
  bad.root.parts.push_back(part);
  EXPECT_FALSE(b.Accepts(bad));
  // Before the mark it can, and not for longer than the mark allows.
  bad.root.at = bad.root.parts[0].at = Position::At(Date{800});
  EXPECT_FALSE(b.Accepts(bad));
  bad.root.holds.to = bad.root.parts[0].holds.to = Position::At(Date{900}).after();
  EXPECT_TRUE(b.Accepts(bad));
}

TEST(Checker, AnImpossibleCaseIsShownToBeSo) {
  Bench b;
  const ir::NodeId open = b.Fact();
  auto bad = b.Claim(open, true);
  bad.root.form = proof::Step::Form::kCases;
  for (const bool value : {true, false}) {
    proof::Assumption a;
    a.key = eval::Key{eval::Key::Family::kPoint, 0, {}};
    a.value = Value::Bool(value);
    bad.root.cases.push_back(a);
  }
  bad.root.parts.push_back(b.Claim(open, true).root);
  proof::Step impossible;
  impossible.form = proof::Step::Form::kImpossible;
  impossible.node = open;
  impossible.at = bad.root.at;
  impossible.parts.push_back(b.Claim(open, false).root);
  bad.root.parts.push_back(impossible);
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, ALemmaIsCitedForWhatItShowsAndWhereAsMuchIsAssumed) {
  Bench b;
  const ir::NodeId open = b.Fact();
  const ir::NodeId negated = b.p.Not(open);
  proof::Assumption yes;
  yes.key = eval::Key{eval::Key::Family::kPoint, 0, {}};
  yes.value = Value::Bool(true);

  proof::Proof good = b.Claim(negated, false);
  good.assumptions = {yes};
  good.lemmas.push_back({{}, b.Claim(open, true).root});
  proof::Step cites = b.Claim(open, true).root;
  cites.form = proof::Step::Form::kLemma;
  good.root.parts = {cites};
  EXPECT_TRUE(b.Accepts(good));
  // Assumed for the lemma alone, it says nothing of where nothing is assumed.
  proof::Proof bad = good;
  bad.assumptions.clear();
  EXPECT_FALSE(b.Accepts(bad));
  bad.lemmas[0].assumptions = {yes};
  EXPECT_FALSE(b.Accepts(bad));
  // Itself, or one that does not come before.
  bad = good;
  bad.lemmas[0].step = cites;
  EXPECT_FALSE(b.Accepts(bad));
  bad = good;
  bad.root.parts[0].lemma = 1;
  EXPECT_FALSE(b.Accepts(bad));
  bad = good;
  bad.root.parts[0].lemma = 1;
  bad.lemmas.insert(bad.lemmas.begin(), {{}, bad.root});
  EXPECT_FALSE(b.Accepts(bad));
  std::swap(bad.lemmas[0], bad.lemmas[1]);
  bad.root.parts[0].lemma = bad.lemmas[1].step.parts[0].lemma = 0;
  EXPECT_TRUE(b.Accepts(bad));
  // Of another node, and at another moment.
  bad = good;
  bad.lemmas[0].step = b.Claim(negated, false).root;
  bad.lemmas[0].step.parts = {b.Claim(open, true).root};
  EXPECT_FALSE(b.Accepts(bad));
  bad = good;
  bad.lemmas[0].step.at = bad.lemmas[0].step.at.before();
  EXPECT_FALSE(b.Accepts(bad));
}

TEST(Checker, AListIsCarriedOnWithoutAGap) {
  Bench b;
  b.p.event_types.push_back({b.p.symbols.Intern("Launch"), {}, true, false, {}});
  const ir::EventTypeId type{static_cast<uint32_t>(b.p.event_types.size() - 1)};
  b.facts.closed_to.assign(b.p.event_types.size(), kNever);
  for (const int day : {700, 800, 900}) {
    eval::Event event;
    event.type = type;
    event.at = Position::At(Date{day});
    b.facts.events.push_back(event);
  }
  const ir::NodeId list = b.p.On(type, 1, b.p.True());
  const auto listed = [&](int through, std::vector<int> days) {
    proof::Lemma out;
    out.step.form = proof::Step::Form::kEvents;
    out.step.node = list;
    out.step.at = out.step.holds.from = Position::At(Date{through});
    out.step.holds.to = out.step.at.after();
    for (const int day : days) out.step.events.push_back({Position::At(Date{day}), {}});
    return out;
  };
  const auto cites = [](const proof::Lemma& lemma, uint32_t number) {
    proof::Step out = lemma.step;
    out.form = proof::Step::Form::kLemma;
    out.lemma = number;
    return out;
  };
  // Three launches by day 1000: one by 700, two more by 900.
  const auto claim = [&](std::vector<proof::Lemma> lemmas, int64_t count) {
    proof::Proof out = b.Claim(b.p.CountOf(list, 1), true);
    out.root.claim.value = Value::Number(Rational(count));
    out.root.holds = {out.root.at, out.root.at.after()};
    for (size_t i = 1; i < lemmas.size(); ++i)
      lemmas[i].step.parts = {cites(lemmas[i - 1], static_cast<uint32_t>(i - 1))};
    out.root.parts = {cites(lemmas.back(), static_cast<uint32_t>(lemmas.size() - 1))};
    out.lemmas = std::move(lemmas);
    return out;
  };
  EXPECT_TRUE(b.Accepts(claim({listed(700, {700}), listed(900, {800, 900})}, 3)));
  EXPECT_TRUE(b.Accepts(claim({listed(700, {700})}, 3)));
  EXPECT_FALSE(b.Accepts(claim({listed(700, {700})}, 1)));
  EXPECT_FALSE(b.Accepts(claim({listed(700, {700}), listed(900, {900})}, 2)));
  EXPECT_FALSE(b.Accepts(claim({listed(700, {}), listed(900, {800, 900})}, 2)));
  EXPECT_FALSE(b.Accepts(claim({listed(700, {700}), listed(900, {700, 800, 900})}, 4)));
  // One that goes further than what it is cited for.
  for (const int64_t count : {3, 4})
    EXPECT_FALSE(b.Accepts(claim({listed(900, {700, 800, 900}), listed(800, {})}, count)));
  // Of another list.
  auto other = claim({listed(900, {700, 800, 900})}, 3);
  other.lemmas[0].step.node = b.p.On(type, 1, b.p.False());
  other.lemmas[0].step.events.clear();
  EXPECT_FALSE(b.Accepts(other));
}

// What is assumed by the moment asked says nothing of earlier moments, and a truth is no moment.
TEST(Checker, WhatIsAssumedHoldsFromTheMomentAsked) {
  Bench b;
  b.p.event_types.push_back({b.p.symbols.Intern("E"), {}, true, false, {}});
  b.facts.closed_to.assign(b.p.event_types.size(), Position::At(Date{900}));
  const ir::EventTypeId type{static_cast<uint32_t>(b.p.event_types.size() - 1)};
  const ir::NodeId list = b.p.On(type, 1, b.p.True());
  const ir::NodeId first = b.p.MomentOf(ir::FoldKind::kFirst, list, 1);
  proof::Proof proof = b.Claim(first, true);
  proof.root.form = proof::Step::Form::kReached;
  proof::Assumption happened;
  happened.what = proof::Assumption::What::kHappened;
  happened.node = list;
  proof.assumptions = {happened};
  EXPECT_FALSE(b.Accepts(proof));
  proof.root.holds = {proof.root.at, kNever};
  EXPECT_TRUE(b.Accepts(proof));
  proof::Proof truth = b.Claim(b.p.True(), true);
  truth.root.form = proof::Step::Form::kReached;
  EXPECT_FALSE(b.Accepts(truth));
  proof::Proof nothing = b.Claim(ir::NodeId{1'000'000}, true);
  EXPECT_FALSE(b.Accepts(nothing));
}

// Following each part of each lemma would take two to the sixtieth steps.
TEST(Checker, CasesThatCiteCasesAreToldApartAtOnce) {
  Bench b;
  b.Fact();
  const ir::NodeId sure = b.p.Reached(b.p.Moment(kBeginning));
  const auto choice = [&](bool value) {
    proof::Assumption a;
    a.key = eval::Key{eval::Key::Family::kPoint, 0, {}};
    a.value = Value::Bool(value);
    return a;
  };
  proof::Proof proof = b.Claim(sure, true);
  proof.root.holds.from = kBeginning;
  proof::Step base = proof.root, moment = base;
  moment.form = proof::Step::Form::kReached;
  moment.node = b.p.Children(sure)[0];
  base.parts = {moment};
  proof.lemmas.push_back({{}, base});
  for (uint32_t i = 0; i < 60; ++i) {
    proof::Step cites = base;
    cites.parts.clear();
    cites.form = proof::Step::Form::kLemma;
    cites.lemma = i;
    proof::Step cases = cites;
    cases.form = proof::Step::Form::kCases;
    cases.cases = {choice(false), choice(true)};
    cases.parts = {cites, cites};
    proof.lemmas.push_back({{}, cases});
  }
  proof.root = proof.lemmas.back().step;
  EXPECT_TRUE(b.Accepts(proof)) << proof::Check(b.p, b.facts, proof).error();
}

}  // namespace
}  // namespace entente
