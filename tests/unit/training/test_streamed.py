"""Training from disk: with the same order of rows, the same bits as from memory."""

from dataclasses import replace

import duckdb
import numpy as np
import pytest

import hagang as hg
from hagang.data import Part, prepare
from hagang.training.rows import Block, Rows
from hagang.training.streamed import Streamed, whole_batches


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    path = tmp_path_factory.mktemp("stream") / "t.parquet"
    columns = "sin(i * 1.7) AS a, cos(i * 0.3) * 4 AS b, (i * 31 % 17) / 3.0 AS c, ['u', 'v', 'w'][1 + i % 3] AS k"
    duckdb.sql(f"COPY (SELECT {columns}, sin(i * 1.7) + cos(i * 0.3) AS y FROM range(5000) AS r(i)) TO '{path}'")
    return prepare(path, "y", stream=True)


@pytest.fixture
def small(ready, monkeypatch):
    """The same, in several blocks."""
    monkeypatch.setattr("hagang.training.streamed.SPAN", 100)
    return replace(ready, train=replace(ready.train, block_rows=700))


def network():
    return hg.Network([hg.Dense(16, "tanh"), hg.Dense(1)])


def in_memory(ready):
    part = ready.train
    return replace(ready, train=Part(part.inputs(0, len(part)), np.array(part.y), np.arange(len(part))))


def test_every_row_comes_once_an_epoch_in_an_order_of_its_own(small):
    source = Streamed(small.train, np.float32)
    seen = []
    for epoch in (1, 2):
        blocks = list(source.blocks(0, epoch, 64))
        assert len(blocks) > 5
        assert all(len(block.order) % 64 == 0 for block in blocks[:-1])
        seen.append(np.concatenate([block.rows.x[block.order] for block in blocks]))
    whole = small.train.inputs(0, len(small.train))
    for rows in seen:
        np.testing.assert_array_equal(rows[np.lexsort(rows.T)], whole[np.lexsort(whole.T)])
    assert not np.array_equal(*seen)
    again = np.concatenate([block.rows.x[block.order] for block in source.blocks(0, 2, 64)])
    np.testing.assert_array_equal(again, seen[1])


@pytest.mark.parametrize("batch", [64, 100, 1000])
def test_with_the_same_order_the_losses_are_equal_bit_for_bit(small, batch, monkeypatch):
    run = hg.fit(network(), small, epochs=3, batch_size=batch, seed=4)
    source = Streamed(small.train, np.float32)

    def same_order(rows, seed, epoch, batch_size):
        spans = [span for group in source.plan(seed, epoch) for span in group]
        groups = [np.concatenate([np.arange(*span) for span in group]) for group in source.plan(seed, epoch)]
        assert sorted(spans) == sorted({*spans})
        from hagang.data.batches import shuffled

        order = [group[shuffled(len(group), seed + k + 1, epoch)] for k, group in enumerate(groups)]
        yield Block(rows, np.concatenate(order))

    monkeypatch.setattr(Rows, "blocks", same_order)
    memory = hg.fit(network(), in_memory(small), epochs=3, batch_size=batch, seed=4)
    np.testing.assert_array_equal(run.history.step_losses, memory.history.step_losses)
    assert run.history.validation_losses == memory.history.validation_losses
    assert run.history.losses == pytest.approx(memory.history.losses, rel=1e-6)  # summed block by block


def test_with_another_order_the_curves_are_close(small):
    options = {"epochs": 12, "batch_size": 50, "lr": 0.01}
    disk = hg.fit(network(), small, **options).history.validation_losses
    memory = hg.fit(network(), in_memory(small), **options).history.validation_losses
    assert disk[-1] < 0.2 * disk[0]
    assert disk[-1] == pytest.approx(memory[-1], rel=0.5)


def test_a_streamed_network_predicts_and_is_scored(small, tmp_path):
    run = hg.fit(network(), small, epochs=5, lr=0.01)
    assert run.network.evaluate(small)["r2"] > 0.5
    run.network.save(tmp_path / "m.safetensors")
    asked = {"a": [0.1], "b": [1.0], "c": [2.0], "k": ["u"]}
    assert hg.load(tmp_path / "m.safetensors").predict(asked) == run.network.predict(asked)


def test_waiting_is_measured(small):
    source = Streamed(small.train, np.float32)
    list(source.blocks(0, 1, 64))
    assert source.rows_given == len(small.train)
    assert 0 < source.waiting <= 1


def test_leftover_rows_join_the_next_block():
    rows = [Rows(np.full((n, 1), k, np.float32), np.full(n, k), np.full(n, k)) for k, n in enumerate((5, 1, 1, 6))]
    blocks = list(whole_batches(iter([Block(r, np.arange(len(r))[::-1]) for r in rows]), 4))
    assert [len(block.order) for block in blocks] == [4, 4, 4, 1]
    seen = np.concatenate([block.rows.take(block.order).y for block in blocks])
    assert seen.tolist() == [0] * 5 + [1, 2] + [3] * 6
    assert blocks[1].rows.weight.tolist() == [0, 1, 2, 3]
