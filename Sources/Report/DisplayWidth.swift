/// How many terminal cells a text takes, and how to cut it to so many; it knows Unicode, not what the text says.

extension Character {
    /// Cells of a grapheme cluster: 0 for a lone combining mark or control, 2 for wide East Asian characters and emoji
    /// (Unicode Standard Annex 11), else 1.
    var cells: Int {
        var widest = 0
        for scalar in unicodeScalars {
            // VARIATION SELECTOR-16 asks for the emoji form, which is wide.
            widest = max(widest, scalar == "\u{FE0F}" ? 2 : scalar.cells)
        }
        return widest
    }
}

extension Unicode.Scalar {
    fileprivate var cells: Int {
        if value < 0x7F { return value < 0x20 ? 0 : 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        return Self.isWide(value) ? 2 : 1
    }

    /// East_Asian_Width W or F outside emoji, blocks taken whole: an unassigned neighbour harms nobody.
    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        return switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F1E6...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

extension String {
    /// Cells of a line without tabs and control sequences.
    var displayWidth: Int { reduce(0) { $0 + $1.cells } }

    /// At most `width` cells of it, the last an ellipsis when something is missing.
    func cut(to width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 0 else { return "" }
        var kept = ""
        var cells = 1
        for character in self {
            cells += character.cells
            guard cells <= width else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Spaces after it up to `width` cells.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }

    /// Spaces before it up to `width` cells.
    func rightAligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth)) + self
    }

    /// Tabs as spaces up to the next stop.
    func expandingTabs(every stop: Int) -> String {
        guard contains("\t") else { return self }
        var output = ""
        var cells = 0
        for character in self {
            if character == "\t" {
                let step = stop - cells % stop
                output += String(repeating: " ", count: step)
                cells += step
            } else {
                output.append(character)
                cells += character.cells
            }
        }
        return output
    }
}
