// A verifier of exported ledgers, written from docs/ledger_format.md alone and sharing nothing with ours.
//
//   node verify.js EXPORT
//
// Knows genesis, register, rotate and who signs what; says nothing of what entries mean.
const { createHash, createPublicKey, verify } = require('crypto');
const { readFileSync } = require('fs');

const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const fail = (why) => {
  console.error('refused: ' + why);
  process.exit(1);
};
// Strings of JavaScript compare by code unit, as RFC 8785 sorts.
const canonical = (v) =>
  Array.isArray(v)
    ? '[' + v.map(canonical).join(',') + ']'
    : v !== null && typeof v === 'object'
      ? '{' + Object.keys(v).sort().map((k) => JSON.stringify(k) + ':' + canonical(v[k])).join(',') + '}'
      : JSON.stringify(v);
const parse = (text) => {
  const value = JSON.parse(text);
  if (canonical(value) !== text) fail('not canonical: ' + text.slice(0, 60));
  return value;
};
// One spelling of the same bytes, no other.
const unbase = (text) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) fail('not base64: ' + text);
  return bytes;
};
const keyOf = (raw) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
const good = (raw, message, sig) => verify(null, message, keyOf(raw), sig);
const idOf = (raw) => sha(raw).toString('hex');

const lines = readFileSync(process.argv[2], 'utf-8').split('\n');
if (lines.pop() !== '') fail('the last line is cut off');
const head = parse(lines.shift());
if (head.format !== 'entente-export@v1') fail('unknown format');
const gap = head.checkpoint.lastIndexOf('\n\n');
const note = head.checkpoint.slice(0, gap + 1);
const [origin, sizeText, rootText] = note.split('\n');
const size = Number(sizeText);

const subtrees = []; // [height, hash]
const holders = new Map(); // name -> {key, next, sequence, previous}
const statements = [];
let agreement = '';
let log;
let recorded = '';
for (let index = 0; index < size; ++index) {
  const line = lines.shift();
  if (line === undefined) fail('entry ' + index + ' is missing');
  let grown = [0, sha(Buffer.from([0]), line)];
  while (subtrees.length > 0 && subtrees[subtrees.length - 1][0] === grown[0])
    grown = [grown[0] + 1, sha(Buffer.from([1]), subtrees.pop()[1], grown[1])];
  subtrees.push(grown);

  const leaf = parse(line);
  if (leaf.admission !== 'entente-admission@v1' || leaf.recorded < recorded) fail('leaf ' + index);
  recorded = leaf.recorded;
  const payload = unbase(leaf.envelope.payload);
  const type = leaf.envelope.payloadType;
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  const s = parse(payload.toString('utf-8'));
  statements.push(s);
  const must = [];
  if (index === 0) {
    if (s.kind !== 'genesis') fail('no genesis');
    agreement = sha(payload).toString('hex');
    log = s.body.log;
    for (const party of s.body.parties) {
      const key = unbase(party.key);
      holders.set(party.name, { key, next: party.next, sequence: 0, previous: agreement, party: true });
      must.push(key);
    }
  } else {
    const author = holders.get(s.party);
    if (!author) fail('entry ' + index + ': unknown party');
    if (s.agreement !== agreement || s.sequence !== author.sequence + 1 ||
        s.previous !== author.previous || s.seen.size > index) {
      fail('entry ' + index + ': out of order');
    }
    if (s.kind === 'rotate') {
      const key = unbase(s.body.key);
      if (idOf(key) !== author.next) fail('entry ' + index + ': wrong successor');
      author.key = key;
      author.next = s.body.next;
    }
    if (s.key !== idOf(author.key)) fail('entry ' + index + ': another key');
    must.push(author.key);
    const parties = [...holders.values()].filter((h) => h.party).map((h) => h.key);
    const other = statements[s.body.entry];
    if (['register', 'text', 'redact'].includes(s.kind) ||
        (s.kind === 'correct' && other.party !== s.party)) {
      must.push(...parties);
    }
    if (s.kind === 'register') {
      const key = unbase(s.body.holder.key);
      holders.set(s.body.holder.name,
                  { key, next: s.body.holder.next, sequence: 0, previous: agreement });
      must.push(key);
    }
    author.sequence = s.sequence;
    author.previous = sha(payload).toString('hex');
  }
  if (s.origin !== origin) fail('entry ' + index + ': another log');
  const signed = new Set();
  for (const { keyid, sig } of leaf.envelope.signatures) {
    const holder = [...holders.values()].find((h) => idOf(h.key) === keyid);
    if (!holder || !good(holder.key, message, unbase(sig)))
      fail('entry ' + index + ': bad signature');
    signed.add(keyid);
  }
  for (const key of must) if (!signed.has(idOf(key))) fail('entry ' + index + ': missing signature');
}
let root = subtrees.length ? subtrees.pop()[1] : sha('');
while (subtrees.length) root = sha(Buffer.from([1]), subtrees.pop()[1], root);
if (root.toString('base64') !== rootText) fail('wrong root');

// Name, hash and key; base64 may have a + of its own.
const [, name, encoded] = log.match(/^([^+]+)\+[^+]+\+(.*)$/);
const raw = unbase(encoded);
const hint = sha(name + '\n', raw).subarray(0, 4);
const ours = head.checkpoint.slice(gap + 2).split('\n')
  .filter((l) => l.startsWith('\u2014 ' + name + ' '))
  .map((l) => unbase(l.split(' ')[2]))
  .filter((b) => b.subarray(0, 4).equals(hint));
if (name !== origin || ours.length === 0 ||
    !ours.every((b) => good(raw.subarray(1), Buffer.from(note), b.subarray(4)))) {
  fail('the log has not signed');
}
for (const line of lines) {
  const { entry, opening } = parse(line);
  const [part, field] = [opening.name.split('/')[0], opening.name.split('/').slice(1).join('/')];
  const commitment = statements[entry].body[part][field].sha256;
  const hash = sha(Buffer.from(opening.salt, 'hex'),
                   canonical(['entente-field@v1', opening.name, opening.value])).toString('hex');
  if (hash !== commitment) fail('entry ' + entry + ': ' + opening.name + ' opens something else');
}
console.log(`verified: ${origin}, ${size} entries, root ${root.toString('hex')}`);
