"""Answers to messages: read, told apart from automatic ones, understood as far as that goes, and routed."""
