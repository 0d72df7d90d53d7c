"""Reports as text: one format a module, each a pure function of the report.

::

    text         for a terminal, or anything that shows plain lines
    html         one page for a person, with pictures and evidence
    json_report  everything, for programs
    junit        for CI servers
    sarif        for code scanning
    github       workflow commands, and Markdown for the step summary
    catalogue    the checks themselves: their manual, their table in the README

What an image says in a body, a header or a log line is hostile until it is escaped: ``words.printable`` spells out what
would steer a terminal, and each format quotes what is left by its own rules.
"""
