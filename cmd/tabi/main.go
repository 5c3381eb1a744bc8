// Command tabi is the server, and the tools for whoever runs it.
//
//	serve.go     tabi serve: wires store, rooms, links and journeys together, and ends gently
//	engine.go    a data directory that this process holds
//	tools.go     import, export, links, maps, compact, backup, verify: what they do on an engine
//	control.go   the same through the server that holds the directory, over a socket in it
//	commands.go  the command line
//	journeys.go  what the server must know about journeys
//	samples.go   the sample maps and their links
//	settings.go  flag, then TABI_… in the environment, then default
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/tabi-map/tabi/app/i18n/more"
)

func main() {
	ctx, stop := interruptible()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without the process around it: its exit code is 0, 1 when it failed, 2 when it was called wrongly.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	more.Learn()
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(errOut, "tabi: "+explain(systemLang(), err))
	var usage usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// interruptible gives a context that ends with the first SIGINT or SIGTERM. The second one ends the process at once, which
// loses nothing that was acknowledged.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { // ends with the process
		<-signals
		cancel()
		<-signals
		fmt.Fprintln(os.Stderr, "tabi: ended at once")
		os.Exit(130)
	}()
	return ctx, cancel
}
