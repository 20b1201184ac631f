// Any bytes as a list: reading survives, and rows written out are read again as they were. As kept
// answers too: reading survives, and each says how it was asked.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/csv.h"
#include "wire/saved.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente;
  const auto saved = wire::ReadSavedAnswers(std::string(reinterpret_cast<const char*>(data), size));
  if (saved) {
    for (const wire::SavedAnswer& answer : *saved) ENTENTE_CHECK(!answer.asked.question.empty());
  }
  const auto rows = wire::ReadCsv({reinterpret_cast<const char*>(data), size});
  for (const auto& row : rows) {
    std::vector<std::string> safe = row;
    // What a spreadsheet would run is marked on the way out, so it is not the same afterwards.
    for (std::string& field : safe) {
      if (!field.empty() && std::string_view("=+-@").find(field[0]) != std::string_view::npos)
        field = "x" + field;
      // Bare carriage returns are not kept outside quotes; those within are.
    }
    // A row of one empty field is a blank line.
    if (safe.size() == 1 && safe[0].empty()) continue;
    const auto again = wire::ReadCsv(wire::CsvRow(safe));
    ENTENTE_CHECK(again.size() == 1 && again[0] == safe);
  }
  return 0;
}
