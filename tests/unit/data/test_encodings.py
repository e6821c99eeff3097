"""How a text file's letters are written: decided once, and said."""

import gzip

import pytest

from hagang.data import load, prepare
from hagang.errors import ArgumentError, FileFormatError

KOREAN = "면적,종류,가격\n" + "".join(
    f"{30 + k % 80},{'아파트' if k % 2 else '주택'},{k % 50 + 0.5}\n" for k in range(60)
)


@pytest.fixture
def read(tmp_path):
    def read(content, **options):
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        return load(path, **options)

    return read


def told(data):
    return [str(finding) for finding in data.findings]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("cp949", "CP949"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_what_is_not_utf8_is_read_and_said(read, encoding, shown, zipped):
    content = ("m,kind,price\n1,ab,2\n2,cd,5\n" if "16-" in encoding else KOREAN).encode(encoding)
    data = read(gzip.compress(content) if zipped and encoding == "cp949" else content)
    assert data.inputs.names[0] in ("면적", "m")
    assert any(f"t.csv: read as {shown}" in text for text in told(data))


def test_utf8_with_and_without_a_mark_is_not_worth_a_word(read):
    for encoding in ("utf-8", "utf-8-sig"):
        data = read(KOREAN.encode(encoding))
        assert (data.inputs.names[0], len(told(data))) == ("면적", 1)


def test_western_letters_late_in_a_file(read):
    data = read(b"a,b\n" + b"1,x\n" * 60_000 + "2,größe\n".encode("cp1252"))
    assert data.inputs["b"].values == ("größe", "x")
    assert "t.csv: read as cp1252 (encoding= says otherwise)" in told(data)


def test_hangul_late_in_a_file(read):
    data = read(b"a,b\n" + b"1,x\n" * 60_000 + "2,서울\n".encode("cp949"))
    assert data.inputs["b"].values == ("x", "서울")


@pytest.mark.parametrize("words", ["Ärzte, Öl, Übel", "café, naïve, Zoë", "größe, weiß, Maß", "año, señor, niño"])
def test_western_text_is_never_taken_for_hangul(read, words):
    data = read(
        ("w,x\n" + "".join(f"{word.strip()},{k}\n" for k, word in enumerate(words.split(",")))).encode("cp1252")
    )
    assert set(data.inputs["w"].values) == {word.strip() for word in words.split(",")}


def test_a_person_says_the_encoding(read):
    content = "a,b\nжж,1\nщщ,2\n".encode("cp1251")
    assert read(content, encoding="cp1251").inputs["a"].values == ("жж", "щщ")
    with pytest.raises(
        ArgumentError, match=r"encoding: expected one as utf-8, utf-16, cp949 or cp1252, received 'nope'"
    ):
        read(content, encoding="nope")
    with pytest.raises(FileFormatError, match=r"t.csv is not utf-8"):
        read(content, encoding="utf-8-sig")


def test_utf8_with_a_few_wrong_bytes_names_the_line(read):
    with pytest.raises(FileFormatError, match=r"t.csv is UTF-8 but for 2 bytes, the first on line 102; correct them"):
        read(b"a,b\n" + "가나다,2\n".encode() * 100 + b"\xff\xfe,3\n")


def test_a_korean_and_a_german_table_stream_alike(tmp_path):
    for name, content, target in (
        ("kr", KOREAN.encode("cp949"), "가격"),
        ("de", ("größe;preis\n" + "".join(f"{k},5;1.{k:03},50 €\n" for k in range(60))).encode("cp1252"), "preis"),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(content)
        memory, stream = prepare(path, target), prepare(path, target, stream=True)
        assert memory.features.names == stream.features.names
        assert (memory.target.task, stream.target.task) == ("regression", "regression")
