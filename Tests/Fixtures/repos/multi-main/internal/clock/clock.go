// Package clock writes durations the way a stopwatch shows them.
package clock

import "fmt"

// Format returns seconds as H:MM:SS.
func Format(seconds int) string {
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
