// How notices are sent, and when each counts as given.

#include "base/words.h"
#include "check/compiler.h"
#include "record/seal.h"

namespace entente::check {

namespace {

constexpr std::string_view kNoticesForm =
    "write `notices` and below it rows such as `| courier: 2 days after sending` or `| in person: "
    "on delivery`";

// `counts when it is recorded`, `count when they are recorded`.
bool SaysWhenRecorded(const syntax::Statement& s) {
  const auto& t = s.tokens;
  const size_t n = t.size();
  return n > 5 && t[n - 1].Is("recorded") && (t[n - 2].Is("is") || t[n - 2].Is("are")) &&
         (t[n - 3].Is("it") || t[n - 3].Is("they")) && t[n - 4].Is("when") &&
         (t[n - 5].Is("counts") || t[n - 5].Is("count"));
}

// `counts only if it reveals`, `count only if they reveal`.
bool SaysSealed(const syntax::Statement& s) {
  const auto& t = s.tokens;
  for (size_t i = 0; i + 4 < t.size(); ++i) {
    if ((t[i].Is("counts") || t[i].Is("count")) && t[i + 1].Is("only") && t[i + 2].Is("if") &&
        (t[i + 3].Is("it") || t[i + 3].Is("they")) &&
        (t[i + 4].Is("reveals") || t[i + 4].Is("reveal"))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool Compiler::SaysOfNotices(const Statement& s) {
  return (!s.tokens.empty() && s.tokens[0].Is("notices")) || SaysWhenRecorded(s) || SaysSealed(s);
}

// `an Approval or a Refusal` before the verb, each with the place where it stands.
std::vector<std::pair<uint32_t, source::Span>> Compiler::NoticesThatCount(std::string_view form) {
  std::vector<std::pair<uint32_t, source::Span>> out;
  while (!phrases_.failed() && !phrases_.PeekIs("counts") && !phrases_.PeekIs("count")) {
    const source::Span at = phrases_.Here();
    phrases_.Accept("a") || phrases_.Accept("an");
    const auto event = phrases_.AcceptEventName();
    if (!event) {
      phrases_.FailHere("expected a notice", std::string(form));
      break;
    }
    if (const EventName& name = agreement_.events[*event]; !name.notice) {
      phrases_.Fail(FindingKind::kWrongKind,
                    WithArticle(name.name) +
                        " is no notice, and happens whether it is recorded or "
                        "not",
                    std::string(form), at);
      break;
    }
    out.emplace_back(*event, at);
    while (phrases_.Accept(",") || phrases_.Accept("or") || phrases_.Accept("and")) {
    }
  }
  if (out.empty() && !phrases_.failed()) phrases_.FailHere("expected a notice", std::string(form));
  return out;
}

// `an Approval or a Refusal counts only if it reveals a Sealed Ballot`: who seals first cannot
// change it, and nobody else can read it.
void Compiler::DeclareSealed(const Statement& s) {
  constexpr std::string_view kForm =
      "write `an Approval or a Refusal counts only if it reveals a Sealed Ballot`";
  phrases_.Begin(s.tokens, s.label, s.span);
  if (!Numbered(s)) return;
  const auto sealed = NoticesThatCount(kForm);
  if (phrases_.failed()) return;
  phrases_.Rewind(phrases_.at() + 5);
  const source::Span at = phrases_.Here();
  phrases_.Accept("a") || phrases_.Accept("an");
  const auto by = phrases_.AcceptEventName();
  if (!by || !phrases_.AtEnd())
    return phrases_.FailHere("expected the notice that seals it", std::string(kForm));
  const EventName& seal = agreement_.events[*by];
  auto& rules = agreement_.notices.sealed;
  const auto clashes = [&](const EventName& name) -> std::string {
    if (name.type == seal.type || agreement_.notices.Seals(name.type) != nullptr ||
        rules.contains(seal.type.index))
      return "what seals is not sealed itself";
    if (name.of != seal.of)
      return WithArticle(seal.name) + " and " + WithArticle(name.name) +
             " are not about the same kind of entry";
    return rules.contains(name.type.index)
               ? "the text says twice what " + WithArticle(name.name) + " reveals"
               : "";
  };
  if (!seal.notice) {
    return phrases_.Fail(FindingKind::kWrongKind, WithArticle(seal.name) + " is no notice",
                         std::string(kForm), at);
  }
  // The two are about one entry, by which seals are told from one another.
  if (!seal.of.valid()) {
    return phrases_.Fail(FindingKind::kWrongKind, WithArticle(seal.name) + " is about no entry",
                         "declare it of another notice: `notice " + seal.name + ", of Declaration`",
                         at);
  }
  for (const auto& [event, place] : sealed) {
    const EventName& name = agreement_.events[event];
    if (const std::string why = clashes(name); !why.empty())
      return phrases_.Fail(FindingKind::kWrongKind, why,
                           "declare both in one list: `notice Sealed Ballot, Approval, of "
                           "Declaration`, and say of each once what it reveals",
                           place);
    for (const ir::EventField& field : program().event_types[name.type.index].fields) {
      const std::string_view called = program().symbols.Name(field.name);
      if (called != record::kSeal && called != record::kReveals && called != record::kSalt)
        continue;
      return phrases_.Fail(FindingKind::kDuplicateName,
                           Quoted(called) + " says how a notice is sealed, and is a number of " +
                               WithArticle(name.name) + " too",
                           "give the number another name", place);
    }
    rules[name.type.index] = {seal.type, s.label};
  }
}

// `an Approval or a Refusal counts when it is recorded`: on no earlier day, whatever it says.
void Compiler::DeclareWhenRecorded(const Statement& s) {
  constexpr std::string_view kForm = "write `an Approval or a Refusal counts when it is recorded`";
  phrases_.Begin(s.tokens, s.label, s.span);
  if (!Numbered(s)) return;
  for (const auto& [event, at] : NoticesThatCount(kForm)) {
    const EventName& name = agreement_.events[event];
    if (!agreement_.notices.when_recorded.emplace(name.type.index, s.label).second) {
      return phrases_.Fail(FindingKind::kDuplicateName,
                           "the text says twice when " + WithArticle(name.name) + " counts",
                           "keep one of the two sentences", at);
    }
  }
}

// A row for each channel: its name, a colon, and how long after sending a notice counts as given.
void Compiler::DeclareNotices(const Statement& s) {
  if (!SaysOfNotices(s)) return;
  if (const Version& version = VersionOf(s); version.amendment || !version.when.empty()) {
    phrases_.Begin(s.tokens, s.label, s.span);
    return phrases_.Fail(
        FindingKind::kWrongKind,
        "how notices are given is the same in all editions, and an amendment changes it",
        "say it in the first text; what was given under the old words would else be given "
        "otherwise",
        s.span);
  }
  if (SaysWhenRecorded(s)) return DeclareWhenRecorded(s);
  if (SaysSealed(s)) return DeclareSealed(s);
  phrases_.Begin(s.tokens, s.label, s.span);
  phrases_.Accept("notices");
  phrases_.AcceptAll({"in", "writing"});
  if (!agreement_.notices.channels.empty()) {
    return phrases_.Fail(FindingKind::kDuplicateName, "the text says twice how notices are sent",
                         "keep one of the two tables", s.span);
  }
  eval::NoticeRule rule{s.label, {}};
  while (!phrases_.failed() && phrases_.Accept("|")) {
    if (phrases_.AtEnd()) break;
    const size_t begin = phrases_.at();
    while (!phrases_.AtEnd() && !phrases_.PeekIs(":") && !phrases_.PeekIs("|"))
      phrases_.Rewind(phrases_.at() + 1);
    const std::string name = eval::ChannelName(phrases_.TextFrom(begin));
    if (name.empty() || !phrases_.Accept(":"))
      return phrases_.FailHere("expected a channel and a colon", std::string(kNoticesForm));
    eval::Channel channel{name, {}};
    const bool at_once = phrases_.AcceptAll({"at", "once"});
    if (!at_once && !phrases_.Accept("on")) {
      const ir::Node takes = program().Get(phrases_.ParseDuration(true));
      if (phrases_.failed()) return;
      if (takes.op != ir::Op::kLit ||
          (takes.type != ir::kDaysType && takes.type != ir::kBusinessDaysType)) {
        return phrases_.Fail(FindingKind::kWrongKind,
                             "when a notice counts as given is stated in days",
                             std::string(kNoticesForm));
      }
      channel.takes = program().Literal(takes).AsDuration();
      phrases_.Expect("after");
    }
    // `delivery`, `sending`, `deposit`: what is done with it on the day from which is counted.
    if (!at_once) {
      const Token* done = phrases_.Peek();
      if (done == nullptr || done->kind != syntax::TokenKind::kWord || done->Is("the")) {
        return phrases_.FailHere("expected what is done with the notice on that day",
                                 std::string(kNoticesForm));
      }
      phrases_.Rewind(phrases_.at() + 1);
    }
    if (!phrases_.AtEnd() && !phrases_.PeekIs("|"))
      return phrases_.FailHere("expected the end of the row", std::string(kNoticesForm));
    for (const eval::Channel& other : rule.channels) {
      if (other.name == name) {
        return phrases_.Fail(FindingKind::kDuplicateName,
                             Quoted(name) + " stands twice among the channels",
                             "keep one of the two rows", s.span);
      }
    }
    rule.channels.push_back(std::move(channel));
  }
  if (phrases_.failed()) return;
  if (rule.channels.empty() || !phrases_.AtEnd())
    return phrases_.FailHere("expected a row for each channel", std::string(kNoticesForm));
  agreement_.notices.label = std::move(rule.label);
  agreement_.notices.channels = std::move(rule.channels);
}

}  // namespace entente::check
