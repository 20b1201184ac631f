// What must hold whatever happens to disk and process: no acknowledged entry is lost, none is
// acknowledged that is not there, no root is signed that the entries do not give, and the ledger
// can be opened again and goes on.
//
// Three harnesses. System calls of the write path fail or end the process, one after another
// (strace). The power goes at any moment: what was not flushed is there, gone, torn at 512 bytes or
// garbage, in any combination (the recorder's log, played up to that moment). Bits flip in the
// files.
//
// ENTENTE_FAULTS_LEDGER=N plays N times as many cases as a usual run.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <random>
#include <set>

#include "deal.h"
#include "ledger/export.h"
#include "ledger/history.h"
#include "ledger/postgres/store.h"
#include "ledger/sqlite/store.h"

namespace entente::ledger {
namespace {

constexpr size_t kSectorBytes = 512;

size_t Times() {
  const char* times = std::getenv("ENTENTE_FAULTS_LEDGER");
  return times == nullptr ? 1 : static_cast<size_t>(std::atoi(times));
}

// More of them where one has time, so that later batches and the moving of the log are reached.
int Entries() { return Times() > 1 ? 16 : 4; }

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Where the entries of a ledger in a folder are kept.
struct Kept {
  // Empty for the file `store` in the folder.
  std::string url;

  Result<std::unique_ptr<Writer>> Make(const std::string& path) const {
    return url.empty() ? sqlite::Create(path + "/store") : postgres::Create(url);
  }
  Result<std::unique_ptr<Writer>> OpenWriter(const std::string& path) const {
    return url.empty() ? sqlite::OpenWriter(path + "/store") : postgres::OpenWriter(url);
  }
  Result<std::unique_ptr<Reader>> OpenReader(const std::string& path) const {
    return url.empty() ? sqlite::OpenReader(path + "/store") : postgres::OpenReader(url);
  }
};

// A ledger with a genesis that the worker can go on with.
struct Template {
  explicit Template(const Kept& kept = {}) {
    WriteAll(folder / "mill.key", deal.mill.keys[0].Write(""));
    WriteAll(folder / "log.key", deal.log.Write(""));
    auto signer = Signer::Create(folder / "state", Copy(deal.log));
    { auto created = kept.Make(folder.path()); }
    auto sequencer =
        Sequencer::Open(std::move(*kept.OpenWriter(folder.path())),
                        std::move(*kept.OpenReader(folder.path())), std::move(*signer));
    const Submission genesis = deal.SignedBegin();
    EXPECT_TRUE(sequencer->Append({&genesis, 1}, kNow));
  }
  void CopyTo(const std::string& path) const {
    std::filesystem::remove_all(path);
    std::filesystem::copy(folder.path(), path);
  }

