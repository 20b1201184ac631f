// src/check/phrases.h: reads the phrases of the language with an agreement's vocabulary.
//
// Recursive descent over tokens, one function a phrase. Conditions, moments and numbers become IR
// at once; nouns stay words a little longer, because a clause tests a noun and a question makes a
// thing of it. The first mistake of a sentence stops it: `failed()` is sticky, so callers need
// look only at the end.
#pragma once

#include <functional>
#include <optional>

#include "check/agreement.h"

namespace entente::check {

struct Noun;

struct NounHead {
  ir::KindId kind;
  ThingId thing;
  // `any K`: of whatever further kinds.
  bool any = false;
};

struct NounMod {
  enum class What : uint8_t { kOtherThan, kThatIs, kFact, kMadeAfter, kMadeBefore, kMadeOn };
  What what = What::kFact;
  bool negated = false;
  std::vector<Noun> noun;
  ir::PointId point;
  ir::NodeId moment;
  Date date;
};

struct Noun {
  std::vector<NounHead> heads;
  std::vector<NounMod> mods;
  // `no Party`.
  bool none = false;
  // `its Affiliates`: of the subject of the sentence.
  bool its = false;
  // `that Party`: the one named before.
  bool that = false;
  source::Span span;
};

// The act of a sentence or question, with the nouns of the parts it names.
struct ActUse {
  const Act* act = nullptr;
  std::vector<std::optional<Noun>> parts;
};

// The moments after `from` up to and with `through`; which period it is one of, if of any.
struct Window {
  ir::NodeId from;
  ir::NodeId through;
  std::optional<uint32_t> period;
  // `the last 12 months`: it moves with the moment asked about, and the two are not set.
  ir::NodeId rolling;
};

struct EventUse {
  std::vector<uint32_t> events;  // indices of Agreement::events; several joined by `or`
  std::optional<Window> window;
  std::optional<Noun> by;
  bool that = false;
  bool last = false;
  bool attempted = false;
  // In place of the entries: what follows from events of that one kind, such as the end of a
  // window that they open, which is the start of the day after.
  ir::NodeId derived;
};

class Phrases {
 public:
  Phrases(const source::Files& files, Agreement& agreement, diag::Findings& findings)
      : files_(files), agreement_(agreement), program_(agreement.program), findings_(findings) {}

  void Begin(const std::vector<syntax::Token>& tokens, std::string label, source::Span whole);
  bool failed() const { return failed_; }
  bool AtEnd() const { return failed_ || at_ >= tokens_.size(); }
  size_t at() const { return at_; }
  void Rewind(size_t at) { at_ = at; }
  // Leaves out the tokens from `begin` up to where it stands, and stands at `begin`.
  void Erase(size_t begin);
  const syntax::Token* Peek(size_t ahead = 0) const;
  bool PeekIs(std::string_view word, size_t ahead = 0) const;
  bool Accept(std::string_view word);
  bool AcceptAll(std::initializer_list<std::string_view> words);
  void Expect(std::string_view word);
  source::Span Here() const;
  source::Span whole() const { return whole_; }
  // Adds the finding and stops this sentence.
  void Fail(diag::FindingKind kind, std::string message, std::string help = "",
            source::Span at = {});
  // Stops this sentence without a word: what is wrong with it is said elsewhere.
  void GiveUp() { failed_ = true; }
  void FailHere(std::string message, std::string help = "");

  // ---- nouns
  std::optional<Noun> ParseNoun();
  // Whether the thing `x` is what the noun says.
  ir::NodeId Holds(const Noun& noun, ir::NodeId x);
  ir::NodeId IsOf(ir::NodeId x, ir::KindId kind);
  // Whether something is of a named party or thing: an Affiliate of Energous, its Interest.
  ir::PointId BelongsTo(ThingId whose, source::Span at);

  // ---- acts and events
  bool ParseAct(ActUse& use);
  // `with the prior written consent of`, or `without`.
  bool PeekConsent() const;
  void AcceptConsent();
  // Whether a condition or time begins here, as it would after an act.
  bool PeekTail() const;
  // `let WHO do so`: another's act, for which the subject answers.
  std::optional<Noun> ParseAnother();
  bool PeekEvent() const;
  std::optional<EventUse> ParseEvent();
  // Effective occurrences, with what counts as one; `of` limits them to those of one entry, given
  // by its id, and `made_by` to those of whose maker it holds.
  ir::NodeId Occurrences(const EventUse& use, size_t which, ir::NodeId of_id,
                         const std::function<ir::NodeId(ir::NodeId maker)>& made_by = {});
  // Those of all the kinds it names; nothing, and a finding, where one of them happens on others.
  std::optional<ir::NodeId> EachOccurrence(const EventUse& use);
  // After a thing: `has made a Disclosure of that Declaration`. Nothing, and nothing read, where it
  // goes on otherwise.
  std::optional<ir::NodeId> HasMade(ir::NodeId subject);
  ir::NodeId HasMadeOne(ir::EventTypeId event);
  ir::NodeId MomentOf(const EventUse& use, ir::NodeId of_id = {});

