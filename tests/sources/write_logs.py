"""Writes tests/sources/written with the tools themselves: the logs that the tests of the readers read.

    python -m venv tools && tools/bin/pip install torch tensorboard lightning wandb transformers accelerate trackio
    tools/bin/python tests/sources/write_logs.py

The tests need none of these tools. What is written differs in times, ids and names of hosts from one writing to the next.
"""

import json
import math
import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "written"
ROWS = 400


def loss_at(step: int, lane: int = 0) -> float:
    """What is logged as the loss."""
    return 2.0 * math.exp(-step / (80 + 40 * lane)) + 0.05 * math.sin(step * 1.7 + lane) ** 2 + 0.01


def rate_at(step: int) -> float:
    """What is logged as the learning rate."""
    return 1e-3 * (1 + math.cos(math.pi * step / ROWS)) / 2


def lightning_csv() -> None:
    """CSVLogger: a metric that comes later makes it write the whole file again with another header."""
    from lightning.pytorch.loggers import CSVLogger

    with tempfile.TemporaryDirectory() as folder:
        logger = CSVLogger(folder, name="lightning", version=0, flush_logs_every_n_steps=10)
        for step in range(ROWS):
            logger.log_metrics(
                {"train_loss": loss_at(step), "lr-Adam": rate_at(step), "epoch": step // 100}, step
            )
            if step % 100 == 99:
                logger.log_metrics({"val_loss": loss_at(step, 1), "val_acc": 1 - loss_at(step) / 3}, step)
        logger.save()
        shutil.copytree(Path(folder) / "lightning", HERE / "lightning")


def wandb_offline() -> None:
    """An offline run's transaction log."""
    import wandb

    with tempfile.TemporaryDirectory() as folder:
        run = wandb.init(
            project="demo",
            name="brave run",
            mode="offline",
            dir=folder,
            settings=wandb.Settings(console="off"),
        )
        for step in range(ROWS):
            run.log(
                {
                    "train/loss": loss_at(step),
                    "train/lr": rate_at(step),
                    "nested": {"grad_norm": 1 / (step + 1)},
                }
            )
        run.finish()
        (found,) = (Path(folder) / "wandb").glob("offline-run-*/*.wandb")
        (HERE / "wandb" / found.parent.name).mkdir(parents=True)
        shutil.copy(found, HERE / "wandb" / found.parent.name)


def trainer_state() -> None:
    """The Trainer's state, as it lies in a checkpoint."""
    import torch
    from transformers import Trainer, TrainingArguments

    class Line(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
            out = self.layer(x)
            return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}

    data = [{"x": torch.tensor([k / 64]), "labels": torch.tensor([2 * k / 64 + 1])} for k in range(64)]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            num_train_epochs=4,
            per_device_train_batch_size=2,
            logging_steps=1,
            save_steps=64,
            eval_strategy="steps",
            eval_steps=32,
            learning_rate=0.05,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        )
        Trainer(Line(), arguments, train_dataset=data, eval_dataset=data).train()
        for found in sorted(Path(folder).glob("checkpoint-*/trainer_state.json")):
            kept = HERE / "trainer" / found.parent.name
            kept.mkdir(parents=True)
            shutil.copy(found, kept)


def trackio_database() -> None:
    """A project's database."""
    folder = tempfile.mkdtemp()
    os.environ["TRACKIO_DIR"] = folder
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import trackio

    for lane, name in enumerate(("first", "second")):
        trackio.init(project="demo", name=name, embed=False)
        for step in range(ROWS // 4):
            trackio.log({"loss": loss_at(step, lane), "lr": rate_at(step)})
        trackio.finish()
    (found,) = Path(folder).rglob("demo.db")
    (HERE / "trackio").mkdir(parents=True)
    with sqlite3.connect(found) as source, sqlite3.connect(HERE / "trackio" / "demo.db") as kept:
        source.backup(kept)


def lines() -> None:
    """JSON lines as a script writes them by hand; U+2028 is no end of a line."""
    (HERE / "lines").mkdir(parents=True)
    with (HERE / "lines" / "train.jsonl").open("w", encoding="utf-8") as file:
        for step in range(ROWS):
            row = {"step": step, "time": 1.8e9 + step / 10, "loss": loss_at(step), "lr": rate_at(step)}
            row |= {"note": "größe \u2028 次", "nested": {"acc": 1 - loss_at(step) / 3}}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def tensorboard_events() -> None:
    """torch's SummaryWriter, twice in one directory: the second goes on from step 300."""
    from torch.utils.tensorboard import SummaryWriter

    folder = HERE / "tensorboard"
    for first in (0, 300):
        writer = SummaryWriter(folder, filename_suffix=f".{first}")
        for step in range(first, ROWS):
            writer.add_scalar("Loss/train", loss_at(step, first // 300), step)
            writer.add_scalar("lr", rate_at(step), step)
            if step % 50 == 0:
                writer.add_scalar("acc", 1 - loss_at(step) / 3, step, new_style=True)
        writer.close()


TOOLS = {
    "lightning": lightning_csv,
    "wandb": wandb_offline,
    "trainer": trainer_state,
    "trackio": trackio_database,
    "tensorboard": tensorboard_events,
    "lines": lines,
}

if __name__ == "__main__":
    for tool in sys.argv[1:] or TOOLS:
        shutil.rmtree(HERE / tool, ignore_errors=True)
        TOOLS[tool]()
        files = [
            str(found.relative_to(HERE)) for found in sorted((HERE / tool).rglob("*")) if found.is_file()
        ]
        print(json.dumps({tool: files}))
