#include "wire/svg.h"

#include <algorithm>
#include <array>

#include "base/words.h"
#include "wire/csv.h"
#include "wire/xml.h"

namespace entente::wire {

namespace {

// In pixels of a picture 1,120 wide, which an A4 page in landscape holds.
constexpr int kWidth = 1120;
constexpr int kLabelWidth = 400;
constexpr int kLaneHeight = 40;
constexpr int kBarHeight = 24;
constexpr int kTop = 64;
constexpr int kBottom = 56;
// Letters of the label column's two lines, at 12 pixels a letter's 6.4.
constexpr size_t kLabelLetters = 60;
constexpr int kYear = 365;

struct Look {
  eval::Verdict verdict;
  const char* fill;
  // What lies over the fill, as an SVG path in a tile of 8 by 8; empty for none.
  const char* pattern;
};
// Fills differ in lightness as well as in hue (after Okabe and Ito's palette).
constexpr std::array<Look, 7> kLooks = {{
    {eval::Verdict::kYes, "#cfe8f7", ""},
    {eval::Verdict::kValue, "#cfe8f7", ""},
    {eval::Verdict::kNo, "#f0b48c", "M0 8L8 0M-2 2L2 -2M6 10L10 6"},
    {eval::Verdict::kDepends, "#f7ebb0", "M2 2h2v2h-2zM6 6h2v2h-2z"},
    {eval::Verdict::kSilent, "#ffffff", ""},
    {eval::Verdict::kConflict, "#e3c4dc", "M0 0L8 8M0 8L8 0"},
    {eval::Verdict::kUndecided, "#d9d9d9", "M4 0V8"},
}};

const Look& LookOf(eval::Verdict verdict) {
  return *std::find_if(kLooks.begin(), kLooks.end(),
                       [&](const Look& look) { return look.verdict == verdict; });
}

std::string Number(int value) { return std::to_string(value); }

std::string Text(int x, int y, std::string_view text, const char* more = "") {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\"" + more + ">" + XmlText(text) +
         "</text>\n";
}

// Up to two lines of words, the rest as an ellipsis; the whole stands in the lane's title.
std::vector<std::string> TwoLines(const std::string& text) {
  std::vector<std::string> out(1);
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    const std::string word = text.substr(at, end - at);
    if (!out.back().empty() && out.back().size() + 1 + word.size() > kLabelLetters) {
      if (out.size() == 2) {
        out.back() += " …";
        return out;
      }
      out.emplace_back();
    }
    out.back() += (out.back().empty() ? "" : " ") + word;
    at = end + 1;
  }
  return out;
}

std::string From(const eval::Segment& s) { return s.from == Date{0} ? "" : ToText(s.from); }

}  // namespace

Picture Frame(const std::vector<eval::Lane>& lanes, std::string title, Date earliest) {
  std::optional<Date> first, last;
  for (const eval::Lane& lane : lanes) {
    for (const eval::Segment& s : lane.segments) {
      if (s.from < earliest) continue;
      if (!first || s.from < *first) first = s.from;
      if (!last || s.from > *last) last = s.from;
    }
  }
  const Date from = std::max(earliest, Date{first.value_or(earliest).day - kYear});
  return {std::move(title), from, {last.value_or(earliest).day + kYear}, {}};
}

