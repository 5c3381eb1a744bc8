// Package wire is the closed set of frames that a client and a server say to
// each other, and their bytes. docs/protocol.md tells the same in rules P1…;
// one WebSocket binary message carries exactly one frame.
//
// [Append] writes a frame, [Decode] reads one; both speak [Version]. A
// connection that has agreed on another version uses [For]. [Hello] and
// [Closing] keep their first fields in all versions, so that two sides that
// have no version in common can still tell each other so.
//
// A client says Hello, then Edits, Presence, Rename and Ping. A server says
// Welcome, then Merged, Acknowledged, Refused, Notice, Pong and at last
// Closing. [FromClient] tells the directions apart.
//
// What will bite:
//   - Byte slices of a decoded frame point into the bytes that were decoded.
//     Whoever keeps them keeps the whole message alive, and must not write
//     into it.
//   - Decode checks lengths and numbers (limits.go) but not what is inside a
//     batch or a presence state: crdt and the client know those.
//   - [Code] numbers are stored and shown to people by i18n key: add at the
//     end of a group, never renumber.
package wire
