.PHONY: bench-board bench-board-peers
bench-board: ## what one frame of the board costs in Go, near and far, at 5,000 notes
	$(GO) test ./app/board -run '^$$' -bench Frame -benchmem

BOARD_TOOLS ?= tabi tldraw excalidraw
BOARD_NOTES ?= 5000 10000
BOARD_RUN = node bench/board/run.mjs
bench-board-peers: ## the board beside tldraw and Excalidraw in one Chromium; writes docs/benchmarks/board.md (half an hour; npm)
	$(MAKE) build QUALITY=11
	$(GO) build -o bin/swarm ./cmd/swarm
	cd bench/board && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs
	for n in $(BOARD_NOTES); do for t in $(BOARD_TOOLS); do $(BOARD_RUN) frames $$t $$n; $(BOARD_RUN) open $$t $$n; done; done
	for t in $(BOARD_TOOLS); do $(BOARD_RUN) bytes $$t; done
	$(BOARD_RUN) crowd
	node bench/board/report.mjs