  // Behind `within 30 days after`: whether it is that long after what is named, anew with each of
  // `an Order` and of the ends of a window.
  ir::NodeId WithinAfter(ir::NodeId length);

  ir::NodeId Answered(const Noun& who, uint32_t answered, uint32_t counts_as);

  // Whether something under the clause has been overdue so long, once all duties were read.
  ir::NodeId OverdueFor(std::string_view label, ir::NodeId length);

  // ---- windows
  // Whether one is open.
  ir::NodeId During();
  // The window or moment named `ahead` tokens on, and how many tokens that takes from here.
  std::optional<uint32_t> PeekStretch(size_t ahead, size_t* length) const;
  std::optional<uint32_t> AcceptStretch();
  bool PeekEndOfWindow() const;
  // The end of a stretch that leaves out the day of `from`, unless that is an end itself and its
  // day the first one after, and takes in the whole of its last day.
  ir::NodeId EndOfStretch(ir::NodeId from, ir::NodeId length, bool from_end = false);
  // So long after a moment, or before it; a finding where that is counted back and not known.
  ir::NodeId Later(ir::NodeId moment, ir::NodeId length);
  ir::NodeId Earlier(ir::NodeId moment, ir::NodeId length);

  // ---- periods and what happens in them
  std::optional<uint32_t> AcceptPeriod();
  // After `in`: `2029`, `the 3rd quarter of 2029`, `that quarter`, `the 12 months before 1 March
  // 2029`. Nothing, and nothing read, where no stretch of time stands.
  std::optional<Window> ParseWindow();
  // `the number of Sales in 2029`, `the Amount of every Sale`, `the Amount of the last Sale`.
  ir::NodeId ParseCount(ir::Type* type);
  ir::NodeId CountOfMakers(ir::KindId kind, ir::Type type);
  // `extreme`: the highest (max) or lowest (min) of every event's.
  ir::NodeId ParseOverEvents(const NumberName& number, std::optional<ir::FoldKind> extreme = {});
  // The period that a question speaks of ends on this day.
  std::optional<Date> last_day;

  // ---- times, conditions, amounts
  // `is_end` says whether it is the end of something, and so the start of the day after.
  ir::NodeId ParseMoment(bool* is_end = nullptr);
  // A duration literal or bracket; a moment or duration node.
  bool PeekDuration() const;
  // In business days only where they are counted from something.
  ir::NodeId ParseDuration(bool business = false);
  std::optional<Date> ParseDateWords();
  ir::NodeId ParseCondition();
  ir::NodeId ParseNumber(ir::Type* type);
  bool PeekNumber() const;
  // Refuses, where a percentage is meant, a figure without unit or percent sign, such as `5`.
  bool WithPercentSign();
  // As a finding says it: `USD`, `flop`, percent, a count.
  std::string UnitOf(ir::Type type) const;
  // A bracket where a truth is wanted: whether `args` meet it.
  ir::NodeId ParseJudgement(const std::vector<ir::NodeId>& args, std::string_view verb);
  ir::NodeId Reached(ir::NodeId moment) { return program_.Reached(moment); }

  // What `that K`, `its` and `it` refer to: the slot-0 fields of the sentence.
  struct Scope {
    const ActUse* act = nullptr;
    const Noun* subject = nullptr;
    // The event type a power is about, whose `of` entry may be spoken of.
    const EventName* event = nullptr;
    // The kind being defined: what falls under other definitions is then left out of account, or
    // two kinds of one super-kind would define one another.
    ir::KindId defining;
    // Set inside `stands until its E`: the id of the entry in question, which slot 1 holds, and its
    // type.
    ir::NodeId entry_id;
    ir::EventTypeId entry_type;
    // `the Fee of a Customer`, `in a quarter`: the one item and period a number is stated for.
    std::optional<std::pair<ir::KindId, ir::NodeId>> item;
    std::optional<Window> period;
    // Inside `no later term starts, if …`: when that term would.
    ir::NodeId term_start;
    // Makes a thing of what a question describes.
    std::function<ir::NodeId(const Noun&)> describe;
    // Another than the subject acts, so that who acts says nothing of who the subject is.
    bool another = false;
    // In what a duty is of, `that Order` is the event in slot 1 from which it arises.
    bool in_duty = false;
    std::optional<uint32_t> that_event;
    int free_slot = 1;
  };
  Scope scope;

  // A yes-or-no point keyed by the thing it speaks of.
  ir::PointId FactPoint(const std::string& words, ir::PointKind kind, size_t arity,
                        source::Span at);
  // The predicate after a subject: `is confidential`, `does not use OpenAI IP`.
  struct Predicate {
    ir::PointId point;
    bool negated = false;
    std::vector<Noun> is;  // `is a K`
  };
  std::optional<Predicate> ParsePredicate();
  ir::NodeId Says(const Predicate& predicate, ir::NodeId x);

