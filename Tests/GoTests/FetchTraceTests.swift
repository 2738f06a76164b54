/// What the go command tells of its fetching is understood and kept apart; no secret is in what is shown.
import Go
import Testing

@Suite struct FetchTraceTests {
    @Test func answersAreKept() {
        var trace = FetchTrace()
        for line in [
            "# get https://me:xxxxx@proxy.example/m/example.com/%21a/@v/v1.0.0.zip",
            "# get https://me:xxxxx@proxy.example/m/example.com/%21a/@v/v1.0.0.zip: 200 OK (0.012s)",
            "# get https://proxy.example/example.com/b/@v/v1.0.0.zip: 404 Not Found (0.003s)",
            "# lock /modules/cache/vcs/0a.lock", "mkdir -p /modules/cache/vcs # git https://git.example/c",
            "cd /modules/cache/vcs/0a; git fetch -f", "0.104s # cd /modules/cache/vcs/0a; git fetch -f", "git init --bare",
        ] {
            let isPart = trace.take(line)
            #expect(isPart, "\(line)")
        }
        #expect(trace.answered == ["https://***@proxy.example/m/example.com/!a/@v/v1.0.0.zip"])
    }

    @Test(arguments: [
        "go: downloading example.com/a v1.0.0", "verifying example.com/a@v1.0.0: checksum mismatch", "\tdownloaded: h1:x",
        "SECURITY ERROR", "", "main.go:1:1: expected 'package'", "12s later", "go: example.com/a@v1.0.0: reading https://x: 410 Gone",
    ])
    func otherWordsStay(_ line: String) {
        var trace = FetchTrace()
        let isPart = trace.take(line)
        #expect(!isPart && !FetchTrace.isPart(line) && trace.answered.isEmpty)
    }

    @Test(arguments: [
        ("https://me:secret@proxy.example/m", "https://***@proxy.example/m"),
        ("https://token@a.example,direct", "https://***@a.example,direct"),
        ("https://u:p@ss@a.example|http://b.example/x@v1", "https://***@a.example|http://b.example/x@v1"),
        ("https://a.example/dl?to=me@home", "https://a.example/dl?to=me@home"), ("file:///srv/proxy", "file:///srv/proxy"),
        ("direct", "direct"),
    ])
    func noSecretIsShown(_ address: String, _ shown: String) {
        #expect(withoutSecrets(address) == shown)
    }

    @Test func theOriginOfAVersion() {
        func origin(_ text: String) -> String? { originAddress(inInfo: Array(text.utf8)) }
        #expect(origin(#"{"Version":"v1.0.0","Origin":{"VCS":"git","URL":"https://me:x@git.example/a","Ref":"refs/tags/v1.0.0"}}"#) == "https://***@git.example/a")
        #expect(origin(#"{"Version":"v1.0.0"}"#) == nil && origin("nonsense") == nil)
    }
}
