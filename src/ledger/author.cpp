#include "ledger/author.h"

namespace entente::ledger {

namespace {

std::string FreshNonce() { return Hex(RandomBytes(kNonceBytes)); }

}  // namespace

Statement Genesis(const NoteKey& log, const std::string& agreement_hash,
                  const std::string& agreement_name, const std::vector<Party>& parties,
                  const std::string& policy, const std::string& now) {
  Json::Array holders;
  for (const Party& party : parties) {
    holders.push_back(Json::Object{
        {"key", Base64(BytesOf(party.key))}, {"name", party.name}, {"next", party.next}});
  }
  Statement out;
  out.origin = log.name;
  out.nonce = FreshNonce();
  out.kind = kGenesis;
  out.body =
      Json::Object{{"agreement", Json::Object{{"hash", agreement_hash}, {"name", agreement_name}}},
                   {"log", log.Write()},
                   {"parties", std::move(holders)},
                   {"policy", policy}};
  out.asserted = now;
  out.seen = {0, Sha256("")};
  return out;
}

Result<Submission> Author(const Draft& draft, const SecretKey& key, const Registry& registry,
                          const Seen& seen, const std::string& now) {
  const Registry::Holder* author = registry.Find(key.name());
  if (author == nullptr) {
    return Fail("unknown-party", "nobody is registered as `" + key.name() + "`",
                "register it with `entente ledger keys register`");
  }
  if (draft.kind != kRotate && author->keys.back().key != key.public_key()) {
    return Fail("retired-key",
                "the key in this file is not the one in force for `" + key.name() + "`");
  }
  Statement statement;
  statement.origin = registry.origin();
  statement.agreement = registry.agreement();
  statement.party = key.name();
  statement.key = KeyId(key.public_key());
  statement.sequence = author->sequence + 1;
  statement.previous = author->previous;
  statement.nonce = FreshNonce();
  statement.kind = draft.kind;
  statement.body = draft.body;
  statement.asserted = now;
  statement.seen = seen;
  Submission out{{statement.Write(), {}}, draft.openings};
  out.envelope.Sign(key);
  return out;
}

Json Hide(const std::string& place, const std::string& value, std::vector<Opening>& openings) {
  openings.push_back(Opening::Of(place, value));
  return Json::Object{{"sha256", Hex(openings.back().Commitment())}};
}

}  // namespace entente::ledger
