"""Writes versions of modules into a folder that serves as GOPROXY=file://FOLDER, and their lines of go.sum.

Formats: the go command's reference on the module proxy protocol and on go.sum (hash "h1").
"""
import base64
import hashlib
import io
import json
import re
import zipfile


def escaped(path):
    """A module's path as the protocol has it in addresses: capitals behind an exclamation mark."""
    return re.sub("[A-Z]", lambda capital: "!" + capital[0].lower(), path)


def digest(files):
    """The hash of go.sum: of the names and the SHA-256 of all files."""
    lines = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def write_version(proxy, path, version, go_mod, files):
    """Adds a version, its files given by name with their bytes, go.mod apart. Returns its lines of go.sum."""
    folder = proxy / escaped(path) / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    inside = {f"{path}@{version}/{name}": content for name, content in {**files, "go.mod": go_mod}.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(inside):
            archive.writestr(zipfile.ZipInfo(name), inside[name], zipfile.ZIP_DEFLATED)
    (folder / f"{version}.zip").write_bytes(packed.getvalue())
    (folder / f"{version}.mod").write_bytes(go_mod)
    (folder / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2026-01-01T00:00:00Z"}))
    with open(folder / "list", "a") as names:
        names.write(f"{version}\n")
    return [f"{path} {version} {digest(inside)}", f"{path} {version}/go.mod {digest({'go.mod': go_mod})}"]
