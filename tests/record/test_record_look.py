"""What models show, as it lies in the race's log."""

from pathlib import Path

import numpy as np
import pytest

from opttui.record.grid import Grid
from opttui.record.grid_log import GridReader
from opttui.record.look import TRUTH, Look, decode_look, encode_look
from opttui.record.writer import RunWriter


def test_images_points_and_curves_come_back_among_grids(tmp_path: Path) -> None:
    image = np.linspace(-0.2, 1.2, 15, dtype=np.float32).reshape(3, 5)
    image[1, 1] = np.nan
    points = np.array([[0.1, -2.0], [np.inf, 3.0], [1e30, np.nan]], np.float32)
    labels = np.array([3, 0, 9], np.uint8)
    writer = RunWriter(tmp_path, 1)
    writer.look(Look(TRUTH, 0, "image", image))
    writer.look(Look(0, 7, "image", image))
    writer.grid(Grid((0, 1, 0, 1), np.ones((2, 2)), 4))
    writer.look(Look(0, 12, "points", points, labels))
    writer.look(Look(1, 12, "curve", points))
    writer.close()
    reader = GridReader(tmp_path)
    assert reader.poll() and not reader.poll()
    assert reader.newest is not None and reader.newest.plane == 4
    assert [(look.step, look.kind) for look in reader.looks[0]] == [(7, "image"), (12, "points")]
    shown = np.nan_to_num(image).clip(0, 1)
    np.testing.assert_allclose(reader.looks[TRUTH][0].values, shown, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(reader.looks[0][1].values, points)
    np.testing.assert_array_equal(reader.looks[0][1].labels, labels)
    np.testing.assert_array_equal(reader.looks[1][0].values, points)
    assert reader.looks[1][0].labels is None


def test_what_is_no_look_is_refused_or_left_out() -> None:
    with pytest.raises(ValueError, match="points of shape"):
        encode_look(Look(0, 0, "points", np.zeros((3, 3), np.float32)))
    payload = encode_look(Look(0, 0, "curve", np.zeros((3, 2), np.float32)))
    assert decode_look(memoryview(payload), 0) is not None
    for wrong in (payload[:-1], payload[:9], payload + 8 * b" ", b"\xff" * len(payload)):
        assert decode_look(memoryview(wrong), 0) is None
