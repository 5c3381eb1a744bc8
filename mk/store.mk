# Faults of the disk below a running store. They mount file systems, so they need root, and are no part of `make test`.
FAULTS ?= 15

.PHONY: faults-store faults-server bench-store
faults-store: ## FAULTS (15) power losses, full disks, read-only disks, kill -9 and 2,000 flipped bits below the store (root)
	TABI_FAULTS=$(FAULTS) $(GO) test -count=1 -timeout 60m -v -run 'TestDisk|TestKill9' ./server/store
	TABI_FLIPS=2000 $(GO) test -count=1 -timeout 30m -v -run 'TestFlippedBits' ./server/store

faults-server: ## FAULTS (15) times the real server on a disk that fills up and gets room again (root)
	TABI_FAULTS=$(FAULTS) $(GO) test -count=1 -timeout 60m -v -run 'TestServerOnAFullDisk' ./cmd/tabi

bench-store: ## durable appends a second, with 1 to 1,000 writers
	$(GO) test -run '^$$' -bench . -benchtime 3s ./server/store
