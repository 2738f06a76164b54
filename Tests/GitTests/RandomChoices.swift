/// What the room's random tests and their repositories need besides git.
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension SeededNumbers {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices.randomElement(using: &self)! }
}

/// Writes bytes that need not be text.
func writeFile(_ path: String, _ bytes: [UInt8]) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count, "cannot write \(path)")
    close(descriptor)
}
