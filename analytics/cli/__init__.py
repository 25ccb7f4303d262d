"""The ``analytics`` command line: one file per verb."""
