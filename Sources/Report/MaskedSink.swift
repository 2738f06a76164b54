/// A sink that lets no secret through; it asks for the mask each time, since secrets become known on the way.
import Secrets

package struct MaskedSink: OutputSink {
    private let sink: any OutputSink
    private let mask: @Sendable () -> SecretMask

    package init(_ sink: any OutputSink, mask: @escaping @Sendable () -> SecretMask) {
        self.sink = sink
        self.mask = mask
    }

    @discardableResult
    package func write(_ text: String) -> Bool { sink.write(mask().masked(text)) }
}
