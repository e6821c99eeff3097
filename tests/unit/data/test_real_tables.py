"""Real tables as users meet them: read without a hint but the target, and understood as their describers do."""

import json

import numpy as np
import pytest

from hagang.data import Numbers, load, prepare

TABLES = {
    # name: (rows, missing cells of the columns that have any)
    "california_housing": (20640, {"total_bedrooms": 207}),
    "titanic": (891, {"Age": 177, "Cabin": 687, "Embarked": 2}),
    "adult": (32561, {"workclass": 1836, "occupation": 1843, "native-country": 583}),
    "adult_test": (16281, {"workclass": 963, "occupation": 966, "native-country": 274}),
    "wine_red": (1599, {}),
    "abalone": (4177, {}),
    "bank_full": (45211, {}),
    "credit_default": (30000, {}),
    "skin": (245057, {}),
    "concrete": (1030, {}),
    "protein": (45730, {}),
    "pima": (768, {}),
    "iris": (150, {}),
}


@pytest.fixture(scope="module")
def schema(shared_data):
    return json.loads((shared_data / "schema.json").read_text())


def target_of(spec):
    return spec["target"] if spec["header"] else spec["columns"].index(spec["target"]) + 1


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_with_nothing_said_but_the_target(shared_data, schema, name):
    spec, (rows, missing) = schema[name], TABLES[name]
    data = load(shared_data / spec["file"], target_of(spec))
    assert len(data) == rows
    assert data.task == spec["task"]
    if spec["header"]:
        found = {c.name: int(c.missing.sum()) for c in data.inputs.columns if c.missing.any()}
        assert data.target.name == spec["target"]
    else:
        positions = {f"c{i + 1}": column for i, column in enumerate(spec["columns"])}
        found = {positions[c.name]: int(c.missing.sum()) for c in data.inputs.columns if c.missing.any()}
        assert len(data.inputs.columns) == len(spec["columns"]) - 1
    assert found == missing


@pytest.mark.parametrize("name", ["california_housing", "adult", "bank_full", "skin", "horse_colic"])
def test_cells_are_those_that_pandas_reads(shared_data, schema, name):
    pd = pytest.importorskip("pandas")
    spec = schema[name]
    frame = pd.read_csv(
        shared_data / spec["file"],
        sep=spec["sep"].strip(" ") or " ",
        header=0 if spec["header"] else None,
        na_values=["?"],
        skipinitialspace=True,
        dtype=str if name == "horse_colic" else None,
    )
    table = load(shared_data / spec["file"]).inputs
    for column, (_, expected) in zip(table.columns, frame.items()):
        if isinstance(column, Numbers):
            np.testing.assert_array_equal(column.values, pd.to_numeric(expected).to_numpy(dtype=float))
        else:
            texts = np.array([*column.values, None], dtype=object)[column.codes]
            assert [None if pd.isna(value) else value for value in expected] == texts.tolist()


def test_ames_codes_identifiers_and_absences(shared_data):
    data = load(shared_data / "tabular" / "AmesHousing.csv", "SalePrice")
    assert data.inputs["MS SubClass"].values[:3] == ("020", "030", "040")
    assert data.inputs["Pool QC"].missing.sum() == 2917
    assert "None" in data.inputs["Mas Vnr Type"].values
    assert int(sum(column.missing.sum() for column in data.inputs.columns)) == 13997
    ready = prepare(data)
    assert {item.name for item in ready.features.left_out} == {"Order", "PID"}


def test_titanic_leaves_out_what_its_describer_drops(shared_data):
    ready = prepare(shared_data / "tabular" / "titanic_train.csv", "Survived")
    assert [item.name for item in ready.features.left_out] == ["PassengerId", "Name", "Ticket"]
    assert "Cabin missing" in ready.features.names
    assert not any(name.startswith("Cabin=") for name in ready.features.names)


def test_adult_with_its_own_test_file(shared_data):
    folder = shared_data / "tabular"
    ready = prepare(folder / "adult_train.csv.gz", "last", test=folder / "adult_test.csv.gz")
    assert (len(ready.train), len(ready.validation), len(ready.test)) == (27677, 4884, 16281)
    assert np.bincount(ready.test.y).tolist() == [12435, 3846]


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_images_of_mnist(shared_data, name):
    ready = prepare(shared_data / name)
    assert (ready.train.X.shape, ready.test.X.shape) == ((51000, 784), (10000, 784))
    assert ready.train.X.dtype == np.uint8
    assert ready.features.shape == (28, 28)
    mean = np.concatenate([ready.train.X, ready.validation.X]).mean() / 255
    assert mean == pytest.approx({"mnist": 0.1307, "fashion-mnist": 0.2860}[name], abs=1e-4)
    assert ready.target.labels == tuple(range(10))
