// src/eval/timeline/timeline.h: every term over all time, as pieces of decision diagrams.
//
// A signal is a step function of position whose values are diagrams over what is open. Within a
// piece the diagram is the same for every moment, because a wait ("a Verification has happened")
// is an atom about the moment asked, not about a date.
//
// Exact on the fragment of docs/semantics.md, "Where the diagram tier is exact". Outside it a node
// becomes an opaque atom: the set of worlds only grows, so a definite answer stays right, and the
// answer is marked partial.
//
// Cost: pieces are linear in events and dates; each node is evaluated once for each environment
// it is asked in. Ref nodes whose arguments are open are evaluated once for each value.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>

#include "eval/timeline/diagram.h"
#include "eval/world.h"

namespace entente::eval {

struct Piece {
  Position from;
  Diagram value;
};

// Pieces in order; the first begins at the first position, each ends where the next begins.
struct Signal {
  std::vector<Piece> pieces;
  size_t IndexAt(Position at) const;
  Diagram At(Position at) const { return pieces[IndexAt(at)].value; }
};

// Something that has not been seen to happen and still may: an event beyond a closing mark, or the
// moment of an undisclosed date.
struct Wait {
  // The event list, or the moment node.
  ir::NodeId node;
  Env env;
  // It does not happen up to and including this position...
  Position after;
  // ...and has happened by this one, if ever known.
  Position latest = kNever;
  // The open moment, where that is what is waited for.
  std::optional<uint32_t> instance;
  // What must hold, from the moment it happens, for it to happen: closed nodes that stay true.
  std::vector<ir::NodeId> requires_;
  // The guard of a power was forgotten, or the fragment left otherwise.
  bool inexact = false;
};

struct Instance {
  Key key;
  std::optional<Rational> low, high;
  bool low_strict = false, high_strict = false;
};

struct OpaqueNode {
  ir::NodeId node;
  Env env;
  // Set when it is the node's value at this position rather than at the moment asked.
  std::optional<Position> at;
  std::optional<uint32_t> instance;
};

struct TimelineOptions {
  size_t nodes_max = 200'000;
};

class Timeline {
 public:
  // Both must outlive it.
  Timeline(const ir::Program& program, const Facts& facts, TimelineOptions options = {});

  const Signal& Of(ir::NodeId node, const Env& env) { return In(node, Intern(env)); }
  // Whether moment + shift lies not after now, pushed into the moment as far as its form allows.
  const Signal& ReachedOf(ir::NodeId moment, Duration shift, const Env& env) {
    return ReachedIn(moment, shift, Intern(env));
  }
  // The recorded, derived and scheduled events of a list, each with the worlds in which it is one.
  struct Occurrence {
    Position at;
    Slot slot;
    Diagram condition;
  };
  std::vector<Occurrence> Occurrences(ir::NodeId events, const Env& env);
  // Whether the node is the moment of the first event of a list, without a window.
  bool IsFirstMoment(ir::NodeId node) const;
  // The worlds that are possible at `at`, as far as waits imply one another.
  Diagram Possible(Position at);
  // Where what is possible may change.
  std::vector<Position> PossibleBreaks();

  Diagrams& diagrams() { return diagrams_; }
  const std::deque<Instance>& instances() const { return instances_; }
  const std::deque<Wait>& waits() const { return waits_; }
  const std::deque<OpaqueNode>& opaques() const { return opaques_; }
  // Why some answer may be partial: an amount overflowed, the cap on diagrams was met.
  bool overflowed() const { return overflowed_; }

  // ir::BeatsClosure of a rule set, computed once.
  const std::vector<std::vector<bool>>& Beats(uint32_t rule_set);

  // The diagram of one open instance by itself.
  Diagram InstanceDiagram(const Key& key);
  std::optional<uint32_t> FindInstance(const Key& key) const;
  // Whether the diagram speaks of "now", and so cannot be moved to another moment.
  bool IsRelative(Diagram d) const;

 private:
  using Item = Occurrence;
  // The events of a list, then what may come that nobody has seen.
  struct EventList {
    std::vector<Item> items;
    std::vector<uint32_t> waits;
  };
  struct MemoKey {
    uint32_t node;
    uint32_t env;
    Duration shift;
    bool reached;
    // What happens from here on is not looked at.
    Position limit;
    friend bool operator==(const MemoKey&, const MemoKey&) = default;
  };
  struct MemoHash {
    size_t operator()(const MemoKey& k) const {
      const uint64_t how = static_cast<uint64_t>(k.shift.count) * 4 +
                           static_cast<uint64_t>(k.shift.unit) * 2 + (k.reached ? 1 : 0);
      return MixHash(MixHash(MixHash(k.node, k.env), how), static_cast<uint64_t>(k.limit.value));
    }
  };

