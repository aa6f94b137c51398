// Package duration writes lengths of time in words.
package duration

import (
	"fmt"
	"time"
)

var units = []struct {
	name string
	size time.Duration
}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}

// Words writes a length of time.
func Words(d time.Duration) string {
	if d < 0 {
		return "minus " + Words(-d)
	}
	if d == 0 {
		return "no time"
	}
	for i, unit := range units {
		if d < unit.size {
			continue
		}
		words := count(d/unit.size, unit.name)
		if i+1 < len(units) {
			if rest := d % unit.size / units[i+1].size; rest > 0 {
				words += " " + count(rest, units[i+1].name)
			}
		}
		return words
	}
	return "less than a second"
}

func count(n time.Duration, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", int64(n), name)
}
