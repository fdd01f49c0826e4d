"""The command line: one short file a verb, and the only place that exits.

Imports torch and the screen only inside the verbs that need them.
"""
