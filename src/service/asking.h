// src/service/asking.h: one question from words to answer. Not for use outside `service`.
//
// Five steps: put (words to node and things), evaluate (a diagram at the moment asked), read (our
// readings put in), judge (what the diagram comes to, and by which worlds), explain (proof,
// clauses, assumptions, what would flip it). The steps are in asking.cpp, explain.cpp, bearing.cpp
// (until when it holds and what else bears on it) and flips.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "check/question.h"
#include "eval/answer.h"
#include "eval/lower.h"
#include "eval/timeline/timeline.h"
#include "proof/proof.h"
#include "service/ask.h"

namespace entente::service {

// What a diagram comes to.
struct Outcome {
  eval::Verdict verdict = eval::Verdict::kUndecided;
  std::string value;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
// "yes", "silent", "27%".
std::string OutcomeWord(const Outcome& outcome);

// Whether whoever made the notice had the power just before.
// What the power to make a notice is asked of, for one that was made.
eval::Slot PowerArguments(const ir::Program& program, const check::EventName& name,
                          const eval::Event& event);
eval::Diagram PowerFor(eval::Timeline& timeline, const ir::Program& program,
                       const check::EventName& name, const eval::Event& event);

// A clause as it is cited: its words without the label, its place, the prose beside it.
eval::Citation CitationOf(const Snapshot& snapshot, std::string label, source::Span at);

// The words of a norm, as the question they are.
std::string QuestionOf(const Snapshot& snapshot, const check::Norm& norm);

// SHA-256 as hexadecimal digits.
std::string HashOf(const std::string& text);

// The last day whose end lies before `at`.
Date LastWholeDayBefore(Position at);

class Asking {
 public:
  Asking(Snapshot& snapshot, const AskOptions& options)
      : snapshot_(snapshot),
        options_(options),
        agreement_(snapshot.agreement),
        declared_(snapshot.agreement.program.things.size()),
        scratch_(snapshot.agreement) {}
  // The options are looked at until the answer is there.
  Asking(Snapshot& snapshot, AskOptions&& options) = delete;

  // `general`: in the words of a clause, which a person would have to make more definite.
  bool Put(check::Form form, const std::vector<syntax::Token>& tokens, bool general = false);
  bool Put(check::Form form, const std::string& question);

  // The facts and readings of the options, without a question.
  bool PutNothing();
  // A term that takes no argument, in these words; a truth over time that has none.
  bool PutTerm(ir::TermId term, std::string text);
  bool PutSignal(ir::NodeId node);
  // Looks no further than the moment asked about: nothing that comes later bears on it.
  void ForgetTheFuture();
  // A truth on the readings taken, where a proof of it was accepted.
  enum class Truth : uint8_t { kNo, kYes, kOpen };
  // At the moment asked about.
  Truth Here(ir::NodeId node) {
    // What hangs on nothing needs no proof.
    return node == agreement_.program.True() ? Truth::kYes : Shown(node, {}, at_);
  }

  // Entries that the text states for its own question.
  bool Record(const std::vector<std::vector<syntax::Token>>& entries);

  eval::Answer Run();

  std::vector<eval::Segment> Segments();

