// The first pass: what the amendments make of the text. Decision 0009.
//
// Each statement of the tree becomes a version of its clause, which hangs on amendments being in
// force or not; words changed within a clause make a version of their own.

#include "base/words.h"
#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kHead =
    "write `amendment 2 of 1 October 2018`, and behind commas `effective DATE`, `as from the "
    "beginning`, `expires DATE and reverts`, `draft`, `reported` or `not binding`";
constexpr std::string_view kEdits =
    "an amendment says `replace 2(c)` and the new text below, `strike 2(c)`, `in 2(c) replace "
    "\"old\" by \"new\"`, `in 2(c) rename \"Old\" to \"New\"`, `restate 2(c)` or `settle A01 as 2`";

bool IsEdit(const Statement& s) {
  if (!s.label.empty() || s.tokens.empty()) return false;
  const Token& head = s.tokens[0];
  return head.Is("replace") || head.Is("strike") || head.Is("in") || head.Is("restate") ||
         head.Is("settle") || head.Is("{");
}

}  // namespace

std::string_view NameOf(Edit::Kind kind) {
  switch (kind) {
    case Edit::Kind::kReplace:
      return "replaced";
    case Edit::Kind::kInsert:
      return "inserted";
    case Edit::Kind::kStrike:
      return "struck";
    case Edit::Kind::kReword:
      return "reworded";
    case Edit::Kind::kRestate:
      return "restated";
    case Edit::Kind::kSettle:
      return "settled";
  }
  return "";
}

std::string_view Compiler::EditForms() { return kEdits; }

const Compiler::Version& Compiler::VersionOf(const Statement& s) const {
  return versions_[static_cast<size_t>(&s - tree_.statements.data())];
}

// Gives each statement the amendment it stands under: from an `amendment` to the next, or to the
// end of its file.
void Compiler::ReadAmendments() {
  versions_.assign(tree_.statements.size(), {});
  for (size_t i = 0; i < versions_.size(); ++i) versions_[i].origin = i;
  // Of each amendment, its own statement and those that stand under it.
  std::vector<std::vector<size_t>> under;
  std::optional<uint32_t> now;
  for (size_t i = 0; i < versions_.size(); ++i) {
    const Statement& s = tree_.statements[i];
    if (now && s.span.file != agreement_.amendments[*now].at.file) now.reset();
    if (s.label.empty() && !s.tokens.empty() && s.tokens[0].Is("amendment")) {
      edits_.insert(i);
      if (agreement_.amendments.size() == kAmendmentsMax) {
        findings_.Add({.kind = FindingKind::kTooManyClauses,
                       .at = s.span,
                       .message = "the agreement has more than " + std::to_string(kAmendmentsMax) +
                                  " amendments",
                       .labels = {},
                       .instance = {},
                       .help = "put the earlier ones into the text that they amend"});
        return;
      }
      now = static_cast<uint32_t>(agreement_.amendments.size());
      under.emplace_back();
      ReadAmendment(s);
    }
    if (now) under[*now].push_back(i);
    versions_[i].amendment = now;
  }
  for (uint32_t a = 0; a < under.size(); ++a) {
    replaced_.clear();
    for (const size_t i : under[a]) {
      if (i == under[a][0] || IsEdit(tree_.statements[i])) ApplyEdits(a, i);
    }
    for (const size_t i : under[a]) {
      if (!tree_.statements[i].label.empty()) Place(a, i);
    }
    CheckPlaced(a);
  }
  // What changes a clause from one day on twice hangs on the order of the amendments alone.
  for (uint32_t a = 0; a < agreement_.amendments.size(); ++a) {
    const Amendment& later = agreement_.amendments[a];
    for (uint32_t b = 0; b < a; ++b) {
      const Amendment& earlier = agreement_.amendments[b];
      if (later.from != earlier.from) continue;
      for (const Edit& edit : later.edits) {
        if (edit.kind == Edit::Kind::kRestate || edit.kind == Edit::Kind::kSettle) continue;
        const auto same = std::find_if(
            earlier.edits.begin(), earlier.edits.end(),
            [&](const Edit& e) { return e.kind != Edit::Kind::kRestate && e.label == edit.label; });
        if (same == earlier.edits.end()) continue;
        findings_.Add({.kind = FindingKind::kAmendedTwice,
                       .at = edit.at,
                       .message = "amendments " + Quoted(earlier.id) + " and " + Quoted(later.id) +
                                  " change clause " + Quoted(edit.label) + " from the same day",
                       .labels = {{same->at, "here"}, {edit.at, "and here"}},
                       .instance = {},
                       .help = "say in the later one what becomes of the earlier"});
      }
    }
  }
}

