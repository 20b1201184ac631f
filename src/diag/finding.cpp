#include "diag/finding.h"

#include <algorithm>

namespace entente::diag {
namespace {

constexpr std::array kKinds = {
#define FINDING(name, severity, code, title, about) \
  KindInfo{FindingKind::k##name, Severity::k##severity, code, title, about},
#include "diag/kinds.def"
#undef FINDING
};

// Display columns are counted in code points: bytes that continue a UTF-8 sequence take none.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Control bytes would let a text under review write on the reader's terminal.
std::string Printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) ? ' ' : c;
  return out;
}

void DrawPlace(const Label& label, char mark, const source::Files& files, std::string& out) {
  const source::Place place = files.PlaceOf(label.span.file, label.span.begin);
  const std::string line = Printable(files.Line(label.span.file, place.line));
  const std::string number = std::to_string(place.line);
  out += "   ┌─ " + files.Get(label.span.file).name + ":" + number + ":" +
         std::to_string(place.column) + "\n";
  out += number + " │ " + line + "\n";
  const size_t begin = std::min<size_t>(place.column - 1, line.size());
  const size_t end = std::min<size_t>(begin + (label.span.end - label.span.begin), line.size());
  const size_t marks =
      std::max<size_t>(1, Width(std::string_view(line).substr(begin, end - begin)));
  out += std::string(number.size(), ' ') + " │ " +
         std::string(Width(std::string_view(line).substr(0, begin)), ' ') +
         std::string(marks, mark);
  if (!label.text.empty()) out += " " + label.text;
  out += "\n";
}

}  // namespace

std::vector<KindInfo> AllKinds() { return {kKinds.begin(), kKinds.end()}; }

std::string_view NameOf(Severity severity) {
  constexpr std::string_view kNames[] = {"error", "warning", "note"};
  return kNames[static_cast<size_t>(severity)];
}

KindInfo InfoOf(FindingKind kind) { return kKinds[static_cast<size_t>(kind)]; }

void Findings::Add(Finding finding) {
  for (const Finding& f : findings_) {
    if (f.kind == finding.kind && f.at == finding.at && f.message == finding.message) return;
  }
  findings_.push_back(std::move(finding));
}

bool Findings::any_error() const {
  return std::any_of(findings_.begin(), findings_.end(),
                     [](const Finding& f) { return InfoOf(f.kind).severity == Severity::kError; });
}

void Findings::Append(const Findings& other) {
  for (const Finding& f : other.findings_) Add(f);
}

void Findings::Sort() {
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Finding& a, const Finding& b) { return a.at < b.at; });
}

std::string Draw(const Finding& finding, const source::Files& files, bool colour) {
  const KindInfo info = InfoOf(finding.kind);
  const bool error = info.severity == Severity::kError;
  const std::string_view word = NameOf(info.severity);
  std::string out = std::string(word) + "[" + std::string(info.name) + "]";
  if (colour) out = (error ? "\x1b[31m" : "\x1b[33m") + out + "\x1b[0m";
  out += ": " + Printable(finding.message) + "\n";
  std::vector<Label> labels = finding.labels;
  if (finding.at.valid() && (labels.empty() || labels[0].span != finding.at)) {
    labels.insert(labels.begin(), {finding.at, ""});
  }
  for (size_t i = 0; i < labels.size(); ++i) DrawPlace(labels[i], i == 0 ? '^' : '-', files, out);
  if (!finding.instance.empty()) {
    out += "   = for instance: ";
    for (size_t i = 0; i < finding.instance.size(); ++i) {
      out += (i > 0 ? ", " : "") + finding.instance[i];
    }
    out += "\n";
  }
  if (!finding.help.empty()) out += "   = help: " + finding.help + "\n";
  return out;
}

}  // namespace entente::diag
