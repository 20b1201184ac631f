#!/usr/bin/env bash
# Keeps what this release answers, for later ones to be held to: tests/replay/keep.sh PROGRAM 0.4
# makes tests/replay/0.4 with texts, records, a ledger and the answers. What is there stays as it is.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
release=tests/replay/$2
mkdir "$release"
cp -r agreements/microsoft-openai docs/examples/panel.md docs/examples/steel.md docs/examples/steel.jsonl "$release/"

# entente WORDS...: at the day of `now`, in the release's folder.
now=2026-01-01
entente() { (cd "$release" && ENTENTE_NOW=$now "$program" "$@"); }
# answers FILE FLAG... -- QUESTION...: one line an answer, whatever it is, without its proof.
answers() {
  file=$1
  shift
  flags=()
  while [ "$1" != -- ]; do flags+=("$1"); shift; done
  shift
  for form in may is what; do
    printf '%s\n' "$@" | sed -n "s/^$form //p" | sed 's/"/""/g; s/.*/"&"/; 1i question' > "$keys/asked.csv"
    [ "$(wc -l < "$keys/asked.csv")" -gt 1 ] || continue
    code=0
    entente "$form" "{question}" --each "$keys/asked.csv" "${flags[@]}" --format json >> "$release/$file" || code=$?
    [ "$code" -ne 2 ] || { echo "not asked: $*"; exit 1; }
  done
}

keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
seats="Panel Ada Ben Cleo Dan Eve Finn Gus"
for name in OpenAI Microsoft $seats; do entente ledger keys new "$name" --unsealed --out "$keys/$name" > /dev/null; done
entente ledger init "$keys/deal" --origin example.com/panel -a panel.md --party "$keys/OpenAI" --party "$keys/Microsoft" > /dev/null
for name in $seats; do entente ledger keys register "$keys/deal" "$keys/$name" --key "$keys/OpenAI" --key "$keys/Microsoft" > /dev/null; done
# say DAY WORDS...
say() {
  now=$1
  shift
  entente "$@" > /dev/null
}
for seat in Ada Ben Cleo Dan Eve; do say 2026-01-05 ledger append "$keys/deal" Acceptance --key "$keys/$seat"; done
say 2026-02-01 ledger append "$keys/deal" Declaration --key "$keys/OpenAI"
for seat in Ada Ben Cleo Dan Eve; do say 2026-02-03 ledger append "$keys/deal" Disclosure of=e14 --key "$keys/$seat"; done
for seat in Ada Ben Cleo Gus; do say 2026-03-01 ledger append "$keys/deal" Approval of=e14 --key "$keys/$seat"; done
say 2026-03-02 ledger contest "$keys/deal" 20 --why "not so" --key "$keys/Microsoft"
say 2026-03-03 ledger append "$keys/deal" Approval of=e14 --on 2026-03-01 --key "$keys/Dan"
say 2026-03-04 ledger append "$keys/deal" Verification of=e14 --key "$keys/Panel"
say 2026-03-05 ledger correct "$keys/deal" 21 of=e9 --key "$keys/Ben"
entente ledger export "$keys/deal" > "$release/panel.export"
panel=("is AGI has happened" "may OpenAI make a Declaration" "may the Panel make a Verification" "may Eve make a Refusal of e14"
  "what the number of Seats that have made an Approval" "is Gus has made an Approval")
for day in 2026-02-15 2026-03-01 2026-03-03 2026-03-05; do
  answers panel.jsonl -a panel.md --ledger panel.export --on "$day" -- "${panel[@]}"
done
answers panel.jsonl -a panel.md --ledger panel.export --on 2026-03-05 --known-at 23 --assume-nothing-further -- "${panel[@]}"
answers steel_answers.jsonl -a steel.md --record steel.jsonl --on 2026-03-30 -- "is 2.1 is overdue" "is an Order has happened"
# Every fourth question of the text itself.
mapfile -t asks < <(sed -n 's/^ask //p' "$release"/microsoft-openai/*.md | awk 'NR % 4 == 0')
answers microsoft-openai.jsonl -a microsoft-openai -- "${asks[@]}"
