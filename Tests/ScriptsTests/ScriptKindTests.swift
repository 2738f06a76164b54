/// Which file is of which kind.
import Testing

@testable import Scripts

@Suite struct ScriptKindTests {
    @Test(
        "By name",
        arguments: [
            ("Dockerfile", .dockerfile), ("a/dockerfile", .dockerfile), ("Dockerfile.dev", .dockerfile), ("x.Dockerfile", .dockerfile),
            ("Containerfile", .dockerfile), ("Dockerfile.dockerignore", nil), ("Dockerfile.md", nil), ("Dockerfile.tmpl", nil),
            ("Makefile", .makefile), ("GNUmakefile", .makefile), ("a/x.mk", .makefile), ("Makefile.common", .makefile), ("Makefile.am", nil),
            ("justfile", .justfile), ("Justfile", .justfile), (".justfile", .justfile), ("x.just", .justfile),
            ("Taskfile.yml", .taskfile), ("taskfile.dist.yaml", .taskfile), ("web/package.json", .packageJSON), ("package-lock.json", nil),
            ("x.go", .goSource), (".github/workflows/a.yml", .workflow), (".github/workflows/a.yaml", .workflow),
            ("a/.github/workflows/a.yml", .kubernetes), ("action.yml", .action), (".github/actions/x/action.yaml", .action),
            (".gitlab-ci.yml", .gitlab), ("a/x.gitlab-ci.yml", .gitlab), (".gitlab/ci/a.yml", .gitlab), ("compose.yaml", .compose),
            ("docker-compose.yml", .compose), ("docker-compose.dev.yml", .compose), ("compose.prod.yaml", .compose), ("a/k.yaml", .kubernetes),
            ("pipeline.yaml", .pipelineFile), ("pipelines/x.yml", .pipelineFile), ("a/pipeline.yaml", .kubernetes),
            ("x.sh", .shellScript), ("x.bash", .shellScript), ("README.md", nil), ("x", nil), ("", nil),
        ] as [(String, ScriptKind?)])
    func byName(_ path: String, _ kind: ScriptKind?) {
        #expect(fileKind(path: path, firstLine: nil) == kind)
    }

    @Test(
        "By first line",
        arguments: [
            ("#!/bin/sh", true), ("#! /bin/bash -e", true), ("#!/usr/bin/env bash", true), ("#!/usr/bin/env -S bash -e", true),
            ("#!/usr/bin/python3", false), ("#!/usr/bin/env node", false), ("# /bin/sh", false), ("#!", false), ("", false),
        ])
    func byFirstLine(_ line: String, _ isScript: Bool) {
        #expect(fileKind(path: "bin/x", firstLine: line) == (isScript ? .shellScript : nil))
    }
}
