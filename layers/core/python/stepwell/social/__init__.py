"""Social networks: accounts, posts that several networks publish at their times, and what networks allow."""
