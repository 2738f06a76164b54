/// Keys that sign and keys that verify: Ed25519 and ECDSA on P-256, out of PEM; it reads no file.
///
/// Source of the formats: RFC 7468 (PEM), RFC 5958 (PKCS #8), RFC 5915 (SEC 1), RFC 5280 (public keys), RFC 8410 (Ed25519).
import Crypto

/// Why something cannot be signed or verified.
package struct AttestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `attest/…`
    package var id: String
    package var description: String
    package var help: String?

    package init(_ id: String, _ description: String, help: String? = nil) {
        self.id = id
        self.description = description
        self.help = help
    }
}

package struct SigningKey: Sendable {
    fileprivate enum Kind: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
    }

    private let kind: Kind

    /// `name` is what the key is called in errors.
    package init(pem text: String, named name: String) throws(AttestError) {
        guard let block = pemBlocks(text).first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw AttestError(
                "attest/no-key", "\(name) holds no private key in PEM",
                help: "make one with `openssl genpkey -algorithm ed25519`")
        }
        guard block.label != "ENCRYPTED PRIVATE KEY", !text.contains("Proc-Type: 4,ENCRYPTED") else {
            throw AttestError(
                "attest/encrypted-key", "the private key of \(name) is encrypted",
                help: "decrypt it with `openssl pkey`, and hand it over in a variable: `--key env:NAME`")
        }
        if let seed = block.bytes.following(ed25519PrivateMark, count: 32), let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) {
            kind = .ed25519(key)
        } else if let key = try? P256.Signing.PrivateKey(pemRepresentation: block.text) {
            kind = .p256(key)
        } else {
            throw unsupported(name)
        }
    }

    package var verifying: VerifyingKey {
        switch kind {
        case .ed25519(let key): VerifyingKey(kind: .ed25519(key.publicKey))
        case .p256(let key): VerifyingKey(kind: .p256(key.publicKey))
        }
    }

    /// Of Ed25519 64 bytes; of ECDSA, over SHA-256, in DER.
    func signature(of bytes: [UInt8]) throws(AttestError) -> [UInt8] {
        do {
            switch kind {
            case .ed25519(let key): return [UInt8](try key.signature(for: bytes))
            case .p256(let key): return [UInt8](try key.signature(for: bytes).derRepresentation)
            }
        } catch {
            throw AttestError("attest/not-signed", "the key does not sign: \(error)")
        }
    }
}

package struct VerifyingKey: Sendable {
    fileprivate enum Kind: Sendable {
        case ed25519(Curve25519.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
    }

    fileprivate let kind: Kind

    fileprivate init(kind: Kind) { self.kind = kind }

    /// A public key, or the public part of a private one.
    package init(pem text: String, named name: String) throws(AttestError) {
        let blocks = pemBlocks(text)
        if let block = blocks.first(where: { $0.label == "PUBLIC KEY" }) {
            if let point = block.bytes.following(ed25519PublicMark, count: 32),
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point)
            {
                kind = .ed25519(key)
            } else if let key = try? P256.Signing.PublicKey(pemRepresentation: block.text) {
                kind = .p256(key)
            } else {
                throw unsupported(name)
            }
        } else if blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) {
            kind = try SigningKey(pem: text, named: name).verifying.kind
        } else {
            throw AttestError(
                "attest/no-key", "\(name) holds no public key in PEM", help: "`openssl pkey -in KEY -pubout` writes it")
        }
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal.
    package var id: String {
        let info: [UInt8] =
            switch kind {
            case .ed25519(let key): [0x30, 0x2A] + ed25519PublicHead + ed25519PublicMark + [UInt8](key.rawRepresentation)
            case .p256(let key): [UInt8](key.derRepresentation)
            }
        return SHA256.hash(data: info).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    func accepts(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        switch kind {
        case .ed25519(let key): return key.isValidSignature(signature, for: bytes)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: bytes)
        }
    }
}

private func unsupported(_ name: String) -> AttestError {
    AttestError(
        "attest/unsupported-key", "the key of \(name) is neither Ed25519 nor ECDSA on the curve P-256, or is damaged",
        help: "make one with `openssl genpkey -algorithm ed25519`, or `openssl ecparam -name prime256v1 -genkey`")
}

/// The algorithm's number and what stands before the key, in DER.
private let ed25519PrivateMark: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
private let ed25519PublicMark: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
private let ed25519PublicHead: [UInt8] = [0x30, 0x05]

private struct PEMBlock {
    var label: String
    var bytes: [UInt8]
    /// With its first and last line.
    var text: String
}

/// Those that are whole, in the text's order.
private func pemBlocks(_ text: String) -> [PEMBlock] {
    var blocks: [PEMBlock] = []
    var open: (label: String, lines: [String])?
    for line in text.split(whereSeparator: \.isNewline).map(String.init) {
        if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
            open = (String(line.dropFirst(11).dropLast(5)), [])
        } else if let block = open, line == "-----END \(block.label)-----" {
            if let bytes = decodeBase64(block.lines.filter { !$0.contains(":") }.joined()) {
                let body = ["-----BEGIN \(block.label)-----"] + block.lines + [line]
                blocks.append(PEMBlock(label: block.label, bytes: bytes, text: body.joined(separator: "\n") + "\n"))
            }
            open = nil
        } else {
            open?.lines.append(line.filter { $0 != " " })
        }
    }
    return blocks
}

extension [UInt8] {
    /// So many bytes behind the first `mark`.
    fileprivate func following(_ mark: [UInt8], count wanted: Int) -> [UInt8]? {
        guard count >= mark.count + wanted else { return nil }
        for start in 0...(count - mark.count - wanted) where self[start..<(start + mark.count)].elementsEqual(mark) {
            return Array(self[(start + mark.count)..<(start + mark.count + wanted)])
        }
        return nil
    }
}
