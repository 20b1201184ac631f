#include "ledger/policy.h"

#include <algorithm>

namespace entente::ledger {

namespace {

std::vector<std::string> WordsOf(std::string_view line) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : line) {
    if (c == ' ' || c == '\t') {
      within = false;
      continue;
    }
    if (!within) words.emplace_back();
    within = true;
    words.back() += c;
  }
  return words;
}

}  // namespace

std::optional<size_t> Policy::PlaceOf(std::string_view name) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].name == name) return i;
  }
  return std::nullopt;
}

std::optional<std::string> Policy::Take(const std::vector<std::string>& words) {
  const std::string& what = words[0];
  const auto key = [&](size_t at, NoteKeyType type) -> std::optional<NoteKey> {
    if (words.size() <= at || words.size() > at + 2) return std::nullopt;
    auto read = NoteKey::Read(words[at]);
    if (!read || read->type != type) return std::nullopt;
    return *read;
  };
  const auto is_new = [&](const std::string& name) { return name != "none" && !PlaceOf(name); };
  if (what == "log") {
    const auto log = key(1, NoteKeyType::kEd25519);
    if (!log) return "`log` is followed by a log's verifier key and perhaps an address";
    if (logs_.size() == kPolicyLogsMax) return "there are too many logs";
    for (const NoteKey& known : logs_) {
      if (known.key == log->key) return "the key of this log stands above";
    }
    logs_.push_back(*log);
    return std::nullopt;
  }
  if (what != "quorum" && members_.size() == kPolicyNamesMax) return "there are too many names";
  if (what == "witness") {
    const auto witness = key(2, NoteKeyType::kCosignature);
    if (!witness)
      return "`witness` is followed by a name, a witness's verifier key and perhaps an address";
    if (!is_new(words[1])) return "the name is taken";
    if (Witnesses().size() == kWitnessesMax) return "there are too many witnesses for one note";
    for (const Member& known : members_) {
      if (known.witness && known.witness->key == witness->key)
        return "the key of this witness stands above";
    }
    members_.push_back({words[1], witness, {}, 0});
    return std::nullopt;
  }
  if (what == "group") {
    if (words.size() < 4) return "`group` is followed by a name, a number (or all, any) and names";
    if (!is_new(words[1])) return "the name is taken";
    Member group{words[1], std::nullopt, {}, 0};
    for (size_t i = 3; i < words.size(); ++i) {
      const auto member = PlaceOf(words[i]);
      if (!member) return "no witness or group of the name " + words[i] + " stands above";
      for (const Member& other : members_) {
        if (std::ranges::count(other.members, *member) > 0)
          return words[i] + " is in another group";
      }
      if (std::ranges::count(group.members, *member) > 0) return words[i] + " is named twice";
      group.members.push_back(*member);
    }
    const auto number = ReadDecimal(words[2]);
    group.needed = words[2] == "any"   ? 1
                   : words[2] == "all" ? group.members.size()
                                       : static_cast<size_t>(number.value_or(0));
    if (group.needed < 1 || group.needed > group.members.size())
      return "the number lies outside 1 to the number of names";
    members_.push_back(std::move(group));
    return std::nullopt;
  }
  if (what == "quorum") {
    if (words.size() != 2) return "`quorum` is followed by one name, or by none";
    if (has_quorum_) return "a quorum stands above";
    has_quorum_ = true;
    if (words[1] == "none") return std::nullopt;
    quorum_ = PlaceOf(words[1]);
    if (!quorum_) return "no witness or group of the name " + words[1] + " stands above";
    return std::nullopt;
  }
  return "a line begins with log, witness, group or quorum";
}

Result<Policy> Policy::Read(std::string_view text) {
  const auto no_policy = [](size_t line, std::string_view why) {
    return Fail("not-a-policy", "line " + std::to_string(line) + ": " + std::string(why),
                "the format is that of c2sp.org/tlog-policy");
  };
  if (text.size() > kPolicyBytesMax) return no_policy(1, "the policy is too long");
  Policy out;
  size_t line = 0;
  while (!text.empty()) {
    ++line;
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    for (const char c : one) {
      if ((static_cast<uint8_t>(c) < 0x20 && c != '\t') || c == 0x7F)
        return no_policy(line, "a control character");
    }
    const auto words = WordsOf(one);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (const auto wrong = out.Take(words)) return no_policy(line, *wrong);
  }
  if (!out.has_quorum_) return no_policy(line, "the policy has no quorum line");
  return out;
}

std::vector<NoteKey> Policy::Witnesses() const {
  std::vector<NoteKey> out;
  for (const Member& member : members_) {
    if (member.witness) out.push_back(*member.witness);
  }
  return out;
}

Result<Policy::Standing> Policy::Judge(const Note& note) const {
  const auto checkpoint = Checkpoint::Read(note.text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  Standing out;
  const auto bad = [](const NoteKey& key) {
    return Fail("bad-signature", "the signature of " + key.name + " is wrong");
  };
  for (const NoteKey& log : logs_) {
    const auto good = SignedBy(note, log);
    if (good == false) return bad(log);
    out.by_log |= good == true && log.name == checkpoint->origin;
  }
  std::vector<bool> stands(members_.size());
  for (size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    if (member.witness) {
      const auto good = SignedBy(note, *member.witness);
      if (good == false) return bad(*member.witness);
      stands[i] = good == true;
      if (stands[i]) out.witnesses.push_back(member.name);
      continue;
    }
    const auto standing =
        std::ranges::count_if(member.members, [&](size_t m) { return stands[m]; });
    stands[i] = static_cast<size_t>(standing) >= member.needed;
  }
  out.quorum = !quorum_ || stands[*quorum_];
  return out;
}

}  // namespace entente::ledger
