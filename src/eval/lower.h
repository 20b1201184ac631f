// src/eval/lower.h: meets a record with a program.
#pragma once

#include <map>
#include <set>

#include "diag/finding.h"
#include "eval/world.h"
#include "record/record.h"

namespace entente::eval {

// A point that takes no argument and that the text itself settles, and by what.
struct SettledByText {
  ir::PointId point;
  Value value;
  std::string by;
};

// A way of sending a notice, and how long after that it counts as given.
struct Channel {
  std::string name;
  Duration takes;
};
// A channel as it is looked up: in small letters, with single spaces.
std::string ChannelName(std::string_view text);

// What the text says of how notices are sent: a notice that was sent by one of these channels is
// given when the channel says; by another, not at all.
struct NoticeRule {
  std::string label;
  std::vector<Channel> channels;
  // Notices that count from the day on which they are recorded, whatever day they name; and the
  // clause that says so.
  std::map<uint32_t, std::string> when_recorded = {};
  // Notices that are sealed before they are given: by which other notice, and the clause. Both
  // count when they are recorded.
  struct Sealing {
    ir::EventTypeId by;
    std::string label;
  };
  std::map<uint32_t, Sealing> sealed = {};
  const Channel* Find(std::string_view name) const;
  // Null where the notice is not sealed.
  const Sealing* SealingOf(ir::EventTypeId type) const {
    const auto it = sealed.find(type.index);
    return it == sealed.end() ? nullptr : &it->second;
  }
  // The clause by which a notice of this type seals others; null where it does not.
  const std::string* Seals(ir::EventTypeId type) const;
  // The clause by which a notice of this type counts when it is recorded; null where none does.
  const std::string* WhenRecorded(ir::EventTypeId type) const;
  // Where it stands: its clause, or the text as a whole.
  std::string Where() const { return label.empty() ? "the text" : label; }
};

struct LowerOptions {
  // `--assume-nothing-further`: the record is complete for good.
  bool nothing_further = false;
  // What entries settle goes before it.
  std::vector<SettledByText> by_text = {};
  NoticeRule notices = {};
};

// The kinds of entry that count when they are recorded, as EntryKind writes them.
std::set<std::string> KindsWhenRecorded(const ir::Program& program, const NoticeRule& notices);

// What was known at the end of `known`, corrected; but a notice that counts when it is recorded
// stays as it was signed. See record::Record::KnownAt.
std::span<const record::Entry> KnownAt(const record::Record& record, std::optional<Date> known,
                                       const ir::Program& program, const NoticeRule& notices,
                                       std::vector<record::Entry>& corrected);

// Turns entries, as known, into events, settled points, things and closing marks. Things that
// entries name are added to `program`, so that a question can speak of them. What means nothing to
// the program is named in `findings` and left out. Cost: linear in entries.
// `given` are entries put by a question, in order, after those recorded.
Facts Lower(ir::Program& program, std::span<const record::Entry> recorded,
            std::span<const record::Entry> given, const LowerOptions& options,
            diag::Findings& findings);

// The thing of this name; added without kinds when there is none.
ThingId ThingNamed(ir::Program& program, std::string_view name);

// Begins the name of the thing that stands for a notice of some type which nobody has recorded and
// a question is about; the type follows.
inline constexpr std::string_view kSomeEntry = "entry of some ";

// How a record writes the name of an event or act, which it may also do in capitals:
// `order-notice`.
std::string EntryKind(std::string_view name);

// What `text` says for a point of this type: "true", "5e25", "2031-12-31", "30 days", "2".
std::optional<Value> ReadValue(const ir::Point& point, std::string_view text);
// The point that a settling entry names, and the key of its instance for `thing`.
std::optional<Key> FindKey(const ir::Program& program, std::string_view point,
                           std::optional<ThingId> thing);

// Names in an event's fields that neither the agreement, whose things are the first `declared`, nor
// a `Thing` entry declares.
std::vector<std::string> Undeclared(const ir::Program& program, size_t declared, const Facts& facts,
                                    const Event& event);

}  // namespace entente::eval
