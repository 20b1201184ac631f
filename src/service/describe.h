// src/service/describe.h: says in words what atoms, values and nodes mean.
#pragma once

#include "check/agreement.h"
#include "eval/timeline/timeline.h"
#include "proof/proof.h"

namespace entente::service {

class Describer {
 public:
  // `depth_max`: how far into a node its words go before they stop at `…`.
  Describer(const check::Agreement& agreement, const eval::Facts& facts, int depth_max = 3)
      : depth_max_(depth_max), agreement_(agreement), program_(agreement.program), facts_(facts) {}

  // "yes", "27%", "$250,000,000.00", "5e25 flop", "31 December 2032".
  std::string Value(const entente::Value& value, ir::Type type) const;
  // An amount to five significant digits: down (-1), up (1) or to the nearest (0).
  std::string Rounded(const Rational& amount, ir::Type type, int direction) const;
  // What it means that `choice` is so, or is not.
  std::string Atom(const eval::Timeline& timeline, const eval::Subject& subject,
                   const eval::Choice& choice) const;
  std::string Assumed(const proof::Assumption& assumption) const;
  std::string Instance(const eval::Key& key) const;
  // A node as a phrase, two levels deep.
  std::string Node(ir::NodeId node, const eval::Env& env, int depth = 0) const;
  // "a Verification", of an event list.
  std::string Events(ir::NodeId node) const;
  // Whether the record has an entry of their kind.
  bool IsOnRecord(ir::NodeId events) const;
  std::string Without(ir::NodeId condition) const;
  std::string About(ir::NodeId guard) const;
  bool MadeAfter(ir::NodeId id) const;
  std::string Over(ir::FoldKind kind, ir::NodeId events, ir::NodeId p) const;
  std::string Thing(ThingId thing) const;

 private:
  std::optional<Position> MomentIn(ir::NodeId id, const eval::Env& env) const;
  std::string Happened(ir::NodeId node, Duration shift, bool holds) const;

  int depth_max_;
  const check::Agreement& agreement_;
  const ir::Program& program_;
  const eval::Facts& facts_;
};

// What a part of an act is called: "who acts", "the API Product" by its kind.
std::string PartWord(const check::Agreement& agreement, ir::TermId term, Symbol field);

// "it is so" -> "it is not so", for the phrases facts are declared with.
std::string Negated(const std::string& says);

}  // namespace entente::service
