"""The container engine itself: find it, bring it up, give it base images.

In reading order::

    places        where an engine may listen: DOCKER_HOST, contexts, sockets
    context       the Docker CLI's contexts, read from its files
    find          ask each place in turn; the first that answers serves
    client        how docker-py and testcontainers reach the engine found
    machine       what this machine is, and what to advise when nothing answers
    apt           Debian packages, installed non-interactively
    daemon        a dockerd of our own: start, recognise, stop
    bring_up      find, else start, else install and start
    deadline      waiting that ends
    lock          one process at a time
    recipe        what a base image is made of, and the hash that says so
    ca_bundle     the certificates that go into it
    apt_sources   the mirrors that go into it, read from the host
    pull          make it from the public image
    bootstrap     make it from Debian packages
    base_image    present, else pulled, else bootstrapped
"""
