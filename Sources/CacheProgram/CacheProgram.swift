/// Serves the build cache to one go command, as the program behind GOCACHEPROG; it knows the protocol, no store.
///
/// The protocol is documented in the Go toolchain's source: src/cmd/go/internal/cacheprog/cacheprog.go, and what the
/// go command makes of it in src/cmd/go/internal/cache/prog.go. A line of JSON is a request; a put with a body is
/// followed by the body as one JSON string in base64. Answers are lines of JSON in any order, each with its request's
/// ID. The first line has the ID 0 and names the commands that are known.
///
/// To the go command an end before its own is fatal, and so is an answer to no request; an error in an answer fails
/// the build at a put, as does one without a file. So only a body that is not what its id says, or that there is room
/// for nowhere, is answered with an error.
import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Until the go command says `close` or ends. `open` is called after the greeting, which the go command waits for. A
/// program of its own leaves signals to the go command.
package func serveBuildCache(input: Int32, output: Int32, asProgram: Bool = true, _ open: () -> BuildCache) {
    if asProgram { ignoreSignals() }
    let answers = AnswerWriter(to: output)
    answers.greet()
    answers.send()

    let cache = open()
    // The pipe is empty while the go command thinks; only then is there time for anything but its requests.
    let requests = RequestReader(from: input) { answers.send() }
    while let request = requests.next() {
        switch request.command {
        case .get:
            guard let action = request.action else {
                answers.refuse(request.id, "a get without an ActionID")
                continue
            }
            if let entry = cache.get(action) { answers.hit(request.id, entry) } else { answers.miss(request.id) }
        case .put:
            let body = cache.body()
            let isWhole = request.bodySize == 0 || requests.body { body.add($0) }
            guard isWhole, let action = request.action, let output = request.output else {
                body.discard()
                answers.refuse(request.id, isWhole ? "a put without its ids" : "a body that is no base64 string")
                continue
            }
            do throws(BuildCache.PutFailure) {
                answers.kept(request.id, try cache.put(action, output: output, size: request.bodySize, body))
            } catch {
                answers.refuse(request.id, words(error))
            }
        case .close:
            // Before the answer: who waits for the go command then has all that was used.
            cache.close()
            answers.closed(request.id)
            answers.send()
            return
        case .unknown:
            answers.refuse(request.id, "unknown command")
        }
    }
    cache.close()
}

/// Signals to the group are meant for the go command; this program ends when its input does.
private func ignoreSignals() {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { _ = signal(number, SIG_IGN) }
}

private func words(_ failure: BuildCache.PutFailure) -> String {
    switch failure {
    case .wrongContent: "the body is not what its OutputID says"
    case .noRoom: "no space left for the body"
    }
}
