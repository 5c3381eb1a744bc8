//go:build !js

package session

// pageEvents are what a browser tells a session.
type pageEvents struct {
	online func() // the network is back
	hidden func() // the page may be gone at any moment
}

func watchPage(pageEvents) (release func()) { return func() {} }
