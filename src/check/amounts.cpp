// When and how much: dates, durations, moments, amounts.

#include <algorithm>

#include "base/words.h"
#include "check/lexicon.h"
#include "check/phrases.h"

namespace entente::check {

using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Token;
using syntax::TokenKind;

namespace {

// The currency that a word or a sign apart from its figure names; nothing else has one.
std::string_view CurrencyOf(const Token* token) {
  if (token == nullptr) return "";
  if (token->Is("USD") || token->Is("$")) return "USD";
  return token->Is("EUR") || token->Is("€") ? "EUR" : "";
}
bool IsCurrency(const Token* token) { return !CurrencyOf(token).empty(); }

// Words of the language that go on behind an amount; any other small word there is a unit.
bool MayFollowAmount(std::string_view word) {
  constexpr std::string_view kWords[] = {
      "of",      "divided", "plus",    "less", "but",    "and",   "or",      "if",     "unless",
      "while",   "until",   "through", "by",   "before", "from",  "after",   "within", "in",
      "despite", "subject", "only",    "on",   "given",  "known", "reading", "with",   "without",
      "per",     "is",      "are",     "that", "other",  "for",   "to"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

}  // namespace

std::optional<Date> Phrases::ParseDateWords() {
  // 1 March 2029, or 2029-03-01 as three tokens.
  if (const auto day = WholeNumber(Peek()); day && Peek(1) != nullptr) {
    // A month with a slip, where a year behind it leaves no doubt that one was meant.
    if (!MonthOf(Peek(1)->text) && Peek(1)->capital() && IsYear(Peek(2))) {
      const std::string closest =
          Closest(Peek(1)->text, std::vector<std::string>(kMonths.begin(), kMonths.end()));
      if (!closest.empty()) {
        Fail(FindingKind::kNoSuchDate, Quoted(Peek(1)->text) + " is no month",
             "did you mean " + Quoted(closest) + "?", Peek(1)->span);
        return std::nullopt;
      }
    }
    if (const auto month = MonthOf(Peek(1)->text)) {
      const Span span = source::Cover(Here(), tokens_[std::min(at_ + 2, tokens_.size() - 1)].span);
      const auto year = WholeNumber(Peek(2));
      if (!year) {
        Fail(FindingKind::kNoSuchDate, "the date has no year", "write the year: `1 March 2029`",
             span);
        return std::nullopt;
      }
      const auto date = DateOf(*year, *month, *day);
      if (!date) {
        const int days = DaysInMonth(std::clamp(*year, 1, 9999), *month);
        Fail(FindingKind::kNoSuchDate,
             std::string(kMonths[static_cast<size_t>(*month - 1)]) + " " + std::to_string(*year) +
                 " has no day " + std::to_string(*day),
             "its last day is " + std::to_string(days), span);
        return std::nullopt;
      }
      at_ += 3;
      return date;
    }
    if (IsYear(Peek()) && PeekIs("-", 1) && PeekIs("-", 3) && Peek(4) != nullptr) {
      const auto month = WholeNumber(Peek(2)), d = WholeNumber(Peek(4));
      const auto date = month && d ? DateOf(*day, *month, *d) : std::nullopt;
      if (!date) {
        Fail(FindingKind::kNoSuchDate, "the calendar has no such day", "write it as `1 March 2029`",
             source::Cover(Here(), Peek(4)->span));
        return std::nullopt;
      }
      at_ += 5;
      return date;
    }
  }
  return std::nullopt;
}

namespace {

bool IsUnitOfTime(std::string_view word) {
  constexpr std::string_view kUnits[] = {"day", "week", "month", "quarter", "year"};
  return std::any_of(std::begin(kUnits), std::end(kUnits),
                     [&](std::string_view unit) { return SameWord(unit, word); });
}

}  // namespace

bool Phrases::PeekDuration() const {
  if (PeekBusinessDays()) return true;
  const Token* unit = Peek(1);
  if (WholeNumber(Peek()) && unit != nullptr) {
    if (IsUnitOfTime(unit->text)) return true;
  }
  if (!PeekIs("[")) return false;
  for (size_t i = 1; Peek(i) != nullptr && !PeekIs("]", i) && !PeekIs(",", i); ++i) {
    if (PeekIs("days", i) || PeekIs("months", i) || PeekIs("years", i)) return true;
  }
  return false;
}

NodeId Phrases::ParseDuration(bool business) {
  if (PeekBusinessDays()) return BusinessDays(business);
  if (const auto count = WholeNumber(Peek())) {
    ++at_;
    const std::string_view unit = Peek() != nullptr ? Peek()->text : std::string_view{};
    if (!IsUnitOfTime(unit)) {
      FailHere("expected days, weeks, months, quarters or years",
               "days are the smallest that is counted; business days are those of a `calendar`");
      return program_.Lit(Value::Of(Duration{}), ir::kDaysType);
    }
    ++at_;
    const bool months =
        SameWord("month", unit) || SameWord("year", unit) || SameWord("quarter", unit);
    const int factor = SameWord("year", unit)      ? 12
                       : SameWord("quarter", unit) ? 3
                       : SameWord("week", unit)    ? 7
                                                   : 1;
    return program_.Length({*count * factor, months ? DurationUnit::kMonths : DurationUnit::kDays});
  }
  const auto hole = ParseHole();
  if (!hole) {
    FailHere("expected a number of days, months or years");
    return program_.Lit(Value::Of(Duration{}), ir::kDaysType);
  }
  return program_.Open(HolePoint(*hole, ir::kDaysType, "the undisclosed time of " + label_), {});
}

NodeId Phrases::Earlier(NodeId moment, NodeId length) {
  const ir::Node node = program_.Get(length);
  if (node.op != ir::Op::kLit) {
    FailHere("an undisclosed time can only be counted forwards",
             "say from when it is counted: `[undisclosed days] after MOMENT`");
    return moment;
  }
  const Duration d = program_.Literal(node).AsDuration();
  return Later(moment, program_.Lit(Value::Of(Duration{-d.count, d.unit}), node.type));
}

NodeId Phrases::Later(NodeId moment, NodeId length) {
  const NodeId reached = program_.Apply(Function::kShift, {moment, length}, ir::kMomentType);
  if (program_.Get(length).type != ir::kBusinessDaysType) return reached;
  return WhilePublished(moment, program_.Literal(program_.Get(length)).AsDuration(), reached, "");
}

NodeId Phrases::EndOfStretch(NodeId from, NodeId length, bool from_end) {
  const auto shift = [&](NodeId moment, NodeId by) {
    return program_.Apply(Function::kShift, {moment, by}, ir::kMomentType);
  };
  const bool business = program_.Get(length).type == ir::kBusinessDaysType;
  if ((from_end && !business) || program_.Get(length).op != ir::Op::kLit)
    return shift(from, length);
  const auto days = [&](int32_t count) { return program_.Length({count, DurationUnit::kDays}); };
  const Duration d = program_.Literal(program_.Get(length)).AsDuration();
  const auto start_of_day = [&](NodeId moment) {
    return program_.Apply(Function::kStartOfDay, {moment}, ir::kMomentType);
  };
  if (CountsBusinessDays(d.unit)) {
    // From a day off they lead to the end of a day.
    const NodeId last =
        start_of_day(shift(start_of_day(from_end ? shift(from, days(-1)) : from), length));
    return WhilePublished(from, d, shift(last, days(1)), from_end ? " after an end" : " whole");
  }
  const NodeId day = start_of_day(from);
  if (d.unit == DurationUnit::kDays) return shift(day, days(d.count + 1));
  return shift(shift(day, length), days(1));
}

NodeId Phrases::ParseMoment(bool* is_end) {
  if (is_end != nullptr) *is_end = PeekIs("end", PeekIs("the") ? 1 : 0);
  const NodeId moment = ParseMomentSimple();
  return failed_ ? program_.Moment(kNever) : moment;
}

NodeId Phrases::ParseMomentSimple() {
  if (failed_) return {};
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep,
         "phrases are nested more than " + std::to_string(syntax::kNestingMax) + " deep",
         "split the sentence");
    return {};
  }
  const auto leave = [&](NodeId node) {
    --depth_;
    return node;
  };
  if (AcceptAll({"the", "earlier", "of"}) || AcceptAll({"the", "later", "of"})) {
    const bool earlier = tokens_[at_ - 2].Is("earlier");
    const NodeId a = ParseMoment();
    Expect("and");
    const NodeId b = ParseMoment();
    return leave(
        program_.Apply(earlier ? Function::kEarliest : Function::kLatest, {a, b}, ir::kMomentType));
  }
  if ((PeekIs("the") && (PeekIs("earliest", 1) || PeekIs("latest", 1) || PeekIs("first", 1)) &&
       PeekIs("of", 2) && PeekIs(":", 3))) {
    const bool latest = PeekIs("latest", 1);
    at_ += 4;
    std::vector<NodeId> parts;
    while (!failed_ && Peek() != nullptr && Peek()->kind == TokenKind::kItem) {
      ++at_;
      parts.push_back(ParseMoment());
      Accept(";");
    }
    if (parts.empty()) FailHere("expected a list (a) …; (b) …");
    if (failed_) return leave({});
    return leave(
        program_.Apply(latest ? Function::kLatest : Function::kEarliest, parts, ir::kMomentType));
  }
  if (PeekIs("the") && (PeekIs("end", 1) || PeekIs("start", 1)) && PeekIs("of", 2) &&
      !PeekEndOfWindow()) {
    const bool end = PeekIs("end", 1);
    at_ += 3;
    if (const auto index = AcceptStretch()) {
      const Stretch& window = agreement_.stretches[*index];
      if (window.opens.valid())
        return leave(program_.MomentOf(ir::FoldKind::kFirst, window.opens, scope.free_slot));
      return leave(end && window.to.valid() ? window.to : window.from);
    }
    if (end && AcceptAll({"the", "term"})) {
      if (agreement_.term_end.valid()) return leave(program_.Ref(agreement_.term_end, {}));
      FailHere("nothing says how long the term runs", "add a sentence: `1.1  term until …`");
      return leave({});
    }
    if (IsYear(Peek()) && !PeekIs("-", 1)) {
      const int year = *WholeNumber(Peek());
      ++at_;
      return leave(program_.Moment(Position::StartOf(*DateOf(end ? year + 1 : year, 1, 1))));
    }
    if (const auto date = ParseDateWords()) {
      return leave(program_.Moment(Position::StartOf({date->day + (end ? 1 : 0)})));
    }
    FailHere("expected a year or a date");
    return leave({});
  }
  if (PeekDuration()) {
    const NodeId duration = ParseDuration(true);
    const bool before = PeekIs("before");
    if (PeekIs("of")) {
      Fail(FindingKind::kWithinOf, "`of` does not say on which side the days lie",
           "write `after` or `before`");
      return leave({});
    }
    if (!Accept("after") && !Accept("before")) {
      FailHere("expected `after` or `before`");
      return leave({});
    }
    const NodeId from = ParseMoment();
    if (failed_) return leave({});
    return leave(before ? Earlier(from, duration) : Later(from, duration));
  }
  if (const auto date = ParseDateWords()) {
    return leave(program_.Moment(Position::StartOf(*date)));
  }
  if (failed_) return leave({});
  if (PeekIs("[")) {
    const auto hole = ParseHole();
    if (!hole) return leave({});
    return leave(
        program_.Open(HolePoint(*hole, ir::kMomentType, "the undisclosed date of " + label_), {}));
  }
  if (AcceptAll({"the", "effective", "date"})) return leave(program_.Moment(program_.origin));
  if (const auto stretch = PeekStretch(0, nullptr); stretch && !PeekEvent()) {
    const Stretch& named = agreement_.stretches[*stretch];
    if (named.opens.valid() || named.to.valid()) {
      FailHere("a window has a start and an end", "write `the start of the " + named.name +
                                                      "` or `the end of the " + named.name + "`");
      return leave({});
    }
    AcceptStretch();
    return leave(named.from);
  }
  if (PeekEvent()) {
    const auto use = ParseEvent();
    return leave(use && !failed_ ? MomentOf(*use) : NodeId{});
  }
  // A run of capitals where a moment is wanted is a name nobody declared.
  size_t ahead = 0;
  while (Peek(ahead) != nullptr && IsDeterminer(Peek(ahead)->text)) ++ahead;
  if (Peek(ahead) != nullptr && Peek(ahead)->capital()) {
    std::vector<std::string> known;
    for (const EventName& e : agreement_.events) known.push_back(e.name);
    const std::string name(Peek(ahead)->text);
    const std::string closest = Closest(name, known);
    at_ += ahead;
    Fail(FindingKind::kUnknownName, Quoted(name) + " is no declared event",
         closest.empty() ? "declare it: `notice " + name + "` or `event " + name + "`"
                         : "did you mean " + Quoted(closest) + "?");
    return leave({});
  }
  FailHere("expected a date or an event");
  return leave({});
}

// ---------------------------------------------------------------- amounts

std::string Phrases::UnitOf(ir::Type type) const {
  const std::string_view unit = program_.symbols.Name(Symbol{type.detail});
  return unit == "1" ? "percent" : unit == ir::kCountUnit ? "a count" : Quoted(unit);
}

bool Phrases::PeekNumber() const {
  size_t ahead = 0;
  while (Peek(ahead) != nullptr && (PeekIs("the", ahead) || PeekIs("its", ahead) ||
                                    PeekIs("that", ahead) || PeekIs("total", ahead))) {
    ++ahead;
  }
  if (ahead == 1 && PeekIs("number", 1) && PeekIs("of", 2)) return !failed_;
  if (ahead == 1 && (PeekIs("greater", 1) || PeekIs("lesser", 1) || PeekIs("average", 1)) &&
      PeekIs("of", 2)) {
    return !failed_;
  }
  if (ahead == 1 && (PeekIs("highest", 1) || PeekIs("lowest", 1))) return !failed_;
  const Token* token = Peek();
  if (token != nullptr && (PeekIs("half") || PeekIs("about") || token->text.starts_with("$") ||
                           token->text.starts_with("€") || token->text.ends_with("%"))) {
    return !failed_;
  }
  for (const NumberName& number : agreement_.numbers) {
    if (MatchName(number.name, at_ + ahead) > 0) return !failed_;
  }
  return false;
}

// An amount by itself; what follows it is the business of the two below.
NodeId Phrases::ParseAmount(ir::Type* type) {
  const ir::Type plain = ir::NumberType(program_.symbols.Intern("1"));
  const NodeId zero = program_.Lit(Value::Number(Rational(0)), plain);
  if (failed_) return zero;
  if (++depth_ > static_cast<int>(syntax::kNestingMax)) {
    Fail(FindingKind::kTooDeep, "amounts are nested too deeply", "split the sentence");
    return zero;
  }
  NodeId out = zero;
  bare_ = false;
  const bool about = Accept("about");
  if (PeekIs("max") || PeekIs("min")) {
    Fail(FindingKind::kMaxOrMin, Quoted(Peek()->text) + " is read both ways",
         "write `but at least`, `but at most`, `the greater of` or `the lesser of`");
  } else if (AcceptAll({"the", "greater", "of"}) || AcceptAll({"the", "lesser", "of"})) {
    const bool greater = tokens_[at_ - 2].Is("greater");
    const NodeId a = ParseNumber(type);
    Expect("and");
    ir::Type other;
    const NodeId b = ParseNumber(&other);
    if (!failed_ && other != *type) {
      Fail(FindingKind::kUnitMismatch, "two amounts of different units are compared",
           "state both in one unit");
    }
    out = program_.Apply(greater ? Function::kMax : Function::kMin, {a, b}, *type);
  } else if (AcceptAll({"the", "average", "of"})) {
    out = ParseAverage(type);
  } else if (PeekIs("the") && (PeekIs("highest", 1) || PeekIs("lowest", 1))) {
    const ir::FoldKind extreme = PeekIs("highest", 1) ? ir::FoldKind::kMax : ir::FoldKind::kMin;
    at_ += 2;
    const auto index = AcceptNumberName();
    if (!index || !agreement_.numbers[*index].event.valid()) {
      FailHere("expected a number that every event of a kind has",
               "write `the highest Amount of every Sale in 2029 or $0 if there is none`; of two "
               "amounts, `the greater of A and B`");
    } else {
      *type = agreement_.numbers[*index].type;
      out = ParseOverEvents(agreement_.numbers[*index], extreme);
    }
  } else if (AcceptAll({"half", "of"})) {
    const NodeId a = ParseAmount(type);
    out = program_.Apply(Function::kMultiply,
                         {program_.Lit(Value::Number(*Rational::Of(1, 2)),
                                       ir::NumberType(program_.symbols.Intern("1"))),
                          a},
                         *type);
  } else if ((Peek() != nullptr && Peek()->kind == TokenKind::kNumber && !IsCurrency(Peek())) ||
             (IsCurrency(Peek()) && Peek(1) != nullptr && Peek(1)->kind == TokenKind::kNumber)) {
    // USD 10,000 · 10,000 USD · $10,000 · $ 10,000
    const Token* currency = IsCurrency(Peek()) ? Peek() : IsCurrency(Peek(1)) ? Peek(1) : nullptr;
    Span span = Here();
    if (IsCurrency(Peek())) span = source::Cover(span, tokens_[++at_].span);
    auto amount = ReadAmount(Peek()->text, program_);
    bool percent = Peek()->text.ends_with("%");
    const bool bare = amount && amount->type == plain && !percent;
    const auto scale = [&](const Rational& by) {
      const auto value = Multiply(amount->value, by);
      const auto half = Multiply(amount->half_unit, by);
      if (!value || !half) return amount.reset();
      amount->value = *value;
      amount->half_unit = *half;
    };
    if (bare && currency != nullptr) {
      amount->type = ir::MoneyType(program_.symbols.Intern(CurrencyOf(currency)));
      scale(Rational(100));
    } else if (bare && (PeekIs("percent", 1) || (PeekIs("per", 1) && PeekIs("cent", 2)))) {
      percent = true;
      scale(*Rational::Of(1, 100));
    }
    if (amount && amount->type.base == ir::Base::kMoney && MayBeThousands(Peek()->text)) {
      Fail(FindingKind::kBadNumber,
           Quoted(Peek()->text) + " is a fraction here, and thousands to many who read it",
           "write 10,000 for ten thousand and 10.00 for ten");
    } else if (!amount) {
      Fail(FindingKind::kBadNumber, Quoted(Peek()->text) + " is no amount that can be held exactly",
           "amounts have at most 38 digits");
    } else {
      ++at_;
      if (bare) Accept("percent") || AcceptAll({"per", "cent"});
      const size_t behind = at_;
      if (currency != nullptr && Peek() == currency) ++at_;
      *type = amount->type;
      // A unit word after a plain figure: 5e25 flop.
      if (!percent && amount->type == plain && Peek() != nullptr &&
          Peek()->kind == TokenKind::kWord) {
        std::vector<std::string> units;
        for (const NumberName& n : agreement_.numbers) {
          if (n.type.base == ir::Base::kNumber)
            units.emplace_back(program_.symbols.Name(Symbol{n.type.detail}));
        }
        if (std::find(units.begin(), units.end(), Peek()->text) != units.end()) {
          *type = ir::NumberType(program_.symbols.Intern(Peek()->text));
          ++at_;
        } else if (!Peek()->capital() && !MayFollowAmount(Peek()->text)) {
          const std::string closest = Closest(std::string(Peek()->text), units);
          Fail(FindingKind::kUnitMismatch,
               Quoted(Peek()->text) + " is no unit of a declared number",
               closest.empty() ? "declare what is counted in it: `number Staff, " +
                                     std::string(Peek()->text) + "`"
                               : "did you mean " + Quoted(closest) + "?",
               Here());
        }
      }
      bare_ = bare && !percent && currency == nullptr && at_ == behind;
      if (about) {
        const auto low = Subtract(amount->value, amount->half_unit);
        const auto high = Add(amount->value, amount->half_unit);
        if (!low || !high) {
          Fail(FindingKind::kOverflow, "the amount does not fit", "use a smaller figure", span);
        } else {
          const std::string name =
              (label_.empty() ? "here" : label_) + "~" + std::string(files_.Text(span));
          if (!agreement_.points.contains(name)) {
            ir::Point point;
            point.name = program_.symbols.Intern(name);
            point.kind = ir::PointKind::kImprecise;
            point.type = *type;
            point.low = {program_.Lit(Value::Number(*low), *type), false};
            point.high = {program_.Lit(Value::Number(*high), *type), true};
            point.says = "about " + std::string(files_.Text(span));
            point.at = span;
            program_.points.push_back(point);
            agreement_.points.emplace(
                name, ir::PointId{static_cast<uint32_t>(program_.points.size() - 1)});
          }
          out = program_.Open(agreement_.points.find(name)->second, {});
        }
      } else {
        out = program_.Lit(Value::Number(amount->value), *type);
      }
      if (percent && Accept("of")) {
        ir::Type base;
        const NodeId b = ParseAmount(&base);
        out = program_.Apply(Function::kMultiply, {out, b}, base);
        *type = base;
      }
    }
  } else if (PeekIs("[")) {
    const auto hole = ParseHole();
    if (hole) {
      // The unit is the word after `undisclosed` or `***`.
      ir::Type unit = ir::NumberType(program_.symbols.Intern("1"));
      if (hole->tokens.size() > 1 && !hole->tokens[1].Is(",")) {
        const std::string_view word = hole->tokens[1].text;
        if (word == "USD" || word == "EUR")
          unit = ir::MoneyType(program_.symbols.Intern(word));
        else if (word != "percent")
          unit = ir::NumberType(program_.symbols.Intern(word));
      }
      *type = unit;
      out = program_.Open(HolePoint(*hole, unit, "the undisclosed figure of " + label_), {});
      if (Accept("of")) {
        ir::Type base;
        const NodeId b = ParseAmount(&base);
        *type = base;
        out = program_.Apply(Function::kMultiply, {out, b}, base);
      }
    }
  } else {
    const bool its = Accept("its");
    if (AcceptAll({"the", "number", "of"})) {
      out = ParseCount(type);
    } else {
      Accept("the") || Accept("that");
      Accept("total");
      if (const auto index = AcceptNumberName()) {
        out = ParseReference(agreement_.numbers[*index], its, type);
      } else {
        FailHere("expected an amount");
      }
    }
  }
  --depth_;
  return out;
}

bool Phrases::WithPercentSign() {
  if (failed_ || !bare_) return !failed_;
  const std::string figure(at_ > 0 ? tokens_[at_ - 1].text : std::string_view{});
  Fail(FindingKind::kUnitMismatch, Quoted(figure) + " is no percentage without its sign",
       "write `" + figure + "%`", at_ > 0 ? tokens_[at_ - 1].span : whole_);
  return false;
}

// A bare figure beside what is counted is a count too.
void Phrases::Count(NodeId& a, ir::Type& type, NodeId& b, ir::Type& other) {
  const ir::Type count = ir::NumberType(program_.symbols.Intern(ir::kCountUnit));
  const ir::Type plain = ir::NumberType(program_.symbols.Intern("1"));
  const auto meets = [&](NodeId& node, ir::Type& its, ir::Type beside) {
    if (failed_ || its != plain || beside != count || program_.Get(node).op != ir::Op::kLit) return;
    node = program_.Lit(program_.Literal(program_.Get(node)), count);
    its = count;
  };
  meets(a, type, other);
  meets(b, other, type);
}

// `A divided by B` binds tighter than `plus` and `less`.
NodeId Phrases::ParseQuotient(ir::Type* type) {
  NodeId out = ParseAmount(type);
  while (!failed_ && Accept("divided")) {
    Expect("by");
    const ir::Type ratio = ir::NumberType(program_.symbols.Intern("1"));
    ir::Type other;
    const bool was_bare = bare_;
    const NodeId b = ParseAmount(&other);
    bare_ = was_bare;
    const ir::Type result = other == *type ? ratio : *type;
    const bool counted = other == ir::NumberType(program_.symbols.Intern(ir::kCountUnit));
    if (!failed_ && other != *type && other != ratio && !counted) {
      Fail(FindingKind::kUnitMismatch, "an amount is divided by one of another unit",
           "divide by an amount of the same unit, or by a plain number or percentage");
    }
    const ir::Node divisor = program_.Get(b);
    if (!failed_ && divisor.op == ir::Op::kLit &&
        program_.Literal(divisor).AsNumber().numerator() == 0) {
      Fail(FindingKind::kBadNumber, "nothing can be divided by zero", "divide by another amount");
    }
    // Divided by nothing it is nothing.
    out = program_.Apply(Function::kDivide,
                         {out, b, program_.Lit(Value::Number(Rational(0)), result)}, result);
    *type = result;
  }
  return out;
}

// One more amount, in the unit of those before it.
NodeId Phrases::AnotherAmount(NodeId& before, ir::Type* type, std::string_view mismatch) {
  ir::Type other;
  NodeId out = ParseQuotient(&other);
  Count(before, *type, out, other);
  if (!failed_ && other != *type)
    Fail(FindingKind::kUnitMismatch, std::string(mismatch), "state all in one unit");
  return out;
}

// Behind `the average of`: `A and B`, `A, B and C`.
NodeId Phrases::ParseAverage(ir::Type* type) {
  NodeId sum = ParseQuotient(type);
  int64_t count = 1;
  while (!failed_ && (Accept(",") || PeekIs("and"))) {
    const bool last = Accept("and");
    const NodeId more = AnotherAmount(sum, type, "amounts of different units have no average");
    sum = program_.Apply(Function::kAdd, {sum, more}, *type);
    ++count;
    if (last) break;
  }
  if (count == 1) FailHere("expected another amount", "write `the average of A, B and C`");
  return program_.Apply(Function::kMultiply,
                        {program_.Lit(Value::Number(*Rational::Of(1, count)),
                                      ir::NumberType(program_.symbols.Intern("1"))),
                         sum},
                        *type);
}

NodeId Phrases::ParseNumber(ir::Type* type) {
  NodeId out = ParseQuotient(type);
  while (!failed_ && (PeekIs("plus") || PeekIs("less"))) {
    const bool plus = PeekIs("plus");
    ++at_;
    const NodeId b = AnotherAmount(out, type, "two amounts of different units are added");
    out = program_.Apply(plus ? Function::kAdd : Function::kSubtract, {out, b}, *type);
  }
  if (!failed_ && PeekIs(",") && PeekIs("but", 1) && PeekIs("at", 2) &&
      (PeekIs("least", 3) || PeekIs("most", 3))) {
    const bool least = PeekIs("least", 3);
    at_ += 4;
    const NodeId b = AnotherAmount(out, type, "the limit has another unit than the amount");
    out = program_.Apply(least ? Function::kMax : Function::kMin, {out, b}, *type);
  }
  return out;
}

}  // namespace entente::check
