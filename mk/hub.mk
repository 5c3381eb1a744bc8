# The hub: load, faults, long runs. docs/benchmarks/hub.md and docs/reliability.md say what came of them.
.PHONY: hub-bin kill9 faults soak swarm
hub-bin:
	@mkdir -p bin
	$(GO) build -o bin/ ./cmd/tabi ./cmd/swarm

KILLS ?= 20
kill9: hub-bin ## kill -9 in a row (KILLS=20) while ten people edit; nothing may be lost
	./bin/swarm kill -tabi ./bin/tabi -times $(KILLS) -people 10

faults: hub-bin ## every fault that this machine can make; some need root
	./cmd/swarm/faults.sh

soak: ## the simulator from a random seed for as long as SEEDS (1000) takes
	$(GO) test -count=1 -timeout 120m ./server/sim -args -seeds $(SEEDS) -from $$RANDOM$$RANDOM

swarm: hub-bin ## the workloads of docs/benchmarks/hub.md, server and load on a core each
	./cmd/swarm/table.sh
