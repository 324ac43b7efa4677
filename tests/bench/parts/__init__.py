"""What the benches are made of: their input, the bare loops, the workers they time."""
