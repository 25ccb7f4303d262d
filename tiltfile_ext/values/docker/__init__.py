"""What a load knows of images: their names, their builds, the files that say how."""
