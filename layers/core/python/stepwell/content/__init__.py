"""What a message says: templates, their safe rendering, and the context that personalises them."""
