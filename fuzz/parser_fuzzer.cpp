// Any bytes as an agreement to be read, without what follows: blocks, sentences and readings are
// found, every finding can be drawn, and the tree gives the text back.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "syntax/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente;
  source::Files files;
  diag::Findings findings;
  const auto file = files.Add("x", std::string(reinterpret_cast<const char*>(data), size));
  const syntax::Tree tree = syntax::Parse(files, file, findings);
  ENTENTE_CHECK(syntax::Print(files, tree) == files.Get(file).text);
  for (const syntax::Statement& s : tree.statements) {
    std::vector<syntax::ReadingUse> readings;
    const auto variants = syntax::Expand(files, s.tokens, readings, findings);
    ENTENTE_CHECK(variants.size() <= syntax::kVariantsMax);
  }
  for (const diag::Finding& f : findings.all()) {
    ENTENTE_CHECK(!diag::Draw(f, files, true).empty());
  }
  return 0;
}
