/// Every form of every secret in one automaton, which finds them all in one pass (Aho and Corasick, 1975); it knows bytes.

final class FormAutomaton: Sendable {
    /// Of the state in which nothing has begun.
    static let start: Int32 = 0

    // A node each: what leads to it, what is tried when nothing leads on, how many bytes it stands for.
    private let byte: [UInt8]
    private let fallback: [Int32]
    private let firstChild: [Int32]
    private let sibling: [Int32]
    private let depths: [Int32]
    /// Of the longest form that ends there, in bytes; 0 when none does.
    private let ends: [Int32]
    private let owners: [Int32]
    private let isBase64: [Bool]
    /// What each byte leads to from the start.
    private let first: [Int32]

    init(_ forms: [(form: SecretForm, owner: Int)]) {
        var trie = Trie()
        for (form, owner) in forms { trie.insert(form, owner) }
        trie.linkFallbacks()
        (byte, fallback, firstChild, sibling) = (trie.byte, trie.fallback, trie.firstChild, trie.sibling)
        (depths, ends, owners, isBase64) = (trie.depths, trie.ends, trie.owners, trie.isBase64)
        first = (0..<256).map { trie.child(of: FormAutomaton.start, UInt8($0)) ?? FormAutomaton.start }
    }

    func begins(with byte: UInt8) -> Bool { first[Int(byte)] != FormAutomaton.start }

    func state(after state: Int32, _ next: UInt8) -> Int32 {
        var state = state
        while state != FormAutomaton.start {
            var child = firstChild[Int(state)]
            while child != 0 {
                if byte[Int(child)] == next { return child }
                child = sibling[Int(child)]
            }
            state = fallback[Int(state)]
        }
        return first[Int(next)]
    }

    /// How many bytes of a form have been seen.
    func depth(of state: Int32) -> Int { Int(depths[Int(state)]) }

    /// The longest form that ends in this state.
    func end(in state: Int32) -> (length: Int, owner: Int, isBase64: Bool)? {
        let length = Int(ends[Int(state)])
        return length == 0 ? nil : (length, Int(owners[Int(state)]), isBase64[Int(state)])
    }
}

private struct Trie {
    var byte: [UInt8] = [0]
    var fallback: [Int32] = [0]
    var firstChild: [Int32] = [0]
    var sibling: [Int32] = [0]
    var depths: [Int32] = [0]
    var ends: [Int32] = [0]
    var owners: [Int32] = [0]
    var isBase64 = [false]

    func child(of node: Int32, _ next: UInt8) -> Int32? {
        var child = firstChild[Int(node)]
        while child != 0 {
            if byte[Int(child)] == next { return child }
            child = sibling[Int(child)]
        }
        return nil
    }

    mutating func insert(_ form: SecretForm, _ owner: Int) {
        var node: Int32 = 0
        for next in form.bytes {
            if let known = child(of: node, next) {
                node = known
                continue
            }
            let new = Int32(byte.count)
            byte.append(next)
            fallback.append(0)
            firstChild.append(0)
            sibling.append(firstChild[Int(node)])
            depths.append(depths[Int(node)] + 1)
            ends.append(0)
            owners.append(0)
            isBase64.append(false)
            firstChild[Int(node)] = new
            node = new
        }
        ends[Int(node)] = depths[Int(node)]
        owners[Int(node)] = Int32(owner)
        isBase64[Int(node)] = form.isBase64
    }

    /// Level by level: what a node falls back to is less deep.
    mutating func linkFallbacks() {
        var level: [Int32] = [0]
        while !level.isEmpty {
            var next: [Int32] = []
            for node in level {
                var child = firstChild[Int(node)]
                while child != 0 {
                    link(child, below: node)
                    next.append(child)
                    child = sibling[Int(child)]
                }
            }
            level = next
        }
    }

    private mutating func link(_ node: Int32, below parent: Int32) {
        var candidate = parent
        while candidate != 0 {
            candidate = fallback[Int(candidate)]
            if let found = child(of: candidate, byte[Int(node)]) {
                fallback[Int(node)] = found
                break
            }
        }
        let behind = Int(fallback[Int(node)])
        if ends[Int(node)] == 0, ends[behind] != 0 {
            (ends[Int(node)], owners[Int(node)], isBase64[Int(node)]) = (ends[behind], owners[behind], isBase64[behind])
        }
    }
}
