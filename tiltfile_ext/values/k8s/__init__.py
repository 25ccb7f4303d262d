"""What a load knows of Kubernetes: clusters, objects, and the resources made of them."""
