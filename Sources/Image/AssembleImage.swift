/// The documents of an image: configuration, manifest, index. It knows no storage and no registry.
///
/// Source of the formats: OCI image specification 1.1, "Image Configuration", "Image Manifest", "Image Index".
import Action

/// Equal recipes have equal bytes.
package func assembleImage(_ recipe: ImageRecipe) -> AssembledImage {
    var documents: [Digest: [UInt8]] = [:]
    let layers = (recipe.base?.layers ?? []).map { layer in
        ContentDescriptor(mediaType: MediaType.ofLayer(layer.mediaType), digest: layer.digest)
    } + recipe.layers.map(\.descriptor)
    let diffIDs = (recipe.base?.config["rootfs"]?["diff_ids"]?.list.compactMap(\.text) ?? [])
        + recipe.layers.map(\.diffID.description)
    let config = addDocument(configuration(recipe, diffIDs), MediaType.config, to: &documents)
    let annotations = imageAnnotations(recipe)
    var manifest = addDocument(
        .present([
            "schemaVersion": 2, "mediaType": .string(MediaType.manifest), "config": config.json,
            "layers": .array(layers.map(\.json)), "annotations": annotations.isEmpty ? nil : .texts(annotations),
        ]), MediaType.manifest, to: &documents)
    manifest.platform = recipe.platform
    return AssembledImage(
        platform: recipe.platform, manifest: manifest, config: config, layers: layers, diffIDs: diffIDs,
        documents: documents)
}

/// The index of several platforms' images, in the order given.
package func assembleIndex(
    _ images: [AssembledImage], annotations: [String: String]
) -> (descriptor: ContentDescriptor, documents: [Digest: [UInt8]]) {
    var documents: [Digest: [UInt8]] = [:]
    let index = addDocument(
        .present([
            "schemaVersion": 2, "mediaType": .string(MediaType.index),
            "manifests": .array(images.map(\.manifest.json)),
            "annotations": annotations.isEmpty ? nil : .texts(annotations),
        ]), MediaType.index, to: &documents)
    return (index, documents)
}

/// Labels that are annotations by their names too, and what the base is.
package func imageAnnotations(_ recipe: ImageRecipe) -> [String: String] {
    var annotations = recipe.labels.filter { $0.key.hasPrefix("org.opencontainers.image.") }
    annotations["org.opencontainers.image.base.name"] = recipe.base?.name
    annotations["org.opencontainers.image.base.digest"] = recipe.base?.digest
    return annotations
}

/// What the base says holds where the recipe says nothing. A new entrypoint makes the base's arguments void.
private func configuration(_ recipe: ImageRecipe, _ diffIDs: [String]) -> ImageJSON {
    let base = recipe.base?.config["config"]?.members ?? [:]
    var config = base.filter { ["WorkingDir", "Volumes", "Healthcheck", "Shell"].contains($0.key) && $0.value != .null }
    let environment = base["Env"].map(\.list) ?? [.string(standardPath)]
    config["Env"] = .array(environment + recipe.environment.map(ImageJSON.string))
    if let check = recipe.healthcheck { config["Healthcheck"] = check }
    if config["WorkingDir"]?.text ?? "" == "" { config["WorkingDir"] = "/" }
    config["User"] = .string(recipe.user)
    config["Entrypoint"] = .array(recipe.entrypoint.map(ImageJSON.string))
    if !recipe.arguments.isEmpty { config["Cmd"] = .array(recipe.arguments.map(ImageJSON.string)) }
    let ports = Set((base["ExposedPorts"]?.members ?? [:]).keys).union(recipe.ports.map { "\($0)/tcp" })
    if !ports.isEmpty {
        config["ExposedPorts"] = .object(Dictionary(uniqueKeysWithValues: ports.map { ($0, .object([:])) }))
    }
    let labels = (base["Labels"]?.texts ?? [:]).merging(recipe.labels) { $1 }
    if !labels.isEmpty { config["Labels"] = .texts(labels) }
    config["StopSignal"] = .string(recipe.stopSignal)

    let time = utcTime(recipe.time)
    let history = baseHistory(recipe.base)
        + recipe.layers.map { layer in ["created": .string(time), "created_by": .string(layer.origin)] as ImageJSON }
    return .present([
        "created": .string(time), "os": .string(recipe.platform.os),
        "architecture": .string(recipe.platform.architecture),
        "variant": recipe.platform.variant.map { .string($0) }, "config": .object(config),
        "rootfs": ["type": "layers", "diff_ids": .array(diffIDs.map(ImageJSON.string))],
        "history": .array(history),
    ])
}

/// What a program is given for PATH where the base says nothing: Docker's, so that both kinds of image agree.
private let standardPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/// One entry a layer: where the base's does not add up, nothing is known of its layers.
private func baseHistory(_ base: BaseImage?) -> [ImageJSON] {
    guard let base else { return [] }
    let entries = base.config["history"]?.list ?? []
    let layers = entries.count { $0["empty_layer"] != true }
    guard layers != base.layers.count else { return entries }
    return base.layers.map { _ in ["created_by": .string("base \(base.name)")] as ImageJSON }
}

/// RFC 3339, in UTC, of seconds since 1970.
package func utcTime(_ seconds: Int) -> String {
    func digits(_ number: Int, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let day = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400)
    let second = seconds - day * 86400
    // Days of the 400-year cycle that begins on 1 March, so that the day that leap years add is the last.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2))"
    return "\(date)T\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))Z"
}
