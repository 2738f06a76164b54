module example.com/wordlist

go 1.24.0
