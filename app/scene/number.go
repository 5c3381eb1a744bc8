package scene

import (
	"strconv"
	"strings"
)

// decimal writes a number without needless digits.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// figure writes a number for people, with a comma at every thousand, as both
// Japanese and English do.
func figure(v float64) string {
	whole, rest, _ := strings.Cut(decimal(v), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}
