"""Options that several commands share."""

import click

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
