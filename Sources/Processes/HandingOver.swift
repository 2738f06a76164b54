/// Descriptors that go from one process to another, over a connection; it knows not what they are for.
import CSandbox

/// Hands an input and an output to whoever is at the other end. False when nobody takes them.
package func handOver(input: Int32, output: Int32, on connection: Int32) -> Bool {
    csandbox_hand_over(connection, [input, output]) == 0
}

/// Blocks until an input and an output come, or nil when the other end has gone without.
package func takeOver(from connection: Int32) -> (input: Int32, output: Int32)? {
    var descriptors: [Int32] = [-1, -1]
    return csandbox_take_over(connection, &descriptors) == 0 ? (descriptors[0], descriptors[1]) : nil
}
