"""What many Tiltfiles use: which built-ins, with which arguments, where, and how often.

Loading is a worker's (`_collect`), adding up is done as results arrive (`_survey`), and each format is a
function from the survey to text.
"""

from tiltfile_ext.usage._collect import LoadUsage, Settings, Site
from tiltfile_ext.usage._survey import ArgumentUse, Failure, NameUse, Survey

__all__ = ["ArgumentUse", "Failure", "LoadUsage", "NameUse", "Settings", "Site", "Survey"]
