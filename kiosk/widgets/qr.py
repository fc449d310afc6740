"""A QR code in half blocks: two rows of modules in one row of the terminal."""

from __future__ import annotations

from textual.widgets import Static

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_rows(text: str) -> list[str]:
    """Return ``text`` as the rows of a QR code with its quiet border, dark modules drawn."""
    import segno

    matrix = [
        [bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)
    ]
    if len(matrix) % 2:
        matrix.append([False] * len(matrix[0]))
    pairs = zip(matrix[::2], matrix[1::2], strict=True)
    return ["".join(_BLOCKS[top, bottom] for top, bottom in zip(upper, lower, strict=True)) for upper, lower in pairs]


class QrCode(Static):
    """Black on white in every theme, since some readers do not take the reverse."""

    DEFAULT_CSS = "QrCode { color: black; background: white; width: auto; height: auto; margin: 0 0 1 0; }"

    def __init__(self, text: str) -> None:
        super().__init__("\n".join(qr_rows(text)), markup=False)
