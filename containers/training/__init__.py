"""The training side of a SageMaker container, shared by every image built from this folder."""
