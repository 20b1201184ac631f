// Any bytes as an agreement to be set anew: what is set means the same, and setting it again
// changes nothing.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "service/ask.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const service::Reformatted set = service::Format("x", text);
  ENTENTE_CHECK(set.same_meaning);
  const service::Reformatted again = service::Format("x", set.text);
  ENTENTE_CHECK(again.text == set.text);
  return 0;
}
