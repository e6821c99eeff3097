"""The gallery: every picture that hagang draws, made by `python -m docs.gallery`."""
