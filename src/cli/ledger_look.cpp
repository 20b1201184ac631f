// The commands that look at a ledger and change nothing.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/words.h"
#include "cli/known_ledgers.h"
#include "cli/ledger_folder.h"
#include "ledger/export.h"
#include "ledger/history.h"
#include "ledger/lodging.h"
#include "ledger/tiles.h"

namespace entente::cli {

using ledger::Json;

std::string Describe(const ledger::Line& line) {
  const ledger::Statement& s = line.admitted.statement;
  std::string out = s.kind;
  if (const std::string* kind = ledger::TextAt(s.body, "kind")) out = *kind;
  if (const std::string* by = ledger::TextAt(s.body, "by"); by != nullptr && *by != s.party)
    out += " by " + *by;
  if (const std::string* happened = ledger::TextAt(s.body, "happened"))
    out += " on " + Printable(*happened);
  if (const auto entry = ledger::NumberAt(s.body, "entry")) out += " of " + std::to_string(*entry);
  if (const Json* fields = s.body.Find(ledger::kFields); fields && fields->object()) {
    for (const auto& [name, value] : *fields->object()) {
      if (value.string() != nullptr) out += ", " + name + " " + Printable(*value.string());
    }
  }
  for (const ledger::Opening& opening : line.openings)
    out += ", " + opening.name.substr(opening.name.find('/') + 1) + " " + Printable(opening.value);
  for (const std::string& place : line.withheld)
    out += ", " + place.substr(place.find('/') + 1) + " withheld";
  return out;
}

namespace {

// ---- the same for programs; docs/schema/ has the shapes

Json EntryOf(const ledger::Line& line) {
  const ledger::Statement& s = line.admitted.statement;
  Json::Object opened;
  for (const ledger::Opening& opening : line.openings) opened[opening.name] = opening.value;
  Json::Array signers(line.admitted.signers.begin(), line.admitted.signers.end());
  Json::Array withheld(line.withheld.begin(), line.withheld.end());
  return Json::Object{{"body", s.body},
                      {"index", line.admitted.index},
                      {"kind", s.kind},
                      {"leaf", Hex(line.admitted.hash)},
                      {"opened", std::move(opened)},
                      {"party", s.party},
                      {"recorded", line.admitted.recorded},
                      {"signers", std::move(signers)},
                      {"withheld", std::move(withheld)}};
}

}  // namespace

int Log(const LedgerFlags& flags) {
  if (flags.changed_answers) return ChangedAnswers(flags);
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  std::string out;
  Json::Array entries;
  const auto walked = WalkKnown(**source, [&](const ledger::Line& line) -> Result<void> {
    if (flags.common.json) entries.push_back(EntryOf(line));
    out += fmt::format("{:>5}  {}  {:<20}  {}\n", line.admitted.index, line.admitted.recorded,
                       JoinAnd(line.admitted.signers), Describe(line));
    return {};
  });
  if (!walked) return Complain(flags.common, walked.error());
  if (flags.common.json)
    return Print("log",
                 {{"checkpoint", ToJson(walked->checkpoint)}, {"entries", std::move(entries)}});
  return Fine(out + "size " + std::to_string(walked->checkpoint.size) + ", root " +
              Hex(walked->checkpoint.root) + "\n");
}

int ShowEntry(const LedgerFlags& flags) {
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  std::string out;
  Json entry;
  const auto walked = WalkKnown(**source, [&](const ledger::Line& line) -> Result<void> {
    if (line.admitted.index != flags.index) return {};
    entry = EntryOf(line);
    const ledger::Statement& s = line.admitted.statement;
    out += fmt::format("entry {}, {}\n  recorded  {}\n  signed by {}\n  asserted  {}\n",
                       line.admitted.index, Describe(line), line.admitted.recorded,
                       JoinAnd(line.admitted.signers), s.asserted);
    out += fmt::format("  saw       size {}, root {}\n  leaf      {}\n", s.seen.size,
                       Hex(s.seen.root), Hex(line.admitted.hash));
    for (const ledger::Opening& opening : line.openings)
      out += fmt::format("  {}  {}\n", opening.name, Printable(opening.value));
    for (const std::string& place : line.withheld) out += fmt::format("  {}  withheld\n", place);
    out += "  statement " + s.Write() + "\n";
    return {};
  });
  if (!walked) return Complain(flags.common, walked.error());
  if (out.empty())
    return Complain(flags.common, "there is no entry " + std::to_string(flags.index),
                    "`entente ledger log` lists them");
  if (flags.common.json) return Print("entry", {{"entry", std::move(entry)}});
  return Fine(out);
}

int ShowCheckpoint(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  if (flags.common.json)
    return Print("checkpoint", {{"checkpoint", ToJson(head->checkpoint)}, {"note", head->note}});
  return Fine(head->note);
}

int Export(const LedgerFlags& flags) {
  auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  auto reader = OpenReader(flags.ledger);
  if (!reader) return Complain(flags.common, reader.error());
  if (flags.final) {
    const auto walked = WalkKnown(**reader);
    if (!walked) return Complain(flags.common, walked.error());
    if (!walked->final)
      return Complain(
          flags.common,
          Failure{"no-checkpoint", "no checkpoint of the ledger is final",
                  "have witnesses cosign one, and take that in with `entente ledger accept`"});
    const auto note = (*reader)->CheckpointUpTo(walked->final->size);
    if (!note) return Complain(flags.common, note.error());
    head->checkpoint = *walked->final;
    head->note = note->value_or("");
  }
  // `sum`, `sum@12` or as `show` names it, `fields/sum`. One that fits nothing is a slip, and would
  // show what was meant to stay.
  std::vector<bool> fits(flags.withhold.size());
  const auto may_open = [&](uint64_t index, const std::string& name) {
    const std::string field = name.substr(name.find('/') + 1);
    bool may = true;
    for (size_t i = 0; i < flags.withhold.size(); ++i) {
      for (const std::string& called : {name, field}) {
        if (flags.withhold[i] != called &&
            flags.withhold[i] != called + "@" + std::to_string(index))
          continue;
        fits[i] = true;
        may = false;
      }
    }
    return may;
  };
  if (!flags.withhold.empty()) {
    const auto opened = (*reader)->Openings(0, head->checkpoint.size);
    if (!opened) return Complain(flags.common, opened.error());
    for (uint64_t at = 0; at < opened->size(); ++at) {
      for (const ledger::Opening& opening : (*opened)[at]) may_open(at, opening.name);
    }
  }
  for (size_t i = 0; i < fits.size(); ++i) {
    if (!fits[i])
      return Complain(
          flags.common, "no value is called " + Quoted(flags.withhold[i]),
          "write sum, sum@12 for entry 12 alone, once for each; what was signed in clear "
          "cannot be withheld");
  }
  if (!flags.out.empty()) {
    if (HasLedger(flags.out))
      return Complain(flags.common, Quoted(flags.out) + " holds a ledger",
                      "name another folder for the tiles");
    const auto written = ledger::WriteTiles(
        **reader, head->note,
        [&](const std::string& name, const std::string& bytes) -> Result<void> {
          const std::filesystem::path path = flags.out + "/" + name;
          std::error_code error;
          std::filesystem::create_directories(path.parent_path(), error);
          std::ofstream out(path, std::ios::binary | std::ios::trunc);
          out << bytes;
          out.flush();
          if (error || !out)
            return Fail("store-failed", "`" + path.string() + "` cannot be written");
          return {};
        });
    return written ? 0 : Complain(flags.common, written.error());
  }
  if (auto written = ledger::WriteExport(**reader, head->note, may_open, std::cout); !written)
    return Complain(flags.common, written.error());
  std::cout.flush();
  return 0;
}

namespace {

// What became of a statement that its author had lodged with a witness.
struct LodgedStatement {
  ledger::Lodging lodging;
  ledger::Note note;
  // Where it stands, or what its author said in its place.
  std::optional<uint64_t> index;
  std::optional<uint64_t> instead;
  // Since when a witness of the policy vouches, and who it is.
  std::string witness;
  std::string since;
  uint64_t size = 0;
  // When it, or what its author said in its place, was recorded.
  std::string taken;

