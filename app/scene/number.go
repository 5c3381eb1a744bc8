package scene

import "strconv"

// decimal writes a number without needless digits.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
