/// From where a module came follows from what the go command told, from folders, and from what is private.
import Files
import Go
import Modules
import TestSupport
import Testing

@Suite struct FetchSourceTests {
    private let folder = TemporaryFolder()
    private let module = ModuleVersion(path: "example.com/Tool", version: "v1.0.0")
    private var cache: ModuleCache { ModuleCache(root: "\(folder.path)/modules") }

    private func trace(_ lines: String...) -> FetchTrace {
        var trace = FetchTrace()
        for line in lines { _ = trace.take(line) }
        return trace
    }

    private func source(_ proxy: String, noProxy: String = "", _ trace: FetchTrace = FetchTrace()) -> String? {
        FetchPolicy(proxy: proxy, noProxy: noProxy).source(of: module, trace, in: cache)
    }

    @Test func whoAnsweredIsTheSource() {
        let told = trace("# get https://b.example/go/example.com/%21tool/@v/v1.0.0.zip: 200 OK (0.1s)")
        #expect(source("https://a.example,https://b.example/go,direct", told) == "https://b.example/go")
        // Another version's answer says nothing.
        let other = trace("# get https://a.example/example.com/%21tool/@v/v1.1.0.zip: 200 OK (0.1s)")
        #expect(source("https://a.example", other) == nil)
    }

    @Test func aFolderHasItOrNot() {
        folder.write("proxy/example.com/!tool/@v/v1.0.0.zip", "")
        let list = "file://\(folder.path)/empty,file://\(folder.path)/proxy"
        #expect(source(list) == "file://\(folder.path)/proxy")
        #expect(source("file://\(folder.path)/empty") == nil)
        // What is private is not asked of any proxy.
        folder.write("modules/cache/download/example.com/!tool/@v/v1.0.0.info", #"{"Origin":{"URL":"https://git.example/tool"}}"#)
        for pattern in ["example.com/*", "other.example,example.com", "ex?mple.com/T*"] {
            #expect(source(list, noProxy: pattern) == "https://git.example/tool", "\(pattern)")
        }
        for pattern in ["example.com/Tool/cmd", "example", "", "*.example"] {
            #expect(source(list, noProxy: pattern) == "file://\(folder.path)/proxy", "\(pattern)")
        }
    }

    @Test func withoutAnAnswerItIsTheRepository() {
        #expect(source("https://a.example,direct") == "direct")
        folder.write("modules/cache/download/example.com/!tool/@v/v1.0.0.info", #"{"Origin":{"URL":"https://git.example/tool"}}"#)
        #expect(source("https://a.example,direct") == "https://git.example/tool")
        #expect(source("off") == nil)
    }
}
