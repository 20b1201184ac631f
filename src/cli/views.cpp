// Many questions at once: what an event changes, what changes by itself, rights over time.

#include <fmt/core.h>

#include <algorithm>

#include "base/words.h"
#include "cli/command.h"
#include "service/editions.h"
#include "service/notices.h"
#include "service/openness.h"
#include "service/owed.h"
#include "service/powers.h"
#include "service/survey.h"
#include "wire/formats.h"
#include "wire/html.h"
#include "wire/json.h"
#include "wire/svg.h"

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

// Of an answer from a ledger, which one it was, and what answered.
int PrintShown(const Flags& flags, const service::Snapshot& snapshot, const std::string& shown) {
  if (flags.json) {
    fmt::print("{}\n", wire::Sourced(shown, snapshot.ledger));
  } else {
    fmt::print("{}{}", shown, RenderSource(snapshot.ledger, shown, StyleOf(flags)));
  }
  return 0;
}

template <class Shape>
int Print(const Flags& flags, const service::Snapshot& snapshot, const Shape& shape) {
  return PrintShown(flags, snapshot,
                    flags.json ? wire::ToJson(shape) : Render(shape, StyleOf(flags)));
}

}  // namespace

int WhatIf(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto comparison = service::WhatIf(snapshot, flags.events, options, findings);
    if (!comparison) return Refuse(flags, findings, snapshot.files);
    return Print(flags, snapshot, *comparison);
  });
}

// From today for ninety days, unless told.
int HasPowers(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    std::optional<Date> from, to;
    int code = 0;
    if (!ReadPeriod(flags, from, to, code)) return code;
    if (!from) from = options.on ? *options.on : Today();
    if (!to) to = Date{from->day + flags.days};
    const auto list = service::Powers(snapshot, flags.target, *from, *to, options, findings);
    if (!list || findings.any_error()) return Refuse(flags, findings, snapshot.files);
    return Print(flags, snapshot, *list);
  });
}

int IsNoticeGood(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto notice = service::CheckNotice(snapshot, flags.target, options, findings);
    if (!notice || findings.any_error()) return Refuse(flags, findings, snapshot.files);
    Print(flags, snapshot, *notice);
    return notice->given ? eval::ExitCodeOf(notice->power) : eval::ExitCodeOf(eval::Verdict::kNo);
  });
}

int Blame(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto versions = service::Blame(snapshot, flags.target, options, findings);
    if (!versions || findings.any_error()) return Refuse(flags, findings, snapshot.files);
    return PrintShown(
        flags, snapshot,
        flags.json ? wire::ToJson(flags.target, *versions) : Render(*versions, StyleOf(flags)));
  });
}

int Diff(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const bool outcomes = flags.by == "outcomes";
    const auto diff = service::Diff(snapshot, flags.editions[0], flags.editions[1], options,
                                    {!outcomes, outcomes}, findings);
    if (!diff || findings.any_error()) return Refuse(flags, findings, snapshot.files);
    return PrintShown(
        flags, snapshot,
        flags.json ? wire::ToJson(*diff) : Render(*diff, flags.by == "words", StyleOf(flags)));
  });
}

// The text of a day as an HTML page.
int RenderText(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto document = service::TextOn(snapshot, options, findings);
    if (!document || findings.any_error()) return Refuse(flags, findings, snapshot.files);
    fmt::print("{}", wire::ToHtml(*document));
    return 0;
  });
}

int ByStage(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto stages = service::ByStage(snapshot, flags.events, options, findings);
    if (!stages) return Refuse(flags, findings, snapshot.files);
    return Print(flags, snapshot, *stages);
  });
}

int Ahead(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    if (!options.on) options.on = Today();
    const Date through{options.on->day + flags.days};
    const auto changes = service::Ahead(snapshot, options, through, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    if (!flags.json) {
      fmt::print("ahead: {} days from {}, through {}, if nothing happens but what is recorded\n",
                 flags.days, ToLongText(*options.on), ToLongText(through));
    }
    return Print(flags, snapshot, changes);
  });
}

int DrawTimeline(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    int code = 0;
    std::optional<Date> from, to;
    if (!ReadPeriod(flags, from, to, code)) return code;
    auto lanes = service::Lanes(snapshot, options, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    // What lies outside the period is left out; what reaches into it stays whole.
    for (eval::Lane& lane : lanes) {
      std::erase_if(lane.segments, [&](const eval::Segment& s) {
        return (to && s.from > *to) || (from && s.through && *s.through < *from);
      });
    }
    const std::string format = flags.json || flags.formats.empty() ? "text" : flags.formats.back();
    if (format == "csv") {
      fmt::print("{}", wire::ToCsv(lanes));
    } else if (format == "svg") {
      wire::Picture picture = wire::Frame(lanes, snapshot.agreement.title,
                                          Date{snapshot.agreement.program.origin.date().day - 365});
      picture.on = options.on;
      if (from) picture.from = *from;
      if (to) picture.through = *to;
      fmt::print("{}", wire::ToSvg(lanes, picture));
    } else {
      return Print(flags, snapshot, lanes);
    }
    return 0;
  });
}

