"""Pictures as they look: turned, on white, in 8 bits; and nothing but pictures."""

import numpy as np
import pytest

from hagang.data import load, prepare
from hagang.errors import DataError, FileFormatError

Image = pytest.importorskip("PIL.Image")

RAMP = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


def one(path, **options):
    data = load(path, **options)
    return data.inputs.values.reshape(data.inputs.shape if len(data) == 1 else (-1, *data.inputs.shape))


def test_a_picture_and_a_folder_of_pictures_without_classes(tmp_path):
    for k in range(3):
        Image.fromarray(RAMP + k).save(tmp_path / f"{k}.png")
    data = load(tmp_path)
    assert (data.target, data.row_names, data.inputs.shape) == (None, ("0.png", "1.png", "2.png"), (4, 6))
    np.testing.assert_array_equal(one(tmp_path / "1.png"), RAMP + 1)


@pytest.mark.parametrize(("orientation", "turned"), [(1, RAMP), (3, RAMP[::-1, ::-1]), (6, np.rot90(RAMP, -1))])
def test_pictures_are_turned_as_exif_says(tmp_path, orientation, turned):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(RAMP).save(tmp_path / "t.png", exif=exif)
    np.testing.assert_array_equal(one(tmp_path / "t.png"), turned)


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(RAMP.astype(np.uint16) * 257).save(tmp_path / "t.png")
    np.testing.assert_array_equal(one(tmp_path / "t.png"), RAMP)


def test_what_is_see_through_lies_on_white(tmp_path):
    colours = np.zeros((4, 6, 4), np.uint8)
    colours[:2] = (200, 100, 50, 255)
    Image.fromarray(colours).save(tmp_path / "t.png")
    read = one(tmp_path / "t.png")
    assert (read[0, 0].tolist(), read[3, 0].tolist()) == ([200, 100, 50], [255, 255, 255])


def test_new_pictures_have_the_colours_of_the_training(tmp_path):
    for name, level in (("dark", 20), ("light", 200)):
        (tmp_path / "p" / name).mkdir(parents=True)
        for k in range(12):
            Image.fromarray(np.full((4, 6), level + k, np.uint8)).save(tmp_path / "p" / name / f"{k}.png")
    ready = prepare(tmp_path / "p")
    Image.fromarray(np.full((4, 6, 3), 77, np.uint8)).save(tmp_path / "new.png")
    assert load(tmp_path / "new.png", like=ready).inputs.shape == ready.features.shape == (4, 6)


@pytest.mark.parametrize(
    "content", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", b"\x89PNG\r\n\x1a\n", b"x"]
)
def test_what_is_no_picture_is_refused(tmp_path, content):
    (tmp_path / "t.png").write_bytes(content)
    with pytest.raises(FileFormatError, match=r"t\.png is a damaged picture, or none"):
        load(tmp_path / "t.png")


def test_a_picture_larger_than_any_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    Image.fromarray(RAMP).save(tmp_path / "t.png")
    with pytest.raises(FileFormatError, match=r"t\.png is a damaged picture, or none"):
        load(tmp_path / "t.png")


def test_pictures_of_two_sizes(tmp_path):
    Image.fromarray(RAMP).save(tmp_path / "a.png")
    Image.fromarray(RAMP[:, :5]).save(tmp_path / "b.png")
    with pytest.raises(DataError, match="the pictures differ in size"):
        load(tmp_path)
