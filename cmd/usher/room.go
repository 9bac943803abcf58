package main

// roomy is how many bytes of stack most commands need at most.
const roomy = 24 << 10

// makeRoom grows the stack of the first goroutine once, while little stands on
// it. It begins with two kilobytes, and would be moved four times on the way down
// through a command, each time with more to take along; what stands on a stack is
// looked up in tables that would have to be mapped. A call needs room for all that
// its function may keep on the stack, also where it keeps nothing.
//
//go:noinline
func makeRoom(use bool) {
	if use {
		var room [roomy]byte
		fill(&room)
	}
}

//go:noinline
func fill(room *[roomy]byte) {
	for i := range room {
		room[i] = 1
	}
}