  // Longest declared name at the cursor. Index into the tables, or none.
  std::optional<ir::KindId> AcceptKind();
  std::optional<ThingId> AcceptThing();
  std::optional<uint32_t> AcceptEventName();
  std::optional<uint32_t> AcceptNumberName();
  std::vector<std::string> ParseLabels();

  Agreement& agreement() { return agreement_; }
  const source::Files& files() const { return files_; }
  const std::vector<syntax::Token>& tokens() const { return tokens_; }
  const std::string& label() const { return label_; }
  std::string TextFrom(size_t begin) const { return syntax::TextOf(files_, tokens_, begin, at_); }

 private:
  size_t MatchName(std::string_view name, size_t at) const;
  // The longest of `count` names that stands at `at`: its index and how many tokens it takes.
  template <class NameOf>
  std::pair<uint32_t, size_t> LongestName(size_t count, size_t at, NameOf&& name_of) const {
    std::pair<uint32_t, size_t> best{0, 0};
    for (uint32_t i = 0; i < count; ++i) {
      const size_t length = MatchName(name_of(i), at);
      if (length > best.second) best = {i, length};
    }
    return best;
  }
  size_t LongestKind(size_t at, ir::KindId* kind) const;
  ir::NodeId ParseSimpleCondition();
  // The same while the text is being read: a term that is made of them all at its end.
  ir::NodeId HasBeenOverdue(std::string_view label, Overdue& overdue, ir::NodeId length);
  std::optional<EventUse> AcceptEndOfWindow();
  // Whether `10 business days` or `10 London business days` stand here, and in how many words.
  std::optional<size_t> PeekBusinessDays() const;
  ir::NodeId BusinessDays(bool counted);
  // `how` tells points of one moment apart that are reached in different ways.
  ir::NodeId WhilePublished(ir::NodeId from, Duration by, ir::NodeId reached, std::string_view how);
  ir::NodeId Lasted(const EventUse& use);
  ir::NodeId ParseMomentSimple();
  ir::NodeId ParseAmount(ir::Type* type);
  ir::NodeId ParseQuotient(ir::Type* type);
  ir::NodeId ParseAverage(ir::Type* type);
  ir::NodeId AnotherAmount(ir::NodeId& before, ir::Type* type, std::string_view mismatch);
  void Count(ir::NodeId& a, ir::Type& type, ir::NodeId& b, ir::Type& other);
  ir::NodeId Referent(const Noun& noun);
  // `no Work` where a Work is wanted.
  void RefuseNone(const Noun& noun);
  ir::NodeId OfSubject(ir::NodeId x, source::Span at);
  ir::NodeId LiesBefore(ir::NodeId moment, ir::NodeId other);
  Window PeriodAt(uint32_t period, int64_t number);
  ir::NodeId LastBefore(ir::NodeId end);
  Window ParseStretch(const EventUse& use);
  ir::NodeId OverEvents(const EventUse& use, ir::FoldKind kind, const NumberName* number,
                        const Window& stretch, ir::NodeId none);
  // Occurrences of `event` that its fields let through; effective ones, unless `attempted`.
  ir::NodeId Effective(const EventName& event, std::vector<ir::NodeId> filter, bool attempted);
  ir::NodeId ParseReference(const NumberName& number, bool its, ir::Type* type);
  std::optional<Noun> ParseNounSimple();
  void ParseMods(Noun& noun);
  struct Hole {
    std::string text;
    std::vector<syntax::Token> tokens;
    source::Span span;
    std::string id;
  };
  std::optional<Hole> ParseHole();
  void CheckBracketHead(const Hole& hole);
  ir::PointId HolePoint(const Hole& hole, ir::Type type, std::string says);

  const source::Files& files_;
  Agreement& agreement_;
  ir::Program& program_;
  diag::Findings& findings_;
  std::vector<syntax::Token> tokens_;
  std::string label_;
  source::Span whole_;
  size_t at_ = 0;
  bool failed_ = false;
  // Whether the amount read last was such a figure.
  bool bare_ = false;
  int depth_ = 0;
  // The act being read has a part that begins with `of`, which is then the act's own word.
  bool of_is_taken_ = false;
};

// `27%` is 0.27; `$250bn` is minor units of USD; `5e25` is a plain number. The type's unit is
// that of the words after, which the caller reads.
struct Amount {
  Rational value;
  ir::Type type;
  // Half a unit of the last digit, for `about`.
  Rational half_unit;
};
std::optional<Amount> ReadAmount(std::string_view text, ir::Program& program);

// The singular and third-person form of a verb: serves, serve; has, have; is, are.
bool SameWord(std::string_view a, std::string_view b);

}  // namespace entente::check
