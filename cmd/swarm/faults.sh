#!/bin/bash
# Every fault of docs/reliability.md, one JSON line each; some need root, and are said to be
# left out without it. FAST=1 makes fewer of each.
set -u
cd "$(dirname "$0")/../.."
ulimit -n "$(ulimit -Hn)"
failed=0
run() { ./bin/swarm fault -tabi ./bin/tabi "$@" || { echo "FAILED: $*"; failed=1; }; }
many() { [ -n "${FAST:-}" ] && echo "$2" || echo "$1"; }

run -kind kill -times "$(many 200 20)"
go build -o bin/tabi-fault -tags fault ./cmd/tabi
run -kind between -tabi ./bin/tabi-fault -times "$(many 100 8)"
run -kind clock -tabi ./bin/tabi-fault -times "$(many 3 1)"
run -kind term -times "$(many 20 3)"
run -kind stop -times 1 -pause "$(many 30s 5s)"
run -kind flip -times "$(many 200 20)"
run -kind storm -people "$(many 10000 1000)"
run -kind trickle -people 20 -pause "$(many 60s 10s)"
run -kind flood -times "$(many 1000000 20000)"
if [ "$(id -u)" = 0 ]; then
	small=$(mktemp -d)
	mount -t tmpfs -o size=48m tmpfs "$small"
	run -kind full -times "$(many 10 2)" -dir "$small"
	umount "$small" && rmdir "$small"
	run -kind halfopen
	run -kind power -times "$(many 15 2)"
	run -kind readonly -times "$(many 5 1)"
else
	echo "left out without root: full, halfopen, power, readonly"
fi
exit $failed
