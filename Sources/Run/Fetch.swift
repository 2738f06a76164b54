/// Something that came from elsewhere for a run, as its record has it; it knows nothing of how it came.

package struct Fetch: Hashable, Sendable {
    /// A module's path; of a program that is no Go module its name.
    package var name: String
    /// Nil for what is no Go module.
    package var version: String?
    /// `h1:…` of a module, `sha256:…` of a file.
    package var hash: String
    /// A proxy, a repository or the file's address, without secrets; nil when that cannot be told.
    package var source: String?

    package init(name: String, version: String?, hash: String, source: String?) {
        self.name = name
        self.version = version
        self.hash = hash
        self.source = source
    }
}