// `amendment 2 of 1 October 2018, expires 31 December 2021 and reverts: …`
void Compiler::ReadAmendment(const Statement& s) {
  Amendment out;
  out.at = s.span;
  std::vector<Token> head;
  for (const Token& token : s.tokens) {
    if (token.Is(":")) break;
    head.push_back(token);
  }
  phrases_.Begin(head, "", s.span);
  phrases_.Expect("amendment");
  const size_t begin = phrases_.at();
  while (!phrases_.AtEnd() && !phrases_.PeekIs("of") && !phrases_.PeekIs("effective") &&
         !phrases_.PeekIs(",")) {
    phrases_.Rewind(phrases_.at() + 1);
  }
  out.id = syntax::TextOf(files_, head, begin, phrases_.at());
  if (out.id.empty()) phrases_.FailHere("expected the name of the amendment", std::string(kHead));
  if (phrases_.Accept("of")) {
    out.adopted = phrases_.ParseDateWords();
    if (!out.adopted) phrases_.FailHere("expected the day of the amendment", std::string(kHead));
  }
  bool dated = false;
  while (!phrases_.AtEnd()) {
    if (phrases_.Accept(",")) continue;
    if (phrases_.Accept("effective")) {
      out.from = phrases_.ParseDateWords();
      dated = true;
      if (!out.from)
        phrases_.FailHere("expected the day from which it applies", std::string(kHead));
    } else if (phrases_.AcceptAll({"as", "from", "the", "beginning"})) {
      out.from.reset();
      dated = true;
    } else if (phrases_.Accept("expires")) {
      out.through = phrases_.ParseDateWords();
      if (!out.through || !phrases_.AcceptAll({"and", "reverts"}))
        phrases_.FailHere("expected `expires DATE and reverts`", std::string(kHead));
    } else if (phrases_.Accept("draft")) {
      out.standing = Amendment::Standing::kDraft;
    } else if (phrases_.Accept("reported")) {
      out.standing = Amendment::Standing::kReported;
    } else if (phrases_.AcceptAll({"not", "binding"})) {
      out.standing = Amendment::Standing::kNotBinding;
    } else if (phrases_.Peek()->kind == TokenKind::kString) {
      out.title = std::string(files_.Text(syntax::Inside(*phrases_.Peek())));
      phrases_.Rewind(phrases_.at() + 1);
    } else {
      phrases_.FailHere("the amendment goes on in no known way", std::string(kHead));
    }
  }
  const bool draft = out.standing == Amendment::Standing::kDraft;
  if (!out.adopted && !draft) out.adopted = out.from;
  if (!dated) out.from = out.adopted;
  const auto bad = [&](std::string message, std::string help) {
    if (!phrases_.failed())
      phrases_.Fail(FindingKind::kBadAmendment, std::move(message), std::move(help), s.span);
  };
  if (draft && out.adopted) {
    bad("a draft was not adopted on any day",
        "leave out `of " + ToLongText(*out.adopted) + "` and write `effective DATE`");
  }
  if (!dated && !out.adopted)
    bad("the amendment does not say from when it applies", std::string(kHead));
  if (!draft && !out.adopted)
    bad("the amendment does not say when it was adopted", "write `amendment 2 of 1 October 2018`");
  if (out.through && out.from && *out.through < *out.from)
    bad("the amendment expires before it applies", "correct one of the two dates");
  for (const Amendment& other : agreement_.amendments) {
    if (other.id == out.id)
      bad("amendment " + Quoted(out.id) + " stands twice", "give one of the two another name");
    if (&other == &agreement_.amendments.back() && other.adopted && out.adopted &&
        *out.adopted < *other.adopted)
      bad("amendment " + Quoted(out.id) + " is older than " + Quoted(other.id) + " before it",
          "let the amendments stand in the order in which they were adopted");
  }
  AmendmentTerms(out);
  agreement_.amendments.push_back(std::move(out));
}

