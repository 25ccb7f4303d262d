"""Python stubs of everything that a Tiltfile can call, for editors that know Python.

They come from the same declarations that bind the calls: names, parameters, defaults, types and docstrings,
of plugins that others publish, too. A file called ``__builtins__.pyi`` in a project's root is what Pyright
takes for more built-ins; see the page about editors.
"""

from tiltfile_ext.stubs._loaded import loaded_names
from tiltfile_ext.stubs._write import write_stubs

__all__ = ["FILE_NAME", "loaded_names", "write_stubs"]

#: the name under which Pyright finds the stubs
FILE_NAME = "__builtins__.pyi"
