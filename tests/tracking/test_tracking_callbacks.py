"""The callbacks for Lightning and Hugging Face: against stand-ins that call them as those do, and against the real ones
where they are installed (`make test-integrations`)."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tracked import Net, columns, loss_of, net, opened

from opttui.errors import InputError

MUST = os.environ.get("OPTTUI_INTEGRATIONS") == "must"
LIBRARIES = {"opttui.tracking.lightning": "pytorch_lightning", "opttui.tracking.huggingface": "transformers"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Neither callback has been imported, before and after."""
    for name in LIBRARIES:
        sys.modules.pop(name, None)
    yield
    for name in LIBRARIES:
        sys.modules.pop(name, None)


def stand_in(monkeypatch: pytest.MonkeyPatch, path: str, name: str) -> None:
    """A library with nothing in it but the class of its callbacks."""
    parts = path.split(".")
    for depth in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), ModuleType(".".join(parts[:depth])))
    setattr(sys.modules[path], name, type(name, (), {}))


@pytest.mark.parametrize("name", LIBRARIES)
def test_without_the_library_one_sentence_says_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("lightning", "pytorch_lightning", "transformers"):
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        InputError, match=r"This callback needs [\w-]+, which is not installed. Write: pip install"
    ):
        importlib.import_module(name)


def test_the_order_of_lightnings_calls_makes_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightning", None)
    stand_in(monkeypatch, "pytorch_lightning.callbacks", "Callback")
    callback = importlib.import_module("opttui.tracking.lightning").OpttuiCallback(name="lit", control=True)
    model = net(0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    course = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    trainer: Any = SimpleNamespace(
        optimizers=[optimizer],
        lr_scheduler_configs=[SimpleNamespace(scheduler=course)],
        is_global_zero=True,
        estimated_stepping_batches=4,
        accumulate_grad_batches=2,
        global_step=0,
        logged_metrics={},
        callback_metrics={"val_loss": torch.tensor(0.5)},
        sanity_checking=False,
        should_stop=False,
    )
    callback.on_train_start(trainer, model)
    losses = []
    for batch in range(8):
        loss = loss_of(model, batch) / 2
        loss.backward()
        if batch % 2:
            optimizer.step(lambda loss=loss: loss)
            optimizer.zero_grad()
            trainer.global_step += 1
        trainer.logged_metrics = {"acc": torch.tensor(float(batch)), "epoch": 0}
        callback.on_train_batch_end(trainer, model, {"loss": loss.detach()}, None, batch)
        losses.append(2 * loss.item())
    callback.on_validation_end(trainer, model)
    assert not trainer.should_stop
    callback.run._recording._orders.stopped_by = "stopped by tell"
    callback.on_train_batch_end(trainer, model, None, None, 8)
    assert trainer.should_stop
    callback.on_train_end(trainer, model)
    reader = opened(callback.run.path)
    assert columns(callback.run.path)["loss"] == pytest.approx(
        [sum(losses[k : k + 2]) / 2 for k in (0, 2, 4, 6)]
    )
    assert (reader.manifest.steps, reader.manifest.results[0].outcome) == (4, "stopped")
    assert reader.lanes[0].validation[-1][1] == {"val_loss": 0.5}
    assert {"acc": 7.0} in [numbers for _, numbers in reader.lanes[0].validation]


def test_the_order_of_the_trainers_calls_makes_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "transformers.trainer_callback", "TrainerCallback")
    callback = importlib.import_module("opttui.tracking.huggingface").OpttuiCallback()
    model = net(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    state, control = (
        SimpleNamespace(is_world_process_zero=True, max_steps=4),
        SimpleNamespace(should_training_stop=False),
    )
    callback.on_train_begin(None, state, control, optimizer=optimizer, model=model, lr_scheduler=None)
    for step in range(4):
        loss_of(model, step).backward()
        optimizer.step()
        callback.on_step_end(None, state, control)
        if step % 2:
            callback.on_log(
                None, state, control, logs={"loss": 1.0 + step, "grad_norm": 2.0, "learning_rate": 0.1}
            )
    assert not control.should_training_stop
    callback.on_log(None, state, control, logs={"eval_loss": 0.25, "epoch": 1.0})
    callback.on_train_end(None, state, control)
    reader = opened(callback.run.path)
    losses = columns(callback.run.path)["loss"]
    assert losses[[1, 3]].tolist() == [2.0, 4.0] and torch.isnan(torch.tensor(losses[[0, 2]])).all()
    # The loss of a step at which none was logged is the newest one in every table.
    assert (reader.lanes[0].first_loss, reader.manifest.results[0].final_loss) == (2.0, 4.0)
    assert [numbers for _, numbers in reader.lanes[0].validation][-1] == {"eval_loss": 0.25}


def needs(library: str) -> None:
    """Skip where a library is not installed, unless it must be."""
    if importlib.util.find_spec(library) is None and not MUST:
        pytest.skip(f"{library} is not installed; make test-integrations tries it")


@pytest.mark.filterwarnings("ignore")
def test_the_real_lightning(tmp_path: Path) -> None:
    needs("pytorch_lightning")
    import pytorch_lightning as lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = Net()

        def training_step(self, batch: Any, number: int) -> Any:
            loss = self.net(batch[0]).square().mean()
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch: Any, number: int) -> None:
            self.log("val_loss", self.net(batch[0]).square().mean())

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=0.01)

    callback = importlib.import_module("opttui.tracking.lightning").OpttuiCallback(name="lit")
    trainer = lightning.Trainer(
        max_epochs=2,
        callbacks=[callback],
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
        log_every_n_steps=1,
    )
    data = TensorDataset(torch.randn(16, 6))
    trainer.fit(Module(), DataLoader(data, 4), DataLoader(data, 8))
    reader = opened(callback.run.path)
    rows = columns(callback.run.path)
    assert rows["step"].tolist() == list(range(8)) and reader.manifest.results[0].outcome == "finished"
    told = [numbers["train_loss"] for _, numbers in reader.lanes[0].validation if "train_loss" in numbers]
    assert rows["loss"] == pytest.approx(told)
    assert sum("val_loss" in numbers for _, numbers in reader.lanes[0].validation) == 2


@pytest.mark.filterwarnings("ignore")
def test_the_real_hugging_face_trainer(tmp_path: Path) -> None:
    needs("transformers")
    from transformers import Trainer, TrainingArguments

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = Net()

        def forward(self, inputs: Any = None, labels: Any = None) -> Any:
            found = self.net(inputs)
            return {"loss": nn.functional.cross_entropy(found, labels), "logits": found}

    data = [{"inputs": torch.randn(6), "labels": number % 3} for number in range(16)]
    callback = importlib.import_module("opttui.tracking.huggingface").OpttuiCallback()
    arguments = TrainingArguments(
        str(tmp_path),
        per_device_train_batch_size=4,
        num_train_epochs=2,
        logging_steps=1,
        report_to=[],
        use_cpu=True,
        eval_strategy="epoch",
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = Trainer(Model(), arguments, train_dataset=data, eval_dataset=data, callbacks=[callback])
    trainer.train()
    rows = columns(callback.run.path)
    history = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert rows["step"].tolist() == list(range(8)) and rows["loss"] == pytest.approx(history)
    assert opened(callback.run.path).manifest.results[0].outcome == "finished"
    assert sum("eval_loss" in numbers for _, numbers in opened(callback.run.path).lanes[0].validation) == 2
