"""Which source files does the project have, and what is in them?"""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("il2ward", "dosing", "monitoring", "il2ward_client")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def committed_files() -> tuple[Path, ...]:
    """Return every file that git knows or would take, as a path below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return tuple(
        path
        for name in sorted(listed.decode().split("\0"))
        if name and (path := Path(name)) and (ROOT / path).is_file()
    )


@cache
def source_files() -> tuple[Path, ...]:
    """Return the service's Python files, without the generated migrations."""
    return tuple(
        path
        for path in committed_files()
        if path.suffix == ".py" and path.parts[0] in PACKAGES and "migrations" not in path.parts
    )


@cache
def suite_files() -> tuple[Path, ...]:
    """Return the Python files of the test suite."""
    return tuple(path for path in committed_files() if path.suffix == ".py" and path.parts[0] == "tests")


@cache
def text_of(path: Path) -> str:
    """Return a file's text."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(text_of(path), filename=str(path))


@cache
def functions_of(path: Path) -> tuple[Function, ...]:
    """Return every function and method of a file, nested ones too."""
    return tuple(node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def length(node: Function | ast.ClassDef) -> int:
    """Return how many lines a definition takes, its decorators left out."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_length(node: Function) -> int:
    """Return how many lines a function's body takes, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return sum((statement.end_lineno or statement.lineno) - statement.lineno + 1 for statement in body)


def decorators_of(node: Function | ast.ClassDef) -> set[str]:
    """Return the last part of each decorator's name."""
    called = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
    return {item.attr if isinstance(item, ast.Attribute) else getattr(item, "id", "") for item in called}


def base_names(node: ast.ClassDef) -> list[str]:
    """Return the last part of each base class's name."""
    return [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]
