"""Which Chromium the browser tests drive: one that is there, else one that can be installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Chromium:
    """The path of a Chromium that runs; else an empty path and the reason why there is none."""

    path: str
    why_none: str = ""


def launch_flags() -> list[str]:
    """The flags to start it with. Chromium refuses its sandbox to root."""
    return [*FLAGS, *(["--no-sandbox"] if _is_root() else [])]


def find_chromium(of_playwright: str) -> Chromium:
    """The Chromium named by CHROMIUM, one on PATH, Playwright's own at `of_playwright`, or one installed now."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return Chromium(named) if _runs(named) else Chromium("", f"CHROMIUM names {named}, which does not run")
    if there := _there(of_playwright):
        return Chromium(there)
    tried = []
    for name, commands in _ways_to_install():
        failure = next((failed for command in commands if (failed := _failure(command))), "")
        if not failure and (there := _there(of_playwright)):
            return Chromium(there)
        tried.append(f"{name}: {failure or 'what it installed does not run'}")
    return Chromium(
        "",
        f"no Chromium: none named by CHROMIUM, none that runs on PATH as {', '.join(_NAMES)}; {'; '.join(tried)}",
    )


def _there(of_playwright: str) -> str:
    on_path = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*on_path, of_playwright) if path and _runs(path)), "")


def _runs(path: str) -> bool:
    """Whether it starts: a stub of a distribution, or one that lacks libraries, is there and yet does not."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _ways_to_install() -> list[tuple[str, list[list[str]]]]:
    ways = [("playwright install", [[sys.executable, "-m", "playwright", "install", "chromium"]])]
    if _is_root() and shutil.which("apt-get"):
        ways.append(
            ("apt-get", [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]])
        )
    return ways


def _failure(command: list[str]) -> str:
    """What the command says last when it fails; empty when it does not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"exit {done.returncode}")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
