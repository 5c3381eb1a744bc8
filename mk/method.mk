.PHONY: method-pictures
method-pictures: build web/e2e/node_modules ## the pictures of docs/method.md anew
	@./web/e2e/browser.sh
	E2E=must TABI_SCREENSHOTS=$(CURDIR)/docs/images $(GO) -C web/e2e test -count=1 -timeout 10m -run 'TestScreenshotsOf|TestScreenshotsBeside' ./...
