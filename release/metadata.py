"""Write every file that repeats the version, the address or the licence: run `make metadata`.

The values are in the root `pyproject.toml`. This script writes the two marked blocks of each
member's `pyproject.toml`, and a copy of `LICENSE` for each member, as a build sees only the
member's folder. In the documentation it replaces the address and version that it wrote last.
"""

from __future__ import annotations

import json
import re

from project import PRIVATE, PUBLISHED, ROOT, Project, load

BEGIN = "# Written by `make metadata` from the root pyproject.toml."
END = "# End of what `make metadata` writes."
BLOCK = re.compile(rf"{re.escape(BEGIN)}\n.*?{re.escape(END)}\n", re.DOTALL)
# Holds the values that were written last.
LAST = ROOT / PUBLISHED[0] / "pyproject.toml"
DOCUMENTS = ("README.md", "docs/install.md", "docs/add-to-your-project.md")


def rendered(project: Project | None = None) -> dict[str, str]:
    """Return the text of every generated file by its path.

    Args:
        project: Values to write; by default those of the root `pyproject.toml`.
    """
    project = project or load()
    files = {"dbt_project.yml": _dbt_project(_read("dbt_project.yml"), project)}
    for member in (*PUBLISHED, *PRIVATE):
        path = f"{member}/pyproject.toml"
        files[path] = _pyproject(_read(path), member, project)
        files[f"{member}/LICENSE"] = _read("LICENSE")
    last = load(LAST)
    for path in DOCUMENTS:
        text = _read(path).replace(last.repository, project.repository)
        files[path] = re.sub(rf"\b{re.escape(last.tag)}\b", project.tag, text)
    return files


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _dbt_project(text: str, project: Project) -> str:
    return re.sub(r"(?m)^version: .*$", f"version: {project.version}", text)


def _pyproject(text: str, member: str, project: Project) -> str:
    """Return a member's `pyproject.toml` with current blocks."""
    blocks = iter((_metadata(member, project), _readme(member, project)))
    text, count = BLOCK.subn(lambda _: f"{BEGIN}\n{next(blocks)}{END}\n", text)
    if count != 2:  # noqa: PLR2004 - the two blocks above
        message = f"{member}/pyproject.toml has {count} marked blocks instead of two."
        raise RuntimeError(message)
    return text


def _metadata(member: str, project: Project) -> str:
    """Return the keys of `[project]` that all members share."""
    classifiers = list(project.classifiers)
    if member in PRIVATE:  # an index refuses a package with this classifier
        classifiers.insert(0, "Private :: Do Not Upload")
    authors = ", ".join(f"{{ name = {json.dumps(name)} }}" for name in project.authors)
    lines = [
        f"version = {json.dumps(project.version)}",
        f"requires-python = {json.dumps(project.requires_python)}",
        f"license = {json.dumps(project.license)}",
        'license-files = ["LICENSE"]',
        f"authors = [{authors}]",
        "classifiers = [",
        *(f"    {json.dumps(name)}," for name in classifiers),
        "]",
        'dynamic = ["readme"]',
        f'urls.Changelog = "{project.page_url("CHANGELOG.md")}"',
        f'urls.Documentation = "{project.page_url(f"{member}/README.md")}"',
        f'urls.Issues = "{project.repository}/issues"',
        f'urls.Repository = "{project.repository}"',
    ]
    return "\n".join(lines) + "\n"


def _readme(member: str, project: Project) -> str:
    """Return the build settings that turn relative links of the README into addresses."""
    up = "../" * len(member.split("/"))
    hook = "tool.hatch.metadata.hooks.fancy-pypi-readme"
    lines = [
        f"[{hook}]",
        'content-type = "text/markdown"',
        'fragments = [{ path = "README.md" }]',
        f"[[{hook}.substitutions]]",
        f"pattern = '\\]\\({re.escape(up)}'",
        f"replacement = ']({project.page_url('')}'",
        f"[[{hook}.substitutions]]",
        "pattern = '\\]\\((?![a-z]+:|#)'",
        f"replacement = ']({project.page_url(f'{member}/')}'",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every file."""
    for path, text in rendered().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
