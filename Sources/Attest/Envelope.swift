/// Statements in an envelope with signatures (DSSE), written and read; it knows no predicate.
///
/// Source of the format: DSSE 1.0.2, "Envelope" and "Protocol"; in-toto attestation framework, "Envelope".
import Action
import Image

package struct Envelope: Sendable {
    package struct Signature: Sendable {
        /// Empty when the signer does not say.
        package var keyID: String
        package var bytes: [UInt8]
    }

    package var payloadType: String
    package var payload: [UInt8]
    package var signatures: [Signature]

    /// Signed by every key, in the order given.
    package init(statement: ImageJSON, keys: [SigningKey]) throws(AttestError) {
        payloadType = provenanceType
        payload = statement.bytes
        signatures = []
        for key in keys {
            let bytes = try key.signature(of: authenticated)
            signatures.append(Signature(keyID: key.verifying.id, bytes: bytes))
        }
    }

    /// Nil when it is JSON of something else.
    package init?(_ json: ImageJSON, named name: String) throws(AttestError) {
        guard let type = json["payloadType"]?.text, let text = json["payload"]?.text else { return nil }
        guard let payload = decodeBase64(text) else { throw malformed(name, "its payload is not base64") }
        payloadType = type
        self.payload = payload
        signatures = []
        for entry in json["signatures"]?.list ?? [] {
            guard let text = entry["sig"]?.text, let bytes = decodeBase64(text) else { throw malformed(name, "a signature is not base64") }
            signatures.append(Signature(keyID: entry["keyid"]?.text ?? "", bytes: bytes))
        }
        guard !signatures.isEmpty else { throw malformed(name, "it has no signatures") }
    }

    package var json: ImageJSON {
        [
            "payloadType": .string(payloadType), "payload": .string(base64(payload)),
            "signatures": .array(signatures.map { ["keyid": .string($0.keyID), "sig": .string(base64($0.bytes))] }),
        ]
    }

    /// What is signed: the pre-authentication encoding.
    var authenticated: [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }

    /// Somebody with this key signed exactly this.
    package func isSigned(by key: VerifyingKey) -> Bool { signatures.contains { key.accepts($0.bytes, of: authenticated) } }
}

/// What an attestation says of whom, as far as it can be compared.
package struct ReadStatement: Sendable {
    package var subjects: [(name: String, sha256: String)]
    package var predicateType: String
    /// Nil when it was not in an envelope.
    package var envelope: Envelope?

    /// `bytes` are a statement, or an envelope around one. Errors: attest/malformed, attest/payload-type.
    package init(_ bytes: [UInt8], named name: String) throws(AttestError) {
        guard let json = ImageJSON(bytes) else { throw malformed(name, "it is not JSON") }
        envelope = try Envelope(json, named: name)
        if let envelope, envelope.payloadType != provenanceType {
            throw AttestError(
                "attest/payload-type", "\(name) holds \(envelope.payloadType), not \(provenanceType)",
                help: "only in-toto statements are checked here")
        }
        guard let statement = envelope.map({ ImageJSON($0.payload) }) ?? json else { throw malformed(name, "its payload is not JSON") }
        guard statement["_type"]?.text == statementType else {
            throw malformed(name, "its _type is \(statement["_type"]?.text ?? "missing"), not \(statementType)")
        }
        guard let type = statement["predicateType"]?.text, statement["predicate"] != nil else { throw malformed(name, "it has no predicate") }
        predicateType = type
        subjects = []
        for subject in statement["subject"]?.list ?? [] {
            guard let digits = subject["digest"]?["sha256"]?.text, Digest(written: "sha256:\(digits)", size: 0) != nil else {
                throw malformed(name, "a subject has no SHA-256 digest")
            }
            subjects.append((subject["name"]?.text ?? "", digits))
        }
        guard !subjects.isEmpty else { throw malformed(name, "it has no subject") }
    }
}

private func malformed(_ name: String, _ what: String) -> AttestError {
    AttestError("attest/malformed", "\(name) is no attestation: \(what)")
}
