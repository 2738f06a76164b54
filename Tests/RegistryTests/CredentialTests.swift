/// Logins as `docker login` keeps them: in the file, or with a helper that is really run.
import Files
import TestSupport
import Testing

@testable import Registry

@Suite("Credentials")
struct CredentialTests {
    let place = TemporaryFolder()

    private var places: CredentialPlaces {
        CredentialPlaces(
            environment: ["DOCKER_CONFIG": place.path, "PATH": "\(place.path)/bin:/usr/bin:/bin"], directory: place.path)
    }

    private func found(_ registry: String, _ config: String) async throws -> RegistryCredentials? {
        place.write("config.json", config)
        return try await credentials(for: registry, in: places)
    }

    @Test("A login in the file is found by the registry's name, in any way it is written")
    func readsFile() async throws {
        // ada:secret:with colon
        let auth = #"{"auth":"YWRhOnNlY3JldDp3aXRoIGNvbG9u"}"#
        let expected = RegistryCredentials.password(user: "ada", "secret:with colon")
        for name in ["example.com:5000", "https://example.com:5000", "http://example.com:5000/v2/"] {
            #expect(try await found("example.com:5000", #"{"auths":{"\#(name)":\#(auth),"other":{}}}"#) == expected)
        }
        #expect(try await found("docker.io", #"{"auths":{"https://index.docker.io/v1/":\#(auth)}}"#) == expected)
        #expect(try await found("example.com", #"{"auths":{"example.com:5000":\#(auth)}}"#) == nil)
        #expect(
            try await found("a.b", #"{"auths":{"a.b":{"auth":"","identitytoken":"t"}}}"#) == .refreshToken("t"))
        #expect(
            try await found("a.b", #"{"auths":{"a.b":{"username":"u","password":"p"}}}"#) == .password(user: "u", "p"))
        #expect(try await found("a.b", #"{"auths":{"a.b":{}}}"#) == nil)
    }

    @Test("Without a file nothing is known; a file that is no JSON is an error")
    func reportsBadFile() async throws {
        #expect(try await credentials(for: "a.b", in: places) == nil)
        let error = await #expect(throws: RegistryError.self) { try await found("a.b", "{") }
        #expect(error?.id == "registry/bad-config")
    }

    @Test("A helper is asked by name, its answer taken, its own registry's before the one for all")
    func asksHelpers() async throws {
        place.write(
            "bin/docker-credential-one",
            """
            #!/bin/sh
            [ "$1" = get ] || exit 9
            server=$(cat)
            case $server in
                a.b) echo '{"ServerURL":"a.b","Username":"ada","Secret":"s"}' ;;
                t.b) echo '{"Username":"<token>","Secret":"s"}' ;;
                https://index.docker.io/v1/) echo '{"Username":"hub","Secret":"s"}' ;;
                bad.b) echo 'the vault is locked' >&2; exit 1 ;;
                *) echo 'credentials not found in native keychain'; exit 1 ;;
            esac
            """, mode: 0o755)
        place.write("bin/docker-credential-two", "#!/bin/sh\necho '{\"Username\":\"two\",\"Secret\":\"2\"}'\n", mode: 0o755)
        #expect(try await found("a.b", #"{"credsStore":"one"}"#) == .password(user: "ada", "s"))
        #expect(try await found("t.b", #"{"credsStore":"one"}"#) == .refreshToken("s"))
        #expect(try await found("docker.io", #"{"credsStore":"one"}"#) == .password(user: "hub", "s"))
        #expect(try await found("c.d", #"{"credsStore":"one"}"#) == nil)
        #expect(try await found("c.d", #"{"credsStore":"one","credHelpers":{"c.d":"two"}}"#) == .password(user: "two", "2"))
        // What the helper does not know may stand in the file.
        #expect(
            try await found("c.d", #"{"credsStore":"one","auths":{"c.d":{"auth":"dTpw"}}}"#) == .password(user: "u", "p"))
        let locked = await #expect(throws: RegistryError.self) { try await found("bad.b", #"{"credsStore":"one"}"#) }
        #expect(locked?.id == "registry/credential-helper" && locked?.description.contains("the vault is locked") == true)
        let absent = await #expect(throws: RegistryError.self) { try await found("a.b", #"{"credsStore":"three"}"#) }
        #expect(absent?.id == "registry/credential-helper")
    }
}
