// Answers that were kept, asked again: whether this release still gives them.

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/version.h"
#include "base/words.h"
#include "cli/command.h"
#include "wire/saved.h"

namespace entente::cli {

namespace {

// The agreement and the record as they were when it was given; why they cannot be had otherwise.
class Pasts {
 public:
  explicit Pasts(const Flags& flags) : flags_(flags) {}

  // Null, with an exit code, where it cannot be read at all.
  service::Snapshot* At(const wire::SavedAnswer& saved, int& code, std::string& why) {
    // A ledger is about one text, and the answer may be of another.
    if (own_ == nullptr) {
      Flags text_alone = flags_;
      text_alone.ledger.clear();
      own_ = Open(text_alone, code);
      if (own_ == nullptr) return nullptr;
    }
    if (own_->agreement_hash != saved.agreement_hash) {
      why = "it is of another text: " + saved.agreement_hash.substr(0, 12) + ", and this is " +
            own_->agreement_hash.substr(0, 12);
      return own_.get();
    }
    Flags flags = flags_;
    if (saved.ledger && !flags.ledger.empty()) flags.known_at = std::to_string(saved.ledger->size);
    auto& snapshot = read_[flags.known_at];
    if (snapshot == nullptr) snapshot = Open(flags, code);
    if (snapshot == nullptr) return nullptr;
    if (snapshot->findings.any_error()) {
      code = Refuse(flags, snapshot->findings, snapshot->files);
      return nullptr;
    }
    if (saved.ledger.has_value() != snapshot->ledger.has_value()) {
      why = saved.ledger ? "it is of a ledger; name it with --ledger"
                         : "it is of a record file; name that with --record";
    } else if (saved.ledger && snapshot->ledger->root != saved.ledger->root) {
      why = "the ledger of size " + std::to_string(saved.ledger->size) +
            " is another one: its root then was " + saved.ledger->root.substr(0, 12) + ", and is " +
            snapshot->ledger->root.substr(0, 12);
    } else if (saved.ledger && snapshot->ledger->withheld != saved.ledger->withheld) {
      why = std::to_string(snapshot->ledger->withheld) +
            " values of the ledger are withheld or erased now, and " +
            std::to_string(saved.ledger->withheld) + " were then";
    } else if (snapshot->record_hash != saved.asked.record_hash) {
      why = "the record is another one, or was changed";
    }
    return snapshot.get();
  }

 private:
  const Flags& flags_;
  // The text without its ledger.
  std::unique_ptr<service::Snapshot> own_;
  std::map<std::string, std::unique_ptr<service::Snapshot>> read_;
};

service::AskOptions OptionsOf(const wire::SavedAnswer& saved) {
  service::AskOptions out;
  out.on = saved.asked.on;
  // What fell back on the day on which it was asked falls back on that again.
  out.today = saved.on;
  out.known_at = saved.asked.known_at;
  out.edition = saved.asked.edition;
  out.given = saved.asked.given;
  out.readings = saved.asked.readings;
  out.nothing_further = saved.asked.nothing_further;
  out.flips = saved.asked.flips;
  out.proof_lines = saved.proof_lines;
  return out;
}

std::string Cut(const std::string& text) {
  constexpr size_t kShown = 60;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "…";
}

}  // namespace

int Replay(const Flags& flags) {
  Pasts pasts(flags);
  std::vector<wire::Replayed> all;
  for (const std::string& file : flags.files) {
    const auto text = ReadFile(file);
    if (!text)
      return Complain(flags, "cannot read the answers " + Quoted(file),
                      "name a file into which --json was written");
    const auto answers = wire::ReadSavedAnswers(*text);
    if (!answers) {
      all.push_back({.file = file, .outcome = "not asked", .why = answers.error().what});
      continue;
    }
    for (const wire::SavedAnswer& saved : *answers) {
      wire::Replayed one{.file = file,
                         .line = saved.line,
                         .question = saved.asked.form + " " + saved.asked.question,
                         .on = saved.on,
                         .engine = saved.engine};
      int code = 0;
      service::Snapshot* snapshot = pasts.At(saved, code, one.why);
      if (snapshot == nullptr) return code;
      if (one.why.empty()) {
        std::string question = one.question;
        const check::Form form = FormOf(question, check::Form::kMay);
        const auto result = service::Ask(*snapshot, form, question, OptionsOf(saved));
        if (result.answer) {
          one.differences = wire::Differences(saved, *result.answer);
        } else {
          one.why = result.findings.all().empty() ? "no answer" : result.findings.all()[0].message;
        }
      }
      const bool other =
          std::ranges::any_of(one.differences, [](const auto& d) { return d.decides; });
      const bool firmer =
          std::ranges::any_of(one.differences, [](const auto& d) { return d.firmer; });
      one.outcome = !one.why.empty()          ? "not asked"
                    : other                   ? "other"
                    : firmer                  ? "firmer"
                    : one.differences.empty() ? "same"
                                              : "worded";
      all.push_back(std::move(one));
    }
  }
  const auto count = [&](std::string_view outcome) {
    return std::ranges::count(all, outcome, &wire::Replayed::outcome);
  };
  const bool fine = count("other") == 0 && count("not asked") == 0;
  if (flags.json) {
    fmt::print("{}\n", wire::ToJson(all));
    return fine ? 0 : 1;
  }
  for (const wire::Replayed& one : all) {
    if (one.outcome == "same") continue;
    if (one.question.empty()) {
      fmt::print("{}: not asked again: {}\n", one.file, Printable(one.why));
      continue;
    }
    fmt::print("{}:{}: {}, on {}: {}{}\n", one.file, one.line, Printable(one.question),
               ToText(one.on),
               one.outcome == "worded"   ? "the same in other words"
               : one.outcome == "firmer" ? "the same, for more days or where there was none"
               : one.outcome == "other"  ? "another answer"
                                         : "not asked again: ",
               Printable(one.why));
    for (const wire::Difference& d : one.differences) {
      if (d.decides || d.firmer || one.outcome == "worded")
        fmt::print("  {}: {}\n    instead of {}\n", d.part, Printable(Cut(d.after)),
                   Printable(Cut(d.before)));
    }
  }
  fmt::print(
      "{} answers asked again by entente {}: {} the same, {} in other words, {} firmer, {} "
      "otherwise, {} not asked\n",
      all.size(), kVersion, count("same"), count("worded"), count("firmer"), count("other"),
      count("not asked"));
  return fine ? 0 : 1;
}

}  // namespace entente::cli
