module example.com/vendored

go 1.21

require example.com/numerals v1.0.0
