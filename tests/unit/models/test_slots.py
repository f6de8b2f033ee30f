"""The line in front of the engine."""

from __future__ import annotations

import threading

from models.generating.slots import Slots


class Job:
    """A job that ends when it is told to, and says what became of it."""

    def __init__(self):
        self.fate = "new"
        self.left = False
        self.begun = threading.Event()
        self.release = threading.Event()
        self.over = threading.Event()

    def given_up(self):
        return self.left

    def run(self):
        self.begun.set()
        assert self.release.wait(5)
        self.fate = "run"
        self.over.set()

    def drop(self):
        self.fate = "dropped"
        self.over.set()


def slots(count, waiting, seen=None):
    return Slots(count, waiting, lambda running, waiting: seen is not None and seen.append((running, waiting)))


def begun(line, job):
    assert line.offer(job)
    assert job.begun.wait(5)
    return job


def ended(*jobs):
    for job in jobs:
        job.release.set()
        assert job.over.wait(5)
    return [job.fate for job in jobs]


def test_jobs_beyond_the_slots_wait_for_their_turn():
    line, jobs = slots(1, 2), [Job() for _ in range(3)]
    begun(line, jobs[0])
    assert line.offer(jobs[1])
    assert not jobs[1].begun.is_set()

    assert ended(jobs[0], jobs[1]) == ["run", "run"]
    line.close()


def test_the_line_has_an_end():
    line, jobs = slots(1, 2), [Job() for _ in range(4)]
    begun(line, jobs[0])

    assert [line.offer(job) for job in jobs[1:]] == [True, True, False]
    assert ended(*jobs[:3]) == ["run", "run", "run"]
    line.close()


def test_who_left_makes_room():
    line, jobs = slots(1, 1), [Job() for _ in range(3)]
    begun(line, jobs[0])
    assert line.offer(jobs[1])
    jobs[1].left = True

    assert line.offer(jobs[2])
    assert jobs[1].fate == "dropped"
    assert ended(jobs[0], jobs[2]) == ["run", "run"]
    line.close()


def test_who_left_is_not_run_when_the_turn_comes():
    line, jobs = slots(1, 1), [Job(), Job()]
    begun(line, jobs[0])
    assert line.offer(jobs[1])
    jobs[1].left = True

    assert ended(*jobs) == ["run", "dropped"]
    line.close()


def test_closing_drops_who_waits_and_takes_nobody_more():
    line, jobs = slots(1, 2), [Job() for _ in range(3)]
    begun(line, jobs[0])
    assert line.offer(jobs[1])
    closing = threading.Thread(target=line.close)
    closing.start()

    assert jobs[1].over.wait(5)
    assert not line.offer(jobs[2])
    assert ended(jobs[0], jobs[1]) == ["run", "dropped"]
    closing.join(5)


def test_it_tells_how_many_run_and_wait():
    seen = []
    line, job = slots(1, 1, seen), Job()
    begun(line, job)
    ended(job)
    line.close()

    assert seen[:2] == [(0, 1), (1, 0)]
    assert seen[-1] == (0, 0)
