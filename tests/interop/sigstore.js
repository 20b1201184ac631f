// Checks a receipt with the sigstore verifier, which knows nothing of us.
//
//   node sigstore.js VKEY RECEIPT LEAF
//
// The two functions are internal modules of the package, whose version is pinned for that reason.
const { createHash, createPublicKey } = require('crypto');
const { readFileSync } = require('fs');
const path = require('path');
const tlog = path.join(path.dirname(require.resolve('@sigstore/verify')), 'tlog');
const { verifyCheckpoint } = require(path.join(tlog, 'checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(tlog, 'merkle.js'));

const [vkey, receiptPath, leafPath] = process.argv.slice(2);
const at = vkey.indexOf('+');
const name = vkey.slice(0, at);
const encoded = Buffer.from(vkey.slice(vkey.indexOf('+', at + 1) + 1), 'base64');
const publicKey = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), encoded.subarray(1)]),
  format: 'der',
  type: 'spki',
});
const logID = createHash('sha256').update(Buffer.concat([Buffer.from(name + '\n'), encoded])).digest();

const receipt = readFileSync(receiptPath, 'utf-8');
const gap = receipt.indexOf('\n\n');
const lines = receipt.slice(0, gap).split('\n');
const entry = {
  canonicalizedBody: readFileSync(leafPath),
  inclusionProof: {
    logIndex: lines[1].replace('index ', ''),
    hashes: lines.slice(2).map((line) => Buffer.from(line, 'base64')),
    checkpoint: { envelope: receipt.slice(gap + 2) },
  },
};
const checkpoint = verifyCheckpoint(entry, [{ logID, publicKey, baseURL: 'https://' + name }]);
verifyMerkleInclusion(entry, checkpoint);
console.log(`sigstore accepts entry ${lines[1].replace('index ', '')} of ${checkpoint.logSize}`);
