"""What Go's libraries do to paths, addresses, numbers and JSON, in Go's words."""
