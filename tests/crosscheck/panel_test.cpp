// Threats 11 and 12: panels drawn at random, counted by the clauses and by a counter that knows no
// clauses.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "record/seal.h"
#include "service/ask.h"
#include "service/proceedings.h"

namespace entente {
namespace {

constexpr const char* kSeats[] = {"Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus"};
const Date kDeclared = *DateOf(2026, 2, 1);

// An entry of a ledger, in its order.
struct Said {
  std::string kind;
  std::string by;
  // Named by the entry; and on which it was recorded.
  Date happened;
  Date recorded;
  // A time of day that the entry names too.
  int second = 0;
  bool contested = false;
  bool withheld = false;
  bool forged = false;
  // It says what it is about.
  bool about = true;
  // Of a correction, the entry.
  size_t corrects = 0;
};

// Clauses 1.2 to 1.8 and 1.11 of docs/examples/panel.md, by hand.
class Counter {
 public:
  void Take(const Said& said) {
    if (said.forged) return;
    const int days = said.recorded.day - kDeclared.day;
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
    Said one{std::move(kind), std::move(by), Date{kDeclared.day + day}, Date{kDeclared.day + day}};
    // Some name another day than that on which they are recorded, or a time.
    if (below(4) == 0) one.happened.day -= below(9);
    if (below(8) == 0) one.happened.day = one.recorded.day + 1;
    if (below(3) == 0) one.second = below(86'400);
    one.contested = below(8) == 0;
    one.withheld = below(150) == 0;
    one.forged = below(20) == 0;
    one.about = below(5) != 0;
    out.push_back(std::move(one));
    // Whoever said it says later that it was of another day, by another, or another thing.
    if (below(6) == 0) {
      Said correction{std::string(record::kCorrect), "", Date{kDeclared.day + day},
                      Date{kDeclared.day + day}};
      correction.corrects = out.size() - 1;
      out.push_back(std::move(correction));
    }
  };
  const auto anyone = [&]() -> std::string {
    return below(12) == 0 ? "Microsoft" : kSeats[below(7)];
  };
  for (const char* seat : kSeats) {
    if (below(8) != 0) say("Acceptance", seat, -10);
  }
  out.push_back({"Declaration", "OpenAI", kDeclared, kDeclared});
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

// As the service makes a record of a ledger: in the order in which it becomes known.
record::Record RecordOf(const std::vector<Said>& said, std::mt19937_64& random) {
  const auto declared = std::ranges::find(said, "Declaration", &Said::kind) - said.begin();
  std::map<std::pair<Date, size_t>, record::Entry> entries;
  for (size_t i = 0; i < said.size(); ++i) {
    const Said& one = said[i];
    record::Entry entry;
    entry.id = "e" + std::to_string(i);
    entry.kind = one.kind;
    entry.by = one.by;
    entry.happened = Position::At(one.happened, one.second);
    entry.undated_time = one.second == 0;
    entry.known = std::max(one.happened, one.recorded);
    entry.recorded = one.recorded;
    entry.number = static_cast<uint32_t>(i);
    entry.contested = one.contested || one.withheld || one.forged;
    entry.withheld = one.withheld;
    entry.forged = one.forged;
    if (one.kind == record::kCorrect) {
      entry.fields.push_back({"entry", "e" + std::to_string(one.corrects)});
      const record::Field changes[] = {{"by", "Gus"}, {"happened", "2026-01-05"}};
      entry.fields.push_back(changes[random() % 2]);
      // What it corrects may be known a day later.
      entry.known = std::max(entry.known, said[one.corrects].happened);
    } else if (one.about && one.kind != "Declaration" && one.kind != "Acceptance") {
      entry.fields.push_back({std::string(record::kOf), "e" + std::to_string(declared)});
    }
    entries.emplace(std::pair(entry.known, i), std::move(entry));
  }
  record::Record out;
  diag::Findings findings;
  for (auto& [place, entry] : entries) out.Admit(std::move(entry), findings);
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
    snapshot->record = RecordOf(said, random);
    service::AskOptions options;
    options.on = Date{said.back().recorded.day + 1};
    const int days = options.on->day - kDeclared.day;
    diag::Findings findings;
    const auto declared = std::ranges::find(said, "Declaration", &Said::kind) - said.begin();
    // What one of them says is not known, and so is what the others are worth: reckoning all of
    // it takes long.
    bool open = false;
    for (size_t i = 0; i < said.size(); ++i) {
      if (!said[i].withheld || said[i].forged) continue;
      open = true;
      const auto effect = service::EffectOf(*snapshot, "e" + std::to_string(i), options, findings);
      ASSERT_TRUE(effect.has_value()) << seed;
      EXPECT_NE(effect->standing, eval::kCounts) << seed;
    }
    if (open) continue;
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
  EXPECT_GE(verified, share / 15);
  EXPECT_GE(rejected, share / 30);
  EXPECT_GE(without_effect, share);
}

// ---- sealed ballots

// A seal or a ballot of docs/examples/sealed.md.
struct Ballot {
  std::string by;
  int day = 0;
  // Of a seal, what is in it; of a ballot, what it says.
  std::string kind;
  std::string salt;
  // A seal: in whose name it was made, which may be another's.
  std::string sealed_for;
  // Of a ballot, the seal it names.
  std::string reveals;
  std::string id;
  bool forged = false;
};

// Who seals, and who reveals what.
struct Vote {
  std::vector<Ballot> seals;
  std::vector<Ballot> ballots;
};

Vote DrawVote(std::mt19937_64& random) {
  const auto below = [&](uint64_t n) { return static_cast<int>(random() % n); };
  Vote out;
  const auto salt = [&] {
    return std::string(32, static_cast<char>('a' + below(6))) + std::string(32, '5');
  };
  for (int i = 0; i < 5 + below(5); ++i) {
    Ballot seal;
    seal.by = kSeats[i < 5 ? i : below(7)];
    seal.day = below(12);
    seal.kind = below(4) == 0 ? "Refusal" : "Approval";
    seal.salt = salt();
    // Now and then a copy of what another had sealed.
    seal.sealed_for = below(8) == 0 ? kSeats[below(7)] : seal.by;
    seal.forged = below(15) == 0;
    out.seals.push_back(std::move(seal));
  }
  std::ranges::stable_sort(out.seals, {}, &Ballot::day);
  for (size_t i = 0; i < out.seals.size(); ++i) out.seals[i].id = "s" + std::to_string(i);
  for (const Ballot& seal : out.seals) {
    if (below(10) == 0) continue;
    Ballot ballot = seal;
    ballot.day = 11 + below(11);
    ballot.reveals = below(10) == 0 ? out.seals[below(out.seals.size())].id : seal.id;
    if (below(10) == 0) ballot.kind = ballot.kind == "Approval" ? "Refusal" : "Approval";
    if (below(12) == 0) ballot.salt = salt();
    if (below(15) == 0) ballot.by = kSeats[below(7)];
    ballot.forged = below(20) == 0;
    out.ballots.push_back(std::move(ballot));
  }
  return out;
}

// Clauses 1.2 to 1.4 by hand: approvals and refusals that count.
std::pair<size_t, size_t> CountVote(const Vote& vote) {
  std::map<std::string, const Ballot*> first;
  std::set<std::string> in_time;
  const std::set<std::string> seats{"Ada", "Ben", "Cleo", "Dan", "Eve"};
  for (const Ballot& seal : vote.seals) {
    if (seal.forged) continue;
    first.emplace(seal.by, &seal);
    if (seal.day <= 10 && seats.contains(seal.by)) in_time.insert(seal.by);
  }
  std::map<std::string, std::string> voted;
  for (const Ballot& ballot : vote.ballots) {
    const auto seal = first.find(ballot.by);
    if (ballot.forged || ballot.day > 20 || !in_time.contains(ballot.by) || seal == first.end())
      continue;
    const Ballot& sealed = *seal->second;
    if (sealed.id == ballot.reveals && sealed.sealed_for == ballot.by &&
        sealed.kind == ballot.kind && sealed.salt == ballot.salt)
      voted.emplace(ballot.by, ballot.kind);
  }
  std::pair<size_t, size_t> out;
  for (const auto& [seat, kind] : voted) ++(kind == "Approval" ? out.first : out.second);
  return out;
}

record::Record RecordOf(const Vote& vote) {
  record::Record out;
  diag::Findings findings;
  int number = 0;
  const auto say = [&](record::Entry entry, int day) {
    entry.happened = Position::At(Date{kDeclared.day + day}, 0);
    entry.known = Date{kDeclared.day + day};
    entry.recorded = entry.known;
    entry.number = static_cast<uint32_t>(number++);
    entry.contested = entry.forged;
    entry.signers = {entry.by};
    out.Admit(std::move(entry), findings);
  };
  const record::Field of{std::string(record::kOf), "d1"};
  record::Entry declaration;
  declaration.id = "d1";
  declaration.kind = "Declaration";
  declaration.by = "OpenAI";
  say(std::move(declaration), 0);
  for (const Ballot& seal : vote.seals) {
    record::Entry sealed;
    sealed.kind = seal.kind;
    sealed.by = seal.sealed_for;
    sealed.fields = {of};
    record::Entry entry;
    entry.id = seal.id;
    entry.kind = "Sealed Ballot";
    entry.by = seal.by;
    entry.forged = seal.forged;
    entry.fields = {of, {std::string(record::kSeal), record::SealOf(sealed, seal.salt)}};
    say(std::move(entry), seal.day);
  }
  for (const Ballot& ballot : vote.ballots) {
    record::Entry entry;
    entry.id = "b" + std::to_string(number);
    entry.kind = ballot.kind;
    entry.by = ballot.by;
    entry.forged = ballot.forged;
    entry.fields = {of,
                    {std::string(record::kReveals), ballot.reveals},
                    {std::string(record::kSalt), ballot.salt}};
    say(std::move(entry), ballot.day);
  }
  EXPECT_FALSE(findings.any_error());
  return out;
}

TEST(Panel, SealedBallotsCountAlikeInEveryOrderOfRevealing) {
  const char* wanted = std::getenv("ENTENTE_PANELS");
  const int panels = wanted == nullptr ? 200 : std::atoi(wanted);
  std::ifstream in(ENTENTE_SOURCE_DIR "/docs/examples/sealed.md");
  std::ostringstream text;
  text << in.rdbuf();
  const auto snapshot = service::Load("sealed.md", text.str());
  ASSERT_FALSE(snapshot->findings.any_error());
  size_t counted = 0, lost = 0;
  for (int seed = 1; seed <= panels; ++seed) {
    std::mt19937_64 random(static_cast<uint64_t>(seed));
    Vote vote = DrawVote(random);
    const auto expected = CountVote(vote);
    // Drawn in no order of days; recorded in two.
    for (int order = 0; order < 2; ++order) {
      std::ranges::shuffle(vote.ballots, random);
      std::ranges::stable_sort(vote.ballots, {}, &Ballot::day);
      snapshot->record = RecordOf(vote);
      service::AskOptions options;
      options.on = Date{kDeclared.day + 22};
      diag::Findings findings;
      const auto matter = service::ProceedingOf(*snapshot, "d1", options, findings);
      ASSERT_TRUE(matter.has_value()) << seed;
      for (const eval::Proceeding::Step& step : matter->steps) {
        if (step.notice == "Approval") {
          EXPECT_EQ(step.counted(), expected.first) << seed;
        } else if (step.notice == "Refusal") {
          EXPECT_EQ(step.counted(), expected.second) << seed;
        } else if (step.notice == "Verification") {
          EXPECT_EQ(step.turns.at(0).may == eval::Verdict::kYes, expected.first >= 3) << seed;
        }
      }
    }
    counted += expected.first + expected.second;
    lost += vote.ballots.size() - expected.first - expected.second;
  }
  const auto share = static_cast<size_t>(panels);
  EXPECT_GE(counted, share * 2);
  EXPECT_GE(lost, share);
}

}  // namespace
}  // namespace entente
