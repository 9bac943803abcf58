package mail

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

var update = flag.Bool("update", false, "write docs/mail.md anew")

const docsFile = "../../docs/mail.md"

// TestDocsShowEveryMail keeps docs/mail.md as the mails are. Run it with
// -update after changing a text, and read the difference.
func TestDocsShowEveryMail(t *testing.T) {
	t.Parallel()
	want := docs(t)
	if *update {
		if err := os.WriteFile(docsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the mails say; run this test with -update", docsFile)
	}
}

const docsHead = `# The mails

usher writes to people when something happens that they have to know or act on,
in English, French or Swedish: in the language of the user (` + "`usher user edit EMAIL --locale sv`" + `),
or in the one of the setting ` + "`lang`" + `. Every mail is plain text with the same words as
HTML. Nothing in it is fetched from anywhere, and nothing tells that it was read.
Its link leads where the setting ` + "`links.base_url`" + ` says, or begins with usher://.

How mail is sent is set under ` + "`smtp`" + ` in the configuration; ` + "`usher mail test ADDRESS`" + ` tries it.
Unless ` + "`smtp.security`" + ` says none, nothing but a greeting goes out before the way is protected by TLS and
the server's certificate is verified. usher signs in by CRAM-MD5, PLAIN or LOGIN,
whichever of them the server offers, in this order; by the last two, which send the
password itself, under TLS only.
The change is kept first and the mail goes next. What became of it is in the log
(action ` + "`mail.send`" + `). If the server does not take it, the command ends with exit
code 9 and says how to pass the link on by hand. What a server refuses for now is
tried again for a few seconds, and for half an hour where nobody waits for it
(` + "`usher password forgot`" + `).

The mails below are examples. This page is written by a test.
`

func docs(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(docsHead)
	zone := time.FixedZone("CET", 3600)
	for _, kind := range account.LetterKinds() {
		fmt.Fprintf(&b, "\n## %s\n", kind)
		for _, locale := range locales {
			c, err := compose(sample(kind, locale), locale, zone)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\n```text\nSubject: %s\n\n%s```\n", c.subject, c.plain())
		}
	}
	return b.String()
}
