"""What slices, adapters, functions and stacks share: frozen models, ids, ports and names."""
