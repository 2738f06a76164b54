/// Finds which tagged commit behind a commit describes it best; knows a graph, not where its commits come from.

/// The rule is the one git-describe(1) documents: of the first ten tagged commits met on the way back, newest first,
/// the one with the fewest commits in between. How commits of equal or odd dates are ordered follows from walking
/// in this very order, so that the answer is git's own.
struct NearestTag<ID: Hashable> {
    struct Commit {
        var parents: [ID]
        /// Seconds since 1970.
        var time: Int64
    }

    private struct Candidate {
        var id: ID
        /// How many of the visited commits it does not contain.
        var distance: Int
        /// Its bit in `within`.
        var bit: UInt16
    }

    private let commit: (ID) throws(GitError) -> Commit
    private let isTagged: (ID) -> Bool
    /// For every commit met, the candidates that contain it.
    private var within: [ID: UInt16] = [:]
    /// To be visited, oldest first; of the same age, the last to come first.
    private var queue: [(id: ID, commit: Commit)] = []
    private var candidates: [Candidate] = []

    /// The nearest tagged commit and how many commits `start` has that it lacks; nil when none is behind it.
    static func find(
        from start: ID, isTagged: @escaping (ID) -> Bool, commit: @escaping (ID) throws(GitError) -> Commit
    ) throws(GitError) -> (id: ID, distance: Int)? {
        var search = NearestTag(commit: commit, isTagged: isTagged)
        try search.meet(start, within: 0)
        return try search.run()
    }

    private init(commit: @escaping (ID) throws(GitError) -> Commit, isTagged: @escaping (ID) -> Bool) {
        self.commit = commit
        self.isTagged = isTagged
    }

    private mutating func run() throws(GitError) -> (id: ID, distance: Int)? {
        var visited = 0
        while let (id, commit) = queue.popLast() {
            if isTagged(id) {
                guard candidates.count < 10 else {
                    enqueue(id, commit)
                    break
                }
                let bit = UInt16(1) << candidates.count
                candidates.append(Candidate(id: id, distance: visited, bit: bit))
                within[id]! |= bit
            }
            visited += 1
            let held = within[id]!
            for i in candidates.indices where held & candidates[i].bit == 0 { candidates[i].distance += 1 }
            // The only way on lies within the best: nothing behind it can change the answer.
            if queue.isEmpty, let best = candidates.map(\.distance).min(),
                candidates.allSatisfy({ $0.distance > best || held & $0.bit != 0 })
            {
                break
            }
            try meetParents(of: id, commit)
        }
        // Of equals the first one met.
        guard var best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        try finish(&best)
        return (best.id, best.distance)
    }

    /// Counts what is left of the way: until nothing but the candidate's own commits remain.
    private mutating func finish(_ best: inout Candidate) throws(GitError) {
        while let (id, commit) = queue.popLast() {
            if within[id]! & best.bit == 0 {
                best.distance += 1
            } else if queue.allSatisfy({ within[$0.id]! & best.bit != 0 }) {
                return
            }
            try meetParents(of: id, commit)
        }
    }

    private mutating func meetParents(of id: ID, _ commit: Commit) throws(GitError) {
        let held = within[id]!
        for parent in commit.parents { try meet(parent, within: held) }
    }

    private mutating func meet(_ id: ID, within held: UInt16) throws(GitError) {
        if within[id] == nil { enqueue(id, try commit(id)) }
        within[id, default: 0] |= held
    }

    private mutating func enqueue(_ id: ID, _ commit: Commit) {
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].commit.time < commit.time { low = middle + 1 } else { high = middle }
        }
        queue.insert((id, commit), at: low)
    }
}
