/// Reads every object of a store and moves what is damaged out of the way; what it means to lose it is for others.
import Action
import Archive
import Dispatch
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    /// Runs may be at work meanwhile: what vanishes is no damage. Afterwards nothing in the store names what is not there.
    package func verify() -> VerificationReport {
        var verification = Verification(store: self)
        verification.work()
        return verification.report
    }
}

/// An object, and how to tell that it is right.
struct Verifiable: Sendable {
    enum Check: Sendable {
        /// SHA-256, in hexadecimal.
        case content(String)
        /// It carries its own digest.
        case seal
        /// A sealed result.
        case result
        /// A saved cache, each content of which has its digest.
        case archive
        /// Nothing with this name belongs here.
        case foreign
        /// A folder has to be here.
        case folder
    }

    var kind: StoreKind
    /// Relative to the store.
    var place: String
    var check: Check
}

private struct Verification {
    let store: Store
    var report = VerificationReport()

    mutating func work() {
        let objects = store.verifiables
        var damaged: [(Verifiable, VerificationReport.Problem)] = []
        for (object, outcome) in zip(objects, judgeAll(objects)) {
            guard let outcome else { continue }
            report.checked[object.kind, default: StoreAmount()] += StoreAmount(count: 1, bytes: outcome.bytes)
            if let problem = outcome.problem { damaged.append((object, problem)) }
        }
        quarantine(damaged)
        dropDangling()
        report.findings.sort { $0.place < $1.place }
    }

    // MARK: - Objects

    private struct Outcome: Sendable {
        var bytes: Int
        var problem: VerificationReport.Problem?
    }

    /// On all processors. Nil for what is not there any more.
    private func judgeAll(_ objects: [Verifiable]) -> [Outcome?] {
        let outcomes = Mutex([Outcome?](repeating: nil, count: objects.count))
        let next = Atomic(0)
        let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < objects.count else { return }
                let outcome = judge(objects[index])
                outcomes.withLock { $0[index] = outcome }
            }
        }
        return outcomes.withLock { $0 }
    }

    private func judge(_ object: Verifiable) -> Outcome? {
        let place = "\(store.path)/\(object.place)"
        guard let entry = entry(at: place) else { return nil }
        func outcome(_ problem: VerificationReport.Problem?) -> Outcome { Outcome(bytes: entry.size, problem: problem) }
        switch object.check {
        case .foreign: return outcome(.foreignName)
        case .folder: return entry.kind == .folder ? nil : outcome(.wrongKind)
        case .content, .seal, .result, .archive: guard entry.isFile else { return outcome(.wrongKind) }
        }
        do throws(FileError) {
            switch object.check {
            case .content(let sha256): return outcome(try Digest(ofFile: place).sha256 == sha256 ? nil : .wrongContent)
            case .seal: return outcome(unsealed(try readFile(place)) != nil ? nil : .wrongContent)
            case .result:
                guard let bytes = unsealed(try readFile(place)), ActionResult(stored: bytes) != nil else {
                    return outcome(.wrongContent)
                }
                return outcome(nil)
            case .archive: return outcome(isWholeArchive(place) ? nil : .wrongContent)
            case .foreign, .folder: return nil
            }
        } catch {
            return error.code == ENOENT ? nil : outcome(.unreadable)
        }
    }

    /// What somebody has healed or removed meanwhile is none.
    private mutating func quarantine(_ damaged: [(Verifiable, VerificationReport.Problem)]) {
        for (object, problem) in damaged {
            var finding = VerificationReport.Finding(kind: object.kind, place: object.place, problem: problem)
            if let lock = try? store.lock(.exclusive) {
                defer { lock.release() }
                guard let now = judge(object), now.problem != nil else { continue }
                finding.quarantine = store.quarantine(object.place)
            }
            report.isReadOnly = report.isReadOnly || finding.quarantine == nil
            report.findings.append(finding)
        }
    }

    /// Nothing is to name what is not there.
    private mutating func dropDangling() {
        // Archives that have just been moved are not looked into any more.
        let dangling = ((try? Store(root: store.root)) ?? store).dropDangling()
        report.checked[.buildRecords] = dangling.checked
        report.findings += dangling.damagedTables
        report.droppedResults = dangling.results
        report.droppedRecords = dangling.records
        report.isReadOnly = report.isReadOnly || dangling.isReadOnly
        let known = Set(report.findings.map(\.place))
        for id in dangling.missing {
            let name = hexadecimal(id.bytes)
            let place = "blobs/\(name.prefix(2))/\(name)"
            if !known.contains(place) { report.findings.append(.init(kind: .blobs, place: place, problem: .missing)) }
        }
    }
}

private func isWholeArchive(_ path: String) -> Bool {
    guard let saved = try? SavedCache(at: path) else { return false }
    return saved.archive.digests.allSatisfy { saved.archive.bytes(of: $0) != nil }
}
