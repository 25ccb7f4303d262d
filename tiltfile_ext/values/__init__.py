"""What Tiltfiles make and plugins share: one file per kind of value, and the codecs for Tilt's texts."""
