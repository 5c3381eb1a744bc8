// The browser tests, in a module of their own: nobody who builds Tabi fetches a
// browser driver for it.
module github.com/tabi-map/tabi/web/e2e

go 1.26.0

require github.com/chromedp/chromedp v0.23.0

require github.com/coder/websocket v1.8.15

require (
	github.com/chromedp/cdproto v0.159.0 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/tabi-map/tabi v0.0.0
)

replace github.com/tabi-map/tabi => ../..
