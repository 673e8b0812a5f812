"""What does every page look like? ``make screens`` takes small pictures of a still demonstration ward."""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.every_page import DOOR, PAGES, WALL, Shown, ids_of
from tests.browser.signing_in import sign_in
from tests.real_stack import ROOT, running_stack

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FOLDER = ROOT / "docs" / "screens"
# Width, height and how much smaller the picture is.
SIZES = {"tablet": (1280, 800, 0.7), "phone": (390, 844, 0.8)}
THEMES = ("light", "dark")
QUALITY = 55
ENDED = Shown("completed-course", "admin", "/completed/{ended}/")


def main(url: str = "") -> None:
    """Take every picture of the ward at ``url``, or of one started for it."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=FLAGS
        )
        if url:
            names = [kept(*one) for one in pictures(browser, url)]
        else:
            with tempfile.TemporaryDirectory() as home, running_stack(Path(home), "--demo", "--still") as stack:
                names = [kept(*one) for one in pictures(browser, stack.url)]
        browser.close()
    (FOLDER / "README.md").write_text(index(names), encoding="utf-8")
    size = sum((FOLDER / name).stat().st_size for name in names)
    print(f"{len(names)} pictures, {size // 1024} KiB, in {FOLDER.relative_to(ROOT)}")


def kept(name: str, content: bytes) -> str:
    """Write one picture and return its name."""
    (FOLDER / name).write_bytes(content)
    return name


def pictures(browser: Browser, url: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every picture; the record of an ended course comes last."""
    contexts = {who: signed_in(browser, url, who) for who in ("nurse", "nurse2", "physician", "admin")}
    ids = ids_of(contexts["nurse"].pages[0])
    contexts[""] = browser.new_context(base_url=url)
    for shown in (DOOR, *PAGES, WALL):
        yield from each(contexts[shown.who], shown, ids)
    ids["ended"] = end_one(contexts["physician"].pages[0])
    yield from each(contexts["admin"], ENDED, ids)


def signed_in(browser: Browser, url: str, who: str) -> BrowserContext:
    """A context of its own for one person, with the board open."""
    context = browser.new_context(base_url=url)
    sign_in(context.new_page(), who)
    return context


def end_one(page: Page) -> object:
    """End the course that a stop stands against, as its physician would, and return its id."""
    told = page.request.get("/api/v1/wards/1/board").json()
    course = next(one["course"] for one in told["cards"] if one["verdict"].startswith("STOP"))
    token = next(one["value"] for one in page.context.cookies() if "csrf" in one["name"])
    headers = {"X-CSRFToken": token, "Idempotency-Key": "screens", "Referer": page.url}
    answer = page.request.post(f"/api/v1/courses/{course}/end", data={"reason": "toxicity"}, headers=headers)
    assert answer.ok, answer.text()
    return course


def each(context: BrowserContext, shown: Shown, ids: dict[str, object]) -> Iterator[tuple[str, bytes]]:
    """Yield a page in every size and theme."""
    page = context.new_page()
    for size, (width, height, scale) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(shown.address.format(**ids), timeout=90_000)
        assert answer is not None and answer.ok, f"{shown.name} answered {answer and answer.status}"  # noqa: PT018
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.wait_for_timeout(900)
            yield f"{shown.name}-{size}-{theme}.webp", taken(page, width, height, scale)
    page.close()


def taken(page: Page, width: int, height: int, scale: float) -> bytes:
    """Return what the window shows, made smaller."""
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}
    asked = {"format": "webp", "quality": QUALITY, "clip": clip}
    session = page.context.new_cdp_session(page)
    found = session.send("Page.captureScreenshot", asked)
    session.detach()
    return base64.b64decode(found["data"])


def index(names: list[str]) -> str:
    """Return the page that shows all pictures, one row a page."""
    pages = dict.fromkeys(name.split("-tablet-")[0] for name in names if "-tablet-" in name)
    rows = [
        f"| {page} | "
        + " | ".join(f"![{size}, {theme}]({page}-{size}-{theme}.webp)" for size in SIZES for theme in THEMES)
        + " |"
        for page in pages
    ]
    head = "| page | " + " | ".join(f"{size}, {theme}" for size in SIZES for theme in THEMES) + " |"
    return "\n".join(
        ["# Every page", "", "The demonstration ward, taken by `make screens`; the people are invented.", "", head,
         "|---|---|---|---|---|", *rows, ""]
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
