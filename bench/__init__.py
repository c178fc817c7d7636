"""Benchmarks: what the engine costs and how fast it is, each figure with its bar and its baseline.

Run with ``make bench``; `docs/benchmarks.md` explains every figure.
"""
