// Any bytes as an agreement and a question: reading, checking and asking survive, the tree gives
// the text back, and an answer is given or a finding says why not.
//
// Input: the agreement, then a line that begins with `?` and the question.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "service/ask.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::string question = "Alder serve a Product";
  if (const size_t mark = text.rfind("\n?"); mark != std::string::npos) {
    question = text.substr(mark + 2);
    text.resize(mark + 1);
  }
  source::Files files;
  diag::Findings findings;
  const auto file = files.Add("x", text);
  ENTENTE_CHECK(syntax::Print(files, syntax::Parse(files, file, findings)) == text);

  auto snapshot = service::Load("x", text);
  for (const diag::Finding& f : snapshot->findings.all()) {
    ENTENTE_CHECK(!diag::Draw(f, snapshot->files, true).empty());
  }
  if (!snapshot->findings.any_error() && snapshot->agreement.clauses.size() < 12)
    service::FindClashes(*snapshot);
  service::AskOptions options;
  options.flips = true;
  for (const auto form : {check::Form::kMay, check::Form::kIs, check::Form::kWhat}) {
    const auto result = service::Ask(*snapshot, form, question, options);
    ENTENTE_CHECK(result.answer.has_value() || result.findings.any_error());
  }
  return 0;
}
