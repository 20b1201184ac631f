#!/usr/bin/env bash
# Shows checkpoints, tiles and receipts of a ledger of 300 entries to programs that know nothing of us,
# and then things that are not quite right. run.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
entente=$(realpath "$1")
. "$here/../../scripts/setup.sh"
entente_install golang-go golang-golang-x-mod-dev
command -v npm >/dev/null || entente_install nodejs npm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ENTENTE_PASSPHRASE=
cp "$here"/{package.json,package-lock.json,sigstore.js} "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null)
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$work/go" go build -o "$work/sumdb" "$here/sumdb.go"

cd "$work"
cp "$here/../../docs/examples/steel.md" .
for i in $(seq 299); do
  echo "{\"id\": \"x$i\", \"kind\": \"Order\", \"by\": \"Yard\", \"happened\": \"2026-01-02\", \"known\": \"2026-01-02\"}"
done > record.jsonl
"$entente" ledger keys new Yard --out yard.key >/dev/null
"$entente" ledger keys new Mill --out mill.key >/dev/null
"$entente" ledger init deal --origin example.com/deal -a steel.md --party yard.key --party mill.key >/dev/null
"$entente" ledger import deal record.jsonl --key yard.key >/dev/null
"$entente" ledger export deal --tiles tiles
"$entente" ledger export deal > deal.export
vkey=$("$entente" ledger keys list deal | sed -n 's/^log //p')
for index in 0 1 137 255 256 299; do
  "$entente" ledger prove deal $index > $index.tlog-proof
  sed -n $((index + 2))p deal.export | head -c -1 > $index.leaf
  ./sumdb "$vkey" tiles $index.tlog-proof $index.leaf >/dev/null
  node sigstore.js "$vkey" $index.tlog-proof $index.leaf >/dev/null
done

# refused WHAT COMMAND...: the command must fail.
refused() {
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then
    echo "accepted although $what" >&2
    exit 1
  fi
}
sed 's/Order/order/' 137.leaf > other.leaf
printf x >> other.leaf
for proof in 136 138; do sed "s/^index 137/index $proof/" 137.tlog-proof > $proof.moved; done
# Another root under the old signature, another signature, another hash on the way: a letter that was not
# there before.
other='function other(c) { return c == "A" ? "B" : "A" }'
awk "$other"' /^$/ {n = NR} n && NR == n + 3 {$0 = other(substr($0, 1, 1)) substr($0, 2)} {print}' 137.tlog-proof > root.bad
awk "$other"' $2 == "example.com/deal" {$3 = substr($3, 1, 20) other(substr($3, 21, 1)) substr($3, 22)} {print}' 137.tlog-proof > signature.bad
awk "$other"' NR == 4 {$0 = other(substr($0, 1, 1)) substr($0, 2)} {print}' 137.tlog-proof > hash.bad
for bad in root signature hash; do
  ! cmp -s 137.tlog-proof $bad.bad || { echo "$bad.bad is as good as it was" >&2; exit 1; }
done
for check in "./sumdb $vkey tiles" "node sigstore.js $vkey"; do
  refused "the entry was changed" $check 137.tlog-proof other.leaf
  refused "the index is another" $check 136.moved 137.leaf
  refused "the index is another" $check 138.moved 137.leaf
  refused "the root is another" $check root.bad 137.leaf
  refused "the signature is another" $check signature.bad 137.leaf
  refused "a hash is another" $check hash.bad 137.leaf
done
cp -r tiles bent
printf 'x' | dd of=bent/tile/0/000 bs=1 seek=4000 conv=notrunc 2>/dev/null
refused "a tile was changed" ./sumdb "$vkey" bent 137.tlog-proof 137.leaf

# A verifier written from the page on the format agrees with ours, on another ledger with all kinds.
export PATH="$(dirname "$entente"):$PATH"
mkdir all && cd all
cp "$here"/../../docs/examples/steel.* .
sed -n 's/^    \$ //p' "$here/../../docs/tutorial_ledger.md" > commands
bash commands >/dev/null 2>&1 || true
entente ledger export deal > deal.export
ours=$(entente ledger verify deal.export | head -n 1)
theirs=$(node "$here/verify.js" deal.export)
[ "${ours%%,*}" = "${theirs%%,*}" ] && [ "${ours##*root }" = "${theirs##*root }" ] || {
  echo "the two verifiers differ: $ours, $theirs" >&2
  exit 1
}
for n in $(seq 200 997 $(stat -c %s deal.export)); do
  cp deal.export bent.export
  printf '~' | dd of=bent.export bs=1 seek=$n conv=notrunc 2>/dev/null
  refused "byte $n was changed" entente ledger verify bent.export
  refused "byte $n was changed" node "$here/verify.js" bent.export
done
echo "a verifier written from docs/ledger_format.md agrees with ours"
echo "golang.org/x/mod/sumdb and @sigstore/verify: 6 entries of 300 accepted, 13 wrong things refused"
