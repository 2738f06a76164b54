"""Go modules as data: go.mod's requirements, a module's own files, the hashes of go.sum.

Knows https://go.dev/ref/mod; knows nothing of where modules come from or go to.
"""
import base64
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass
class GoMod:
    """What is kept of a go.mod: requirements as (module, is it marked indirect), sorted."""

    path: str
    go: str | None
    requires: list[tuple[str, bool]]

    @staticmethod
    def parse(text: str) -> "GoMod":
        """Raises ValueError when there is no `module` line."""
        path = go = block = None
        requires = set()
        for line in text.splitlines():
            words = re.sub(r'["`]', "", line.split("//")[0]).split()
            if block and words == [")"]:
                block = None
            elif len(words) == 2 and words[1] == "(":
                block = words[0]
            elif words:
                verb, rest = (block, words) if block else (words[0], words[1:])
                if verb == "module":
                    path = rest[0]
                elif verb == "go":
                    go = rest[0]
                elif verb == "require":
                    requires.add((rest[0], re.search(r"//\s*indirect\b", line) is not None))
        if path is None:
            raise ValueError("go.mod has no module line")
        return GoMod(path, go, sorted(requires))

    def render(self, versions: dict[str, str]) -> str:
        """The go.mod that requires the given versions; what has none is dropped."""
        text = f"module {self.path}\n" + (f"\ngo {self.go}\n" if self.go else "")
        for group in (False, True):
            lines = [f"{path} {versions[path]}" + (" // indirect" if indirect else "")
                     for path, indirect in self.requires if indirect == group and path in versions]
            if len(lines) == 1:
                text += f"\nrequire {lines[0]}\n"
            elif lines:
                text += "\nrequire (\n" + "".join(f"\t{line}\n" for line in lines) + ")\n"
        return text


@dataclass
class Module:
    """One version of a module, its sources in a folder that has a go.mod."""

    gomod: GoMod
    folder: Path
    version: str


def module_files(root: Path) -> list[str]:
    """The module's own regular files, sorted: no nested module, no vendor folder, no VCS folder."""
    names = []
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        if here != root and "go.mod" in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in (".git", "vendor")]
        for name in files:
            if stat.S_ISREG((here / name).lstat().st_mode):
                names.append((here / name).relative_to(root).as_posix())
    return sorted(names)


def hash_files(files: list[tuple[str, bytes]]) -> str:
    """The `h1:` hash of named files: the SHA-256 of what sha256sum would print of them, by name."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def gosum(main: GoMod, modules: dict[str, Module]) -> str:
    """The go.sum of a main module: the zips that it requires, and every go.mod read on the way."""
    required = [path for path, _ in main.requires]
    lines, waiting, seen = [], list(required), {main.path}
    while waiting:
        path = waiting.pop()
        if path in seen or path not in modules:
            continue
        seen.add(path)
        module = modules[path]
        waiting += [further for further, _ in module.gomod.requires]
        gomod = (module.folder / "go.mod").read_bytes()
        lines.append(f"{path} {module.version}/go.mod {hash_files([('go.mod', gomod)])}\n")
        if path in required:
            files = [(f"{path}@{module.version}/{name}", (module.folder / name).read_bytes())
                     for name in module_files(module.folder)]
            lines.append(f"{path} {module.version} {hash_files(files)}\n")
    return "".join(sorted(lines))
