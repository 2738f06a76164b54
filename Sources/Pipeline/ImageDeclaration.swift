/// `image:` as a value: what goes around an artifact in production; it knows no builder and no format of images.
import Diagnostics

package struct ImageDeclaration: Sendable {
    package var artifact: Located<String>
    /// `scratch`, or an image reference pinned by digest.
    package var base: Located<String>
    /// Numeric `UID:GID`.
    package var user: String
    package var ports: [Int]
    /// Arguments of the entrypoint.
    package var arguments: [String]
    /// The values may name what git says of the commit.
    package var labels: [(name: String, value: Template)]
    package var contents: ImageContents
    /// The base has the C library that the artifact is linked to.
    package var hasLibC: Bool
    package var healthcheck: ImageHealthcheck?
    /// The image that a Dockerfile builds in, pinned by digest; nil for the golang image of the pinned release.
    package var builder: Located<String>?
    /// A `test` step that the Dockerfile has a stage for.
    package var test: Located<String>?
    package var extra: ImageExtra
    /// Further images that differ in what is theirs alone.
    package var targets: [ImageTarget]
    package var range: SourceRange

    package init(
        artifact: Located<String>, base: Located<String>, user: String = "65532:65532", ports: [Int] = [],
        arguments: [String] = [], labels: [(name: String, value: Template)] = [], contents: ImageContents = ImageContents(),
        hasLibC: Bool = false, healthcheck: ImageHealthcheck? = nil, builder: Located<String>? = nil,
        test: Located<String>? = nil, extra: ImageExtra = ImageExtra(), targets: [ImageTarget] = [], range: SourceRange
    ) {
        self.artifact = artifact
        self.base = base
        self.user = user
        self.ports = ports
        self.arguments = arguments
        self.labels = labels
        self.contents = contents
        self.hasLibC = hasLibC
        self.healthcheck = healthcheck
        self.builder = builder
        self.test = test
        self.extra = extra
        self.targets = targets
        self.range = range
    }

    /// Whether the authorities of TLS are put in: unless the file says otherwise, where no base can have them.
    package var hasCertificates: Bool { contents.certificates ?? (base.value == "scratch") }

    /// The declaration itself, then each of its targets as one of its own.
    package var all: [ImageDeclaration] {
        [self]
            + targets.map { target in
                var image = self
                image.artifact = target.artifact
                image.ports = target.ports
                image.arguments = target.arguments
                image.healthcheck = target.healthcheck
                return image
            }
    }
}

/// What a program may look for in the file system besides itself.
package struct ImageContents: Hashable, Sendable {
    /// /etc/ssl/certs/ca-certificates.crt; nil leaves it to the base.
    package var certificates: Bool?
    /// Go's own time zones, and ZONEINFO to find them.
    package var timezones: Bool
    /// /etc/passwd and /etc/group with the user.
    package var passwd: Bool
    /// A /tmp that everyone may write to.
    package var tmp: Bool

    package init(certificates: Bool? = nil, timezones: Bool = false, passwd: Bool = false, tmp: Bool = false) {
        self.certificates = certificates
        self.timezones = timezones
        self.passwd = passwd
        self.tmp = tmp
    }
}

/// How an engine asks a running container whether it is well. OCI images have no place for it, Docker's have.
package struct ImageHealthcheck: Hashable, Sendable {
    package enum Command: Hashable, Sendable {
        /// The artifact itself, with these arguments: any base can run it.
        case artifact([String])
        /// A program of the base.
        case program(Located<[String]>)
    }

    package var command: Command
    /// Between two checks, and before the first; nil leaves the engine's own, 30 s.
    package var interval: Duration?
    /// Of one check; nil leaves 30 s.
    package var timeout: Duration?
    /// At the start, when failures do not count; nil leaves none.
    package var startPeriod: Duration?
    /// Failures in a row; nil leaves 3.
    package var retries: Int?

    package init(
        command: Command, interval: Duration? = nil, timeout: Duration? = nil, startPeriod: Duration? = nil,
        retries: Int? = nil
    ) {
        self.command = command
        self.interval = interval
        self.timeout = timeout
        self.startPeriod = startPeriod
        self.retries = retries
    }
}

/// The user's own instructions, as they are.
package struct ImageExtra: Hashable, Sendable {
    /// In the build stage, before the module files are copied.
    package var build: Located<String>?
    /// In each final stage, behind the binary and before USER.
    package var final: Located<String>?

    package init(build: Located<String>? = nil, final: Located<String>? = nil) {
        self.build = build
        self.final = final
    }
}

/// One more image, of another artifact.
package struct ImageTarget: Hashable, Sendable {
    package var artifact: Located<String>
    package var ports: [Int]
    package var arguments: [String]
    package var healthcheck: ImageHealthcheck?

    package init(
        artifact: Located<String>, ports: [Int] = [], arguments: [String] = [], healthcheck: ImageHealthcheck? = nil
    ) {
        self.artifact = artifact
        self.ports = ports
        self.arguments = arguments
        self.healthcheck = healthcheck
    }
}
