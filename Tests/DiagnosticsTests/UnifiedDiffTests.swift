import Diagnostics
import Testing

@Suite struct UnifiedDiffTests {
    @Test func equalTextsHaveNoDifference() {
        #expect(unifiedDiff(from: "a\n", named: "x", to: "a\n", named: "y") == "")
    }

    @Test func oneLineInTheMiddleIsShownWithThreeLinesAround() {
        let old = (1...9).map { "\($0)\n" }.joined()
        let new = old.replacing("5\n", with: "five\n")
        #expect(
            unifiedDiff(from: old, named: "a/f", to: new, named: "b/f")
                == "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n")
    }

    @Test func farChangesAreHunksOfTheirOwn() {
        let old = (1...20).map { "\($0)\n" }.joined()
        let new = old.replacing("\n2\n", with: "\n").replacing("19\n", with: "19\nx\n")
        #expect(
            unifiedDiff(from: old, named: "a", to: new, named: "b", context: 1)
                == "--- a\n+++ b\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n@@ -19,2 +18,3 @@\n 19\n+x\n 20\n")
    }

    @Test func aNewFileAndAMissingLineFeed() {
        #expect(
            unifiedDiff(from: "", named: "/dev/null", to: "a\nb", named: "f")
                == "--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n")
    }

    @Test func carriageReturnsAreContent() {
        #expect(
            unifiedDiff(from: "a\r\nb\r\n", named: "x", to: "a\nb\r\n", named: "y")
                == "--- x\n+++ y\n@@ -1,2 +1,2 @@\n-a\r\n+a\n b\r\n")
    }
}
