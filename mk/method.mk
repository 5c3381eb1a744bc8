.PHONY: method-pictures
method-pictures: build web/e2e/node_modules ## the pictures of docs/method.md anew
	@./web/e2e/browser.sh
	E2E=must TABI_SCREENSHOTS=$(CURDIR)/docs/images $(GO) -C web/e2e test -count=1 -timeout 10m -run 'TestScreenshotsOfTheMethod|TestScreenshotsOfViews|TestScreenshotsBeside' ./...

.PHONY: bench-method
bench-method: ## indexes and the map check at 5,000 notes, natively and as wasm under Node
	$(GO) test ./app/journey ./app/method -run '^$$' -bench 'Move|Open|Check|Whole' -count 3
	GOOS=js GOARCH=wasm $(GO) test -c -o bin/journey.test.wasm ./app/journey
	GOOS=js GOARCH=wasm $(GO) test -c -o bin/method.test.wasm ./app/method
	cd app/journey && $(WASM_EXEC) $(CURDIR)/bin/journey.test.wasm -test.run '^$$' -test.bench 'Move|Open' -test.count 3 -test.benchtime 200x
	cd app/method && $(WASM_EXEC) $(CURDIR)/bin/method.test.wasm -test.run '^$$' -test.bench 'Check|Whole' -test.count 3 -test.benchtime 200x
