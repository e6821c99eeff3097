"""Layers: frozen rules whose parameters and buffers are kept outside them."""

from hagang.nn.layers.base import Array as Array
from hagang.nn.layers.base import Dims as Dims
from hagang.nn.layers.base import Forward as Forward
from hagang.nn.layers.base import Layer as Layer
from hagang.nn.layers.base import Params as Params
from hagang.nn.layers.blocks import Residual as Residual
from hagang.nn.layers.blocks import Sequential as Sequential
from hagang.nn.layers.chain import AsLayer as AsLayer
from hagang.nn.layers.chain import activation_layer as activation_layer
from hagang.nn.layers.dense import Activation as Activation
from hagang.nn.layers.dense import Dense as Dense
from hagang.nn.layers.embedding import Embedding as Embedding
from hagang.nn.layers.noise import Dropout as Dropout
from hagang.nn.layers.noise import GaussianNoise as GaussianNoise
from hagang.nn.layers.normalise import BatchNorm as BatchNorm
from hagang.nn.layers.normalise import LayerNorm as LayerNorm
from hagang.nn.layers.normalise import RMSNorm as RMSNorm
from hagang.nn.layers.prelu import PReLU as PReLU
from hagang.nn.layers.scale import Scale as Scale