  Deal deal;
  Folder folder;
};

// Opens the ledger as the next process would, goes on with it and looks at every byte.
void GoesOnWithAll(const Deal& deal, const std::string& path, const std::vector<std::string>& acked,
                   const std::string& where, const Kept& kept = {}) {
  {
    auto signer = Signer::Open(path + "/state", Copy(deal.log));
    ASSERT_TRUE(signer) << where << ": " << signer.error().what;
    // What was acknowledged was signed, and what was signed is remembered: else a second history
    // could be signed over it.
    ASSERT_GE(signer->edge().size(), 1 + acked.size()) << where;
    auto writer = kept.OpenWriter(path);
    ASSERT_TRUE(writer) << where << ": " << writer.error().what;
    auto reader = kept.OpenReader(path);
    ASSERT_TRUE(reader) << where << ": " << reader.error().what;
    auto sequencer = Sequencer::Open(std::move(*writer), std::move(*reader), std::move(*signer));
    ASSERT_TRUE(sequencer) << where << ": " << sequencer.error().name << ", "
                           << sequencer.error().what;
    const Submission more = Deal::Next(deal.mill, sequencer->registry(), sequencer->edge(),
                                       Deal::Said("after the fault"));
    const auto batched = sequencer->Append({&more, 1}, kNow);
    ASSERT_TRUE(batched) << where << ": " << batched.error().what;
    ASSERT_TRUE(batched->outcomes[0].admitted) << where;
  }
  auto reader = kept.OpenReader(path);
  ASSERT_TRUE(reader) << where;
  std::set<std::string> there;
  const auto walked = Walk(**reader, {}, [&](const Line& line) -> Result<void> {
    there.insert(Hex(Sha256(line.admitted.statement.Write())));
    return {};
  });
  ASSERT_TRUE(walked) << where << ": " << walked.error().name << ", " << walked.error().what;
  for (const std::string& one : acked)
    EXPECT_TRUE(there.contains(one)) << where << ": an acknowledged entry is lost";
}

struct Ran {
  std::vector<std::string> acked;
  bool injected = false;
  int status = 0;
};

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Ran RunUnder(const std::string& prefix, const std::string& path, const std::string& log) {
  const std::string said = path + ".said";
  // A client of PostgreSQL waits for ever for a server that it thinks is there.
  const std::string command = "timeout -s KILL 20 " + prefix + " " ENTENTE_WORKER " " + path + " " +
                              std::to_string(Entries()) + " > " + said + " 2> " + path + ".err";
  Ran out;
  out.status = std::system(command.c_str());
  out.acked = LinesOf(ReadAll(said));
  out.injected = !log.empty() && (ReadAll(log).find("INJECTED") != std::string::npos ||
                                  ReadAll(log).find("SIGKILL") != std::string::npos);
  return out;
}

struct Fault {
  const char* call;
  const char* what;
};

std::string Strace(const Fault& fault, size_t when, const std::string& log) {
  return "strace -f -qq -o " + log + " -e trace=" + fault.call + " -e inject=" + fault.call + ":" +
         fault.what + ":when=" + std::to_string(when);
}

TEST(LedgerFaults, SystemCallsThatFailOrKill) {
  if (std::system("strace -o /dev/null true") != 0) {
    FAIL() << "strace does not run here; the package strace is installed by ./test";
  }
  const Template base;
  Folder work;
  const std::string path = work / "ledger";
  const std::string log = work / "log";
  constexpr Fault kFaults[] = {{"pwrite64", "error=EIO"},       {"pwrite64", "error=ENOSPC"},
                               {"pwrite64", "signal=SIGKILL"},  {"fdatasync", "error=EIO"},
                               {"fdatasync", "signal=SIGKILL"}, {"openat", "error=EIO"},
                               {"openat", "error=EMFILE"},      {"openat", "signal=SIGKILL"},
                               {"pread64", "error=EIO"},        {"pread64", "signal=SIGKILL"},
                               {"fcntl", "error=ENOLCK"},       {"fcntl", "signal=SIGKILL"},
                               {"ftruncate", "error=ENOSPC"},   {"ftruncate", "signal=SIGKILL"},
                               {"unlink", "error=EIO"},         {"unlink", "signal=SIGKILL"},
                               {"write", "signal=SIGKILL"},     {"mmap", "error=ENOMEM"},
                               {"mmap", "signal=SIGKILL"},      {"fstat", "error=EIO"},
                               {"newfstatat", "error=EIO"},     {"flock", "error=EINTR"},
                               {"fsync", "error=EIO"},          {"close", "signal=SIGKILL"},
                               {"lseek", "error=EIO"}};
  // A usual run takes every so-manyth point; the first of each fault is always one.
  const size_t stride = std::max<size_t>(1, 12 / Times());
  size_t points = 0;
  size_t ended = 0;
  for (const Fault& fault : kFaults) {
    for (size_t when = 1;; when += stride) {
      base.CopyTo(path);
      const Ran ran = RunUnder(Strace(fault, when, log), path, log);
      if (!ran.injected) break;
      ++points;
      ended += ran.status != 0;
      GoesOnWithAll(base.deal, path, ran.acked,
                    std::string(fault.call) + " " + fault.what + " " + std::to_string(when));
      if (HasFatalFailure()) return;
    }
  }
  std::printf("ledger faults: %zu system calls, %zu of them ended the process; 0 lost\n", points,
              ended);
  EXPECT_GE(points, 60u);
}

// One ledger in PostgreSQL that lives through all of it; what was acknowledged at any time stays.
class PostgresFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* server = std::getenv("ENTENTE_POSTGRES");
    if (server == nullptr) GTEST_SKIP() << "no server; ./test starts one";
    static int number = 0;
    kept.url = std::string(server) +
               "&application_name=ledger_worker&options=-csearch_path%3Dfaults_" +
               std::to_string(getpid()) + "_" + std::to_string(number++);
    base.emplace(kept);
    base->CopyTo(path);
    setenv("WORKER_POSTGRES", kept.url.c_str(), 1);
  }
  void TearDown() override { unsetenv("WORKER_POSTGRES"); }

