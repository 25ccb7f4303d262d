"""The registry that images are pushed to, and pulled from in the cluster."""

from tiltfile_ext.starkit import BuiltinError, Data, quote
from tiltfile_ext.values.docker.image_ref import ImageRefError, parse_canonical


class DefaultRegistry(Data):
    """What ``default_registry`` chose; all "" where it was not called.

    Attributes:
        host: where images are pushed.
        host_from_cluster: where the cluster pulls them from, "" for the same.
        single_name: the one name under which all images are pushed, "" for one each.
    """

    host: str = ""
    host_from_cluster: str = ""
    single_name: str = ""

    def __bool__(self) -> bool:
        return bool(self.host)

    def json(self) -> dict[str, str] | None:
        """The registry in Tilt's field names and order; None where there is none."""
        if not self:
            return None
        fields = {"hostFromContainerRuntime": self.host_from_cluster, "singleName": self.single_name}
        return {"host": self.host, **{name: value for name, value in fields.items() if value}}


def check_registry(registry: DefaultRegistry) -> None:
    """Refuse hosts that no image name can begin with.

    Raises:
        BuiltinError: "validating defaultRegistry: …", with every fault.
    """
    faults = [] if registry.host else ["host: Required value"]
    hosts = {"host": registry.host, "hostFromContainerRuntime": registry.host_from_cluster}
    for field, host in hosts.items():
        try:
            if host:
                parse_canonical(f"{host}/fake")
        except ImageRefError as error:
            faults.append(f"{field}: Invalid value: {quote(host)}: {error}")
    if faults:
        text = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
        raise BuiltinError(f"validating defaultRegistry: {text}")
