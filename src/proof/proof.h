// src/proof/proof.h: why an answer is so, in steps that a stranger can check.
//
// A step claims the value of one node, with what is in its slots, at one position; its parts are
// the claims it rests on, in a fixed order that its node dictates. Steps name neither rule nor
// engine: the node says which equation of docs/semantics.md applies. Literals and fields need no
// step, and what several steps rest on is shown once, as a lemma. What the step adds is the little
// that would otherwise have to be searched for: which part of an `or` is true, which clause beats
// which, on which open point to distinguish cases.
#pragma once

#include <optional>
#include <vector>

#include "eval/world.h"

namespace entente::proof {

// Positions for which a claim stays true: from inclusive, to exclusive. The position just before
// the first is one of them, since what happens at the first looks there.
struct Interval {
  Position from = kBeginning.before();
  Position to = kNever;
  friend bool operator==(const Interval&, const Interval&) = default;
};
Interval Meet(Interval a, Interval b);

// What is taken as so: on our reading, in one case of several, or in the world described.
struct Assumption {
  enum class What : uint8_t { kChoice, kAtLeast, kHappened };
  What what = What::kChoice;
  // The open instance; for kHappened set where an undisclosed moment is meant.
  std::optional<eval::Key> key;
  // kChoice: the value taken.
  Value value;
  // kAtLeast: key >= threshold, or > where strict. kHappened: so long before the moment asked.
  Rational threshold;
  bool strict = false;
  Duration shift;
  // kHappened: the event list.
  ir::NodeId node;
  eval::Env env;
  // kAtLeast and kHappened: whether it is so.
  bool holds = true;
  friend bool operator==(const Assumption&, const Assumption&) = default;
};

// A value, the undisclosed number or moment itself, or where an amount lies that is made of such.
struct Claim {
  Value value;
  std::optional<eval::Key> open;
  std::optional<ir::Bounds> within;
  bool known() const { return !open && !within; }
  friend bool operator==(const Claim&, const Claim&) = default;
};

// An event of a list: when, and what it says.
struct Occurrence {
  Position at;
  eval::Slot slot;
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

struct Step {
  enum class Form : uint8_t {
    kValue,    // the value of the node
    kReached,  // whether the node's moment plus `shift` lies not after `at`
    kCases,    // the same claim in each case of `cases`, one part each
    // In place of a part of kCases: the case cannot be, since something assumed to have happened
    // needs `node`, which the one part refutes.
    kImpossible,
    // In place of a part: the claim of the proof's lemma of number `lemma`.
    kLemma,
    // Which events up to `at` are of the list `node`, of entries or a While. The first part may be
    // a step of this form for an earlier moment, which is carried on.
    kEvents,
  };
  Form form = Form::kValue;
  ir::NodeId node;
  eval::Env env;
  Position at;
  Duration shift;
  Claim claim;
  Interval holds;
  // And, or, earliest, latest: the place of the part that decides. `first v < x`: 0,
  // shown by an event before x rather than by the first; 1, refuted by there being none up to x.
  std::optional<uint32_t> chosen;
  // Rules, one each: 'f' fires, 'r' refuted, 's' same value whether or not, 'b' beaten.
  std::vector<char> fates;
  std::vector<uint32_t> beaten_by;
  // kCases: the alternatives, which must leave nothing out.
  std::vector<Assumption> cases;
  uint32_t lemma = 0;
  // kEvents: those that the step it carries on does not list.
  std::vector<Occurrence> events;
  std::vector<Step> parts;
};

// A claim that several steps rest on, shown once. It may cite the lemmas before it.
struct Lemma {
  // What is assumed in it beyond the proof's assumptions; whoever cites it must assume as much.
  std::vector<Assumption> assumptions;
  Step step;
};

struct Proof {
  std::vector<Assumption> assumptions;
  std::vector<Lemma> lemmas;
  Step root;
  // The steps of the root and of each lemma.
  size_t Size() const;
  // The step itself or, where it cites one, that of the lemma.
  const Step& StepOf(const Step& part) const {
    return part.form == Step::Form::kLemma ? lemmas[part.lemma].step : part;
  }
};

}  // namespace entente::proof
