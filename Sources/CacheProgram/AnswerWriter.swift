/// Answers to the go command as lines of JSON; it knows their form, not their reasons.
import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Lines are gathered until they are sent.
final class AnswerWriter {
    private let descriptor: Int32
    private var line: [UInt8] = []

    init(to descriptor: Int32) {
        self.descriptor = descriptor
        line.reserveCapacity(4096)
    }

    func greet() { add(#"{"ID":0,"KnownCommands":["get","put","close"]}"#, "\n") }

    func miss(_ id: Int64) { add(#"{"ID":\#(id),"Miss":true}"#, "\n") }

    func hit(_ id: Int64, _ entry: BuildCache.Entry) {
        add(#"{"ID":\#(id),"OutputID":""#)
        line += base64(entry.output.bytes)
        add(#"","Size":\#(entry.size),"Time":""#)
        addTime(entry.time)
        add(#"","DiskPath":""#)
        addEscaped(entry.path)
        add("\"}\n")
    }

    func kept(_ id: Int64, _ entry: BuildCache.Entry) {
        add(#"{"ID":\#(id),"DiskPath":""#)
        addEscaped(entry.path)
        add("\"}\n")
    }

    func closed(_ id: Int64) { add(#"{"ID":\#(id)}"#, "\n") }

    func refuse(_ id: Int64, _ reason: String) {
        add(#"{"ID":\#(id),"Err":""#)
        addEscaped(reason)
        add("\"}\n")
    }

    /// A go command that is gone gets nothing.
    func send() {
        guard !line.isEmpty else { return }
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
        line.removeAll(keepingCapacity: true)
    }

    // MARK: -

    private func add(_ texts: String...) { for text in texts { line += text.utf8 } }

    private func addEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                line += Array("\\u00".utf8)
                line += Array((byte < 16 ? "0" : "") + String(byte, radix: 16)).map { $0.asciiValue! }
            default: line.append(byte)
            }
        }
    }

    /// As RFC 3339 has it, in UTC; `time` is in nanoseconds since 1970.
    private func addTime(_ time: Int64) {
        let second: Int64 = 1_000_000_000
        let (days, rest) = floored(time, by: 86_400 * second)
        let (year, month, day) = civilDate(days)
        addNumber(year, digits: 4, then: "-")
        addNumber(month, digits: 2, then: "-")
        addNumber(day, digits: 2, then: "T")
        addNumber(rest / (3_600 * second), digits: 2, then: ":")
        addNumber(rest / (60 * second) % 60, digits: 2, then: ":")
        addNumber(rest / second % 60, digits: 2, then: ".")
        addNumber(rest % second, digits: 9, then: "Z")
    }

    private func addNumber(_ number: Int64, digits: Int, then sign: Unicode.Scalar) {
        let start = line.count
        var rest = number
        for _ in 0..<digits {
            line.insert(UInt8(ascii: "0") + UInt8(rest % 10), at: start)
            rest /= 10
        }
        line.append(UInt8(ascii: sign))
    }
}

private func floored(_ number: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = (number % divisor + divisor) % divisor
    return ((number - rest) / divisor, rest)
}

/// The date of a day counted from 1970-01-01 in the Gregorian calendar. Years are counted from March on, so that the
/// leap day is a year's last, and in cycles of 400, which are 146,097 days each.
private func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // 0000-03-01 was 719,468 days before 1970.
    let (cycle, day) = floored(days + 719_468, by: 146_097)
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    // Months from March on have 153 days in each five.
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let isNextYear = month >= 10
    return (cycle * 400 + year + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, dayOfMonth)
}
