"""Go source text without a meaning: types, functions, tests, the same each time from the same choices; writes no file."""


def shared(about, name):
    """The file with the type that the others of its package have their functions on."""
    return f"""package {name}

// A Ledger counts what passes through {about}.
type Ledger struct {{
	Names  []string
	Counts map[string]int
}}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {{
	return &Ledger{{Counts: make(map[string]int)}}
}}
"""


def source(part, name, choice, imported=None, functions=3):
    """One Go file: functions, and the use of an imported package, which is given as path, name and a word for it."""
    lines = [f"package {name}", ""]
    if imported is not None:
        lines += [f'import "{imported[0]}"', ""]
    for number in range(functions):
        seed = choice.randrange(1, 1000)
        lines += [
            f"// Tally{part}{number} adds up to {seed} under the given name.",
            f"func (l *Ledger) Tally{part}{number}(name string, upTo int) int {{",
            f"	sum := {seed}",
            f"	for i := 0; i < upTo%{seed}; i++ {{",
            f"		sum += i * {choice.randrange(2, 99)}",
            "	}",
            "	if _, known := l.Counts[name]; !known {",
            "		l.Names = append(l.Names, name)",
            "	}",
            "	l.Counts[name] += sum",
            "	return sum",
            "}",
            "",
        ]
    if imported is not None:
        _, imported_name, word = imported
        lines += [
            f"// Through{part} asks {word}.",
            f"func Through{part}(upTo int) int {{",
            f'	return {imported_name}.NewLedger().Tally00("{name}", upTo)',
            "}",
            "",
        ]
    return "\n".join(lines)


def entry(choice):
    return f"""package main

func main() {{
	println(NewLedger().Tally00("main", {choice.randrange(10, 99)}))
}}
"""


def reading_test(name):
    """A test whose result depends on a file beside it."""
    return f"""package {name}

import (
	"os"
	"testing"
)

func TestLedger(t *testing.T) {{
	name, err := os.ReadFile("testdata/name.txt")
	if err != nil {{
		t.Fatal(err)
	}}
	ledger := NewLedger()
	if got := ledger.Tally00(string(name), 3); ledger.Counts[string(name)] != got {{
		t.Errorf("counts = %v, want %d", ledger.Counts, got)
	}}
}}
"""


def plain_test(name):
    return f"""package {name}

import "testing"

func TestLedger(t *testing.T) {{
	ledger := NewLedger()
	if got := ledger.Tally00("{name}", 3); ledger.Counts["{name}"] != got {{
		t.Errorf("counts = %v, want %d", ledger.Counts, got)
	}}
}}
"""
