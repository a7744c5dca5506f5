"""Latencies in buckets 4% wide: cheap to count, to add up and to store, and percentiles are within 2%."""

import math
from collections import Counter

LOG_STEP = math.log(1.04)


def bucket_of(duration_ms: int | None) -> int:
    """Return the bucket of a duration."""
    return int(math.log(duration_ms) / LOG_STEP) if duration_ms and duration_ms > 1 else 0


def milliseconds_of(bucket: int) -> float:
    """Return the middle of a bucket."""
    return float(math.exp((bucket + 0.5) * LOG_STEP))


def percentile(latencies: Counter[int], share: float) -> float | None:
    """Return the duration that this share of the exchanges did not exceed, in milliseconds."""
    left = share * sum(latencies.values())
    for bucket in sorted(latencies):
        left -= latencies[bucket]
        if left <= 0:
            return milliseconds_of(bucket)
    return None
