// Package storetest has the in-memory twin of a store and the contract that both must keep.
//
//   - [Memory] is for tests that need a log and records without a disk; it can be told to fail.
//   - [Run] is the contract: store runs it over the bbolt store, this package over Memory.
package storetest
