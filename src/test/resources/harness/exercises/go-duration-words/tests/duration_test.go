package duration

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0:                                       "no time",
		time.Nanosecond:                         "less than a second",
		time.Second:                             "1 second",
		45*time.Second + 900*time.Millisecond:   "45 seconds",
		time.Minute:                             "1 minute",
		time.Hour + 5*time.Minute:               "1 hour 5 minutes",
		time.Hour + 59*time.Second:              "1 hour",
		2*day + 3*time.Hour + 59*time.Minute:    "2 days 3 hours",
		day + 59*time.Minute:                    "1 day",
		400*day + 23*time.Hour + 59*time.Minute: "400 days 23 hours",
		-90 * time.Second:                       "minus 1 minute 30 seconds",
	} {
		t.Run(want, func(t *testing.T) {
			if got := Words(d); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
