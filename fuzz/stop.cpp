// Linked into every fuzz target: where the program stops on a defect of ours, the fuzzer is to keep
// the input, which it does of what aborts.

#include <cstdlib>

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  return std::at_quick_exit([] { std::abort(); });
}
