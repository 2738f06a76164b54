/// The comparison with a committed Dockerfile, and the .dockerignore beside it.
import Dockerfile
import Go
import Pipeline
import Plan
import Testing

@Suite struct CheckTests {
    private let stamped = GoldenTests.repositories.first { $0.name == "stamped" }!

    @Test func theSameTextHasNoDifference() throws {
        let text = try stamped.dockerfile()
        #expect(checkDockerfile(text: text, against: text, named: "Dockerfile") == "")
    }

    @Test func aChangeIsShown() {
        #expect(
            checkDockerfile(text: "FROM a\nUSER 1\n", against: "FROM a\nUSER 0\n", named: "docker/Dockerfile") == """
                --- docker/Dockerfile
                +++ pipeline dockerfile
                @@ -1,2 +1,2 @@
                 FROM a
                -USER 0
                +USER 1

                """)
    }

    /// A committed file has the stamp of an earlier commit.
    @Test func theCommitIsNoDifference() throws {
        let old = try stamped.dockerfile()
        var later = stamped
        later.git[.describe] = "v1.5.0"
        let new = try later.dockerfile()
        #expect(new != old && new.contains("ARG GIT_DESCRIBE=v1.5.0\n"))
        #expect(checkDockerfile(text: new, against: old, named: "Dockerfile") == "")
        // The argument itself has to be there.
        let without = old.replacing("ARG GIT_DESCRIBE=v1.4.0-2-gabc1234\n", with: "")
        #expect(checkDockerfile(text: new, against: without, named: "Dockerfile").contains("\n+ARG GIT_DESCRIBE=v1.5.0\n"))
    }

    @Test func lineEndsCount() {
        #expect(checkDockerfile(text: "FROM a\n", against: "FROM a\r\n", named: "Dockerfile") != "")
        #expect(checkDockerfile(text: "FROM a\n", against: "FROM a", named: "Dockerfile") != "")
    }

    @Test func ignoresWhatNoBuildReads() throws {
        #expect(
            try GoldenTests.repositories[0].dockerignore() == """
                # The version is stamped by build arguments: no command reads the history.
                .git

                # A change of these changes no source.
                Dockerfile
                .dockerignore
                pipeline.yaml

                # Built here, and built again in the image.
                bin/tally

                """)
    }

    /// `//go:embed` may name the very files that describe the image.
    @Test func keepsWhatIsEmbedded() throws {
        let pipeline = Pipeline(file: "pipeline.yaml", name: "app")
        var facts = GoldenTests.repositories[0].facts
        var package = GoPackage(importPath: "example.com/tally/setup")
        package.dir = "/repository/setup"
        package.files[.embed] = ["Dockerfile"]
        let key = inferenceKeys(facts)[0]
        facts.listings[key] = [package]
        #expect(emitDockerignore(pipeline, facts).contains("\nDockerfile\n"))
        facts.listings[key]![0].dir = "/repository"
        #expect(!emitDockerignore(pipeline, facts).contains("\nDockerfile\n"))
    }
}
