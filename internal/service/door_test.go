package service

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// Every operation goes through the one door, where who acts is loaded and
// permission is asked. These tests find who goes around it.

// withoutDoor are the exported methods that need nobody to be signed in, each
// with what stands in the place of permission (SPEC section 3, "Who acts").
func withoutDoor() map[string]string {
	return map[string]string{
		"Init":         "access to the place of the file; there is nobody yet",
		"Login":        "the password and the organisation key",
		"AcceptInvite": "the link",
		"AcceptKey":    "the link",
		"RedeemReset":  "the link",

		"ForgotPassword":   "nothing: every address gets the same answer, and mail goes to its owner alone",
		"DeliverForgotten": "the link, which goes to its owner alone",

		"Prove":           "the password of who is signed in",
		"Instance":        "access to the file; the id is no secret",
		"DatabaseInfo":    "access to the file; counts are no secrets",
		"BackupDatabase":  "access to the file; it gives no more away",
		"ReadBackup":      "access to the file; it is not the database",
		"PlanRestore":     "access to the place of the file where nothing stands, else the system key",
		"RestoreDatabase": "access to the place of the file where nothing stands, else the system key",
		"CheckDatabase":   "access to the file; ids are no secrets",
		"RepairDatabase":  "access to the file; it invents nothing",
		"CompactDatabase": "access to the file; nothing that the log vouches for changes",
		"VerifyLog":       "access to the file; hashes are no secrets",
		"CheckpointLog":   "access to the file; size and root are no secrets",

		"TestMail": "access to the file; it changes nothing, and says what the mail server answers",

		"Unnoticed": "nothing is done: what it returns has the same doors",
	}
}

// systemDoor are the methods of the system user alone: his key is asked for.
func systemDoor() []string {
	return []string{"AddOrg", "RecoverByLink", "RecoverToTemporary", "RecoverOwner", "RecoverUnlock", "RecoverKey", "ReplaceSystemKey", "AcceptRollback"}
}

// askNothing are the functions that may say that no permission is needed.
func askNothing() map[string]string {
	return map[string]string{
		"Logout":         "everybody may leave",
		"WhoAmI":         "everybody may know who he is",
		"ShowPolicy":     "everybody may know what is asked of his password",
		"knownRules":     "everybody may try a password of his own",
		"redeem":         "the link is asked for",
		"ForgotPassword": "see withoutDoor",
		"beginSystem":    "the system key was proven",
		"each":           "every one of many failed, so nothing was done",
		"allowAction":    "this is the question",
	}
}

// atTheStore are the functions that open a transaction: the doors, and those
// without.
func atTheStore() []string {
	return []string{
		"view", "write", "recordRefusal", "touchSession", // the doors, and what they write besides
		"post", "askDirectory", // what became of a letter, after the change that it tells of; a try taken back
		"ForgotPassword", "DeliverForgotten", "strangerRules", "lookAtLink", "Init", "Login", "concludeLogin", "prove", "Instance", "DatabaseInfo", "redeem", "signedOut", "AcceptKey", "VerifyLog", "CheckpointLog", "TestMail", // without
		"scrubbing",                                                           // the transaction of a reset, for its door
		"BackupDatabase", "RestoreDatabase", "PlanRestore", "checkAgainstLog", // a copy, or before there is a database
		"layBaseline", "clear", // between looks at who prunes the log, which change nothing that is seen
	}
}

// serviceSource is the parsed code of the package without its tests.
func serviceSource(t *testing.T) []*ast.FuncDecl {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var functions []*ast.FuncDecl
	files := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				functions = append(functions, f)
			}
		}
	}
	return functions
}

// receiver is the type a method belongs to, "" for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if name, ok := kind.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// bound maps the names of a function's receiver and parameters, also those of
// functions within it, to their types.
func bound(f *ast.FuncDecl) map[string]string {
	names := make(map[string]string)
	note := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, field := range list.List {
			kind := field.Type
			if star, ok := kind.(*ast.StarExpr); ok {
				kind = star.X
			}
			word, ok := kind.(*ast.Ident)
			for _, name := range field.Names {
				if ok {
					names[name.Name] = word.Name
				}
			}
		}
	}
	note(f.Recv)
	ast.Inspect(f, func(n ast.Node) bool {
		if t, ok := n.(*ast.FuncType); ok {
			note(t.Params)
		}
		return true
	})
	return names
}

// calledIn lists what f calls of this package: functions, and methods by their
// type, "Service.view".
func calledIn(f *ast.FuncDecl) []string {
	types := bound(f)
	var names []string
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			names = append(names, n.Name)
		case *ast.SelectorExpr:
			switch on := n.X.(type) {
			case *ast.Ident:
				names = append(names, types[on.Name]+"."+n.Sel.Name)
			case *ast.SelectorExpr:
				if on.Sel.Name == "svc" {
					names = append(names, "Service."+n.Sel.Name)
				}
			}
		}
		return true
	})
	return names
}

