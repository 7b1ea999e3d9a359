"""The outside without Django: duckdb, delta, storage, search, http, signing, workers."""
