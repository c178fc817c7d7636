"""Whether mail arrives: bounces, complaints, warm-up, mailbox providers, DNS records. Pure."""
