"""Products and content: what an item is, which of its changes are news, and whom they concern. Pure."""
