"""What a load amounts to: manifests, in Tilt's model, and their JSON in Tilt's field names and order."""
