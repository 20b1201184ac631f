// src/service/ask.h: the use cases: load an agreement, put a question, test the asks in the text.
#pragma once

#include <functional>
#include <memory>

#include "check/question.h"
#include "eval/answer.h"
#include "eval/timeline/timeline.h"
#include "proof/proof.h"
#include "record/record.h"
#include "syntax/format.h"

namespace entente::service {

// An agreement and a record as they were read.
struct Snapshot {
  source::Files files;
  check::Agreement agreement;
  record::Record record;
  // Of text and record; notes included.
  diag::Findings findings;
  std::string agreement_hash;
  std::string record_name;
  // SHA-256 of its file, in hex; empty where there is none.
  std::string record_hash;
  std::optional<eval::LedgerName> ledger;
  // What every answer has to say of the record: what in it is contested, withheld or left out.
  std::vector<std::string> record_notes;
  // The agreement's files: its own and those of its annexes, in the order in which they are read.
  std::vector<source::FileId> texts;
};

// The text of an annex, by its path as the agreement's own folder is left: `annexes/prices.md`.
// Nothing where there is no such file.
using ReadAnnex = std::function<std::optional<std::string>(const std::string& path)>;

// Annexes of one agreement, those of annexes included.
inline constexpr size_t kAnnexesMax = 64;

// Reads an agreement, and each `annex "FILE"` it names in the place where it is named. Always
// returns a snapshot; whether questions can be put to it is `findings.any_error()`.
std::unique_ptr<Snapshot> Load(std::string name, std::string text, const ReadAnnex& annexes = {});
// Adds to the findings what the snapshot's record says that its agreement does not know.
void MeetRecord(Snapshot& snapshot);

struct AskOptions {
  std::optional<Date> on;
  // The day for questions that name none, of an agreement that does not say when it takes effect.
  std::optional<Date> today;
  std::optional<Date> known_at;
  // The last amendment that is taken in, or `original`; empty: all that were adopted.
  std::string edition;
  std::vector<std::string> given;
  // "A01=2", "A01=open", "open".
  std::vector<std::string> readings;
  bool nothing_further = false;
  bool without_record = false;
  // Look for what would flip the answer; costs several evaluations.
  bool flips = false;
  // Look whether entries of one day in another order would change it; as costly.
  bool order = true;
  // Write the proof out as lines. It is built and checked either way.
  bool proof_lines = false;
};

struct AskResult {
  std::optional<eval::Answer> answer;
  // For `when`.
  std::vector<eval::Segment> segments;
  diag::Findings findings;
};

// The day that a question which names none is about.
Date DayUnlessNamed(const check::Agreement& agreement, const AskOptions& options);

// Puts one question. The snapshot is not changed but for the question's text among its files.
AskResult Ask(Snapshot& snapshot, check::Form form, std::string question,
              const AskOptions& options);
// The same over all time.
AskResult When(Snapshot& snapshot, check::Form form, std::string question,
               const AskOptions& options);

// A text set by syntax::Format, and whether it is known to mean the same: both were compiled, and
// their programs, clauses and asks are equal.
struct Reformatted {
  std::string text;
  std::vector<syntax::Correction> corrections;
  bool same_meaning = false;
};
Reformatted Format(const std::string& name, const std::string& text, const ReadAnnex& annexes = {});

// Adds findings on what the clauses say together: clashes that no order settles, with a case, and
// grants swallowed by longer ones, powers never open, exceptions that except nothing.
void FindClashes(Snapshot& snapshot);

// Adds findings on the `ask`s in the text that cannot be put, and the `entry`s above them.
void ReadAsks(Snapshot& snapshot);

// Draws every term that takes no argument over all time; returns how many pieces there are.
size_t DrawClosedTerms(Snapshot& snapshot);

struct TestOutcome {
  std::string where;
  std::string question;
  std::string expected;
  std::string got;
  bool passed = false;
  // Clauses that decided it.
  std::vector<std::string> clauses;
};

// Every `ask` in the text that has an `expect`.
std::vector<TestOutcome> RunAsks(Snapshot& snapshot);

}  // namespace entente::service
