"""The settings that a Tiltfile declares with ``config.define_*``."""