// leadsToDoor reports whether a function calls a door, itself or through others
// of the package.
func leadsToDoor(name string, calls map[string][]string, seen map[string]bool) bool {
	if slices.Contains([]string{"Service.changeIn", "Service.view", "Service.systemDoor"}, name) {
		return true
	}
	if seen[name] {
		return false
	}
	seen[name] = true
	return slices.ContainsFunc(calls[name], func(next string) bool { return leadsToDoor(next, calls, seen) })
}

// fullName is "Service.view" for a method, the name for a function.
func fullName(f *ast.FuncDecl) string {
	if kind := receiver(f); kind != "" {
		return kind + "." + f.Name.Name
	}
	return f.Name.Name
}

func TestEveryMethodGoesThroughTheDoor(t *testing.T) {
	functions := serviceSource(t)
	calls := make(map[string][]string)
	for _, f := range functions {
		calls[fullName(f)] = append(calls[fullName(f)], calledIn(f)...)
	}
	without := withoutDoor()
	found := 0
	for _, f := range functions {
		name := f.Name.Name
		if receiver(f) != "Service" || !f.Name.IsExported() {
			continue
		}
		found++
		through := leadsToDoor("Service."+name, calls, make(map[string]bool))
		reason, excepted := without[name]
		switch {
		case !through && !excepted:
			t.Errorf("%s does not go through a door (change, view, asSystem), and withoutDoor does not say why", name)
		case through && excepted:
			t.Errorf("%s goes through a door; withoutDoor need not say %q", name, reason)
		}
		delete(without, name)
	}
	for name := range without {
		t.Errorf("withoutDoor names %s, which is not there", name)
	}
	if want := reflect.TypeFor[*Service]().NumMethod(); found != want {
		t.Errorf("%d methods were looked at, want %d", found, want)
	}
}

func TestOnlyTheDoorsOpenTransactions(t *testing.T) {
	for _, f := range serviceSource(t) {
		ast.Inspect(f.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"View", "Update", "Try", "Create", "Info", "Bulk", "Rewrite", "RewriteScrubbed", "Backup", "Restore"}, method.Sel.Name) {
				return true
			}
			if !slices.Contains(atTheStore(), f.Name.Name) {
				t.Errorf("%s calls the store's %s itself: go through change or view, or say why in atTheStore", f.Name.Name, method.Sel.Name)
			}
			return true
		})
	}
}

func TestOnlyAFewAskNothing(t *testing.T) {
	allowed := askNothing()
	used := make(map[string]bool)
	for _, f := range serviceSource(t) {
		ast.Inspect(f.Body, func(n ast.Node) bool {
			assigned := false
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					field, ok := left.(*ast.SelectorExpr)
					assigned = assigned || ok && field.Sel.Name == "asked"
				}
			case *ast.KeyValueExpr:
				key, ok := n.Key.(*ast.Ident)
				assigned = ok && key.Name == "asked"
			}
			if assigned {
				used[f.Name.Name] = true
				if allowed[f.Name.Name] == "" {
					t.Errorf("%s says that permission was asked; ask it, or say why not in askNothing", f.Name.Name)
				}
			}
			return true
		})
	}
	for name := range allowed {
		if !used[name] {
			t.Errorf("askNothing names %s, which asks", name)
		}
	}
}

// TestWhatIsTriedAtTheDoorHasNoMethod makes sure that the permission table tries
// a command by its own method once there is one.
func TestWhatIsTriedAtTheDoorHasNoMethod(t *testing.T) {
	words := make(map[string]access.Permission)
	for _, p := range append(doorOnUsers(), doorOnReach()...) {
		noun, verb, _ := strings.Cut(string(p), ".")
		words[strings.ToUpper(noun[:1])+noun[1:]+strings.ToUpper(verb[:1])+verb[1:]] = p
	}
	doors := []string{"change", "view", "changeMany", "changeUsers", "changeHolders", "changeMembers"}
	for _, f := range serviceSource(t) {
		ast.Inspect(f.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains(doors, method.Sel.Name) || len(call.Args) < 2 {
				return true
			}
			word, ok := call.Args[1].(*ast.SelectorExpr)
			if p, known := words[wordOf(word, ok)]; known && p != access.PasswordChange && p != access.LogsPrune { // which have no target, or more than one organisation
				t.Errorf("%s takes %s: try it by that method in permissions_try_test.go, not at the door", f.Name.Name, p)
			}
			return true
		})
	}
}

func wordOf(s *ast.SelectorExpr, ok bool) string {
	if !ok {
		return ""
	}
	return s.Sel.Name
}