  void Hold(const Ran& ran, const std::string& where) {
    acked.insert(acked.end(), ran.acked.begin(), ran.acked.end());
    GoesOnWithAll(base->deal, path, acked, where, kept);
  }

  Kept kept;
  std::optional<Template> base;
  Folder work;
  std::string path = work / "ledger";
  std::string log = work / "log";
  std::vector<std::string> acked;
};

TEST_F(PostgresFaults, SystemCallsThatFailOrKill) {
  constexpr Fault kFaults[] = {{"sendto", "signal=SIGKILL"},      {"recvfrom", "error=ECONNRESET"},
                               {"recvfrom", "signal=SIGKILL"},    {"poll", "signal=SIGKILL"},
                               {"connect", "error=ECONNREFUSED"}, {"pwrite64", "error=ENOSPC"},
                               {"pwrite64", "signal=SIGKILL"},    {"fdatasync", "error=EIO"},
                               {"fdatasync", "signal=SIGKILL"},   {"write", "signal=SIGKILL"}};
  const size_t stride = std::max<size_t>(1, 24 / Times());
  size_t points = 0;
  for (const Fault& fault : kFaults) {
    for (size_t when = 1;; when += stride) {
      const Ran ran = RunUnder(Strace(fault, when, log), path, log);
      if (!ran.injected) break;
      ++points;
      Hold(ran, std::string(fault.call) + " " + fault.what + " " + std::to_string(when));
      if (HasFatalFailure()) return;
    }
  }
  std::printf("ledger faults: %zu system calls with PostgreSQL; 0 lost of %zu acknowledged\n",
              points, acked.size());
  EXPECT_GE(points, 15u);
}

// The server's process for this client is killed, on which the whole server recovers from its log.
TEST_F(PostgresFaults, TheServerCrashes) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may kill another user's process";
  const size_t cases = 4 * Times();
  for (size_t number = 0; number < cases; ++number) {
    std::mt19937_64 random(number);
    const std::string kill =
        "(sleep 0." + std::to_string(100 + random() % 300) + "; psql '" +
        std::getenv("ENTENTE_POSTGRES") +
        "' -Atc \"SELECT pid FROM pg_stat_activity WHERE application_name = 'ledger_worker'\" | "
        "xargs -r kill -9) & ";
    const std::string said = path + ".said";
    std::system(
        (kill + ENTENTE_WORKER " " + path + " 2000 > " + said + " 2> " + path + ".err").c_str());
    Ran ran;
    ran.acked = LinesOf(ReadAll(said));
    for (int tries = 0; tries < 100 && !kept.OpenReader(path); ++tries) usleep(100'000);
    Hold(ran, "server crash " + std::to_string(number));
    if (HasFatalFailure()) return;
  }
  std::printf("ledger faults: PostgreSQL crashed %zu times; 0 lost of %zu acknowledged\n", cases,
              acked.size());
  EXPECT_GE(acked.size(), cases);
}

// What the recorder wrote down.
struct Step {
  char what = 0;
  std::string file;
  uint64_t offset = 0;
  std::string bytes;
};

