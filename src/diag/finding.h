// src/diag/finding.h: what is wrong with a text or a record, where, and what to write instead.
//
// One mistake gives one finding. The same struct feeds terminal, JSON and, later, an editor.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/source.h"

namespace entente::diag {

enum class Severity : uint8_t { kError, kWarning, kNote };

enum class FindingKind : uint8_t {
#define FINDING(name, severity, code, title, about) k##name,
#include "diag/kinds.def"
#undef FINDING
};

std::string_view NameOf(Severity severity);

struct KindInfo {
  FindingKind kind;
  Severity severity;
  std::string_view code;
  std::string_view name;
  std::string_view about;
};

// All kinds in order of their codes.
std::vector<KindInfo> AllKinds();
KindInfo InfoOf(FindingKind kind);

struct Label {
  source::Span span;
  std::string text;
};

struct Finding {
  FindingKind kind;
  source::Span at;
  std::string message;
  // What each place contributes; the first is usually `at` itself.
  std::vector<Label> labels = {};
  // A case that shows the problem, fact by fact.
  std::vector<std::string> instance = {};
  std::string help = {};
};

class Findings {
 public:
  // A second finding of one kind at one place is dropped.
  void Add(Finding finding);
  bool any_error() const;
  const std::vector<Finding>& all() const { return findings_; }
  void Append(const Findings& other);
  // By file, then place, then severity.
  void Sort();

 private:
  std::vector<Finding> findings_;
};

// Draws a finding for a person. `colour` adds terminal colours and nothing else.
std::string Draw(const Finding& finding, const source::Files& files, bool colour);

}  // namespace entente::diag