  // ---- what is open (openness.cpp)
  // What the answer turns on at a moment: open points, events to come, readings that decide.
  std::vector<eval::OpenPoint> OpenAt(Position at);
  // What slot 0 holds where the rules of the term that `node` refers to are evaluated: nothing
  // where it refers to no rules, or an argument is not known beforehand.
  std::optional<eval::Slot> ArgumentsOf(ir::NodeId node) const;
  // Moments at which the answer, what it turns on or the clauses that decide it may change, in
  // order; the first is the beginning.
  std::vector<Position> Breaks() const;
  // Other readings on which it comes out otherwise at a moment.
  std::vector<eval::Argument> ArgumentsAt(Position at);
  // The open number `name` of a thing in the question, if it has one.
  std::optional<eval::Key> NumberInQuestion(const std::string& name) const;
  std::vector<eval::Interval> Along(const eval::Key& number);
  // The part of the act that `name` calls: a kind, or `who`.
  const check::AskedPart* PartInQuestion(const std::string& name) const;
  // How it comes out as asked, and for each kind of thing and each declared thing that the part
  // could be and the clauses tell apart.
  std::vector<eval::Interval> Across(const check::AskedPart& part);
  // How it comes out from the day asked on.
  std::vector<eval::Interval> AlongDays();
  Position asked_at() const { return at_; }
  // Through which day what recurs was looked at; nothing where nothing in the question recurs.
  std::optional<Date> ScheduledThrough() const;
  // Whether the recorded notice was made with the power to make it; kOpen also where it was never
  // given.
  // `clauses`: also those by which.
  // `why`: the conditions on which that turned.
  Truth HadPower(const std::string& entry, std::vector<std::string>* clauses = nullptr,
                 std::vector<std::string>* why = nullptr);
  // Whether it is open if the entry counts: something of it is withheld, or contested.
  bool IsLeftOpen(const std::string& entry) const { return facts_.left_open.contains(entry); }
  const eval::Event* EventOf(const std::string& entry) const;
  // The entry that it is about, and who made it; empty where there is none.
  std::string EntryAbout(const eval::Event& event) const;
  std::string MakerOf(const eval::Event& event) const;
  // ---- duties (owed.cpp)
  // The instances of a duty that arose by the day asked about, in that order.
  std::vector<eval::Owed> Instances(const check::Duty& duty);
  // What is wrong with recorded acts of these types, so that they perform nothing.
  std::vector<std::string> NotCounted(const std::set<uint32_t>& acts) const;
  // What is on record and open, and may make these duties arise or perform them.
  std::vector<eval::OpenEntry> Unsettled(const std::vector<const check::Duty*>& duties) const;

  // A truth over the facts given at a moment, on the readings of the options, and the clauses that
  // decide it.
  std::pair<Outcome, std::vector<std::string>> JudgeNode(ir::NodeId node, const eval::Facts& facts,
                                                         Position at);

  diag::Findings& findings() { return findings_; }

 private:
  std::vector<syntax::Token> Words(std::string name, const std::string& text) {
    const auto file = snapshot_.files.Add(std::move(name), text);
    return syntax::Lex(snapshot_.files, {file, 0, static_cast<uint32_t>(text.size())}, findings_);
  }

  // Readings, facts and the timeline of what was put.
  bool Settle();
  void ReadReadings();
  bool ReadEdition();
  eval::LowerOptions Lowered() const;
  void OnRecordByThen();
  static std::vector<record::Entry> Placed(std::vector<record::Entry> given);
  void LowerFacts();
  // The choice of every reading that was met so far.
  std::vector<eval::Choice> OurReadings();
  Truth Shown(ir::NodeId node, const eval::Env& env, Position at,
              std::vector<std::string>* why = nullptr);
  std::vector<std::pair<const check::Duty::Wording*, eval::Timeline::Occurrence>> Arose(
      const check::Duty& duty);
  std::optional<Rational> AmountOf(const check::Duty::Wording& wording,
                                   const eval::Timeline::Occurrence& instance);
  const eval::Event* EntryOf(const eval::Timeline::Occurrence& event) const;
  struct Deadline {
    // The moment by which; nothing where none is named or, unless `known`, disclosed.
    std::optional<Position> end;
    bool known = false;
    // Whether it is past.
    Truth over = Truth::kNo;
  };
  // Writes into `owed` when it is due, the readings that rests on and what it leaves open.
  Deadline DeadlineOf(const check::Duty::Wording& wording,
                      const eval::Timeline::Occurrence& instance, eval::Owed& owed);
  void Deny();
  std::span<const record::Entry> Recorded() {
    return eval::KnownAt(options_.without_record ? stated_ : snapshot_.record, query_.known_at,
                         agreement_.program, agreement_.notices, corrected_);
  }

  // The diagram of the question at a moment, without worlds that contradict themselves.
  eval::Diagram Full(eval::Timeline& timeline, const eval::Env& env, Position at);

  // Which branch a reading takes here, if any.
  std::optional<uint32_t> Taken(const eval::Key& key) const;

  std::vector<eval::Choice> ReadingChoices(eval::Timeline& timeline, eval::Diagram d,
                                           const eval::Key* except, uint32_t instead);

  eval::Diagram Read(eval::Timeline& timeline, eval::Diagram d, const eval::Key* except = nullptr,
                     uint32_t instead = 0);

  Outcome Judge(eval::Timeline& timeline, eval::Diagram d);

