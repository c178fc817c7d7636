"""Tests of the graph slice."""
