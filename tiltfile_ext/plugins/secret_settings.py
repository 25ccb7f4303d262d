"""Whether secrets are kept out of what is shown."""

from tiltfile_ext.starkit import Plugin, Thread, builtin
from tiltfile_ext.values.secrets import Secrets


class SecretSettingsPlugin(Plugin):
    """``secret_settings``."""

    state = Secrets

    @builtin
    def secret_settings(self, thread: Thread, disable_scrub: bool) -> None:
        """Show values of Kubernetes secrets as they are, or (False, as by default) replace them."""
        thread.state(Secrets).scrubbing = not disable_scrub
