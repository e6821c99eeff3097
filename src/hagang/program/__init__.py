"""The device-neutral Program, its grammar, and the passes it goes through before it goes through the door."""

from hagang.program.pipeline import PASSES as PASSES
from hagang.program.pipeline import optimise as optimise
from hagang.program.pipeline import with_bfloat16_products as with_bfloat16_products
from hagang.program.program import Program as Program
from hagang.program.verify import verify as verify
