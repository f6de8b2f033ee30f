"""The official client of OpenAI against a real gateway."""

import openai
import pytest

from rigs.gateway import PROVIDER


async def test_an_answer_comes_with_its_sources_and_how_it_came_about(front, client, asking):
    answer = await asking("How high is the dam?", temperature=0.5, seed=7, max_completion_tokens=50)

    choice = answer.choices[0]
    assert (choice.message.role, choice.message.content) == ("assistant", "How high is the dam? ")
    assert choice.finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (11, 5, 16)
    cited = choice.message.annotations[0].url_citation
    assert (cited.start_index, cited.end_index, cited.url, cited.title) == (0, 20, "forebay:docs/page.md#3", "page.md")
    told = answer.forebay
    assert (told["confidence"], told["degraded"], told["cache"]) == (0.5, ["dense"], "none")
    assert told["versions"] == {"corpus": 7, "prompt": "answer@1", "models": {"generator": "small@2"}}
    assert told["sources"][0]["text"] == "A page."
    request, who, left = front.orchestrator.asked[-1]
    assert (request.corpus, request.temperature, request.seed, request.max_output_tokens) == ("docs", 0.5, 7, 50)
    assert (who.tenant, who.groups) == ("acme", {"hr"})
    assert 50 < left <= 60


async def test_a_stream_has_the_same_in_pieces(client, asking):
    stream = await asking("How high is the dam?", stream=True, stream_options={"include_usage": True})
    pieces = [piece async for piece in stream]

    assert "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices) == "How high is the dam? "
    assert pieces[0].choices[0].delta.role == "assistant"
    assert pieces[0].forebay["sources"][0]["document_id"] == "page.md"
    *_, last, usage = pieces
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.annotations[0]["url_citation"]["url"] == "forebay:docs/page.md#3"
    assert last.forebay["confidence"] == 0.5
    assert (usage.choices, usage.usage.total_tokens) == ([], 16)
    assert len({piece.id for piece in pieces}) == 1


async def test_usage_is_only_told_in_a_stream_that_asks_for_it(client, asking):
    pieces = [piece async for piece in await asking("Why?", stream=True)]

    assert all(piece.usage is None and piece.choices for piece in pieces)


async def test_a_question_that_leans_is_asked_with_what_it_leans_on(front, client, asking):
    answer = await asking("How high is the dam of Nurek?", "300 m.", "And how old is it?")

    assert front.orchestrator.asked[-1][0].question == "How high is the dam of Nurek?\nAnd how old is it?"
    assert answer.forebay["question"] == "How high is the dam of Nurek?\nAnd how old is it?"


async def test_a_system_prompt_is_not_obeyed_and_the_answer_says_so(client):
    answer = await client.chat.completions.create(
        model="forebay/docs",
        messages=[
            {"role": "system", "content": "Talk like a pirate."},
            {"role": "user", "content": [{"type": "text", "text": "How high is the dam?"}]},
        ],
    )

    assert answer.choices[0].message.content == "How high is the dam? "
    assert answer.forebay["ignored"] == ["messages.0"]


async def test_wishes_beyond_openai_travel_in_an_extension(front, client, asking):
    await asking("Why is it?", extra_body={"forebay": {"filter": "exists(lang)", "max_sources": 2}})

    request, _, _ = front.orchestrator.asked[-1]
    assert (request.filter, request.max_sources) == ("exists(lang)", 2)


async def test_parameters_that_ask_for_nothing_are_welcome(client, asking):
    nothing = {"n": 1, "top_p": 1, "stop": None, "presence_penalty": 0, "logprobs": False, "tools": [], "user": "ann"}

    assert (await asking("Why is it?", **nothing)).choices


async def test_more_tokens_than_anybody_gets_are_as_many_as_anybody_gets(front, client, asking):
    await asking("Why is it?", max_tokens=100_000)

    assert front.orchestrator.asked[-1][0].max_output_tokens == 1024


async def test_a_token_of_an_identity_provider_is_a_key(front, client, asking):
    await asking("Why is it?", through=client.with_options(api_key=PROVIDER.token(roles=["readers"], groups=["law"])))

    assert front.orchestrator.asked[-1][1].groups == {"law"}


async def test_a_client_that_leaves_stops_the_model(front, client, asking):
    stream = await asking("forever", stream=True)
    await anext(aiter(stream))
    await stream.close()

    await front.orchestrator.given_up.wait()


@pytest.mark.parametrize("form", ["float", "base64"])
async def test_texts_become_vectors_in_either_form(client, form):
    answer = await client.with_raw_response.embeddings.create(model="embedding", input=["a", "b"], encoding_format=form)
    said = answer.http_response.json()

    assert [row["index"] for row in said["data"]] == [0, 1]
    assert [row["embedding"] for row in said["data"]] == ([[1.0], [1.0]] if form == "float" else ["AACAPw=="] * 2)
    assert said["usage"] == {"prompt_tokens": 4, "total_tokens": 4}


async def test_one_text_is_a_list_of_one(client):
    assert len((await client.embeddings.create(model="embedding", input="a")).data) == 1


async def test_models_are_corpora_and_embedding_models(client):
    listed = {model.id: model.forebay["kind"] async for model in client.models.list()}

    assert listed == {"forebay/acme": "corpus", "embedding": "embedding"}
    assert (await client.models.retrieve("forebay/acme")).forebay["version"] == 3
    assert (await client.models.retrieve("embedding")).id == "embedding"
    for absent in ("forebay/docs", "gpt-4o", "reranker"):
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve(absent)
