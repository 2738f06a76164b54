/// Prefix codes of least length for symbols by how often they occur; it knows no format but the order of DEFLATE's codes.
///
/// Source of the order: RFC 1951, section 3.2.2.

/// How many bits each symbol has, none where it does not occur, at most `limit`. Equal counts give equal codes on every
/// machine: ties are broken by the symbol.
func codeLengths(_ counts: [UInt32], limit: Int) -> [UInt8] {
    var lengths = [UInt8](repeating: 0, count: counts.count)
    let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $0) < (counts[$1], $1) }
    guard order.count > 1 else {
        // A code without a bit cannot be written down.
        if let only = order.first { lengths[only] = 1 }
        return lengths
    }
    var population = depths(order.map { UInt64(counts[$0]) }, limit: limit)
    // The rarest symbols get the longest codes.
    var length = limit
    for symbol in order {
        while population[length] == 0 { length -= 1 }
        population[length] -= 1
        lengths[symbol] = UInt8(length)
    }
    return lengths
}

/// How many leaves of Huffman's tree are at each depth, none deeper than `limit`. `weights` are in ascending order.
private func depths(_ weights: [UInt64], limit: Int) -> [Int] {
    let leaves = weights.count
    // Nodes: the leaves, then the inner ones in the order they are made, which is that of their weights.
    var weight = weights
    var parent = [Int](repeating: 0, count: 2 * leaves - 1)
    var (leaf, inner) = (0, leaves)
    for node in leaves..<(2 * leaves - 1) {
        var sum: UInt64 = 0
        for _ in 0..<2 {
            let next: Int
            if leaf < leaves, inner >= node || weight[leaf] <= weight[inner] {
                next = leaf
                leaf += 1
            } else {
                next = inner
                inner += 1
            }
            sum += weight[next]
            parent[next] = node
        }
        weight.append(sum)
    }
    var depth = [Int](repeating: 0, count: 2 * leaves - 1)
    var population = [Int](repeating: 0, count: limit + 1)
    for node in (0..<(2 * leaves - 2)).reversed() {
        depth[node] = depth[parent[node]] + 1
        if node < leaves { population[min(depth[node], limit)] += 1 }
    }
    // Cutting off makes the code too full: room is made by moving leaves one down, beside another.
    var excess = (1...limit).reduce(0) { $0 + population[$1] << (limit - $1) } - 1 << limit
    while excess > 0 {
        var above = limit - 1
        while population[above] == 0 { above -= 1 }
        population[above] -= 1
        population[above + 1] += 2
        population[limit] -= 1
        excess -= 1
    }
    return population
}

/// The codes themselves, each with its first bit lowest, as they are written: code, and its length above the 16th bit.
func canonicalCodes(_ lengths: [UInt8]) -> [UInt32] {
    var population = [UInt32](repeating: 0, count: 17)
    for length in lengths where length > 0 { population[Int(length)] += 1 }
    var next = [UInt32](repeating: 0, count: 17)
    for length in 1..<16 { next[length + 1] = (next[length] + population[length]) << 1 }
    return lengths.map { length in
        guard length > 0 else { return 0 }
        let code = next[Int(length)]
        next[Int(length)] += 1
        var reversed: UInt32 = 0
        for bit in 0..<UInt32(length) where code >> bit & 1 == 1 { reversed |= 1 << (UInt32(length) - 1 - bit) }
        return reversed | UInt32(length) << 16
    }
}
