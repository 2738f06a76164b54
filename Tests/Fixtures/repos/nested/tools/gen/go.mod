module example.com/nested/tools/gen

go 1.24.0
