"""What is particular about each channel: how a message is composed and addressed."""
