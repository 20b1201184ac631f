#include "service/import.h"

#include <algorithm>
#include <tuple>

#include "service/ledger.h"

namespace entente::service {

namespace {

// The field by which an entry refers to another; those of other names are values.
bool Refers(const record::Entry& entry, const record::Field& field) {
  return field.name == record::kOf || (entry.kind == record::kCorrect && field.name == "entry");
}

std::string Two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// What two entries have in common that say the same.
using Same =
    std::tuple<std::string, std::string, Date, std::vector<std::pair<std::string, std::string>>>;

Same SameOf(const record::Entry& entry) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const record::Field& field : entry.fields) {
    if (field.name != record::kOf && field.name != "entry")
      values.emplace_back(field.name, field.value);
  }
  std::ranges::sort(values);
  // Whoever signs a correction need not be who made the entry.
  return {entry.kind, entry.kind == record::kCorrect ? "" : entry.by, entry.happened.date(),
          std::move(values)};
}

}  // namespace

const std::string* CorrectedBy(const record::Entry& entry) {
  return entry.kind == record::kCorrect ? entry.Find("entry") : nullptr;
}

ledger::Draft DraftOf(const record::Entry& entry, const std::string& author, bool in_clear,
                      const std::map<std::string, Became>& became) {
  EntryDraft said;
  said.kind = entry.kind;
  if (entry.by != author) said.by = entry.by;
  said.happened = ToText(entry.happened.date());
  if (!entry.undated_time) {
    const int second = entry.happened.second();
    said.happened +=
        "T" + Two(second / 3600) + ":" + Two(second / 60 % 60) + ":" + Two(second % 60);
  }
  said.source = entry.source;
  said.evidence = entry.evidence;
  said.in_clear = in_clear;
  const Became* corrected = nullptr;
  for (const record::Field& field : entry.fields) {
    const auto other = Refers(entry, field) ? became.find(field.value) : became.end();
    if (other == became.end()) {
      said.fields.emplace_back(field.name, field.value);
    } else if (field.name == record::kOf) {
      said.fields.emplace_back(field.name, EntryId(other->second.index));
    } else {
      corrected = &other->second;
    }
  }
  ledger::Draft draft = DraftOf(said);
  if (corrected != nullptr) {
    draft.kind = ledger::kCorrect;
    draft.body = ledger::Json::Object{{"entry", corrected->index},
                                      {"fields", *draft.body.Find(ledger::kFields)},
                                      {"leaf", Hex(corrected->leaf)}};
  }
  return draft;
}

std::vector<std::string> HeldAlready(const record::Record& record, const record::Record& held) {
  std::map<Same, const record::Entry*> there;
  for (const record::Entry& entry : held.entries()) there.try_emplace(SameOf(entry), &entry);
  std::vector<std::string> out;
  for (const record::Entry& entry : record.entries()) {
    if (const auto same = there.find(SameOf(entry)); same != there.end())
      out.push_back(entry.id + " as " + same->second->id);
  }
  return out;
}

}  // namespace entente::service
