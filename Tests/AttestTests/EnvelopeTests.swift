/// Keys and envelopes: what signs is accepted, what was changed is not, and what is none is said to be none.
import Action
import Image
import Testing

@testable import Attest

/// Of the tests alone; made with openssl.
private let ed25519 = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    -----END PRIVATE KEY-----

    """

@Suite("Envelopes")
struct EnvelopeTests {
    private let statement = inTotoStatement(of: [("app", Digest(of: [1]))], "https://example.com/p", ["a": 1])

    @Test("The public part of RFC 8032's first test key is the one it names")
    func derivesPublicKey() throws {
        let key = try SigningKey(pem: ed25519, named: "key")
        let publicKey = try VerifyingKey(
            pem: "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n", named: "p")
        #expect(key.verifying.id == publicKey.id)
        // RFC 8032 7.1, test 1: of no bytes at all.
        #expect(
            base64(try key.signature(of: []))
                == "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==")
    }

    @Test("An envelope is read as it was written, and changes show")
    func isSigned() throws {
        let key = try SigningKey(pem: ed25519, named: "key")
        let envelope = try Envelope(statement: statement, keys: [key])
        let read = try ReadStatement(envelope.json.bytes, named: "x")
        #expect(read.subjects.map(\.sha256) == [Digest(of: [1]).sha256] && read.predicateType == "https://example.com/p")
        #expect(read.envelope?.isSigned(by: key.verifying) == true)
        var changed = envelope
        changed.payload[10] ^= 1
        #expect(!changed.isSigned(by: key.verifying))
        changed = envelope
        changed.payloadType = "text/plain"
        #expect(!changed.isSigned(by: key.verifying))
    }

    @Test(
        "What is none is refused by its name",
        arguments: [
            ("", "attest/malformed"), ("[]", "attest/malformed"), ("{}", "attest/malformed"),
            ("{\"payloadType\":\"a/b\",\"payload\":\"YQ==\",\"signatures\":[{\"sig\":\"YQ==\"}]}", "attest/payload-type"),
            ("{\"payloadType\":\"a/b\",\"payload\":\"Y\",\"signatures\":[{\"sig\":\"YQ==\"}]}", "attest/malformed"),
            ("{\"payloadType\":\"a/b\",\"payload\":\"YQ==\",\"signatures\":[]}", "attest/malformed"),
            ("{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"x\",\"predicate\":{},\"subject\":[]}", "attest/malformed"),
        ])
    func refuses(_ text: String, _ id: String) {
        let error = #expect(throws: AttestError.self) { try ReadStatement(Array(text.utf8), named: "x") }
        #expect(error?.id == id)
    }

    @Test(
        "Keys that cannot be used are told apart",
        arguments: [
            ("", "attest/no-key"), ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "attest/unsupported-key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "attest/encrypted-key"),
        ])
    func refusesKeys(_ text: String, _ id: String) {
        let error = #expect(throws: AttestError.self) { try SigningKey(pem: text, named: "x") }
        #expect(error?.id == id)
    }

    @Test("Base64 is that of RFC 4648", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func encodes(_ text: String, _ encoded: String) {
        #expect(base64(Array(text.utf8)) == encoded)
        #expect(decodeBase64(encoded) == Array(text.utf8))
        #expect(decodeBase64("Zg===") == nil && decodeBase64("Z") == nil && decodeBase64("Zh==") == nil && decodeBase64("Z g=") == nil)
    }
}
