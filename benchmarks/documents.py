"""Photos of papers bound within the limit, beside what people do by hand: img2pdf with qpdf, and Ghostscript."""

from __future__ import annotations

import io
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.figures import Figure
from benchmarks.sizes import Sizes
from kiosk.attachments.checks import check_pdf
from kiosk.attachments.limits import load_limits

_SIZE = (3_024, 4_032)
_LIMIT_MEGABYTES = 10.0
_QUALITY = 92
_NOISE = 0.085
_ROOT = Path(__file__).resolve().parent.parent

_WRAPPER = """
import os, sys, time
started = time.perf_counter()
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
print(file=sys.stderr)
print(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status) & 255 if status else 0)
"""
"""Started by a small process, because a program begins with the memory of the one that started it as its peak."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One program's run: seconds by the clock, seconds of processor time, its (or its children's) peak in MiB."""

    seconds: float
    processor: float
    peak: float
    output: str


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield time and size of binding beside both, the child's memory, and the check of one large PDF."""
    with tempfile.TemporaryDirectory() as folder:
        photos = _photos(Path(folder), sizes.photos)
        yield from _binding(Path(folder), photos)
        yield from _check(Path(folder), photos, sizes.checks)


def _binding(folder: Path, photos: Sequence[Path]) -> Iterator[Figure]:
    brought = sum(photo.stat().st_size for photo in photos) / 1e6
    name = f"documents: {len(photos)} photos, {brought:.0f} MB"
    ours, size = _ours(folder / "ours", photos)
    yield Figure(f"{name}, checked and bound", ours.seconds, "s", target="no target")
    yield Figure(f"{name}, size", size, "MB", target=f"{_LIMIT_MEGABYTES:g} MB")
    yield Figure(f"{name}, peak memory of the child", ours.peak, "MiB")
    for title, commands, made in _others(folder, photos):
        if any(shutil.which(command[0]) is None for command in commands):
            yield Figure(f"{name}, {title}", 0.0, "s", target="not installed: nothing to compare with")
            continue
        theirs = [_timed(command) for command in commands]
        seconds, processor = sum(run.seconds for run in theirs), sum(run.processor for run in theirs)
        yield Figure(f"{name}, beside {title}", ours.seconds, "s", seconds)
        yield Figure(f"{name}, processor, beside {title}", ours.processor, "s", processor)
        yield Figure(f"{name}, size, beside {title}", size, "MB", made.stat().st_size / 1e6)
        yield Figure(f"{name}, peak memory, beside {title}", ours.peak, "MiB", max(run.peak for run in theirs))


def _check(folder: Path, photos: Sequence[Path], times: int) -> Iterator[Figure]:
    content = _scans(photos)
    file = folder / "scans.pdf"
    file.write_bytes(content)
    limits = load_limits("rasens")
    ours, theirs = list[float](), list[float]()
    for _ in range(times):
        started = time.perf_counter()
        check_pdf(file.name, content, limits)
        ours.append((time.perf_counter() - started) * 1000)
        if shutil.which("qpdf"):
            theirs.append(_timed(["qpdf", "--check", str(file)]).seconds * 1000)
    beside = statistics.median(theirs) if theirs else None
    name = f"documents: check of a PDF of {len(content) / 1e6:.1f} MB"
    target = "" if theirs else "qpdf is missing: nothing to compare with"
    yield Figure(f"{name}, beside qpdf --check", statistics.median(ours), "ms", beside, target)


def _others(folder: Path, photos: Sequence[Path]) -> Iterator[tuple[str, list[list[str]], Path]]:
    """Yield what is compared with: its name, its commands in turn, and the file they make."""
    names = [str(photo) for photo in photos]
    joined, packed, small = (folder / name for name in ("joined.pdf", "packed.pdf", "small.pdf"))
    bind = ["img2pdf", "--pagesize", "A4", "--output", str(joined), *names]
    pack = ["qpdf", "--object-streams=generate", "--optimize-images", str(joined), str(packed)]
    yield "img2pdf and qpdf", [bind, pack], packed
    shrink = [
        "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite", "-dPDFSETTINGS=/ebook",
        "-dColorImageResolution=200", "-dGrayImageResolution=200", "-dColorImageDownsampleThreshold=1.0",
        "-dGrayImageDownsampleThreshold=1.0", f"-sOutputFile={small}", str(joined),
    ]  # fmt: skip
    yield "img2pdf and Ghostscript", [bind, shrink], small


def _ours(folder: Path, photos: Sequence[Path]) -> tuple[_Run, float]:
    """Return the run of ``kiosk documents bind`` and how many megabytes it made."""
    words = ["documents", "bind", "--profile", "ras", "--out", str(folder), *map(str, photos), "--json"]
    run = _timed([sys.executable, "-m", "kiosk", *words])
    said = json.loads(run.output)
    if said["refused"] or len(said["files"]) != 1:
        raise RuntimeError("not every photo was bound into one file")
    return run, said["files"][0]["bytes"] / 1e6


def _timed(command: Sequence[str]) -> _Run:
    """Run a program and count what it and its children took."""
    wrapped = [sys.executable, "-I", "-S", "-c", _WRAPPER, *command]
    done = subprocess.run(wrapped, capture_output=True, text=True, check=True, cwd=_ROOT)
    seconds, processor, peak = done.stderr.splitlines()[-1].split()
    return _Run(float(seconds), float(processor), float(peak) / 1024, done.stdout)


def _photos(folder: Path, count: int) -> list[Path]:
    """Write photos of papers of twelve million pixels with the noise of a phone's sensor: about 3 MB each."""
    paths = [folder / f"photo-{number:02}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        _photo(number).save(path, "JPEG", quality=_QUALITY)
    return paths


def _photo(number: int) -> Image.Image:
    chance = random.Random(number)
    channels = [
        Image.frombytes("L", _SIZE, chance.randbytes(_SIZE[0] * _SIZE[1])).point(
            lambda value, light=light: int(light + (value - 128) * _NOISE)
        )
        for light in (214, 209, 196)
    ]
    image = Image.merge("RGB", channels)
    draw = ImageDraw.Draw(image)
    for top in range(300, _SIZE[1] - 300, 70):
        left = 260
        while left < _SIZE[0] - 400:
            width = chance.randrange(20, 140)
            draw.rectangle((left, top, left + width, top + 30), fill=(40, 38, 44))
            left += width + 26
    draw.ellipse((2_300, 3_300, 2_600, 3_600), outline=(190, 30, 40), width=14)
    return image


def _scans(photos: Sequence[Path]) -> bytes:
    """Return a PDF of scans of about 10 MB."""
    import pikepdf

    from kiosk.attachments.binder.pictures import picture_pdf

    with pikepdf.new() as target:
        whole = 0
        for photo in photos:
            content = photo.read_bytes()
            options = {"kind": "jpeg", "max_pixels": 64_000_000, "max_pages": 1, "dpi": 300, "quality": 90}
            _, (made,) = picture_pdf([content], options, lambda _done, _total: None)
            whole += len(made)
            if whole > 10_400_000 and len(target.pages):
                break
            with pikepdf.open(io.BytesIO(made)) as source:
                target.pages.extend(source.pages)
        buffer = io.BytesIO()
        target.save(buffer, deterministic_id=True)
    return buffer.getvalue()