// Its points, and the truth over time that its text is in force.
void Compiler::AmendmentTerms(Amendment& amendment) {
  ir::Point point;
  point.name = Intern("amendment " + amendment.id);
  point.kind = ir::PointKind::kDraft;
  point.type = ir::kBoolType;
  point.says = "amendment " + amendment.id + " is adopted";
  point.at = amendment.at;
  program().points.push_back(point);
  amendment.point = ir::PointId{static_cast<uint32_t>(program().points.size() - 1)};
  std::vector<NodeId> during;
  if (amendment.from)
    during.push_back(program().Reached(program().Moment(Position::StartOf(*amendment.from))));
  if (amendment.through) {
    const Position after = Position::StartOf(Date{amendment.through->day + 1});
    during.push_back(program().Not(program().Reached(program().Moment(after))));
  }
  amendment.in_force = program().Edition(amendment.point, program().And(during), program().False());
  if (amendment.standing == Amendment::Standing::kNotBinding)
    amendment.in_force = program().False();
  if (amendment.standing != Amendment::Standing::kReported) return;
  amendment.taken = ReadingOfTwo(
      amendment.id, {"the report is left aside", "the report is taken for true"},
      "whether what is reported as " + amendment.id + " is true", amendment.title, amendment.at);
  amendment.in_force = program().And({ChoiceNode({{amendment.id, 1}}), amendment.in_force});
}

// The edits of a statement: those behind the colon of an `amendment`, or the one that it is.
void Compiler::ApplyEdits(uint32_t amendment, size_t statement) {
  edits_.insert(statement);
  const Statement s = tree_.statements[statement];
  std::vector<syntax::ReadingUse> uses;
  for (const syntax::Variant& variant : syntax::Expand(files_, s.tokens, uses, findings_)) {
    std::vector<Token> tokens = variant.tokens;
    if (!tokens.empty() && tokens[0].Is("amendment")) {
      const auto colon =
          std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.Is(":"); });
      tokens.erase(tokens.begin(), colon == tokens.end() ? colon : colon + 1);
    }
    while (!tokens.empty()) {
      const auto end =
          std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.Is(";"); });
      const std::vector<Token> one(tokens.begin(), end);
      if (!one.empty()) ApplyEdit(amendment, {variant.choices, one}, s.span);
      tokens.erase(tokens.begin(), end == tokens.end() ? end : end + 1);
    }
  }
}

