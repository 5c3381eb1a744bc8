package server

// Beat runs one look of the heartbeat, by the clock of Options.Now.
func (s *Server) Beat() { s.beat() }
