module example.com/nested

go 1.23.0
