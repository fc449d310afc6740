"""Where a line of Japanese may be broken.

Rich breaks lines at spaces alone, so a long Japanese sentence behind a sign would drop to the next line as one word, or
be cut anywhere. ``install`` lets it break between any two Japanese characters, except before what must not begin a
line and after what must not end one (JIS X 4051, the part that matters on a screen).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import rich._wrap

_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
_NOT_FIRST = "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…％"
_NOT_LAST = "‘“（〔［｛〈《「『【"

_BREAK = re.compile(
    rf"(?<=[^\s{_NOT_LAST}])(?=(?![{_NOT_FIRST}]){_WIDE})"  # before a wide character
    rf"|(?<={_WIDE})(?<![{_NOT_LAST}])(?=[^\s{_NOT_FIRST}])"  # behind one
)

_MARK = "cuts_japanese"

Words = Callable[[str], Iterable[tuple[int, int, str]]]


def pieces(words: Words) -> Words:
    """Return ``words`` (start, end and text of each word with the space behind it) cut where a line may break."""

    def cut(text: str) -> Iterable[tuple[int, int, str]]:
        for start, _end, word in words(text):
            begin = 0
            for found in _BREAK.finditer(word):
                if found.start() > begin:
                    yield start + begin, start + found.start(), word[begin : found.start()]
                    begin = found.start()
            yield start + begin, start + len(word), word[begin:]

    return cut


def install() -> None:
    """Teach Rich, once a process."""
    if not hasattr(rich._wrap.words, _MARK):
        cut = pieces(rich._wrap.words)
        setattr(cut, _MARK, True)
        rich._wrap.words = cut
