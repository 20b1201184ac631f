#include "ledger/note.h"

#include <charconv>

#include "base/check.h"
#include "ledger/json.h"
#include "ledger/tree.h"

namespace entente::ledger {

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";
constexpr std::string_view kProofHead = "c2sp.org/tlog-proof@v1";
constexpr size_t kTimeBytes = 8;

std::string BigEndian(uint64_t value, size_t bytes) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i)
    out[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)) & 0xFF);
  return out;
}

uint64_t FromBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

NoteKeyType TypeOf(Purpose purpose) {
  return purpose == Purpose::kWitness ? NoteKeyType::kCosignature : NoteKeyType::kEd25519;
}

NoteKey NoteKeyOf(const SecretKey& key) {
  return {key.name(), TypeOf(key.purpose()), key.public_key()};
}

std::string_view AsText(const Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

std::string CosignedMessage(const std::string& text, uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + text;
}

// The next line of `text` without its end, which goes; nothing when no line end is left.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// Unicode's White_Space, as UTF-8.
constexpr std::string_view kBlanks[] = {" ",
                                        "\t",
                                        "\n",
                                        "\v",
                                        "\f",
                                        "\r",
                                        "\xC2\x85",
                                        "\xC2\xA0",
                                        "\xE1\x9A\x80",
                                        "\xE2\x80\x80",
                                        "\xE2\x80\x81",
                                        "\xE2\x80\x82",
                                        "\xE2\x80\x83",
                                        "\xE2\x80\x84",
                                        "\xE2\x80\x85",
                                        "\xE2\x80\x86",
                                        "\xE2\x80\x87",
                                        "\xE2\x80\x88",
                                        "\xE2\x80\x89",
                                        "\xE2\x80\x8A",
                                        "\xE2\x80\xA8",
                                        "\xE2\x80\xA9",
                                        "\xE2\x80\xAF",
                                        "\xE2\x81\x9F",
                                        "\xE3\x80\x80"};

}  // namespace

std::optional<uint64_t> ReadDecimal(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(value) != text)
    return std::nullopt;
  return value;
}

bool IsNoteName(std::string_view name) {
  if (name.empty() || !IsUtf8(name) || name.find('+') != std::string_view::npos) return false;
  for (const std::string_view blank : kBlanks) {
    if (name.find(blank) != std::string_view::npos) return false;
  }
  return true;
}

uint32_t NoteKey::Id() const {
  const char type_byte = static_cast<char>(type);
  const Digest hash = Sha256({name, "\n", {&type_byte, 1}, BytesOf(key)});
  return static_cast<uint32_t>(FromBigEndian(BytesOf(hash).substr(0, 4)));
}

std::string NoteKey::Write() const {
  const std::string encoded = std::string(1, static_cast<char>(type)) + std::string(BytesOf(key));
  return name + "+" + Hex(BigEndian(Id(), 4)) + "+" + Base64(encoded);
}

