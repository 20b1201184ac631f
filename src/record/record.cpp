#include "record/record.h"

#include <algorithm>

#include "base/words.h"

namespace entente::record {

using diag::FindingKind;

const std::string* Entry::Find(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

bool IsBuiltInKind(std::string_view kind) {
  return kind == kThing || kind == kEstablish || kind == kFinding || kind == kDisclose ||
         kind == kSettle || kind == kClose || kind == kCorrect;
}

void Record::Admit(Entry entry, diag::Findings& findings) {
  if (entries_.size() >= kEntriesMax) {
    findings.Add({.kind = FindingKind::kTooManyEntries,
                  .at = entry.at,
                  .message = "the record has more than " + std::to_string(kEntriesMax) + " entries",
                  .help = "split the record by period"});
    return;
  }
  if (const auto earlier = places_.find(entry.id); earlier != places_.end()) {
    findings.Add(
        {.kind = FindingKind::kDuplicateEntry,
         .at = entry.at,
         .message = "two entries have the id " + Quoted(entry.id),
         .labels = {{entry.at, "again here"}, {entries_[earlier->second].at, "first here"}},
         .help = "give the later entry an id of its own; to change an entry, add one of "
                 "kind `Correct`"});
    return;
  }
  if (entry.known < entry.happened.date()) {
    findings.Add(
        {.kind = FindingKind::kKnownTooEarly,
         .at = entry.at,
         .message = "entry " + Quoted(entry.id) + " is known on " + ToText(entry.known) +
                    ", before it happened on " + ToText(entry.happened.date()),
         .help = "`known` is the day it was recorded; it cannot be earlier than `happened`"});
    return;
  }
  if (!entries_.empty() && entry.known < entries_.back().known) {
    findings.Add({.kind = FindingKind::kKnownOutOfOrder,
                  .at = entry.at,
                  .message = "entry " + Quoted(entry.id) + " is known on " + ToText(entry.known) +
                             ", earlier than the entry before it (" +
                             ToText(entries_.back().known) + ")",
                  .help = "add entries at the end, in the order in which they became known"});
    return;
  }
  if (entry.kind == kCorrect) {
    const std::string* corrected = entry.Find("entry");
    if (corrected == nullptr || !places_.contains(*corrected)) {
      findings.Add({.kind = FindingKind::kNoSuchEntry,
                    .at = entry.at,
                    .message = "no entry " + Quoted(corrected ? *corrected : "") +
                               " stands above this correction",
                    .help = "name the corrected entry by its id in the field `entry`"});
      return;
    }
  }
  // Place in the record, or number in the ledger, breaks ties of one second; 0 is left to what is
  // scheduled.
  entry.happened.value += entry.number.value_or(static_cast<uint32_t>(entries_.size())) + 1;
  places_.emplace(entry.id, entries_.size());
  entries_.push_back(std::move(entry));
}

std::span<const Entry> Record::KnownAt(std::optional<Date> known, std::vector<Entry>& corrected,
                                       const std::function<bool(const Entry&)>& stays) const {
  size_t count = entries_.size();
  if (known) {
    count = static_cast<size_t>(
        std::partition_point(entries_.begin(), entries_.end(),
                             [&](const Entry& e) { return e.known <= *known; }) -
        entries_.begin());
  }
  const std::span<const Entry> prefix(entries_.data(), count);
  if (std::none_of(prefix.begin(), prefix.end(),
                   [](const Entry& e) { return e.kind == kCorrect; })) {
    return prefix;
  }
  std::vector<Entry>& out = corrected;
  out.assign(prefix.begin(), prefix.end());
  for (size_t i = 0; i < count; ++i) {
    if (out[i].kind != kCorrect || out[i].contested) continue;
    Entry& target = out[places_.at(*out[i].Find("entry"))];
    if (stays(target)) continue;
    for (const Field& field : out[i].fields) {
      if (field.name == "entry") continue;
      if (field.name == "happened") {
        if (const auto date = ParseDate(field.value)) {
          target.happened = {Position::StartOf(*date).value + target.happened.sequence()};
        }
        continue;
      }
      if (field.name == "by") {
        target.by = field.value;
        continue;
      }
      const auto same = std::find_if(target.fields.begin(), target.fields.end(),
                                     [&](const Field& f) { return f.name == field.name; });
      if (same != target.fields.end()) {
        same->value = field.value;
      } else {
        target.fields.push_back(field);
      }
    }
  }
  return out;
}

}  // namespace entente::record
