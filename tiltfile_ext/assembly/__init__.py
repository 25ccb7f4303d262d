"""Turn what the Tiltfile asked for into manifests, in Tilt's order; find what does not fit together."""

from tiltfile_ext.assembly._assemble import Assembled, assemble
from tiltfile_ext.assembly._errors import ModelLostError

__all__ = ["Assembled", "ModelLostError", "assemble"]