void Compiler::ApplyEdit(uint32_t amendment, const syntax::Variant& variant, Span at) {
  phrases_.Begin(variant.tokens, "", at);
  const auto labels = [&] {
    std::vector<std::string> out = phrases_.ParseLabels();
    phrases_.Accept(":");
    if (!phrases_.failed() && !phrases_.AtEnd())
      phrases_.FailHere("expected nothing behind the clause numbers", std::string(kEdits));
    if (phrases_.failed()) out.clear();
    return out;
  };
  if (phrases_.Accept("replace")) {
    for (const std::string& label : labels()) {
      const auto only_while = Remove(amendment, variant.choices, label, Edit::Kind::kReplace, at);
      replaced_.push_back({label, variant.choices, at, only_while});
    }
  } else if (phrases_.Accept("strike")) {
    for (const std::string& label : labels())
      Remove(amendment, variant.choices, label, Edit::Kind::kStrike, at);
  } else if (phrases_.Accept("restate")) {
    for (const std::string& label : labels())
      Remove(amendment, variant.choices, label, Edit::Kind::kRestate, at);
  } else if (phrases_.Accept("in")) {
    Reword(amendment, variant.choices, at);
  } else if (phrases_.Accept("settle")) {
    const Token* reading = phrases_.Peek();
    if (reading != nullptr) phrases_.Rewind(phrases_.at() + 1);
    phrases_.Expect("as");
    const Token* alternative = phrases_.Peek();
    if (phrases_.failed()) return;
    if (alternative == nullptr || !variant.choices.empty() || phrases_.Peek(1) != nullptr)
      return phrases_.FailHere("expected `settle A01 as 2`", std::string(kEdits));
    agreement_.amendments[amendment].edits.push_back(
        {Edit::Kind::kSettle, std::string(reading->text), at});
    settled_.push_back({amendment, std::string(reading->text), std::string(alternative->text), at});
  } else {
    phrases_.FailHere("this changes nothing in a known way", std::string(kEdits));
  }
}

