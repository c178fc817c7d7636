"""The management API: one module a topic; `routing` says who may call what, `app` puts them together."""
