"""What a key may do."""

WRITE, READ, ADMIN = "write", "read", "admin"
ROLES = (WRITE, READ, ADMIN)
