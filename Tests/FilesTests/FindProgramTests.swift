/// Where a program is found, held against what execvp does.
import Files
import Testing
import TestSupport

@Suite struct FindProgramTests {
    let folder = TemporaryFolder()
    private func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    init() {
        folder.write("one/tool", "", mode: 0o755)
        folder.write("two/tool", "", mode: 0o755)
        folder.write("one/plain", "not executable")
        folder.write("two/plain", "", mode: 0o755)
        folder.write("one/folder/inner", "")
        folder.write("work/script", "", mode: 0o755)
    }

    private func find(_ name: String) -> String? {
        findProgram(name, path: "\(place("none")):\(place("one")):\(place("two"))", directory: place("work"))
    }

    @Test func theFirstFolderThatHasItWins() { #expect(find("tool") == place("one/tool")) }
    @Test func aFileThatCannotBeRunIsPassedOver() { #expect(find("plain") == place("two/plain")) }
    @Test func aFolderIsNoProgram() { #expect(find("folder") == nil) }
    @Test func theWorkingFolderIsNotSearched() { #expect(find("script") == nil) }
    @Test func aNameWithASlashIsAPathFromTheFolder() {
        #expect(find("./script") == place("work/./script"))
        #expect(find("../one/tool") == place("work/../one/tool"))
        #expect(find("./tool") == nil)
    }
    @Test func anAbsolutePathIsItself() {
        #expect(find(place("two/tool")) == place("two/tool"))
        #expect(find(place("one/plain")) == nil)
    }
    @Test func anEmptyPathFindsNothing() { #expect(findProgram("tool", path: "", directory: place("one")) == nil) }
}
