"""From data to a trained, scored and saved model in one call: all that `hagang train` does.

Import the modules themselves, so that the command line's help, which needs the options alone, stays quick.
"""