Result<NoteKey> NoteKey::Read(std::string_view text) {
  const auto no_key = [&](std::string_view why) {
    return Fail("not-a-verifier-key", std::string(why),
                "a verifier key reads NAME+HASH+KEY; `entente ledger keys show` prints one");
  };
  const size_t first = text.find('+');
  const size_t second = text.find('+', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return no_key("the text has no name, hash and key");
  NoteKey out;
  out.name = text.substr(0, first);
  const auto bytes = FromBase64(text.substr(second + 1));
  if (!IsNoteName(out.name)) return no_key("the name is empty or has blanks");
  if (!bytes || bytes->size() != 1 + out.key.bytes.size()) return no_key("the key is damaged");
  const auto type = static_cast<NoteKeyType>((*bytes)[0]);
  if (type != NoteKeyType::kEd25519 && type != NoteKeyType::kCosignature)
    return no_key("the key is of a type that is not known here");
  out.type = type;
  out.key = *PublicKeyOf(std::string_view(*bytes).substr(1));
  if (out.Write() != text) return no_key("the hash is not that of the key");
  return out;
}

std::string Note::Write() const {
  std::string out = text + "\n";
  for (const NoteSignature& s : signatures)
    out += std::string(kDash) + s.name + " " + Base64(BigEndian(s.id, 4) + s.bytes) + "\n";
  return out;
}

Result<Note> Note::Read(std::string_view bytes) {
  const auto no_note = [](std::string_view why) { return Fail("not-a-note", std::string(why)); };
  if (bytes.size() > kNoteBytesMax)
    return no_note("the note is longer than " + std::to_string(kNoteBytesMax) + " bytes");
  if (!IsUtf8(bytes)) return no_note("the note is not UTF-8");
  for (const char c : bytes) {
    if (static_cast<uint8_t>(c) < 0x20 && c != '\n')
      return no_note("the note has a control character in it");
  }
  const size_t gap = bytes.rfind("\n\n");
  if (gap == std::string_view::npos) return no_note("no blank line parts text and signatures");
  Note out;
  out.text = bytes.substr(0, gap + 1);
  std::string_view rest = bytes.substr(gap + 2);
  while (!rest.empty()) {
    const auto line = TakeLine(rest);
    if (!line || !line->starts_with(kDash)) return no_note("a line is no signature");
    const std::string_view named = line->substr(kDash.size());
    const size_t blank = named.find(' ');
    const auto signature =
        blank == std::string_view::npos ? std::nullopt : FromBase64(named.substr(blank + 1));
    if (!signature || signature->size() < 5 || !IsNoteName(named.substr(0, blank)))
      return no_note("a signature line is damaged");
    if (out.signatures.size() == kNoteSignaturesMax)
      return no_note("the note has more than " + std::to_string(kNoteSignaturesMax) +
                     " signatures");
    out.signatures.push_back({std::string(named.substr(0, blank)),
                              static_cast<uint32_t>(FromBigEndian({signature->data(), 4})),
                              signature->substr(4)});
  }
  if (out.signatures.empty()) return no_note("the note has no signature");
  return out;
}

NoteSignature SignNote(const SecretKey& key, const std::string& text) {
  ENTENTE_CHECK(key.purpose() == Purpose::kLog);
  return {key.name(), NoteKeyOf(key).Id(), std::string(AsText(key.Sign(text)))};
}

NoteSignature Cosign(const SecretKey& key, const std::string& text, uint64_t seconds) {
  ENTENTE_CHECK(key.purpose() == Purpose::kWitness);
  return {key.name(), NoteKeyOf(key).Id(),
          BigEndian(seconds, kTimeBytes) +
              std::string(AsText(key.Sign(CosignedMessage(text, seconds))))};
}

std::optional<uint64_t> SecondsOf(const NoteSignature& signature) {
  if (signature.bytes.size() != kTimeBytes + Signature().size()) return std::nullopt;
  const uint64_t seconds = FromBigEndian(std::string_view(signature.bytes).substr(0, kTimeBytes));
  if (seconds >> 63 != 0) return std::nullopt;
  return seconds;
}

std::optional<bool> SignedBy(const Note& note, const NoteKey& key) {
  std::optional<bool> good;
  for (const NoteSignature& s : note.signatures) {
    if (s.name != key.name || s.id != key.Id()) continue;
    bool holds = false;
    if (key.type == NoteKeyType::kEd25519) {
      holds = Verify(key.key, note.text, s.bytes);
    } else if (const auto seconds = SecondsOf(s)) {
      holds = Verify(key.key, CosignedMessage(note.text, *seconds),
                     std::string_view(s.bytes).substr(kTimeBytes));
    }
    good = good.value_or(true) && holds;
  }
  return good;
}

std::string Checkpoint::Write() const {
  return origin + "\n" + std::to_string(size) + "\n" + Base64(root) + "\n";
}

Result<Checkpoint> Checkpoint::Read(std::string_view text) {
  const auto origin = TakeLine(text);
  const auto size = origin ? TakeLine(text) : std::nullopt;
  const auto root = size ? TakeLine(text) : std::nullopt;
  const auto number = root ? ReadDecimal(*size) : std::nullopt;
  const auto bytes = root ? FromBase64(*root) : std::nullopt;
  const auto digest = bytes ? DigestOf(*bytes) : std::nullopt;
  if (!number || !digest || origin->empty())
    return Fail("not-a-checkpoint", "the note has no origin, size and root on its first lines");
  while (!text.empty()) {
    const auto line = TakeLine(text);
    if (!line || line->empty())
      return Fail("not-a-checkpoint", "a further line of the checkpoint is empty");
  }
  return Checkpoint{std::string(*origin), *number, *digest};
}

std::string Receipt::Write() const {
  std::string out = std::string(kProofHead) + "\nindex " + std::to_string(index) + "\n";
  for (const Digest& hash : proof) out += Base64(hash) + "\n";
  return out + "\n" + checkpoint;
}

Result<Receipt> Receipt::Read(std::string_view text) {
  const auto no_receipt = [](std::string_view why) {
    return Fail("not-a-receipt", std::string(why),
                "a receipt is a proof file that begins with " + std::string(kProofHead));
  };
  if (TakeLine(text) != kProofHead) return no_receipt("the first line is another");
  auto line = TakeLine(text);
  if (line && line->starts_with("extra ")) {
    if (!FromBase64(line->substr(6))) return no_receipt("what follows `extra` is damaged");
    line = TakeLine(text);
  }
  Receipt out;
  const auto index =
      line && line->starts_with("index ") ? ReadDecimal(line->substr(6)) : std::nullopt;
  if (!index) return no_receipt("no index stands where one should");
  out.index = *index;
  for (line = TakeLine(text); line && !line->empty(); line = TakeLine(text)) {
    const auto bytes = FromBase64(*line);
    const auto hash = bytes ? DigestOf(*bytes) : std::nullopt;
    if (!hash) return no_receipt("a line of the proof is no hash");
    if (out.proof.size() == kProofHashesMax)
      return no_receipt("the proof has more than " + std::to_string(kProofHashesMax) + " hashes");
    out.proof.push_back(*hash);
  }
  if (!line) return no_receipt("no checkpoint follows the proof");
  out.checkpoint = text;
  return out;
}

}  // namespace entente::ledger
