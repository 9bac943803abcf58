#include "textflag.h"

// begin is where the program begins: prctl(PR_SET_TIMERSLACK, 3 ms), and on to
// where Go begins. Whether it was allowed is not looked at.
TEXT ·begin(SB), NOSPLIT|NOFRAME, $0
	MOVQ $157, AX
	MOVQ $29, DI
	MOVQ $3000000, SI
	SYSCALL
	JMP  _rt0_amd64_linux(SB)