  // A rule in the worlds where it applies and none that beats it does.
  struct Standing {
    Diagram when;
    Diagram value;
    Symbol label;
  };
  Diagram Meeting(const std::vector<Standing>& standing);
  // Whether the signal is this truth at all times in all worlds.
  bool Always(const Signal& signal, bool value) const;
  // Environments are interned: what is evaluated in one is found again by its index.
  using EnvRef = Id<struct EnvTag>;
  static constexpr EnvRef kNoSlots{0};
  EnvRef Intern(const Env& env);
  const Env& SlotsOf(EnvRef env) const { return envs_[env.index]; }
  EnvRef Needed(ir::NodeId node, EnvRef env);
  EnvRef Bind(EnvRef env, int level, const Slot& slot);
  // Whether the node's value hangs on a term that looks back on itself.
  bool LooksBack(ir::NodeId node);
  // Where that node's events end: at `limit_` if it looks back, else nowhere.
  Position LimitOf(ir::NodeId node) { return LooksBack(node) ? limit_ : kNever; }
  const Signal& In(ir::NodeId node, EnvRef env);
  const Signal& ReachedIn(ir::NodeId moment, Duration shift, EnvRef env);

  Signal Evaluate(ir::NodeId node, EnvRef env);
  Signal EvaluateOp(ir::NodeId node, EnvRef env);
  Signal EvaluateConnective(ir::NodeId node, EnvRef env);
  Signal EvaluateFirstBefore(ir::NodeId node, EnvRef env);
  Signal EvaluateRules(ir::NodeId node, EnvRef env);
  Signal EvaluateRef(ir::NodeId node, EnvRef env);
  Signal EvaluateFold(ir::NodeId node, EnvRef env);
  Signal EvaluateEach(ir::NodeId node, EnvRef env);
  Signal EvaluateReached(ir::NodeId moment, Duration shift, EnvRef env);
  const EventList& EventsOf(ir::NodeId node, EnvRef env);
  EventList EvaluateEvents(ir::NodeId node, EnvRef env);

  Diagram ApplyLeaves(ir::NodeId node, EnvRef env, std::span<const Diagram> leaves);
  std::optional<Diagram> ApplyLinear(const ir::Node& node, std::span<const Diagram> leaves);
  ir::Bounds BoundsOf(const Leaf& leaf) const;
  Diagram OpaqueWithin(ir::NodeId node, EnvRef env, const ir::Bounds& within);
  // Opaque where more may have happened than was seen; not below `seen` where the node OnlyGrows.
  Diagram OpaqueFrom(ir::NodeId node, EnvRef env, Diagram seen);
  std::optional<Diagram> CompareLeaves(ir::Function function, const Leaf& a, const Leaf& b);
  Diagram NumberAtLeast(uint32_t instance, const Rational& bound, bool strict);
  Diagram OpaqueReached(ir::NodeId moment, Duration shift, EnvRef env);
  Diagram WaitAtom(uint32_t wait, Duration shift);
  Diagram Opaque(ir::NodeId node, EnvRef env, std::optional<Position> at = std::nullopt);
  // The node's diagram at a fixed position, usable at any other moment.
  Diagram Fixed(ir::NodeId node, EnvRef env, Position at);
  Diagram KindDiagram(ThingId thing, ir::KindId kind);
  uint32_t InstanceOf(const Key& key);
  uint32_t AddWait(Wait wait);
  bool IsLatch(ir::NodeId moment) const;
  std::vector<ir::NodeId> Requirements(ir::NodeId condition) const;

  template <class Function>
  Signal Combine(const std::vector<const Signal*>& signals, std::vector<Position> breaks,
                 Function&& at);

  const ir::Program& program_;
  const Facts& facts_;
  Diagrams diagrams_;
  bool overflowed_ = false;
  std::vector<std::vector<uint32_t>> events_by_type_;
  std::unordered_map<uint32_t, std::vector<std::vector<bool>>> beats_;
  std::deque<Env> envs_;
  HashIndex env_index_;
  // By environment and slots: what is left of it.
  std::unordered_map<uint64_t, EnvRef> needed_;
  std::deque<Instance> instances_;
  std::unordered_map<Key, uint32_t, KeyHash> instance_index_;
  std::deque<Wait> waits_;
  std::deque<OpaqueNode> opaques_;
  std::unordered_map<MemoKey, std::unique_ptr<Signal>, MemoHash> signals_;
  std::unordered_map<MemoKey, std::unique_ptr<EventList>, MemoHash> event_lists_;
  // A term that looks back is evaluated anew for each moment that is looked back from, over what
  // happened before it, so that it is never met within itself.
  Position limit_ = kNever;
  bool any_looks_back_ = false;
  std::vector<std::optional<bool>> looks_back_;  // by node
  // What was met again while it was being drawn, all the same.
  std::deque<Signal> met_again_;
};

}  // namespace entente::eval
