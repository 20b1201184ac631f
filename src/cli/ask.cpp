// One question, or one for each line of a list.

#include <fmt/core.h>

#include "base/words.h"
#include "cli/command.h"
#include "wire/json.h"

namespace entente::cli {

int AskOne(const Flags& flags, check::Form form, bool why, bool when) {
  int code = 0;
  service::AskOptions options;
  if (!ReadOptions(flags, options, code)) return code;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  options.flips = why;
  options.proof_lines = flags.json || flags.depth == "tree";
  std::string question = flags.question;
  if (why || when) {
    // `why` and `when` take any question; its first word says which.
    for (const auto& [word, f] : {std::pair{"what ", check::Form::kWhat},
                                  {"is ", check::Form::kIs},
                                  {"may ", check::Form::kMay}}) {
      if (question.starts_with(word)) {
        form = f;
        question = question.substr(std::string_view(word).size());
      }
    }
  }
  const auto result = when ? service::When(*snapshot, form, question, options)
                           : service::Ask(*snapshot, form, question, options);
  if (!result.answer) return Refuse(flags, result.findings, snapshot->files);
  Show(flags, result.findings, snapshot->files, false);
  const Style style = StyleOf(flags);
  if (when) {
    fmt::print("{}", flags.json ? wire::ToJson(*result.answer, result.segments) + "\n"
                                : Render(*result.answer, result.segments, style));
    return 0;
  }
  const Depth depth = flags.depth == "sentence" ? Depth::kSentence
                      : flags.depth == "tree"   ? Depth::kTree
                                                : Depth::kReasons;
  fmt::print("{}", flags.json ? wire::ToJson(*result.answer) + "\n"
                              : Render(*result.answer, depth, style));
  return eval::ExitCodeOf(result.answer->verdict);
}

}  // namespace entente::cli
