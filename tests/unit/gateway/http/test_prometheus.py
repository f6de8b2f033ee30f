from opentelemetry.sdk.metrics import MeterProvider

from gateway.http.prometheus import exposition


def test_what_is_measured_is_told_with_the_memory_of_the_process():
    reader, exposed = exposition()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    provider.get_meter("forebay").create_counter("forebay.answers", "{answer}", "Answers").add(3, {"corpus": "docs"})

    text = exposed().decode()

    line = next(line for line in text.splitlines() if line.startswith("forebay_answers_total"))
    assert 'corpus="docs"' in line
    assert line.endswith(" 3.0")
    assert "process_resident_memory_bytes" in text
    provider.shutdown()
