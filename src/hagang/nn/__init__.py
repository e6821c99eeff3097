"""Networks: layers, activations, losses, initialisers. All NumPy functions; the derivative comes from the graph."""

from hagang.nn.activations import ACTIVATIONS as ACTIVATIONS
from hagang.nn.activations import activation as activation
from hagang.nn.initialisers import INITIALISERS as INITIALISERS
from hagang.nn.initialisers import Gaussian as Gaussian
from hagang.nn.initialisers import Glorot as Glorot
from hagang.nn.initialisers import He as He
from hagang.nn.initialisers import Initialiser as Initialiser
from hagang.nn.initialisers import initialiser as initialiser
from hagang.nn.layers import Activation as Activation
from hagang.nn.layers import BatchNorm as BatchNorm
from hagang.nn.layers import Dense as Dense
from hagang.nn.layers import Dropout as Dropout
from hagang.nn.layers import Embedding as Embedding
from hagang.nn.layers import Forward as Forward
from hagang.nn.layers import GaussianNoise as GaussianNoise
from hagang.nn.layers import Layer as Layer
from hagang.nn.layers import LayerNorm as LayerNorm
from hagang.nn.layers import Residual as Residual
from hagang.nn.layers import RMSNorm as RMSNorm
from hagang.nn.layers import Scale as Scale
from hagang.nn.layers import Sequential as Sequential
from hagang.nn.losses import LOSSES as LOSSES
from hagang.nn.losses import Loss as Loss
from hagang.nn.losses import loss as loss
from hagang.nn.network import Network as Network
