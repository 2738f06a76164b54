/// What is said of a store and its upkeep, word for word.
import Testing

@testable import Cache
@testable import Report

@Suite struct CacheUpkeepViewTests {
    private let status = StoreStatus(
        path: "/s/v2", format: 2,
        amounts: [
            .results: StoreAmount(count: 1, bytes: 489), .blobs: StoreAmount(count: 2_000, bytes: 12_345_678),
            .buildRecords: StoreAmount(count: 3, bytes: 384), .buildCaches: StoreAmount(count: 1, bytes: 999_499),
            .modules: StoreAmount(),
        ],
        records: [.init(name: "go1.27.3-linux-amd64-ab", count: 3, bytes: 1_500, used: 10_000)],
        plainCaches: [.init(name: "go1.21.13-linux-amd64-cd", count: 7, bytes: 999_499, used: 96_400)],
        oldestUse: 10_000, newestUse: 182_799, liveRuns: [LiveRun(process: 42, start: 179_200)],
        otherFormats: [.init(path: "/s/v1", bytes: 2_000_000_000)])

    @Test func aStatusForPeople() {
        #expect(
            renderStoreStatus(status, now: 182_800) == """
                /s/v2 · format 2 · 13.3 MB

                  results            489 B  1 result
                  blobs            12.3 MB  2000 files
                  build-records      384 B  3 records
                    go1.27.3-linux-amd64-ab · 3 · 1.5 KB · used 2 days ago
                  build-caches      999 KB  1 folder
                    go1.21.13-linux-amd64-cd · 7 · 999 KB · used 1 day ago

                last uses: from 2 days ago to just now
                a run is at work: process 42, since 1 hour ago
                /s/v1 is a store of another format, 2.0 GB: left alone

                """)
    }

    @Test func aStatusForPrograms() {
        let text = renderStoreStatusJSON(status)
        #expect(
            text.hasPrefix(
                #"{"path":"/s/v2","format":2,"bytes":13346050,"kinds":{"results":{"count":1,"bytes":489},"facts":{"count":0,"bytes":0},"#))
        #expect(
            text.hasSuffix(
                #""build_records":[{"name":"go1.27.3-linux-amd64-ab","count":3,"bytes":1500,"used":10000}],"#
                    + #""build_caches":[{"name":"go1.21.13-linux-amd64-cd","count":7,"bytes":999499,"used":96400}],"#
                    + #""oldest_use":10000,"newest_use":182799,"live_runs":[{"process":42,"start":179200}],"#
                    + #""other_formats":[{"path":"/s/v1","bytes":2000000000}]}"# + "\n"))
    }

    @Test func anEmptyStore() {
        let empty = StoreStatus(
            path: "/s/v2", format: 2, amounts: [:], records: [], plainCaches: [], oldestUse: nil, newestUse: nil,
            liveRuns: [], otherFormats: [])
        #expect(renderStoreStatus(empty, now: 0) == "/s/v2 · format 2 · 0 B\n\nnothing in it has been used yet\n")
        #expect(renderStoreStatusJSON(empty).contains(#""oldest_use":null,"newest_use":null,"live_runs":[]"#))
    }

    private let pruned = PruneReport(
        removed: [.results: StoreAmount(count: 2, bytes: 900), .blobs: StoreAmount(count: 1, bytes: 100_000)],
        before: 200_900, after: 100_000, liveRuns: [LiveRun(process: 7, start: 1)])

    @Test func aPruneForPeople() {
        #expect(
            renderPruneReport(pruned, dryRun: false, wanted: 5_000) == """
                results            900 B  2 results
                blobs             100 KB  1 file
                removed 101 KB; 100 KB left
                1 run at work: what may be in use was left alone
                that is more than 5.0 KB: what was used within two hours stays, and what steps keep in HOME

                """)
        #expect(renderPruneReport(PruneReport(), dryRun: true, wanted: 5) == "would remove 0 B; 0 B would stay\n")
    }

    @Test func aPruneForPrograms() {
        let text = renderPruneReportJSON(pruned, dryRun: true)
        #expect(
            text.hasPrefix(
                #"{"dry_run":true,"before_bytes":200900,"after_bytes":100000,"removed_bytes":100900,"removed":{"results":{"count":2,"bytes":900},"#))
        #expect(text.hasSuffix(#""live_runs":[{"process":7,"start":1}]}"# + "\n"))
    }

    private var verified: VerificationReport {
        var report = VerificationReport()
        report.checked = [.blobs: StoreAmount(count: 9, bytes: 1_000), .results: StoreAmount(count: 1, bytes: 10)]
        report.findings = [
            .init(kind: .blobs, place: "blobs/ab/abc", problem: .wrongContent, quarantine: "quarantine/T-blobs-ab-abc"),
            .init(kind: .blobs, place: "blobs/cd/\u{1B}[31m", problem: .foreignName),
            .init(kind: .blobs, place: "blobs/ef/efg", problem: .missing),
        ]
        (report.droppedResults, report.droppedRecords) = (1, 2)
        return report
    }

    @Test func aVerificationForPeople() {
        let text = renderVerification(verified)
        #expect(!text.contains("\u{1B}"))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "blobs/ab/abc: its content is not what was stored, moved to quarantine/T-blobs-ab-abc")
        #expect(lines[1].hasSuffix(": nothing of this name belongs there"))
        #expect(
            lines[2...] == [
                "blobs/ef/efg: it is missing", "dropped 1 result that named what is lost",
                "dropped 2 build records that named what is lost",
                "read 10 objects, 1.0 KB: 3 objects damaged or missing",
            ])
        #expect(renderVerification(VerificationReport()) == "read 0 objects, 0 B: no damage\n")
    }

    @Test func aVerificationForPrograms() {
        let text = renderVerificationJSON(verified)
        #expect(text.hasPrefix(#"{"clean":false,"checked":{"results":{"count":1,"bytes":10},"#))
        #expect(
            text.contains(
                #""findings":[{"kind":"blobs","path":"blobs/ab/abc","problem":"wrong-content","quarantine":"quarantine/T-blobs-ab-abc"},"#))
        #expect(text.hasSuffix(#"}],"dropped_results":1,"dropped_build_records":2,"read_only":false}"# + "\n"))
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (99_949, "99.9 KB"), (99_950, "100 KB"), (999_499, "999 KB"),
        (999_500, "1.0 MB"), (20_000_000_000, "20.0 GB"), (7_000_000_000_000, "7.0 TB"),
    ])
    func sizesForPeople(bytes: Int, text: String) { #expect(bytesForPeople(bytes) == text) }
}
