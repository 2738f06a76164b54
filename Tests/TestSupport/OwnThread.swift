/// Blocking work of tests beside the pool of tasks: two blocked tests on two cores would hold up all others.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `work` comes to, on a thread of its own that has started when this returns.
public struct OwnThread<Value: Sendable>: Sendable {
    private let results: AsyncStream<Result<Value, any Error>>

    public init(_ work: @escaping @Sendable () throws -> Value) {
        let (results, sender) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        self.results = results
        start {
            sender.yield(Result { try work() })
            sender.finish()
        }
    }

    /// To be asked for once.
    public var value: Value {
        get async throws {
            for await result in results { return try result.get() }
            throw CancellationError()
        }
    }
}

private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

private func start(_ body: @escaping @Sendable () -> Void) {
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    #if canImport(Glibc)
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
    }, argument)
    if code == 0 { pthread_detach(thread) }
    #else
    var thread: pthread_t?
    let code = pthread_create(&thread, nil, { argument in
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }, argument)
    if let thread, code == 0 { pthread_detach(thread) }
    #endif
    precondition(code == 0, "no thread: \(String(cString: strerror(code)))")
}
