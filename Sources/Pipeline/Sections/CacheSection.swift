/// `cache:`: how much is kept, and for how long.
import Diagnostics

enum CacheKeys {
    static let maxSize = Key<Int>(
        "max-size", .size, example: "20GB",
        "How large the store may become; then what was longest not used is removed. Default 20GB.",
        synonyms: ["size", "max_size", "maxSize", "limit"])
    static let maxAge = Key<Int>(
        "max-age", .age, example: "30d", "How long what is not used is kept. Default 30d.",
        synonyms: ["age", "max_age", "maxAge", "ttl", "expire"])

    static let all: [any FormatKey] = [maxSize, maxAge]
}

extension Format where Value == CacheSettings {
    static let cacheSettings: Self = Format(schema: mappingSchema(CacheKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: CacheKeys.all) else { return nil }
        return CacheSettings(maxSize: fields[CacheKeys.maxSize], maxAge: fields[CacheKeys.maxAge])
    }
}
