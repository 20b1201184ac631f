#include "ledger/statement.h"

#include <algorithm>

#include "base/check.h"
#include "ledger/note.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kPayloadType = "application/vnd.entente.statement.v1+json";
constexpr std::string_view kFieldType = "entente-field@v1";
constexpr std::string_view kCommitted = "sha256";
constexpr int64_t kVersion = 1;

// Whether `json` is an object with these members and no others.
bool HasJust(const Json& json, std::initializer_list<std::string_view> names) {
  if (json.object() == nullptr || json.object()->size() != names.size()) return false;
  for (const std::string_view name : names) {
    if (json.Find(name) == nullptr) return false;
  }
  return true;
}

}  // namespace

std::optional<Digest> DigestAt(const Json& json, std::string_view name) {
  const std::string* text = TextAt(json, name);
  const auto bytes = text == nullptr ? std::nullopt : FromHex(*text);
  return bytes ? DigestOf(*bytes) : std::nullopt;
}

const std::string* TextAt(const Json& json, std::string_view name) {
  const Json* member = json.Find(name);
  return member == nullptr ? nullptr : member->string();
}

std::optional<uint64_t> NumberAt(const Json& json, std::string_view name) {
  const Json* member = json.Find(name);
  if (member == nullptr || member->integer() == nullptr || *member->integer() < 0)
    return std::nullopt;
  return static_cast<uint64_t>(*member->integer());
}

bool IsTime(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return false;
  }
  const auto number = [&](size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const int year = number(0) * 100 + number(2);
  const int month = number(5);
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year == 0 || month < 1 || month > 12) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int days = kDays[month - 1] + (month == 2 && leap ? 1 : 0);
  return number(8) >= 1 && number(8) <= days && number(11) <= 23 && number(14) <= 59 &&
         number(17) <= 59;
}

std::string Statement::Write() const {
  Json::Object out;
  out["agreement"] = agreement;
  out["asserted"] = asserted;
  out["body"] = body;
  out["key"] = key;
  out["kind"] = kind;
  out["nonce"] = nonce;
  out["origin"] = origin;
  out["party"] = party;
  out["previous"] = previous;
  out["seen"] = Json::Object{{"root", Hex(seen.root)}, {"size", seen.size}};
  out["sequence"] = sequence;
  out["version"] = kVersion;
  return Json(std::move(out)).Write();
}

Result<Statement> Statement::Read(std::string_view bytes) {
  const auto none = [](std::string_view why) { return Fail("not-a-statement", std::string(why)); };
  const Result<Json> json = ReadCanonical(bytes);
  if (!json) return std::unexpected(json.error());
  if (!HasJust(*json, {"agreement", "asserted", "body", "key", "kind", "nonce", "origin", "party",
                       "previous", "seen", "sequence", "version"}) ||
      !HasJust(*json->Find("seen"), {"root", "size"})) {
    return none("a member is missing or one too many is there");
  }
  const auto version = NumberAt(*json, "version");
  if (version != static_cast<uint64_t>(kVersion)) {
    return Fail("unknown-version", "the statement is of a version other than 1",
                "a newer release may read it");
  }
  Statement out;
  for (auto& [name, into] : {std::pair<std::string_view, std::string*>{"agreement", &out.agreement},
                             {"asserted", &out.asserted},
                             {"key", &out.key},
                             {"kind", &out.kind},
                             {"nonce", &out.nonce},
                             {"origin", &out.origin},
                             {"party", &out.party},
                             {"previous", &out.previous}}) {
    const std::string* text = TextAt(*json, name);
    if (text == nullptr) return none("`" + std::string(name) + "` is no text");
    *into = *text;
  }
  const Json& seen = *json->Find("seen");
  const auto size = NumberAt(seen, "size");
  const auto root = DigestAt(seen, "root");
  const auto sequence = NumberAt(*json, "sequence");
  if (!size || !root || !sequence) return none("`seen` or `sequence` is damaged");
  if (!IsTime(out.asserted)) return none("`asserted` is no time like 2026-03-01T09:00:00Z");
  const auto nonce = FromHex(out.nonce);
  if (!nonce || nonce->size() != kNonceBytes)
    return none("`nonce` is not " + std::to_string(kNonceBytes) + " bytes in hex");
  if (json->Find("body")->object() == nullptr) return none("`body` is no object");
  out.seen = {*size, *root};
  out.sequence = *sequence;
  out.body = *json->Find("body");
  return out;
}

// DSSE: "DSSEv1", the type and the payload, each behind its length.
std::string Envelope::Signed() const {
  return "DSSEv1 " + std::to_string(kPayloadType.size()) + " " + std::string(kPayloadType) + " " +
         std::to_string(payload.size()) + " " + payload;
}

void Envelope::Sign(const SecretKey& key) {
  ENTENTE_CHECK(key.purpose() == Purpose::kStatement);
  const Signature signature = key.Sign(Signed());
  signatures.push_back(
      {KeyId(key.public_key()),
       std::string(reinterpret_cast<const char*>(signature.data()), signature.size())});
}

Json Envelope::ToJson() const {
  Json::Array lines;
  for (const EnvelopeSignature& s : signatures)
    lines.push_back(Json::Object{{"keyid", s.key_id}, {"sig", Base64(s.bytes)}});
  return Json::Object{{"payload", Base64(payload)},
                      {"payloadType", kPayloadType},
                      {"signatures", std::move(lines)}};
}

