"""Text that cannot turn its surroundings around.

Overrides of the writing direction can make a sentence read as another one
(https://trojansource.codes); right-to-left letters themselves need none of them.
"""

from __future__ import annotations

import re

# LRE RLE PDF LRO RLO, LRI RLI FSI PDI, and control characters other than tab and line ends.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What ends a line or turns or colours it on a terminal: also tab, line ends and separators.
_NOT_OF_ONE_LINE = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029\x00-\x1f\x7f-\x9f]")


def on_one_line(name: str) -> str:
    """A file's name as one line of plain text: what would break or turn it is written as in Python."""
    return _NOT_OF_ONE_LINE.sub(lambda m: m[0].encode("unicode_escape").decode(), name)


def without_overrides(text: str) -> str:
    """The text without marks that override the writing direction."""
    return _TURNING.sub("", text)
