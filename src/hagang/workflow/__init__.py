"""From data to a trained and scored model in one call: all that `hagang train` does."""
