// swift-tools-version: 6.2
// The house's floor plan: one target per room, imports go strictly down (docs/architecture.md).
import PackageDescription

let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "pipeline",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pipeline", targets: ["CLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Floor 0
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Deflate", dependencies: ["CZlib"]),
        .target(name: "Diagnostics"),
        .target(name: "Files"),
        .target(name: "ELF"),
        .target(name: "Secrets"),
        // Between fork and exec there is no Swift.
        .target(name: "CSandbox"),
        .target(name: "Processes", dependencies: ["CSandbox", subprocess, system]),
        // Floor 1
        .target(name: "Action", dependencies: ["Files", crypto]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
        .target(name: "YAML", dependencies: ["Diagnostics", "CLibYAML"]),
        .target(name: "Go", dependencies: ["Diagnostics", "Processes"]),
        .target(name: "Git", dependencies: ["CLibGit2"]),
        // Floor 2
        .target(name: "Pipeline", dependencies: ["Diagnostics", "YAML"]),
        .target(name: "Scripts", dependencies: ["Diagnostics", "YAML"]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "Archive", dependencies: ["Action", "Files", "CZstd"]),
        .target(name: "Image", dependencies: ["Action", "Deflate", "Files"]),
        .target(name: "Modules", dependencies: ["Action", "Deflate", "Diagnostics", "Files", "Go"]),
        .target(name: "WorkTree", dependencies: ["Action", "Files", "Git", "Go"]),
        // Floor 3
        .target(name: "Checkout", dependencies: ["Action", "Files", "Git", "WorkTree"]),
        .target(name: "Plan", dependencies: ["Diagnostics", "Action", "Pipeline", "Go"]),
        .target(name: "Cache", dependencies: ["Action", "Archive", "Files"]),
        .target(name: "Policy", dependencies: ["Diagnostics", "Go", "Pipeline", "Scripts"]),
        // Loads libcurl when it is first used.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "Attest", dependencies: ["Action", "Image", crypto]),
        .target(name: "Verify", dependencies: ["Deflate", "Diagnostics", "ELF", "Image"]),
        .target(name: "Registry", dependencies: ["Action", "CCurl", "Files", "Image", "Processes"]),
        // Floor 4
        .target(name: "Run", dependencies: ["Diagnostics", "Action", "Files", "Processes", "Plan", "Secrets"]),
        .target(name: "Dockerfile", dependencies: ["Diagnostics", "ELF", "Action", "Pipeline", "Go", "Plan"]),
        .target(name: "CacheProgram", dependencies: ["Cache"]),
        .target(name: "Tools", dependencies: ["Diagnostics", "Go", "Pipeline", "Plan"]),
        // Floor 5
        .target(name: "Report", dependencies: ["Diagnostics", "Action", "Cache", "Plan", "Policy", "Run", "Secrets"]),
        // Floor 6
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Attest", "Diagnostics", "Action", "Files", "Processes", "Pipeline", "Go", "Git", "Archive", "Cache", "CacheProgram", "Checkout",
                "Modules", "WorkTree", "Plan", "Policy", "Run", "Dockerfile", "Image", "Registry", "Report", "Scripts", "Secrets", "Tools",
                "Verify", argumentParser,
            ]),
        // Tests, one target a room
        .target(name: "TestSupport", dependencies: ["Action", "Diagnostics", "Files", "Git"], path: "Tests/TestSupport"),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "DeflateTests", dependencies: ["Deflate", "Action", "Files", "Processes", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "SecretsTests", dependencies: ["Secrets"]),
        .testTarget(name: "ELFTests", dependencies: ["ELF", "Files", "TestSupport"]),
        .testTarget(name: "ActionTests", dependencies: ["Action", "Files", "TestSupport"]),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", "Files"]),
        .testTarget(name: "PipelineTests", dependencies: ["Pipeline", "YAML", "Diagnostics", "TestSupport"]),
        .testTarget(
            name: "PolicyTests", dependencies: ["Policy", "Scripts", "Pipeline", "Go", "Diagnostics", "Files"], exclude: ["Cases"]),
        .testTarget(name: "ScriptsTests", dependencies: ["Scripts", "Diagnostics", "TestSupport"]),
        .testTarget(name: "GoTests", dependencies: ["Go", "Diagnostics", "Processes", "TestSupport"]),
        .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"]),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Action", "Files", "TestSupport"]),
        .testTarget(name: "ImageTests", dependencies: ["Image", "Action", "Files", "Processes", "TestSupport"]),
        .testTarget(name: "AttestTests", dependencies: ["Attest", "Action", "Image", "TestSupport"]),
        .testTarget(name: "VerifyTests", dependencies: ["Verify", "Diagnostics", "Image"]),
        .testTarget(name: "RegistryTests", dependencies: ["Registry", "Image", "Action", "Files", "TestSupport"]),
        .testTarget(name: "CacheTests", dependencies: ["Cache", "Archive", "Action", "Files", "TestSupport"]),
        .testTarget(
            name: "ModulesTests", dependencies: ["Modules", "Deflate", "Go", "Action", "Files", "Processes", "TestSupport"]),
        .testTarget(name: "CheckoutTests", dependencies: ["Checkout", "Action", "Git", "Files", "TestSupport", "WorkTree"]),
        .testTarget(name: "WorkTreeTests", dependencies: ["WorkTree", "Git", "Files", "TestSupport"]),
        .testTarget(
            name: "CacheProgramTests", dependencies: ["CacheProgram", "Cache", "Action", "Files", "Processes", "TestSupport"]),
        .testTarget(
            name: "PlanTests", dependencies: ["Plan", "Pipeline", "Go", "Action", "Diagnostics", "Files", "TestSupport"]),
        .testTarget(
            name: "RunTests", dependencies: ["Run", "Plan", "Go", "Action", "Cache", "Files", "Processes", "TestSupport"]),
        .testTarget(name: "ToolsTests", dependencies: ["Tools", "Diagnostics", "Go", "Pipeline"]),
        .testTarget(
            name: "DockerfileTests", dependencies: ["Dockerfile", "Diagnostics", "Plan", "Pipeline", "Go", "TestSupport"],
            exclude: ["Goldens"]),
        .testTarget(
            name: "ReportTests", dependencies: ["Report", "Run", "Plan", "Policy", "Cache", "Action", "Diagnostics", "TestSupport"],
            exclude: ["Goldens"]),
        // The product's binary is what these run.
        .testTarget(
            name: "EndToEndTests", dependencies: ["CLI", "Files", "TestSupport"], exclude: ["Reproducing/judge.py"]),
        .testTarget(name: "HouseTests", dependencies: ["Files"]),
    ],
    swiftLanguageModes: [.v6]
)
