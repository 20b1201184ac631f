// Sentences that state a number: an amount, a table, a share by steps.

#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kRowForm =
    "write a row as `| a Small Customer: 5%`, `| from 2027: 4%` or `| any other: 10%`";
constexpr std::string_view kStepForm =
    "write `a share of the Revenue` and rows `| of the first $10bn: 20%`, `| of the next $5bn: "
    "15%`, `| of the rest: 10%`";

}  // namespace

// `the NUMBER is AMOUNT`, `the NUMBER of a K is`, with a table or steps below it.
void Compiler::NumberSentence(const Statement& s, NodeId choice) {
  Draft draft;
  draft.label = s.label;
  draft.at = s.span;
  draft.guards = {choice};
  draft.closing = phrases_.AcceptAll({"in", "all", "other", "cases", ","});
  phrases_.Accept("the");
  const auto index = phrases_.AcceptNumberName();
  if (!index) return phrases_.FailHere("expected a sentence");
  NumberName& number = agreement_.numbers[*index];
  draft.term = number.term;
  if (!NumberOf(s, number, draft.guards)) return;
  if (phrases_.PeekIs("|")) return Table(s, number, draft.guards);
  const bool stepped = phrases_.AcceptAll({"a", "share", "of"});
  ir::Type type;
  draft.value = phrases_.ParseNumber(&type);
  if (stepped && !phrases_.failed()) draft.value = Steps(draft.value, &type);
  if (phrases_.failed() || !InUnitOf(number, type, s.span)) return;
  number.defined = true;
  if (!NumberTails(draft, number)) return;
  drafts_.push_back(std::move(draft));
}

bool Compiler::InUnitOf(const NumberName& number, ir::Type type, Span at) {
  if (type == number.type) return type != ir::NumberType(Intern("1")) || phrases_.WithPercentSign();
  phrases_.Fail(FindingKind::kUnitMismatch,
                Quoted(number.name) + " is declared in " + phrases_.UnitOf(number.type) +
                    " and given in " + phrases_.UnitOf(type),
                "state the amount in the declared unit", at);
  return false;
}

// Up to the first row of a table: its header, if the writer gave it one, ends in a row of dashes.
void Compiler::SkipHeader() {
  size_t rows = 0;
  for (size_t ahead = 0; phrases_.Peek(ahead) != nullptr; ++ahead) {
    if (!phrases_.PeekIs("|", ahead) || !phrases_.PeekIs("-", ahead + 1)) continue;
    while (phrases_.PeekIs("-", ahead) || phrases_.PeekIs("|", ahead)) rows = ++ahead;
  }
  // The row after the dashes begins with the mark that ends them.
  phrases_.Rewind(phrases_.at() + (rows > 0 ? rows - 1 : 0));
}

// `| a Small Customer: 5%`, `| from 2027: 4% |`: each row a rule of its own; `any other` is for
// what no other row fits. Rows that fit one case and differ clash as clauses do.
void Compiler::Table(const Statement& s, NumberName& number, const std::vector<NodeId>& guards) {
  SkipHeader();
  number.defined = true;
  std::optional<Span> any_other;
  for (int row = 1; !phrases_.AtEnd(); ++row) {
    while (phrases_.Accept("|")) {
    }
    if (phrases_.AtEnd()) break;
    const size_t begin = phrases_.at();
    Draft draft;
    draft.term = number.term;
    draft.label = s.label + "(" + std::to_string(row) + ")";
    draft.guards = guards;
    draft.closing = phrases_.AcceptAll({"any", "other"}) || phrases_.Accept("otherwise");
    if (!draft.closing && number.owner.valid() && !phrases_.PeekTail()) {
      const auto noun = phrases_.ParseNoun();
      if (!noun) return phrases_.FailHere("expected what the row is for", std::string(kRowForm));
      draft.guards.push_back(
          phrases_.Holds(*noun, program().Field(0, Intern("x"), ir::kThingType)));
    }
    if (!phrases_.PeekTail() && !phrases_.PeekIs(",") && !phrases_.PeekIs(":") &&
        !phrases_.PeekIs("|")) {
      return phrases_.FailHere("expected a colon and the amount", std::string(kRowForm));
    }
    if (!NumberTails(draft, number)) return;
    if (!phrases_.Accept(":") && !phrases_.Accept("|"))
      return phrases_.FailHere("expected a colon and the amount", std::string(kRowForm));
    ir::Type type;
    draft.value = phrases_.ParseNumber(&type);
    if (phrases_.failed()) return;
    draft.at =
        source::Cover(phrases_.tokens()[begin].span, phrases_.tokens()[phrases_.at() - 1].span);
    if (draft.closing && any_other) {
      return phrases_.Fail(FindingKind::kDuplicateName, "the table has two rows for any other case",
                           "say what one of the two is for", draft.at);
    }
    if (draft.closing) any_other = draft.at;
    if (!InUnitOf(number, type, draft.at)) return;
    if (!phrases_.AtEnd() && !phrases_.PeekIs("|"))
      return phrases_.FailHere("expected the next row", std::string(kRowForm));
    drafts_.push_back(std::move(draft));
  }
}

