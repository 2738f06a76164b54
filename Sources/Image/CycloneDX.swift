/// What a program is made of, as a CycloneDX document, from what the program says itself; it asks no registry.
///
/// Source of the formats: CycloneDX 1.6 in JSON; package URLs (purl), type golang.
import Action

package let cycloneDXPredicate = "https://cyclonedx.org/bom"
package let spdxPredicate = "https://spdx.dev/Document"

/// `program` is the content of `name`. The document's bytes depend on nothing else but `time`, seconds since 1970.
package func cycloneDX(of name: String, digest program: Digest, _ build: GoBuildInfo, creator version: String, time: Int) -> ImageJSON {
    let main = build.main ?? .init(path: build.package, version: "", sum: "")
    let release = String(build.goVersion.drop { !$0.isNumber })
    var components: [ImageJSON] = [
        [
            "type": "library", "bom-ref": "stdlib", "name": "stdlib", "version": .string(release),
            "purl": .string("pkg:golang/stdlib@\(release)"),
        ]
    ]
    for (index, module) in build.dependencies.enumerated() {
        components.append(
            .present([
                "type": "library", "bom-ref": .string("module-\(index + 1)"), "name": .string(module.path),
                "version": module.release.map(ImageJSON.string), "purl": .string(module.packageURL),
                // Go's own hash of a module is of none of the algorithms that there are names for.
                "properties": module.sum.isEmpty ? nil : [["name": "go.sum", "value": .string(module.sum)]],
            ]))
    }
    let properties = build.settings.keys.sorted().map { ["name": .string("go:build:\($0)"), "value": .string(build.settings[$0]!)] as ImageJSON }
    return [
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": .string("urn:uuid:\(uuid(of: program))"), "version": 1,
        "metadata": [
            "timestamp": .string(utcTime(time)),
            "tools": ["components": [["type": "application", "name": "pipeline", "version": .string(version)]]],
            "component": .present([
                "type": "application", "bom-ref": "program", "name": .string(name), "version": main.release.map(ImageJSON.string),
                "purl": .string(main.packageURL), "hashes": [["alg": "SHA-256", "content": .string(program.sha256)]],
                "properties": properties.isEmpty ? nil : .array(properties),
            ]),
        ],
        "components": .array(components),
        "dependencies": [["ref": "program", "dependsOn": .array(components.compactMap { $0["bom-ref"] })]],
    ]
}

/// Version 8 of RFC 9562: the digest's first bytes. The same program has the same.
private func uuid(of digest: Digest) -> String {
    var digits = Array(digest.sha256.prefix(32))
    digits[12] = "8"
    digits[16] = Array("89ab")[(digits[16].hexDigitValue ?? 0) & 3]
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return parts.joined(separator: "-")
}
