from __future__ import annotations

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.reading import read

SENTENCE = "Water falls on the wheel and turns it; page {page} says how, at some length, in paragraph {at}. "


def written(pages=4, password=None):
    pdf = FPDF()
    pdf.set_title("Of mills")
    if password:
        pdf.set_encryption(owner_password=password, user_password=password, permissions=AccessPermission.none())
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("helvetica", size=8)
        pdf.cell(0, 5, f"Of mills, page {page}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", "B", 18)
        pdf.cell(0, 12, f"Chapter {page}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", size=11)
        for at in (1, 2):
            pdf.multi_cell(0, 5, SENTENCE.format(page=page, at=at) * 5, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(5)
        pdf.cell(0, 5, f"- item {chr(96 + page)}", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def test_size_and_place_of_the_lines_make_headings_and_paragraphs():
    parsed = read(written(), "application/pdf", "mills.pdf", Limits())
    second = [block for block in parsed.blocks if block.headings == ("Chapter 2",)]

    assert parsed.title == "Of mills"
    assert [block.kind for block in second] == [Kind.PARAGRAPH, Kind.PARAGRAPH, Kind.LIST]
    assert [parsed.text_of(block) for block in second] == [
        (SENTENCE.format(page=2, at=1) * 5).strip(),
        (SENTENCE.format(page=2, at=2) * 5).strip(),
        "- item b",
    ]


def test_running_heads_are_left_out():
    assert "Of mills, page" not in read(written(), "", "mills.pdf", Limits()).text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n", "MALFORMED_DOCUMENT"),
        (written(1)[:900], "MALFORMED_DOCUMENT"),
        (b"%PDF-1.7\n" + b"1 0 obj << >> endobj\n" * 1000, "MALFORMED_DOCUMENT"),
        (written(1, password="secret"), "ENCRYPTED_DOCUMENT"),  # noqa: S106  # of a file made here
    ],
)
def test_damaged_and_locked_files_are_refused(content, reason):
    with pytest.raises(InvalidArgument) as refused:
        read(content, "", "a.pdf", Limits())

    assert refused.value.reason == reason


def test_pages_without_text_are_refused():
    pdf = FPDF()
    pdf.add_page()
    pdf.line(0, 0, 50, 50)

    with pytest.raises(InvalidArgument, match="scanned"):
        read(bytes(pdf.output()), "", "scan.pdf", Limits())