// Opens onto the whole of the agreement's first year where no days are named.
int OpenPoints(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    int code = 0;
    std::optional<Date> from = options.on, to;
    if (!ReadPeriod(flags, from, to, code)) return code;
    if (!from) from = service::DayUnlessNamed(snapshot.agreement, options);
    if (!to) to = from;
    const auto points = service::OpenPoints(snapshot, options, *from, *to, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    return Print(flags, snapshot, points);
  });
}

// As of today where no day is named: who asks what is owed asks about now. Exit 1 if anything is
// overdue.
int Owes(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    int code = 0;
    std::optional<Date> from, to;
    if (!ReadPeriod(flags, from, to, code)) return code;
    if (!options.on && !to) options.on = Today();
    const auto list = service::Owes(snapshot, options, flags.target, from, to, findings);
    if (!list) return Refuse(flags, findings, snapshot.files);
    const std::string format = flags.formats.empty() ? "text" : flags.formats.back();
    if (format == "csv" || format == "ics") {
      fmt::print("{}", format == "csv" ? wire::ToCsv(*list) : wire::ToIcs(*list));
    } else {
      Flags shown = flags;
      shown.json = flags.json || format == "json";
      Print(shown, snapshot, *list);
    }
    const bool overdue = std::ranges::any_of(
        list->owed, [](const eval::Owed& o) { return o.state == eval::DutyState::kOverdue; });
    if (overdue) return eval::ExitCodeOf(eval::Verdict::kNo);
    return list->unsettled.empty() ? 0 : eval::ExitCodeOf(eval::Verdict::kDepends);
  });
}

int Missing(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    std::string question = flags.question;
    const check::Form form = FormOf(question, check::Form::kMay);
    const auto points = service::Missing(snapshot, form, question, options, findings);
    if (!points) return Refuse(flags, findings, snapshot.files);
    Print(flags, snapshot, *points);
    return points->empty() ? 0 : eval::ExitCodeOf(eval::Verdict::kDepends);
  });
}

int Argue(const Flags& flags, check::Form form) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto arguments = service::Argue(snapshot, form, flags.question, options, findings);
    if (!arguments) return Refuse(flags, findings, snapshot.files);
    if (flags.json) return Print(flags, snapshot, *arguments);
    // The answer first, on our readings.
    const auto result = service::Ask(snapshot, form, flags.question, options);
    if (!result.answer) return Refuse(flags, result.findings, snapshot.files);
    fmt::print("{}", Render(*result.answer, Depth::kSentence, StyleOf(flags)));
    Print(flags, snapshot, *arguments);
    return eval::ExitCodeOf(result.answer->verdict);
  });
}

int Limit(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    const auto intervals = service::Limit(snapshot, flags.question, flags.over, options, findings);
    if (!intervals) return Refuse(flags, findings, snapshot.files);
    return Print(flags, snapshot, *intervals);
  });
}

int Audit(const Flags& flags) {
  return With(flags, [&](service::Snapshot& snapshot, service::AskOptions& options,
                         diag::Findings& findings) {
    int code = 0;
    std::optional<Date> from, to;
    if (!ReadPeriod(flags, from, to, code)) return code;
    const auto found = service::Audit(snapshot, options, from, to, findings);
    if (findings.any_error()) return Refuse(flags, findings, snapshot.files);
    Print(flags, snapshot, found);
    return found.entries.empty() && found.notes.empty() ? 0 : 1;
  });
}

// A file with a question a line, as in a list or behind `ask`; says which answers end within so
// many days, and exits with 1 where any does.
int Watch(const Flags& flags) {
  const auto text = ReadFile(flags.target);
  if (!text) {
    return Complain(flags, "cannot read the questions " + Quoted(flags.target),
                    "name a file with a question a line, as `may OpenAI serve …`");
  }
  return With(
      flags, [&](service::Snapshot& snapshot, service::AskOptions& options, diag::Findings&) {
        if (!options.on) options.on = Today();
        const Date through{options.on->day + flags.days};
        options.nothing_further = true;
        std::vector<eval::Change> ending;
        size_t asked = 0;
        for (auto& [line_number, question] : QuestionsIn(*text)) {
          const check::Form form = FormOf(question, check::Form::kMay);
          const auto result = service::When(snapshot, form, question, options);
          if (!result.answer) {
            fmt::print(stderr, "{}: line {}\n", flags.target, line_number);
            return Refuse(flags, result.findings, snapshot.files);
          }
          ++asked;
          for (size_t i = 1; i < result.segments.size(); ++i) {
            const eval::Segment& is = result.segments[i];
            const eval::Segment& was = result.segments[i - 1];
            if (is.from <= *options.on || is.from > through) continue;
            if (is.verdict == was.verdict && is.value == was.value) continue;
            ending.push_back(
                {"line " + std::to_string(line_number), question, is.from, is.through, was, is});
          }
        }
        if (asked == 0) {
          return Complain(flags, Quoted(flags.target) + " has no question",
                          "write a question a line, as `may OpenAI serve …`");
        }
        if (!flags.json) {
          fmt::print("watch: {} questions, {} through {}\n", asked, ToLongText(*options.on),
                     ToLongText(through));
        }
        Print(flags, snapshot, ending);
        return ending.empty() ? 0 : 1;
      });
}

}  // namespace entente::cli
