#include "base/words.h"

#include <algorithm>

namespace entente {

size_t EditDistance(std::string_view a, std::string_view b) {
  // The last three rows of the table, in turn.
  std::vector<size_t> rows(3 * (b.size() + 1));
  const auto row = [&](size_t i) { return rows.data() + (i % 3) * (b.size() + 1); };
  for (size_t j = 0; j <= b.size(); ++j) row(0)[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t *const now = row(i), *const above = row(i + 2);
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({above[j] + 1, now[j - 1] + 1, above[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], row(i + 1)[j - 2] + 1);
    }
  }
  return row(a.size())[b.size()];
}

std::string Closest(std::string_view wrong, const std::vector<std::string>& known) {
  // Long input cannot be a slip of one of our names, and the table would cost its square.
  constexpr size_t kLengthMax = 64;
  if (wrong.size() > kLengthMax) return "";
  std::string best;
  size_t best_distance = std::max<size_t>(1, wrong.size() / 3) + 1;
  for (const std::string& name : known) {
    if (name.size() > kLengthMax) continue;
    const size_t distance = EditDistance(LowerCase(wrong), LowerCase(name));
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

std::string Join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += between;
    out += parts[i];
  }
  return out;
}

std::string JoinAnd(const std::vector<std::string>& parts, std::string_view last) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " " + std::string(last) + " " : ", ";
    out += parts[i];
  }
  return out;
}

std::string WithArticle(std::string_view noun) {
  // `Weights` and `Services` stand without one; a Process, a Basis and a Campus do not.
  if (noun.size() > 2 && noun.ends_with("s") && !noun.ends_with("ss") && !noun.ends_with("us") &&
      !noun.ends_with("is")) {
    return std::string(noun);
  }
  // Nor does what is not counted.
  constexpr std::string_view kMass[] = {"IP",        "Hardware",     "Software",    "Code",
                                        "Data",      "Architecture", "Information", "Capacity",
                                        "Equipment", "Compute"};
  const std::string_view last = noun.substr(noun.rfind(' ') + 1);
  if (std::find(std::begin(kMass), std::end(kMass), last) != std::end(kMass))
    return std::string(noun);
  const bool vowel =
      !noun.empty() && std::string_view("AEIOaeio").find(noun[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

std::string Plural(std::string_view noun) {
  std::string out(noun);
  const auto ends = [&](std::string_view with) { return noun.ends_with(with); };
  if (ends("s") || ends("x") || ends("ch") || ends("sh")) return out + "es";
  const char before = noun.size() > 1 ? noun[noun.size() - 2] : 'a';
  if (!ends("y") || std::string_view("aeiou").find(before) != std::string_view::npos)
    return out + "s";
  out.pop_back();
  return out + "ies";
}

std::string Counted(uint64_t count, std::string_view one, std::string_view several) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : several);
}

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string Quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string Printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
    } else {
      out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string OneLine(std::string_view text, size_t limit) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == '\n' || c == ' ' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() > limit) {
    size_t cut = out.rfind(' ', limit);
    if (cut == std::string::npos) cut = limit;
    out = out.substr(0, cut) + " …";
  }
  return out;
}

}  // namespace entente
