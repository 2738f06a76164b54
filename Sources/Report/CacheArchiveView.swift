/// What `cache save` and `cache restore` did, for people and for programs; it knows no file.
import Cache
import Run

package func renderSaveReport(_ report: SaveReport, _ elapsed: Duration) -> String {
    var text = report.isWritten ? "saved \(report.file)" : "\(report.file) holds all of it already"
    text += " · \(bytesForPeople(report.size)) · \(objects(report.objects)) · \(elapsed.formattedBriefly)\n"
    if report.missing > 0 { text += "\(objects(report.missing)) of what runs used were lost or damaged, and are not in it\n" }
    for file in report.superseded { text += "removed \(file)\n" }
    return text
}

/// One line.
package func renderSaveReportJSON(_ report: SaveReport, _ key: String, _ elapsed: Duration) -> String {
    let json: JSON = [
        "key": .string(key), "file": .string(report.file), "saved": .boolean(report.isWritten), "bytes": .number(report.size),
        "objects": .number(report.objects), "missing": .number(report.missing),
        "removed": .array(report.superseded.map(JSON.string)), "elapsed_ms": .number(elapsed.wholeMilliseconds),
    ]
    return json.text + "\n"
}

/// Nil when the folder had none.
package func renderRestoreReport(_ report: RestoreReport?, _ folder: String?, _ elapsed: Duration) -> String {
    guard let report else { return "no saved cache of this repository in \(folder ?? ".")\n" }
    var text = "restored \(report.file) · \(bytesForPeople(report.size)) · \(objects(report.objects))"
    text += " · \(elapsed.formattedBriefly)\n"
    switch report.match {
    case .exact: break
    case .family: text += "it was saved with other modules: what they do not share is made anew\n"
    case .modules: text += "it was saved with another toolchain, platform or settings: only its modules are of use\n"
    }
    return text
}

/// One line. `match` is null when the folder had none.
package func renderRestoreReportJSON(_ report: RestoreReport?, _ key: String, _ elapsed: Duration) -> String {
    let json: JSON = [
        "key": .string(key), "match": JSON(report?.match.rawValue), "file": JSON(report?.file),
        "bytes": .number(report?.size ?? 0), "objects": .number(report?.objects ?? 0),
        "results": .number(report?.results ?? 0), "answers": .number(report?.facts ?? 0),
        "build_records": .number(report?.records ?? 0), "elapsed_ms": .number(elapsed.wholeMilliseconds),
    ]
    return json.text + "\n"
}

private func objects(_ count: Int) -> String { count == 1 ? "1 object" : "\(count) objects" }
