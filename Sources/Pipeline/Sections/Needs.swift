/// `needs:`: which names they can be, and that no step waits for itself.
import Diagnostics
import YAML

extension Format where Value == [Located<Need>] {
    static let needs: Self = Format.oneOrMany(.need)
}

extension Format where Value == Located<Need> {
    fileprivate static let need: Self = Format<Located<String>>.string.then { value, _, decoding in
        let name = value.value
        if name.hasPrefix("artifact.") {
            let artifact = String(name.dropFirst(9))
            if decoding.declared.artifacts.contains(artifact) {
                return Located<Need>(.artifact(artifact), at: value.range)
            }
            decoding.unknownArtifact(artifact, at: value.range)
        } else if decoding.declared.steps.contains(name) {
            return Located<Need>(.step(name), at: value.range)
        } else {
            decoding.unknownStep(name, at: value.range)
        }
        return nil
    }
}

extension Decoding {
    func unknownStep(_ name: String, at range: SourceRange) {
        var help = suggestion(
            for: name, among: declared.steps, none: "declare it under `steps:`", list: "the steps are")
        if declared.artifacts.contains(name) { help = "did you mean the artifact, `artifact.\(name)`?" }
        report("pipeline/unknown-step", at: range, "no step is named \(quoted(name))", help: help)
    }

    /// Reports rings of steps that need each other: depth first, each need that leads back to the path closes one.
    func checkCycles(_ steps: [Step]) {
        var needs: [String: [Located<String>]] = [:]
        for step in steps {
            needs[step.name.value] = step.needs.compactMap { need in
                if case .step(let name) = need.value { Located(name, at: need.range) } else { nil }
            }
        }
        var done: Set<String> = []
        var reported = 0
        for step in steps where !done.contains(step.name.value) {
            // The steps from the first on, and how many needs of each were followed.
            var path = [(name: step.name.value, followed: 0)]
            var depths = [step.name.value: 0]
            while let last = path.indices.last {
                let wanted = needs[path[last].name] ?? []
                guard path[last].followed < wanted.count else {
                    let name = path.removeLast().name
                    depths[name] = nil
                    done.insert(name)
                    continue
                }
                let next = wanted[path[last].followed].value
                path[last].followed += 1
                if let start = depths[next] {
                    let place = needs[path[start].name]![path[start].followed - 1].range
                    if reported < 10 { reportRing(path[start...].map(\.name), at: place) }
                    reported += 1
                } else if !done.contains(next) {
                    depths[next] = path.count
                    path.append((next, 0))
                }
            }
        }
    }

    private func reportRing(_ ring: [String], at place: SourceRange) {
        let others = ring.dropFirst()
        let by = others.isEmpty ? "" : " by way of \(enumeration(Array(others)))"
        let path = (ring.count > 24 ? ring.prefix(12) + ["…"] : ring[...]) + [ring[0]]
        report(
            "pipeline/cycle", at: place, "step `\(ring[0])` needs itself\(by)",
            notes: [.init(path.joined(separator: " → "))],
            help: others.isEmpty ? "remove this need" : "remove one of these needs")
    }
}
