// src/check/compiler.h: the passes that make a program of an agreement's words; for check's own
// use.
//
// Five passes over the statements of a tree: amendments (amendments.cpp), names (names.cpp),
// readings, sentences (sentences.cpp, numbers.cpp and their tails, tails.cpp), order (order.cpp). A
// sentence with braces is compiled once for each combination of its alternatives, every rule
// guarded by the choice it stands for; so an order of clauses that depends on a reading is still a
// fixed order of rules. Rules are gathered as drafts and become rule sets only at the end, when
// every label is known.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/check.h"
#include "base/words.h"
#include "check/patterns.h"
#include "check/phrases.h"

namespace entente::check {

// Amendments of one agreement, and versions of one clause.
inline constexpr size_t kAmendmentsMax = 64;
inline constexpr size_t kVersionsMax = 64;
// Years over which the renewals of a term are counted.
inline constexpr int64_t kRenewalYearsMax = 100;
// Years over which the instances of a duty that recurs are counted.
inline constexpr int64_t kRecurrenceYearsMax = 40;

// What the passes call these by.
using diag::FindingKind;
using ir::Function;
using ir::NodeId;
using source::Span;
using syntax::Statement;
using syntax::Token;
using syntax::TokenKind;

class Compiler {
 public:
  Compiler(source::Files& files, syntax::Tree tree, diag::Findings& findings)
      : files_(files),
        tree_(std::move(tree)),
        findings_(findings),
        phrases_(files, agreement_, findings) {}

  Agreement Run();

 private:
  struct Draft {
    ir::TermId term;
    std::string label;
    std::vector<NodeId> guards;
    NodeId value;
    std::vector<std::string> despite;
    std::vector<std::string> subject_to;
    bool closing = false;
    bool outside = false;
    bool beats_all = false;
    std::string built_in;
    // `excludes` rules lose to these labels and beat the other definitions.
    bool excludes = false;
    std::vector<std::string> except;
    std::optional<ActUse> act;
    // `nor let WHO do so`.
    std::optional<Noun> another;
    std::string answers;
    Span at;
  };
  struct OrderSentence {
    std::vector<std::string> winners;
    std::vector<std::string> losers;
    NodeId choice;
    Span at;
  };
  struct Disapplication {
    std::vector<std::string> labels;
    std::vector<Token> rest;
    NodeId choice;
    std::string label;
    Span at;
  };

  // What a version of a sentence hangs on: that an amendment is in force, on these readings of what
  // it does, or that it is not.
  struct Hang {
    uint32_t amendment;
    std::vector<syntax::ReadingChoice> choices;
    bool on;
  };
  // Of each statement: the amendment that wrote it, and all that it hangs on.
  struct Version {
    std::optional<uint32_t> amendment;
    std::vector<Hang> when;
    // The words of another version, some of them changed.
    bool reworded = false;
    // The statement that was read, of which these are the words.
    size_t origin = 0;
  };

  ir::Program& program() { return agreement_.program; }
  Symbol Intern(std::string_view s) { return agreement_.program.symbols.Intern(s); }

  // ---- amendments
  // What an amendment can say, for whoever said something else.
  static std::string_view EditForms();
  void ReadAmendments();
  void ReadAmendment(const Statement& s);
  void AmendmentTerms(Amendment& amendment);
  void ApplyEdits(uint32_t amendment, size_t statement);
  void ApplyEdit(uint32_t amendment, const syntax::Variant& variant, Span at);
  std::optional<uint32_t> Remove(uint32_t amendment,
                                 const std::vector<syntax::ReadingChoice>& choices,
                                 const std::string& label, Edit::Kind kind, Span at);
  void Reword(uint32_t amendment, const std::vector<syntax::ReadingChoice>& choices, Span at);
  void Place(uint32_t amendment, size_t statement);
  void CheckPlaced(uint32_t amendment);
  // Statements in the order in which they are compiled: what was worded anew with what it was.
  std::vector<size_t> InOrder() const;
  bool Gone(uint32_t amendment, size_t statement, std::optional<uint32_t>* by = nullptr) const;
  bool Amends(uint32_t amendment, size_t statement, const std::string& label) const;
  std::optional<uint32_t> Expiring(uint32_t amendment, size_t statement) const;
  void OnlyWhileInForce(const std::string& label, Span at);
  void NothingToAmend(uint32_t amendment, const std::string& label, Span at);
  const Version& VersionOf(const Statement& s) const;
  NodeId WhenNode(const Version& version);
  void SettleReadings();

