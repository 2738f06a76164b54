package temperature

import "testing"

func TestFahrenheit(t *testing.T) {
	for _, c := range []struct {
		name          string
		celsius, want float64
	}{
		{"freezing", 0, 32},
		{"body", 37, 98.6},
		{"boiling", 100, 212},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Fahrenheit(c.celsius); got != c.want {
				t.Errorf("Fahrenheit(%g):\n\tgot  %g\n\twant %g", c.celsius, got, c.want)
			}
		})
	}
}
