JOURNEY_SEEDS ?= 10000
.PHONY: journeysim
journeysim: ## 10,000 seeds of people moving, merging, splitting and deleting phases and notes at the same time
	go test ./app/journey -count=1 -timeout 30m -run TestConcurrent -journey.seeds $(JOURNEY_SEEDS)
