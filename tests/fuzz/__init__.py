"""Damaged files, made by a seed: each is read, or refused in words; nothing else happens."""