  void Hear(const ledger::Line& line) {
    const ledger::Statement& s = line.admitted.statement;
    size = line.admitted.index + 1;
    if (s.party != lodging.party || s.sequence != lodging.sequence) return;
    const bool same = Sha256(s.Write()) == lodging.statement;
    (same ? index : instead) = line.admitted.index;
    taken = line.admitted.recorded;
  }
  // How many entries were taken since the witness saw it, before it or instead of it.
  uint64_t Before() const { return End() - lodging.seen.size; }
  uint64_t End() const { return index.value_or(instead.value_or(size)); }
};

Result<LodgedStatement> ReadLodged(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  auto note = ledger::Note::Read(*text);
  if (!note) return std::unexpected(note.error());
  const auto lodging = ledger::Lodging::Read(note->text);
  if (!lodging) return std::unexpected(lodging.error());
  return LodgedStatement{.lodging = *lodging, .note = std::move(*note)};
}

// Of the year 9999.
constexpr uint64_t kLastSecond = 253'402'300'799;

// Which witness of the policy signed it, and when.
Result<void> FindWitness(LodgedStatement& lodged, const ledger::Registry& registry,
                         const std::optional<ledger::Policy>& policy) {
  if (lodged.lodging.origin != registry.origin())
    return Fail("other-log", "it was lodged for " + lodged.lodging.origin, "");
  const auto trusted =
      policy ? Result<ledger::Policy>(*policy) : ledger::Policy::Read(registry.policy());
  if (!trusted) return std::unexpected(trusted.error());
  for (const ledger::NoteKey& key : trusted->Witnesses()) {
    const auto good = ledger::SignedBy(lodged.note, key);
    if (!good) continue;
    if (!*good) return Fail("bad-signature", "the signature of " + key.name + " is wrong");
    for (const ledger::NoteSignature& signature : lodged.note.signatures) {
      const auto seconds = ledger::SecondsOf(signature);
      if (signature.id != key.Id() || signature.name != key.name || !seconds ||
          *seconds > kLastSecond)
        continue;
      lodged.witness = key.name;
      lodged.since = TimeText(static_cast<std::time_t>(*seconds));
      return {};
    }
  }
  return Fail("no-witness", "no witness that the policy names has signed it",
              "name a policy with the witness's key: --policy FILE");
}

Json Of(const LodgedStatement& lodged) {
  return Json::Object{
      {"entry", lodged.index ? Json(*lodged.index) : Json()},
      {"instead", lodged.instead ? Json(*lodged.instead) : Json()},
      {"others_before", lodged.Before()},
      {"party", lodged.lodging.party},
      {"sequence", lodged.lodging.sequence},
      {"since", lodged.since},
      {"recorded", lodged.taken.empty() ? Json() : Json(lodged.taken)},
      {"witness", lodged.witness},
  };
}

std::string Says(const LodgedStatement& lodged) {
  const std::string was =
      fmt::format("  statement {} of {} was lodged with {} at {}", lodged.lodging.sequence,
                  lodged.lodging.party, lodged.witness, lodged.since);
  const std::string before =
      lodged.Before() == 0 ? "no other entry was"
                           : Counted(lodged.Before(), "other entry was", "other entries were");
  if (lodged.index)
    return fmt::format("{}, and is entry {}, recorded at {}: {} taken before it\n", was,
                       *lodged.index, lodged.taken, before);
  if (lodged.instead)
    return fmt::format("{}; its author said entry {} in its place\n", was, *lodged.instead);
  if (lodged.Before() == 0) return was + "; nothing was recorded since, and it may still come\n";
  return fmt::format("{} and is NOT THERE: {} taken since\n", was, before);
}

}  // namespace

int Verify(const LedgerFlags& flags) {
  auto source = OpenSource(flags.ledger);
  if (!source) return Complain(flags.common, source.error());
  KnownLedgersFolder known;
  ledger::WalkOptions options;
  options.known = &known;
  options.verify_again = true;
  if (!flags.policy.empty()) {
    auto policy = ReadPolicy(flags.policy);
    if (!policy) return Complain(flags.common, policy.error());
    options.policy = std::move(*policy);
  }
  if (!flags.checkpoint.empty()) {
    const auto read = ReadCheckpoint(flags.checkpoint);
    if (!read) return Complain(flags.common, read.error());
    options.through.push_back(*read);
  }
  std::optional<LodgedStatement> lodged;
  if (!flags.lodged.empty()) {
    auto read = ReadLodged(flags.lodged);
    if (!read) return Complain(flags.common, read.error());
    lodged = std::move(*read);
    // Nobody is accused by what no witness has signed.
    const auto head = ReadHead(flags.ledger);
    if (!head) {
      Complain(flags.common, head.error());
      return 1;
    }
    if (const auto found = FindWitness(*lodged, head->registry, options.policy); !found)
      return Complain(flags.common, found.error());
    options.through.push_back(
        {lodged->lodging.origin, lodged->lodging.seen.size, lodged->lodging.seen.root});
  }
  if (HasTiles(flags.ledger)) {
    const auto tiles = ledger::TilesFolder::Open(flags.ledger);
    if (!tiles) return Complain(flags.common, tiles.error());
    if (const auto held = (*tiles)->HoldHashes(); !held) {
      Complain(flags.common, held.error());
      return 1;
    }
  }
  // Of a folder: whoever reads the store later than this finds at least as much.
  const auto remembered = ledger::Signer::Signed(StatePath(flags.ledger));
  uint64_t withheld = 0;
  const auto walked =
      ledger::Walk(**source, options, [&](const ledger::Line& line) -> Result<void> {
        withheld += line.withheld.size();
        if (lodged) lodged->Hear(line);
        return {};
      });
  if (!walked) {
    Complain(flags.common, walked.error());
    return 1;
  }
  const uint64_t kept = walked->checkpoint.size + walked->unsigned_entries;
  if (remembered && kept < *remembered) {
    Complain(flags.common, Failure{"restored-backup",
                                   "the signer has signed " + std::to_string(*remembered) +
                                       " entries, and the store holds " + std::to_string(kept) +
                                       ": it was cut, or restored from an older copy",
                                   "bring the missing entries back from a mirror or an export"});
    return 1;
  }
  if (lodged && lodged->End() < lodged->lodging.seen.size) {
    return Complain(
        flags.common,
        Failure{"not-a-lodging",
                lodged->witness + " confirmed that it could be the next of a ledger of " +
                    std::to_string(lodged->lodging.seen.size) + " entries, of which entry " +
                    std::to_string(lodged->End()) + " was in its place already",
                "ask the witness: what it signed cannot be so"});
  }
  const bool taken = !lodged || lodged->index || lodged->instead;
  const auto& registry = walked->registry;
  const bool final = !walked->standing || ledger::IsFinal(*walked->standing);
  if (flags.common.json) {
    Json::Array texts;
    for (const auto& text : registry.texts())
      texts.push_back(Json::Object{{"from", text.from}, {"hash", text.hash}, {"name", text.name}});
    Json::Array witnesses;
    if (walked->standing)
      witnesses.assign(walked->standing->witnesses.begin(), walked->standing->witnesses.end());
    Print("verified",
          {{"checkpoint", ToJson(walked->checkpoint)},
           {"final", walked->standing ? Json(final) : Json()},
           {"final_size", walked->standing && walked->final ? Json(walked->final->size) : Json()},
           {"holders", HolderMembers(registry)},
           {"lodged", lodged ? Of(*lodged) : Json()},
           {"log", registry.log().Write()},
           {"longer_known", walked->longer_known ? Json(*walked->longer_known) : Json()},
           {"texts", std::move(texts)},
           {"unsigned", walked->unsigned_entries},
           {"withheld", Json(withheld)},
           {"witnesses", std::move(witnesses)}});
    return final && taken ? 0 : 1;
  }
  std::string out = fmt::format("verified: {}, {}, root {}\n", walked->checkpoint.origin,
                                Counted(walked->checkpoint.size, "entry", "entries"),
                                Hex(walked->checkpoint.root));
  out += "  every entry hashes to the root that the log signed, and was admitted by the rules\n";
  if (!flags.checkpoint.empty())
    out += "  it goes on from the checkpoint that was kept, of size " +
           std::to_string(options.through.front().size) + "\n";
  for (const auto& text : registry.texts())
    out += fmt::format("  agreement {}, {} from entry {}\n", text.name, text.hash.substr(0, 16),
                       text.from);
  for (const auto& holder : registry.holders())
    out += fmt::format("  {} {}, {}, key {}\n", holder.party ? "party" : "holder", holder.name,
                       Counted(holder.sequence, "statement", "statements"),
                       ledger::KeyId(holder.keys.back().key).substr(0, 16));
  if (walked->longer_known)
    out += "  shorter than a ledger of " + Counted(*walked->longer_known, "entry", "entries") +
           " of this log that was verified here before; whether it is its beginning, this does not "
           "tell\n";
  if (lodged) out += Says(*lodged);
  if (withheld > 0) out += "  " + Counted(withheld, "value was", "values were") + " withheld\n";
  if (walked->unsigned_entries > 0) {
    out += "  " + Counted(walked->unsigned_entries, "entry", "entries") +
           " behind it not signed yet: opening the ledger for writing signs what was left\n";
  }
  if (!walked->standing) {
    out +=
        "  no witness is asked for: a second history shown to somebody else would not be noticed\n";
    Fine(out);
    return taken ? 0 : 1;
  }
  out += "  cosigned by " +
         (walked->standing->witnesses.empty() ? "nobody" : JoinAnd(walked->standing->witnesses)) +
         (walked->standing->quorum ? ", which the policy accepts\n"
                                   : ", which the policy does not accept: not final\n");
  if (!final && walked->final)
    out += "  final up to " + Counted(walked->final->size, "entry", "entries") + ", root " +
           Hex(walked->final->root) + "\n";
  fmt::print("{}", out);
  return final && taken ? 0 : 1;
}

}  // namespace entente::cli
