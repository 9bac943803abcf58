//go:build !linux

package main

// loginUID returns -1: only Linux tells which login a process descends from.
func loginUID() int { return -1 }

// terminalName returns "": without /proc nobody says what a stream is called.
func terminalName() string { return "" }
