"""How every bench measures and reports, so that two rows of one run can be compared.

A bench module has `run() -> list[Row]` and ends with `emit(run())`; it prints one JSON object per row.
Rates differ from machine to machine: what counts is `ratio`, the rate against that of the limit measured
in the same run.
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a bench: `rate`, `limit` in things per second; `peak_mb` of the whole process.

    For pages `seconds` is the median, `p95` what one in twenty exceeds, and the kilobytes are those that a
    browser fetches with nothing kept and with the portal's files kept. What is None is not printed.
    """

    name: str
    did: str
    seconds: float
    rate: float
    cpu_seconds: float
    peak_mb: float
    limit: float | None = None
    ratio: float | None = None
    p95: float | None = None
    first_kb: float | None = None
    later_kb: float | None = None

    def against(self, limit: float) -> "Row":
        """Return this row with the limit's rate (things per second) and the ratio to it."""
        return replace(self, limit=round(limit, 1), ratio=round(self.rate / limit, 3))


def measure(name: str, did: str, work: Callable[[], int], *, limit: float | None = None) -> Row:
    """Run `work` once; it returns how many things it did. `limit` is a rate from the same run."""
    gc.collect()
    _forget_peak()
    cpu, start = _cpu_seconds(), time.perf_counter()
    count = work()
    seconds, cpu = time.perf_counter() - start, _cpu_seconds() - cpu
    row = Row(name, did, round(seconds, 4), round(count / seconds, 1), round(cpu, 4), round(peak_mb(), 1))
    return row if limit is None else row.against(limit)


def interleave(contestants: Mapping[tuple[str, str], Callable[[], int]], *, rounds: int = 5) -> list[Row]:
    """Run the contestants, keyed by (name, did), in turn `rounds` times; give each one's median row.

    Taking turns spreads the machine's moods over all of them. Seconds and CPU seconds are of the round
    with the median rate, the peak is the highest of all rounds.
    """
    taken: dict[tuple[str, str], list[Row]] = {key: [] for key in contestants}
    for _ in range(rounds):
        for key, work in contestants.items():
            taken[key].append(measure(*key, work))
    return [_median(rows) for rows in taken.values()]


def emit(rows: Iterable[Row]) -> None:
    """Print one JSON object per row, as each becomes known."""
    for row in rows:
        known = {name: value for name, value in asdict(row).items() if value is not None}
        sys.stdout.write(json.dumps(known, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def peak_mb() -> float:
    """Return the highest resident memory in MB: since `measure` began on Linux, of the process elsewhere."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # macOS counts in bytes


def _forget_peak() -> None:
    """Start the kernel's high-water mark anew; where that is not allowed, the older peak stands."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _cpu_seconds() -> float:
    """Count user and system time, of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _median(rows: list[Row]) -> Row:
    rate = statistics.median_low(row.rate for row in rows)
    middle = next(row for row in rows if row.rate == rate)
    return replace(middle, peak_mb=max(row.peak_mb for row in rows))
