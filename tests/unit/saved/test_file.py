"""The container: what comes back, what is refused, and what is said about a file that is not whole."""

import json
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load_file, save_file

from hagang.errors import ArgumentError, FileFormatError
from hagang.saved import check_writable, read, read_header, write

TENSORS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.array([0.5, -0.0])}
DOCUMENT = {"task": "classification", "classes": ["cat", "dog"], "scale": {"mean": 1.5, "limit": float("inf")}}


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.safetensors"
    write(path, TENSORS, DOCUMENT)
    return path


def bits(tensors):
    return {name: (array.shape, array.dtype, array.tobytes()) for name, array in tensors.items()}


# --- what comes back ---

DTYPES = st.sampled_from(["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">f8", ">i4"])
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, ARRAYS, max_size=4), st.dictionaries(st.text(max_size=5), PLAIN, max_size=4))
def test_tensors_keep_their_bits_and_the_document_its_values(tmp_path_factory, tensors, document):
    path = tmp_path_factory.mktemp("round") / "file.safetensors"
    write(path, tensors, document)
    found, told = read(path)
    native = {name: array.astype(array.dtype.newbyteorder("=")) for name, array in tensors.items()}
    assert bits(found) == bits(native)
    assert told == document
    assert json.dumps(told, sort_keys=True) == json.dumps(document, sort_keys=True)


def test_not_a_number_comes_back_in_tensors_and_document(tmp_path):
    odd = np.array([0x7FF8000000000123, 0xFFF0000000000000], np.uint64).view(np.float64)
    write(tmp_path / "f", {"odd": odd}, {"nan": float("nan"), "low": float("-inf")})
    tensors, document = read(tmp_path / "f")
    assert tensors["odd"].tobytes() == odd.tobytes()
    assert np.isnan(document["nan"])
    assert document["low"] == -np.inf


@pytest.mark.parametrize(
    "array",
    [np.arange(6.0).reshape(2, 3).T, np.arange(6.0)[::-1], np.arange(12.0).reshape(3, 4)[:, 1:3], np.array(2.0)],
)
def test_views_are_stored_in_the_order_in_which_they_read(tmp_path, array):
    write(tmp_path / "f", {"a": array}, {})
    np.testing.assert_array_equal(read(tmp_path / "f")[0]["a"], array)


def test_what_is_read_may_be_changed_and_does_not_touch_the_file(model):
    tensors, _ = read(model)
    tensors["bias"][0] = 7
    assert read(model)[0]["bias"][0] == 0.5


def test_equal_content_gives_equal_bytes(model, tmp_path):
    again = tmp_path / "again.safetensors"
    write(again, dict(reversed(TENSORS.items())), dict(reversed(DOCUMENT.items())))
    assert again.read_bytes() == model.read_bytes()


def test_another_process_writes_the_same_bytes(model, tmp_path):
    """Hash seeds differ between processes; the order of keys must not follow them."""
    again = tmp_path / "again.safetensors"
    code = f"from hagang.saved import read, write; write({str(again)!r}, *read({str(model)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert again.read_bytes() == model.read_bytes()


def test_any_reader_of_the_format_finds_the_tensors(model):
    assert bits(load_file(model)) == bits(TENSORS)


def test_the_header_alone_says_what_is_in_the_file(model):
    header = read_header(model)
    assert header.document == DOCUMENT
    assert header.format == 1
    assert header.versions["numpy"] == np.__version__
    assert header.tensors["weights"]["shape"] == [2, 3]
    assert header.tensors["weights"]["dtype"] == "float32"


# --- what is refused ---


@pytest.mark.parametrize(
    ("tensors", "document", "text"),
    [
        (
            {"names": np.array(["a"])},
            {},
            "tensor 'names': expected booleans, integers or floats of up to 64 bits, received <U1",
        ),
        ({"objects": np.array([None])}, {}, "tensor 'objects': expected .* received object"),
        ({"wave": np.array([1j])}, {}, "tensor 'wave': expected .* received complex128"),
        ({"": np.zeros(1)}, {}, "expected names that are text, not empty .* received ''"),
        ({"__metadata__": np.zeros(1)}, {}, "not '__metadata__', received '__metadata__'"),
        (
            {},
            {"a": [{"b": np.zeros(2)}]},
            r"document.a\[0\].b: expected a JSON value, received ndarray .*store arrays as",
        ),
        ({}, {"a": {1: 2}}, "document.a: expected string keys other than '\\$float', received 1"),
        ({}, {"$float": 2}, "document: expected string keys other than '\\$float'"),
        ({}, {"a": {1, 2}}, "document.a: expected a JSON value, received set"),
    ],
)
def test_what_cannot_be_stored_is_refused_before_a_file_is_made(tmp_path, tensors, document, text):
    with pytest.raises(ArgumentError, match=text):
        write(tmp_path / "f", tensors, document)
    assert list(tmp_path.iterdir()) == []


