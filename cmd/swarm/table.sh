#!/bin/bash
# The table of docs/benchmarks/hub.md: a fresh server a run, pinned to core 0, the swarm to
# core 1, durable commits on. RUNS=3 and take medians; SECONDS_EACH=20. On a machine that
# others use, RT=1 (root) runs both before everybody else, so that what is measured is the
# server and not the neighbours; the disk is still shared.
set -eu
cd "$(dirname "$0")/../.."
ulimit -n "$(ulimit -Hn)"
first=() ; [ -n "${RT:-}" ] && first=(chrt -r 5)
one() { # scenario n seconds
	local data port pid
	data=$(mktemp -d "${DIR:-/tmp}/tabi-swarm.XXXX")
	port=$((20000 + RANDOM % 10000))
	GOMAXPROCS=1 "${first[@]}" taskset -c 0 ./bin/tabi serve --data "$data" --listen 127.0.0.1:$port \
		--connections-per-address -1 --log-level warn >/dev/null &
	pid=$!
	for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done
	"${first[@]}" taskset -c 1 ./bin/swarm -server "http://127.0.0.1:$port" -pid $pid -scenario "$1" -n "$2" -seconds "$3"
	kill $pid
	wait $pid || echo "the server ended with $?"
	rm -rf "$data"
}
s=${SECONDS_EACH:-20}
for _ in $(seq "${RUNS:-1}"); do
	one s1 50 "$s"; one s1 100 "$s"; one s1 200 "$s"; one s1 400 "$s"
	one s1m 200 "$s"
	one s4 50 "${S4_SECONDS:-60}"
	one s2 50 "$s"
	one s3 2000 "$s"
done
