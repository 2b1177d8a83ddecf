"""Macros are in a folder by subject, and each is described in the YAML of its folder."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

MACROS = Path(__file__).parents[1] / "macros"


def test_every_macro_is_described_in_its_folder() -> None:
    folders = [path for path in MACROS.iterdir() if path.is_dir()]
    assert len(folders) > 5
    for folder in folders:
        described = yaml.safe_load((folder / f"_{folder.name}.yml").read_text())["macros"]
        defined = {
            name
            for path in folder.glob("*.sql")
            for name in re.findall(r"{% macro (ecommerce_\w+)\(", path.read_text())
        }
        assert {macro["name"] for macro in described} == defined, folder.name


def test_no_macro_is_outside_a_folder() -> None:
    assert [path.name for path in MACROS.iterdir() if not path.is_dir()] == []
