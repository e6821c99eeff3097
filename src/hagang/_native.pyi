from typing import TypedDict

class Cpu(TypedDict):
    isa: str
    vector_bytes: int
    usable: list[str]
    bfloat16: bool

def cpu() -> Cpu:
    """The instruction set in use, its vector width, the sets this machine can run, and bfloat16 support."""
