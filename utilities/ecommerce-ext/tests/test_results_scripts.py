"""Scripts of the results page: their unit tests, and their bundle in the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from ecommerce_ext.results.scripts import join_modules

TESTS = Path(__file__).parent / "js"
ASSETS = files("ecommerce_ext.results") / "assets"


def _node(*arguments: str, script: str = "") -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None:
        missing = "There is no Node. Install Node 20 or newer."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return subprocess.run(
        [node, *arguments], input=script, capture_output=True, text=True, check=False
    )


def test_page_scripts_pass_their_unit_tests() -> None:
    done = _node("--test", *map(str, sorted(TESTS.glob("*.test.js"))))

    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^\S+ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    assert int(passed[1]) >= 50


def test_bundled_modules_run_like_separate_modules(tmp_path: Path) -> None:
    # Modules that share names, are imported twice, have state and a multi-line import.
    modules = {
        "app.js": 'import { count, Counter } from "./counter.js";\n'
        'import {\n  twice,\n} from "./two-times.js";\n\n'
        "const step = 1;\ncount();\n"
        "console.log(step, twice(step), count(), new Counter().step);\n",
        "two-times.js": 'import { count } from "./counter.js";\n\n'
        "const step = 2;\nexport const twice = (value) => value * step + 10 * count();\n",
        "counter.js": "let step = 0;\nexport function count() {\n  step += 1;\n"
        "  return step;\n}\nexport class Counter {\n  step = 7;\n}\n",
    }
    for name, source in modules.items():
        (tmp_path / name).write_text(source)
    (tmp_path / "package.json").write_text('{"type": "module"}')

    joined = join_modules("app.js", modules.__getitem__)

    expected = "1 22 3 7\n"  # 1 × 2 + 10 × the second count; then the third
    assert _node(str(tmp_path / "app.js")).stdout == expected
    assert _node("--input-type=module", "-", script=joined).stdout == expected


def test_page_script_contains_every_module_once() -> None:
    read: list[str] = []

    def asset(name: str) -> str:
        read.append(name)
        return (ASSETS / name).read_text("utf-8")

    join_modules("app.js", asset)

    scripts = [file.name for file in ASSETS.iterdir() if file.name.endswith(".js")]
    assert sorted(read) == sorted(scripts)


@pytest.mark.parametrize(
    "source",
    [
        'import value from "./other.js";\n',
        'import * as other from "./other.js";\n',
        'import { one as two } from "./other.js";\n',
        'import { one } from "https://shop.example/other.js";\n',
        'import "./other.js";\n',
        "export default 1;\n",
        "export let value = 1;\n",
        'export { value } from "./other.js";\n',
        "export const { one } = value;\n",
        'const text = "</SCRIPT>";\n',
        'const text = "<!--";\n',
    ],
)
def test_module_with_unsupported_text_is_refused(source: str) -> None:
    modules = {"app.js": source, "other.js": "export const one = 1;\n"}

    with pytest.raises(ValueError, match=r"app\.js cannot be joined"):
        join_modules("app.js", modules.__getitem__)


def test_modules_that_import_each_other_are_refused() -> None:
    modules = {
        "app.js": 'import { one } from "./other.js";\n\nexport const two = one;\n',
        "other.js": 'import { two } from "./app.js";\n\nexport const one = two;\n',
    }

    with pytest.raises(ValueError, match="cycle"):
        join_modules("app.js", modules.__getitem__)
