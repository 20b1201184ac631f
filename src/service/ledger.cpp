#include "service/ledger.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/words.h"
#include "eval/lower.h"
#include "record/record.h"
#include "values/position.h"

namespace entente::service {

namespace {

using ledger::Json;

// A statement that becomes a line of the record.
struct Said {
  uint64_t index = 0;
  // The day of the sequencer's clock, and the text of it.
  Date recorded;
  std::string party;
  std::vector<std::string> signers;
  std::vector<std::string> keys;
  // The day of the author's own clock.
  std::optional<Date> asserted;
  Json body;
  // The entry that it corrects.
  std::optional<uint64_t> corrects;
  std::map<std::string, std::string> opened;
  std::vector<std::string> withheld;
};

// A contest of an entry, or the withdrawal of a contest.
struct Dispute {
  uint64_t index = 0;
  uint64_t about = 0;
  bool contests = false;
  std::string party;
  std::vector<std::string> keys;
};

// That a key was stolen: what its holder says, and once all parties signed it, what is so.
struct Revocation {
  std::string key;
  uint64_t since = 0;
  std::vector<std::string> signers;
};

std::string Text(const Json& body, std::string_view name) {
  const std::string* text = ledger::TextAt(body, name);
  return text == nullptr ? std::string() : *text;
}

// Gathers what the statements say, and once all were heard, writes it down.
class Scribe {
 public:
  explicit Scribe(const std::set<std::string>& when_recorded) : when_recorded_(when_recorded) {}

  void Hear(const ledger::Line& line) {
    const ledger::Statement& s = line.admitted.statement;
    const auto entry = ledger::NumberAt(s.body, "entry");
    last_ = ParseDate(line.admitted.recorded.substr(0, 10)).value_or(last_);
    if ((s.kind == ledger::kContest || s.kind == ledger::kWithdraw) && entry) {
      disputes_.push_back(
          {line.admitted.index, *entry, s.kind == ledger::kContest, s.party, line.admitted.keys});
    } else if (s.kind == ledger::kRevoke) {
      revocations_.push_back({Text(s.body, "key"), ledger::NumberAt(s.body, "since").value_or(0),
                              line.admitted.signers});
    } else if (s.kind == ledger::kEntry || s.kind == ledger::kCorrect) {
      Said said;
      said.index = line.admitted.index;
      said.recorded = last_;
      said.party = s.party;
      said.signers = line.admitted.signers;
      said.keys = line.admitted.keys;
      said.asserted = ParseDate(std::string_view(s.asserted).substr(0, 10));
      said.body = s.body;
      if (s.kind == ledger::kCorrect) said.corrects = entry;
      for (const ledger::Opening& opening : line.openings)
        said.opened[opening.name] = opening.value;
      said.withheld = line.withheld;
      said_.push_back(std::move(said));
    }
  }

  // As if it had been recorded next.
  void Hear(const Unsaid& unsaid, const ledger::Walked& walked) {
    ledger::Line line;
    line.admitted.index = walked.prefix.size;
    // The ledger's clock never runs backwards.
    line.admitted.recorded = std::max(unsaid.recorded, walked.last_recorded);
    line.admitted.signers = unsaid.signers;
    line.admitted.statement.kind = unsaid.draft.kind;
    line.admitted.statement.body = unsaid.draft.body;
    line.admitted.statement.party = unsaid.signers.front();
    line.openings = unsaid.draft.openings;
    Hear(line);
  }

