// How notices are sent, and when each counts as given.

#include "base/words.h"
#include "check/compiler.h"

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

}  // namespace

bool Compiler::SaysOfNotices(const Statement& s) {
  return (!s.tokens.empty() && s.tokens[0].Is("notices")) || SaysWhenRecorded(s);
}

// `an Approval or a Refusal counts when it is recorded`: on no earlier day, whatever it says.
void Compiler::DeclareWhenRecorded(const Statement& s) {
  constexpr std::string_view kForm = "write `an Approval or a Refusal counts when it is recorded`";
  phrases_.Begin(s.tokens, s.label, s.span);
  if (!Numbered(s)) return;
  do {
    const size_t begin = phrases_.at();
    phrases_.Accept("a") || phrases_.Accept("an");
    const auto event = phrases_.AcceptEventName();
    if (!event) return phrases_.FailHere("expected a notice", std::string(kForm));
    const EventName& name = agreement_.events[*event];
    if (!name.notice) {
      return phrases_.Fail(
          FindingKind::kWrongKind,
          WithArticle(name.name) + " is no notice, and happens whether it is recorded or not",
          std::string(kForm), s.tokens[begin].span);
    }
    if (!agreement_.notices.when_recorded.emplace(name.type.index, s.label).second) {
      return phrases_.Fail(FindingKind::kDuplicateName,
                           "the text says twice when " + WithArticle(name.name) + " counts",
                           "keep one of the two sentences", s.tokens[begin].span);
    }
    while (phrases_.Accept(",") || phrases_.Accept("or") || phrases_.Accept("and")) {
    }
  } while (!phrases_.PeekIs("counts") && !phrases_.PeekIs("count"));
}

// A row for each channel: its name, a colon, and how long after sending a notice counts as given.
void Compiler::DeclareNotices(const Statement& s) {
  if (!SaysOfNotices(s)) return;
  if (SaysWhenRecorded(s)) return DeclareWhenRecorded(s);
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
