"""Fetch the schemas of the Admin API, which Shopify publishes in an npm package.

The package and its dependencies are not installed. The archive must have the digest in
`shopify_schemas.json`. Only the schemas are extracted, into the folder `.shopify` of the
workspace member.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

WHAT = json.loads((files("shop_fakes") / "shopify_schemas.json").read_text())
FOLDER = Path(__file__).parents[1] / ".shopify"
_STAMP = FOLDER / "integrity"
_SCHEMA = re.compile(r"package/dist/data/(admin_[a-z0-9-]+\.json\.gz)")


def is_fetched() -> bool:
    """Return whether the schemas were fetched."""
    return _STAMP.exists() and _STAMP.read_text() == WHAT["integrity"]


def fetch() -> None:
    """Fetch the schemas, unless they were fetched before.

    Raises:
        SystemExit: If npm is missing or cannot fetch the package.
    """
    if is_fetched():
        return
    if not shutil.which("npm"):
        sys.exit("Shopify's schemas come by npm, and there is none. Install Node.")
    name = f"{WHAT['package']}@{WHAT['version']}"
    with TemporaryDirectory() as there:
        packed = subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", name],
            cwd=there,
            capture_output=True,
            text=True,
            check=False,
        )
        if packed.returncode:
            sys.exit(f"npm could not fetch {name}. Check that it reaches its registry.")
        [archive] = Path(there).glob("*.tgz")
        unpack(archive, FOLDER)
    _STAMP.write_text(WHAT["integrity"])


def unpack(archive: Path, folder: Path) -> None:
    """Extract the schemas from the package's archive.

    Raises:
        SystemExit: If the archive has another digest.
    """
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != WHAT["integrity"]:
        sys.exit(f"{archive.name} is not the one that shopify_schemas.json names.")
    folder.mkdir(exist_ok=True)
    with tarfile.open(archive) as contents:
        for member in contents:
            name = _SCHEMA.fullmatch(member.name)
            if name and (content := contents.extractfile(member)):
                (folder / name[1]).write_bytes(content.read())


if __name__ == "__main__":
    fetch()