  LedgerRecord Write(ledger::Walked walked) {
    LedgerRecord out;
    for (const ledger::Registry::Holder& holder : walked.prefix_registry.holders()) {
      holders_.insert(holder.name);
      if (holder.party) parties_.push_back(holder.name);
    }
    Settle(walked.prefix_registry);
    for (const Said& said : said_) out.withheld += said.withheld.size();
    // A correction that counts and whose values are withheld leaves open what it corrects.
    for (const Said& said : said_) {
      if (said.corrects && HidesFields(said) && !Contested(said)) unclear_.insert(*said.corrects);
    }
    // In the order of the days on which they are known, else of the ledger.
    std::map<std::pair<Date, uint64_t>, Json> lines;
    for (const Said& said : said_) {
      const auto known = KnownOn(said);
      if (!known) continue;
      if (auto line = LineOf(said, *known))
        lines.emplace(std::pair(*known, said.index), std::move(*line));
    }
    for (const auto& [place, line] : lines) out.lines += line.Write() + "\n";
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
  // Who still contests what: a contest by a stolen key is none, nor is its withdrawal.
  void Settle(const ledger::Registry& registry) {
    std::map<uint64_t, const Dispute*> contests;
    for (const Dispute& dispute : disputes_) {
      const bool stolen = std::ranges::any_of(dispute.keys, [&](const std::string& key) {
        return registry.IsCompromised(key, dispute.index);
      });
      if (stolen) continue;
      if (dispute.contests) {
        contests[dispute.index] = &dispute;
      } else {
        contests.erase(dispute.about);
      }
    }
    for (const auto& [index, dispute] : contests)
      contested_by_[dispute->about].insert(dispute->party);
  }

  void Note(const std::string& why, const Said& said) {
    notes_[why].push_back(EntryId(said.index));
  }

  static bool HidesFields(const Said& said) {
    return std::ranges::any_of(said.withheld, [](const std::string& place) {
      return place.starts_with(std::string(ledger::kFields) + "/");
    });
  }

  bool CountsWhenRecorded(const Said& said) const {
    return !said.corrects && when_recorded_.contains(eval::EntryKind(Text(said.body, "kind")));
  }

  // The day from which it is known; nothing, with a note, where it cannot be told or has not come.
  std::optional<Date> KnownOn(const Said& said) {
    const std::string happened = Text(said.body, "happened");
    if (happened.empty() || CountsWhenRecorded(said)) return said.recorded;
    const auto day = ParseDate(happened.substr(0, 10));
    if (!day) {
      Note("left out: the day on which it happened is none", said);
      return std::nullopt;
    }
    // The sequencer's clock is in UTC, and the agreement's day may be the next.
    if (*day > Date{said.recorded.day + 1}) {
      Note("left out: said to have happened after the day on which it was recorded", said);
      return std::nullopt;
    }
    if (*day > last_) {
      Note("not counted yet: dated the day after the last entry of the ledger", said);
      return std::nullopt;
    }
    return std::max(said.recorded, *day);
  }

  // Whether it settles nothing, and if so, why.
  std::optional<std::string> Contested(const Said& said) const {
    const auto by = contested_by_.find(said.index);
    if (by != contested_by_.end() && !by->second.empty())
      return "contested by " + JoinAnd({by->second.begin(), by->second.end()});
    if (OfStolenKey(said, true)) return "signed by a key that was stolen before, without effect";
    if (OfStolenKey(said, false))
      return "signed by a key that was stolen before, as its holder says and not all parties do";
    const auto signed_by = [&](const std::string& name) {
      return std::ranges::find(said.signers, name) != said.signers.end();
    };
    const std::string kind = Text(said.body, "kind");
    const std::string by_whom = Text(said.body, "by");
    if (kind == record::kSettle || SaysWhatASignatoryIs(said)) {
      for (const std::string& party : parties_) {
        if (!signed_by(party))
          return "to be signed by all parties, and without effect as " + party + " has not";
      }
    }
    if (kind == record::kFinding && !by_whom.empty() && !signed_by(by_whom))
      return "without effect: whoever finds signs it, and " + by_whom + " has not";
    return std::nullopt;
  }

  // Whether a key that was stolen before has signed it; `agreed` where all parties say so. One
  // alone could else undo what it had said, long after.
  bool OfStolenKey(const Said& said, bool agreed) const {
    return std::ranges::any_of(revocations_, [&](const Revocation& one) {
      const bool all = std::ranges::all_of(parties_, [&](const std::string& party) {
        return std::ranges::find(one.signers, party) != one.signers.end();
      });
      return (all || !agreed) && one.since <= said.index &&
             std::ranges::find(said.keys, one.key) != said.keys.end();
    });
  }

  // Whoever holds a key is of the kinds that all parties say: nobody makes itself a member of a
  // panel.
  bool SaysWhatASignatoryIs(const Said& said) const {
    const auto corrected = said.corrects
                               ? std::ranges::lower_bound(said_, *said.corrects, {}, &Said::index)
                               : said_.end();
    const Said& about =
        corrected == said_.end() || corrected->index != *said.corrects ? said : *corrected;
    if (Text(about.body, "kind") != record::kThing) return false;
    for (const Said* one : {&said, &about}) {
      const Json::Object fields = Values(*one, ledger::kFields);
      const auto name = fields.find("name");
      if (name != fields.end() && name->second.string() != nullptr &&
          holders_.contains(*name->second.string()))
        return true;
    }
    return false;
  }

  std::optional<Json> LineOf(const Said& said, Date known) {
    Json::Object line;
    Json::Object fields = Values(said, ledger::kFields);
    line["id"] = EntryId(said.index);
    if (said.corrects) {
      line["kind"] = record::kCorrect;
      fields["entry"] = EntryId(*said.corrects);
    } else if (Text(said.body, "kind") == record::kCorrect) {
      Note("left out: an entry is corrected by `entente ledger correct`", said);
      return std::nullopt;
    } else {
      line["kind"] = Text(said.body, "kind");
      const std::string by = Text(said.body, "by");
      line["by"] = by.empty() ? said.party : by;
    }
    line["fields"] = std::move(fields);
    line["signers"] = Json::Array(said.signers.begin(), said.signers.end());
    for (auto& [name, value] : Values(said, ledger::kRemarks)) {
      if (name == "source" || name == "evidence") line[name] = value;
    }
    const std::string happened = Text(said.body, "happened");
    const auto day = ParseDate(std::string_view(happened).substr(0, 10));
    line["happened"] = !day || *day > known ? ToText(said.recorded) : happened;
    line["known"] = ToText(known);
    line["recorded"] = ToText(said.recorded);
    if (said.asserted && *said.asserted > Date{said.recorded.day + 1})
      Note("recorded, as the operator says, before the day on which its author signed", said);
    line["number"] = std::to_string(said.index);
    if (OfStolenKey(said, true)) line["forged"] = true;
    if (const auto why = Contested(said)) {
      line["contested"] = true;
      Note(*why, said);
    }
    // That it happened is certain, and what it was is not: nothing follows from it alone.
    if (HidesFields(said)) {
      line["contested"] = true;
      line["withheld"] = true;
    }
    if (unclear_.contains(said.index)) {
      line["contested"] = true;
      Note("corrected by values that were withheld", said);
    }
    std::vector<std::string> withheld;
    for (const std::string& place : said.withheld)
      withheld.push_back(place.substr(place.find('/') + 1));
    if (!withheld.empty()) Note("without " + JoinAnd(withheld) + ", which was withheld", said);
    return Json(std::move(line));
  }

  // The values of one part of a body, those in clear and those that were opened.
  static Json::Object Values(const Said& said, std::string_view part) {
    Json::Object out;
    const Json* members = said.body.Find(part);
    if (members == nullptr || members->object() == nullptr) return out;
    for (const auto& [name, value] : *members->object()) {
      const auto opened = said.opened.find(std::string(part) + "/" + name);
      if (value.string() != nullptr) {
        out[name] = value;
      } else if (opened != said.opened.end()) {
        out[name] = opened->second;
      }
    }
    return out;
  }

  const std::set<std::string>& when_recorded_;
  // In the order of the ledger.
  std::vector<Said> said_;
  std::vector<Dispute> disputes_;
  std::vector<Revocation> revocations_;
  std::map<uint64_t, std::set<std::string>> contested_by_;
  std::set<uint64_t> unclear_;
  std::vector<std::string> parties_;
  std::set<std::string> holders_;
  std::map<std::string, std::vector<std::string>> notes_;
  // The day of the last entry heard.
  Date last_;
};

}  // namespace

std::string EntryId(uint64_t index) { return "e" + std::to_string(index); }

Result<LedgerRecord> RecordOf(ledger::Source& source, const ledger::WalkOptions& options,
                              const std::set<std::string>& when_recorded, const Unsaid* unsaid) {
  Scribe scribe(when_recorded);
  auto walked = ledger::Walk(source, options, [&](const ledger::Line& line) -> Result<void> {
    scribe.Hear(line);
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  if (unsaid != nullptr) scribe.Hear(*unsaid, *walked);
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
  if (!entry.with.empty()) body["with"] = Json::Array(entry.with.begin(), entry.with.end());
  if (!remarks.empty()) body["remarks"] = std::move(remarks);
  out.body = std::move(body);
  return out;
}

}  // namespace entente::service
