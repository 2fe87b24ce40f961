"""Pictures: who may see them, and in which sizes."""