def test_a_document_too_large_for_a_header_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hagang.saved.file._LARGEST_HEADER", 200)
    with pytest.raises(
        ArgumentError, match="expected at most 90 MB of JSON, received 0 MB; store large arrays as tensors"
    ):
        write(tmp_path / "f", {}, {"a": "b" * 200})


# --- files that are not whole, or not ours ---


def craft(path, envelope, tensors=TENSORS):
    save_file(tensors, path, {"hagang": envelope if isinstance(envelope, str) else json.dumps(envelope)})


def envelope_of(model):
    length = int.from_bytes(model.read_bytes()[:8], "little")
    return json.loads(json.loads(model.read_bytes()[8 : 8 + length])["__metadata__"]["hagang"])


def test_a_path_that_leads_nowhere(tmp_path):
    with pytest.raises(FileFormatError, match=r"none.safetensors' does not exist; check the path"):
        read(tmp_path / "none.safetensors")


def test_a_folder(tmp_path):
    with pytest.raises(FileFormatError, match="is not a file; expected a model that hagang saved"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "is empty; restore a copy, or save the model again"),
        (b"age,income\n1,2\n", "is not a model: it is text; expected a model that hagang saved"),
        (b"{}", "is not a model: it is text"),
        (b"PK\x03\x04" + bytes(50), r"is a zip archive \(as PyTorch, Keras"),
        (
            pickle.dumps({"weights": [1.0] * 9}),
            "is a pickle, which hagang never opens because loading one runs its code",
        ),
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "is an HDF5 file"),
        (b"\x93NUMPY\x01\x00" + bytes(50), r"is a NumPy \.npy file"),
        (b"\x1f\x8b\x08" + bytes(50), "is compressed with gzip"),
        (bytes(range(200, 256)), "is not a model: it is of an unknown kind"),
        ((50).to_bytes(8, "little") + b"{" + b"x" * 49, "is damaged: its header is not JSON"),
        ((1 << 60).to_bytes(8, "little") + b"{}", "is cut short within its header, 10 bytes are left"),
        ((12).to_bytes(8, "little") + b'{"a":{"b":1}', "is damaged: its header is not JSON"),
        ((13).to_bytes(8, "little") + b'{"a":{"b":1}}', "its header does not say where the tensors lie"),
        ((8).to_bytes(8, "little") + b'{"a":[]}', "its header does not say where the tensors lie"),
    ],
)
def test_what_is_no_model_is_called_by_its_name(tmp_path, content, text):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=text):
        read(path)


def test_a_file_cut_short(model):
    whole = model.read_bytes()
    model.write_bytes(whole[:-3])
    with pytest.raises(
        FileFormatError, match=f"is damaged: it is cut short, it has {len(whole) - 3:,} bytes of {len(whole):,}"
    ):
        read(model)
    model.write_bytes(whole[:100])
    with pytest.raises(FileFormatError, match="cut short within its header, 100 bytes are left"):
        read(model)


def test_a_file_with_something_added(model):
    model.write_bytes(model.read_bytes() + b"x")
    with pytest.raises(FileFormatError, match="is damaged: something was added to it"):
        read(model)


def test_somebody_elses_safetensors(tmp_path):
    save_file(TENSORS, tmp_path / "f", {"format": "pt"})
    with pytest.raises(FileFormatError, match="is a safetensors file, but not one of hagang's; expected a model that"):
        read(tmp_path / "f")
    save_file(TENSORS, tmp_path / "f")
    with pytest.raises(FileFormatError, match="not one of hagang's"):
        read(tmp_path / "f")


def test_a_newer_format_says_who_wrote_it(tmp_path):
    craft(tmp_path / "f", {"format": 2, "versions": {"hagang": "9.1.0"}, "anything": "else"})
    text = "was written in format 2 by hagang 9.1.0, this one reads format 1; install a newer hagang: pip install"
    with pytest.raises(FileFormatError, match=text):
        read(tmp_path / "f")
    craft(tmp_path / "f", {"format": 3, "versions": ["what a later format may put here"]})
    with pytest.raises(FileFormatError, match="was written in format 3 by hagang of an unknown version"):
        read(tmp_path / "f")


@pytest.mark.parametrize("envelope", ["", "[]", "{", "7", "[1, 2]", '{"format": "x"}', '{"format": 1, "a": NaN}', "{}"])
def test_a_description_that_cannot_be_read(tmp_path, envelope):
    craft(tmp_path / "f", envelope)
    with pytest.raises(FileFormatError, match="is damaged: its description"):
        read(tmp_path / "f")


@pytest.mark.parametrize("key", ["versions", "tensors", "document", "crc32"])
def test_a_description_that_lacks_a_part(model, key):
    envelope = envelope_of(model)
    del envelope[key]
    craft(model, envelope)
    with pytest.raises(FileFormatError, match=f"its description lacks a part .*{key}"):
        read(model)


