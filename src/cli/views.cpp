// Many questions at once: what an event changes, what changes by itself, rights over time.

#include <fmt/core.h>

#include "base/words.h"
#include "cli/command.h"
#include "service/survey.h"
#include "wire/json.h"

namespace entente::cli {
namespace {

// Opens the agreement, reads the options and hands both to `view`, which returns the exit code.
template <class View>
int With(const Flags& flags, View&& view) {
  int code = 0;
  service::AskOptions options;
  if (!ReadOptions(flags, options, code)) return code;
  auto snapshot = Open(flags, code);
  if (!snapshot) return code;
  if (snapshot->findings.any_error()) return Refuse(flags, snapshot->findings, snapshot->files);
  diag::Findings findings;
  return view(*snapshot, options, findings);
}

template <class Shape>
int Print(const Flags& flags, const Shape& shape) {
  fmt::print("{}", flags.json ? wire::ToJson(shape) + "\n" : Render(shape, StyleOf(flags)));
  return 0;
}

}  // namespace

int WhatIf(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto comparison = service::WhatIf(snapshot, flags.events, options, findings);
    if (!comparison) return Refuse(flags, findings, snapshot.files);
    return Print(flags, *comparison);
  });
}

int ByStage(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto stages = service::ByStage(snapshot, flags.events, options, findings);
    if (!stages) return Refuse(flags, findings, snapshot.files);
    return Print(flags, *stages);
  });
}

int Ahead(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    if (!options.on) options.on = snapshot.agreement.program.origin.date();
    const Date through{options.on->day + flags.days};
    const auto changes = service::Ahead(snapshot, options, through, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    if (!flags.json) {
      fmt::print("ahead: {} days from {}, through {}, if nothing happens but what is recorded\n",
                 flags.days, ToLongText(*options.on), ToLongText(through));
    }
    return Print(flags, changes);
  });
}

int DrawTimeline(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto lanes = service::Lanes(snapshot, options, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    return Print(flags, lanes);
  });
}

}  // namespace entente::cli
