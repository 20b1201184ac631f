#include "wire/formats.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/words.h"
#include "wire/csv.h"
#include "wire/xml.h"

namespace entente::wire {

namespace {

using Json = nlohmann::ordered_json;

std::string WordOf(const Asked& asked) {
  if (!asked.failure.empty()) return "error";
  return eval::WordFor(asked.answer);
}

std::vector<std::string> ClausesOf(const Asked& asked) {
  std::vector<std::string> out;
  for (const eval::Citation& c : asked.answer.because) {
    if (c.deciding && !c.label.empty()) out.push_back(c.label);
  }
  return out;
}

std::vector<std::string> ReadingsOf(const Asked& asked) {
  std::vector<std::string> out;
  for (const eval::Assumption& a : asked.answer.assuming) {
    if (a.decisive) out.push_back(a.reading);
  }
  return out;
}

std::string MessageOf(const Asked& asked) {
  if (!asked.failure.empty()) return asked.failure;
  std::string out = WordOf(asked) + ": " + asked.answer.sentence;
  const auto clauses = ClausesOf(asked);
  if (!clauses.empty()) out += " (" + Join(clauses, ", ") + ")";
  return out;
}

}  // namespace

std::string ToLine(const Asked& asked) {
  std::string word = WordOf(asked);
  if (asked.answer.verdict != eval::Verdict::kValue || !asked.failure.empty())
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string out = word;
  const auto clauses = ClausesOf(asked);
  const auto readings = ReadingsOf(asked);
  // What is known of an open number.
  if (asked.failure.empty() && asked.answer.verdict == eval::Verdict::kDepends &&
      !asked.answer.value.empty()) {
    out += " (" + asked.answer.value + ")";
  }
  if (!clauses.empty()) out += " " + Join(clauses, ", ");
  if (!readings.empty()) out += " [" + Join(readings, ", ") + "]";
  if (asked.answer.through && asked.failure.empty())
    out += " through " + ToText(*asked.answer.through);
  return out + " · " + asked.question + (asked.failure.empty() ? "" : ": " + asked.failure) + "\n";
}

std::string ToCsv(const std::vector<Asked>& all) {
  std::string out = CsvRow(
      {"question", "on", "verdict", "value", "clauses", "through", "readings", "exit", "error"});
  for (const Asked& asked : all) {
    const eval::Answer& a = asked.answer;
    const bool failed = !asked.failure.empty();
    out += CsvRow({asked.question, failed ? "" : ToText(a.on),
                   failed ? "" : std::string(eval::NameOf(a.verdict)), a.value,
                   Join(ClausesOf(asked), " "), a.through ? ToText(*a.through) : "",
                   Join(ReadingsOf(asked), " "), std::to_string(asked.code), asked.failure});
  }
  return out;
}

std::string ToCsv(const eval::OwedList& list) {
  std::string out = CsvRow({"state", "due", "due_says", "who", "clause", "says", "arose", "entry",
                            "done", "done_by", "readings", "to", "amount", "part"});
  for (const eval::Owed& o : list.owed) {
    out +=
        CsvRow({std::string(eval::NameOf(o.state)), o.due ? ToText(*o.due) : "", o.due_says, o.who,
                o.clause.label, o.says, ToText(o.arose), o.entry, o.done ? ToText(*o.done) : "",
                o.done_by, Join(o.readings, " "), o.to, o.amount, o.part});
  }
  for (const eval::OpenEntry& entry : list.unsettled) {
    out += CsvRow({"open", "", "", "", Join(entry.clauses, " "), entry.kind, ToText(entry.happened),
                   entry.id, "", "", "", "", "", ""});
  }
  return out;
}

namespace {

// `20270331`
std::string IcsDate(Date date) {
  std::string out = ToText(date);
  std::erase(out, '-');
  return out;
}

// Escaped, and folded at 75 bytes between characters of UTF-8.
std::string IcsLine(std::string_view name, std::string_view value) {
  constexpr size_t kBytesMax = 75;
  std::string line(name);
  line += ":";
  for (const char c : value) {
    if (c == '\\' || c == ';' || c == ',') line += '\\';
    line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  std::string out;
  size_t column = 0;
  for (const char c : line) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    // A character takes up to four bytes.
    if (begins && column + 4 > kBytesMax) {
      out += "\r\n ";
      column = 1;
    }
    out += c;
    ++column;
  }
  return out + "\r\n";
}

}  // namespace

std::string ToIcs(const eval::OwedList& list) {
  std::map<std::string, int> seen;
  std::string out =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Entente//Entente//EN\r\nCALSCALE:GREGORIAN\r\n";
  for (const eval::Owed& o : list.owed) {
    if (!o.due || o.done) continue;
    out += "BEGIN:VEVENT\r\n";
    std::string uid =
        "clause-" + o.clause.label + "-" + ToText(o.arose) + (o.entry.empty() ? "" : "-" + o.entry);
    // Two readings of one sentence, neither of them taken.
    if (const int same = seen[uid]++; same > 0) uid += "-" + std::to_string(same + 1);
    out += IcsLine("UID", uid + "@entente");
    out += IcsLine("DTSTAMP", IcsDate(list.on) + "T000000Z");
    out += IcsLine("DTSTART;VALUE=DATE", IcsDate(*o.due));
    out += IcsLine("DTEND;VALUE=DATE", IcsDate(Date{o.due->day + 1}));
    out += IcsLine("SUMMARY", o.clause.label + ": " + o.says);
    out += IcsLine("DESCRIPTION", o.clause.says + (o.amount.empty() ? "" : ": " + o.amount) + " (" +
                                      std::string(eval::NameOf(o.state)) + ")");
    out += "END:VEVENT\r\n";
  }
  return out + "END:VCALENDAR\r\n";
}

std::string ToSarif(const std::vector<Asked>& all) {
  Json results = Json::array();
  for (const Asked& asked : all) {
    if (asked.code == 0) continue;
    const bool error = !asked.failure.empty() || asked.answer.verdict == eval::Verdict::kNo;
    Json result = {{"ruleId", WordOf(asked)},
                   {"level", error ? "error" : "warning"},
                   {"message", {{"text", MessageOf(asked)}}}};
    for (const eval::Citation& c : asked.answer.because) {
      // "file:line", as it is cited.
      const size_t colon = c.where.rfind(':');
      if (colon == std::string::npos) continue;
      const std::string line = c.where.substr(colon + 1);
      if (line.empty() || line.find_first_not_of("0123456789") != std::string::npos) continue;
      result["locations"] =
          Json::array({{{"physicalLocation",
                         {{"artifactLocation", {{"uri", c.where.substr(0, colon)}}},
                          {"region", {{"startLine", std::stoi(line)}}}}}}});
      break;
    }
    results.push_back(result);
  }
  const Json out = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       Json::array({{{"tool", {{"driver", {{"name", "entente"}}}}}, {"results", results}}})}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToJunit(const std::vector<Asked>& all) {
  size_t failed = 0;
  for (const Asked& asked : all) failed += asked.code == 0 ? 0 : 1;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"entente\" tests=\"" +
      std::to_string(all.size()) + "\" failures=\"" + std::to_string(failed) + "\">\n";
  for (const Asked& asked : all) {
    out += "  <testcase classname=\"entente\" name=\"" + XmlText(asked.question) + "\"";
    if (asked.code == 0) {
      out += "/>\n";
      continue;
    }
    out += ">\n    <failure message=\"" + XmlText(MessageOf(asked)) + "\"/>\n  </testcase>\n";
  }
  return out + "</testsuite>\n";
}

}  // namespace entente::wire
