module example.com/nested/primes/testdata/broken

go 1.99

this line is no directive: whoever reads this file has looked where the go command does not
