/// A repository and the tree of one of its commits; what is there, as one listing that tests compare.
import Checkout
import Files
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Bench {
    let repository = TestRepository()
    /// Where the tree is made.
    var path: String { "\(repository.folder.path)/clean" }

    @discardableResult
    func make(_ revision: String = "HEAD", in folder: String = "") throws -> CleanTree {
        let git = try repository.open(folder)
        return try CleanTree(at: path, commit: git.commit(named: revision), of: git)
    }

    @discardableResult
    func makeStaged() throws -> CleanTree {
        let git = try repository.open()
        return try CleanTree(at: path, files: git.stagedFiles(), of: git)
    }

    /// Why the tree of HEAD cannot be made.
    func refusal() throws -> CheckoutError? {
        let git = try repository.open()
        let commit = try git.commit(named: "HEAD")
        do throws(CheckoutError) {
            _ = try CleanTree(at: path, commit: commit, of: git)
            return nil
        } catch {
            return error
        }
    }

    func read(_ file: String) -> [UInt8]? { try? readFile("\(path)/\(file)") }
    func text(_ file: String) -> String? { read(file).map { String(decoding: $0, as: UTF8.self) } }

    /// Every file and link with its mode and content, folders too; `.git` left out.
    func listing(_ root: String) throws -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in names(in: "\(root)/\(folder)") ?? [] where name != ".git" {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                let place = "\(root)/\(path)"
                switch fileStatus(place)?.kind {
                case .folder:
                    found.append("\(path)/")
                    folders.append(path)
                case .link: found.append("\(path) -> \(readLink(place) ?? "")")
                case .file(let executable): found.append("\(path) \(executable) \(try readFile(place))")
                default: found.append("\(path) ?")
                }
            }
        }
        return found.sorted()
    }

    /// Inode and times, which a file that is left alone keeps.
    func signature(_ file: String) -> FileSignature? { fileSignature("\(path)/\(file)")?.signature }
}
