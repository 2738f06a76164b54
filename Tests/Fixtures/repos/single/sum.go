package main

import "strconv"

// sum adds decimal numbers.
func sum(numbers []string) (int, error) {
	total := 0
	for _, text := range numbers {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}
