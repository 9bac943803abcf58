package cli

import "github.com/usher-admin/usher/internal/output"

// A check answers by its exit code, and its result says what it found. With
// --quiet, which prints ids only, that is what its findings are about, a line
// each: nothing where all is right, so that cron has nothing to mail.

// verdictSpec describes what most checks print.
func verdictSpec() output.Spec {
	return output.Spec{Columns: []output.Column{{Path: "ok"}, {Path: "findings"}}}
}

func verdictObject(findings []output.Object) output.Object {
	return output.Object{
		{Name: "ok", Value: output.Bool(len(findings) == 0)},
		{Name: "findings", Value: output.Objects(findings)},
	}
}

// findingObject is what most checks tell of each finding.
func findingObject(kind, where, message string) output.Object {
	return output.Object{
		{Name: "kind", Value: output.String(kind)},
		{Name: "where", Value: output.StringOrNull(where)},
		{Name: "message", Value: output.String(message)},
	}
}

// printFindings prints the verdict of a check with nothing but findings, which
// are about what their field of a name says.
func (a *app) printFindings(p *output.Printer, about string, findings []output.Object) error {
	return a.printVerdict(p, verdictSpec(), verdictObject(findings), about, findings)
}

// printVerdict is printFindings for a verdict that says more.
func (a *app) printVerdict(p *output.Printer, spec output.Spec, verdict output.Object, about string, findings []output.Object) error {
	if !a.quiet() {
		return p.One(spec, verdict)
	}
	spec.Key = about
	l := p.List(spec)
	for i, f := range findings {
		if i > 0 && f.At(about).AsText() == findings[i-1].At(about).AsText() {
			continue
		}
		if err := l.Add(f); err != nil {
			return err
		}
	}
	return l.Close()
}
