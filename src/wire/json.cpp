#include "wire/json.h"

#include <nlohmann/json.hpp>

#include "base/version.h"
#include "base/words.h"

namespace entente::wire {

using diag::FindingKind;
using Json = nlohmann::ordered_json;

namespace {

// A scalar as the text a record keeps; nothing for objects, lists and null.
std::optional<std::string> Scalar(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return value.dump();
  return std::nullopt;
}

// "2027-02-01" or "2027-02-01T14:30:00", in the agreement's own zone.
std::optional<Position> ReadMoment(std::string_view text, bool* undated_time) {
  const auto date = ParseDate(text.substr(0, 10));
  if (!date) return std::nullopt;
  *undated_time = text.size() == 10;
  if (text.size() == 10) return Position::StartOf(*date);
  if (text.size() != 19 || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  int parts[3];
  for (int i = 0; i < 3; ++i) {
    const char a = text[static_cast<size_t>(11 + 3 * i)], b = text[static_cast<size_t>(12 + 3 * i)];
    if (a < '0' || a > '9' || b < '0' || b > '9') return std::nullopt;
    parts[i] = (a - '0') * 10 + (b - '0');
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return Position::At(*date, parts[0] * 3600 + parts[1] * 60 + parts[2]);
}

class LineReader {
 public:
  LineReader(source::Span at, diag::Findings& findings) : at_(at), findings_(findings) {}

  std::optional<record::Entry> Read(std::string_view line) {
    if (line.size() > kLineBytesMax) {
      return Bad("the entry has more than " + std::to_string(kLineBytesMax) + " bytes",
                 "keep large material elsewhere and give its hash in `evidence`");
    }
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) return Bad("the line is not JSON", "write one JSON object a line");
    if (!json.is_object())
      return Bad("the line is not a JSON object", "write {\"id\": …, \"kind\": …}");
    record::Entry entry;
    entry.at = at_;
    bool known = false, happened = false;
    for (const auto& [name, value] : json.items()) {
      const auto text = Scalar(value);
      if (name == "fields") {
        if (!value.is_object())
          return Bad("`fields` is not an object", "write {\"fields\": {\"product\": \"P\"}}");
        for (const auto& [field, inner] : value.items()) {
          const auto scalar = Scalar(inner);
          if (!scalar) {
            return Bad("the field " + Quoted(field) +
                           " is neither a text, a whole number nor true or false",
                       "write amounts as texts, such as \"12.50\"");
          }
          entry.fields.push_back({field, *scalar});
        }
        continue;
      }
      if (name == "signers") {
        if (!value.is_array() || !std::all_of(value.begin(), value.end(), [](const Json& signer) {
              return signer.is_string();
            })) {
          return Bad("`signers` is no list of names", "write {\"signers\": [\"OpenAI\"]}");
        }
        entry.signers = value.get<std::vector<std::string>>();
        continue;
      }
      if (!text)
        return Bad(Quoted(name) + " is neither a text, a whole number nor true or false",
                   "write it as a text");
      if (name == "id")
        entry.id = *text;
      else if (name == "kind")
        entry.kind = *text;
      else if (name == "by")
        entry.by = *text;
      else if (name == "source")
        entry.source = *text;
      else if (name == "evidence")
        entry.evidence = *text;
      else if (name == "contested")
        entry.contested = *text == "true";
      else if (name == "withheld")
        entry.withheld = *text == "true";
      else if (name == "forged")
        entry.forged = *text == "true";
      else if (name == "number") {
        const auto number = Rational::Parse(*text);
        const bool whole = number && number->denominator() == 1 && number->numerator() >= 0 &&
                           number->numerator() <= record::kNumberMax;
        if (!whole) {
          return Bad("`number` is " + Quoted(*text) + ", which is no number of an entry",
                     "a ledger numbers up to " + std::to_string(record::kNumberMax));
        }
        entry.number = static_cast<uint32_t>(static_cast<int64_t>(number->numerator()));
      } else if (name == "recorded") {
        entry.recorded = ParseDate(*text);
        if (!entry.recorded) return Date_("recorded", *text);
      } else if (name == "happened") {
        const auto moment = ReadMoment(*text, &entry.undated_time);
        if (!moment) return Date_("happened", *text);
        entry.happened = *moment;
        happened = true;
      } else if (name == "known") {
        const auto date = ParseDate(*text);
        if (!date) return Date_("known", *text);
        entry.known = *date;
        known = true;
      } else {
        return Bad("an entry has no part " + Quoted(name),
                   "what is particular to a kind stands under `fields`");
      }
    }
    if (entry.id.empty() || entry.kind.empty())
      return Bad("an entry has an `id` and a `kind`", "add the missing one");
    if (!happened && !known)
      return Bad("an entry says when it happened or became known", "add `happened` or `known`");
    if (!happened) entry.happened = Position::StartOf(entry.known);
    if (!known) entry.known = entry.happened.date();
    return entry;
  }

 private:
  std::nullopt_t Bad(std::string message, std::string help) {
    findings_.Add({.kind = FindingKind::kBadEntry,
                   .at = at_,
                   .message = std::move(message),
                   .labels = {},
                   .instance = {},
                   .help = std::move(help)});
    return std::nullopt;
  }
  std::nullopt_t Date_(std::string_view part, const std::string& text) {
    findings_.Add(
        {.kind = FindingKind::kNoSuchDate,
         .at = at_,
         .message = Quoted(part) + " is " + Quoted(text) + ", which is no day of the calendar",
         .labels = {},
         .instance = {},
         .help = "write 2027-02-01, or 2027-02-01T14:30:00 in the agreement's own time"});
    return std::nullopt;
  }

  source::Span at_;
  diag::Findings& findings_;
};

Json Of(const eval::Citation& c) {
  return {{"clause", c.label},       {"where", c.where},       {"says", c.says},
          {"prose", c.prose},        {"deciding", c.deciding}, {"over", c.over},
          {"amendment", c.amendment}};
}

Json Of(const std::vector<eval::Case>& cases) {
  Json out = Json::array();
  for (const eval::Case& c : cases)
    out.push_back({{"outcome", c.outcome}, {"conditions", c.conditions}});
  return out;
}

Json OptionalDate(const std::optional<Date>& date) {
  return date ? Json(ToText(*date)) : Json(nullptr);
}

Json Of(const eval::Segment& s) {
  return {{"from", s.from == Date{0} ? Json(nullptr) : Json(ToText(s.from))},
          {"through", OptionalDate(s.through)},
          {"verdict", std::string(eval::NameOf(s.verdict))},
          {"value", s.value},
          {"clauses", s.clauses},
          {"cases", Of(s.cases)},
          {"cause", s.cause},
          {"readings", s.readings}};
}

Json Of(const eval::Change& c) {
  return {{"clause", c.label},      {"question", c.question},
          {"from", ToText(c.from)}, {"through", OptionalDate(c.through)},
          {"before", Of(c.before)}, {"after", Of(c.after)}};
}

Json Of(const eval::ClauseVersion& v) {
  Json stretches = Json::array();
  for (const eval::ClauseVersion::Stretch& s : v.stretches) {
    stretches.push_back({{"from", OptionalDate(s.from)},
                         {"through", OptionalDate(s.through)},
                         {"conditions", s.conditions}});
  }
  return {{"clause", Of(v.clause)},
          {"by", v.by},
          {"restated_by", v.restated_by},
          {"silent", v.silent},
          {"stretches", stretches}};
}

Json Of(const eval::ClauseChange& c) {
  Json words = Json::array();
  for (const auto& [mark, text] : c.words)
    words.push_back({{"in", mark == ' '   ? "both"
                            : mark == '-' ? "older"
                                          : "newer"},
                     {"text", text}});
  const auto side = [](const eval::Citation& citation) {
    return citation.label.empty() ? Json(nullptr) : Of(citation);
  };
  return {{"clause", c.label},        {"change", c.change},     {"by", c.by},
          {"before", side(c.before)}, {"after", side(c.after)}, {"words", words}};
}

// Whatever bytes a text holds, what goes out is UTF-8.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json Of(const std::optional<eval::LedgerName>& ledger) {
  if (!ledger) return nullptr;
  return {{"origin", ledger->origin},
          {"size", ledger->size},
          {"root", ledger->root},
          {"withheld", ledger->withheld}};
}

Json Of(const eval::Asked& a) {
  return {{"form", a.form},           {"question", a.question},
          {"on", OptionalDate(a.on)}, {"known_at", OptionalDate(a.known_at)},
          {"edition", a.edition},     {"given", a.given},
          {"readings", a.readings},   {"nothing_further", a.nothing_further},
          {"flips", a.flips},         {"record_hash", a.record_hash}};
}

Json Of(const eval::Answer& a) {
  Json out;
  out["schema"] = "entente.answer/v1";
  out["verdict"] = std::string(eval::NameOf(a.verdict));
  out["value"] = a.value;
  out["question"] = a.question;
  out["asked"] = Of(a.asked);
  out["sentence"] = a.sentence;
  out["on"] = ToText(a.on);
  out["known_at"] = OptionalDate(a.known_at);
  out["edition"] = a.agreement_hash;
  out["amendment"] = a.edition;
  out["record"] = a.record;
  out["ledger"] = Of(a.ledger);
  out["engine"] = "entente " + std::string(kVersion);
  out["assuming"] = Json::array();
  for (const eval::Assumption& x : a.assuming) {
    out["assuming"].push_back({{"text", x.text},
                               {"reading", x.reading},
                               {"decisive", x.decisive},
                               {"otherwise", x.otherwise}});
  }
  out["because"] = Json::array();
  for (const eval::Citation& c : a.because) out["because"].push_back(Of(c));
  out["turns_on"] = a.turns_on;
  out["residual"] = {{"cases", Of(a.cases)}, {"exact", a.exact}};
  out["flips"] = Json::array();
  for (const eval::Flip& f : a.flips)
    out["flips"].push_back({{"change", f.change}, {"becomes", f.becomes}, {"clauses", f.clauses}});
  out["holds"] = {{"from", OptionalDate(a.from)},
                  {"from_cause", a.from_cause},
                  {"through", OptionalDate(a.through)},
                  {"through_cause", a.through_cause},
                  {"through_readings", a.through_readings}};
  out["notes"] = a.notes;
  out["undecided_on"] = a.undecided_on;
  out["proof"] = {{"steps", a.proof_steps}, {"lines", a.proof}};
  return out;
}

}  // namespace

void ReadRecord(source::Files& files, std::string name, std::string text, record::Record& record,
                diag::Findings& findings) {
  const auto file = files.Add(std::move(name), std::move(text));
  const std::string& whole = files.Get(file).text;
  if (whole.size() > kRecordBytesMax) {
    findings.Add({.kind = FindingKind::kTooLarge,
                  .at = {file, 0, 0},
                  .message = "the record is larger than allowed",
                  .labels = {},
                  .instance = {},
                  .help = "split it by period"});
    return;
  }
  uint32_t begin = 0;
  while (begin < whole.size()) {
    const size_t newline = whole.find('\n', begin);
    const uint32_t end =
        static_cast<uint32_t>(newline == std::string::npos ? whole.size() : newline);
    const std::string_view line = std::string_view(whole).substr(begin, end - begin);
    if (!Trim(line).empty()) {
      if (auto entry = LineReader({file, begin, end}, findings).Read(line))
        record.Admit(std::move(*entry), findings);
    }
    begin = end + 1;
  }
}

std::string ToJson(const eval::Answer& answer) { return Dump(Of(answer)); }

std::string ToJsonLine(const eval::Answer& answer) {
  return Of(answer).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string FailureLine(const std::string& question, const std::string& failure) {
  const Json out = {{"schema", "entente.failure/v1"}, {"question", question}, {"failure", failure}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ToJson(const eval::Answer& answer, const std::vector<eval::Segment>& segments) {
  Json out;
  out["schema"] = "entente.timeline/v1";
  out["question"] = answer.question;
  out["scheduled_through"] = OptionalDate(answer.scheduled_through);
  out["known_at"] = OptionalDate(answer.known_at);
  out["edition"] = answer.agreement_hash;
  out["record"] = answer.record;
  out["segments"] = Json::array();
  for (const eval::Segment& s : segments) out["segments"].push_back(Of(s));
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Lane>& lanes) {
  Json out;
  out["schema"] = "entente.lanes/v1";
  out["lanes"] = Json::array();
  for (const eval::Lane& lane : lanes) {
    Json one = {{"clause", lane.label}, {"question", lane.question}, {"forbids", lane.forbids}};
    one["segments"] = Json::array();
    for (const eval::Segment& s : lane.segments) one["segments"].push_back(Of(s));
    out["lanes"].push_back(one);
  }
  return Dump(out);
}

std::string Sourced(std::string json, const std::optional<eval::LedgerName>& ledger) {
  if (!ledger) return json;
  Json out = Json::parse(json);
  if (!out.contains("ledger")) out["ledger"] = Of(ledger);
  if (!out.contains("engine")) out["engine"] = "entente " + std::string(kVersion);
  return Dump(out);
}

std::string ToJson(const eval::Comparison& comparison) {
  Json out;
  out["schema"] = "entente.comparison/v1";
  out["supposed"] = comparison.supposed;
  out["questions"] = comparison.questions;
  out["changes"] = Json::array();
  for (const eval::Change& c : comparison.changes) out["changes"].push_back(Of(c));
  const auto of = [](const std::vector<eval::Comparison::Same>& same) {
    Json all = Json::array();
    for (const eval::Comparison::Same& s : same) {
      all.push_back(
          {{"clause", s.label}, {"question", s.question}, {"is", Of(s.is)}, {"since", s.since}});
    }
    return all;
  };
  out["same"] = of(comparison.same);
  out["ends"] = OptionalDate(comparison.ends);
  out["survives"] = of(comparison.survives);
  return Dump(out);
}

std::string ToJson(const eval::Stages& stages) {
  Json out;
  out["schema"] = "entente.stages/v1";
  out["stages"] = stages.stages;
  out["rows"] = Json::array();
  for (const eval::Stages::Row& row : stages.rows) {
    Json one = {{"clause", row.label}, {"question", row.question}};
    one["at"] = Json::array();
    for (const eval::Segment& s : row.at) one["at"].push_back(Of(s));
    out["rows"].push_back(one);
  }
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Change>& changes) {
  Json out;
  out["schema"] = "entente.changes/v1";
  out["changes"] = Json::array();
  for (const eval::Change& c : changes) out["changes"].push_back(Of(c));
  return Dump(out);
}

std::string ToJson(const std::vector<eval::OpenPoint>& points) {
  Json out;
  out["schema"] = "entente.open/v1";
  out["points"] = Json::array();
  for (const eval::OpenPoint& p : points) {
    out["points"].push_back(
        {{"what", p.what}, {"kind", p.kind}, {"settled_by", p.settled_by}, {"clauses", p.clauses}});
  }
  return Dump(out);
}

std::string ToJson(const eval::OwedList& list) {
  Json out;
  out["schema"] = "entente.owed/v1";
  out["edition"] = list.agreement_hash;
  out["record"] = list.record;
  out["on"] = ToText(list.on);
  out["owed"] = Json::array();
  for (const eval::Owed& o : list.owed) {
    out["owed"].push_back({{"state", std::string(eval::NameOf(o.state))},
                           {"clause", Of(o.clause)},
                           {"says", o.says},
                           {"who", o.who},
                           {"to", o.to},
                           {"amount", o.amount},
                           {"part", o.part},
                           {"arose", ToText(o.arose)},
                           {"entry", o.entry},
                           {"due", OptionalDate(o.due)},
                           {"due_says", o.due_says},
                           {"done", OptionalDate(o.done)},
                           {"done_by", o.done_by},
                           {"readings", o.readings},
                           {"open", o.open}});
  }
  out["unsettled"] = Json::array();
  for (const eval::OpenEntry& entry : list.unsettled) {
    out["unsettled"].push_back({{"entry", entry.id},
                                {"kind", entry.kind},
                                {"happened", ToText(entry.happened)},
                                {"clauses", entry.clauses}});
  }
  out["notes"] = list.notes;
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Argument>& arguments) {
  Json out;
  out["schema"] = "entente.arguments/v1";
  out["arguments"] = Json::array();
  for (const eval::Argument& a : arguments) {
    out["arguments"].push_back({{"reading", a.reading},
                                {"alternative", a.alternative},
                                {"outcome", a.outcome},
                                {"against", a.against},
                                {"also", a.also}});
  }
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Interval>& intervals) {
  Json out;
  out["schema"] = "entente.limit/v1";
  out["intervals"] = Json::array();
  const auto end = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
  };
  for (const eval::Interval& i : intervals) {
    out["intervals"].push_back({{"item", i.item.empty() ? Json(nullptr) : Json(i.item)},
                                {"from", end(i.from)},
                                {"from_included", i.from && !i.from_open},
                                {"through", end(i.through)},
                                {"through_included", i.through && !i.through_open},
                                {"verdict", std::string(eval::NameOf(i.verdict))},
                                {"clauses", i.clauses}});
  }
  return Dump(out);
}

std::string ToJson(const eval::AuditReport& audit) {
  Json out;
  out["schema"] = "entente.audit/v1";
  out["entries"] = Json::array();
  for (const eval::Irregularity& i : audit.entries) {
    out["entries"].push_back({{"entry", i.entry},
                              {"happened", ToText(i.happened)},
                              {"what", i.what},
                              {"finding", i.finding},
                              {"clauses", i.clauses}});
  }
  out["record"] = audit.record;
  out["notes"] = audit.notes;
  return Dump(out);
}

std::string ToJson(const eval::Coverage& coverage) {
  Json out;
  out["schema"] = "entente.coverage/v1";
  out["passages"] = Json::array();
  for (const eval::Coverage::Passage& p : coverage.passages) {
    out["passages"].push_back({{"where", p.where},
                               {"heading", p.heading},
                               {"text", p.text},
                               {"status", p.status},
                               {"clauses", p.clauses},
                               {"shares", p.shares}});
  }
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Readback>& clauses) {
  Json out;
  out["schema"] = "entente.readback/v1";
  out["clauses"] = Json::array();
  for (const eval::Readback& c : clauses) {
    Json one = {{"clause", Of(c.citation)}};
    one["rules"] = Json::array();
    for (const eval::Readback::Rule& r : c.rules)
      one["rules"].push_back(
          {{"says", r.says}, {"when", r.when}, {"over", r.over}, {"reading", r.reading}});
    one["open"] = c.open;
    out["clauses"].push_back(one);
  }
  return Dump(out);
}

std::string ToJson(const eval::Rulebook& rules) {
  Json out;
  out["schema"] = "entente.rules/v1";
  out["act"] = rules.act;
  out["phrase"] = rules.phrase;
  out["decides"] = rules.decides;
  out["rules"] = Json::array();
  for (const eval::Rulebook::Line& line : rules.lines) {
    Json one = Of(line.citation);
    one["allows"] = line.allows;
    one["outside"] = line.outside;
    out["rules"].push_back(one);
  }
  out["silent_otherwise"] = rules.silent_otherwise;
  return Dump(out);
}

std::string ToJson(const eval::ClauseView& clause) {
  Json out;
  out["schema"] = "entente.clause/v1";
  out["clause"] = Of(clause.citation);
  out["in_force"] = !clause.gone;
  out["section"] = clause.section;
  out["readings"] = clause.readings;
  out["open_points"] = clause.open_points;
  out["prevails_over"] = clause.over;
  out["yields_to"] = clause.yields_to;
  out["on"] = OptionalDate(clause.on);
  out["norms"] = Json::array();
  for (const auto& [question, is] : clause.norms)
    out["norms"].push_back({{"question", question}, {"is", Of(is)}});
  return Dump(out);
}

std::string ToJson(const std::vector<AskRun>& asks) {
  Json out;
  out["schema"] = "entente.tests/v1";
  size_t passed = 0;
  for (const AskRun& ask : asks) passed += ask.passed ? 1 : 0;
  out["passed"] = passed;
  out["failed"] = asks.size() - passed;
  out["asks"] = Json::array();
  for (const AskRun& a : asks) {
    out["asks"].push_back({{"where", a.where},
                           {"question", a.question},
                           {"expected", a.expected},
                           {"got", a.got},
                           {"passed", a.passed}});
  }
  return Dump(out);
}

std::string ToJson(const std::vector<BlockReview>& blocks) {
  Json out;
  out["schema"] = "entente.review/v1";
  out["blocks"] = Json::array();
  for (const BlockReview& b : blocks) {
    out["blocks"].push_back(
        {{"state", b.state}, {"where", b.where}, {"heading", b.heading}, {"clauses", b.clauses}});
  }
  return Dump(out);
}

std::string ToJson(const std::vector<diag::KindInfo>& kinds) {
  Json out;
  out["schema"] = "entente.kinds/v1";
  out["kinds"] = Json::array();
  for (const diag::KindInfo& info : kinds) {
    out["kinds"].push_back({{"code", std::string(info.code)},
                            {"kind", std::string(info.name)},
                            {"severity", std::string(diag::NameOf(info.severity))},
                            {"about", std::string(info.about)}});
  }
  return Dump(out);
}

std::string ToJson(const diag::Findings& findings, const source::Files& files) {
  Json out;
  out["schema"] = "entente.findings/v1";
  out["findings"] = Json::array();
  for (const diag::Finding& f : findings.all()) {
    const diag::KindInfo info = diag::InfoOf(f.kind);
    Json one = {{"code", std::string(info.code)},
                {"kind", std::string(info.name)},
                {"severity", std::string(diag::NameOf(info.severity))},
                {"message", f.message}};
    const auto place = [&](source::Span span) -> Json {
      if (!span.valid()) return nullptr;
      const source::Place p = files.PlaceOf(span.file, span.begin);
      return {{"file", files.Get(span.file).name}, {"line", p.line}, {"column", p.column}};
    };
    one["at"] = place(f.at);
    one["labels"] = Json::array();
    for (const diag::Label& l : f.labels)
      one["labels"].push_back({{"at", place(l.span)}, {"text", l.text}});
    one["instance"] = f.instance;
    one["help"] = f.help;
    out["findings"].push_back(one);
  }
  return Dump(out);
}

std::string ToJson(const std::string& label, const std::vector<eval::ClauseVersion>& versions) {
  Json out;
  out["schema"] = "entente.blame/v1";
  out["clause"] = label;
  out["versions"] = Json::array();
  for (const eval::ClauseVersion& v : versions) out["versions"].push_back(Of(v));
  return Dump(out);
}

std::string ToJson(const eval::EditionDiff& diff) {
  Json out;
  out["schema"] = "entente.diff/v1";
  out["older"] = diff.older;
  out["newer"] = diff.newer;
  out["on"] = ToText(diff.on);
  out["from"] = ToText(diff.from);
  out["questions"] = diff.questions;
  out["clauses"] = Json::array();
  for (const eval::ClauseChange& c : diff.clauses) out["clauses"].push_back(Of(c));
  out["outcomes"] = Json::array();
  for (const eval::Change& c : diff.outcomes) out["outcomes"].push_back(Of(c));
  return Dump(out);
}

namespace {

Json Of(const eval::Power::Deadline& d) {
  Json sent = Json::array();
  for (const auto& [channel, day] : d.sent)
    sent.push_back({{"channel", channel}, {"last", ToText(day)}});
  return {{"last", ToText(d.last)},
          {"sent", sent},
          {"in_time", OptionalDate(d.in_time)},
          {"late", OptionalDate(d.late)}};
}

}  // namespace

std::string ToJson(const eval::NoticeCheck& notice) {
  Json out;
  out["schema"] = "entente.notice/v1";
  out["edition"] = notice.agreement_hash;
  out["record"] = notice.record;
  out["entry"] = notice.entry;
  out["says"] = notice.says;
  out["sent"] = ToText(notice.sent);
  out["channel"] = notice.channel;
  out["table"] = notice.table;
  out["channels"] = notice.channels;
  out["given"] = OptionalDate(notice.given);
  out["why_not"] = notice.why_not;
  out["power"] = eval::NameOf(notice.power);
  out["because"] = Json::array();
  for (const eval::Citation& c : notice.because) out["because"].push_back(Of(c));
  out["has_term"] = notice.has_term;
  out["ends_without"] = OptionalDate(notice.ends_without);
  out["ends_with"] = OptionalDate(notice.ends_with);
  out["missed"] = notice.missed ? Of(*notice.missed) : Json(nullptr);
  return Dump(out);
}

std::string ToJson(const eval::PowerList& list) {
  Json out;
  out["schema"] = "entente.powers/v1";
  out["edition"] = list.agreement_hash;
  out["record"] = list.record;
  out["from"] = ToText(list.from);
  out["to"] = ToText(list.to);
  out["powers"] = Json::array();
  for (const eval::Power& p : list.powers) {
    Json segments = Json::array(), deadlines = Json::array();
    for (const eval::Segment& s : p.segments) segments.push_back(Of(s));
    for (const eval::Power::Deadline& d : p.deadlines) {
      deadlines.push_back(Of(d));
    }
    out["powers"].push_back({{"clause", p.label},
                             {"question", p.question},
                             {"who", p.who},
                             {"segments", segments},
                             {"deadlines", deadlines}});
  }
  return Dump(out);
}

std::string ToJson(const eval::Proceeding& matter) {
  Json out;
  out["schema"] = "entente.declaration/v1";
  out["edition"] = matter.agreement_hash;
  out["record"] = matter.record;
  out["ledger"] = Of(matter.ledger);
  out["engine"] = "entente " + std::string(kVersion);
  out["on"] = ToText(matter.on);
  out["entry"] = matter.entry;
  out["says"] = matter.says;
  out["given"] = ToText(matter.given);
  out["evidence"] = matter.evidence;
  out["power"] = eval::NameOf(matter.power);
  const eval::Proceeding::Step* decided = matter.decided();
  out["decided"] = decided != nullptr ? Json(decided->notice) : Json(nullptr);
  out["steps"] = Json::array();
  for (const eval::Proceeding::Step& step : matter.steps) {
    Json clauses = Json::array(), made = Json::array(), turns = Json::array();
    for (const eval::Citation& c : step.clauses) clauses.push_back(Of(c));
    for (const eval::Proceeding::Made& m : step.made) {
      made.push_back({{"entry", m.entry},
                      {"by", m.by},
                      {"given", ToText(m.given)},
                      {"source", m.source},
                      {"evidence", m.evidence},
                      {"standing", m.standing},
                      {"clauses", m.clauses},
                      {"why", m.why}});
    }
    for (const eval::Proceeding::Step::Turn& turn : step.turns) {
      turns.push_back({{"who", turn.who},
                       {"may", eval::NameOf(turn.may)},
                       {"clauses", turn.clauses},
                       {"why", turn.why}});
    }
    out["steps"].push_back({{"notice", step.notice},
                            {"clauses", clauses},
                            {"makers", step.makers},
                            {"closes", step.closes},
                            {"sealed", step.sealed},
                            {"counted", step.counted()},
                            {"made", made},
                            {"may", turns}});
  }
  out["notes"] = matter.notes;
  return Dump(out);
}

std::string ToJson(const std::vector<eval::Overturned>& overturned, size_t asked) {
  Json out;
  out["schema"] = "entente.overturned/v1";
  out["questions"] = asked;
  out["entries"] = Json::array();
  for (const eval::Overturned& o : overturned) {
    Json changes = Json::array();
    for (const eval::Change& c : o.changes) changes.push_back(Of(c));
    out["entries"].push_back({{"entry", o.entry},
                              {"says", o.says},
                              {"recorded", ToText(o.recorded)},
                              {"changes", changes}});
  }
  return Dump(out);
}

}  // namespace entente::wire
