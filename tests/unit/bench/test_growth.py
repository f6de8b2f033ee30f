from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bench import growth
from bench.growth import Growth, Point, Portion, Searches
from bench.plot import drawn

MEMORY = dict.fromkeys(growth.PARTS, 100.0)


def point(chunks: int, milliseconds: float, **memory: float) -> Point:
    searches = Searches({mode: [milliseconds] for mode in growth.MODES}, 1.0, 0)
    return Point.of(chunks, [Portion(80.0, 100.0), Portion(45.0, 50.0)], searches, MEMORY | memory)


def test_what_portions_reach_of_the_bare_model_is_told_portion_by_portion():
    one = point(1000, 5.0)

    assert one.share is not None
    assert (one.rate, one.share.value) == (62.5, pytest.approx(0.85))


def test_memory_per_thousand_chunks_is_the_slope_over_all_sizes():
    points = [point(size, 5.0, milvus=200 + 3 * size / 1000) for size in (1000, 10_000, 100_000)]

    assert growth.slope(points, "milvus") == pytest.approx(3.0)
    assert growth.slope(points, "postgres") == pytest.approx(0.0)
    assert growth.slope(points[:1], "milvus") == 0.0


def test_a_size_that_was_measured_is_known_to_the_next_run_of_the_same_corpus(tmp_path):
    Growth("grown", {}, tmp_path).add(point(1000, 5.0))

    assert Growth.of("grown", 4000, tmp_path).points == {1000: point(1000, 5.0)}


def test_what_was_measured_of_a_larger_corpus_of_the_same_name_is_not_taken_for_this_one(tmp_path):
    Growth("grown", {}, tmp_path).add(point(1000, 5.0))

    assert Growth.of("grown", 0, tmp_path).points == {}


def test_the_picture_has_a_line_for_each_mode_and_each_part(tmp_path):
    plot = tmp_path / "made" / "scale.svg"
    growing = Growth("any", {size: point(size, size / 100) for size in (1000, 10_000)})

    growing.tell(plot)

    picture = ET.parse(plot).getroot()  # noqa: S314 - it was drawn here
    assert len(picture.findall(".//{*}polyline")) == len(growth.MODES) + len(growth.PARTS)


def test_more_is_drawn_higher_and_larger_sizes_further_right():
    picture = drawn(growth.panels([point(1000, 5.0), point(10_000, 50.0)]))

    line = ET.fromstring(picture).find(".//{*}polyline")  # noqa: S314 - it was drawn here
    assert line is not None
    (x1, y1), (x2, y2) = (map(float, place.split(",")) for place in line.attrib["points"].split())
    assert x1 < x2
    assert y1 > y2
