"""Batch jobs: heavy work over files, in a process of its own, never in a Lambda."""
