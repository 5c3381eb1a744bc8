.PHONY: bench-board
bench-board: ## what one frame of the board costs in Go, near and far, at 5,000 notes
	$(GO) test ./app/board -run '^$$' -bench Frame -benchmem