def test_a_changed_description(model):
    envelope = envelope_of(model)
    envelope["document"]["classes"] = ["dog", "cat"]
    craft(model, envelope)
    with pytest.raises(FileFormatError, match="its description is not the one that was written"):
        read(model)


@pytest.mark.parametrize(
    ("tensors", "text"),
    [
        ({"weights": TENSORS["weights"]}, "tensor 'bias' is described but missing"),
        ({**TENSORS, "extra": np.zeros(1)}, "tensor 'extra' is there but not described"),
        ({**TENSORS, "bias": np.zeros(3)}, r"tensor 'bias': expected shape \[2\], found \[3\]"),
        ({**TENSORS, "bias": np.zeros(2, np.float32)}, "tensor 'bias': expected dtype float64, found float32"),
        ({**TENSORS, "bias": np.array([0.5, 0.0])}, "the numbers of tensor 'bias' are not those that were written"),
    ],
)
def test_tensors_that_are_not_those_described(model, tensors, text):
    craft(model, envelope_of(model), tensors)
    with pytest.raises(FileFormatError, match=text):
        read(model)


@given(st.data())
def test_whatever_byte_changes_it_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("flip") / "file.safetensors"
    write(path, TENSORS, DOCUMENT)
    whole = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        tensors, document = read(path)
    except FileFormatError:
        return
    assert bits(tensors) == bits(TENSORS)
    assert document == DOCUMENT


@given(st.integers(0, 2000))
def test_wherever_a_file_is_cut_it_is_noticed(tmp_path_factory, length):
    path = tmp_path_factory.mktemp("cut") / "file.safetensors"
    write(path, TENSORS, DOCUMENT)
    whole = path.read_bytes()
    path.write_bytes(whole[: length % len(whole)])
    with pytest.raises(FileFormatError):
        read(path)


# --- places that cannot be written ---


def test_a_folder_that_is_not_there(tmp_path):
    text = "cannot be written: the folder '.*nowhere' does not exist; create it, or choose another place"
    with pytest.raises(FileFormatError, match=text):
        write(tmp_path / "nowhere" / "f", TENSORS, DOCUMENT)


def test_a_file_in_the_place_of_a_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileFormatError, match=r"the folder '.*file' is not a folder"):
        write(tmp_path / "file" / "f", TENSORS, DOCUMENT)


def test_a_folder_in_the_place_of_the_file(tmp_path):
    with pytest.raises(FileFormatError, match="it is a folder or a device, not a file; give the path of a file"):
        write(tmp_path, TENSORS, DOCUMENT)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is more than its bytes")
def test_a_device_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileFormatError, match="it is a folder or a device"):
        write(tmp_path / "pipe", TENSORS, DOCUMENT)
    assert (tmp_path / "pipe").is_fifo()


def test_a_name_too_long(tmp_path):
    with pytest.raises(FileFormatError, match=r"cannot be written: .*; choose a"):
        write(tmp_path / ("n" * 400), TENSORS, DOCUMENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FileFormatError, match="Permission denied; choose a place where you may write"):
        write(tmp_path / "f", TENSORS, DOCUMENT)
    tmp_path.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_disk_that_fills_up_leaves_the_old_file(model):
    """A limit on the size of files stands in for a full disk: the write fails half-way."""
    before = model.read_bytes()
    code = (
        "import resource, sys, numpy, hagang.saved as s\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try: s.write(sys.argv[1], {'w': numpy.zeros(100_000)}, {})\n"
        "except s.file.FileFormatError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, model], capture_output=True, text=True, check=True)
    assert f"'{model}' cannot be written: File too large; choose another place" in done.stdout
    assert model.read_bytes() == before
    assert list(model.parent.iterdir()) == [model]


def test_a_full_disk_says_what_to_do(tmp_path, monkeypatch):
    from safetensors import SafetensorError

    def full(*_):
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(FileFormatError, match="No space left on device; free some space, or choose another place"):
        write(tmp_path / "f", TENSORS, DOCUMENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs permissions of files")
def test_permissions_are_those_of_any_new_file_and_stay(tmp_path):
    plain, path = tmp_path / "plain", tmp_path / "model"
    plain.touch()
    write(path, TENSORS, DOCUMENT)
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    write(path, TENSORS, DOCUMENT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_place_is_checked_without_leaving_anything(tmp_path):
    check_writable(tmp_path / "model.safetensors")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileFormatError, match=r"cannot be written: the folder .* does not exist"):
        check_writable(tmp_path / "nowhere" / "model.safetensors")
    with pytest.raises(FileFormatError, match="it is a folder or a device, not a file"):
        check_writable(tmp_path)
    with pytest.raises(FileFormatError, match="it is a folder or a device, not a file"):
        check_writable(Path())
