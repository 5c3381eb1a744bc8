package storetest

import "testing"

func TestMemoryKeepsTheContract(t *testing.T) {
	Run(t, func(*testing.T) (Store, func() Store) {
		m := &Memory{}
		return m, func() Store { return m }
	})
}
