"""Many candidates against their baselines: from a table of a file to tasks that run anywhere, and to a report.

::

    table      the file's [matrix] as values, every mistake named
    versions   `newest` and `previous minor` as the versions they are today
    plan       the axes' product as cells, and a task for each that is to be compared
    task       what is to be done for one cell, and its result, as text that another machine can read
    building   its images, equal ones once
    perform    one task on this machine
    reason     why it failed, and whether that is the image's fault
    kept       results of earlier runs, by what they are results of
    run        all tasks on a scheduler, and the report
"""
