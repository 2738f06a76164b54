/// The part of the terminal that is redrawn: one row a running action, and how far the run has come. A value made anew
/// for each drawing.
import Run

struct LiveBlock {
    struct Row: Sendable {
        var action: ActionReference
        var began: ContinuousClock.Instant
        var lastLine: String?
    }

    var running: [Row]
    var tally: RunTally
    var preparation: String?
    var began: ContinuousClock.Instant
    var now: ContinuousClock.Instant

    /// At most a row less than the window has, each a cell narrower than it: a cursor in the last column is in doubt.
    func lines(in size: TerminalSize, style: TerminalStyle) -> [String] {
        let width = max(10, size.columns - 1)
        let room = max(1, size.rows - 2)
        let shown = running.count <= room ? running[...] : running.prefix(room - 1)
        let longest = running.map(\.action.step.displayWidth).max() ?? 0
        let nameWidth = min(max(8, longest), 24, max(8, width / 3))
        var lines = shown.map { row($0, nameWidth: nameWidth, width: width, style) }
        if shown.count < running.count {
            lines.append(style.paint("  and \(running.count - shown.count) more".cut(to: width), .dim))
        }
        return lines + [progress(width: width, style)]
    }

    private func row(_ row: Row, nameWidth: Int, width: Int, _ style: TerminalStyle) -> String {
        let name = row.action.step.cut(to: nameWidth).padded(to: nameWidth)
        let head = "▸ \(name) \((now - row.began).shortly.rightAligned(to: 6))  "
        let text = (row.lastLine ?? visibleText(row.action.title)).expandingTabs(every: 8)
            .cut(to: width - head.displayWidth)
        return style.paint(head.cut(to: width), .bold) + style.paint(text, .dim)
    }

    /// `5/12 done · 3 cached · 1 failed · 4.2s`.
    private func progress(width: Int, _ style: TerminalStyle) -> String {
        let elapsed = (now - began).shortly
        if let preparation { return style.paint("\(preparation) · \(elapsed)".cut(to: width), .bold) }
        var facts = ["\(tally.done)/\(tally.total) done"]
        if tally.cached > 0 { facts.append("\(tally.cached) cached") }
        if !tally.failures.isEmpty { facts.append("\(tally.failures.count) failed") }
        return style.paint((facts + [elapsed]).joined(separator: " · ").cut(to: width), .bold)
    }
}
