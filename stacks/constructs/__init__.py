"""Building blocks of the stacks; constructs build, stacks compose."""
