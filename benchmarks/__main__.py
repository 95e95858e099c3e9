"""All benchmarks, one after the other: ``python -m benchmarks``."""

from benchmarks import (
    accepting,
    burst,
    callbacks,
    campaign,
    campaigns,
    contacts,
    gates,
    groups,
    growth,
    imports,
    pausing,
    rest,
    rules,
    sending,
    start,
    templates,
)

QUICK = (start, rules, groups, templates, gates)
for benchmark in (
    *QUICK,
    callbacks,
    burst,
    sending,
    campaign,
    pausing,
    accepting,
    campaigns,
    growth,
    contacts,
    imports,
    rest,
):
    print(f"\n== {benchmark.__name__}", flush=True)
    benchmark.main([])