std::vector<Step> ReadSteps(const std::string& log) {
  std::ifstream in(log, std::ios::binary);
  std::vector<Step> out;
  Step step;
  while (in >> step.what) {
    uint64_t length = 0;
    step.file.clear();
    if (step.what != 'a') in >> step.file;
    if (step.what == 'w' || step.what == 't') in >> step.offset;
    if (step.what == 'w' || step.what == 'a') in >> length;
    in.get();
    step.bytes.assign(length, '\0');
    in.read(step.bytes.data(), static_cast<std::streamsize>(length));
    out.push_back(step);
  }
  return out;
}

using Files = std::map<std::string, std::string>;

void Apply(const Step& step, Files& files) {
  std::string& bytes = files[step.file];
  if (step.what == 'w') {
    if (bytes.size() < step.offset + step.bytes.size())
      bytes.resize(step.offset + step.bytes.size(), '\0');
    bytes.replace(step.offset, step.bytes.size(), step.bytes);
  } else if (step.what == 't') {
    bytes.resize(step.offset, '\0');
  } else if (step.what == 'u') {
    files.erase(step.file);
  }
}

// A write of which only some sectors reached the disk, or garbage did.
void ApplyTorn(const Step& step, std::mt19937_64& random, Files& files) {
  size_t at = 0;
  while (at < step.bytes.size()) {
    const uint64_t offset = step.offset + at;
    const size_t length =
        std::min<size_t>(kSectorBytes - offset % kSectorBytes, step.bytes.size() - at);
    Step sector{'w', step.file, offset, step.bytes.substr(at, length)};
    switch (random() % 4) {
      case 0:
        break;
      case 1:
        for (char& byte : sector.bytes) byte = static_cast<char>(random());
        [[fallthrough]];
      default:
        Apply(sector, files);
    }
    at += length;
  }
}

TEST(LedgerFaults, ThePowerGoesAtAnyMoment) {
  const Template base;
  Folder work;
  const std::string path = work / "ledger";
  const std::string log = work / "log";
  base.CopyTo(path);
  Files begin;
  for (const auto& entry : std::filesystem::directory_iterator(path))
    begin[entry.path().filename()] = ReadAll(entry.path());
  const Ran ran = RunUnder(
      "env RECORDER_LOG=" + log + " RECORDER_FOLDER=" + path + " LD_PRELOAD=" ENTENTE_RECORDER,
      path, "");
  ASSERT_EQ(ran.status, 0) << ReadAll(path + ".err");
  ASSERT_EQ(ran.acked.size(), static_cast<size_t>(Entries()));
  const std::vector<Step> steps = ReadSteps(log);
  ASSERT_GE(steps.size(), 40u);
  const size_t cases = 500 * Times();
  size_t torn = 0;
  for (size_t number = 0; number < cases; ++number) {
    std::mt19937_64 random(number);
    const size_t end = random() % (steps.size() + 1);
    std::vector<std::string> acked;
    // Of each file, the last step that a flush covers.
    std::map<std::string, size_t> flushed;
    for (size_t i = 0; i < end; ++i) {
      if (steps[i].what == 's') flushed[steps[i].file] = i;
      if (steps[i].what == 'a')
        acked.push_back(steps[i].bytes.substr(0, steps[i].bytes.size() - 1));
    }
    Files files = begin;
    for (size_t i = 0; i < end; ++i) {
      const Step& step = steps[i];
      if (step.what == 's' || step.what == 'a') continue;
      const auto safe = flushed.find(step.file);
      if (safe != flushed.end() && i < safe->second) {
        Apply(step, files);
        continue;
      }
      switch (random() % 4) {
        case 0:
          Apply(step, files);
          break;
        case 1:
          break;
        default:
          if (step.what == 'w') {
            ApplyTorn(step, random, files);
            ++torn;
          }
      }
    }
    std::filesystem::remove_all(path);
    std::filesystem::create_directory(path);
    for (const auto& [name, bytes] : files) WriteAll(path + "/" + name, bytes);
    GoesOnWithAll(base.deal, path, acked, "power gone, case " + std::to_string(number));
    if (HasFatalFailure()) return;
  }
  std::printf("ledger faults: the power went %zu times, %zu writes torn; 0 lost\n", cases, torn);
  EXPECT_GE(torn, cases / 4);
}