// `a share of the Revenue | of the first $10bn: 20% | of the rest: 10%`: each step's share of the
// part of the amount that lies in it.
NodeId Compiler::Steps(NodeId amount, ir::Type* type) {
  const NodeId zero = program().Lit(Value::Number(Rational(0)), *type);
  if (!phrases_.PeekIs("|")) {
    phrases_.FailHere("expected the steps", std::string(kStepForm));
    return zero;
  }
  SkipHeader();
  NodeId below = zero, out;
  bool rest = false;
  while (!phrases_.AtEnd() && phrases_.PeekIs("|")) {
    while (phrases_.Accept("|")) {
    }
    if (phrases_.AtEnd()) break;
    const bool known = phrases_.AcceptAll({"of", "the"});
    const bool last = known && phrases_.Accept("rest");
    if (rest || !known || (!last && !phrases_.Accept("first") && !phrases_.Accept("next"))) {
      phrases_.FailHere("expected a step", std::string(kStepForm));
      return zero;
    }
    ir::Type width_type = *type;
    const NodeId width = last ? zero : phrases_.ParseNumber(&width_type);
    if (!phrases_.Accept(":") && !phrases_.Accept("|"))
      phrases_.FailHere("expected a colon and the share", std::string(kStepForm));
    ir::Type share_type;
    const NodeId share = phrases_.failed() ? zero : phrases_.ParseNumber(&share_type);
    if (phrases_.failed() || !phrases_.WithPercentSign()) return zero;
    if (width_type != *type || share_type != ir::NumberType(Intern("1"))) {
      phrases_.Fail(FindingKind::kUnitMismatch,
                    "a step is a part of the amount and takes a share of it",
                    "state the step in the amount's unit and the share in percent");
      return zero;
    }
    const NodeId over = program().Apply(Function::kSubtract, {amount, below}, *type);
    const NodeId part = last ? program().Apply(Function::kMax, {over, zero}, *type)
                             : program().Apply(Function::kClamp, {over, zero, width}, *type);
    const NodeId due = program().Apply(Function::kMultiply, {share, part}, *type);
    out = out.valid() ? program().Apply(Function::kAdd, {out, due}, *type) : due;
    if (!last) below = program().Apply(Function::kAdd, {below, width}, *type);
    rest = last;
  }
  if (!rest && !phrases_.failed()) {
    phrases_.Fail(FindingKind::kUnknownSentence,
                  "the steps do not say what is due of the part above the last of them",
                  "add a row: `| of the rest: 0%`", phrases_.whole());
  }
  return out.valid() ? out : zero;
}

// What a number is stated for: `the Fee of a Customer`, `in a quarter`.
bool Compiler::NumberOf(const Statement& s, const NumberName& number, std::vector<NodeId>& guards) {
  const NodeId x = program().Field(0, Intern("x"), ir::kThingType);
  if (number.owner.valid()) {
    phrases_.scope.item = {number.owner, x};
    std::optional<Noun> noun;
    if (phrases_.Accept("of") || phrases_.Accept("on")) {
      noun = phrases_.ParseNoun();
      if (!noun) phrases_.FailHere("expected whose " + number.name + " it is");
    } else if (each_ && s.block == each_block_) {
      noun = each_;
    } else {
      phrases_.FailHere(
          "expected whose " + number.name + " it is",
          "write `the " + number.name + " of a " +
              std::string(program().symbols.Name(program().kinds[number.owner.index].name)) +
              " is …`");
    }
    if (phrases_.failed()) return false;
    if (noun->heads[0].kind.valid()) phrases_.scope.item->first = noun->heads[0].kind;
    guards.push_back(phrases_.Holds(*noun, x));
  }
  if (number.period) {
    const std::string name = agreement_.periods[*number.period].name;
    phrases_.Expect("in");
    phrases_.Accept("a") || phrases_.Accept("an") || phrases_.Accept("each") ||
        phrases_.Accept("any");
    if (phrases_.failed() || phrases_.AcceptPeriod() != number.period) {
      phrases_.FailHere("expected `in a " + name + "`",
                        "the " + number.name + " was declared for one " + name);
      return false;
    }
    const NodeId to = program().Field(0, Intern("to"), ir::kMomentType);
    phrases_.scope.period =
        Window{program().Field(0, Intern("from"), ir::kMomentType), to, number.period, {}};
    // Of a period that ends after the agreement takes effect.
    if (effective_) {
      guards.push_back(program().Apply(Function::kLess, {program().Moment(program().origin), to},
                                       ir::kBoolType));
    }
  }
  phrases_.Expect("is");
  return !phrases_.failed();
}

// The conditions on a number. One stated for a period does not come and go with the day on which
// it is asked about, so what ends its accrual is said of what is summed.
bool Compiler::NumberTails(Draft& draft, const NumberName& number) {
  if (number.period) {
    for (size_t ahead = 0; phrases_.Peek(ahead) != nullptr; ++ahead) {
      if (!phrases_.PeekIs(",", ahead)) continue;
      for (const std::string_view word :
           {"until", "before", "after", "from", "through", "by", "while", "within", "only"}) {
        if (!phrases_.PeekIs(word, ahead + 1)) continue;
        phrases_.Rewind(phrases_.at() + ahead + 1);
        phrases_.Fail(FindingKind::kUnknownSentence,
                      "the amount of a period does not change with the day it is asked on",
                      "say it of what is summed: `of every Sale in that quarter, before "
                      "Verification`");
        return false;
      }
    }
  }
  std::vector<NodeId> only;
  if (!Tails(draft, only)) return false;
  if (!only.empty()) {
    phrases_.Fail(FindingKind::kUnknownSentence,
                  "an amount has no opposite that `only` could state outside",
                  "write `if` and a second sentence for the other cases");
    return false;
  }
  if (!number.period) draft.guards.push_back(InForce(tail_dated_, false));
  return true;
}

}  // namespace entente::check
