#include "ledger/json.h"

#include <charconv>

#include "base/check.h"

namespace entente::ledger {

namespace {

// The length of the UTF-8 sequence at the front of `bytes`; 0 when there is none (overlong forms,
// surrogates and what lies past U+10FFFF are none).
size_t SequenceAt(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const auto continues = [&](size_t i, uint8_t from = 0x80, uint8_t to = 0xBF) {
    return i < bytes.size() && byte(i) >= from && byte(i) <= to;
  };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const uint8_t from = first == 0xE0 ? 0xA0 : 0x80;
    const uint8_t to = first == 0xED ? 0x9F : 0xBF;
    return continues(1, from, to) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const uint8_t from = first == 0xF0 ? 0x90 : 0x80;
    const uint8_t to = first == 0xF4 ? 0x8F : 0xBF;
    return continues(1, from, to) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

struct Escape {
  char byte;
  char letter;
};
constexpr Escape kEscapes[] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\t', 't'},
                               {'\n', 'n'}, {'\f', 'f'},  {'\r', 'r'}};

void WriteString(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const Escape* named = nullptr;
    for (const Escape& escape : kEscapes) {
      if (escape.byte == c) named = &escape;
    }
    if (named != nullptr) {
      out += '\\';
      out += named->letter;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      out += "\\u00";
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[static_cast<uint8_t>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// Recursive descent over the canonical grammar; each production fails with a name for what it
// wanted, and the reader turns that into a place.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<Json> Whole() {
    Json value;
    if (!Value(value, 0)) return Wanted();
    if (at_ != bytes_.size()) return Wrong("the end"), Wanted();
    return value;
  }

 private:
  Result<Json> Wanted() const {
    return Fail("not-canonical", "byte " + std::to_string(at_) + ": " + wanted_ + " wanted",
                "write the canonical form of RFC 8785, without floats");
  }
  bool Wrong(std::string wanted) {
    wanted_ = std::move(wanted);
    return false;
  }
  bool Take(std::string_view text) {
    if (bytes_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

  bool Value(Json& into, size_t depth) {
    if (Take("null")) return into = Json(), true;
    if (Take("true")) return into = Json(true), true;
    if (Take("false")) return into = Json(false), true;
    if (depth == kNestingMax && at_ < bytes_.size() && (bytes_[at_] == '[' || bytes_[at_] == '{'))
      return Wrong("at most " + std::to_string(kNestingMax) + " brackets within one another");
    if (Take("[")) return Array(into, depth);
    if (Take("{")) return Object(into, depth);
    if (at_ < bytes_.size() && bytes_[at_] == '"') {
      std::string text;
      if (!String(text)) return false;
      return into = Json(std::move(text)), true;
    }
    return Integer(into);
  }

  bool Array(Json& into, size_t depth) {
    Json::Array items;
    if (!Take("]")) {
      do {
        items.emplace_back();
        if (!Value(items.back(), depth + 1)) return false;
      } while (Take(","));
      if (!Take("]")) return Wrong("a comma or ]");
    }
    return into = Json(std::move(items)), true;
  }

  bool Object(Json& into, size_t depth) {
    Json::Object members;
    if (!Take("}")) {
      do {
        std::string name;
        if (!String(name)) return false;
        if (!members.empty() && !ByCodeUnit()(members.rbegin()->first, name))
          return Wrong("a key that comes after the one before");
        if (!Take(":")) return Wrong("a colon");
        if (!Value(members[std::move(name)], depth + 1)) return false;
      } while (Take(","));
      if (!Take("}")) return Wrong("a comma or }");
    }
    return into = Json(std::move(members)), true;
  }

  bool String(std::string& into) {
    if (!Take("\"")) return Wrong("a string");
    while (at_ < bytes_.size() && bytes_[at_] != '"') {
      if (bytes_[at_] == '\\') {
        if (!Escaped(into)) return Wrong("an escape that RFC 8785 writes");
        continue;
      }
      const size_t length = SequenceAt(bytes_.substr(at_));
      if (length == 0) return Wrong("UTF-8");
      if (static_cast<uint8_t>(bytes_[at_]) < 0x20) return Wrong("an escaped control character");
      into += bytes_.substr(at_, length);
      at_ += length;
    }
    return Take("\"") || Wrong("the end of the string");
  }

  bool Escaped(std::string& into) {
    for (const Escape& escape : kEscapes) {
      if (Take(std::string{'\\', escape.letter})) return into += escape.byte, true;
    }
    for (char c = 0; c < 0x20; ++c) {
      std::string written;
      WriteString({&c, 1}, written);
      if (Take(written.substr(1, written.size() - 2))) return into += c, true;
    }
    return false;
  }

  bool Integer(Json& into) {
    int64_t value = 0;
    const char* begin = bytes_.data() + at_;
    const auto [end, error] = std::from_chars(begin, bytes_.data() + bytes_.size(), value);
    if (error != std::errc() || value > kIntegerMax || value < -kIntegerMax ||
        std::to_string(value) != std::string_view(begin, end)) {
      return Wrong("a value (integers have no fraction, no exponent and stay below 2^53)");
    }
    at_ += static_cast<size_t>(end - begin);
    return into = Json(value), true;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  std::string wanted_;
};

}  // namespace

// Of UTF-8 bytes, the order of code units is that of bytes but for U+E000 to U+FFFF, which come
// after the pairs (lead bytes F0 to F4) that stand for what lies beyond.
bool ByCodeUnit::operator()(std::string_view a, std::string_view b) const {
  const size_t shared = std::min(a.size(), b.size());
  for (size_t i = 0; i < shared; ++i) {
    const auto x = static_cast<uint8_t>(a[i]);
    const auto y = static_cast<uint8_t>(b[i]);
    if (x == y) continue;
    const bool x_high = x == 0xEE || x == 0xEF;
    const bool y_high = y == 0xEE || y == 0xEF;
    if (x_high && y >= 0xF0) return false;
    if (y_high && x >= 0xF0) return true;
    return x < y;
  }
  return a.size() < b.size();
}

Json::Json() = default;
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

const Json* Json::Find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = members->find(std::string(name));
  return found == members->end() ? nullptr : &found->second;
}

std::string Json::Write() const {
  std::string out;
  WriteTo(out);
  return out;
}

void Json::WriteTo(std::string& out) const {
  if (is_null()) {
    out += "null";
  } else if (const bool* truth = boolean()) {
    out += *truth ? "true" : "false";
  } else if (const int64_t* number = integer()) {
    out += std::to_string(*number);
  } else if (const std::string* text = string()) {
    WriteString(*text, out);
  } else if (const Array* items = array()) {
    out += '[';
    for (size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      (*items)[i].WriteTo(out);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : *object()) {
      if (!first) out += ',';
      first = false;
      WriteString(name, out);
      out += ':';
      value.WriteTo(out);
    }
    out += '}';
  }
}

Result<Json> ReadCanonical(std::string_view bytes) { return Reader(bytes).Whole(); }

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = SequenceAt(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace entente::ledger
