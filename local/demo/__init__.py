"""The demo: a workspace with message templates and a published workflow, and a replay of real purchases into it."""
