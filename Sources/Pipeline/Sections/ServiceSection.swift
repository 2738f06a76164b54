/// `services:` of a step: their keys and how they become services.
import Diagnostics
import YAML

enum ServiceKeys {
    static let run = Key<[Template]>(
        "run", .argv(.step, orElse: "start a shell of your own, `[sh, -c, …]`"),
        example: "[./fakedb, --port, \"${service.db.port}\"]", "The command: a list of its words, without a shell.",
        required: true, synonyms: ["command", "cmd", "exec", "shell"])
    static let ready = Key<Service.Readiness>(
        "ready", .readiness, example: "tcp://127.0.0.1:${service.db.port}",
        "When it is up: `tcp://host:port` accepts a connection, or a GET of an `http://` address answers 200 to 399.",
        synonyms: ["healthcheck", "health", "wait"])
    static let timeout = Key<Duration>(
        "timeout", .duration, example: "30s", "How long it may take to be ready. Default 30s.")
    static let env = Key<[EnvironmentEntry]>(
        "env", .environment(.step), example: "{ LOG_LEVEL: debug }", "Variables of this service.",
        synonyms: ["environment"])
    static let secrets = Key<[Located<String>]>(
        "secrets", .secretNames, example: "[db-password]", "The secrets that this service is given, by name.")

    static let all: [any FormatKey] = [run, ready, timeout, env, secrets]
}

extension Format where Value == [Service] {
    static let services: Self = Format<[(name: Located<String>, value: Service)]>.map(
        of: .service, named: .name, what: "service"
    ).then { entries, _, _ in
        entries.map { name, service in
            var named = service
            named.name = name
            return named
        }
    }
}

extension Format where Value == Service {
    fileprivate static let service: Self = Format(schema: mappingSchema(ServiceKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: ServiceKeys.all) else { return nil }
        var service = Service(
            name: Located("", at: node.key ?? node.range), run: fields[ServiceKeys.run] ?? [],
            ready: fields[ServiceKeys.ready], timeout: fields[ServiceKeys.timeout], env: fields[ServiceKeys.env] ?? [])
        service.secrets = fields[ServiceKeys.secrets] ?? []
        return service
    }
}

extension Format where Value == Service.Readiness {
    fileprivate static let readiness: Self = Format<Template>.nonEmptyTemplate([.services]).then(
        schema: ["type": "string", "pattern": "^(tcp|http)://."]
    ) { template, subject, decoding -> Service.Readiness? in
        // A reference stands for a port, so any port will do to judge the rest.
        let text = template.parts.map { part in
            if case .text(let text) = part { text } else { "1" }
        }.joined()
        if text.hasPrefix("tcp://"), isAddress(text.dropFirst(6)) { return .tcp(template) }
        if text.hasPrefix("http://") {
            let authority = text.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
            if isAddress(authority) || (!authority.isEmpty && !authority.contains(":")) { return .http(template) }
        }
        decoding.badValue(
            template.range,
            "\(subject.phrase) must be `tcp://host:port` or an `http://` address, not \(quoted(template.source))",
            help:
                "for example `tcp://127.0.0.1:5432`, or with a free port `http://127.0.0.1:${service.NAME.port}/health`"
        )
        return nil
    }
}

/// `host:port`
private func isAddress(_ text: Substring) -> Bool {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return false }
    let host = text[..<colon]
    return !host.isEmpty && (1...65535).contains(port) && !host.contains("/")
}
