import pytest

from chassis.errors import NotFound
from fakes.catalogue import FakeCatalogue
from fakes.library import Library, Written
from retrieval.reading import Reading
from retrieval.records import Reader

EVERYBODY = Reader(tenant="acme", groups=frozenset({"everyone"}))
CHUNKS = (("one", (1.0, 0.0)), ("two", (0.0, 1.0)))
LIBRARY = Library(
    [
        *(Written(source=f"{n:02}.md", chunks=CHUNKS) for n in range(25)),
        Written(source="salaries.md", chunks=CHUNKS, groups=frozenset({"hr"})),
        Written(source="draft.md", chunks=CHUNKS, committed=False),
        Written(corpus="wiki", source="home.md", chunks=CHUNKS),
        Written(tenant="globex", corpus="secret", source="plan.md", chunks=CHUNKS),
    ]
)


@pytest.fixture
def reading():
    return Reading(FakeCatalogue(LIBRARY))


async def test_pages_hold_every_document_once(reading):
    seen, token = [], ""
    while True:
        page = await reading.page(EVERYBODY, "docs", 10, token)
        seen += [document.id for document in page.documents]
        token = page.next
        if not token:
            break

    assert seen == [f"{n:02}.md" for n in range(25)]


async def test_the_last_page_says_so_when_it_is_full(reading):
    assert (await reading.page(EVERYBODY, "docs", 25, "")).next == ""


async def test_a_reader_of_the_group_sees_its_documents(reading):
    reader = Reader(tenant="acme", groups=frozenset({"everyone", "hr"}))

    assert (await reading.document(reader, "docs", "salaries.md")).id == "salaries.md"


@pytest.mark.parametrize("source", ["salaries.md", "draft.md", "absent.md"])
async def test_what_may_not_be_read_is_as_absent_as_what_does_not_exist(reading, source):
    with pytest.raises(NotFound) as caught:
        await reading.document(EVERYBODY, "docs", source)

    assert caught.value.message == "there is no such document in this corpus"


async def test_chunks_come_in_the_order_asked_and_without_those_that_may_not_be_read(reading):
    chunks = await reading.chunks(
        EVERYBODY, "docs", [("07.md", 1), ("salaries.md", 0), ("03.md", 0), ("03.md", 9), ("draft.md", 0)]
    )

    assert [(chunk.document_id, chunk.ordinal) for chunk in chunks] == [("07.md", 1), ("03.md", 0)]


async def test_corpora_are_those_of_the_tenant(reading):
    assert [corpus.name for corpus in await reading.corpora(EVERYBODY)] == ["docs", "wiki"]


@pytest.mark.parametrize("corpus", ["secret", "absent"])
async def test_another_tenants_corpus_is_as_absent_as_one_that_does_not_exist(reading, corpus):
    with pytest.raises(NotFound):
        await reading.corpus(EVERYBODY, corpus)
