#include "eval/seals.h"

#include "base/digest.h"
#include "record/seal.h"

namespace entente::eval {

namespace {

bool IsSalt(const std::string* text) {
  const auto bytes = text == nullptr ? std::nullopt : FromHex(*text);
  return bytes && bytes->size() == record::kSealSaltBytes;
}

}  // namespace

bool Seals::IsOfSeal(const NoticeRule& rule, ir::EventTypeId type, std::string_view field) {
  if (field == record::kSeal) return rule.Seals(type) != nullptr;
  return (field == record::kReveals || field == record::kSalt) && rule.SealingOf(type) != nullptr;
}

Seals::Heard Seals::Hear(const record::Entry& entry, ir::EventTypeId type,
                         const std::string& about) {
  if (rule_.Seals(type) != nullptr) return Sealed(entry, type, about);
  const NoticeRule::Sealing* sealing = rule_.SealingOf(type);
  // What is withheld of it leaves it open anyway.
  return sealing == nullptr || entry.withheld ? Heard{} : Revealed(entry, *sealing, about);
}

Seals::Heard Seals::Sealed(const record::Entry& entry, ir::EventTypeId type,
                           const std::string& about) {
  const std::string* of = entry.Find(record::kOf);
  if (entry.withheld) {
    withheld_.try_emplace({type.index, entry.by, of == nullptr ? "" : *of},
                          entry.happened.sequence());
    return {};
  }
  // Of an envelope in a record that nobody signed, whoever keeps the record vouches.
  const std::string* seal = entry.Find(record::kSeal);
  if (seal == nullptr ? !entry.signers.empty() : !FromHex(*seal) || seal->size() != 64) {
    return {
        Outcome::kNot, "it states no seal",
        "write the 64 digits of the hash in the field `seal`; `entente declare seal` makes one"};
  }
  if (seal != nullptr && of == nullptr) {
    return {Outcome::kNot, "it does not say what it is about",
            "name the entry in the field `of`, as `entente declare seal` does"};
  }
  first_.try_emplace({type.index, entry.by, about}, &entry);
  return {};
}

Seals::Heard Seals::Revealed(const record::Entry& entry, const NoticeRule::Sealing& sealing,
                             const std::string& about) {
  const std::string seal(program_.symbols.Name(program_.event_types[sealing.by.index].name));
  const Matter matter{sealing.by.index, entry.by, about};
  const auto found = first_.find(matter);
  const record::Entry* first = found == first_.end() ? nullptr : found->second;
  for (const std::string& of : {about, std::string()}) {
    const auto withheld = withheld_.find({sealing.by.index, entry.by, of});
    if (withheld != withheld_.end() &&
        (first == nullptr || withheld->second < first->happened.sequence()))
      return {.outcome = Outcome::kOpen};
  }
  if (first == nullptr) {
    return {Outcome::kNot, "no " + seal + " by " + entry.by + " of the same entry stands above",
            "whoever gives it seals it before, by `entente declare seal`"};
  }
  const std::string* reveals = entry.Find(record::kReveals);
  const std::string* salt = entry.Find(record::kSalt);
  const std::string* hash = first->Find(record::kSeal);
  const bool envelope =
      hash == nullptr && reveals == nullptr && salt == nullptr && entry.signers.empty();
  if (!envelope && (reveals == nullptr || !IsSalt(salt))) {
    return {Outcome::kNot, "it reveals no " + seal,
            "name the entry that sealed it in the field `reveals`, and in `salt` the 64 digits "
            "that hid it; `entente declare reveal` does"};
  }
  if (!envelope && first->id != *reveals) {
    return {Outcome::kNot,
            "the first " + seal + " by " + entry.by + " is entry " + first->id +
                ", and it reveals " + *reveals,
            "of several only the first can be revealed"};
  }
  if (!envelope && (hash == nullptr || *hash != record::SealOf(entry, *salt))) {
    return {Outcome::kNot, "it is not what entry " + first->id + " sealed",
            "reveal what was sealed: the same notice, author, fields and salt"};
  }
  if (!revealed_.insert(matter).second) {
    return {Outcome::kNot, "what entry " + first->id + " sealed was revealed before",
            "a " + seal + " is revealed once"};
  }
  return {};
}

}  // namespace entente::eval
