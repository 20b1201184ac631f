// Opens a ledger's tiles and receipts with golang.org/x/mod/sumdb, which knows nothing of us.
//
//	sumdb VKEY TILES RECEIPT LEAF
//
// Checks the signature of the checkpoint, the whole tree by its tiles, the record at the receipt's index
// by a proof of its own, the receipt's proof, and that the tree of every smaller size is its beginning.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what string) {
	if err != nil {
		fmt.Fprintln(os.Stderr, what+":", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err, "read")
	return data
}

func hashOf(text string) tlog.Hash {
	data, err := base64.StdEncoding.DecodeString(text)
	must(err, "hash")
	var hash tlog.Hash
	if copy(hash[:], data) != tlog.HashSize {
		must(fmt.Errorf("%d bytes", len(data)), "hash")
	}
	return hash
}

func open(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err, "verifier key")
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err, "checkpoint")
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	return tlog.Tree{N: size, Hash: hashOf(lines[2])}
}

type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		// Ours leave the height out of the path.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	vkey, folder := os.Args[1], os.Args[2]
	receipt, leaf := read(os.Args[3]), read(os.Args[4])
	tree := open(read(filepath.Join(folder, "checkpoint")), vkey)
	hashes := tlog.TileHashReader(tree, tiles{folder})

	parts := bytes.SplitN(receipt, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err, "index")
	var given tlog.RecordProof
	for _, line := range lines[2:] {
		given = append(given, hashOf(line))
	}
	of := open(parts[1], vkey)
	must(tlog.CheckRecord(given, of.N, of.Hash, index, tlog.RecordHash(leaf)), "receipt")

	proof, err := tlog.ProveRecord(tree.N, index, hashes)
	must(err, "prove record")
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)), "record")
	for older := int64(1); older < tree.N; older += 1 + tree.N/50 {
		root, err := tlog.TreeHash(older, hashes)
		must(err, "older tree")
		proof, err := tlog.ProveTree(tree.N, older, hashes)
		must(err, "prove tree")
		must(tlog.CheckTree(proof, tree.N, tree.Hash, older, root), "older tree")
	}
	fmt.Printf("sumdb accepts %d entries, root %v\n", tree.N, tree.Hash)
}
