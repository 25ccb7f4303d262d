"""JSON as Tilt reads it, and paths into it."""
