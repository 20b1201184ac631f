// src/ir/program.h: an agreement as 17 kinds of node, shared by every engine.
//
// Always true once Verify has found nothing:
//   1. nodes are immutable and hash-consed by content and type: equal nodes have equal ids;
//   2. a node's children have smaller ids, so the node table is in dependency order;
//   3. slots are levels: slot 0 holds the arguments of the term or the act asked about, and each
//      On, While, Fold, Schedule and Each binds the slot named in the node for what it governs.
//
// A shared node belongs to many clauses, so where a rule comes from stands in its rule, not in
// the node.
#pragma once

#include <string>
#include <vector>

#include "base/hash_index.h"
#include "ir/function.h"
#include "ir/type.h"
#include "source/source.h"
#include "values/value.h"

namespace entente::ir {

using NodeId = Id<struct NodeTag>;
using TermId = Id<struct TermTag>;
using PointId = Id<struct PointTag>;
using KindId = Id<struct KindTag>;
using EventTypeId = Id<struct EventTypeTag>;

enum class Op : uint8_t {
  kLit,
  kField,
  kOpen,
  kIs,
  kOp,
  kIf,
  kReached,
  kOn,
  kBecomes,
  kWhile,
  kSchedule,
  kUnion,
  kFold,
  kEach,
  kRules,
  kRef,
  kEdition,
};
inline constexpr int kOpCount = 17;
std::string_view NameOf(Op op);

enum class FoldKind : uint8_t { kFirst, kLast, kCount, kSum, kMin, kMax };
enum class EachKind : uint8_t { kOr, kAnd, kSum };
std::string_view NameOf(FoldKind kind);
std::string_view NameOf(EachKind kind);

//   op       children             aux      data
//   Lit                                    literal
//   Field                         slot     symbol
//   Open     arguments                     point
//   Is       thing                         kind
//   Op       arguments            function
//   If       condition, a, b
//   Reached  moment
//   On       guard                slot     event type
//   Becomes  signal
//   While    events, signal       slot
//   Schedule events, moment, n    slot
//   Union    events, events; stands only below a Fold, an Each or another Union
//   Fold     events, p, a, b, z   slot     fold kind
//   Each     events, key, captures..., body   slot   capture list
//   Rules                                  rule set
//   Ref      arguments                     term
//   Edition  new, old                      point that says whether the amendment was adopted
struct Node {
  Op op = Op::kLit;
  uint8_t aux = 0;
  uint16_t count = 0;
  Type type;
  uint32_t first = 0;
  uint32_t data = 0;
};
static_assert(sizeof(Node) <= 24);

// `kJudgement` is settled by a finding, `kFact` by an entry that establishes it, the rest by a
// disclosure or by the parties.
enum class PointKind : uint8_t {
  kUndisclosed,
  kImprecise,
  kReading,
  kJudgement,
  kFact,
  kFuture,
  kConflict,
  kSilence,
  kDraft,
};
std::string_view NameOf(PointKind kind);

struct Bound {
  NodeId value;
  // Whether the bound itself is excluded.
  bool strict = false;
};

// A thing not settled: a family with one instance for each tuple of arguments.
struct Point {
  Symbol name;
  PointKind kind = PointKind::kUndisclosed;
  Type type;
  // For enumerations: what each alternative says. The first is the encoder's where has_primary.
  std::vector<std::string> alternatives;
  bool has_primary = false;
  // `[... or none]`: the moment or duration may also be that of nothing.
  bool may_be_none = false;
  Bound low;
  Bound high;
  // How the point is spoken of, with {0}, {1} for its arguments.
  std::string says;
  std::string source;
  source::Span at;
};

struct Rule {
  Symbol label;
  NodeId guard;
  NodeId value;
  // Indices of the rules of the same set that this one beats.
  std::vector<uint32_t> beats;
  // The words of the block; invalid for a rule the language itself supplies.
  source::Span at;
  // What the language supplies says so here: "powers are closed".
  std::string built_in;
  // The part of an `only` sentence that speaks of the outside.
  bool outside = false;
  // `in all other cases`: every other rule of the term beats it.
  bool closing = false;
  // Who answers for the act where that is another than the one who does it.
  std::string answers;
};

struct RuleSet {
  TermId term;
  std::vector<Rule> rules;
};

struct Parameter {
  Symbol name;
  Type type;
};

struct Term {
  Symbol name;
  std::vector<Parameter> parameters;
  Type type;
  NodeId body;
  source::Span at;
  // It depends, through the strict past, on itself: a power that asks what its own notices did.
  bool looks_back = false;
};

struct Kind {
  Symbol name;
  std::vector<KindId> supers;
};

struct EventField {
  Symbol name;
  Type type;
  KindId kind;
};

// An act is an event type: rules speak of a hypothetical entry, the record of actual ones.
struct EventType {
  Symbol name;
  std::vector<EventField> fields;
  // Counts only when recorded, so that absence from the record is absence.
  bool constitutive = false;
  bool conduct = false;
  // The type of the events that its field `of` names.
  EventTypeId of = {};
};

struct Thing {
  Symbol name;
  std::vector<KindId> kinds;
  // `any K`: may be of further kinds.
  bool open = false;
};

// The fields every event has.
struct KnownSymbols {
  Symbol at, by, id, index, origin;
};

class Program {
 public:
  Program();

