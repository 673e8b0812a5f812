"""Are the budgets and bans that nobody should have to mention in a review kept?"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median

from tests.architecture.source import (
    base_names,
    body_length,
    decorators_of,
    functions_of,
    length,
    source_files,
    suite_files,
    text_of,
    tree_of,
)

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager"}
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return text_of(path).count("\n")


def test_source_file_has_at_most_300_lines() -> None:
    assert [f"{path}: {lines_of(path)}" for path in source_files() if lines_of(path) > 300] == []


def test_test_file_has_at_most_400_lines() -> None:
    assert [f"{path}: {lines_of(path)}" for path in suite_files() if lines_of(path) > 400] == []


def test_shared_fixture_file_has_at_most_150_lines() -> None:
    files = [path for path in suite_files() if path.name == "conftest.py"]

    assert [f"{path}: {lines_of(path)}" for path in files if lines_of(path) > 150] == []


def test_function_has_at_most_40_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {length(node)}"
        for path in source_files()
        for node in functions_of(path)
        if length(node) > 40
    ]

    assert long == []


def test_half_of_all_functions_have_at_most_10_lines() -> None:
    lengths = [length(node) for path in source_files() for node in functions_of(path)]

    assert median(lengths) <= 10


def test_consumer_has_at_most_40_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {length(node)}"
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
        if any(name.endswith("Consumer") for name in base_names(node))
        if length(node) > 40
    ]

    assert long == []


def test_task_has_at_most_5_lines_of_body() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {body_length(node)}"
        for path in source_files()
        for node in functions_of(path)
        if decorators_of(node) & {"shared_task", "task"}
        if body_length(node) > 5
    ]

    assert long == []


def test_no_signal_is_received_anywhere() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr == "connect" and is_signal(node.value))
        or (isinstance(node, ast.FunctionDef) and "receiver" in decorators_of(node))
    ]

    assert found == []


def is_signal(node: ast.expr) -> bool:
    """Return True for a name that Django or Celery gives its signals."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.startswith(("pre_", "post_", "m2m_", "request_", "worker_", "task_", "user_logged", "connection_"))


def test_no_model_overrides_save_or_delete() -> None:
    found = [
        f"{path}:{item.lineno} {node.name}.{item.name}"
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and "models" in path.parts
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name in {"save", "delete"}
    ]

    assert found == []


def test_no_function_imports() -> None:
    found = [
        f"{path}:{inner.lineno}"
        for path in source_files()
        for node in functions_of(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert found == []


def test_no_exception_is_caught_by_everything() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]

    assert found == []


def test_every_ignored_type_error_says_which() -> None:
    found = [str(path) for path in [*source_files(), *suite_files()] if TYPE_IGNORE.search(text_of(path))]

    assert found == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{path}: {match.group()}"
        for path in source_files()
        for match in [*UNFINISHED.finditer(text_of(path)), *re.finditer("NotImplementedError", text_of(path))]
    ]

    assert found == []


def test_no_module_is_named_vaguely() -> None:
    assert [str(path) for path in source_files() if path.stem in VAGUE_NAMES] == []


def test_every_module_says_in_its_first_line_which_question_it_answers() -> None:
    with_code = [path for path in source_files() if text_of(path).strip()]

    assert [str(path) for path in with_code if not ast.get_docstring(tree_of(path))] == []


def test_every_module_postpones_annotations() -> None:
    with_functions = [path for path in source_files() if functions_of(path)]

    assert [str(path) for path in with_functions if "from __future__ import annotations" not in text_of(path)] == []


def test_every_test_is_named_as_a_sentence() -> None:
    names = [
        node.name
        for path in suite_files()
        for node in functions_of(path)
        if node.name.startswith("test_") and path.name.startswith("test_")
    ]

    assert [name for name in names if name.count("_") < 2] == []
