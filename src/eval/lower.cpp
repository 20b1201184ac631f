#include "eval/lower.h"

#include <algorithm>
#include <map>

#include "base/words.h"
#include "eval/seals.h"
#include "values/calendar.h"

namespace entente::eval {

using diag::FindingKind;

std::string ChannelName(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    if (c == ' ' && out.ends_with(' ')) continue;
    out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

const Channel* NoticeRule::Find(std::string_view name) const {
  const std::string wanted = ChannelName(name);
  const auto it = std::find_if(channels.begin(), channels.end(),
                               [&](const Channel& c) { return c.name == wanted; });
  return it == channels.end() ? nullptr : &*it;
}

const std::string* NoticeRule::Seals(ir::EventTypeId type) const {
  const auto it =
      std::ranges::find_if(sealed, [&](const auto& one) { return one.second.by == type; });
  return it == sealed.end() ? nullptr : &it->second.label;
}

const std::string* NoticeRule::WhenRecorded(ir::EventTypeId type) const {
  if (const auto it = when_recorded.find(type.index); it != when_recorded.end()) return &it->second;
  const Sealing* sealing = SealingOf(type);
  return sealing != nullptr ? &sealing->label : Seals(type);
}

namespace {

class Lowering {
 public:
  Lowering(ir::Program& program, diag::Findings& findings)
      : program_(program), findings_(findings) {
    for (uint32_t t = 0; t < program.things.size(); ++t) {
      things_.emplace(program.symbols.Name(program.things[t].name), ThingId{t});
    }
    for (uint32_t e = 0; e < program.event_types.size(); ++e) {
      types_.emplace(EntryKind(program.symbols.Name(program.event_types[e].name)),
                     ir::EventTypeId{e});
    }
  }

  Facts Run(std::span<const record::Entry> recorded, std::span<const record::Entry> given,
            const LowerOptions& options) {
    notices_ = options.notices;
    seals_.emplace(program_, notices_);
    const size_t types = program_.event_types.size();
    facts_.closed_to.assign(types, program_.origin);
    facts_.closed_by.assign(types, "nothing is recorded after the start");
    facts_.events.push_back({program_.start,
                             program_.origin,
                             Slot{{{program_.known.at, Value::Moment(program_.origin)},
                                   {program_.known.by, Value::Thing({})},
                                   {program_.known.id, Value::Thing({})}}},
                             "the start",
                             false,
                             {},
                             false});
    facts_.events.reserve(recorded.size() + given.size() + 1);
    for (const SettledByText& settled : options.by_text) {
      const Key key{Key::Family::kPoint, settled.point.index, {}};
      facts_.settled[key] = settled.value;
      facts_.settled_by[key] = settled.by;
    }
    for (const auto& entries : {recorded, given}) {
      for (const record::Entry& entry : entries) {
        if (entry.kind == record::kThing && !entry.contested) NameThing(entry);
      }
      for (const record::Entry& entry : entries) Take(entry);
    }
    const bool real = !recorded.empty();
    const Date last = real ? recorded.back().known : Date{};
    const std::string last_id = real ? recorded.back().id : "";
    for (size_t t = 0; t < types; ++t) {
      if (real && program_.event_types[t].constitutive &&
          facts_.closed_to[t] < Position::EndOf(last)) {
        facts_.closed_to[t] = Position::EndOf(last);
        facts_.closed_by[t] = "the record up to entry " + last_id;
      }
      if (options.nothing_further || ir::EventTypeId{static_cast<uint32_t>(t)} == program_.start) {
        facts_.closed_to[t] = kNever;
        facts_.closed_by[t] = "nothing further is assumed to happen";
      }
    }
    for (const auto& [type, through] : left_open_)
      facts_.closed_to[type] = std::min(facts_.closed_to[type], through);
    std::stable_sort(facts_.events.begin(), facts_.events.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
    Warn();
    for (const ir::Thing& thing : program_.things) {
      facts_.things.push_back(
          {std::string(program_.symbols.Name(thing.name)), thing.kinds, thing.open});
    }
    facts_.horizon = Horizon();
    return std::move(facts_);
  }

 private:
  void Bad(FindingKind kind, const record::Entry& entry, std::string message, std::string help) {
    findings_.Add({.kind = kind,
                   .at = entry.at,
                   .message = std::move(message),
                   .labels = {},
                   .instance = {},
                   .help = std::move(help)});
  }

  ThingId Named(std::string_view name) {
    if (const auto it = things_.find(std::string(name)); it != things_.end()) return it->second;
    program_.things.push_back({program_.symbols.Intern(name), {}, false});
    const ThingId id{static_cast<uint32_t>(program_.things.size() - 1)};
    things_.emplace(name, id);
    return id;
  }

  void NameThing(const record::Entry& entry) {
    const std::string* name = entry.Find("name");
    const std::string* kinds = entry.Find("is");
    if (name == nullptr || kinds == nullptr) {
      Bad(FindingKind::kBadEntry, entry, "an entry of kind `Thing` has the fields `name` and `is`",
          R"(write {"name": "Acme", "is": "Customer"})");
      return;
    }
    const ThingId thing = Named(*name);
    std::string_view rest = *kinds;
    while (!rest.empty()) {
      const size_t comma = rest.find(',');
      const std::string_view word = Trim(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      bool found = false;
      for (uint32_t k = 0; k < program_.kinds.size(); ++k) {
        if (program_.symbols.Name(program_.kinds[k].name) != word) continue;
        program_.things[thing.index].kinds.push_back(ir::KindId{k});
        found = true;
      }
      if (!found) {
        Bad(FindingKind::kUnknownEntryKind, entry, Quoted(word) + " is no declared kind",
            "name a kind that the agreement declares");
      }
    }
  }

  void Take(const record::Entry& entry) {
    if (entry.kind == record::kThing || entry.kind == record::kCorrect) return;
    if (entry.kind == record::kClose && entry.contested) return;
    if (entry.kind == record::kClose) return Close(entry);
    if (entry.kind == record::kEstablish) return Settle(entry, "fact", "is");
    if (entry.kind == record::kFinding) return Settle(entry, "judgement", "is");
    if (entry.kind == record::kDisclose) return Settle(entry, "term", "is");
    if (entry.kind == record::kSettle) return Settle(entry, "reading", "as");
    const auto type = types_.find(EntryKind(entry.kind));
    if (type == types_.end() || type->second == program_.start) {
      std::vector<std::string> known;
      for (const ir::EventType& t : program_.event_types)
        known.emplace_back(program_.symbols.Name(t.name));
      const std::string closest = Closest(entry.kind, known);
      Bad(FindingKind::kUnknownEntryKind, entry,
          "the agreement has no event, act or fact " + Quoted(entry.kind),
          closest.empty() ? "declare it in the agreement"
                          : "did you mean " + Quoted(closest) + "?");
      return;
    }
    if (IsForAnother(entry, program_.event_types[type->second.index])) return;
    if (!WasRevealed(entry, type->second)) return;
    // What counts when it is recorded was given by that: nobody's word makes it doubtful. What it
    // says can be withheld, by whoever shows the ledger.
    if (notices_.WhenRecorded(type->second) != nullptr && !entry.withheld)
      return AddEvent(entry, type->second);
    if (entry.contested) return Leave(entry, type->second);
    AddEvent(entry, type->second);
  }

  // A notice is an act of whoever gives it; nobody else's signature makes one, nor a stolen key's.
  bool IsForAnother(const record::Entry& entry, const ir::EventType& type) {
    if (type.constitutive && entry.forged) {
      Bad(FindingKind::kNotGiven, entry,
          "entry " + Quoted(entry.id) + " (" + entry.kind +
              ") was not given: it was signed with a stolen key",
          "whoever it was stolen from gives it anew, with the next key");
      return true;
    }
    if (!type.constitutive || entry.signers.empty() || entry.by.empty() ||
        std::ranges::find(entry.signers, entry.by) != entry.signers.end()) {
      return false;
    }
    Bad(FindingKind::kNotGiven, entry,
        "entry " + Quoted(entry.id) + " is a notice by " + entry.by + " that " +
            JoinAnd(entry.signers) + " signed: it was not given",
        "whoever gives a notice signs it");
    return true;
  }

  // The entries of the kind that one of this type is of, which lie before `at`.
  std::vector<const Event*> Earlier(ir::EventTypeId type, Position at) const {
    std::vector<const Event*> out;
    for (const Event& e : facts_.events) {
      if (e.at < at && e.type == program_.event_types[type.index].of) out.push_back(&e);
    }
    return out;
  }

  // The entry that it is about: the one it names, else the one there is.
  std::string About(const record::Entry& entry, ir::EventTypeId type) const {
    if (const std::string* of = entry.Find(record::kOf)) return *of;
    const auto earlier = Earlier(type, kNever);
    return earlier.size() == 1 ? earlier.front()->id : "";
  }

  // Of a notice that seals or is sealed, whether it was done as its clause says.
  bool WasRevealed(const record::Entry& entry, ir::EventTypeId type) {
    if (entry.hypothetical) return true;
    const auto [outcome, why, help] = seals_->Hear(entry, type, About(entry, type));
    if (outcome == Seals::Outcome::kOpen) Leave(entry, type);
    if (outcome == Seals::Outcome::kNot) {
      Bad(FindingKind::kNotGiven, entry,
          "entry " + Quoted(entry.id) + " (" + entry.kind + ") was not given, as " +
              *notices_.WhenRecorded(type) + " says: " + why,
          help);
    }
    return outcome == Seals::Outcome::kCounts;
  }

  // Whether what is contested happened is open: its kind is not closed from its day on.
  void Leave(const record::Entry& entry, ir::EventTypeId type) {
    facts_.left_open.insert(entry.id);
    const Position before = Position::EndOf(Date{entry.happened.date().day - 1});
    const auto [known, fresh] = left_open_.try_emplace(type.index, before);
    if (!fresh) known->second = std::min(known->second, before);
  }

  void NotGiven(const record::Entry& entry, const std::string& channel) {
    std::vector<std::string> names;
    for (const Channel& c : notices_.channels) names.push_back(Quoted(c.name));
    Bad(FindingKind::kNotGiven, entry,
        "entry " + Quoted(entry.id) + " was sent by " + Quoted(channel) + ", which " +
            (names.empty() ? "the agreement does not say how to count"
                           : notices_.Where() + " does not name: it was not given"),
        names.empty() ? "write on which day it was given, without a channel"
                      : "the channels are " + JoinAnd(names));
  }

  void AddEvent(const record::Entry& entry, ir::EventTypeId type_id) {
    const ir::EventType& type = program_.event_types[type_id.index];
    Event event{type_id,  entry.happened,    {}, entry.id, entry.hypothetical,
                entry.at, entry.undated_time};
    const std::string* channel = type.constitutive ? entry.Find(record::kChannel) : nullptr;
    if (channel != nullptr) {
      const Channel* way = notices_.Find(*channel);
      if (way == nullptr) {
        event.channel = *channel;
        facts_.not_given.push_back(std::move(event));
        return NotGiven(entry, *channel);
      }
      const Date day = Shift(Position::StartOf(entry.happened.date()), way->takes).date();
      if (CountsBusinessDays(way->takes.unit) && day > CalendarOf(way->takes.unit).through) {
        return Bad(FindingKind::kBadEntry, entry,
                   "when entry " + Quoted(entry.id) +
                       " counts as given is not known: the calendar " +
                       Quoted(CalendarOf(way->takes.unit).name) + " is published through " +
                       ToLongText(CalendarOf(way->takes.unit).through),
                   "state its holidays for longer, or write when it was given");
      }
      event.at = {day.day * Position::kDay + entry.happened.value % Position::kDay};
      event.sent = entry.happened;
      event.channel = way->name;
    }
    if (notices_.WhenRecorded(type_id) != nullptr && !entry.hypothetical) {
      event.said_to_be = entry.happened.date();
      // The time that it names is worth nothing; its place in the record is.
      event.at = Position::At(entry.recorded.value_or(entry.known), 0, entry.happened.sequence());
      event.undated_time = true;
    }
    // Only what another entry can be about has to be a thing itself.
    const bool spoken_of = std::any_of(program_.event_types.begin(), program_.event_types.end(),
                                       [&](const ir::EventType& t) { return t.of == type_id; });
    const ThingId own = spoken_of || type.constitutive ? Named("entry " + entry.id) : ThingId{};
    event.slot.fields.reserve(3 + entry.fields.size());
    event.slot.fields = {
        {program_.known.at, Value::Moment(event.at)},
        {program_.known.by, entry.by.empty() ? Value::Thing({}) : Value::Thing(Named(entry.by))},
        {program_.known.id, Value::Thing(own)}};
    const Symbol of = program_.symbols.Intern("of");
    for (const record::Field& field : entry.fields) {
      if (channel != nullptr && field.name == record::kChannel) continue;
      if (Seals::IsOfSeal(notices_, type_id, field.name)) continue;
      const auto known = std::find_if(
          type.fields.begin(), type.fields.end(),
          [&](const ir::EventField& f) { return program_.symbols.Name(f.name) == field.name; });
      if (known == type.fields.end()) {
        std::vector<std::string> names;
        for (const ir::EventField& f : type.fields)
          names.emplace_back(program_.symbols.Name(f.name));
        Bad(FindingKind::kUnknownField, entry,
            WithArticle(entry.kind) + " has no field " + Quoted(field.name),
            names.empty() ? "remove the field" : "its fields are " + JoinAnd(names));
        return;
      }
      if (known->type.base == ir::Base::kBool) {
        event.slot.fields.emplace_back(known->name, Value::Bool(field.value == "true"));
      } else if (known->name == of) {
        const ThingId about = Named("entry " + field.value);
        const bool exists = std::any_of(facts_.events.begin(), facts_.events.end(),
                                        [&](const Event& e) { return e.id == field.value; });
        if (!exists) {
          Bad(FindingKind::kNoSuchEntry, entry, "no entry " + Quoted(field.value) + " stands above",
              "name the entry it is about by its id");
          return;
        }
        event.slot.fields.emplace_back(of, Value::Thing(about));
      } else if (ir::IsAmount(known->type)) {
        ir::Point amount;
        amount.type = known->type;
        const std::string_view unit = program_.symbols.Name(Symbol{known->type.detail});
        const size_t space = field.value.find(' ');
        const bool other_unit =
            space != std::string::npos && Trim(std::string_view(field.value).substr(space)) != unit;
        const auto value = other_unit ? std::nullopt : ReadValue(amount, field.value);
        if (!value) {
          Bad(FindingKind::kBadEntry, entry,
              Quoted(field.value) + " is no amount that the field " + Quoted(field.name) +
                  " can have",
              "write a figure in its unit, such as \"1250.50\"");
          return;
        }
        event.slot.fields.emplace_back(known->name, *value);
      } else {
        event.slot.fields.emplace_back(known->name, Value::Thing(Named(field.value)));
      }
    }
    for (const ir::EventField& field : type.fields) {
      const bool given = std::any_of(event.slot.fields.begin(), event.slot.fields.end(),
                                     [&](const auto& f) { return f.first == field.name; });
      if (given) continue;
      if (field.name == of) {
        // About the one earlier notice there is; which of several, nobody guesses.
        const std::vector<const Event*> earlier = Earlier(type_id, event.at);
        // What is only supposed is about the last.
        if (earlier.size() == 1 || (entry.hypothetical && !earlier.empty())) {
          event.slot.fields.emplace_back(of, earlier.back()->slot.Get(program_.known.id));
          continue;
        }
        if (earlier.size() > 1) {
          Bad(FindingKind::kBadEntry, entry,
              "entry " + Quoted(entry.id) + " may be about several earlier entries",
              "name the one it is about in the field `of`");
          return;
        }
      }
      if (ir::IsAmount(field.type)) {
        const std::string name(program_.symbols.Name(field.name));
        Bad(FindingKind::kBadEntry, entry,
            "entry " + Quoted(entry.id) + " does not say its " + Quoted(name),
            "add the field " + Quoted(name) + ": nothing is taken to be zero");
        return;
      }
      // A thing that is not there reads as no thing.
      if (field.type.base == ir::Base::kBool)
        event.slot.fields.emplace_back(field.name, Value::Bool(false));
    }
    if (type.constitutive && !entry.hypothetical && entry.known > entry.happened.date()) {
      Bad(FindingKind::kLateEntry, entry,
          "entry " + Quoted(entry.id) + " happened on " + ToText(entry.happened.date()) +
              " and was known on " + ToText(entry.known),
          "answers given in between did not count it");
    }
    facts_.events.push_back(std::move(event));
  }

  void Settle(const record::Entry& entry, std::string_view name_field,
              std::string_view value_field) {
    const std::string* name = entry.Find(name_field);
    const std::string* value = entry.Find(value_field);
    if (name == nullptr || value == nullptr) {
      Bad(FindingKind::kBadEntry, entry,
          "an entry of kind " + Quoted(entry.kind) + " has the fields " + Quoted(name_field) +
              " and " + Quoted(value_field),
          "add the missing field");
      return;
    }
    if (entry.contested) return;
    std::optional<ThingId> of;
    if (const std::string* thing = entry.Find("of")) of = Named(*thing);
    const auto key = FindKey(program_, *name, of);
    if (!key) {
      std::vector<std::string> known;
      for (const ir::Point& p : program_.points) known.emplace_back(program_.symbols.Name(p.name));
      const std::string closest = Closest(*name, known);
      Bad(entry.kind == record::kSettle ? FindingKind::kUnknownReading
                                        : FindingKind::kUnknownEntryKind,
          entry, "the agreement leaves nothing open that is called " + Quoted(*name),
          closest.empty() ? "`entente check` lists what is open"
                          : "did you mean " + Quoted(closest) + "?");
      return;
    }
    const ir::Point& point = program_.points[key->id];
    const auto read = ReadValue(point, *value);
    if (!read) {
      Bad(point.kind == ir::PointKind::kReading ? FindingKind::kUnknownReading
                                                : FindingKind::kBadEntry,
          entry, Quoted(*value) + " is no value that " + Quoted(*name) + " can have",
          point.kind == ir::PointKind::kReading
              ? "its alternatives are " + JoinAnd(Numbered(point.alternatives))
              : "write true or false, an amount, a date such as 2031-12-31, or a number of days");
      return;
    }
    // A bracket that reads differently on another reading is one figure all the same.
    for (uint32_t p = key->id; p < program_.points.size(); ++p) {
      const ir::Point& other = program_.points[p];
      if (p != key->id &&
          (other.name != point.name || other.at != point.at || other.kind != point.kind))
        continue;
      const Key one{Key::Family::kPoint, p, key->args};
      facts_.settled[one] = *read;
      facts_.settled_by[one] = entry.hypothetical ? "as given" : "entry " + entry.id;
    }
  }

  static std::vector<std::string> Numbered(const std::vector<std::string>& alternatives) {
    std::vector<std::string> out;
    for (size_t i = 0; i < alternatives.size(); ++i) {
      out.push_back(std::to_string(i + 1) + " (" + alternatives[i] + ")");
    }
    return out;
  }

  void Close(const record::Entry& entry) {
    const std::string* kinds = entry.Find("kinds");
    const std::string* through = entry.Find("through");
    const auto date = through ? ParseDate(*through) : std::nullopt;
    if (kinds == nullptr || !date) {
      Bad(FindingKind::kBadEntry, entry, "a closing mark has the fields `kinds` and `through`",
          R"(write {"kinds": "Declaration, serve", "through": "2026-03-31"})");
      return;
    }
    std::string_view rest = *kinds;
    while (!rest.empty()) {
      const size_t comma = rest.find(',');
      const std::string word(Trim(rest.substr(0, comma)));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      const auto type = types_.find(EntryKind(word));
      if (type == types_.end()) {
        Bad(FindingKind::kUnknownEntryKind, entry, Quoted(word) + " is no declared event or act",
            "name what the agreement declares");
        continue;
      }
      Position& closed = facts_.closed_to[type->second.index];
      if (Position::EndOf(*date) > closed) {
        closed = Position::EndOf(*date);
        facts_.closed_by[type->second.index] =
            entry.hypothetical ? "as given" : "closing mark " + entry.id;
        if (!entry.hypothetical) {
          marks_.push_back(
              {type->second, Position::EndOf(*date), entry.id, entry.happened.sequence()});
        }
      }
    }
  }

  // An entry below a mark that was signed before it contradicts the mark.
  void Warn() {
    for (const Event& event : facts_.events) {
      for (const Mark& mark : marks_) {
        if (event.type == mark.type && !event.hypothetical && event.at <= mark.through &&
            event.at.sequence() > mark.place) {
          findings_.Add({.kind = FindingKind::kBelowClosingMark,
                         .at = event.span,
                         .message = "entry " + Quoted(event.id) + " lies below the closing mark " +
                                    Quoted(mark.id) + " (" + ToText(mark.through.date()) + ")",
                         .labels = {},
                         .instance = {},
                         .help = "answers given on that mark may have been wrong; tell whoever "
                                 "relied on them"});
        }
      }
    }
  }

  struct Mark {
    ir::EventTypeId type;
    Position through;
    std::string id;
    // Its place in the record, which an entry's sequence number is.
    int64_t place;
  };

  Position Horizon() const {
    Date last = program_.origin.date();
    const auto reach = [&](Position at) {
      if (at != kNever && at.value >= 0) last = std::max(last, at.date());
    };
    for (uint32_t i = 0; i < program_.node_count(); ++i) {
      const ir::Node& node = program_.Get(ir::NodeId{i});
      if (node.op == ir::Op::kLit && node.type == ir::kMomentType)
        reach(program_.Literal(node).AsMoment());
    }
    for (const Event& event : facts_.events) reach(event.at);
    for (const Position closed : facts_.closed_to) reach(closed);
    return Shift(Position::EndOf(last), {120, DurationUnit::kMonths});
  }

  NoticeRule notices_;
  std::optional<Seals> seals_;
  ir::Program& program_;
  diag::Findings& findings_;
  Facts facts_;
  std::unordered_map<std::string, ThingId> things_;
  std::unordered_map<std::string, ir::EventTypeId> types_;
  std::vector<Mark> marks_;
  // By event type, the last moment before something contested.
  std::map<uint32_t, Position> left_open_;
};

}  // namespace

std::string EntryKind(std::string_view name) {
  std::string out = LowerCase(name);
  std::replace(out.begin(), out.end(), ' ', '-');
  return out;
}

std::set<std::string> KindsWhenRecorded(const ir::Program& program, const NoticeRule& notices) {
  std::set<std::string> out;
  for (uint32_t t = 0; t < program.event_types.size(); ++t) {
    if (notices.WhenRecorded(ir::EventTypeId{t}) != nullptr)
      out.insert(EntryKind(program.symbols.Name(program.event_types[t].name)));
  }
  return out;
}

std::span<const record::Entry> KnownAt(const record::Record& record, std::optional<Date> known,
                                       const ir::Program& program, const NoticeRule& notices,
                                       std::vector<record::Entry>& corrected) {
  const std::set<std::string> stay = KindsWhenRecorded(program, notices);
  return record.KnownAt(known, corrected, [&](const record::Entry& entry) {
    return stay.contains(EntryKind(entry.kind));
  });
}

ThingId ThingNamed(ir::Program& program, std::string_view name) {
  const Symbol symbol = program.symbols.Intern(name);
  for (uint32_t t = 0; t < program.things.size(); ++t) {
    if (program.things[t].name == symbol) return ThingId{t};
  }
  program.things.push_back({symbol, {}, false});
  return ThingId{static_cast<uint32_t>(program.things.size() - 1)};
}

std::optional<Value> ReadValue(const ir::Point& point, std::string_view text) {
  text = Trim(text);
  switch (point.type.base) {
    case ir::Base::kBool:
      if (text == "true" || text == "yes") return Value::Bool(true);
      if (text == "false" || text == "no") return Value::Bool(false);
      return std::nullopt;
    case ir::Base::kEnum: {
      // By number from 1, or by the words of the alternative or a part of them.
      if (const auto number = Rational::Parse(text); number && number->denominator() == 1) {
        const auto n = static_cast<int64_t>(number->numerator());
        if (n >= 1 && n <= point.type.detail) return Value::Choice(static_cast<uint32_t>(n - 1));
        return std::nullopt;
      }
      std::optional<Value> found;
      for (uint32_t a = 0; a < point.alternatives.size(); ++a) {
        if (LowerCase(point.alternatives[a]) == LowerCase(text)) return Value::Choice(a);
        if (!text.empty() &&
            LowerCase(point.alternatives[a]).find(LowerCase(text)) != std::string::npos) {
          if (found) return std::nullopt;
          found = Value::Choice(a);
        }
      }
      return found;
    }
    case ir::Base::kMoment: {
      if (text == "none" || text == "never") return Value::Moment(kNever);
      const auto date = ParseDate(text);
      if (!date) return std::nullopt;
      return Value::Moment(Position::StartOf(*date));
    }
    case ir::Base::kDuration: {
      if (text == "none" && point.may_be_none) return Value::Moment(kNever);
      const size_t space = text.find(' ');
      const auto count = Rational::Parse(text.substr(0, space));
      if (!count || count->denominator() != 1) return std::nullopt;
      const bool months = space != std::string_view::npos &&
                          text.substr(space).find("month") != std::string_view::npos;
      return Value::Of({static_cast<int32_t>(count->numerator()),
                        months ? DurationUnit::kMonths : DurationUnit::kDays});
    }
    case ir::Base::kNumber:
    case ir::Base::kMoney: {
      const bool percent = text.ends_with('%');
      const auto number =
          Rational::Parse(text.substr(0, percent ? text.size() - 1 : text.find(' ')));
      if (!number || (point.type.base == ir::Base::kMoney && MayBeThousands(text)))
        return std::nullopt;
      const auto value = percent ? Multiply(*number, *Rational::Of(1, 100))
                         : point.type.base == ir::Base::kMoney ? Multiply(*number, Rational(100))
                                                               : number;
      if (!value) return std::nullopt;
      return Value::Number(*value);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Key> FindKey(const ir::Program& program, std::string_view name,
                           std::optional<ThingId> thing) {
  const Symbol symbol = program.symbols.Find(name);
  if (!symbol.valid()) return std::nullopt;
  for (uint32_t p = 0; p < program.points.size(); ++p) {
    if (program.points[p].name != symbol) continue;
    Key key{Key::Family::kPoint, p, {}};
    const bool of_thing = program.points[p].says.find("{0}") != std::string::npos;
    if (of_thing != thing.has_value()) continue;
    if (thing) key.args.push_back(Value::Thing(*thing));
    return key;
  }
  return std::nullopt;
}

Facts Lower(ir::Program& program, std::span<const record::Entry> recorded,
            std::span<const record::Entry> given, const LowerOptions& options,
            diag::Findings& findings) {
  return Lowering(program, findings).Run(recorded, given, options);
}

std::vector<std::string> Undeclared(const ir::Program& program, size_t declared, const Facts& facts,
                                    const Event& event) {
  std::vector<std::string> out;
  for (const auto& [field, value] : event.slot.fields) {
    if (value.kind() != Value::Kind::kThing || !value.AsThing().valid()) continue;
    // An entry is a thing too, by which others speak of it.
    if (field == program.known.id || field == program.symbols.Find("of")) continue;
    const uint32_t thing = value.AsThing().index;
    if (thing >= declared && facts.things[thing].kinds.empty())
      out.push_back(facts.things[thing].name);
  }
  return out;
}

}  // namespace entente::eval
