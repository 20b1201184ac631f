#include "service/ledger.h"

#include <algorithm>
#include <map>

#include "base/words.h"
#include "record/record.h"
#include "values/position.h"

namespace entente::service {

namespace {

using ledger::Json;

// A statement that becomes a line of the record.
struct Said {
  uint64_t index = 0;
  std::string recorded;
  std::string party;
  std::vector<std::string> signers;
  std::string key;
  Json body;
  bool corrects = false;
  std::map<std::string, std::string> opened;
  std::vector<std::string> withheld;
};

std::string Text(const Json& body, std::string_view name) {
  const std::string* text = ledger::TextAt(body, name);
  return text == nullptr ? std::string() : *text;
}

// Gathers what the statements say, and once all were heard, writes it down.
class Scribe {
 public:
  void Hear(const ledger::Line& line) {
    const ledger::Statement& s = line.admitted.statement;
    const auto entry = ledger::NumberAt(s.body, "entry");
    if (s.kind == ledger::kContest && entry) {
      contests_[line.admitted.index] = *entry;
      contested_by_[*entry].push_back(s.party);
    } else if (s.kind == ledger::kWithdraw && entry && contests_.contains(*entry)) {
      auto& parties = contested_by_[contests_.at(*entry)];
      if (const auto party = std::ranges::find(parties, s.party); party != parties.end())
        parties.erase(party);
    } else if (s.kind == ledger::kEntry || s.kind == ledger::kCorrect) {
      Said said{line.admitted.index,
                line.admitted.recorded,
                s.party,
                line.admitted.signers,
                s.key,
                s.body,
                s.kind == ledger::kCorrect,
                {},
                line.withheld};
      for (const ledger::Opening& opening : line.openings)
        said.opened[opening.name] = opening.value;
      said_.push_back(std::move(said));
    }
  }

  LedgerRecord Write(ledger::Walked walked) {
    LedgerRecord out;
    for (const ledger::Registry::Holder& holder : walked.registry.holders()) {
      if (holder.party) parties_.push_back(holder.name);
    }
    for (const Said& said : said_) {
      if (auto line = LineOf(said, walked.registry)) out.lines += line->Write() + "\n";
    }
    for (const auto& [why, entries] : notes_)
      out.notes.push_back(JoinAnd(entries) + (entries.size() == 1 ? " is " : " are ") + why);
    if (walked.unsigned_entries > 0) {
      out.notes.push_back(
          std::to_string(walked.unsigned_entries) +
          " more of the ledger are not under a signed checkpoint yet, and not counted");
    }
    out.walked = std::move(walked);
    return out;
  }

 private:
  void Note(const std::string& why, const Said& said) {
    notes_[why].push_back(EntryId(said.index));
  }

  // Whether it settles nothing, and if so, why.
  std::optional<std::string> Contested(const Said& said, const ledger::Registry& registry) const {
    const auto by = contested_by_.find(said.index);
    if (by != contested_by_.end() && !by->second.empty())
      return "contested by " + JoinAnd(by->second);
    if (registry.IsCompromised(said.party, said.key, said.index))
      return "signed by a key that was stolen before, without effect";
    if (Text(said.body, "kind") == record::kSettle) {
      for (const std::string& party : parties_) {
        if (std::ranges::find(said.signers, party) == said.signers.end())
          return "to be signed by all parties, and without effect as " + party + " has not";
      }
    }
    return std::nullopt;
  }

