// Named moments and windows: stretches of time that open with an event, what happens in them and
// what their end without an event brings about.

#include "base/words.h"
#include "check/compiler.h"
#include "check/lexicon.h"

namespace entente::check {

namespace {

constexpr std::string_view kWindowForm =
    "write `window Offer Period is 30 days after an Offer`, `window Wind Down is 90 days before "
    "MOMENT` or `window Wind Down is from MOMENT to MOMENT`";

}  // namespace

bool Compiler::NamesStretch(const Statement& s) {
  return !s.tokens.empty() && (s.tokens[0].Is("window") || s.tokens[0].Is("moment"));
}

// In the order of the text, so that a window can open with the end of one above it.
void Compiler::DeclareWindow(const Statement& s) {
  if (!NamesStretch(s)) return;
  const bool moment = s.tokens[0].Is("moment");
  size_t is = 1;
  while (is < s.tokens.size() && !s.tokens[is].Is("is")) ++is;
  Stretch out;
  out.name = syntax::TextOf(files_, s.tokens, 1, is);
  out.at = s.span;
  // A bracket in it is known by its name where it has no number.
  phrases_.Begin(s.tokens, s.label.empty() ? out.name : s.label, s.span);
  phrases_.Rewind(is);
  if (is == 1 || !phrases_.Accept("is"))
    return phrases_.FailHere("expected a name and what it is", std::string(kWindowForm));
  if (Taken(out.name, s.span)) return;
  bool from_end = false;
  if (moment) {
    out.from = phrases_.ParseMoment();
  } else if (phrases_.Accept("from")) {
    out.from = phrases_.ParseMoment();
    if (!phrases_.failed() && !phrases_.Accept("to"))
      phrases_.FailHere("expected `to` and a moment", std::string(kWindowForm));
    if (!phrases_.failed()) out.to = phrases_.ParseMoment();
  } else if (phrases_.PeekDuration()) {
    out.length = phrases_.ParseDuration(true);
    if (phrases_.failed()) return;
    const bool before = phrases_.Accept("before");
    if (!before && !phrases_.Accept("after"))
      return phrases_.FailHere("expected `after` or `before`", std::string(kWindowForm));
    const size_t mark = phrases_.at();
    if (!before && phrases_.PeekEvent()) {
      const auto opens = phrases_.ParseEvent();
      if (!opens) return;
      if (opens->events.size() != 1 || agreement_.events[opens->events[0]].alias_first.valid()) {
        return phrases_.Fail(
            FindingKind::kWrongKind, "a window opens with events of one kind, each recorded",
            "declare a window for each kind of event", phrases_.tokens()[mark].span);
      }
      out.event = opens->events[0];
      out.opens = phrases_.Occurrences(*opens, 0, {});
      from_end = opens->derived.valid();
    } else {
      const NodeId moment_of = phrases_.ParseMoment(&from_end);
      if (phrases_.failed()) return;
      out.to = before ? moment_of : phrases_.EndOfStretch(moment_of, out.length, from_end);
      out.from = before ? phrases_.Earlier(moment_of, out.length) : moment_of;
    }
  } else {
    phrases_.FailHere("expected how long it is, or `from`", std::string(kWindowForm));
  }
  if (phrases_.failed()) return;
  if (!phrases_.AtEnd())
    return phrases_.FailHere("expected the end of the sentence", std::string(kWindowForm));
  if (out.opens.valid()) {
    const NodeId at = program().Field(1, program().known.at, ir::kMomentType);
    const NodeId end = phrases_.EndOfStretch(at, out.length, from_end);
    out.ends = program().Schedule(out.opens, 1, end, program().Count(1));
    out.open = program().Each(ir::EachKind::kOr, out.opens, 1, at, {},
                              program().Not(program().Reached(end)));
  } else if (out.to.valid()) {
    out.open =
        program().And({program().Reached(out.from), program().Not(program().Reached(out.to))});
  }
  agreement_.stretches.push_back(std::move(out));
}

std::optional<uint32_t> Phrases::PeekStretch(size_t ahead, size_t* length) const {
  size_t at = at_ + ahead;
  while (at < tokens_.size() && IsDeterminer(tokens_[at].text)) ++at;
  const auto [index, taken] = LongestName(agreement_.stretches.size(), at, [&](uint32_t i) {
    return std::string_view(agreement_.stretches[i].name);
  });
  if (failed_ || taken == 0) return std::nullopt;
  if (length != nullptr) *length = at + taken - at_;
  return index;
}

std::optional<uint32_t> Phrases::AcceptStretch() {
  size_t length = 0;
  const auto stretch = PeekStretch(0, &length);
  if (stretch) at_ += length;
  return stretch;
}

// Each opening lasts by itself; whatever else is spoken of, slot 1 holds what opened it.
NodeId Phrases::During() {
  const auto index = AcceptStretch();
  if (!index) {
    size_t ahead = 0;
    while (Peek(ahead) != nullptr && IsDeterminer(Peek(ahead)->text)) ++ahead;
    std::string said;
    for (; Peek(ahead) != nullptr && Peek(ahead)->capital(); ++ahead)
      said += (said.empty() ? "" : " ") + std::string(Peek(ahead)->text);
    std::vector<std::string> known;
    for (const Stretch& stretch : agreement_.stretches) known.push_back(stretch.name);
    const std::string closest = Closest(said, known);
    FailHere("expected the name of a window",
             closest.empty() ? "declare it: `window NAME is 30 days after EVENT`"
                             : "did you mean " + Quoted(closest) + "?");
    return program_.False();
  }
  const Stretch& window = agreement_.stretches[*index];
  if (window.open.valid()) return window.open;
  Fail(FindingKind::kWrongKind, Quoted(window.name) + " is a moment and not a stretch of time",
       "write `after` or `before` it");
  return program_.False();
}

// `the end of the Offer Period without an Acceptance`: the ends of those windows in which none
// happened. An event that is of what opens the window is one of that.
std::optional<EventUse> Phrases::AcceptEndOfWindow() {
  if (!PeekEndOfWindow()) return std::nullopt;
  Accept("the");
  at_ += 2;
  const Stretch& window = agreement_.stretches[*AcceptStretch()];
  EventUse out;
  out.events = {window.event};
  out.derived = window.ends;
  if (PeekIs("without") && !PeekConsent()) {
    ++at_;
    const int outer = scope.free_slot;
    scope.free_slot = 2;
    const auto use = ParseEvent();
    if (!use) return std::nullopt;
    const NodeId opened = program_.Field(1, program_.known.origin, ir::kMomentType);
    std::vector<NodeId> none;
    for (size_t i = 0; i < use->events.size(); ++i) {
      const EventName& event = agreement_.events[use->events[i]];
      const bool of_it = event.of.valid() && event.of == agreement_.events[window.event].type;
      const NodeId id = of_it ? program_.Field(1, program_.known.id, ir::kThingType) : ir::NodeId{};
      const NodeId first = program_.Fold(ir::FoldKind::kFirst, Occurrences(*use, i, id), 2,
                                         program_.Field(2, program_.known.at, ir::kMomentType),
                                         opened, program_.Moment(kNever), program_.Moment(kNever));
      none.push_back(program_.Not(program_.Reached(first)));
    }
    scope.free_slot = outer;
    out.derived = program_.While(window.ends, 1, program_.And(std::move(none)));
  }
  return out;
}

bool Phrases::PeekEndOfWindow() const {
  const size_t ahead = PeekIs("the") ? 1 : 0;
  if (!PeekIs("end", ahead) || !PeekIs("of", ahead + 1)) return false;
  const auto window = PeekStretch(ahead + 2, nullptr);
  return window && agreement_.stretches[*window].opens.valid();
}

NodeId Phrases::WithinAfter(NodeId length) {
  const size_t mark = at_;
  const bool ends = PeekEndOfWindow();
  if ((ends || PeekIs("a") || PeekIs("an")) && PeekEvent()) {
    const auto use = ParseEvent();
    if (!use) return program_.False();
    const bool recorded =
        use->derived.valid() || !agreement_.events[use->events[0]].alias_first.valid();
    if (use->events.size() == 1 && recorded && !use->window) {
      const int slot = scope.free_slot;
      const NodeId began = program_.Field(slot, program_.known.at, ir::kMomentType);
      return program_.Each(ir::EachKind::kOr, Occurrences(*use, 0, {}), slot, began, {},
                           program_.Not(program_.Reached(EndOfStretch(began, length, ends))));
    }
    at_ = mark;
  }
  bool from_end = false;
  const NodeId from = ParseMoment(&from_end);
  if (failed_) return program_.False();
  return program_.And({program_.Reached(from),
                       program_.Not(program_.Reached(EndOfStretch(from, length, from_end)))});
}

}  // namespace entente::check
