// Any bytes as a record of a small agreement: reading it, meeting it with the text, asking over it
// and auditing it survive, and every entry that is not admitted has a finding.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "service/openness.h"
#include "wire/json.h"

namespace {

constexpr const char* kAgreement = R"(```entente
effective 1 January 2026
party Alder, Birch
role Panel
kind Work; Cloud; Report, Draft, of Work
thing North, South, of Cloud
act ship (Work) on (Cloud)
notice Declaration; Verification, Rejection, of Declaration
event Fire
fact (Work) is confidential
number Size of (Work), pages
number Fee, USD
1  Alder may make a Declaration
2  the Panel may make a Verification or a Rejection of a Declaration, after that Declaration
3  Alder must not ship a Work on a Cloud other than North, until Verification
4  Alder may ship a Report that is confidential, if its Size is below 10 pages, despite 3
notice Sealed Vote, Vote, of Declaration
6  a Party may make a Sealed Vote or a Vote of a Declaration
7  a Vote counts only if it reveals a Sealed Vote
5  the Fee is [undisclosed USD]
```
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace entente;
  auto snapshot = service::Load("a.md", kAgreement);
  ENTENTE_CHECK(!snapshot->findings.any_error());
  wire::ReadRecord(snapshot->files, "r.jsonl",
                   std::string(reinterpret_cast<const char*>(data), size), snapshot->record,
                   snapshot->findings);
  service::MeetRecord(*snapshot);
  for (const diag::Finding& f : snapshot->findings.all())
    ENTENTE_CHECK(!diag::Draw(f, snapshot->files, false).empty());
  if (snapshot->findings.any_error()) return 0;
  service::AskOptions options;
  options.on = DateOf(2027, 1, 1);
  const auto result =
      service::Ask(*snapshot, check::Form::kMay, "Alder ship a Report on South", options);
  ENTENTE_CHECK(result.answer.has_value() || result.findings.any_error());
  diag::Findings findings;
  service::Audit(*snapshot, options, {}, {}, findings);
  return 0;
}
