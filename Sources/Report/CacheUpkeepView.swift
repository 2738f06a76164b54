/// What a store has, what was removed from it and what was found damaged, for people and for programs; it measures
/// nothing.
import Cache

// MARK: - Status

/// `now` in seconds since 1970.
package func renderStoreStatus(_ status: StoreStatus, now: Int64) -> String {
    var text = "\(status.path) · format \(status.format) · \(bytesForPeople(status.bytes))\n"
    var kinds = ""
    for kind in StoreKind.allCases {
        guard let amount = status.amounts[kind], amount.count > 0 || amount.bytes > 0 else { continue }
        kinds += "  " + row(kind.rawValue, bytesForPeople(amount.bytes), counted(amount.count, kind.unit)) + "\n"
        for family in kind == .buildRecords ? status.records : kind == .buildCaches ? status.plainCaches : [] {
            let facts = [
                "\(family.count)", bytesForPeople(family.bytes), "used \(ago(family.used, now))",
            ].joined(separator: " · ")
            kinds += "    \(family.name) · \(facts)\n"
        }
    }
    if !kinds.isEmpty { text += "\n" + kinds }
    if let oldest = status.oldestUse, let newest = status.newestUse {
        text += "\nlast uses: from \(ago(oldest, now)) to \(ago(newest, now))\n"
    } else {
        text += "\nnothing in it has been used yet\n"
    }
    for run in status.liveRuns { text += "a run is at work: process \(run.process), since \(ago(run.start, now))\n" }
    for other in status.otherFormats {
        text += "\(other.path) is a store of another format, \(bytesForPeople(other.bytes)): left alone\n"
    }
    return text
}

/// One line.
package func renderStoreStatusJSON(_ status: StoreStatus) -> String {
    func families(_ families: [StoreStatus.Family]) -> JSON {
        .array(
            families.map {
                [
                    "name": .string($0.name), "count": .number($0.count), "bytes": .number($0.bytes),
                    "used": .number(Int($0.used)),
                ]
            })
    }
    let json: JSON = [
        "path": .string(status.path), "format": .number(status.format), "bytes": .number(status.bytes),
        "kinds": JSON(amounts: status.amounts), "build_records": families(status.records),
        "build_caches": families(status.plainCaches), "oldest_use": JSON(status.oldestUse),
        "newest_use": JSON(status.newestUse), "live_runs": JSON(status.liveRuns),
        "other_formats": .array(
            status.otherFormats.map { ["path": .string($0.path), "bytes": .number($0.bytes)] }),
    ]
    return json.text + "\n"
}

// MARK: - Prune and clear

/// `wanted`: the size that was asked for, in bytes.
package func renderPruneReport(_ report: PruneReport, dryRun: Bool, wanted: Int? = nil) -> String {
    var text = ""
    for kind in StoreKind.allCases {
        guard let amount = report.removed[kind] else { continue }
        text += row(kind.rawValue, bytesForPeople(amount.bytes), counted(amount.count, kind.unit)) + "\n"
    }
    let verb = dryRun ? "would remove" : "removed"
    text += "\(verb) \(bytesForPeople(report.total.bytes)); \(bytesForPeople(report.after)) \(dryRun ? "would stay" : "left")\n"
    if !report.liveRuns.isEmpty {
        text += "\(counted(report.liveRuns.count, "run")) at work: what may be in use was left alone\n"
    }
    if let wanted, report.after > wanted {
        text += "that is more than \(bytesForPeople(wanted)): what was used within two hours stays, and what steps keep in HOME\n"
    }
    return text
}

/// One line.
package func renderPruneReportJSON(_ report: PruneReport, dryRun: Bool) -> String {
    let json: JSON = [
        "dry_run": .boolean(dryRun), "before_bytes": .number(report.before), "after_bytes": .number(report.after),
        "removed_bytes": .number(report.total.bytes), "removed": JSON(amounts: report.removed),
        "live_runs": JSON(report.liveRuns),
    ]
    return json.text + "\n"
}

// MARK: - Verify

