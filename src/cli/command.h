// src/cli/command.h: what every command does: its flags, its files, what it says when it cannot.
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/render.h"
#include "service/ask.h"

namespace entente::service {
struct Unsaid;
}

namespace entente::cli {

// The exit code when a question could not be put; verdicts have their own (docs/semantics.md).
inline constexpr int kCouldNotAsk = 2;

struct Flags {
  std::string agreement;
  std::string record;
  // A ledger's folder, or an exported file.
  std::string ledger;
  std::string on;
  std::string known_at;
  std::string edition;
  std::vector<std::string> given;
  std::vector<std::string> readings;
  bool nothing_further = false;
  bool json = false;
  std::string colour = "auto";
  std::string question;
  std::string depth = "reasons";
  // text, line, json, csv, sarif or junit, each alone or as `sarif=FILE`.
  std::vector<std::string> formats;
  std::vector<std::string> accept;
  std::vector<std::string> deny;
  // A CSV file: the question is asked once a row, with {column} put in.
  std::string each;
  std::vector<std::string> events;
  int days = 90;
  std::string from;
  std::string to;
  // A file, label, act or code, as the command takes it.
  std::string target;
  std::string over;
  // Two editions, and what of them is compared.
  std::vector<std::string> editions;
  std::string by = "outcomes";
  bool argue = false;
  bool coverage = false;
  std::vector<std::string> files;
  bool check_only = false;
  std::vector<std::string> confirm;
  bool confirm_all = false;
};

Style StyleOf(const Flags& flags);
std::optional<std::string> ReadFile(const std::string& path);
// Says why the ledger did not do what was asked; returns the exit code.
int Complain(const Flags& flags, const Failure& failure);
// Says that the command line asks for what cannot be; returns the exit code.
int Complain(const Flags& flags, const std::string& message, const std::string& help);
// More are counted: a mistake made on each line of a file is seen from the first.
inline constexpr size_t kFindingsShownMax = 50;
// Findings to standard error; notes and warnings only where `notes`.
void Show(const Flags& flags, const diag::Findings& findings, const source::Files& files,
          bool notes);
// Reads the agreement and its record; complains and returns nothing when it cannot. Of a ledger,
// `unsaid` is read as if it came next.
std::unique_ptr<service::Snapshot> Open(const Flags& flags, int& code,
                                        const service::Unsaid* unsaid = nullptr);
int Refuse(const Flags& flags, const diag::Findings& findings, const source::Files& files);
bool ReadDay(const Flags& flags, const std::string& text, std::string_view flag,
             std::optional<Date>& into, int& code);
// The days of --from and --to; false where one is none, or they are the wrong way round.
bool ReadPeriod(const Flags& flags, std::optional<Date>& from, std::optional<Date>& to, int& code);
// The clock, in seconds since 1970 in UTC: the machine's, or where ENTENTE_NOW is set
// (2026-03-01, or with T09:00:00Z) that, for rehearsals. `ClockIsSet` says which.
std::time_t Clock();
bool ClockIsSet();
// The day on which the command runs; only views of what is to come fall back on it.
Date Today();
bool ReadOptions(const Flags& flags, service::AskOptions& options, int& code);

// The questions of a file, one a line, with the numbers of their lines. Blank lines, remarks and
// the marks of lists are left out.
std::vector<std::pair<size_t, std::string>> QuestionsIn(const std::string& text);

// Takes `may `, `is ` or `what ` off the front of a question and says which it was; else `form`.
check::Form FormOf(std::string& question, check::Form form);

// ---- the commands; each returns the exit code
int AskOne(const Flags& flags, check::Form form, bool why, bool when);
int AskEach(const Flags& flags, check::Form form);
int CheckText(const Flags& flags);
int TestText(const Flags& flags);
int WhatIf(const Flags& flags);
int Blame(const Flags& flags);
int HasPowers(const Flags& flags);
int IsNoticeGood(const Flags& flags);
int Diff(const Flags& flags);
int RenderText(const Flags& flags);
int ByStage(const Flags& flags);
int Ahead(const Flags& flags);
int Watch(const Flags& flags);
int DrawTimeline(const Flags& flags);
int OpenPoints(const Flags& flags);
int Owes(const Flags& flags);
int Missing(const Flags& flags);
int Argue(const Flags& flags, check::Form form);
int Limit(const Flags& flags);
int Audit(const Flags& flags);
int Rules(const Flags& flags);
int ReadClause(const Flags& flags);
int Describe(const Flags& flags);
int FormatText(const Flags& flags);
int ReviewBlocks(const Flags& flags);
int New(const Flags& flags);
int Coverage(const Flags& flags);
int Say(const Flags& flags);
int Explain(const Flags& flags);
int Replay(const Flags& flags);

}  // namespace entente::cli
