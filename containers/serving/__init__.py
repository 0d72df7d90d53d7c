"""The HTTP side of a SageMaker container, shared by every image built from this folder.

A request comes in through nginx (`nginx.conf`), crosses a unix socket to one of several gunicorn workers
(`workers`), and is answered by the Flask door (`door`), which owns status codes and media types and knows
nothing about models. What a model does with a body is a function from bytes to bytes that each image brings;
`loading` calls it into being once per worker. `supervisor` is process 1 and keeps the two servers together.
"""