package func renderVerification(_ report: VerificationReport) -> String {
    var text = ""
    for finding in report.findings {
        let fate = finding.quarantine.map { ", moved to \($0)" } ?? ""
        text += "\(visibleText(finding.place)): \(finding.problem.words)\(visibleText(fate))\n"
    }
    if report.droppedResults > 0 { text += "dropped \(counted(report.droppedResults, "result")) that named what is lost\n" }
    if report.droppedRecords > 0 {
        text += "dropped \(counted(report.droppedRecords, "build record")) that named what is lost\n"
    }
    if report.isReadOnly { text += "the store cannot be written to: what is damaged was left where it is\n" }
    let checked = report.checked.values.reduce(into: StoreAmount()) { $0 += $1 }
    let verdict = report.isClean ? "no damage" : "\(counted(report.findings.count, "object")) damaged or missing"
    return text + "read \(counted(checked.count, "object")), \(bytesForPeople(checked.bytes)): \(verdict)\n"
}

/// One line.
package func renderVerificationJSON(_ report: VerificationReport) -> String {
    let findings = report.findings.map { finding -> JSON in
        [
            "kind": .string(finding.kind.rawValue), "path": .string(finding.place),
            "problem": .string(finding.problem.rawValue), "quarantine": JSON(finding.quarantine),
        ]
    }
    let json: JSON = [
        "clean": .boolean(report.isClean), "checked": JSON(amounts: report.checked), "findings": .array(findings),
        "dropped_results": .number(report.droppedResults), "dropped_build_records": .number(report.droppedRecords),
        "read_only": .boolean(report.isReadOnly),
    ]
    return json.text + "\n"
}

extension VerificationReport.Problem {
    fileprivate var words: String {
        switch self {
        case .wrongContent: "its content is not what was stored"
        case .wrongKind: "it is not of the kind that belongs there"
        case .foreignName: "nothing of this name belongs there"
        case .unreadable: "it cannot be read"
        case .missing: "it is missing"
        }
    }
}

// MARK: - Words

extension StoreKind {
    /// What one of them is.
    fileprivate var unit: String {
        switch self {
        case .results: "result"
        case .facts: "answer"
        case .blobs, .files, .home: "file"
        case .buildRecords: "record"
        case .buildCaches: "folder"
        case .modules: "module version"
        case .snapshots: "snapshot"
        case .archives: "archive"
        case .trees: "tree"
        case .repositories, .temporary, .quarantine, .other: "item"
        }
    }
}

extension JSON {
    fileprivate init(_ number: Int64?) { self = number.map { .number(Int($0)) } ?? .null }

    /// Every kind, in the order in which they are told.
    fileprivate init(amounts: [StoreKind: StoreAmount]) {
        self = .object(
            StoreKind.allCases.map { kind in
                let amount = amounts[kind] ?? StoreAmount()
                return (kind.rawValue, ["count": .number(amount.count), "bytes": .number(amount.bytes)])
            })
    }

    fileprivate init(_ runs: [LiveRun]) {
        self = .array(runs.map { ["process": .number($0.process), "start": .number(Int($0.start))] })
    }
}

private func row(_ name: String, _ size: String, _ count: String) -> String {
    name.padded(to: 14) + String(repeating: " ", count: max(1, 10 - size.count)) + size + "  " + count
}

/// `12.3 MB`: powers of ten, three digits at least where there are units.
func bytesForPeople(_ bytes: Int) -> String {
    var (size, unit) = (Double(bytes), "B")
    for larger in ["KB", "MB", "GB", "TB"] where size >= 999.5 { (size, unit) = (size / 1000, larger) }
    guard unit != "B" else { return "\(bytes) B" }
    if size >= 99.95 { return "\(Int(size.rounded())) \(unit)" }
    let tenths = Int((size * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
}

/// `3 days ago`, in the largest unit that fits.
private func ago(_ time: Int64, _ now: Int64) -> String {
    let seconds = Int(max(0, now - time))
    for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)] where seconds >= length {
        return "\(counted(seconds / length, unit)) ago"
    }
    return "just now"
}
