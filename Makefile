# Tabi: `make help` lists what there is. Only Go, Node and npm must be installed;
# `make test` fetches a browser for its last part when the machine has none.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

GO      ?= go
ADDR    ?= 127.0.0.1:8321
DATA    ?= ./data
QUALITY ?= 9
SEEDS   ?= 1000
FUZZTIME ?= 20s

# What also runs in the browser: server packages do not compile for js/wasm.
SHARED := $(shell ls -d crdt crdt/wire crdt/replica app/journey app/method app/insight app/scene app/export app/i18n app/session app/board app/pages cmd/client 2>/dev/null)
SHARED_PACKAGES = $(addprefix ./,$(foreach d,$(SHARED),$(if $(wildcard $(d)/*.go),$(d))))
# Of these, what has tests that need no page around them.
CORE := $(addprefix ./,$(foreach d,$(filter crdt% app/journey app/method app/scene app/i18n,$(SHARED)),$(if $(wildcard $(d)/*.go),$(d))))
WASM_EXEC = $(shell $(GO) env GOROOT)/lib/wasm/go_js_wasm_exec

.PHONY: help
help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- building -----------------------------------------------------------------
# Inlining makes the wasm a seventh larger, and no frame faster (docs/benchmarks/pages.md); the runtime keeps it.
SMALL := -gcflags=all=-l -gcflags=runtime= -gcflags=internal/runtime/...= -gcflags=encoding/binary=

.PHONY: build client server
build: client server ## the client and the server, into bin/tabi

client: ## the client, into web/dist (QUALITY=11 for a release, LINES=1 for traces with lines)
	@mkdir -p bin
	$(GO) run ./web/slim .cache/slim
	GOOS=js GOARCH=wasm $(GO) build -modfile=.cache/slim/go.mod -overlay=.cache/slim/overlay.json -trimpath -ldflags='-s -w' $(SMALL) -o bin/app.wasm ./cmd/client
	@$(GO) run ./web/bundle -quality $(QUALITY) $(if $(LINES),-lines) bin/app.wasm web/dist

server: ## the server alone, with the client that web/dist holds
	@mkdir -p bin
	$(GO) build -trimpath -o bin/ ./cmd/tabi

.PHONY: run dev
run: build ## build, load the two sample maps, serve, print their links (ADDR, DATA)
	./bin/tabi serve --samples --data $(DATA) --addr $(ADDR)

dev: ## as run, but with a quickly packed client
	@$(MAKE) run QUALITY=5

# ---- testing ------------------------------------------------------------------
.PHONY: test check wasm-test race sim fuzz golden bench e2e load lint ci
test: build lint check race sim-short wasm-test e2e ## everything, as .ci/run does it; the browser tests last

check: ## go test ./... as anyone would run it
	$(GO) test ./...

lint: bin/staticcheck ## gofmt, go vet and staticcheck, natively and for the browser
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "gofmt these: $$bad"; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet $(SHARED_PACKAGES)
	$(GO) -C web/e2e vet ./...
	./bin/staticcheck ./...
	GOOS=js GOARCH=wasm ./bin/staticcheck $(SHARED_PACKAGES)

bin/staticcheck: tools/go.mod
	@mkdir -p bin
	$(GO) -C tools build -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck

race: ## the race detector on crdt and server, tests shortened
	$(GO) test -race -short $$($(GO) list ./crdt/... ./server/... | grep -v /sim$$)

wasm-test: ## the core's tests as WebAssembly under Node
	GOOS=js GOARCH=wasm $(GO) test -short -exec="$(WASM_EXEC)" $(CORE)

.PHONY: sim-short
sim-short:
	$(GO) test -short ./server/sim/...

sim: ## the simulator over SEEDS seeds (1000)
	TABI_SEEDS=$(SEEDS) $(GO) test -count=1 -timeout 60m ./server/sim/...

fuzz: ## each fuzz target for FUZZTIME (20s)
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p; \
	  done; done

golden: ## rewrite the golden files; read the diff and commit it only if you know its cause
	@for p in $$(grep -rlE 'flag\.Bool\("update"' --include='*_test.go' . | xargs -n1 dirname | sort -u); do $(GO) test $$p -update; done

bench: ## the benchmarks of crdt, journey, method, scene and server
	$(GO) test -run '^$$' -bench . -benchmem ./crdt/... ./app/journey/... ./app/method/... ./app/scene/... ./server/...

e2e: web/e2e/node_modules ## the browser tests against bin/tabi (E2E=must; RUN=TestName for one)
	@./web/e2e/browser.sh
	E2E=$${E2E:-must} $(GO) -C web/e2e test -count=1 -timeout 15m -parallel 3 $(if $(RUN),-run '$(RUN)' -v) ./...

web/e2e/node_modules: web/e2e/package-lock.json
	cd web/e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

load: swarm ## the hub under load: the workloads of docs/benchmarks/hub.md

ci: ## what the CI server calls
	./.ci/run

.PHONY: screenshots
screenshots: build web/e2e/node_modules ## docs/images/ anew, from the two samples
	@./web/e2e/browser.sh
	E2E=must TABI_SCREENSHOTS=$(CURDIR)/docs/images $(GO) -C web/e2e test -count=1 -timeout 10m -run TestScreenshots ./...

.PHONY: clean
clean: ## take away what was built (not ./data)
	rm -rf bin web/dist/app.wasm.br web/dist/app.wasm.size web/dist/wasm_exec.js web/e2e/node_modules web/e2e/artifacts

include $(wildcard mk/*.mk)