std::string ToSvg(const std::vector<eval::Lane>& lanes, const Picture& picture) {
  const int height = kTop + kLaneHeight * static_cast<int>(lanes.size()) + kBottom;
  const int days = std::max(1, picture.through.day - picture.from.day + 1);
  const auto x_of = [&](Date date) {
    const int64_t day = std::clamp(date.day - picture.from.day, 0, days);
    return kLabelWidth + static_cast<int>(day * (kWidth - kLabelWidth - 16) / days);
  };
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + Number(kWidth) +
                    "\" height=\"" + Number(height) + "\" viewBox=\"0 0 " + Number(kWidth) + " " +
                    Number(height) + "\" role=\"img\" aria-labelledby=\"title description\" " +
                    "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n";
  out += "<title id=\"title\">" + XmlText(picture.title) + "</title>\n";
  out += "<desc id=\"description\">Rights over time, a lane each, from " +
         ToLongText(picture.from) + " through " + ToLongText(picture.through) +
         ".</desc>\n<defs>\n";
  for (size_t i = 0; i < kLooks.size(); ++i) {
    const Look& look = kLooks[i];
    out += "<pattern id=\"look" + Number(static_cast<int>(i)) +
           "\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" "
           "height=\"8\" fill=\"" +
           look.fill + "\"/>";
    if (*look.pattern != '\0')
      out += std::string("<path d=\"") + look.pattern + "\" stroke=\"#555\" fill=\"#555\"/>";
    out += "</pattern>\n";
  }
  out += "</defs>\n<rect width=\"" + Number(kWidth) + "\" height=\"" + Number(height) +
         "\" fill=\"#fff\"/>\n";
  out += Text(12, 24, picture.title, " font-size=\"16\" font-weight=\"bold\"");
  // A line a year.
  for (int year = Civil(picture.from).year; year <= Civil(picture.through).year; ++year) {
    const auto first = DateOf(year, 1, 1);
    if (!first || *first < picture.from) continue;
    const int x = x_of(*first);
    out += "<line x1=\"" + Number(x) + "\" x2=\"" + Number(x) + "\" y1=\"" + Number(kTop - 8) +
           "\" y2=\"" + Number(height - kBottom) + "\" stroke=\"#bbb\"/>\n";
    if (x + 36 < kWidth) out += Text(x + 3, kTop - 12, std::to_string(year), " fill=\"#333\"");
  }
  int y = kTop;
  for (const eval::Lane& lane : lanes) {
    std::string spoken = lane.label + " " + lane.question + ":";
    for (const eval::Segment& s : lane.segments)
      spoken += " " + eval::WordFor(s) + (From(s).empty() ? "" : " from " + From(s)) + ";";
    out += "<g><title>" + XmlText(spoken) + "</title>\n";
    const auto lines = TwoLines(lane.label + "  " + lane.question);
    for (size_t i = 0; i < lines.size(); ++i)
      out += Text(12, y + 14 + static_cast<int>(i) * 14, lines[i]);
    for (const eval::Segment& s : lane.segments) {
      if (s.through && *s.through < picture.from) continue;
      if (s.from > picture.through) continue;
      const int left = x_of(s.from);
      const int right =
          s.through ? x_of(Date{s.through->day + 1}) : x_of(Date{picture.through.day + 1});
      if (right <= left) continue;
      const size_t look = static_cast<size_t>(&LookOf(s.verdict) - kLooks.data());
      const char* dash = s.verdict == eval::Verdict::kSilent ? " stroke-dasharray=\"4 3\"" : "";
      out += "<rect x=\"" + Number(left) + "\" y=\"" + Number(y) + "\" width=\"" +
             Number(right - left) + "\" height=\"" + Number(kBarHeight) + "\" fill=\"url(#look" +
             Number(static_cast<int>(look)) + ")\" stroke=\"#222\"" + dash + "/>\n";
      std::string word = eval::WordFor(s);
      const std::string full = word + (s.clauses.empty() ? "" : " " + Join(s.clauses, ", "));
      if (static_cast<int>(full.size()) * 7 + 8 <= right - left) word = full;
      if (static_cast<int>(word.size()) * 7 + 8 <= right - left) {
        out += Text(left + 4, y + 16, word,
                    " stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\" fill=\"#000\"");
      }
    }
    out += "</g>\n";
    y += kLaneHeight;
  }
  if (picture.on && *picture.on >= picture.from && *picture.on <= picture.through) {
    const int x = x_of(*picture.on);
    out += "<line x1=\"" + Number(x) + "\" x2=\"" + Number(x) + "\" y1=\"" + Number(kTop - 8) +
           "\" y2=\"" + Number(height - kBottom) +
           "\" stroke=\"#000\" stroke-width=\"2\" stroke-dasharray=\"6 3\"/>\n";
    out += Text(x + 4, height - kBottom + 14, ToText(*picture.on));
  }
  // What each pattern means.
  int x = 12;
  for (const Look& look : kLooks) {
    if (look.verdict == eval::Verdict::kValue) continue;
    const size_t index = static_cast<size_t>(&look - kLooks.data());
    out += "<rect x=\"" + Number(x) + "\" y=\"" + Number(height - 28) +
           "\" width=\"28\" height=\"14\" fill=\"url(#look" + Number(static_cast<int>(index)) +
           ")\" stroke=\"#222\"" +
           (look.verdict == eval::Verdict::kSilent ? " stroke-dasharray=\"4 3\"" : "") + "/>\n";
    const std::string word(eval::NameOf(look.verdict));
    out += Text(x + 34, height - 17, word);
    x += 60 + static_cast<int>(word.size()) * 7;
  }
  return out + "</svg>\n";
}

std::string ToCsv(const std::vector<eval::Lane>& lanes) {
  std::string out =
      CsvRow({"clause", "question", "from", "through", "verdict", "value", "clauses", "cause"});
  for (const eval::Lane& lane : lanes) {
    for (const eval::Segment& s : lane.segments) {
      out += CsvRow({lane.label, lane.question, From(s), s.through ? ToText(*s.through) : "",
                     std::string(eval::NameOf(s.verdict)), s.value, Join(s.clauses, " "), s.cause});
    }
  }
  return out;
}

}  // namespace entente::wire
