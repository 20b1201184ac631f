// Appends entries to a ledger and says after each that it was acknowledged: what the fault tests
// kill, starve and lie to. worker FOLDER COUNT; the folder holds what faults_test.cpp put there.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "ledger/author.h"
#include "ledger/postgres/store.h"
#include "ledger/sequencer.h"
#include "ledger/sqlite/store.h"

namespace entente::ledger {
namespace {

constexpr int kRefused = 3;

SecretKey ReadKey(const std::string& path) {
  std::ifstream in(path);
  auto key = SecretKey::Read(std::string(std::istreambuf_iterator<char>(in), {}), "");
  if (!key) std::exit(kRefused);
  return std::move(*key);
}

int Fail(const Failure& failure) {
  std::fprintf(stderr, "%s: %s\n", failure.name.c_str(), failure.what.c_str());
  return kRefused;
}

int Work(const std::string& folder, int count) {
  const SecretKey mill = ReadKey(folder + "/mill.key");
  auto signer = Signer::Open(folder + "/state", ReadKey(folder + "/log.key"));
  if (!signer) return Fail(signer.error());
  const char* url = std::getenv("WORKER_POSTGRES");
  auto writer = url == nullptr ? sqlite::OpenWriter(folder + "/store") : postgres::OpenWriter(url);
  if (!writer) return Fail(writer.error());
  auto reader = url == nullptr ? sqlite::OpenReader(folder + "/store") : postgres::OpenReader(url);
  if (!reader) return Fail(reader.error());
  auto sequencer = Sequencer::Open(std::move(*writer), std::move(*reader), std::move(*signer));
  if (!sequencer) return Fail(sequencer.error());
  for (int i = 0; i < count; ++i) {
    std::vector<Opening> openings;
    const Json text = Hide("fields/text", std::to_string(i), openings);
    auto submission =
        Author({std::string(kEntry),
                Json::Object{{"fields", Json::Object{{"text", text}}}, {"kind", "ship"}}, openings},
               mill, sequencer->registry(), {sequencer->edge().size(), sequencer->edge().Root()},
               "2026-03-01T09:00:00Z");
    if (!submission) return Fail(submission.error());
    const auto batched = sequencer->Append({&*submission, 1}, "2026-03-01T09:00:00Z");
    if (!batched) return Fail(batched.error());
    if (!batched->outcomes[0].admitted) return Fail(batched->outcomes[0].admitted.error());
    const std::string line = Hex(Sha256(submission->envelope.payload)) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return kRefused;
  }
  return 0;
}

}  // namespace
}  // namespace entente::ledger

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return entente::ledger::Work(argv[1], std::atoi(argv[2]));
}
