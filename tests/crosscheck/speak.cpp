#include "speak.h"

#include <algorithm>
#include <map>
#include <set>

#include "check/editions.h"
#include "eval/lower.h"
#include "service/ask.h"
#include "service/witness.h"

namespace entente::crosscheck {

namespace {

constexpr const char* kNames = R"(effective 2 January 2026
party Alder, Birch
role Panel
kind Person; Affiliate, Supplier, Customer, of Person; Small Customer, Key Customer, of Customer
kind Work; Model, Report, Secret Work, of Work; Interest
notice Declaration; Verification, Rejection, Ballot, of Declaration
event Stoppage; Resumption, of Stoppage; Sale, Launch
period Season is each 10 days from 3 January 2026
period Fiscal Quarter of Birch is each 1 months from 15 December 2025
calendar City, published through 27 February 2026: 14 January 2026, 15 January 2026 and 9 February 2026
window Cooling is 7 business days after a Stoppage
window Ballot Period is 12 days after a Declaration
window Late Period is 6 days after the end of the Ballot Period without a Verification
window Spring is from 3 February 2026 to the later of 12 February 2026 and a Launch
moment Cut-off is 5 days after a Launch
act use (Work) for (Customer)
act sell (Work), in bulk, for (Customer)
act enable (Person)
act engage (Supplier) is a way to enable (Person)
act transfer (Interest)
act answer
act pay, to (Party)
fact (Work) is confidential
fact the market is closed
number Amount of (Sale), USD
number Sum of (pay), USD
number Size of (Customer), people
number Fee, Charge, USD
number Stake, percent
number Rate of (Customer), percent
number Due in a Season, USD
number Levy in a month, USD
)";

class Speaker {
 public:
  Speaker(uint64_t number, Spoken& spoken)
      : random_(number), third_(number % 3 == 0), spoken_(spoken) {}

  AmendedCase Amended() {
    Text();
    Amendments();
    AmendedCase out;
    out.text = text_ + chain_;
    for (int i = 0; i < 4; ++i) {
      const size_t edition = 1 + Below(made_.size());
      const Date on{DateOf(2026, 1, 2)->day + static_cast<int>(Below(100))};
      out.flat.push_back({on, std::to_string(edition), FlatOn(on, edition)});
    }
    while (out.questions.size() < 4) {
      auto [form, question] = Question();
      if (form != check::Form::kIs) out.questions.emplace_back(form, std::move(question));
    }
    out.entries = Entries();
    return out;
  }

  SpokenCase Run() {
    Text();
    if (Chance(2)) {
      drafts_ = true;
      Amendments();
      text_ += chain_;
    }
    SpokenCase out;
    out.text = text_;
    auto snapshot = service::Load("spoken", text_);
    if (snapshot->findings.any_error()) {
      for (const diag::Finding& f : snapshot->findings.all())
        out.why += diag::Draw(f, snapshot->files, false);
      return out;
    }
    check::Query query;
    diag::Findings findings;
    std::vector<ir::NodeId> roots;
    for (int i = 0; i < 5; ++i) {
      const auto [form, question] = Question();
      out.questions += question + "\n";
      const auto file = snapshot->files.Add("question", question);
      const auto words =
          syntax::Lex(snapshot->files, {file, 0, static_cast<uint32_t>(question.size())}, findings);
      auto read =
          check::ReadQuestion(snapshot->files, snapshot->agreement, form, words, query, findings);
      if (!read) {
        for (const diag::Finding& f : findings.all())
          out.why += diag::Draw(f, snapshot->files, false);
        return out;
      }
      roots.push_back(read->node);
      query.settled = read->settled;
    }
    const auto options = check::LowerOptionsOf(snapshot->agreement);
    Case c{std::move(snapshot->agreement.program), {}, roots, {}, {}};
    const std::vector<record::Entry> entries = Entries();
    c.facts = eval::Lower(c.program, entries, {}, options, findings);
    if (findings.any_error()) {
      for (const diag::Finding& f : findings.all())
        out.why += diag::Draw(f, snapshot->files, false);
      return out;
    }
    for (const auto& [key, value] : query.settled) c.facts.settled[key] = value;
    Positions(c);
    out.made = std::move(c);
    return out;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }
  std::string One(std::initializer_list<std::string> of) {
    return *(of.begin() + static_cast<ptrdiff_t>(Below(of.size())));
  }
  void Uses(Construct construct) { ++spoken_[static_cast<size_t>(construct)]; }

