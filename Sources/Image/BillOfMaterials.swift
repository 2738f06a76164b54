/// What a program is made of, as an SPDX document, from what the program says itself; it asks no registry.
///
/// Source of the formats: SPDX 2.3 in JSON; package URLs (purl), type golang.
import Action

package let billOfMaterialsType = "application/spdx+json"

/// `program` is the content of `name`. The document's bytes depend on nothing else but `time`, seconds since 1970.
package func billOfMaterials(
    of name: String, digest program: Digest, _ build: GoBuildInfo, creator: String, time: Int
) -> ImageJSON {
    // As a package: a file would need a SHA-1 too.
    let whole: ImageJSON = [
        "SPDXID": "SPDXRef-program", "name": .string(name), "packageFileName": .string("./\(name)"), "primaryPackagePurpose": "APPLICATION",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
        "checksums": [["algorithm": "SHA256", "checksumValue": .string(program.sha256)]],
    ]
    var packages = [modulePackage("SPDXRef-main", build.main ?? .init(path: build.package, version: "", sum: ""))]
    packages.append(
        .present([
            "SPDXID": "SPDXRef-stdlib", "name": "stdlib", "versionInfo": .string(String(build.goVersion.drop { !$0.isNumber })),
            "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
            "externalRefs": [packageURL("pkg:golang/stdlib@\(String(build.goVersion.drop { !$0.isNumber }))")],
        ]))
    for (index, module) in build.dependencies.enumerated() {
        packages.append(modulePackage("SPDXRef-module-\(index + 1)", module))
    }
    let relations: [ImageJSON] =
        [relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-program"), relation("SPDXRef-program", "GENERATED_FROM", "SPDXRef-main")]
        + packages.dropFirst().compactMap { $0["SPDXID"]?.text }.map { relation("SPDXRef-main", "DEPENDS_ON", $0) }
    return [
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": .string(name),
        "documentNamespace": .string("urn:spdx:\(name):sha256:\(program.sha256)"),
        "creationInfo": ["created": .string(utcTime(time)), "creators": [.string("Tool: \(creator)")]],
        "packages": .array([whole] + packages), "relationships": .array(relations),
    ]
}

private func modulePackage(_ id: String, _ module: GoBuildInfo.Module) -> ImageJSON {
    .present([
        "SPDXID": .string(id), "name": .string(module.path), "versionInfo": module.release.map(ImageJSON.string),
        "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
        // Go's own hash of a module is of no algorithm that SPDX has a name for.
        "comment": module.sum.isEmpty ? nil : .string("go.sum \(module.sum)"),
        "externalRefs": [packageURL(module.packageURL)],
    ])
}

extension GoBuildInfo.Module {
    /// Nil for one that has none: the main module, unless it was built as somebody's dependency.
    var release: String? { version.isEmpty || version == "(devel)" ? nil : version }

    /// The type's rules ask for lower case.
    var packageURL: String { "pkg:golang/\(urlPath(path.lowercased()))" + (release.map { "@\(urlPath($0))" } ?? "") }
}

private func packageURL(_ url: String) -> ImageJSON {
    ["referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": .string(url)]
}

private func relation(_ from: String, _ type: String, _ to: String) -> ImageJSON {
    ["spdxElementId": .string(from), "relationshipType": .string(type), "relatedSpdxElement": .string(to)]
}

/// Everything but letters, digits and `.-_~/` by its number.
private func urlPath(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
        if (48...57) ~= byte || (65...90) ~= byte || (97...122) ~= byte || ".-_~/".utf8.contains(byte) {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
    }
}
