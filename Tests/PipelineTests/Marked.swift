/// A text with places marked in it by 1️⃣, 2️⃣ and so on; the marks are no part of the text.
import Diagnostics

struct Marked {
    let text: String
    private let places: [Int: SourcePosition]

    init(_ marked: String) {
        let scalars = Array(marked.unicodeScalars)
        var text = String.UnicodeScalarView()
        var places: [Int: SourcePosition] = [:]
        var place = SourcePosition(line: 1, column: 1)
        var index = 0
        while index < scalars.count {
            // A keycap is a digit, U+FE0F and U+20E3.
            if index + 2 < scalars.count, scalars[index + 1] == "\u{FE0F}", scalars[index + 2] == "\u{20E3}" {
                places[Int(String(scalars[index]))!] = place
                index += 3
                continue
            }
            text.append(scalars[index])
            place =
                scalars[index] == "\n"
                ? SourcePosition(line: place.line + 1, column: 1)
                : SourcePosition(line: place.line, column: place.column + 1)
            index += 1
        }
        self.text = String(text)
        self.places = places
    }

    /// From one mark up to another; one column where there is no other.
    func range(_ start: Int, _ end: Int) -> SourceRange? {
        places[start].map { place in
            places[end].map { SourceRange(place, $0) } ?? SourceRange(line: place.line, column: place.column)
        }
    }
}
