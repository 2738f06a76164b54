/// What is to be in a tree: the files of a commit and of its submodules, each with how it is written; it writes nothing.
import Files
import Git

struct WantedFile: Sendable {
    /// From the tree's root.
    var path: String
    /// As its own repository has it, under the path there.
    var file: GitFile
    var conversion: ContentConversion
    /// Of `WantedFiles.sources`.
    var source: Int
}

struct WantedFiles: Sendable {
    /// In byte order of their paths.
    private(set) var files: [WantedFile] = []
    /// The repository itself, and those of submodules.
    private(set) var sources: [GitObjects] = []
    private(set) var remarks = CheckoutRemarks()

    init(_ files: [GitFile], of repository: GitRepository) throws(CheckoutError) {
        try add(files, of: repository.objects, below: "", in: repository.workTree)
        self.files.sort { comesBefore($0.path, $1.path) }
        try refuseCollisions()
    }

    private mutating func add(
        _ files: [GitFile], of objects: GitObjects, below folder: String, in workTree: String
    ) throws(CheckoutError) {
        let source = sources.count
        sources.append(objects)
        let attributes = try attributes(of: files, objects)
        var names: [String: String]?
        self.files.reserveCapacity(self.files.count + files.count)
        for file in files {
            let path = folder + file.path
            if file.kind == .submodule {
                if names == nil { names = try submoduleNames(files, objects) }
                let name = names?[file.path] ?? file.path
                try add(submodule: GitFile(path: path, kind: .submodule, id: file.id), objects.submodule(named: name, at: path, in: workTree), workTree)
                continue
            }
            let conversion = file.kind == .link ? .none : attributes.conversion(of: file.path)
            if let filter = conversion.filter, filter != largeFileFilter, remarks.filters[filter] == nil {
                remarks.filters[filter] = path
            }
            self.files.append(WantedFile(path: path, file: file, conversion: conversion, source: source))
        }
    }

    /// Its files where its commit is here, else a remark.
    private mutating func add(submodule: GitFile, _ objects: GitObjects?, _ workTree: String) throws(CheckoutError) {
        let isHere = try objects.map { objects throws(CheckoutError) in
            try catching { () throws(GitError) in try objects.contains(submodule.id) }
        }
        guard let objects, isHere == true else { return remarks.absentSubmodules.append(submodule) }
        remarks.submodules.append(submodule)
        let files = try catching { () throws(GitError) in try objects.files(of: submodule.id) }
        try add(files, of: objects, below: "\(submodule.path)/", in: workTree)
    }

    private func attributes(of files: [GitFile], _ objects: GitObjects) throws(CheckoutError) -> GitAttributes {
        let found = files.filter { file in
            (file.kind == .file || file.kind == .program) && file.path.hasSuffix(GitAttributes.fileName)
                && baseName(file.path) == GitAttributes.fileName
        }
        guard !found.isEmpty else { return GitAttributes([]) }
        var contents: [(path: String, content: [UInt8])] = []
        try objects.read(found.map(\.id), orThrow: { .missing($0, found[0].path) }) { index, content throws(CheckoutError) in
            contents.append((found[index].path, content))
        }
        return GitAttributes(contents)
    }

    /// By path. Source of the format: gitmodules(5).
    private func submoduleNames(_ files: [GitFile], _ objects: GitObjects) throws(CheckoutError) -> [String: String] {
        guard let file = files.first(where: { $0.path == ".gitmodules" && $0.kind != .link }) else { return [:] }
        return namesOfSubmodules(try catching { () throws(GitError) in try objects.content(of: file.id) })
    }

    /// A damaged or malicious tree names a path twice.
    private func refuseCollisions() throws(CheckoutError) {
        for (file, next) in zip(files, files.dropFirst()) where file.path == next.path { throw .collision(file.path) }
    }
}

/// The name of Git LFS's filter in .gitattributes.
let largeFileFilter = "lfs"

extension CheckoutError {
    /// Of a content that could not be read.
    static func missing(_ error: GitError, _ path: String) -> CheckoutError {
        error.code == .notFound ? .missingContents(count: 1, of: path) : .git(error)
    }
}
