// How notices are sent, and when each counts as given.

#include "base/words.h"
#include "check/compiler.h"

namespace entente::check {

namespace {

constexpr std::string_view kNoticesForm =
    "write `notices` and below it rows such as `| courier: 2 days after sending` or `| in person: "
    "on delivery`";

}  // namespace

bool Compiler::SaysOfNotices(const Statement& s) {
  return !s.tokens.empty() && s.tokens[0].Is("notices");
}

// A row for each channel: its name, a colon, and how long after sending a notice counts as given.
void Compiler::DeclareNotices(const Statement& s) {
  if (!SaysOfNotices(s)) return;
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
  agreement_.notices = std::move(rule);
}

}  // namespace entente::check
