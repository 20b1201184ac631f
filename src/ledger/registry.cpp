// A statement is judged on a copy of the registry, which takes the place of the old one when
// nothing was found against it. Registries are small: a few holders with a few keys each.

#include "ledger/registry.h"

#include <algorithm>

#include "base/words.h"
#include "ledger/policy.h"

namespace entente::ledger {

namespace {

std::unexpected<Failure> Refuse(std::string name, std::string what, std::string way_out = {}) {
  return Fail(std::move(name), std::move(what), std::move(way_out));
}

std::optional<PublicKey> KeyAt(const Json& json, std::string_view name) {
  const std::string* text = TextAt(json, name);
  const auto bytes = text == nullptr ? std::nullopt : FromBase64(*text);
  return bytes ? PublicKeyOf(*bytes) : std::nullopt;
}

bool IsDigestInHex(std::string_view text) {
  const auto bytes = FromHex(text);
  return bytes && DigestOf(*bytes);
}

Json ToJson(const std::optional<uint64_t>& number) { return number ? Json(*number) : Json(); }

}  // namespace

const Registry::Holder* Registry::Find(std::string_view name) const {
  const auto found = std::ranges::find(holders_, name, &Holder::name);
  return found == holders_.end() ? nullptr : &*found;
}

const Registry::Holder* Registry::HolderOf(std::string_view key_id) const {
  const auto found = std::ranges::find_if(
      holders_, [&](const Holder& holder) { return KeyId(holder.keys.back().key) == key_id; });
  return found == holders_.end() ? nullptr : &*found;
}

Registry::Holder* Registry::Find(std::string_view name) {
  return const_cast<Holder*>(std::as_const(*this).Find(name));
}

bool Registry::IsKeyTaken(const PublicKey& key) const {
  if (log_.key == key) return true;
  for (const Holder& holder : holders_) {
    for (const Key& known : holder.keys) {
      if (known.key == key) return true;
    }
  }
  return false;
}

bool Registry::IsCompromised(std::string_view key_id, uint64_t index) const {
  return std::ranges::any_of(holders_, [&](const Holder& holder) {
    return std::ranges::any_of(holder.keys, [&](const Key& key) {
      return key.compromised && *key.compromised <= index && KeyId(key.key) == key_id;
    });
  });
}

void Registry::AddParties(Signers& signers) const {
  for (const Holder& holder : holders_) {
    if (holder.party) signers.push_back(holder.keys.back().key);
  }
}

Result<Registry::Signers> Registry::RegisterHolder(const Json& holder, bool party, uint64_t index) {
  const std::string* name = TextAt(holder, "name");
  const std::string* next = TextAt(holder, "next");
  const auto key = KeyAt(holder, "key");
  if (!HasOnly(holder, {"key", "name", "next"}) || name == nullptr || !IsName(*name) ||
      next == nullptr || !IsDigestInHex(*next) || !key)
    return Refuse("not-a-statement", "a holder has a name, a key and the id of the next key");
  if (Find(*name) != nullptr) {
    return Refuse("name-taken", Quoted(*name) + " is registered",
                  "a key that follows another is a `rotate`");
  }
  if (const auto weak = WeaknessOf(*key)) return Refuse("weak-key", *weak);
  if (IsKeyTaken(*key)) return Refuse("key-taken", "the key is registered already");
  if (*next == KeyId(*key))
    return Refuse("wrong-successor", "the key names itself as the one that follows");
  if (holders_.size() == kHoldersMax)
    return Refuse("too-many", "there are " + std::to_string(kHoldersMax) + " holders of keys");
  holders_.push_back({*name, party, {{*key, *next, index, {}, {}}}, 0, agreement_, 0});
  return Signers{*key};
}

Result<Registry::Signers> Registry::Begin(const Statement& s, const std::string& payload) {
  if (s.kind != kGenesis) return Refuse("out-of-order", "a ledger begins with its genesis");
  const Json* agreement = s.body.Find("agreement");
  const Json* parties = s.body.Find("parties");
  const std::string* log = TextAt(s.body, "log");
  const std::string* policy = TextAt(s.body, "policy");
  const std::string* hash = agreement == nullptr ? nullptr : TextAt(*agreement, "hash");
  const std::string* name = agreement == nullptr ? nullptr : TextAt(*agreement, "name");
  if (hash == nullptr || name == nullptr || !IsDigestInHex(*hash) || log == nullptr ||
      policy == nullptr || parties == nullptr || parties->array() == nullptr || !IsName(*name) ||
      !HasOnly(s.body, {"agreement", "log", "parties", "policy"}) ||
      !HasOnly(*agreement, {"hash", "name"})) {
    return Refuse("not-a-statement",
                  "a genesis names agreement, log, parties and policy of the ledger");
  }
  if (!s.agreement.empty() || !s.party.empty() || !s.key.empty() || s.sequence != 0 ||
      !s.previous.empty() || s.seen != Seen{0, Sha256("")}) {
    return Refuse("not-a-statement", "a genesis follows nothing and is by no one party");
  }
  if (!IsName(s.origin)) return Refuse("too-long", "the log's name is too long to be shown");
  if (parties->array()->size() > kPartiesMax)
    return Refuse("too-many", "there are more than " + std::to_string(kPartiesMax) + " parties");
  const Result<NoteKey> log_key = NoteKey::Read(*log);
  if (!log_key) return std::unexpected(log_key.error());
  if (log_key->type != NoteKeyType::kEd25519 || log_key->name != s.origin)
    return Refuse("other-log", "the log's key is not named like the log");
  if (const auto weak = WeaknessOf(log_key->key)) return Refuse("weak-key", *weak);
  if (!policy->empty()) {
    if (const auto read = Policy::Read(*policy); !read) return std::unexpected(read.error());
  }
  origin_ = s.origin;
  agreement_ = Hex(Sha256(payload));
  log_ = *log_key;
  policy_ = *policy;
  texts_.push_back({*hash, *name, 0});
  Signers signers;
  for (const Json& party : *parties->array()) {
    const auto added = RegisterHolder(party, true, 0);
    if (!added) return added;
    signers.push_back(added->front());
  }
  if (signers.empty()) return Refuse("not-a-statement", "a genesis names at least one party");
  return signers;
}

std::optional<Failure> Registry::CheckChain(const Statement& s, const Past& past,
                                            const Holder& author) {
  if (s.sequence <= author.sequence) {
    return Failure{"replayed",
                   Quoted(author.name) + " has already made a statement of number " +
                       std::to_string(s.sequence),
                   "sign it anew, as number " + std::to_string(author.sequence + 1) +
                       ": of two that were signed without knowing of each other, one comes in"};
  }
  if (s.sequence != author.sequence + 1) {
    return Failure{"out-of-order",
                   "number " + std::to_string(author.sequence + 1) + " of " + Quoted(author.name) +
                       " comes before number " + std::to_string(s.sequence),
                   "submit the statements in the order in which they were signed"};
  }
  if (s.previous != author.previous) {
    return Failure{"broken-chain", "the statement does not follow the author's last one",
                   "sign it anew over the author's last statement"};
  }
  if (s.seen.size > past.size() || s.seen.size < author.seen) {
    return Failure{"unseen-checkpoint", "the author cannot have seen a checkpoint of size " +
                                            std::to_string(s.seen.size) + ": the ledger has " +
                                            std::to_string(past.size()) +
                                            ", and the author had seen " +
                                            std::to_string(author.seen)};
  }
  const Result<Digest> root = past.RootAt(s.seen.size);
  if (!root) return root.error();
  if (*root != s.seen.root) {
    return Failure{"split-view",
                   "the author saw another ledger: its root at size " +
                       std::to_string(s.seen.size) + " is not ours",
                   "keep the author's checkpoint: one of the two ledgers was shown to one side "
                   "only"};
  }
  const Result<bool> used = past.HasNonce(s.nonce);
  if (!used) return used.error();
  if (*used) return Failure{"replayed", "the nonce was used before", "sign it anew"};
  return std::nullopt;
}

Result<Registry::Referred> Registry::ReferredBy(const Json& body, const Past& past) const {
  const auto index = NumberAt(body, "entry");
  const std::string* leaf = TextAt(body, "leaf");
  if (!index || leaf == nullptr)
    return Refuse("not-a-statement", "the statement names no index and leaf hash of another");
  if (*index >= past.size())
    return Refuse("refers-elsewhere", "there is no entry " + std::to_string(*index) + " yet");
  const Result<Digest> hash = past.Hash(0, *index);
  if (!hash) return std::unexpected(hash.error());
  if (Hex(*hash) != *leaf) {
    return Refuse("refers-elsewhere",
                  "entry " + std::to_string(*index) + " is not the one that the author saw");
  }
  const Result<Envelope> envelope = past.EnvelopeAt(*index);
  if (!envelope) return std::unexpected(envelope.error());
  Result<Statement> statement = Statement::Read(envelope->payload);
  if (!statement) return std::unexpected(statement.error());
  Referred out{std::move(*statement), {}};
  for (const Holder& holder : holders_) {
    const bool signed_it =
        std::ranges::any_of(envelope->signatures, [&](const EnvelopeSignature& line) {
          return std::ranges::any_of(holder.keys,
                                     [&](const Key& key) { return KeyId(key.key) == line.key_id; });
        });
    if (signed_it) out.signers.push_back(&holder);
  }
  return out;
}

// An entry, by its author and whoever the statement itself says must sign with them: a signature
// that could be left out would be worth nothing.
Result<Registry::Signers> Registry::TakeEntry(const Statement& s, Signers signers) const {
  const Json* fields = s.body.Find(kFields);
  const Json* remarks = s.body.Find(kRemarks);
  const std::string* kind = TextAt(s.body, "kind");
  const std::string* by = TextAt(s.body, "by");
  const std::string* happened = TextAt(s.body, "happened");
  if (!HasOnly(s.body, {"by", kFields, "happened", "kind", kRemarks, "with"}) || kind == nullptr ||
      !IsName(*kind) || (by != nullptr && !IsName(*by)) ||
      (by == nullptr && s.body.Find("by") != nullptr) ||
      (happened == nullptr && s.body.Find("happened") != nullptr) ||
      (fields != nullptr && !AreValues(*fields)) ||
      (remarks != nullptr &&
       (!AreValues(*remarks) || !HasOnly(*remarks, {"evidence", "source"})))) {
    return Refuse(
        "not-a-statement",
        "an entry has kind, by, happened, fields, remarks and with, and values are texts");
  }
  if (const Json* with = s.body.Find("with")) {
    if (with->array() == nullptr) return Refuse("not-a-statement", "`with` is no list of names");
    if (with->array()->size() > kWithMax) {
      return Refuse("too-many", "an entry is signed with more than " + std::to_string(kWithMax) +
                                    " others, and could never be redacted");
    }
    for (const Json& name : *with->array()) {
      const Holder* holder = name.string() == nullptr ? nullptr : Find(*name.string());
      if (holder == nullptr) return Refuse("unknown-party", "`with` names nobody who holds a key");
      signers.push_back(holder->keys.back().key);
    }
  }
  return signers;
}

Result<Registry::Signers> Registry::TakeAbout(const Statement& s, const Past& past,
                                              const Holder& author, Signers signers) const {
  const bool well_formed =
      s.kind == kCorrect ? HasOnly(s.body, {"entry", kFields, "leaf"}) &&
                               s.body.Find(kFields) != nullptr && AreValues(*s.body.Find(kFields))
      : s.kind == kRedact
          ? HasOnly(s.body, {"entry", "field", "leaf", "why"}) && TextAt(s.body, "field") != nullptr
      : s.kind == kContest ? HasOnly(s.body, {"entry", "leaf", "why"})
                           : HasOnly(s.body, {"entry", "leaf"});
  if (!well_formed) {
    return Refuse("not-a-statement",
                  "the body of a statement of kind " + Quoted(s.kind) + " is damaged");
  }
  const Result<Referred> other = ReferredBy(s.body, past);
  if (!other) return std::unexpected(other.error());
  const std::string& kind = other->statement.kind;
  const bool fits = s.kind == kWithdraw  ? kind == kContest
                    : s.kind == kCorrect ? kind == kEntry
                                         : kind == kEntry || kind == kCorrect;
  if (!fits) {
    return Refuse("refers-elsewhere", "a statement of kind " + Quoted(kind) + " is not what " +
                                          Quoted(s.kind) + " is about");
  }
  if (s.kind == kRedact) {
    const auto hidden = CommitmentsIn(other->statement.body);
    if (std::ranges::none_of(
            hidden, [&](const auto& one) { return one.first == *TextAt(s.body, "field"); })) {
      return Refuse("refers-elsewhere",
                    "the entry hides no value at " + Quoted(*TextAt(s.body, "field")),
                    "`entente ledger show` names them; what was signed in clear stays for ever");
    }
  }
  const bool signed_it = std::ranges::any_of(
      other->signers, [&](const Holder* holder) { return holder->name == author.name; });
  if (s.kind == kContest) {
    if (!author.party) return Refuse("not-allowed", "only a party contests an entry");
    if (signed_it)
      return Refuse("not-allowed", "one does not contest what one has signed", "correct it");
    return signers;
  }
  if (s.kind == kWithdraw) {
    if (other->statement.party != s.party)
      return Refuse("not-allowed", "a contest is withdrawn by whoever made it");
    return signers;
  }
  // What several signed, one of them alone does not change.
  for (const Holder* holder : other->signers) signers.push_back(holder->keys.back().key);
  if (s.kind == kRedact || other->statement.party != s.party) AddParties(signers);
  return signers;
}

Result<Registry::Signers> Registry::Take(const Statement& s, const Past& past, Holder& author) {
  Signers signers{author.keys.back().key};
  if (s.kind == kEntry) return TakeEntry(s, std::move(signers));
  if (s.kind == kCorrect || s.kind == kRedact || s.kind == kContest || s.kind == kWithdraw)
    return TakeAbout(s, past, author, std::move(signers));
  if (s.kind == kText) {
    const std::string* hash = TextAt(s.body, "hash");
    const std::string* name = TextAt(s.body, "name");
    if (hash == nullptr || name == nullptr || !IsDigestInHex(*hash) || !IsName(*name) ||
        !HasOnly(s.body, {"hash", "name"}))
      return Refuse("not-a-statement", "`text` names the hash of the text and its name");
    texts_.push_back({*hash, *name, past.size()});
    AddParties(signers);
    return signers;
  }
  if (s.kind == kRegister) {
    const Json* holder = s.body.Find("holder");
    if (holder == nullptr || !HasOnly(s.body, {"holder"}))
      return Refuse("not-a-statement", "`register` names a holder");
    // `author` may move when the holder is added.
    const auto added = RegisterHolder(*holder, false, past.size());
    if (!added) return added;
    AddParties(signers);
    signers.push_back(added->front());
    return signers;
  }
  if (s.kind == kRevoke) {
    const std::string* id = TextAt(s.body, "key");
    const auto since = NumberAt(s.body, "since");
    const auto key =
        id == nullptr
            ? author.keys.end()
            : std::ranges::find_if(author.keys, [&](const Key& k) { return KeyId(k.key) == *id; });
    if (key == author.keys.end() || !since || *since > past.size() ||
        !HasOnly(s.body, {"key", "since"}))
      return Refuse("not-a-statement", "`revoke` names a key of the author and an index");
    if (!key->until) {
      return Refuse("not-allowed", "the key is in use", "rotate to its successor first");
    }
    key->compromised = std::min(*since, key->compromised.value_or(*since));
    return signers;
  }
  return Refuse("unknown-kind", Quoted(s.kind) + " is no kind of statement",
                "a newer release may know it");
}

Result<Registry::Signers> Registry::Follow(const Statement& s, const Past& past) {
  if (s.kind == kGenesis) return Refuse("out-of-order", "the ledger has its genesis");
  if (s.origin != origin_) {
    return Refuse("other-log",
                  "the statement is for the log " + Quoted(s.origin) + ", not " + Quoted(origin_));
  }
  if (s.agreement != agreement_)
    return Refuse("other-agreement", "the statement is about another agreement");
  Holder* author = Find(s.party);
  if (author == nullptr) {
    return Refuse("unknown-party", "nobody is registered as " + Quoted(s.party),
                  "register it by a statement that it and all parties sign");
  }
  if (auto failure = CheckChain(s, past, *author)) return std::unexpected(std::move(*failure));
  Key& current = author->keys.back();
  if (s.kind == kRotate) {
    const auto key = KeyAt(s.body, "key");
    const std::string* next = TextAt(s.body, "next");
    if (!key || next == nullptr || !IsDigestInHex(*next) || !HasOnly(s.body, {"key", "next"}))
      return Refuse("not-a-statement", "`rotate` names the key and the id of the next one");
    if (KeyId(*key) != current.next || s.key != current.next) {
      return Refuse("wrong-successor",
                    "the key is not the one that " + Quoted(s.party) + " committed to",
                    "only the key whose id was named beforehand can follow");
    }
    if (const auto weak = WeaknessOf(*key)) return Refuse("weak-key", *weak);
    if (IsKeyTaken(*key)) return Refuse("key-taken", "the key is registered already");
    if (*next == KeyId(*key))
      return Refuse("wrong-successor", "the key names itself as the one that follows");
    if (author->keys.size() == kKeysOfOneMax)
      return Refuse("too-many", "there are " + std::to_string(kKeysOfOneMax) + " keys of one");
    current.until = past.size();
    author->keys.push_back({*key, *next, past.size(), {}, {}});
  } else if (s.key != KeyId(current.key)) {
    const bool retired =
        std::ranges::any_of(author->keys, [&](const Key& k) { return KeyId(k.key) == s.key; });
    return retired ? Refuse("retired-key",
                            "the key of " + Quoted(s.party) + " has been followed by another")
                   : Refuse("unknown-key", Quoted(s.party) + " has no key of this id");
  }
  author->sequence = s.sequence;
  author->seen = s.seen.size;
  if (s.kind == kRotate) return Signers{author->keys.back().key};
  return Take(s, past, *author);
}

Result<Accepted> Registry::Admit(const Envelope& envelope, const Past& past,
                                 const Verifier& verify) {
  Result<Statement> statement = Statement::Read(envelope.payload);
  if (!statement) return std::unexpected(statement.error());
  Registry next = *this;
  const Result<Signers> needed =
      past.size() == 0 ? next.Begin(*statement, envelope.payload) : next.Follow(*statement, past);
  if (!needed) return std::unexpected(needed.error());
  Accepted out;
  Signers signed_by;
  const std::string message = envelope.Signed();
  for (const EnvelopeSignature& line : envelope.signatures) {
    const Holder* signer = next.HolderOf(line.key_id);
    if (signer == nullptr) {
      return Refuse("extra-signature", "a signature is by no key that is in force",
                    "leave it out, or use the key that is");
    }
    const PublicKey& key = signer->keys.back().key;
    if (!verify(key, message, line.bytes)) {
      return Refuse("bad-signature", "the signature of " + Quoted(signer->name) + " is wrong");
    }
    if (std::ranges::find(signed_by, key) != signed_by.end())
      return Refuse("extra-signature", Quoted(signer->name) + " signed twice");
    signed_by.push_back(key);
    out.signers.push_back(signer->name);
    out.keys.push_back(line.key_id);
  }
  for (const PublicKey& key : *needed) {
    if (std::ranges::find(signed_by, key) != signed_by.end()) continue;
    return Refuse("missing-signature", Quoted(next.HolderOf(KeyId(key))->name) + " has not signed",
                  "`entente ledger sign` adds a signature to a submission");
  }
  // Whoever signs has a say in what becomes of it, so nobody signs by the way; that a key was
  // stolen has effect once all parties say so.
  for (size_t i = 0; statement->kind != kRevoke && i < signed_by.size(); ++i) {
    if (std::ranges::find(*needed, signed_by[i]) != needed->end()) continue;
    return Refuse("extra-signature", Quoted(out.signers[i]) + " need not sign this statement",
                  "leave the signature out; an entry names in `with` who signs it too");
  }
  if (Holder* author = next.Find(statement->party))
    author->previous = Hex(Sha256(envelope.payload));
  *this = std::move(next);
  out.statement = std::move(*statement);
  return out;
}

std::string Registry::Write() const {
  Json::Array holders;
  for (const Holder& holder : holders_) {
    Json::Array keys;
    for (const Key& key : holder.keys) {
      keys.push_back(Json::Object{{"compromised", ToJson(key.compromised)},
                                  {"from", key.from},
                                  {"key", Base64(BytesOf(key.key))},
                                  {"next", key.next},
                                  {"until", ToJson(key.until)}});
    }
    holders.push_back(Json::Object{{"keys", std::move(keys)},
                                   {"name", holder.name},
                                   {"party", holder.party},
                                   {"previous", holder.previous},
                                   {"seen", holder.seen},
                                   {"sequence", holder.sequence}});
  }
  Json::Array texts;
  for (const Text& text : texts_) {
    texts.push_back(Json::Object{{"from", text.from}, {"hash", text.hash}, {"name", text.name}});
  }
  return Json(Json::Object{{"agreement", agreement_},
                           {"holders", std::move(holders)},
                           {"log", origin_.empty() ? "" : log_.Write()},
                           {"origin", origin_},
                           {"policy", policy_},
                           {"texts", std::move(texts)}})
      .Write();
}

Result<Registry> Registry::Restore(std::string_view bytes) {
  const auto none = [] { return Fail("not-a-registry", "the registry that was kept is damaged"); };
  const Result<Json> json = ReadCanonical(bytes);
  if (!json) return none();
  const auto text = [](const Json& in, std::string_view name) {
    const std::string* found = TextAt(in, name);
    return found == nullptr ? std::string() : *found;
  };
  Registry out;
  out.agreement_ = text(*json, "agreement");
  out.origin_ = text(*json, "origin");
  out.policy_ = text(*json, "policy");
  if (!out.origin_.empty()) {
    const Result<NoteKey> log = NoteKey::Read(text(*json, "log"));
    if (!log) return none();
    out.log_ = *log;
  }
  const Json* holders = json->Find("holders");
  const Json* texts = json->Find("texts");
  if (holders == nullptr || holders->array() == nullptr || texts == nullptr ||
      texts->array() == nullptr) {
    return none();
  }
  for (const Json& one : *holders->array()) {
    const Json* party = one.Find("party");
    const Json* keys = one.Find("keys");
    if (party == nullptr || party->boolean() == nullptr || keys == nullptr ||
        keys->array() == nullptr || keys->array()->empty()) {
      return none();
    }
    Holder holder{text(one, "name"),
                  *party->boolean(),
                  {},
                  NumberAt(one, "sequence").value_or(0),
                  text(one, "previous"),
                  NumberAt(one, "seen").value_or(0)};
    for (const Json& k : *keys->array()) {
      const auto key = KeyAt(k, "key");
      if (!key) return none();
      holder.keys.push_back({*key, text(k, "next"), NumberAt(k, "from").value_or(0),
                             NumberAt(k, "until"), NumberAt(k, "compromised")});
    }
    out.holders_.push_back(std::move(holder));
  }
  for (const Json& one : *texts->array())
    out.texts_.push_back({text(one, "hash"), text(one, "name"), NumberAt(one, "from").value_or(0)});
  if (out.Write() != bytes) return none();
  return out;
}

}  // namespace entente::ledger