// Walks a ledger; what it says, or nothing where it fails or says that something is missing.
std::string Look(Source& source) {
  std::string seen;
  bool whole = true;
  const auto walked = Walk(source, {}, [&](const Line& line) -> Result<void> {
    seen += line.leaf;
    whole = whole && line.withheld.empty();
    for (const Opening& opening : line.openings) seen += opening.name + opening.value;
    return {};
  });
  return walked && whole && walked->unsigned_entries == 0 ? seen + Hex(walked->checkpoint.root)
                                                          : "";
}

struct Filled {
  Filled() {
    base.CopyTo(path);
    const Ran ran = RunUnder("", path, "");
    EXPECT_EQ(ran.status, 0);
  }
  Template base;
  Folder work;
  std::string path = work / "ledger";
};

// Threat 5, and 6 after the fact: whatever bit is flipped in the database, an answer is the same or
// none.
TEST(LedgerFaults, FlippedBitsInTheStore) {
  const Filled filled;
  const std::string file = filled.path + "/store";
  const std::string good = ReadAll(file);
  const auto look = [&] {
    auto reader = sqlite::OpenReader(file);
    return reader ? Look(**reader) : std::string();
  };
  const std::string whole = look();
  ASSERT_FALSE(whole.empty());
  std::mt19937_64 random(1);
  size_t noticed = 0;
  const size_t cases = 500 * Times();
  for (size_t number = 0; number < cases; ++number) {
    std::string bad = good;
    const size_t at = random() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    WriteAll(file, bad);
    const std::string seen = look();
    EXPECT_TRUE(seen.empty() || seen == whole) << "byte " << at;
    noticed += seen.empty();
  }
  std::printf(
      "ledger faults: %zu bits flipped in the store, %zu noticed, the others changed nothing\n",
      cases, noticed);
  EXPECT_GE(noticed, cases / 20);
}

// Of an export there is no byte that does not matter.
TEST(LedgerFaults, FlippedBitsInAnExport) {
  const Filled filled;
  const std::string file = filled.work / "export";
  {
    auto reader = sqlite::OpenReader(filled.path + "/store");
    const auto note = (*reader)->CheckpointUpTo(static_cast<uint64_t>(1 + Entries()));
    std::ofstream out(file, std::ios::binary);
    ASSERT_TRUE(WriteExport(
        **reader, **note, [](uint64_t, const std::string&) { return true; }, out));
  }
  const auto look = [&] {
    auto source = ExportFile::Open(file);
    return source ? Look(**source) : std::string();
  };
  const std::string good = ReadAll(file);
  const std::string whole = look();
  ASSERT_FALSE(whole.empty());
  const size_t stride = std::max<size_t>(1, 7 / Times());
  for (size_t at = 0; at < good.size(); at += stride) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    WriteAll(file, bad);
    EXPECT_EQ(look(), "") << "byte " << at << " of " << good.size();
  }
  // Lines that are left out, doubled or swapped.
  const std::vector<std::string> lines = LinesOf(good);
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    std::vector<std::string> swapped = lines;
    std::swap(swapped[i], swapped[i + 1]);
    std::vector<std::string> doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    std::vector<std::string> without = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const bool opening = i > static_cast<size_t>(Entries()) + 1;
    for (const auto& changed : {swapped, doubled, without}) {
      std::string text;
      for (const std::string& line : changed) text += line + "\n";
      WriteAll(file, text);
      const std::string seen = look();
      // Openings stand in any order.
      EXPECT_TRUE(seen.empty() || opening) << "line " << i;
    }
  }
}

}  // namespace
}  // namespace entente::ledger
