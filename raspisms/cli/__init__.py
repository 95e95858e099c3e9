"""The command line: everything that RaspiSMS does without a browser, for people and for scripts.

Exit codes are part of the interface: 0 done, 1 a fault told in a sentence on standard error, 2 the
command was written wrongly, 130 stopped by Ctrl-C. With ``--json``, each line of standard output
is one JSON object.
"""


def main() -> None:
    """The entry point of ``raspisms``."""
    from raspisms.cli.program import program

    program.main(prog_name="raspisms")