  // ---- names
  void Begin();
  void Declare(const Statement& s);
  void DeclareKinds(const Statement& s);
  void CheckMentionedKinds();
  void CheckAsks();
  void DeclareAct(const Statement& s);
  void IsWayTo(Act& act, const std::vector<Token>& wider);
  std::optional<size_t> Counterpart(const Part& part, const Act& to) const;
  void DeclareEvents(const Statement& s, bool notice);
  void AddEvent(const std::string& name, bool notice, ir::EventTypeId of, Span at);
  void DeclareConsent(const Statement& s);
  void DeclareFact(const Statement& s);
  void DeclarePeriod(const Statement& s);
  static bool NamesStretch(const Statement& s);
  void DeclareCalendar(const Statement& s);
  void DeclareWindow(const Statement& s);
  static bool SaysOfNotices(const Statement& s);
  void DeclareNotices(const Statement& s);
  void DeclareWhenRecorded(const Statement& s);
  void DeclareSealed(const Statement& s);
  std::vector<std::pair<uint32_t, source::Span>> NoticesThatCount(std::string_view form);
  void DeclareNumber(const Statement& s);
  void DeclareDefinedKind(const Statement& s);
  void CollectReadings(const Statement& s);
  void CheckReadings();
  ir::KindId KindNamed(std::string_view name) const;
  ir::TermId AddTerm(std::string name, std::vector<ir::Parameter> parameters, ir::Type type,
                     Span at);
  bool Taken(const std::string& name, Span at);
  // Groups between semicolons: the names of each and what they are `of`.
  struct Group {
    std::vector<std::pair<std::string, Span>> names;
    std::vector<std::pair<std::string, Span>> of;
  };
  std::vector<Group> ReadGroups(const std::vector<Token>& tokens, size_t from);

  // ---- sentences
  // In which turn a sentence is read, so that what others may speak of comes first: what silence
  // counts as, what happens on what, how long something stands and what discharges, the rest.
  static constexpr int kTurns = 4;
  static int Turn(const Statement& s);
  void Sentence(const Statement& s);
  std::vector<syntax::Variant> ForEachParty(const syntax::Variant& variant);
  std::vector<syntax::Variant> ForEitherParty(const Statement& s, const syntax::Variant& variant);
  void SentenceVariant(const Statement& s, const syntax::Variant& variant);
  void Norm(const Statement& s, NodeId choice);
  // Tokens of the sentence, from one index up to another.
  struct Range {
    size_t begin, end;
  };
  void AddNorm(const Statement& s, std::vector<Range> words, bool forbids, size_t which);
  bool ParseActs(std::vector<ActUse>& uses, std::vector<Range>& words);
  std::vector<NodeId> Fits(const ActUse& use, const Noun& who, int slot);
  std::vector<ActUse> WaysTo(const std::vector<ActUse>& uses) const;
  ActUse Carried(const ActUse& from, const Act& to) const;
  bool HoldsOfEach(Draft& draft);
  void EachItem(const Statement& s);
  NodeId ChoiceNode(const std::vector<syntax::ReadingChoice>& choices);
  // A reading with two alternatives that stands in no brace.
  ir::PointId ReadingOfTwo(const std::string& id, std::vector<std::string> alternatives,
                           std::string says, std::string about, Span at);
  // Whether the sentence of the draft applies, as a term that is true where it does; `otherwise` is
  // the rule that no clause states.
  NodeId Applies(ir::TermId term, Draft draft, std::string otherwise);
  // Reads the tails of such a sentence into the guards: what `only` leaves out does not apply
  // either, which is what no sentence says as well.
  bool Conditions(Draft& draft);
  // As Applies, for a sentence that others may speak of before its tails, which go on from here,
  // can be read.
  NodeId TailsApply(const Statement& s, NodeId choice, std::string otherwise);
  std::vector<std::function<void()>> later_;
  // `of_term`: what the end of the term hangs on, and which is therefore not asked for it.
  NodeId InForce(bool dated, bool inferred, bool of_term = false);
  void NotEvaluated(const Statement& s, std::string what);

