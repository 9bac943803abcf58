package output

import (
	"fmt"
	"io"
	"testing"
	"time"
)

// person is an object like those of `user list`, of 20 fields.
func person(i int, o, licence Object) (Object, Object) {
	made := time.Date(2026, 11, 3, 10, 11, 12, 0, time.UTC).Add(time.Duration(i) * time.Minute)
	licence = append(licence[:0], Field{"plan", String("professional")}, Field{"state", String("active")})
	return append(o[:0],
		Field{"id", String("0193a2b4-7c1d-7e2f-8a3b-4c5d6e7f8091")},
		Field{"email", String("anna.svensson@example.org")},
		Field{"first_name", String("Anna")},
		Field{"last_name", String("Svensson-Åkerström")},
		Field{"type", String("individual")},
		Field{"role", String("site-admin")},
		Field{"site", StringOrNull("")},
		Field{"status", String("active")},
		Field{"auth", String("local")},
		Field{"directory", Null()},
		Field{"locale", String("sv")},
		Field{"licence", Nested(licence)},
		Field{"must_change_password", Bool(i%2 == 0)},
		Field{"locked_until", Time(time.Time{})},
		Field{"created_at", Time(made)},
		Field{"updated_at", Time(made)},
		Field{"last_login_at", Time(made)},
		Field{"seats", Int(int64(i))},
	), licence
}

func personSpec() Spec {
	return Spec{Key: "email", Empty: "no users", Columns: []Column{
		{Path: "email"}, {Path: "first_name"}, {Path: "last_name"}, {Path: "type"}, {Path: "role"}, {Path: "status", State: true},
		{Path: "licence.plan"}, {Path: "licence.state"}, {Path: "last_login_at"}, {Path: "seats", Right: true},
		{Path: "id", Wide: true}, {Path: "created_at", Wide: true},
	}}
}

func BenchmarkAppendObject(b *testing.B) {
	o, _ := person(1, nil, nil)
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = appendObject(buf[:0], o)
	}
	b.SetBytes(int64(len(buf)))
}

// BenchmarkObject includes making the object, as a listing does.
func BenchmarkObject(b *testing.B) {
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			l := New(io.Discard, Options{Format: Format(format)}).List(personSpec())
			var o, licence Object
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				o, licence = person(i, o, licence)
				if err := l.Add(o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTable100000(b *testing.B) {
	for b.Loop() {
		l := New(io.Discard, Options{}).List(personSpec())
		var o, licence Object
		for i := range 100_000 {
			o, licence = person(i, o, licence)
			if err := l.Add(o); err != nil {
				b.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSafe(b *testing.B) {
	for _, s := range []string{"anna.svensson@example.org", "Anna Svensson-Åkerström", "\x1b[31mred"} {
		b.Run(fmt.Sprintf("%q", s), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Safe(s)
			}
		})
	}
}
