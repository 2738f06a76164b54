/// Requests to one repository of one registry: authorized, redirected, and tried again where that may help. It knows
/// neither manifests nor uploads.
///
/// Source of the rules: OCI distribution specification 1.1; the distribution project's token authentication.
import Image

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct RegistryOptions: Sendable {
    package var credentials: RegistryCredentials?
    /// Speak http even to other machines.
    package var plainHTTP = false
    /// A file of certificates in the place of the system's.
    package var authorities: String?
    /// Tries of a request that may go better; the pause before the second in seconds, doubled before each further one.
    package var tries = 5
    package var pause = 0.5
    /// A content of more bytes is sent in pieces of this size. Large, as not every registry takes pieces well.
    package var piece = 64 << 20

    package init(credentials: RegistryCredentials? = nil) { self.credentials = credentials }
}

/// To be used by one thread at a time.
package final class RegistryClient {
    package let reference: ImageReference
    let options: RegistryOptions
    private let http: HTTPClient
    /// What the token is to allow: in the registry's words.
    private var scopes: [String]
    private var authorization: String?
    /// Requests that were made.
    package private(set) var requests = 0

    /// `actions` is what is to be done in the repository: `pull`, or `pull,push`.
    package init(
        _ reference: ImageReference, actions: String, options: RegistryOptions
    ) throws(RegistryError) {
        self.reference = reference
        self.options = options
        http = try HTTPClient(authorities: options.authorities)
        scopes = ["repository:\(reference.repository):\(actions)"]
    }

    /// Allows reading another repository too, so that its contents can be taken over.
    func alsoRead(_ repository: String) {
        let scope = "repository:\(repository):pull"
        guard repository != reference.repository, !scopes.contains(scope) else { return }
        scopes.append(scope)
        authorization = nil
    }

    private var base: String {
        let scheme = options.plainHTTP || isLoopback(hostName(authority: reference.host)) ? "http" : "https"
        return "\(scheme)://\(reference.host)"
    }

    /// The address of something of the repository, e.g. `manifests/latest`.
    func address(_ path: String) -> String { "\(base)/v2/\(reference.repository)/\(path)" }

    // MARK: - One request

    /// The answer, whatever its status. With `again` false a request is not repeated when the connection or the registry
    /// fails in it.
    func send(_ request: HTTPRequest, again: Bool = true) throws(RegistryError) -> HTTPAnswer {
        var request = request
        for _ in 0..<8 {
            let answer = try authorized(request, again: again)
            guard [301, 302, 303, 307, 308].contains(answer.status), request.method == "GET" || request.method == "HEAD",
                let location = answer.header("location")
            else { return answer }
            let next = resolve(location, against: request.url)
            guard next.hasPrefix("https://") || (next.hasPrefix("http://") && request.url.hasPrefix("http://")) else {
                throw RegistryError("registry/bad-redirect", "\(reference.registry) sends on to \(next), which is not https")
            }
            request.url = next
        }
        throw RegistryError("registry/bad-redirect", "\(reference.registry) sends from one address to another without end")
    }

    private func authorized(_ request: HTTPRequest, again: Bool) throws(RegistryError) -> HTTPAnswer {
        var request = request
        request.headers.append(("User-Agent", "pipeline"))
        // What lets in here is nobody else's to know.
        guard origin(of: request.url) == base else { return try persistent(request, again: again) }
        let answer = try persistent(with(authorization, request), again: again)
        guard answer.status == 401 else { return answer }
        guard try authorize(answer) else { return answer }
        return try persistent(with(authorization, request), again: again)
    }

    private func with(_ authorization: String?, _ request: HTTPRequest) -> HTTPRequest {
        guard let authorization else { return request }
        var request = request
        request.headers.append(("Authorization", authorization))
        return request
    }

    private func persistent(_ request: HTTPRequest, again: Bool) throws(RegistryError) -> HTTPAnswer {
        var pause = options.pause
        var attempt = 1
        while true {
            requests += 1
            let isLast = attempt >= options.tries || !again
            do throws(HTTPError) {
                let answer = try http.perform(request)
                guard !isLast, isPassing(answer.status) else { return answer }
                // As long as the registry says, within reason.
                if let seconds = answer.header("retry-after").flatMap(Double.init) { pause = max(pause, min(seconds, 30)) }
            } catch {
                guard !isLast, error.isTransient else {
                    throw RegistryError(
                        "registry/unreachable", "\(request.method) \(request.url) failed: \(error)"
                            + (attempt > 1 ? ", \(attempt) times" : ""),
                        help: "see that \(reference.registry) is the registry's name, and that it can be reached from here")
                }
            }
            usleep(UInt32(pause * 1_000_000))
            pause *= 2
            attempt += 1
        }
    }

    // MARK: - Authorization

    /// False when there is nothing more to show than was shown.
    private func authorize(_ answer: HTTPAnswer) throws(RegistryError) -> Bool {
        let challenges = answer.headers("www-authenticate").flatMap(Challenge.all)
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }), let realm = bearer.parameters["realm"] {
            authorization = "Bearer \(try token(from: realm, bearer))"
            return true
        }
        guard challenges.contains(where: { $0.scheme == "basic" }), case .password(let user, let password)? = options.credentials
        else { return false }
        let before = authorization
        authorization = basic(user, password)
        return authorization != before
    }

    private func basic(_ user: String, _ password: String) -> String {
        "Basic \(encodedBase64(Array("\(user):\(password)".utf8)))"
    }

    private func token(from realm: String, _ challenge: Challenge) throws(RegistryError) -> String {
        guard realm.hasPrefix("https://") || (realm.hasPrefix("http://") && base.hasPrefix("http://")) else {
            throw RegistryError(
                "registry/bad-challenge", "\(reference.registry) wants the password at \(realm), which is not https")
        }
        let asked = (challenge.parameters["scope"] ?? "").split(separator: " ").map(String.init)
        let wanted = scopes + asked.filter { scope in !scopes.contains { covers($0, scope) } }
        var request: HTTPRequest
        if case .refreshToken(let secret)? = options.credentials {
            request = HTTPRequest("POST", realm)
            var form = ["grant_type=refresh_token", "client_id=pipeline", "refresh_token=\(percentEncoded(secret))"]
            form.append("service=\(percentEncoded(challenge.parameters["service"] ?? ""))")
            form.append("scope=\(percentEncoded(wanted.joined(separator: " ")))")
            request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            request.body = Array(form.joined(separator: "&").utf8)[...]
        } else {
            var address = realm
            if let service = challenge.parameters["service"] { address = adding("service", service, to: address) }
            for scope in wanted { address = adding("scope", scope, to: address) }
            request = HTTPRequest("GET", address)
            if case .password(let user, let password)? = options.credentials {
                request.headers.append(("Authorization", basic(user, password)))
            }
        }
        let answer = try persistent(request, again: true)
        let json = ImageJSON(answer.body)
        guard answer.status == 200, let token = json?["token"]?.text ?? json?["access_token"]?.text, isHeaderText(token) else {
            throw refusal("let in to \(reference.repository)", answer)
        }
        return token
    }

    /// Whether what `scope` asks for is in `own`: the same thing, and no other action.
    private func covers(_ own: String, _ scope: String) -> Bool {
        let (a, b) = (own.split(separator: ":"), scope.split(separator: ":"))
        guard a.count == b.count, a.count >= 3, a.dropLast() == b.dropLast() else { return own == scope }
        return Set(b.last!.split(separator: ",")).isSubset(of: a.last!.split(separator: ","))
    }

    // MARK: - Refusals

    /// `what` is what was to be done, after "cannot be".
    func refusal(_ what: String, _ answer: HTTPAnswer) -> RegistryError {
        let errors = ImageJSON(answer.body)?["errors"]?.list ?? []
        let words = errors.compactMap { $0["message"]?.text ?? $0["code"]?.text }.joined(separator: ", ")
        let reason = "status \(answer.status)" + (words.isEmpty ? "" : ", \(words)")
        switch answer.status {
        case 401, 403:
            return RegistryError(
                "registry/not-allowed", "cannot be \(what): \(reference.registry) does not allow it (\(reason))",
                help: options.credentials == nil
                    ? "say `docker login \(reference.registry)` first"
                    : "the login of Docker's configuration was shown: see what it may do, or say `docker login` again")
        case 404:
            return RegistryError("registry/not-found", "cannot be \(what): \(reference.registry) does not have it (\(reason))")
        default:
            return RegistryError("registry/refused", "cannot be \(what): \(reference.registry) answers \(reason)")
        }
    }
}

/// Another try may get another answer: too many requests, or trouble of the registry's own.
func isPassing(_ status: Int) -> Bool { status == 408 || status == 429 || (500...599).contains(status) && status != 501 }

/// What may stand in a header: nothing that would end it.
private func isHeaderText(_ text: String) -> Bool { text.utf8.allSatisfy { (32...126) ~= $0 } }
