// The same notes for both peers: 200×200 every 240, in an area as wide as a screen.
export const notes = n => {
  const columns = Math.ceil(Math.sqrt(n * 16 / 9))
  return Array.from({ length: n }, (_, i) => ({ x: i % columns * 240, y: Math.floor(i / columns) * 240, text: `Note ${i + 1} says what a customer does`, color: i % 6 }))
}
export const params = new URLSearchParams(location.search)
// painted calls f when what was set is on the screen.
export const painted = f => requestAnimationFrame(() => requestAnimationFrame(f))
export const middle = { x: 640, y: 360 }
