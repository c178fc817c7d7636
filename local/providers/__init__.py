"""Stand-ins of providers of messages: each speaks its wire protocol."""
