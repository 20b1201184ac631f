// Texts to begin with. Each is a whole agreement, so that it can be checked and asked as it stands.

#include <fmt/core.h>

#include <array>

#include "base/words.h"
#include "cli/command.h"

namespace entente::cli {
namespace {

struct Starter {
  std::string_view category;
  std::string_view about;
  std::string_view text;
};

constexpr std::array<Starter, 7> kStarters = {{
    {"agreement", "a licence with an exception, a redacted term and an end",
     R"(# Alder and Birch

Alder licenses its Works to Birch. This is a starter: put your own names, kinds and clauses in its
place, then `entente check FILE` and `entente test FILE`.

## The words

```entente
agreement Alder and Birch
effective 1 January 2026
party Alder, Birch
kind Work; Sketch, Drawing, of Work
act use (Work)
act copy (Work)
fact (Work) is published
number Fee, USD
```

## 1 Use

Birch may use the Works through 2030, but no Sketch that is not published.

```entente
1.1  Birch may use a Work, through 2030
1.2  Birch must not use a Sketch that is not published, despite 1.1
1.3  Birch must not copy a Work

ask may Birch use a Drawing, on 1 March 2027
expect yes 1.1
ask may Birch use a Sketch that is not published, on 1 March 2027
expect no 1.2
ask may Birch use a Drawing, on 1 March 2031
expect silent
```

## 2 Fee

The fee is not disclosed; it is at least $1,000.

```entente
2.1  the Fee is [undisclosed USD, at least $1,000, source Alder]

ask is the Fee is at least $500, on 1 March 2027
expect yes
ask what the Fee, on 1 March 2027
expect depends
```
)"},
    {"exclusivity", "only one may be served, until something happens",
     R"(## 1 Exclusivity

Until the release, Alder serves the Work from North only.

```entente
effective 1 January 2026
party Alder, Birch
kind Work; Place
thing North, South, of Place
act serve (Work) from (Place)
event Release
1.1  Alder must not serve a Work from a Place other than North, until Release
1.2  Alder may serve a Work from a Place, after Release

ask may Alder serve a Work from South, on 1 March 2027, given no Release by 1 March 2027
expect no 1.1
ask may Alder serve a Work from South, on 1 March 2027, given Release on 1 February 2027
expect yes 1.2
```
)"},
    {"determination", "one declares, another verifies or rejects",
     R"(## 1 Completion

Alder declares completion; the Expert verifies or rejects it.

```entente
effective 1 January 2026
party Alder, Birch
role Expert
notice Declaration; Verification, Rejection, of Declaration
event Completion
1.1  Alder may make a Declaration
1.2  the Expert may make a Verification or a Rejection of a Declaration, after that Declaration
1.3  a Declaration stands until its Rejection
1.4  Completion happens on {R1: a Verification | a Declaration}

ask is Completion has happened, on 1 March 2027, given Declaration on 1 February 2027, given no Verification by 1 March 2027
expect no on R1
ask may Birch make a Declaration, on 1 March 2027
expect no
```
)"},
    {"exception", "a case taken out of a prohibition",
     R"(## 1 Copies

Birch makes no copies, except of what is published.

```entente
effective 1 January 2026
party Alder, Birch
kind Work
act copy (Work)
fact (Work) is published
1.1  Birch must not copy a Work
1.2  Birch may copy a Work that is published, despite 1.1

ask may Birch copy a Work that is published, on 1 March 2027
expect yes 1.2
ask may Birch copy a Work that is not published, on 1 March 2027
expect no 1.1
```
)"},
    {"term", "a right that ends with the earlier of two",
     R"(## 1 Term

Birch may use the Works through 2030, or until they are sold if that is earlier.

```entente
effective 1 January 2026
party Alder, Birch
kind Work
act use (Work)
event Sale
1.1  Birch may use a Work, only until the earlier of Sale and the end of 2030

ask may Birch use a Work, on 31 December 2030, given no Sale by 31 December 2030
expect yes 1.1
ask may Birch use a Work, on 1 March 2028, given Sale on 1 February 2028
expect no 1.1
```
)"},
    {"threshold", "a limit that is not disclosed, with a bound that is",
     R"(## 1 Size

Birch builds nothing larger than a limit that is not disclosed and lies above 100 units.

```entente
effective 1 January 2026
party Alder, Birch
kind Engine
act build (Engine)
number Power of (Engine), units
number Limit, units
1.1  Birch may build an Engine
1.2  Birch must not build an Engine, if its Power is above the Limit, despite 1.1
1.3  the Limit is [undisclosed units, above 100 units, source Alder]

ask may Birch build E1, on 1 March 2027, given E1 is an Engine, given Power of E1 is 90 units
expect yes 1.1
ask may Birch build E1, on 1 March 2027, given E1 is an Engine, given Power of E1 is 200 units
expect depends
```
)"},
    {"figure", "approximate figures and what follows from them",
     R"(## 1 Value

The holding is worth about $135bn and is about 27 per cent of the whole.

```entente
effective 1 January 2026
party Alder, Birch
number Holding, Whole, USD
number Share, percent
1.1  the Holding is about $135bn
1.2  the Share is about 27%
1.3  the Whole is the Holding divided by the Share

ask what the Share, on 1 March 2027
expect about 27%, between 26.5% and 27.5%
ask is the Holding is above $130bn, on 1 March 2027
expect yes
```
)"},
}};

}  // namespace

int New(const Flags& flags) {
  const std::string wanted = flags.target.empty() ? "agreement" : flags.target;
  std::vector<std::string> known;
  for (const Starter& starter : kStarters) {
    if (wanted == "list") fmt::print("{:<14} {}\n", starter.category, starter.about);
    if (wanted == starter.category) {
      fmt::print("{}", starter.text);
      return 0;
    }
    known.emplace_back(starter.category);
  }
  if (wanted == "list") return 0;
  const std::string closest = Closest(wanted, known);
  return Complain(
      flags, "there is no starter for " + Quoted(wanted),
      closest.empty() ? "there are " + JoinAnd(known) : "did you mean " + Quoted(closest) + "?");
}

}  // namespace entente::cli
