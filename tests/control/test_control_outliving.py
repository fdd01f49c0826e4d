"""What would end a race when its user leaves: told by fakes of the login manager."""

from pathlib import Path

import pytest

from opttui.control.outliving import KILLS, job_or_container, login_manager, printed


def told(kills: str = "b true\n", linger: str = "Linger=no\n", user: int = 1000) -> str:
    answers = {KILLS: kills, ("loginctl", "show-user", str(user), "--property=Linger"): linger}
    return login_manager(answers.__getitem__, user, Path("/"))


def test_a_login_manager_that_kills_is_told_of_with_what_prevents_it() -> None:
    assert "loginctl enable-linger" in told()
    assert told(linger="Linger=yes\n") == ""
    assert told(kills="b false\n") == told(kills="") == ""
    assert told(linger="") != "", "who cannot be asked does not linger"
    assert told(user=0) == "", "root is excepted"


def test_without_systemd_nobody_is_asked() -> None:
    def never(command: object) -> str:
        raise AssertionError(command)

    assert login_manager(never, 1000, Path("/nowhere")) == ""


@pytest.mark.parametrize(("job", "said"), [("4711", "with job 4711:"), ("\x1b[2J", "with this job:")])
def test_a_job_ends_its_race(job: str, said: str) -> None:
    assert said in job_or_container({"SLURM_JOB_ID": job}, ())


def test_a_container_ends_its_race(tmp_path: Path) -> None:
    assert "container" in job_or_container({}, (tmp_path,))
    assert "container" in job_or_container({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, ())
    assert job_or_container({}, ()) == ""


def test_what_cannot_be_run_says_nothing() -> None:
    assert printed(("false",)) == printed(("no-such-program-anywhere",)) == ""
    assert printed(("echo", "b true")) == "b true\n"
