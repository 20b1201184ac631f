// How fast reading, checking and asking are, and how they grow. Ratios are taken within one run:
// each figure stands beside BM_Hash, the time in which the same machine hashes the same text.
//
//   build/release/bench/entente_bench

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <fstream>
#include <sstream>

#include "service/ask.h"
#include "wire/json.h"

namespace {

using namespace entente;

const std::string& Agreement() {
  static const std::string text = [] {
    std::ifstream in(ENTENTE_SOURCE_DIR "/agreements/microsoft-openai/agreement.md");
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }();
  return text;
}

// A plain pass over the text, as the yardstick of the run.
void BM_Hash(benchmark::State& state) {
  for (auto _ : state) {
    uint64_t h = 0;
    for (const char c : Agreement()) h = MixHash(h, static_cast<uint64_t>(c));
    benchmark::DoNotOptimize(h);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(Agreement().size()));
}
BENCHMARK(BM_Hash);

void BM_ParseAndCompile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(service::Load("agreement.md", Agreement()));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(Agreement().size()));
}
BENCHMARK(BM_ParseAndCompile)->Unit(benchmark::kMillisecond);

void BM_CheckForClashes(benchmark::State& state) {
  for (auto _ : state) {
    auto snapshot = service::Load("agreement.md", Agreement());
    service::FindClashes(*snapshot);
  }
}
BENCHMARK(BM_CheckForClashes)->Unit(benchmark::kMillisecond);

// Every term without parameters over all time.
void BM_AllClosedTerms(benchmark::State& state) {
  auto snapshot = service::Load("agreement.md", Agreement());
  for (auto _ : state) benchmark::DoNotOptimize(service::DrawClosedTerms(*snapshot));
}
BENCHMARK(BM_AllClosedTerms)->Unit(benchmark::kMillisecond);

// The questions that stand in the text: read, evaluated, proved, checked, explained.
void BM_AllQuestions(benchmark::State& state) {
  auto snapshot = service::Load("agreement.md", Agreement());
  size_t questions = 0;
  for (auto _ : state) questions = service::RunAsks(*snapshot).size();
  state.counters["questions"] = static_cast<double>(questions);
}
BENCHMARK(BM_AllQuestions)->Unit(benchmark::kMillisecond);

std::string RecordOf(int64_t entries) {
  std::string out;
  for (int64_t i = 0; i < entries; ++i) {
    const Date day{DateOf(2025, 11, 1)->day + static_cast<int>(i * 1000 / entries)};
    out += R"({"id": "e)" + std::to_string(i) + R"(", "kind": ")" +
           (i % 10 == 0 ? "Declaration" : "serve") + R"(", "by": "OpenAI", "known": ")" +
           ToText(day) + "\"}\n";
  }
  return out;
}

// One question over a record of n entries: reading it, and answering.
void BM_QuestionOverRecord(benchmark::State& state) {
  const std::string record = RecordOf(state.range(0));
  size_t bytes = 0;
  for (auto _ : state) {
    const size_t before = mallinfo2().uordblks;
    auto snapshot = service::Load("agreement.md", Agreement());
    wire::ReadRecord(snapshot->files, "record", record, snapshot->record, snapshot->findings);
    service::AskOptions options;
    options.on = *DateOf(2028, 1, 1);
    const auto result = service::Ask(*snapshot, check::Form::kMay,
                                     "OpenAI license a Model to a Third Party", options);
    benchmark::DoNotOptimize(result);
    bytes = mallinfo2().uordblks - before;
  }
  state.SetComplexityN(state.range(0));
  state.counters["bytes_kept_per_entry"] =
      static_cast<double>(bytes) / static_cast<double>(state.range(0));
}
BENCHMARK(BM_QuestionOverRecord)
    ->RangeMultiplier(10)
    ->Range(100, 100'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

}  // namespace

BENCHMARK_MAIN();
