/// The real go's test cache holds in every tree that the runner fills.
import Action
import Files
import Run
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// Its build cache is its own: the standard library is compiled first.
@Suite(.enabled(if: RealGo.isWanted, RealGo.absence), .timeLimit(.minutes(10))) struct GoTestCacheTests {
    /// The same in another checkout, with other times and in a tree made anew: Go need not test again.
    @Test func goTestsThatReadFilesStayCached() async throws {
        let workshop = try Workshop()
        let go = try #require(RealGo.executable)
        func test(in checkout: Workshop) async -> Execution {
            var action = Action(id: "t", step: "t", kind: .test, title: "t", argv: ["\(go)", "test", "./..."])
            action.environment = [
                "PATH": "/usr/bin:/bin", "HOME": "\(workshop.folder.path)", "GOENV": "off", "GOTOOLCHAIN": "local",
                "GOFLAGS": "-trimpath -buildvcs=false", "GOCACHE": "\(workshop.folder.path)/builds", "CGO_ENABLED": "0",
                "GOMODCACHE": "\(workshop.folder.path)/modules",
            ]
            action.tree = .scratch(compared: false)
            return await checkout.execute(action, scratch: workshop.scratch)
        }
        let files = [
            "go.mod": "module example.com/reads\n\ngo 1.21\n", "reads.go": "package reads\n", "testdata/a.txt": "a\n",
            "testdata/more/b.txt": "b\n", "reads_test.go": readingTest,
        ]
        let first = try Workshop(files)
        #expect(symlink("more/b.txt", "\(first.root)/testdata/link") == 0)
        let ran = await test(in: first.listing("testdata/link"))
        #expect(ran.failure == nil && ran.log.count == 1 && ran.log[0].hasPrefix("ok"), "\(ran.log)")
        #expect(!ran.log[0].contains("(cached)"))

        removeTree(workshop.scratch)
        let second = try Workshop(files)
        #expect(symlink("more/b.txt", "\(second.root)/testdata/link") == 0)
        let again = await test(in: second.listing("testdata/link"))
        #expect(again.failure == nil && again.log.first?.contains("(cached)") == true, "\(again.log)")

        // Of the same size.
        second.write("testdata/more/b.txt", "c\n")
        let changed = await test(in: second.listing("testdata/link"))
        #expect(changed.log.first?.contains("(cached)") == false, "\(changed.log)")
    }
}

private let readingTest = """
    package reads

    import (
    	"os"
    	"path/filepath"
    	"testing"
    )

    func TestReads(t *testing.T) {
    	names, err := filepath.Glob("testdata/*")
    	if err != nil || len(names) != 3 {
    		t.Fatal(names, err)
    	}
    	err = filepath.Walk("testdata", func(path string, info os.FileInfo, err error) error {
    		if err == nil && !info.IsDir() {
    			_, err = os.ReadFile(path)
    		}
    		return err
    	})
    	if err != nil {
    		t.Fatal(err)
    	}
    	if _, err := os.Stat("testdata/link"); err != nil {
    		t.Fatal(err)
    	}
    }

    """