  // ---- silence
  static bool SaysOfSilence(const Statement& s);
  void SilenceSentence(const Statement& s, NodeId choice);
  struct Silence {
    uint32_t answered;
    NodeId ends;
  };
  std::optional<Silence> ParseSilence();
  // Terms that say whether there was an answer.
  struct Answer {
    ir::TermId term;
    Noun who;
    uint32_t answered;
    uint32_t counts_as;
  };
  std::vector<Answer> answers_;
  void JoinSilences();

  // ---- the term
  static bool SaysOfTerm(const Statement& s);
  void DeclareTerm(const Statement& s);
  void TermSentence(const Statement& s, NodeId choice);
  struct TermRun {
    NodeId choice;
    // When the first term ends; from when and for how long, where that is stated.
    NodeId end;
    NodeId from;
    std::optional<Duration> length = {};
    // The terms after it, all in one unit; the last comes again and again, if `at_a_time`.
    std::vector<Duration> renewals = {};
    bool at_a_time = false;
    Span at;
  };
  void Runs(const Statement& s, NodeId choice);
  NodeId StartOfDay();
  Position MomentIn(NodeId literal);
  NodeId Renewals(const TermRun& run);
  NodeId LastRenewalEnds(const TermRun& run);
  void BuildTerm();
  // How many times a length fits into so many years, at most what one schedule holds; where that
  // is less, a finding says through which day they are counted.
  int64_t CountOver(int64_t years, Duration length, Position first, Span at);
  bool Survives(std::string_view label) const;

  // ---- duties
  void DeclareDuty(const Statement& s);
  // The term of the clause, made when it is first asked for.
  Overdue& OverdueUnder(const Statement& s);
  void CheckOverdue();
  void NoDuty(std::string_view label, std::string_view which, Span at);
  bool PeekAct() const;
  size_t TakeAmount(Duty::Wording& wording);
  void MeasuredBy(Duty& duty, const ActUse& use, NodeId amount);
  std::optional<NodeId> WhatPerforms(const Statement& s, Duty& duty, Duty::Wording& wording,
                                     const Noun& who, size_t& taken);
  void DutySentence(const Statement& s, Draft draft, const Noun& who, Range who_words,
                    const std::optional<EventUse>& upon);
  void WithinAfter(Duty::Wording& wording);
  std::optional<uint32_t> InEach(Duty::Wording& wording);
  void WithinAfterPeriod(Duty::Wording& wording, uint32_t period);
  void ByDay(Duty::Wording& wording, bool taken_in);
  bool PeekDate(size_t ahead) const;
  NodeId NotPrompt(const Statement& s);
  bool ArisesFrom(Duty::Wording& wording, const EventUse& use);
  bool ArisesFrom(Duty::Wording& wording, NodeId events);
  Duty& Shared(Duty duty);
  void BuildDuties();
  size_t NextComma(size_t from) const;

  // ---- what discharges or suspends a duty
  struct Relief {
    std::vector<std::string> labels;
    // What discharges it, or else whether it is suspended.
    NodeId events;
    NodeId suspended;
    Span at;
    bool Reaches(std::string_view label) const {
      return std::any_of(labels.begin(), labels.end(),
                         [&](const std::string& under) { return StandsUnder(label, under); });
    }
  };
  bool Numbered(const Statement& s);
  static bool SaysOfDischarge(const Statement& s);
  static bool SaysOfSuspension(const std::vector<Token>& tokens);
  void DischargeSentence(const Statement& s, NodeId choice);
  void SuspensionSentence(const Statement& s, NodeId choice);
  NodeId OrDischarged(const Duty& duty);
  void CheckReliefs();
  void Suspend();
  void BuildOverdueFor();
  std::vector<Relief> reliefs_;

