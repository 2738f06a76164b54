/// What `image:` asks for, as files, layers and a recipe, in the same places as the Dockerfile has them.
import Action
import Diagnostics
import Files
import Image
import Pipeline

/// Where the files come from that no base has.
struct ImageFileSources {
    /// A bundle of certificates that the user named; nil when they named none.
    var certificates: String?
    /// GOROOT of the toolchain that links the program.
    var goRoot: String
}

extension ImageDeclaration {
    /// What `pipeline image ARTIFACT` without a section of the pipeline file makes.
    init(of artifact: ArtifactDeclaration) {
        let name = artifact.name
        self.init(artifact: name, base: Located("scratch", at: name.range), range: name.range)
    }

    /// The same image around another artifact: what belongs to the one alone is left out.
    func around(_ artifact: ArtifactDeclaration) -> ImageDeclaration {
        if let own = all.first(where: { $0.artifact.value == artifact.name.value }) { return own }
        var image = self
        (image.artifact, image.ports, image.arguments, image.healthcheck) = (artifact.name, [], [], nil)
        return image
    }

    var isOnScratch: Bool { base.value == "scratch" }

    var program: String { "/usr/local/bin/\(artifact.value)" }

    /// Everything but the program. Errors: image/no-certificates, image/no-timezones.
    func files(_ sources: ImageFileSources) throws -> [LayerFile] {
        var files: [LayerFile] = []
        if hasCertificates {
            guard let file = sources.certificates else { throw certificatesNeeded }
            files.append(LayerFile("/etc/ssl/certs/ca-certificates.crt", try content(of: file), mode: 0o644))
        }
        if contents.timezones {
            let file = "\(sources.goRoot)/lib/time/zoneinfo.zip"
            guard fileStatus(file, followingLink: true) != nil else {
                throw ImageError("image/no-timezones", "this Go has no time zones: there is no \(file)")
            }
            files.append(LayerFile(shippedTimezones, try content(of: file), mode: 0o644))
        }
        if contents.passwd {
            let ids = user.split(separator: ":")
            let passwd = "app:x:\(ids[0]):\(ids[1])::/nonexistent:/sbin/nologin\n"
            files.append(LayerFile("/etc/passwd", .bytes(Array(passwd.utf8)), mode: 0o644))
            files.append(LayerFile("/etc/group", .bytes(Array("app:x:\(ids[1]):\n".utf8)), mode: 0o644))
        }
        if contents.tmp { files.append(LayerFile("/tmp", .folder, mode: 0o1777)) }
        return files
    }

    var certificatesNeeded: ImageError {
        ImageError(
            "image/no-certificates",
            "the image is to have certificates, and nothing says which\(contents.certificates == nil ? ": `scratch` has none" : "")",
            help: """
                name a file of them with `--certificates FILE`, one of the repository for the same image everywhere, \
                or say `image: { certificates: false }`
                """)
    }

    private func content(of file: String) throws -> LayerFile.Content { .file(file, try Digest(ofFile: file)) }

    /// The program is `digest`, and lies in the file `linked`. `git` is what labels may name.
    func recipe(
        for platform: ImagePlatform, base: BaseImage?, files: [LayerFile], linked: String, _ digest: Digest, time: Int,
        git: [Reference.GitFact: String], blobs: any BlobStore, memory: any LayerMemory
    ) throws -> ImageRecipe {
        func layer(_ files: [LayerFile], _ origin: String) throws -> ImageLayer {
            try makeLayer(
                files, origin: "pipeline image: \(origin)", time: time, onScratch: isOnScratch, into: blobs, memory: memory)
        }
        var layers: [ImageLayer] = []
        if !files.isEmpty { layers.append(try layer(files, files.map(\.path).joined(separator: " "))) }
        layers.append(try layer([LayerFile(program, .file(linked, digest), mode: 0o755)], program))
        let title = "org.opencontainers.image.title"
        return ImageRecipe(
            platform: platform, layers: layers, base: base, user: user, ports: ports, entrypoint: [program],
            arguments: arguments,
            labels: labels.reduce(into: [title: artifact.value]) { $0[$1.name] = $1.value.filled(with: git) },
            environment: contents.timezones ? ["ZONEINFO=\(shippedTimezones)"] : [],
            healthcheck: healthcheck.map { $0.json(program) }, time: time)
    }
}

/// As the Dockerfile has it.
private let shippedTimezones = "/usr/local/share/zoneinfo.zip"

extension ImageHealthcheck {
    /// Docker's: times in nanoseconds.
    fileprivate func json(_ program: String) -> ImageJSON {
        let words =
            switch command {
            case .artifact(let arguments): [program] + arguments
            case .program(let program): program.value
            }
        func nanoseconds(_ duration: Duration?) -> ImageJSON? {
            duration.map { ImageJSON(Int($0.components.seconds) * 1_000_000_000 + Int($0.components.attoseconds / 1_000_000_000)) }
        }
        return .present([
            "Test": .array((["CMD"] + words).map(ImageJSON.string)), "Interval": nanoseconds(interval),
            "Timeout": nanoseconds(timeout), "StartPeriod": nanoseconds(startPeriod), "Retries": retries.map { ImageJSON($0) },
        ])
    }
}

extension ImagePlatform {
    /// Go builds for the seventh arm unless GOARM says otherwise.
    init(_ platform: Platform, _ artifact: ArtifactDeclaration) {
        var variant: String?
        if platform.architecture == "arm" {
            let setting = artifact.env.last { $0.name.value == "GOARM" }?.value.source
            variant = "v\(setting?.prefix { $0 != "," } ?? "7")"
        }
        self.init(os: platform.os, architecture: platform.architecture, variant: variant)
    }
}
