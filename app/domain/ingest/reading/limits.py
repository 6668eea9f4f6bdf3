"""What the reader's process may use: memory, processor time, and no crash dump."""

import resource

MEMORY = 512 * 1024 * 1024
LEAST_CPU_SECONDS = 30
MOST_CPU_SECONDS = 300
# openpyxl streams about 0.5 MB of compressed sheet a second; this leaves room for a slower machine.
CPU_SECONDS_PER_MB = 6


def cpu_seconds(size: int) -> int:
    """Return how much processor time a file of `size` bytes is granted."""
    return min(MOST_CPU_SECONDS, LEAST_CPU_SECONDS + CPU_SECONDS_PER_MB * size // 1024**2)


def apply(size: int) -> None:
    """Bind this process for good; the kernel ends it when it goes beyond."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds = cpu_seconds(size)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
