"""Snapshots as bytes and text: what comes back is the lane, bit for bit, and nothing in the bytes runs code."""

import json
import random
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from forks import NETWORKS, race_on, rows_of
from oracle import OPTIMIZERS, SCHEDULES, spec_of
from safetensors.torch import load, save

from opttui.optimizers.tree import Copier, Named, NotDataError, View, same
from opttui.race.lane import Lane
from opttui.race.lineage import restored
from opttui.race.packing import Packed, packed
from opttui.race.race import Race
from opttui.race.snapshot import Snapshot, taken
from opttui.race.unpacking import DamagedSnapshotError, unpacked
from opttui.scenario.specs import LaneSpec

CPU = torch.device("cpu")
MATRICES = {"Muon": {"lr": 0.02, "rest": "AdamW:lr=0.003"}}


def through_bytes(snapshot: Snapshot) -> Snapshot:
    """As it comes back from a disk."""
    kept = packed(snapshot)
    return unpacked(Packed(load(save(kept.tensors)), kept.text), CPU)


def snapshot_of(tree: dict[str, Any]) -> Snapshot:
    return Snapshot(3, Copier(opaque=True)(tree), 100, is_data=True, done=1)


def restored_lane(race: Race, lane: Lane) -> Lane:
    """The lane made anew from bytes."""
    return restored(race, lane.recipe, lane.problem, through_bytes(taken(lane, race.streams)))


def go_on(race: Race, lane: Lane) -> list[tuple[float, ...]]:
    """Its rows to the end, without their seconds."""
    while lane.running:
        race.streams.enter(lane.ambient)
        lane.advance()
    return [(*row[:2], *row[3:]) for row in lane.drain(wait=True)]


def holds(problem: str, specs: list[LaneSpec], steps: int = 18, **more: Any) -> None:
    """After some steps, lanes that come from bytes go on as those that were never written."""
    race = race_on(problem, specs, steps, **more)
    rows_of(race, 7)
    try:
        for lane in list(race.lanes):
            if not lane.running:
                continue
            again = restored_lane(race, lane)
            assert repr(go_on(race, again)) == repr(go_on(race, lane)), lane.recipe.phrase
    finally:
        race.hand_back()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_goes_on_from_bytes(optimizer: str) -> None:
    names = [None, *list(SCHEDULES)[sum(map(ord, optimizer)) % 4 :: 4]]
    more = {"line_search_fn": None} if optimizer == "LBFGS" else {}
    holds("rosenbrock", [spec_of(optimizer, name, **more) for name in names])


@pytest.mark.parametrize("network", ["dropout", "normed"])
def test_networks_go_on_from_bytes(network: str, tmp_path: Path) -> None:
    path = tmp_path / "networks.py"
    path.write_text(NETWORKS)
    specs = [
        spec_of("Adam", "OneCycleLR"),
        spec_of("SGD", "ReduceLROnPlateau"),
        LaneSpec("Muon", MATRICES["Muon"]),
    ]
    holds(f"{path}::{network}", specs, seed=3)


@pytest.mark.parametrize(
    "phrase", ["schedulefree.AdamWScheduleFree", "pytorch_optimizer.SAM", "pytorch_optimizer.SOAP"]
)
def test_optimizers_of_others_go_on_from_bytes(phrase: str) -> None:
    more = {"base_optimizer": "SGD:lr=0.01"} if phrase.endswith("SAM") else {"lr": 0.003}
    holds("linear", [LaneSpec(phrase, more)])


def test_whatever_is_data_comes_back_equal() -> None:
    generator = torch.Generator().manual_seed(4)
    tree = {
        "numbers": [1, -0.0, 2**80, float("nan"), float("-inf"), 1 + 2j, True, None, b"\x00\xff", "\x1b[31m"],
        "keys": {1: "one", (2, "b"): [3], Named("parameter", "w"): {"step": torch.tensor(3.0)}},
        "kinds": [
            OrderedDict(a=1),
            Counter("abba"),
            deque([1, 2], 5),
            {3, 4},
            frozenset({5}),
            torch.Size([2, 3]),
        ],
        "default": defaultdict(dict, {"a": {}}),
        "types": [torch.float64, torch.device("cpu")],
        "arrays": [np.arange(6, dtype=np.int16).reshape(2, 3), np.float64(0.1), np.zeros((0, 2))],
        "tensors": [
            torch.randn(3, 4).t(),
            torch.zeros(0, 3),
            torch.tensor(True),
            torch.randn(2, dtype=torch.bfloat16),
            torch.sparse_coo_tensor([[0, 2]], [1.0, 2.0], [4], check_invariants=True),
        ],
        "streams": [random.Random(3), np.random.RandomState(3), np.random.default_rng(5), generator],
        "view": View(Named("parameter", "w"), (2,), (1,), 1),
    }
    made = snapshot_of(tree)
    back = through_bytes(made)
    assert (back.step, back.bytes, back.done) == (3, 100, 1)
    assert same(back.tree, made.tree)
    assert back.tree["default"]["new"] == {} and back.tree["kinds"][2].maxlen == 5


def test_what_shared_memory_shares_it_again() -> None:
    whole = torch.arange(6.0)
    back = through_bytes(snapshot_of({"whole": whole, "part": whole[2:4], "again": whole}))
    back.tree["part"].fill_(9)
    assert back.tree["whole"].tolist() == [0, 1, 9, 9, 4, 5]
    assert back.tree["again"].tolist() == [0, 1, 9, 9, 4, 5]


@pytest.mark.parametrize("thing", [object(), defaultdict(lambda: 3), np.array([object()]), {"x": print}])
def test_what_is_more_than_data_is_refused(thing: Any) -> None:
    with pytest.raises(NotDataError):
        packed(Snapshot(0, {"thing": thing}, 0, is_data=False))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"eval":"1"}}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"dtype":"load"}}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"tensor":{"memory":"7"}}}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"Generator":["__init__",{}]}}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"array":[null,"O",[1]]}}',
        '{"version":1,"step":1,"bytes":1,"done":0,"tree":{"a":1,"b":2}}',
    ],
)
def test_other_text_is_damage(text: str) -> None:
    with pytest.raises(DamagedSnapshotError):
        unpacked(Packed({}, text), CPU)


def test_a_tensor_beyond_its_memory_is_damage() -> None:
    kept = packed(snapshot_of({"a": torch.arange(4.0)}))
    document = json.loads(kept.text)
    document["tree"]["dict"][0][1]["tensor"]["size"] = [10**6]
    with pytest.raises(DamagedSnapshotError):
        unpacked(Packed(kept.tensors, json.dumps(document)), CPU)
