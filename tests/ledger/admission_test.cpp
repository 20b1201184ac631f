// What is admitted and what is refused, by name. Numbers of threats are those of docs/threats.md.

#include "ledger/admission.h"

#include <gtest/gtest.h>

#include "deal.h"

namespace entente::ledger {
namespace {

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() { Must(deal.SignedBegin()); }

  void Must(const Submission& submission) {
    const auto admitted = admission.Submit(submission, kNow);
    ASSERT_TRUE(admitted) << admitted.error().name << ": " << admitted.error().what;
  }
  // Refused with this name, and leaving no trace.
  void Refused(const Submission& submission, std::string_view name) {
    const Digest root = admission.edge().Root();
    const std::string registry = admission.registry().Write();
    const auto admitted = admission.Submit(submission, kNow);
    ASSERT_FALSE(admitted) << name;
    EXPECT_EQ(admitted.error().name, name) << admitted.error().what;
    EXPECT_EQ(admission.edge().Root(), root);
    EXPECT_EQ(admission.registry().Write(), registry);
  }
  Submission Next(const Holder& holder, const Draft& draft, size_t key = 0) const {
    return Deal::Next(holder, admission.registry(), admission.edge(), draft, key);
  }
  // The next entry of Mill with something about it changed, signed by Mill's key.
  Submission Changed(const std::function<void(Statement&)>& change) const {
    Statement s = Deal::Read(Next(deal.mill, Deal::Said("changed")));
    change(s);
    return Deal::Signed(s, {&deal.mill.keys[0]});
  }
  Draft About(std::string_view kind, uint64_t index, Json::Object body = {}) const {
    body["entry"] = index;
    body["leaf"] = Hex(*admission.Hash(0, index));
    return {std::string(kind), std::move(body), {}};
  }
  Draft Rotate(const Holder& holder, size_t to) const {
    return {std::string(kRotate),
            Json::Object{{"key", Base64(BytesOf(holder.keys[to].public_key()))},
                         {"next", holder.keys[to].next()}},
            {}};
  }
  Draft Register(const Holder& seat) const {
    return {
        std::string(kRegister),
        Json::Object{{"holder", Json::Object{{"key", Base64(BytesOf(seat.keys[0].public_key()))},
                                             {"name", seat.name},
                                             {"next", seat.keys[0].next()}}}},
        {}};
  }

