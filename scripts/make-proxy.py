#!/usr/bin/env python3
"""Publishes one version of a Go module into a file-system module proxy.

Knows the GOPROXY protocol's files and the layout of a module zip; knows nothing of where the
module came from.

    make-proxy.py MODULE-DIR VERSION OUT

The module's path is read from MODULE-DIR/go.mod. Beneath OUT/<escaped path>/@v are written
VERSION.zip, VERSION.mod, VERSION.info and a line in `list`, so that `GOPROXY=file://OUT` serves it.
Equal input gives equal bytes: names sorted, one fixed time, nothing compressed (what zlib makes of
the same bytes differs between its versions). Publishing other content under a version that is
there already is refused, as any proxy would.

Source of the format: `go help goproxy` and https://go.dev/ref/mod#zip-files.
"""
import json
import re
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
from gomod import GoMod, module_files

# A zip cannot say an earlier date; `go` ignores it.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# The commit time that `.info` must have; versions here have no commit, so they share an arbitrary one.
PUBLISHED = "2026-01-01T00:00:00Z"
SEMVER = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+incompatible)?")


def escape(path: str) -> str:
    """Upper-case letters become `!` and the lower-case letter, for file systems that fold case."""
    return re.sub("[A-Z]", lambda letter: "!" + letter[0].lower(), path)


def write_zip(out: Path, root: Path, prefix: str) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in module_files(root):
            entry = zipfile.ZipInfo(f"{prefix}/{name}", ZIP_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (root / name).read_bytes())


def settle(temporary: Path, target: Path) -> None:
    """Moves a finished file into place, unless a different one was published there before."""
    if target.exists() and target.read_bytes() != temporary.read_bytes():
        temporary.unlink()
        raise SystemExit(f"make-proxy: {target} is published already, with other content")
    temporary.replace(target)


def publish(root: Path, version: str, out: Path) -> None:
    gomod = (root / "go.mod").read_bytes()
    path = GoMod.parse(gomod.decode()).path
    folder = out / escape(path) / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    name = escape(version)
    info = json.dumps({"Version": version, "Time": PUBLISHED}).encode() + b"\n"

    temporary = folder / f".{name}.zip"
    write_zip(temporary, root, f"{path}@{version}")
    settle(temporary, folder / f"{name}.zip")
    for suffix, content in (("mod", gomod), ("info", info)):
        temporary = folder / f".{name}.{suffix}"
        temporary.write_bytes(content)
        settle(temporary, folder / f"{name}.{suffix}")

    versions = folder / "list"
    known = set(versions.read_text().split()) if versions.exists() else set()
    temporary = folder / ".list"
    temporary.write_text("".join(f"{line}\n" for line in sorted(known | {version}, key=precedence)))
    temporary.replace(versions)


def precedence(version: str) -> tuple:
    """Numeric order of releases, each after its own pre-releases."""
    major, minor, patch, prerelease, _ = SEMVER.fullmatch(version).groups()
    return int(major), int(minor), int(patch), prerelease is None, prerelease or ""


def main(arguments: list[str]) -> None:
    if len(arguments) != 3:
        raise SystemExit("usage: make-proxy.py MODULE-DIR VERSION OUT")
    root, version, out = Path(arguments[0]), arguments[1], Path(arguments[2])
    if not SEMVER.fullmatch(version):
        raise SystemExit(f"make-proxy: {version} is not a version of the form v1.2.3")
    if not (root / "go.mod").is_file():
        raise SystemExit(f"make-proxy: no go.mod in {root}")
    publish(root, version, out)


if __name__ == "__main__":
    main(sys.argv[1:])
