// Package access says who may open which map, and how. Nobody signs up: a link is a key (docs/decisions/0004).
//
//   - [Registry] mints, resolves, lists and revokes links, and keeps the list of maps.
//   - [Link] is one key as its owner sees it; [Grant] is what a token opens, as the server uses it.
//   - [Token] is the secret in the address. It exists in the address and in the answer of Mint, nowhere else: what is
//     kept is its SHA-256, so a stolen data file or backup opens nothing.
//
// A Link has an ID of its own, which names it in lists and logs and opens nothing.
//
// Resolve does the same work for every token, known, unknown or malformed: it hashes and looks up once. Who asks with a
// revoked or expired token is told so, since only somebody who once held it can ask with it.
//
// # What will bite
//
// A connection outlives Resolve. Whoever opens one must ask [Registry.Alive] once more when it stands, and must listen to
// Options.OnRevoke: between the two, no revocation slips through.
package access
