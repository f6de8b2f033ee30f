from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.records import FakeRecords
from gateway.records.chain import Chain
from gateway.records.verifying import verified
from gateway.records.words import Head, Record


def record(number: int) -> Record:
    return Record(
        id=f"{number:032x}", body={"id": f"{number:032x}", "call": "Search", "cost": "0.25", "unicode": "ü\u2028"}
    )


@pytest.fixture
async def shelf():
    shelf = FakeRecords()
    for writer in ("one", "two"):
        chain = Chain(writer)
        await shelf.begin(chain.head)
        for batch in ([record(1), record(2)], [record(3)], [record(4), record(5)]):
            links = chain.links(batch)
            await shelf.append(links)
            chain.moved(links[-1])
    return shelf


async def test_chains_that_nobody_touched_agree(shelf):
    findings = await verified(shelf)

    assert findings.faults == []
    assert (findings.chains, findings.records, findings.anchors) == (2, 10, 2)


def changed(links):
    links[1] = replace(links[1], record=replace(links[1].record, body={**links[1].record.body, "cost": "0"}))


def changed_with_its_hash(links):
    chain = Chain("one")
    chain.moved(links[0])
    [links[1]] = chain.links([replace(links[1].record, body={**links[1].record.body, "cost": "0"})])


def removed(links):
    del links[1]


def removed_and_closed_up(links):
    del links[1]
    links[1:] = [replace(link, sequence=link.sequence - 1) for link in links[1:]]


def inserted(links):
    links.insert(2, replace(links[1], record=record(9)))
    links[2:] = [replace(link, sequence=place) for place, link in enumerate(links[2:], start=3)]


def reordered(links):
    links[1], links[2] = replace(links[2], sequence=2), replace(links[1], sequence=3)


def cut_off(links):
    del links[3:]


def emptied(links):
    links.clear()


def filed_under_another_id(links):
    links[1] = replace(links[1], record=replace(links[1].record, id="0" * 32))


@pytest.mark.parametrize(
    ("tamper", "place", "what"),
    [
        (changed, 2, "was changed"),
        (changed_with_its_hash, 3, "was changed"),
        (removed, 2, "missing up to 2"),
        (removed_and_closed_up, 2, "was changed"),
        (inserted, 3, "was changed"),
        (reordered, 2, "was changed"),
        (cut_off, 4, "missing at the end, up to 5"),
        (emptied, 1, "missing at the end, up to 5"),
        (filed_under_another_id, 2, "another request"),
    ],
)
async def test_what_was_done_to_a_chain_is_found_at_its_place(shelf, tamper, place, what):
    tamper(shelf.chains["one"])

    findings = await verified(shelf)

    assert {fault.writer for fault in findings.faults} == {"one"}
    first = findings.faults[0]
    assert (first.sequence, what in first.what) == (place, True), first


async def test_a_chain_that_is_gone_with_its_head_is_missed_by_its_anchor(shelf):
    await shelf.anchor(shelf.latest["one"])
    del shelf.chains["one"], shelf.latest["one"]

    assert {fault.what for fault in (await verified(shelf)).faults} == {
        "the chain has lost its head",
        "records are missing at the end, up to 5",
    }


async def test_a_chain_that_was_written_anew_as_a_whole_does_not_fit_an_anchor_kept_elsewhere(shelf):
    elsewhere = shelf.latest["one"]
    chain = Chain("one")
    links = chain.links([replace(record(number), body={"id": f"{number:032x}"}) for number in range(1, 6)])
    shelf.chains["one"] = links
    shelf.latest["one"] = Head(writer="one", sequence=5, hash=links[-1].hash)

    assert (await verified(shelf)).faults == []
    [first, *_] = (await verified(shelf, [elsewhere])).faults
    assert (first.writer, first.sequence) == ("one", 5)


async def test_a_record_that_is_written_meanwhile_is_no_fault(shelf):
    heads = await shelf.heads()
    chain = Chain("one")
    chain.moved(shelf.chains["one"][-1])
    await shelf.append(chain.links([record(6)]))

    class Earlier(FakeRecords):
        async def heads(self):
            return heads

    earlier = Earlier()
    earlier.chains, earlier.anchored = shelf.chains, shelf.anchored

    assert (await verified(earlier)).faults == []