  std::string Day() {
    return std::to_string(1 + Below(28)) + One({" January", " January", " February", " March"}) +
           " 2026";
  }
  std::string Party() { return One({"Alder", "Birch"}); }
  std::string Event() {
    return One(
        {"a Declaration", "a Verification", "a Launch", "a Sale", "a Stoppage", "a Rejection"});
  }
  std::string Events() { return One({"Declarations", "Launches", "Sales", "Stoppages"}); }
  std::string Window() {
    Uses(Construct::kWindow);
    switch (Below(7)) {
      case 0:
        return "in February 2026";
      case 1:
        return "in 2026";
      case 2:
        return "in the Season that includes " + Day();
      case 3:
        return "in the 2nd Season";
      case 4:
        return "in the 20 days before " + Day();
      case 5:
        return "in the Fiscal Quarter of Birch that includes " + Day();
      default:
        return "before " + Day();
    }
  }
  std::string Amount(int depth = 0) {
    switch (Below(depth > 2 ? 3 : 12)) {
      case 0:
        Uses(Construct::kBracket);
        return "[undisclosed USD]";
      case 1:
        return "$" + std::to_string(Below(6)) + "." + std::to_string(10 + Below(80));
      case 2:
        Uses(Construct::kSum);
        return "the Amount of every Sale " + Window();
      case 3:
        Uses(Construct::kRolling);
        return "the Amount of every Sale in the last " + std::to_string(5 + Below(20)) + " days";
      case 4:
        Uses(Construct::kFirstOrLast);
        return "the Amount of the " + One({"first", "last"}) + " Sale " + Window() + " or $" +
               std::to_string(Below(4)) + " if there is none";
      case 5:
        return One({"half of ", "10% of ", "150% of "}) + Amount(depth + 2);
      case 6:
        return "the " + One({"greater", "lesser"}) + " of " + Amount(depth + 2) + " and " +
               Amount(depth + 2);
      case 7:
        return Amount(depth + 2) + One({" plus ", " less "}) + Amount(depth + 2);
      case 8:
        Uses(Construct::kAbout);
        return "about $3";
      case 9:
        Uses(Construct::kPeriodNumber);
        return "the Due in the Season that includes " + Day();
      case 10:
        Uses(Construct::kQuotient);
        return Amount(depth + 2) + " divided by " + std::to_string(1 + Below(3));
      default:
        Uses(Construct::kSum);
        return "the Amount of every Sale by " + Party();
    }
  }
  // A bracket in front of a condition would be one that someone must judge.
  std::string AmountInFront() {
    std::string out = Amount(1);
    while (out.starts_with("[")) out = Amount(1);
    return out;
  }
  std::string StretchName() {
    Uses(Construct::kStretch);
    return "the " + One({"Cooling", "Ballot Period", "Late Period", "Spring"});
  }
  std::string EndOfStretch() {
    Uses(Construct::kEndOfStretch);
    return One({"the end of the Ballot Period", "the end of the Cooling"}) +
           One({"", " without a Verification", " without a Resumption",
                " without a Launch or a Sale"});
  }
  std::string Condition(int depth = 0) {
    if (Chance(12)) return StretchName() + One({" is open", " is not open"});
    if (Chance(16)) return EndOfStretch() + One({" has", " has not"}) + " happened";
    switch (Below(depth > 1 ? 10 : 12)) {
      case 0:
        if (Chance(2)) return Event() + One({" has", " has not"}) + " happened";
        Uses(Construct::kMakers);
        return Chance(2) ? Party() + One({" has", " has not"}) + " made a Ballot"
                         : "the number of Parties that have made a Ballot" +
                               One({" is at least ", " is below "}) + std::to_string(1 + Below(2));
      case 1:
        return "the market is" + One({"", " not"}) + " closed";
      case 2:
        Uses(Construct::kStands);
        return One({"a Declaration", "no Declaration", "a Stoppage", "no Stoppage"}) + " stands";
      case 3:
        Uses(Construct::kLasted);
        return One({"a Stoppage", "a Declaration"}) + One({" has", " has not"}) + " lasted " +
               std::to_string(1 + Below(20)) + " days";
      case 4:
        Uses(Construct::kCount);
        return "the number of " + Events() + " " + Window() +
               One({" is above ", " is at least ", " is at most "}) + std::to_string(Below(3));
      case 5:
        Uses(Construct::kRolling);
        return "the number of " + Events() + " in the last " + std::to_string(5 + Below(20)) +
               " days is at least " + std::to_string(1 + Below(2));
      case 6:
        return AmountInFront() + One({" is above ", " is below ", " is at least "}) + "$" +
               std::to_string(Below(6));
      case 7:
        Uses(Construct::kWindow);
        return "the " + One({"first", "last"}) + " Launch " +
               One({"in February 2026", "in the 1st Season"}) + " has happened";
      case 8:
        return "the Fee is at least " + Amount(2);
      case 9:
        if (!duties_) return "the market is closed";
        Uses(Construct::kOverdue);
        return One({"5.1", "5.2"}) +
               One({" is overdue", " is not overdue", " has been overdue for 4 days"});
      case 10:
        Uses(Construct::kList);
        return One({"any", "all"}) + " of: (a) " + Condition(2) + "; (b) " + Condition(2);
      default:
        return Condition(2) + " and " + Condition(2);
    }
  }
  std::string Moment() {
    if (Chance(8)) return Chance(3) ? "the Cut-off" : EndOfStretch();
    switch (Below(5)) {
      case 0:
        return Event();
      case 1:
        return "the end of " + Day();
      case 2:
        return std::to_string(1 + Below(15)) + One({" days", " days", " City business days"}) +
               One({" after ", " after ", " before "}) + Event();
      case 3:
        return "the earlier of " + Event() + " and the end of " + Day();
      default:
        Uses(Construct::kBracket);
        return "[undisclosed date]";
    }
  }
  std::string Tail(const std::string& label) {
    const bool only = Chance(4);
    if (only) Uses(Construct::kOnly);
    const std::string front = only ? ", only " : ", ";
    if (Chance(12)) return front + "during " + StretchName();
    switch (Below(12)) {
      case 0:
        return front + "if " + Condition();
      case 1:
        return ", unless " + Condition();
      case 2:
        return front + "while " + Condition();
      case 3:
        Uses(Construct::kUntil);
        return front + "until " + Moment();
      case 4:
        return front + "through " + Day();
      case 5:
        return front + "from " + Day();
      case 6:
        Uses(Construct::kInPeriod);
        return front + "in " + One({"February 2026", "the 3rd Season"});
      case 7:
        Uses(Construct::kWithin);
        if (Chance(3)) {
          Uses(Construct::kBusinessDays);
          return front + "within " + std::to_string(1 + Below(9)) + " business days after " +
                 Event();
        }
        return front + "within " + std::to_string(1 + Below(20)) + " days after " + Event();
      case 8:
        if (label.empty() || consents_.contains(label)) return "";
        consents_.insert(label);
        Uses(Construct::kConsent);
        return (Chance(2) ? front + "with the consent of " : ", without the consent of ") +
               One({"Alder", "the Panel"});
      case 9:
        if (labels_.empty()) return "";
        Uses(Construct::kDespite);
        return One({", despite ", ", subject to "}) + labels_[Below(labels_.size())];
      case 10:
        Uses(Construct::kReading);
        return ", {R" + std::to_string(Below(2)) + ": until " + Moment() + " | through " + Day() +
               "}";
      default:
        return "";
    }
  }
  // An act, and whether a Customer is named in it.
  std::string Act() {
    switch (Below(7)) {
      case 0:
        return "use a " + One({"Work", "Model", "Report", "Secret Work"});
      case 1:
        return "sell a " + One({"Work", "Model", "Report"}) + One({"", " in bulk"});
      case 2:
        return "sell a Work for a " + One({"Customer", "Small Customer"});
      case 3:
        return "use a Work that is" + One({"", " not"}) + " confidential";
      case 4:
        Uses(Construct::kWay);
        return "enable a " + One({"Person", "Supplier"});
      case 5:
        Uses(Construct::kTwoActs);
        return "use or sell a " + One({"Model", "Work"}) + " for a Key Customer";
      default:
        Uses(Construct::kIts);
        return "transfer its Interest";
    }
  }
  // Amendments to clauses of which nothing in the past hangs, so that what they come to on a day
  // can be read off the text of that day.
  struct Amendment {
    Date from, through;
    bool binds = true;
    // Of a clause, its new sentence; empty where it is struck.
    std::vector<std::pair<std::string, std::string>> sentences;
    // Of a clause, words and what stands for them.
    std::vector<std::array<std::string, 3>> words;
  };
  static std::string Reworded(std::string text, const std::string& old, const std::string& with) {
    for (size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += with.size())
      text.replace(at, old.size(), with);
    return text;
  }
  void Amendments() {
    int adopted = DateOf(2026, 1, 3)->day;
    // What names another clause stands in the original; two that each prevail are a mistake.
    labels_.clear();
    std::map<std::string, std::string> now = clauses_;
    const size_t count = 1 + Below(3);
    for (size_t a = 1; a <= count; ++a) {
      Uses(Construct::kAmendment);
      adopted += static_cast<int>(Below(25));
      Amendment made{Date{adopted}, Date{INT32_MAX}, true, {}, {}};
      chain_ += "\n```entente\namendment " + std::to_string(a) + " of " + ToLongText(made.from);
      if (Chance(4)) {
        made.from = Date{INT32_MIN};
        chain_ += ", as from the beginning";
      } else if (Chance(2)) {
        made.from.day += static_cast<int>(Below(20)) - 8;
        chain_ += ", effective " + ToLongText(made.from);
      }
      if (Chance(3) && made.from.day != INT32_MIN) {
        Uses(Construct::kExpiry);
        made.through = Date{made.from.day + static_cast<int>(Below(30))};
        chain_ += ", expires " + ToLongText(made.through) + " and reverts";
      }
      if (Chance(6)) {
        made.binds = false;
        chain_ += ", not binding";
      }
      chain_ += "\n";
      std::set<std::string> touched;
      for (size_t e = 1 + Below(3); e > 0; --e) {
        auto it = now.begin();
        std::advance(it, static_cast<ptrdiff_t>(Below(now.size())));
        const std::string label = it->first;
        if (!touched.insert(label).second) continue;
        constexpr const char* kWords[] = {"Model", "Report", "Alder", "Birch"};
        const std::string old = kWords[Below(4)];
        if (Chance(2) && label[0] == '3' && it->second.find(old) != std::string::npos &&
            it->second.find("Fiscal Quarter") == std::string::npos) {
          Uses(Construct::kReword);
          const std::string with = old == "Alder"   ? "Birch"
                                   : old == "Birch" ? "Alder"
                                   : old == "Model" ? "Report"
                                                    : "Model";
          chain_ += "in " + label + " rename \"" + old + "\" to \"" + with + "\"\n";
          made.words.push_back({label, old, with});
          if (made.binds && made.through.day == INT32_MAX)
            it->second = Reworded(it->second, old, with);
        } else if (Chance(3) && label[0] == '3') {
          chain_ += "strike " + label + "\n";
          made.sentences.emplace_back(label, "");
          if (made.binds && made.through.day == INT32_MAX) now.erase(label);
          if (now.empty()) now["2.1"] = "the Fee is $1";
        } else {
          const std::string sentence =
              label[0] == '3' ? Norm(label) : label + "  the Fee is " + Amount();
          chain_ += "replace " + label + "\n" + sentence + "\n";
          made.sentences.emplace_back(label, sentence);
          if (made.binds) now[label] = sentence;
        }
      }
      if (Chance(3)) {
        const std::string label = "6." + std::to_string(a);
        const std::string sentence = Norm(label);
        chain_ += sentence + "\n";
        made.sentences.emplace_back(label, sentence);
      }
      chain_ += "```\n";
      made_.push_back(std::move(made));
    }
    if (!drafts_ || !Chance(2)) return;
    Uses(Construct::kDraft);
    chain_ += "\n```entente\namendment 9" +
              One({", draft", ", draft", " of 1 April 2026, reported"}) + ", effective " + Day() +
              "\n" + Norm("7.1") + "\n" +
              (now.contains("2.1") ? "replace 2.1\n2.1  the Fee is $7\n" : "") + "```\n";
  }
  // The text with each amendment that is in force on a day worked into it, in their order.
  std::string FlatOn(Date day, size_t edition) {
    std::map<std::string, std::string> clauses = clauses_;
    for (size_t a = 0; a < edition; ++a) {
      const Amendment& made = made_[a];
      if (!made.binds || day < made.from || day > made.through) continue;
      for (const auto& [label, old, with] : made.words) {
        clauses[label] = Reworded(clauses[label], old, with);
      }
      for (const auto& [label, sentence] : made.sentences) clauses[label] = sentence;
    }
    std::string out = head_;
    for (const auto& [label, sentence] : clauses) {
      if (!sentence.empty()) out += sentence + "\n";
    }
    return out + tail_;
  }
  // The sentence, with its number in front.
  std::string Norm(const std::string& label) {
    Uses(Construct::kNorm);
    const bool forbids = Chance(2);
    const std::string act = Act();
    const bool own = act.ends_with("its Interest");
    std::string who = own ? Party() : One({"Alder", "Birch", "either Party", "no Party"});
    std::string sentence = label + "  " + who + (forbids ? " must not " : " may ") + act;
    if (forbids && who != "no Party" && Chance(3)) {
      Uses(Construct::kNorLet);
      if (!own) who = Party();
      sentence = label + "  " + who + " must not " + act + ", nor " + One({"let", "enable"}) +
                 " its Affiliates" + One({" do so", " to do so"});
      if (Chance(2)) sentence += ", before " + Day();
    } else {
      for (size_t i = Below(3); i > 0; --i) sentence += Tail(label);
    }
    if (made_.empty() && chain_.empty()) labels_.push_back(label);
    return sentence;
  }
  void Duty(const std::string& label) {
    Uses(Construct::kDuty);
    const std::string days = std::to_string(1 + Below(20)) + " days after ";
    text_ += label + "  ";
    switch (!recurs_ && Chance(3) ? 9 : Below(5)) {
      case 9:
        Uses(Construct::kEachPeriod);
        recurs_ = true;
        if (Chance(2)) {
          Uses(Construct::kAmountOwed);
          amounts_owed_ = true;
          text_ += "Alder must pay " + One({"$1.20", "the Fee"}) + " to Birch";
        } else {
          text_ += Party() + " must answer";
        }
        text_ += ", in each Fiscal Quarter of Birch" + One({"", ", within 3 days after its end"});
        break;
      case 3:
        Uses(Construct::kAmountOwed);
        amounts_owed_ = true;
        text_ += "Alder must pay " +
                 One({"$2.50", "the Amount of that Sale", "the Levy in February 2026"}) +
                 " to Birch, within " + days + "a Sale";
        break;
      case 0:
        text_ += Party() + " must answer, by " + Day();
        break;
      case 1:
        text_ += "upon a Launch, Birch must answer" +
                 (Chance(2) ? ", within " + days + "that Launch" : std::string());
        break;
      case 2:
        text_ += Party() + " must answer, within " + days + One({"a Sale", "a Declaration"});
        break;
      default:
        text_ += "Alder must make a Resumption, within [undisclosed days] after a Stoppage";
        break;
    }
    std::string tail = Tail("");
    while (tail.find("within") != std::string::npos || tail.find("overdue") != std::string::npos)
      tail = Tail("");
    text_ += tail + "\n";
  }
  void Text() {
    text_ = std::string("```entente\n") + kNames;
    // The reference counts acts afresh at each of them, which takes its time.
    duties_ = Chance(3);
    text_ += "1.1  Alder may make a Declaration" + std::string(Chance(2) ? ", from " + Day() : "") +
             "\n";
    text_ += "1.2  the Panel may make a Verification or a Rejection of a Declaration" +
             std::string(Chance(2) ? ", after that Declaration" : "") + "\n";
    Uses(Construct::kPower);
    // One ballot a party on each declaration.
    Uses(Construct::kMakers);
    text_ +=
        "1.6  a Party may make a Ballot of a Declaration, after that Declaration, unless that " +
        std::string("Party has made a Ballot of that Declaration") +
        (third_ ? " before 20 January 2026" : "") + "\n" +
        "1.7  the Panel may make a Rejection of a Declaration, only if the number of Parties "
        "that have made a Ballot of that Declaration is at least 1\n";
    text_ +=
        "1.3  a Declaration stands until its Rejection\n1.4  a Stoppage stands until its "
        "Resumption\n";
    if (Chance(4)) {
      Uses(Construct::kSilence);
      text_ +=
          One({"1.8  silence of the Panel for 9 days after a Declaration counts as a Rejection "
               "of that Declaration",
               "1.8  silence of the Panel during the Ballot Period counts as a Rejection"}) +
          One({"", ", unless " + Condition(2), ", through " + Day()}) + "\n";
    }
    if (Chance(3)) {
      text_ += "1.5  Alder has no power to make a Declaration, " + One({"while", "if"}) + " " +
               Condition() + ", despite 1.1\n";
    }
    clauses_["2.1"] = "2.1  the Fee is " + Amount();
    Uses(Construct::kPeriodNumber);
    text_ += "2.2  the Due in a Season is " + One({"10% of ", ""}) +
             "the Amount of every Sale in that Season" +
             One({"", ", before a Launch", ", after a Launch"}) + One({"", ", but at least $1"}) +
             "\n";
    text_ +=
        "2.3  the Levy in a month is the Amount of the last Sale in that month or $1 if there is "
        "none\n";
    Uses(Construct::kTable);
    text_ += "2.4  the Rate of a Customer is\n       | a Small Customer" +
             One({"", ", before 1 February 2026", ", if the market is closed"}) +
             ": 5%\n       | a Key Customer: " + One({"3%", "[undisclosed percent]"}) + "\n";
    if (Chance(2)) text_ += "       | any other: 10%\n";
    Uses(Construct::kSteps);
    text_ += "2.5  the Charge is a share of " + Amount() +
             "\n       | of the first $2: 50%\n       | of the rest: 10%\n";
    text_ += "2.6  the Stake is about 27%\n";
    Uses(Construct::kDefinition);
    text_ += "2.7  Secret Work " +
             One({"means a Report that is confidential", "includes a Model",
                  "means a Work that is confidential"}) +
             "\n";
    const size_t norms = 3 + Below(5);
    for (size_t i = 1; i <= norms; ++i) {
      const std::string label = "3." + std::to_string(i);
      clauses_[label] = Norm(label);
    }
    head_ = std::move(text_);
    text_.clear();
    if (duties_) {
      for (const char* label : {"5.1", "5.2"}) Duty(label);
      if (!recurs_) {
        Uses(Construct::kRelief);
        if (!amounts_owed_)
          text_ += "5.3  " + One({"a Sale by Alder", "a Rejection", "a Launch or a Sale"}) +
                   " discharges 5" + One({"", ".1"}) + One({"", ", before " + Day()}) + "\n";
        text_ += "5.4  5.1 is suspended, while " +
                 One({"a Stoppage stands", "the market is closed", "a Declaration stands"}) + "\n";
      }
    }
    if (Chance(5)) {
      Uses(Construct::kTerm);
      text_ += "8.1  term " +
               One({"from 1 January 2026 through 20 February 2026",
                    recurs_ ? "20 days from 5 January 2026"
                            : "20 days from 5 January 2026, then 1 year at a time",
                    "until 30 days after a Launch"}) +
               "\n";
      text_ += "8.2  no later term starts, if " +
               One({"a Sale has happened at least 5 days before its start",
                    "a Launch has happened at least [undisclosed days] before its start",
                    "a Declaration stands"}) +
               "\n";
      if (Chance(2))
        text_ += "8.3  the term ends " + One({"on a Rejection", "7 days after a Stoppage"}) + "\n";
      text_ += "survive 2.1 and 3.2\n";
    }
    text_ += "```\n\n```entente\n";
    if (Chance(2)) {
      Uses(Construct::kForEach);
      text_ +=
          "for each Customer:\n4.1  Birch may sell a Report for that Customer, if its Size is "
          "above " +
          std::to_string(Below(4)) + " people\n";
      text_ += "4.2  Birch must not use a Work for that Customer" + Tail("4.2") + "\n";
    }
    text_ += "```\n";
    tail_ = text_;
    text_ = head_;
    for (const auto& [label, sentence] : clauses_) text_ += sentence + "\n";
    text_ += tail_;
  }
  std::pair<check::Form, std::string> Question() {
    switch (Below(8)) {
      case 0:
        return {check::Form::kIs, Condition()};
      case 1:
        return {check::Form::kWhat, One({"the Fee", "the Charge", "the Rate of a Small Customer",
                                         "the Rate of a Key Customer", "the Due in the 2nd Season",
                                         "the Levy in February 2026", "the Stake divided by 2"})};
      case 2:
        return {check::Form::kWhat, Amount()};
      case 3:
        return {check::Form::kMay, "Birch engage a Supplier"};
      case 4:
        return {check::Form::kMay, One({"an Affiliate of Alder ", "an Affiliate "}) +
                                       One({"use a Model", "sell a Work in bulk"})};
      case 5:
        return {check::Form::kMay,
                Party() + One({" transfer its Interest", " transfer an Interest of Birch",
                               " make a Declaration", " sell a Report for a Small Customer"})};
      default:
        return {check::Form::kMay,
                Party() + " " +
                    One({"use a Report that is confidential", "use a Model", "sell a Work in bulk",
                         "sell a Work for a Key Customer", "enable a Supplier"})};
    }
  }
  std::vector<record::Entry> Entries() {
    std::vector<record::Entry> out;
    int day = 1;
    for (size_t i = 0; i < 1 + Below(5); ++i) {
      day += static_cast<int>(Below(9));
      record::Entry e;
      e.id = "e" + std::to_string(i);
      e.kind = One({"Declaration", "Stoppage", "Sale", "Launch", "Sale", "answer", "pay"});
      // A ballot is about the one declaration before it.
      const auto declared = std::count_if(out.begin(), out.end(), [](const record::Entry& before) {
        return before.kind == "Declaration";
      });
      if (declared == 1 && Chance(2)) e.kind = "Ballot";
      e.by = One({"Alder", "Birch", "Panel"});
      e.known = Date{DateOf(2026, 1, 1)->day + day};
      e.happened =
          Position::At(e.known, 3600 * static_cast<int>(Below(20)), static_cast<int>(i) + 1);
      if (e.kind == "pay") {
        e.by = "Alder";
        e.fields = {{"party", "Birch"}, {"sum", std::to_string(1 + Below(3)) + ".20"}};
      }
      if (e.kind == "Sale") e.fields = {{"amount", std::to_string(Below(5)) + ".50"}};
      out.push_back(e);
    }
    for (const char* kind :
         {"Sale, Launch", "Stoppage, Resumption", "Sale", "Launch, answer", "pay"}) {
      if (!Chance(3)) continue;
      record::Entry e;
      e.id = "close " + std::string(kind);
      e.kind = std::string(record::kClose);
      e.known = Date{DateOf(2026, 3, 31)->day};
      const int last = day + static_cast<int>(Below(50));
      e.fields = {{"kinds", kind}, {"through", ToText(Date{DateOf(2026, 1, 1)->day + last})}};
      out.push_back(e);
    }
    return out;
  }
  void Positions(Case& c) {
    eval::World world{&c.program, &c.facts, c.facts.events, {}, nullptr};
    for (int d = 0; d < 80; d += 5) {
      const Position at = Position::At(Date{DateOf(2026, 1, 6)->day + d}, 7200, 40);
      c.future.push_back(at);
      eval::Event e;
      e.at = at;
      e.type = c.program.start;
      world.events.push_back(e);
    }
    const Position end = Position::EndOf(*DateOf(2026, 4, 15));
    for (const Position p : service::Positions(c.program, world, end)) {
      if (p <= end) c.positions.push_back(p);
    }
  }

  std::mt19937_64 random_;
  // Every third text.
  bool third_;
  Spoken& spoken_;
  std::string text_;
  // What stands before and behind the clauses that may be amended, and those by their numbers.
  std::string head_, tail_;
  std::map<std::string, std::string> clauses_;
  std::string chain_;
  std::vector<Amendment> made_;
  bool drafts_ = false;
  std::vector<std::string> labels_;
  std::set<std::string> consents_;
  bool duties_ = false;
  // The reference counts the instances of a duty that recurs again and again.
  bool recurs_ = false;
  bool amounts_owed_ = false;
};

}  // namespace

SpokenCase Speak(uint64_t number, Spoken& spoken) { return Speaker(number, spoken).Run(); }

AmendedCase SpeakAmended(uint64_t number) {
  Spoken spoken{};
  return Speaker(number, spoken).Amended();
}

}  // namespace entente::crosscheck
