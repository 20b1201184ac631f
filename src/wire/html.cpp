#include "wire/html.h"

#include <cmark.h>

#include <cstdlib>

#include "base/words.h"
#include "wire/xml.h"

namespace entente::wire {

namespace {

constexpr std::string_view kStyle =
    "body{font:1rem/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 "
    "1rem;color:#1a1a1a;"
    "background:#fff}h1,h2,h3{line-height:1.25}pre,code{font:0.9rem/1.45 monospace}"
    "pre{background:#f4f4f1;padding:.6rem .8rem;overflow-x:auto;white-space:pre-wrap}"
    ".clause{margin:1rem 0;padding-left:4.5rem;position:relative}"
    ".number{position:absolute;left:0;font-weight:bold}.by,.when{color:#555;font-size:.9rem}"
    "details{margin:.3rem 0}summary{cursor:pointer;color:#555}del{background:#fbe9e7}"
    "@media print{details{display:none}}";

std::string Prose(std::string_view markdown) {
  char* html = cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT);
  std::string out = html != nullptr ? html : "";
  std::free(html);
  return out;
}

void Clause(std::string& out, const eval::Document::Clause& clause) {
  const std::string number = XmlText(clause.text.label);
  out += "<div class=\"clause\" id=\"" + number + "\"><span class=\"number\">" + number +
         "</span> " + XmlText(clause.text.says) + "\n";
  if (!clause.by.empty()) out += "<div class=\"by\">" + XmlText(clause.by) + "</div>\n";
  if (!clause.others.empty()) {
    out += "<details><summary>other wordings</summary>\n";
    for (const eval::ClauseVersion& other : clause.others) {
      out += "<p><span class=\"when\">" + XmlText(other.by);
      for (const auto& stretch : other.stretches) out += "; " + XmlText(WordsFor(stretch));
      if (other.stretches.empty()) out += "; never in force";
      out += "</span><br>" + XmlText(other.clause.says) + "</p>\n";
    }
    out += "</details>\n";
  }
  out += "</div>\n";
}

}  // namespace

std::string ToHtml(const eval::Document& document) {
  const std::string title = XmlText(document.title);
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title><style>" + std::string(kStyle) + "</style></head><body>\n<h1>" + title +
      "</h1>\n<p>The text as it stands on " + XmlText(ToLongText(document.on)) +
      (document.edition.empty() ? "" : ", edition " + XmlText(document.edition)) + " (" +
      XmlText(document.agreement_hash) + ").</p>\n";
  std::string section, prose;
  for (const eval::Document::Clause& clause : document.clauses) {
    if (clause.section != section) out += "<h2>" + XmlText(clause.section) + "</h2>\n";
    if (clause.prose != prose) out += Prose(clause.prose);
    section = clause.section;
    prose = clause.prose;
    Clause(out, clause);
  }
  out += "<h2>The files</h2>\n";
  for (const auto& [name, text] : document.files)
    out += "<details><summary>" + XmlText(name) + "</summary>\n" + Prose(text) + "</details>\n";
  return out + "</body></html>\n";
}

}  // namespace entente::wire
