package password

import (
	"encoding/hex"
	"testing"
)

// TestArgon2idVectorsOfTheReference holds Verify to the tags that the test of
// the reference implementation wants of Argon2id, version 19
// (P-H-C/phc-winner-argon2, src/test.c, CC0 or Apache 2.0).
func TestArgon2idVectorsOfTheReference(t *testing.T) {
	t.Parallel()
	rows := []struct {
		time, memory         uint32 // passes; KiB as a power of two
		threads              uint8
		password, salt, want string
	}{
		{2, 16, 1, "password", "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"},
		{2, 8, 1, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"},
		{2, 8, 2, "password", "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"},
		{1, 16, 1, "password", "somesalt", "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"},
		{4, 16, 1, "password", "somesalt", "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c"},
		{2, 16, 1, "differentpassword", "somesalt", "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"},
		{2, 16, 1, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"},
	}
	for _, r := range rows {
		tag, err := hex.DecodeString(r.want)
		if err != nil {
			t.Fatal(err)
		}
		a := argon{id: "argon2id", params: Params{Memory: 1 << r.memory, Time: r.time, Threads: r.threads}, salt: []byte(r.salt), tag: tag}
		if ok, err := Verify(a.encode(), plain(t, r.password)); !ok || err != nil {
			t.Errorf("%s: got %t, %v", a.encode(), ok, err)
		}
	}
}
