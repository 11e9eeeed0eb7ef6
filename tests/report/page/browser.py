"""A real browser for the tests of the page: Debian's Chromium, headless, with the network off.

A test asks for `visit`: ``seen = visit(path, width=390, scheme="dark")`` opens a file from disk; ``seen.page`` is
Playwright's page, ``seen.requests`` all that left it and ``seen.errors`` all that the console complained of.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--force-color-profile=srgb")


@dataclass
class Seen:
    """An open page, what it asked for beyond itself, and what its console said."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """What axe finds: one line each, [] where all is well."""
        return axe(self.page)

    def overflow(self) -> list[str]:
        """Elements that reach beyond the window to the right, outside of boxes that scroll by themselves."""
        return self.page.evaluate(_OVERFLOW)

    def cut(self) -> list[str]:
        """Texts of drawings that are cut by their drawing's edge or lie on one another."""
        return self.page.evaluate(_CUT)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for the tests of a file."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the test extra is not installed")
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing: apt-get install chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Seen]]:
    """Open a file from disk: ``visit(path, width=1280, height=900, scheme="light", **more)`` -> `Seen`."""
    contexts = []

    def open_file(path: Path, width: int = 1280, height: int = 900, scheme: str = "light", **more: Any) -> Seen:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **more
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.set_offline(True)
        seen = Seen(context.new_page())
        itself = path.resolve().as_uri()
        local = (itself, "data:", "blob:")
        seen.page.on("request", lambda request: request.url.startswith(local) or seen.requests.append(request.url))
        seen.page.on("websocket", lambda socket: seen.requests.append(socket.url))
        seen.page.on("console", lambda said: said.type in ("error", "warning") and seen.errors.append(said.text))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.goto(itself)
        return seen

    yield open_file
    for context in contexts:
        context.close()


def axe(page: Any) -> list[str]:
    """Run axe over an open page: "rule: selector: what to do", sorted."""
    package = pytest.importorskip("axe_playwright_python", reason="the test extra is not installed")
    source = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)  # through the debugger, so that the page's own security policy stays as it is
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return sorted(
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    )


_OVERFLOW = """() => {
  const scrolls = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width) found.push('the page itself');
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > width + 0.5 || box.left < -0.5) && !element.closest('[data-hidden]')
        && !element.closest('svg svg, defs') && !scrolls(element)) {
      found.push(`${element.tagName} ${element.className.baseVal ?? element.className} ${box.left}..${box.right}`);
    }
  }
  return found;
}"""

_CUT = """() => {
  const found = [];
  for (const drawing of document.querySelectorAll('svg')) {
    const edge = drawing.getBoundingClientRect();
    if (!edge.width) continue;
    const texts = [...drawing.querySelectorAll('text')].filter((text) => text.textContent.trim()
      && getComputedStyle(text).visibility !== 'hidden' && text.getBoundingClientRect().width);
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.forEach((box, i) => {
      const name = `"${texts[i].textContent}" in "${drawing.getAttribute('aria-label')}"`;
      if (box.left < edge.left - 0.5 || box.right > edge.right + 0.5
          || box.top < edge.top - 2 || box.bottom > edge.bottom + 2) found.push(`${name} is cut`);
      boxes.slice(i + 1).forEach((other, j) => {
        if (box.left < other.right - 0.5 && other.left < box.right - 0.5
            && box.top < other.bottom - 2 && other.top < box.bottom - 2) {
          found.push(`${name} lies on "${texts[i + 1 + j].textContent}"`);
        }
      });
    });
  }
  return found;
}"""
