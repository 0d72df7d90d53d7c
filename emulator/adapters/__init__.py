"""The real things behind the ports: engine, sockets, disks, clocks, S3."""