  std::optional<Json> LineOf(const Said& said, const ledger::Registry& registry) {
    Json::Object line;
    Json::Object fields = Values(said, "fields");
    line["id"] = EntryId(said.index);
    if (said.corrects) {
      line["kind"] = record::kCorrect;
      fields["entry"] = EntryId(*ledger::NumberAt(said.body, "entry"));
    } else {
      line["kind"] = Text(said.body, "kind");
      const std::string by = Text(said.body, "by");
      line["by"] = by.empty() ? said.party : by;
    }
    line["fields"] = std::move(fields);
    Json::Array signers;
    for (const std::string& signer : said.signers) signers.emplace_back(signer);
    line["signers"] = std::move(signers);
    for (auto& [name, value] : Values(said, "remarks")) line[name] = value;
    const auto recorded = ParseDate(said.recorded.substr(0, 10));
    if (!recorded) return std::nullopt;
    // The sequencer's clock is in UTC and the agreement's day may be the next.
    known_ = std::max(known_, *recorded);
    const std::string happened = Text(said.body, "happened");
    if (!happened.empty()) {
      line["happened"] = happened;
      const auto day = ParseDate(happened.substr(0, 10));
      if (!day) {
        Note("left out: the day on which it happened is none", said);
        return std::nullopt;
      }
      if (*day > Date{recorded->day + 1}) {
        Note("left out: said to have happened after the day on which it was recorded", said);
        return std::nullopt;
      }
      known_ = std::max(known_, *day);
    }
    line["known"] = ToText(known_);
    if (const auto why = Contested(said, registry)) {
      line["contested"] = true;
      Note(*why, said);
    }
    std::vector<std::string> withheld;
    for (const std::string& place : said.withheld) {
      withheld.push_back(place.substr(place.find('/') + 1));
      // That it happened is certain, and what it was is not: nothing follows from it alone.
      if (place.starts_with("fields/")) line["contested"] = true;
    }
    if (!withheld.empty()) Note("without " + JoinAnd(withheld) + ", which was withheld", said);
    return Json(std::move(line));
  }

  // The values of one part of a body, those in clear and those that were opened.
  static Json::Object Values(const Said& said, const std::string& part) {
    Json::Object out;
    const Json* members = said.body.Find(part);
    if (members == nullptr || members->object() == nullptr) return out;
    for (const auto& [name, value] : *members->object()) {
      const auto opened = said.opened.find(part + "/" + name);
      if (value.string() != nullptr) {
        out[name] = value;
      } else if (opened != said.opened.end()) {
        out[name] = opened->second;
      }
    }
    return out;
  }

  std::vector<Said> said_;
  // Index of a contest, and what it is about.
  std::map<uint64_t, uint64_t> contests_;
  std::map<uint64_t, std::vector<std::string>> contested_by_;
  std::vector<std::string> parties_;
  std::map<std::string, std::vector<std::string>> notes_;
  Date known_;
};

}  // namespace

std::string EntryId(uint64_t index) { return "e" + std::to_string(index); }

Result<LedgerRecord> RecordOf(ledger::Source& source, const ledger::WalkOptions& options) {
  Scribe scribe;
  auto walked = ledger::Walk(source, options, [&](const ledger::Line& line) -> Result<void> {
    scribe.Hear(line);
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  return scribe.Write(std::move(*walked));
}

ledger::Draft DraftOf(const EntryDraft& entry) {
  ledger::Draft out{std::string(ledger::kEntry), {}, {}};
  const auto value = [&](const std::string& place, const std::string& text) {
    return entry.in_clear ? Json(text) : ledger::Hide(place, text, out.openings);
  };
  Json::Object body;
  Json::Object fields;
  Json::Object remarks;
  for (const auto& [name, text] : entry.fields) fields[name] = value("fields/" + name, text);
  if (!entry.source.empty()) remarks["source"] = value("remarks/source", entry.source);
  if (!entry.evidence.empty()) remarks["evidence"] = value("remarks/evidence", entry.evidence);
  body["kind"] = entry.kind;
  if (!entry.by.empty()) body["by"] = entry.by;
  if (!entry.happened.empty()) body["happened"] = entry.happened;
  body["fields"] = std::move(fields);
  if (!remarks.empty()) body["remarks"] = std::move(remarks);
  out.body = std::move(body);
  return out;
}

}  // namespace entente::service
