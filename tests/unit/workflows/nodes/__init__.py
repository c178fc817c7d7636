"""Tests of node types."""
