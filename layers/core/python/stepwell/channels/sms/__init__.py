"""Text messages: how long they are, from whom they may come, what keywords mean, what the law asks before a send."""
