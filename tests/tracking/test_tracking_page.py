"""The page's example is a script that runs, and what it says of the record is so."""

import re
from pathlib import Path

import numpy as np
import torch
from tracked import columns, opened

PAGE = Path(__file__).parents[2] / "docs" / "track.md"


def test_the_example_of_the_page_runs_and_is_recorded(runs: Path) -> None:
    (code, *_) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    before = torch.get_rng_state()
    names: dict[str, object] = {"__name__": "example"}
    try:
        exec(compile(code, str(PAGE), "exec"), names)
    finally:
        torch.set_rng_state(before)
    names["run"].close()  # type: ignore[attr-defined]
    (path,) = runs.iterdir()
    rows, reader = columns(path), opened(path)
    assert len(rows["step"]) == 200 and np.isfinite(rows["loss"]).all()
    assert rows["lr"][0] == 0.01 and abs(rows["lr"][100] - 0.005) < 1e-15
    assert [step for step, _ in reader.lanes[0].validation] == [49, 99, 149, 199]
    manifest = reader.manifest
    assert (manifest.kind, manifest.steps, manifest.control) == ("tracked", 200, False)
    assert manifest.lanes[0].phrase == "AdamW:lr=0.01@CosineAnnealingLR:T_max=200"
