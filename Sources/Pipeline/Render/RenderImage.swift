/// `image:` written as it is read: what stands at its default is left out.

extension YAMLWriter {
    mutating func image(_ image: ImageDeclaration) {
        string("artifact", image.artifact.value)
        string("base", image.base.value)
        if image.user != defaultImageUser { entry("user", JSON.quote(image.user)) }
        ports(image.ports)
        if !image.arguments.isEmpty { list("args", image.arguments) }
        if !image.labels.isEmpty {
            mapping("labels") { writer in
                for label in image.labels { writer.string(label.name, label.value.source) }
            }
        }
        if let certificates = image.contents.certificates { entry("certificates", "\(certificates)") }
        flag("timezones", image.contents.timezones)
        flag("passwd", image.contents.passwd)
        flag("tmp", image.contents.tmp)
        flag("libc", image.hasLibC)
        healthcheck(image.healthcheck)
        if let builder = image.builder { string("builder", builder.value) }
        if let test = image.test { string("test", test.value) }
        if image.extra != ImageExtra() {
            mapping("extra") { writer in
                if let build = image.extra.build { writer.string("build", build.value) }
                if let final = image.extra.final { writer.string("final", final.value) }
            }
        }
        guard !image.targets.isEmpty else { return }
        mapping("targets") { writer in
            for target in image.targets {
                if target.ports.isEmpty, target.arguments.isEmpty, target.healthcheck == nil {
                    writer.entry(target.artifact.value, "{}")
                    continue
                }
                writer.mapping(target.artifact.value) { writer in
                    writer.ports(target.ports)
                    if !target.arguments.isEmpty { writer.list("args", target.arguments) }
                    writer.healthcheck(target.healthcheck)
                }
            }
        }
    }

    private mutating func ports(_ ports: [Int]) {
        if !ports.isEmpty { entry("ports", "[\(ports.map(String.init).joined(separator: ", "))]") }
    }

    private mutating func flag(_ key: String, _ value: Bool) {
        if value { entry(key, "true") }
    }

    private mutating func healthcheck(_ check: ImageHealthcheck?) {
        guard let check else { return }
        mapping("healthcheck") { writer in
            switch check.command {
            case .artifact(let arguments): writer.list("args", arguments)
            case .program(let words): writer.list("run", words.value)
            }
            if let interval = check.interval { writer.entry("interval", interval.inUnits) }
            if let timeout = check.timeout { writer.entry("timeout", timeout.inUnits) }
            if let start = check.startPeriod { writer.entry("start-period", start.inUnits) }
            if let retries = check.retries { writer.entry("retries", "\(retries)") }
        }
    }
}
