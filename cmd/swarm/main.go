// Command swarm plays many people against a running server and says what it cost them.
//
//	swarm -server http://127.0.0.1:8080 -scenario s1 -n 200 -seconds 20
//
// It makes its own maps, measures latency by itself and prints one JSON line a run. The
// scenarios are those of docs/benchmarks/hub.md:
//
//	s1    one map with 1,000 notes; each client moves its own note and its cursor at 20 Hz
//	s1m   the same on n/10 maps with ten clients each
//	s2    n clients join one map of 5,000 notes at once, repeated
//	s3    n idle clients over n/10 maps of 20 notes, each having sent one cursor
//	s4    s1, with every tenth client never reading
//	hot   s1, and beside it 20 maps of two people each who move a note twice a second: what do
//	      they notice? -n 0 is the same without the hot map
//	edit  n people with a whole replica each edit one map, through any number of breaks; at the
//	      end nothing that was acknowledged or seen may be missing, and all replicas are equal
//
// It sends to loopback addresses only.
//
//	swarm fault -kind kill -tabi ./bin/tabi -times 20 -people 10
//
// starts a server of its own, does something terrible to it again and again while people
// edit, and then asks that nothing is missing; "swarm kill" is short for the first kind.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"time"
)

// options are what the command line says.
type options struct {
	server   string
	scenario string
	n        int
	seconds  int
	warmup   time.Duration
	pid      int
	rounds   int
	seed     uint64
	join     string // edit link of a map that s1 and edit play on; empty: one of their own
	hertz    float64
	// enough ends scenario edit before its seconds are over; nil: nothing does.
	enough <-chan struct{}
	// made hears of the map that scenario edit made; nil: nobody does.
	made chan<- madeMap
}

func main() {
	if len(os.Args) > 1 && (os.Args[1] == "fault" || os.Args[1] == "kill") {
		os.Exit(faultMain(os.Args[1], os.Args[2:]))
	}
	var o options
	flag.StringVar(&o.server, "server", "http://127.0.0.1:8080", "address of the server; loopback only")
	flag.StringVar(&o.scenario, "scenario", "s1", "s1, s1m, s2, s3, s4, hot or edit")
	flag.IntVar(&o.n, "n", 50, "clients")
	flag.IntVar(&o.seconds, "seconds", 20, "seconds measured")
	flag.DurationVar(&o.warmup, "warmup", 5*time.Second, "time before measuring begins")
	flag.IntVar(&o.pid, "pid", 0, "the server's process, for its CPU and memory (0: not measured)")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of joins in s2")
	flag.Uint64Var(&o.seed, "seed", 1, "what the people of scenario edit do")
	flag.StringVar(&o.join, "join", "", "an edit link: s1 moves notes of that map, instead of one of its own")
	flag.Float64Var(&o.hertz, "hertz", editsPerSecond, "edits and cursors of a client a second in s1")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "swarm:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		fmt.Fprintln(os.Stderr, "swarm:", err)
		os.Exit(1)
	}
	if v, ok := report.(interface{ failed() bool }); ok && v.failed() {
		os.Exit(2)
	}
}

func run(ctx context.Context, o options) (any, error) {
	if err := loopbackOnly(o.server); err != nil {
		return nil, err
	}
	switch o.scenario {
	case "s1":
		return load(ctx, o, 1, 0)
	case "s1m":
		return load(ctx, o, max(1, o.n/10), 0)
	case "s4":
		return load(ctx, o, 1, 10)
	case "hot":
		return hot(ctx, o)
	case "s2":
		return joins(ctx, o)
	case "s3":
		return idle(ctx, o)
	case "edit":
		return edit(ctx, o)
	}
	return nil, fmt.Errorf("there is no scenario %q: s1, s1m, s2, s3, s4, hot or edit", o.scenario)
}

// loopbackOnly keeps a load generator from ever being pointed at somebody else.
func loopbackOnly(server string) error {
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s is not a loopback address; swarm sends to none other", u.Host)
}
