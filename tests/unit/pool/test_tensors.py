from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pool.tensors import datatype, packed, texts, unpacked

NUMBERS = st.sampled_from(["?", "u1", "<u2", "<u4", "<u8", "i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8"]).map(
    np.dtype
)


@given(arrays.arrays(NUMBERS, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0)))
def test_numbers_come_back_as_they_went(array):
    back = unpacked(datatype(array), array.shape, packed(array))

    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_texts_come_back_as_they_went(values):
    assert unpacked("BYTES", [len(values)], packed(texts(*values))).tolist() == values


def test_strings_travel_as_utf8():
    assert packed(np.array(["é"])) == b"\x02\x00\x00\x00\xc3\xa9"


def test_big_endian_values_are_turned_round():
    assert packed(np.array([1], dtype=">i4")) == b"\x01\x00\x00\x00"


def test_a_view_with_gaps_is_packed_in_order():
    assert packed(np.arange(4, dtype=np.uint8)[::2]) == b"\x00\x02"


def test_a_type_that_no_tensor_holds_is_refused():
    with pytest.raises(ValueError, match="complex128"):
        packed(np.zeros(1, dtype=np.complex128))


@pytest.mark.parametrize(
    ("name", "shape", "raw"),
    [
        ("FP32", [2], b"\x00" * 7),
        ("FP32", [1], b""),
        ("BYTES", [1], b"\x01\x00"),
        ("BYTES", [1], b"\x05\x00\x00\x00abc"),
        ("BYTES", [2], b"\x00\x00\x00\x00"),
        ("BF16", [1], b"\x00\x00"),
    ],
)
def test_bytes_that_make_no_tensor_are_refused(name, shape, raw):
    with pytest.raises(ValueError):  # noqa: PT011 - numpy's words or ours
        unpacked(name, shape, raw)
