"""Arrays as the open inference protocol carries them: a datatype, a shape, and the raw bytes.

Values are little endian and row after row. A tensor of texts (`BYTES`) is each element's length in four bytes, then the
element. What is read is a view of the message wherever that is possible: vectors are not copied.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TEXTS: Final = "BYTES"
"""The datatype whose elements are byte strings of any length."""

_DTYPES: Final = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
_DATATYPES: Final = {dtype: name for name, dtype in _DTYPES.items()}
_TEXT_KINDS: Final = frozenset("OSU")
_LENGTH: Final = struct.Struct("<I")


def texts(*values: str | bytes) -> Array:
    """Return a row of texts, shape (n,), as the tensors of language models want it."""
    return np.array([value.encode() if isinstance(value, str) else value for value in values], dtype=object)


def datatype(array: Array) -> str:
    """Return the protocol's name for the array's type; raise `ValueError` when there is none."""
    if array.dtype.kind in _TEXT_KINDS:
        return TEXTS
    name = _DATATYPES.get(array.dtype.newbyteorder("<"))
    if name is None:
        raise ValueError(f"no tensor holds values of type {array.dtype}")
    return name


def packed(array: Array) -> bytes:
    """Return the array's values as the protocol carries them."""
    if datatype(array) == TEXTS:
        return b"".join(_framed(array))
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()


def unpacked(name: str, shape: Sequence[int], raw: bytes) -> Array:
    """Return the array of that datatype and shape; raise `ValueError` when the bytes do not make one."""
    if name == TEXTS:
        return np.fromiter(_elements(raw), dtype=object).reshape(shape)
    dtype = _DTYPES.get(name)
    if dtype is None:
        raise ValueError(f"tensors of type {name} are not known here")
    return np.frombuffer(raw, dtype=dtype).reshape(shape)


def _framed(array: Array) -> Iterator[bytes]:
    for value in array.ravel().tolist():
        element = value.encode() if isinstance(value, str) else bytes(value)
        yield _LENGTH.pack(len(element))
        yield element


def _elements(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        if start + _LENGTH.size > len(raw):
            raise ValueError("a tensor of texts ends within a length")
        (length,) = _LENGTH.unpack_from(raw, start)
        start += _LENGTH.size
        if start + length > len(raw):
            raise ValueError("a tensor of texts ends within a text")
        yield raw[start : start + length]
        start += length
