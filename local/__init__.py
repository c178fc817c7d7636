"""The local cloud: MiniStack with its gaps mended, so that the real deploy runs on one machine.

Start it with ``python -m local up``. Nothing here is deployed to AWS.
"""
