"""Sources of events that call us: who may (signatures), what they send (bodies), and what it means (mappings).

A source is an id of a tenant. It has write keys, by which clients track events, or a webhook, by which a provider
tells of its own; the debugger and each event name it. Pure: ports reach secrets, certificates and the stream.
"""
