package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However keys come, in one row, in two by turns or in disorder, each is found and
// they are brought into order.
func TestPendingKeepsKeysThatComeInRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPending()
		model := map[string]string{}
		next := map[string]int{}
		for i := range rapid.IntRange(1, 80).Draw(t, "steps") {
			row := rapid.SampledFrom([]string{"fa", "fb", "fc"}).Draw(t, "row")
			if rapid.IntRange(0, 9).Draw(t, "fewer rows") > 0 && row == "fc" {
				row = "fa"
			}
			key := fmt.Sprintf("%s%03d", row, next[row])
			next[row]++
			switch rapid.IntRange(0, 19).Draw(t, "what") {
			case 0:
				key = fmt.Sprintf("%s%03d", row, rapid.IntRange(0, next[row]).Draw(t, "earlier"))
			case 1:
				comparePending(t, p, model)
			}
			if got, found := p.get([]byte(key)); found != (model[key] != "") || string(got.value) != model[key] {
				t.Fatalf("get(%q) = %q, want %q", key, got.value, model[key])
			}
			model[key] = fmt.Sprint(i + 1)
			p.set([]byte(key), change{value: []byte(model[key])})
		}
		for key, want := range model {
			if got, _ := p.get([]byte(key)); string(got.value) != want {
				t.Fatalf("get(%q) = %q, want %q", key, got.value, want)
			}
		}
		comparePending(t, p, model)
	})
}

func comparePending(t *rapid.T, p *pending, model map[string]string) {
	var got []string
	for _, n := range p.inOrder(nil) {
		got = append(got, string(p.key(n)))
	}
	if want := slices.Sorted(maps.Keys(model)); !slices.Equal(got, want) {
		t.Fatalf("got %q in order, want %q", got, want)
	}
}

// Keys that come in two rows by turns need no table.
func TestTwoRowsNeedNoTable(t *testing.T) {
	p := newPending()
	for i := range 1000 {
		p.set(fmt.Appendf(nil, "fs%04d", i), change{gone: true})
		p.set(fmt.Appendf(nil, "fp%04d", i), change{gone: true})
	}
	if p.tabled > 0 {
		t.Errorf("%d keys are in the table", p.tabled)
	}
	p.set([]byte("fa"), change{gone: true})
	if p.tabled != p.count() {
		t.Errorf("after one out of order %d of %d keys are in the table", p.tabled, p.count())
	}
}
