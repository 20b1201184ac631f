// src/check/agreement.h: an agreement as compiled: its program, its vocabulary, its clauses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/lower.h"
#include "ir/program.h"
#include "syntax/tree.h"

namespace entente::check {

// A part of an act's phrase after the verb: `on (Cloud)`, or words alone.
struct Part {
  std::vector<std::string> words;
  Symbol field;
  ir::KindId kind;
  bool words_only = false;
};

// Conduct: `serve (Product) on (Cloud) for (Customer)`.
struct Act {
  std::string name;
  std::vector<std::string> verb;
  std::vector<Part> parts;
  ir::EventTypeId type;
  ir::TermId allowed;
  ir::TermId required;
  // `act engage (Supplier) is a way to enable (Supplier)`: the index of the act that what is said
  // of reaches this one too, and for each of its parts the part here that stands for it.
  std::optional<uint32_t> way_to;
  std::vector<size_t> way_parts;
  source::Span at;
};

// `notice Verification of Declaration`, or an event that merely happens.
struct EventName {
  std::string name;
  ir::EventTypeId type;
  // The event it is of, if any.
  ir::EventTypeId of;
  bool notice = false;
  ir::TermId can;
  ir::TermId allowed;
  // `AGI happens on a Verification`: the moment of its first occurrence.
  ir::TermId alias_first;
  // `a Declaration stands until its Rejection`.
  ir::TermId stands;
  // When one ends, for each reading of that sentence; of the entry in slot 1.
  std::vector<std::pair<ir::NodeId, ir::NodeId>> ends;
  // What counts as one though nobody gave it, by whose silence. Each event holds, as the end of a
  // window does, the fields of what went unanswered.
  struct Counted {
    ir::NodeId events;
    ThingId by;
    // The ends of the time to answer; whether the sentence applies; and of an end, in slot 1,
    // whether it does and there was no answer.
    ir::NodeId ends;
    ir::TermId applies;
    ir::NodeId silent;
  };
  std::vector<Counted> counted;
  // Whether some node has been made of its occurrences.
  bool spoken_of = false;
  source::Span at;
};

// A predicate: words with slots, the subject first. `(Training Run) uses (IP)`.
struct FactName {
  std::vector<std::string> words;  // "" is a slot
  std::vector<ir::KindId> kinds;
  source::Span at;
};

// A stretch of time that comes again and again, counted from one of its starts: the calendar's
// months, quarters and years, and what `period Fiscal Year of Microsoft is each 12 months from 1
// July 2025` declares.
struct Period {
  std::string name;
  Duration length;
  Date from;
  source::Span at;

