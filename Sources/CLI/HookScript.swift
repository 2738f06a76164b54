/// The text of the git hooks that run the pipeline; it knows githooks(5) and sh, no file.

struct HookScript {
    enum Kind: String, CaseIterable {
        case prePush = "pre-push"
        case preCommit = "pre-commit"

        var option: String { self == .prePush ? "--clean" : "--staged" }
    }

    var kind: Kind
    /// What to start as long as it is there; else what PATH has.
    var program: String
    /// The pipeline's folder from the work tree's root; nil when it is that.
    var place: String?
    /// `-p`.
    var pipeline: String?
    var store: String?

    private static let mark = "# Written by `pipeline hook install`"

    static func isOurs(_ text: String) -> Bool { text.split(separator: "\n").prefix(2).contains { $0.hasPrefix(mark) } }

    var text: String {
        """
        #!/bin/sh
        \(HookScript.mark); `pipeline hook uninstall` takes it away again.
        pipeline=\(quoted(program))
        [ -x "$pipeline" ] || pipeline=$(command -v pipeline) || {
            echo "\(kind.rawValue): there is no pipeline to run; --no-verify goes without it" >&2
            exit 1
        }
        \(kind == .prePush ? push : commit)

        """
    }

    /// git tells on standard input what is pushed: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID, a line each.
    private var push: String {
        """
        seen=
        while read -r local_ref local_id remote_ref remote_id; do
            # What is deleted has no commit.
            commit=$(git rev-parse --quiet --verify "$local_id^{commit}" 2>/dev/null) || continue
            case " $seen " in *" $commit "*) continue ;; esac
            seen="$seen $commit"
            "$pipeline" run --clean="$commit"\(options) </dev/null || exit $?
        done
        """
    }

    private var commit: String { "exec \"$pipeline\" run --staged\(options) </dev/null" }

    private var options: String {
        [("-C", place), ("-p", pipeline), ("--store", store)]
            .compactMap { option, value in value.map { " \(option) \(quoted($0))" } }.joined()
    }
}

/// As one word for sh.
private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
