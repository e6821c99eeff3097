"""The command line: thin commands that parse, call and print. Nothing imports it."""

from hagang.cli.main import main as main