std::vector<size_t> Compiler::InOrder() const {
  std::vector<size_t> out(versions_.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = i;
  std::stable_sort(out.begin(), out.end(),
                   [&](size_t a, size_t b) { return versions_[a].origin < versions_[b].origin; });
  return out;
}

// Whether an earlier amendment took the version out of the text for good, and no later than from
// the day on which this one applies; `by` gets which.
bool Compiler::Gone(uint32_t amendment, size_t statement, std::optional<uint32_t>* by) const {
  const Amendment& now = agreement_.amendments[amendment];
  for (const Hang& hang : versions_[statement].when) {
    const Amendment& earlier = agreement_.amendments[hang.amendment];
    // An amendment without a first day reaches back to the beginning; nothing is less than any day.
    if (hang.on || !hang.choices.empty()) continue;
    // What this one has changed already it changes no more.
    if (hang.amendment != amendment && (earlier.through || earlier.from > now.from ||
                                        earlier.standing != Amendment::Standing::kAdopted))
      continue;
    if (by != nullptr) *by = hang.amendment;
    return true;
  }
  return false;
}

// Takes the clause and all under it out of the text while the amendment is in force; `restate`
// only says that it stays.
std::optional<uint32_t> Compiler::Remove(uint32_t amendment,
                                         const std::vector<syntax::ReadingChoice>& choices,
                                         const std::string& label, Edit::Kind kind, Span at) {
  bool found = false;
  bool lasting = false;
  std::optional<uint32_t> only_while;
  for (size_t i = 0; i < versions_.size(); ++i) {
    if (!Amends(amendment, i, label)) continue;
    found = true;
    const auto expiring = Expiring(amendment, i);
    lasting = lasting || !expiring;
    if (expiring) only_while = expiring;
    if (kind != Edit::Kind::kRestate) versions_[i].when.push_back({amendment, choices, false});
  }
  if (!found) {
    NothingToAmend(amendment, label, at);
    return std::nullopt;
  }
  agreement_.amendments[amendment].edits.push_back({kind, label, at});
  if (lasting) return std::nullopt;
  OnlyWhileInForce(label, at);
  return only_while;
}

// Whether the statement is a version of the clause, or of one under it, that an earlier amendment
// or the original text left, or that this one has worded anew so far.
bool Compiler::Amends(uint32_t amendment, size_t statement, const std::string& label) const {
  const std::string& own = tree_.statements[statement].label;
  const Version& version = versions_[statement];
  return !own.empty() && StandsUnder(own, label) && !Gone(amendment, statement) &&
         (!version.amendment || *version.amendment < amendment ||
          (*version.amendment == amendment && version.reworded));
}

// The earlier amendment that the version goes with when it expires.
std::optional<uint32_t> Compiler::Expiring(uint32_t amendment, size_t statement) const {
  for (const Hang& hang : versions_[statement].when) {
    if (hang.on && hang.amendment != amendment && agreement_.amendments[hang.amendment].through)
      return hang.amendment;
  }
  return std::nullopt;
}

void Compiler::OnlyWhileInForce(const std::string& label, Span at) {
  findings_.Add({.kind = FindingKind::kExpiringText,
                 .at = at,
                 .message = "what this changes stands in clause " + Quoted(label) +
                            " only while an earlier amendment is in force, which expires",
                 .labels = {},
                 .instance = {},
                 .help = "from the day on which that one expires this change has no effect"});
}

void Compiler::NothingToAmend(uint32_t amendment, const std::string& label, Span at) {
  std::optional<uint32_t> by;
  bool below = false;
  std::vector<std::string> known;
  for (size_t i = 0; i < versions_.size(); ++i) {
    const std::string& other = tree_.statements[i].label;
    if (other.empty()) continue;
    known.push_back(other);
    if (StandsUnder(other, label)) Gone(amendment, i, &by);
    below = below || (StandsUnder(label, other) && label != other);
  }
  const std::string closest = Closest(label, known);
  findings_.Add({.kind = FindingKind::kNothingToAmend,
                 .at = at,
                 .message = "there is no clause " + Quoted(label) + " to amend" +
                            (by ? ": amendment " + Quoted(agreement_.amendments[*by].id) +
                                      " took it out of the text"
                                : ""),
                 .labels = {},
                 .instance = {},
                 .help = by      ? "write the new text under a number that is free"
                         : below ? "it is part of a longer sentence: name that one"
                         : closest.empty() || closest == label
                             ? "an amendment names clauses of the text before it"
                             : "did you mean " + Quoted(closest) + "?"});
}

// `in 2(c) replace "old" by "new"`, `in 2(c) rename "Old" to "New"`.
void Compiler::Reword(uint32_t amendment, const std::vector<syntax::ReadingChoice>& choices,
                      Span at) {
  const std::vector<std::string> labels = phrases_.ParseLabels();
  if (phrases_.failed()) return;
  const bool rename = phrases_.Accept("rename");
  if (!rename && !phrases_.Accept("replace"))
    return phrases_.FailHere("expected `replace` or `rename`", std::string(kEdits));
  const auto quoted = [&]() -> std::optional<Span> {
    const Token* token = phrases_.Peek();
    if (token == nullptr || token->kind != TokenKind::kString || token->text.size() < 2) {
      phrases_.FailHere("expected words in quotation marks", std::string(kEdits));
      return std::nullopt;
    }
    phrases_.Rewind(phrases_.at() + 1);
    return syntax::Inside(*token);
  };
  const auto old_words = quoted();
  if (!old_words) return;
  if (rename ? !phrases_.Accept("to") : !(phrases_.Accept("by") || phrases_.Accept("with")))
    return phrases_.FailHere(rename ? "expected `to`" : "expected `by`", std::string(kEdits));
  const auto new_words = quoted();
  if (!new_words) return;
  if (!phrases_.AtEnd())
    return phrases_.FailHere("expected nothing behind the new words", std::string(kEdits));
  const std::vector<Token> old_tokens = syntax::Lex(files_, *old_words, findings_);
  if (old_tokens.empty())
    return phrases_.Fail(FindingKind::kBadAmendment, "the quotation is empty", std::string(kEdits),
                         at);
  for (const std::string& label : labels) {
    bool any = false;
    bool changed = false;
    bool lasting = false;
    std::string now;
    const size_t before = versions_.size();
    for (size_t i = 0; i < before; ++i) {
      if (!Amends(amendment, i, label)) continue;
      any = true;
      const Statement s = tree_.statements[i];
      now = syntax::TextOf(files_, s.tokens, 0, s.tokens.size());
      // Where the old words stand.
      std::vector<size_t> places;
      for (size_t t = 0; t + old_tokens.size() <= s.tokens.size();) {
        const bool here = std::equal(
            old_tokens.begin(), old_tokens.end(), s.tokens.begin() + static_cast<ptrdiff_t>(t),
            [](const Token& x, const Token& y) { return x.text == y.text; });
        if (here) places.push_back(t);
        t += here ? old_tokens.size() : 1;
      }
      if (places.empty()) continue;
      if (places.size() > 1 && !rename) {
        findings_.Add({.kind = FindingKind::kQuoteMismatch,
                       .at = at,
                       .message = "the quoted words stand in clause " + Quoted(s.label) + " " +
                                  std::to_string(places.size()) + " times",
                       .labels = {{s.span, "the clause"}},
                       .instance = {},
                       .help = "quote more of the clause, or write `rename` to change all"});
        return;
      }
      if (versions_.size() >= syntax::kStatementsMax ||
          static_cast<size_t>(std::count_if(
              tree_.statements.begin(), tree_.statements.end(),
              [&](const Statement& other) { return other.label == s.label; })) >= kVersionsMax) {
        findings_.Add({.kind = FindingKind::kTooManyClauses,
                       .at = at,
                       .message = "clause " + Quoted(s.label) + " has more than " +
                                  std::to_string(kVersionsMax) + " versions",
                       .labels = {},
                       .instance = {},
                       .help = "replace the clause as a whole"});
        return;
      }
      std::string text = s.label + "  ";
      size_t from = 0;
      for (const size_t place : places) {
        text += syntax::TextOf(files_, s.tokens, from, place);
        if (place > 0 && s.tokens[place - 1].span.end != s.tokens[place].span.begin) text += " ";
        text += files_.Text(*new_words);
        from = place + old_tokens.size();
        if (from < s.tokens.size() && s.tokens[from - 1].span.end != s.tokens[from].span.begin)
          text += " ";
      }
      text += syntax::TextOf(files_, s.tokens, from, s.tokens.size());
      const auto file = files_.Add(
          "clause " + s.label + " as amended by " + agreement_.amendments[amendment].id, text, at);
      Statement reworded = s;
      const uint32_t size = static_cast<uint32_t>(text.size());
      const uint32_t after = static_cast<uint32_t>(s.label.size());
      reworded.span = {file, 0, size};
      reworded.label_span = {file, 0, after};
      reworded.tokens = syntax::Lex(files_, {file, after, size}, findings_);
      if (reworded.tokens.empty()) {
        findings_.Add({.kind = FindingKind::kBadAmendment,
                       .at = at,
                       .message = "nothing of clause " + Quoted(s.label) + " would be left",
                       .labels = {},
                       .instance = {},
                       .help = "write `strike " + s.label + "`"});
        return;
      }
      Version version{amendment, versions_[i].when, true, versions_[i].origin};
      lasting = lasting || !Expiring(amendment, i);
      changed = true;
      version.when.push_back({amendment, choices, true});
      versions_[i].when.push_back({amendment, choices, false});
      tree_.statements.push_back(std::move(reworded));
      versions_.push_back(std::move(version));
    }
    if (!any) {
      NothingToAmend(amendment, label, at);
      continue;
    }
    if (!changed) {
      findings_.Add({.kind = FindingKind::kQuoteMismatch,
                     .at = at,
                     .message = "clause " + Quoted(label) + " does not say " +
                                Quoted(OneLine(files_.Text(*old_words), 60)),
                     .labels = {},
                     .instance = {},
                     .help = "it says " + Quoted(OneLine(now, 200))});
      continue;
    }
    agreement_.amendments[amendment].edits.push_back({Edit::Kind::kReword, label, at});
    if (!lasting) OnlyWhileInForce(label, at);
  }
}

// A numbered sentence of an amendment: the new text of what the amendment replaces, or a clause
// that was not there.
void Compiler::Place(uint32_t amendment, size_t statement) {
  const Statement& s = tree_.statements[statement];
  std::vector<syntax::ReadingChoice> choices;
  bool replaces = false;
  for (Replaced& replaced : replaced_) {
    if (!StandsUnder(s.label, replaced.label)) continue;
    replaced.placed = true;
    if (replaces && replaced.choices != choices) {
      findings_.Add({.kind = FindingKind::kBadAmendment,
                     .at = replaced.at,
                     .message = "clause " + Quoted(s.label) +
                                " is replaced in several alternatives of a brace",
                     .labels = {},
                     .instance = {},
                     .help = "let `replace " + replaced.label + "` stand in front of the brace"});
      continue;
    }
    replaces = true;
    choices = replaced.choices;
    if (replaced.only_while) versions_[statement].when.push_back({*replaced.only_while, {}, true});
  }
  versions_[statement].when.push_back({amendment, choices, true});
  if (replaces) return;
  for (size_t i = 0; i < versions_.size(); ++i) {
    if (i == statement || tree_.statements[i].label != s.label ||
        (versions_[i].amendment && *versions_[i].amendment >= amendment &&
         !versions_[i].reworded) ||
        Gone(amendment, i))
      continue;
    findings_.Add(
        {.kind = FindingKind::kUnannouncedChange,
         .at = s.label_span,
         .message = "clause " + Quoted(s.label) + " is part of the text already",
         .labels = {{s.label_span, "again here"}, {tree_.statements[i].span, "stands here"}},
         .instance = {},
         .help = "write `replace " + s.label +
                 "` above it, or give the new clause a number that is free"});
    return;
  }
  agreement_.amendments[amendment].edits.push_back({Edit::Kind::kInsert, s.label, s.span});
}

void Compiler::CheckPlaced(uint32_t amendment) {
  for (const Replaced& replaced : replaced_) {
    if (replaced.placed) continue;
    findings_.Add({.kind = FindingKind::kBadAmendment,
                   .at = replaced.at,
                   .message = "amendment " + Quoted(agreement_.amendments[amendment].id) +
                              " replaces clause " + Quoted(replaced.label) +
                              " and gives no new text",
                   .labels = {},
                   .instance = {},
                   .help = "put the sentence " + Quoted(replaced.label + "  …") +
                           " below it, or write `strike " + replaced.label + "`"});
  }
}

// Whether a version is the text.
NodeId Compiler::WhenNode(const Version& version) {
  std::vector<NodeId> all;
  for (const Hang& hang : version.when) {
    const NodeId on =
        program().And({ChoiceNode(hang.choices), agreement_.amendments[hang.amendment].in_force});
    all.push_back(hang.on ? on : program().Not(on));
  }
  return program().And(all);
}

void Compiler::SettleReadings() {
  for (const SettledReading& settled : settled_) {
    const auto reading =
        std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                     [&](const Reading& r) { return r.id == settled.reading && r.point.valid(); });
    const size_t alternatives = reading == agreement_.readings.end()
                                    ? 0
                                    : program().points[reading->point.index].alternatives.size();
    size_t chosen = 0;
    for (size_t i = 1; i <= alternatives; ++i) {
      if (settled.alternative == std::to_string(i)) chosen = i;
    }
    if (chosen != 0) {
      agreement_.amendments[settled.amendment].settles.emplace_back(
          reading->point, Value::Choice(static_cast<uint32_t>(chosen - 1)));
      continue;
    }
    std::vector<std::string> known;
    for (const Reading& r : agreement_.readings) known.push_back(r.id);
    const std::string closest = alternatives > 0 ? "" : Closest(settled.reading, known);
    findings_.Add(
        {.kind = FindingKind::kUnknownReading,
         .at = settled.at,
         .message = alternatives > 0 ? "reading " + Quoted(settled.reading) +
                                           " has no alternative " + Quoted(settled.alternative)
                                     : "there is no reading " + Quoted(settled.reading),
         .labels = {},
         .instance = {},
         .help = alternatives > 0
                     ? "its alternatives are numbered from 1 to " + std::to_string(alternatives)
                 : closest.empty() ? "name a reading that stands in a brace"
                                   : "did you mean " + Quoted(closest) + "?"});
  }
}

}  // namespace entente::check
