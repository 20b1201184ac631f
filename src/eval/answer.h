// src/eval/answer.h: what a question gets, ready to be shown; no engine type in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "source/source.h"
#include "values/value.h"

namespace entente::eval {

enum class Verdict : uint8_t {
  kYes,
  kNo,
  kValue,
  kDepends,
  kSilent,
  kConflict,
  kUndecided,
};
std::string_view NameOf(Verdict verdict);
// 0 yes or a value, 1 no, 3 depends, 4 silent, 5 conflict, 6 undecided.
int ExitCodeOf(Verdict verdict);

// A clause an answer rests on.
struct Citation {
  std::string label;
  // `agreement.md:61`
  std::string where;
  // The sentence of the block, on one line.
  std::string says;
  // The first words of the prose beside it.
  std::string prose;
  // It decided, rather than led up to the decision.
  bool deciding = false;
  // Another clause it displaced.
  std::vector<std::string> over;
  // The amendment that wrote it; empty for the original text.
  std::string amendment;
  source::Span at;
};

struct Assumption {
  std::string text;
  // "read as … it would be no", for a reading; empty for what was taken for granted.
  std::vector<std::string> otherwise;
  // The reading's id.
  std::string reading;
  // The answer changes if this one reading changes.
  bool decisive = false;
};

// One way in which an answer that depends comes out.
struct Case {
  std::string outcome;
  std::vector<std::string> conditions;
};

// One change that would flip the answer.
struct Flip {
  std::string change;
  std::string becomes;
  std::vector<std::string> clauses;
};

// The beginning of a ledger from which an answer was computed.
struct LedgerName {
  std::string origin;
  uint64_t size = 0;
  // Lower-case hex.
  std::string root;
  // Values that whoever showed it had withheld, or that were erased.
  uint64_t withheld = 0;
};

// How a question was put, so that it can be put again.
struct Asked {
  // `may`, `is` or `what`, and the rest of it.
  std::string form;
  std::string question;
  std::optional<Date> on;
  std::optional<Date> known_at;
  std::string edition;
  std::vector<std::string> given;
  std::vector<std::string> readings;
  bool nothing_further = false;
  // What would flip the answer was looked for too.
  bool flips = false;
  // SHA-256 of the record's file, in hex; empty of a ledger.
  std::string record_hash;
};

struct Answer {
  Asked asked;
  Verdict verdict = Verdict::kUndecided;
  // "yes", "no", "27%", "between 0 and 5e25 flop".
  std::string value;
  std::string question;
  std::string sentence;
  Date on;
  std::optional<Date> known_at;
  std::string agreement_hash;
  // The last amendment of the edition that answered, or `original`; empty where there is none.
  std::string edition;
  std::string record;
  std::optional<LedgerName> ledger;
  std::vector<Assumption> assuming;
  std::vector<Citation> because;
  std::vector<Case> cases;
  // The cases are all there is, rather than what could be told.
  bool exact = true;
  // Where there is no power: the conditions of the clauses on which that turns.
  std::vector<std::string> turns_on;
  std::vector<Flip> flips;
  // The verdict stays this from the first day through the last; nothing where it always was or
  // will be, as far as is known.
  std::optional<Date> from;
  std::optional<Date> through;
  std::string from_cause;
  std::string through_cause;
  // Our readings on which it would end earlier if read otherwise, though not on the day asked.
  std::vector<std::string> through_readings;
  // Of an answer over all time: through which day what recurs was looked at, if anything does.
  std::optional<Date> scheduled_through;
  std::vector<std::string> notes;
  // The proof as an indented tree, and its size; empty where the answer has none.
  std::vector<std::string> proof;
  size_t proof_steps = 0;
  // For `undecided`: what could not be decided.
  std::string undecided_on;
};

// A stretch of days with one verdict, value or residual and one set of deciding clauses.
struct Segment {
  Date from;
  // Nothing: for good, as far as can be told.
  std::optional<Date> through;
  Verdict verdict = Verdict::kUndecided;
  std::string value;
  std::vector<std::string> clauses;
  std::vector<Case> cases;
  // Why it begins.
  std::string cause;
  // Our readings on which it would come out otherwise, on some day of it, if read otherwise.
  std::vector<std::string> readings;
};

// The one word that an answer or a stretch comes to: its verdict, or its value.
template <class Answered>
std::string WordFor(const Answered& a) {
  return a.verdict == Verdict::kValue ? a.value : std::string(NameOf(a.verdict));
}

// The stretch that holds on a day. Segments stand in order; the first reaches back to the
// beginning.
const Segment& SegmentOn(const std::vector<Segment>& segments, Date day);

// One clause's question over all time.
struct Lane {
  std::string label;
  std::string question;
  bool forbids = false;
  std::vector<Segment> segments;
};

// How an instance of a duty stands: the first that holds. `kLate` was done after its day.
enum class DutyState : uint8_t {
  kUndecided,
  kFulfilled,
  kLate,
  kOverdue,
  kPending,
  kDischarged,
  kSuspended
};
std::string_view NameOf(DutyState state);

// One instance of a duty, at the end of a day.
struct Owed {
  Citation clause;
  // `Alder must deliver a Report to Birch`.
  std::string says;
  std::string who;
  // The party to whom it is owed, where the sentence names one.
  std::string to;
  // How much is owed, and how much of it was done; empty where it is done as a whole.
  std::string amount;
  std::string part;
  DutyState state = DutyState::kUndecided;
  Date arose;
  // The entry it arose from; empty where it came with the agreement or a condition.
  std::string entry;
  // The last day on which it is done in time; else in words why there is none.
  std::optional<Date> due;
  std::string due_says;
  // When it was done, and the entry that says so.
  std::optional<Date> done;
  std::string done_by;
  // Readings on which it rests: `D`, or `D=2` where it was chosen for the answer.
  std::vector<std::string> readings;
  // What is open in whether it arose and by when it is due.
  std::vector<std::string> open;
};

// An entry of which it is open whether it happened, or what it says: contested, or withheld.
struct OpenEntry {
  std::string id;
  std::string kind;
  Date happened;
  // The duties that may arise from it or be performed by it.
  std::vector<std::string> clauses;
};

struct OwedList {
  std::string agreement_hash;
  std::string record;
  Date on;
  std::vector<Owed> owed;
  // What may be owed, or no longer be, besides.
  std::vector<OpenEntry> unsettled;
  // Recorded acts that were counted for nothing since it is not known what they were done with.
  std::vector<std::string> notes;
};

// From a day on, the same question comes out otherwise.
struct Change {
  std::string label;
  std::string question;
  Date from;
  // Nothing: for good, as far as can be told.
  std::optional<Date> through;
  Segment before;
  Segment after;
};

// The answers about days before it was recorded that an entry of a ledger changed.
struct Overturned {
  std::string entry;
  std::string says;
  Date recorded;
  std::vector<Change> changes;
};

// What one supposition changes, and what speaks of it and stays.
struct Comparison {
  std::vector<std::string> supposed;
  std::vector<Change> changes;
  struct Same {
    std::string label;
    std::string question;
    Segment is;
    // Since when it has been so, where that was not always.
    std::string since;
  };
  std::vector<Same> same;
  // Where it ends the agreement on another day: the last day on which that is then in force, and
  // what the clauses that survive say from then on.
  std::optional<Date> ends;
  std::vector<Same> survives;
  size_t questions = 0;
};

// A power to make a notice, and the last days on which making it still does to the term what it
// does.
struct Power {
  std::string label;
  // `Dialog give a Non-Renewal`.
  std::string question;
  std::string who;
  // Whether it is open, over the days asked about.
  std::vector<Segment> segments;
  struct Deadline {
    Date last;
    // The last day of the agreement if it is made by then, and if later; nothing where it goes on.
    std::optional<Date> in_time;
    std::optional<Date> late;
    // By channel: the last day on which to send it, so that it is given on the last day.
    std::vector<std::pair<std::string, Date>> sent = {};
  };
  std::vector<Deadline> deadlines;
};

// What became of a recorded notice.
struct NoticeCheck {
  std::string agreement_hash;
  std::string record;
  std::string entry;
  // `Non-Renewal by Dialog`.
  std::string says;
  // When and how it was sent; no channel where the entry says when it was given.
  Date sent;
  std::string channel;
  // The clause that says when it counts as given, and when; nothing where it never does.
  std::string table;
  std::vector<std::string> channels;
  std::optional<Date> given;
  // Where it was never given, or that is open, why.
  std::string why_not;
  // Whether there was the power to make it just before, and the clauses on which that rests.
  Verdict power = Verdict::kUndecided;
  std::vector<Citation> because;
  // The last day of the agreement without and with it, where the agreement has a term.
  bool has_term = false;
  std::optional<Date> ends_without;
  std::optional<Date> ends_with;
  // The last day before it on which it would have ended the agreement sooner.
  std::optional<Power::Deadline> missed;
};

// How a notice stands that was made about another.
inline constexpr std::string_view kCounts = "counts";
inline constexpr std::string_view kNoEffect = "no effect";
inline constexpr std::string_view kNotGiven = "not given";
inline constexpr std::string_view kContestedNotice = "contested";
inline constexpr std::string_view kUndecidedNotice = "undecided";

// A notice that others decide on by notices of their own, and how far they are.
struct Proceeding {
  std::string agreement_hash;
  std::string record;
  std::optional<LedgerName> ledger;
  Date on;
  // The notice: `Declaration by OpenAI`, the day from which it counts, and what it names as proof.
  std::string entry;
  std::string says;
  Date given;
  std::string evidence;
  // Whether there was the power to make it.
  Verdict power = Verdict::kUndecided;
  // A notice about it that was made.
  struct Made {
    std::string entry;
    std::string by;
    Date given;
    // Where it says so: its words, and what it names as proof.
    std::string source;
    std::string evidence;
    // `counts`, `no effect`, `not given`, `contested` or `undecided`; and for those without effect
    // the clauses by which, and the conditions of theirs on which it turned.
    std::string standing;
    std::vector<std::string> clauses;
    std::vector<std::string> why;
  };
  // A kind of notice about it: who may make it by which clauses, who has, who may now.
  struct Step {
    std::string notice;
    std::vector<Citation> clauses;
    std::vector<std::string> makers;
    std::vector<Made> made;
    struct Turn {
      std::string who;
      Verdict may = Verdict::kUndecided;
      std::vector<std::string> clauses;
      // Who may not: the conditions on which that turns.
      std::vector<std::string> why;
    };
    std::vector<Turn> turns;
    // The sentence gives the power to whoever is of a kind, be it one or several.
    bool of_a_kind = false;
    // One alone makes it, and the text hangs something on it: it closes the matter.
    bool closes = false;
    bool by_several() const { return of_a_kind || makers.size() > 1; }
    // It counts only if it reveals what was sealed before.
    bool sealed = false;
    // How many makers have made one that counts.
    size_t counted() const;
  };
  std::vector<Step> steps;
  std::vector<std::string> notes;
  // The step that closes it and was taken with effect; null while there is none.
  const Step* decided() const;
};

struct PowerList {
  std::string agreement_hash;
  std::string record;
  Date from;
  Date to;
  std::vector<Power> powers;
};

// A clause as one edition has it, and when it is the text.
struct ClauseVersion {
  Citation clause;
  // What wrote it: `replaced by V4 of 27 April 2026`, `original`.
  std::string by;
  // Amendments that came later and restate it, and those that do not speak of it.
  std::vector<std::string> restated_by;
  std::vector<std::string> silent;
  struct Stretch {
    // Nothing: always was, or for good.
    std::optional<Date> from;
    std::optional<Date> through;
    // It is the text only if these hold: a draft adopted, a report taken for true.
    std::vector<std::string> conditions;
  };
  std::vector<Stretch> stretches;
};
// "from 1 May 2026 through 31 May 2026, if amendment 3 is adopted".
std::string WordsFor(const ClauseVersion::Stretch& stretch);

// The text as it stands on a day, and the files it comes from.
struct Document {
  std::string title;
  Date on;
  std::string edition;
  std::string agreement_hash;
  struct Clause {
    Citation text;
    std::string by;
    std::string section;
    // As it stands in the file, in Markdown.
    std::string prose;
    // Wordings of the clause that are not the text on that day.
    std::vector<ClauseVersion> others;
  };
  std::vector<Clause> clauses;
  std::vector<std::pair<std::string, std::string>> files;
};

// How a clause differs between two editions. Runs of words stand in both, in the older alone (-) or
// in the newer alone (+).
struct ClauseChange {
  std::string label;
  std::string change;
  std::string by;
  Citation before;
  Citation after;
  std::vector<std::pair<char, std::string>> words;
};

// What became of an agreement between two editions.
struct EditionDiff {
  std::string older;
  std::string newer;
  // The day on which both texts are read, and that from which outcomes are compared.
  Date on;
  Date from;
  std::vector<ClauseChange> clauses;
  std::vector<Change> outcomes;
  size_t questions = 0;
};

// Each question by stage: what has happened by then, and what the answer is.
struct Stages {
  std::vector<std::string> stages;
  struct Row {
    std::string label;
    std::string question;
    std::vector<Segment> at;
  };
  std::vector<Row> rows;
};

// An act or notice: what may be said of it, what decides, and every rule on it, strongest first.
struct Rulebook {
  std::string act;
  // As it was declared: `serve (Product) on (Cloud) for (Customer)`.
  std::string phrase;
  // What the clauses test: "the Product: whether it is an API Product".
  std::vector<std::string> decides;
  struct Line {
    Citation citation;
    bool allows = false;
    // One of several ways in which the clause reads.
    bool outside = false;
  };
  std::vector<Line> lines;
  // Nothing closes it: what no clause speaks of is silent.
  bool silent_otherwise = true;
};

// One clause: its words, what they are asked as, how that comes out on a day.
struct ClauseView {
  Citation citation;
  // No version of it is the text on the day asked about.
  bool gone = false;
  std::string section;
  std::vector<std::string> readings;
  std::vector<std::string> open_points;
  std::vector<std::string> over;
  std::vector<std::string> yields_to;
  std::optional<Date> on;
  // Questions it raises and their answer on that day.
  std::vector<std::pair<std::string, Segment>> norms;
};

// Something not settled that an answer turns on.
struct OpenPoint {
  std::string what;
  // "undisclosed", "fact", "reading", "future", ...
  std::string kind;
  // Who can settle it, and how.
  std::string settled_by;
  // The clauses whose questions turn on it; for one question, none.
  std::vector<std::string> clauses;
};

// What the other side would read, and what follows.
struct Argument {
  std::string reading;
  std::string alternative;
  std::string outcome;
  // Why ours stands first.
  std::string against;
  // Other questions that come out otherwise on that reading.
  std::vector<std::string> also;
};

// One stretch of a number and how the question comes out in it. Both ends belong to it where they
// are given and `from_open` is not set.
struct Interval {
  // Of what is no amount and no day: who or what is meant, and then there are no ends.
  std::string item;
  std::optional<std::string> from;
  std::optional<std::string> through;
  bool from_open = false;
  bool through_open = false;
  Verdict verdict = Verdict::kUndecided;
  std::vector<std::string> clauses;
};

// A recorded act that was forbidden, may have been, or had no effect.
struct Irregularity {
  std::string entry;
  Date happened;
  std::string what;
  // "forbidden", "depends", "conflict", "no effect", "not given", "open".
  std::string finding;
  std::vector<std::string> clauses;
};

struct AuditReport {
  std::string record;
  std::vector<Irregularity> entries;
  // What was left out of the record, and why.
  std::vector<std::string> notes;
};

// Each sentence of the prose and what became of it.
struct Coverage {
  struct Passage {
    std::string where;
    std::string heading;
    std::string text;
    // "encoded" (by `clauses`), "not disclosed" (it says so itself), "unmatched" (none of the
    // clauses beside it shares a word or a figure with it), "words" (declarations only), "read"
    // (clauses that are not evaluated yet), "not modelled" (by decision, with its reason in the
    // text), "missed" (no block stands beside it).
    std::string status;
    std::vector<std::string> clauses;
    // For one question: the words that both speak of.
    std::vector<std::string> shares;
  };
  std::vector<Passage> passages;
};

// A clause as the program has it, in words that are not those of the block.
struct Readback {
  Citation citation;
  struct Rule {
    // The sentence without its conditions, and those, each with its own `if`, `from`, `until`.
    std::string says;
    std::vector<std::string> when;
    // The clauses it prevails over.
    std::vector<std::string> over;
    std::string reading;
  };
  std::vector<Rule> rules;
  // What the clause leaves open, with its bounds.
  std::vector<std::string> open;
};

}  // namespace entente::eval
