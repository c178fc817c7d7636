"""The batch job that writes hot profiles as Parquet, in the columns that bulk queries ask."""
