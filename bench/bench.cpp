// How fast reading, checking and asking are, and how they grow. Ratios are taken within one run:
// each figure stands beside BM_Hash, the time in which the same machine hashes the same text.
//
//   build/release/bench/entente_bench

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/check.h"
#include "service/ask.h"
#include "service/editions.h"
#include "service/owed.h"
#include "service/powers.h"
#include "service/survey.h"
#include "wire/json.h"

namespace {

using namespace entente;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

const std::string kAgreement = ENTENTE_SOURCE_DIR "/agreements/microsoft-openai/agreement.md";

auto LoadAgreement() { return service::Load(kAgreement, ReadFile(kAgreement), ReadFile); }

// The bytes of its files.
const std::string& Agreement() {
  static const std::string text = [] {
    const auto snapshot = LoadAgreement();
    std::string out;
    for (const source::FileId file : snapshot->texts) out += snapshot->files.Get(file).text;
    return out;
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
  for (auto _ : state) benchmark::DoNotOptimize(LoadAgreement());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(Agreement().size()));
}
BENCHMARK(BM_ParseAndCompile)->Unit(benchmark::kMillisecond);

void BM_CheckForClashes(benchmark::State& state) {
  for (auto _ : state) {
    auto snapshot = LoadAgreement();
    service::FindClashes(*snapshot);
  }
}
BENCHMARK(BM_CheckForClashes)->Unit(benchmark::kMillisecond);

// Every term without parameters over all time.
void BM_AllClosedTerms(benchmark::State& state) {
  auto snapshot = LoadAgreement();
  for (auto _ : state) benchmark::DoNotOptimize(service::DrawClosedTerms(*snapshot));
}
BENCHMARK(BM_AllClosedTerms)->Unit(benchmark::kMillisecond);

// The questions that stand in the text: read, evaluated, proved, checked, explained.
void BM_AllQuestions(benchmark::State& state) {
  auto snapshot = LoadAgreement();
  size_t questions = 0;
  for (auto _ : state) questions = service::RunAsks(*snapshot).size();
  state.counters["questions"] = static_cast<double>(questions);
}
BENCHMARK(BM_AllQuestions)->Unit(benchmark::kMillisecond);

// Every question that the clauses raise, over all time.
void BM_Timeline(benchmark::State& state) {
  auto snapshot = LoadAgreement();
  size_t lanes = 0;
  for (auto _ : state) {
    diag::Findings findings;
    lanes = service::Lanes(*snapshot, {}, findings).size();
  }
  state.counters["lanes"] = static_cast<double>(lanes);
}
BENCHMARK(BM_Timeline)->Unit(benchmark::kMillisecond);

void BM_WhatIf(benchmark::State& state) {
  auto snapshot = LoadAgreement();
  for (auto _ : state) {
    diag::Findings findings;
    benchmark::DoNotOptimize(
        service::WhatIf(*snapshot, {"Verification on 2031-03-31"}, {}, findings));
  }
}
BENCHMARK(BM_WhatIf)->Unit(benchmark::kMillisecond);

// n clauses on n / 10 acts, a tenth of them exceptions.
std::string TextOf(int64_t clauses) {
  std::string out = "# t\n\n```entente\nparty Alder, Birch\nkind Work; Sketch, of Work\n";
  for (int64_t a = 0; a < clauses / 10; ++a) {
    out += "act do";
    for (int64_t n = a; n > 0; n /= 26) out += static_cast<char>('a' + n % 26);
    out += "x (Work)\n";
  }
  for (int64_t i = 0; i < clauses; ++i) {
    std::string act = "do";
    for (int64_t n = i / 10; n > 0; n /= 26) act += static_cast<char>('a' + n % 26);
    act += "x";
    out += std::to_string(i + 1) + "  Alder " +
           (i % 10 == 0 ? "must not " + act + " a Sketch, despite " + std::to_string(i + 2)
                        : "may " + act + " a Work, through 20" + std::to_string(30 + i % 10)) +
           "\n";
  }
  return out + "```\n";
}

void BM_CompileClauses(benchmark::State& state) {
  const std::string text = TextOf(state.range(0));
  for (auto _ : state) {
    const auto snapshot = service::Load("t.md", text);
    if (snapshot->findings.any_error()) state.SkipWithError("the text is not sound");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(text.size()));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_CompileClauses)
    ->RangeMultiplier(10)
    ->Range(100, 10'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

void BM_FormatClauses(benchmark::State& state) {
  const std::string text = TextOf(state.range(0));
  for (auto _ : state) {
    source::Files files;
    diag::Findings findings;
    const auto file = files.Add("t.md", text);
    benchmark::DoNotOptimize(syntax::Format(files, syntax::Parse(files, file, findings)));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(text.size()));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_FormatClauses)
    ->RangeMultiplier(10)
    ->Range(100, 10'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

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
    auto snapshot = LoadAgreement();
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

// Where two neighbouring editions of the first agreement answer differently.
void BM_Diff(benchmark::State& state) {
  auto snapshot = LoadAgreement();
  size_t questions = 0;
  for (auto _ : state) {
    diag::Findings findings;
    questions = service::Diff(*snapshot, "V3", "V4", {}, {false, true}, findings)->questions;
  }
  state.counters["questions"] = static_cast<double>(questions);
}
BENCHMARK(BM_Diff)->Unit(benchmark::kMillisecond);

// A clause amended n times, compiled; the limit is 64.
void BM_CompileAmendments(benchmark::State& state) {
  std::string text =
      "# t\n\n```entente\neffective 1 January 2026\nparty Alder\nkind Work\n"
      "act use (Work)\n1  Alder may use a Work, through 2040\n```\n";
  for (int64_t a = 1; a <= state.range(0); ++a) {
    const Date day{DateOf(2026, 1, 1)->day + static_cast<int>(a)};
    text += "\n```entente\namendment " + std::to_string(a) + " of " + ToLongText(day) +
            "\nreplace 1\n1  Alder may use a Work, through " + std::to_string(2040 + a) + "\n```\n";
  }
  for (auto _ : state) {
    const auto snapshot = service::Load("t.md", text);
    if (snapshot->findings.any_error()) state.SkipWithError("the text is not sound");
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_CompileAmendments)
    ->RangeMultiplier(2)
    ->Range(8, 64)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

// So many duties in each month, done on time for so many months but for the last three.
std::unique_ptr<service::Snapshot> EachMonth(int64_t duties, int64_t months) {
  std::string text =
      "# t\n\n```entente\neffective 1 January 2026\nparty Alder, Birch\nkind Machine\n"
      "act service (Machine)\nnotice Termination\n";
  for (int64_t d = 1; d <= duties; ++d) {
    const std::string machine = "M" + std::to_string(d);
    text += "thing " + machine + ", of Machine\n" + std::to_string(d) + "  Alder must service " +
            machine + ", in each month\n";
  }
  text +=
      std::to_string(duties + 1) + "  Birch may give a Termination, only if 1 is overdue\n```\n";
  std::string record;
  for (int64_t i = 0; i + 3 < months; ++i) {
    const Date day = Shift(Position::StartOf(*DateOf(2026, 1, 15)),
                           {static_cast<int32_t>(i), DurationUnit::kMonths})
                         .date();
    for (int64_t d = 1; d <= duties; ++d) {
      record += R"({"id": "e)" + std::to_string(i) + "-" + std::to_string(d) +
                R"(", "kind": "service", "by": "Alder", "known": ")" + ToText(day) +
                R"(", "fields": {"machine": "M)" + std::to_string(d) + "\"}}\n";
    }
  }
  auto snapshot = service::Load("t.md", text);
  wire::ReadRecord(snapshot->files, "record", record, snapshot->record, snapshot->findings);
  ENTENTE_CHECK(!snapshot->findings.any_error());
  return snapshot;
}

Date AfterMonths(int64_t months) {
  return Shift(Position::StartOf(*DateOf(2026, 1, 1)),
               {static_cast<int32_t>(months), DurationUnit::kMonths})
      .date();
}

void BM_OwedEachMonth(benchmark::State& state) {
  const auto snapshot = EachMonth(state.range(0), state.range(1));
  service::AskOptions options;
  options.on = AfterMonths(state.range(1));
  size_t undecided = 0, owed = 0;
  for (auto _ : state) {
    diag::Findings findings;
    const auto list = service::Owes(*snapshot, options, "", DateOf(2026, 1, 1), {}, findings)->owed;
    owed = list.size();
    undecided = static_cast<size_t>(std::count_if(list.begin(), list.end(), [](const auto& o) {
      return o.state == eval::DutyState::kUndecided;
    }));
  }
  state.counters["owed"] = static_cast<double>(owed);
  state.counters["undecided"] = static_cast<double>(undecided);
}
BENCHMARK(BM_OwedEachMonth)
    ->ArgsProduct({{1}, {25, 50, 100, 200, 400}})
    ->ArgsProduct({{10, 25, 50, 100}, {100}})
    ->Unit(benchmark::kMillisecond);

// Powers over a quarter, with the last day of each notice.
void BM_Powers(benchmark::State& state) {
  const std::string path = ENTENTE_SOURCE_DIR "/examples/alliance.md";
  auto snapshot = service::Load(path, ReadFile(path));
  for (auto _ : state) {
    diag::Findings findings;
    benchmark::DoNotOptimize(
        service::Powers(*snapshot, "", *DateOf(2023, 4, 1), *DateOf(2023, 6, 30), {}, findings));
  }
}
BENCHMARK(BM_Powers)->Unit(benchmark::kMillisecond);

// Powers over a month beside so many duties of a hundred months each.
void BM_PowersBesideDuties(benchmark::State& state) {
  const auto snapshot = EachMonth(state.range(0), 100);
  for (auto _ : state) {
    diag::Findings findings;
    benchmark::DoNotOptimize(
        service::Powers(*snapshot, "", AfterMonths(99), AfterMonths(100), {}, findings));
  }
}
BENCHMARK(BM_PowersBesideDuties)
    ->Arg(10)
    ->Arg(25)
    ->Arg(50)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
