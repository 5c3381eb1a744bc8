// Package web is what a browser is sent: the page shell, the loader, the client
// as WebAssembly, styles and icons, all embedded in the binary.
//
// Open gives a Site. It answers for the files below /assets/{hash}/, where hash
// is that of all files together: such an address never changes its content, so
// it may be cached for ever, and a page of one release never meets a file of
// another. A request for another hash is answered 404 and not cached.
//
// Site.Page writes the HTML page around a map. It holds no inline script and no
// inline style, so that CSP (the constant) can forbid both. The picture of the
// map that the server has drawn stands in the page itself and is seen before a
// byte of the client has come; the client takes it away when its own board
// stands (loader.js, tabi.ready).
//
// web/dist holds what `make client` builds and is not committed: without it the
// package still compiles, and pages show their picture, but nothing more.
// Whoever changes loader.js should know that the service worker (sw.js) keeps
// the files of one hash together and never swaps them under an open page.
package web
