"""The manifests for Kubernetes, and how they are made."""
