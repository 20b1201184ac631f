#include "wire/saved.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/version.h"
#include "base/words.h"
#include "wire/json.h"

namespace entente::wire {

// In the order of names: two that hold the same are equal.
using Json = nlohmann::json;

namespace {

// Deeper than any answer; what lies below is dropped, and the answer then is another.
constexpr int kDepthMax = 16;

Json Parse(std::string_view text) {
  return Json::parse(
      text, [](int depth, Json::parse_event_t, const Json&) { return depth <= kDepthMax; }, false);
}

std::string Text(const Json& json, const char* name) {
  const auto it = json.find(name);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool Is(const Json& json, const char* name) {
  const auto it = json.find(name);
  return it != json.end() && it->is_boolean() && it->get<bool>();
}

// Reads members of one object; what is not there, or of another type, spoils it.
class Members {
 public:
  explicit Members(const Json& json) : json_(json), good_(json.is_object()) {}

  std::string Text(const char* name) { return Get<std::string>(name, &Json::is_string); }
  bool Is(const char* name) { return Get<bool>(name, &Json::is_boolean); }
  uint64_t Number(const char* name) { return Get<uint64_t>(name, &Json::is_number_unsigned); }
  // Null for none.
  std::optional<Date> Day(const char* name) {
    if (good_ && json_.contains(name) && json_[name].is_null()) return std::nullopt;
    const auto day = ParseDate(Text(name));
    good_ = good_ && day;
    return day;
  }
  std::vector<std::string> Texts(const char* name) {
    std::vector<std::string> out;
    for (const Json& one : Get<Json::array_t>(name, &Json::is_array)) {
      good_ = good_ && one.is_string();
      if (good_) out.push_back(one.get<std::string>());
    }
    return out;
  }
  bool good() const { return good_; }

 private:
  template <class T>
  T Get(const char* name, bool (Json::*is)() const noexcept) {
    const auto it = good_ ? json_.find(name) : json_.end();
    good_ = good_ && it != json_.end() && ((*it).*is)();
    return good_ ? it->get<T>() : T();
  }

  const Json& json_;
  bool good_;
};

// Nothing where it does not say all that is needed to ask again.
std::optional<SavedAnswer> SavedIn(const Json& json) {
  if (!json.is_object() || Text(json, "schema") != "entente.answer/v1" || !json.contains("asked") ||
      !json.contains("ledger")) {
    return std::nullopt;
  }
  SavedAnswer out;
  Members asked(json["asked"]), answer(json);
  out.asked = {.form = asked.Text("form"),
               .question = asked.Text("question"),
               .on = asked.Day("on"),
               .known_at = asked.Day("known_at"),
               .edition = asked.Text("edition"),
               .given = asked.Texts("given"),
               .readings = asked.Texts("readings"),
               .nothing_further = asked.Is("nothing_further"),
               .flips = asked.Is("flips"),
               .record_hash = asked.Text("record_hash")};
  const auto on = answer.Day("on");
  out.agreement_hash = answer.Text("edition");
  out.record = answer.Text("record");
  out.engine = answer.Text("engine");
  if (!asked.good() || !answer.good() || !on || out.asked.question.empty() ||
      (out.asked.form != "may" && out.asked.form != "is" && out.asked.form != "what"))
    return std::nullopt;
  out.on = *on;
  if (const Json& named = json["ledger"]; !named.is_null()) {
    Members ledger(named);
    out.ledger = {ledger.Text("origin"), ledger.Number("size"), ledger.Text("root"),
                  ledger.Number("withheld")};
    if (!ledger.good()) return std::nullopt;
  }
  const auto proof = json.find("proof");
  if (proof != json.end() && proof->is_object() && proof->contains("lines"))
    out.proof_lines = !(*proof)["lines"].empty();
  out.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return out;
}

// What decides: the clauses alone, without the words around them.
Json Deciding(const Json& answer, const std::string& part) {
  if (part != "because") return answer.value(part, Json());
  Json out = Json::array();
  for (const Json& c : answer.value(part, Json::array())) {
    if (Is(c, "deciding")) out.push_back(Text(c, "clause"));
  }
  return out;
}

// Whether it holds on each day on which it held before.
bool HoldsAtLeast(const Json& was, const Json& is) {
  // A day, and nothing for the first or the last of all.
  const auto day = [](const Json& holds, const char* end) {
    return holds.is_object() ? Text(holds, end) : std::string("none");
  };
  const std::string from = day(is, "from"), through = day(is, "through");
  const bool began = from.empty() || (!day(was, "from").empty() && from <= day(was, "from"));
  const bool lasts =
      through.empty() || (!day(was, "through").empty() && through >= day(was, "through"));
  return was.is_object() && is.is_object() && began && lasts;
}

std::string Short(const Json& json) {
  return json.is_string() ? json.get<std::string>()
                          : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<std::vector<SavedAnswer>> ReadSavedAnswers(const std::string& text) {
  const auto none = [](size_t line) {
    return Fail("no-saved-answer",
                "line " + std::to_string(line) + " holds no answer that says how it was asked",
                "keep what may, is, what and why print with --json, one answer a file or a line");
  };
  std::vector<SavedAnswer> out;
  // One document, over many lines.
  if (const Json whole = Parse(text); !whole.is_discarded()) {
    auto saved = SavedIn(whole);
    if (!saved) return none(1);
    out.push_back(std::move(*saved));
    return out;
  }
  size_t line = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view one = Trim(std::string_view(text).substr(at, end - at));
    at = end + 1;
    ++line;
    if (one.empty()) continue;
    const Json json = Parse(one);
    // A row of a list that could not be asked.
    if (json.is_object() && Text(json, "schema") == "entente.failure/v1") continue;
    auto saved = SavedIn(json);
    if (!saved) return none(line);
    if (out.size() == kSavedAnswersMax) {
      return Fail("too-many-answers",
                  "a file holds at most " + std::to_string(kSavedAnswersMax) + " answers",
                  "split it");
    }
    saved->line = line;
    out.push_back(std::move(*saved));
  }
  if (out.empty()) return none(1);
  return out;
}

std::vector<Difference> Differences(const SavedAnswer& saved, const eval::Answer& now) {
  const Json before = Json::parse(saved.json);
  const Json after = Json::parse(ToJsonLine(now));
  std::vector<Difference> out;
  constexpr const char* kDecide[] = {"verdict",  "value", "on",    "because",     "residual",
                                     "assuming", "holds", "flips", "undecided_on"};
  for (const char* part : kDecide) {
    const Json was = Deciding(before, part), is = Deciding(after, part);
    if (was != is) out.push_back({part, Short(was), Short(is), true, false});
  }
  const auto decides = [](const Json& answer) { return Text(answer, "verdict") != "undecided"; };
  const bool longer = out.size() == 1 && out[0].part == "holds" &&
                      HoldsAtLeast(before.value("holds", Json()), after.value("holds", Json()));
  if (longer || (!decides(before) && decides(after))) {
    for (Difference& difference : out) difference.decides = false, difference.firmer = true;
  }
  for (const auto& [part, is] : after.items()) {
    // The release is meant to be another, and what was asked is what is asked.
    if (part == "engine" || part == "asked") continue;
    // A later release tells more.
    if (!before.contains(part)) continue;
    const bool told = std::ranges::any_of(
        out, [&](const Difference& difference) { return difference.part == part; });
    const Json was = before.value(part, Json());
    if (!told && was != is) out.push_back({part, Short(was), Short(is), false, false});
  }
  return out;
}

std::string ToJson(const std::vector<Replayed>& answers) {
  nlohmann::ordered_json out;
  out["schema"] = "entente.replay/v1";
  out["engine"] = "entente " + std::string(kVersion);
  out["answers"] = nlohmann::ordered_json::array();
  for (const Replayed& answer : answers) {
    auto differences = nlohmann::ordered_json::array();
    for (const Difference& d : answer.differences) {
      differences.push_back({{"part", d.part},
                             {"before", d.before},
                             {"after", d.after},
                             {"decides", d.decides},
                             {"firmer", d.firmer}});
    }
    out["answers"].push_back({{"file", answer.file},
                              {"line", answer.line},
                              {"question", answer.question},
                              {"on", ToText(answer.on)},
                              {"engine", answer.engine},
                              {"outcome", answer.outcome},
                              {"why", answer.why},
                              {"differences", std::move(differences)}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace entente::wire
