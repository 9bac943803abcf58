#include "textflag.h"

// begin is where the program begins: prctl(PR_SET_TIMERSLACK, 3 ms), and on to
// where Go begins. Whether it was allowed is not looked at.
TEXT ·begin(SB), NOSPLIT|NOFRAME, $0
	MOVD $167, R8
	MOVD $29, R0
	MOVD $3000000, R1
	SVC
	JMP  _rt0_arm64_linux(SB)
