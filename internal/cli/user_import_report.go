package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// importReport is the file of --report with every fault of an import. A file
// comes to its name whole; what is none, such as a pipe, is written into.
type importReport struct {
	app  *app
	path string
	file *renameio.PendingFile // nil for what is no file
	out  io.WriteCloser        // nil without a report
}

// openReport makes the place for a report before anything is changed: users who
// are imported must not end in an error about a folder.
func (a *app) openReport(path string) (*importReport, error) {
	r := &importReport{app: a, path: path}
	if path == "" {
		return r, nil
	}
	if err := notStdout(path, "without a report the faults are in the result; name a file, or /dev/stdout"); err != nil {
		return nil, err
	}
	a.listen()
	if target, err := filepath.EvalSymlinks(path); err == nil { // the file is replaced, not the link to it
		path = target
	}
	info, err := os.Stat(path)
	if err == nil {
		if r.out = a.stream(info); r.out != nil {
			return r, nil
		}
	}
	switch {
	case err == nil && info.IsDir():
		err = syscall.EISDIR
	case err == nil && !info.Mode().IsRegular():
		r.out, err = os.OpenFile(path, os.O_WRONLY, 0)
	case err == nil && info.Size() > 0 && !isReport(path):
		return nil, account.Errorf(account.Conflict, "%q exists already and is no report", path).
			Coded("import.report_exists").
			Hintf("a report replaces an earlier one, and nothing else: name another file")
	default:
		r.file, err = renameio.NewPendingFile(path, renameio.WithPermissions(0o600), renameio.WithTempDir(filepath.Dir(path)))
		r.out = r.file
	}
	if err != nil {
		return nil, errWrite(path, err)
	}
	return r, nil
}

// stream returns standard output or error where that is what stands at a path,
// such as /dev/stdout, else nil. It may be a file, and is written into all the same:
// neither a link to it nor the file behind the shell's back is to be replaced.
func (a *app) stream(at os.FileInfo) io.WriteCloser {
	for _, w := range []io.Writer{a.env.Stdout, a.env.Stderr} {
		inner := w
		if out, ok := w.(*outlet); ok {
			inner = out.Writer
		}
		file, ok := inner.(interface{ Stat() (os.FileInfo, error) })
		if !ok {
			continue
		}
		if info, err := file.Stat(); err == nil && os.SameFile(info, at) {
			return unclosed{w}
		}
	}
	return nil
}

// unclosed is a stream that others go on writing to.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

// isReport reports whether a file is an earlier report, which a new one may
// replace. Anything else may be the list itself, or worse.
func isReport(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // only read
	begin := make([]byte, len(reportHeader))
	n, _ := io.ReadFull(file, begin)
	return string(begin[:n]) == reportHeader || strings.HasPrefix(string(begin[:n]), reportLine)
}

// How a report begins, in CSV and in JSON Lines.
const (
	reportHeader = "row,column,value,code,message\n"
	reportLine   = `{"row":`
)

// discard takes away what was not kept.
func (r *importReport) discard() {
	switch {
	case r.file != nil:
		r.file.Cleanup() //nolint:errcheck // does nothing after the replacement
	case r.out != nil:
		r.out.Close() //nolint:errcheck // all was written, or it was told that it was not
	}
}

// keep writes every fault, also when there is none, and returns the error of the
// import with what became of the report.
func (r *importReport) keep(result service.ImportResult, err error) error {
	if r.out == nil {
		return err
	}
	failed := r.write(result)
	switch {
	case failed == nil:
		return err
	case !kept(err):
		r.app.warn("the report could not be written: " + pathCause(failed).Error())
		return err
	case r.app.flags.dryRun:
		return errWrite(r.path, failed)
	}
	return account.Errorf(account.Partial, "it is done, but the report could not be written to %q: %w", r.path, pathCause(failed)).
		Coded("file.unwritten")
}

func (r *importReport) write(result service.ImportResult) error {
	form := output.FormatCSV
	if strings.HasSuffix(r.path, ".jsonl") {
		form = output.FormatJSONL
	}
	l := output.New(r.out, output.Options{Format: form}).List(faultSpec())
	err := result.Faults.Each(func(f service.ImportFault) error { return l.Add(r.app.marked(faultObject(f))) })
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		return err
	}
	if r.file == nil {
		return nil
	}
	return r.file.CloseAtomicallyReplace()
}

func faultSpec() output.Spec {
	return output.Spec{Columns: []output.Column{
		{Path: "row", Right: true}, {Path: "column"}, {Path: "value"}, {Path: "code"}, {Path: "message"},
	}}
}

func importObject(r service.ImportResult) output.Object {
	return output.Object{
		{Name: "read", Value: output.Int(int64(r.Read))},
		{Name: "added", Value: output.Int(int64(r.Added))},
		{Name: "updated", Value: output.Int(int64(r.Updated))},
		{Name: "skipped", Value: output.Int(int64(r.Skipped))},
		{Name: "failed", Value: output.Int(int64(r.Failed))},
		{Name: "rows", Value: faultsValue(&r.Faults)},
	}
}

// faultsValue has the faults printed as they are read: there may be many.
func faultsValue(faults *service.ImportFaults) output.Value {
	return output.Stream(faults.Len(), func(add func(output.Object) error) error {
		return faults.Each(func(f service.ImportFault) error { return add(faultObject(f)) })
	})
}

func faultObject(f service.ImportFault) output.Object {
	return output.Object{
		{Name: "row", Value: output.Int(int64(f.Row))},
		{Name: "column", Value: output.StringOrNull(f.Column)},
		{Name: "value", Value: output.StringOrNull(f.Value)},
		{Name: "code", Value: output.String(f.Code)},
		{Name: "message", Value: output.String(f.Message)},
	}
}
