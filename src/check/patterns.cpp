#include "check/patterns.h"

#include <algorithm>
#include <array>

#include "base/words.h"

namespace entente::check {
namespace {

constexpr std::array kPatterns = {
    Pattern{"WHO may ACT, TAILS", "OpenAI may serve a Joint Product on a Cloud"},
    Pattern{"WHO must not ACT, TAILS", "OpenAI must not serve an API Product on AWS, until AGI"},
    Pattern{"WHO must not ACT, nor let WHO do so",
            "Energous must not sell a Product, nor let its Affiliates do so"},
    Pattern{"WHO may ACT, only with the consent of WHO",
            "Alder may lend a Report, only with the consent of Birch"},
    Pattern{"WHO may make a NOTICE, TAILS", "OpenAI may make a Declaration"},
    Pattern{"WHO has no power to make a NOTICE", "Microsoft has no power to make a Declaration"},
    Pattern{"WHO need not ACT", "Microsoft need not buy a Product"},
    Pattern{"in all other cases, WHO must not ACT",
            "in all other cases, Microsoft must not use OpenAI IP"},
    Pattern{"KIND means NOUN", "Research IP means a Method that is confidential"},
    Pattern{"KIND includes NOUN", "Research IP includes a Model that is meant only for research"},
    Pattern{"KIND excludes NOUN", "Research IP excludes Weights"},
    Pattern{"the NUMBER of a KIND in a PERIOD is AMOUNT",
            "the Royalty in a quarter is 4% of the Amount of every Sale in that quarter"},
    Pattern{"the NUMBER of a KIND is | NOUN: AMOUNT | any other: AMOUNT",
            "the Rate of a Customer is | a Small Customer: 5% | any other: 10%"},
    Pattern{"the NUMBER is a share of AMOUNT | of the first AMOUNT: PERCENT | of the rest: PERCENT",
            "the Fee is a share of the Revenue | of the first $10bn: 20% | of the rest: 10%"},
    Pattern{"the NUMBER is AMOUNT", "the Threshold is [undisclosed flop]"},
    Pattern{"EVENT happens on EVENT", "AGI happens on a Verification"},
    Pattern{"silence of WHO for LENGTH after EVENT counts as a NOTICE",
            "silence of Birch for 10 days after an Offer counts as a Refusal of that Offer"},
    Pattern{"a EVENT stands until its EVENT", "a Declaration stands until its Rejection"},
    Pattern{"L prevails over M", "9.1 prevails over 2.1"},
    Pattern{"L does not apply, TAILS", "2.5 does not apply, after AGI"},
    Pattern{"party NAME, NAME", "party Microsoft, OpenAI"},
    Pattern{"role NAME", "role Panel"},
    Pattern{"kind NAME, NAME, of KIND", "kind Model, Product, of OpenAI IP"},
    Pattern{"thing NAME, NAME, of KIND", "thing Azure, AWS, of Cloud"},
    Pattern{"nothing is both a KIND and a KIND", "nothing is both a Model and a Cloud"},
    Pattern{"act VERB (KIND) PREPOSITION (KIND)", "act serve (Product) on (Cloud)"},
    Pattern{"act VERB (KIND) is a way to VERB (KIND)",
            "act engage (Supplier) is a way to enable (Supplier)"},
    Pattern{"for each KIND:", "for each Customer:"},
    Pattern{"period NAME is each LENGTH from DATE",
            "period Fiscal Year of Microsoft is each 12 months from 1 July 2025"},
    Pattern{"calendar NAME, published through DATE: DATE, DATE",
            "calendar London, published through 2027: 25 December 2026"},
    Pattern{"window NAME is LENGTH after EVENT", "window Offer Period is 30 days after an Offer"},
    Pattern{"moment NAME is MOMENT", "moment Lock Date is 2 years after the effective date"},
    Pattern{"WHO may ACT, only during the WINDOW",
            "a Party may sell its Interest, only during the Sale Period"},
    Pattern{"amendment NAME of DATE, effective DATE", "amendment 2 of 1 October 2018"},
    Pattern{"replace LABEL", "replace 2.1"},
    Pattern{"strike LABEL", "strike 2.1"},
    Pattern{"in LABEL replace \"WORDS\" by \"WORDS\"", "in 2.1 replace \"2030\" by \"2032\""},
    Pattern{"term LENGTH from DATE, then LENGTH at a time",
            "term 7 years from 6 November 2016, then 1 year at a time"},
    Pattern{
        "no later term starts, if CONDITION",
        "no later term starts, if a Non-Renewal has happened at least 60 days before its start"},
    Pattern{"the term ends MOMENT", "the term ends 30 days after a Termination"},
    Pattern{"survive LABEL and LABEL", "survive 6 and 9"},
    Pattern{"WHO must ACT, within LENGTH after EVENT",
            "Alder must deliver a Report, within 30 days after a Request"},
    Pattern{"WHO must ACT, in each PERIOD", "Alder must deliver a Report, in each quarter"},
    Pattern{"a NOTICE discharges LABEL", "a Release by Alder discharges 9.1"},
    Pattern{"LABEL is suspended, while CONDITION", "9.1 is suspended, while a Stoppage stands"},
    Pattern{"a NOTICE counts when it is recorded",
            "an Approval or a Refusal counts when it is recorded"},
    Pattern{"a NOTICE counts only if it reveals a NOTICE",
            "an Approval counts only if it reveals a Sealed Ballot"},
    Pattern{"annex \"FILE\"", "annex \"prices.md\""},
    Pattern{"notice NAME, of NOTICE", "notice Verification, of Declaration"},
    Pattern{"event NAME", "event Achievement"},
    Pattern{"fact (KIND) WORDS", "fact (Method) is confidential"},
    Pattern{"number NAME of (EVENT), UNIT", "number Amount of (Sale), USD"},
    Pattern{"number NAME in a PERIOD, UNIT", "number Royalty in a quarter, USD"},
    Pattern{"number NAME of (KIND), UNIT", "number Compute of (Training Run), flop"},
    Pattern{"effective DATE", "effective 28 October 2025"},
    Pattern{"reading ID WORDS", "reading A01 which event ends exclusivity"},
    Pattern{"note WORDS", "note no source names a deadline"},
    Pattern{"entry EVENT by WHO on DATE, known on DATE",
            "entry Declaration by OpenAI on 1 February 2027, known on 3 February 2027"},
    Pattern{"ask QUESTION", "ask may OpenAI serve an API Product on AWS, on 1 March 2026"},
    Pattern{"expect VERDICT LABEL", "expect no 2.1"},
};

// Words in lower case are the pattern's own; capitals stand for phrases.
int Shared(const Pattern& pattern, const std::vector<syntax::Token>& tokens) {
  int score = 0;
  size_t at = 0;
  const std::string_view form = pattern.form;
  while (at < form.size()) {
    size_t end = form.find(' ', at);
    if (end == std::string_view::npos) end = form.size();
    std::string_view word = form.substr(at, end - at);
    while (!word.empty() && (word.back() == ',' || word.back() == ')')) word.remove_suffix(1);
    at = end + 1;
    if (word.empty() || word[0] < 'a' || word[0] > 'z' || word == "a" || word == "the") continue;
    for (const syntax::Token& token : tokens) {
      if (token.text == word) {
        score += 3;
        break;
      }
      const bool alike =
          token.text.size() + 1 >= word.size() && word.size() + 1 >= token.text.size();
      if (word.size() > 3 && alike && EditDistance(token.text, word) == 1) {
        score += 2;
        break;
      }
    }
  }
  return score;
}

}  // namespace

std::span<const Pattern> Patterns() { return kPatterns; }

std::string NearestPatterns(const std::vector<syntax::Token>& tokens) {
  std::vector<std::pair<int, size_t>> scored;
  for (size_t i = 0; i < kPatterns.size(); ++i)
    scored.emplace_back(-Shared(kPatterns[i], tokens), i);
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto show = [](const Pattern& p) {
    return Quoted(p.form) + " (" + std::string(p.example) + ")";
  };
  return "the nearest patterns are " + show(kPatterns[scored[0].second]) + " and " +
         show(kPatterns[scored[1].second]);
}

}  // namespace entente::check
