/// Who the user is for a registry, as `docker login` wrote it down: in the file itself, or with a program that keeps it.
///
/// Source of the formats: Docker's documentation of `docker login`, "Credential stores" and "Credential helper protocol".
import Files
import Image
import Processes

package enum RegistryCredentials: Sendable, Hashable {
    case password(user: String, String)
    /// To be exchanged for others by the registry's token service.
    case refreshToken(String)
}

/// Where the file is looked for.
package struct CredentialPlaces: Sendable {
    package var environment: [String: String]
    /// An absolute path; helpers are started there.
    package var directory: String

    package init(environment: [String: String], directory: String) {
        self.environment = environment
        self.directory = directory
    }

    /// In order: the first that is there counts.
    var files: [String] {
        if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty { return ["\(folder)/config.json"] }
        let user = environment["HOME"].map { ["\($0)/.docker/config.json"] } ?? []
        return [environment["REGISTRY_AUTH_FILE"]].compactMap { $0 } + user
            + (environment["XDG_RUNTIME_DIR"].map { ["\($0)/containers/auth.json"] } ?? [])
    }
}

/// Nil when nothing is known of the user there. Errors: registry/bad-config, registry/credential-helper.
package func credentials(
    for registry: String, in places: CredentialPlaces
) async throws(RegistryError) -> RegistryCredentials? {
    for file in places.files {
        guard let bytes = try? readFile(file) else { continue }
        guard let config = ImageJSON(bytes), case .object = config else {
            throw RegistryError(
                "registry/bad-config", "\(file) is not JSON", help: "mend it, or remove it and say `docker login \(registry)` again")
        }
        let keys = configKeys(registry)
        let helpers = config["credHelpers"]?.texts ?? [:]
        if let helper = keys.lazy.compactMap({ helpers[$0] }).first ?? config["credsStore"]?.text, !helper.isEmpty {
            if let found = try await ask(helper, keys, places) { return found }
        }
        let entries = config["auths"]?.members ?? [:]
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where keys.contains(hostOfKey(name)) {
            if let found = written(entry) { return found }
        }
    }
    return nil
}

/// What the registry is called in the file; docker.io has a name from before there were others.
private func configKeys(_ registry: String) -> [String] {
    registry == "docker.io" ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"] : [registry]
}

/// Some tools write an address for the name.
private func hostOfKey(_ key: String) -> String {
    var rest = key[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    return String(rest.prefix { $0 != "/" })
}

private func written(_ entry: ImageJSON) -> RegistryCredentials? {
    if let token = entry["identitytoken"]?.text, !token.isEmpty { return .refreshToken(token) }
    if let user = entry["username"]?.text, let password = entry["password"]?.text { return .password(user: user, password) }
    guard let text = entry["auth"]?.text.flatMap(decodedBase64),
        let colon = text.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return .password(
        user: String(decoding: text[..<colon], as: UTF8.self),
        // Some writers end it with zeros.
        String(decoding: text[(colon + 1)...].prefix { $0 != 0 }, as: UTF8.self))
}

/// `docker-credential-NAME get`, which reads the registry's name and answers in JSON.
private func ask(
    _ helper: String, _ keys: [String], _ places: CredentialPlaces
) async throws(RegistryError) -> RegistryCredentials? {
    let name = "docker-credential-\(helper)"
    guard !helper.contains("/"),
        let program = findProgram(name, path: places.environment["PATH"] ?? "", directory: places.directory)
    else {
        throw RegistryError(
            "registry/credential-helper", "\(name), which Docker's configuration names, is not on PATH",
            help: "install it, or take it out of the configuration and say `docker login` again")
    }
    for key in keys {
        // The program reads its question from standard input.
        let command = Command(
            executable: "/bin/sh", arguments: ["-c", "printf %s \"$1\" | \"$0\" get", program, key],
            environment: places.environment, directory: places.directory)
        let said: CapturedOutput
        do throws(ProcessError) { said = try await capture(command, limit: 1 << 20) } catch {
            throw RegistryError("registry/credential-helper", "\(name) could not be run: \(error)")
        }
        let words = String(decoding: said.standardOutput + said.standardError, as: UTF8.self)
        guard said.exit.isSuccess, let answer = ImageJSON(said.standardOutput), let secret = answer["Secret"]?.text else {
            // So it says that it knows nothing; anything else is a fault.
            if words.contains("credentials not found") { continue }
            throw RegistryError(
                "registry/credential-helper",
                "\(name) failed: \(words.split(whereSeparator: \.isNewline).first.map(String.init) ?? "it said nothing")")
        }
        let user = answer["Username"]?.text ?? ""
        return user == "<token>" ? .refreshToken(secret) : .password(user: user, secret)
    }
    return nil
}

/// RFC 4648, section 4; nil when it is not that.
func decodedBase64(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, Int) = (0, 0)
    for byte in text.utf8 {
        let value: UInt8
        switch byte {
        case 65...90: value = byte - 65
        case 97...122: value = byte - 71
        case 48...57: value = byte + 4
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        case UInt8(ascii: "="), 10, 13: continue
        default: return nil
        }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}

func encodedBase64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let three = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
        let bits = three[0] << 16 | three[1] << 8 | three[2]
        for digit in 0..<4 {
            text.append(start + digit - 1 < bytes.count || digit < 2 ? digits[bits >> (18 - 6 * digit) & 63] : "=")
        }
    }
    return text
}
