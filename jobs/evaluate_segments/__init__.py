"""The batch job that asks everybody at once who belongs to segments: Polars here, Athena at scale."""
