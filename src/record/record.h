// src/record/record.h: what happened, entry by entry, as it was written down.
//
// An entry says what, by whom, when it happened, when it became known and on what evidence. Facts,
// declarations, findings, disclosures, settlements, corrections and closing marks are all entries.
// Nothing else is stored: every state is derived. This folder knows no agreement; whether a kind
// of entry means anything is found when the record meets a program.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diag/finding.h"
#include "values/position.h"

namespace entente::record {

// More entries are refused with `too-many-entries`.
inline constexpr size_t kEntriesMax = 1'000'000;
// Of an entry of a ledger: what a position has room for.
inline constexpr uint32_t kNumberMax = (1u << Position::kSequenceBits) - 2 - kEntriesMax;

struct Field {
  std::string name;
  // Numbers and dates as their text, so that no digit is lost on the way.
  std::string value;
};

struct Entry {
  std::string id;
  std::string kind;
  std::string by;
  // Position of the day and, if given, second; its sequence number is its place in the record.
  Position happened;
  // Nobody wrote down the time of day.
  bool undated_time = true;
  Date known;
  std::vector<Field> fields;
  std::string source;
  std::string evidence;
  // Contested entries are on record and settle nothing.
  bool contested = false;
  // Of contested ones, why no word of anybody else's is needed: its values were withheld, or it was
  // signed with a stolen key.
  bool withheld = false;
  bool forged = false;
  // Of a ledger: the day on which it was recorded there, and its number.
  std::optional<Date> recorded = {};
  std::optional<uint32_t> number = {};
  // Who signed it, the author first; empty in a record that nobody signed.
  std::vector<std::string> signers;
  // Put by a question, not recorded.
  bool hypothetical = false;
  source::Span at;

  // Nothing when there is no such field.
  const std::string* Find(std::string_view name) const;
};

// The kinds that every agreement has.
inline constexpr std::string_view kThing = "Thing";  // name, is: a named thing and its kinds
inline constexpr std::string_view kEstablish = "Establish";  // fact, is: settles a fact
inline constexpr std::string_view kFinding = "Finding";      // judgement, is: by whoever judges
inline constexpr std::string_view kDisclose = "Disclose";    // term, is: an undisclosed term
inline constexpr std::string_view kSettle = "Settle";        // reading, as: by all parties
inline constexpr std::string_view kClose = "Close";          // kinds, through: a closing mark
inline constexpr std::string_view kCorrect = "Correct";      // entry and the fields to replace
bool IsBuiltInKind(std::string_view kind);
// A field that every notice can have: how it was sent. It then happened when it was sent.
inline constexpr std::string_view kChannel = "channel";
// The field that names the earlier entry which a notice is about.
inline constexpr std::string_view kOf = "of";

// The entries in the order of the record.
class Record {
 public:
  // Adds `entry` when it breaks no rule of order: ids are unique, nothing is known before it
  // happened or earlier than the entry before, corrections name an entry above. Otherwise adds
  // findings and nothing else.
  void Admit(Entry entry, diag::Findings& findings);

  const std::vector<Entry>& entries() const { return entries_; }

  // What was known at the end of `known`: the longest prefix whose `known` is not later, with the
  // corrections in it applied, each to the entry it names, the last winning.
  // The span is into the record itself where nothing was corrected, else into `corrected`. No
  // correction changes an entry that `stays`.
  std::span<const Entry> KnownAt(std::optional<Date> known, std::vector<Entry>& corrected,
                                 const std::function<bool(const Entry&)>& stays) const;

 private:
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> places_;
};

}  // namespace entente::record
