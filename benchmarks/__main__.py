"""All benchmarks, one after the other: ``python -m benchmarks``."""

from benchmarks import callbacks, rest, start

for benchmark in (start, callbacks, rest):
    print(f"\n== {benchmark.__name__}", flush=True)
    benchmark.main([])