Result<Envelope> Envelope::Of(const Json& json) {
  const auto none = [](std::string_view why) { return Fail("not-an-envelope", std::string(why)); };
  if (!HasJust(json, {"payload", "payloadType", "signatures"}))
    return none("the envelope has not just payload, payloadType and signatures");
  const std::string* type = TextAt(json, "payloadType");
  if (type == nullptr || *type != kPayloadType)
    return none("what was signed is no statement: its type is another");
  const std::string* payload = TextAt(json, "payload");
  const auto bytes = payload == nullptr ? std::nullopt : FromBase64(*payload);
  const Json::Array* lines = json.Find("signatures")->array();
  if (!bytes || lines == nullptr) return none("payload or signatures are damaged");
  if (lines->size() > kSignaturesMax)
    return none("there must be at most " + std::to_string(kSignaturesMax) + " signatures");
  Envelope out{*bytes, {}};
  for (const Json& line : *lines) {
    const std::string* id = TextAt(line, "keyid");
    const std::string* sig = TextAt(line, "sig");
    const auto signature = sig == nullptr ? std::nullopt : FromBase64(*sig);
    if (!HasJust(line, {"keyid", "sig"}) || id == nullptr || !signature)
      return none("a signature is damaged");
    out.signatures.push_back({*id, *signature});
  }
  return out;
}

Opening Opening::Of(std::string name, std::string value) {
  return {std::move(name), RandomBytes(kSaltBytes), std::move(value)};
}

Digest Opening::Commitment() const {
  return Sha256({salt, Json(Json::Array{kFieldType, name, value}).Write()});
}

Json Opening::ToJson() const {
  return Json::Object{{"name", name}, {"salt", Hex(salt)}, {"value", value}};
}

Result<Opening> Opening::Of(const Json& json) {
  const std::string* name = TextAt(json, "name");
  const std::string* value = TextAt(json, "value");
  const auto salt = DigestAt(json, "salt");
  if (!HasJust(json, {"name", "salt", "value"}) || name == nullptr || value == nullptr || !salt)
    return Fail("not-an-opening", "an opening has just name, salt and value");
  return Opening{*name, std::string(BytesOf(*salt)), *value};
}

std::string Submission::Write() const {
  Json::Array opened;
  for (const Opening& opening : openings) opened.push_back(opening.ToJson());
  return Json(Json::Object{{"envelope", envelope.ToJson()}, {"openings", std::move(opened)}})
      .Write();
}

Result<Submission> Submission::Read(std::string_view bytes) {
  const Result<Json> json = ReadCanonical(bytes);
  if (!json) return std::unexpected(json.error());
  if (!HasJust(*json, {"envelope", "openings"}) || json->Find("openings")->array() == nullptr)
    return Fail("not-a-submission", "a submission has just envelope and openings");
  Result<Envelope> envelope = Envelope::Of(*json->Find("envelope"));
  if (!envelope) return std::unexpected(envelope.error());
  Submission out{std::move(*envelope), {}};
  for (const Json& one : *json->Find("openings")->array()) {
    Result<Opening> opening = Opening::Of(one);
    if (!opening) return std::unexpected(opening.error());
    out.openings.push_back(std::move(*opening));
  }
  return out;
}

std::string Leaf::Write() const {
  return Json(Json::Object{{"admission", kAdmissionRules},
                           {"envelope", envelope.ToJson()},
                           {"recorded", recorded}})
      .Write();
}

Result<Leaf> Leaf::Read(std::string_view bytes) {
  const Result<Json> json = ReadCanonical(bytes);
  if (!json) return std::unexpected(json.error());
  if (!HasJust(*json, {"admission", "envelope", "recorded"}))
    return Fail("not-a-leaf", "a leaf has just admission, envelope and recorded");
  const std::string* rules = TextAt(*json, "admission");
  if (rules == nullptr || *rules != kAdmissionRules) {
    return Fail("unknown-version", "the leaf was admitted by rules that are not known here",
                "a newer release may know them");
  }
  const std::string* recorded = TextAt(*json, "recorded");
  if (recorded == nullptr || !IsTime(*recorded))
    return Fail("not-a-leaf", "`recorded` is no time like 2026-03-01T09:00:00Z");
  Result<Envelope> envelope = Envelope::Of(*json->Find("envelope"));
  if (!envelope) return std::unexpected(envelope.error());
  return Leaf{*recorded, std::move(*envelope)};
}

std::vector<std::pair<std::string, Digest>> CommitmentsIn(const Json& body) {
  std::vector<std::pair<std::string, Digest>> out;
  for (const std::string_view part : {kFields, kRemarks}) {
    const Json* members = body.Find(part);
    if (members == nullptr || members->object() == nullptr) continue;
    for (const auto& [name, value] : *members->object()) {
      if (const auto hash = DigestAt(value, kCommitted))
        out.emplace_back(std::string(part) + "/" + name, *hash);
    }
  }
  return out;
}

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

bool AreValues(const Json& part) {
  if (part.object() == nullptr) return false;
  for (const auto& [name, value] : *part.object()) {
    if (!IsName(name) || name.find('/') != std::string::npos) return false;
    const bool hidden = HasJust(value, {kCommitted}) && DigestAt(value, kCommitted);
    if (value.string() == nullptr && !hidden) return false;
  }
  return true;
}

bool HasOnly(const Json& json, std::initializer_list<std::string_view> names) {
  if (json.object() == nullptr) return false;
  for (const auto& [name, value] : *json.object()) {
    if (std::find(names.begin(), names.end(), std::string_view(name)) == names.end()) return false;
  }
  return true;
}

}  // namespace entente::ledger
