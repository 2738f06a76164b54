/// Plans tools that are no Go modules: fetched, held to their hash, unpacked where they come in an archive.
import Action
import Go
import Pipeline

extension Planner {
    mutating func planBinaries() {
        for (binary, tool) in zip(pipeline.binaries, tools.suffix(pipeline.binaries.count)) {
            guard let download = binary.downloads.first(where: { $0.platform.value == facts.host }) else {
                // Whoever has no use for it here need not have it.
                missing.insert(tool.action)
                continue
            }
            var action = Action(
                id: tool.action, step: tool.step, kind: .toolBuild, title: "fetch \(withoutSecrets(download.url))",
                argv: ["/bin/sh", "-euc", SymbolicText(fetching), "fetch", SymbolicText(download.url)] + [
                    SymbolicText(download.sha256), SymbolicText(download.path ?? ""), "\(.output)/\(tool.file)",
                    SymbolicText(withoutSecrets(download.url)),
                ])
            action.environment = [
                "PATH": SymbolicText(systemPath), "HOME": SymbolicText(.home), "LANG": "C.UTF-8", "TZ": "UTC",
            ]
            action.facts["platform"] = "\(facts.host)"
            action.outputs = [Action.Output(tool.file)]
            action.retries = 1
            actions.append(action)
            actionsOfStep[action.step] = [action.id]
        }
    }
}

extension Pipeline {
    var pinnedBinaries: [PinnedTool] {
        binaries.map { binary in
            let name = binary.name.value
            return PinnedTool(name: name, package: name, version: nil, action: ActionID("tool:\(name)"), file: name)
        }
    }
}

extension Action {
    /// What the action fetches when it is one of these, and what that must hash to.
    package var download: (url: String, sha256: String)? {
        guard kind == .toolBuild, argv.count == 9, argv[2] == SymbolicText(fetching) else { return nil }
        return (argv[4].literal, argv[5].literal)
    }
}

extension SymbolicText {
    /// Without places.
    fileprivate var literal: String { resolved { _ in "" } }
}

/// Arguments: address, SHA-256, place in the archive or nothing, program, the address as people may see it. Nothing is unpacked, let alone run, that is
/// not what the pin says.
private let fetching = """
    url=$1 wanted=$2 place=$3 program=$4 shown=$5
    fetched=$program.fetched
    fetch() { curl --fail --silent --show-error --location --proto "$1" --output "$fetched" "$url"; }
    case $url in
    file://*) cp "${url#file://}" "$fetched" ;;
    http://*) fetch =http,https ;;
    *) fetch =https ;;
    esac
    found=$(sha256sum <"$fetched")
    found=${found%% *}
    if [ "$found" != "$wanted" ]; then
        echo "$shown is not what is pinned"
        echo "  SHA-256  $found"
        echo "  expected $wanted"
        exit 1
    fi
    case $place in
    '') mv "$fetched" "$program" ;;
    *)
        case $url in
        *.zip) unzip -p "$fetched" "$place" >"$program" ;;
        *) tar -xOf "$fetched" "$place" >"$program" ;;
        esac
        ;;
    esac
    chmod 755 "$program"
    """
