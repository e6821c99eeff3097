"""Layered graph layout: ranks by longest path, order by barycentres, no overlapping boxes.

K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures (1981).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Layout", "lay_out"]

SWEEPS = 12
THIN = 10.0
"""The height reserved for an edge that passes a rank."""


@dataclass(frozen=True)
class Layout:
    """Upper left corners of the boxes, points of the edges, and the total size."""

    boxes: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    width: float
    height: float


def lay_out(
    sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], gap: tuple[float, float] = (76.0, 18.0)
) -> Layout:
    """Lay out a graph from left to right.

    Parameters
    ----------
    sizes : sequence of (width, height)
        Of each box, in topological order.
    edges : sequence of (int, int)
        Source and target box.
    gap : (float, float)
        Gap between ranks, and between boxes of a rank.

    Returns
    -------
    Layout
    """
    ranks = _ranks(len(sizes), edges)
    heights = [height for _, height in sizes]
    chains = []
    for source, target in edges:
        chain = [source]
        for rank in range(ranks[source] + 1, ranks[target]):
            chain.append(len(heights))
            heights.append(THIN)
            ranks.append(rank)
        chains.append([*chain, target])
    links = [pair for chain in chains for pair in itertools.pairwise(chain)]
    layers = _ordered(ranks, links)
    centres = _centres(layers, links, heights, gap[1])
    lefts = _lefts(layers, sizes, gap[0])
    return _placed(sizes, chains, ranks, centres, lefts)


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Ranks by the longest path from the left; inputs are then moved right, next to their first use."""
    ranks = [0] * count
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        ranks[target] = max(ranks[target], ranks[source] + 1)
    following: dict[int, list[int]] = {}
    fed = {target for _, target in edges}
    for source, target in edges:
        following.setdefault(source, []).append(target)
    for source, targets in following.items():
        if source not in fed:
            ranks[source] = min(ranks[target] for target in targets) - 1
    return ranks


def _ordered(ranks: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The boxes of each rank from top to bottom, sorted repeatedly by the barycentre of their neighbours."""
    layers: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    before, after = _neighbours(len(ranks), links)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, links)
    for sweep in range(SWEEPS):
        near = before if sweep % 2 == 0 else after
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            place = {node: k for other in layers for k, node in enumerate(other)}
            mean = {node: fmean(place[one] for one in near[node]) if near[node] else place[node] for node in layer}
            layer.sort(key=mean.__getitem__)
        crossings = _crossings(layers, links)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _neighbours(count: int, links: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        before[target].append(source)
        after[source].append(target)
    return before, after


def _crossings(layers: Sequence[Sequence[int]], links: Sequence[tuple[int, int]]) -> int:
    place = {node: (rank, k) for rank, layer in enumerate(layers) for k, node in enumerate(layer)}
    between: dict[int, list[tuple[int, int]]] = {}
    for source, target in links:
        between.setdefault(place[source][0], []).append((place[source][1], place[target][1]))
    return sum((a - c) * (b - d) < 0 for pairs in between.values() for a, b in pairs for c, d in pairs) // 2


def _centres(
    layers: Sequence[Sequence[int]], links: Sequence[tuple[int, int]], heights: Sequence[float], gap: float
) -> list[float]:
    """Vertical positions near the mean of the neighbours, within the order and the gaps."""
    before, after = _neighbours(len(heights), links)
    centres = [0.0] * len(heights)
    for layer in layers:
        _settle(layer, [0.0] * len(layer), centres, heights, gap)
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            near = [before[node] + after[node] for node in layer]
            targets = [fmean(centres[one] for one in some) if some else centres[n] for n, some in zip(layer, near)]
            _settle(layer, targets, centres, heights, gap)
    return centres


def _settle(
    layer: Sequence[int], targets: Sequence[float], centres: list[float], heights: Sequence[float], gap: float
) -> None:
    """The positions closest to the targets in least squares, by pooling neighbours that would overlap."""
    offsets = [0.0]
    for above, below in itertools.pairwise(layer):
        offsets.append(offsets[-1] + _apart(above, below, heights, gap))
    blocks: list[list[float]] = []
    for place, offset in zip(targets, offsets):
        blocks.append([place - offset])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    settled = [fmean(block) for block in blocks for _ in block]
    for node, place, offset in zip(layer, settled, offsets):
        centres[node] = place + offset


def _apart(a: int, b: int, heights: Sequence[float], gap: float) -> float:
    return (heights[a] + heights[b]) / 2 + gap


def _lefts(
    layers: Sequence[Sequence[int]], sizes: Sequence[tuple[float, float]], gap: float
) -> list[tuple[float, float]]:
    """The left edge and width of each rank."""
    left, ranks = 0.0, []
    for layer in layers:
        width = max((sizes[node][0] for node in layer if node < len(sizes)), default=0.0)
        ranks.append((left, width))
        left += width + gap
    return ranks


def _placed(
    sizes: Sequence[tuple[float, float]],
    chains: Sequence[Sequence[int]],
    ranks: Sequence[int],
    centres: Sequence[float],
    lefts: Sequence[tuple[float, float]],
) -> Layout:
    boxes = []
    for node, (width, height) in enumerate(sizes):
        left, room = lefts[ranks[node]]
        boxes.append((left + (room - width) / 2, centres[node] - height / 2))
    top = min(y for _, y in boxes)
    boxes = [(x, y - top) for x, y in boxes]
    routes = []
    for source, *passed, target in chains:
        route = [(boxes[source][0] + sizes[source][0], centres[source] - top)]
        for node in passed:
            left, room = lefts[ranks[node]]
            route += [(left, centres[node] - top), (left + room, centres[node] - top)]
        routes.append([*route, (boxes[target][0], centres[target] - top)])
    height = max(y + size[1] for (_, y), size in zip(boxes, sizes, strict=True))
    return Layout(boxes, routes, sum(lefts[-1]), height)
