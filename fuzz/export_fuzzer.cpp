// Any bytes as an exported ledger: opening and walking it survive, and what is accepted was signed.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "ledger/export.h"
#include "ledger/history.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente::ledger;
  const int file = memfd_create("export", 0);
  ENTENTE_CHECK(file >= 0);
  ENTENTE_CHECK(write(file, data, size) == static_cast<ssize_t>(size));
  auto source = ExportFile::Open("/proc/self/fd/" + std::to_string(file));
  if (source) {
    uint64_t lines = 0;
    const auto walked = Walk(**source, {}, [&](const Line&) -> entente::Result<void> {
      ++lines;
      return {};
    });
    if (walked) {
      ENTENTE_CHECK(walked->checkpoint.size == lines);
      ENTENTE_CHECK(SignedBy(walked->note, walked->registry.log()) == true);
    }
  }
  close(file);
  return 0;
}