// fill makes an argument of a type: what names somebody names bea.
func fill(t *testing.T, kind reflect.Type) reflect.Value {
	t.Helper()
	value := reflect.New(kind).Elem()
	switch {
	case kind == reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case kind == reflect.TypeFor[Many]():
		return reflect.ValueOf(Many{Who: []string{"bea@norrsken.example"}})
	case kind == reflect.TypeFor[RoleCheck]():
		return reflect.ValueOf(RoleCheck{Who: "bea@norrsken.example", Action: access.UserShow})
	case kind == reflect.TypeFor[Invite]():
		return reflect.ValueOf(Invite{NewUser: NewUser{Email: "bea@norrsken.example"}})
	case kind == reflect.TypeFor[ResetInput]():
		return reflect.ValueOf(ResetInput{Who: "bea@norrsken.example"})
	case kind == reflect.TypeFor[NewSite]():
		return reflect.ValueOf(NewSite{Name: "Gävle"})
	case kind == reflect.TypeFor[InitInput]():
		return reflect.ValueOf(InitInput{Org: "East", Email: "owner@east.example", Password: plain(t, worldPassword)})
	case kind == reflect.TypeFor[SecretImport]():
		return reflect.ValueOf(SecretImport{File: strings.NewReader("name,value\n")})
	case kind.Kind() == reflect.Struct:
		for i := range kind.NumField() {
			if kind.Field(i).Type == reflect.TypeFor[io.Reader]() {
				value.Field(i).Set(reflect.ValueOf(strings.NewReader("email\n")))
			}
		}
	case kind.Kind() == reflect.String:
		value.SetString("bea@norrsken.example")
	case kind.Kind() == reflect.Func:
		return reflect.MakeFunc(kind, func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.Zero(kind.Out(0))}
		})
	}
	return value
}

// attempt is a call of a method: its error, and how many events it wrote.
type attempt struct {
	err    error
	events uint64
}

// callAll calls every exported method of a service but those excepted, with
// something of bea's where one is named, and returns what became of each.
func callAll(t *testing.T, st *stage, s *Service, excepted func(string) bool) map[string]attempt {
	t.Helper()
	named := map[string]string{"EndSessions": st.sessions["bea@norrsken.example"], "RevokeTokens": st.tokens["bea@norrsken.example"]}
	attempts := make(map[string]attempt)
	value := reflect.ValueOf(s)
	for i := range value.NumMethod() {
		name := value.Type().Method(i).Name
		if excepted(name) {
			continue
		}
		method := value.Method(i)
		var args []reflect.Value
		for j := range method.Type().NumIn() {
			arg := fill(t, method.Type().In(j))
			if many, ok := arg.Interface().(Many); ok && named[name] != "" {
				many.Who = []string{named[name]}
				arg = reflect.ValueOf(many)
			}
			args = append(args, arg)
		}
		before := st.size()
		results := method.Call(args)
		err, _ := results[len(results)-1].Interface().(error)
		attempts[name] = attempt{err, st.size() - before}
	}
	return attempts
}

func TestNobodyIsTurnedAwayByEveryMethod(t *testing.T) {
	st := newStage(t)
	without := withoutDoor()
	attempts := callAll(t, st, st.service(worldDevice{}), func(name string) bool {
		return without[name] != "" || name == "JudgePassword" // which goes on by the rules for strangers
	})
	for name, a := range attempts {
		if account.KindOf(a.err) != account.Unauthenticated || a.err == nil {
			t.Errorf("%s for nobody: got %v, want that he is asked to sign in", name, a.err)
		}
	}
	if len(attempts) < 40 {
		t.Errorf("%d methods were called, want at least 40", len(attempts))
	}
}

// Each refusal is one event, and nothing else is left of it.
func TestWhoMayNothingIsRefusedByEveryMethod(t *testing.T) {
	st := newStage(t)
	st.user(account.User{Email: "noel@norrsken.example", Role: "unused", Type: account.TypeHost})
	without := withoutDoor()
	own := []string{"WhoAmI", "Logout", "VerifyKey", "ShowPolicy", "ChangePassword"}
	attempts := callAll(t, st, st.as("noel@norrsken.example"), func(name string) bool {
		return without[name] != "" || slices.Contains(own, name) || slices.Contains(systemDoor(), name)
	})
	for name, a := range attempts {
		switch account.KindOf(a.err) {
		case account.Forbidden, account.NotFound:
		default:
			t.Errorf("%s for who may nothing: got %v, want a refusal", name, a.err)
		}
		if a.events != 1 {
			t.Errorf("%s for who may nothing: %d events were written, want the one of the refusal", name, a.events)
		}
	}
	denied := 0
	for _, e := range st.events() {
		if e.Outcome == account.OutcomeDenied {
			denied++
		}
	}
	if denied != len(attempts) {
		t.Errorf("%d events say that an attempt was denied, want %d", denied, len(attempts))
	}
}
