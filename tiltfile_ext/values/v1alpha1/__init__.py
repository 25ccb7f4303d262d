"""Objects of Tilt's API, group v1alpha1: what they hold, how they are read, checked and written.

Only `table` is imported at start-up; the rest when a Tiltfile first makes such an object.
"""