  // Where the one with this number begins, 0 being that which begins on `from`; never past the
  // calendar's end or before its beginning.
  Position StartOf(int64_t number) const;
  // The number of the one that a day lies in; nothing where it would begin before the calendar.
  std::optional<int64_t> NumberOn(Date day) const;
};
inline constexpr uint32_t kMonth = 0, kQuarter = 1, kYear = 2;

// `calendar London, published through 2027: 25 December 2026, 28 December 2026`.
struct CalendarName {
  std::string name;
  DurationUnit unit;
  source::Span at;
};

// A window or a named moment: `window Offer Period is 30 days after an Offer`.
struct Stretch {
  std::string name;
  source::Span at;
  // Of a window that opens with each event of a list: the list, the kind of event, how long it
  // stays open, and the list of its ends.
  ir::NodeId opens;
  uint32_t event = 0;
  ir::NodeId length;
  ir::NodeId ends;
  // Else from when to when; a named moment has no `to`.
  ir::NodeId from, to;
  // Whether the window is open.
  ir::NodeId open;
};

struct NumberName {
  std::string name;
  ir::Type type;
  ir::KindId owner;
  // `in a quarter`: the term takes the start and the end of one.
  std::optional<uint32_t> period;
  // `number Amount of (Sale), USD`: a field of each such event, and no term.
  ir::EventTypeId event;
  Symbol field;
  ir::TermId term;
  bool defined = false;
  source::Span at;
};

struct Reading {
  std::string id;
  ir::PointId point;
  std::vector<source::Span> places;
  std::string about;
  // Where it is explained.
  source::Span at;
  // Its alternatives at each place, which differ in their words.
  std::vector<std::vector<std::string>> words = {};
};

// A clause as one edition of the text has it; others of the same number may stand beside it.
struct Clause {
  std::string label;
  source::Span sentence;
  source::Span prose;
  source::Span heading;
  // `note` texts and whether nothing is computed from it.
  bool evaluated = true;
  // The amendment that wrote it, by its place in the chain; nothing for the original text.
  std::optional<uint32_t> amendment = {};
  // Whether it is the text, as a truth over time.
  ir::NodeId in_force = {};
};

// One thing that an amendment does to the text.
struct Edit {
  enum class Kind : uint8_t { kReplace, kInsert, kStrike, kReword, kRestate, kSettle };
  Kind kind;
  // The clause, or the reading that is settled.
  std::string label;
  source::Span at;
};
std::string_view NameOf(Edit::Kind kind);

// A dated list of edits to the text (decision 0009). Amendments stand in the order in which they
// were adopted.
struct Amendment {
  enum class Standing : uint8_t { kAdopted, kDraft, kReported, kNotBinding };
  std::string id;
  std::string title;
  Standing standing = Standing::kAdopted;
  // Nothing for a draft.
  std::optional<Date> adopted;
  // Its first day, nothing where it reaches back to the beginning; its last, nothing where it
  // stays.
  std::optional<Date> from;
  std::optional<Date> through;
  // Whether it was adopted, and for a report the reading on which it is taken for true.
  ir::PointId point;
  ir::PointId taken;
  // Whether its text is in force, as a truth over time.
  ir::NodeId in_force;
  std::vector<Edit> edits;
  // Readings that it settles, and as which alternative.
  std::vector<std::pair<ir::PointId, Value>> settles;
  source::Span at;
};

// What one clause says of one act, as the question one would put about it:
// `OpenAI serve an API Product on a Cloud other than Azure`.
struct Norm {
  std::string label;
  std::vector<syntax::Token> question;
  bool forbids = false;
  source::Span at;
  // Which of the acts or notices of its sentence it speaks of.
  size_t which = 0;
};

// What one who is named owes under a clause, through certain acts (decision 0008). All nodes are
// closed but for slot 1, which holds the event that an instance of the duty arose from.
struct Duty {
  static constexpr int kSlot = 1;
  std::string label;
  // Who owes it: one party or role that the sentence names.
  ThingId bearer;
  // To whom, where the act names a party.
  ThingId to;
  // What performs it: any of these; and the list of such acts, whether anything is owed or not.
  std::vector<ir::EventTypeId> acts;
  ir::NodeId performing;
  // Of a duty of so much (`must pay $500`) the field of an act that says how much of it was done.
  // Then acts count by their amounts, in parts or together.
  Symbol measure;
  // Events: acts that fit, or what discharges, made while something is owed, oldest first.
  ir::NodeId performed;
  // Whether something is owed.
  ir::TermId owed;

