/// Names of images, addresses and challenges: what they mean, and what is none.
import Testing

@testable import Registry

@Suite("References")
struct ReferenceTests {
    @Test(
        "Every part is found",
        arguments: [
            ("golang", "docker.io/library/golang"), ("golang:1.27", "docker.io/library/golang:1.27"),
            ("team/app", "docker.io/team/app"), ("index.docker.io/team/app", "docker.io/team/app"),
            ("localhost/app", "localhost/app"), ("localhost:5000/app:x", "localhost:5000/app:x"),
            ("example.com/a/b_c/d-e/f.g/h__i/j--k", "example.com/a/b_c/d-e/f.g/h__i/j--k"),
            ("Example.COM/a", "example.com/a"), ("[::1]:5000/a", "[::1]:5000/a"),
            (
                "gcr.io/distroless/static:nonroot@sha256:\(String(repeating: "a", count: 64))",
                "gcr.io/distroless/static:nonroot@sha256:\(String(repeating: "a", count: 64))"
            ),
        ])
    func isUnderstood(_ text: String, _ expected: String) throws {
        #expect(try ImageReference(text).description == expected)
    }

    @Test(
        "What is no reference is refused",
        arguments: [
            "", "UPPER", "a//b", "a/", "/a", "a:", "a:-x", "a b", "-a", "a___b", "a._b", "a@sha256:1", "a@md5:x", "a:b:c/d e",
            String(repeating: "a", count: 256), "a:\(String(repeating: "t", count: 129))", "ex\nample.com/a",
        ])
    func isRefused(_ text: String) {
        let error = #expect(throws: RegistryError.self) { try ImageReference(text) }
        #expect(error?.id == "registry/bad-reference")
    }

    @Test("Docker Hub's interface has another name")
    func hasHost() throws {
        #expect(try ImageReference("a").host == "registry-1.docker.io")
        #expect(try ImageReference("localhost:1/a").version == "latest")
    }

    @Test(
        "Locations are resolved as browsers do",
        arguments: [
            ("http://h:1/a/b?x=1", "http://other/c", "http://other/c"), ("http://h:1/a/b?x=1", "/c?d", "http://h:1/c?d"),
            ("http://h:1/a/b?x=1", "c", "http://h:1/a/c"), ("http://h:1/a/b", "?y", "http://h:1/a/b?y"),
            ("https://h/a", "//k/c", "https://k/c"),
        ])
    func resolves(_ url: String, _ location: String, _ expected: String) {
        #expect(resolve(location, against: url) == expected)
    }

    @Test("Questions are added behind those that are there")
    func addsQuestions() {
        #expect(adding("digest", "sha256:ab", to: "http://h/a") == "http://h/a?digest=sha256%3Aab")
        #expect(adding("b", "x y/z", to: "http://h/a?c=d") == "http://h/a?c=d&b=x%20y%2Fz")
    }

    @Test("Only this machine is spoken to without encryption")
    func knowsLoopback() {
        for name in ["localhost", "127.0.0.1", "127.1.2.3", "::1", "a.localhost"] { #expect(isLoopback(name)) }
        for name in ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "", "128.0.0.1"] { #expect(!isLoopback(name)) }
        #expect(hostName(of: "http://[::1]:5000/v2/") == "::1")
        #expect(hostName(of: "https://h.example:1/x:y") == "h.example")
    }

    @Test("Challenges are read with their parameters")
    func readsChallenges() {
        let header = #"Bearer realm="https://auth.example.com/token?a=b,c",service="it's \"x\"",scope="repository:a:pull,push", Basic realm=plain"#
        #expect(
            Challenge.all(in: header) == [
                Challenge(
                    scheme: "bearer",
                    parameters: [
                        "realm": "https://auth.example.com/token?a=b,c", "service": "it's \"x\"", "scope": "repository:a:pull,push",
                    ]), Challenge(scheme: "basic", parameters: ["realm": "plain"]),
            ])
        #expect(Challenge.all(in: "Negotiate") == [Challenge(scheme: "negotiate", parameters: [:])])
        #expect(Challenge.all(in: "") == [])
        #expect(Challenge.all(in: "=,=\"").isEmpty)
    }

    @Test("Base64 goes both ways")
    func knowsBase64() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")] {
            #expect(encodedBase64(Array(text.utf8)) == encoded)
            #expect(decodedBase64(encoded) == Array(text.utf8))
        }
        #expect(decodedBase64("a*") == nil)
    }
}
