/// Hands values from tasks to one thread that waits for them; it knows waiting, not what is handed over.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `@unchecked`: everything below the lock is touched only while it is held.
final class Mailbox<Value: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var values: [Value] = []
    private var isClosed = false

    init() {
        lock.initialize(to: pthread_mutex_t())
        changed.initialize(to: pthread_cond_t())
        pthread_mutex_init(lock, nil)
        #if canImport(Glibc)
        // A deadline on the monotonic clock: setting the time must not stop the view.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        #else
        pthread_cond_init(changed, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func put(_ value: Value) {
        pthread_mutex_lock(lock)
        values.append(value)
        pthread_mutex_unlock(lock)
        pthread_cond_signal(changed)
    }

    /// Nothing is put any more; what is there is still taken.
    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        pthread_mutex_unlock(lock)
        pthread_cond_signal(changed)
    }

    /// All that is there, as soon as there is something; nothing when `limit` has passed first; nil when it is closed
    /// and empty.
    func take(waitingAtMost limit: Duration?) -> [Value]? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        let deadline = limit.map { ContinuousClock.now + $0 }
        while values.isEmpty {
            if isClosed { return nil }
            guard let deadline else {
                pthread_cond_wait(changed, lock)
                continue
            }
            let left = deadline - .now
            if left <= .zero { break }
            wait(atMost: left)
        }
        defer { values.removeAll(keepingCapacity: true) }
        return values
    }

    private func wait(atMost limit: Duration) {
        let (seconds, attoseconds) = limit.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        #if canImport(Glibc)
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        time.tv_sec += now.tv_sec + (time.tv_nsec + now.tv_nsec) / 1_000_000_000
        time.tv_nsec = (time.tv_nsec + now.tv_nsec) % 1_000_000_000
        pthread_cond_timedwait(changed, lock, &time)
        #else
        pthread_cond_timedwait_relative_np(changed, lock, &time)
        #endif
    }
}

/// Runs `body` on a new thread, outside Swift's thread pool, which blocking calls would starve.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Glibc)
    var thread = pthread_t()
    let code = pthread_create(&thread, &attributes, { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
    }, argument)
    #else
    var thread: pthread_t?
    let code = pthread_create(&thread, &attributes, { argument in
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }, argument)
    #endif
    precondition(code == 0, "no thread: \(String(cString: strerror(code)))")
}
