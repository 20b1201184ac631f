// entente: ask an agreement. The command line; what the commands do is in ask.cpp, views.cpp and
// text.cpp, what answers are is the service's business.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <system_error>

#include "base/version.h"
#include "base/words.h"
#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/manual.h"

namespace entente::cli {
namespace {

// The parser's own description of itself.
std::vector<Command> CommandsOf(const CLI::App& app) {
  std::vector<Command> out;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    Command command{sub->get_name(), sub->get_description(), {}};
    for (const CLI::Option* option : sub->get_options()) {
      Option one{{}, option->get_description(), option->get_items_expected_max() > 0};
      for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
      command.options.push_back(std::move(one));
    }
    out.push_back(std::move(command));
  }
  return out;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app{
      "Ask an agreement what it allows, and why.\n\n"
      "  entente may \"OpenAI serve an API Product on AWS\" --on 2026-03-01\n"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  const auto suppositions = [&](CLI::App* command) {
    command->add_option("--on", flags.on,
                        "The day asked about, as 2026-03-01; without it, the day on which the "
                        "agreement takes effect (today if it names none), and today for ahead, "
                        "watch and owed");
    command->add_option("--known-at", flags.known_at,
                        "Count only what was known by this day; of a ledger also by its size");
    command->add_option("--edition", flags.edition,
                        "Take in amendments up to this one only; `original` for none");
    command->add_option("--given", flags.given,
                        "Suppose it: 'Verification on 31 March 2029', 'no Declaration by 1 March "
                        "2029', 'Acme is a Customer'");
    command->add_option("--reading", flags.readings, "A01=2, A01=open, or open");
    command->add_flag("--assume-nothing-further", flags.nothing_further,
                      "Nothing happens but what is recorded or given");
  };
  const auto common = [&](CLI::App* command, bool question) {
    command->add_option("-a,--agreement", flags.agreement,
                        "Agreement: a Markdown file, or a folder with agreement.md");
    command->add_option("--record", flags.record,
                        "Record of what happened, one JSON object a line");
    command->add_option("--ledger", flags.ledger,
                        "The record from a ledger instead: its folder, or an exported file");
    command->add_flag("--json", flags.json, "Print JSON; the exit code stays the same");
    command->add_option("--color", flags.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    if (!question) return;
    command->add_option("question", flags.question, "The question, in the phrases of the agreement")
        ->required();
    suppositions(command);
    command->add_option("--depth", flags.depth, "sentence, reasons or tree")
        ->check(CLI::IsMember({"sentence", "reasons", "tree"}));
  };
  auto* may = app.add_subcommand(
      "may", "May WHO do ACT? entente may \"OpenAI serve an API Product on AWS\" --on 2026-03-01");
  auto* is = app.add_subcommand("is", "Is it so? entente is \"AGI has happened\" --on 2027-03-01");
  auto* what = app.add_subcommand("what", "How much? entente what \"the Threshold\"");
  auto* when = app.add_subcommand(
      "when", "Over all time, in segments; question as for may, or with `is` or `what` in front");
  auto* why = app.add_subcommand("why",
                                 "The reasons of an answer and what would flip it; question as for "
                                 "may, or with `is` or `what` in front");
  auto* check = app.add_subcommand("check", "Read an agreement and say what is wrong with it");
  auto* test =
      app.add_subcommand("test", "Run the questions in the text that say what they expect");
  auto* completion =
      app.add_subcommand("completion", "Print a completion script: bash, zsh or fish");
  completion->add_option("shell", flags.target, "bash, zsh or fish")->required();
  auto* man = app.add_subcommand("man", "Print the manual page: entente man | man -l -");
  app.add_subcommand("version", "Print the version");
  auto* whatif = app.add_subcommand(
      "whatif",
      "What one event changes, and what one might expect it to: entente whatif \"Verification on "
      "2031-03-31\"");
  auto* stages = app.add_subcommand(
      "stages", "Rights before and after each event: entente stages Declaration Verification");
  auto* ahead = app.add_subcommand("ahead", "What changes by itself in the next days");
  auto* timeline = app.add_subcommand("timeline", "Every right over all time, a lane each");
  auto* rules = app.add_subcommand("rules", "Every rule on one act or notice, strongest first");
  auto* describe = app.add_subcommand(
      "describe", "What one may say of an act, and what decides: entente describe serve");
  auto* clause = app.add_subcommand(
      "clause", "One clause: its words, its readings, and with --on what it comes to");
  auto* blame = app.add_subcommand(
      "blame",
      "Every version of a clause, who wrote it and when it is the text: entente blame 2.1");
  auto* diff = app.add_subcommand(
      "diff", "Where two editions differ, in answers, clauses or words: entente diff V3 V4");
  auto* render = app.add_subcommand(
      "render", "The text of a day as an HTML page: entente render --on 2026-05-01 > text.html");
  auto* coverage = app.add_subcommand(
      "coverage",
      "Which prose has a clause, which is left out and why, which was missed; exit 1 if any was");
  auto* say = app.add_subcommand("say", "Each clause read back from the program, in other words");
  auto* format = app.add_subcommand(
      "fmt", "Set the blocks of an agreement as everyone sets them; the meaning stays");
  auto* review = app.add_subcommand(
      "review", "Blocks whose prose or words changed since they were confirmed; confirms them");
  auto* fresh = app.add_subcommand(
      "new", "Print a starter agreement, or a clause of a category: entente new exclusivity");
  auto* explain = app.add_subcommand(
      "explain",
      "What a finding means and the way out: entente explain E0106; without a code, all");
  auto* open = app.add_subcommand(
      "open", "Open points that the clauses' questions turn on, those that matter most first");
  auto* missing =
      app.add_subcommand("missing", "What the answer to one question still needs, and from whom");
  auto* limit = app.add_subcommand("limit",
                                   "How far one may go, until when, for whom: entente limit "
                                   "\"Microsoft train a Training Run that "
                                   "uses OpenAI IP\" "
                                   "--over Compute");
  auto* audit = app.add_subcommand(
      "audit", "Recorded acts that were forbidden or had no effect; exit 1 if there are any");
  auto* owed = app.add_subcommand(
      "owed", "Who owes what by when, and how it stands; exit 1 if anything is overdue");
  auto* powers = app.add_subcommand(
      "powers", "Which notices one may make when, and the last day on which each still serves");
  auto* notice = app.add_subcommand("notice", "What became of a recorded notice");
  notice->require_subcommand(1);
  auto* notice_check = notice->add_subcommand(
      "check", "Whether it was given, with power and in time: entente notice check ENTRY");
  notice_check->add_option("entry", flags.target, "The id of the entry")->required();
  auto* watch = app.add_subcommand(
      "watch", "Which of the questions in a file change soon; exit 1 if any does");
  auto* replay = app.add_subcommand(
      "replay",
      "Answers that were kept as JSON, asked again: exit 1 if this release gives another one");
  replay->add_option("files", flags.files, "What --json printed")->required();
  common(replay, false);
  LedgerFlags ledger_flags;
  AddLedgerCommands(app, ledger_flags);
  for (auto* command : {may, is, what, when, why, missing, limit}) common(command, true);
  may->add_flag("--argue", flags.argue,
                "What other readings would come to, and what hangs on them");
  for (auto* command : {rules, describe}) {
    common(command, false);
    command->add_option("act", flags.target, "The act or notice")->required();
  }
  common(clause, false);
  suppositions(clause);
  for (auto* command : {clause, blame})
    command->add_option("label", flags.target, "The clause, as 2.1")->required();
  diff->add_option("editions", flags.editions,
                   "The older and the newer: amendments by name, `original` for the first text")
      ->required()
      ->expected(2);
  diff->add_option("--by", flags.by, "outcomes, clauses or words")
      ->check(CLI::IsMember({"outcomes", "clauses", "words"}));
  review->add_option("--confirm", flags.confirm, "Confirm the block in which this clause stands");
  review->add_flag("--confirm-all", flags.confirm_all, "Confirm every block as it stands");
  fresh->add_option("category", flags.target, "Nothing for a whole agreement; `list` names them");
  for (auto* command : {coverage, say, review}) {
    common(command, false);
    command->add_option("file", flags.agreement, "The agreement");
  }
  coverage->add_option("--for", flags.question,
                       "Only prose without a clause that speaks of what this question speaks of");
  format->add_option("files", flags.files, "The agreements")->required();
  format->add_flag("--check", flags.check_only, "Change nothing; exit 1 if anything would change");
  explain->add_option("code", flags.target, "The code or name of the finding");
  explain->add_flag("--json", flags.json, "As JSON");
  limit
      ->add_option("--over", flags.over, "What varies: a number, `day`, `who` or a kind of the act")
      ->required();
  timeline->add_option("--format", flags.formats, "text, json, csv or svg")
      ->check(CLI::IsMember({"text", "json", "csv", "svg"}));
  owed->add_option("party", flags.target, "Only what this party owes");
  powers->add_option("party", flags.target, "Only what this party may make");
  owed->add_option("--format", flags.formats, "text, json, csv or ics")
      ->check(CLI::IsMember({"text", "json", "csv", "ics"}));
  for (auto* command : {open, audit, timeline, owed, powers}) {
    command->add_option("--from", flags.from, "The first day, as 2026-03-01");
    command->add_option("--to", flags.to, "The last day");
  }
  watch->add_option("file", flags.target, "A question a line")->required();
  for (auto* command : {whatif, stages, ahead, timeline, open, audit, owed, watch, blame, diff,
                        render, powers, notice_check}) {
    common(command, false);
    suppositions(command);
  }
  for (auto* command : {may, is, what, why}) {
    command->add_option("--format", flags.formats,
                        "text, line, json, csv, sarif or junit; sarif=FILE writes to a file; may "
                        "be repeated");
    command->add_option("--accept", flags.accept, "A verdict that counts as success");
    command->add_option("--deny", flags.deny, "A verdict that counts as failure, exit 1");
  }
  for (auto* command : {may, is, what}) {
    command->add_option("--each", flags.each,
                        "A CSV file: ask once a row, with {column} put into question and givens");
  }
  for (auto* command : {whatif, stages})
    command->add_option("event", flags.events, "The events")->required();
  for (auto* command : {ahead, watch}) {
    command->add_option("--days", flags.days, "How many days to look ahead")
        ->check(CLI::Range(1, 36'500));
  }
  test->add_flag("--coverage", flags.coverage, "Name the clauses that decide none of them");
  for (auto* command : {check, test}) {
    common(command, false);
    command->add_option("file", flags.agreement, "The agreement");
  }
  // `--given X QUESTION`: each takes one value and may be repeated.
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    for (const char* name :
         {"--given", "--reading", "--format", "--accept", "--deny", "--confirm"}) {
      if (CLI::Option* option = command->get_option_no_throw(name)) option->allow_extra_args(false);
    }
  }
  if (argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> known;
    for (const Command& command : CommandsOf(app)) known.push_back(command.name);
    if (std::find(known.begin(), known.end(), argv[1]) == known.end()) {
      const std::string closest = Closest(argv[1], known);
      return Complain(flags, Quoted(argv[1]) + " is no command",
                      closest.empty() ? "`entente --help` lists them"
                                      : "did you mean " + Quoted(closest) + "?");
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : kCouldNotAsk;
  }
  if (const char* now = std::getenv("ENTENTE_NOW");
      now != nullptr && *now != '\0' && !ClockIsSet()) {
    return Complain(flags, "ENTENTE_NOW is no time",
                    "write ENTENTE_NOW=2026-03-01, or with T09:00:00Z");
  }
  if (const auto code = RunLedger(app, ledger_flags)) return *code;
  if (why->parsed() && why->count("--depth") == 0) flags.depth = "reasons";
  if (flags.json && !flags.formats.empty() &&
      std::find(flags.formats.begin(), flags.formats.end(), "json") == flags.formats.end()) {
    return Complain(flags, "`--json` and `--format` ask for two shapes",
                    "write `--format json`, once for each shape that is wanted");
  }
  if (!flags.each.empty()) {
    return AskEach(flags, is->parsed()     ? check::Form::kIs
                          : what->parsed() ? check::Form::kWhat
                                           : check::Form::kMay);
  }
  if (may->parsed() && flags.argue) return Argue(flags, check::Form::kMay);
  if (may->parsed()) return AskOne(flags, check::Form::kMay, false, false);
  if (is->parsed()) return AskOne(flags, check::Form::kIs, false, false);
  if (what->parsed()) return AskOne(flags, check::Form::kWhat, false, false);
  if (when->parsed()) return AskOne(flags, check::Form::kMay, false, true);
  if (why->parsed()) return AskOne(flags, check::Form::kMay, true, false);
  if (check->parsed()) return CheckText(flags);
  if (test->parsed()) return TestText(flags);
  if (open->parsed()) return OpenPoints(flags);
  if (missing->parsed()) return Missing(flags);
  if (limit->parsed()) return Limit(flags);
  if (audit->parsed()) return Audit(flags);
  if (owed->parsed()) return Owes(flags);
  if (watch->parsed()) return Watch(flags);
  if (rules->parsed()) return Rules(flags);
  if (describe->parsed()) return Describe(flags);
  if (clause->parsed()) return ReadClause(flags);
  if (coverage->parsed()) return Coverage(flags);
  if (say->parsed()) return Say(flags);
  if (format->parsed()) return FormatText(flags);
  if (review->parsed()) return ReviewBlocks(flags);
  if (fresh->parsed()) return New(flags);
  if (man->parsed()) {
    fmt::print("{}", ManPage(CommandsOf(app), std::string(kVersion)));
    return 0;
  }
  if (completion->parsed()) {
    const auto script = CompletionFor(flags.target, CommandsOf(app));
    if (!script)
      return Complain(flags, "no completion for " + Quoted(flags.target), "name bash, zsh or fish");
    fmt::print("{}", *script);
    return 0;
  }
  if (explain->parsed()) return Explain(flags);
  if (whatif->parsed()) return WhatIf(flags);
  if (powers->parsed()) return HasPowers(flags);
  if (notice_check->parsed()) return IsNoticeGood(flags);
  if (replay->parsed()) return Replay(flags);
  if (blame->parsed()) return Blame(flags);
  if (diff->parsed()) return Diff(flags);
  if (render->parsed()) return RenderText(flags);
  if (stages->parsed()) return ByStage(flags);
  if (ahead->parsed()) return Ahead(flags);
  if (timeline->parsed()) return DrawTimeline(flags);
  fmt::print("entente {}\n", kVersion);
  return 0;
}

}  // namespace
}  // namespace entente::cli

// An answer that could not be written is none: a full disk, a closed pipe.
int main(int argc, char** argv) {
  int code = entente::cli::kCouldNotAsk;
  try {
    code = entente::cli::Main(argc, argv);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "error: the answer could not be written: {}\n", error.what());
    return entente::cli::kCouldNotAsk;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: this should not happen, and no answer was given: {}\n",
               error.what());
    return entente::cli::kCouldNotAsk;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "error: the answer could not be written\n");
    return entente::cli::kCouldNotAsk;
  }
  return code;
}
