// Threat 11: panels drawn at random, counted by the clauses and by a counter that knows no clauses.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "service/ask.h"
#include "service/proceedings.h"

namespace entente {
namespace {

constexpr const char* kSeats[] = {"Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus"};
const Date kDeclared = *DateOf(2026, 2, 1);

struct Said {
  std::string kind;
  std::string by;
  // Named by the entry, and on which it became known.
  Date happened;
  Date known;
};

// Clauses 1.2 to 1.8 and 1.11 of docs/examples/panel.md, by hand.
class Counter {
 public:
  void Take(const Said& said) {
    const int days = said.known.day - kDeclared.day;
    const bool seat = std::ranges::find(kSeats, said.by) != std::end(kSeats);
    if (said.kind == "Declaration") {
      declared_ = true;
    } else if (said.kind == "Acceptance" && seat && !declared_) {
      accepted_.insert(said.by);
    } else if (said.kind == "Disclosure" && declared_ && accepted_.contains(said.by) &&
               days <= 10) {
      disclosed_.insert(said.by);
    } else if (said.kind == "Recusal" && seat && declared_) {
      recused_.insert(said.by);
    } else if ((said.kind == "Approval" || said.kind == "Refusal") && days <= 60 &&
               disclosed_.contains(said.by) && !recused_.contains(said.by) &&
               !voted_.contains(said.by)) {
      voted_.insert(said.by);
      (said.kind == "Approval" ? approved_ : refused_).insert(said.by);
    }
  }
  size_t Of(const std::string& kind) const {
    return kind == "Disclosure" ? disclosed_.size()
           : kind == "Recusal"  ? recused_.size()
           : kind == "Approval" ? approved_.size()
                                : refused_.size();
  }
  bool Verified(int days) const {
    return disclosed_.size() >= 5 && approved_.size() >= 4 && days <= 60;
  }
  bool Rejected(int days) const { return refused_.size() >= 4 && days <= 60; }

 private:
  bool declared_ = false;
  std::set<std::string> accepted_, disclosed_, recused_, voted_, approved_, refused_;
};

// The first entries are disclosures, most of them; ballots follow.
constexpr int kDisclosing = 16;

std::vector<Said> Draw(std::mt19937_64& random) {
  const auto below = [&](uint64_t n) { return static_cast<int>(random() % n); };
  std::vector<Said> out;
  const auto say = [&](std::string kind, std::string by, int day) {
    const Date known{kDeclared.day + day};
    // Some name an earlier day than that on which they are recorded.
    out.push_back(
        {std::move(kind), std::move(by), Date{known.day - (below(4) == 0 ? below(9) : 0)}, known});
  };
  const auto anyone = [&]() -> std::string {
    return below(12) == 0 ? "Microsoft" : kSeats[below(7)];
  };
  for (const char* seat : kSeats) {
    if (below(8) != 0) say("Acceptance", seat, -10);
  }
  say("Declaration", "OpenAI", 0);
  out.back().happened = kDeclared;
  int day = 0;
  if (below(3) == 0) {
    const std::string late = anyone();
    say("Acceptance", late, day = below(3));
  }
  // Ballots lean one way, or few panels would decide anything.
  const char* leaning = below(2) == 0 ? "Refusal" : "Approval";
  const int turns = kDisclosing + 5 + below(25);
  for (int i = 0; i < turns; ++i) {
    day += i < kDisclosing ? below(2) : below(6);
    const int drawn = below(20);
    say(i < kDisclosing ? (drawn < 17 ? "Disclosure" : leaning)
        : drawn < 13    ? leaning
        : drawn < 16    ? (leaning[0] == 'A' ? "Refusal" : "Approval")
        : drawn == 16   ? "Recusal"
                        : "Disclosure",
        anyone(), day);
  }
  return out;
}

record::Record RecordOf(const std::vector<Said>& said) {
  record::Record out;
  diag::Findings findings;
  for (size_t i = 0; i < said.size(); ++i) {
    record::Entry entry;
    entry.id = "e" + std::to_string(i);
    entry.kind = said[i].kind;
    entry.by = said[i].by;
    entry.happened = Position::At(said[i].happened, 0, static_cast<int32_t>(i));
    entry.known = said[i].known;
    if (entry.kind != "Declaration" && entry.kind != "Acceptance") {
      const auto declared = std::ranges::find(said, "Declaration", &Said::kind);
      entry.fields.push_back({"of", "e" + std::to_string(declared - said.begin())});
    }
    out.Admit(std::move(entry), findings);
  }
  EXPECT_FALSE(findings.any_error());
  return out;
}

TEST(Panel, BallotsAreCountedAsTheClausesSay) {
  const char* wanted = std::getenv("ENTENTE_PANELS");
  const int panels = wanted == nullptr ? 200 : std::atoi(wanted);
  std::ifstream in(ENTENTE_SOURCE_DIR "/docs/examples/panel.md");
  std::ostringstream text;
  text << in.rdbuf();
  const auto snapshot = service::Load("panel.md", text.str());
  ASSERT_FALSE(snapshot->findings.any_error());
  size_t verified = 0, rejected = 0, without_effect = 0;
  for (int seed = 1; seed <= panels; ++seed) {
    std::mt19937_64 random(static_cast<uint64_t>(seed));
    const std::vector<Said> said = Draw(random);
    Counter counter;
    for (const Said& one : said) counter.Take(one);
    snapshot->record = RecordOf(said);
    service::AskOptions options;
    options.on = said.back().known;
    const int days = options.on->day - kDeclared.day;
    diag::Findings findings;
    const auto declared = std::ranges::find(said, "Declaration", &Said::kind) - said.begin();
    const auto matter =
        service::ProceedingOf(*snapshot, "e" + std::to_string(declared), options, findings);
    ASSERT_TRUE(matter.has_value()) << seed;
    for (const eval::Proceeding::Step& step : matter->steps) {
      if (step.notice == "Challenge") continue;
      if (step.by_several()) {
        EXPECT_EQ(step.counted(), counter.Of(step.notice)) << step.notice << " of " << seed;
        for (const auto& made : step.made) without_effect += made.standing == eval::kNoEffect;
        continue;
      }
      const bool may = step.turns.at(0).may == eval::Verdict::kYes;
      EXPECT_EQ(may,
                step.notice == "Verification" ? counter.Verified(days) : counter.Rejected(days))
          << step.notice << " of " << seed;
      (step.notice == "Verification" ? verified : rejected) += may;
    }
  }
  // All of it is drawn often enough to mean something.
  const auto share = static_cast<size_t>(panels);
  EXPECT_GE(verified, share / 10);
  EXPECT_GE(rejected, share / 30);
  EXPECT_GE(without_effect, share);
}

}  // namespace
}  // namespace entente
