//go:build !js

package pages

func collect() {}
