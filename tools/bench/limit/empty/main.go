// Command empty does nothing: what a program in Go costs before it does
// anything.
package main

func main() {}
