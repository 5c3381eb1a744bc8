// Command client is what runs in the browser: cmd/client is built for js/wasm,
// web embeds it, and web/loader.js starts it. The other main is cmd/tabi: the
// two cannot be one, because the store does not compile for the browser.
package main

import "github.com/tabi-map/tabi/app/pages"

func main() { pages.Run() }
