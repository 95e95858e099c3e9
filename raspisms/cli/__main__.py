"""``python -m raspisms.cli``, for where the command itself is not on the path."""

from raspisms.cli import main

main()
