# Benchmarks of the CRDT. The streams and traces are not part of this repository: BENCH names a directory that holds
# streams/*.jsonl.gz and traces/*.json.gz in the formats of cmd/crdtbench.
BENCH ?= $(error name the directory with streams/ and traces/: make $@ BENCH=DIR)
ROUNDS ?= 3

.PHONY: bench-crdt bench-wasm bench-peers fuzz-crdt

bench-crdt: ## the CRDT on streams and traces, natively (BENCH=DIR)
	@$(GO) build -o bin/crdtbench ./cmd/crdtbench
	@for f in $(BENCH)/traces/*.gz $(BENCH)/streams/*.jsonl.gz; do bin/crdtbench -stream $$f; done

bench-wasm: ## the same as wasm under Node (BENCH=DIR)
	@GOOS=js GOARCH=wasm $(GO) build -o bin/crdtbench.wasm ./cmd/crdtbench
	@for f in $(BENCH)/traces/*.gz $(BENCH)/streams/*.jsonl.gz; do $(WASM_EXEC) bin/crdtbench.wasm -stream $$f; done

bench-peers: ## Yjs, Loro and json-joy beside ours; writes docs/benchmarks/crdt.md (BENCH=DIR)
	@test -n "$(BENCH)"
	$(GO) build -o bin/crdtbench ./cmd/crdtbench
	GOOS=js GOARCH=wasm $(GO) build -o bin/crdtbench.wasm ./cmd/crdtbench
	cd bench/peers && npm install --no-audit --no-fund --silent
	node bench/peers/compare.mjs --native bin/crdtbench --wasm bin/crdtbench.wasm --exec $(WASM_EXEC) --data $(BENCH) --rounds $(ROUNDS) > bin/crdt-benchmarks.md
	mv bin/crdt-benchmarks.md docs/benchmarks/crdt.md

fuzz-crdt: ## every decoder of the CRDT and Merge, FUZZTIME each
	for f in FuzzLoad FuzzMerge FuzzReplicas FuzzInverse FuzzSmall; do \
	  $(GO) test ./crdt -run XXX -fuzz "^$$f$$" -parallel 1 -fuzztime $(FUZZTIME) -fuzzminimizetime 20x; done
