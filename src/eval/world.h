// src/eval/world.h: what is known, and one way of settling the rest.
//
// `Facts` is the record as known, met with a program: events in order, what is settled, how far
// each kind of event is closed. A `World` is Facts plus a value for every open point and the
// entries that come after the closing marks; in it every question has one answer at every moment.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "ir/program.h"

namespace entente::eval {

// An instance of an open point. Silence is keyed by term and arguments, a conflict by the labels
// of the clauses that meet, a kind by the thing that may be of it.
struct Key {
  enum class Family : uint8_t { kPoint, kSilence, kConflict, kKind };
  Family family = Family::kPoint;
  uint32_t id = 0;
  std::vector<Value> args;
  friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
  size_t operator()(const Key& key) const;
};
using Settled = std::unordered_map<Key, Value, KeyHash>;

// What a slot holds: the fields of an entry, or the arguments of a term.
struct Slot {
  std::vector<std::pair<Symbol, Value>> fields;
  Value Get(Symbol name) const;
  friend bool operator==(const Slot&, const Slot&) = default;
};
// Slots by level.
using Env = std::vector<Slot>;

struct Event {
  ir::EventTypeId type;
  Position at;
  Slot slot;
  // The entry's id, or what supplied the event.
  std::string id;
  bool hypothetical = false;
  source::Span span;
  // Only the day is known, and the order within it is that of the record.
  bool undated_time = false;
  // Of a notice that counts as given some time after it was sent: when that was, and how.
  std::optional<Position> sent = {};
  std::string channel = {};
  // Of a notice that counts when it is recorded: the day for which it was said to be given.
  std::optional<Date> said_to_be = {};
};

struct ThingInfo {
  std::string name;
  std::vector<ir::KindId> kinds;
  bool open = false;
};

struct Facts {
  // In order of position, and no two at one.
  std::vector<Event> events;
  // By event type: nothing unrecorded happened up to and including this position.
  std::vector<Position> closed_to;
  // Where closed_to comes from, for the reader: "the record", "closing mark e12", "given".
  std::vector<std::string> closed_by;
  Settled settled;
  // The entry or words that settled each key.
  std::unordered_map<Key, std::string, KeyHash> settled_by;
  std::vector<ThingInfo> things;
  // Notices that were sent by a channel that the text does not know, at the moment of sending.
  std::vector<Event> not_given;
  // Ids of entries of which it is open whether they count: contested, or something is withheld.
  std::set<std::string> left_open;
  Position horizon = kNever;
};

struct World {
  const ir::Program* program = nullptr;
  const Facts* facts = nullptr;
  // Recorded and future events together, in order.
  std::vector<Event> events;
  Settled choices;
  // Where set, receives the keys that neither facts nor choices settle, once each.
  std::vector<Key>* unsettled = nullptr;

  // The value of an open instance: settled by the facts, chosen by this world, or else the first
  // admissible value of its domain.
  Value Settle(const Key& key) const;
  bool IsOfKind(ThingId thing, ir::KindId kind) const;
};

// Up to where no event of the list `on`, an `On` node, can be missing from the facts. An entry's id
// is its own, so a list of the entry with an id on record has no other.
Position ClosedTo(const ir::Program& program, const Facts& facts, ir::NodeId on, const Env& env);

// The value an instance takes where nobody cares which.
Value DefaultValue(const ir::Program& program, const Key& key);
ir::Type TypeOf(const ir::Program& program, const Key& key);

// A thing is of the kinds stated and their super-kinds. An open thing may be of any further kind
// K that is not apart from those; the answer is then that of the instances returned: of the kinds
// below `kind` in `candidates`, none of whose `rivals` came first.
struct KindQuestion {
  std::optional<bool> known;
  struct Candidate {
    Key key;
    // Earlier kinds apart from this one: true for one of them rules this one out.
    std::vector<Key> rivals;
  };
  std::vector<Candidate> candidates;
};
KindQuestion AskKind(const ir::Program& program, const Facts& facts, ThingId thing,
                     ir::KindId kind);

}  // namespace entente::eval
