"""The project's commands, with nothing but Python 3.11, 3.12 or 3.13 installed beforehand.

    python3 dev.py demo [...]    the kiosk with an invented card, a portal and a mailbox (Windows: py dev.py demo)
    python3 dev.py test [...]    every check and every test; what follows goes to pytest
    python3 dev.py lint          the checks alone
    python3 dev.py setup         set everything up again, whether it seems to be needed or not
    python3 dev.py faces         the optional face check in .venv-photo, for its tests: those of .venv do without it

The first run makes ``.venv`` and installs what ``requirements.lock`` names, each file by its hash. Later runs see by a
stamp that nothing changed and start at once.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
_IN_ENVIRONMENT = "Scripts/python.exe" if os.name == "nt" else "bin/python"
PYTHON = VENV / _IN_ENVIRONMENT
BIN = PYTHON.parent
STAMP = VENV / "set-up.sha256"
LOCK, CARD_LOCK = ROOT / "requirements.lock", ROOT / "requirements-pcsc.lock"
FACES = ROOT / ".venv-photo"
FACES_PYTHON = FACES / _IN_ENVIRONMENT
FACES_STAMP = FACES / "set-up.sha256"
FACES_LOCK = ROOT / "requirements-photo.lock"

SUPPORTED = ((3, 11), (3, 13))
"""The first and the last Python that work; the card reader's library has no Windows build for a later one."""

NO_READER = (
    "Card readers will not work: pyscard could not be built (it needs gcc, swig and libpcsclite-dev; on Debian: "
    "apt-get install gcc swig libpcsclite-dev, then python3 dev.py setup). The demo's card works without a reader."
)

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("pyright",),
)


def main(arguments: list[str]) -> int:
    """Carry out one command line and return the exit status."""
    command, rest = (arguments[0] if arguments else ""), arguments[1:]
    if command not in COMMANDS or (rest and command in ("lint", "setup", "faces")):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 0 if command in ("-h", "--help") else 2
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"This needs Python 3.11, 3.12 or 3.13; this is {found}. On Windows: py -3.13 dev.py", file=sys.stderr)
        return 2
    try:
        set_up(again=command == "setup")
        return COMMANDS[command](rest)
    except subprocess.CalledProcessError as error:
        print(f"Set-up stopped: {error.cmd[-1]} ended with status {error.returncode}; see above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def set_up(*, again: bool) -> None:
    """Make ``.venv`` hold exactly what the lock names, and the message catalogues compiled.

    Raises:
        subprocess.CalledProcessError: an installation failed; its own words are on the terminal.
    """
    wanted = _fingerprint()
    if again or not _works(PYTHON) or not STAMP.is_file() or STAMP.read_text(encoding="ascii") != wanted:
        print("Setting up .venv (once; a minute or two) ...", file=sys.stderr)
        STAMP.unlink(missing_ok=True)
        _install()
        STAMP.write_text(wanted, encoding="ascii")
    compile_catalogues()


def _fingerprint(*more: Path) -> str:
    """Return a digest of all that decides what is installed, and where."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (LOCK, CARD_LOCK, ROOT / "pyproject.toml", *more):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _works(python: Path) -> bool:
    """Say whether the environment's Python starts and is this one's version (a moved or upgraded one may not be)."""
    if not python.is_file():
        return False
    ask = "import sys; print(sys.version_info[:2])"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == str(sys.version_info[:2])


def _install() -> None:
    if not _works(PYTHON):
        venv.create(VENV, clear=True, with_pip=True)
    _pip("--require-hashes", "--no-deps", "-r", str(LOCK))
    _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    if os.name != "nt":  # on Windows it comes ready-made, by the lock
        try:
            _pip("--require-hashes", "--no-deps", "--no-build-isolation", "-r", str(CARD_LOCK), quiet=True)
        except subprocess.CalledProcessError:
            print(NO_READER, file=sys.stderr)


def _pip(*arguments: str, quiet: bool = False, into: Path = PYTHON) -> None:
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "--python",
        str(into),
        "install",
        "-qq",
        "--disable-pip-version-check",
        *arguments,
    ]
    output = subprocess.DEVNULL if quiet else None
    subprocess.run(command, check=True, stdout=output, stderr=output, stdin=subprocess.DEVNULL)


def compile_catalogues() -> None:
    """Make a ``.mo`` beside each ``.po`` that has none, or an older one."""
    sources = sorted((ROOT / "kiosk" / "i18n").glob("*/*.po"))
    stale = [str(path) for path in sources if not _is_newer(path.with_suffix(".mo"), path)]
    if stale:
        program = (
            "import sys, pathlib\n"
            "from babel.messages import mofile, pofile\n"
            "for name in sys.argv[1:]:\n"
            "    with open(name, 'rb') as source, pathlib.Path(name).with_suffix('.mo').open('wb') as target:\n"
            "        mofile.write_mo(target, pofile.read_po(source))\n"
        )
        subprocess.run([str(PYTHON), "-c", program, *stale], check=True)


def _is_newer(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime >= source.stat().st_mtime


def demo(arguments: list[str]) -> int:
    """Open the kiosk with its invented world around it."""
    command = [str(BIN / "kiosk"), "demo", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - a signal to this process is then one to the kiosk
    return _run(command)


def lint(_arguments: list[str]) -> int:
    """Run every check of the text, also after one has failed, so that one run shows everything."""
    failed = [check for check in CHECKS if _told_run([str(BIN / check[0]), *check[1:]])]
    return 1 if failed else 0


def test(arguments: list[str]) -> int:
    """Run the checks, then the tests on two processes. Tests that share a system part stay on one of them."""
    checks = lint([])
    tests = _told_run([str(PYTHON), "-m", "pytest", "-n", "2", "--dist", "loadgroup", *arguments])
    return checks or tests


def set_up_only(_arguments: list[str]) -> int:
    """Say that the set-up, which comes before every command, is done."""
    print("Ready: python3 dev.py demo", file=sys.stderr)
    return 0


def faces(_arguments: list[str]) -> int:
    """Make an environment that has the face check beside all that ``.venv`` has, which is not touched.

    Raises:
        subprocess.CalledProcessError: an installation failed; its own words are on the terminal.
    """
    wanted = _fingerprint(FACES_LOCK)
    if not (_works(FACES_PYTHON) and FACES_STAMP.is_file() and FACES_STAMP.read_text(encoding="ascii") == wanted):
        print("Setting up .venv-photo (once; it loads some 40 MB) ...", file=sys.stderr)
        venv.create(FACES, clear=True)
        _pip("--require-hashes", "--no-deps", "-r", str(FACES_LOCK), into=FACES_PYTHON)
        # As if it were installed there too: with its own .pth files, so with this project.
        line = f"import site; site.addsitedir({str(_packages(PYTHON))!r})\n"
        (_packages(FACES_PYTHON) / "as-in-venv.pth").write_text(line, encoding="utf-8")
        FACES_STAMP.write_text(wanted, encoding="ascii")
    return 0


def _packages(python: Path) -> Path:
    """Return the folder that holds an environment's packages."""
    ask = "import sysconfig; print(sysconfig.get_path('platlib'))"
    return Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())


def _told_run(command: list[str]) -> int:
    print(">", Path(command[0]).stem, *command[1:], file=sys.stderr, flush=True)
    return _run(command)


def _run(command: list[str]) -> int:
    """Run one program in the project's folder and return its status; Ctrl+C is the program's own affair."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


COMMANDS = {"demo": demo, "test": test, "lint": lint, "setup": set_up_only, "faces": faces}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
