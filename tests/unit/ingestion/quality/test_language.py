"""Languages are told by the letters of sentences."""

from __future__ import annotations

import pytest

from ingestion.parsing.document import Block, Kind, Parsed
from ingestion.quality.langid import LangidDetector
from ingestion.quality.language import LEAST_LETTERS, SAMPLED, foreign, samples

DETECTOR = LangidDetector()

SENTENCES = {
    "en": "The turbine stops when the water level falls below the intake. Please close the gate before you start.",
    "de": "Die Turbine bleibt stehen, wenn der Wasserstand unter den Einlauf sinkt. Schließen Sie zuerst das Tor.",
    "fr": "La turbine s'arrête lorsque le niveau de l'eau descend sous la prise. Veuillez d'abord fermer la vanne.",
    "es": "La turbina se detiene cuando el nivel del agua baja por debajo de la toma. Cierre antes la compuerta.",
    "it": "La turbina si ferma quando il livello dell'acqua scende sotto la presa. Si prega di chiudere la paratoia.",
    "pt": "A turbina para quando o nível da água desce abaixo da tomada. Por favor, feche a comporta antes de começar.",
    "nl": "De turbine stopt wanneer het waterpeil onder de inlaat daalt. Sluit de schuif voordat u begint.",
    "pl": "Turbina zatrzymuje się, gdy poziom wody spada poniżej wlotu. Proszę zamknąć zasuwę przed naprawą.",
    "cs": "Turbína se zastaví, když hladina vody klesne pod vtok. Před zahájením opravy prosím zavřete stavidlo.",
    "sv": "Turbinen stannar när vattennivån sjunker under intaget. Stäng luckan innan du börjar reparationen.",
    "fi": "Turbiini pysähtyy, kun veden pinta laskee tulon alapuolelle. Sulje luukku ennen korjauksen aloittamista.",
    "tr": "Su seviyesi girişin altına düştüğünde türbin durur. Lütfen onarıma başlamadan önce kapağı kapatın.",
    "ru": "Турбина останавливается, когда уровень воды падает ниже водозабора. Закройте затвор перед началом ремонта.",
    "uk": "Турбіна зупиняється, коли рівень води падає нижче водозабору. Закрийте затвор перед початком ремонту.",
    "el": "Ο στρόβιλος σταματά όταν η στάθμη του νερού πέφτει κάτω από την υδροληψία. Παρακαλώ κλείστε τη θυρίδα.",
    "hu": "A turbina leáll, amikor a vízszint a bevezetés alá süllyed. Kérjük, zárja el a kaput a javítás előtt.",
    "ja": "水位が取水口より下がるとタービンは停止します。修理を始める前にゲートを閉め、時刻を記録してください。" * 2,
    "zh": "当水位低于进水口时，涡轮机会停止运转。请在开始维修之前关闭闸门，并记录时间。水位恢复之后再打开闸门。" * 2,
    "ko": "수위가 취수구 아래로 떨어지면 터빈이 멈춥니다. 수리를 시작하기 전에 수문을 닫고 시간을 기록해 주십시오." * 2,
    "ar": "تتوقف التوربينة عندما ينخفض مستوى الماء تحت المأخذ. يرجى إغلاق البوابة قبل البدء في الإصلاح وتسجيل الوقت.",
}


def document(*texts, kind=Kind.PARAGRAPH):
    blocks, at = [], 0
    for text in texts:
        blocks.append(Block(kind=kind, headings=(), start=at, end=at + len(text), lead=at))
        at += len(text) + 1
    return Parsed(title="", text="\n".join(texts), blocks=tuple(blocks), mime="text/plain")


@pytest.mark.parametrize("language", SENTENCES)
def test_a_document_in_a_listed_language_passes_and_in_another_does_not(language):
    others = tuple(SENTENCES.keys() - {language})

    assert list(foreign(document(SENTENCES[language]), (language,), DETECTOR)) == []
    assert [finding.field for finding in foreign(document(SENTENCES[language]), others, DETECTOR)] == ["content"]


def test_a_document_in_two_languages_passes_when_one_is_listed():
    both = document(SENTENCES["en"] * 5, SENTENCES["de"] * 5)

    assert list(foreign(both, ("en",), DETECTOR)) == []
    assert list(foreign(both, ("de",), DETECTOR)) == []


def test_too_little_text_is_in_no_language():
    assert list(foreign(document("Bitte nicht öffnen"), ("en",), DETECTOR)) == []


def test_code_and_tables_say_nothing_about_the_language():
    assert list(foreign(document(SENTENCES["de"], kind=Kind.CODE), ("en",), DETECTOR)) == []
    assert list(foreign(document(SENTENCES["de"], kind=Kind.TABLE), ("en",), DETECTOR)) == []


def test_a_long_document_is_looked_at_in_its_middle_and_at_its_end_too():
    looked_at = samples(document("a" * 5_000, "b" * 5_000, "c" * 5_000))

    assert [set(text) for text in looked_at] == [{"a"}, {"b"}, {"c"}]
    assert all(len(text) > LEAST_LETTERS for text in looked_at)
    assert sum(map(len, looked_at)) <= SAMPLED


def test_without_listed_languages_nobody_looks():
    assert list(foreign(document(SENTENCES["de"]), (), None)) == []