  Deal deal;
  Admission admission;
};

TEST_F(AdmissionTest, EntriesFollowOneAnother) {
  for (int i = 0; i < 5; ++i) {
    Must(Next(deal.mill, Deal::Said("a")));
    Must(Next(deal.yard, Deal::Said("b")));
  }
  EXPECT_EQ(admission.size(), 11u);
  EXPECT_EQ(admission.registry().Find("Mill")->sequence, 5u);
  // Whoever reads the leaves comes to the same.
  Admission again;
  for (const NewLeaf& leaf : admission.added().leaves) ASSERT_TRUE(again.Replay(leaf.bytes));
  EXPECT_EQ(again.registry().Write(), admission.registry().Write());
  EXPECT_EQ(again.edge().Root(), admission.edge().Root());
  EXPECT_EQ(Registry::Restore(admission.registry().Write())->Write(), admission.registry().Write());
}

TEST_F(AdmissionTest, ThreatOneBackDatingIsBoundedByWhatTheAuthorHadSeen) {
  Must(Next(deal.mill, Deal::Said("a")));
  Must(Next(deal.mill, Deal::Said("b")));
  // It cannot claim to know less than its own earlier statement did.
  Refused(Changed([](Statement& s) { s.seen = {0, Sha256("")}; }), "unseen-checkpoint");
  Refused(Changed([](Statement& s) { s.seen.size = 4; }), "unseen-checkpoint");
}

TEST_F(AdmissionTest, ThreatThreeASplitViewShowsInTheNextStatement) {
  Refused(Changed([](Statement& s) { s.seen.root[0] ^= 1; }), "split-view");
}

TEST_F(AdmissionTest, ThreatSevenReplaysAreRefused) {
  const Submission first = Next(deal.mill, Deal::Said("a"));
  Must(first);
  Refused(first, "replayed");
  const std::string nonce = Deal::Read(first).nonce;
  Refused(Changed([&](Statement& s) { s.nonce = nonce; }), "replayed");
  Refused(Changed([](Statement& s) { s.sequence = 3; }), "out-of-order");
  Refused(Changed([](Statement& s) { s.sequence = 0; }), "replayed");
  Refused(Changed([](Statement& s) { s.previous = Hex(Sha256("x")); }), "broken-chain");
  Refused(Changed([](Statement& s) { s.origin = "example.com/other"; }), "other-log");
  Refused(Changed([](Statement& s) { s.agreement = Hex(Sha256("x")); }), "other-agreement");
  Refused(Deal::Signed(deal.Begin(), {&deal.mill.keys[0], &deal.yard.keys[0]}), "out-of-order");
}

TEST_F(AdmissionTest, ThreatEightASignatureOverSomethingElseIsNone) {
  Submission forged = Next(deal.mill, Deal::Said("a"));
  // Over the payload alone, over a checkpoint, over another type.
  for (const std::string& message :
       {forged.envelope.payload, Checkpoint{"example.com/deal", 1, admission.edge().Root()}.Write(),
        "DSSEv1 4 text " + std::to_string(forged.envelope.payload.size()) + " " +
            forged.envelope.payload}) {
    const Signature signature = deal.mill.keys[0].Sign(message);
    forged.envelope.signatures[0].bytes =
        std::string(reinterpret_cast<const char*>(signature.data()), signature.size());
    Refused(forged, "bad-signature");
  }
  Json json = Next(deal.mill, Deal::Said("a")).envelope.ToJson();
  Json::Object members = *json.object();
  members["payloadType"] = "text/plain";
  EXPECT_EQ(Envelope::Of(Json(members)).error().name, "not-an-envelope");
}

TEST_F(AdmissionTest, ThreatTenNobodySpeaksForAnother) {
  // The operator, the other party, a stranger.
  const Holder stranger("Stranger");
  Statement s = Deal::Read(Next(deal.mill, Deal::Said("a")));
  Refused(Deal::Signed(s, {&deal.yard.keys[0]}), "missing-signature");
  Refused(Deal::Signed(s, {&stranger.keys[0]}), "extra-signature");
  s.key = KeyId(stranger.keys[0].public_key());
  Refused(Deal::Signed(s, {&stranger.keys[0]}), "unknown-key");
  s.party = "Stranger";
  Refused(Deal::Signed(s, {&stranger.keys[0]}), "unknown-party");
  Submission twice = Next(deal.mill, Deal::Said("a"));
  twice.envelope.Sign(deal.mill.keys[0]);
  Refused(twice, "extra-signature");
}

// Who signed an entry must sign what corrects and redacts it: a signature by the way would take
// from its author what the author may do alone.
TEST_F(AdmissionTest, NobodySignsByTheWay) {
  Submission beside = Next(deal.mill, Deal::Said("a"));
  beside.envelope.Sign(deal.yard.keys[0]);
  Refused(beside, "extra-signature");
  Must(Next(deal.mill, Deal::Said("a")));
  Submission contest = Next(deal.yard, About(kContest, 1));
  contest.envelope.Sign(deal.mill.keys[0]);
  Refused(contest, "extra-signature");
  // That a key was stolen, all may say.
  Must(Next(deal.mill, Rotate(deal.mill, 1), 1));
  Submission revoke =
      Next(deal.mill,
           {std::string(kRevoke),
            Json::Object{{"key", KeyId(deal.mill.keys[0].public_key())}, {"since", uint64_t{1}}},
            {}},
           1);
  revoke.envelope.Sign(deal.yard.keys[0]);
  Must(revoke);
}

// With all who signed it and all parties, what redacts an entry fits into one envelope.
TEST_F(AdmissionTest, SignaturesAreLimited) {
  Submission many = Next(deal.mill, Deal::Said("a"));
  while (many.envelope.signatures.size() < kSignaturesMax)
    many.envelope.signatures.push_back(many.envelope.signatures[0]);
  EXPECT_TRUE(Envelope::Of(many.envelope.ToJson()));
  many.envelope.signatures.push_back(many.envelope.signatures[0]);
  EXPECT_EQ(Envelope::Of(many.envelope.ToJson()).error().name, "not-an-envelope");

  std::vector<Holder> seats;
  Json::Array with;
  for (size_t i = 0; i < kWithMax; ++i) {
    const Holder& seat = seats.emplace_back("Seat " + std::to_string(i));
    Submission registered = Next(deal.mill, Register(seat));
    for (const Holder* signer : std::initializer_list<const Holder*>{&deal.yard, &seat})
      registered.envelope.Sign(signer->keys[0]);
    Must(registered);
    with.push_back(Json(seat.name));
  }
  const auto entry = [&] {
    Draft draft{std::string(kEntry), {}, {}};
    draft.body =
        Json::Object{{"fields", Json::Object{{"sum", Hide("fields/sum", "1", draft.openings)}}},
                     {"kind", "pay"},
                     {"with", with}};
    Submission out = Next(deal.mill, draft);
    for (const Holder& seat : seats) out.envelope.Sign(seat.keys[0]);
    return out;
  };
  Must(entry());
  Submission redact =
      Next(deal.mill, About(kRedact, admission.size() - 1, {{"field", "fields/sum"}}));
  redact.envelope.Sign(deal.yard.keys[0]);
  for (const Holder& seat : seats) redact.envelope.Sign(seat.keys[0]);
  Must(redact);
  with.push_back(Json("Yard"));
  Refused(entry(), "too-many");
}

// Signatures are not what these limits are about.
class LimitsTest : public AdmissionTest {
 protected:
  Submission Begin(size_t parties) {
    holders.clear();
    std::vector<Party> named;
    std::vector<const SecretKey*> keys;
    for (size_t i = 0; i < parties; ++i) holders.emplace_back("Party " + std::to_string(i), 1);
    for (const Holder& holder : holders) {
      named.push_back(holder.AsParty());
      keys.push_back(&holder.keys[0]);
    }
    return Deal::Signed(Genesis(LogKeyOf(deal.log), Hex(Sha256("t")), "t.md", named, "", kNow),
                        keys);
  }
  std::vector<Holder> holders;
  Admission quick{{}, [](auto&&...) { return true; }};
};

TEST_F(LimitsTest, PartiesAreLimited) {
  EXPECT_TRUE(Admission().Submit(Begin(kPartiesMax), kNow));
  EXPECT_EQ(Admission().Submit(Begin(kPartiesMax + 1), kNow).error().name, "too-many");
}

TEST_F(LimitsTest, HoldersAreLimited) {
  ASSERT_TRUE(quick.Submit(deal.SignedBegin(), kNow));
  const auto add = [&](size_t i) {
    const Holder seat("Seat " + std::to_string(i), 1);
    Submission next = Deal::Next(deal.mill, quick.registry(), quick.edge(), Register(seat));
    next.envelope.Sign(deal.yard.keys[0]);
    next.envelope.Sign(seat.keys[0]);
    return quick.Submit(next, kNow);
  };
  for (size_t i = 2; i < kHoldersMax; ++i) ASSERT_TRUE(add(i)) << i;
  EXPECT_EQ(quick.registry().holders().size(), kHoldersMax);
  EXPECT_EQ(add(kHoldersMax).error().name, "too-many");
}

TEST_F(LimitsTest, KeysOfOneHolderAreLimited) {
  const Holder mill("Mill", kKeysOfOneMax + 1);
  deal.mill.keys.clear();
  ASSERT_TRUE(quick.Submit(Deal::Signed(Genesis(LogKeyOf(deal.log), Hex(Sha256("t")), "t.md",
                                                {mill.AsParty(), deal.yard.AsParty()}, "", kNow),
                                        {&mill.keys[0], &deal.yard.keys[0]}),
                           kNow));
  const auto rotate = [&](size_t to) {
    return quick.Submit(Deal::Next(mill, quick.registry(), quick.edge(), Rotate(mill, to), to),
                        kNow);
  };
  for (size_t i = 1; i < kKeysOfOneMax; ++i) ASSERT_TRUE(rotate(i)) << i;
  EXPECT_EQ(rotate(kKeysOfOneMax).error().name, "too-many");
}

TEST_F(AdmissionTest, AGenesisIsSignedByAllItNames) {
  const auto begin = [&](const Submission& submission) {
    Admission fresh;
    const auto admitted = fresh.Submit(submission, kNow);
    return admitted ? std::string("admitted") : admitted.error().name;
  };
  EXPECT_EQ(begin(deal.SignedBegin()), "admitted");
  EXPECT_EQ(begin(Deal::Signed(deal.Begin(), {&deal.mill.keys[0]})), "missing-signature");
  Statement other = deal.Begin();
  other.origin = "example.com/other";
  EXPECT_EQ(begin(Deal::Signed(other, {&deal.mill.keys[0], &deal.yard.keys[0]})), "other-log");
  EXPECT_EQ(begin(Next(deal.mill, Deal::Said("a"))), "out-of-order");
  const Statement twice = Genesis(LogKeyOf(deal.log), Hex(Sha256("t")), "t",
                                  {deal.mill.AsParty(), deal.mill.AsParty()}, "", kNow);
  EXPECT_EQ(begin(Deal::Signed(twice, {&deal.mill.keys[0]})), "name-taken");
  Party same = deal.mill.AsParty();
  same.name = "Yard";
  const Statement shared =
      Genesis(LogKeyOf(deal.log), Hex(Sha256("t")), "t", {deal.mill.AsParty(), same}, "", kNow);
  EXPECT_EQ(begin(Deal::Signed(shared, {&deal.mill.keys[0]})), "key-taken");
}

// Threat 9: keys that make ambiguous signatures never come in.
TEST_F(AdmissionTest, WeakKeysAreRefused) {
  Party weak = deal.yard.AsParty();
  weak.key = *PublicKeyOf(std::string(32, '\0'));
  const Statement s =
      Genesis(LogKeyOf(deal.log), Hex(Sha256("t")), "t", {deal.mill.AsParty(), weak}, "", kNow);
  EXPECT_EQ(Admission().Submit(Deal::Signed(s, {&deal.mill.keys[0]}), kNow).error().name,
            "weak-key");
}

TEST_F(AdmissionTest, ThreatFifteenAThiefCannotRotate) {
  const Holder thief("Mill");
  // The thief has the live key and would rotate to one of their own.
  Statement s = Deal::Read(Next(deal.mill, Rotate(thief, 1)));
  Refused(Deal::Signed(s, {&deal.mill.keys[0]}), "wrong-successor");
  s.key = KeyId(thief.keys[1].public_key());
  Refused(Deal::Signed(s, {&thief.keys[1]}), "wrong-successor");

  Must(Next(deal.mill, Deal::Said("by the thief")));
  Must(Next(deal.mill, Rotate(deal.mill, 1), 1));
  // From now on the stolen key is nobody's.
  s = Deal::Read(Next(deal.mill, Deal::Said("a"), 1));
  s.key = KeyId(deal.mill.keys[0].public_key());
  Refused(Deal::Signed(s, {&deal.mill.keys[0]}), "retired-key");
  Must(Next(deal.mill,
            {std::string(kRevoke),
             Json::Object{{"key", KeyId(deal.mill.keys[0].public_key())}, {"since", uint64_t{1}}},
             {}},
            1));
  const std::string stolen = KeyId(deal.mill.keys[0].public_key());
  EXPECT_TRUE(admission.registry().IsCompromised(stolen, 1));
  EXPECT_FALSE(admission.registry().IsCompromised(stolen, 0));
  // The key in force is not revoked: its successor comes first.
  Refused(
      Next(deal.mill,
           {std::string(kRevoke),
            Json::Object{{"key", KeyId(deal.mill.keys[1].public_key())}, {"since", uint64_t{1}}},
            {}},
           1),
      "not-allowed");
}

TEST_F(AdmissionTest, ThreatThirteenASeatIsRegisteredByAll) {
  const Holder seat("Seat 1");
  const Statement s = Deal::Read(Next(deal.mill, Register(seat)));
  const SecretKey* const mill = &deal.mill.keys[0];
  const SecretKey* const yard = &deal.yard.keys[0];
  Refused(Deal::Signed(s, {mill, yard}), "missing-signature");
  Refused(Deal::Signed(s, {mill, &seat.keys[0]}), "missing-signature");
  Must(Deal::Signed(s, {mill, yard, &seat.keys[0]}));
  Must(Next(seat, Deal::Said("a")));
  // A seat has no say in what others record.
  Must(Next(deal.mill, Deal::Said("b")));
  Refused(Next(seat, About(kContest, 3)), "not-allowed");
  Statement again = Deal::Read(Next(deal.mill, Register(seat)));
  Refused(Deal::Signed(again, {mill, yard, &seat.keys[0]}), "name-taken");
  again = Deal::Read(Next(deal.mill, Register(Holder("Seat 2"))));
  Json::Object holder = *again.body.Find("holder")->object();
  holder["key"] = Base64(BytesOf(deal.log.public_key()));
  again.body = Json::Object{{"holder", std::move(holder)}};
  Refused(Deal::Signed(again, {mill, yard}), "key-taken");
}

TEST_F(AdmissionTest, OnesOwnEntriesAreCorrectedAndAnothersContested) {
  Must(Next(deal.mill, Deal::Said("a")));
  const Json::Object none = {{"fields", Json::Object{}}};
  Refused(Next(deal.mill, About(kCorrect, 1)), "not-a-statement");
  Must(Next(deal.mill, About(kCorrect, 1, none)));
  Must(Next(deal.yard, About(kContest, 1)));
  Refused(Next(deal.mill, About(kContest, 1)), "not-allowed");
  Refused(Next(deal.mill, About(kWithdraw, 3)), "not-allowed");
  Refused(Next(deal.yard, About(kCorrect, 1, none)), "missing-signature");
  Refused(Next(deal.yard, About(kWithdraw, 1)), "refers-elsewhere");
  Refused(Next(deal.yard, About(kContest, 3)), "refers-elsewhere");
  // A correction is contested like an entry.
  Must(Next(deal.yard, About(kContest, 2)));
  Draft elsewhere = About(kContest, 1);
  Json::Object body = *elsewhere.body.object();
  body["leaf"] = Hex(Sha256("x"));
  elsewhere.body = Json(body);
  Refused(Next(deal.yard, elsewhere), "refers-elsewhere");
  body["entry"] = uint64_t{99};
  elsewhere.body = Json(body);
  Refused(Next(deal.yard, elsewhere), "refers-elsewhere");
  Must(Next(deal.yard, About(kWithdraw, 3)));
  Submission agreed = Next(deal.yard, About(kCorrect, 1, none));
  agreed.envelope.Sign(deal.mill.keys[0]);
  Must(agreed);
}

// One party alone erases nothing that the other may need.
TEST_F(AdmissionTest, ErasureTakesAllParties) {
  Draft pay{std::string(kEntry), {}, {}};
  pay.body = Json::Object{
      {"fields", Json::Object{{"day", "1"}, {"sum", Hide("fields/sum", "2", pay.openings)}}},
      {"kind", "pay"}};
  Must(Next(deal.mill, pay));
  Submission redact = Next(deal.mill, About(kRedact, 1, {{"field", "fields/sum"}}));
  Refused(redact, "missing-signature");
  redact.envelope.Sign(deal.yard.keys[0]);
  Must(redact);
  // What all sign erases something: what is in clear stays, and of what is not there nothing goes.
  for (const char* other : {"fields/day", "fields/total", "sum"}) {
    Submission nothing = Next(deal.mill, About(kRedact, 1, {{"field", other}}));
    nothing.envelope.Sign(deal.yard.keys[0]);
    Refused(nothing, "refers-elsewhere");
  }
}

TEST_F(AdmissionTest, ANewTextTakesAllParties) {
  Submission text =
      Next(deal.mill,
           {std::string(kText), Json::Object{{"hash", Hex(Sha256("new"))}, {"name", "n.md"}}, {}});
  Refused(text, "missing-signature");
  text.envelope.Sign(deal.yard.keys[0]);
  Must(text);
  EXPECT_EQ(admission.registry().texts().back().from, 1u);
}

// An entry signed by several is changed by all of them, and a signature that the statement asks for
// cannot be left out.
TEST_F(AdmissionTest, WhatSeveralSignedNoneOfThemChangesAlone) {
  Draft settled = Deal::Said("settled");
  Json::Object body = *settled.body.object();
  body["with"] = Json::Array{"Yard"};
  settled.body = Json(body);
  Submission both = Next(deal.mill, settled);
  Refused(both, "missing-signature");
  both.envelope.Sign(deal.yard.keys[0]);
  Must(both);
  Refused(Next(deal.mill, About(kCorrect, 1, {{"fields", Json::Object{}}})), "missing-signature");
  Refused(Next(deal.yard, About(kContest, 1)), "not-allowed");
  body["with"] = Json::Array{"Nobody"};
  settled.body = Json(body);
  Refused(Next(deal.mill, settled), "unknown-party");
}

// Whatever else stands in a body could take the place of something that was looked at.
TEST_F(AdmissionTest, BodiesHaveNothingElse) {
  for (const Json& body : {
           Json(Json::Object{{"kind", "ship"}, {"id", "e8"}}),
           Json(Json::Object{{"kind", int64_t{1}}}),
           Json(Json::Object{{"kind", "ship"}, {"remarks", Json::Object{{"id", "e8"}}}}),
           Json(Json::Object{{"kind", "ship"}, {"fields", Json::Object{{"a/b", "c"}}}}),
           Json(Json::Object{{"kind", "ship"}, {"fields", Json::Object{{"a\n", "c"}}}}),
           Json(Json::Object{{"kind", "ship"}, {"fields", Json::Object{{"a", true}}}}),
           Json(Json::Object{{"kind", "ship"}, {"happened", Json()}}),
           Json(Json::Object{{"fields", Json::Object{}}}),
           Json(Json::Object{{"kind", std::string(kNameBytesMax + 1, 'a')}}),
       }) {
    Refused(Next(deal.mill, {std::string(kEntry), body, {}}), "not-a-statement");
  }
  Must(Next(deal.mill,
            {std::string(kEntry), Json::Object{{"kind", std::string(kNameBytesMax, 'a')}}, {}}));
}

TEST_F(AdmissionTest, OpeningsAreLimited) {
  const auto pay = [&](const std::string& value) {
    Draft draft{std::string(kEntry), {}, {}};
    draft.body =
        Json::Object{{"fields", Json::Object{{"sum", Hide("fields/sum", value, draft.openings)}}},
                     {"kind", "pay"}};
    return draft;
  };
  Refused(Next(deal.mill, pay(std::string(kValueBytesMax + 1, 'a'))), "too-long");
  Draft twice = pay("1");
  twice.openings.push_back(twice.openings[0]);
  Refused(Next(deal.mill, twice), "wrong-opening");
  Must(Next(deal.mill, pay(std::string(kValueBytesMax, 'a'))));
  // An export, in which values stand in clear, could not be read.
  Refused(Next(deal.mill, pay("caf\xe9")), "not-canonical");
  const auto many = [&](size_t last) {
    Draft draft{std::string(kEntry), {}, {}};
    Json::Object fields;
    for (size_t i = 0; i < kValuesBytesMax / kValueBytesMax; ++i) {
      const std::string name = "f" + std::to_string(i);
      fields[name] = Hide("fields/" + name, std::string(kValueBytesMax, 'a'), draft.openings);
    }
    fields["last"] = Hide("fields/last", std::string(last, 'a'), draft.openings);
    draft.body = Json::Object{{"fields", std::move(fields)}, {"kind", "pay"}};
    return draft;
  };
  Refused(Next(deal.mill, many(1)), "too-long");
  Must(Next(deal.mill, many(0)));
}

TEST(Times, AreOnTheCalendar) {
  for (const char* good : {"2026-02-28T00:00:00Z", "2028-02-29T23:59:59Z", "2000-02-29T00:00:00Z"})
    EXPECT_TRUE(IsTime(good)) << good;
  for (const char* bad : {"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T00:00:00Z",
                          "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z",
                          "2026-01-00T00:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01 00:00:00Z"})
    EXPECT_FALSE(IsTime(bad)) << bad;
}

TEST_F(AdmissionTest, UnknownKindsAreRefused) {
  Refused(Next(deal.mill, {"dance", Json::Object{}, {}}), "unknown-kind");
}

// Threat 14 and 26: what opens a commitment is the one value that was signed.
TEST_F(AdmissionTest, OpeningsOpenWhatWasSigned) {
  std::vector<Opening> openings;
  Draft draft = Deal::Said("a");
  draft.body = Json::Object{
      {"fields", Json::Object{{"sum", Hide("fields/sum", "18000", openings)}}}, {"kind", "pay"}};
  for (const auto& spoil : std::vector<std::function<void(Opening&)>>{
           [](Opening& o) { o.value = "18001"; }, [](Opening& o) { o.salt[0] ^= 1; },
           [](Opening& o) { o.name = "fields/total"; }}) {
    Opening changed = openings[0];
    spoil(changed);
    draft.openings = {changed};
    Refused(Next(deal.mill, draft), "wrong-opening");
  }
  // An entry that nobody could open left its kind open for good, and only its author could end it.
  draft.openings = {};
  Refused(Next(deal.mill, draft), "missing-opening");
  draft.openings = openings;
  Must(Next(deal.mill, draft));
  EXPECT_NE(Opening::Of("fields/sum", "18000").Commitment(), openings[0].Commitment());
}

TEST_F(AdmissionTest, LeavesAreLimited) {
  Draft draft = Deal::Said("");
  const auto size = [&](size_t letters) {
    draft.body = Json::Object{{"fields", Json::Object{{"text", std::string(letters, 'a')}}},
                              {"kind", "ship"}};
    return Leaf{kNow, Next(deal.mill, draft).envelope}.Write().size();
  };
  // Three letters make four of the envelope's.
  size_t letters = (kLeafBytesMax - size(0)) / 4 * 3 - 3;
  while (size(letters + 1) <= kLeafBytesMax) ++letters;
  size(letters + 1);
  Refused(Next(deal.mill, draft), "too-long");
  size(letters);
  Must(Next(deal.mill, draft));
}

// Threat 17: the clock of the sequencer cannot run backwards.
TEST_F(AdmissionTest, TheClockIsMonotone) {
  const auto late = admission.Submit(Next(deal.mill, Deal::Said("a")), "2026-05-01T00:00:00Z");
  EXPECT_EQ(late->recorded, "2026-05-01T00:00:00Z");
  const auto back = admission.Submit(Next(deal.mill, Deal::Said("b")), "2016-05-01T00:00:00Z");
  EXPECT_EQ(back->recorded, "2026-05-01T00:00:00Z");
  const Leaf forged{"2026-04-01T00:00:00Z", Next(deal.mill, Deal::Said("c")).envelope};
  EXPECT_EQ(admission.Replay(forged.Write()).error().name, "clock-set-back");
}

TEST_F(AdmissionTest, DamagedStatementsAreRefused) {
  const std::string good = Next(deal.mill, Deal::Said("a")).envelope.payload;
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"\"sequence\":1", "\"sequence\":-1"},
        {"\"version\":1", "\"version\":2"},
        {"\"version\":1", "\"version\":1,\"x\":1"},
        {"\"kind\":\"entry\"", "\"kind\":1"},
        {"T09:00:00Z", "T24:00:00Z"},
        {"T09:00:00Z", "T09:00:00z"},
        {"\"seen\":{", "\"seen\":{\"a\":1,"}}) {
    std::string bad = good;
    const size_t at = bad.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bad.replace(at, from.size(), to);
    EXPECT_FALSE(Statement::Read(bad)) << bad;
  }
  EXPECT_TRUE(Statement::Read(good));
}

}  // namespace
}  // namespace entente::ledger
