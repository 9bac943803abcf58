package cli

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// keyPattern is what a key looks like.
var keyPattern = regexp.MustCompile(`^[Uu][KkSs]-[0-9A-Za-z]{4,6}(-[0-9A-Za-z]{2,6}){5,8}$`)

func TestWhatLooksLikeAKeyIsWhatThePatternSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[Uu][KkSsX]-?[0-9A-Za-z]{3,7}(-[0-9A-Za-z]{1,7}){4,9}`).Draw(t, "text")
		if rapid.Bool().Draw(t, "spoil") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text = text[:at] + rapid.SampledFrom([]string{"", "-", "é", " ", "_", "a", "\n"}).Draw(t, "with") + text[at+1:]
		}
		want := len(text) >= 34 && len(text) <= 60 && keyPattern.MatchString(text)
		if got := looksLikeKey(text); got != want {
			t.Errorf("got %v for %q, want %v", got, text, want)
		}
	})
}

func TestKeysAreRecognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"UK-ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9AB":     true,
		"us-abcde-fghjk-mnpqr-stuvw-xyz23-45678-9ab":     true,
		"UK-ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-":        false,
		"UX-ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9AB":     false,
		"anna-maria.lindstrom@norrsken-logistik.example": false,
	} {
		if got := looksLikeKey(text); got != want {
			t.Errorf("got %v for %q, want %v", got, text, want)
		}
	}
}

func TestTokensAreRecognised(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"usher_t_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y7o2yNMaJ4XUfAUqQ4lNNyg":         "a token",
		"--name=usher_s_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y7o2yNMaJ4XUfAUqQ4lNNyg":  "a token",
		"usher_t_oP0VTYhMyuEiv-9Y_YsF":                                      "a token",
		"usher_t_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y7o2yNMaJ4XUfAUqQ4lNNyg.":        "a token",
		"https://usher.example.org/a#usher_i_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y":   "a link",
		"usher://invite/usher_i_":                                           "a link",
		"--reason=the key is UK-ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9AB.":   "a key",
		"see usher_t_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y7o2yNMaJ4XUfAUqQ4lNNyg":     "a token",
		"(https://usher.example.org/a#usher_i_oP0VTYhMyuEiv-9Y_YsFvmhvg6Y)": "a link",
		"UK 312PC YBGPB DQB7E RASGB WWRGM 7ZX3A KTTA":                       "a key",
		"--org-key-file=uk312pcybgpbdqb7erasgbwwrgm7zx3aktta":               "a key",
		"UK 312PC YBGPB DQB7E RASGB WWRGM 7ZX3A KTTB":                       "",
		"UK and US, and where we are to be found in the year to come":       "",
		"usher_monday.db":              "",
		"usher_t_backup-2026-11-30.db": "",
		"--map=email=usher_mail":       "",
		"usher_":                       "",
		"usher_t":                      "",
		"notes#usher_admin":            "",
	} {
		if got := secretKind(arg); got != want {
			t.Errorf("got %q for %q, want %q", got, arg, want)
		}
	}
}
