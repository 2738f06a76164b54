module example.com/workspace/app

go 1.23.0

require example.com/workspace/lib v0.1.0
