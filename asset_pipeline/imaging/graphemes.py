"""Text as people count its letters."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)  # tones of skin
_REGIONAL = range(0x1F1E6, 0x1F200)  # two of them are a flag
_TAGS = range(0xE0020, 0xE0080)  # of regional flags


def graphemes(text: str) -> tuple[str, ...]:
    """Split text into what a reader takes for single letters: marks stay with their base, and emoji whole.

    Text is composed first (NFC). This is what titles need of Unicode's extended grapheme clusters (UAX 29); old Hangul and
    the conjuncts of Indic scripts are split further.

    >>> graphemes("Poké"), [len(letter) for letter in graphemes("x\u0302y")]
    (('P', 'o', 'k', 'é'), [2, 1])
    """
    found: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if found and _belongs_to(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return tuple(found)


def _belongs_to(cluster: str, character: str) -> bool:
    if cluster in "\r\n":
        return cluster + character == "\r\n"
    code = ord(character)
    if unicodedata.category(character)[0] == "M" or character == _JOINER:
        return True
    if code in _EMOJI_MODIFIERS or code in _TAGS:
        return True
    if code in _REGIONAL:
        return len(cluster) == 1 and ord(cluster) in _REGIONAL
    return cluster[-1] == _JOINER and unicodedata.category(character) == "So"