  NodeId Consent(const Draft& draft, bool given);
  NodeId ConsentLeft(const Draft& draft, NodeId consents);
  // Of `each time`: the sentence on one reading, whether a consent is left, the acts that use it.
  struct ConsentsLeft {
    Span at;
    NodeId choice;
    ir::TermId left;
    NodeId acts;
  };
  std::vector<ConsentsLeft> consents_left_;
  bool Tails(Draft& draft, std::vector<NodeId>& only);
  NodeId Until();
  std::optional<int> AcceptYear();
  NodeId ThroughOrBefore(bool through);
  NodeId EndsAt(Date day);
  void Definition(const Statement& s, ir::KindId kind, std::string_view verb, NodeId choice);

  // ---- numbers
  void NumberSentence(const Statement& s, NodeId choice);
  bool NumberOf(const Statement& s, const NumberName& number, std::vector<NodeId>& guards);
  bool InUnitOf(const NumberName& number, ir::Type type, Span at);
  void SkipHeader();
  void Table(const Statement& s, NumberName& number, const std::vector<NodeId>& guards);
  NodeId Steps(NodeId amount, ir::Type* type);
  bool NumberTails(Draft& draft, const NumberName& number);

  // ---- order
  void ApplyDisapplications();
  void ApplyOrders();
  bool Exclude(const Draft& a, const Draft& b);
  void BuildRuleSets();
  void BuildPlainNumbers();
  void BreakCycles();
  bool LabelExists(std::string_view label) const;

  source::Files& files_;
  // With what the amendments word anew behind what was read.
  syntax::Tree tree_;
  std::vector<Version> versions_;
  // Statements that change the text, and `replace`s that wait for the new text.
  std::set<size_t> edits_;
  struct Replaced {
    std::string label;
    std::vector<syntax::ReadingChoice> choices;
    Span at;
    // The amendment that all it replaces goes with, where there is one.
    std::optional<uint32_t> only_while;
    bool placed = false;
  };
  std::vector<Replaced> replaced_;
  struct SettledReading {
    uint32_t amendment;
    std::string reading;
    std::string alternative;
    Span at;
  };
  std::vector<SettledReading> settled_;
  diag::Findings& findings_;
  Agreement agreement_;
  Phrases phrases_;
  std::set<const Statement*> handled_;
  // The clause numbers of the text.
  std::set<std::string, std::less<>> labels_;
  // Kinds that so far stand only behind `of`, and where.
  std::map<uint32_t, Span> only_mentioned_;
  // The words of each party's name, as it was declared.
  std::vector<std::vector<Token>> party_words_;
  std::vector<Draft> drafts_;
  std::vector<OrderSentence> orders_;
  std::vector<Disapplication> disapplications_;
  bool effective_ = false;
  // What is said of the term: how long it runs, what keeps a later one from starting, what ends it;
  // and what survives it.
  std::vector<TermRun> runs_;
  std::vector<NodeId> stops_;
  std::vector<std::pair<NodeId, NodeId>> ends_;
  // Events that the sentences on the term name.
  std::set<uint32_t> of_term_;
  Span survive_at_;
  // The verbs of acts whose declarations could not be read.
  std::vector<std::string> unread_acts_;
  // `for each K:` and the block whose further sentences it governs.
  std::optional<Noun> each_;
  uint32_t each_block_ = UINT32_MAX;
  bool tail_dated_ = false;
  // The record of the block being read.
  std::vector<std::vector<Token>> entries_;
  uint32_t entries_block_ = UINT32_MAX;
};

}  // namespace entente::check
