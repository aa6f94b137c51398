package duration

import "time"

func Words(d time.Duration) string {
	return d.String()
}
