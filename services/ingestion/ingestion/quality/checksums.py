"""Digits that prove that a number was not made up of any digits."""

from __future__ import annotations

__all__ = ["luhn", "mod97"]


def luhn(digits: str) -> bool:
    """Return whether the last digit fits the others, as in the numbers of payment cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += sum(divmod(int(digit) * (1 + place % 2), 10))
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """Return whether the check digits of an IBAN, without spaces and in capitals, fit the rest."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
