/// Where this very program is, and how the go command is told to start it.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An absolute path.
let ownExecutable: String = {
    #if canImport(Glibc)
    readLink("/proc/self/exe") ?? CommandLine.arguments[0]
    #else
    var size: UInt32 = 4096
    var path = [CChar](repeating: 0, count: Int(size))
    return _NSGetExecutablePath(&path, &size) == 0 ? String(cString: path) : CommandLine.arguments[0]
    #endif
}()

/// Words as the go command splits GOCACHEPROG: at blanks, unless in quotes; within quotes nothing is escaped.
func goCommandWords(_ words: [String]) -> String {
    words.map { word in
        if !word.contains(where: { " \t\n\r'\"".contains($0) }) { return word }
        return word.contains("'") ? "\"\(word)\"" : "'\(word)'"
    }.joined(separator: " ")
}
