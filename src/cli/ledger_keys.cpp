// Keys: made, shown, registered, rotated, revoked.

#include <fmt/core.h>

#include <filesystem>

#include "base/words.h"
#include "cli/ledger_folder.h"

namespace entente::cli {

using ledger::Json;

namespace {

Json OrNull(const std::optional<uint64_t>& number) { return number ? Json(*number) : Json(); }

// As policies and other programs name the key of a log or a witness; empty for others.
std::string VerifierOf(const ledger::PublicPart& key) {
  if (key.purpose == ledger::Purpose::kStatement || !ledger::IsNoteName(key.name)) return "";
  const auto type = key.purpose == ledger::Purpose::kWitness ? ledger::NoteKeyType::kCosignature
                                                             : ledger::NoteKeyType::kEd25519;
  return ledger::NoteKey{key.name, type, key.key}.Write();
}

// What a key file holds, but for the secret.
Json::Object KeyMembers(const ledger::PublicPart& key, const std::string& path) {
  const std::string verifier = VerifierOf(key);
  return {{"file", path},
          {"id", ledger::KeyId(key.key)},
          {"name", key.name},
          {"next", key.next.empty() ? Json() : Json(key.next)},
          {"public", ledger::Base64(ledger::BytesOf(key.key))},
          {"purpose", NameOf(key.purpose)},
          {"verifier", verifier.empty() ? Json() : Json(verifier)}};
}

}  // namespace

ledger::Json::Array HolderMembers(const ledger::Registry& registry) {
  Json::Array out;
  for (const ledger::Registry::Holder& holder : registry.holders()) {
    Json::Array keys;
    for (const ledger::Registry::Key& key : holder.keys) {
      keys.push_back(Json::Object{{"from", key.from},
                                  {"id", ledger::KeyId(key.key)},
                                  {"stolen_since", OrNull(key.compromised)},
                                  {"until", OrNull(key.until)}});
    }
    out.push_back(Json::Object{{"keys", std::move(keys)},
                               {"name", holder.name},
                               {"party", holder.party},
                               {"statements", holder.sequence}});
  }
  return out;
}

int ShowKey(const LedgerFlags& flags) {
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  const auto key = ledger::PublicPart::Read(*text);
  if (!key) return Complain(flags.common, key.error());
  if (flags.public_part) return Fine(key->Write());
  const std::string verifier = VerifierOf(*key);
  if (flags.common.json) return Print("key", KeyMembers(*key, flags.file));
  std::string out = key->name + "\n  purpose   " + std::string(NameOf(key->purpose)) +
                    "\n  id        " + ledger::KeyId(key->key) + "\n  public    " +
                    ledger::Base64(ledger::BytesOf(key->key)) + "\n";
  if (!key->next.empty()) out += "  next      " + key->next + "\n";
  if (!verifier.empty()) out += "  verifier  " + verifier + "\n";
  return Fine(out);
}

int ListKeys(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  if (flags.common.json)
    return Print("keys", {{"holders", HolderMembers(head->registry)},
                          {"log", head->registry.log().Write()}});
  std::string out = "log " + head->registry.log().Write() + "\n";
  for (const ledger::Registry::Holder& holder : head->registry.holders()) {
    out += holder.name + (holder.party ? ", party" : ", registered") + ", " +
           Counted(holder.sequence, "statement", "statements") + "\n";
    for (const ledger::Registry::Key& key : holder.keys) {
      out += "  " + ledger::KeyId(key.key).substr(0, 16) + "  from entry " +
             std::to_string(key.from) +
             (key.until ? " to before entry " + std::to_string(*key.until) : "") +
             (key.compromised ? ", stolen since entry " + std::to_string(*key.compromised) : "") +
             "\n";
    }
  }
  return Fine(out);
}

int NewKey(const LedgerFlags& flags) {
  const auto purpose = flags.purpose == "log"       ? ledger::Purpose::kLog
                       : flags.purpose == "witness" ? ledger::Purpose::kWitness
                                                    : ledger::Purpose::kStatement;
  if (purpose != ledger::Purpose::kStatement && !ledger::IsNoteName(flags.name))
    return Complain(flags.common, "the name of a log or witness has no blank and no +",
                    "write it like an address: example.com/deal");
  const std::string passphrase = flags.in_clear ? "" : Passphrase(flags.out);
  auto key = ledger::SecretKey::Make(purpose, flags.name);
  std::string next_path;
  if (purpose == ledger::Purpose::kStatement) {
    const auto next = ledger::SecretKey::Make(purpose, flags.name);
    key.set_next(ledger::KeyId(next.public_key()));
    next_path = flags.out + ".next";
    if (auto written = WriteSecret(next_path, next.Write(passphrase)); !written)
      return Complain(flags.common, written.error());
  }
  if (auto written = WriteSecret(flags.out, key.Write(passphrase)); !written)
    return Complain(flags.common, written.error());
  if (flags.common.json) return Print("key", KeyMembers(key.Public(), flags.out));
  std::string out = "key of " + flags.name + ": " + flags.out + ", id " +
                    ledger::KeyId(key.public_key()).substr(0, 16) + "\n";
  if (!next_path.empty()) {
    out +=
        "its successor: " + next_path +
        "\n  keep it offline and away from the first: only it can follow when the first is lost or "
        "stolen\n";
  }
  if (passphrase.empty()) out += "  the file is not sealed: set ENTENTE_PASSPHRASE to seal it\n";
  return Fine(out);
}

int RegisterKey(const LedgerFlags& flags) {
  const auto text = ReadText(flags.file);
  if (!text) return Complain(flags.common, text.error());
  const auto key = ledger::PublicPart::Read(*text);
  if (!key) return Complain(flags.common, key.error());
  // Whoever is registered signs too, that it holds the key; here, if its secret is.
  LedgerFlags with = flags;
  if (ledger::SecretKey::IsSecret(*text)) {
    with.keys.push_back(flags.file);
  } else if (flags.out.empty()) {
    return Complain(flags.common, "the secret of " + key->name + " is not here",
                    "write the statement with --out, have " + key->name +
                        " and every party sign it with `entente ledger sign`, and hand it in with "
                        "`entente ledger append LEDGER --submission FILE`");
  }
  return Say(
      with,
      {std::string(ledger::kRegister),
       Json::Object{{"holder", Json::Object{{"key", ledger::Base64(ledger::BytesOf(key->key))},
                                            {"name", key->name},
                                            {"next", key->next}}}},
       {}});
}

int RotateKey(const LedgerFlags& flags) {
  auto key = ReadKey(flags.file);
  if (!key) return Complain(flags.common, key.error());
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  const ledger::Registry::Holder* holder = head->registry.Find(key->name());
  if (holder == nullptr || holder->keys.back().next != ledger::KeyId(key->public_key()))
    return Complain(
        flags.common,
        Failure{"wrong-successor",
                Quoted(flags.file) + " is not the key that was committed to as the next",
                "it is the file that `keys new` or the last rotation made beside the "
                "key"});
  const std::string passphrase = flags.in_clear ? "" : Passphrase(flags.file);
  const std::string next_path = flags.file + ".next";
  // One that an earlier try left is as good.
  std::error_code error;
  const bool is_there = std::filesystem::exists(next_path, error);
  const auto next = is_there ? ReadKey(next_path)
                             : Result<ledger::SecretKey>(ledger::SecretKey::Make(
                                   ledger::Purpose::kStatement, key->name()));
  if (!next) return Complain(flags.common, next.error());
  if (!is_there) {
    if (auto written = WriteSecret(next_path, next->Write(passphrase)); !written)
      return Complain(flags.common, written.error());
  }
  LedgerFlags with = flags;
  with.keys = {flags.file};
  const int code =
      Say(with, {std::string(ledger::kRotate),
                 Json::Object{{"key", ledger::Base64(ledger::BytesOf(key->public_key()))},
                              {"next", Json(ledger::KeyId(next->public_key()))}},
                 {}});
  if (code == 0)
    fmt::print(stderr, "from now on {} signs for {}; its successor: {}\n", flags.file, key->name(),
               next_path);
  return code;
}

int RevokeKey(const LedgerFlags& flags) {
  const auto head = ReadHead(flags.ledger);
  if (!head) return Complain(flags.common, head.error());
  std::vector<std::string> ids;
  for (const ledger::Registry::Holder& holder : head->registry.holders()) {
    for (const ledger::Registry::Key& key : holder.keys) {
      if (ledger::KeyId(key.key).starts_with(flags.name)) ids.push_back(ledger::KeyId(key.key));
    }
  }
  if (ids.size() != 1)
    return Complain(flags.common,
                    Quoted(flags.name) + " is the beginning of " +
                        (ids.empty() ? "no key's id" : "several keys' ids"),
                    "`entente ledger keys list` shows them");
  return Say(flags, {std::string(ledger::kRevoke),
                     Json::Object{{"key", ids.front()}, {"since", flags.since}},
                     {}});
}

}  // namespace entente::cli
