"""All benchmarks, one after the other: ``python -m benchmarks``."""

from benchmarks import accepting, burst, callbacks, campaign, growth, rest, rules, sending, start

for benchmark in (start, callbacks, burst, sending, campaign, accepting, growth, rules, rest):
    print(f"\n== {benchmark.__name__}", flush=True)
    benchmark.main([])
