package audit

import (
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// storedHashes is the other way to keep a tree: every hash there is.
type storedHashes []tlog.Hash

func (s *storedHashes) add(t *testing.T, n int64, data []byte) {
	t.Helper()
	hashes, err := tlog.StoredHashes(n, data, s)
	if err != nil {
		t.Fatal(err)
	}
	*s = append(*s, hashes...)
}

// ReadHashes returns the hashes of the given numbers.
func (s *storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, i := range indexes {
		list = append(list, (*s)[i])
	}
	return list, nil
}

func TestTheTreeIsTheOneOfTheLibrary(t *testing.T) {
	t.Parallel()
	var tree Tree
	var stored storedHashes
	for n := int64(0); n <= 300; n++ {
		want, err := tlog.TreeHash(n, &stored)
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.Root(); got != want || tree.Size() != uint64(n) {
			t.Fatalf("root of %d leaves is %v (size %d), want %v", n, got, tree.Size(), want)
		}
		read, err := UnmarshalTree(tree.Marshal())
		if err != nil || read.Root() != want || read.Size() != uint64(n) {
			t.Fatalf("tree of %d leaves read back: %+v, %v", n, read, err)
		}
		line := fmt.Appendf(nil, "line %d", n)
		stored.add(t, n, line)
		tree.Append(line)
	}
}

// The leaves and roots that implementations of RFC 6962 are held against.
func TestTheTreeHasTheRootsOfRFC6962(t *testing.T) {
	t.Parallel()
	leaves := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tree Tree
	for i, want := range roots {
		root := tree.Root()
		if got := hex.EncodeToString(root[:]); got != want {
			t.Errorf("root of %d leaves is %s, want %s", i, got, want)
		}
		if i < len(leaves) {
			leaf, err := hex.DecodeString(leaves[i])
			if err != nil {
				t.Fatal(err)
			}
			tree.Append(leaf)
		}
	}
}

func TestATreeThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	var tree Tree
	tree.Append(nil)
	rows := []struct {
		name string
		data []byte
	}{
		{"nothing", nil},
		{"half a size", make([]byte, 7)},
		{"a size without its hashes", append(make([]byte, 7), 3)},
		{"a hash too many", append(tree.Marshal(), make([]byte, 32)...)},
		{"a hash cut short", tree.Marshal()[:39]},
	}
	for _, r := range rows {
		if got, err := UnmarshalTree(r.data); err == nil {
			t.Errorf("%s: got a tree of %d leaves, want an error", r.name, got.Size())
		}
	}
}

func FuzzUnmarshalTree(f *testing.F) {
	var tree Tree
	for range 5 {
		f.Add(tree.Marshal())
		tree.Append([]byte("line"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := UnmarshalTree(data)
		if err != nil {
			return
		}
		if got := tree.Marshal(); string(got) != string(data) {
			t.Errorf("%x comes back as %x", data, got)
		}
		tree.Root()
	})
}

func TestALeafWhoseBodyIsGoneKeepsTheRoot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var whole, bare Tree
		for range rapid.IntRange(0, 40).Draw(t, "size") {
			line := rapid.SliceOf(rapid.Byte()).Draw(t, "line")
			whole.Append(line)
			bare.AppendHash(tlog.RecordHash(line))
		}
		if whole.Root() != bare.Root() {
			t.Fatalf("roots of %d leaves differ", whole.Size())
		}
	})
}
