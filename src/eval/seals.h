// src/eval/seals.h: whether a notice that is sealed first and revealed later is what was sealed.
#pragma once

#include <map>
#include <set>
#include <tuple>

#include "eval/lower.h"

namespace entente::eval {

// Hears the entries of a record in their order. Cost: logarithmic in what was sealed before.
class Seals {
 public:
  // Both must outlive it.
  Seals(const ir::Program& program, const NoticeRule& rule) : program_(program), rule_(rule) {}

  enum class Outcome {
    kCounts,
    // It is not what was sealed.
    kNot,
    // That cannot be told, since something is withheld.
    kOpen,
  };
  struct Heard {
    Outcome outcome = Outcome::kCounts;
    // Of kNot, why, and the way out.
    std::string why;
    std::string help;
  };
  // `about`: the entry that this one is of, said or understood; empty where neither. What neither
  // seals nor is sealed counts.
  Heard Hear(const record::Entry& entry, ir::EventTypeId type, const std::string& about);

  // Fields that say how a notice of this type was sealed, and nothing of what it says.
  static bool IsOfSeal(const NoticeRule& rule, ir::EventTypeId type, std::string_view field);

 private:
  Heard Sealed(const record::Entry& entry, ir::EventTypeId type, const std::string& about);
  Heard Revealed(const record::Entry& entry, const NoticeRule::Sealing& sealing,
                 const std::string& about);

  const ir::Program& program_;
  const NoticeRule& rule_;
  // By the notice that seals, its author, and the entry it is about: the first. Of several only
  // that one can be revealed, or whoever seals twice could choose late.
  using Matter = std::tuple<uint32_t, std::string, std::string>;
  std::map<Matter, const record::Entry*> first_;
  // Likewise the place of the first whose values are withheld; about any entry where that is too.
  std::map<Matter, int64_t> withheld_;
  std::set<Matter> revealed_;
};

}  // namespace entente::eval
