// src/check/question.h: a question in the phrases of the agreement, ready to be evaluated.
#pragma once

#include <optional>
#include <span>

#include "check/agreement.h"
#include "eval/world.h"
#include "record/record.h"

namespace entente::check {

enum class Form : uint8_t { kMay, kIs, kWhat };
inline std::string_view WordOf(Form form) {
  return form == Form::kMay ? "may" : form == Form::kIs ? "is" : "what";
}

// A part of the act asked about, for those who vary it.
struct AskedPart {
  std::string name;
  ir::KindId kind;
  ThingId thing;
  // Whether the question described the thing (rather than named or left it out).
  bool described = false;
  std::string text;
};

struct Query {
  Form form = Form::kMay;
  std::string text;
  ir::NodeId node;
  ir::Type type;
  eval::Env env;
  std::vector<AskedPart> parts;
  // What the description of a thing settles.
  std::vector<std::pair<eval::Key, Value>> settled;
  // Truths about described things that their description denies: `other than Research IP`.
  std::vector<ir::NodeId> denied;
  // Kinds that a named thing was said not to be of.
  std::vector<std::pair<ThingId, ir::KindId>> not_of;
  // Facts and figures that were supposed, in the words of whoever asks.
  std::vector<std::string> supposed;
  // `given …`: entries that nobody recorded.
  std::vector<record::Entry> given;
  // The record, for notices that the question is about and does not name. Not owned.
  std::span<const record::Entry> recorded;
  std::vector<std::pair<std::string, std::string>> readings;
  std::optional<Date> on;
  Date unless_named;
  std::optional<Date> known_at;
  // `edition V3`: an amendment, or `original`.
  std::string edition;
  bool nothing_further = false;
  // In the words of a clause: what a person would have to say stays open.
  bool general = false;
};

// Reads a question; `tokens` may end in `, on DATE`, `, given …`, `, known at DATE`,
// `, edition V3`, `, reading A01 as 2`. Things it describes are added to the agreement, which must
// therefore be a copy of one's own. Nothing when it could not be put; `findings` then says why.
std::optional<Query> ReadQuestion(const source::Files& files, Agreement& agreement, Form form,
                                  const std::vector<syntax::Token>& tokens, Query query,
                                  diag::Findings& findings);

// One `given`, without the word: `no Declaration by 1 March 2029`, `Acme is a Customer`,
// `Declaration on 1 February 2027`, `the Largest Run is 5e25 flop`.
bool ReadGiven(const source::Files& files, Agreement& agreement,
               const std::vector<syntax::Token>& tokens, Query& query, diag::Findings& findings);

// `Declaration by OpenAI on 1 February 2027, known on 3 February 2027`, as an entry of a record;
// `no Declaration through 31 March 2027` is a closing mark.
std::optional<record::Entry> ReadEntry(const source::Files& files, Agreement& agreement,
                                       const std::vector<syntax::Token>& tokens, size_t number,
                                       diag::Findings& findings);

}  // namespace entente::check
