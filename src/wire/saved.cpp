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

std::string Text(const Json& json, const char* name) {
  const auto it = json.find(name);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<Date> Day(const Json& json, const char* name) {
  const std::string text = Text(json, name);
  return text.empty() ? std::nullopt : ParseDate(text);
}

std::vector<std::string> Texts(const Json& json, const char* name) {
  std::vector<std::string> out;
  const auto it = json.find(name);
  if (it == json.end() || !it->is_array()) return out;
  for (const Json& one : *it) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

bool Is(const Json& json, const char* name) {
  const auto it = json.find(name);
  return it != json.end() && it->is_boolean() && it->get<bool>();
}

// Nothing where it does not say all that is needed to ask again.
std::optional<SavedAnswer> SavedIn(const Json& json) {
  const auto asked = json.is_object() ? json.find("asked") : json.end();
  if (!json.is_object() || Text(json, "schema") != "entente.answer/v1" || asked == json.end() ||
      !asked->is_object())
    return std::nullopt;
  SavedAnswer out;
  out.asked = {.form = Text(*asked, "form"),
               .question = Text(*asked, "question"),
               .on = Day(*asked, "on"),
               .known_at = Day(*asked, "known_at"),
               .edition = Text(*asked, "edition"),
               .given = Texts(*asked, "given"),
               .readings = Texts(*asked, "readings"),
               .nothing_further = Is(*asked, "nothing_further"),
               .flips = Is(*asked, "flips")};
  const auto on = Day(json, "on");
  if (!on || out.asked.form.empty() || out.asked.question.empty()) return std::nullopt;
  out.on = *on;
  out.agreement_hash = Text(json, "edition");
  out.record = Text(json, "record");
  out.engine = Text(json, "engine");
  const auto ledger = json.find("ledger");
  if (ledger != json.end() && ledger->is_object()) {
    const auto size = ledger->find("size");
    if (size == ledger->end() || !size->is_number_unsigned()) return std::nullopt;
    out.ledger = {Text(*ledger, "origin"), size->get<uint64_t>(), Text(*ledger, "root")};
  }
  const auto proof = json.find("proof");
  out.proof_lines = proof != json.end() && proof->is_object() && !Texts(*proof, "lines").empty();
  out.json = json.dump();
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

std::string Short(const Json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

}  // namespace

Result<std::vector<SavedAnswer>> ReadSavedAnswers(const std::string& text) {
  const auto none = [](size_t line) {
    return Fail("no-saved-answer",
                "line " + std::to_string(line) + " holds no answer that says how it was asked",
                "keep what --json prints; releases before 0.4 did not write how they were asked");
  };
  std::vector<SavedAnswer> out;
  // One document, over many lines.
  if (const Json whole = Json::parse(text, nullptr, false); !whole.is_discarded()) {
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
    auto saved = SavedIn(Json::parse(one, nullptr, false));
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
    if (was != is) out.push_back({part, Short(was), Short(is), true});
  }
  for (const auto& [part, is] : after.items()) {
    // The release is meant to be another, and what was asked is what is asked.
    if (part == "engine" || part == "asked") continue;
    const bool told = std::ranges::any_of(
        out, [&](const Difference& difference) { return difference.part == part; });
    const Json was = before.value(part, Json());
    if (!told && was != is) out.push_back({part, Short(was), Short(is), false});
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
      differences.push_back(
          {{"part", d.part}, {"before", d.before}, {"after", d.after}, {"decides", d.decides}});
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
