"""Measurements against the bare limit, in one run: `python -m benchmarks`.

`docs/performance.md` says what is measured, and what came out.
"""
