"""All benchmarks, one after the other: ``python -m benchmarks``."""

from benchmarks import (
    accepting,
    burst,
    callbacks,
    campaign,
    groups,
    growth,
    rest,
    rules,
    sending,
    start,
    templates,
)

QUICK = (start, rules, groups, templates)
for benchmark in (*QUICK, callbacks, burst, sending, campaign, accepting, growth, rest):
    print(f"\n== {benchmark.__name__}", flush=True)
    benchmark.main([])