  // ---- building; all return the one node of that content
  NodeId Lit(const Value& value, Type type);
  NodeId True() { return Lit(Value::Bool(true), kBoolType); }
  NodeId False() { return Lit(Value::Bool(false), kBoolType); }
  NodeId Moment(Position at) { return Lit(Value::Moment(at), kMomentType); }
  NodeId Field(int slot, Symbol field, Type type);
  NodeId Open(PointId point, const std::vector<NodeId>& args);
  NodeId Is(NodeId thing, KindId kind);
  NodeId Apply(Function function, const std::vector<NodeId>& args, Type type);
  // Flattened, constants folded, duplicates dropped.
  NodeId And(std::vector<NodeId> args);
  NodeId Or(std::vector<NodeId> args);
  NodeId Not(NodeId x);
  NodeId If(NodeId condition, NodeId a, NodeId b);
  NodeId Reached(NodeId moment);
  NodeId On(EventTypeId type, int slot, NodeId guard);
  NodeId Becomes(NodeId signal);
  // The events of both, in order; at one moment those of `a` come first. Whatever keeps or moves
  // events does so in each of the two.
  NodeId Union(NodeId a, NodeId b);
  NodeId While(NodeId events, int slot, NodeId signal);
  NodeId Schedule(NodeId events, int slot, NodeId moment, NodeId n);
  NodeId Fold(FoldKind kind, NodeId events, int slot, NodeId p, NodeId a, NodeId b, NodeId z);
  // The moment of the first or last event of `events`; never if there is none.
  NodeId MomentOf(FoldKind kind, NodeId events, int slot);
  // How many of `events` there have been, through a moment, and a number to hold it against.
  NodeId CountOf(NodeId events, int slot, Position through = kNever);
  NodeId Count(int64_t number);
  // So many days, months or business days.
  NodeId Length(Duration length);
  // What tells the events of a list apart: the id, where each is an entry that has one or follows
  // from one, since what is scheduled may fall on one moment; else the moment.
  NodeId KeyOf(NodeId events, int slot);
  NodeId Each(EachKind kind, NodeId events, int slot, NodeId key,
              const std::vector<std::pair<Symbol, NodeId>>& captures, NodeId body);
  NodeId Rules(uint32_t rule_set, Type type);
  NodeId Ref(TermId term, const std::vector<NodeId>& args);
  NodeId Edition(PointId amendment, NodeId newer, NodeId older);

  // ---- reading
  const Node& Get(NodeId id) const { return nodes_[id.index]; }
  size_t node_count() const { return nodes_.size(); }
  std::span<const NodeId> Children(NodeId id) const {
    const Node& node = nodes_[id.index];
    return {children_.data() + node.first, node.count};
  }
  const Value& Literal(const Node& node) const { return literals_[node.data]; }
  const std::vector<Symbol>& Captures(const Node& node) const { return captures_[node.data >> 2]; }
  EachKind EachKindOf(const Node& node) const { return static_cast<EachKind>(node.data & 3); }
  // Whether each event of a list is an entry, held by any number of While.
  bool IsOfEntries(NodeId events) const {
    while (Get(events).op == Op::kWhile) events = Children(events)[0];
    return Get(events).op == Op::kOn;
  }
  // The slots whose content the node's value depends on, as bits.
  uint32_t FreeSlots(NodeId id) const { return free_slots_[id.index]; }
  // Whether the value can differ between two moments of one world.
  bool VariesInTime(NodeId id) const { return varies_[id.index]; }

  // How far the program has grown, so that what a question adds can be taken back: nodes, literals,
  // names, points and things. Terms, rules and kinds must not change in between.
  struct Mark {
    size_t nodes, children, literals, captures, symbols, points;
    std::vector<Thing> things;
  };
  Mark Here() const;
  void Rewind(const Mark& mark);

  bool KindReaches(KindId from, KindId to) const;
  // Whether one of the two is a kind of the other, so that a name of either may mean one thing.
  bool KindsMeet(KindId a, KindId b) const { return KindReaches(a, b) || KindReaches(b, a); }
  bool Apart(KindId a, KindId b) const;
  TermId FindTerm(Symbol name) const;
  // Whether an Each has one instance for each entry: keyed by what no two entries share, the id of
  // those that others can be about or, where all come straight from the record, their moment.
  bool OnePerEntry(NodeId each) const;

  // ---- tables, filled by whoever compiles
  Symbols symbols;
  KnownSymbols known;
  std::vector<Kind> kinds;
  std::vector<std::pair<KindId, KindId>> apart;
  std::vector<EventType> event_types;
  std::vector<Point> points;
  std::vector<Thing> things;
  std::vector<Term> terms;
  std::vector<RuleSet> rule_sets;
  // The event type whose one entry stands at the origin.
  EventTypeId start;
  Position origin = kBeginning;

 private:
  NodeId Intern(Node node, const std::vector<NodeId>& children);

  std::vector<Node> nodes_;
  std::vector<NodeId> children_;
  std::vector<uint32_t> free_slots_;
  std::vector<bool> varies_;
  std::vector<Value> literals_;
  HashIndex literal_index_;
  std::vector<std::vector<Symbol>> captures_;
  HashIndex index_;
};

// Sets `looks_back` of every term: whether it lies on a circle of references, as those through the
// strict past may. Source: Tarjan 1972, strongly connected components. Cost: linear in what each
// term reaches without entering others.
void FindTermsThatLookBack(Program& program);

// The transitive closure of `beats`: [i][j] when rule i beats rule j. Rules form an acyclic order
// once `check` has passed.
std::vector<std::vector<bool>> BeatsClosure(const RuleSet& set);

}  // namespace entente::ir
