package config

import (
	"path/filepath"
	"testing"
)

// Load runs before every command, so its time is a part of the first
// millisecond.
func BenchmarkLoad(b *testing.B) {
	folder := b.TempDir()
	written := filepath.Join(folder, "usher.yaml")
	if err := Write(written, 0o600); err != nil {
		b.Fatal(err)
	}
	none := lookup(nil)
	benchmarks := []struct {
		name string
		in   Input
	}{
		{"without a file", Input{SystemFile: filepath.Join(folder, "none"), UserFile: filepath.Join(folder, "none either"), LookupEnv: none}},
		{"with the template", Input{SystemFile: written, LookupEnv: none}},
	}
	for _, benchmark := range benchmarks {
		b.Run(benchmark.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Load(benchmark.in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