  // The least and the greatest that a number can be at the moment asked, as far as its sum and the
  // bounds of its open parts tell: interval arithmetic, which may be wider than the truth and never
  // narrower. `stated` is what it is where each approximate figure is the one stated.
  struct Hull {
    ir::Bounds within;
    std::optional<Rational> stated;
    // Whether some part of it is stated as *about* a figure.
    bool about = false;
  };
  Hull HullOf(ir::NodeId node);
  void Narrow(Outcome& outcome);
  // "between 0 and 5e25 flop" over all leaves of a number.
  std::string Range(eval::Timeline& timeline, eval::Diagram d);

  void MoreMayCome(eval::Answer& answer, const std::vector<eval::Choice>& ours, Outcome& outcome);
  void Explain(eval::Answer& answer, eval::Diagram read, Outcome& outcome,
               std::optional<proof::Proof>& proof);
  // Whether somebody may make a notice, rather than do an act.
  bool AsksPower() const;
  std::string Sentence(const Outcome& outcome) const;
  void Readings(eval::Answer& answer, eval::Diagram full);
  // The readings that a diagram speaks of and that are taken in some way, with the branch.
  std::vector<std::pair<eval::Key, uint32_t>> TakenIn(eval::Diagram full);
  // The readings taken, by name, on which a diagram comes to something else if read otherwise.
  std::vector<std::string> RestsOn(eval::Diagram full, const Outcome& now);
  // The words of an alternative as the clauses that decide have them.
  std::string WordsOf(const check::Reading& reading, uint32_t alternative,
                      const eval::Answer& answer) const;
  void Cite(eval::Answer& answer, const std::optional<proof::Proof>& proof);
  const check::Clause* ClauseOf(source::Span sentence, Position at);
  // Each lemma of `seen` was collected already, as a deciding one or not.
  void CollectSteps(const proof::Proof& proof, const proof::Step& part, bool top,
                    std::set<std::pair<uint32_t, bool>>& seen, eval::Answer& answer);
  void Window(eval::Answer& answer, const Outcome& outcome);
  // Entries that somebody contested or corrected in vain, since they count when they are recorded.
  std::map<std::string, ir::EventTypeId> FixedEntries() const;
  void Notes(eval::Answer& answer, const Outcome& outcome);
  // The kinds of events that a node and the terms below it look at; none for no node.
  std::set<uint32_t> TypesLookedAt(ir::NodeId node) const;
  bool Alike(const eval::Event& a, const eval::Event& b, const std::set<uint32_t>& spoken_of) const;
  void Flips(eval::Answer& answer, const Outcome& outcome);
  // What the clauses on the act ask of each of its parts, by its field.
  struct Tested {
    std::map<Symbol, std::set<uint32_t>> kinds, named, facts;
  };
  Tested TestedOfParts() const;
  // The question with another thing in that part.
  std::optional<ir::NodeId> WithThing(const check::AskedPart& part, ThingId thing);
  // With the thing of that part of this kind too, or a thing of it where none is named; nothing
  // where it cannot be, or is already.
  std::optional<std::pair<eval::Facts, ir::NodeId>> WithKind(const check::AskedPart& part,
                                                             ir::KindId kind);
  std::vector<std::string> DecidingLabels(eval::Timeline& timeline, Position at,
                                          const Outcome& outcome);
  eval::Diagram WithSilence(eval::Diagram d);
  std::vector<eval::Case> CasesOf(eval::Diagram d);
  std::string CauseAt(Position at) const;
  std::optional<bool> Adopted(const check::Amendment& amendment) const;
  void CarriedForward(eval::Answer& answer) const;
  Outcome OutcomeWith(const eval::Facts& facts, const eval::Env& env, ir::NodeId node,
                      std::vector<std::string>* labels);

  Snapshot& snapshot_;
  const AskOptions& options_;
  check::Agreement& agreement_;
  // Things of the text; the record's and the question's come behind them.
  size_t declared_;
  check::Scratch scratch_;
  diag::Findings findings_;
  check::Query query_;
  eval::Facts facts_;
  // How many amendments the edition asked about takes in; nothing for all that were adopted.
  std::optional<size_t> edition_;
  std::vector<record::Entry> corrected_;
  record::Record stated_;
  std::unique_ptr<eval::Timeline> timeline_;
  Position at_;
  bool all_open_ = false;
  std::set<uint32_t> opened_;
  std::unordered_map<uint32_t, uint32_t> chosen_;
};

}  // namespace entente::service
