package password

// minRun is the least number of characters that make a run or a sequence.
const minRun = 4

// sequences are the orders that fingers and guessers follow, each in a circle
// and both ways: digits, alphabet, and the letter rows of the keyboards of the
// languages usher speaks and their neighbours.
func sequences() [11]string {
	return [...]string{
		"0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz",
		"qwertyuiop", "asdfghjkl", "zxcvbnm",
		"qwertzuiop", "yxcvbnm",
		"azertyuiop", "qsdfghjklm", "wxcvbn",
	}
}

// markPatterns masks runs of one character and sequences.
func (g *guess) markPatterns() {
	text := []rune(g.readings[0])
	maskSteps(g.run, text, func(a, b rune) int {
		if a == b {
			return 1
		}
		return 0
	})
	for _, order := range sequences() {
		place := placesIn(order)
		maskSteps(g.step, text, func(a, b rune) int { return place.step(a, b) })
	}
}

// places holds where the characters of one order stand, from 1; 0 is nowhere.
type places struct {
	at   [128]int8
	size int8
}

func placesIn(order string) *places {
	p := &places{size: int8(len(order))}
	for i := range len(order) {
		p.at[order[i]] = int8(i + 1)
	}
	return p
}

// step returns 1 if b follows a, -1 if it goes before, 0 otherwise.
func (p *places) step(a, b rune) int {
	if a >= 128 || b >= 128 || p.at[a] == 0 || p.at[b] == 0 {
		return 0
	}
	switch (p.at[b] - p.at[a] + p.size) % p.size {
	case 1:
		return 1
	case p.size - 1:
		return -1
	}
	return 0
}

// maskSteps masks every stretch of minRun or more characters that step the
// same way from each to the next.
func maskSteps(mask []bool, text []rune, step func(a, b rune) int) {
	start, way := 0, 0
	for i := 1; i <= len(text); i++ {
		next := 0
		if i < len(text) {
			next = step(text[i-1], text[i])
		}
		if next != 0 && next == way {
			continue
		}
		if way != 0 && i-start >= minRun {
			for j := start; j < i; j++ {
				mask[j] = true
			}
		}
		start, way = i-1, next
	}
}

// period returns the length of the shortest piece that, repeated and perhaps
// cut off at the end, gives text; it is len(text) when nothing repeats. This is
// the failure function of Knuth, Morris and Pratt.
func period(text []rune) int {
	if len(text) == 0 {
		return 0
	}
	border := make([]int, len(text))
	for i, k := 1, 0; i < len(text); i++ {
		for k > 0 && text[i] != text[k] {
			k = border[k-1]
		}
		if text[i] == text[k] {
			k++
		}
		border[i] = k
	}
	return len(text) - border[len(text)-1]
}
