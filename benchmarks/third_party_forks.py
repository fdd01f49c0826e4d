"""Every optimizer class of the libraries that people use, forked on real digits: whether the fork goes on like its parent.

A lane is forked at its start, after three and after nine steps; all walk to the end, and losses, rates, gradient norms and
last parameters are compared bit for bit. What the fork said of itself stands beside what came of it: one that says exact
must be.

    python -m benchmarks.third_party_forks [LIBRARY ...]
"""

import sys
from collections import Counter

import torch

from benchmarks.third_party import LIBRARIES, phrases
from opttui.control.commands import Fork
from opttui.errors import InputError
from opttui.race.build import build_race
from opttui.race.lineage import EXACT
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario

STEPS = 16
AT = (0, 3, 9)


def forked(phrase: str, problem: str = "digits-mlp") -> tuple[str, str]:
    """What the forks of an optimizer said of themselves, and whether they went on like their parent."""
    try:
        race = build_race(Scenario(ProblemSpec(problem), (parse_lane(phrase),), steps=STEPS))
    except InputError as error:
        return "-", f"cannot race: {error.message}"
    parent = race.lanes[0]
    said: list[str] = []
    more = True
    while more:
        if parent.step in AT and len(said) < len(AT) and parent.step == AT[len(said)] and parent.running:
            event = race.carry_out(Fork("0"), "benchmark", parent.step)[0]
            said.append(str(event.data["exact"]))
        more = race.round()
    race.hand_back()
    if not said:
        return "-", f"cannot race: {parent.reason}"
    rows = {lane: [row[3:6] for row in new] for lane, new in race.drain(wait=True).rows.items()}
    same = all(
        repr(rows.get(lane.id, [])) == repr(rows.get(0, [])[lane.begin :])
        and all(
            map(torch.equal, *(map(torch.nan_to_num, each.model.parameters()) for each in (lane, parent)))
        )
        for lane in race.lanes[1:]
    )
    words = " / ".join(dict.fromkeys(said))
    return words, "alike" if same else "differ"


def main(wanted: list[str]) -> int:
    """Print the table; 1 when a fork says exact and is not."""
    torch.set_num_threads(1)
    wrong = 0
    for library in wanted or LIBRARIES:
        counts: Counter[str] = Counter()
        for phrase in phrases(library):
            said, came = forked(phrase)
            exact = said.startswith(EXACT) and "not exact" not in said
            kind = "cannot race" if said == "-" else f"{'exact' if exact else 'not exact'}, {came}"
            counts[kind] += 1
            wrong += exact and came == "differ"
            if kind != "exact, alike" or said != EXACT:
                print(f"{phrase:<62.62} {said:<60.60} {came}", flush=True)
        print(
            f"{library}: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()) + "\n",
            flush=True,
        )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
