"""YAML 1.1 as Tilt reads and writes it."""
