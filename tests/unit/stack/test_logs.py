"""Logs are bounded and their end can be read."""

from __future__ import annotations

from forebay_client.stack.supervisor.logs import rotate, tail


def test_a_large_log_is_put_aside_and_its_writer_goes_on(tmp_path):
    log = tmp_path / "a.log"
    with log.open("a") as writer:
        writer.write("old\n" * 100)
        writer.flush()
        rotate([log], largest=50)
        writer.write("new\n")

    assert log.read_text() == "new\n"
    assert (tmp_path / "a.log.1").read_text() == "old\n" * 100


def test_a_small_log_stays(tmp_path):
    (tmp_path / "a.log").write_text("small")
    rotate([tmp_path / "a.log", tmp_path / "missing.log"], largest=50)

    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_the_tail_is_the_last_lines_written_since_the_start(tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"before\none\ntwo\n\xff\n")

    assert tail(log, 2, start=7) == "two\n\ufffd"
    assert tail(log, 9, start=7) == "one\ntwo\n\ufffd"
    assert tail(log, 9, start=999) == ""
    assert tail(tmp_path / "missing.log", 5) == ""