  // A version of the sentence. The instances of all share what was performed, the oldest first.
  struct Wording {
    // `Alder must deliver a Report to Birch`.
    std::string says;
    // Whether the conditions of the sentence hold.
    ir::TermId applies;
    ir::NodeId arises;  // events: an instance each
    ir::NodeId due;     // the moment from which it is overdue, read just before it arises; or never
    // How much is owed, read just before it arises; nothing where it is done as a whole.
    ir::NodeId amount;
    // The one kind of event that it arises from, if it does: an index of Agreement::events.
    std::optional<uint32_t> of;
    // Of what is due promptly: whether somebody found that enough time has passed.
    ir::NodeId not_prompt;
    // Whether this is the first day of a period in which it recurs, at whose end it arises.
    ir::NodeId arises_today;
    source::Span at;
  };
  std::vector<Wording> wordings;
};

// How much of a duty was done through `through` and the moment asked about, how much has arisen,
// and how much has fallen due, or did so `ago`: amounts, or numbers of instances. Functions of
// duties.cpp.
ir::NodeId Done(ir::Program& program, const Duty& duty, Position through = kNever);
ir::NodeId Arisen(ir::Program& program, const Duty& duty);
ir::NodeId FallenDue(ir::Program& program, const Duty& duty, ir::NodeId ago = {});

// Whether something is overdue under a clause: the term that says so, once some sentence of the
// clause makes a duty of it, and where the text first asks.
struct Overdue {
  ir::TermId term;
  bool defined = false;
  source::Span asked;
  // Whether the clause is suspended, where something can suspend it.
  ir::NodeId suspended;
  // While the text is read: the terms for `has been overdue for LENGTH`, which `complete` ends.
  std::vector<std::pair<ir::NodeId, ir::TermId>> for_long = {};
  bool complete = false;
};

// `ask …`, the `expect …` under it, and the `entry …` statements above it in its block.
struct Ask {
  std::vector<std::vector<syntax::Token>> entries;
  std::vector<syntax::Token> question;
  std::vector<syntax::Token> expected;
  source::Span at;
  source::Span expected_at;
  // The amendment it stands in, which is the last that it is asked of; nothing for the original.
  std::optional<uint32_t> amendment = {};
};

struct Agreement {
  std::string title;
  ir::Program program;
  std::vector<Act> acts;
  std::vector<EventName> events;
  std::vector<FactName> facts;
  std::vector<NumberName> numbers;
  std::vector<Period> periods;
  std::vector<CalendarName> calendars;
  std::vector<Stretch> stretches;
  eval::NoticeRule notices;
  std::vector<Reading> readings;
  std::vector<Clause> clauses;
  std::vector<Amendment> amendments;
  // In the order of the text; of readings, the first in which the clause stands.
  std::vector<Norm> norms;
  std::vector<Duty> duties;
  // By clause, of those that may state a duty.
  std::map<std::string, Overdue, std::less<>> overdue;
  std::vector<Ask> asks;
  // Points by the words of their predicate or the id of their bracket.
  std::map<std::string, ir::PointId, std::less<>> points;
  ir::KindId party_kind;
  // The moment at which the term ends, where the agreement has one.
  ir::TermId term_end;
  // The clauses that outlive it, with all under them.
  std::vector<std::string> survive;
  ir::PointId made;
  std::vector<ThingId> parties;

  // The first of its number, or the one that `at` lies in.
  const Clause* FindClause(std::string_view label, source::Span at = {}) const;
  const EventName* FindEvent(ir::EventTypeId type) const;
  // The event that silence counts as, and how, where `is_it` says so of it; or nothing, twice.
  template <class Is>
  std::pair<const EventName*, const EventName::Counted*> FindCounted(Is&& is_it) const {
    for (const EventName& event : events) {
      for (const EventName::Counted& counted : event.counted) {
        if (is_it(counted)) return {&event, &counted};
      }
    }
    return {nullptr, nullptr};
  }
};

// Takes back, when it goes out of scope, what a question adds to an agreement: the things it
// describes, its nodes, the names and points it brings. Costs a copy of the list of things.
class Scratch {
 public:
  explicit Scratch(Agreement& agreement) : agreement_(agreement), mark_(agreement.program.Here()) {}
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  Agreement& agreement_;
  ir::Program::Mark mark_;
};

// Whether `label` is `under`, or stands under it: 4.1(b) under 4.1 under 4.
bool StandsUnder(std::string_view label, std::string_view under);

// Whether one clause number comes before another: 2.10 behind 2.9, 4.1(b) behind 4.1.
bool NumberedBefore(std::string_view a, std::string_view b);

// Compiles a parsed agreement. Always returns a program that evaluates: what could not be read is
// left out and named in `findings`.
// Clauses that an amendment words anew are put together as texts of their own, added to `files`.
Agreement Compile(source::Files& files, syntax::Tree tree, diag::Findings& findings);

}  // namespace entente::check
