.PHONY: soak-board
MINUTES ?= 30
soak-board: build hub-bin web/e2e/node_modules ## one board open for MINUTES (30) while ten people edit: does it grow? writes docs/benchmarks/soak.md
	@./web/e2e/browser.sh
	E2E=must TABI_SOAK=$(MINUTES) TABI_SOAK_TABLE=$(CURDIR)/docs/benchmarks/soak.md nice -n 10 $(GO) -C web/e2e test -count=1 -timeout $$(($(MINUTES) + 10))m -run '^TestSoak$$' -v ./...
