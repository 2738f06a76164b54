// Package temperature converts temperatures, wrongly.
package temperature

// Fahrenheit returns degrees Celsius in degrees Fahrenheit, but forgets that the scales start apart.
func Fahrenheit(celsius float64) float64 {
	return celsius * 9 / 5
}
