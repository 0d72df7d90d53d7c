"""What has changed: recordings, two sides asked the same, and the matrix of versions.

::

    side          whoever answers: images started for it, an endpoint, a recording
    compared      two replies held against each other; status, type, rows, schema, numbers, text
    differential  a search for the smallest request on which two sides disagree
    matrix        many candidates against one baseline, as tasks that run anywhere
"""
