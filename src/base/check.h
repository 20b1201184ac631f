// src/base/check.h: stops the program when the program itself is wrong.
//
// A broken agreement is a finding and a failed disk is a Result; only a defect of ours ends here.
// The process exits with 70, the code our users know as "a defect of Entente".
#pragma once

#include <cstdio>
#include <cstdlib>

namespace entente {

[[noreturn]] inline void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "entente: a defect of ours: %s does not hold at %s:%d\n", condition, file,
               line);
  // Not _Exit: a fuzz target asks to be told, and keeps the input.
  std::quick_exit(70);
}

}  // namespace entente

#define ENTENTE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::entente::CheckFailed(#condition, __FILE__, __LINE__))
