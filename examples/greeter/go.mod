module example.com/greeter

go 1.24.0

tool example.com/greeter/internal/tools/enumer

require example.com/wordlist v1.2.0
