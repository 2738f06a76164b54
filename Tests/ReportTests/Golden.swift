/// Compares a text with the file that holds what it should be; `UPDATE_GOLDEN=1` rewrites the file instead.
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let path = "\(String("\(#filePath)".dropLast("/Golden.swift".count)))/Goldens/\(name)"
    if environmentValue("UPDATE_GOLDEN") == "1" {
        let file = fopen(path, "w")!
        fputs(actual, file)
        fclose(file)
        return
    }
    guard let expected = readText(path) else {
        Issue.record("there is no \(path); UPDATE_GOLDEN=1 writes it", sourceLocation: sourceLocation)
        return
    }
    #expect(actual == expected, sourceLocation: sourceLocation)
}
